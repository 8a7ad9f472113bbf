"""One absurd figure must not lead astray what is learnt from many."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_ORDINARY, _SPIKE = 0.95, 10.0  # of a series' periods; standard deviations above them that one period may add


def calm(counts: Floats) -> Floats:
    """Counts, none far above what the series has in 95 of 100 periods: one figure must not lead the whole astray.

    Of S series of T counts, NaN: missing. The standard deviation is that of those 95, Poisson's at least. Real
    districts hardly ever come near the limit of ten of them; a slip of the pen, or a year booked in one week, does.
    """
    known = np.sort(counts, axis=1)  # NaN last
    number = (~np.isnan(counts)).sum(axis=1)
    last = (_ORDINARY * np.maximum(number - 1, 0)).astype(np.int64)[:, None]
    usual = np.arange(counts.shape[1]) <= np.where(number[:, None] > 0, last, -1)
    kept, size = np.where(usual, known, 0.0), np.maximum(usual.sum(axis=1), 1)
    mean = kept.sum(axis=1) / size
    spread = (np.where(usual, known - mean[:, None], 0.0) ** 2).sum(axis=1) / size
    limit = np.take_along_axis(known, last, axis=1)[:, 0] + _SPIKE * np.sqrt(np.maximum(spread, mean) + 1.0)
    calm: Floats = np.minimum(counts, limit[:, None])
    return calm
