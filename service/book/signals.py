"""The year's trend alerts: how many, how they were judged, how soon, and how often they were right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from adapters.documents.content import Block, Column, Note, Paragraph, Section, Table
from service.book.assessed import assessed
from service.book.made_up import mark
from service.book.signal_year import Followed, Lead, between, lead, signals_of
from service.book.work_words import Both, counted, named, word
from service.book.year import Year
from service.views.track_record import Record, record, wilson
from service.views.week_names import Names
from service.wording import alphabetical, day, figure

FEWEST = 5  # judged signals of a district for a figure of its own
_RESPONSES: dict[str, Both] = {"act": ("Agera", "Act"), "watch": ("Bevaka", "Watch"), "dismiss": ("Avskriv", "Dismiss")}
_FINDINGS: dict[str, Both] = {
    "true": ("Riktig", "Right"), "explained": ("Förklarad", "Explained"), "false": ("Falsk", "False"),
    "open": ("Oavgjord", "Not settled"),
}  # fmt: skip


def signals(year: Year) -> Section:
    """The signals of the year as they were known, with their verdicts, when the book was opened."""
    raised, title = signals_of(year), year.say("Signaler (trendvarningar)", "Signals (trend alerts)")
    blocks: list[Block] = [Paragraph(_summary(year, raised), strong=True)]
    if raised:
        blocks += [_verdicts(year, raised), *_unjudged(year, raised)]
    parts = [_soon(year, raised), _right(year, raised)] if raised else []
    return Section("signals", title, tuple(blocks), (*parts, assessed(year)))


def _mark(year: Year, raised: Sequence[Followed]) -> str:
    return mark(year, synthetic=any(one.signal.synthetic for one in raised))


def _summary(year: Year, raised: Sequence[Followed]) -> str:
    if not raised:
        return year.say(
            f"Ingen signal gäller {year.year}. Det säger inget om brotten: se vilka perioder som bedömdes.",
            f"No signal is about {year.year}. That says nothing of crime: see which periods were assessed.",
        )
    whole, on = record(one.signal for one in raised), year.opened_on
    number = counted(year, whole.raised, ("signal gäller", "signal is about"), ("signaler gäller", "signals are about"))
    left = whole.raised - whole.judged
    state = year.say("alla är bedömda", "all are judged")
    if left:
        state = year.say(f"{whole.judged} bedömda, {left} inte bedömda", f"{whole.judged} judged, {left} not judged")
    known = year.say(f"Så var det känt {day(on, 'sv')}.", f"So it was known on {day(on, 'en')}.")
    first = f"{number} {year.year}; {state}, {_settled(year, whole)}."
    return " ".join(filter(None, (first, _share(year, whole), known)))


def _settled(year: Year, whole: Record) -> str:
    if not whole.settled:
        return year.say(
            "och för ingen är det avgjort om den var riktig", "and of none is it settled whether it was right"
        )
    parts = (
        counted(year, whole.true, ("riktig", "right"), ("riktiga", "right")),
        counted(year, whole.explained, ("förklarad", "explained"), ("förklarade", "explained")),
        counted(year, whole.false, ("falsk", "false"), ("falska", "false")),
    )
    return year.say(
        f"av {whole.settled} avgjorda är {named(year, parts)}", f"of {whole.settled} settled, {named(year, parts)}"
    )


def _share(year: Year, whole: Record) -> str:
    if whole.share is None or whole.low is None or whole.high is None:
        return ""
    share, low, high = (_percent(one) for one in (whole.share, whole.low, whole.high))
    return year.say(
        f"Något verkligt låg bakom {share} % av de avgjorda, de riktiga och de förklarade (95 % intervall {low} till "
        f"{high} %).",
        f"Something real was behind {share} % of the settled ones, the right and the explained (95 % interval {low} to "
        f"{high} %).",
    )


def _percent(share: float) -> str:
    return f"{round(100 * share)}"


# Verdicts


def _verdicts(year: Year, raised: Sequence[Followed]) -> Table:
    numbers = Counter((one.signal.response, one.signal.finding) for one in raised)
    columns = (
        Column(year.say("Svar", "Response"), share=2.0),
        *(Column(word(year, _FINDINGS, finding), "right") for finding in _FINDINGS),
        Column(year.say("Alla", "All"), "right"),
    )
    rows = [_row(year, word(year, _RESPONSES, one), [numbers[one, f] for f in _FINDINGS]) for one in _RESPONSES]
    rows.append(_row(year, year.say("Alla bedömda", "All judged"),
                     [sum(numbers[r, f] for r in _RESPONSES) for f in _FINDINGS]))  # fmt: skip
    made_up = _mark(year, raised)
    caption = year.say(f"Bedömningar av signalerna för {year.year}{made_up}",
                       f"Verdicts on the signals of {year.year}{made_up}")  # fmt: skip
    return Table(caption, columns, tuple(rows))


def _row(year: Year, name: str, numbers: Sequence[int]) -> tuple[str, ...]:
    return (name, *(str(number) for number in numbers), str(sum(numbers)))


def _unjudged(year: Year, raised: Sequence[Followed]) -> tuple[Block, ...]:
    left = sum(one.signal.judged_on is None for one in raised)
    if not left:
        return ()
    told = counted(year, left, ("signal saknar bedömning", "signal has no verdict"),
                   ("signaler saknar bedömning", "signals have no verdict"))  # fmt: skip
    text = year.say(f"{told}. Den som ingen bedömer lär ingen något.", f"{told}. What nobody judges teaches nobody.")
    return (Note(text, "caution"),)


# How soon


def _soon(year: Year, raised: Sequence[Followed]) -> Section:
    say, acts = year.say, [one for one in raised if one.signal.response == "act"]
    leads = [
        (say("Till första bedömningen, alla", "To the first verdict, all"),
         lead(between(one.raised, one.judged) for one in raised)),
        (say("Till beslut: möte eller problembild, svar ”agera”",
             "To a decision: meeting or problem, to act on"),
         lead(between(one.raised, one.decided) for one in acts)),
        (say("Till ny åtgärd, svar ”agera”", "To a new action, to act on"),
         lead(between(one.raised, one.acted) for one in acts)),
    ]  # fmt: skip
    columns = (
        Column(say("Från det att signalen kom", "From when the signal came"), share=3.2),
        Column(say("Antal", "Number"), "right"), Column(say("Median, dagar", "Median, days"), "right", share=1.2),
        Column(say("Längst, dagar", "Slowest, days"), "right", share=1.2),
        Column(say("Går inte att säga", "Cannot be said"), "right", share=1.3),
    )  # fmt: skip
    caption = say(f"Tid från signal till bedömning, beslut och åtgärd, {year.year}",
                  f"Time from signal to verdict, decision and action, {year.year}")  # fmt: skip
    table = Table(caption, columns, tuple(_lead(year, name, one) for name, one in leads))
    title = say("Hur snabbt det gick", "How soon")
    return Section("signals-soon", title, (table, Paragraph(_linked(year, acts))))


def _lead(year: Year, name: str, one: Lead) -> tuple[str, ...]:
    middle = figure(one.middle, year.language) if one.middle is not None else "–"
    return name, str(one.number), middle, str(one.slowest) if one.slowest is not None else "–", str(one.left)


def _linked(year: Year, acts: Sequence[Followed]) -> str:
    running = sum(one.acted is None and one.running for one in acts)
    told = year.say(
        "Ett beslut räknas när ett veckomöte antecknade det om signalen, eller när signalen lades till en problembild. "
        "En åtgärd räknas när den beslutades efter signalen, för en sådan problembild eller i ett sådant mötesbeslut. "
        "Där ingen har antecknat länken går tiden inte att säga.",
        "A decision counts when a weekly meeting recorded it about the signal, or when the signal was put to a "
        "problem. An action counts when committed to after the signal, for such a problem or by such a decision. "
        "Where nobody recorded the link, the time cannot be said.",
    )
    if not running:
        return told
    more = counted(year, running, ("signal utan ny åtgärd", "signal without a new action"),
                   ("signaler utan ny åtgärd", "signals without a new action"))  # fmt: skip
    return told + " " + year.say(
        f"För {more} pågick redan åtgärder för problembilden.", f"For {more} the problem had actions going on already."
    )  # fmt: skip


# How often they were right


def _right(year: Year, raised: Sequence[Followed]) -> Section:
    say, names = year.say, Names(year.register)
    by: dict[str, list[Followed]] = {}
    for one in raised:
        by.setdefault(names.district(one.signal.source, one.signal.district) or one.signal.district, []).append(one)
    columns = (
        Column(say("Område", "District"), share=2.4), Column(say("Signaler", "Signals"), "right"),
        Column(say("Bedömda", "Judged"), "right"), Column(say("Avgjorda", "Settled"), "right"),
        Column(say("Riktiga", "Right"), "right"), Column(say("Förklarade", "Explained"), "right"),
        Column(say("Falska", "False"), "right"),
        Column(say("Rätt (95 %)", "Right (95%)"), "right", share=1.8),
    )  # fmt: skip
    made_up = _mark(year, raised)
    caption = say(f"Signalernas träffsäkerhet per område, {year.year}{made_up}",
                  f"The signals' precision by district, {year.year}{made_up}")  # fmt: skip
    title = say("Hur ofta de hade rätt", "How often they were right")
    rows = tuple(_district(name, record(one.signal for one in own)) for name, own in _grouped(year, by))
    return Section("signals-right", title, (Table(caption, columns, rows), Paragraph(_how(year))))


def _grouped(year: Year, by: dict[str, list[Followed]]) -> Iterator[tuple[str, Sequence[Followed]]]:
    few = [name for name, own in by.items() if sum(one.signal.judged_on is not None for one in own) < FEWEST]
    for name in sorted(by.keys() - set(few), key=alphabetical):
        yield name, by[name]
    if few:
        number = counted(year, len(few), ("område", "district"), ("områden", "districts"))
        together = year.say(f"{number} med färre än {FEWEST} bedömda", f"{number} with fewer than {FEWEST} judged")
        yield together, [one for name in few for one in by[name]]
    if len(by) > 1:
        yield year.say("Alla", "All"), [one for own in by.values() for one in own]


def _district(name: str, one: Record) -> tuple[str, ...]:
    precision = "–"
    if one.settled:
        low, high = wilson(one.true, one.settled)
        precision = f"{_percent(one.true / one.settled)} % ({_percent(low)}–{_percent(high)} %)"
    numbers = (one.raised, one.judged, one.settled, one.true, one.explained, one.false)
    return (name, *(str(number) for number in numbers), precision)


def _how(year: Year) -> str:
    return year.say(
        "Träffsäkerhet är andelen riktiga av de avgjorda (riktiga, förklarade och falska), med 95-procentigt intervall "
        "enligt Wilson. En förklarad signal hade en känd orsak och räknas inte som träff här. Få avgjorda ger breda "
        "intervall, och säger då lite.",
        "Precision is the share of right ones among the settled (right, explained and false), with a 95 % interval by "
        "Wilson. An explained signal had a known cause and is no hit here. Few settled ones give wide intervals, which "
        "say little.",
    )
