"""The normal equations of many small regressions, compiled: one step of Newton's method, and the inverse.

Matrices are symmetric and positive definite, and come as their upper triangles row by row (S × r (r + 1) / 2), with
precisions (S × r) to be added to their diagonals. By Cholesky's factors, which for matrices of this size a library
takes several times as long for.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_compiled = njit(cache=True, nogil=True, error_model="numpy")
_LEAST = 1e-12  # on the diagonal: a series without any weight


@_compiled
def steps(triangles: Floats, precisions: Floats, scores: Floats) -> Floats:
    """x of A x = score for every row of scores (S × r)."""
    series, width = scores.shape
    solved, lower = np.empty((series, width)), np.empty((width, width))
    for s in range(series):
        _factor(triangles[s], precisions[s], lower)
        _solve(lower, scores[s], solved[s])
    return solved


@_compiled
def inverses(triangles: Floats, precisions: Floats) -> Floats:
    """The inverse of every matrix, S × r × r."""
    series, width = precisions.shape
    inverse, lower, unit = np.empty((series, width, width)), np.empty((width, width)), np.zeros(width)
    for s in range(series):
        _factor(triangles[s], precisions[s], lower)
        for i in range(width):
            unit[i] = 1.0
            _solve(lower, unit, inverse[s, i])
            unit[i] = 0.0
    return inverse


@_compiled
def _factor(triangle: Floats, precision: Floats, lower: Floats) -> None:
    """The Cholesky factor; its diagonal holds the reciprocals."""
    width, place = len(precision), 0
    for j in range(width):
        for i in range(j, width):
            total = triangle[place] + (precision[j] + _LEAST if i == j else 0.0)
            place += 1
            for k in range(j):
                total -= lower[i, k] * lower[j, k]
            lower[i, j] = 1.0 / math.sqrt(max(total, _LEAST)) if i == j else total * lower[j, j]


@_compiled
def _solve(lower: Floats, side: Floats, solved: Floats) -> None:
    width = len(side)
    for i in range(width):
        total = side[i]
        for k in range(i):
            total -= lower[i, k] * solved[k]
        solved[i] = total * lower[i, i]
    for i in range(width - 1, -1, -1):
        total = solved[i]
        for k in range(i + 1, width):
            total -= lower[k, i] * solved[k]
        solved[i] = total * lower[i, i]
