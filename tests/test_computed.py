"""Effects and model cards: computed elsewhere, recorded as facts, each question answered once."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest
from pydantic import ValidationError

from domain import computed
from domain.computed import (
    BacktestMade,
    Calibration,
    EffectEstimated,
    EffectFigures,
    Effects,
    ModelCards,
    Verdicts,
    verdicts_on,
)
from domain.signal import Judge, Signal
from forecasting import displacement, effect, placebo, regression_to_mean
from tests.given import (
    ASSESS,
    COMMITTED,
    EXTRACT,
    FEWER,
    FOUNDED,
    RECORD_BACKTEST,
    RECORD_EFFECT,
    SIGNAL,
    START,
    but,
    day,
    given,
)

STARTED = (*COMMITTED, START)


def test_an_effect_is_recorded_with_all_that_stands_beside_it() -> None:
    scene = given(*STARTED).when(RECORD_EFFECT)
    estimated = EffectEstimated(**RECORD_EFFECT.model_dump(exclude={"action"}))
    scene.then(("effect-vandringar", estimated))
    assert scene.now(Effects, "vandringar").estimates == (estimated,)


def test_the_same_question_is_answered_once() -> None:
    scene = given(*STARTED, RECORD_EFFECT)
    scene.when(but(RECORD_EFFECT, data_gsn=60)).then_refused("already-estimated")
    scene.when(but(RECORD_EFFECT, last="2020-09")).then_accepted()
    scene.when(but(RECORD_EFFECT, method="effect 2")).then_accepted()
    assert len(scene.now(Effects, "vandringar").estimates) == 3


def test_an_action_that_has_not_started_has_no_effect() -> None:
    given(*COMMITTED).when(RECORD_EFFECT).then_refused("not-started")


def test_an_effect_is_counted_from_the_start() -> None:
    given(*STARTED).when(but(RECORD_EFFECT, first="2020-02")).then_refused("before-its-start")


def test_an_effect_is_of_periods_that_are_over_and_of_what_exists() -> None:
    given(*STARTED).on("2020-08-30").when(RECORD_EFFECT).then_refused("date-in-future")
    given(*STARTED).when(but(RECORD_EFFECT, action="ljus")).then_refused("not-found")
    given(*STARTED).when(but(RECORD_EFFECT, source="okand")).then_refused("not-found")


@pytest.mark.parametrize("last", ["2020-02", "2020-W40"])
@pytest.mark.parametrize(
    "command", [but(RECORD_EFFECT, first="2020-03"), but(RECORD_BACKTEST, first="2020-03", last="2020-03")]
)
def test_the_last_period_is_not_before_the_first_nor_of_another_kind(command: Any, last: str) -> None:
    with pytest.raises(ValidationError, match="last does not come before first"):
        but(command, last=last)


def test_an_effect_without_an_estimate_says_why() -> None:
    with pytest.raises(ValidationError, match="the reasons say why"):
        but(RECORD_EFFECT.figures, combined=None, reasons=())
    none = but(RECORD_EFFECT.figures, combined=None, difference=None, reasons=("few-districts",))
    given(*STARTED).when(but(RECORD_EFFECT, figures=none)).then_accepted()


def test_a_change_lies_within_its_interval() -> None:
    with pytest.raises(ValidationError, match="between lower and upper"):
        but(FEWER, upper=-0.3)


@pytest.mark.parametrize(
    ("fact", "figure"),
    [
        (computed.Trend, effect.Trend),
        (computed.Estimate, placebo.Estimate),
        (computed.Displacement, displacement.Displacement),
        (computed.Regression, regression_to_mean.Regression),
    ],
)
def test_the_fact_holds_every_figure_of_the_calculation(fact: Any, figure: Any) -> None:
    assert set(fact.model_fields) == {each.name for each in fields(figure)}


def test_the_fact_names_districts_where_the_calculation_counts_rows() -> None:
    """Which district was treated and how often it was counted stand in the event: `districts`, `first` and `last`."""
    figures = {each.name for each in fields(effect.Effect)} - {"treated", "freq"}
    assert set(EffectFigures.model_fields) == figures


def test_a_model_card_is_recorded_for_its_source() -> None:
    scene = given(*FOUNDED).when(RECORD_BACKTEST)
    made = BacktestMade(**RECORD_BACKTEST.model_dump(exclude={"source"}))
    scene.then((f"backtest-{EXTRACT}", made))
    assert scene.now(ModelCards, EXTRACT).cards == (made,)


def test_a_source_is_tried_once_on_the_same_data() -> None:
    scene = given(*FOUNDED, RECORD_BACKTEST)
    scene.when(RECORD_BACKTEST).then_refused("already-tried")
    scene.when(but(RECORD_BACKTEST, data_gsn=12)).then_accepted()
    assert len(scene.now(ModelCards, EXTRACT).cards) == 2


def test_a_source_is_tried_on_periods_that_are_over_and_if_it_exists() -> None:
    given(*FOUNDED).on("2020-01-30").when(RECORD_BACKTEST).then_refused("date-in-future")
    given().when(RECORD_BACKTEST).then_refused("not-found")


def test_the_columns_of_a_model_card_are_equally_long() -> None:
    with pytest.raises(ValidationError, match="equally long"):
        Calibration(level=(0.8, 0.95), covered=(0.81,))


def test_verdicts_are_counted_by_district() -> None:
    both = but(ASSESS.results, **dict.fromkeys(("observed", "expected", "bound", "p", "exceedance"), (9.0, 9.0)))
    assess = but(ASSESS, results=but(both, flagged=(True, True)), sentences=ASSESS.sentences * 2)
    judge = Judge(signal=SIGNAL, on=day("2020-02-04"), response="act", finding="true", reason="Samma platser.")
    scene = given(*FOUNDED, assess, judge, but(assess, period="2020-02"))
    assert verdicts_on(scene.register.every(Signal)) == Verdicts(
        district=("centrum", "raby"), raised=(2, 2), true=(1, 0), false=(0, 0), explained=(0, 0)
    )
    scene.and_given(but(judge, finding="explained", explained_by="Lovet."))
    assert verdicts_on(scene.register.every(Signal)).explained == (1, 0)
    assert verdicts_on(()) == Verdicts()
