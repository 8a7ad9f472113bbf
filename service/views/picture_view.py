"""The shared picture: what was asked for, the year's joint findings, and each district or category beside another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from adapters.tables import Tables
from domain.catalogue import Categories, Division
from domain.core import must_exist, refuse
from domain.period import Frequency, containing, first_day
from domain.register import Register
from domain.signal import Signal, signal_key
from service.views.counts import Numbers, counts
from service.views.coverage import covered_spans, periods_within
from service.views.expectations import Expected, Runs
from service.views.map_view import DistrictMap, district_map
from service.views.scope import AREA, GROUP, Counted, Scope, category_name, countable, district_name, scope
from service.views.sparkline import Spark, spark
from service.views.standing import CLASSES, Standing, standing
from service.wording import alphabetical

SHOWN: Mapping[Frequency, int] = {"week": 53, "month": 36}
MOST_PERIODS = 600
By = Literal["district", "category"]


@dataclass(frozen=True, slots=True)
class PictureAsked:
    """What a reader asks for; None is what is usual. place, kind: as in Scope; first, last: days or periods."""

    source: str | None = None
    place: str | None = None
    kind: str | None = None
    first: str | None = None
    last: str | None = None
    frequency: str | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be asked for: sources, areas (with their districts) and groups (with their categories), by name."""

    sources: tuple[tuple[str, str], ...]
    areas: tuple[tuple[str, str], ...]
    districts: tuple[tuple[str, str], ...]
    groups: tuple[tuple[str, str], ...]
    categories: tuple[tuple[str, str], ...]
    frequencies: tuple[Frequency, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A district or a category: its numbers by period, the last one's standing, and the whole span's sum.

    total: of the periods shown (None where one is not known); flag: of its signal in the last period, with its key; of
    several (a sum of series) the number of them stands in `signals`.
    """

    key: str
    name: str
    by: By
    numbers: Numbers
    last: Standing
    total: float | None
    flag: str | None
    signal: str | None
    signals: int
    spark: Spark


@dataclass(frozen=True, slots=True)
class PictureView:
    """The picture as asked for. rows: districts of the place, or the categories of one district; summed: all of them.

    last: the period that standings, map and table are about.
    """

    source: Counted
    scope: Scope
    frequency: Frequency
    periods: tuple[str, ...]
    by: By
    rows: tuple[Row, ...]
    summed: Row
    map: DistrictMap | None
    choices: Choices
    known_from: str | None
    known_to: str | None

    @property
    def last(self) -> str | None:
        """The period that standings, map and table are about."""
        return self.periods[-1] if self.periods else None


def picture(register: Register, tables: Tables, at: int | None, asked: PictureAsked) -> PictureView:
    """The picture of a source. Refused where there is no such source, place, kind or period."""
    sources = countable(register, tables)
    if not sources:
        refuse(
            "no-figures",
            "Registret har inga siffror att visa än. Läs in en fil med antal eller händelser först.",
            "The register has no figures to show yet. Take in a file of counts or incidents first.",
        )
    of = next((s for s in sources if s.key == asked.source), None) if asked.source else sources[0]
    of = must_exist(of, "source", "Källan", asked.source or "")
    what = scope(register, of, asked.place, asked.kind)
    frequency: Frequency = next((f for f in of.frequencies if f == asked.frequency), of.frequencies[0])
    first, last, known = _span(register, of, asked, frequency)
    by: By = "category" if what.level == "district" else "district"
    grid = counts(register, tables, at, of, what, frequency, by=by, first=first, last=last)
    periods = grid.periods[-MOST_PERIODS:] if first else grid.periods[-SHOWN[frequency] :]
    rows_of = {key: numbers[-len(periods) :] if periods else () for key, numbers in grid.rows.items()}
    runs = Runs(register, of.key)
    rows = tuple(_rows(register, of, what, by, rows_of, periods, runs))
    return PictureView(
        source=of,
        scope=what,
        frequency=frequency,
        periods=periods,
        by=by,
        rows=rows,
        summed=_summed(rows, what, by, periods, runs),
        map=_map(register, tables, at, of, what, frequency, periods, runs, rows),
        choices=_choices(register, sources, of),
        known_from=known[0] or (grid.periods[0] if grid.periods else None),
        known_to=known[1] or (grid.periods[-1] if grid.periods else None),
    )


def _span(
    register: Register, of: Counted, asked: PictureAsked, frequency: Frequency
) -> tuple[str | None, str | None, tuple[str | None, str | None]]:
    """The periods to read, and those that are known at all (of incidents: from their files alone)."""
    first, last = as_period(asked.first, frequency), as_period(asked.last, frequency)
    known = periods_within(covered_spans(register, of.key), frequency) if of.incidents else ()
    if not known:
        return first, last, (None, None)
    end = last or known[-1]
    until = [period for period in known if period <= end]
    usual = until[-SHOWN[frequency]] if len(until) >= SHOWN[frequency] else known[0]
    return first or usual, last, (known[0], known[-1])


def as_period(text: str | None, frequency: Frequency) -> str | None:
    """A week (2020-W46), month (2020-11) or day, as a period of the frequency. Refused where it is none of them."""
    if not text:
        return None
    try:
        day = date.fromisoformat(text) if len(text) == 10 else first_day(text.upper())
    except ValueError:
        refuse(
            "not-a-period",
            "Skriv perioden som en vecka (2020-W46), en månad (2020-11) eller en dag (2020-11-10).",
            "Write the period as a week (2020-W46), a month (2020-11) or a day (2020-11-10).",
        )
    return containing(day, frequency)


def _rows(
    register: Register, of: Counted, what: Scope, by: By, rows_of: Mapping[str, Numbers], periods: Sequence[str],
    runs: Runs,
) -> list[Row]:  # fmt: skip
    expected = _expected(runs, what, by, periods)
    flags = _flags(register, of, what, by, periods)
    names = {
        key: category_name(register, key) if by == "category" else district_name(register, of.division, key)
        for key in rows_of
    }
    return [
        _row(key, names[key], by, numbers, expected.get(key), flags.get(key, ())) for key, numbers in rows_of.items()
    ]


def _row(
    key: str, name: str, by: By, numbers: Numbers, expected: Expected | None, flags: Sequence[tuple[str, Signal]]
) -> Row:
    known = [number for number in numbers if number is not None]
    total = sum(known) if known and len(known) == len(numbers) else None
    flag = flags[0][1].flag if flags else None
    last = standing(numbers[-1] if numbers else None, expected)
    signal = flags[0][0] if len(flags) == 1 else None
    return Row(key, name, by, numbers, last, total, flag, signal, len(flags), spark(numbers))


def _expected(runs: Runs, what: Scope, by: By, periods: Sequence[str]) -> Mapping[str, Expected]:
    if not periods:
        return {}
    if by == "category":
        return runs.of_sums(periods[-1], what.districts, what.categories, lambda _, category: category)
    return runs.of_sums(periods[-1], what.districts, what.categories, lambda district, _: district)


def _flags(
    register: Register, of: Counted, what: Scope, by: By, periods: Sequence[str]
) -> Mapping[str, list[tuple[str, Signal]]]:
    """The signals of the last period, by district or category, the most surprising first."""
    found: dict[str, list[tuple[str, Signal]]] = {}
    if not periods:
        return found
    for district in what.districts:
        for category in what.categories:
            key = signal_key(of.key, periods[-1], district, category)
            signal = register.find(Signal, key)
            if signal is not None:
                found.setdefault(category if by == "category" else district, []).append((key, signal))
    return {key: sorted(signals, key=lambda each: each[1].p) for key, signals in found.items()}


def _summed(rows: Sequence[Row], what: Scope, by: By, periods: Sequence[str], runs: Runs) -> Row:
    """All rows together."""
    columns = list(zip(*(row.numbers for row in rows), strict=True)) if rows else [()] * len(periods)
    numbers = tuple(
        None if any(n is None for n in column) else float(sum(n for n in column if n is not None))
        for column in columns
    )  # fmt: skip
    sums = runs.of_sums(periods[-1], what.districts, what.categories, lambda *_: "") if periods else {}
    total = _row("", what.place_name.sv, by, numbers, sums.get(""), ())
    return replace(total, signals=sum(row.signals for row in rows))


def _map(
    register: Register, tables: Tables, at: int | None, of: Counted, what: Scope, frequency: Frequency,
    periods: Sequence[str], runs: Runs, rows: Sequence[Row],
) -> DistrictMap | None:  # fmt: skip
    """All districts in the last period, also when one of them was asked for."""
    division = register.find(Division, of.division)
    if division is None or not periods:
        return None
    if what.level == "city":
        standings = {row.key: row.last for row in rows}
        return district_map(division, of.districts, standings, {row.key: row.flag for row in rows if row.flag})
    return last_period_map(register, tables, at, of, what.kind, frequency, periods[-1], runs)


def last_period_map(
    register: Register, tables: Tables, at: int | None, of: Counted, kind: str | None, frequency: Frequency,
    period: str, runs: Runs | None = None,
) -> DistrictMap | None:  # fmt: skip
    """The map of one period of a source, for all its districts and one kind of events (None: all)."""
    division = register.find(Division, of.division)
    if division is None:
        return None
    whole = scope(register, of, None, kind)
    grid = counts(register, tables, at, of, whole, frequency, by="district", first=period, last=period)
    numbers = {key: row[-1] if row else None for key, row in grid.rows.items()}
    expected = _expected(runs or Runs(register, of.key), whole, "district", (period,))
    flags = _flags(register, of, whole, "district", (period,))
    standings = {key: standing(numbers.get(key), expected.get(key)) for key in of.districts}
    return district_map(division, of.districts, standings, {key: each[0][1].flag for key, each in flags.items()})


def _choices(register: Register, sources: Sequence[Counted], of: Counted) -> Choices:
    division, catalogue = register.find(Division, of.division), register.find(Categories, "all")
    districts = [division.districts[key] for key in of.districts] if division else []
    categories = [catalogue.categories[key] for key in of.categories] if catalogue else []
    areas = list(dict.fromkeys(d.area for d in districts if d.area))
    groups = list(dict.fromkeys(c.group for c in categories if c.group))
    return Choices(
        sources=tuple((source.key, source.name) for source in sources),
        areas=tuple((f"{AREA}{area}", area) for area in areas) if len(areas) > 1 else (),
        districts=tuple(sorted(((d.key, d.name) for d in districts), key=lambda each: alphabetical(each[1]))),
        groups=tuple((f"{GROUP}{group}", f"{group[:1].upper()}{group[1:]}") for group in groups),
        categories=tuple(sorted(((c.key, c.name) for c in categories), key=lambda each: alphabetical(each[1]))),
        frequencies=of.frequencies,
    )


SORTS: Mapping[str, Callable[[Row], tuple[object, ...]]] = {
    "name": lambda row: (alphabetical(row.name),),
    "number": lambda row: (row.last.observed or 0.0,),
    "judged": lambda row: (row.last.judged or 0.0,),
    "expected": lambda row: (row.last.expected or 0.0,),
    "change": lambda row: (row.last.change if row.last.change is not None else -9.0,),
    "total": lambda row: (row.total or 0.0,),
    "flag": lambda row: (row.signals, row.last.kind in ("far-above", "far-below"), row.last.observed or 0.0),
}
USUAL_SORT = "-flag"


def ordered(rows: Sequence[Row], sort: str | None) -> tuple[Row, ...]:
    """The rows sorted by one of SORTS, from the top with a minus before it; by name where nothing else decides."""
    wanted = sort if sort and sort.removeprefix("-") in SORTS else USUAL_SORT
    by_name = sorted(rows, key=SORTS["name"])
    return tuple(sorted(by_name, key=SORTS[wanted.removeprefix("-")], reverse=wanted.startswith("-")))


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of the picture: of a row (its key and name) in a period, with its expectation where there is one."""

    key: str
    name: str
    period: str
    observed: float | None
    expected: Expected | None


def cells(register: Register, view: PictureView) -> Iterator[Cell]:
    """Every number of the picture, row by row, with what each period's assessment expected."""
    runs, what = Runs(register, view.source.key), view.scope
    expected = {period: _expected(runs, what, view.by, (period,)) for period in view.periods}
    for row in view.rows:
        for period, number in zip(view.periods, row.numbers, strict=True):
            yield Cell(row.key, row.name, period, number, expected[period].get(row.key))


def counted_classes(view: PictureView) -> Mapping[str, int]:
    """How many of the map's districts stand in each class."""
    shapes = view.map.shapes if view.map else ()
    return {kind: sum(shape.standing.kind == kind for shape in shapes) for kind in CLASSES}
