"""The methods that the year's figures rest on, in plain words, with what they were found to be worth."""

from __future__ import annotations

from collections.abc import Iterator

from adapters.documents.content import Block, Bullets, Paragraph, Section
from domain.computed import BacktestMade, Effects, ModelCard, ModelCards
from domain.forecast import Forecast
from domain.period import last_day
from domain.signal import Assessment
from service.book.year import Year
from service.naming import Names
from service.wording import listed, period, some


def methods(year: Year) -> Section:
    """Assessments, forecasts and effects: what was used, and each source's latest model card."""
    found = [text for text in (_assessments(year), _forecasts(year), _effects(year)) if text]
    blocks: list[Block] = [Bullets((*found, _changes(year)))]
    blocks += _cards(year)
    return Section("sources-methods", year.say("Metoder", "Methods"), tuple(blocks))


def _assessments(year: Year) -> str:
    runs = [run for run in year.register.every(Assessment) if year.holds(last_day(run.period))]
    if not runs:
        return year.say(
            f"Trendvarningar: inga perioder bedömdes {year.year}.",
            f"Trend alerts: no periods were assessed in {year.year}.",
        )
    names = listed(sorted({run.method for run in runs}), year.say("och", "and"))
    weeks = some(
        len({(run.source, run.period) for run in runs}),
        *year.say("bedömd period|bedömda perioder", "period assessed|periods assessed").split("|"),
    )
    return year.say(
        f"Trendvarningar ({names}, {weeks}): varje område och kategori jämförs med vad som väntades av de senaste "
        "åren och årstiden. En varning reses när det kommer fler eller färre än vad slumpen rimligen ger, i en "
        "period eller flera i rad, med hänsyn till att många serier prövas samtidigt.",
        f"Trend alerts ({names}, {weeks}): each district and category is compared with what the last years and the "
        "season led one to expect. An alert is raised when more or fewer come than chance plausibly gives, in a "
        "period or several in a row, allowing for many series being tried at once.",
    )


def _forecasts(year: Year) -> str:
    made = [one for one in year.register.every(Forecast) if year.holds(last_day(one.origin))]
    if not made:
        return year.say(f"Prognoser: inga gjordes {year.year}.", f"Forecasts: none were made in {year.year}.")
    names = listed(sorted({one.method for one in made}), year.say("och", "and"))
    number = some(len(made), *year.say("prognos|prognoser", "forecast|forecasts").split("|"))
    return year.say(
        f"Prognoser ({names}; {number}): ett spann för varje period framåt, inte ett tal. Spannet på 80 procent ska "
        "hålla i fyra fall av fem.",
        f"Forecasts ({names}; {number}): a range for each period ahead, not a figure. The 80 per cent range is to "
        "hold four times out of five.",
    )


def _effects(year: Year) -> str:
    made = [each for effects in year.register.every(Effects) for each in effects.estimates]
    if not made:
        return year.say("Åtgärders effekt: ingen är beräknad.", "Effects of actions: none has been estimated.")
    names = listed(sorted({each.method for each in made}), year.say("och", "and"))
    grades = sorted({each.figures.grade for each in made})
    span = (
        f"{grades[0]}"
        if len(grades) == 1
        else year.say(f"{grades[0]} till {grades[-1]}", f"{grades[0]} to {grades[-1]}")
    )
    return year.say(
        f"Åtgärders effekt ({names}; {len(made)} beräkningar): före och efter i området, mot områden utan åtgärden. "
        f"Jämförelsens styrka anges på en skala 1 till 5 (Maryland); beräkningarna här har {span}.",
        f"Effects of actions ({names}; {len(made)} estimates): before and after in the district, against districts "
        "without the action. The strength of the comparison is given on a scale of 1 to 5 (Maryland); the estimates "
        f"here have {span}.",
    )


def _changes(year: Year) -> str:
    return year.say(
        "Ändringar från år till år i boken: kvoten mellan två antal, med 95 % intervall som för slumpmässiga antal "
        "(kvasi-Poisson), vidgat med den spridning som bedömningarna mätt.",
        "Changes from year to year in the book: the quotient of two numbers, with a 95% interval as of random counts "
        "(quasi-Poisson), widened by the dispersion that assessments found.",
    )


def _cards(year: Year) -> Iterator[Block]:
    """Each source's latest model card."""
    there: dict[str, ModelCards] = year.register.states[ModelCards.KIND]
    if not any(cards.cards for cards in there.values()):
        yield Paragraph(
            year.say(
                "Metoderna hade inte prövats på källornas egen historia när boken öppnades, så hur ofta de har rätt "
                "här är inte känt.",
                "The methods had not been tried on the sources' own past when the book was opened, so how often they "
                "are right here is not known.",
            )
        )
    for source, cards in there.items():
        if cards.cards:
            name = Names(year.register).source(source)
            yield Paragraph(
                year.say(f"Prövat på egen historia, källan {name.sv}:", f"Tried on its own past, the source {name.en}:")
            )
            yield Bullets(tuple(_card(year, cards.cards[-1])))


def _card(year: Year, made: BacktestMade) -> Iterator[str]:
    card = made.card
    first, last = (period(each, year.language) for each in (made.first, made.last))
    yield year.say(
        f"{card.series} serier prövade vid {card.origins} tillfällen, {first} till {last} ({made.method}).",
        f"{card.series} series tried at {card.origins} times, {first} to {last} ({made.method}).",
    )
    yield from _errors(year, card)
    for level, covered in zip(card.within.level, card.within.covered, strict=True):
        if covered is not None:
            wanted, came = round(100 * level), _share(year, covered)
            yield year.say(
                f"Inom {wanted} %-spannet låg {came} av utfallen.",
                f"Within the {wanted}% range lay {came} of what came.",
            )
    if card.flags is not None:
        number = f"{card.flags:.2f}"
        yield year.say(
            f"Varningar per bedömd period: {number.replace('.', ',')}.", f"Alerts a period assessed: {number}."
        )
    yield from _judged(year, card)


def _errors(year: Year, card: ModelCard) -> Iterator[str]:
    names = {
        "same time last year": ("samma tid förra året", "the same time last year"),
        "mean of the last year": ("senaste årets medel", "the last year's mean"),
    }
    rivals = card.rivals
    for method, better, low, high in zip(rivals.method, rivals.better_by, rivals.low, rivals.high, strict=True):
        if better is None or low is None or high is None:
            continue
        sv, en = names.get(method, (method, method))
        share, least, most = (_share(year, abs(better)), _number(year, low), _number(year, high))
        less, more = year.say("mindre", "smaller"), year.say("större", "larger")
        word = less if better >= 0 else more
        yield year.say(
            f"Prognosens fel är {share} {word} än med {sv} (95 % intervall för minskningen {least} till {most} %).",
            f"The forecast's error is {share} {word} than with {en} (95% interval of the reduction {least} to "
            f"{most}%).",
        )


def _judged(year: Year, card: ModelCard) -> Iterator[str]:
    found = card.verdicts
    if found.district:
        raised, true, false = sum(found.raised), sum(found.true), sum(found.false)
        explained = sum(found.explained)
        yield year.say(
            f"{raised} varningar: {true} bedömda som riktiga, {false} som falska, {explained} som förklarade av annat.",
            f"{raised} alerts: {true} judged true, {false} false, {explained} explained by something else.",
        )


def _share(year: Year, value: float) -> str:
    return _number(year, value) + year.say("\N{NO-BREAK SPACE}%", "%")


def _number(year: Year, share: float) -> str:
    text = f"{100 * share:.1f}".replace("-", "−")
    return text.replace(".", ",") if year.language == "sv" else text
