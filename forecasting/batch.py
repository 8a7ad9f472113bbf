"""Farrington flexible for thousands of series and periods at once: the values of `farrington.detect`, compiled.

The design is an arrow: a column a season level and one for the trend, so that the normal equations are
solved level by level without a matrix library. And the mean of a level changes by the same factor from
one period to the next, so that a fit takes one multiplication a period in place of an exponential. Both
make the numbers, not the method: every cell is compared with `detect` and with R in the tests.
"""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import partial

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import stats

from forecasting.baseline import blocks, reference_points
from forecasting.counting import bounds
from forecasting.farrington import Frequency, Settings

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_STEPS, _TOLERANCE = 25, 1e-8  # as R's glm.control
_NIL = 1e-12
_LARGE = 1000.0  # events a period
_LANES = 64  # series side by side: enough for the processor's vectors, few enough for its cache

_compiled = njit(cache=True, nogil=True, error_model="numpy")
_EPS = float(np.finfo(np.float64).eps)
REASONS = ("", "short-history", "no-baseline", "no-events", "no-fit")
_SHORT, _BASELINE, _EVENTS, _FIT = 1, 2, 3, 4  # positions in REASONS


@dataclass(frozen=True, slots=True)
class Cells:
    """What `farrington.Cell` says, for S series at K periods: arrays of shape (S, K), NaN for None.

    reasons: the code of what went wrong before there was an expectation, of REASONS; 0 for none.
    """

    observed: Floats
    mu0: Floats
    upper: Floats
    alarm: NDArray[np.bool_]
    enough: NDArray[np.bool_]
    exceedance: Floats
    score_r: Floats
    p: Floats
    phi: Floats
    trend: Floats
    first: Integers
    last: Integers
    weeks: Integers
    reasons: NDArray[np.int8]


def detect_all(
    counts: Floats,
    positions: Sequence[int],
    freq: Frequency,
    settings: Settings,
    *,
    population: Floats | None = None,
    dates: Sequence[date] | None = None,
) -> Cells:
    """Assess each of the positions (K, 0-based) in each row of counts (S × T), as `farrington.detect` does one.

    population: T, or S × T. dates: T, of all series. ValueError as there.
    """
    # Series of like numbers side by side: a block takes as many steps as its slowest series.
    order = np.argsort(np.nansum(counts, axis=1), kind="stable")
    fitted = np.full((len(positions), len(counts), 8), np.nan)
    people = np.ones_like(counts) if population is None else np.broadcast_to(population, counts.shape)
    logs = np.log(np.stack([np.where(counts > 0, counts, 1.0), counts + 0.1]))
    work = partial(_fit_position, counts[order], logs[:, order], people[order], freq, settings, dates)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(work, positions, fitted))
    fitted[:, order] = fitted.copy()
    log_mean, error, phi, trend, *span, reasons = (fitted[:, :, i].T for i in range(8))
    return _judged(counts, positions, settings, (log_mean, error, phi, trend), span, reasons.astype(np.int8))


def _fit_position(
    counts: Floats,
    logs: Floats,
    people: Floats,
    freq: Frequency,
    settings: Settings,
    dates: Sequence[date] | None,
    k: int,
    fitted: Floats,
) -> None:
    if not 0 <= k < counts.shape[1]:
        raise ValueError(f"position {k} is outside series of {counts.shape[1]}")
    points = reference_points(k, settings.years, freq, dates)
    if points[-1] < settings.half_window:
        fitted[:, 4:] = 0, 0, 0, _SHORT
        return
    baseline = blocks(points, settings.half_window, settings.periods, settings.excluded)
    times, criteria = _times(k, counts.shape[1], dates), _criteria(settings)
    for start in range(0, len(counts), _LANES):
        rows = slice(start, start + _LANES)
        _fit_block(
            counts[rows],
            logs[:, rows],
            people[rows],
            baseline.weeks,
            baseline.levels,
            times,
            k,
            dates is not None,
            criteria,
            fitted[rows],
        )


