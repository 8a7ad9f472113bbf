"""What a period is expected to bring: a quasi-Poisson baseline with trend and season, for many series at once.

Log mean = level + trend + harmonics of the year (+ a level and a trend of its own after each declared
break) + log exposure. Past outbreaks are weighted down by their Anscombe residuals (Farrington et al.
1996; Noufaily et al. 2013). Weak priors keep every answer finite: half an event more over the baseline (a
gamma prior on the level), and normal ones on trend and season whose variance each series tells itself
(empirical Bayes, Morris 1983), so that twelve coefficients of a season cost no more than they are worth.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

PRIOR_EVENTS = 0.5
ABOVE = 2.0  # Anscombe residual from which on a past period counts as an outbreak
LARGEST_ERROR = 3.0  # of a log mean
TREND_SD = 0.1, 0.5  # of log mean a year: least and most, likewise below
SEASON_SD = 0.03, 0.7  # of the first harmonic's coefficients; of the hth: ÷ h and ÷ √h
BREAK_SD = 2.0  # of log mean, the level after a declared break
_STEPS, _CLOSE, _WIDEST = 25, 1e-3, 30.0  # Newton: a step of 1e-3 leaves an error of 1e-6
_AT_ONCE = 256  # series: what fits a processor's cache

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


def expect(counts: Floats, weights: Floats, offset: Floats, baseline: Design) -> Expectation:
    """Fit the baseline of S series and look ahead to a period of exposure 1.

    counts, weights (0: missing or left out) and offset (log exposure): S × n. A series that has no weight at
    all has a NaN mean.
    """
    parts = [
        _expect(counts[rows], weights[rows], offset[rows], baseline)
        for rows in (slice(start, start + _AT_ONCE) for start in range(0, len(counts), _AT_ONCE))
    ]
    return Expectation(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _expect(counts: Floats, weights: Floats, offset: Floats, baseline: Design) -> tuple[Floats, ...]:
    known = (weights > 0).sum(axis=1)
    y = np.where(weights > 0, counts, 0.0) + (PRIOR_EVENTS / np.maximum(known, 1))[:, None]
    columns, widest = baseline.columns, _precisions(baseline.most**2, baseline.groups)
    start = np.zeros((len(y), len(baseline.ahead)))
    start[:, 0] = np.log((weights * y).sum(axis=1) + 1e-300) - np.log((weights * np.exp(offset)).sum(axis=1) + 1e-300)
    coefficients, information, mu = _fit(y, columns, weights, offset, widest[None], start)
    phi = _dispersion(y, mu, weights, _parameters(information, widest[None]))
    lighter = weights * _outbreak_weights(y, mu, weights, columns, information, phi)
    precisions = phi[:, None] * _learnt(coefficients, information, phi, baseline)
    coefficients, information, mu = _fit(y, columns, lighter, offset, precisions, coefficients)
    phi = np.maximum(_dispersion(y, mu, lighter, _parameters(information, precisions)) * _CONSISTENT, 1.0)
    error = np.minimum(np.sqrt(phi * _quadratic(information, baseline.ahead)), LARGEST_ERROR)
    log_mean = np.where(known > 0, coefficients @ baseline.ahead, np.nan)
    return log_mean, error, phi, coefficients[:, 1], mu


def _precisions(variances: Floats, groups: NDArray[np.int64]) -> Floats:
    return np.asarray(np.where(groups > 0, 1 / variances, 0.0), dtype=np.float64)


def _learnt(coefficients: Floats, information: Floats, phi: Floats, baseline: Design) -> Floats:
    """Precisions (S × r): of a group's squared coefficients so much is signal as is not their error's."""
    inverse = solve(information, np.broadcast_to(np.eye(len(baseline.ahead)), information.shape))
    signal = coefficients**2 - phi[:, None] * np.einsum("sii->si", inverse)
    shared = np.empty_like(signal)
    for group in np.unique(baseline.groups):
        members = baseline.groups == group
        shared[:, members] = signal[:, members].mean(axis=1, keepdims=True)
    return _precisions(np.clip(shared, baseline.least**2, baseline.most**2), baseline.groups)


def _fit(
    y: Floats, columns: Floats, weights: Floats, offset: Floats, precisions: Floats, start: Floats
) -> tuple[Floats, Floats, Floats]:
    """Coefficients (S × r), information (S × r × r) and means (S × n), by Newton's method."""
    series, width = len(y), columns.shape[1]
    squares = _squares(columns)
    coefficients = start
    for _ in range(_STEPS):
        mu = _means(coefficients, columns, offset)
        information = ((weights * mu) @ squares).reshape(series, width, width) + precisions[..., None] * np.eye(width)
        information[:, 0, 0] += 1e-12  # a series without any weight
        step = solve(information, (weights * (y - mu)) @ columns - precisions * coefficients)
        largest = np.abs(step).max(axis=1, keepdims=True)
        coefficients = coefficients + step / np.maximum(largest / 2.0, 1.0)
        if largest.max() < _CLOSE:
            break
    return coefficients, information, _means(coefficients, columns, offset)


def _squares(columns: Floats) -> Floats:
    return np.asarray((columns[:, :, None] * columns[:, None, :]).reshape(len(columns), -1))


def _means(coefficients: Floats, columns: Floats, offset: Floats) -> Floats:
    return np.asarray(np.exp(np.clip(coefficients @ columns.T + offset, -_WIDEST, _WIDEST)))


def _parameters(information: Floats, precisions: Floats) -> Floats:
    """How many free parameters the fit comes to: shrunk ones count for what the data say of them (S,)."""
    width = information.shape[1]
    inverse = solve(information, np.broadcast_to(np.eye(width), information.shape))
    return np.asarray(width - (np.einsum("sii->si", inverse) * precisions).sum(axis=1))


def _dispersion(y: Floats, mu: Floats, weights: Floats, parameters: Floats) -> Floats:
    """Pearson's, by the periods that have a weight."""
    freedom = np.maximum((weights > 0).sum(axis=1) - parameters, 1)
    return np.asarray(np.maximum((weights * (y - mu) ** 2 / mu).sum(axis=1) / freedom, 1.0))


def _outbreak_weights(
    y: Floats, mu: Floats, weights: Floats, columns: Floats, information: Floats, phi: Floats
) -> Floats:
    inverse = solve(information, np.broadcast_to(np.eye(columns.shape[1]), information.shape))
    leverage = weights * mu * (inverse.reshape(len(y), -1) @ _squares(columns).T)
    free = np.maximum(1 - leverage, 0.05)
    root = np.sqrt(mu)
    residual = 1.5 * (np.cbrt(y) ** 2 / np.cbrt(root) - root) / np.sqrt(phi[:, None] * free)
    relative = np.where(residual > ABOVE, 1 / np.maximum(residual, 1.0) ** 2, 1.0)
    present = weights > 0
    total = np.maximum((present * relative).sum(axis=1), 1e-9)
    return np.asarray(relative * (present.sum(axis=1) / total)[:, None])


def _quadratic(information: Floats, row: Floats) -> Floats:
    half = solve(information, np.broadcast_to(row, (len(information), len(row))))
    return np.asarray(half @ row)


def solve(matrices: Floats, sides: Floats) -> Floats:
    """x of matrices (S × r × r, symmetric, positive definite) x = sides (S × r or S × r × c), all S at once."""
    if sides.ndim == 2:
        return np.asarray(np.linalg.solve(matrices, sides[..., None])[..., 0])
    return np.asarray(np.linalg.solve(matrices, sides))
