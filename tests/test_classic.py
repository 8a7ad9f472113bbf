"""The older detectors: against closed forms and other packages; against R's values in tests/proof/classic_parity.py."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import settings as run
from hypothesis import strategies as st
from scipy import optimize, stats

from forecasting.classic import Direction, Transform, cusum, ears, expected_nb, farrington_1996, glr, lr_cusum
from forecasting.quasi_poisson import Floats

SEEDS = st.integers(0, 10_000)


def weekly(seed: int, mean: float = 6, weeks: int = 330, size: float = 5) -> Floats:
    wave = mean * np.exp(0.3 * np.cos(2 * np.pi * np.arange(1, weeks + 1) / 52))
    return np.random.default_rng(seed).negative_binomial(size, size / (size + wave)).astype(np.float64)


def windows(k: int, years: int = 5) -> list[int]:
    return [k - 52 * i + j for i in range(1, years + 1) for j in range(-3, 4)]


@given(SEEDS)
@run(max_examples=15, deadline=None)
def test_farringtons_bound_without_a_trend_is_that_of_the_windows_mean(seed: int) -> None:
    counts = weekly(seed)
    past = counts[windows(320, 2)]
    upper = farrington_1996(counts, [320], years=2, reweight=False, alpha=0.05, exponent=1 / 2, limit=(0, 4)).upper[0]
    phi = max(past.var(ddof=1) / past.mean(), 1)
    deviation = math.sqrt((phi + phi / past.size) / 4)
    assert upper == pytest.approx((math.sqrt(past.mean()) + 1.959964 * deviation) ** 2, rel=1e-3)


def test_farringtons_trend_counts_when_it_shows_and_does_not_lead_beyond_what_was_seen() -> None:
    weeks = np.arange(330)
    falling = np.round(40 * np.exp(-weeks / 200))
    model = sm.GLM(falling[windows(320)], sm.add_constant(np.array(windows(320)) - 320), family=sm.families.Poisson())
    mean = math.exp(model.fit().params[0])
    upper = farrington_1996(falling, [320], reweight=False).upper[0]
    assert mean < upper < 3 * mean
    rising = falling[::-1].copy()
    assert farrington_1996(rising, [320], reweight=False).upper[0] < 2 * rising[windows(320)].max()


def test_farrington_weighs_past_outbreaks_down() -> None:
    counts = weekly(3)
    counts[windows(320)[3]] = 90
    with_it, without = (farrington_1996(counts, [320], reweight=each).upper[0] for each in (True, False))
    assert with_it < without


def test_farrington_gives_no_bound_and_no_alarm_with_too_few_events_or_too_short_a_past() -> None:
    counts = weekly(4)
    counts[317:321] = [0, 0, 0, 4]
    few = farrington_1996(counts, [320])
    assert (few.upper[0], few.alarm[0]) == (0, False)
    counts[320] = 80
    assert farrington_1996(counts, [320]).alarm[0]
    counts[319] = np.nan
    assert not farrington_1996(counts, [320]).alarm[0]
    assert np.isnan(farrington_1996(counts, [200]).upper[0])
    with pytest.raises(ValueError, match="outside"):
        farrington_1996(counts, [330])


@given(SEEDS, st.integers(3, 14))
@run(max_examples=15)
def test_c1_and_c2_are_a_mean_and_its_deviations(seed: int, baseline: int) -> None:
    counts = weekly(seed)
    one, two = counts[100 - baseline : 100], counts[98 - baseline : 98]
    c1, c2 = (ears(counts, [100], kind, baseline=baseline, alpha=0.01) for kind in ("C1", "C2"))
    assert c1.upper[0] == pytest.approx(one.mean() + 2.326348 * one.std(ddof=1))
    assert c2.upper[0] == pytest.approx(two.mean() + 2.326348 * two.std(ddof=1))
    assert c1.alarm[0] == (counts[100] > c1.upper[0])


def test_c3_alarms_on_the_excess_of_the_two_periods_before() -> None:
    counts = np.tile([2.0, 3, 4], 10)
    spread = counts[18:25].std(ddof=1)
    assert ears(counts, [27], "C3").upper[0] == pytest.approx(counts[27] + 1.959964 * spread)
    counts[26] = 20
    seen = ears(counts, [27], "C3")
    assert seen.alarm[0]
    assert seen.upper[0] == 0


def test_c3_has_no_bound_after_a_stretch_of_equal_counts() -> None:
    seen = ears(np.zeros(40), [30, 31], "C3")
    assert np.isnan(seen.upper).all()
    assert not seen.alarm.any()


def test_a_least_deviation_keeps_a_silent_series_from_alarms() -> None:
    counts = np.zeros(40)
    counts[30] = 2
    assert ears(counts, [30]).alarm[0]
    assert ears(counts, [30], least_deviation=1.0).upper[0] == pytest.approx(3.090232)
    with pytest.raises(ValueError, match="no 7 periods before"):
        ears(counts, [8], "C3")


SCORES: dict[Transform, Callable[[Floats, Floats], Floats]] = {
    "standard": lambda y, m: (y - m) / np.sqrt(m),
    "rossi": lambda y, m: (y - 3 * m + 2 * np.sqrt(y * m)) / (2 * np.sqrt(m)),
    "anscombe": lambda y, m: 1.5 * (y ** (2 / 3) - m ** (2 / 3)) / m ** (1 / 6),
    "pearsonNegBin": lambda y, m: (y - m) / np.sqrt(m + 0.1 * m**2),
}


def wave(start: int, weeks: int) -> tuple[Floats, Floats]:
    angle = 2 * np.pi * np.arange(1, weeks + 1) / 52
    design = np.column_stack([np.ones(weeks), np.cos(angle), np.sin(angle)])
    return design[:start], design[start:]


@pytest.mark.parametrize("transform", SCORES)
def test_cusum_adds_up_what_is_above_the_wave_before_its_start(transform: Transform) -> None:
    counts = weekly(5)
    before, after = wave(300, 330)
    fitted = sm.GLM(counts[:300], before, family=sm.families.Poisson()).fit()
    means = np.exp(after @ fitted.params)
    sums = [0.0]
    for score in SCORES[transform](counts[300:], means):
        sums.append(max(0.0, sums[-1] + score - 1.04))
    seen = cusum(counts, 300, transform)
    assert seen.statistic == pytest.approx(sums[1:], rel=1e-6, abs=1e-6)
    assert (seen.alarm == (np.array(sums[1:]) >= 2.26)).all()
    if transform != "standard":  # whose bound is rounded up
        wanted = 2.26 + 1.04 - np.array(sums[:-1])
        possible = wanted > SCORES[transform](np.zeros(30), means)  # else no count is so low
        assert possible.any()
        reached = SCORES[transform](seen.upper[possible], means[possible])
        assert reached == pytest.approx(wanted[possible], rel=1e-6)


def test_a_missing_period_adds_nothing() -> None:
    counts = weekly(6)
    counts[310] = np.nan
    seen = cusum(counts, 300)
    assert seen.statistic[10] == seen.statistic[9]
    means = np.full(30, 6.0)
    one = lr_cusum(counts[300:], means, 0.2, 0.4)
    assert one.statistic[10] == one.statistic[9]
    assert np.isnan(glr(counts[300:], means, 0.2).statistic[10])


def log_likelihood(y: Floats, means: Floats, alpha: float, factor: float) -> float:
    if alpha == 0:
        return float(stats.poisson.logpmf(y, means * factor).sum())
    return float(stats.nbinom.logpmf(y, 1 / alpha, 1 / (1 + alpha * means * factor)).sum())


@pytest.mark.parametrize("alpha", [0.0, 0.2])
@pytest.mark.parametrize("direction", ["rise", "fall"])
def test_glr_is_the_largest_ratio_over_all_beginnings(alpha: float, direction: Direction) -> None:
    y, means = weekly(7, weeks=12), 4 + np.arange(12.0) % 3
    seen = glr(y, means, alpha, threshold=1e9, window=8, direction=direction)
    side = (0.0, 4.0) if direction == "rise" else (-12.0, 0.0)
    for n in range(12):
        ratios = []
        for start in range(max(0, n - 8), n + 1):
            some, expected = y[start : n + 1], means[start : n + 1]
            best = optimize.minimize_scalar(
                lambda k, y=some, m=expected: -log_likelihood(y, m, alpha, math.exp(k)), bounds=side, method="bounded"
            )
            ratios.append(max(0.0, -best.fun - log_likelihood(some, expected, alpha, 1)))
        assert seen.statistic[n] == pytest.approx(max(ratios), abs=1e-4)


def test_glr_starts_anew_after_an_alarm() -> None:
    y, means = np.array([5.0, 25, 5, 5]), np.full(4, 5.0)
    seen = glr(y, means, 0.1)
    assert seen.alarm.tolist() == [False, True, False, False]
    assert seen.statistic[2] == 0
    assert glr(np.zeros(20), means[:1].repeat(20), 0.1, direction="fall").alarm.any()


@given(SEEDS)
@run(max_examples=15, deadline=None)
def test_lr_cusum_adds_up_the_ratio_of_the_known_change(seed: int) -> None:
    y, means, total = weekly(seed, weeks=20), np.full(20, 5.0), 0.0
    seen = lr_cusum(y, means, 0.2, math.log(1.5), threshold=4)
    for at in range(20):
        step = log_likelihood(y[at : at + 1], means[:1], 0.2, 1.5) - log_likelihood(y[at : at + 1], means[:1], 0.2, 1)
        total = max(0.0, total + step)
        assert seen.statistic[at] == pytest.approx(total, abs=1e-9)
        assert seen.alarm[at] == (total >= 4)
        total = 0.0 if seen.alarm[at] else total


def test_the_estimated_alpha_is_the_one_of_highest_likelihood() -> None:
    counts = weekly(8)
    means, alpha = expected_nb(counts, 300, None)
    before, after = wave(300, 330)
    fitted = sm.NegativeBinomial(counts[:300], before).fit(disp=0, maxiter=200)
    assert alpha == pytest.approx(fitted.params[-1], rel=1e-3)
    assert means == pytest.approx(np.exp(after @ fitted.params[:-1]), rel=1e-4)


def test_an_alpha_that_wants_to_be_nil_stays_small_and_finite() -> None:
    even = np.random.default_rng(9).binomial(12, 0.5, 330).astype(np.float64)  # less spread than Poisson's
    means, alpha = expected_nb(even, 300, None)
    assert 0 < alpha < 0.001
    assert np.isfinite(glr(even[300:], means, alpha).statistic).all()
    assert expected_nb(even, 300, 0)[1] == 0


def test_too_little_before_the_start_is_refused() -> None:
    with pytest.raises(ValueError, match="five counts"):
        cusum(weekly(1), 3)
    with pytest.raises(ValueError, match="five counts"):
        expected_nb(np.zeros(100), 50, None)
    with pytest.raises(ValueError, match="five counts"):
        cusum(weekly(1), 330)
