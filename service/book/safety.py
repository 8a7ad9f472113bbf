"""Perceived safety: what surveys have found up to the year, how sure that is, and what can be compared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from adapters.documents.content import Block, Bullets, Column, Facts, Note, Paragraph, Section, Table
from domain.catalogue import Division
from service.book import made_up
from service.book.waves import (
    Asked,
    asked,
    breaks_between,
    comparable,
    difference,
    differing,
    fixed,
    interval,
    limits,
    shown,
)
from service.book.year import Year
from service.views.survey import Wave
from service.wording import alphabetical, day, figure, grouped, listed, short

MOST_WAVES = 12


def safety(year: Year) -> Section:
    """Perceived safety: every question with its waves, and the districts in the year's latest wave."""
    title = year.say("Upplevd trygghet", "Perceived safety")
    found = asked(year)
    if not found:
        return Section("safety", title, (Paragraph(_nothing(year), strong=True), Paragraph(_reports(year))))
    by_source: dict[str, list[Asked]] = defaultdict(list)
    for each in found:
        by_source[each.source].append(each)
    parts = tuple(_part(year, questions) for questions in by_source.values())
    return Section("safety", title, (Paragraph(_in_short(year, found), strong=True),), parts)


def _nothing(year: Year) -> str:
    return year.say(
        f"Registret har inget enkätresultat till och med {year.last}. Om tryggheten har ökat eller minskat "
        f"{year.year} kan inte sägas.",
        f"The register has no survey result up to {year.last}. Whether safety rose or fell in {year.year} cannot be "
        "said.",
    )


def _reports(year: Year) -> str:
    return year.say(
        "Antalet rapporter och anmälda brott är inget mått på upplevd trygghet och används inte i stället.",
        "The numbers of reports and of reported crimes are no measure of perceived safety and do not stand in for it.",
    )


def _in_short(year: Year, found: Sequence[Asked]) -> str:
    fresh = [each for each in found if each.latest and year.holds(date.fromisoformat(each.latest.day))]
    if not fresh:
        latest = max((each.latest.day for each in found if each.latest), default=None)
        when = day(date.fromisoformat(latest), year.language) if latest else ""
        return year.say(
            f"Ingen undersökning av hela kommunen gjordes {year.year}"
            + (f"; den senaste är från {when}." if when else "."),
            f"No survey of the whole municipality was made in {year.year}"
            + (f"; the latest is of {when}." if when else "."),
        )
    names = listed((f"{each.name}: {_told(year, each)}" for each in fresh), year.say("och", "and"), 6, 200)
    alone = all(len(comparable(each.whole)) < 2 for each in fresh)
    tail = year.say(
        " Det finns inget tidigare mätvärde att jämföra med, så om tryggheten har ändrats kan inte sägas.",
        " There is no earlier wave to compare with, so whether safety has changed cannot be said.",
    )
    return f"{names}.{tail if alone else ''}"


def _told(year: Year, each: Asked) -> str:
    wave = each.whole[-1]
    side = interval(wave)
    if side is None:
        return f"{shown(wave, year.language)} (n {grouped(wave.n, year.language)})"
    low, high = (fixed(x, year.language) for x in side[:2])
    return year.say(
        f"{shown(wave, 'sv')} (95\N{NO-BREAK SPACE}% intervall {low} till {high}, n {grouped(wave.n, 'sv')})",
        f"{shown(wave, 'en')} (95% interval {low} to {high}, n {grouped(wave.n, 'en')})",
    )


def _part(year: Year, questions: Sequence[Asked]) -> Section:
    source = questions[0].state
    blocks: list[Block] = []
    if source.synthetic:
        blocks.append(made_up.note(year))
    blocks += [_table(year, each) for each in questions if each.whole]
    blocks.append(Bullets(tuple(_comparisons(year, questions))))
    if districts := _districts(year, questions):
        blocks += districts
    blocks.append(_methods(year, questions))
    return Section(f"safety-{questions[0].source}", short(source.name, 100), tuple(blocks))


def _table(year: Year, each: Asked) -> Table:
    say, mark = year.say, made_up.mark(year, synthetic=each.state.synthetic)
    columns = (
        Column(say("Mätning", "Wave")),
        Column(say("Gjord", "Fielded")),
        Column(say("Värde", "Value"), "right"),
        Column(say("95 % intervall", "95% interval"), "right"),
        Column(say("Svar (n)", "Answers (n)"), "right"),
        Column(say("Jämförbar med mätningen före", "Comparable with the wave before"), share=2.0),
    )
    rows = tuple(
        (
            wave.wave,
            wave.day,
            shown(wave, year.language),
            limits(wave, year.language),
            grouped(wave.n, year.language),
            _beside(year, each, i),
        )
        for i, wave in enumerate(each.whole)
    )
    caption = say(f"{each.name}, hela kommunen{mark}", f"{each.name}, the whole municipality{mark}")
    return Table(caption, columns, rows)


def _beside(year: Year, each: Asked, i: int) -> str:
    if i == 0:
        return year.say("första mätningen", "the first wave")
    wave, before = each.whole[i], each.whole[i - 1]
    if wave.after_break:
        return year.say("nej: ", "no: ") + listed(_why(year, each, i), year.say("och", "and"), 3, 120)
    found = difference(wave, before)
    if found is None:
        return year.say("ja, men utan intervall", "yes, but without an interval")
    return year.say("ja: ", "yes: ") + _direction(year, found, wave.unit)


