"""The outlook of a panel: what it borrows, what it says of little, and whether its intervals hold."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as run
from hypothesis import strategies as st

from forecasting import score
from forecasting.gamma_poisson import Floats, below_and_at
from forecasting.outlook import LEVELS, Frequency, Outlook, forecast


def months(number: int) -> list[date]:
    return [date(2010 + i // 12, i % 12 + 1, 1) for i in range(number)]


def weeks(number: int) -> list[date]:
    return [date(2010, 1, 4) + timedelta(weeks=i) for i in range(number)]


def panel(
    seed: int, mean: float, *, series: int = 60, periods: int = 108, freq: int = 12, season: float = 0.0
) -> Floats:
    """Negative binomial counts, variance 1.3 × mean, of districts of different size and one season."""
    rng = np.random.default_rng(seed)
    size = mean * rng.gamma(4.0, 0.25, (series, 1))
    means = size * np.exp(season * np.cos(2 * np.pi * np.arange(periods) / freq))
    return rng.negative_binomial(means / 0.3, 1 / 1.3).astype(np.float64)


def monthly(counts: Floats, horizon: int = 12, parents: list[str] | None = None) -> Outlook:
    return forecast(counts, 12, horizon, parents or ["theft"] * len(counts), months(counts.shape[1]))


def test_an_outlook_has_whole_numbers_that_rise_with_the_level() -> None:
    outlook = monthly(panel(1, 3.0))
    assert outlook.quantiles.shape == (60, 12, len(LEVELS))
    assert (outlook.quantiles == np.floor(outlook.quantiles)).all()
    assert (np.diff(outlook.quantiles, axis=2) >= 0).all()
    assert outlook.mean[:, 0] == pytest.approx(outlook.quantiles[:, 0, LEVELS.index(0.5)], abs=2)


def test_the_same_counts_give_the_same_outlook() -> None:
    first, second = monthly(panel(2, 3.0)), monthly(panel(2, 3.0))
    assert first.mean.tobytes() == second.mean.tobytes()
    assert first.quantiles.tobytes() == second.quantiles.tobytes()


@pytest.mark.parametrize(("mean", "freq"), [(0.2, 12), (3.0, 12), (60.0, 12), (0.3, 52)])
def test_intervals_hold_what_they_promise_for_rare_and_frequent_events(mean: float, freq: Frequency) -> None:
    periods = 9 * freq if freq == 12 else 5 * freq
    counts = panel(3, mean, series=250 if freq == 12 else 120, periods=periods + 12, freq=freq, season=0.2)
    days = (months if freq == 12 else weeks)(periods)
    outlook = forecast(counts[:, :periods], freq, 12, ["theft"] * len(counts), days)
    within_80, within_95, over = score.calibration(*below_and_at(counts[:, periods:], outlook.mean, outlook.variance))
    assert within_80 == pytest.approx(0.8, abs=0.035)
    assert within_95 == pytest.approx(0.95, abs=0.02)
    assert over == pytest.approx(0.025, abs=0.012)


def test_a_rare_series_has_the_season_of_its_parent() -> None:
    outlook = monthly(panel(4, 0.5, series=300, season=0.6))
    year = outlook.mean.mean(axis=0)
    assert year[0] / year[6] == pytest.approx(np.exp(1.2), rel=0.2)


def test_chance_is_not_taken_for_a_season() -> None:
    counts = np.random.default_rng(5).poisson(2.0, (20, 96)).astype(np.float64)
    year = monthly(counts).mean.mean(axis=0)
    days = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]) / 30.4
    assert year / days == pytest.approx(np.full(12, year.mean()), rel=0.12)


def test_a_short_month_is_expected_to_bring_less() -> None:
    days = np.array([(after - day).days for day, after in pairwise(months(97))])
    january, february = monthly(np.tile(2.0 * days, (5, 1))).mean[:, :2].T
    assert february / january == pytest.approx(np.full(5, 28 / 31), rel=0.01)


def test_a_series_follows_its_parent_up_where_its_own_counts_are_too_few_to_tell() -> None:
    rising = np.linspace(1.0, 3.0, 96)
    counts = np.random.default_rng(7).poisson(0.4 * rising, (200, 96)).astype(np.float64)
    together = monthly(counts).mean[:, 0].mean()
    alone = monthly(counts, parents=[str(i) for i in range(200)]).mean[:, 0].mean()
    assert together == pytest.approx(0.4 * 3.0, rel=0.12)
    assert abs(together - 1.2) < abs(alone - 1.2)


def test_a_series_that_is_its_own_parent_goes_by_itself() -> None:
    outlook = monthly(panel(8, 4.0, series=2), parents=["theft", "fraud"])
    assert outlook.methods == ("own level+parent season", "own level+parent season")


def test_a_frequent_series_has_a_season_of_its_own() -> None:
    counts = panel(9, 40.0, series=20)
    swing = np.exp(0.8 * np.cos(2 * np.pi * np.arange(108) / 12))
    counts[3] = np.random.default_rng(10).poisson(40 * swing)
    outlook = monthly(counts)
    assert outlook.methods[3].endswith("+own season")
    assert outlook.mean[3, 0] / outlook.mean[3, 6] == pytest.approx(np.exp(1.6), rel=0.25)
    assert outlook.mean[4, 0] / outlook.mean[4, 6] == pytest.approx(1.0, rel=0.15)


def test_missing_is_not_zero() -> None:
    counts = panel(11, 6.0)
    gap, zero = counts.copy(), counts.copy()
    gap[5, 96:], zero[5, 96:] = np.nan, 0.0
    full, less, none = (monthly(each).mean[5, 0] for each in (counts, gap, zero))
    assert less == pytest.approx(full, rel=0.25)
    assert none < 0.3 * full


def test_a_gap_of_a_source_that_covers_half_the_city_is_no_fall_of_the_whole() -> None:
    counts = panel(12, 2.0)
    gap = counts.copy()
    gap[:30, 100:] = np.nan
    assert monthly(gap).mean.sum() == pytest.approx(monthly(counts).mean.sum(), rel=0.1)


def test_a_series_without_any_count_has_no_outlook_and_a_reason() -> None:
    counts = panel(13, 2.0)
    counts[7] = np.nan
    outlook = monthly(counts)
    assert outlook.reasons[7] == ("too-short",)
    assert outlook.methods[7] == "none"
    assert np.isnan(outlook.quantiles[7]).all()
    assert np.isfinite(np.delete(outlook.quantiles, 7, axis=0)).all()


def test_a_short_history_still_has_an_outlook_and_a_reason() -> None:
    counts = panel(14, 2.0)
    counts[3, :-18], counts[4, :-5] = np.nan, np.nan
    outlook = monthly(counts)
    assert (outlook.reasons[2], outlook.reasons[3], outlook.reasons[4]) == ((), ("years-1",), ("years-0",))
    assert np.isfinite(outlook.quantiles[3:5]).all()
    assert outlook.mean[3, 0] == pytest.approx(np.nanmean(counts[3]), rel=0.6)


def test_where_not_even_the_parent_has_two_years_there_is_no_season() -> None:
    outlook = monthly(panel(15, 2.0, periods=15))
    assert set(outlook.reasons) == {("years-1", "no-season")}
    assert np.isfinite(outlook.quantiles).all()


def test_a_source_that_began_a_year_ago_has_no_season_whatever_the_others_know() -> None:
    counts = panel(18, 5.0)
    counts[30:, :-12] = np.nan
    outlook = monthly(counts, parents=["theft"] * 30 + ["fraud"] * 30)
    assert outlook.reasons[0] == ()
    assert outlook.reasons[40] == ("years-1", "no-season")
    assert outlook.methods[40] == "share of parent"
    assert outlook.mean[30:].mean() == pytest.approx(np.nanmean(counts[30:]), rel=0.25)


def test_a_single_count_of_a_single_series_is_enough_for_an_outlook() -> None:
    outlook = monthly(np.array([[3.0]]))
    assert 0.5 < outlook.mean[0, 0] < 5
    assert outlook.reasons == (("years-0", "no-season"),)


def test_a_recording_category_that_ended_is_expected_to_stay_ended() -> None:
    counts = panel(16, 20.0)
    counts[:, 40:] = 0.0
    outlook = monthly(counts)
    assert outlook.mean.max() < 0.2
    assert outlook.quantiles[..., LEVELS.index(0.975)].max() <= 1


def test_weeks_of_a_year_with_a_week_53_keep_their_season() -> None:
    counts = panel(17, 5.0, series=20, periods=320, freq=52, season=0.5)
    outlook = forecast(counts, 52, 12, ["theft"] * 20, weeks(320))
    expected = np.exp(0.5 * np.cos(2 * np.pi * np.arange(320, 332) / 52))
    shape = outlook.mean.mean(axis=0)
    assert shape / shape.mean() == pytest.approx(expected / expected.mean(), rel=0.15)


@pytest.mark.parametrize("absurd", [10_000, 1_000_000])
@pytest.mark.parametrize("freq", [52, 12])
def test_one_absurd_count_leaves_the_forecasts_of_other_districts_alone(freq: Frequency, absurd: float) -> None:
    days = weeks(260) if freq == 52 else months(60)
    counts = panel(20, 5.0, series=10, periods=len(days), freq=freq)
    before = forecast(counts, freq, 12, ["theft"] * 10, days).mean
    counts[3, -1] = absurd
    after = forecast(counts, freq, 12, ["theft"] * 10, days).mean
    assert np.delete(after, 3, axis=0) == pytest.approx(np.delete(before, 3, axis=0), rel=0.25)


COUNTS = st.one_of(st.just(0.0), st.just(np.nan), st.integers(0, 20).map(float), st.integers(0, 10**7).map(float))


@given(st.lists(COUNTS, min_size=1, max_size=8), st.integers(0, 10_000), st.integers(1, 40))
@run(max_examples=40)
def test_whatever_the_counts_there_is_an_outlook_or_a_reason(some: list[float], seed: int, periods: int) -> None:
    counts = np.random.default_rng(seed).choice(np.array(some), (4, periods))
    outlook = monthly(counts, parents=["a", "a", "b", "a"])
    for row, reasons in enumerate(outlook.reasons):
        assert np.isfinite(outlook.quantiles[row]).all() == ("too-short" not in reasons)
        assert np.isnan(counts[row]).all() == ("too-short" in reasons)


@pytest.mark.parametrize(
    ("counts", "parents", "horizon", "said"),
    [
        (np.zeros((2, 24)), ["a"], 1, "1 parents and 24 periods"),
        (np.full((1, 24), -1.0), ["a"], 1, "from 0 up"),
        (np.full((1, 24), np.inf), ["a"], 1, "from 0 up"),
        (np.zeros((1, 24)), ["a"], 0, "horizon of 0"),
        (np.zeros((0, 24)), [], 1, "no series"),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(
    counts: Floats, parents: list[str], horizon: int, said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        forecast(counts, 12, horizon, parents, months(24))


def test_levels_that_do_not_rise_are_refused() -> None:
    with pytest.raises(ValueError, match="larger than the one before"):
        forecast(np.zeros((1, 24)), 12, 1, ["a"], months(24), levels=(0.9, 0.5))
