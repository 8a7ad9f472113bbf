"""Quasi-Poisson regression with a log link, fitted step by step as R's glm does, and reweighted once.

The fit itself is statsmodels'. What is set here is what decides the last digits, and the bound of a series
whose current season never had an event: starting means, stopping rule, and the weights of the last step.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace

import numpy as np
import statsmodels.api as sm
from numpy.typing import NDArray
from scipy import stats

Floats = NDArray[np.float64]

_STEPS = 25  # R's glm.control(maxit)
_TOLERANCE = 1e-8  # R's glm.control(epsilon): |change of deviance| < epsilon (|deviance| + 0.1)


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted model of n counts on r columns.

    coefficients (r), means (n); covariance (r × r) is the inverse of X'WX, unscaled; leverages (n) are the
    diagonal of the hat matrix; dispersion is Pearson's, at least 1; error_dispersion is what the standard
    errors are scaled by.
    """

    converged: bool
    coefficients: Floats
    means: Floats
    covariance: Floats
    leverages: Floats
    freedom: int
    dispersion: float
    error_dispersion: float

    def predict(self, row: Floats, offset: float = 0.0) -> tuple[float, float]:
        """Linear predictor of a row (r) and its standard error."""
        variance = self.error_dispersion * float(row @ self.covariance @ row)
        return float(row @ self.coefficients) + offset, variance**0.5

    def p_value(self, column: int) -> float:
        """Two-sided p of the t-test that a coefficient is nil; 0 where the fit leaves no error at all."""
        error = (self.error_dispersion * float(self.covariance[column, column])) ** 0.5
        if error == 0:
            return 0.0
        return 2 * float(stats.t.sf(abs(float(self.coefficients[column])) / error, self.freedom))


class _LogLikeR(sm.families.links.Log):  # type: ignore[misc]  # statsmodels carries no types
    def inverse(self, z: Floats) -> Floats:
        return np.maximum(np.exp(z), np.finfo(np.float64).eps)


class _PoissonLikeR(sm.families.Poisson):  # type: ignore[misc]  # statsmodels carries no types
    def starting_mu(self, y: Floats) -> Floats:
        return y + 0.1


def fit_reweighted(counts: Floats, design: Floats, offset: Floats, threshold: float | None) -> Fit:
    """Fit, and fit once more with the periods of past outbreaks (large Anscombe residuals) weighted down.

    Farrington et al. (1996): weight proportional to residual^-2 above the threshold, else to
    1, with sum n. threshold None: no second fit. Raises nothing: look at `converged` (the second fit is not
    judged by it).
    """
    first = fit(counts, design, offset, np.ones_like(counts))
    if threshold is None or not first.converged:
        return first
    weights = _outbreak_weights(_anscombe(counts, first), threshold)
    second = fit(counts, design, offset, weights)
    # R overwrites its working weights by these before it computes standard errors; to agree, so do we.
    error_dispersion = _pearson(counts, second.means, weights) / second.freedom
    return replace(second, converged=True, error_dispersion=error_dispersion)


def fit(counts: Floats, design: Floats, offset: Floats, weights: Floats) -> Fit:
    """One quasi-Poisson fit of counts (n) on a design (n × r) of full rank, n > r, with prior weights (n)."""
    model = sm.GLM(counts, design, family=_PoissonLikeR(_LogLikeR()), offset=offset, var_weights=weights)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of perfect prediction: a constant series is no news here
        results = model.fit(
            maxiter=_STEPS, atol=0.1 * _TOLERANCE, rtol=_TOLERANCE, tol_criterion="deviance", wls_method="qr"
        )
    # The working weights of the last step belong to the means before it, as in R: not the same as `means`.
    working = np.asarray(model.weights, dtype=np.float64)
    means = np.asarray(model.mu, dtype=np.float64)
    covariance = _inverse(design.T @ (working[:, None] * design))
    freedom = counts.size - design.shape[1]
    error_dispersion = _pearson(counts, means, working) / freedom
    return Fit(
        converged=bool(results.converged),
        coefficients=np.asarray(results.params, dtype=np.float64),
        means=means,
        covariance=covariance,
        leverages=working * np.einsum("ij,jk,ik->i", design, covariance, design),
        freedom=freedom,
        dispersion=max(error_dispersion, 1.0),
        error_dispersion=error_dispersion,
    )


def _pearson(counts: Floats, means: Floats, weights: Floats) -> float:
    return float(np.sum(weights * ((counts - means) / means) ** 2))


def _inverse(matrix: Floats) -> Floats:
    scale = 1 / np.sqrt(np.diag(matrix))  # a level without events has weights near 1e-10: even them out
    both = np.outer(scale, scale)
    return np.asarray(both * np.linalg.inv(both * matrix), dtype=np.float64)


def _anscombe(counts: Floats, fitted: Fit) -> Floats:
    raw = 1.5 * (counts ** (2 / 3) * fitted.means ** (-1 / 6) - fitted.means**0.5)
    free = 1 - fitted.leverages
    fits_itself = free < 1e-9  # the only period of its level
    return np.where(fits_itself, 0.0, raw / np.sqrt(fitted.dispersion * np.where(fits_itself, 1.0, free)))


def _outbreak_weights(residuals: Floats, threshold: float) -> Floats:
    relative = np.where(residuals > threshold, 1 / np.where(residuals == 0, 1, residuals) ** 2, 1.0)
    return np.asarray(relative * residuals.size / relative.sum(), dtype=np.float64)
