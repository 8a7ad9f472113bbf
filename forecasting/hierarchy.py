"""From districts to areas to the city: forecasts of sums that agree with the forecasts of their parts.

The mean of a sum is the sum of the means, so every level agrees with every other by construction, to the
last event. Its variance adds what is each part's own, and what parts have in common: those of one parent rise
and fall with it (Outlook.shared), so there the standard deviations add, not the variances; those of different
parents do so as far as the parents themselves do (Outlook.together). The sum's quantiles are negative binomial.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from forecasting import gamma_poisson
from forecasting.gamma_poisson import Floats
from forecasting.outlook import Outlook


@dataclass(frozen=True, eq=False)
class Sums:
    """Of N sums for H periods: names, mean and variance (N × H), quantiles (N × H × Q), parts left out (N).

    A part without a forecast is left out of its sum, which then speaks of the rest; `missing` counts them. A sum
    of nothing but such parts is NaN.
    """

    names: tuple[str, ...]
    mean: Floats
    variance: Floats
    quantiles: Floats
    missing: tuple[int, ...]


def add_up(outlook: Outlook, parts: Mapping[str, Sequence[int]]) -> Sums:
    """The forecast of each sum, by name, of the series at these positions; a series may belong to many sums.

    ValueError for a sum of no series, or of one that is not there or is named twice.
    """
    _check(parts, len(outlook.parents))
    made = [_add(outlook, np.array(chosen, dtype=np.int64)) for chosen in parts.values()]
    horizon = outlook.mean.shape[1]
    mean = np.array([each[0] for each in made]).reshape(-1, horizon)
    variance = np.array([each[1] for each in made]).reshape(-1, horizon)
    return Sums(
        names=tuple(parts),
        mean=mean,
        variance=variance,
        quantiles=gamma_poisson.quantiles(mean, variance, outlook.levels),
        missing=tuple(int(np.isnan(outlook.mean[list(chosen), 0]).sum()) for chosen in parts.values()),
    )


def _check(parts: Mapping[str, Sequence[int]], series: int) -> None:
    for name, chosen in parts.items():
        if not len(chosen):
            raise ValueError(f"“{name}” is a sum of no series")
        if min(chosen) < 0 or max(chosen) >= series:
            raise ValueError(f"“{name}” is a sum of a series that is not there: there are {series}")
        if len(set(chosen)) < len(chosen):
            raise ValueError(f"“{name}” counts a series twice")


def _add(outlook: Outlook, chosen: np.ndarray[tuple[int], np.dtype[np.int64]]) -> tuple[Floats, Floats]:
    """Mean and variance (H) of one sum."""
    known = chosen[~np.isnan(outlook.mean[chosen, 0])]
    if not known.size:
        nothing = np.full(outlook.mean.shape[1], np.nan)
        return nothing, nothing
    mean, variance = outlook.mean[known], outlook.variance[known]
    most = np.maximum(variance - mean, 0.0)  # chance itself is nobody else's
    common = np.sqrt(np.minimum(outlook.shared[known] * mean**2, most))
    _, groups = np.unique(np.array(outlook.parents)[known], return_inverse=True)
    parents = np.zeros((groups.max() + 1, mean.shape[1]))
    np.add.at(parents, groups, common)
    own, within = (variance - common**2).sum(axis=0), (parents**2).sum(axis=0)
    between = outlook.together * (parents.sum(axis=0) ** 2 - within)
    return mean.sum(axis=0), own + within + between
