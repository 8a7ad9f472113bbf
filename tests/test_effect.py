"""Did the action help: against statsmodels and closed forms, where nothing was done, and where little is known."""

from __future__ import annotations

from dataclasses import replace
from time import process_time
from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import settings as run
from hypothesis import strategies as st
from numpy.typing import NDArray

from forecasting.comparison import against, complete, factors, in_blocks, levels
from forecasting.effect import Effect, estimate
from forecasting.interrupted import interrupted, trends
from forecasting.placebo import Scale, judge
from tests.proof.effects import World, demonstration, flagged

Floats = NDArray[np.float64]
BEFORE, AFTER = slice(0, 24), slice(24, 36)


def city(seed: int = 1, mean: float = 10, districts: int = 12) -> Floats:
    """60 months before a start and 12 after, nothing done."""
    return World().counts(mean, districts, np.random.default_rng(seed))


def fewer(counts: Floats, share: float, district: int = 0, start: int = 60) -> Floats:
    changed = counts.copy()
    changed[district, start:] = np.round(changed[district, start:] * (1 + share))
    return changed


def poisson(y: Floats, design: Floats, offset: Floats | None = None) -> Floats:
    fit: Any = sm.GLM(y, design, family=sm.families.Poisson(), offset=offset).fit(tol=1e-12)
    return np.asarray(fit.params, dtype=np.float64)


# Against other software and closed forms


def test_difference_in_differences_is_the_poisson_regression_on_districts_periods_and_the_action() -> None:
    counts = city(3)[:, 36:72]
    district, month = (axis.ravel() for axis in np.indices(counts.shape))
    treated = (district == 0) & (month >= 24)
    design = np.column_stack([district[:, None] == np.arange(12), month[:, None] == np.arange(1, 36), treated])
    real = against(counts[:1], factors(counts[1:])[-1:], BEFORE, AFTER)
    ours = np.log(real.observed[0] / real.expected[0])
    assert ours == pytest.approx(poisson(counts.ravel(), design.astype(np.float64))[-1], abs=1e-8)


def test_the_interrupted_time_series_is_the_poisson_regression_on_a_level_a_trend_and_a_step() -> None:
    counts = city(4)[:, 36:72]
    factor, month = factors(counts[1:])[-1:], np.arange(36.0)
    design = np.column_stack([np.ones(36), month, month >= 24])
    real = interrupted(counts[:1], factor, BEFORE, AFTER)
    expected = poisson(counts[0], design, np.log(factor[0]))[-1]
    assert np.log(real.observed[0] / real.expected[0]) == pytest.approx(expected, abs=1e-7)


def test_the_trend_before_is_the_poisson_regression_on_time() -> None:
    counts = city(5)[:, :36]
    factor = factors(counts[1:])[-1:]
    design = np.column_stack([np.ones(24), np.arange(24.0)])
    slope, variance = trends(counts[:1], factor, BEFORE)
    assert slope[0] == pytest.approx(poisson(counts[0, :24], design, np.log(factor[0, :24]))[-1], abs=1e-8)
    assert variance[0] > 0


def test_levels_with_missing_counts_are_those_of_the_poisson_regression() -> None:
    counts = city(6, districts=6)[:, :12]
    counts[0, 3], counts[2, 7:10] = np.nan, np.nan
    district, month = np.nonzero(~np.isnan(counts))
    design = np.column_stack([district[:, None] == np.arange(6), month[:, None] == np.arange(1, 12)]).astype(np.float64)
    effects = np.exp(poisson(counts[~np.isnan(counts)], design)[:6])
    assert levels(counts) / levels(counts)[0] == pytest.approx(effects / effects[0], rel=1e-6)


def test_missing_counts_of_comparison_districts_are_filled_with_level_times_factor() -> None:
    counts = np.outer([1.0, 2.0, 4.0], [3.0, 5.0, 7.0])
    missing = counts.copy()
    missing[1, 2] = np.nan
    assert complete(missing) == pytest.approx(counts)


def test_an_interval_leaves_out_nil_exactly_when_p_is_below_five_in_a_hundred() -> None:
    of = Scale(1.2, 0.01, 40)
    for observed in range(40, 160):
        real = against(np.array([[100.0, observed]]), np.ones((1, 2)), slice(0, 1), slice(1, 2))
        found = judge(real, of)
        assert (not found.lower <= 0 <= found.upper) == (found.p < 0.05)


