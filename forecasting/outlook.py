"""The outlook: how many events the next periods will bring, for every series of a panel, with quantiles.

Every series is a discounted gamma-Poisson level (gamma_poisson.py) times an exposure. What goes into the
exposure is borrowed from the parent of the series (the city's total of the category, say), where chance
weighs little: the days of the month, the season of the year, and the path of the parent's own level, so
that the level of a district is its share of a whole. A series with events enough has a season of its own.
The predictive distribution is negative binomial, of the mean and variance given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from forecasting import gamma_poisson
from forecasting.gamma_poisson import Floats, Whole
from forecasting.spikes import calm

Frequency = Literal[52, 12]

LEVELS = (
    *(0.005, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5),
    *(0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.975, 0.995),
)
OWN_SEASON_FROM = 10.0  # events a period
_HARMONICS, _OWN_HARMONICS = 4, 2
_SEASON_PRECISION = 4.0  # of a harmonic's coefficients: a standard deviation of 0.5 on log mean
_SMOOTH = 0.5  # years: the kernel of the parent's path
_CALM, _CALM_AHEAD = 20.0, 5.0  # events' worth of belief that a parent's level is, and will be, the usual one
_STEPS = 20


@dataclass(frozen=True, eq=False)
class Outlook:
    """Of S series for H periods: quantiles (S × H × Q, whole counts) at Q levels, mean and variance (S × H).

    shared is the relative variance that a series has in common with the others of its parent (S × H), together
    the correlation between parents (H): hierarchy.py adds up with them. methods and reasons say, for each
    series, how it was made and what was lacking: `too-short`, nothing to go by (all NaN); `years-0` and
    `years-1`, fewer than two years of counts: the season is the parent's or none; `no-season`, not
    even the parent's history is long enough to know one.
    """

    levels: tuple[float, ...]
    quantiles: Floats
    mean: Floats
    variance: Floats
    shared: Floats
    together: Floats
    parents: tuple[str, ...]
    methods: tuple[str, ...]
    reasons: tuple[tuple[str, ...], ...]


def forecast(
    counts: Floats,
    freq: Frequency,
    horizon: int,
    parents: Sequence[str],
    first_days: Sequence[date],
    *,
    levels: Sequence[float] = LEVELS,
) -> Outlook:
    """The next `horizon` periods (1 to 12 are what it is tested for) of S series of T counts, oldest first.

    NaN: not covered, which is no zero. parents: S labels of what the series are parts of. first_days: the
    day each of the T periods begins on. ValueError when the parts do not fit together.
    """
    _check(counts, horizon, parents, first_days, levels)
    calendar = _Calendar.of(first_days, freq, horizon)
    seen = ~np.isnan(counts)
    _, groups = np.unique(np.asarray(parents, dtype=str), return_inverse=True)
    borrowed = _borrow(counts, groups.astype(np.int64), calendar)
    frequent = (_usual(counts) >= OWN_SEASON_FROM) & (seen.sum(axis=1) >= 2 * freq)
    exposure = borrowed.exposure
    exposure[frequent] *= _own_seasons(counts[frequent], exposure[frequent], calendar)
    level = gamma_poisson.learn(counts, exposure[:, : calendar.known], groups.astype(np.int64), freq)
    mean, variance = level.predict(exposure[:, calendar.known :])
    variance += mean**2 * borrowed.drift
    mean[~seen.any(axis=1)] = variance[~seen.any(axis=1)] = np.nan
    return Outlook(
        levels=tuple(levels),
        quantiles=gamma_poisson.quantiles(mean, variance, levels),
        mean=mean,
        variance=variance,
        shared=borrowed.shared,
        together=borrowed.together,
        parents=tuple(parents),
        methods=_methods(seen, frequent, borrowed),
        reasons=_reasons(seen, borrowed, freq),
    )


def _check(
    counts: Floats, horizon: int, parents: Sequence[str], first_days: Sequence[date], levels: Sequence[float]
) -> None:
    if counts.ndim != 2 or counts.shape != (len(parents), len(first_days)):
        wanted = f"{len(parents)} parents and {len(first_days)} periods"
        raise ValueError(f"counts of shape {counts.shape} do not belong to {wanted}")
    if not counts.size:
        raise ValueError("there is no series, or no period, to forecast from")
    if np.isinf(counts).any() or (counts < 0).any():
        raise ValueError("a count is a number from 0 up, or NaN where the period is not covered")
    if horizon < 1:
        raise ValueError(f"a horizon of {horizon} periods is none: ask for 1 or more")
    if any(not 0 < level < 1 for level in levels) or list(levels) != sorted(set(levels)):
        raise ValueError("levels are probabilities between 0 and 1, each larger than the one before")


@dataclass(frozen=True, slots=True)
class _Calendar:
    """Days (relative to their mean) and harmonics of the year of the periods known and those asked for."""

    freq: int
    known: int
    days: Floats  # (T + H)
    harmonics: Floats  # (T + H) × 2 _HARMONICS

    @classmethod
    def of(cls, first_days: Sequence[date], freq: int, horizon: int) -> _Calendar:
        firsts = list(first_days)
        for _ in range(horizon + 1):
            firsts.append(_next(firsts[-1], freq))
        ordinals = np.array([day.toordinal() for day in firsts], dtype=np.float64)
        days = np.diff(ordinals)
        angle = 2 * np.pi * (ordinals[:-1] + days / 2) / 365.2425
        turns = [turn(number * angle) for number in range(1, _HARMONICS + 1) for turn in (np.cos, np.sin)]
        return cls(freq, len(first_days), days / (365.2425 / freq), np.column_stack(turns))

    @property
    def years(self) -> Whole:
        """The year (0: the latest) of each period known; what is left over belongs to the oldest whole one."""
        ago = (self.known - 1 - np.arange(self.known)) // self.freq
        return np.minimum(ago, max(self.known // self.freq - 1, 0))


def _next(day: date, freq: int) -> date:
    return day + timedelta(weeks=1) if freq == 52 else date(day.year + day.month // 12, day.month % 12 + 1, 1)


@dataclass(frozen=True, slots=True)
class _Borrowed:
    """What S series have from their parents: exposure (S × (T + H)), the uncertainty of it ahead (drift, S × H).

    aloof (S) is the share of the parent that is not the series itself: what is its parent has no path but its
    own. seasonal (S): with a season. shared and together as in the outlook.
    """

    exposure: Floats
    drift: Floats
    aloof: Floats
    seasonal: NDArray[np.bool_]
    shared: Floats
    together: Floats


def _borrow(counts: Floats, groups: Whole, calendar: _Calendar) -> _Borrowed:
    counts = calm(counts)
    whole = _wholes(counts, groups, int(groups.max()) + 1)
    season = _seasons(whole, calendar)
    path, common = _paths(whole, season, calendar)
    usual = _usual(counts)
    aloof = np.maximum(1.0 - usual / np.maximum(_sums(usual, groups, len(season)), 1e-9)[groups], 0.0)[:, None]
    return _Borrowed(
        exposure=season[groups] * path[groups] ** aloof,
        drift=common.drift[groups] * aloof**2,
        aloof=aloof[:, 0],
        seasonal=whole.two_years(calendar.freq)[groups],
        shared=(common.drift + common.noise[:, None])[groups],
        together=common.together,
    )


@dataclass(frozen=True, slots=True)
class _Wholes:
    """Counts of P parents (P × T), and which share of each whole is known (0 to 1)."""

    counts: Floats
    covered: Floats

    def two_years(self, freq: int) -> NDArray[np.bool_]:
        """Whose counts (P) are enough to tell a season from a trend."""
        return np.asarray((self.covered > 0).sum(axis=1) >= 2 * freq)


def _usual(counts: Floats) -> Floats:
    """Events a period of each series, where it is known."""
    number = (~np.isnan(counts)).sum(axis=1)
    usual: Floats = np.nansum(counts, axis=1) / np.maximum(number, 1)
    return usual


def _sums(values: Floats, groups: Whole, number: int) -> Floats:
    total = np.zeros((number, *values.shape[1:]))
    np.add.at(total, groups, values)
    return total


def _wholes(counts: Floats, groups: Whole, number: int) -> _Wholes:
    usual = _usual(counts) + 1e-6
    seen = ~np.isnan(counts)
    covered = _sums(usual[:, None] * seen, groups, number) / _sums(usual, groups, number)[:, None]
    return _Wholes(_sums(np.nan_to_num(counts), groups, number), covered)


def _seasons(whole: _Wholes, calendar: _Calendar) -> Floats:
    """Of P parents (P × (T + H)): days times season, from a quasi-Poisson fit with a level for each year.

    A harmonic is shrunk by as much as chance alone would make of it (James & Stein), to nothing if need be.
    """
    known = calendar.known
    level = (calendar.years[:, None] == np.unique(calendar.years)).astype(np.float64)
    design = np.column_stack([level, calendar.harmonics[:known]])
    precision = np.array([1e-3] * level.shape[1] + [_SEASON_PRECISION] * calendar.harmonics.shape[1])
    exposure = whole.covered * calendar.days[:known]
    beta, variance = _regress(whole.counts, design, exposure, precision)
    kept = _shrunk(beta[:, level.shape[1] :], variance[:, level.shape[1] :], 1.0)
    kept[~whole.two_years(calendar.freq)] = 0.0
    return calendar.days * np.exp(kept @ calendar.harmonics.T)


def _regress(counts: Floats, design: Floats, exposure: Floats, precision: Floats) -> tuple[Floats, Floats]:
    """Coefficients and their variances (P × r) of a quasi-Poisson regression with normal priors."""
    start = (counts.sum(axis=1) + 0.5) / np.maximum(exposure.sum(axis=1), 1e-9)
    beta = np.zeros((len(counts), design.shape[1]))
    offset = np.log(start[:, None] * np.maximum(exposure, 1e-9))
    for _ in range(_STEPS):
        mu = np.exp(np.clip(beta @ design.T + offset, -30, 30))
        information = np.einsum("pt,tj,tk->pjk", mu, design, design) + np.diag(precision)
        score = (counts - mu) @ design - beta * precision
        step = np.linalg.solve(information, score[..., None])[..., 0]
        beta = beta + step / np.maximum(np.abs(step).max(axis=1, keepdims=True) / 2.0, 1.0)
        if np.abs(step).max() < 1e-6:
            break
    phi = np.maximum(((counts - mu) ** 2 / np.maximum(mu, 0.1)).sum(axis=1) / max(mu.shape[1] - design.shape[1], 1), 1)
    return beta, phi[:, None] * np.diagonal(np.linalg.inv(information), axis1=1, axis2=2)


def _shrunk(beta: Floats, variance: Floats, times: float) -> Floats:
    pairs = (len(beta), beta.shape[1] // 2, 2)
    size, chance = (beta**2).reshape(pairs).sum(axis=2), variance.reshape(pairs).sum(axis=2)
    kept = np.maximum(1.0 - times * chance / np.maximum(size, 1e-12), 0.0)
    shrunk: Floats = beta * np.repeat(kept, 2, axis=1)
    return shrunk


@dataclass(frozen=True, slots=True)
class _Common:
    """What the series of a parent have in common: relative variance of its level (P × H) and of a period (P);

    together (H) is the correlation between parents that makes all of them vary as the total of them does.
    """

    drift: Floats
    noise: Floats
    together: Floats


def _paths(whole: _Wholes, season: Floats, calendar: _Calendar) -> tuple[Floats, _Common]:
    """Of P parents: the level's path (P × (T + H), around 1), and how uncertain it is ahead."""
    known = calendar.known
    exposure = season[:, :known] * whole.covered
    usual = (whole.counts.sum(axis=1) + 0.5) / (exposure.sum(axis=1) + 0.5)
    apart = np.abs(np.arange(known)[:, None] - np.arange(known))
    kernel = np.exp(-apart / (_SMOOTH * calendar.freq))
    calm = _CALM / usual[:, None]
    path = (whole.counts @ kernel + _CALM) / (exposure @ kernel + calm) / usual[:, None]
    level = _learn(whole.counts, exposure, calendar)
    mean, _ = level.predict(np.ones((len(usual), season.shape[1] - known)))
    weight = 1.0 / level.drift(1)  # in events: a gamma distribution's shape
    ahead = (mean * weight / usual[:, None] + _CALM_AHEAD) / (weight + _CALM_AHEAD)
    return np.hstack([path, ahead]), _common(whole, season, usual, level, calendar)


