"""Lägesbilden: each party's own, the joint one of the year, its weekly adjustments."""

from __future__ import annotations

from domain.observation import Withdraw
from domain.picture import (
    Adjusted,
    AdjustPicture,
    JointPictureDefined,
    OwnPictureMade,
    Picture,
    Recurrence,
    picture_key,
)
from domain.problem import Evidence, Place
from tests.given import (
    AGREEMENT,
    CITY_PICTURE,
    FINDING,
    FOUNDED,
    JOINT_PICTURE,
    OBSERVE,
    POLICE,
    POLICE_PICTURE,
    POLICE_PICTURE_MADE,
    but,
    day,
    given,
)
from tests.test_agreement import END

YEAR = picture_key(AGREEMENT, 2020)
CALMER = FINDING.model_copy(update={"words": "Personrånen i centrum minskar."})
OTHER = FINDING.model_copy(update={"key": "morka-strak", "words": "Stråken i Råby är mörka."})
ADJUST = AdjustPicture(
    agreement=AGREEMENT, year=2020, on=day("2020-03-10"), reason="Fyra veckor utan rån.", findings=(CALMER, OTHER)
)
JOINED = (*FOUNDED, CITY_PICTURE, POLICE_PICTURE_MADE, JOINT_PICTURE)


def test_each_party_makes_its_own_picture() -> None:
    wheel = (Recurrence(month=6, what="Skolavslutning"),)
    made = but(CITY_PICTURE, resources="Två trygghetsvärdar.", yearly_wheel=wheel)
    scene = given(*FOUNDED).when(made).then(OwnPictureMade(**made.model_dump()))
    assert scene.now(Picture, YEAR).own == {"municipality": (FINDING,)}


def test_a_later_own_picture_replaces_the_earlier() -> None:
    scene = given(*FOUNDED, CITY_PICTURE).when(but(CITY_PICTURE, findings=(OTHER,))).then_accepted()
    assert scene.now(Picture, YEAR).own["municipality"] == (OTHER,)


def test_nobody_makes_the_other_partys_picture() -> None:
    given(*FOUNDED).when(POLICE_PICTURE).then_refused("another-partys-picture")
    officer = given(*FOUNDED).as_role("kommunpolis", POLICE.upper())
    officer.when(POLICE_PICTURE).then(POLICE_PICTURE_MADE)
    officer.when(CITY_PICTURE).then_refused("another-partys-picture")


def test_the_two_pictures_are_joined() -> None:
    scene = given(*FOUNDED, CITY_PICTURE, POLICE_PICTURE_MADE).when(JOINT_PICTURE)
    scene.then(("picture-vasteras-2019-2020", JointPictureDefined(on=JOINT_PICTURE.on, findings=(FINDING,))))
    assert scene.now(Picture, YEAR).joint == {"ran-centrum": FINDING}


def test_nothing_is_joined_before_both_have_made_theirs() -> None:
    given(*FOUNDED, CITY_PICTURE).when(JOINT_PICTURE).then_refused("own-pictures-missing")
    given(*FOUNDED).when(JOINT_PICTURE).then_refused("own-pictures-missing")


def test_the_joint_picture_is_defined_once_a_year() -> None:
    given(*JOINED).when(JOINT_PICTURE).then_refused("already-defined")


def test_the_weekly_adjustment_adds_changes_and_drops() -> None:
    scene = given(*JOINED).when(ADJUST)
    scene.then(Adjusted(on=ADJUST.on, reason=ADJUST.reason, findings=(CALMER, OTHER), dropped=()))
    assert scene.now(Picture, YEAR).joint == {"ran-centrum": CALMER, "morka-strak": OTHER}
    scene.when(but(ADJUST, findings=(), dropped=("ran-centrum",))).then_accepted()
    assert scene.now(Picture, YEAR).joint == {"morka-strak": OTHER}
    assert scene.now(Picture, YEAR).adjustments == 2


def test_there_must_be_a_joint_picture_to_adjust() -> None:
    given(*FOUNDED).when(ADJUST).then_refused("not-found")
    given(*FOUNDED, CITY_PICTURE).when(ADJUST).then_refused("not-defined")


def test_only_a_finding_of_the_picture_can_be_dropped() -> None:
    given(*JOINED).when(but(ADJUST, dropped=("morka-strak",))).then_refused("not-found")


def test_an_adjustment_changes_something() -> None:
    given(*JOINED).when(but(ADJUST, findings=())).then_refused("nothing-changed")
    given(*JOINED).when(but(ADJUST, findings=(FINDING,))).then_refused("nothing-changed")


def test_no_two_findings_have_the_same_key() -> None:
    given(*FOUNDED).when(but(CITY_PICTURE, findings=(FINDING, CALMER))).then_refused("same-key-twice")
    given(*JOINED).when(but(ADJUST, findings=(CALMER, CALMER))).then_refused("same-key-twice")


def test_a_finding_speaks_of_known_places_categories_and_evidence() -> None:
    place, evidence = Place(division="omraden", district="atlantis"), Evidence(kind="observation", ref="obs-9")
    astray = FINDING.model_copy(update={"places": (place,)})
    given(*FOUNDED).when(but(CITY_PICTURE, findings=(astray,))).then_refused("unknown-district")
    unknown = FINDING.model_copy(update={"categories": ("sjorov",)})
    given(*FOUNDED).when(but(CITY_PICTURE, findings=(unknown,))).then_refused("unknown-category")
    unfounded = FINDING.model_copy(update={"evidence": (evidence,)})
    given(*FOUNDED).when(but(CITY_PICTURE, findings=(unfounded,))).then_refused("not-found")
    withdrawn = (but(OBSERVE, observation="obs-9"), Withdraw(observation="obs-9", reason="Dubblett."))
    given(*FOUNDED, *withdrawn).when(but(CITY_PICTURE, findings=(unfounded,))).then_refused("evidence-withdrawn")


def test_a_picture_is_of_a_year_of_the_agreement() -> None:
    given(*FOUNDED).when(but(CITY_PICTURE, year=2018)).then_refused("outside-period")
    given(*FOUNDED).when(but(CITY_PICTURE, year=2024)).then_refused("outside-period")
    given(*FOUNDED).when(but(CITY_PICTURE, on=day("2019-12-10"))).then_accepted()


def test_a_picture_is_made_while_the_agreement_is_in_force() -> None:
    given(*FOUNDED).when(but(CITY_PICTURE, on=day("2023-03-02"))).then_refused("outside-period")
    given(*FOUNDED, END).when(CITY_PICTURE).then_refused("agreement-ended")
    given(*FOUNDED).on("2020-01-13").when(CITY_PICTURE).then_refused("date-in-future")
