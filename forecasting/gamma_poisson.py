"""A count with a level that drifts: the discounted gamma-Poisson filter, for many series at once.

Harvey & Fernandes (1989), J. Bus. Econ. Stat. 7, 407-417, with a multiplicative exposure (season, days) and
extra dispersion. The level is Gamma(a, b); a count y at exposure e is predicted as negative binomial of mean
m = e a/b and size 1 / (1/a + 1/kappa). Having seen it: a ← delta (a + w y), b ← delta (b + w e), where
w = 1 / (1 + m/kappa). A missing period only discounts. delta (memory) and kappa (dispersion) are not
chosen but averaged over: each pair of a grid weighs as its predictive likelihood, times how well it does
for the other series of the panel (an empirical Bayes prior), so that a sparse series borrows from the rest.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

PRIOR_EVENTS = 0.5  # weight of the first guess of a level
LARGEST_SIZE = 1e6  # of a negative binomial: beyond, it is Poisson
_MEMORY = (0.1, 0.2, 0.4, 0.7, 1.2, 2.0, 4.0, 8.0, 20.0)  # years after which an observation weighs 1/e
_KAPPA = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 512.0, 1e5)
_ROUNDS = 4  # of the empirical Bayes prior
_PRIOR_FLOOR = 1e-4
_FEW = 12.0  # events up to which a product is quicker than the gamma function
_MANY = 300.0  # events from which on the terms of a negative binomial need not be summed
_NEGLIGIBLE = 1e-18
_WIDEST_WALK = 0.25  # relative variance: more says that a level is not known, and not that it walks
_LEAST = 1e-3  # a memory of less than this is not discounted on


@dataclass(frozen=True, slots=True)
class Level:
    """What S series have taught about G pairs (delta, kappa): a, b and weights (S × G), the pairs (G each)."""

    a: Floats
    b: Floats
    weights: Floats
    delta: Floats
    kappa: Floats

    def predict(self, exposure: Floats) -> tuple[Floats, Floats]:
        """Mean and variance (S × H) of the next H periods, whose exposures (S × H) are given.

        From the last count on, the level walks in logarithms (West, Harrison & Migon 1985, J. Am. Stat. Assoc.
        80, 73-83), and what stays is its median: a log-normal of relative variance v has sqrt(1 + v) times that
        as its mean.
        """
        horizon = exposure.shape[1]
        walked = np.sqrt(1.0 + np.minimum(self._growth()[:, None] * (1.0 + np.arange(horizon)), _WIDEST_WALK))
        expected = (self.weights * self.a / self.b).sum(axis=1, keepdims=True) * exposure * walked
        relative = self.drift(horizon) + self.noise()[:, None]
        variance: Floats = expected + expected**2 * relative
        return expected, variance

    def drift(self, horizon: int) -> Floats:
        """The level's relative variance (S × H): a random walk's grows by as much each period."""
        square = self._square()
        now = (square / self.a + square - self.weights).sum(axis=1)  # within the pairs, and between them
        drift: Floats = now[:, None] + self._growth()[:, None] * np.arange(horizon)
        return drift

    def _growth(self) -> Floats:
        """By how much the level's relative variance (S) grows each period."""
        growth: Floats = (self._square() * (1 - self.delta) / self.a).sum(axis=1)
        return growth

    def noise(self) -> Floats:
        """The relative variance of a single period (S) beyond Poisson's."""
        noise: Floats = (self._square() / self.kappa).sum(axis=1)
        return noise

    def _square(self) -> Floats:
        """Weights times the square of each pair's level, relative to the mean level."""
        level = self.a / self.b
        square: Floats = self.weights * level**2 / (self.weights * level).sum(axis=1, keepdims=True) ** 2
        return square


def learn(counts: Floats, exposure: Floats, groups: Whole, freq: int) -> Level:
    """Filter S series of T counts (NaN: missing) at their exposures (S × T, > 0).

    groups (S): series of the same number share a prior on the grid. freq: periods in a year.
    """
    delta, kappa = (each.ravel() for each in np.meshgrid(np.exp(-1 / (freq * np.array(_MEMORY))), np.array(_KAPPA)))
    seen = ~np.isnan(counts)
    first = _first_guess(counts, exposure, seen, freq)
    a, b, likelihood = _filter(np.where(seen, counts, -1.0), exposure, first, delta, kappa)
    return Level(a, b, _weights(likelihood, groups), delta, kappa)


def _first_guess(counts: Floats, exposure: Floats, seen: NDArray[np.bool_], freq: int) -> Floats:
    """Events per exposure in the first year that has counts, half an event added."""
    early = seen & (np.cumsum(seen, axis=1) <= freq)
    events = np.where(early, counts, 0.0).sum(axis=1)
    guess: Floats = (events + PRIOR_EVENTS) / (np.where(early, exposure, 0.0).sum(axis=1) + 1.0)
    return guess


