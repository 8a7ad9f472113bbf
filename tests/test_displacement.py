"""Did it move next door: where all of it moved, none of it, or it cannot be told."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from forecasting.comparison import Contrast
from forecasting.displacement import displacement
from forecasting.effect import estimate
from forecasting.placebo import Scale, judge
from tests.proof.effects import World

Floats = NDArray[np.float64]
PART = np.array([1.0, 0.3, 0.25])


def one(observed: float, expected: float, events: float) -> Contrast:
    return Contrast(np.array([observed]), np.array([expected]), np.array([1 / events]))


def city(seed: int = 1) -> Floats:
    return World(trend=0.01, wander=0.03).counts(40, 16, np.random.default_rng(seed))


def test_what_leaves_the_district_and_arrives_next_door_is_all_of_it() -> None:
    found = displacement(one(300, 500, 1500), one(1200, 1000, 3000), one(1500, 1500, 4500), Scale(1, 0, 60), PART)
    assert found.quotient == pytest.approx(-1)
    assert found.quotient_lower is not None
    assert found.quotient_upper is not None
    assert found.quotient_lower < -1 < found.quotient_upper < 0
    assert found.events == pytest.approx(0, abs=1)
    assert found.lower < 0 < found.upper
    assert found.neighbours.lower > 0


def test_what_does_not_arrive_next_door_is_gained() -> None:
    found = displacement(one(300, 500, 1500), one(1000, 1000, 3000), one(1300, 1500, 4500), Scale(1, 0, 60), PART)
    assert found.quotient == pytest.approx(0)
    assert found.events == pytest.approx(-200, abs=1)
    assert found.lower < -200 < found.upper < 0
    assert found.neighbours.lower < 0 < found.neighbours.upper


def test_there_is_no_quotient_of_a_change_that_is_not_clear() -> None:
    found = displacement(one(480, 500, 1500), one(1100, 1000, 3000), one(1580, 1500, 4500), Scale(1, 0.01, 60), PART)
    assert (found.quotient, found.quotient_lower, found.quotient_upper) == (None, None, None)


def test_the_interval_of_the_quotient_is_that_of_drawn_ratios() -> None:
    rng, of = np.random.default_rng(1), Scale(1.0, 0.002, 10**6)
    district, neighbours = one(300, 500, 1500), one(1150, 1000, 3000)
    found = displacement(district, neighbours, one(1450, 1500, 4500), of, PART)
    below = rng.normal(-200, np.sqrt(300.5 + 500**2 * (1 / 1500 + 0.002)), 200_000)
    above = rng.normal(150, np.sqrt(1150.5 + 1000**2 * (1 / 3000 + 0.3 * 0.002)), 200_000)
    lower, upper = np.quantile(above / below, [0.025, 0.975])
    assert found.quotient_lower == pytest.approx(lower, rel=0.03)
    assert found.quotient_upper == pytest.approx(upper, abs=0.03)


def test_noise_that_placebos_show_widens_what_is_said_of_district_and_neighbours() -> None:
    contrasts = one(300, 500, 1500), one(1000, 1000, 3000), one(1300, 1500, 4500)
    narrow, wide = (displacement(*contrasts, Scale(1, noise, 60), PART) for noise in (0.0, 0.05))
    assert wide.upper - wide.lower > 1.5 * (narrow.upper - narrow.lower)
    assert narrow.neighbours == judge(contrasts[1], Scale(1, 0.0, 60), 0.3)


def test_half_of_what_left_is_found_next_door() -> None:
    counts = city()
    left = np.floor(counts[0, 60:] / 2)
    counts[0, 60:] -= left
    counts[1, 60:] += np.floor(left / 2)
    found = estimate(counts, 0, 60, neighbours=(1,)).displacement
    assert found is not None
    assert found.quotient is not None
    assert found.quotient_lower is not None
    assert found.quotient_upper is not None
    assert found.quotient_lower < -0.5 < found.quotient_upper
    assert found.neighbours.change > 0
    assert found.lower < -left.sum() / 2 < found.upper


def test_neighbours_are_not_compared_with_and_change_nothing_else() -> None:
    counts = city(2)
    near, apart = estimate(counts, 0, 60, neighbours=(1, 2)), estimate(counts, 0, 60, excluded=(1, 2))
    assert near.comparisons == apart.comparisons == tuple(range(3, 16))
    assert near.combined is not None
    assert apart.combined is not None
    assert near.combined.change == pytest.approx(apart.combined.change, rel=1e-9)
    assert near.combined.error == pytest.approx(apart.combined.error, rel=1e-9)
    assert apart.displacement is None


@pytest.mark.parametrize("count", [0.0, np.nan])
def test_neighbours_without_events_or_figures_are_said_to_tell_nothing(count: float) -> None:
    counts = city(3)
    counts[1] = count
    effect = estimate(counts, 0, 60, neighbours=(1,))
    assert effect.displacement is None
    assert effect.reasons == ("neighbours-no-events",)
    assert effect.combined is not None
