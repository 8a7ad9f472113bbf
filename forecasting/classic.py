"""The older detectors, step by step as R's surveillance 1.20 takes them: for comparison, not for daily use.

Farrington et al. (1996), J. R. Statist. Soc. A 159, 547-563; the Early Aberration Reporting System's C1 to C3
(Hutwagner et al. 2003, J. Urban Health 80, i89-i96); CUSUM of transformed counts (Rossi et al. 1999, Statist.
Med. 18, 2111-2122); likelihood ratio charts (Höhle & Paul 2008, Comput. Statist. Data Anal. 52, 4357-4368). Each
takes one series, oldest period first; NaN is missing, not zero: it gives no bound and adds nothing to a sum.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import statsmodels.api as sm
from numpy.typing import NDArray
from scipy import special, stats

from forecasting.baseline import blocks, reference_points
from forecasting.bound import power_bound
from forecasting.quasi_poisson import Fit, Floats, fit

Kind = Literal["C1", "C2", "C3"]
Transform = Literal["standard", "rossi", "anscombe", "pearsonNegBin"]
Direction = Literal["rise", "fall"]

_RARE = {"C1": 0.001, "C2": 0.001, "C3": 0.025}
_NEWTON, _THETA_STEPS, _THETA_ROUNDS = 50, 24, 25
_CLOSE = float(np.finfo(np.float64).eps) ** 0.25  # where R's MASS stops the search for a dispersion
_FAR = 30.0  # of a log factor: beyond it there is no event at all


@dataclass(frozen=True, slots=True)
class Chart:
    """What a detector says of K periods, each (K,): the sum it keeps, the count it alarms above, the alarm.

    NaN: the method has no such number, or could not compute it; then there is no alarm either.
    """

    statistic: Floats
    upper: Floats
    alarm: NDArray[np.bool_]


def farrington_1996(
    counts: Floats,
    positions: Sequence[int],
    *,
    years: int = 5,
    half_window: int = 3,
    reweight: bool = True,
    alpha: float = 0.01,
    exponent: float = 2 / 3,
    limit: tuple[float, int] = (5, 4),
    freq: int = 52,
) -> Chart:
    """Farrington's first method at those positions (0-based): the same weeks of earlier years, a trend if it shows.

    alpha is two-sided here, half of it above the bound. limit: the bound is 0, and there is no alarm, with
    fewer events than the first number in the latest periods (second number), the assessed one included.
    """
    upper = np.full(len(positions), np.nan)
    for at, k in enumerate(positions):
        points = reference_points(_inside(counts, k), years, freq)
        if points[-1] < half_window:
            continue
        weeks = blocks(points, half_window, 1, half_window).weeks
        weeks = weeks[~np.isnan(counts[weeks])]
        if weeks.size > 2:
            now = _forecast(counts[weeks], (weeks - k).astype(np.float64), years >= 3, reweight)
            upper[at] = np.nan if now is None else power_bound(None, *now, exponent, alpha / 2)[0]
    recent = np.array([counts[max(k - limit[1] + 1, 0) : k + 1].sum() for k in positions])
    upper = np.where(~np.isnan(upper) & ~(recent >= limit[0]), 0.0, upper)
    return Chart(np.full(len(positions), np.nan), upper, (upper > 0) & (counts[list(positions)] > upper))


def _inside(counts: Floats, k: int) -> int:
    if not 0 <= k < counts.size:
        raise ValueError(f"position {k} is outside a series of {counts.size}")
    return k


def _forecast(counts: Floats, times: Floats, trend: bool, reweight: bool) -> tuple[float, float, float] | None:
    """Mean, its standard error and phi at time 0. The trend: when significant and within what was seen."""
    line = np.column_stack([np.ones_like(times), times])
    if trend:
        fitted = _fit(counts, line, reweight)
        mean = np.exp(fitted.coefficients[0])
        if fitted.converged and mean <= counts.max() and fitted.p_value(1) < 0.05:
            return _at_origin(fitted)
    fitted = _fit(counts, line[:, :1], reweight)
    return _at_origin(fitted) if fitted.converged else None


def _at_origin(fitted: Fit) -> tuple[float, float, float]:
    """R tests the trend with Pearson's dispersion as it is, but never lets the bound's be below 1."""
    mean = float(np.exp(fitted.coefficients[0]))
    return mean, mean * float(fitted.dispersion * fitted.covariance[0, 0]) ** 0.5, fitted.dispersion


def _fit(counts: Floats, design: Floats, reweight: bool) -> Fit:
    nothing, evenly = np.zeros_like(counts), np.ones_like(counts)
    first = fit(counts, design, nothing, evenly)
    if not (reweight and first.converged):
        return first
    root = np.sqrt(first.means)
    residuals = 1.5 * (np.cbrt(counts) ** 2 / np.cbrt(root) - root)
    residuals = residuals / np.sqrt(first.dispersion * (1 - first.leverages))
    relative = np.where(residuals > 1, 1 / np.maximum(residuals, 1) ** 2, 1.0)
    return replace(fit(counts, design, nothing, relative * counts.size / relative.sum()), converged=True)


def ears(
    counts: Floats,
    positions: Sequence[int],
    kind: Kind = "C1",
    *,
    baseline: int = 7,
    alpha: float | None = None,
    least_deviation: float = 0.0,
) -> Chart:
    """C1: above the latest `baseline` periods; C2: the two latest left out; C3: C2's excess over three periods.

    alpha: .001 (C3: .025) when None. least_deviation: the standard deviation is never taken to be less.
    NaN where C3 has nothing to divide by: its earlier two periods followed a stretch of equal counts.
    """
    z = float(stats.norm.isf(_RARE[kind] if alpha is None else alpha))
    first = min((_inside(counts, k) for k in positions), default=0) - baseline - (0 if kind == "C1" else 2)
    if first - 2 * (kind == "C3") < 0:
        raise ValueError(f"the first period has no {baseline} periods before it to be compared with")
    upper = np.array([_ears_bound(counts, k, kind, baseline, z, least_deviation) for k in positions])
    return Chart(np.full(upper.size, np.nan), upper, counts[list(positions)] > upper)


def _ears_bound(counts: Floats, k: int, kind: Kind, baseline: int, z: float, least: float) -> float:
    def normal(at: int) -> tuple[np.float64, np.float64]:
        past = counts[at - baseline : at] if kind == "C1" else counts[at - 2 - baseline : at - 2]
        return np.float64(past.mean()), np.float64(max(past.std(ddof=1), least))

    mean, deviation = normal(k)
    if kind != "C3":
        return float(mean + z * deviation)
    excess = np.float64(0)
    with np.errstate(divide="ignore", invalid="ignore"):
        for earlier in (k - 1, k - 2):
            then, spread = normal(earlier)
            excess += np.maximum(0, (counts[earlier] - then) / spread - 1)
        # R starts from the count itself where C1 and C2 start from the mean: an alarm is excess > z.
        return float(np.maximum(0, counts[k] + deviation * (z - excess)))


def cusum(
    counts: Floats,
    start: int,
    transform: Transform = "standard",
    *,
    alpha: float = 0.1,
    k: float = 1.04,
    h: float = 2.26,
    freq: int = 52,
) -> Chart:
    """The running sum of standardised counts above k, from position start on; alarm at h, and no reset.

    The mean is a yearly wave fitted to the periods before start (Poisson). alpha: of pearsonNegBin alone, whose
    variance is m + alpha m². upper is the count that would have led to h; R rounds it up for "standard".
    """
    means = _wave(counts, start, freq)
    now = counts[start:]
    scores = _standardised(now, means, transform, alpha)
    sums = np.zeros(now.size + 1)
    for at, score in enumerate(scores):
        sums[at + 1] = sums[at] if np.isnan(score) else max(0.0, sums[at] + score - k)
    upper = np.maximum(_count_at(h + k - sums[:-1], means, transform, alpha), 0.0)
    return Chart(sums[1:], upper, ~np.isnan(now) & (sums[1:] >= h))


def _wave(counts: Floats, start: int, freq: int) -> Floats:
    design = _seasons(counts.size, freq, trend=False)
    seen = _seen_before(counts, start)
    fitted = fit(counts[seen], design[seen], np.zeros(seen.size), np.ones(seen.size))
    return np.asarray(np.exp(design[start:] @ fitted.coefficients), dtype=np.float64)


def _seasons(periods: int, freq: int, *, trend: bool) -> Floats:
    time = np.arange(1.0, periods + 1)
    angle = 2 * np.pi * time / freq
    columns = [np.ones(periods), np.cos(angle), np.sin(angle)]
    return np.column_stack([*columns, time / periods] if trend else columns)


def _seen_before(counts: Floats, start: int) -> NDArray[np.int64]:
    seen = np.flatnonzero(~np.isnan(counts[: max(start, 0)]))
    if not start < counts.size or seen.size < 5 or not counts[seen].any():
        raise ValueError("there must be five counts, and an event, before the start, and a period from it on")
    return seen


def _standardised(y: Floats, m: Floats, transform: Transform, alpha: float) -> Floats:
    if transform == "rossi":
        return np.asarray((y - 3 * m + 2 * np.sqrt(y * m)) / (2 * np.sqrt(m)))
    if transform == "anscombe":
        return np.asarray(1.5 * (np.cbrt(y) ** 2 - np.cbrt(m) ** 2) / m ** (1 / 6))
    return np.asarray((y - m) / np.sqrt(m if transform == "standard" else m + alpha * m**2))


def _count_at(score: Floats, m: Floats, transform: Transform, alpha: float) -> Floats:
    """The inverse of `_standardised`; 0 where no count is so low."""
    if transform == "rossi":
        square = 4 * m + 2 * np.sqrt(m) * score  # below m no count is meant, but R squares all the same
        return np.where(square > 0, (np.sqrt(np.maximum(square, 0)) - np.sqrt(m)) ** 2, 0.0)
    if transform == "anscombe":
        return np.asarray(np.maximum(np.cbrt(m) ** 2 + score * m ** (1 / 6) / 1.5, 0.0) ** 1.5)
    if transform == "standard":
        return np.asarray(np.ceil(m + np.sqrt(m) * score))
    return np.asarray(m + np.sqrt(m + alpha * m**2) * score)


def expected_nb(
    counts: Floats, start: int, alpha: float | None, *, trend: bool = False, freq: int = 52
) -> tuple[Floats, float]:
    """Means from start on, by a yearly wave (and trend) fitted before it, and the alpha of variance m + alpha m².

    alpha None: estimated, with the steps of R's MASS::glm.nb, so that an alpha that wants to be 0 stops where
    R's does.
    """
    design, seen = _seasons(counts.size, freq, trend=trend), _seen_before(counts, start)
    y, x = counts[seen], design[seen]
    size = 1 / alpha if alpha else np.inf
    coefficients = _nb_fit(y, x, size, None)
    for _ in range(_THETA_ROUNDS if alpha is None else 0):
        before, size = size, _size(y, np.exp(x @ coefficients))
        if abs(size - before) < 1e-8:
            break
        coefficients = _nb_fit(y, x, size, coefficients)
    return np.exp(design[start:] @ coefficients), float(1 / size)


class _NegativeBinomialLikeR(sm.families.NegativeBinomial):  # type: ignore[misc]  # statsmodels carries no types
    def starting_mu(self, y: Floats) -> Floats:
        return np.where(y == 0, 1 / 6, y)


def _nb_fit(y: Floats, x: Floats, size: float, start: Floats | None) -> Floats:
    """From R's starting means, to R's tolerance: where the steps end decides the fifth digit."""
    if np.isinf(size):
        return fit(y, x, np.zeros_like(y), np.ones_like(y)).coefficients
    model = sm.GLM(y, x, family=_NegativeBinomialLikeR(alpha=1 / size))
    results = model.fit(start_params=start, maxiter=25, atol=1e-9, rtol=1e-8, tol_criterion="deviance")
    return np.asarray(results.params, dtype=np.float64)


def _size(y: Floats, mu: Floats) -> float:
    """The negative binomial size of highest likelihood, by Newton's steps from the moment estimate."""
    size = y.size / float(np.sum((y / mu - 1) ** 2))
    for _ in range(_THETA_STEPS):
        ratio = (y + size) / (mu + size)
        score = special.digamma(size + y) - special.digamma(size) + np.log(size / (mu + size)) + 1 - ratio
        bend = special.polygamma(1, size + y) - special.polygamma(1, size) + 1 / size - (2 - ratio) / (mu + size)
        step = -float(score.sum() / bend.sum())
        size = abs(size) + step
        if abs(step) < _CLOSE:
            break
    return size


