"""Farrington flexible, one series at a time: is this week's count more than the past leads us to expect?

Farrington et al. (1996), J. R. Statist. Soc. A 159, 547-563; Noufaily et al. (2013), Statist. Med. 32,
1206-1222. A quasi-Poisson regression on the baseline (season level, trend) gives the mean mu0 and
dispersion phi of the tested week; the upper bound is a quantile of what may come. Every step is the one
that R's farringtonFlexible (surveillance 1.20) takes, checked against its values; where R departs from the
papers, a comment says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal, Self

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from forecasting.baseline import Baseline, blocks, reference_points
from forecasting.bound import count_bound, power_bound

if TYPE_CHECKING:
    from forecasting.quasi_poisson import Fit

Floats = NDArray[np.float64]

Frequency = Literal[52, 12]
Method = Literal["delta", "nbPlugin", "muan"]


@dataclass(frozen=True, slots=True)
class Settings:
    """How to compare. Lengths but `years` are in periods of the series (weeks or months); alpha is one-sided."""

    years: int = 5
    half_window: int = 3
    periods: int = 10  # season levels in a year; 1: only the windows around the same week are compared with
    excluded: int = 26  # latest periods left out of the baseline
    reweight: bool = True
    reweight_above: float = 2.58  # Anscombe residual from which on a past period counts as an outbreak
    trend: bool = True
    trend_p: float = 1.0  # keep the trend below this p; 1: whenever it does not extrapolate
    method: Method = "nbPlugin"
    exponent: float = 2 / 3  # of the power transformation, method delta only: 2/3, 1/2 or 1
    alpha: float = 0.005
    limit_cases: int = 5  # no alarm, and no bound, with fewer events than this …
    limit_periods: int = 4  # … in so many periods up to the tested one

    @classmethod
    def weekly(cls) -> Self:
        """Weeks, with the improvements of Noufaily et al. (2013)."""
        return cls()

    @classmethod
    def monthly(cls) -> Self:
        """Months: the same, with shorter windows and fewer season levels."""
        return cls(half_window=1, periods=5, excluded=6)

    @classmethod
    def original(cls) -> Self:
        """Weeks, as Farrington et al. (1996)."""
        return cls(periods=1, excluded=3, reweight_above=1.0, trend_p=0.05, method="delta")


@dataclass(frozen=True, slots=True)
class Cell:
    """One series at one period. None: not to be had, and `reasons` says why.

    expected and upper are None when there are too few events to judge; mu0 is the expected count all the
    same. p is the probability of so many events or more; exceedance is (observed - mu0) / (upper - mu0),
    score_r the same with R's slip. trend is the change of log mean per period, None when no trend was kept.
    first and last are the 0-based positions of the baseline's first and last period, weeks the number of
    periods in it that have a count.
    """

    observed: float | None
    expected: float | None = None
    upper: float | None = None
    alarm: bool = False
    exceedance: float | None = None
    score_r: float | None = None
    p: float | None = None
    phi: float | None = None
    trend: float | None = None
    mu0: float | None = None
    first: int | None = None
    last: int | None = None
    weeks: int = 0
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Forecast:
    """What the model says of the tested period: log mean, its standard error, dispersion, trend if kept."""

    log_mean: float
    error: float
    phi: float
    trend: float | None

    @property
    def mean(self) -> float:
        return float(np.exp(self.log_mean))


@dataclass(frozen=True, slots=True)
class _Rows:
    """The baseline as a regression sees it, n rows with a count, and the row of the tested period."""

    counts: Floats
    times: Floats  # periods since the tested one
    seasons: Floats  # n × levels, one column a level that occurs; the tested period's level is the last
    log_population: Floats
    time_now: float
    log_population_now: float


def detect(
    counts: NDArray[np.float64],
    k: int,
    freq: Frequency,
    settings: Settings,
    *,
    population: NDArray[np.float64] | None = None,
    dates: Sequence[date] | None = None,
) -> Cell:
    """Assess the period at position k (0-based) of a series of counts, oldest first; NaN: missing, not zero.

    freq: periods in a year. population: people at risk at every position (> 0), when it changes. dates: the
    day each period begins on; needed where a year can have 53 weeks. Nothing after k is looked at.

    Reasons: short-history; no-baseline, too little to fit; no-events, an all-zero baseline; no-fit, no
    convergence; no-bound, larger than any number; missing-current; not-enough-cases. ValueError when k is
    outside the series, or dates or settings do not fit.
    """
    if not 0 <= k < counts.size:
        raise ValueError(f"position {k} is outside a series of {counts.size}")
    observed = None if np.isnan(counts[k]) else float(counts[k])
    points = reference_points(k, settings.years, freq, dates)
    if points[-1] < settings.half_window:
        return Cell(observed, reasons=("short-history",))
    baseline = blocks(points, settings.half_window, settings.periods, settings.excluded)
    rows = _rows(counts, k, baseline, settings.periods, population, dates)
    if rows is None:
        return Cell(observed, reasons=("no-baseline",))
    forecast = _forecast(rows, settings)
    if forecast is None:
        return Cell(observed, reasons=("no-fit" if rows.counts.any() else "no-events",))
    span = (int(baseline.weeks[0]), int(baseline.weeks[-1]), rows.counts.size)
    return _judge(counts, k, forecast, settings, span)


def _rows(
    counts: Floats,
    k: int,
    baseline: Baseline,
    periods: int,
    population: Floats | None,
    dates: Sequence[date] | None,
) -> _Rows | None:
    """None when the tested season has no count, or there are not more counts than parameters."""
    seen = ~np.isnan(counts[baseline.weeks])
    weeks, levels = baseline.weeks[seen], baseline.levels[seen]
    present = np.unique(levels)  # a level that lost all its periods has nothing to estimate it from
    if not weeks.size or present[-1] != periods or weeks.size <= present.size + 1:
        return None
    log_population = np.zeros(counts.size) if population is None else np.log(population)
    times, time_now = _times(k, weeks, int(baseline.weeks[0]), dates)
    return _Rows(
        counts=counts[weeks],
        times=times,
        seasons=(levels[:, None] == present).astype(np.float64),
        log_population=log_population[weeks],
        time_now=time_now,
        log_population_now=float(log_population[k]),
    )


def _times(k: int, weeks: NDArray[np.int64], first: int, dates: Sequence[date] | None) -> tuple[Floats, float]:
    if dates is None:
        return (weeks - k).astype(np.float64), 0.0
    day = np.array([each.toordinal() for each in dates[: k + 1]], dtype=np.float64)
    step = day[1] - day[0]
    # R counts the baseline's days from its first period, the tested day from the first one with a count.
    return (day[weeks] - day[k]) / step, (day[first] - day[weeks[0]]) / step


def _forecast(rows: _Rows, settings: Settings) -> _Forecast | None:
    """The trend is kept with three years or more, when significant, and when it does not extrapolate."""
    if settings.trend and settings.years >= 3:
        fitted = _fit(rows, settings, trend=True)
        if fitted.converged:
            log_mean, error = fitted.predict(_row_now(rows, trend=True), rows.log_population_now)
            within = np.exp(log_mean) <= rows.counts.max()
            if within and fitted.p_value(-1) < settings.trend_p:
                return _Forecast(log_mean, error, fitted.dispersion, float(fitted.coefficients[-1]))
    fitted = _fit(rows, settings, trend=False)
    if not fitted.converged:
        return None
    log_mean, error = fitted.predict(_row_now(rows, trend=False), rows.log_population_now)
    return _Forecast(log_mean, error, fitted.dispersion, None)


def _fit(rows: _Rows, settings: Settings, *, trend: bool) -> Fit:
    from forecasting.quasi_poisson import fit_reweighted  # statsmodels: seconds that only this form needs to spend

    design = np.column_stack([rows.seasons, rows.times]) if trend else rows.seasons
    threshold = settings.reweight_above if settings.reweight else None
    return fit_reweighted(rows.counts, design, rows.log_population, threshold)


def _row_now(rows: _Rows, *, trend: bool) -> Floats:
    row = np.zeros(rows.seasons.shape[1])
    row[-1] = 1
    return np.append(row, rows.time_now) if trend else row


def _judge(counts: Floats, k: int, forecast: _Forecast, settings: Settings, span: tuple[int, int, int]) -> Cell:
    observed = None if np.isnan(counts[k]) else float(counts[k])
    mean = forecast.mean
    upper, p = _bound_and_p(observed, forecast, settings)
    recent = counts[max(k - settings.limit_periods + 1, 0) : k + 1].sum()
    enough = bool(recent >= settings.limit_cases)  # a missing period makes the sum missing: not enough
    # With the negative binomial R puts the log of the mean where the mean belongs; its alarms are the same.
    score = _share(observed, mean if settings.method == "delta" else forecast.log_mean, upper)
    return Cell(
        observed=observed,
        expected=mean if enough else None,
        upper=upper if enough else None,
        alarm=bool(enough and observed and score is not None and score > 1),
        exceedance=_exceedance(observed, mean, upper),
        score_r=score,
        p=p,
        phi=forecast.phi,
        trend=forecast.trend,
        mu0=mean,
        first=span[0],
        last=span[1],
        weeks=span[2],
        reasons=_reasons(observed, enough, upper),
    )


def _reasons(observed: float | None, enough: bool, upper: float | None) -> tuple[str, ...]:
    if observed is None:
        return ("missing-current",)
    if not enough:
        return ("not-enough-cases",)
    return ("no-bound",) if upper is None else ()


def _share(observed: float | None, mean: float, upper: float | None) -> float | None:
    """How far from the mean to the bound, 1 being at it."""
    if observed is None or upper is None or upper == mean:
        return None
    return (observed - mean) / (upper - mean)


def _exceedance(observed: float | None, mean: float, upper: float | None) -> float | None:
    """The share of the way to the bound; where that is not above the mean (0 for a rare event), to the next count."""
    if upper is not None and upper <= mean:
        upper = float(np.floor(mean)) + 1
    return _share(observed, mean, upper)


def _bound_and_p(observed: float | None, forecast: _Forecast, settings: Settings) -> tuple[float | None, float | None]:
    if settings.method == "delta":
        error = forecast.error * forecast.mean
        return power_bound(observed, forecast.mean, error, forecast.phi, settings.exponent, settings.alpha)
    log_mean = forecast.log_mean
    if settings.method == "muan":
        log_mean += float(stats.norm.isf(settings.alpha)) * forecast.error
    if log_mean > np.log(np.finfo(np.float64).max):
        return None, None
    return count_bound(observed, float(np.exp(log_mean)), forecast.phi, settings.alpha)