def _times(k: int, length: int, dates: Sequence[date] | None) -> Floats:
    if dates is None:
        return np.arange(length, dtype=np.float64) - k
    day = np.array([each.toordinal() for each in dates], dtype=np.float64)
    times: Floats = (day - day[k]) / (day[1] - day[0])
    return times


def _criteria(settings: Settings) -> Floats:
    """What the compiled code needs of the settings: season levels, reweighting threshold, least |t| by freedom."""
    threshold = settings.reweight_above if settings.reweight else np.inf
    head = [settings.periods, threshold, float(settings.reweight), float(settings.trend and settings.years >= 3)]
    freedom = np.arange(1, 53 * (settings.years + 1))
    return np.concatenate([head, [0.0], stats.t.isf(settings.trend_p / 2, freedom)])


@_compiled
def _fit_block(
    counts: Floats,
    logs: Floats,
    people: Floats,
    weeks: Integers,
    levels: Integers,
    times: Floats,
    k: int,
    dated: bool,
    criteria: Floats,
    fitted: Floats,
) -> None:
    """log mean, its standard error, phi, trend; first, last and number of baseline periods; code of a reason.

    The series of a block, the lanes, go through the same arithmetic side by side; a missing period has weight 0.
    """
    lanes, size, periods = len(counts), weeks.size, int(criteria[0])
    threshold, reweight, trended = criteria[1], criteria[2] > 0, criteria[3] > 0
    t, level = times[weeks], levels - 1
    y, log_y, log_start = np.zeros((size, lanes)), np.zeros((size, lanes)), np.zeros((size, lanes))
    exposure, present = np.ones((size, lanes)), np.zeros((size, lanes))
    occurs = np.zeros((periods, lanes))
    n, most, now = np.zeros(lanes), np.zeros(lanes), np.zeros(lanes)
    for lane in range(lanes):
        for i in range(size):
            count = counts[lane, weeks[i]]
            exposure[i, lane] = people[lane, weeks[i]]
            if np.isnan(count):
                continue
            if n[lane] == 0 and dated:
                # R counts the baseline's days from its first period, the tested day from the first with a count.
                now[lane] = t[0] - t[i]
            y[i, lane], present[i, lane] = count, 1.0
            log_y[i, lane], log_start[i, lane] = logs[0, lane, weeks[i]], logs[1, lane, weeks[i]]
            occurs[level[i], lane] = 1.0
            n[lane] += 1
            most[lane] = max(most[lane], count)
    rank = occurs.sum(axis=0)
    data = (y, log_y, log_start, t, exposure, level, present)
    kept = np.zeros(lanes, dtype=np.bool_)
    full = np.zeros((8, lanes))
    if trended:
        full = _reweighted(*data, n, rank + 1, periods, True, threshold, reweight)
        for lane in range(lanes):
            log_mean = full[1, lane] + full[2, lane] * now[lane] + math.log(people[lane, k])
            if full[0, lane] > 0 and math.exp(log_mean) <= most[lane]:
                least = criteria[4 + int(max(n[lane] - rank[lane] - 1, 1))]
                kept[lane] = _t_value(full[2, lane], full[5, lane] * full[6, lane], t[0]) >= least
    level_only = np.zeros((8, lanes))
    rest = np.flatnonzero(~kept)
    if rest.size:
        some = (y[:, rest], log_y[:, rest], log_start[:, rest], t, exposure[:, rest], level, present[:, rest])
        level_only[:, rest] = _reweighted(*some, n[rest], rank[rest], periods, False, threshold, reweight)
    for lane in range(lanes):
        out = fitted[lane]
        out[:4], out[4:] = np.nan, 0.0
        if n[lane] <= rank[lane] + 1 or occurs[periods - 1, lane] == 0:
            out[7] = _BASELINE
            continue
        fit = full[:, lane] if kept[lane] else level_only[:, lane]
        if fit[0] == 0:
            out[7] = _FIT if most[lane] > 0 else _EVENTS
            continue
        out[4], out[5], out[6] = weeks[0], weeks[-1], n[lane]
        ahead = now[lane] if kept[lane] else 0.0
        out[0] = fit[1] + fit[2] * ahead + math.log(people[lane, k])
        out[1] = math.sqrt(fit[6] * (fit[3] + 2.0 * ahead * fit[4] + ahead * ahead * fit[5]))
        out[2] = fit[7]
        out[3] = fit[2] if kept[lane] else np.nan


