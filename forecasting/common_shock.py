"""What the whole city has in common in one period: a warm weekend, a strike, a holiday that moved.

A district diverges when it departs from its own trend by more than the rest of the city does. How much the
city as a whole usually departs from what its districts lead to expect (τ²) is read off the baseline; the
tested period's common factor is that of the other districts, shrunk by how well they can tell (Efron &
Morris 1973), with its error. What the city itself does, the level above says.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecasting.expectation import Expectation

Floats = NDArray[np.float64]

LEAST_SERIES = 5
_FARTHEST = 3.0  # standard errors from which on a series tells no more of the others


@dataclass(frozen=True, slots=True)
class Shock:
    """Of S series: log of the common factor, its standard error, and τ², the variance that factor usually has."""

    log_factor: Floats
    error: Floats
    usual: Floats


def shock(
    past: Floats,
    now: Floats,
    weights: Floats,
    fit: Expectation,
    exposure: Floats,
    groups: NDArray[np.str_] | None,
) -> Shock:
    """past, weights: S × n, now, exposure (log): S."""
    size = len(now)
    none = Shock(np.zeros(size), np.zeros(size), np.zeros(size))
    if groups is None:
        return none
    labels, which = np.unique(groups, return_inverse=True)
    members = np.split(np.argsort(which, kind="stable"), np.cumsum(np.bincount(which))[:-1])
    for rows in members[: labels.size]:
        if rows.size >= LEAST_SERIES:
            _one_group(rows, past, now, weights, fit, exposure, none)
    return none


def _one_group(
    rows: NDArray[np.int64], past: Floats, now: Floats, weights: Floats, fit: Expectation, exposure: Floats, to: Shock
) -> None:
    usual = _usual(past[rows], weights[rows], fit.fitted[rows], fit.phi[rows])
    if usual <= 0:
        return
    mean = np.exp(fit.log_mean[rows] + exposure[rows])
    seen = ~np.isnan(now[rows]) & np.isfinite(mean)
    mean, observed = np.where(seen, mean, 0.0), np.where(seen, now[rows], 0.0)
    spread = fit.phi[rows] * mean + fit.error[rows] ** 2 * mean**2 + usual * mean**2
    overall = observed.sum() / max(mean.sum(), 1e-300)
    far = np.abs(observed - overall * mean) > _FARTHEST * np.sqrt(spread) + 1
    mean, observed, spread = (np.where(far, 0.0, each) for each in (mean, observed, spread))
    others = mean.sum() - mean
    ratio = (observed.sum() - observed + 0.5) / (others + 0.5)
    told = (spread.sum() - spread - usual * ((mean**2).sum() - mean**2)) / np.maximum(others, 1e-9) ** 2
    believed = usual / (usual + told)
    to.log_factor[rows] = believed * np.log(ratio)
    to.error[rows] = np.sqrt(believed * told)
    to.usual[rows] = usual


def _usual(past: Floats, weights: Floats, fitted: Floats, phi: Floats) -> float:
    """τ²: how much more the sum of all varies round its expectation than districts each by itself would give."""
    present = (weights > 0) & ~np.isnan(past)
    events, expected = np.where(present, past, 0.0).sum(axis=0), np.where(present, fitted, 0.0).sum(axis=0)
    chance = np.where(present, phi[:, None] * fitted, 0.0).sum(axis=0)
    use = expected > 0
    if use.sum() < 20:
        return 0.0
    excess = ((events - expected) ** 2 - chance)[use] / expected[use] ** 2
    weight = (expected[use] ** 2 / chance[use]) ** 0.5
    place = int(0.975 * (excess.size - 1))
    extreme = np.partition(np.abs(excess), place)[place]  # an outbreak of the whole city is no usual week
    return float(max(np.average(np.clip(excess, -extreme, extreme), weights=weight), 0.0))
