"""Probabilities of counts, compiled: how likely so many events or more are, and the bound of what may come.

Counts are negative binomial of a given mean and variance phi × mean, Poisson at phi = 1. Summed term by
term, which for the counts of a district is quicker than the incomplete beta function, and exact in both
tails. Means too large for that are left to scipy.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from forecasting.bound import count_bound

Floats = NDArray[np.float64]

_LEAST_START = 1e-280  # below, the first term is too small to build the others on
_NEGLIGIBLE = 1e-17


def bounds(observed: Floats, means: Floats, phis: Floats, alpha: float) -> tuple[Floats, Floats]:
    """For each cell the smallest count exceeded with probability alpha at most, and p of the observed or more.

    All of one shape; NaN where there is no observed count (p) or no finite mean (both). Noufaily et al. (2013).
    """
    upper, p = np.full(means.shape, np.nan), np.full(means.shape, np.nan)
    too_large = _bounds(observed.ravel(), means.ravel(), phis.ravel(), alpha, upper.ravel(), p.ravel())
    for i in np.flatnonzero(too_large):
        seen = None if np.isnan(observed.flat[i]) else float(observed.flat[i])
        upper.flat[i], more = count_bound(seen, float(means.flat[i]), float(phis.flat[i]), alpha)
        p.flat[i] = np.nan if more is None else more
    return upper, p


@njit(cache=True)
def _bounds(observed: Floats, means: Floats, phis: Floats, alpha: float, upper: Floats, p: Floats) -> NDArray[np.bool_]:
    too_large = np.zeros(means.size, dtype=np.bool_)
    for i in range(means.size):
        if not np.isfinite(means[i]):
            continue
        first = first_term(means[i], phis[i])
        if first < _LEAST_START or (observed[i] > 1e6 and observed[i] > 50 * means[i]):
            too_large[i] = True
            continue
        upper[i] = quantile(means[i], phis[i], first, alpha)
        p[i] = so_many_or_more(observed[i], means[i], phis[i], first)
    return too_large


@njit(cache=True)
def first_term(mean: float, phi: float) -> float:
    """The probability of no event."""
    if phi <= 1.0:
        return math.exp(-mean)
    return math.exp(-mean / (phi - 1.0) * math.log(phi))


@njit(cache=True)
def quantile(mean: float, phi: float, first: float, alpha: float) -> float:
    """The smallest count exceeded with probability alpha at most."""
    size = mean / (phi - 1.0) if phi > 1.0 else 0.0
    ratio = 1.0 - 1.0 / phi
    count, term, total = 0.0, first, first
    while 1.0 - total > alpha:
        term *= (size + count) / (count + 1.0) * ratio if phi > 1.0 else mean / (count + 1.0)
        count += 1.0
        total += term
    return count


@njit(cache=True)
def so_many_or_more(observed: float, mean: float, phi: float, first: float) -> float:
    """The probability of that count or more; NaN for NaN. A fraction counts as the next whole number."""
    if np.isnan(observed):
        return np.nan
    size = mean / (phi - 1.0) if phi > 1.0 else 0.0
    ratio = 1.0 - 1.0 / phi
    count, term, below = 0.0, first, 0.0
    while count < observed:
        below += term
        term *= (size + count) / (count + 1.0) * ratio if phi > 1.0 else mean / (count + 1.0)
        count += 1.0
    if below < 0.5:
        return 1.0 - below
    tail = 0.0
    while term > _NEGLIGIBLE * tail:
        tail += term
        term *= (size + count) / (count + 1.0) * ratio if phi > 1.0 else mean / (count + 1.0)
        count += 1.0
    return tail
