"""The detector that Samverkan uses: what a period brings against what every series leads to expect, both ways.

Baseline of `expectation` (harmonics, reweighting, priors), what the whole city has in common this period taken
out, reporting delay as exposure, and negative binomial predictive probabilities of variance
φμ + se²μ²: p of so many or more, p of so few or fewer. Every series gets an answer, and says what it lacks.
"""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

import numpy as np
from numpy.typing import NDArray

from forecasting.common_shock import Shock, shock
from forecasting.counting import bounds
from forecasting.expectation import Design, Expectation, design, expect
from forecasting.farrington import Frequency
from forecasting.spikes import calm

Floats = NDArray[np.float64]

YEARS = 7
HARMONICS: dict[Frequency, int] = {52: 6, 12: 5}
_FULL_YEARS = 3  # of history below which an answer says how little it rests on
_A_YEAR = 365.25
_AT_ONCE = 2048  # series


@dataclass(frozen=True, slots=True)
class Settings:
    """How to compare. excluded: latest periods left out; alpha: in each tail of the interval; breaks: declared days.

    false_share: of the flags, by Benjamini and Hochberg (1995); budget: the most flags of one period.
    """

    years: int = YEARS
    excluded: int = 26
    alpha: float = 0.005
    false_share: float = 0.10
    budget: int = 20
    breaks: tuple[date, ...] = ()

    @classmethod
    def of(cls, freq: Frequency) -> Self:
        """Half a year is left out of weeks and of months."""
        return cls(excluded=26 if freq == 52 else 6)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of S series at one period, arrays (S,), NaN where there is none.

    expected, lower, upper: events; upper (lower) is exceeded (undercut) with probability alpha at most. p_rise:
    of so many or more, p_fall: of so few or fewer. exceedance: (observed - expected) ÷ (upper - expected), or
    to lower, and then negative, when fewer were observed. trend: change of log mean a year. common: the factor that
    the rest of the city gave, in expected already. first, last: positions of the baseline; periods: those
    known in it.
    """

    observed: Floats
    expected: Floats
    lower: Floats
    upper: Floats
    p_rise: Floats
    p_fall: Floats
    exceedance: Floats
    dispersion: Floats
    trend: Floats
    common: Floats
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    periods: NDArray[np.int64]
    reasons: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Complete:
    """The share of a period's events known by now, and the standard error of its logarithm; (S,)."""

    share: Floats
    error: Floats

    @classmethod
    def all_of(cls, series: int) -> Self:
        """Nothing is late."""
        return cls(np.ones(series), np.zeros(series))


def look(
    counts: Floats,
    at: int,
    first_days: Sequence[date],
    freq: Frequency,
    settings: Settings,
    *,
    groups: Sequence[str] | None = None,
    population: Floats | None = None,
    left_out: NDArray[np.bool_] | None = None,
    complete: Complete | None = None,
) -> Outcome:
    """Look at position `at` of S series of counts (S × T, NaN: not covered).

    groups: series of the same label (a category) share what happens to the whole city; None: nothing is shared.
    population: S × T. left_out: S × T, periods not to be compared with, such as confirmed divergences.
    """
    baseline = baseline_at(counts, at, first_days, freq, settings)
    parts = _parts(len(counts), groups)
    labels = None if groups is None else np.asarray(groups)
    if len(parts) == 1:
        return _look(counts, at, baseline, settings, labels, population, left_out, complete)

    def part(rows: NDArray[np.int64]) -> Outcome:
        return _look(
            counts[rows],
            at,
            baseline,
            settings,
            None if labels is None else labels[rows],
            None if population is None else population[rows],
            None if left_out is None else left_out[rows],
            None if complete is None else Complete(complete.share[rows], complete.error[rows]),
        )

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        made = list(pool.map(part, parts))
    return _joined(made, np.concatenate(parts))


def _parts(series: int, groups: Sequence[str] | None) -> list[NDArray[np.int64]]:
    """Rows of the series, whole groups together, at most about so many at a time."""
    if series <= _AT_ONCE:
        return [np.arange(series)]
    if groups is None:
        return np.array_split(np.arange(series), math.ceil(series / _AT_ONCE))
    order = np.argsort(np.asarray(groups), kind="stable")
    labels = np.asarray(groups)[order]
    ends = np.append(np.flatnonzero(labels[1:] != labels[:-1]) + 1, series)
    cuts = np.unique(ends[np.searchsorted(ends, np.arange(_AT_ONCE, series, _AT_ONCE))])
    return [part for part in np.split(order, cuts) if part.size]


def _joined(made: Sequence[Outcome], rows: NDArray[np.int64]) -> Outcome:
    """The parts in the order of the series."""
    back = np.argsort(rows)
    arrays = {
        name: np.concatenate([getattr(one, name) for one in made])[back]
        for name in Outcome.__dataclass_fields__
        if name != "reasons"
    }
    reasons = [one for each in made for one in each.reasons]
    return Outcome(**arrays, reasons=tuple(reasons[row] for row in back))


