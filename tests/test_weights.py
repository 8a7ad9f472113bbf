"""Skadevikterna: taken in once with their source, decided on once per agreement; without them events are counted."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from domain.agreement import End
from domain.weights import Weight, Weighting, Weights, WeightsFrozen, WeightsImported, weights_of
from tests.given import AGREEMENT, FOUNDED, FREEZE_WEIGHTS, IMPORT_WEIGHTS, but, day, given

IMPORTED = (*FOUNDED, IMPORT_WEIGHTS)


def test_weights_are_taken_in_with_what_they_are_cited_from() -> None:
    scene = given(*FOUNDED).when(IMPORT_WEIGHTS)
    scene.then(("weights-straff-2019", WeightsImported(**IMPORT_WEIGHTS.model_dump(exclude={"weight_set"}))))
    state = scene.now(Weights, "straff-2019")
    assert (state.weights, state.year, state.unit) == ({"personran": 330, "skadegorelse": 5}, 2019, "dagar i fängelse")


def test_a_set_of_weights_never_changes() -> None:
    given(*IMPORTED).when(but(IMPORT_WEIGHTS, year=2018)).then_refused("already-exists")


def test_weights_are_of_categories_that_exist_and_taken_in_on_a_day_that_has_come() -> None:
    fire = (Weight(category="anlagd-brand", weight=500),)
    given(*FOUNDED).when(but(IMPORT_WEIGHTS, weights=fire)).then_refused("unknown-category")
    given(*FOUNDED).on("2019-11-05").when(IMPORT_WEIGHTS).then_refused("date-in-future")


def test_a_source_is_not_cited_before_it_came_out() -> None:
    given(*FOUNDED).when(but(IMPORT_WEIGHTS, year=2020)).then_refused("cited-before-it-came")


def test_each_category_has_one_weight_and_some_category_weighs() -> None:
    one = Weight(category="personran", weight=0)
    with pytest.raises(ValidationError, match="at least one category must weigh something"):
        but(IMPORT_WEIGHTS, weights=(one,))
    with pytest.raises(ValidationError, match="each category has one weight"):
        but(IMPORT_WEIGHTS, weights=(*IMPORT_WEIGHTS.weights, one))
    with pytest.raises(ValidationError):
        Weight(category="personran", weight=-1)


def test_an_agreement_goes_by_the_weights_that_were_decided_on() -> None:
    scene = given(*IMPORTED).when(FREEZE_WEIGHTS)
    scene.then((f"weighting-{AGREEMENT}", WeightsFrozen(**FREEZE_WEIGHTS.model_dump(exclude={"agreement"}))))
    assert scene.now(Weighting, AGREEMENT).decided_on == day("2019-11-20")
    assert weights_of(scene.register, AGREEMENT) == scene.now(Weights, "straff-2019")


def test_without_a_decision_events_are_counted() -> None:
    assert weights_of(given(*IMPORTED).register, AGREEMENT) is None


def test_the_weights_stand_as_long_as_the_agreement() -> None:
    other = but(IMPORT_WEIGHTS, weight_set="straff-2018", year=2018)
    scene = given(*IMPORTED, other, FREEZE_WEIGHTS)
    scene.when(FREEZE_WEIGHTS).then_refused("already-frozen")
    scene.when(but(FREEZE_WEIGHTS, weight_set="straff-2018")).then_refused("already-frozen")


def test_weights_are_decided_on_under_an_agreement_in_force() -> None:
    given(*IMPORTED).when(but(FREEZE_WEIGHTS, on=day("2023-03-02"))).then_refused("outside-period")
    ended = End(agreement=AGREEMENT, on=day("2022-01-01"), reason="Sades upp.")
    given(*IMPORTED, ended).when(FREEZE_WEIGHTS).then_refused("agreement-ended")
    given(*IMPORTED).when(but(FREEZE_WEIGHTS, agreement="okand")).then_refused("not-found")


def test_weights_are_decided_on_when_they_have_been_taken_in() -> None:
    given(*FOUNDED).when(FREEZE_WEIGHTS).then_refused("not-found")
    given(*FOUNDED, but(IMPORT_WEIGHTS, on=day("2019-11-21"))).when(FREEZE_WEIGHTS).then_refused("out-of-order")
    given(*IMPORTED).on("2019-11-19").when(FREEZE_WEIGHTS).then_refused("date-in-future")