def _weights(likelihood: Floats, groups: Whole) -> Floats:
    relative = np.exp(likelihood - likelihood.max(axis=1, keepdims=True))
    weights: Floats = relative / relative.sum(axis=1, keepdims=True)
    for _ in range(_ROUNDS):
        prior = np.empty_like(weights)
        for group in np.unique(groups):
            prior[groups == group] = weights[groups == group].mean(axis=0) + _PRIOR_FLOOR
        weights = prior * relative
        weights /= weights.sum(axis=1, keepdims=True)
    return weights


@njit(cache=True)
def _filter(
    counts: Floats, exposure: Floats, first: Floats, delta: Floats, kappa: Floats
) -> tuple[Floats, Floats, Floats]:
    """a, b and the log predictive likelihood (S × G); a missing count is negative."""
    series, periods = counts.shape
    pairs = delta.size
    a_out, b_out = np.empty((series, pairs)), np.empty((series, pairs))
    likelihood = np.zeros((series, pairs))
    for s in range(series):
        for g in range(pairs):
            a, b, total, begun = PRIOR_EVENTS, PRIOR_EVENTS / first[s], 0.0, False
            for t in range(periods):
                y, e = counts[s, t], exposure[s, t]
                if y >= 0.0:
                    begun = True
                    mean = e * a / b
                    size = 1.0 / (1.0 / a + 1.0 / kappa[g])
                    total += _log_probability(y, mean, size)
                    w = 1.0 / (1.0 + mean / kappa[g])
                    a, b = a + w * y, b + w * e
                if begun and delta[g] * a > _LEAST:
                    a, b = delta[g] * a, delta[g] * b
            a_out[s, g], b_out[s, g], likelihood[s, g] = a, b, total
    return a_out, b_out, likelihood


@njit(cache=True)
def _log_probability(y: float, mean: float, size: float) -> float:
    """Of a negative binomial, without the term that depends on y alone."""
    total = -size * math.log1p(mean / size)
    if y == 0.0:
        return total
    total += y * math.log(mean / (size + mean))
    if y > _FEW:
        return total + math.lgamma(y + size) - math.lgamma(size)
    product = size
    for i in range(1, int(y)):
        product *= size + i
    return total + math.log(product)


def quantiles(mean: Floats, variance: Floats, levels: Sequence[float]) -> Floats:
    """The smallest counts (… × Q) that are not exceeded with these probabilities (increasing); NaN stays NaN.

    Negative binomial by its first two moments; above a mean of 300 the gamma distribution of the same moments,
    less half an event.
    """
    at = np.asarray(levels, dtype=np.float64)
    flat, spread = mean.ravel(), np.maximum(variance, mean).ravel()
    found = np.full((flat.size, at.size), np.nan)
    few = flat <= _MANY
    found[few] = _quantiles(flat[few], _size(flat[few], spread[few]), at)
    many = flat > _MANY
    shape = flat[many, None] ** 2 / spread[many, None]
    found[many] = np.maximum(np.ceil(special.gammaincinv(shape, at) * flat[many, None] / shape - 0.5), 0.0)
    return found.reshape(*mean.shape, at.size)


def below_and_at(counts: Floats, mean: Floats, variance: Floats) -> tuple[Floats, Floats]:
    """The probabilities of less than the count, and of the count itself; NaN where there is no count."""
    size = _size(mean, np.maximum(variance, mean))
    p = size / (size + mean)
    below = np.where(counts > 0, special.betainc(size, np.maximum(counts, 1.0), p), 0.0 * counts)
    return below, np.maximum(special.betainc(size, counts + 1.0, p) - below, 0.0)


def _size(mean: Floats, variance: Floats) -> Floats:
    excess = np.maximum(variance - mean, mean**2 / LARGEST_SIZE)
    size: Floats = mean**2 / excess
    return size


@njit(cache=True)
def _quantiles(mean: Floats, size: Floats, levels: Floats) -> Floats:
    found = np.empty((mean.size, levels.size))
    for i in range(mean.size):
        term = math.exp(-size[i] * math.log1p(mean[i] / size[i]))
        ratio, count, total = mean[i] / (size[i] + mean[i]), 0.0, term
        for j in range(levels.size):
            while total < levels[j] and (term > _NEGLIGIBLE or count < mean[i]):
                term *= (size[i] + count) / (count + 1.0) * ratio
                count += 1.0
                total += term
            found[i, j] = count
    return found