@pytest.mark.parametrize("share", [-0.5, -0.2, 0.0, 0.4])
def test_where_districts_differ_only_in_level_the_change_is_what_was_done(share: float) -> None:
    season = 200 * (1.5 + np.cos(np.arange(72) / 2))
    counts = np.outer(np.arange(1.0, 13.0), season)
    counts[0, 60:] *= 1 + share
    effect = estimate(counts, 0, 60)
    for found in (effect.combined, effect.difference, effect.synthetic, effect.interrupted):
        assert found is not None
        assert found.change == pytest.approx(share, abs=2e-3)  # half an event on both sides
    assert effect.expected == pytest.approx(season[60:].sum(), rel=1e-3)


# What the answer does not depend on


@run(max_examples=5, deadline=None)
@given(st.permutations(range(1, 12)))
def test_the_order_of_the_comparison_districts_does_not_matter(order: list[int]) -> None:
    counts = city()
    one, other = estimate(counts, 0, 60), estimate(counts[[0, *order]], 0, 60)
    assert one.combined is not None
    assert other.combined is not None
    assert other.combined.change == pytest.approx(one.combined.change, rel=1e-8)
    assert other.combined.upper == pytest.approx(one.combined.upper, rel=1e-8)


def test_what_comes_after_the_periods_looked_at_does_not_matter() -> None:
    counts = city()
    assert estimate(counts, 0, 50, after=12) == estimate(counts[:, :62], 0, 50, after=12)


def test_what_was_detectable_does_not_depend_on_what_came_of_it() -> None:
    counts = city()
    assert estimate(counts, 0, 60).detectable == estimate(fewer(counts, -0.6), 0, 60).detectable


def test_the_same_counts_give_the_same_effect() -> None:
    assert estimate(city(), 0, 60) == estimate(city(), 0, 60)


# Where nothing was done, and where something was


def test_intervals_cover_the_truth_nineteen_times_of_twenty() -> None:
    covered = 0
    for seed in range(100):
        found = estimate(city(seed, mean=6), 0, 60).combined
        assert found is not None
        covered += found.lower <= 0 <= found.upper
    assert 90 <= covered <= 99  # 95 are expected, with a standard error of 2.2; tests.proof.effects has more


def test_a_district_that_was_chosen_because_it_stood_high_is_not_said_to_have_been_helped() -> None:
    naive, ours, covered = [], [], 0
    for seed in range(50):
        counts = city(1000 + seed, mean=6, districts=16)
        chosen = flagged(counts)
        effect = estimate(counts, chosen, 60, flagged=True)
        assert effect.combined is not None
        ours.append(np.log1p(effect.combined.change))
        naive.append(np.log(counts[chosen, 60:].mean() / counts[chosen, 54:60].mean()))
        covered += effect.combined.lower <= 0 <= effect.combined.upper
    assert np.mean(naive) < -0.2  # what a comparison of after with just before would have called an effect
    assert abs(np.mean(ours)) < 0.08
    assert covered >= 44


def test_regression_to_the_mean_is_told_beside_the_fall() -> None:
    counts = city(2)
    counts[0, 54:60] = np.round(counts[0, 54:60] * 2)  # six high months with no cause that lasts
    back = estimate(counts, 0, 60, flagged=True).regression
    assert back is not None
    assert back.recent > 0.5
    assert back.fell < back.by_itself / 2 < 0
    assert back.explained is not None
    assert 0.3 < back.explained <= 1


def test_a_large_effect_is_found_and_a_district_without_one_is_not() -> None:
    effect, nothing = estimate(fewer(city(mean=30), -0.5), 0, 60), estimate(city(mean=30), 0, 60)
    assert effect.combined is not None
    assert nothing.combined is not None
    assert effect.combined.upper < 0
    assert effect.combined.p < 0.01
    assert nothing.combined.lower <= 0 <= nothing.combined.upper


def test_the_actions_planted_in_the_demonstration_are_told_apart() -> None:
    for action, effect in demonstration():
        found = effect.combined
        assert found is not None
        assert found.lower <= action.factor - 1 <= found.upper, action.action
        assert effect.detectable is not None
        if 1 - action.factor > effect.detectable:
            assert found.upper < 0, action.action
        if action.kind == "no effect":
            assert found.lower <= 0 <= found.upper, action.action


@pytest.mark.parametrize("district", [0, 5])
def test_one_absurd_count_of_the_past_makes_no_effect(district: int) -> None:
    counts = city(5)
    spoiled = counts.copy()
    spoiled[district, 40] = 1e6
    honest, told = estimate(counts, 0, 60), estimate(spoiled, 0, 60)
    assert honest.combined
    assert told.combined
    assert told.combined.change == pytest.approx(honest.combined.change, abs=0.2)
    assert told.observed == honest.observed


