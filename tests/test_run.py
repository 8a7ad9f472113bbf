"""The periodic run: once for each period, anew only with a number of its own, and never before the period is over."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from domain.run import RecordRun, Run, RunMade, latest_run, run_key
from tests.given import ASSESS, FOUNDED, RECORD_RUN, but, day, given

ASSESSED = (*FOUNDED, ASSESS)


def test_a_run_is_recorded_with_what_was_assessed_and_what_could_not_be() -> None:
    scene = given(*ASSESSED).on("2020-02-03").when(RECORD_RUN)
    scene.then(
        (
            "run-2020-01",
            RunMade(
                on=day("2020-02-03"),
                frequency="month",
                period="2020-01",
                number=1,
                assessments=("polisens-utdrag-2020-01",),
                skipped=RECORD_RUN.skipped,
            ),
        )
    )
    assert scene.now(Run, "2020-01").skipped[0].rule == "nothing-to-assess"


def test_a_week_is_run_by_its_week() -> None:
    run = given(*FOUNDED).when(RecordRun(period="2020-W03")).then_accepted().now(Run, "2020-w03")
    assert (run.frequency, run.assessments) == ("week", ())


def test_a_period_is_run_once() -> None:
    given(*ASSESSED, RECORD_RUN).when(but(RECORD_RUN, assessments=())).then_refused("already-run")


def test_a_run_anew_follows_the_one_before_and_keeps_it() -> None:
    given(*ASSESSED).when(but(RECORD_RUN, number=2)).then_refused("not-found")
    scene = given(*ASSESSED, RECORD_RUN).when(but(RECORD_RUN, number=2)).then_accepted()
    assert [run.number for run in scene.register.every(Run)] == [1, 2]
    scene.when(but(RECORD_RUN, number=4)).then_refused("not-found")


def test_the_latest_run_of_a_period_is_found() -> None:
    scene = given(*ASSESSED)
    assert latest_run(scene.register, "2020-01") is None
    scene.and_given(RECORD_RUN, but(RECORD_RUN, number=2))
    found = latest_run(scene.register, "2020-01")
    assert found is not None
    assert (found[0], found[1].number) == ("2020-01-2", 2)


def test_a_period_is_run_when_it_is_over() -> None:
    given(*ASSESSED).on("2020-01-30").when(but(RECORD_RUN, assessments=())).then_refused("date-in-future")
    given(*ASSESSED).on("2020-01-31").when(RECORD_RUN).then_accepted()


def test_a_run_names_assessments_that_were_made() -> None:
    given(*FOUNDED).when(RECORD_RUN).then_refused("not-found")


def test_a_run_is_named_by_its_period_and_the_second_also_by_its_number() -> None:
    assert (run_key("2023-W08"), run_key("2023-W08", 2)) == ("2023-w08", "2023-w08-2")


def test_a_week_that_does_not_exist_is_no_period() -> None:
    with pytest.raises(ValidationError, match="not a period"):
        RecordRun(period="2021-W53")
