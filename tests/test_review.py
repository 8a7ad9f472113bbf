"""Årsuppföljningen: opened at a position of the history, adopted by both parties."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from domain.review import Adopted, AdoptReview, Opened, Review, review_key
from tests.given import AGREEMENT, CITY, FOUNDED, OPEN_REVIEW, POLICE, but, day, given
from tests.test_agreement import END

YEAR = review_key(AGREEMENT, 2020)
ADOPT = AdoptReview(
    agreement=AGREEMENT,
    year=2020,
    on=day("2021-02-10"),
    party="municipality",
    learnt="Vandringarna gav platser att åtgärda.",
    proposed_priorities=("Fortsätt med tunneln.",),
)
OPENED = (*FOUNDED, OPEN_REVIEW)


def test_a_year_is_opened_for_review_as_known_at_a_position_of_the_history() -> None:
    scene = given(*FOUNDED).when(OPEN_REVIEW)
    scene.then(("review-vasteras-2019-2020", Opened(**OPEN_REVIEW.model_dump())))
    assert scene.now(Review, YEAR).as_known_at == 5
    with pytest.raises(ValidationError):
        but(OPEN_REVIEW, as_known_at=0)


def test_a_year_is_reviewed_once() -> None:
    given(*OPENED).when(OPEN_REVIEW).then_refused("already-exists")


def test_the_last_year_can_be_reviewed_after_the_agreement_has_ended() -> None:
    last = but(OPEN_REVIEW, year=2023, on=day("2023-04-12"))
    given(*FOUNDED, END).when(last).then_accepted()


def test_a_review_is_of_a_year_of_the_agreement() -> None:
    given(*FOUNDED).when(but(OPEN_REVIEW, year=2018)).then_refused("outside-period")
    given(*FOUNDED).on("2024-02-01").when(but(OPEN_REVIEW, year=2024)).then_refused("outside-period")


def test_a_year_that_has_not_begun_cannot_be_reviewed() -> None:
    given(*FOUNDED).when(but(OPEN_REVIEW, year=2022)).then_refused("year-not-begun")


def test_a_review_is_of_an_agreement_that_exists_and_on_a_day_that_has_come() -> None:
    given().when(OPEN_REVIEW).then_refused("not-found")
    given(*FOUNDED).on("2021-01-31").when(OPEN_REVIEW).then_refused("date-in-future")


def test_the_review_is_complete_when_both_parties_have_adopted_it() -> None:
    scene = given(*OPENED).when(ADOPT)
    scene.then(Adopted(**ADOPT.model_dump(exclude={"agreement", "year"})))
    assert not scene.now(Review, YEAR).complete
    theirs = but(ADOPT, party="police", proposed_priorities=())
    scene.as_role("LPO-chef", POLICE).when(theirs).then_accepted()
    assert scene.now(Review, YEAR).complete


def test_a_party_adopts_for_itself_alone() -> None:
    scene = given(*OPENED).when(but(ADOPT, party="police")).then_refused("not-your-party")
    scene.as_role("KS-ordförande", CITY.upper()).when(ADOPT).then_accepted()


def test_a_year_is_not_opened_as_known_at_an_event_to_come() -> None:
    given(*FOUNDED).when(but(OPEN_REVIEW, as_known_at=6)).then_refused("no-such-moment")


def test_a_party_adopts_once() -> None:
    given(*OPENED, ADOPT).when(ADOPT).then_refused("already-adopted")


def test_a_review_is_not_adopted_before_it_was_opened() -> None:
    given(*OPENED).when(but(ADOPT, on=day("2021-01-31"))).then_refused("out-of-order")
    given(*FOUNDED).when(ADOPT).then_refused("not-found")
    given(*OPENED).on("2021-02-09").when(ADOPT).then_refused("date-in-future")
