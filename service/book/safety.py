"""Perceived safety: what surveys have found up to the year, how sure that is, and what can be compared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from adapters.documents.content import Block, Bullets, Column, Facts, Paragraph, Section, Table
from service.book import made_up
from service.book.safety_districts import districts_of
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
from service.wording import day, grouped, listed, short

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
            f"Ingen undersökning av hela kommunen gjordes under överenskommelsens tid {year.year}"
            + (f"; den senaste är från {when}." if when else "."),
            f"No survey of the whole municipality was made while the agreement was in force in {year.year}"
            + (f"; the latest is of {when}." if when else "."),
        )
    followed = [each for each in fresh if len(comparable(each.whole)) > 1] or fresh
    sentences = [listed(_sides(year, followed), year.say("och", "and"), 6, 250)]
    if rest := [each for each in fresh if each not in followed]:
        told = listed(_sides(year, rest), year.say("och", "and"), 6, 250)
        sentences.append(year.say(f"Utan något att jämföra med: {told}", f"With nothing to compare with: {told}"))
    names = ". ".join(sentences)
    alone = all(len(comparable(each.whole)) < 2 for each in fresh)
    tail = year.say(
        " Det finns inget tidigare mätvärde att jämföra med, så om tryggheten har ändrats kan inte sägas.",
        " There is no earlier wave to compare with, so whether safety has changed cannot be said.",
    )
    return f"{names}.{tail if alone else ''}"


def _sides(year: Year, found: Sequence[Asked]) -> Iterator[str]:
    """Each question with its value, and how that differs from the wave before where the two can be compared."""
    for each in found:
        told = f"{each.name}: {_told(year, each)}"
        if len(comparable(each.whole)) > 1 and (moved := difference(each.whole[-1], each.whole[-2])):
            before = each.whole[-2].wave
            sv, en = ("ingen säker skillnad mot", "no sure difference from") if moved[0] <= 0 <= moved[1] else (
                ("högre än", "higher than") if moved[0] > 0 else ("lägre än", "lower than")
            )  # fmt: skip
            told += f", {year.say(sv, en)} {before}"
        yield told


def _told(year: Year, each: Asked) -> str:
    wave = each.whole[-1]
    side = interval(wave)
    if side is None:
        return f"{shown(wave, year.language)} (n {grouped(wave.n, year.language)})"
    low, high = (fixed(x, year.language) for x in side[:2])
    return year.say(
        f"{shown(wave, 'sv')} (95\N{NO-BREAK SPACE}% intervall {low} till {high}, n\N{NO-BREAK SPACE}"
        f"{grouped(wave.n, 'sv')})",
        f"{shown(wave, 'en')} (95% interval {low} to {high}, n\N{NO-BREAK SPACE}{grouped(wave.n, 'en')})",
    )


def _part(year: Year, questions: Sequence[Asked]) -> Section:
    source = questions[0].state
    blocks: list[Block] = []
    if source.synthetic:
        blocks.append(made_up.note(year))
    blocks += [_table(year, each) for each in questions if each.whole]
    blocks.append(Bullets(tuple(_comparisons(year, questions))))
    if districts := districts_of(year, questions):
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
        Column(say("Jämfört med den förra", "Against the last"), share=2.2),
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
