"""The upper bound of what may come, and how probable so many events or more are."""

from __future__ import annotations

from collections.abc import Callable

from scipy import special, stats


def power_bound(
    observed: float | None, mean: float, error: float, phi: float, exponent: float, alpha: float
) -> tuple[float, float | None]:
    """Upper bound at one-sided alpha, and p of the observed count or more (None: not observed).

    count^exponent is taken as normal, its variance by the delta method from that of a count (phi × mean)
    and the standard error of the mean (Farrington et al. 1996). exponent 2/3, 1/2 or 1.
    """
    tau = phi + error**2 / mean
    deviation = (exponent**2 * mean ** (2 * exponent - 1) * tau) ** 0.5
    upper = (mean**exponent + float(stats.norm.isf(alpha)) * deviation) ** (1 / exponent)
    if observed is None:
        return upper, None
    return upper, float(stats.norm.sf((observed**exponent - mean**exponent) / deviation))


def count_bound(observed: float | None, mean: float, phi: float, alpha: float) -> tuple[float, float | None]:
    """The smallest count exceeded with probability alpha at most, and p of the observed count or more.

    Counts are negative binomial of that mean and variance phi × mean, Poisson at phi = 1 (Noufaily et al. 2013).
    """

    def more_than(count: float) -> float:
        if count < 0:
            return 1.0
        if phi == 1:
            return float(special.gammainc(count + 1, mean))
        return float(special.betaincc(mean / (phi - 1), count + 1, 1 / phi))

    p = None if observed is None else more_than(observed - 1)
    return _smallest(lambda count: more_than(count) <= alpha, around=mean), p


def _smallest(holds: Callable[[float], bool], around: float) -> float:
    """The smallest whole number from 0 on that something holds for, when it holds for all larger ones too.

    In place of scipy.stats.nbinom.isf (1.17), which ends the whole process when the mean is very large.
    """
    low, high = -1, int(around)
    while not holds(high):
        low, high = high, 2 * high + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return float(high)
