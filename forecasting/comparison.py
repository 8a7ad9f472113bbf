"""What a district would have had: its own level before, times what happened in the comparison districts.

A quasi-Poisson model with a level for each district and a factor for each period. The factor of a period is
what the comparison districts had over what their levels lead to expect, so that a season or a shock of the
whole city, and a factor on all comparison districts, leave the answer alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

Floats = NDArray[np.float64]
Frequency = Literal[52, 12]

WEEKS_A_BLOCK = 4
_STEPS, _TOLERANCE = 200, 1e-10


@dataclass(frozen=True, slots=True)
class Windows:
    """Positions of the periods before an action's start, of the latest of them apart, and after it."""

    before: slice
    latest: slice
    after: slice


@dataclass(frozen=True, slots=True)
class Contrast:
    """Events observed after, events expected, and variance of log(expected), for n districts.

    The variance is in units of φ: that of Poisson counts, and what else is known; `placebo.Scale` says how much more
    there is.
    """

    observed: Floats
    expected: Floats
    variance: Floats

    @property
    def log_ratio(self) -> Floats:
        """Half an event is added on both sides, so that none after is an answer too."""
        return np.log((self.observed + 0.5) / (self.expected + 0.5))

    def shifted(self, by: Floats, variance: Floats) -> Contrast:
        """Expected so much higher (log, n), with the variance of that."""
        return Contrast(self.observed, self.expected * np.exp(by), self.variance + variance)

    def __getitem__(self, rows: slice) -> Contrast:
        return Contrast(self.observed[rows], self.expected[rows], self.variance[rows])


def in_blocks(counts: Floats, start: int) -> tuple[Floats, int]:
    """Weeks (D × T) as blocks of four counted from the start both ways, and the start's block.

    A block is missing with fewer than two known weeks; else its known weeks stand for all four. Weeks that fill
    no block, at the beginning and the end, are left out.
    """
    first = start % WEEKS_A_BLOCK
    blocks = (counts.shape[1] - first) // WEEKS_A_BLOCK
    weeks = counts[:, first : first + blocks * WEEKS_A_BLOCK].reshape(len(counts), blocks, WEEKS_A_BLOCK)
    known = (~np.isnan(weeks)).sum(axis=2)
    total = np.nansum(weeks, axis=2) * WEEKS_A_BLOCK / np.maximum(known, 1)
    return np.where(known >= WEEKS_A_BLOCK // 2, total, np.nan), start // WEEKS_A_BLOCK


def levels(counts: Floats) -> Floats:
    """Mean level (C) of each district over all T periods, as if none of C × T counts were missing.

    Iterative proportional fitting (Deming & Stephan 1940), which is the Poisson likelihood of districts × periods.
    """
    known, filled = ~np.isnan(counts), np.nan_to_num(counts)
    level = filled.sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    if known.all():
        return np.asarray(level, dtype=np.float64)
    for _ in range(_STEPS):
        factor = ratio(filled.sum(axis=0), level @ known)
        new = ratio(filled.sum(axis=1), known @ factor)
        new *= level.sum() / max(new.sum(), 1e-300)
        done = np.allclose(new, level, rtol=_TOLERANCE)
        level = new
        if done:
            break
    return np.asarray(level, dtype=np.float64)


def factors(counts: Floats) -> Floats:
    """The factor of each period, (C + 1) × T: row c as seen without district c of counts (C × T), the last with all.

    Levels are those of all districts; where nothing is missing any levels give the same. NaN where no district
    has a count.
    """
    level, known, filled = levels(counts), ~np.isnan(counts), np.nan_to_num(counts)
    events, expected = filled.sum(axis=0), level @ known
    others = events - np.vstack([filled, np.zeros_like(events)])
    size = expected - np.vstack([known * level[:, None], np.zeros_like(events)])
    return np.where(size > 1e-9 * max(level.sum(), 1e-300), np.maximum(others, 0.0) / np.maximum(size, 1e-300), np.nan)


def complete(counts: Floats) -> Floats:
    """Counts (C × T) with the missing ones replaced by level × factor, 0 where no district has a count."""
    level, known = levels(counts), ~np.isnan(counts)
    factor = ratio(np.nansum(counts, axis=0), level @ known)
    return np.where(known, counts, level[:, None] * factor)


def against(counts: Floats, course: Floats, before: slice, after: slice) -> Contrast:
    """Counts (n × T) after, against what they were before times how the course (n × T) they are compared by went on.

    With the factors of the periods as the course it is difference-in-differences on the log scale.
    """
    events, size = known_sums(counts[:, before], course[:, before])
    observed, later = known_sums(counts[:, after], course[:, after])
    return Contrast(observed, ratio(events * later, size), 1 / (events + 0.5))


def known_sums(counts: Floats, other: Floats) -> tuple[Floats, Floats]:
    """Sums over the periods (axis 1) in which both are known."""
    both = ~(np.isnan(counts) | np.isnan(other))
    return np.where(both, counts, 0).sum(axis=1), np.where(both, other, 0).sum(axis=1)


def dispersion(counts: Floats) -> float:
    """How many times a Poisson count's variance grows with its mean, at least 1, from counts (C × T).

    Each district's Pearson dispersion is taken as φ + σ² × its mean: φ is what a small district keeps when
    noise in its rate (σ²), which is the placebos' to tell, no longer matters.
    """
    factor, level = factors(counts)[:-1], levels(counts)
    means = np.where(np.isnan(counts), np.nan, level[:, None] * factor)
    with np.errstate(invalid="ignore"):
        use = means > 1e-3
    cells = use.sum(axis=1)
    squares = np.where(use, (np.nan_to_num(counts) - np.where(use, means, 0)) ** 2 / np.where(use, means, 1), 0)
    fit = cells > 5
    if fit.sum() < 3:
        return 1.0
    each = squares.sum(axis=1)[fit] / (cells[fit] - 1)
    weight = np.sqrt(cells[fit]) / (each + 1)
    design = np.column_stack([np.ones(int(fit.sum())), level[fit] / level[fit].mean()])
    return max(1.0, float(optimize.nnls(design * weight[:, None], each * weight)[0][0]))


def ratio(above: Floats, below: Floats) -> Floats:
    return np.asarray(np.where(below > 0, above / np.where(below > 0, below, 1), 0.0), dtype=np.float64)
