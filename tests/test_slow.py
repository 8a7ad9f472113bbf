"""Slow change: the ratio against scipy's likelihoods, the threshold against simulation, and what is said of it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as run
from hypothesis import strategies as st
from scipy import optimize, stats

from forecasting.quasi_poisson import Floats
from forecasting.slow import MONTHS, course, delay_sentence, log_ratio, look, sentence, slowest, thresholds

PERIODS = [f"2024-{month:02d}" for month in range(1, 13)] * 10


def series(level: float, periods: int, factor: float = 1.0, since: int = 0, seed: int = 1, rows: int = 1) -> Floats:
    means = np.where(np.arange(periods) < since, level, level * factor)
    return np.random.default_rng(seed).poisson(means, (rows, periods)).astype(np.float64)


@given(st.lists(st.integers(0, 20), min_size=1, max_size=12), st.floats(0.1, 20), st.floats(1.05, 6))
@run(max_examples=40, deadline=None)
def test_the_ratio_is_that_of_the_likelihoods_at_the_best_factor(counts: list[int], mean: float, phi: float) -> None:
    y = np.array(counts, dtype=np.float64)
    size = mean / (phi - 1)

    def log_likelihood(factor: float) -> float:
        return float(stats.nbinom.logpmf(y, size, size / (size + mean * factor)).sum())

    best = optimize.minimize_scalar(
        lambda log_factor: -log_likelihood(math.exp(log_factor)), bounds=(-12, 6), method="bounded"
    )
    expected = -best.fun - log_likelihood(1)
    assert log_ratio(y.sum(), mean * y.size, phi) == pytest.approx(expected, rel=1e-4, abs=1e-3)


def test_without_dispersion_the_ratio_is_poissons() -> None:
    assert log_ratio(8.0, 5.0, 1.0) == pytest.approx(8 * math.log(8 / 5) - 3)
    assert log_ratio(0.0, 5.0, 1.0) == pytest.approx(5)
    assert log_ratio(8.0, 5.0, 1.00001) == pytest.approx(log_ratio(8.0, 5.0, 1.0), rel=1e-4)


@given(st.integers(0, 10_000), st.floats(1, 5), st.floats(0.3, 3), st.floats(0, 0.3))
@run(max_examples=40, deadline=None)
def test_no_beginning_is_passed_over_for_speed(seed: int, phi: float, factor: float, error: float) -> None:
    counts, means = series(4, 60, factor, 40, seed), np.full((1, 60), 4.0)
    found = look(counts, means, phi, error=error)
    ratios = {"rise": [0.0], "fall": [0.0]}
    for start in range(60 - 52, 60):
        events, expected = counts[0, start:].sum(), means[0, start:].sum()
        ratio = log_ratio(events, expected, phi) / (1 + 0.6 * error**2 * expected / phi)
        ratios["rise" if events > expected else "fall"].append(ratio)
    up, down = thresholds(4.0, phi, 500)
    shares = max(ratios["rise"]) / up, max(ratios["fall"]) / down
    assert found.statistic[0] / found.threshold[0] == pytest.approx(max(shares))


def test_a_rise_is_found_with_its_beginning_and_size() -> None:
    counts, means = np.full((1, 200), 5.0), np.full((1, 200), 5.0)
    counts[0, 180:] = 10
    found = look(counts, means, 1.0)
    assert found.alarm[0]
    assert (found.direction[0], found.start[0], found.factor[0]) == (1, 180, 2)
    assert found.low[0] < 2 < found.high[0]
    assert found.low[0] > 1


def test_a_fall_is_found_as_well() -> None:
    found = look(series(5, 200, 0.4, 180), np.full((1, 200), 5.0), 1.0)
    assert found.alarm[0]
    assert found.direction[0] == -1
    assert found.high[0] < 1
    assert not look(series(5, 200, 0.4, 180), np.full((1, 200), 5.0), 1.0, watch="rise").alarm[0]


def test_nothing_before_the_latest_verdict_counts() -> None:
    counts, means = series(5, 200, 2, 180), np.full((1, 200), 5.0)
    counts[0, 190:] = 5
    assert look(counts, means, 1.0).alarm[0]
    after = look(counts, means, 1.0, since=190)
    assert not after.alarm[0]
    assert (after.start[0], after.direction[0], after.statistic[0]) == (-1, 0, 0)
    nothing_yet = look(counts, means, 1.0, since=np.array([200]))
    assert np.isnan(nothing_yet.statistic[0])
    assert not nothing_yet.alarm[0]


def test_missing_periods_are_left_out_and_are_no_zeros() -> None:
    counts, means = series(5, 200), np.full((1, 200), 5.0)
    counts[0, 170:] = np.nan
    assert not look(counts, means, 1.0).alarm[0]
    assert np.isnan(look(counts, means, 1.0, since=170).statistic[0])
    assert look(np.nan_to_num(counts), means, 1.0).alarm[0]


def test_a_change_older_than_the_window_is_dated_to_its_first_period() -> None:
    found = look(series(5, 200, 2, 100), np.full((1, 200), 5.0), 1.0, window=MONTHS)
    assert found.start[0] >= 200 - MONTHS


def test_uncertain_means_take_more_to_be_contradicted() -> None:
    counts, means = series(5, 200, 1.5, 160), np.full((1, 200), 5.0)
    certain, doubtful = (look(counts, means, 1.0, error=error) for error in (0.0, 0.2))
    assert doubtful.statistic[0] < certain.statistic[0]
    assert doubtful.high[0] - doubtful.low[0] > certain.high[0] - certain.low[0]


def test_many_series_at_once_are_each_as_alone() -> None:
    counts = np.vstack([series(5, 100, factor, 80, seed) for seed, factor in enumerate((1, 2, 0.4, 1.2))])
    means, phi = np.full(counts.shape, 5.0), np.array([1.0, 1.3, 2.0, 4.0])
    together = look(counts, means, phi)
    for row in range(4):
        alone = look(counts[row : row + 1], means[row : row + 1], phi[row])
        assert alone.statistic[0] == together.statistic[row]
        assert alone.start[0] == together.start[row]


def test_the_course_ends_as_the_last_look_since_its_latest_alarm() -> None:
    counts, means = series(5, 200, 1.6, 120), np.full((1, 200), 5.0)
    seen = course(counts, means, 1.0)
    last = int(np.flatnonzero(seen.alarm[0, :-1])[-1])
    found = look(counts, means, 1.0, since=last + 1)
    assert seen.share[0, -1] == pytest.approx(found.statistic[0] / found.threshold[0])


@pytest.mark.parametrize(("level", "phi"), [(1.4, 1.2), (8.0, 3.0)])
def test_false_alarms_are_about_as_many_as_stated(level: float, phi: float) -> None:
    rng = np.random.default_rng(3)
    counts = rng.negative_binomial(level / (phi - 1), 1 / phi, (150, 2000)).astype(np.float64)
    alarms = course(counts, np.full(counts.shape, level), phi, every=200).alarm.sum()
    assert counts.size / alarms == pytest.approx(200, rel=0.15)


def test_rarer_false_alarms_need_a_higher_threshold() -> None:
    levels = np.array([0.1, 1.0, 10.0])
    limits = [thresholds(levels, 1.5, every) for every in (100, 200, 500, 1000)]
    assert all((np.diff([side[at] for side in limits], axis=0) > 0).all() for at in (0, 1))
    one_sided = thresholds(5.0, 1.5, 500, "rise")
    assert one_sided[0] == pytest.approx(thresholds(5.0, 1.5, 250)[0])
    assert one_sided[1] == np.inf


def test_at_one_event_a_week_nothing_is_fast() -> None:
    delay = slowest(1)
    assert 20 < delay.median < 40
    assert delay == slowest(1)
    said = f"a rise of 50% is found within {delay.median:.0f} weeks in half of all cases."
    assert delay_sentence(delay, "en") == f"At one event a week nothing is fast: {said}"
    assert delay_sentence(slowest(20), "sv").startswith("Vid 20 händelser i veckan: en ökning med 50 % upptäcks")
    rare = slowest(0.1, window=MONTHS)
    assert delay_sentence(rare, "sv", "month").endswith("upptäcks oftast inte inom 48 månader.")


def test_the_sentence_says_since_when_how_much_and_how_often_chance_does_it() -> None:
    means = np.full((1, 100), 10.0)
    rise, fall, large = means.copy(), means.copy(), means.copy()
    rise[0, 90:], fall[0, 90:], large[0, 90:] = 18, 3, 32
    up, down, times = (look(counts, means, 1.0) for counts in (rise, fall, large))
    assert sentence(up, 0, PERIODS, "sv").startswith(
        "Sedan 2024-07 omkring 80 % fler händelser än väntat, troligen mellan"
    )
    assert sentence(up, 0, PERIODS, "en").endswith("; chance gives such a flag once in 500 periods.")
    assert "70% fewer events than expected" in sentence(down, 0, PERIODS, "en")
    assert "omkring 3,2 gånger så många händelser" in sentence(times, 0, PERIODS, "sv")
    assert sentence(look(means, means, 1.0), 0, PERIODS, "en") == "No lasting change to be seen."
    assert sentence(look(means, means, 1.0, since=100), 0, PERIODS, "sv").startswith("Bedöms inte")


def test_what_cannot_be_is_refused() -> None:
    counts, means = series(5, 20), np.full((1, 20), 5.0)
    with pytest.raises(ValueError, match="series × periods"):
        look(counts, means[:, :10], 1.0)
    with pytest.raises(ValueError, match="above 0"):
        look(counts, 0 * means, 1.0)
    with pytest.raises(ValueError, match="from 0 up"):
        look(-counts - 1, means, 1.0)
    with pytest.raises(ValueError, match="phi is 1 or more"):
        look(counts, means, 0.9)
    with pytest.raises(ValueError, match="thresholds are known"):
        look(counts, means, 1.0, every=5000)
    with pytest.raises(ValueError, match="window"):
        look(counts, means, 1.0, window=0)


def test_an_estimate_lies_within_its_interval_and_where_nothing_was_expected_no_ratio_is_told() -> None:
    means = np.full((3, 60), 4.0)
    means[1] = 0.0005
    counts = np.zeros((3, 60))
    counts[1, -6:] = 2
    counts[2] = 40
    found = look(counts, means, 1.0, error=0.3)
    assert found.alarm.all()
    told = [0, 2]
    assert (found.low[told] <= found.factor[told]).all()
    assert (found.factor[told] <= found.high[told]).all()
    assert np.isnan([found.factor[1], found.low[1], found.high[1]]).all()
    said = sentence(found, 1, [f"2020-{n:02}" for n in range(60)], "en")
    assert "12 events where fewer than one was expected" in said
    assert "times as many" not in said
