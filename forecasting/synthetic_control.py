"""Synthetic control: comparison districts weighted so that together they went as the district did before.

Abadie, Diamond & Hainmueller (2010), on series scaled by their own mean before, so that only the course has
to agree and not the level; weights are kept from following noise by a penalty in each district's own noise,
of the size that Arkhangelsky et al. (2021) give for synthetic difference-in-differences.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, optimize

from forecasting.comparison import Contrast, Windows, against, ratio

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Synthetic:
    """Contrasts of n districts, their weights (n × C), and the root mean squared misfit before, as a share (n)."""

    contrast: Contrast
    weights: Floats
    misfit: Floats


def synthetic(counts: Floats, donors: Floats, windows: Windows) -> Synthetic:
    """Each of counts (n × T) against donors (C × T, complete, each with events before); row c < C is donor c itself."""
    course = donors / donors[:, windows.before].mean(axis=1, keepdims=True)
    own = _scaled(counts[:, windows.before], course[:, windows.before])
    weights = _weights(own, course[:, windows.before], course[:, windows.after].shape[1])
    together = weights @ course
    misfit = np.sqrt(np.mean((own - together[:, windows.before]) ** 2, axis=1))
    return Synthetic(against(counts, together, windows.before, windows.after), weights, misfit)


def _scaled(own: Floats, course: Floats) -> Floats:
    """Counts over their mean, and where one is missing the mean course, which pulls towards no district."""
    known = ~np.isnan(own)
    mean = ratio(np.where(known, own, 0.0).sum(axis=1), known.sum(axis=1).astype(np.float64))
    return np.where(known, ratio(np.nan_to_num(own), mean[:, None]), course.mean(axis=0))


def _weights(own: Floats, before: Floats, after: int) -> Floats:
    """Weights from 0 up with sum 1 (n × C), by non-negative least squares; a district has none in its own.

    The squares of district i are those of the triangular root of the Gram matrix without its column i, so that
    the root is taken once.
    """
    gram = before @ before.T + np.diag(_penalty(before, after))
    bound = 100 * float(np.trace(gram))  # a heavy row that makes the sum 1
    root: Floats = linalg.cholesky(gram + bound)
    sides = linalg.solve_triangular(root, before @ own.T + bound, trans="T")
    weights = np.zeros((len(own), len(before)))
    for i, side in enumerate(sides.T):
        others = np.arange(len(before)) != i
        weights[i, others] = optimize.nnls(root[:, others], side)[0]
    return np.asarray(weights / weights.sum(axis=1, keepdims=True), dtype=np.float64)


def _penalty(before: Floats, after: int) -> Floats:
    noise = np.diff(before, axis=1).var(axis=1)
    floor = max(float(noise.mean()) * 1e-3, 1e-9)
    return np.asarray(before.shape[1] * np.sqrt(after) * np.maximum(noise, floor), dtype=np.float64)
