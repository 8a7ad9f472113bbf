"""One series on one time axis: what came, what was expected, what was flagged and done, and what is forecast."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from adapters.tables import Tables
from domain.forecast import Forecast
from domain.period import Frequency, first_day, last_day
from domain.register import Register
from domain.signal import Sentence, Signal, signal_key
from service.views.counts import counts
from service.views.coverage import covered_spans, periods_within
from service.views.expectations import Expected, Runs
from service.views.finding import finding
from service.views.scope import Counted, Scope, counted, scope
from service.views.series_marks import Mark, marks
from service.views.signal_words import in_short

NEEDED: Mapping[Frequency, int] = {"week": 104, "month": 60}


@dataclass(frozen=True, slots=True)
class Point:
    """One period. observed: events as known at the moment looked at, None where no file covers it.

    judged: events as known when the period was assessed; expected, lower, upper: as its recorded assessment had them,
    and to be compared with judged. None where there is none.
    """

    period: str
    observed: float | None
    expected: float | None
    lower: float | None
    upper: float | None
    judged: float | None = None


@dataclass(frozen=True, slots=True)
class Flagged:
    """A signal of the series: when, how it diverges, how many came, and what was answered (None: not judged yet).

    key: the signal's key; observed: as it was when the signal was raised. sentence: as recorded; in_short: to be read
    aloud.
    """

    key: str
    period: str
    flag: str
    observed: float
    expected: float
    response: str | None
    finding: str | None
    reason: str | None
    sentence: Sentence
    in_short: Sentence


@dataclass(frozen=True, slots=True)
class Ahead:
    """One period ahead in the latest forecast: its median, and the intervals that hold with 80 and 95 per cent."""

    period: str
    median: float
    low80: float
    high80: float
    low95: float
    high95: float


@dataclass(frozen=True, slots=True)
class Series:
    """A source's numbers for a place and kind, by week or month, with all that belongs on the same time axis.

    finding: the sentence of the latest period; forecast: the key of the forecast that `ahead` comes from.
    """

    source: str
    source_name: str
    scope: Scope
    frequency: Frequency
    synthetic: bool
    points: tuple[Point, ...]
    flags: tuple[Flagged, ...]
    marks: tuple[Mark, ...]
    ahead: tuple[Ahead, ...]
    forecast: str | None
    finding: Sentence

    @property
    def latest(self) -> Point | None:
        """The last period with a number."""
        return next((point for point in reversed(self.points) if point.observed is not None), None)

    def within(self, first: str | None, last: str | None) -> Series:
        """The part between two periods, both included; what is forecast only if nothing was cut off at the end."""
        first, last = first or "", last or "9999"
        points = tuple(p for p in self.points if first <= p.period <= last)
        if not points:
            return replace(self, points=(), flags=(), marks=(), ahead=())
        begin, end = first_day(points[0].period), last_day(points[-1].period)
        whole = points[-1] == self.points[-1]
        flags = tuple(f for f in self.flags if points[0].period <= f.period <= points[-1].period)
        until = self.points[: self.points.index(points[-1]) + 1]  # the year before may lie before the first
        return replace(
            self,
            points=points,
            flags=flags,
            finding=self.finding if whole else finding(self.scope, self.frequency, until, flags),
            marks=tuple(m for m in self.marks if _touches(m, begin, end)),
            ahead=self.ahead if whole else (),
            forecast=self.forecast if whole else None,
        )

    def latest_periods(self, number: int) -> Series:
        """The part that ends with the last period."""
        return self.within(self.points[-number].period, None) if len(self.points) > number else self


def _touches(mark: Mark, begin: date, end: date) -> bool:
    return mark.first <= end and (mark.last or end) >= begin


def series(
    register: Register, tables: Tables, at: int | None, source: str, district: str | None, category: str | None,
    frequency: Frequency | None = None,
) -> Series:  # fmt: skip
    """The whole series of a source as known at a gsn (None: now). Refused where there is no such source, place or kind.

    district: a key, `area:` with an area's name, or None for the municipality; category: a key, `group:` with a group's
    name, or None for all; frequency: None is the source's usual one. Sums have bounds where each part has them.
    """
    of = counted(register, tables, source)
    return series_in(register, tables, at, of, scope(register, of, district, category), frequency)


def series_in(
    register: Register, tables: Tables, at: int | None, of: Counted, what: Scope, frequency: Frequency | None = None,
    first: str | None = None,
) -> Series:  # fmt: skip
    """The same, where source and scope have been looked up; from a period on, if one is given."""
    wanted = usual(of, frequency)
    grid = counts(register, tables, at, of, what, wanted, first=first)
    expected = _expectations(register, of.key, what, grid.periods)
    points = tuple(map(_point, grid.periods, grid.rows[""], expected))
    flags = tuple(_flags(register, of.key, what, grid.periods)) if what.single else ()
    forecast, ahead = _ahead(register, of.key, what, wanted)
    return Series(
        source=of.key,
        source_name=of.name,
        scope=what,
        frequency=wanted,
        synthetic=of.synthetic,
        points=points,
        flags=flags,
        marks=_marks(register, of, what),
        ahead=_after(ahead, grid.periods),
        forecast=forecast,
        finding=finding(what, wanted, points, flags),
    )


def _point(period: str, number: float | None, e: Expected | None) -> Point:
    if e is None:
        return Point(period, number, None, None, None)
    return Point(period, number, e.expected, e.lower, e.upper, e.observed)


def usual(of: Counted, frequency: str | None) -> Frequency:
    """The frequency asked for, if the source has it, else its usual one."""
    return next((each for each in of.frequencies if each == frequency), of.frequencies[0])


def first_needed(
    register: Register, of: Counted, frequency: Frequency, first: str | None, last: str | None
) -> str | None:
    """From where to read a series that is shown from one period to another: two years tell its finding.

    None, all of it, where the files do not say which periods they cover.
    """
    known = periods_within(covered_spans(register, of.key), frequency) if of.incidents else ()
    until = [period for period in known if not last or period <= last]
    if not until:
        return None
    start = until[-min(NEEDED[frequency], len(until))]
    return min(first, start) if first else start


def _marks(register: Register, of: Counted, what: Scope) -> tuple[Mark, ...]:
    """All that belongs to one series; beside a sum the source's breaks alone, for every action would be there."""
    return marks(register, of.key, of.division, *((what.districts, what.categories) if what.single else ((), ())))