def test_one_effect_takes_well_under_a_tenth_of_a_second() -> None:
    counts, times = city(districts=25), []
    for _ in range(5):
        began = process_time()
        estimate(counts, 0, 60, neighbours=(1, 2))
        times.append(process_time() - began)
    assert min(times) < 0.1


# What kind of comparison it is


def test_ten_comparison_districts_that_went_alike_are_a_better_comparison_than_nine_or_a_flagged_district() -> None:
    counts = city(7)
    assert estimate(counts, 0, 60).grade == 4
    assert estimate(counts[:10], 0, 60).grade == 3
    assert estimate(counts, 0, 60, flagged=True).grade == 3


def test_a_district_that_went_another_way_before_is_a_weak_comparison() -> None:
    counts = city(7, mean=30)
    counts[0] = np.round(counts[0] * np.exp(np.arange(72) / 30))
    effect = estimate(counts, 0, 60)
    assert effect.trend is not None
    assert effect.trend.a_year == pytest.approx(np.expm1(12 / 30), abs=0.25)
    assert effect.trend.p < 0.05
    assert effect.grade == 2


def test_weights_name_comparison_districts_largest_first_and_leave_out_the_excluded() -> None:
    effect = estimate(city(), 3, 60, excluded=(5,), neighbours=(7,))
    assert effect.comparisons == (0, 1, 2, 4, 6, 8, 9, 10, 11)
    assert {district for district, _ in effect.weights} <= set(effect.comparisons)
    shares = [share for _, share in effect.weights]
    assert shares == sorted(shares, reverse=True)
    assert 0.9 < sum(shares) <= 1 + 1e-9


def test_several_districts_are_one_unit_with_less_noise_than_one_of_them() -> None:
    counts = city(8, mean=30, districts=25)
    one, four = estimate(counts, 0, 60), estimate(counts, (0, 1, 2, 3), 60)
    assert one.combined is not None
    assert four.combined is not None
    assert four.combined.error < one.combined.error
    assert four.observed == counts[:4, 60:].sum()


# Weeks, and what is missing


def test_weeks_are_counted_in_blocks_of_four_from_the_start_both_ways() -> None:
    weeks = np.arange(20.0)[None, :]
    weeks[0, 7] = np.nan
    blocks, start = in_blocks(weeks, 10)  # 2 to 5, 6 to 9, 10 to 13, 14 to 17; 0, 1, 18 and 19 fill none
    assert start == 2
    assert blocks.tolist() == [[14, (6 + 8 + 9) * 4 / 3, 46, 62]]


def test_a_block_with_one_known_week_is_missing() -> None:
    weeks = np.array([[1.0, np.nan, np.nan, np.nan, 2.0, np.nan, 4.0, np.nan]])
    blocks, _ = in_blocks(weeks, 4)
    assert np.isnan(blocks[0, 0])
    assert blocks[0, 1] == 12


def test_weekly_counts_are_judged_like_months() -> None:
    counts = np.random.default_rng(9).poisson(5.0, (15, 260)).astype(np.float64)
    counts[0, 208:] = np.random.default_rng(10).poisson(2.5, 52)
    effect = estimate(counts, 0, 208, after=52, freq=52)
    assert effect.combined is not None
    assert effect.combined.lower < -0.5 < effect.combined.upper < 0
    assert (effect.before, effect.after, effect.observed) == (36, 13, counts[0, 208:].sum())


def test_weeks_that_fill_no_block_are_not_counted_and_it_is_said() -> None:
    counts = np.random.default_rng(9).poisson(5.0, (15, 230)).astype(np.float64)
    effect = estimate(counts, 0, 208, after=52, freq=52)  # 22 weeks after
    assert effect.after == 5
    assert effect.reasons == ("after-20",)


def test_a_series_that_ends_early_is_judged_by_what_there_is() -> None:
    effect = estimate(city()[:, :67], 0, 60)
    assert effect.after == 7
    assert effect.reasons == ("after-7",)
    assert effect.combined is not None


def test_a_missing_month_is_not_a_month_without_events() -> None:
    counts = city(11, mean=20)
    missing, zero = counts.copy(), counts.copy()
    missing[0, 62:65], zero[0, 62:65] = np.nan, 0
    whole, without, nought = (estimate(each, 0, 60) for each in (counts, missing, zero))
    assert whole.combined is not None
    assert without.combined is not None
    assert nought.combined is not None
    assert without.after == 9
    assert abs(without.combined.change - whole.combined.change) < 0.1
    assert nought.combined.change < whole.combined.change - 0.15
    assert without.expected is not None
    assert whole.expected is not None
    assert without.expected < whole.expected


