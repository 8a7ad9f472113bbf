"""How far from nil an estimate falls where nothing was done: the error of an effect, told by placebo districts.

Every comparison district is treated as if it had had the action, at the action's start and, where the
history allows, once before it. What their log ratios vary more than counts of their size would (noise in a
district's rate, slow drift, autocorrelation) is the same share in a large and in a small district; what
counts vary is not. So the variance is φ × (Poisson variance) + τ², and a small district among large ones
gets the wider interval it deserves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

from forecasting.comparison import Contrast

Floats = NDArray[np.float64]

_LEVEL, _POWER = 0.95, 0.80
_MOST = 1e3  # no variance of a log ratio is larger


@dataclass(frozen=True, slots=True)
class Scale:
    """dispersion φ, heterogeneity τ² (of a log ratio), and degrees of freedom of the two."""

    dispersion: float
    heterogeneity: float
    freedom: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """A change as a share (-0.25: a quarter fewer), its 95 % interval and p; error: that of log(1 + change)."""

    change: float
    lower: float
    upper: float
    p: float
    error: float


def scale(placebos: Sequence[Contrast], dispersion: float) -> Scale:
    """τ² such that the placebos' squared errors are what their variances say (Paule & Mandel 1982)."""
    errors = np.concatenate([each.log_ratio for each in placebos])
    sampling = dispersion * np.concatenate([each.variance + 1 / (each.expected + 0.5) for each in placebos])
    return scale_of(errors, sampling, dispersion)


def scale_of(errors: Floats, sampling: Floats, dispersion: float) -> Scale:
    """The same from errors (n) and their sampling variances (n, φ included)."""

    def surplus(heterogeneity: float) -> float:
        return float(np.sum(errors**2 / (sampling + heterogeneity))) - errors.size

    freedom = max(errors.size - 1, 1)
    if surplus(0.0) <= 0:
        return Scale(dispersion, 0.0, freedom)
    return Scale(dispersion, float(optimize.brentq(surplus, 0.0, _MOST)), freedom)


def judge(contrast: Contrast, of: Scale, share: float = 1.0) -> Estimate:
    """Interval and p of a contrast of one row, by inverting the test: each effect has the error that it implies.

    Fewer events after an effect make a wider error (1 / (expected × effect)), so the interval leans as the
    counts do, and p < .05 exactly when it leaves out no change. share: of τ², below 1 for several districts together.
    """
    log_ratio, expected = float(contrast.log_ratio[0]), float(contrast.expected[0])
    spread = _spread(expected, float(contrast.variance[0]), of, share)
    quantile = float(special.stdtrit(of.freedom, (1 + _LEVEL) / 2))
    reach = quantile * spread(-50.0)  # the widest there is
    lower = optimize.brentq(lambda at: log_ratio - at - quantile * spread(at), log_ratio - reach - 1, log_ratio)
    upper = optimize.brentq(lambda at: at - log_ratio - quantile * spread(at), log_ratio, log_ratio + reach + 1)
    return Estimate(
        change=float(np.expm1(log_ratio)),
        lower=float(np.expm1(lower)),
        upper=float(np.expm1(upper)),
        p=float(2 * special.stdtr(of.freedom, -abs(log_ratio) / spread(0.0))),
        error=spread(log_ratio),
    )


def detectable(expected: float, variance: float, of: Scale, share: float = 1.0) -> float | None:
    """The smallest fall (share) found in 80 of 100 cases by a two-sided test at 5 %; None: not even a fall by 99 %."""
    spread = _spread(expected, variance, of, share)
    needed = float(special.stdtrit(of.freedom, (1 + _LEVEL) / 2)) * spread(0.0)
    z = float(special.ndtri(_POWER))

    def short(fall: float) -> float:
        return needed + z * spread(-fall) - fall

    largest = -float(np.log(0.01))
    beyond_none = needed > np.log((expected + 0.5) / 0.5)  # even without any event after it would not be clear
    return None if beyond_none or short(largest) > 0 else float(-np.expm1(-optimize.brentq(short, 0.0, largest)))


def _spread(expected: float, variance: float, of: Scale, share: float) -> Callable[[float], float]:
    def spread(log_ratio: float) -> float:
        poisson = 1 / (expected * float(np.exp(log_ratio)) + 0.5) + variance
        return float(np.sqrt(of.dispersion * poisson + share * of.heterogeneity))

    return spread
