"""What a period is expected to bring: a quasi-Poisson baseline with trend and season, for many series at once.

Log mean = level + trend + harmonics of the year (+ a level and a trend of its own after each declared
break) + log exposure. Past outbreaks are weighted down by their Anscombe residuals (Farrington et al.
1996; Noufaily et al. 2013). Weak priors keep every answer finite: half an event more over the baseline (a
gamma prior on the level), and normal ones on trend and season whose variance each series tells itself
(empirical Bayes, Morris 1983), so that twelve coefficients of a season cost no more than they are worth.
"""

from __future__ import annotations

import math
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from forecasting.normal_equations import inverses, steps

Floats = NDArray[np.float64]

PRIOR_EVENTS = 0.5
ABOVE = 2.0  # Anscombe residual from which on a past period counts as an outbreak
LARGEST_ERROR = 3.0  # of a log mean
TREND_SD = 0.1, 0.5  # of log mean a year: least and most, likewise below
SEASON_SD = 0.03, 0.7  # of the first harmonic's coefficients; of the hth: ÷ h and ÷ √h
BREAK_SD = 2.0  # of log mean, the level after a declared break
_STEPS, _WIDEST = 25, 30.0
_CLOSE = 1e-3  # Newton's method: after a step of that size an error of about its square is left
_AT_ONCE = 512  # series
_BLAS = ThreadpoolController()

# Weighting the largest residuals down takes this much of a normal sample's variance away.
_CONSISTENT = 1 / (1 - ABOVE * math.exp(-(ABOVE**2) / 2) / math.sqrt(2 * math.pi))


@dataclass(frozen=True, slots=True)
class Design:
    """Columns of n periods (n × r) and of the period looked at (r), and the least and the most prior sd of each.

    Columns that share a group (r) share a variance; group 0 has no prior.
    """

    columns: Floats
    ahead: Floats
    groups: NDArray[np.int64]
    least: Floats
    most: Floats


@dataclass(frozen=True, slots=True)
class Expectation:
    """Of S series at one period: log mean, its standard error, dispersion phi (≥ 1), trend a year; all (S,).

    fitted: the baseline's own means, S × n.
    """

    log_mean: Floats
    error: Floats
    phi: Floats
    trend: Floats
    fitted: Floats


def design(years: Floats, phase: Floats, harmonics: int, breaks: tuple[float, ...] = ()) -> Design:
    """Of n periods and, last, the one looked at (n + 1).

    years: years since the period looked at, phase: share of the year gone by, breaks: years since, when level
    and trend change.
    """
    columns, groups, sds = [np.ones_like(years), years], [0, 1], [(1.0, 1.0), TREND_SD]
    for h in range(1, harmonics + 1):
        columns += [np.cos(2 * np.pi * h * phase), np.sin(2 * np.pi * h * phase)]
        groups += [h + 1, h + 1]
        sds += [(SEASON_SD[0] / h, SEASON_SD[1] / math.sqrt(h))] * 2
    for number, when in enumerate(breaks):
        after = years >= when
        columns += [after.astype(np.float64), np.where(after, years - when, 0.0)]
        groups += [harmonics + 2 + 2 * number, harmonics + 3 + 2 * number]
        sds += [(BREAK_SD, BREAK_SD), TREND_SD]
    table, least_most = np.column_stack(columns), np.array(sds)
    return Design(table[:-1], table[-1], np.array(groups), least_most[:, 0], least_most[:, 1])


def expect(counts: Floats, weights: Floats, offset: Floats | None, baseline: Design) -> Expectation:
    """Fit the baseline of S series and look ahead to a period of exposure 1.

    counts, weights (0: missing or left out) and offset (log exposure; None: 1): S × n. A series that has no weight at
    all has a NaN mean.
    """

    def fit(rows: NDArray[np.int64]) -> tuple[Floats, ...]:
        return _expect(counts[rows], weights[rows], None if offset is None else offset[rows], baseline)

    # Series of like numbers side by side: a block takes as many steps as its slowest series. One thread of BLAS each.
    order = np.argsort(np.nansum(counts, axis=1), kind="stable")
    blocks = np.array_split(order, max(math.ceil(len(counts) / _AT_ONCE), 1))
    with _BLAS.limit(limits=1, user_api="blas"), ThreadPoolExecutor(min(len(blocks), os.cpu_count() or 1)) as pool:
        parts = list(pool.map(fit, blocks))
    back = np.argsort(order)
    return Expectation(*(np.concatenate(columns)[back] for columns in zip(*parts, strict=True)))


def _expect(counts: Floats, weights: Floats, offset: Floats | None, baseline: Design) -> tuple[Floats, ...]:
    # The latest periods, left out of all series, are no part of the fit; only their means are wanted.
    used = int(np.flatnonzero(weights.any(axis=0))[-1]) + 1 if weights.any() else 1
    later = baseline.columns[used:], None if offset is None else offset[:, used:]
    counts, weights, offset = counts[:, :used], weights[:, :used], None if offset is None else offset[:, :used]
    known = (weights > 0).sum(axis=1)
    y = np.where(weights > 0, counts, 0.0) + (PRIOR_EVENTS / np.maximum(known, 1))[:, None]
    table, widest = _Table.of(baseline.columns[:used]), _precisions(baseline.most**2, baseline.groups)
    exposed = weights.sum(axis=1) if offset is None else (weights * np.exp(offset)).sum(axis=1)
    start = np.zeros((len(y), len(baseline.ahead)))
    start[:, 0] = np.log((weights * y).sum(axis=1) + 1e-300) - np.log(exposed + 1e-300)
    coefficients, inverse, mu = _fit(y, table, weights, offset, widest[None], start)
    phi = _dispersion(y, mu, weights, _parameters(inverse, widest[None]))
    precisions = phi[:, None] * _learnt(coefficients, inverse, phi, baseline)
    lighter = weights * _outbreak_weights(y, mu, weights, table, inverse, phi)
    coefficients, inverse, mu = _fit(y, table, lighter, offset, precisions, coefficients)
    phi = np.maximum(_dispersion(y, mu, lighter, _parameters(inverse, precisions)) * _CONSISTENT, 1.0)
    spread = np.einsum("i,sij,j->s", baseline.ahead, inverse, baseline.ahead)
    error = np.minimum(np.sqrt(phi * np.maximum(spread, 0.0)), LARGEST_ERROR)
    log_mean = np.where(known > 0, coefficients @ baseline.ahead, np.nan)
    fitted = np.hstack([mu, _means(coefficients, *later)])
    return log_mean, error, phi, coefficients[:, 1], fitted