def test_months_that_no_comparison_district_knows_are_left_out() -> None:
    counts = city(12)
    counts[1:, 65] = np.nan
    effect = estimate(counts, 0, 60)
    assert effect.after == 11
    assert effect.observed == np.delete(counts[0, 60:], 5).sum()


def test_comparison_districts_that_are_hardly_known_are_not_compared_with() -> None:
    counts = city(13)
    counts[4, 60:66], counts[5, 24:] = np.nan, 0
    assert not {4, 5} & set(estimate(counts, 0, 60).comparisons)


def test_of_weeks_that_are_missing_none_is_said_to_have_been_seen() -> None:
    counts = np.random.default_rng(14).poisson(5, (12, 250)).astype(np.float64)
    counts[0, [205, 222]] = np.nan
    effect = estimate(counts, 0, 200, after=48, freq=52)
    assert (effect.observed, effect.weeks) == (np.nansum(counts[0, 200:248]), 46)
    assert effect.expected == pytest.approx(5 * 46, rel=0.15)


# Where there is no answer


@pytest.mark.parametrize(
    ("change", "start", "reason"),
    [
        (lambda counts: counts, 11, "short-before"),
        (lambda counts: counts[:, :62], 60, "short-after"),
        (lambda counts: counts[:, :60], 60, "short-after"),
        (lambda counts: counts[:5], 60, "few-districts"),
        (lambda counts: np.where(np.arange(12)[:, None] == 0, 0, counts), 60, "no-events"),
        (lambda counts: np.where(np.arange(12)[:, None] == 0, np.arange(72) == 40, counts), 60, "few-events"),
        (lambda counts: np.where(np.arange(12)[:, None] == 0, np.nan, counts), 60, "short-before"),
        (lambda counts: counts * np.nan, 60, "short-before"),
        (lambda counts: counts * 0, 60, "no-events"),
    ],
)
def test_where_there_is_no_answer_the_reason_is_said(change: Any, start: int, reason: str) -> None:
    effect = estimate(change(city()), 0, start)
    assert effect.reasons == (reason,)
    assert replace(effect, reasons=(), comparisons=()) == Effect(treated=(0,))


@pytest.mark.parametrize("events", [0, 1])
def test_none_or_hardly_any_events_after_are_an_answer(events: int) -> None:
    counts = city(mean=3)
    counts[0, 60:] = 0
    counts[0, 60] = events
    found = estimate(counts, 0, 60).combined
    assert found is not None
    assert -1 < found.lower < found.change < found.upper < 0


@run(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([0.05, 0.3, 1.0]), st.integers(3, 50), st.booleans())
def test_sparse_and_broken_series_give_finite_numbers_or_a_reason(
    seed: int, mean: float, start: int, chosen: bool
) -> None:
    rng = np.random.default_rng(seed)
    counts = rng.poisson(mean, (9, 60)).astype(np.float64)
    counts[rng.random(counts.shape) < 0.1] = np.nan
    effect = estimate(counts, 0, start, neighbours=(1,), flagged=chosen)
    if effect.combined is None:
        assert effect.reasons
    else:
        for found in (effect.combined, effect.difference, effect.synthetic, effect.interrupted):
            assert found is not None
            assert -1 <= found.lower <= found.change <= found.upper < np.inf
            assert 0 <= found.p <= 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"treated": 12, "start": 60}, "no district 12"),
        ({"treated": (), "start": 60}, "at least one district"),
        ({"treated": 0, "start": 0}, "start must lie"),
        ({"treated": 0, "start": 73}, "start must lie"),
        ({"treated": 0, "start": 60, "after": 0}, "after is 1 or more"),
        ({"treated": 0, "start": 60, "neighbours": (0,)}, "not a neighbour"),
        ({"treated": 0, "start": 60, "excluded": (-1,)}, "no district -1"),
        ({"treated": 0, "start": 60, "freq": 7}, "12 .months. or 52 .weeks."),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_sentence(arguments: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        estimate(city(), **arguments)


@pytest.mark.parametrize("wrong", [-1.0, np.inf])
def test_counts_that_are_no_counts_are_refused(wrong: float) -> None:
    counts = city()
    counts[3, 5] = wrong
    with pytest.raises(ValueError, match="a number from 0 up"):
        estimate(counts, 0, 60)
