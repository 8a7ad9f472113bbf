"""Slow change: has the level of a series moved, since when and by how much, in either direction?

The generalised likelihood ratio of Höhle & Paul (2008, Comput. Statist. Data Anal. 52, 4357-4368) over all
beginnings within a window. Counts are negative binomial of mean mu_t and variance phi mu_t, and a change by a
factor f keeps their sizes mu_t / (phi - 1). Then only the sums since the beginning matter, Y of events and M of means,
f is estimated by Y / M, and the ratio is Y log f - (M / (phi - 1) + Y) log(1 + (phi - 1)(f - 1) / phi).

The means are estimates themselves. Where their log is wrong by a lasting error of variance v, Y / M varies by
phi / M + v though nothing has changed, not by phi / M: the ratio is divided by 1 + v M / phi. Of a single period's
squared standard error three fifths are taken to last; the rest, mostly the season's, averages out over a window. With
that the false alarms are nearly those stated (tests/proof/slow_change.py). Thresholds are simulated for known means.
A change that has gone on for longer than the baseline leaves out becomes part of the means: it shows less and less.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.interpolate import RegularGridInterpolator

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Watch = Literal["both", "rise", "fall"]

Language = Literal["sv", "en"]
Unit = Literal["week", "month"]
_Given = tuple[Floats, Floats, Floats, Floats, Integers]

WEEKS, MONTHS = 52, 24  # how far back a change may have begun
_TWO_SIDED = 1.96
_LASTING = 0.6  # of the squared standard error of a period's log mean
_LEAST_EXPECTED = 1.0  # events, for a ratio to them to be told
_LEAST = 0.1  # a threshold: at 0 any series would be over it
_SLOW = 8  # periods: a delay above this is not fast
_compiled = njit(cache=True, nogil=True, error_model="numpy")


@dataclass(frozen=True, slots=True)
class Slow:
    """What is known of S series at their last period; arrays (S,), NaN where nothing was counted since `since`.

    statistic and threshold are of the direction (1 up, -1 down, 0 none) that is nearer to its alarm; a threshold of
    inf: not watched. start: position of the first period of the change, -1 without one. factor: events since then over
    what was expected (events, expected), low to high a rough 95 % interval; taken where it stands out most, so that the
    truth is rather nearer to 1; NaN, all three, where less than one event was expected: no ratio can be told. every:
    periods of one series for one false alarm.
    """

    statistic: Floats
    threshold: Floats
    alarm: NDArray[np.bool_]
    direction: NDArray[np.int8]
    start: Integers
    factor: Floats
    low: Floats
    high: Floats
    events: Floats
    expected: Floats
    every: float


@dataclass(frozen=True, slots=True)
class Course:
    """Every period of S series, watched anew after each alarm; arrays (S, T). share: statistic over threshold."""

    share: Floats
    alarm: NDArray[np.bool_]
    direction: NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Delay:
    """How long a step to `factor` times the level stays unseen: median periods (inf: over `limit`), share found."""

    level: float
    factor: float
    median: float
    found: float
    limit: int


def look(
    counts: Floats,
    means: Floats,
    phi: Floats | float,
    *,
    error: Floats | float = 0.0,
    since: Integers | int = 0,
    every: float = 500.0,
    window: int = WEEKS,
    watch: Watch = "both",
) -> Slow:
    """Has the level changed? Of S series at their last period.

    counts and means: (S, T), NaN: missing; means > 0, not taught by the periods looked at. phi: (S,) or one for
    all, 1 or more. error: standard error of the log means, (S,) or one. since: first position that counts, (S,)
    or one: the period after the latest verdict. every: periods for one false alarm, 50 to 1000, rises and falls
    together. ValueError when these do not fit.
    """
    given = _checked(counts, means, phi, error, since, window)
    up, down = thresholds(_level(means, window), given[2], every, watch)
    ratios, starts = np.zeros((len(counts), 2)), np.full((len(counts), 2), -1, dtype=np.int64)
    _look(*given, window, ratios, starts)
    limits = np.column_stack([up, down])
    side = np.argmax(ratios / limits, axis=1)
    row = np.arange(len(counts))
    return _found(given, ratios[row, side], limits[row, side], starts[row, side], side, every)


def _found(
    given: tuple[Floats, Floats, Floats, Floats, Integers],
    ratio: Floats,
    limit: Floats,
    start: Integers,
    side: Integers,
    every: float,
) -> Slow:
    counts, means, phi, variance, since = given
    position = np.arange(counts.shape[1])
    seen = ~np.isnan(counts) & ~np.isnan(means)
    known = (seen & (position >= since[:, None])).any(axis=1)
    changed = seen & (start >= 0)[:, None] & (position >= start[:, None])
    events, expected = np.where(changed, counts, 0.0).sum(axis=1), np.where(changed, means, 0.0).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        told = (start >= 0) & (expected >= _LEAST_EXPECTED)
        factor = np.where(told, events / expected, np.nan)
        # As if there had been half an event more, so that none has an interval too.
        middle = (events + 0.5) / (expected + 0.5)
        wide = _TWO_SIDED * np.sqrt(phi / np.maximum(events, 0.5) + variance)
    return Slow(
        statistic=np.where(known, ratio, np.nan),
        threshold=limit,
        alarm=known & (ratio >= limit),
        direction=np.where(start < 0, 0, np.where(side == 0, 1, -1)).astype(np.int8),
        start=start,
        factor=factor,
        low=np.where(told, np.minimum(middle * np.exp(-wide), factor), np.nan),
        high=np.where(told, np.maximum(middle * np.exp(wide), factor), np.nan),
        events=events,
        expected=expected,
        every=every,
    )


def course(
    counts: Floats,
    means: Floats,
    phi: Floats | float,
    *,
    error: Floats | float = 0.0,
    every: float = 500.0,
    window: int = WEEKS,
    watch: Watch = "both",
) -> Course:
    """As `look`, at every period in turn, as if a verdict followed each alarm at once."""
    given = _checked(counts, means, phi, error, 0, window)
    up, down = thresholds(_level(means, means.shape[1]), given[2], every, watch)
    share, direction = np.full(counts.shape, np.nan), np.zeros(counts.shape, dtype=np.int8)
    _course(*given[:4], up, down, window, share, direction)
    return Course(share, share >= 1, direction)


def slowest(
    level: float, phi: float = 1.0, *, factor: float = 1.5, every: float = 500.0, window: int = WEEKS, runs: int = 1000
) -> Delay:
    """How long a step takes to be found at this level (events a period); simulated, always with the same seed."""
    limit = 2 * window
    rng = np.random.default_rng(0)
    means = np.full((runs, window + limit), float(level))
    real = np.where(np.arange(window + limit) < window, level, level * factor)
    real = np.broadcast_to(real, means.shape)
    counts = rng.poisson(real) if phi <= 1 else rng.negative_binomial(real / (phi - 1), 1 / phi)
    seen = course(counts.astype(np.float64), means, max(phi, 1.0), every=every, window=window)
    right = (seen.alarm & (seen.direction == (1 if factor > 1 else -1)))[:, window:]
    delay = np.where(right.any(axis=1), right.argmax(axis=1) + 1.0, np.inf)
    return Delay(level, factor, float(np.median(delay)), float(np.mean(delay <= window)), limit)


def thresholds(
    level: Floats | float, phi: Floats | float, every: float, watch: Watch = "both"
) -> tuple[Floats, Floats]:
    """For rises and for falls, of series with `level` events a period: one false alarm in `every` periods.

    Watching both, each has half of the false alarms. Simulated (tests/proof/slow_change.py --table); interpolated over
    the logarithms, and beyond the table as at its edge. inf: not watched. ValueError when every is not in the table.
    """
    each = every * (2 if watch == "both" else 1)
    if not _EVERY[0] <= each <= _EVERY[-1]:
        raise ValueError(f"one false alarm in {every:g} periods: thresholds are known from 50 to 1000 (2000 one-sided)")
    level, phi = np.broadcast_arrays(np.asarray(level, dtype=np.float64), np.asarray(phi, dtype=np.float64))
    at = np.stack(
        [
            np.log(np.clip(phi, _PHIS[0], _PHIS[-1])),
            np.log(np.clip(np.nan_to_num(level, nan=1.0), _LEVELS[0], _LEVELS[-1])),
            np.full(level.shape, math.log(each)),
        ],
        axis=-1,
    )
    grid = np.log(_PHIS), np.log(_LEVELS), np.log(_EVERY)
    up, down = (np.maximum(RegularGridInterpolator(grid, side)(at), _LEAST) for side in _TABLE)
    never = np.full(level.shape, np.inf)
    return (never if watch == "fall" else up), (never if watch == "rise" else down)


_EVERY = np.array([50.0, 200, 500, 1000, 2000])
_LEVELS = np.array([0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 100])
_PHIS = np.array([1.0, 1.5, 2, 4, 8])
# Rises, then falls; each phi by phi, within it level by level, a number for each of _EVERY.
_TABLE = np.fromstring(
    """
    2.10 3.09 4.61 5.43 5.95 1.81 3.77 4.62 5.35 6.15 2.43 3.57 4.82 5.50 6.19 2.32 3.77 4.80 5.62 6.33
    2.32 3.84 5.00 5.68 6.45 2.46 3.92 5.01 5.76 6.53 2.53 4.01 5.05 5.86 6.57 2.56 4.08 5.10 5.86 6.65
    2.56 4.16 5.16 6.03 6.83 2.63 4.25 5.28 6.05 6.77 0.83 1.88 2.87 3.55 4.04 1.24 2.54 3.37 3.91 4.71
    1.42 2.86 3.78 4.45 5.26 1.73 3.17 4.24 4.99 5.75 2.05 3.50 4.49 5.23 5.94 2.26 3.64 4.73 5.49 6.20
    2.43 3.86 4.90 5.60 6.41 2.40 4.03 5.00 5.83 6.55 2.54 4.11 5.15 5.86 6.67 2.64 4.09 5.20 5.99 6.73
    0.53 1.39 2.33 2.98 3.62 1.00 1.86 2.86 3.54 4.29 1.20 2.45 3.37 4.06 4.79 1.57 2.95 3.92 4.65 5.40
    1.87 3.35 4.29 5.05 5.76 2.10 3.51 4.53 5.26 6.05 2.34 3.89 4.84 5.55 6.35 2.37 3.87 4.90 5.64 6.48
    2.50 4.11 5.11 5.84 6.59 2.55 4.16 5.19 5.90 6.64 0.22 0.79 1.44 1.94 2.61 0.43 1.27 2.01 2.61 3.25
    0.66 1.71 2.51 3.15 3.80 1.11 2.31 3.21 3.92 4.60 1.50 2.75 3.65 4.33 5.10 1.72 2.99 4.03 4.73 5.58
    2.04 3.47 4.44 5.22 6.00 2.24 3.70 4.70 5.37 6.14 2.43 3.90 4.89 5.70 6.43 2.51 4.06 5.09 5.89 6.66
    0.00 0.36 0.89 1.41 1.89 0.09 0.74 1.38 1.91 2.48 0.31 1.18 1.90 2.49 3.12 0.70 1.73 2.56 3.31 3.90
    1.05 2.18 3.05 3.79 4.43 1.41 2.65 3.58 4.29 5.07 1.72 3.08 4.07 4.83 5.55 1.98 3.40 4.45 5.18 5.97
    2.24 3.77 4.75 5.53 6.26 2.43 3.96 4.98 5.72 6.50 1.20 2.34 3.18 3.88 4.59 1.72 2.98 3.96 4.66 5.32
    2.24 3.61 4.48 5.15 5.84 2.85 4.24 5.21 5.92 6.68 3.14 4.61 5.56 6.25 7.00 3.15 4.71 5.65 6.53 7.31
    3.20 4.72 5.71 6.25 7.11 2.88 4.55 5.58 6.38 7.30 2.78 4.39 5.39 6.22 6.90 2.70 4.33 5.40 6.25 6.96
    1.05 2.16 3.03 3.72 4.45 1.56 2.78 3.64 4.37 5.08 2.06 3.40 4.30 5.01 5.70 2.74 4.09 5.13 5.83 6.56
    3.03 4.53 5.60 6.23 6.97 3.20 4.74 5.83 6.34 7.18 3.38 4.81 5.62 6.50 7.08 2.96 4.59 5.82 6.59 7.18
    2.87 4.53 5.56 6.24 7.01 2.85 4.41 5.41 6.17 6.95 1.01 2.05 2.87 3.51 4.25 1.45 2.64 3.52 4.21 4.96
    2.00 3.28 4.16 4.87 5.60 2.58 4.01 4.97 5.62 6.33 2.90 4.46 5.44 6.10 6.88 3.26 4.83 5.66 6.52 7.23
    3.36 4.53 5.71 6.52 7.45 3.07 4.81 5.78 6.52 7.36 2.89 4.49 5.50 6.20 7.06 2.77 4.34 5.46 6.23 7.00
    0.73 1.73 2.57 3.24 3.92 1.15 2.24 3.13 3.87 4.59 1.67 2.89 3.84 4.50 5.26 2.34 3.74 4.61 5.31 6.02
    2.82 4.16 5.16 5.89 6.68 3.23 4.61 5.69 6.43 7.14 3.38 4.94 5.79 6.62 7.44 3.50 5.01 5.80 6.72 7.42
    3.06 4.65 5.67 6.40 7.26 2.87 4.47 5.50 6.26 7.06 0.55 1.36 2.14 2.84 3.50 0.87 1.88 2.74 3.38 4.13
    1.31 2.52 3.45 4.17 4.90 2.00 3.33 4.28 4.99 5.67 2.55 3.98 4.94 5.67 6.38 2.97 4.44 5.43 6.17 6.90
    3.43 4.90 5.84 6.70 7.35 3.49 4.89 5.98 6.86 7.40 3.19 4.81 5.97 6.82 7.48 2.95 4.57 5.63 6.46 7.21
    """,
    sep=" ",
).reshape(2, _PHIS.size, _LEVELS.size, _EVERY.size)


def _level(means: Floats, window: int) -> Floats:
    latest = means[:, -window:]
    known = ~np.isnan(latest)
    return np.asarray(np.where(known, latest, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1))


def _checked(
    counts: Floats, means: Floats, phi: Floats | float, error: Floats | float, since: Integers | int, window: int
) -> _Given:
    """counts, means, phi, variance of the lasting error and since, as the compiled part takes them."""
    if counts.ndim != 2 or counts.shape != means.shape:
        raise ValueError(f"counts and means are series × periods, both: not {counts.shape} and {means.shape}")
    if (counts < 0).any() or np.isinf(counts).any() or (means <= 0).any() or np.isinf(means).any():
        raise ValueError("a count is a number from 0 up, a mean a number above 0, or NaN where it is missing")
    if window < 1:
        raise ValueError("a window has one period at least")
    series = len(counts)
    sizes, errors = (np.array(np.broadcast_to(each, series), dtype=np.float64) for each in (phi, error))
    if not (sizes >= 1).all() or not (errors >= 0).all():
        raise ValueError("phi is 1 or more, the standard error of the log means 0 or more")
    firsts = np.array(np.broadcast_to(since, series), dtype=np.int64)
    y, mu = (np.ascontiguousarray(each, dtype=np.float64) for each in (counts, means))
    return y, mu, sizes, _LASTING * errors**2, np.maximum(firsts, 0)


@_compiled
def log_ratio(events: float, expected: float, phi: float) -> float:
    """The formula above, at f = events / expected."""
    factor = events / expected
    ratio = events * math.log(factor) if events > 0.0 else 0.0
    if phi < 1.0 + 1e-6:
        return ratio - (events - expected)
    return ratio - (expected / (phi - 1.0) + events) * math.log1p((phi - 1.0) * (factor - 1.0) / phi)


@_compiled
def _largest(
    counts: Floats, means: Floats, phi: float, variance: float, first: int, at: int
) -> tuple[float, int, float, int]:
    """The largest ratio of a rise at period `at` and its beginning (first or later), and the same of a fall."""
    events, expected = 0.0, 0.0
    up, up_start, down, down_start = 0.0, -1, 0.0, -1
    for start in range(at, first - 1, -1):
        if math.isnan(counts[start]) or math.isnan(means[start]):
            continue
        events += counts[start]
        expected += means[start]
        over = events - expected
        inflated = 1.0 + variance * expected / phi
        # The ratio is never more than this: no logarithm for what cannot be the largest.
        bend = expected * phi if over > 0 else events * (1.0 + (phi - 1.0) * events / expected)
        if over * over <= 2.0 * bend * inflated * (up if over > 0 else down):
            continue
        ratio = log_ratio(events, expected, phi) / inflated
        if over > 0 and ratio > up:
            up, up_start = ratio, start
        elif over < 0 and ratio > down:
            down, down_start = ratio, start
    return up, up_start, down, down_start


@_compiled
def _look(
    counts: Floats,
    means: Floats,
    phi: Floats,
    variance: Floats,
    since: Integers,
    window: int,
    ratios: Floats,
    starts: Integers,
) -> None:
    at = counts.shape[1] - 1
    for s in range(counts.shape[0]):
        first = max(since[s], at - window + 1)
        up, up_start, down, down_start = _largest(counts[s], means[s], phi[s], variance[s], first, at)
        ratios[s, 0], ratios[s, 1] = up, down
        starts[s, 0], starts[s, 1] = up_start, down_start


@_compiled
def _course(
    counts: Floats,
    means: Floats,
    phi: Floats,
    variance: Floats,
    up_limit: Floats,
    down_limit: Floats,
    window: int,
    share: Floats,
    direction: NDArray[np.int8],
) -> None:
    for s in range(counts.shape[0]):
        since = 0
        for at in range(counts.shape[1]):
            if math.isnan(counts[s, at]) or math.isnan(means[s, at]):
                continue
            first = max(since, at - window + 1)
            up, _, down, _ = _largest(counts[s], means[s], phi[s], variance[s], first, at)
            risen, fallen = up / up_limit[s], down / down_limit[s]
            share[s, at] = max(risen, fallen)
            direction[s, at] = 1 if risen > fallen else -1 if fallen > 0 else 0
            if share[s, at] >= 1.0:
                since = at + 1


def sentence(found: Slow, row: int, periods: Sequence[str], language: Language) -> str:
    """One plain sentence on one series: since when, how much, how sure. periods: the names of the columns."""
    words = _WORDS[language]
    if np.isnan(found.statistic[row]) or not found.alarm[row]:
        return words["nothing" if np.isnan(found.statistic[row]) else "none"]
    every = _number(found.every, language, whole=True)
    if np.isnan(found.factor[row]):
        seen = _number(float(found.events[row]), language)
        return words["few"].format(since=periods[found.start[row]], seen=seen, every=every)
    factor, low, high = (float(each[row]) for each in (found.factor, found.low, found.high))
    kind = "down" if factor < 1 else "up" if factor < 2 else "times"
    if kind != "times":  # per cent more, or fewer
        sign = 100 if kind == "up" else -100
        factor, low, high = (max(sign * (each - 1), 0) for each in (factor, *sorted((low, high), reverse=sign < 0)))
    size, lowest, highest = (_number(each, language, whole=kind != "times") for each in (factor, low, high))
    return words[kind].format(since=periods[found.start[row]], size=size, low=lowest, high=highest, every=every)


def delay_sentence(delay: Delay, language: Language, unit: Unit = "week") -> str:
    """One plain sentence: how long a step of that size stays unseen at that level, and that this is long, if it is."""
    words = _WORDS[language]
    level = words["at one" if delay.level == 1 else "at"].format(
        level=_number(delay.level, language), unit=words[f"a {unit}"]
    )
    step = words["rise" if delay.factor > 1 else "fall"].format(size=f"{100 * abs(delay.factor - 1):.0f}")
    slow = words["slow"] if delay.median > _SLOW else ""
    if delay.median > delay.limit:
        return words["unseen"].format(level=level, slow=slow, step=step, limit=delay.limit, unit=words[f"{unit}s"])
    time = f"{delay.median:.0f} {words[unit if round(delay.median) == 1 else f'{unit}s']}"
    return words["seen"].format(level=level, slow=slow, step=step, time=time)


def _number(value: float, language: Language, *, whole: bool = False) -> str:
    text = f"{value:,.0f}" if whole or value == round(value) or value >= 20 else f"{value:.1f}"
    return text.replace(",", "\u00a0").replace(".", ",") if language == "sv" else text


_WORDS: dict[Language, dict[str, str]] = {
    "sv": {
        "nothing": "Bedöms inte, uppgifter saknas sedan den senaste bedömningen.",
        "none": "Ingen varaktig förändring syns.",
        "up": "Sedan {since} omkring {size} % fler händelser än väntat, troligen mellan {low} och {high} %"
        "; slumpen ger en sådan varning en gång på {every} perioder.",
        "down": "Sedan {since} omkring {size} % färre händelser än väntat, troligen mellan {low} och {high} %"
        "; slumpen ger en sådan varning en gång på {every} perioder.",
        "times": "Sedan {since} omkring {size} gånger så många händelser som väntat, troligen mellan {low} och {high}"
        "; slumpen ger en sådan varning en gång på {every} perioder.",
        "few": "Sedan {since} {seen} händelser där färre än en väntades, för få för att säga hur många gånger fler"
        "; slumpen ger en sådan varning en gång på {every} perioder.",
        "at": "Vid {level} händelser {unit}",
        "at one": "Vid en händelse {unit}",
        "slow": " går inget fort",
        "seen": "{level}{slow}: {step} upptäcks i hälften av fallen inom {time}.",
        "unseen": "{level}{slow}: {step} upptäcks oftast inte inom {limit} {unit}.",
        "rise": "en ökning med {size} %",
        "fall": "en minskning med {size} %",
        "a week": "i veckan",
        "week": "vecka",
        "weeks": "veckor",
        "a month": "i månaden",
        "month": "månad",
        "months": "månader",
    },
    "en": {
        "nothing": "Not assessed, there are no figures since the latest verdict.",
        "none": "No lasting change to be seen.",
        "up": "Since {since} about {size}% more events than expected, probably between {low} and {high}%"
        "; chance gives such a flag once in {every} periods.",
        "down": "Since {since} about {size}% fewer events than expected, probably between {low} and {high}%"
        "; chance gives such a flag once in {every} periods.",
        "times": "Since {since} about {size} times as many events as expected, probably between {low} and {high}"
        "; chance gives such a flag once in {every} periods.",
        "few": "Since {since} {seen} events where fewer than one was expected, too few to say how many times more"
        "; chance gives such a flag once in {every} periods.",
        "at": "At {level} events {unit}",
        "at one": "At one event {unit}",
        "slow": " nothing is fast",
        "seen": "{level}{slow}: {step} is found within {time} in half of all cases.",
        "unseen": "{level}{slow}: {step} is mostly not found within {limit} {unit}.",
        "rise": "a rise of {size}%",
        "fall": "a fall of {size}%",
        "a week": "a week",
        "week": "week",
        "weeks": "weeks",
        "a month": "a month",
        "month": "month",
        "months": "months",
    },
}
