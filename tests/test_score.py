"""Scores, against closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as run
from hypothesis import strategies as st
from scipy import stats

from forecasting import score
from forecasting.outlook import LEVELS

FINE = tuple((np.arange(2000) + 0.5) / 2000)


@given(st.floats(-3, 3))
@run(max_examples=30)
def test_the_crps_of_a_normal_forecast_is_the_closed_form(z: float) -> None:
    closed = z * (2 * stats.norm.cdf(z) - 1) + 2 * stats.norm.pdf(z) - 1 / np.sqrt(np.pi)
    found = score.crps(stats.norm.ppf(FINE)[None], FINE, np.array([z]))
    assert found[0] == pytest.approx(closed, abs=2e-3)
    assert score.crps(stats.norm.ppf(LEVELS)[None], LEVELS, np.array([z]))[0] == pytest.approx(closed, abs=0.03)


def test_the_crps_of_a_poisson_forecast_is_the_sum_of_squares() -> None:
    mean, observed = 2.5, 4
    counts = np.arange(60)
    closed = float(((stats.poisson.cdf(counts, mean) - (counts >= observed)) ** 2).sum())
    found = score.crps(stats.poisson.ppf(FINE, mean)[None], FINE, np.array([float(observed)]))
    assert found[0] == pytest.approx(closed, abs=5e-3)


def test_the_crps_of_a_single_number_is_its_absolute_error() -> None:
    found = score.crps(np.full((1, len(LEVELS)), 7.0), LEVELS, np.array([4.0]))
    assert found[0] == pytest.approx(3.0)


def test_the_right_forecast_scores_best_in_the_long_run() -> None:
    came = np.random.default_rng(1).poisson(3.0, 20_000).astype(np.float64)
    means = {mean: stats.poisson.ppf(LEVELS, mean) for mean in (2.0, 3.0, 4.0)}
    scores = {mean: score.crps(q[None], LEVELS, came).mean() for mean, q in means.items()}
    assert min(scores, key=lambda mean: scores[mean]) == 3.0


def test_nothing_came_nothing_is_scored() -> None:
    assert np.isnan(score.crps(np.zeros((1, len(LEVELS))), LEVELS, np.array([np.nan]))[0])


def test_the_naive_error_is_the_mean_change_over_a_year_where_both_are_known() -> None:
    counts = np.array([[1.0, 2.0, 4.0, np.nan, 5.0, 5.0], [3.0, 3.0, 3.0, 3.0, 3.0, 3.0], [np.nan] * 6])
    found = score.naive_error(counts, 2)
    assert found[0] == pytest.approx((3 + 1) / 2)
    assert np.isnan(found[1:]).all()


def test_the_log_score_of_a_certain_count_is_nil_and_of_an_impossible_one_finite() -> None:
    assert score.log_score(np.array([1.0, 0.0])) == pytest.approx([0.0, -np.log(1e-300)])


@pytest.mark.parametrize("mean", [0.05, 0.3, 1.0, 5.0, 80.0])
def test_a_right_forecast_is_calibrated_however_rare_the_events(mean: float) -> None:
    counts = np.arange(400)
    share = stats.poisson.pmf(counts, mean)
    below = stats.poisson.cdf(counts - 1, mean)
    inside = score.share_between(below, share, 0.025, 0.975)
    over = score.share_between(below, share, 0.975, 1.0)
    assert (share * inside).sum() == pytest.approx(0.95, abs=1e-6)
    assert (share * over).sum() == pytest.approx(0.025, abs=1e-6)


def test_an_interval_of_whole_numbers_holds_more_than_its_nominal_share_of_rare_events() -> None:
    low, high = stats.poisson.ppf([0.025, 0.975], 0.3)
    assert stats.poisson.cdf(high, 0.3) - stats.poisson.cdf(low - 1, 0.3) > 0.96


def test_the_histogram_is_flat_for_a_right_forecast_and_leans_for_a_low_one() -> None:
    came = np.random.default_rng(2).poisson(0.8, 50_000).astype(np.float64)
    right = score.histogram(stats.poisson.cdf(came - 1, 0.8), stats.poisson.pmf(came, 0.8))
    low = score.histogram(stats.poisson.cdf(came - 1, 0.5), stats.poisson.pmf(came, 0.5))
    assert right == pytest.approx(np.full(10, 0.1), abs=0.004)
    assert low.sum() == pytest.approx(1)
    assert low[-1] > 0.15 > low[0]


def test_of_equal_forecasts_a_difference_is_seldom_found() -> None:
    rng = np.random.default_rng(3)
    clusters = [str(i % 40) for i in range(200)]
    found = 0
    for _ in range(100):
        ours, theirs = (rng.gamma(4.0, 0.2, 200) + rng.normal(0, 0.1, 40)[np.arange(200) % 40] for _ in range(2))
        found += score.compare(ours, theirs, clusters, rng).p < 0.05
    assert found <= 12


def test_of_a_forecast_that_is_better_everywhere_the_difference_is_told() -> None:
    theirs = np.random.default_rng(4).gamma(4.0, 0.2, 100)
    found = score.compare(0.9 * theirs, theirs, [str(i) for i in range(100)], np.random.default_rng(5))
    assert found.better_by == pytest.approx(0.1)
    assert found.low == pytest.approx(0.1)
    assert found.high == pytest.approx(0.1)
    assert found.p < 1e-6


def test_one_cluster_is_not_enough_to_tell() -> None:
    with pytest.raises(ValueError, match="two or more clusters"):
        score.compare(np.ones(3), np.ones(3), ["a", "a", "a"], np.random.default_rng(6))


def test_the_naive_rival_repeats_the_year_before_and_takes_the_year_before_that_for_a_gap() -> None:
    known = np.arange(36.0)[None].copy()
    known[0, 30] = np.nan
    middle = score.seasonal_naive(known, 12, 14, (0.25, 0.5, 0.75))[0, :, 1]
    assert middle[:3] == pytest.approx([24, 25, 26])
    assert middle[6] == 18
    assert middle[12:] == pytest.approx([24, 25])


def test_the_mean_of_the_last_year_forgets_all_before() -> None:
    known = np.hstack([np.full((1, 24), 90.0), np.full((1, 12), 4.0)])
    issued = score.last_year(known, 12, 3, (0.025, 0.5, 0.975))[0]
    assert issued[:, 1] == pytest.approx([4, 4, 4], abs=1)
    assert issued[0, 2] < 12
