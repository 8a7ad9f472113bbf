"""The model card of a panel: what it scores, what it leaves out, and that it never looks ahead."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from forecasting.gamma_poisson import Floats
from forecasting.rolling_origin import Card, backtest, model_card

MONTHS = [date(2010 + i // 12, i % 12 + 1, 1) for i in range(108)]
SERIES = [(f"District {i // 3:02d}", ("theft", "burglary", "fraud")[i % 3]) for i in range(45)]


def counts(seed: int = 1) -> Floats:
    rng = np.random.default_rng(seed)
    means = rng.gamma(2.0, 2.0, (45, 1)) * np.exp(0.3 * np.cos(2 * np.pi * np.arange(108) / 12))
    return rng.negative_binomial(means / 0.4, 1 / 1.4).astype(np.float64)


def card_of(given: Floats, origins: tuple[int, ...] = (72, 84, 96)) -> Card:
    return backtest(given, 12, origins, SERIES, MONTHS)


def test_ours_is_better_than_the_dull_rivals_where_there_is_something_to_learn() -> None:
    card = card_of(counts())
    assert card.against_naive is not None
    assert card.against_mean is not None
    assert card.against_naive.low > 0.1
    assert card.against_mean.low > 0


def test_a_right_model_is_found_to_be_calibrated() -> None:
    card = card_of(counts(2))
    assert card.whole.within_95 == pytest.approx(0.95, abs=0.02)
    assert card.whole.within_80 == pytest.approx(0.80, abs=0.04)
    assert card.whole.over == pytest.approx(0.025, abs=0.015)
    assert card.histogram == pytest.approx([0.1] * 10, abs=0.03)


def test_a_rise_that_nobody_could_foresee_shows_as_counts_over_the_limit() -> None:
    given = counts(3)
    given[:, 96:] *= 3
    assert card_of(given, (96,)).whole.over > 0.3


def test_what_came_is_not_looked_at_before_it_is_scored() -> None:
    given = counts(4)
    other = given.copy()
    other[:, 84:] = 0.0
    assert card_of(given[:, :84], (72,)) == card_of(other[:, :84], (72,))
    assert card_of(given, (72,)) == card_of(other, (72,))


def test_every_cell_is_counted_once() -> None:
    card = card_of(counts(5), (72, 100))
    assert card.cells == 45 * 12 + 45 * 8  # of the second origin only eight months have come
    assert [each.label for each in card.by_horizon] == [str(ahead) for ahead in range(1, 13)]
    assert sum(each.series for each in card.by_category) == sum(each.series for each in card.by_district) == 45


def test_a_series_too_rare_is_left_out_and_counted() -> None:
    given = counts(6)
    given[4] = 0.0
    given[4, 3] = 1.0
    card = card_of(given)
    assert card.left_out == 1
    assert card.whole.series == 44


def test_a_missing_period_is_not_scored() -> None:
    given = counts(7)
    given[:, 75] = np.nan
    assert card_of(given, (72,)).cells == 45 * 11


def test_progress_is_told_and_the_card_is_the_same_every_time() -> None:
    told: list[tuple[int, int]] = []
    card = backtest(counts(8), 12, (84, 96), SERIES, MONTHS, progress=lambda done, whole: told.append((done, whole)))
    assert told == [(1, 2), (2, 2)]
    assert card == card_of(counts(8), (84, 96))


def test_the_card_can_be_read_in_both_languages() -> None:
    card = card_of(counts(9))
    english, swedish = model_card(card, "en"), model_card(card, "sv")
    assert len(english) == len(swedish) == 5 + 3 + 15
    assert "45 series tried at 3 times" in english[0]
    assert "45 serier prövade vid 3 tillfällen" in swedish[0]
    assert f"{card.whole.crps:.3f}" in english[1]
    assert f"{card.whole.crps:.3f}".replace(".", ",") in swedish[1]
    assert any(line.startswith("District 07: ") for line in swedish)


@pytest.mark.parametrize("origins", [(), (12,), (108,)])
def test_an_origin_with_nothing_before_or_after_it_is_refused(origins: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="origins lie between 13 and 107"):
        card_of(counts(10), origins)


def test_a_panel_of_nothing_but_rare_events_is_refused() -> None:
    with pytest.raises(ValueError, match="no series has"):
        card_of(np.zeros((45, 108)))
