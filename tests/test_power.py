"""How large an effect has to be to be found, said before an action starts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from forecasting.comparison import Contrast
from forecasting.placebo import Scale, detectable, judge, scale_of
from forecasting.power import minimum_detectable
from tests.proof.effects import World

Floats = NDArray[np.float64]


def city(mean: float = 10, seed: int = 1, districts: int = 20) -> Floats:
    return World().counts(mean, districts, np.random.default_rng(seed))


def test_a_fall_of_the_size_said_is_found_in_eighty_of_a_hundred_cases() -> None:
    rng, of, expected, events = np.random.default_rng(2), Scale(1.0, 0.0, 10**6), 120.0, 10**6
    fall = detectable(expected, 1 / events, of)
    assert fall is not None
    found = 0
    for observed in rng.poisson(expected * (1 - fall), 600):
        found += judge(Contrast(*(np.array([x]) for x in (float(observed), expected, 1 / events))), of).upper < 0
    assert 0.75 < found / 600 < 0.85


def test_without_placebo_noise_it_is_the_textbook_formula() -> None:
    fall = detectable(10_000.0, 1e-9, Scale(1.0, 0.0, 10**6))
    assert fall is not None
    assert -np.log1p(-fall) == pytest.approx((1.95996 + 0.84162) / 100, rel=0.02)  # two standard errors of 1/√expected


def test_rarer_events_and_fewer_months_need_a_larger_effect() -> None:
    def fall(mean: float, after: int = 12) -> float:
        falls = [minimum_detectable(city(mean, seed), 0, after).fall or 1.0 for seed in range(8)]
        return float(np.mean(falls))

    assert fall(40) < fall(8) < fall(2)
    assert fall(8, after=12) < fall(8, after=3)


def test_where_not_even_a_fall_by_ninety_nine_in_a_hundred_would_be_found_it_is_said() -> None:
    counts = city(30)
    counts[0] = 0
    counts[0, 40:45] = 1
    result = minimum_detectable(counts, 0, 3)
    assert result.fall is None
    assert result.reasons == ("not-found",)
    assert result.expected == pytest.approx(5 / 30 * 3)  # of the months before the latest six


@pytest.mark.parametrize(
    ("counts", "reason"),
    [
        (city()[:, :23], "short-history"),
        (city()[:5], "few-districts"),
        (np.where(np.arange(20)[:, None] == 0, 0, city()), "no-events"),
        (np.where(np.arange(20)[:, None] == 0, np.arange(72) == 50, city()), "few-events"),
    ],
)
def test_what_cannot_be_told_before_the_start_has_a_reason(counts: Floats, reason: str) -> None:
    result = minimum_detectable(counts, 0)
    assert result.fall is None
    assert result.reasons == (reason,)


def test_weeks_are_planned_with_like_months() -> None:
    weeks = np.random.default_rng(3).poisson(3.0, (15, 260)).astype(np.float64)
    result = minimum_detectable(weeks, 0, 52, freq=52)
    assert result.expected == pytest.approx(156, rel=0.2)
    assert result.fall is not None
    assert 0.15 < result.fall < 0.45


def test_what_cannot_be_asked_is_refused() -> None:
    with pytest.raises(ValueError, match="no district 20"):
        minimum_detectable(city(), 20)


# The error that placebo districts show


def test_the_heterogeneity_is_what_placebos_vary_beyond_their_counts() -> None:
    rng = np.random.default_rng(4)
    sampling = rng.uniform(0.01, 0.05, 20_000)
    of = scale_of(rng.normal(0, np.sqrt(sampling + 0.04)), sampling, 1.0)
    assert of.heterogeneity == pytest.approx(0.04, rel=0.05)


def test_placebos_that_vary_less_than_their_counts_have_no_heterogeneity() -> None:
    of = scale_of(np.full(10, 0.01), np.full(10, 0.04), 1.3)
    assert (of.dispersion, of.heterogeneity, of.freedom) == (1.3, 0.0, 9)


@pytest.mark.parametrize("scale", [Scale(1.0, 0.0, 5), Scale(3.0, 0.5, 30)])
def test_an_interval_has_the_change_within_and_p_says_the_same(scale: Scale) -> None:
    arguments: Any = (np.array([30.0]), np.array([60.0]), np.array([0.01]))
    found = judge(Contrast(*arguments), scale)
    assert found.lower < found.change < found.upper
    assert found.change == pytest.approx(30.5 / 60.5 - 1)
    assert (found.p < 0.05) == (found.upper < 0)
