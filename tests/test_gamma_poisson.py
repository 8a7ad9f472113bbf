"""The discounted gamma-Poisson level, against closed forms and simulated levels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as run
from hypothesis import strategies as st
from scipy import stats

from forecasting.gamma_poisson import Floats, Level, _filter, below_and_at, learn, quantiles

LEVELS = (0.005, 0.025, 0.25, 0.5, 0.75, 0.975, 0.995)


def poisson(seed: int, mean: float, series: int = 40, periods: int = 96) -> Floats:
    return np.random.default_rng(seed).poisson(mean, (series, periods)).astype(np.float64)


def level_of(counts: Floats, exposure: Floats | None = None, freq: int = 12) -> Level:
    exposure = np.ones(counts.shape) if exposure is None else exposure
    return learn(counts, exposure, np.zeros(len(counts), dtype=np.int64), freq)


def test_without_discount_or_dispersion_the_level_is_the_conjugate_posterior() -> None:
    counts, exposure = poisson(1, 4.0, 3), np.random.default_rng(2).uniform(0.5, 2.0, (3, 96))
    first = np.array([3.0, 4.0, 5.0])
    a, b, _ = _filter(counts, exposure, first, np.array([1.0]), np.array([1e12]))
    assert a[:, 0] == pytest.approx(0.5 + counts.sum(axis=1))
    assert b[:, 0] == pytest.approx(0.5 / first + exposure.sum(axis=1))


def test_the_predictive_likelihood_is_the_product_of_negative_binomials() -> None:
    counts, delta, kappa = np.array([[2.0, 0.0, 30.0, 5.0]]), 0.9, 6.0
    _, _, likelihood = _filter(counts, np.ones((1, 4)), np.array([2.0]), np.array([delta]), np.array([kappa]))
    a, b, total = 0.5, 0.25, 0.0
    for y in counts[0]:
        mean, size = a / b, 1 / (1 / a + 1 / kappa)
        total += stats.nbinom.logpmf(y, size, size / (size + mean)) + stats.nbinom.logpmf(0, 1, 0.5) - np.log(0.5)
        total += float(np.log(np.arange(1, y + 1)).sum())  # the filter leaves log y! out
        weight = 1 / (1 + mean / kappa)
        a, b = delta * (a + weight * y), delta * (b + weight)
    assert likelihood[0, 0] == pytest.approx(total)


def test_a_steady_series_is_expected_at_its_mean_and_hardly_spreads_more_than_poisson() -> None:
    counts = poisson(3, 6.0)
    mean, variance = level_of(counts).predict(np.ones((40, 12)))
    assert mean[:, 0] == pytest.approx(counts.mean(axis=1), rel=0.15)
    assert (variance / mean).mean() < 1.35


def test_a_missing_period_is_skipped_and_is_no_zero() -> None:
    counts = poisson(4, 6.0)
    gap, zero = counts.copy(), counts.copy()
    gap[:, 90:], zero[:, 90:] = np.nan, 0.0
    full, less, none = (level_of(each).predict(np.ones((40, 1)))[0].mean() for each in (counts, gap, zero))
    assert less == pytest.approx(full, rel=0.05)
    assert none < 0.97 * full


def test_after_a_gap_less_is_certain() -> None:
    counts = poisson(5, 20.0)
    counts[:, 48:] *= 2
    gap = counts.copy()
    gap[:, -24:] = np.nan
    assert level_of(gap).drift(1).mean() > level_of(counts).drift(1).mean()


def test_a_level_that_moved_is_followed() -> None:
    counts = np.hstack([poisson(6, 4.0, periods=60), poisson(7, 12.0, periods=36)])
    mean, _ = level_of(counts).predict(np.ones((40, 1)))
    assert mean.mean() == pytest.approx(12.0, rel=0.1)


def test_further_ahead_less_is_certain_and_the_median_stays() -> None:
    level = level_of(poisson(8, 5.0))
    mean, variance = level.predict(np.ones((40, 12)))
    walked = np.diff(level.drift(2)) * np.arange(1, 13)
    now = (level.weights * level.a / level.b).sum(axis=1, keepdims=True)
    assert mean / np.sqrt(1 + walked) == pytest.approx(np.repeat(now, 12, axis=1))
    assert (np.diff(variance, axis=1) > 0).all()


def test_levels_that_walk_in_logarithms_are_expected_to_rise_on_average_since_they_do() -> None:
    rng = np.random.default_rng(12)
    means = 30 * np.exp(np.cumsum(rng.normal(0, 0.1, (1500, 84)), axis=1))
    level = level_of(rng.poisson(means[:, :72]).astype(np.float64))
    mean, _ = level.predict(np.ones((1500, 12)))
    came, now = means[:, 83].sum(), (level.weights * level.a / level.b).sum()
    assert now < 0.96 * came
    assert abs(mean[:, 11].sum() - came) < 0.5 * abs(now - came)


def test_a_level_that_has_ended_is_not_expected_back() -> None:
    counts = poisson(13, 30.0)
    counts[:, 40:] = 0.0
    mean, _ = level_of(counts).predict(np.ones((40, 12)))
    assert mean.max() < 0.2
    assert (mean[:, 11] <= 1.12 * mean[:, 0]).all()


def test_a_rare_series_borrows_from_the_rest() -> None:
    noisy = np.random.default_rng(9).negative_binomial(2, 0.2, (60, 96)).astype(np.float64)
    rare = np.zeros((1, 96))
    rare[0, ::24] = 1.0
    alone, among = level_of(rare), level_of(np.vstack([rare, noisy]))
    assert (among.weights[0] * among.kappa).sum() < (alone.weights[0] * alone.kappa).sum()


def test_nothing_but_zeros_is_a_small_mean_and_not_nought() -> None:
    mean, variance = level_of(np.zeros((2, 60))).predict(np.ones((2, 12)))
    assert ((mean > 0) & (mean < 0.1)).all()
    assert np.isfinite(variance).all()


@given(st.floats(0.01, 250), st.floats(1.0, 20.0))
@run(max_examples=60)
def test_quantiles_are_those_of_the_negative_binomial(mean: float, over: float) -> None:
    variance = mean * over + 1e-3 * mean
    size = mean**2 / (variance - mean)
    found = quantiles(np.array([mean]), np.array([variance]), LEVELS)[0]
    assert found == pytest.approx(stats.nbinom.ppf(LEVELS, size, size / (size + mean)), abs=0)


@pytest.mark.parametrize(("mean", "variance"), [(310.0, 310.0), (2000.0, 9000.0), (50_000.0, 4e6)])
def test_large_counts_have_the_quantiles_of_the_gamma_distribution_to_within_two_events(
    mean: float, variance: float
) -> None:
    size = mean**2 / max(variance - mean, 1e-3)
    found = quantiles(np.array([mean]), np.array([variance]), LEVELS)[0]
    assert found == pytest.approx(stats.nbinom.ppf(LEVELS, size, size / (size + mean)), abs=2, rel=1e-3)


def test_the_probability_of_a_count_is_that_of_the_negative_binomial() -> None:
    counts, mean, variance = np.array([0.0, 3.0, 9.0]), np.array([0.2, 3.0, 4.0]), np.array([0.3, 3.1, 9.0])
    size = mean**2 / (variance - mean)
    p = size / (size + mean)
    below, at = below_and_at(counts, mean, variance)
    assert at == pytest.approx(stats.nbinom.pmf(counts, size, p))
    assert below == pytest.approx(stats.nbinom.cdf(counts - 1, size, p))
    assert np.isnan(below_and_at(np.array([np.nan]), mean[:1], variance[:1])).all()
