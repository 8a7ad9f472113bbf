"""Sums of forecasts: they agree with their parts, and their intervals hold."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from forecasting import score
from forecasting.gamma_poisson import Floats, below_and_at
from forecasting.hierarchy import add_up
from forecasting.outlook import Outlook, forecast

MONTHS = [date(2010 + i // 12, i % 12 + 1, 1) for i in range(108)]
CITY = {"city": range(60)}
AREAS = {f"area {i}": range(12 * i, 12 * i + 12) for i in range(5)}


def outlook_of(counts: Floats, parents: list[str] | None = None) -> Outlook:
    return forecast(counts, 12, 12, parents or ["theft"] * len(counts), MONTHS[: counts.shape[1]])


def drifting(seed: int, periods: int = 108) -> Floats:
    """Sixty districts whose common level walks at random, and each district's own beside it."""
    rng = np.random.default_rng(seed)
    common = np.cumsum(rng.normal(0, 0.04, periods))
    own = np.cumsum(rng.normal(0, 0.02, (60, periods)), axis=1)
    return rng.poisson(4.0 * np.exp(common + own)).astype(np.float64)


def test_districts_add_up_to_areas_and_areas_to_the_city_to_the_last_event() -> None:
    outlook = outlook_of(drifting(1))
    city, areas = add_up(outlook, CITY), add_up(outlook, AREAS)
    assert areas.names == tuple(AREAS)
    assert areas.mean.sum(axis=0) == pytest.approx(city.mean[0], rel=1e-12)
    assert outlook.mean.sum(axis=0) == pytest.approx(city.mean[0], rel=1e-12)


def test_a_sum_of_one_is_that_one() -> None:
    outlook = outlook_of(drifting(2))
    alone = add_up(outlook, {"one": [7]})
    assert alone.mean[0] == pytest.approx(outlook.mean[7])
    assert alone.variance[0] == pytest.approx(outlook.variance[7])
    assert (alone.quantiles[0] == outlook.quantiles[7]).all()


def test_a_sum_is_more_certain_than_its_parts_in_step_and_less_than_its_parts_apart() -> None:
    outlook = outlook_of(drifting(3))
    city = add_up(outlook, CITY).variance[0]
    assert (city > outlook.variance.sum(axis=0)).all()
    assert (city < np.sqrt(outlook.variance).sum(axis=0) ** 2).all()


def test_the_interval_of_a_city_holds_although_its_districts_move_together() -> None:
    inside, apart = [], []
    for seed in range(20):
        counts = drifting(100 + seed)
        outlook = outlook_of(counts[:, :96])
        city, came = add_up(outlook, CITY), counts[:, 96:].sum(axis=0)
        inside.append(score.calibration(*below_and_at(came, city.mean[0], city.variance[0]))[1])
        apart.append(score.calibration(*below_and_at(came, city.mean[0], outlook.variance.sum(axis=0)))[1])
    assert 0.85 < np.mean(inside) <= 1
    assert np.mean(apart) < 0.7  # as if districts were independent


def test_the_order_of_parts_and_of_sums_changes_nothing() -> None:
    outlook = outlook_of(drifting(4))
    forth, back = add_up(outlook, {"a": [1, 2, 3], "b": [4]}), add_up(outlook, {"b": [4], "a": [3, 2, 1]})
    assert forth.mean == pytest.approx(back.mean[::-1])
    assert forth.variance == pytest.approx(back.variance[::-1])


def test_a_part_without_an_outlook_is_left_out_and_counted() -> None:
    counts = drifting(5)
    counts[3] = np.nan
    outlook = outlook_of(counts)
    sums = add_up(outlook, {"city": range(60), "nothing": [3]})
    assert sums.missing == (1, 1)
    assert sums.mean[0] == pytest.approx(np.nansum(outlook.mean, axis=0))
    assert np.isnan(sums.quantiles[1]).all()


def test_categories_that_move_together_make_the_city_less_certain() -> None:
    together = np.vstack([drifting(6)[:30] * 3, drifting(6)[30:] * 3])
    parents = ["theft"] * 30 + ["fraud"] * 30
    joined = add_up(outlook_of(together, parents), CITY).variance[0]
    outlook = outlook_of(together, parents)
    halves = add_up(outlook, {"theft": range(30), "fraud": range(30, 60)}).variance.sum(axis=0)
    assert (joined >= halves).all()
    assert (joined > 1.2 * halves).any()


def test_the_city_is_as_uncertain_as_its_own_history_says_also_when_a_category_has_ended() -> None:
    counts = np.vstack([drifting(9), 50.0 + drifting(10)[:5]])
    counts[60:, 50:] = 0.0
    parents = ["theft"] * 30 + ["fraud"] * 30 + ["ended"] * 5
    outlook = outlook_of(counts, parents)
    total = outlook_of(counts[:60].sum(axis=0, keepdims=True))
    city = add_up(outlook, {"city": range(65)})
    assert (outlook.together > 0.5).all()
    assert city.mean[0] == pytest.approx(total.mean[0], rel=0.1)
    assert np.sqrt(city.variance[0]) == pytest.approx(np.sqrt(total.variance[0]), rel=0.35)


@pytest.mark.parametrize(
    ("parts", "said"), [({"a": []}, "no series"), ({"a": [60]}, "not there"), ({"a": [1, 1]}, "twice")]
)
def test_a_sum_that_makes_no_sense_is_refused(parts: dict[str, list[int]], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        add_up(outlook_of(drifting(7)), parts)


def test_no_sums_are_no_sums() -> None:
    assert add_up(outlook_of(drifting(8)), {}).mean.shape == (0, 12)
