"""Yearly charts: all events and the largest categories, week by week, with what was expected, breaks and actions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from adapters.chart_contents import Chart
from adapters.charts import PAPER, specification, svg
from adapters.documents.content import Block, Figure, Paragraph
from domain.period import containing, last_complete
from service.book.change import Change, told
from service.book.figures import YearFigures, a_year_before
from service.book.made_up import mark
from service.book.year import Year
from service.pages.charts import chart_of, note_of
from service.views.scope import scope
from service.views.series import Series, series_in
from service.views.series_marks import Mark, marks
from service.wording import grouped, listed, short_week

CHARTS = 4
MARKS = 5


def charts(year: Year, figures: YearFigures) -> Iterator[Block]:
    """How to read them, then all events and the categories with most of them in the year, each with its marks."""
    by_kind = figures.by(1)
    largest = sorted(by_kind, key=lambda kind: (-by_kind[kind].now, kind))[: CHARTS - 1]
    drawn = [(_series(year, figures, None), figures.compared())]
    if len(by_kind) > 1:
        drawn += [(_series(year, figures, kind), by_kind[kind]) for kind in largest if by_kind[kind].now]
    told = dict.fromkeys(_assessed(year, series) for series, _ in drawn)
    yield Paragraph(" ".join(told) if len(told) == 1 else _assessed(year, drawn[0][0]))
    for series, change in drawn:
        yield Figure(_drawn(year, chart_of(series, year.language)), _alt(year, series), _caption(year, series, change))
        if series.marks:  # as text below, so that they are as large as the rest
            yield Paragraph("; ".join(note_of(each, year.language) for each in series.marks) + ".")


def _drawn(year: Year, chart: Chart) -> str:
    return svg(specification(chart, PAPER), year.language)


def _series(year: Year, figures: YearFigures, kind: str | None) -> Series:
    """From the beginning of the year before to the last known period of the year, without what lay ahead."""
    of, freq = figures.of, figures.of.frequencies[0]
    first = containing(a_year_before(figures.of, figures.days)[0], freq)
    last = last_complete(figures.days[1], freq)
    what = scope(year.register, of, None, kind)
    series = series_in(year.register, year.tables, year.at, of, what, freq, first=first)
    shown = replace(series, ahead=(), forecast=None).within(first, last)
    return replace(shown, marks=_marks(year, figures, kind, a_year_before(figures.of, figures.days)[0]))


def _marks(year: Year, figures: YearFigures, kind: str | None, first: date) -> tuple[Mark, ...]:
    """Breaks and promises, and of a category its actions: those that ran in the year, the latest begun first."""
    of = figures.of
    found = marks(year.register, of.key, of.division, of.districts, (kind,) if kind else of.categories)
    there = [m for m in found if m.first <= figures.days[1] and (m.last or figures.days[1]) >= first]
    breaks = [m for m in there if m.kind == "break"]
    wanted = ("promise", "action") if kind else ("promise",)
    running = [m for m in there if m.kind in wanted and (m.last or figures.days[1]) >= figures.days[0]]
    latest = sorted(running, key=lambda m: (m.first, m.title), reverse=True)[:MARKS]
    return tuple(_numbered([*breaks, *sorted(latest, key=lambda m: (m.kind, m.first, m.title))]))


def _numbered(found: Sequence[Mark]) -> Iterator[Mark]:
    counted: dict[str, int] = {}
    for mark_ in found:
        counted[mark_.kind] = counted.get(mark_.kind, 0) + 1
        yield replace(mark_, number=counted[mark_.kind])


def _alt(year: Year, series: Series) -> str:
    """What the line does, in numbers."""
    known = [(point.observed, point.period) for point in series.points if point.observed is not None]
    name = year.say(series.scope.kind_name.sv, series.scope.kind_name.en)
    if not known:
        return year.say(f"{name}: inga kända perioder.", f"{name}: no known periods.")
    (low, low_at), (high, high_at) = min(known), max(known)
    first, last = (short_week(known[i][1], year.language) for i in (0, -1))
    least, most = grouped(low, year.language), grouped(high, year.language)
    at_least, at_most = short_week(low_at, year.language), short_week(high_at, year.language)
    marks_ = listed((m.title for m in series.marks), year.say("och", "and"), MARKS + 2, 60)
    tail = year.say(f" Utmärkt: {marks_}.", f" Marked: {marks_}.") if marks_ else ""
    return year.say(
        f"Kurva över händelser i hela kommunen, {name}, från {first} till {last}. Det lägsta talet är {least} "
        f"({at_least}) och det högsta {most} ({at_most}).{tail}",
        f"Curve of events in the whole municipality, {name}, from {first} to {last}. The lowest number is {least} "
        f"({at_least}) and the highest {most} ({at_most}).{tail}",
    )


def _caption(year: Year, series: Series, change: Change) -> str:
    name = year.say(series.scope.kind_name.sv, series.scope.kind_name.en)
    number = grouped(change.now, year.language)
    marked = mark(year, synthetic=series.synthetic)
    chance = (
        ""
        if change.sure in ("fewer", "more")
        else year.say(", inte mer än slumpen kan ge", ", no more than chance can give")
    )
    if change.share is None:
        finding = year.say(f"{name}: {number} händelser {year.year}", f"{name}: {number} events in {year.year}")
    else:
        finding = year.say(
            f"{name}: {number} händelser {year.year}, {told(change, 'sv')} mot året före{chance}",
            f"{name}: {number} events in {year.year}, {told(change, 'en')} against the year before{chance}",
        )
    return f"{finding}{marked}."


def _assessed(year: Year, series: Series) -> str:
    periods = len(series.points)
    assessed = sum(point.expected is not None for point in series.points)
    if not assessed:
        return year.say(
            "Inga perioder är bedömda, så inget väntat spann är ritat.",
            "No periods are assessed, so no expected range is drawn.",
        )
    late = any(p.judged is not None and p.judged != p.observed for p in series.points)
    rings = year.say(
        " Det gäller det som var känt vid bedömningen (ringarna), inte det som kommit sedan (linjen).",
        " It is of what was known at the assessment (the rings), not of what has come since (the line).",
    )
    return year.say(
        f"Det väntade spannet är ritat för de perioder som bedömdes, {assessed} av {periods}.{rings if late else ''}",
        f"The expected range is drawn for the periods that were assessed, {assessed} of "
        f"{periods}.{rings if late else ''}",
    )
