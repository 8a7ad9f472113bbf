"""What nobody reported is missing: before the first event, in a silence that chance does not explain, in a halt."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from forecasting.coverage import coverage, halted_days, silences

Floats = NDArray[np.float64]
NAMES = [f"d{n}" for n in range(10)]


def city(seed: int = 1, mean: float = 5.0, weeks: int = 260) -> Floats:
    return np.random.default_rng(seed).poisson(mean, (10, weeks)).astype(np.float64)


def test_before_its_first_event_a_district_of_a_source_of_incidents_is_missing_and_no_zero() -> None:
    counts = city()
    counts[3, :200] = 0
    found = coverage(counts, NAMES, ["theft"] * 10, 52, incidents=True)
    assert np.isnan(found.counts[3, :200]).all()
    assert not np.isnan(found.counts[3, 200:]).any()
    assert not np.isnan(np.delete(found.counts, 3, axis=0)).any()


def test_so_is_a_category_that_was_not_recorded_yet() -> None:
    counts = city()
    counts[5:, :100] = 0
    found = coverage(counts, [*NAMES[:5], *NAMES[:5]], ["theft"] * 5 + ["fraud"] * 5, 52, incidents=True)
    assert np.isnan(found.counts[5:, :100]).all()
    assert not np.isnan(found.counts[:5]).any()


def test_a_district_that_ends_is_silent_from_its_last_event_on() -> None:
    counts = city()
    counts[3, 200:] = 0
    found = coverage(counts, NAMES, ["theft"] * 10, 52)
    assert found.silent[3].tolist() == [False] * 200 + [True] * 60
    assert np.isnan(found.counts[3, 200:]).all()
    assert not found.silent[np.arange(10) != 3].any()
    assert not found.halted.any()


def test_a_district_with_an_event_of_any_kind_is_not_silent() -> None:
    counts = city()
    counts[0, 200:] = 0
    found = coverage(counts, ["d0", *NAMES[:9]], ["theft"] + ["fraud"] * 9, 52)
    assert not found.silent.any()


def test_a_rare_event_that_stays_away_as_long_as_chance_allows_is_none_and_not_missing() -> None:
    counts = city()
    counts[3] = 0
    counts[3, :240:30] = 1
    assert not coverage(counts, NAMES, ["theft"] * 10, 52).silent.any()


def test_a_week_without_anything_is_a_halt_and_so_is_one_with_next_to_nothing() -> None:
    counts = city()
    counts[:, 250], counts[:, 251] = 0, 0
    counts[4, 251] = 2
    found = coverage(counts, NAMES, ["theft"] * 10, 52)
    assert np.flatnonzero(found.halted).tolist() == [250, 251]
    assert np.isnan(found.counts[:, 250:252]).all()
    assert not found.silent.any()


def test_a_city_that_has_half_as_much_as_usual_is_no_halt() -> None:
    counts = city()
    counts[:, -10:] = np.random.default_rng(2).poisson(2.5, (10, 10))
    assert not coverage(counts, NAMES, ["theft"] * 10, 52).halted.any()


def test_a_last_week_of_which_little_is_known_by_now_is_no_halt() -> None:
    counts = city()
    counts[:, -1] = np.random.default_rng(2).poisson(0.5, 10)
    assert coverage(counts, NAMES, ["theft"] * 10, 52).halted[-1]
    assert not coverage(counts, NAMES, ["theft"] * 10, 52, complete=0.1).halted.any()


def test_chance_alone_is_hardly_ever_called_a_silence() -> None:
    rng, cells = np.random.default_rng(3), 0
    for _ in range(5):
        means = rng.gamma(1, 3, (40, 1)) * np.exp(0.15 * rng.standard_normal(520))
        found = coverage(rng.negative_binomial(means, 0.5).astype(float), [str(n) for n in range(40)], ["c"] * 40, 52)
        assert not found.halted.any()
        cells += int(found.silent.sum())
    assert cells < 0.002 * 5 * 40 * 520


def test_days_of_a_halt_are_found_whatever_day_of_the_week_things_are_dated_on() -> None:
    daily = np.random.default_rng(4).poisson(11, 1000).astype(np.float64)
    daily[600:630] = 0
    everywhere = np.ones(1000, dtype=np.bool_)
    assert np.flatnonzero(halted_days(daily, everywhere)).tolist() == list(range(600, 630))
    mondays = np.zeros(1000)
    mondays[::7] = 3000
    assert not halted_days(mondays, everywhere).any()


@pytest.mark.parametrize("days", [3, 6])
def test_the_latest_days_may_still_be_reported(days: int) -> None:
    daily = np.random.default_rng(4).poisson(11, 1000).astype(np.float64)
    daily[-days:] = 0
    assert not halted_days(daily, np.ones(1000, dtype=np.bool_)).any()


def test_what_is_not_known_is_no_silence() -> None:
    counts, exposure = np.full(300, 5.0), np.ones(300)
    counts[200:210], exposure[200:210] = 0, 0
    assert not silences(counts, exposure, 52).any()
