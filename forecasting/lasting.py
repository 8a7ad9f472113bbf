"""Has the level of a district moved, or of some that lie side by side? What stood before is carried on to tell.

Baselines are those of `product`, taught by nothing that came in the periods looked at. What a category did in the
rest of the city is taken into the expectation, as for a sudden change; and as districts drift all the time, one
stands out when it moved farther than districts do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from forecasting import slow
from forecasting.common_shock import LEAST_SERIES
from forecasting.expectation import Design, Expectation, expect
from forecasting.farrington import Frequency
from forecasting.product import Settings, baseline_at
from forecasting.scan import Cluster, connected, scan
from forecasting.slow import MONTHS, WEEKS, Slow
from forecasting.spikes import calm

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_LEAST_TO_TELL = 20  # series, how far levels usually move
_SPIKE = 3.0  # standard deviations
_MEDIAN_SQUARE = 0.4549  # of a standard normal
_ZONE, _REPLICATES = 4, 499  # districts; made-up cities that a cluster is compared with
_WINDOWS: dict[Frequency, int] = {52: 12, 12: 6}


def lasting(
    counts: Floats,
    at: int,
    first_days: Sequence[date],
    freq: Frequency,
    settings: Settings,
    every: float,
    *,
    groups: Sequence[str] | None = None,
    population: Floats | None = None,
    left_out: Flags | None = None,
    since: NDArray[np.int64] | None = None,
) -> Slow:
    """Has the level of a series moved within the latest 52 weeks (24 months)? `slow.look` at position `at`.

    every: periods of one series for one false alarm. groups: series of one label are compared with what the others
    of it did. since: the first position a change may begin at, S. Positions of the answer (start) are those of counts.
    A series without two years before is not watched.
    """
    span = WEEKS if freq == 52 else MONTHS
    first = max(at + 1 - span, 1)
    means, fit = _carried_on(counts, at, first_days, freq, settings, first, population, left_out)
    if groups is not None:
        _follow_the_rest(_calm(counts[:, first : at + 1], means[:, first:], fit.phi), means[:, first:], groups)
    begin = np.full(len(counts), first) if since is None else np.maximum(since, first)
    moved = _usual_drift(counts[:, first : at + 1], means[:, first:], fit)
    error = np.sqrt(fit.error**2 + moved)
    calm = _calm(counts[:, : at + 1], means, fit.phi)
    return slow.look(calm, means, fit.phi, error=error, since=begin, every=every, window=span)


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """Districts side by side that together have more of a category than expected; the cluster's zone is its rows."""

    category: str
    districts: tuple[str, ...]
    cluster: Cluster


def neighbourhoods(
    counts: Floats,
    at: int,
    first_days: Sequence[date],
    freq: Frequency,
    settings: Settings,
    series: Sequence[tuple[str, str]],
    neighbours: Mapping[str, Sequence[str]],
) -> tuple[Neighbourhood, ...]:
    """Two to four districts side by side that rose together in the latest twelve weeks (six months), by category.

    In a period in which nothing happens one is found with a probability of settings.false_share at most (Bonferroni
    over the categories, a Monte Carlo test within each). The same counts give the same answer.
    """
    if at < 2 or not any(neighbours.values()):
        return ()
    first = max(at + 1 - settings.excluded, 1)
    means, fit = _carried_on(counts, at, first_days, freq, settings, first, None, None)
    calm = _calm(counts[:, first : at + 1], means[:, first:], fit.phi)
    _follow_the_rest(calm, means[:, first:], [category for _, category in series])
    categories = sorted({category for _, category in series})
    found = []
    for category in categories:
        rows = [row for row, (_, kind) in enumerate(series) if kind == category and not np.isnan(means[row]).all()]
        found += _within(category, rows, counts, means, fit, at, freq, series, neighbours, len(categories), settings)
    return tuple(found)


def _within(
    category: str,
    rows: list[int],
    counts: Floats,
    means: Floats,
    fit: Expectation,
    at: int,
    freq: Frequency,
    series: Sequence[tuple[str, str]],
    neighbours: Mapping[str, Sequence[str]],
    categories: int,
    settings: Settings,
) -> list[Neighbourhood]:
    names = [series[row][0] for row in rows]
    place = {name: i for i, name in enumerate(names)}
    zones = connected([[place[n] for n in neighbours.get(name, ()) if n in place] for name in names], _ZONE)
    if len(rows) < 2 or len(zones) == len(rows):
        return []
    latest = slice(max(at + 1 - _WINDOWS[freq], 0), at + 1)
    known = np.where(np.isnan(counts[rows, latest]), np.nan, np.maximum(means[rows, latest], 1e-9))
    clusters = scan(
        counts[rows, latest], known, fit.phi[rows], zones, np.random.default_rng(20191106), error=fit.error[rows],
        windows=min(_WINDOWS[freq], known.shape[1]), replicates=_REPLICATES,
    )  # fmt: skip
    limit = max(settings.false_share / categories, 1 / (1 + _REPLICATES))
    return [
        Neighbourhood(category, tuple(names[d] for d in one.zone), replace(one, zone=tuple(rows[d] for d in one.zone)))
        for one in clusters
        if len(one.zone) > 1 and one.p <= limit
    ]