@_compiled
def _t_value(slope: float, variance: float, earliest: float) -> float:
    if abs(slope * earliest) < _NIL:  # what is left of a trend that is nil is rounding, and so is its error
        return 0.0
    return abs(slope) / math.sqrt(variance)


@_compiled
def _reweighted(
    y: Floats,
    log_y: Floats,
    log_start: Floats,
    t: Floats,
    exposure: Floats,
    level: Integers,
    present: Floats,
    n: Floats,
    rank: Floats,
    periods: int,
    trend: bool,
    threshold: float,
    reweight: bool,
) -> Floats:
    """Converged; level of the tested season, trend, their variances (level, both, trend; unscaled), D, phi."""
    weights = present.copy()
    mu, working = np.empty_like(y), np.empty_like(y)
    sums, model = np.empty((2, periods, n.size)), np.zeros((8, n.size))
    data = (y, log_y, log_start, t, exposure, level)
    _fit(*data, weights, trend, mu, working, sums, model)
    converged = model[0].copy()
    model[6] = _pearson(y, mu, working) / (n - rank)
    model[7] = np.maximum(model[6], 1.0)
    if reweight:
        if _weigh(y, t, level, mu, working, sums, model, threshold, n, weights):
            _fit(*data, weights, trend, mu, working, sums, model)
            model[7] = np.maximum(_pearson(y, mu, working) / (n - rank), 1.0)
        # R overwrites its working weights by these before it computes standard errors; to agree, so do we.
        model[6] = _pearson(y, mu, weights) / (n - rank)
    model[0] = converged  # whether the second fit did is not asked
    return model


@_compiled
def _pearson(y: Floats, mu: Floats, weights: Floats) -> Floats:
    total = np.zeros(y.shape[1])
    for i in range(len(y)):
        events, mean, weight = y[i], mu[i], weights[i]
        for lane in range(total.size):
            each = (events[lane] - mean[lane]) / mean[lane]
            total[lane] += weight[lane] * each * each
    return total


@_compiled
def _weigh(
    y: Floats,
    t: Floats,
    level: Integers,
    mu: Floats,
    working: Floats,
    sums: Floats,
    model: Floats,
    threshold: float,
    n: Floats,
    weights: Floats,
) -> bool:
    """Past outbreaks get weights by their Anscombe residuals (Farrington et al. 1996); False when there is none."""
    found = False
    total = np.zeros(n.size)
    least, inverse, centre = threshold * threshold * model[7], 1.0 / sums[0], sums[1] / sums[0]
    for i in range(len(y)):
        for lane in range(n.size):
            excess, mean = y[i, lane] - mu[i, lane], mu[i, lane]
            # An Anscombe residual is never larger than Pearson's: most periods need no more than that.
            if excess > 0 and weights[i, lane] > 0:
                apart = t[i] - centre[level[i], lane]
                free = 1.0 - working[i, lane] * (inverse[level[i], lane] + model[5, lane] * apart * apart)
                if free >= 1e-9 and excess * excess > least[lane] * free * mean:
                    scale = math.sqrt(model[7, lane] * free)
                    residual = 1.5 * (y[i, lane] ** (2 / 3) * mean ** (-1 / 6) - math.sqrt(mean)) / scale
                    if residual > threshold:
                        weights[i, lane] = 1.0 / (residual * residual)
                        found = True
            total[lane] += weights[i, lane]
    for i in range(len(y)):
        for lane in range(n.size):
            weights[i, lane] *= n[lane] / total[lane]
    return found


