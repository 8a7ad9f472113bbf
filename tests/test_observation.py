"""Observationen: recorded, corrected, withdrawn; places and situations, never individuals."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from domain.observation import (
    Correct,
    Corrected,
    Dialogue,
    Observation,
    Observe,
    Observed,
    SurveyResult,
    Withdraw,
    Withdrawn,
    as_row,
    day_of,
)
from tests.given import CITY, EST, FOUNDED, OBSERVE, REPORT, but, day, given

MOVED = REPORT.model_copy(update={"district": "raby"})
CORRECT = Correct(observation="obs-1", content=MOVED, reason="Fel område angavs.")
WITHDRAW = Withdraw(observation="obs-1", reason="Samma händelse rapporterades två gånger.")
DIALOGUE = Dialogue(
    kind="citizen dialogue",
    held_on=day("2020-02-06"),
    organisation=CITY,
    districts=("centrum", "raby"),
    participants=34,
    text="Tunneln upplevs som otrygg efter klockan sex.",
)
SURVEY = SurveyResult(
    indicator="otrygg utomhus",
    wave="2022",
    fielded_on=day("2022-10-15"),
    district="backby",
    value=31.0,
    n=212,
    low=25.0,
    high=37.0,
    method="Enkät till slumpmässigt urval.",
)


def saying(content: object) -> Observe:
    return but(OBSERVE, content=content)


@pytest.mark.parametrize("content", [REPORT, DIALOGUE, SURVEY])
def test_reports_dialogues_and_survey_results_are_recorded(content: Any) -> None:
    scene = given(*FOUNDED).when(saying(content))
    scene.then(("observation-obs-1", Observed(source=EST, content=content)))
    assert scene.now(Observation, "obs-1").content == content


def test_an_observation_is_recorded_once() -> None:
    given(*FOUNDED, OBSERVE).when(OBSERVE).then_refused("already-exists")


def test_an_observation_comes_from_a_registered_source() -> None:
    given(*FOUNDED).when(but(OBSERVE, source="okand")).then_refused("not-found")


@pytest.mark.parametrize(
    "content",
    [
        REPORT.model_copy(update={"district": "atlantis"}),
        DIALOGUE.model_copy(update={"districts": ("centrum", "atlantis")}),
        SURVEY.model_copy(update={"district": "atlantis"}),
    ],
)
def test_an_observation_speaks_of_known_districts(content: object) -> None:
    given(*FOUNDED).when(saying(content)).then_refused("unknown-district")


def test_a_dialogue_or_a_survey_may_be_about_the_whole_municipality() -> None:
    given(*FOUNDED).when(saying(DIALOGUE.model_copy(update={"districts": ()}))).then_accepted()
    given(*FOUNDED).when(saying(SURVEY.model_copy(update={"district": None}))).then_accepted()


def test_a_report_has_a_known_category() -> None:
    given(*FOUNDED).when(saying(REPORT.model_copy(update={"category": "sjorov"}))).then_refused("unknown-category")


@pytest.mark.parametrize("content", [REPORT, DIALOGUE, SURVEY])
def test_nothing_is_observed_before_it_has_happened(content: object) -> None:
    given(*FOUNDED).on("2020-01-09").when(saying(content)).then_refused("date-in-future")


def test_a_planned_event_may_lie_ahead() -> None:
    planned = REPORT.model_copy(update={"kind": "planned event"})
    given(*FOUNDED).on("2020-01-09").when(saying(planned)).then_accepted()


def test_a_survey_value_lies_in_its_interval() -> None:
    with pytest.raises(ValidationError, match="value must lie between low and high"):
        SurveyResult.model_validate({**SURVEY.model_dump(), "value": 40.0})


def test_a_number_that_cannot_be_stored_is_no_number() -> None:
    with pytest.raises(ValidationError, match="finite number"):
        SurveyResult.model_validate({**SURVEY.model_dump(), "value": float("inf"), "high": None})


def test_a_correction_says_how_it_was_and_why() -> None:
    scene = given(*FOUNDED, OBSERVE).when(CORRECT)
    scene.then(Corrected(content=MOVED, reason="Fel område angavs."))
    state = scene.now(Observation, "obs-1")
    assert (state.content, state.corrections, state.source) == (MOVED, 1, EST)


def test_a_correction_changes_something() -> None:
    given(*FOUNDED, OBSERVE).when(but(CORRECT, content=REPORT)).then_refused("nothing-changed")


def test_a_correction_obeys_the_same_rules_as_the_observation() -> None:
    astray = REPORT.model_copy(update={"district": "atlantis"})
    given(*FOUNDED, OBSERVE).when(but(CORRECT, content=astray)).then_refused("unknown-district")
    given(*FOUNDED).when(CORRECT).then_refused("not-found")


def test_a_withdrawn_observation_does_not_count() -> None:
    scene = given(*FOUNDED, OBSERVE).when(WITHDRAW).then(Withdrawn(reason=WITHDRAW.reason))
    assert scene.now(Observation, "obs-1").withdrawn


def test_what_has_been_withdrawn_is_neither_withdrawn_again_nor_corrected() -> None:
    scene = given(*FOUNDED, OBSERVE, WITHDRAW)
    scene.when(WITHDRAW).then_refused("already-withdrawn")
    scene.when(CORRECT).then_refused("already-withdrawn")


def test_the_row_of_an_observation_holds_what_lists_ask_for() -> None:
    assert as_row(REPORT) == {
        "kind": "incident",
        "district": "centrum",
        "category": "personran",
        "place": "Gångtunneln",
        "day": day("2020-01-10"),
    }
    assert as_row(DIALOGUE)["district"] is None
    assert [day_of(c).isoformat() for c in (REPORT, DIALOGUE, SURVEY)] == ["2020-01-10", "2020-02-06", "2022-10-15"]