def _learn(counts: Floats, exposure: Floats, calendar: _Calendar) -> gamma_poisson.Level:
    given = np.where(exposure > 0, counts, np.nan)
    one_group = np.zeros(len(counts), dtype=np.int64)
    return gamma_poisson.learn(given, np.maximum(exposure, 1e-9), one_group, calendar.freq)


def _common(whole: _Wholes, season: Floats, usual: Floats, level: gamma_poisson.Level, calendar: _Calendar) -> _Common:
    horizon = season.shape[1] - calendar.known
    drift, noise = level.drift(horizon), level.noise()
    exposure = (season[:, : calendar.known] * whole.covered * usual[:, None]).sum(axis=0, keepdims=True)
    total = _learn(whole.counts.sum(axis=0, keepdims=True), exposure, calendar)
    ahead, _ = level.predict(np.ones((len(usual), 1)))
    wanted = (total.drift(horizon)[0] + total.noise()[0]) * ahead.sum() ** 2
    single = (drift + noise[:, None]) * ahead**2
    apart, as_one = single.sum(axis=0), np.sqrt(single).sum(axis=0) ** 2
    together = np.clip((wanted - apart) / np.maximum(as_one - apart, 1e-12), 0.0, 1.0)
    return _Common(drift, noise, together)


def _own_seasons(counts: Floats, exposure: Floats, calendar: _Calendar) -> Floats:
    """What a series' season has beyond its parent's (F × (T + H)): one step of scoring, shrunk twice over."""
    known, harmonics = calendar.known, calendar.harmonics[:, : 2 * _OWN_HARMONICS]
    seen = ~np.isnan(counts)
    given, base = np.where(seen, counts, 0.0), np.where(seen, exposure[:, :known], 0.0)
    year = (calendar.years[:, None] == np.unique(calendar.years)).astype(np.float64)
    base = base * (((given @ year + 0.5) / (base @ year + 0.5)) @ year.T)
    design = harmonics[:known]
    information = np.einsum("st,tj,tk->sjk", base, design, design) + _SEASON_PRECISION * np.eye(design.shape[1])
    beta = np.linalg.solve(information, ((given - base) @ design)[..., None])[..., 0]
    phi = ((given - base) ** 2 / np.maximum(base, 0.1)).sum(axis=1) / np.maximum(seen.sum(axis=1), 1)
    variance = np.maximum(phi, 1.0)[:, None] * np.diagonal(np.linalg.inv(information), axis1=1, axis2=2)
    return np.exp(np.clip(_shrunk(beta, variance, 2.0) @ harmonics.T, -1.0, 1.0))


def _methods(seen: NDArray[np.bool_], frequent: NDArray[np.bool_], borrowed: _Borrowed) -> tuple[str, ...]:
    names = []
    for row, known in enumerate(np.any(seen, axis=1).tolist()):
        path = "share of parent" if borrowed.aloof[row] > 0.5 else "own level"
        season = "+parent season" if borrowed.seasonal[row] else ""
        names.append(path + season + ("+own season" if frequent[row] else "") if known else "none")
    return tuple(names)


def _reasons(seen: NDArray[np.bool_], borrowed: _Borrowed, freq: int) -> tuple[tuple[str, ...], ...]:
    found = []
    for row, number in enumerate(seen.sum(axis=1)):
        years = int(number) // freq
        short = (f"years-{years}",) if years < 2 else ()
        told = short if borrowed.seasonal[row] else (*short, "no-season")
        found.append(told if number else ("too-short",))
    return tuple(found)
