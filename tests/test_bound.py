"""Bounds and probabilities of counts."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasting.bound import count_bound, power_bound

MEANS = st.floats(1e-12, 1e4)
DISPERSIONS = st.one_of(st.just(1.0), st.floats(1.001, 50))


def poisson_up_to(count: int, mean: float) -> float:
    return sum(math.exp(-mean + i * math.log(mean) - math.lgamma(i + 1)) for i in range(count + 1))


def test_at_dispersion_one_counts_are_poisson() -> None:
    bound, p = count_bound(9, 4.3, 1.0, 0.005)
    assert poisson_up_to(int(bound), 4.3) >= 0.995 > poisson_up_to(int(bound) - 1, 4.3)
    assert p == pytest.approx(1 - poisson_up_to(8, 4.3))


def test_a_negative_binomial_of_size_one_is_geometric() -> None:
    mean, phi = 3.0, 4.0  # size mean / (phi - 1) = 1
    bound, p = count_bound(10, mean, phi, 0.01)
    assert p == pytest.approx(0.75**10)
    assert bound == math.ceil(math.log(0.01) / math.log(0.75)) - 1


@given(MEANS, DISPERSIONS, st.sampled_from([0.05, 0.005]))
def test_the_bound_is_the_smallest_count_exceeded_with_at_most_that_probability(
    mean: float, phi: float, alpha: float
) -> None:
    bound, _ = count_bound(None, mean, phi, alpha)
    assert bound >= 0
    _, beyond = count_bound(bound + 1, mean, phi, alpha)
    _, at = count_bound(bound, mean, phi, alpha)
    assert beyond is not None
    assert at is not None
    assert beyond <= alpha
    assert at > alpha or bound == 0


def test_a_mean_beyond_all_counting_has_a_bound_too() -> None:
    for phi in (1.0, 3.0):
        bound, p = count_bound(2, 1e40, phi, 0.005)
        assert bound == pytest.approx(1e40)
        assert p == 1


def test_the_probability_of_none_or_more_is_one() -> None:
    assert count_bound(0, 0.4, 1.7, 0.005)[1] == 1


def test_without_transformation_the_bound_is_that_of_a_normal_count() -> None:
    bound, p = power_bound(10, 10, error=1.0, phi=1.5, exponent=1, alpha=0.025)
    assert bound == pytest.approx(10 + 1.959964 * math.sqrt(10 * 1.5 + 1))
    assert p == pytest.approx(0.5)


@pytest.mark.parametrize("exponent", [2 / 3, 1 / 2])
def test_a_transformed_bound_is_higher_for_a_less_certain_mean(exponent: float) -> None:
    sure, _ = power_bound(10, 10, error=0.5, phi=1.5, exponent=exponent, alpha=0.005)
    unsure, _ = power_bound(10, 10, error=2.0, phi=1.5, exponent=exponent, alpha=0.005)
    assert 10 < sure < unsure
