"""Many series at once: which of them to flag so that no more than a stated share of the flags is false.

Benjamini & Hochberg (1995), rises and falls each as a family; valid with predictive p-values, whose
discreteness makes it careful, and under the positive dependence that counts of one city have (Benjamini &
Yekutieli 2001). Then a budget, and a ladder: what no district explains is told of the level above.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Chosen:
    """flagged, over_budget (flagged but for the budget): (S,). expected_false: at most so many of the flags."""

    flagged: Flags
    over_budget: Flags
    expected_false: float


def benjamini_hochberg(p: Floats, false_share: float) -> Flags:
    """Which of the p-values (S,; NaN: not looked at) are discoveries."""
    looked = np.flatnonzero(~np.isnan(p))
    if not looked.size:
        return np.zeros(p.shape, dtype=np.bool_)
    ordered = np.sort(p[looked])
    below = np.flatnonzero(ordered <= false_share * np.arange(1, looked.size + 1) / looked.size)
    limit = ordered[below[-1]] if below.size else -1.0
    with np.errstate(invalid="ignore"):
        return np.asarray(p <= limit)


def choose(p_rise: Floats, p_fall: Floats, exceedance: Floats, false_share: float, budget: int) -> Chosen:
    """Flag rises and falls; of more than the budget the most surprising, by p and then by exceedance."""
    found = benjamini_hochberg(p_rise, false_share) | benjamini_hochberg(p_fall, false_share)
    smaller = np.where(found, np.minimum(p_rise, p_fall), np.inf)
    order = np.lexsort((-np.nan_to_num(exceedance), smaller))
    flagged = np.zeros_like(found)
    flagged[order[: min(budget, int(found.sum()))]] = True
    return Chosen(flagged, found & ~flagged, float(false_share * flagged.sum()))


def unexplained(rising: Flags, falling: Flags, parts: Sequence[Sequence[int]], up: Flags, down: Flags) -> Flags:
    """Which flagged sums (rising, falling: (L,)) have no flagged part (up, down: (S,)) that goes the same way."""
    told = [
        (r and not up[list(rows)].any()) or (f and not down[list(rows)].any())
        for r, f, rows in zip(rising, falling, parts, strict=True)
    ]
    return np.array(told, dtype=np.bool_)
