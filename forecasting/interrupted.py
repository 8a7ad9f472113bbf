"""Controlled interrupted time series: the district's own trend against its comparison, continued past the start."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from forecasting.comparison import Contrast, ratio

Floats = NDArray[np.float64]

_STEPS, _NEAR = 25, 1e-9
_STEEPEST = 0.5  # change of log mean per period; more is no trend


def interrupted(counts: Floats, factor: Floats, before: slice, after: slice) -> Contrast:
    """Counts (n × T) = factor (n × T) × exp(level + trend × t + effect after), quasi-Poisson, Bernal et al. (2017).

    Level and effect are eliminated, so the trend is one equation, solved by Newton's method for all rows.
    """
    pre, post = _Window.of(counts, factor, before), _Window.of(counts, factor, after)
    trend = _solve([pre, post])
    size, centre, spread = pre.moments(trend)
    later, centre_later, spread_later = post.moments(trend)
    information = pre.events * spread + post.events * spread_later
    lever = (centre_later - centre) ** 2 / np.maximum(information, 1e-9)
    return Contrast(post.events, ratio(pre.events * later, size), 1 / (pre.events + 0.5) + lever)


def trends(counts: Floats, factor: Floats, before: slice) -> tuple[Floats, Floats]:
    """Trend of log mean per period against the comparison, before the start (n), and its Poisson variance (n)."""
    pre = _Window.of(counts, factor, before)
    trend = _solve([pre])
    return trend, 1 / np.maximum(pre.events * pre.moments(trend)[2], 1e-9)


class _Window:
    """Events, their sum of times, and the factors of one window, for n districts."""

    __slots__ = ("events", "factor", "moment", "times")

    def __init__(self, events: Floats, moment: Floats, factor: Floats, times: Floats) -> None:
        self.events, self.moment, self.factor, self.times = events, moment, factor, times

    @classmethod
    def of(cls, counts: Floats, factor: Floats, window: slice) -> _Window:
        times = np.arange(counts.shape[1], dtype=np.float64)[window]
        y, m = counts[:, window], factor[:, window]
        both = ~(np.isnan(y) | np.isnan(m))
        y, m = np.where(both, y, 0.0), np.where(both, m, 0.0)
        return cls(y.sum(axis=1), y @ times, m, times)

    def moments(self, trend: Floats) -> tuple[Floats, Floats, Floats]:
        """Total, mean time and variance of time of factor × exp(trend × t)."""
        centre = self.times.mean() if self.times.size else 0.0
        weight = self.factor * np.exp(trend[:, None] * (self.times - centre))
        total = weight.sum(axis=1)
        safe = np.where(total > 0, total, 1.0)
        mean = weight @ self.times / safe
        square = weight @ self.times**2 / safe - mean**2
        return total * np.exp(trend * centre), mean, np.maximum(square, 0.0)


def _solve(windows: list[_Window]) -> Floats:
    trend = np.zeros(windows[0].events.size)
    for _ in range(_STEPS):
        score, information = np.zeros_like(trend), np.zeros_like(trend)
        for window in windows:
            _, mean, square = window.moments(trend)
            score += window.moment - window.events * mean
            information += window.events * square
        step = np.where(information > 1e-9, score / np.maximum(information, 1e-9), 0.0)
        trend = np.clip(trend + np.clip(step, -0.1, 0.1), -_STEEPEST, _STEEPEST)
        if np.abs(step).max() < _NEAR:
            break
    return trend