@_compiled
def _fit(
    y: Floats,
    log_y: Floats,
    log_start: Floats,
    t: Floats,
    exposure: Floats,
    level: Integers,
    weights: Floats,
    trend: bool,
    mu: Floats,
    working: Floats,
    sums: Floats,
    model: Floats,
) -> None:
    """Quasi-Poisson by iteratively reweighted least squares, stopped as R's glm stops; fills mu to model.

    `working` and the variances are those of the last step, hence of the means before the last. sums: weight
    and weight × t by level.
    """
    periods, lanes = sums.shape[1], y.shape[1]
    levels, before = np.zeros((periods, lanes)), np.zeros((periods, lanes))
    slope, slope_before, spread = np.zeros(lanes), np.zeros(lanes), np.zeros(lanes)
    steps, done = np.zeros(lanes), np.zeros(lanes, dtype=np.bool_)
    following, response = np.empty((2, periods, lanes)), np.zeros((periods, lanes))
    of_trend = np.zeros((2, lanes))  # response × t, weight × t²
    seen = np.zeros((3, periods, lanes))  # of each level: weighted events, events × t, the deviance's constant part
    deviance = _start(y, log_y, log_start, t, exposure, level, weights, following, response, of_trend, seen)
    large = y.max() > _LARGE
    for _ in range(_STEPS):
        for lane in range(lanes):
            if not done[lane]:
                steps[lane] += 1
                slope_before[lane] = slope[lane]
        for j in range(periods):
            for lane in range(lanes):
                if not done[lane]:
                    before[j, lane] = levels[j, lane]
                    sums[0, j, lane], sums[1, j, lane] = following[0, j, lane], following[1, j, lane]
        if trend:
            _solve_trend(sums, response, of_trend, done, slope, spread)
        for j in range(periods):
            for lane in range(lanes):
                if not done[lane] and sums[0, j, lane] > 0:
                    levels[j, lane] = (response[j, lane] - sums[1, j, lane] * slope[lane]) / sums[0, j, lane]
        total = _sums(t, exposure, level, weights, levels, slope, seen, following, response, of_trend)
        if large:
            _means(t, exposure, level, levels, slope, mu)
            total = _deviance(y, mu, weights)
        for lane in range(lanes):
            if not done[lane]:
                done[lane] = not abs(total[lane] - deviance[lane]) / (abs(total[lane]) + 0.1) >= _TOLERANCE
                model[0, lane] = done[lane]
                deviance[lane] = total[lane]
        if done.all():
            break
    _means(t, exposure, level, before, slope_before, working)
    for i in range(len(y)):
        for lane in range(lanes):
            working[i, lane] = weights[i, lane] * (y[i, lane] + 0.1 if steps[lane] == 1 else working[i, lane])
    _means(t, exposure, level, levels, slope, mu)
    for lane in range(lanes):
        d, c = sums[0, periods - 1, lane], sums[1, periods - 1, lane]
        model[1, lane], model[2, lane] = levels[periods - 1, lane], slope[lane]
        model[3, lane] = 1.0 / d + (c / d) * (c / d) * spread[lane]
        model[4, lane], model[5, lane] = -c / d * spread[lane], spread[lane]


@_compiled
def _solve_trend(
    sums: Floats, response: Floats, of_trend: Floats, done: NDArray[np.bool_], slope: Floats, spread: Floats
) -> None:
    """The normal equations are an arrow: the trend comes from the Schur complement of the levels."""
    score, information = of_trend[0].copy(), of_trend[1].copy()
    for j in range(len(response)):
        d, c, r = sums[0, j], sums[1, j], response[j]
        for lane in range(slope.size):
            if d[lane] > 0:
                information[lane] -= c[lane] * c[lane] / d[lane]
                score[lane] -= c[lane] * r[lane] / d[lane]
    for lane in range(slope.size):
        if not done[lane]:
            spread[lane], slope[lane] = 1.0 / information[lane], score[lane] / information[lane]


