"""The product's detector: an answer for every series, and what it takes into account."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from forecasting.expectation import design, expect
from forecasting.farrington import Frequency
from forecasting.lasting import lasting
from forecasting.product import Complete, Outcome, Settings, look
from forecasting.reporting_delay import completeness

Counts = NDArray[np.float64]


def days(number: int, last: date = date(2020, 12, 28)) -> tuple[date, ...]:
    return tuple(last - timedelta(weeks=i) for i in reversed(range(number)))


def months(number: int, last: int = 2018 * 12 + 9) -> tuple[date, ...]:
    return tuple(date(m // 12, m % 12 + 1, 1) for m in range(last - number + 1, last + 1))


def weekly(rows: int, weeks: int = 391, mean: float = 8, seed: int = 1) -> Counts:
    return np.random.default_rng(seed).negative_binomial(mean, 0.5, (rows, weeks)).astype(np.float64)


def seen(counts: Counts, at: int = -1, **changes: object) -> Outcome:
    position = counts.shape[1] + at if at < 0 else at
    settings = replace(Settings.of(52), **changes)  # type: ignore[arg-type]  # any of the settings
    return look(counts, position, days(counts.shape[1]), 52, settings)


def test_p_is_that_of_a_negative_binomial_with_the_variance_of_dispersion_and_error() -> None:
    counts, first_days = weekly(3), days(391)
    outcome = look(counts, 390, first_days, 52, Settings.of(52))
    window = np.arange(390 - 364, 391)
    years = np.array([(first_days[k] - first_days[390]).days / 365.25 for k in window])
    phase = np.array([((first_days[k] + timedelta(days=3)).timetuple().tm_yday - 0.5) / 365.25 for k in window])
    weights = np.ones((3, 364))
    weights[:, -26:] = 0
    fit = expect(counts[:, window[:-1]], weights, np.zeros((3, 364)), design(years, phase, 6))
    mean = np.exp(fit.log_mean)
    variance = fit.phi * mean + fit.error**2 * mean**2
    size = mean**2 / (variance - mean)
    np.testing.assert_allclose(outcome.p_rise, stats.nbinom.sf(counts[:, 390] - 1, size, mean / variance), rtol=1e-9)
    np.testing.assert_allclose(outcome.p_fall, stats.nbinom.cdf(counts[:, 390], size, mean / variance), rtol=1e-9)
    np.testing.assert_array_equal(outcome.upper, stats.nbinom.isf(0.005, size, mean / variance))


def test_a_rise_and_a_fall_each_get_their_own_small_p() -> None:
    counts = weekly(3, mean=20)
    counts[0, -1], counts[1, -1] = 70, 2
    outcome = seen(counts)
    assert outcome.p_rise[0] < 1e-4 < outcome.p_rise[2]
    assert outcome.p_fall[1] < 1e-3 < outcome.p_fall[2]
    assert outcome.exceedance[0] > 1
    assert outcome.exceedance[1] < -1


def test_trend_and_season_are_learnt() -> None:
    rng, t = np.random.default_rng(4), np.arange(391)
    means = 30 * np.exp(0.1 * (t - 390) / 52.18 + 0.4 * np.cos(2 * np.pi * (t - 390) / 52.18))
    outcome = seen(rng.poisson(means, (40, 391)).astype(np.float64))
    assert outcome.expected.mean() == pytest.approx(means[-1], rel=0.03)
    assert outcome.trend.mean() == pytest.approx(0.1, abs=0.02)


def test_a_series_without_any_event_is_answered() -> None:
    counts = np.zeros((2, 391))
    counts[1, -1] = 3
    outcome = seen(counts)
    assert outcome.expected[0] < 0.01
    assert outcome.p_rise[0] == 1
    assert outcome.p_rise[1] < 0.001
    assert outcome.upper.tolist() == [0, 0]


def test_a_short_history_is_answered_and_says_so() -> None:
    counts = weekly(21)
    counts[0, :-1], counts[1:11, :-20] = math.nan, math.nan
    outcome = seen(counts)
    assert outcome.reasons == (("too-short",), *[("periods-15",)] * 10, *[()] * 10)
    assert math.isnan(outcome.expected[0])
    width = outcome.upper - outcome.lower
    assert width[1:11].mean() > width[11:].mean()


def test_missing_weeks_are_not_zeros() -> None:
    counts = weekly(1)
    gaps = counts.copy()
    gaps[0, 30:200:3] = math.nan
    assert seen(gaps).expected[0] == pytest.approx(seen(counts).expected[0], rel=0.15)
    assert seen(gaps).periods[0] < seen(counts).periods[0]
    assert math.isnan(seen(np.where(np.arange(391) == 390, math.nan, counts)).p_rise[0])


def test_after_a_declared_break_the_level_is_its_own() -> None:
    counts = weekly(20, mean=20)
    counts[:, 300:] = weekly(20, 91, mean=40, seed=2)
    declared = seen(counts, breaks=(days(391)[300],))
    assert declared.expected.mean() == pytest.approx(40, rel=0.05)
    assert all("declared-break" in reasons for reasons in declared.reasons)
    assert seen(counts).expected.mean() < 38


def test_a_break_just_declared_is_believed_at_once_with_a_wide_interval() -> None:
    counts = weekly(5, mean=20)
    counts[:, 385:] = weekly(5, 6, mean=60, seed=2)
    declared = seen(counts, breaks=(days(391)[385],))
    assert (declared.p_rise > 0.01).all()
    assert np.median(seen(counts).p_rise) < 0.001


def test_left_out_periods_teach_nothing() -> None:
    counts = weekly(1, mean=20)
    counts[0, 200:240] = 70
    without = np.zeros((1, 391), dtype=np.bool_)
    without[0, 200:240] = True
    position, given = 390, days(391)
    told = look(counts, position, given, 52, Settings.of(52), left_out=without)
    assert told.periods[0] == 364 - 26 - 40
    assert told.expected[0] < look(counts, position, given, 52, Settings.of(52)).expected[0]


def test_twice_the_population_is_expected_to_have_twice_as_many() -> None:
    counts, people = weekly(4, mean=20), np.ones((4, 391))
    people[:, -1] = 2
    doubled = look(counts, 390, days(391), 52, Settings.of(52), population=people)
    np.testing.assert_allclose(doubled.expected, 2 * seen(counts).expected)


def test_what_the_rest_of_the_city_did_is_taken_out_and_a_district_alone_is_not() -> None:
    rng = np.random.default_rng(8)
    shocks = np.exp(rng.normal(0, 0.25, 391))
    shocks[-1] = 1.6
    counts = rng.poisson(15 * shocks, (22, 391)).astype(np.float64)
    counts[0, -1] = 60
    plain = look(counts, 390, days(391), 52, Settings.of(52))
    shared = look(counts, 390, days(391), 52, Settings.of(52), groups=["theft"] * 22)
    assert 1.3 < shared.common[1:].mean() < 1.6
    assert np.median(shared.p_rise[1:]) > 2 * np.median(plain.p_rise[1:])
    assert shared.p_rise[0] < 0.001


def test_a_late_week_is_compared_with_what_can_be_known_of_it() -> None:
    counts = weekly(2, mean=40)
    counts[:, -1] = 16
    late = Complete(np.array([0.4, 1.0]), np.array([0.05, 0.0]))
    outcome = look(counts, 390, days(391), 52, Settings.of(52), complete=late)
    assert outcome.p_fall[0] > 0.05 > 1e-3 > outcome.p_fall[1]
    assert outcome.reasons[0] == ("late-40",)


def test_completeness_is_learnt_from_what_was_known_at_the_same_age() -> None:
    rng = np.random.default_rng(3)
    final = rng.poisson(30, (4, 26)).astype(np.float64)
    early = rng.binomial(final.astype(int), np.array([0.9, 0.9, 0.9, 0.4])[:, None]).astype(np.float64)
    found = completeness(early, final)
    assert found is not None
    np.testing.assert_allclose(found.share, [0.9, 0.9, 0.9, 0.4], atol=0.05)
    assert (found.error < 0.1).all()
    early[:, :-3] = math.nan
    assert completeness(early, final) is None


def test_when_completeness_itself_varies_the_error_says_so() -> None:
    rng = np.random.default_rng(3)
    final = rng.poisson(50, (4, 26)).astype(np.float64)
    steady = completeness(rng.binomial(final.astype(int), 0.6).astype(np.float64), final)
    varying = completeness(rng.binomial(final.astype(int), rng.uniform(0.2, 1, 26)).astype(np.float64), final)
    assert steady is not None
    assert varying is not None
    assert varying.error.min() > 3 * steady.error.max()


@pytest.mark.parametrize(("freq", "given"), [(12, months(118)), (52, days(391))])
def test_false_alarms_are_at_most_as_rare_as_alpha_says(freq: Frequency, given: tuple[date, ...]) -> None:
    rng = np.random.default_rng(6)
    means, phi = np.exp(rng.uniform(-1, 3.5, 3000))[:, None], 1.6
    counts = rng.negative_binomial(means / (phi - 1), 1 / phi, (3000, len(given))).astype(np.float64)
    outcome = look(counts, len(given) - 1, given, freq, Settings.of(freq))
    for p in (outcome.p_rise, outcome.p_fall):
        assert np.mean(p <= 0.01) < 0.0165
        assert np.mean(p <= 0.05) < 0.06


def test_a_slow_rise_is_found_with_its_start_and_size() -> None:
    counts = weekly(1, mean=10, seed=9)
    counts[0, -20:] = np.round(counts[0, -20:] * 1.8)
    found = lasting(counts, 390, days(391), 52, Settings.of(52), 1000.0)
    assert found.alarm[0]
    assert found.direction[0] == 1
    assert 366 <= found.start[0] <= 375
    assert found.low[0] < 1.8 < found.high[0] * 1.1


def test_a_change_of_the_whole_category_is_no_districts_own() -> None:
    counts = np.random.default_rng(1).poisson(20, (12, 391)).astype(np.float64)
    counts[:, -30:] = np.random.default_rng(2).poisson(27, (12, 30))
    alone = lasting(counts, 390, days(391), 52, Settings.of(52), 1000.0)
    together = lasting(counts, 390, days(391), 52, Settings.of(52), 1000.0, groups=["theft"] * 12)
    assert alone.alarm.sum() >= 10
    assert together.alarm.sum() <= 3


def test_a_position_with_nothing_before_it_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing before it"):
        look(weekly(1), 0, days(391), 52, Settings.of(52))


@pytest.mark.parametrize("odd", [1e6, 0.5, 0.0])
def test_a_million_fractions_and_nothing_are_answered(odd: float) -> None:
    outcome = seen(np.full((1, 391), odd))
    assert outcome.expected[0] == pytest.approx(odd, rel=0.01, abs=0.01)
    assert outcome.p_rise[0] > 0.05
    assert outcome.p_fall[0] > 0.05
