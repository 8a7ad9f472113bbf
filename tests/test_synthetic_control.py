"""Synthetic control: against another way to the same least squares, and where the weights are known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import optimize

from forecasting.comparison import Windows, against
from forecasting.synthetic_control import _penalty, synthetic
from tests.proof.effects import World

Floats = NDArray[np.float64]
WINDOWS = Windows(slice(0, 30), slice(30, 36), slice(36, 48))
PARTS = WINDOWS.before, WINDOWS.after


def city(seed: int = 1, districts: int = 9) -> Floats:
    return World(wander=0.3).counts(20, districts, np.random.default_rng(seed))[:, :48]


def test_weights_are_those_of_a_general_optimiser() -> None:
    counts = city()
    donors, own = counts[1:] / counts[1:, :30].mean(axis=1, keepdims=True), counts[0] / counts[0, :30].mean()
    penalty = _penalty(donors[:, :30], 12)

    def misfit(weights: Floats) -> float:
        return float(np.sum((own[:30] - weights @ donors[:, :30]) ** 2) + penalty @ weights**2)

    together: Any = {"type": "eq", "fun": lambda weights: weights.sum() - 1}
    start, bounds = np.full(8, 1 / 8), [(0, 1)] * 8
    found = optimize.minimize(misfit, start, method="SLSQP", bounds=bounds, constraints=together, tol=1e-12)
    ours = synthetic(np.vstack([counts[1:], counts[:1]]), counts[1:], WINDOWS)
    assert ours.weights[-1] == pytest.approx(found.x, abs=2e-3)
    assert misfit(ours.weights[-1]) <= found.fun + 1e-4


def test_weights_are_shares_and_no_district_is_compared_with_itself() -> None:
    counts = city(2)
    found = synthetic(counts, counts[:-1], WINDOWS)
    assert found.weights.sum(axis=1) == pytest.approx(np.ones(9))
    assert found.weights.min() >= 0
    assert np.diag(found.weights).tolist() == [0.0] * 8


def test_a_district_that_went_as_one_other_leans_on_it_and_is_expected_to_go_on_so() -> None:
    time = np.arange(48.0)
    courses = [1 + 0.5 * np.sin(time / (3 + k)) for k in range(6)]
    donors = 1000 * np.array(courses)
    counts = np.vstack([donors, 50 * courses[2]])
    found = synthetic(counts, donors, WINDOWS)
    assert found.weights[-1].argmax() == 2
    truth, all_alike = 50 * courses[2][36:].sum(), against(counts[-1:], donors.sum(axis=0)[None], *PARTS).expected[0]
    assert abs(found.contrast.expected[-1] - truth) < abs(all_alike - truth) / 2


def test_a_missing_month_is_neither_matched_nor_expected() -> None:
    counts = city(3)
    counts[-1, [5, 40]] = np.nan
    whole, found = synthetic(city(3), counts[:-1], WINDOWS), synthetic(counts, counts[:-1], WINDOWS)
    assert found.contrast.observed[-1] == np.nansum(counts[-1, 36:])
    assert found.contrast.expected[-1] < whole.contrast.expected[-1]
    assert found.contrast.log_ratio[-1] == pytest.approx(whole.contrast.log_ratio[-1], abs=0.1)


def test_the_level_of_the_comparison_districts_does_not_matter() -> None:
    counts = city(4)
    larger = counts[:-1] * np.arange(1, 9)[:, None]
    one, other = synthetic(counts, counts[:-1], WINDOWS), synthetic(counts, larger, WINDOWS)
    assert other.contrast.expected[-1] == pytest.approx(one.contrast.expected[-1])
    assert other.misfit[-1] == pytest.approx(one.misfit[-1])