@_compiled
def _start(
    y: Floats,
    log_y: Floats,
    log_start: Floats,
    t: Floats,
    exposure: Floats,
    level: Integers,
    weights: Floats,
    sums: Floats,
    response: Floats,
    of_trend: Floats,
    seen: Floats,
) -> Floats:
    """The first step's sums, from means of y + 0.1, and the deviance there."""
    sums[:] = 0.0
    lanes = y.shape[1]
    deviance = np.zeros(lanes)
    for i in range(len(y)):
        j, when = level[i], t[i]
        for lane in range(lanes):
            w, events = weights[i, lane], y[i, lane]
            start = events + 0.1
            log_exposure = 0.0 if exposure[i, lane] == 1.0 else math.log(exposure[i, lane])
            each = w * (start * (log_start[i, lane] - log_exposure) - 0.1)
            sums[0, j, lane] += w * start
            sums[1, j, lane] += w * start * when
            response[j, lane] += each
            of_trend[0, lane] += each * when
            of_trend[1, lane] += w * start * when * when
            seen[0, j, lane] += w * events
            seen[1, j, lane] += w * events * when
            seen[2, j, lane] += w * events * (log_y[i, lane] - 1.0 - log_exposure)
            deviance[lane] += w * (2.0 * events * (log_y[i, lane] - log_start[i, lane]) + 0.2)
    return deviance


@_compiled
def _sums(
    t: Floats,
    exposure: Floats,
    level: Integers,
    weights: Floats,
    levels: Floats,
    slope: Floats,
    seen: Floats,
    sums: Floats,
    response: Floats,
    of_trend: Floats,
) -> Floats:
    """The next step's sums by level; gives the deviance at these levels and slopes."""
    lanes = slope.size
    factors, grown, ratio, squares = np.exp(levels), np.exp(slope * t[0]), np.exp(slope), np.zeros(lanes)
    sums[:] = 0.0
    for i in range(t.size):
        when = t[i]
        if i > 0:
            _grow(grown, ratio, slope, when, when == t[i - 1] + 1.0)
        factor, people, weight, d, c = factors[level[i]], exposure[i], weights[i], sums[0, level[i]], sums[1, level[i]]
        for lane in range(lanes):
            mean = factor[lane] * grown[lane] * people[lane]
            w = weight[lane] * (mean if mean > _EPS else _EPS)
            d[lane] += w
            c[lane] += w * when
            squares[lane] += w * when * when
    deviance = np.zeros(lanes)
    of_trend[0], of_trend[1] = slope * squares, squares
    for j in range(len(levels)):
        for lane in range(lanes):
            weight_j, weight_t, height = sums[0, j, lane], sums[1, j, lane], levels[j, lane]
            events, events_t = seen[0, j, lane], seen[1, j, lane]
            response[j, lane] = (height - 1.0) * weight_j + slope[lane] * weight_t + events
            of_trend[0, lane] += (height - 1.0) * weight_t + events_t
            deviance[lane] += 2.0 * (weight_j + seen[2, j, lane] - height * events - slope[lane] * events_t)
    return deviance


@_compiled
def _grow(grown: Floats, ratio: Floats, slope: Floats, when: float, next_period: bool) -> None:
    """exp(slope × t), by one multiplication where a period follows the one before."""
    if next_period:
        for lane in range(grown.size):
            grown[lane] *= ratio[lane]
    else:
        for lane in range(grown.size):
            grown[lane] = math.exp(slope[lane] * when)


