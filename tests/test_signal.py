"""Trendvarningen: a run is recorded once with all it saw, its alerts are raised, and somebody judges each."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from domain.signal import AlertRaised, Assessed, Assessment, Judge, Judged, Results, Signal, assessment_key, signal_key
from tests.given import ASSESS, EXTRACT, FOUNDED, SIGNAL, but, day, given

RUN = assessment_key(EXTRACT, "2020-01")
JUDGE = Judge(signal=SIGNAL, on=day("2020-02-04"), response="act", finding="true", reason="Samma grupp av platser.")
RAISED = (*FOUNDED, ASSESS)


def test_a_run_anew_has_a_key_of_its_own_and_raises_nothing_twice() -> None:
    again = but(ASSESS, number=2)
    made = Assessed(**{name: getattr(again, name) for name in Assessed.model_fields})
    given(*RAISED).when(again).then((f"assessment-{RUN}-2", made))
    given(*RAISED).when(but(ASSESS, number=3)).then_refused("not-found")


def test_a_run_is_recorded_with_its_whole_result_and_raises_its_alerts() -> None:
    scene = given(*FOUNDED).when(ASSESS)
    scene.then(
        (f"assessment-{RUN}", Assessed(**{name: getattr(ASSESS, name) for name in Assessed.model_fields})),
        (
            f"signal-{SIGNAL}",
            AlertRaised(
                assessment=RUN, source=EXTRACT, period="2020-01", district="centrum", category="personran",
                observed=9, expected=3, bound=7, p=0.002, exceedance=1.5, sentence=ASSESS.sentences[0], synthetic=False,
            ),
        ),
    )  # fmt: skip
    assert scene.now(Assessment, RUN).results.flagged == (True, False)
    assert scene.now(Signal, SIGNAL).response is None


def test_a_period_is_assessed_once() -> None:
    given(*RAISED).when(but(ASSESS, data_gsn=12)).then_refused("already-assessed")


def test_a_run_without_alerts_is_recorded_too() -> None:
    calm = but(ASSESS.results, flagged=(False, False))
    scene = given(*FOUNDED).when(but(ASSESS, results=calm, sentences=())).then_accepted()
    assert list(scene.register.every(Signal)) == []


def test_every_alert_has_its_sentence() -> None:
    given(*FOUNDED).when(but(ASSESS, sentences=())).then_refused("sentences-missing")


def test_a_period_is_assessed_when_it_is_over_for_a_source_that_exists() -> None:
    given(*FOUNDED).on("2020-01-30").when(ASSESS).then_refused("date-in-future")
    given(*FOUNDED).on("2020-01-31").when(ASSESS).then_accepted()
    given().when(ASSESS).then_refused("not-found")


def test_the_columns_of_a_result_are_equally_long() -> None:
    with pytest.raises(ValidationError, match="equally long"):
        Results.model_validate({**ASSESS.results.model_dump(), "flagged": (True,)})


LATER = {"lower": (0.0, None), "p_fall": (0.001, None), "common": (1.0, 1.0), "periods": (78, 0)}


def test_a_run_says_how_each_flagged_series_diverges_and_a_fall_is_raised_with_the_p_of_so_few() -> None:
    results = but(ASSESS.results, **LATER, flag=("fall", None))
    scene = given(*FOUNDED).when(but(ASSESS, results=results)).then_accepted()
    signal = scene.now(Signal, SIGNAL)
    assert (signal.flag, signal.p, signal.lower) == ("fall", 0.001, 0.0)


def test_later_columns_are_all_there_or_none_and_a_flag_goes_with_flagged() -> None:
    with pytest.raises(ValidationError, match="equally long"):
        but(ASSESS.results, lower=(0.0, None))
    with pytest.raises(ValidationError, match="says how it diverges"):
        but(ASSESS.results, **LATER, flag=(None, None))


@pytest.mark.parametrize("period", ["2020", "2020-13", "2021-W53", "januari"])
def test_only_a_period_is_assessed(period: str) -> None:
    with pytest.raises(ValidationError):
        but(ASSESS, period=period)


def test_the_keys_of_runs_and_alerts_are_written_small() -> None:
    assert assessment_key("s", "2020-W07") == "s-2020-w07"
    assert signal_key("s", "2020-W07", "raby", "klotter") == "s-2020-w07-raby:klotter"


def test_an_alert_is_judged_with_a_reason() -> None:
    scene = given(*RAISED).when(JUDGE).then(Judged(**JUDGE.model_dump(exclude={"signal"})))
    state = scene.now(Signal, SIGNAL)
    assert (state.response, state.finding, state.judged_on) == ("act", "true", day("2020-02-04"))


def test_a_later_verdict_replaces_the_earlier() -> None:
    later = but(JUDGE, finding="explained", explained_by="Lovveckan.", response="dismiss")
    scene = given(*RAISED, JUDGE).when(later).then_accepted()
    assert (scene.now(Signal, SIGNAL).finding, scene.now(Signal, SIGNAL).explained_by) == ("explained", "Lovveckan.")


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_verdict_has_a_reason(reason: str) -> None:
    given(*RAISED).when(but(JUDGE, reason=reason)).then_refused("reason-missing")


@pytest.mark.parametrize("changes", [{"finding": "explained"}, {"finding": "true", "explained_by": "Lovveckan."}])
def test_an_explanation_is_given_exactly_when_the_alert_is_explained(changes: dict[str, Any]) -> None:
    given(*RAISED).when(but(JUDGE, **changes)).then_refused("explanation-missing")


def test_an_alert_is_not_judged_before_its_period_is_over() -> None:
    given(*RAISED).when(but(JUDGE, on=day("2020-01-30"))).then_refused("before-it-was-seen")
    given(*RAISED).when(but(JUDGE, on=day("2020-01-31"))).then_accepted()


def test_only_an_alert_that_was_raised_is_judged() -> None:
    given(*FOUNDED).when(JUDGE).then_refused("not-found")
    given(*RAISED).on("2020-02-03").when(JUDGE).then_refused("date-in-future")
