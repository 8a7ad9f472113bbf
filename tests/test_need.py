"""Need beside hours: expected harm with its interval, and differences of shares that claim only what they can."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from forecasting.need import Balance, Compared, balance, sentence, variance

Floats = NDArray[np.float64]
LEVELS = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
NAMES = ("Centrum", "Råby", "Bäckby", "Viksäng")


def forecast(mean: Floats, size: float = 5.0) -> tuple[Floats, Floats]:
    """A mean (D × C × H) and the quantiles of negative binomials around it."""
    probability = size / (size + np.maximum(mean, 1e-9))
    return mean, np.stack([stats.nbinom.ppf(level, size, probability) for level in LEVELS], axis=-1)


def flat(*means: float, categories: int = 1, steps: int = 3) -> Floats:
    """The same mean at each step and in each category, a district for each."""
    return np.broadcast_to(np.array(means)[:, None, None], (len(means), categories, steps)).astype(np.float64)


def found(mean: Floats, hours: Any, seed: int = 1, **more: Any) -> Balance:
    given = np.asarray(hours, dtype=np.float64)
    return balance(*forecast(mean), LEVELS, given, given, np.random.default_rng(seed), **more)


def side(of: Balance, i: int) -> Compared:
    compared = of.districts[i].spent
    assert compared is not None
    return compared


def test_the_variance_is_that_of_a_normal_forecast_exactly() -> None:
    quantiles = stats.norm.ppf(LEVELS, 100, 12)
    assert variance(quantiles, np.array(LEVELS), np.array(100.0)) == pytest.approx(144)


@pytest.mark.parametrize("levels", [LEVELS, (0.025, 0.5, 0.975)])
@pytest.mark.parametrize("size", [2.0, 10.0, 1e6])
@pytest.mark.parametrize("mean", [3.0, 10.0, 40.0])
def test_the_variance_of_counts_is_near_the_true_one(mean: float, size: float, levels: tuple[float, ...]) -> None:
    quantiles = stats.nbinom.ppf(levels, size, size / (size + mean))
    true = mean + mean**2 / size
    assert mean <= variance(quantiles, np.array(levels), np.array(mean)) == pytest.approx(true, rel=0.16)


def test_the_expected_need_is_the_means_times_the_weights() -> None:
    mean = np.random.default_rng(3).gamma(2, 2, (4, 3, 6))
    weights = np.array([330.0, 5.0, 0.0])
    result = found(mean, [1, 1, 1, 1], weights=weights)
    assert [each.expected for each in result.districts] == pytest.approx(list(mean.sum(axis=2) @ weights))
    assert [each.events for each in result.districts] == pytest.approx(list(mean[:, :2].sum(axis=(1, 2))))
    assert sum(each.share or 0 for each in result.districts) == pytest.approx(1)
    assert (result.weighted, result.left_out) == (True, ())


def test_without_weights_events_are_counted() -> None:
    plain, ones = found(flat(4, 9, categories=2), [1, 1]), found(flat(4, 9, categories=2), [1, 1], weights=np.ones(2))
    assert plain.districts == ones.districts
    assert (plain.weighted, plain.districts[0].expected) == (False, 24)


def test_the_interval_is_that_of_the_total() -> None:
    """One step of negative binomials: the interval is the distribution's own; several steps share their doubt."""
    result = found(flat(20, 60, steps=1), [1, 1], draws=40_000)
    for each, mean in zip(result.districts, (20, 60), strict=True):
        limits = stats.nbinom.ppf([0.025, 0.975], 5, 5 / (5 + mean))
        assert (each.lower, each.upper) == pytest.approx(tuple(limits), rel=0.12)
    several = found(flat(20, 60, steps=4), [1, 1], draws=40_000).districts[0]
    limits = stats.nbinom.ppf([0.025, 0.975], 5, 5 / (5 + 80))
    assert (several.lower, several.upper) == pytest.approx(tuple(limits), rel=0.12)


def test_hours_that_follow_the_need_are_never_called_wrong() -> None:
    means = (3.0, 8.0, 20.0, 50.0)
    for seed in range(20):
        result = found(flat(*means), means, seed)
        assert not any(side(result, i).clear for i in range(4))
        assert all(abs(side(result, i).difference) < 1e-12 for i in range(4))