def glr(
    counts: Floats,
    means: Floats,
    alpha: float,
    *,
    threshold: float = 5.0,
    window: int | None = None,
    direction: Direction = "rise",
) -> Chart:
    """Generalised likelihood ratio of a lasting change of unknown size, begun at any of the latest periods.

    counts and means: (K,), from the first period watched; variance m + alpha m². window: how many periods
    before the current one a change may have begun; None: any number. Watching starts anew after an alarm.
    """
    statistic, alarm, start = np.full(counts.size, np.nan), np.zeros(counts.size, dtype=np.bool_), 0
    y, m = np.nan_to_num(counts), np.where(np.isnan(counts), 0.0, means)
    for n in range(counts.size):
        low = start if window is None else max(start, n - window)
        if not np.isnan(counts[n]):
            statistic[n] = _largest_ratio(y[low : n + 1], m[low : n + 1], alpha, direction)
            alarm[n] = statistic[n] >= threshold
        start = n + 1 if alarm[n] else start
    return Chart(statistic, np.full(counts.size, np.nan), alarm)


def _largest_ratio(y: Floats, m: Floats, alpha: float, direction: Direction) -> float:
    """Over all beginnings (rows of a triangle) of the ratio at its best log factor, which Newton's steps find."""
    since = np.triu(np.ones((y.size, y.size)))
    events, expected = since @ y, since @ m
    factor = np.where(events > 0, np.log(np.maximum(events, 1e-9) / np.maximum(expected, 1e-300)), -_FAR)
    for _ in range(_NEWTON if alpha > 0 else 0):
        changed = m * np.exp(factor)[:, None]
        score = (since * (y - changed) / (1 + alpha * changed)).sum(axis=1)
        bend = (since * changed * (1 + alpha * y) / (1 + alpha * changed) ** 2).sum(axis=1)
        step = np.clip(score / np.maximum(bend, 1e-300), -1, 1)
        factor = np.clip(factor + step, -_FAR, _FAR)
        if np.abs(step).max() < 1e-11:
            break
    factor = np.maximum(factor, 0) if direction == "rise" else np.minimum(factor, 0)
    return float((since * _ratio(y, m, alpha, factor[:, None])).sum(axis=1).max())


def _ratio(y: Floats, m: Floats, alpha: float, factor: Floats | float) -> Floats:
    """log f(y; m e^factor) / f(y; m), negative binomial or, at alpha 0, Poisson."""
    if alpha == 0:
        return np.asarray(y * factor - m * np.expm1(factor))
    return np.asarray(y * factor + (1 / alpha + y) * np.log((1 + alpha * m) / (1 + alpha * m * np.exp(factor))))


def lr_cusum(counts: Floats, means: Floats, alpha: float, log_factor: float, *, threshold: float = 5.0) -> Chart:
    """The running sum of the likelihood ratio of a change of known size, never below 0; from 0 anew after an alarm."""
    ratios = np.nan_to_num(_ratio(counts, means, alpha, log_factor))
    statistic, sum_ = np.zeros(counts.size), 0.0
    for at, ratio in enumerate(ratios):
        sum_ = max(0.0, sum_ + ratio)
        statistic[at] = sum_
        sum_ = 0.0 if sum_ >= threshold else sum_
    return Chart(statistic, np.full(counts.size, np.nan), statistic >= threshold)
