"""A source's figures as one flat table: a row for each district, category and period."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from adapters.tables import Tables
from adapters.tabular import Cell, Column, Tabular
from domain.file_import import FileImport
from domain.period import Frequency, first_day, last_day, span
from domain.register import Register
from domain.signal import Results
from service.views.counts import counts
from service.views.expectations import Runs
from service.views.picture_view import as_period
from service.views.scope import Counted, Scope, category_name, counted, district_name, scope
from service.views.series import usual

EVENTS = "events"
KNOWN_AT = Column("known_at", "whole", "The number of the last event of the record that the figures rest on.")
SYNTHETIC = Column("synthetic", "truth", "Whether the figures are made up, for demonstration.")
PLACE_AND_KIND = (
    Column("district", "text", "The district's key in the division of the source."),
    Column("district_name", "text", "The district's name."),
    Column("category", "text", "The category's key."),
    Column("category_name", "text", "The category's name."),
)
COLUMNS = (
    Column("source", "text", "The source's key."),
    *PLACE_AND_KIND,
    Column("period", "text", "An ISO week (2020-W07) or a month (2020-02)."),
    Column("first_day", "day", "The period's first day."),
    Column("last_day", "day", "The period's last day."),
    Column("count", "whole", "Events as known now; empty where no file covers the period, which is not zero.", EVENTS),
    Column("preliminary", "truth", "Whether the latest file that covers it says that the figures will be revised."),
    Column("judged", "number", "Events as known when the period was assessed: what expected is of.", EVENTS),
    Column("expected", "number", "Events to be expected, by the latest assessment; empty: not assessed.", EVENTS),
    Column("lower", "number", "Fewer than this surprise.", EVENTS),
    Column("upper", "number", "More than this surprise.", EVENTS),
    Column("flag", "text", "How it diverged, where it was flagged: rise, fall, lasting-rise or lasting-fall."),
    KNOWN_AT,
    SYNTHETIC,
)


@dataclass(frozen=True, slots=True)
class Figures:
    """The counts of some districts and categories of a source over periods; None where no file covers one."""

    of: Counted
    what: Scope
    frequency: Frequency
    periods: tuple[str, ...]
    counts: Mapping[tuple[str, str], Sequence[int | None]]


def series_table(
    register: Register, tables: Tables, at: int | None, source: str, *, district: str | None = None,
    category: str | None = None, frequency: str | None = None, first: str | None = None, last: str | None = None,
) -> Tabular:  # fmt: skip
    """district, category: as in `series`; first, last: periods or days. Refused for what the source does not count."""
    of = counted(register, tables, source)
    wanted = usual(of, frequency)
    what = scope(register, of, district, category)
    found = figures(register, tables, at, of, what, wanted, as_period(first, wanted), as_period(last, wanted))
    return Tabular("series", about(of), COLUMNS, list(_rows(register, found)))


def about(of: Counted) -> str:
    """Where the figures come from."""
    return f"{of.name} ({of.key})" + ("; synthetic: made up for demonstration" if of.synthetic else "")


def figures(
    register: Register, tables: Tables, at: int | None, of: Counted, what: Scope, frequency: Frequency,
    first: str | None = None, last: str | None = None,
) -> Figures:  # fmt: skip
    """Every series of the scope, on the same periods."""
    grids = {
        key: counts(register, tables, at, of, _only(what, key), frequency, by="category", first=first, last=last)
        for key in what.districts
    }
    ends = [(grid.periods[0], grid.periods[-1]) for grid in grids.values() if grid.periods]
    periods = tuple(span(min(begin for begin, _ in ends), max(end for _, end in ends))) if ends else ()
    found = {
        (district, category): [_whole(known.get(period)) for period in periods]
        for district, grid in grids.items()
        for category in what.categories
        for known in [dict(zip(grid.periods, grid.rows[category], strict=True))]
    }
    return Figures(of, what, frequency, periods, found)


def _whole(number: float | None) -> int | None:
    return None if number is None else int(number)


def _only(what: Scope, district: str) -> Scope:
    return Scope(what.place, what.kind, what.level, what.width, (district,), what.categories,
                 what.place_name, what.kind_name)  # fmt: skip


def _rows(register: Register, found: Figures) -> Iterator[Sequence[Cell]]:
    of, preliminary = found.of, Preliminary(register, found.of.key)
    runs = Runs(register, of.key)
    assessed = [positions(runs.results(period)) for period in found.periods]
    days = [(first_day(period), last_day(period)) for period in found.periods]
    for (district, category), numbers in found.counts.items():
        names = (of.key, district, district_name(register, of.division, district),
                 category, category_name(register, category))  # fmt: skip
        for period, number, (results, at), ends in zip(found.periods, numbers, assessed, days, strict=True):
            judged = _judged(results, at.get((district, category)))
            yield (*names, period, *ends, number, preliminary.covers(district, category, *ends), *judged,
                   register.position, of.synthetic)  # fmt: skip


Places = Mapping[tuple[str, str], int]


def positions(results: Results | None) -> tuple[Results | None, Places]:
    """A run's results, and where in its columns each district and category stands."""
    pairs = zip(results.district, results.category, strict=True) if results else ()
    return results, {pair: i for i, pair in enumerate(pairs)}


def _judged(results: Results | None, i: int | None) -> tuple[Cell, ...]:
    """Judged, expected, lower, upper, flag."""
    if results is None or i is None or results.expected[i] is None:
        return None, None, None, None, None
    lower = results.lower[i] if results.lower else None
    flag = results.at(i) if results.flagged[i] else None
    return results.observed[i], results.expected[i], lower, results.bound[i], flag


class Preliminary:
    """Which figures of a source will be revised: those that the latest file covering them says so of."""

    def __init__(self, register: Register, source: str) -> None:
        files = [i for i in register.every(FileImport) if i.source == source and not i.withdrawn and i.coverage]
        self._files = files[::-1] if any(i.preliminary for i in files) else []

    def covers(self, district: str, category: str, first: date, last: date) -> bool:
        """Whether the figure of those days is preliminary."""
        return next((i.preliminary for i in self._files if _speaks_of(i, district, category, first, last)), False)


def _speaks_of(file: FileImport, district: str, category: str, first: date, last: date) -> bool:
    said = file.coverage
    return (
        said is not None and said.first <= last and first <= said.last
        and _among(district, said.districts) and _among(category, said.categories)
    )  # fmt: skip


def _among(key: str, keys: Iterable[str]) -> bool:
    """Whether a file that names these keys, or none, speaks of it."""
    named = tuple(keys)
    return not named or key in named
