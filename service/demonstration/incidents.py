"""Synthetic incidents, 2014 to 2023: weekly means, negative-binomial noise, late reports, and the files of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from service.demonstration.catalogue import (
    BURDEN,
    CATEGORIES,
    CATEGORY_NAMES,
    DISTRICT_NAMES,
    DISTRICTS,
    POPULATION,
)
from service.demonstration.planted import END, Planted

FIRST = date(2014, 1, 6)
WEEKS = (END - FIRST).days // 7 + 1
FIRST_EXTRACT = date(2019, 11, 4)
"""The Monday of the first week that has a file of its own; what was recorded before lies in the history file."""

LATE = 0.22
"""Share of incidents that are recorded on a later day; after how many days is geometric with mean 5."""

_SIZE = 14.0  # negative binomial: variance = mean + mean² / _SIZE
_PANDEMIC = date(2020, 3, 16), date(2021, 6, 27)
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Shape:
    """A category: events a week in the whole city (2019), trend a year, season, pandemic, how central."""

    weekly: float
    trend: float
    swing: float  # amplitude of the season, as a share of the mean
    peak: int  # day of the year
    pandemic: float
    central: float  # weight of the centre beyond its population
    spread: float  # how much the districts' burden counts, 0 to 1
    weekend: float  # weight of Friday, Saturday and Sunday against the other days


_SHAPES: dict[str, _Shape] = {
    "skadegorelse": _Shape(46, -0.01, 0.15, 140, 1.05, 1.0, 0.8, 1.4),
    "klotter": _Shape(18, 0.01, 0.18, 110, 1.2, 1.6, 0.8, 1.1),
    "inbrott-bostad": _Shape(14, -0.05, 0.35, 345, 0.72, 0.2, 0.0, 1.2),
    "cykelstold": _Shape(42, -0.02, 0.55, 205, 0.9, 2.2, 0.3, 1.0),
    "personran": _Shape(5, 0.02, 0.15, 320, 0.9, 3.0, 0.8, 1.6),
    "misshandel-utomhus": _Shape(14, -0.01, 0.2, 190, 0.7, 3.0, 0.8, 2.6),
    "narkotika": _Shape(27, 0.03, 0.1, 150, 1.2, 1.2, 1.0, 1.2),
    "hot": _Shape(22, 0.02, 0.05, 130, 0.95, 1.0, 0.8, 1.0),
    "stold-ur-fordon": _Shape(25, -0.04, 0.2, 300, 0.85, 0.6, 0.3, 1.1),
    "snatteri": _Shape(34, 0.01, 0.08, 340, 0.75, 3.2, 0.4, 1.1),
    "anlagd-brand": _Shape(5, 0.0, 0.3, 120, 1.0, 0.5, 1.0, 1.3),
    "ordningsstorning": _Shape(26, 0.0, 0.3, 195, 0.85, 2.0, 1.0, 2.2),
}


@dataclass(frozen=True, slots=True)
class Incidents:
    """All incidents, a position each, in the order in which they were recorded; days as ordinals.

    mean: what the week × district × category means would be without anything planted; counts: what came out.
    """

    district: Ints
    category: Ints
    day: Ints
    recorded: Ints
    mean: Floats
    counts: Ints

    def __len__(self) -> int:
        return len(self.day)

    def late_share(self) -> float:
        """The share that is recorded after the end of the week in which it happened."""
        first = FIRST.toordinal()
        return float(np.mean((self.recorded - first) // 7 > (self.day - first) // 7))

    def known(self, first: date, last: date, on: date, category: str | None = None) -> int:
        """How many from first to last, both included, had been recorded before a day."""
        among = (self.day >= first.toordinal()) & (self.day <= last.toordinal()) & (self.recorded < on.toordinal())
        if category is not None:
            among &= self.category == CATEGORIES.index(category)
        return int(among.sum())

    def series(self, district: str, category: str) -> Ints:
        """The weekly counts of a series."""
        counts: Ints = self.counts[:, DISTRICTS.index(district), CATEGORIES.index(category)]
        return counts


@dataclass(frozen=True, slots=True)
class Extract:
    """A file as the source delivers it: the incidents recorded in the days that it covers."""

    first: date
    last: date
    name: str
    data: bytes


def week_of(day: date) -> int:
    """The position of the day's week."""
    return (day - FIRST).days // 7


def generate(rng: np.random.Generator, these: Iterable[Planted]) -> Incidents:
    """Draw all incidents."""
    these = tuple(these)
    mean = _means(rng)
    wanted = mean * _factors(these)
    counts: Ints = rng.negative_binomial(_SIZE, _SIZE / (_SIZE + wanted)).astype(np.int64)
    _settle(rng, counts, wanted, these)
    week, district, category = np.nonzero(counts)
    times = counts[week, district, category]
    week, district, category = (np.repeat(axis, times) for axis in (week, district, category))
    day = FIRST.toordinal() + 7 * week + _weekdays(rng, category)
    late = rng.random(len(day)) < LATE
    recorded = day + np.where(late, rng.geometric(0.2, len(day)), 0)
    order = np.lexsort((category, district, day, recorded))
    return Incidents(district[order], category[order], day[order], recorded[order], mean, counts)


def measured(incidents: Incidents, these: Iterable[Planted]) -> tuple[Planted, ...]:
    """The planted with the baseline and what was observed, events a week."""
    return tuple(_measure(incidents, one) for one in these)