@dataclass(frozen=True, slots=True)
class _Table:
    """The design's columns (n × r), and the products of every two of them, each pair once (n × r (r + 1) / 2)."""

    columns: Floats
    products: Floats
    pairs: tuple[NDArray[np.int64], NDArray[np.int64]]

    @classmethod
    def of(cls, columns: Floats) -> _Table:
        first, second = np.triu_indices(columns.shape[1])
        return cls(columns, columns[:, first] * columns[:, second], (first, second))

    def quadratic(self, matrices: Floats) -> Floats:
        """x A x of every row x (n) and matrix A (S × r × r, symmetric): S × n."""
        first, second = self.pairs
        return np.asarray((matrices[:, first, second] * np.where(first == second, 1.0, 2.0)) @ self.products.T)


def _precisions(variances: Floats, groups: NDArray[np.int64]) -> Floats:
    return np.asarray(np.where(groups > 0, 1 / variances, 0.0), dtype=np.float64)


def _learnt(coefficients: Floats, inverse: Floats, phi: Floats, baseline: Design) -> Floats:
    """Precisions (S × r): of a group's squared coefficients so much is signal as is not their error's."""
    signal = coefficients**2 - phi[:, None] * np.einsum("sii->si", inverse)
    shared = np.empty_like(signal)
    for group in np.unique(baseline.groups):
        members = baseline.groups == group
        shared[:, members] = signal[:, members].mean(axis=1, keepdims=True)
    return _precisions(np.clip(shared, baseline.least**2, baseline.most**2), baseline.groups)


def _fit(
    y: Floats, table: _Table, weights: Floats, offset: Floats | None, precisions: Floats, start: Floats
) -> tuple[Floats, Floats, Floats]:
    """Coefficients (S × r), inverse of the information (S × r × r) and means (S × n), by Newton's method."""
    coefficients, seen = start, (weights * y) @ table.columns
    precisions = np.array(np.broadcast_to(precisions, start.shape))
    for _ in range(_STEPS):
        mu = _means(coefficients, table.columns, offset)
        mu *= weights
        triangles = mu @ table.products
        score = seen - triangles[:, : table.columns.shape[1]] - precisions * coefficients  # the first column is 1
        step = steps(triangles, precisions, score)
        largest = np.abs(step).max(axis=1, keepdims=True)
        coefficients = coefficients + step / np.maximum(largest / 2.0, 1.0)
        if largest.max() < _CLOSE:
            break
    return coefficients, inverses(triangles, precisions), _means(coefficients, table.columns, offset)


def _means(coefficients: Floats, columns: Floats, offset: Floats | None) -> Floats:
    eta = coefficients @ columns.T
    if offset is not None:
        eta += offset
    np.clip(eta, -_WIDEST, _WIDEST, out=eta)
    return np.asarray(np.exp(eta, out=eta))


def _parameters(inverse: Floats, precisions: Floats) -> Floats:
    """How many free parameters the fit comes to: shrunk ones count for what the data say of them (S,)."""
    return np.asarray(inverse.shape[1] - (np.einsum("sii->si", inverse) * precisions).sum(axis=1))


def _dispersion(y: Floats, mu: Floats, weights: Floats, parameters: Floats) -> Floats:
    """Pearson's, by the periods that have a weight."""
    freedom = np.maximum((weights > 0).sum(axis=1) - parameters, 1)
    apart = y - mu
    apart *= apart
    apart /= mu
    return np.asarray(np.maximum(np.einsum("sn,sn->s", weights, apart) / freedom, 1.0))


def _outbreak_weights(y: Floats, mu: Floats, weights: Floats, table: _Table, inverse: Floats, phi: Floats) -> Floats:
    """What to multiply the weights by; they add up to the number of periods known."""
    free = 1 - weights * mu * table.quadratic(inverse)
    np.maximum(free, 0.05, out=free)
    free *= phi[:, None]
    relative = np.ones_like(y)
    # An Anscombe residual is never larger than Pearson's: most periods need no more than that.
    excess = y - mu
    s, n = np.nonzero((excess > 0) & (excess * excess > ABOVE**2 * free * mu))
    root = np.sqrt(mu[s, n])
    residual = 1.5 * (np.cbrt(y[s, n]) ** 2 / np.cbrt(root) - root) / np.sqrt(free[s, n])
    relative[s, n] = np.where(residual > ABOVE, 1 / np.maximum(residual, 1.0) ** 2, 1.0)
    present = weights > 0
    total = np.maximum(np.einsum("sn,sn->s", present, relative), 1e-9)
    return np.asarray(relative * (present.sum(axis=1) / total)[:, None])