def test_a_large_difference_is_found_on_both_sides() -> None:
    result = found(flat(20, 80, 20, 20, categories=6, steps=6), [100, 100, 300, 100])
    assert [side(result, i).clear for i in range(4)] == [False, True, True, False]
    assert (side(result, 1).need, side(result, 1).hours) == pytest.approx((80 / 140, 1 / 6))
    assert side(result, 1).difference > 0 > side(result, 2).difference


def test_the_intervals_hold_for_all_districts_at_once() -> None:
    """What comes lies within every district's interval in 95 of 100 worlds."""
    random, mean = np.random.default_rng(11), flat(2, 4, 8, 16, 16, 30, categories=3, steps=1)
    weights, size, inside, worlds = np.array([1.0, 5.0, 25.0]), 5.0, 0, 3000
    result = found(mean, np.ones(6), weights=weights, draws=10_000)
    limits = np.array([(side(result, i).lower, side(result, i).upper) for i in range(6)]) + 1 / 6
    for _ in range(worlds):
        need = random.negative_binomial(size, size / (size + mean[:, :, 0])) @ weights
        share = need / need.sum()
        inside += bool(((limits[:, 0] <= share) & (share <= limits[:, 1])).all())
    assert inside / worlds == pytest.approx(0.95, abs=0.02)


def test_a_category_without_weight_is_left_out_everywhere() -> None:
    mean = flat(5, 10, categories=2)
    mean[0, 1] = np.nan
    result = found(mean, [1, 1], weights=np.array([2.0, np.nan]))
    assert result.left_out == (1,)
    assert [each.expected for each in result.districts] == [30, 60]
    assert "Kategorier utan vikt (1) är inte med." in sentence(result, NAMES[:2], "spent", "sv")


def test_a_district_without_forecast_or_hours_is_missing_and_not_zero() -> None:
    mean = flat(5, 10, 20, 20)
    mean[0, 0, 1] = np.nan
    quantiles = forecast(np.nan_to_num(mean))[1]
    quantiles[0] = np.nan
    planned, spent = np.array([10.0, 10, 10, 10]), np.array([5.0, np.nan, 10, 10])
    result = balance(mean, quantiles, LEVELS, planned, spent, np.random.default_rng(1))
    first, second, third, _ = result.districts
    assert (first.expected, first.planned, first.planned_hours, first.reasons) == (None, None, 10, ("no-forecast",))
    assert (second.spent, second.spent_hours, second.reasons) == (None, None, ("no-spent-hours",))
    assert second.planned is not None
    assert second.planned.hours == pytest.approx(1 / 3)
    assert third.spent is not None
    assert (third.spent.hours, third.spent.need, third.share) == pytest.approx((0.5, 0.5, 0.4))
    assert sentence(result, NAMES, "spent", "en").endswith("2 of 4 districts can be compared.")


@pytest.mark.parametrize(
    ("means", "hours", "reason"),
    [
        ((5, 10), (0, 0), "no-spent-hours"),
        ((5, 10), (np.nan, np.nan), "no-spent-hours"),
        ((5, 10), (7, np.nan), "one-district"),
        ((0.01, 0.02), (7, 7), "too-few-events"),
        ((0, 0), (7, 7), "too-few-events"),
    ],
)
def test_what_cannot_be_compared_says_why(means: Any, hours: Any, reason: str) -> None:
    result = found(flat(*means), hours)
    assert result.districts[0].spent is None
    assert reason in result.districts[0].reasons
    why = {
        "no-spent-hours": "no such hours are recorded in the districts",
        "one-district": "there is but one district with both a forecast and hours",
        "too-few-events": "too few events are expected to be shared out",
    }[reason]
    assert sentence(result, NAMES[:2], "spent", "en") == f"The need cannot be compared with the spent hours: {why}."


def test_of_next_to_nothing_no_share_is_told() -> None:
    assert {each.share for each in found(flat(0.001, 0.002), (7, 7)).districts} == {None}