def extracts(incidents: Incidents) -> Iterator[Extract]:
    """The history file, then a file a week."""
    lines = _lines(incidents)
    start = FIRST
    for monday in (FIRST_EXTRACT + timedelta(weeks=n) for n in range(_file_weeks() + 1)):
        last = monday - timedelta(days=1)
        begin, end = np.searchsorted(incidents.recorded, [start.toordinal(), monday.toordinal()])
        body = "\n".join(("id;område;brottskategori;datum", *lines[begin:end])) + "\n"
        yield Extract(start, last, _file_name(start, last), body.encode())
        start = monday


def _file_weeks() -> int:
    return WEEKS - week_of(FIRST_EXTRACT)


def _file_name(first: date, last: date) -> str:
    if first == FIRST:
        return f"syntetiskt-utdrag-historik-{first}-{last}.csv"
    year, week, _ = first.isocalendar()
    return f"syntetiskt-utdrag-{year}-v{week:02d}.csv"


def _lines(incidents: Incidents) -> list[str]:
    ordinals = range(FIRST.toordinal(), END.toordinal() + 1)
    days = {ordinal: date.fromordinal(ordinal).isoformat() for ordinal in ordinals}
    rows = zip(incidents.district.tolist(), incidents.category.tolist(), incidents.day.tolist(), strict=True)
    return [
        f"SYN-{n:06d};{DISTRICT_NAMES[district]};{CATEGORY_NAMES[category]};{days[day]}"
        for n, (district, category, day) in enumerate(rows, 1)
    ]


def _means(rng: np.random.Generator) -> Floats:
    """Events a week, week × district × category, with nothing planted."""
    monday = np.array([FIRST.toordinal() + 7 * n for n in range(WEEKS)])
    columns = [_category_means(rng, _SHAPES[key], monday) for key in CATEGORIES]
    return np.stack(columns, axis=2)


def _category_means(rng: np.random.Generator, shape: _Shape, monday: Ints) -> Floats:
    years = (monday - date(2019, 7, 1).toordinal()) / 365.25
    angle = 2 * np.pi * ((monday + 3 - date(2019, 1, 1).toordinal()) - shape.peak) / 365.25
    begin, end = (day.toordinal() for day in _PANDEMIC)
    pandemic = np.where((monday >= begin) & (monday <= end), shape.pandemic, 1.0)
    shock = rng.lognormal(0.0, 0.04, len(monday))  # weather and the like: the whole city at once
    city = shape.weekly * np.exp(shape.trend * years) * (1 + shape.swing * np.cos(angle)) * pandemic * shock
    means: Floats = city[:, None] * _weights(rng, shape)[None, :]
    return means


def _weights(rng: np.random.Generator, shape: _Shape) -> Floats:
    """How a category shares out over the districts; adds up to 1."""
    weights = np.array(POPULATION) * np.array(BURDEN) ** shape.spread
    weights[DISTRICTS.index("centrum")] *= 1 + shape.central
    weights *= rng.lognormal(0.0, 0.2, len(weights))
    share: Floats = weights / weights.sum()
    return share


def _factors(these: Iterable[Planted]) -> Floats:
    factors = np.ones((WEEKS, len(DISTRICTS), len(CATEGORIES)))
    for one in these:
        first, last = week_of(one.first), week_of(one.last)
        at = DISTRICTS.index(one.district), CATEGORIES.index(one.category)
        factors[first : last + 1, at[0], at[1]] *= one.factor
        rising = np.linspace(1, one.factor, one.ramp + 2)[1:-1]
        factors[first - one.ramp : first, at[0], at[1]] *= rising
    return factors


def _settle(rng: np.random.Generator, counts: Ints, wanted: Floats, these: Iterable[Planted]) -> None:
    """What was planted shows, whatever the noise: its time, and the year before an action, gets its mean."""
    for one in sorted(these, key=lambda p: p.action is None):
        series = DISTRICTS.index(one.district), CATEGORIES.index(one.category)
        first, last = week_of(one.first), week_of(one.last)
        for weeks in (slice(first - 52 if one.action else first, first), slice(first, last + 1)):
            mean = wanted[weeks, *series]
            missing = int(np.ceil(mean.sum())) - int(counts[weeks, *series].sum())
            if missing > 0:
                counts[weeks, *series] += rng.multinomial(missing, mean / mean.sum())
            elif missing < 0:
                counts[weeks, *series] -= rng.multivariate_hypergeometric(counts[weeks, *series], -missing)


def _weekdays(rng: np.random.Generator, category: Ints) -> Ints:
    weights = np.array([[1.0] * 4 + [_SHAPES[key].weekend] * 3 for key in CATEGORIES])
    edges = np.cumsum(weights / weights.sum(axis=1, keepdims=True), axis=1)
    draws = rng.random(len(category))
    days: Ints = np.minimum((draws[:, None] > edges[category]).sum(axis=1), 6)
    return days


def _measure(incidents: Incidents, one: Planted) -> Planted:
    at = slice(week_of(one.first), week_of(one.last) + 1)
    series = DISTRICTS.index(one.district), CATEGORIES.index(one.category)
    baseline = float(incidents.mean[at, *series].mean())
    observed = float(incidents.counts[at, *series].mean())
    return replace(one, baseline=round(baseline, 3), observed=round(observed, 3))
