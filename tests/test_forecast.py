"""Prognosen: issued once for a source and period, scored period by period, and then spent."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from domain.forecast import Forecast, ForecastIssued, ForecastScored, Outlook, Scores, forecast_key
from tests.given import EXTRACT, FORECAST, FORECAST_KEY, FOUNDED, SCORE, but, given

ISSUED = (*FOUNDED, FORECAST)


def test_a_forecast_anew_has_a_key_of_its_own() -> None:
    again = but(FORECAST, number=2)
    issued = ForecastIssued(**{name: getattr(again, name) for name in ForecastIssued.model_fields})
    given(*ISSUED).when(again).then((f"forecast-{FORECAST_KEY}-2", issued))
    given(*ISSUED).when(but(FORECAST, number=3)).then_refused("not-found")


def test_a_forecast_is_recorded_with_all_its_figures() -> None:
    scene = given(*FOUNDED).when(FORECAST)
    issued = ForecastIssued(**{name: getattr(FORECAST, name) for name in ForecastIssued.model_fields})
    scene.then((f"forecast-{FORECAST_KEY}", issued))
    state = scene.now(Forecast, FORECAST_KEY)
    assert (state.series, state.periods, state.outlook) == (3, ("2020-02", "2020-03"), FORECAST.outlook)


def test_a_forecast_of_weeks_goes_on_over_the_new_year() -> None:
    scene = given(*FOUNDED, but(FORECAST, origin="2020-W53"))
    assert forecast_key(EXTRACT, "2020-W53") == "polisens-utdrag-2020-w53"
    assert scene.now(Forecast, "polisens-utdrag-2020-w53").periods == ("2021-W01", "2021-W02")


def test_there_is_one_forecast_for_each_period() -> None:
    given(*ISSUED).when(but(FORECAST, data_gsn=12)).then_refused("already-forecast")
    given(*ISSUED).when(but(FORECAST, origin="2020-02")).then_accepted()


def test_a_forecast_is_made_when_its_last_known_period_is_over_for_a_source_that_exists() -> None:
    given(*FOUNDED).on("2020-01-30").when(FORECAST).then_refused("date-in-future")
    given(*FOUNDED).on("2020-01-31").when(FORECAST).then_accepted()
    given().when(FORECAST).then_refused("not-found")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"reasons": ((), ("too-short",))}, "equally long"),
        ({"district": ("centrum", "centrum", "Västerås"), "level": ("district", "district", "city")}, "stands once"),
        ({"mean": (None, None, (7.1, 7.2))}, "or a reason"),
        ({"reasons": ((), (), ())}, "or a reason"),
        ({"quantiles": (((0, 3, 2), (0, 3, 9)), None, ((2, 7, 14), (2, 7, 15)))}, "must not fall"),
    ],
)
def test_a_series_has_a_whole_forecast_or_a_reason_for_having_none(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        but(FORECAST.outlook, **changes)


@pytest.mark.parametrize("changes", [{"horizon": 3}, {"quantile_levels": (0.1, 0.9)}])
def test_every_step_has_a_quantile_for_each_level(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="needs every step"):
        but(FORECAST, **changes)


@pytest.mark.parametrize("levels", [(0.5, 0.5, 0.9), (0.9, 0.5, 0.1), (0, 0.5, 1)])
def test_quantile_levels_rise_between_nought_and_one(levels: tuple[float, ...]) -> None:
    with pytest.raises(ValidationError):
        but(FORECAST, quantile_levels=levels)


def test_a_forecast_of_nothing_but_reasons_is_recorded_too() -> None:
    none = Outlook(
        district=("raby",), category=("personran",), level=("district",), quantiles=(None,), mean=(None,),
        reasons=(("too-short",),),
    )  # fmt: skip
    given(*FOUNDED).when(but(FORECAST, outlook=none)).then_accepted()


def test_a_forecast_is_compared_with_each_period_that_comes() -> None:
    scene = given(*ISSUED).when(SCORE)
    scored = ForecastScored(**SCORE.model_dump(exclude={"forecast"}))
    scene.then((f"forecast-{FORECAST_KEY}", scored))
    assert scene.now(Forecast, FORECAST_KEY).scored == {"2020-02": scored}


def test_a_forecast_whose_last_period_was_scored_is_spent() -> None:
    scene = given(*ISSUED, SCORE)
    assert scene.now(Forecast, FORECAST_KEY).outlook == FORECAST.outlook
    spent = scene.and_given(but(SCORE, period="2020-03")).now(Forecast, FORECAST_KEY)
    assert (spent.outlook, spent.series, list(spent.scored)) == (None, 3, ["2020-02", "2020-03"])


def test_a_period_is_compared_once_and_when_it_is_over() -> None:
    given(*ISSUED, SCORE).when(but(SCORE, data_gsn=50)).then_refused("already-scored")
    given(*ISSUED).on("2020-02-28").when(SCORE).then_refused("date-in-future")
    given(*ISSUED).on("2020-02-29").when(SCORE).then_accepted()


@pytest.mark.parametrize("period", ["2020-01", "2020-04", "2020-W06"])
def test_only_a_period_that_was_forecast_is_compared(period: str) -> None:
    given(*ISSUED).when(but(SCORE, period=period)).then_refused("outside-horizon")


def test_every_series_of_the_forecast_is_compared() -> None:
    two = Scores(crps=(1.4, None), covered=(False, None), observed=(9, 2))
    given(*ISSUED).when(but(SCORE, scores=two)).then_refused("series-differ")
    given(*FOUNDED).when(SCORE).then_refused("not-found")


@pytest.mark.parametrize(
    "changes", [{"covered": (False, True, True)}, {"observed": (None, 2, 11)}, {"crps": (1.4, None, None)}]
)
def test_a_score_is_whole_or_missing(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="a score needs crps, covered and observed"):
        but(SCORE.scores, **changes)
    with pytest.raises(ValidationError, match="equally long"):
        but(SCORE.scores, observed=(9, 2))
