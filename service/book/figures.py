"""The year's figures of the main series: the days that are known of it, and the same days of other years."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial

from domain.catalogue import Source
from domain.file_import import FileImport
from domain.period import containing, first_day, frequency, last_complete, last_day
from domain.signal import Assessment, Results
from service.book.change import Change, change
from service.book.year import Year
from service.views.counts import counts
from service.views.coverage import covered_spans
from service.views.scope import Counted, counted, scope

Days = tuple[date, date]
Cells = Mapping[tuple[str, str], float]
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class YearFigures:
    """The main series. days: those of the year that are known; missing: whether others of the year are not.

    now: events by (district, category) in them; earlier: the same days a year before (None: not known), with before.
    """

    of: Counted
    days: Days
    missing: bool
    now: Cells
    earlier: Days | None
    before: Cells
    spread: Results | None
    """What the latest assessment up to the year's end found: its dispersions widen the intervals."""

    def by(self, part: int) -> dict[str, Change]:
        """Each district (0) or category (1) with its change from the year before."""
        keys = (self.of.districts, self.of.categories)[part]
        return {key: self.compared(partial(_is, part, key)) for key in keys}

    def compared(self, wanted: Callable[[tuple[str, str]], bool] = lambda _: True) -> Change:
        """The change of the cells that are wanted; all of them if nothing else is said."""
        now, before = (total(cells, wanted) for cells in (self.now, self.before))
        if self.earlier is None:
            return Change(now, 0.0, None, None, None)
        return change(now, before, length(self.days), length(self.earlier), phi(self.spread, wanted))


def _is(part: int, key: str, cell: tuple[str, str]) -> bool:
    return cell[part] == key


def length(days: Days) -> int:
    """How many days, both ends included."""
    return (days[1] - days[0]).days + 1


def total(cells: Cells, wanted: Callable[[tuple[str, str]], bool] = lambda _: True) -> float:
    """The events in the cells that are wanted."""
    return float(sum(number for cell, number in cells.items() if wanted(cell)))


def phi(spread: Results | None, wanted: Callable[[tuple[str, str]], bool]) -> float:
    """The recorded dispersions of series, each weighted by what was expected there; 1 (Poisson) where none is known."""
    if spread is None:
        return 1.0
    rows = zip(spread.district, spread.category, spread.dispersion, spread.expected, strict=True)
    parts = [(d, e) for place, kind, d, e in rows if d is not None and e and wanted((place, kind))]
    weight = sum(e for _, e in parts)
    return max(sum(d * e for d, e in parts) / weight, 1.0) if weight else 1.0


def main_series(year: Year) -> Counted | None:
    """The source that the register names as its main series, as known when the book was opened; None: it has none."""
    sources: dict[str, Source] = year.register.states[Source.KIND]
    main = [key for key, source in sources.items() if source.use == "main series"]
    return next((of for of in (counted_as_known(year, key) for key in main) if of is not None), None)


def counted_as_known(year: Year, key: str) -> Counted | None:
    """A source of counts or incidents; None: no file of it stood when the book was opened."""
    files = [i for i in year.register.every(FileImport) if i.source == key and not i.withdrawn]
    if not any(i.kind in ("counts", "incidents") for i in files):
        return None
    of = counted(year.register, year.tables, key)
    return of if _said(year, of) else _as_known(year, of)


def _said(year: Year, of: Counted) -> bool:
    """Whether the files themselves say what they speak of, which no later file can change."""
    files = [i for i in year.register.every(FileImport) if i.source == of.key and not i.withdrawn]
    said = all(i.coverage is not None and i.coverage.districts and i.coverage.categories for i in files)
    return said and of.incidents


def _as_known(year: Year, of: Counted) -> Counted:
    """With the districts and categories that rows spoke of when the book was opened, in alphabetical order of keys."""
    if of.incidents:
        rows = year.tables.incident_counts(of.key, "month", at=year.at)
    else:
        rows = year.tables.counts(of.key, at=year.at)
    districts, kinds = sorted({row[0] for row in rows}), sorted({row[1] for row in rows})
    frequencies = of.frequencies if of.incidents else tuple(sorted({frequency(row[2]) for row in rows}))[:1]
    return replace(of, districts=tuple(districts), categories=tuple(kinds), frequencies=frequencies)


def known_days(year: Year, of: Counted) -> tuple[Days, ...]:
    """Spans of days that the source has figures for."""
    if of.incidents:
        return covered_spans(year.register, of.key)
    if not of.frequencies or not of.districts:
        return ()
    whole = scope(year.register, of, None, None)
    grid = counts(year.register, year.tables, year.at, of, whole, of.frequencies[0])
    return tuple(_runs(p for p, number in zip(grid.periods, grid.rows[""], strict=True) if number is not None))


