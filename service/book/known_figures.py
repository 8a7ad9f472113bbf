"""The year's figures as known at its end and at the opening: what came late, was revised, or had not been delivered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from adapters.documents.content import Block, Column, Paragraph, Table
from domain.catalogue import Source
from domain.file_import import FileImport
from service.book import made_up
from service.book.figures import Days, counted_as_known, events, known_days
from service.book.year import Year
from service.views.coverage import covered_spans
from service.views.scope import Counted, category_name
from service.wording import alphabetical, grouped, short


@dataclass(frozen=True, slots=True)
class _Line:
    """Events of the year: known then and known now in the days that were delivered then, and in the days after."""

    name: str
    then: float
    now: float
    later: float


def late_figures(year: Year) -> tuple[list[Block], str]:
    """The tables, and in a sentence how much came late."""
    blocks: list[Block] = []
    told: list[str] = []
    for of in _counted(year):
        lines, delivered = _lines(year, of)
        blocks.append(_table(year, of, lines, delivered))
        told.append(_in_short(year, of, lines))
    reports = _reports(year)
    if reports:
        blocks.append(_reports_table(year, reports))
    if not blocks:
        nothing = year.say("Registret har inga siffror för året.", "The register has no figures for the year.")
        return [Paragraph(nothing)], nothing
    if not told:
        told = [
            year.say("Året har inga räknade serier, bara rapporter.", "The year has no counted series, only reports.")
        ]
    return blocks, " ".join(told)


def _counted(year: Year) -> Iterable[Counted]:
    files = [i for i in year.register.every(FileImport) if not i.withdrawn and i.kind in ("counts", "incidents")]
    files += [i for i in year.before.every(FileImport) if not i.withdrawn and i.kind in ("counts", "incidents")]
    sources: dict[str, Source] = year.register.states[Source.KIND]
    keys = sorted({i.source for i in files}, key=lambda key: (sources[key].use != "main series", key))
    return (of for of in (counted_as_known(year, key) for key in keys) if of is not None)


def _lines(year: Year, of: Counted) -> tuple[list[_Line], Days | None]:
    delivered = _delivered(year, of)
    parts = [_by_category(events(year, of, delivered, at=at)) if delivered else {} for at in (year.then, year.at)]
    after = (delivered[1] + timedelta(1), year.last) if delivered else (year.first, year.last)
    later = _by_category(events(year, of, after)) if after[0] <= after[1] else {}
    names = {kind: category_name(year.register, kind) for kind in of.categories}
    lines = [
        _Line(name, parts[0].get(kind, 0.0), parts[1].get(kind, 0.0), later.get(kind, 0.0))
        for kind, name in sorted(names.items(), key=lambda each: alphabetical(each[1]))
    ]
    return lines, delivered


def _delivered(year: Year, of: Counted) -> Days | None:
    """The days of the year that the source had delivered when it ended; from its files, or from its figures."""
    spans = covered_spans(year.before, of.key) if of.incidents else ()
    if not of.incidents:
        rows = year.tables.counts(of.key, at=year.then)
        days = [each for each in known_days(year, of) if rows and each[0] <= year.last and each[1] >= year.first]
        return (year.first, year.last) if days else None
    inside = [(max(a, year.first), min(b, year.last)) for a, b in spans if a <= year.last and b >= year.first]
    return (inside[0][0], inside[-1][1]) if inside else None


def _by_category(cells: Mapping[tuple[str, str], float]) -> dict[str, float]:
    found: dict[str, float] = {}
    for (_, kind), number in cells.items():
        found[kind] = found.get(kind, 0.0) + number
    return found


def _summed(lines: Iterable[_Line], name: str) -> _Line:
    there = list(lines)
    return _Line(name, sum(x.then for x in there), sum(x.now for x in there), sum(x.later for x in there))


def _in_short(year: Year, of: Counted, lines: list[_Line]) -> str:
    whole = _summed(lines, "")
    more = whole.now - whole.then
    name = short(of.name, 80)
    if not more and not whole.later:
        return year.say(
            f"{name}: samma siffror nu som vid årets slut.", f"{name}: the same figures now as at the year's end."
        )
    number, late = (grouped(abs(x), year.language) for x in (more, whole.later))
    word = year.say("fler", "more") if more >= 0 else year.say("färre", "fewer")
    tail = (
        year.say(f" och {late} från dagar som inte var levererade", f" and {late} of days not delivered")
        if whole.later
        else ""
    )
    return year.say(
        f"{name}: {number} {word} än vad som var känt vid årets slut{tail}.",
        f"{name}: {number} {word} than was known at the year's end{tail}.",
    )


def _table(year: Year, of: Counted, lines: list[_Line], delivered: Days | None) -> Table:
    say, mark = year.say, made_up.mark(year, synthetic=of.synthetic, name=of.name)
    days = (
        say(f"{delivered[0]} till {delivered[1]}", f"{delivered[0]} to {delivered[1]}")
        if delivered
        else say("inga dagar", "no days")
    )
    columns = (
        Column(say("Kategori", "Category"), share=2.0),
        Column(say("Känt då", "Known then"), "right"),
        Column(say("Känt nu", "Known now"), "right"),
        Column(say("Skillnad", "Difference"), "right"),
        Column(say("Senare dagar", "Later days"), "right"),
    )
    rows = tuple(_row(year, line) for line in (*lines, _summed(lines, say("Alla", "All"))))
    caption = say(
        f"{of.name}{mark}: händelser {days}, som då var levererade, och i årets senare dagar, som kom sedan",
        f"{of.name}{mark}: events {days}, which had been delivered then, and in the year's later days, delivered since",
    )
    return Table(caption, columns, rows)


def _row(year: Year, line: _Line) -> tuple[str, ...]:
    then, now, later = (grouped(x, year.language) for x in (line.then, line.now, line.later))
    return line.name, then, now, difference(year, line.now - line.then), later


def difference(year: Year, value: float) -> str:
    """With its sign."""
    text = grouped(abs(value), year.language)
    return f"{'+' if value > 0 else '−' if value < 0 else ''}{text}"


def _reports(year: Year) -> list[tuple[str, float, float]]:
    """Sources of reports, with how many of the year were known then and now."""
    sources: dict[str, Source] = year.register.states[Source.KIND]
    then, now = (
        {row[0]: float(row[1]) for row in year.tables.report_sources(year.first, year.last, at=at)}
        for at in (year.then, year.at)
    )
    keys = sorted(then.keys() | now.keys(), key=lambda key: alphabetical(sources[key].name))
    return [(sources[key].name, then.get(key, 0.0), now.get(key, 0.0)) for key in keys]


def _reports_table(year: Year, found: list[tuple[str, float, float]]) -> Table:
    say = year.say
    columns = (
        Column(say("Källa", "Source"), share=2.5),
        Column(say("Känt då", "Known then"), "right"),
        Column(say("Känt nu", "Known now"), "right"),
        Column(say("Skillnad", "Difference"), "right"),
    )
    rows = tuple(
        (name, grouped(then, year.language), grouped(now, year.language), difference(year, now - then))
        for name, then, now in found
    )
    return Table(
        say("Rapporter med datum i året, per källa", "Reports with a date in the year, by source"), columns, rows
    )