def test_the_same_seed_gives_the_same_bytes() -> None:
    mean = flat(5, 10, 20, categories=4)
    assert repr(found(mean, [1, 2, 3], 9)) == repr(found(mean, [1, 2, 3], 9))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"quantiles": np.ones((2, 1, 3, 6))}, "do not fit quantiles"),
        ({"levels": (0.5, 0.1, 0.2, 0.3, 0.4, 0.6, 0.7)}, "rise between 0 and 1"),
        ({"planned": np.ones(3)}, "hours for 2 districts"),
        ({"spent": np.array([-1.0, 1.0])}, "cannot be negative"),
        ({"weights": np.array([0.0])}, "must weigh something"),
    ],
)
def test_bad_input_is_refused_with_a_sentence(changes: dict[str, Any], why: str) -> None:
    mean, quantiles = forecast(flat(5, 10))
    given: dict[str, Any] = {"mean": mean, "quantiles": quantiles, "levels": LEVELS}
    given |= {"planned": np.ones(2), "spent": np.ones(2), "random": np.random.default_rng(1)}
    with pytest.raises(ValueError, match=why):
        balance(**given | changes)


def test_the_sentence_names_where_need_and_hours_differ_most() -> None:
    result = found(flat(20, 80, 20, 20, categories=6, steps=6), [100, 100, 300, 100], weights=np.ones(6))
    sv, en = (sentence(result, NAMES, "spent", language) for language in ("sv", "en"))
    assert sv.startswith("Råby har 57.1 procent".replace(".", ","))
    assert "16,7 procent av de nedlagda timmarna (skillnad +40,5 procentenheter, 95-procentigt intervall +" in sv
    assert " Bäckby har 14,3 procent av det väntade behovet (14,3 procent av antalet händelser) och 50 procent" in sv
    assert sv.endswith("Behovet är väntade händelser vägda efter skada.")
    assert (
        "Råby has 57.1 per cent of the expected need (57.1 per cent of the number of events) and 16.7 per cent of" in en
    )


def test_the_sentence_claims_nothing_when_the_interval_leaves_it_open() -> None:
    result = found(flat(4, 6), [10, 11])
    assert sentence(result, NAMES[:2], "planned", "sv").startswith(
        "Inget områdes andel av de planerade timmarna skiljer sig tydligt från dess andel av det väntade behovet; "
        "störst är skillnaden i "
    )
    en = sentence(result, NAMES[:2], "planned", "en")
    assert en.startswith("No district's share of the planned hours differs clearly")
    assert en.endswith("The need is the number of events expected, each counted as one.")


def test_one_clear_difference_is_said_once() -> None:
    only = Compared(need=0.5, hours=0.1, events=0.5, difference=0.4, lower=0.2, upper=0.5, clear=True)
    result = found(flat(5, 10), [1, 1])
    told = Balance(tuple(type(each)(spent=only) for each in result.districts[:1]), weighted=False)
    assert sentence(told, ("Råby",), "spent", "en").count("Råby") == 1


def test_harm_stands_beside_the_count() -> None:
    """Few events that weigh much: the weighted share is not the share of events, and both are told."""
    mean = np.array([[[9.0], [1.0]], [[1.0], [9.0]]])
    result = found(mean, [1, 1], weights=np.array([1.0, 99.0]))
    assert (side(result, 0).need, side(result, 0).events) == pytest.approx((108 / 1000, 0.5))


def test_an_absurd_forecast_is_shared_out_like_any_other() -> None:
    mean = flat(5.0, 1e22)
    quantiles = np.stack([mean * level for level in LEVELS], axis=-1)
    result = balance(mean, quantiles, LEVELS, np.ones(2), np.ones(2), np.random.default_rng(1))
    assert result.districts[1].share == pytest.approx(1)
    assert (result.districts[0].upper or 0) < 40


def test_counts_too_large_to_draw_one_by_one_have_the_same_spread() -> None:
    result = found(flat(900_000.0, 1_100_000.0, steps=1), [1, 1])
    each = [((d.upper or 0) - (d.lower or 0)) / (d.expected or 1) for d in result.districts]
    assert each[1] == pytest.approx(each[0], rel=0.1)