def _why(year: Year, each: Asked, i: int) -> Iterator[str]:
    wave, before = each.whole[i], each.whole[i - 1]
    if wave.method != before.method:
        yield year.say("en annan metod", "another method")
    for on, reason in breaks_between(each.state, before, wave.day):
        yield year.say(f"metodbrott {on} ({short(reason, 80)})", f"break of method {on} ({short(reason, 80)})")


def _direction(year: Year, found: tuple[float, float], of: str) -> str:
    low, high = found
    told = differing(found, of, year.language)
    if low <= 0 <= high:
        return year.say(f"ingen säker skillnad ({told})", f"no sure difference ({told})")
    word = year.say("högre", "higher") if low > 0 else year.say("lägre", "lower")
    return f"{word} ({told})"


def _comparisons(year: Year, questions: Sequence[Asked]) -> Iterator[str]:
    """What may be compared, in words."""
    for each in questions:
        waves = comparable(each.whole)
        name = year.say(f"”{each.name}”", f"“{each.name}”")
        if len(waves) > 1:
            first, last = waves[0].wave, waves[-1].wave
            yield year.say(
                f"{name} kan jämföras från {first} till {last}.", f"{name} can be compared from {first} to {last}."
            )
        elif each.whole:
            tail = year.say("; tidigare mätningar gjordes på annat sätt", "; earlier waves were made in another way")
            told = tail if len(each.whole) > 1 else ""
            yield year.say(
                f"{name} har ett mätvärde, {waves[0].wave}, och kan inte jämföras bakåt{told}.",
                f"{name} has one wave, {waves[0].wave}, and cannot be compared backwards{told}.",
            )
    yield year.say(
        "Olika undersökningar ställer frågor på olika sätt till olika urval. Deras nivåer jämförs inte med varandra.",
        "Different surveys ask differently, of different samples. Their levels are not compared with each other.",
    )


def _districts(year: Year, questions: Sequence[Asked]) -> list[Block]:
    """The districts in the latest wave, at most three questions side by side."""
    wave = max((w.wave for q in questions for waves in q.districts.values() for w in waves), default=None)
    shown_here = [q for q in questions if any(w.wave == wave for waves in q.districts.values() for w in waves)][:3]
    if wave is None or not shown_here:
        return []
    division = year.register.find(Division, questions[0].state.division)
    names = {
        k: division.districts[k].name if division and k in division.districts else k
        for q in shown_here
        for k in q.districts
    }
    columns = (Column(year.say("Område", "District")), *(Column(short(q.name, 60), share=1.6) for q in shown_here))
    rows = tuple(
        (name, *(_cell(year, q, key, wave) for q in shown_here))
        for key, name in sorted(names.items(), key=lambda each: alphabetical(each[1]))
    )
    mark = made_up.mark(year, synthetic=questions[0].state.synthetic)
    caption = year.say(
        f"Områdena i mätningen {wave}: värde, 95 % intervall och antal svar{mark}",
        f"The districts in the wave {wave}: value, 95% interval and number of answers{mark}",
    )
    return [Table(caption, columns, rows), Note(_caution(year, len(rows) * len(shown_here)), "caution")]


def _caution(year: Year, cells: int) -> str:
    by_chance = figure(max(round(cells * 0.05), 1), year.language)
    return year.say(
        "”Högre” och ”lägre” står bara där områdets hela intervall ligger över eller under kommunens värde. Bland "
        f"{cells} jämförelser väntas omkring {by_chance} hamna där av slumpen. Rangordna inte områdena efter talen.",
        "“Higher” and “lower” stand only where a district's whole interval lies above or below the municipality's "
        f"value. Of {cells} comparisons about {by_chance} can be expected there by chance. Do not rank districts by "
        "the figures.",
    )


def _cell(year: Year, each: Asked, place: str, name: str) -> str:
    wave = next((w for w in each.districts.get(place, ()) if w.wave == name), None)
    if wave is None:
        return "–"
    told = f"{shown(wave, year.language)} ({limits(wave, year.language)}; n {grouped(wave.n, year.language)})"
    return told + _against(year, wave, next((w for w in each.whole if w.wave == name), None))


def _against(year: Year, wave: Wave, whole: Wave | None) -> str:
    side = interval(wave)
    if whole is None or side is None or side[0] <= whole.value <= side[1]:
        return ""
    return year.say(", högre", ", higher") if wave.value > whole.value else year.say(", lägre", ", lower")


def _methods(year: Year, questions: Sequence[Asked]) -> Facts:
    waves = [w for q in questions for w in q.whole] or [w for q in questions for ws in q.districts.values() for w in ws]
    methods: dict[str, dict[str, None]] = {}
    for wave in waves:
        methods.setdefault(wave.method, {})[wave.wave] = None
    label, also = year.say("Metod", "Method"), year.say("och", "and")
    pairs = [(f"{label}, {listed(names, also, MOST_WAVES)}", short(method, 400)) for method, names in methods.items()]
    if any(found and not found[2] for found in map(interval, waves)):
        pairs.append(
            (
                "*",
                year.say(
                    "intervallet är räknat ur antalet svar, som vid ett slumpmässigt urval",
                    "the interval is worked out from the number of answers, as of a random sample",
                ),
            )
        )
    return Facts(tuple(pairs))
