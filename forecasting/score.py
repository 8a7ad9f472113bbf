"""How good a forecast was: scores of quantiles and of counts' distributions, and whether two forecasts differ.

Gneiting & Raftery (2007), J. Am. Stat. Assoc. 102, 359-378 (CRPS, log score); Czado, Gneiting & Held (2009),
Biometrics 65, 1254-1261 (the probability integral transform of a count, without a random draw). A count
takes up a stretch of probability, from P(Y < y) to P(Y ≤ y): an interval of whole numbers holds at least
its nominal share, and for rare events far more. What is asked here is how much of that stretch lies between
two probabilities, which is the nominal share for a right forecast however small the counts are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from forecasting import gamma_poisson
from forecasting.gamma_poisson import Floats

_RESAMPLES = 2000


def crps(quantiles: Floats, levels: Sequence[float], observed: Floats) -> Floats:
    """The continuous ranked probability score of quantiles (… × Q) and what came (…); NaN where nothing did.

    ∫ 2 (1{y < q(p)} - p)(q(p) - y) dp, as a sum over the levels, each standing for the probabilities nearest
    to it. In events: the absolute error, where the forecast is a single number.
    """
    at = np.asarray(levels, dtype=np.float64)
    shares = np.diff(np.concatenate([[0.0], (at[1:] + at[:-1]) / 2, [1.0]]))
    error = quantiles - observed[..., None]
    loss: Floats = (2 * shares * ((error > 0) - at) * error).sum(axis=-1)
    return loss


def naive_error(counts: Floats, freq: int) -> Floats:
    """Mean absolute difference (S) between each count (S × T) and that of a year before; NaN where there is none.

    What a score is divided by, so that series of all sizes can be averaged; NaN too where it is nil.
    """
    change = np.abs(counts[:, freq:] - counts[:, :-freq])
    number = (~np.isnan(change)).sum(axis=1)
    error = np.nansum(change, axis=1) / np.maximum(number, 1)
    return np.where((number > 0) & (error > 0), error, np.nan)


def log_score(at: Floats) -> Floats:
    """-log P(Y = y), from the probability of the count that came; finite, by a floor of 1e-300."""
    score: Floats = -np.log(np.maximum(at, 1e-300))
    return score


def share_between(below: Floats, at: Floats, low: float, high: float) -> Floats:
    """How much of the stretch from P(Y < y) = below to P(Y ≤ y) = below + at lies between low and high; 0 to 1."""
    width = np.maximum(at, 1e-12)
    inside = np.minimum(below + width, high) - np.maximum(below, low)
    return np.clip(inside / width, 0.0, 1.0)


def histogram(below: Floats, at: Floats, bins: int = 10) -> Floats:
    """The probability integral transform's share in each of the bins (all 1/bins for a right forecast)."""
    edges = np.linspace(0.0, 1.0, bins + 1)
    stretches = [share_between(below, at, low, high) for low, high in pairwise(edges)]
    return np.array([np.nanmean(stretch) for stretch in stretches])


def seasonal_naive(known: Floats, freq: int, horizon: int, levels: Sequence[float]) -> Floats:
    """Quantiles (S × H × Q): the last count known of the same season, with the errors that made so far, normal."""
    filled = known[:, -freq:].copy()
    for years in range(1, known.shape[1] // freq):
        before = known[:, known.shape[1] - (years + 1) * freq : known.shape[1] - years * freq]
        filled = np.where(np.isnan(filled), before, filled)
    change = known[:, freq:] - known[:, :-freq]
    spread = np.sqrt(np.nansum(change**2, axis=1) / np.maximum((~np.isnan(change)).sum(axis=1), 1))
    ahead = np.arange(horizon)
    spreads = spread[:, None] * np.sqrt(ahead // freq + 1)
    wide = filled[:, ahead % freq, None] + spreads[..., None] * stats.norm.ppf(levels)
    return np.asarray(np.maximum(np.round(wide), 0.0))


def last_year(known: Floats, freq: int, horizon: int, levels: Sequence[float]) -> Floats:
    """Quantiles (S × H × Q): negative binomial, of the mean and variance of the last year's counts."""
    latest = known[:, -freq:]
    number = (~np.isnan(latest)).sum(axis=1)
    mean = (np.nansum(latest, axis=1) + gamma_poisson.PRIOR_EVENTS) / (number + 1)
    variance = np.nansum((latest - mean[:, None]) ** 2, axis=1) / np.maximum(number - 1, 1)
    issued = gamma_poisson.quantiles(mean, np.maximum(variance, mean) * (1 + 1 / (number + 1)), levels)
    return np.repeat(issued[:, None], horizon, axis=1)


@dataclass(frozen=True, slots=True)
class Difference:
    """Of two forecasts: the share by which the first one's mean score is lower, its 95 % interval, p (two-sided)."""

    better_by: float
    low: float
    high: float
    p: float


def compare(ours: Floats, theirs: Floats, clusters: Sequence[str], rng: np.random.Generator) -> Difference:
    """Scores of the same series (S each, lower is better), whose clusters (S labels) are independent of each other.

    p: Diebold & Mariano's test with the clusters' sums in the place of periods, by Student's t. Interval:
    bootstrap of whole clusters. Series without both scores (NaN) are left out; ValueError below two clusters.
    """
    both = ~(np.isnan(ours) | np.isnan(theirs))
    names, groups = np.unique(np.asarray(clusters, dtype=str)[both], return_inverse=True)
    if len(names) < 2:
        raise ValueError("a difference needs scores of two or more clusters")
    sums = np.zeros((2, len(names)))
    np.add.at(sums[0], groups, ours[both])
    np.add.at(sums[1], groups, theirs[both])
    drawn = sums[:, rng.integers(0, len(names), (_RESAMPLES, len(names)))].sum(axis=2)
    low, high = np.quantile(1 - drawn[0] / drawn[1], (0.025, 0.975))
    gain = sums[1] - sums[0]
    error = gain.std(ddof=1) / np.sqrt(len(names))
    p = 1.0 if error == 0 else 2 * float(stats.t.sf(abs(gain.mean()) / error, len(names) - 1))
    return Difference(float(1 - sums[0].sum() / sums[1].sum()), float(low), float(high), p)


def calibration(below: Floats, at: Floats) -> tuple[float, float, float]:
    """The shares within the central 80 % and 95 %, and over the 97.5 % limit: .80, .95 and .025 when right."""
    inside: list[NDArray[np.float64]] = [share_between(below, at, *ends) for ends in ((0.1, 0.9), (0.025, 0.975))]
    over = share_between(below, at, 0.975, 1.0)
    return float(np.nanmean(inside[0])), float(np.nanmean(inside[1])), float(np.nanmean(over))
