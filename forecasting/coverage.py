"""Does nothing mean that nothing happened, or that nobody reported? What is not reported is missing, and no zero.

A run of empty periods is a silence when chance gives so long a run in less than 1 case of 10,000. A district is
judged by its share, in the two years before, of what the rest reported meanwhile; the whole source by its own level.
With k events before and an exposure E then and e now, the probability of none is (1 + κ e / E)^-(k + ½), a
gamma-Poisson's, with κ = log φ / (φ - 1) for the clustering φ of a negative binomial.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

IMPROBABLE = 1e-4
_YEARS_BEFORE = 2
_NEXT_TO_NOTHING = 0.25  # of the usual: a quiet city still reports, a halted feed hardly
_LEAST_BEFORE = 8  # periods, to know what is usual
_NORMAL = 1.4826  # times the median absolute deviation: a normal's standard deviation
_FAR = 3.0  # times the median, above which what others report says no more


@dataclass(frozen=True, slots=True)
class Coverage:
    """counts (S × T), NaN where nobody reported; silent (S × T): the district did not; halted (T): nobody did."""

    counts: Floats
    silent: Flags
    halted: Flags


def coverage(
    counts: Floats,
    districts: Sequence[str],
    categories: Sequence[str],
    freq: int,
    *,
    incidents: bool = False,
    halted: Flags | None = None,
    complete: float = 1.0,
) -> Coverage:
    """Of S series (a district and a category each) of T counts, NaN where it is known already that none is known.

    incidents: nothing says that a district, or a category, was reported on before its first event: it is missing until
    then. halted (T): known to be so. complete: the share of the last period's events that is known by now.
    """
    known = counts.copy()
    if incidents:
        for labels in (districts, categories):
            _from_the_first(known, np.asarray(labels))
    stopped = _halted(known, freq, complete) | (False if halted is None else halted)
    known[:, stopped] = np.nan
    silent = _silent(known, np.asarray(districts), freq)
    return Coverage(np.where(silent, np.nan, known), silent, stopped)


def halted_days(counts: Floats, covered: Flags) -> Flags:
    """Which of a source's days lie in a halt: of D days the events, and whether a file speaks of the day.

    Events may be dated by week or month: a halt is twice as long as the usual gap. Reports of the latest days may be
    on their way: less than a week of them is no halt.
    """
    halted = silences(counts, covered.astype(np.float64), 365)
    days = np.flatnonzero(counts > 0)
    usual = float(np.median(np.diff(days))) if days.size > 1 else 1.0
    edges = np.flatnonzero(np.diff(halted.astype(np.int8), prepend=0, append=0))
    for start, end in edges.reshape(-1, 2):
        least = 7 if end == counts.size else 2 * usual - 1
        if end - start < least:
            halted[start:end] = False
    return halted


def _from_the_first(counts: Floats, labels: NDArray[np.str_]) -> None:
    """Missing until the first event of its label (changed in place)."""
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        some = np.nansum(counts[rows], axis=0) > 0
        counts[rows, : int(some.argmax()) if some.any() else counts.shape[1]] = np.nan


def _halted(counts: Floats, freq: int, complete: float) -> Flags:
    known: Flags = np.asarray(~np.isnan(counts).all(axis=0))
    total: Floats = np.asarray(np.nansum(counts, axis=0))
    exposure = known.astype(np.float64)
    exposure[-1:] *= complete
    halted = silences(total, exposure, freq)
    for at in np.flatnonzero(known & ~halted).tolist():
        before = np.arange(max(at - freq, 0), at)
        before = before[known[before] & ~halted[before]]
        if before.size >= _LEAST_BEFORE:
            halted[at] = _next_to_nothing(total[at], total[before], exposure[at])
    return halted


def _next_to_nothing(count: float, before: Floats, exposure: float) -> bool:
    usual = float(np.median(before)) * exposure
    if count >= _NEXT_TO_NOTHING * usual:
        return False
    spread = _NORMAL * float(np.median(np.abs(before - np.median(before)))) * exposure
    phi = max(spread**2 / usual, 1.0 + 1e-6)
    return bool(special.betainc(usual / (phi - 1), count + 1, 1 / phi) < IMPROBABLE)


def _silent(counts: Floats, districts: NDArray[np.str_], freq: int) -> Flags:
    silent = np.zeros(counts.shape, dtype=np.bool_)
    names = np.unique(districts)
    if names.size < 2:  # it is the whole source
        return silent
    seen, filled = ~np.isnan(counts), np.nan_to_num(counts)
    city = filled.sum(axis=0)
    for name in names:
        rows = np.flatnonzero(districts == name)
        own, known = filled[rows].sum(axis=0), seen[rows].any(axis=0)
        others = city - own
        middle = float(np.median(others[known])) if known.any() else 0.0
        exposure = np.where(known, np.minimum(others, _FAR * middle), 0.0)
        silent[rows] = silences(own, exposure, freq) & seen[rows]
    return silent


def silences(counts: Floats, exposure: Floats, freq: int) -> Flags:
    """Which of T periods lie in a run without any event that chance does not explain; exposure 0: not known."""
    silent = np.zeros(counts.size, dtype=np.bool_)
    empty = (counts == 0).astype(np.int8)
    starts = np.flatnonzero(np.diff(empty, prepend=0) == 1)
    ends = np.flatnonzero(np.diff(empty, append=0) == -1) + 1
    events, exposed = (np.concatenate([[0.0], np.cumsum(each)]) for each in (counts, exposure))
    first = np.maximum(starts - _YEARS_BEFORE * freq, 0)
    before, now = exposed[starts] - exposed[first], exposed[ends] - exposed[starts]
    limit = math.log(IMPROBABLE)
    # Clustering makes it more probable, and an earlier silence hardly less: most runs need no closer look.
    likely = -(events[starts] - events[first] + 0.5) * np.log1p(now / np.maximum(before, 1e-9)) > limit / 2
    for start, end, begin in zip(starts[~likely], ends[~likely], first[~likely], strict=True):
        use = np.arange(begin, start)
        use = use[(exposure[use] > 0) & ~silent[use]]
        if use.size and _log_none(counts[use], exposure[use], exposed[end] - exposed[start]) < limit:
            silent[start:end] = True
    return silent


def _log_none(counts: Floats, exposure: Floats, now: float) -> float:
    """Log of the probability of no event at an exposure, after counts at theirs."""
    mean = counts.sum() / exposure.sum() * exposure
    if not counts.sum() > 0:
        return 0.0
    phi = max(float(((counts - mean) ** 2 / mean).sum()) / max(counts.size - 1, 1), 1.0)
    clustered = math.log(phi) / (phi - 1) if phi > 1 + 1e-6 else 1.0
    return -(float(counts.sum()) + 0.5) * math.log1p(clustered * now / float(exposure.sum()))
