"""Medborgarlöftet: published with its measures, reported back on two questions: done, and did it help?"""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from domain.promise import Measure, MeasureReport, Promise, Published, ReportBack, ReportedBack
from tests.given import COMMITTED, PUBLISH, but, day, given
from tests.test_agreement import END

REPORT_BACK = ReportBack(
    promise="lofte-2020",
    on=day("2021-04-23"),
    measures=(
        MeasureReport(done="yes", words="Sex vandringar."),
        MeasureReport(done="partly", words="Fyra av fem skolor."),
    ),
    outcome="better",
    words="Rånen har minskat.",
)
PROMISED = (*COMMITTED, PUBLISH)


def test_a_promise_is_published_with_its_measures_and_its_indicator() -> None:
    scene = given(*COMMITTED).when(PUBLISH)
    scene.then(("promise-lofte-2020", Published(**PUBLISH.model_dump(exclude={"promise"}))))
    assert scene.now(Promise, "lofte-2020").reported is None


def test_a_promise_is_published_once() -> None:
    given(*PROMISED).when(PUBLISH).then_refused("already-exists")


def test_a_promise_links_to_actions_that_exist() -> None:
    astray = (Measure(what="Vandringar", action="vandringar-2"),)
    given(*COMMITTED).when(but(PUBLISH, measures=astray)).then_refused("not-found")


def test_a_promise_is_made_while_the_agreement_is_in_force() -> None:
    given(*COMMITTED).when(but(PUBLISH, on=day("2023-03-02"))).then_refused("outside-period")
    given(*COMMITTED, END).when(PUBLISH).then_refused("agreement-ended")
    given(*COMMITTED).on("2020-11-17").when(PUBLISH).then_refused("date-in-future")


def test_a_promise_lasts_and_promises_something() -> None:
    with pytest.raises(ValidationError, match="last_day must come after first_day"):
        but(PUBLISH, last_day=PUBLISH.first_day)
    with pytest.raises(ValidationError, match="at least 1 item"):
        but(PUBLISH, measures=())


def test_the_residents_are_told_whether_it_was_done_and_whether_it_helped() -> None:
    scene = given(*PROMISED).when(REPORT_BACK)
    told = ReportedBack(**REPORT_BACK.model_dump(exclude={"promise"}))
    scene.then(told)
    assert scene.now(Promise, "lofte-2020").reported == told


def test_every_measure_gets_an_answer() -> None:
    given(*PROMISED).when(but(REPORT_BACK, measures=REPORT_BACK.measures[:1])).then_refused("measures-missing")


def test_a_promise_is_reported_back_once() -> None:
    given(*PROMISED, REPORT_BACK).when(REPORT_BACK).then_refused("already-reported-back")


def test_a_promise_is_not_reported_back_before_it_was_made() -> None:
    given(*PROMISED).when(but(REPORT_BACK, on=day("2020-11-17"))).then_refused("out-of-order")


def test_a_promise_is_reported_back_also_after_the_agreement_has_ended() -> None:
    given(*PROMISED, END).when(REPORT_BACK).then_accepted()
    given(*PROMISED).when(but(REPORT_BACK, on=day("2023-03-02"))).then_accepted()


def test_only_a_promise_that_was_made_is_reported_back() -> None:
    given(*COMMITTED).when(REPORT_BACK).then_refused("not-found")
    given(*PROMISED).on("2021-04-22").when(REPORT_BACK).then_refused("date-in-future")