def _runs(periods: Iterable[str]) -> Iterator[Days]:
    begun: Days | None = None
    for period in periods:
        if begun and begun[1] + A_DAY == first_day(period):
            begun = begun[0], last_day(period)
            continue
        if begun:
            yield begun
        begun = first_day(period), last_day(period)
    if begun:
        yield begun


def year_figures(year: Year) -> YearFigures | None:
    """The main series in the year; None where there is none, or none of its days is known."""
    of = main_series(year)
    spans = known_days(year, of) if of else ()
    days = max((d for d in (_within(year, of, span) for span in spans) if d), key=length, default=None) if of else None
    if of is None or days is None:
        return None
    before = a_year_before(of, days)
    earlier = before if covered(before, spans) else None
    return YearFigures(
        of,
        days,
        days != (year.first, year.last),
        events(year, of, days),
        earlier,
        events(year, of, earlier) if earlier else {},
        _spread(year, of),
    )


def _within(year: Year, of: Counted, span: Days) -> Days | None:
    """The part of a span that lies in the year."""
    return whole(of, (max(span[0], year.first), min(span[1], year.last)))


def whole(of: Counted, days: Days) -> Days | None:
    """The days that the source can count: all of incidents; of imported counts, those of whole periods."""
    first, last = days
    if not of.incidents:
        begin = containing(first, of.frequencies[0])
        first = first if first_day(begin) == first else last_day(begin) + A_DAY
        last = last_day(last_complete(last, of.frequencies[0]))
    return (first, last) if first <= last else None


def a_year_before(of: Counted, days: Days) -> Days:
    """The same days of the year before; of imported weeks, the same weekdays."""
    if not of.incidents and of.frequencies[0] == "week":
        return days[0] - timedelta(364), days[1] - timedelta(364)
    return _earlier(days[0], 1), _earlier(days[1], 1)


def _earlier(day: date, years: int) -> date:
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - years, day=28 if leap else day.day)


def covered(days: Days, spans: Iterable[Days]) -> bool:
    """Whether one span holds all of the days."""
    return any(first <= days[0] and days[1] <= last for first, last in spans)


def events(year: Year, of: Counted, days: Days, *, at: int | None = None) -> Cells:
    """Events by (district, category) in a span of days, as known when the book was opened (or at another gsn)."""
    rows = year.tables.totals(
        of.key,
        districts=of.districts,
        categories=of.categories,
        first=days[0],
        last=days[1],
        at=year.at if at is None else at,
        incidents=of.incidents,
    )
    return {(row[0], row[1]): float(row[2]) for row in rows}


def summed(parts: Iterable[Cells]) -> Cells:
    """Cells added up."""
    found: dict[tuple[str, str], float] = defaultdict(float)
    for part in parts:
        for cell, number in part.items():
            found[cell] += number
    return found


def _spread(year: Year, of: Counted) -> Results | None:
    runs = [
        (last_day(run.period), run.number, run)
        for run in year.register.every(Assessment)
        if run.source == of.key and last_day(run.period) <= year.last
    ]
    return max(runs, key=lambda each: each[:2])[2].results if runs else None


# The same days in the twelve months before the agreement, and in those before them


def before_agreement(year: Year, of: Counted, days: Days, years: int = 0) -> tuple[Days, ...]:
    """The same days within the last twelve months before the agreement began, or within those `years` earlier."""
    begun = year.agreement.first_day
    if not of.incidents:
        begun = last_day(last_complete(begun - A_DAY, of.frequencies[0])) + A_DAY
    window = _each(_earlier(begun, years + 1), _earlier(begun, years) - A_DAY)
    wanted = {(day.month, day.day) for day in _each(*days)}
    wanted |= {(2, 29)} if (2, 28) in wanted else set()
    pieces = _joined(day for day in window if (day.month, day.day) in wanted)
    return tuple(piece for piece in (whole(of, each) for each in pieces) if piece)


def _each(first: date, last: date) -> Iterator[date]:
    yield from (first + timedelta(n) for n in range((last - first).days + 1))


def _joined(days: Iterable[date]) -> Iterator[Days]:
    begun: Days | None = None
    for day in days:
        if begun and begun[1] + A_DAY != day:
            yield begun
            begun = None
        begun = (begun[0] if begun else day), day
    if begun:
        yield begun