def _carried_on(
    counts: Floats,
    at: int,
    first_days: Sequence[date],
    freq: Frequency,
    settings: Settings,
    first: int,
    population: Floats | None,
    left_out: Flags | None,
) -> tuple[Floats, Expectation]:
    """Means up to `at`, taught by the periods before `first` alone (NaN: less than two years), and the fit."""
    baseline = baseline_at(counts, at, first_days, freq, replace(settings, excluded=0))
    present = ~np.isnan(counts[:, baseline.window]) & (np.arange(baseline.window.start, at) < first)
    if left_out is not None:
        present &= ~left_out[:, baseline.window]
    weights = present.astype(np.float64)
    people = None if population is None else np.log(population[:, baseline.window.start : at + 1])
    exposure, ahead = (None, 0.0) if people is None else (people[:, :-1], people[:, -1])
    fit = _taught(calm(counts[:, baseline.window]), weights, exposure, baseline.design)
    means = np.full((len(counts), at + 1), np.nan)
    means[:, baseline.window], means[:, at] = fit.fitted, np.exp(fit.log_mean + ahead)
    means[np.nonzero(weights.sum(axis=1) < 2 * freq)[0]] = np.nan
    return means, fit


def _taught(counts: Floats, weights: Floats, exposure: Floats | None, plan: Design) -> Expectation:
    """The fit; and once more, where a period it was taught by was a spike, with the spike clipped as it is later on."""
    fit = expect(counts, weights, exposure, plan)
    clipped = _calm(counts, fit.fitted, fit.phi)
    rows = np.flatnonzero(((clipped < counts) & (weights > 0)).any(axis=1))
    if not rows.size:
        return fit
    again = expect(clipped[rows], weights[rows], None if exposure is None else exposure[rows], plan)
    for name in Expectation.__dataclass_fields__:
        getattr(fit, name)[rows] = getattr(again, name)
    return fit


def _calm(counts: Floats, means: Floats, phi: Floats) -> Floats:
    """Counts, none above what one period may bring: a spike is a sudden change, and no lasting one."""
    return np.minimum(counts, np.ceil(means + _SPIKE * np.sqrt(phi[:, None] * means)))


def _follow_the_rest(counts: Floats, means: Floats, groups: Sequence[str]) -> None:
    """Take what a category did in the rest of the city into the means (changed in place)."""
    labels, seen = np.asarray(groups), ~np.isnan(counts) & ~np.isnan(means)
    events, expected = np.where(seen, counts, 0.0).sum(axis=1), np.where(seen, means, 0.0).sum(axis=1)
    for label in np.unique(labels):
        rows = np.flatnonzero((labels == label) & (expected > 0))
        if rows.size >= LEAST_SERIES:
            others = events[rows].sum() - events[rows], expected[rows].sum() - expected[rows]
            means[rows] *= ((others[0] + 0.5) / (others[1] + 0.5))[:, None]


def _usual_drift(counts: Floats, means: Floats, fit: Expectation) -> float:
    """How far levels move within the window in most series, as a variance of log mean beyond their errors.

    A district stands out when it moved farther than districts do. The variance at which the median of the
    squared standardised moves is that of a normal's: half of the series may be anything.
    """
    seen = ~np.isnan(counts) & ~np.isnan(means)
    events, expected = np.where(seen, counts, 0.0).sum(axis=1), np.where(seen, means, 0.0).sum(axis=1)
    tell = expected > 1
    if tell.sum() < _LEAST_TO_TELL:
        return 0.0
    squares = np.log((events[tell] + 0.5) / (expected[tell] + 0.5)) ** 2
    own = fit.phi[tell] / expected[tell] + fit.error[tell] ** 2
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        if np.median(squares / (own + middle)) > _MEDIAN_SQUARE:
            low = middle
        else:
            high = middle
    return high if high > 1e-9 else 0.0