@_compiled
def _means(t: Floats, exposure: Floats, level: Integers, levels: Floats, slope: Floats, mu: Floats) -> None:
    factors, grown, ratio = np.exp(levels), np.exp(slope * t[0]), np.exp(slope)
    for i in range(t.size):
        if i > 0:
            _grow(grown, ratio, slope, t[i], t[i] == t[i - 1] + 1.0)
        factor, people, means = factors[level[i]], exposure[i], mu[i]
        for lane in range(slope.size):
            mean = factor[lane] * grown[lane] * people[lane]
            means[lane] = mean if mean > _EPS else _EPS


@_compiled
def _deviance(y: Floats, mu: Floats, weights: Floats) -> Floats:
    """Term by term: of large counts, a difference of sums would lose what convergence is judged by."""
    total = np.zeros(y.shape[1])
    for i in range(len(y)):
        for lane in range(total.size):
            events, mean = y[i, lane], mu[i, lane]
            surprise = events * math.log(events / mean) if events > 0 else 0.0
            total[lane] += 2.0 * weights[i, lane] * (surprise - (events - mean))
    return total


def _judged(
    counts: Floats,
    positions: Sequence[int],
    settings: Settings,
    model: tuple[Floats, Floats, Floats, Floats],
    span: Sequence[Floats],
    reasons: NDArray[np.int8],
) -> Cells:
    log_mean, error, phi, trend = model
    observed = counts[:, list(positions)]
    mu0 = np.exp(log_mean)
    upper, p = _bound_and_p(observed, log_mean, error, phi, settings)
    enough = np.isfinite(mu0) & (_recent(counts, positions, settings.limit_periods) >= settings.limit_cases)
    centre = mu0 if settings.method == "delta" else log_mean  # R's slip; its alarms are the same
    score = _share(observed, centre, upper)
    reach = np.where(upper <= mu0, np.floor(mu0) + 1, upper)
    with np.errstate(invalid="ignore"):
        alarm = enough & (observed > 0) & (score > 1)
    return Cells(
        observed=observed,
        mu0=mu0,
        upper=np.where(enough, upper, np.nan),
        alarm=alarm,
        enough=enough,
        exceedance=_share(observed, mu0, reach),
        score_r=score,
        p=p,
        phi=phi,
        trend=trend,
        first=span[0].astype(np.int64),
        last=span[1].astype(np.int64),
        weeks=span[2].astype(np.int64),
        reasons=reasons,
    )


def _recent(counts: Floats, positions: Sequence[int], periods: int) -> Floats:
    return np.column_stack([counts[:, max(k - periods + 1, 0) : k + 1].sum(axis=1) for k in positions])


def _share(observed: Floats, mean: Floats, upper: Floats) -> Floats:
    """How far from the mean to the bound, 1 being at it."""
    room = np.where(upper == mean, np.nan, upper - mean)
    return (observed - mean) / room


def _bound_and_p(
    observed: Floats, log_mean: Floats, error: Floats, phi: Floats, settings: Settings
) -> tuple[Floats, Floats]:
    z = float(stats.norm.isf(settings.alpha))
    if settings.method == "delta":
        return _power_bounds(observed, np.exp(log_mean), error, phi, settings.exponent, z)
    if settings.method == "muan":
        log_mean = log_mean + z * error
    finite = np.where(log_mean > np.log(np.finfo(np.float64).max), np.nan, log_mean)
    return bounds(observed, np.exp(finite), phi, settings.alpha)


def _power_bounds(
    observed: Floats, mean: Floats, error: Floats, phi: Floats, exponent: float, z: float
) -> tuple[Floats, Floats]:
    tau = phi + (error * mean) ** 2 / mean
    deviation = np.sqrt(exponent**2 * mean ** (2 * exponent - 1) * tau)
    upper = (mean**exponent + z * deviation) ** (1 / exponent)
    return upper, stats.norm.sf((observed**exponent - mean**exponent) / deviation)
