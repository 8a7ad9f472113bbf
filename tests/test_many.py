"""Which of many series to flag."""

from __future__ import annotations

import math

import numpy as np
import pytest
from statsmodels.stats.multitest import multipletests

from forecasting.many import benjamini_hochberg, choose, unexplained


@pytest.mark.parametrize("share", [0.05, 0.1, 0.2])
def test_the_discoveries_are_those_of_the_library(share: float) -> None:
    rng = np.random.default_rng(2)
    for _ in range(50):
        p = np.where(rng.random(200) < 0.1, rng.beta(0.1, 5, 200), rng.random(200))
        np.testing.assert_array_equal(benjamini_hochberg(p, share), multipletests(p, share, method="fdr_bh")[0])


def test_what_was_not_looked_at_is_no_discovery_and_does_not_count() -> None:
    p = np.array([0.04, math.nan, 0.9])
    assert benjamini_hochberg(p, 0.1).tolist() == [True, False, False]
    assert benjamini_hochberg(np.full(3, math.nan), 0.1).tolist() == [False] * 3


def test_rises_and_falls_are_families_of_their_own() -> None:
    rise, fall = np.array([0.001, 0.5, 0.999]), np.array([0.999, 0.5, 0.002])
    chosen = choose(rise, fall, np.zeros(3), 0.1, 10)
    assert chosen.flagged.tolist() == [True, False, True]
    assert chosen.expected_false == pytest.approx(0.2)


def test_of_more_than_the_budget_the_most_surprising_are_flagged() -> None:
    rise = np.array([0.001, 0.0001, 0.0001, 0.002])
    chosen = choose(rise, 1 - rise, np.array([2.0, 3.0, 4.0, 9.0]), 0.1, 2)
    assert chosen.flagged.tolist() == [False, True, True, False]
    assert chosen.over_budget.tolist() == [True, False, False, True]


def test_among_nothing_but_chance_a_flag_is_as_rare_as_the_false_share_says() -> None:
    rng = np.random.default_rng(5)
    any_flag = [benjamini_hochberg(rng.random(300), 0.1).any() for _ in range(2000)]
    assert 0.08 < np.mean(any_flag) < 0.12


def test_a_sum_is_told_only_when_no_part_of_it_goes_the_same_way() -> None:
    up, down = np.array([True, False, False]), np.array([False, False, True])
    told = unexplained(
        np.array([True, True, False]), np.array([False, False, True]), [(0, 1), (1, 2), (0, 1)], up, down
    )
    assert told.tolist() == [False, True, True]