def _expectations(register: Register, source: str, what: Scope, periods: Sequence[str]) -> tuple[Expected | None, ...]:
    runs = Runs(register, source)
    if what.single:
        return runs.of_series(what.districts[0], what.categories[0], periods)
    every = [runs.of_sums(p, what.districts, what.categories, lambda *_: "") for p in periods]
    return tuple(sums.get("") for sums in every)


def _flags(register: Register, source: str, what: Scope, periods: Sequence[str]) -> list[Flagged]:
    keys = [signal_key(source, period, what.districts[0], what.categories[0]) for period in periods]
    found = [(key, register.find(Signal, key)) for key in keys]
    return [flagged(key, signal) for key, signal in found if signal is not None]


def flagged(key: str, signal: Signal) -> Flagged:
    """A signal as it is shown beside numbers."""
    return Flagged(key, signal.period, signal.flag, signal.observed, signal.expected, signal.response, signal.finding,
                   signal.reason, signal.sentence, in_short(signal))  # fmt: skip


def _ahead(register: Register, source: str, what: Scope, frequency: Frequency) -> tuple[str | None, tuple[Ahead, ...]]:
    """The latest forecast's figures for the scope, where it has them."""
    forecasts: dict[str, Forecast] = register.states[Forecast.KIND]
    mine = [
        (state.origin, key, state)
        for key, state in forecasts.items()
        if state.source == source and ("W" in state.origin) == (frequency == "week") and state.outlook is not None
    ]
    if not mine or what.width != "category":
        return None, ()
    _, key, state = max(mine, key=lambda each: each[0])
    return key, tuple(_steps(state, what))


def _steps(state: Forecast, what: Scope) -> list[Ahead]:
    outlook = state.outlook
    assert outlook is not None
    names = {"district": what.districts[0] if what.districts else "", "area": what.place_name.sv}
    for i, (name, category, level) in enumerate(zip(outlook.district, outlook.category, outlook.level, strict=True)):
        if category == what.categories[0] and level == what.level and (level == "city" or name == names[level]):
            quantiles = outlook.quantiles[i]
            if quantiles is None:
                return []
            return [
                _step(period, state.quantile_levels, step)
                for period, step in zip(state.periods, quantiles, strict=True)
            ]
    return []


def _step(period: str, levels: Sequence[float], step: Sequence[float]) -> Ahead:
    def at(level: float) -> float:
        return step[min(range(len(levels)), key=lambda i: abs(levels[i] - level))]

    return Ahead(period, at(0.5), at(0.1), at(0.9), at(0.025), at(0.975))


def _after(ahead: tuple[Ahead, ...], periods: Sequence[str]) -> tuple[Ahead, ...]:
    """What lies after the last period with figures."""
    return tuple(step for step in ahead if not periods or step.period > periods[-1])