def _look(
    counts: Floats,
    at: int,
    baseline: Baseline,
    settings: Settings,
    groups: NDArray[np.str_] | None,
    population: Floats | None,
    left_out: NDArray[np.bool_] | None,
    complete: Complete | None,
) -> Outcome:
    weights = baseline.weights(counts, left_out)
    exposure = None if population is None else np.log(population[:, baseline.window])
    ahead = np.zeros(len(counts)) if population is None else np.log(population[:, at])
    past = calm(counts[:, baseline.window])
    fit = expect(past, weights, exposure, baseline.design)
    given = shock(past, counts[:, at], weights, fit, ahead, groups)
    late = complete or Complete.all_of(len(counts))
    return _outcome(counts[:, at], baseline, weights, fit, (ahead, given, late), settings)


@dataclass(frozen=True, slots=True)
class Baseline:
    """The periods that a position is compared with, and the design of their regression."""

    window: slice
    known_until: int  # positions from here on are left out
    design: Design
    freq: Frequency
    broken: bool

    def weights(self, counts: Floats, left_out: NDArray[np.bool_] | None) -> Floats:
        present = ~np.isnan(counts[:, self.window])
        if left_out is not None:
            present &= ~left_out[:, self.window]
        positions = np.arange(self.window.start, self.window.stop)
        present &= (positions < self.known_until) | _short(present, positions, self.known_until)
        return present.astype(np.float64)


def _short(present: NDArray[np.bool_], positions: NDArray[np.int64], until: int) -> NDArray[np.bool_]:
    """A young series leaves no more than a quarter of itself out: which late positions it keeps, S × n."""
    first = np.where(present.any(axis=1), positions[present.argmax(axis=1)], positions[-1])
    length = positions[-1] + 1 - first
    own = positions[-1] + 1 - np.minimum(positions[-1] + 1 - until, length // 4)
    return np.asarray(positions < own[:, None])


def baseline_at(counts: Floats, at: int, first_days: Sequence[date], freq: Frequency, settings: Settings) -> Baseline:
    if not 0 < at < counts.shape[1]:
        raise ValueError(f"position {at} has nothing before it in series of {counts.shape[1]} periods")
    window = slice(max(at - settings.years * freq, 0), at)
    days = np.array([day.toordinal() for day in first_days[window.start : at + 1]], dtype=np.float64)
    years = (days - days[-1]) / _A_YEAR
    middle = [day + timedelta(days=3 if freq == 52 else 14) for day in first_days[window.start : at + 1]]
    phase = np.array([(day.timetuple().tm_yday - 0.5) / _A_YEAR for day in middle])
    breaks = [(day.toordinal() - days[-1]) / _A_YEAR for day in settings.breaks]
    within = tuple(sorted(when for when in breaks if years[0] < when <= 0))
    latest = int((years >= within[-1]).sum()) - 1 if within else at  # periods since the latest break
    excluded = min(settings.excluded, max(latest // 2, 1))
    return Baseline(window, at - excluded, design(years, phase, HARMONICS[freq], within), freq, bool(within))


def _outcome(
    observed: Floats,
    baseline: Baseline,
    weights: Floats,
    fit: Expectation,
    ahead: tuple[Floats, Shock, Complete],
    settings: Settings,
) -> Outcome:
    exposure, given, late = ahead
    # The dispersion holds what is common as well: it is taken out of the mean and left there, the careful way.
    mean = np.exp(fit.log_mean + exposure + given.log_factor) * late.share
    spread = fit.phi + (fit.error**2 + given.error**2 + late.error**2) * mean
    upper, p_rise = bounds(observed, mean, spread, settings.alpha)
    low, more = bounds(observed + 1, mean, spread, 1 - settings.alpha)
    below = np.where(low > 0, np.minimum(low, np.ceil(mean) - 1), -1.0)  # fewer than none cannot be
    reach = np.where(observed >= mean, np.maximum(upper, np.floor(mean) + 1), below)
    periods = weights.sum(axis=1).astype(np.int64)
    return Outcome(
        observed=observed,
        expected=mean,
        lower=low,
        upper=upper,
        p_rise=p_rise,
        p_fall=1 - more,
        exceedance=(observed - mean) / np.abs(reach - mean),
        dispersion=np.where(periods > 0, fit.phi, np.nan),
        trend=np.where(periods > 0, fit.trend, np.nan),
        common=np.exp(given.log_factor),
        first=baseline.window.start + weights.argmax(axis=1),
        last=baseline.window.stop - 1 - weights[:, ::-1].argmax(axis=1),
        periods=periods,
        reasons=_reasons(observed, weights, late, baseline),
    )


def _reasons(observed: Floats, weights: Floats, late: Complete, baseline: Baseline) -> tuple[tuple[str, ...], ...]:
    """Codes of what an answer lacks, of each series."""
    known = weights.sum(axis=1)
    made = []
    for row in range(len(observed)):
        codes = []
        if np.isnan(observed[row]):
            codes.append("missing-current")
        if known[row] == 0:
            codes.append("too-short")
        elif known[row] < _FULL_YEARS * baseline.freq:
            codes.append(f"periods-{int(known[row])}")
        if late.share[row] < 1:
            codes.append(f"late-{round(100 * late.share[row])}")
        if baseline.broken:
            codes.append("declared-break")
        made.append(tuple(codes))
    return tuple(made)
