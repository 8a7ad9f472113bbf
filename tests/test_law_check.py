"""Lag (2023:196): what the register shows of each section, what is lacking, and when the law does not apply."""

from __future__ import annotations

import pytest

from domain.agreement import End
from domain.core import Command, Refused
from domain.meeting import Attendee
from domain.observation import Dialogue, Observe
from domain.picture import AdjustPicture, DefineJointPicture, MakeOwnPicture, OwnPictureMade
from domain.problem import AnalyseCauses, Cause
from domain.promise import MeasureReport, ReportBack
from domain.review import AdoptReview
from service.views.law_check import LawCheck, law_check
from service.views.law_facts import Section
from tests.given import (
    ADOPT_PLAN,
    AGREEMENT,
    ATTEND,
    CITY,
    COMMIT,
    EST,
    FINDING,
    FOLLOW_UP,
    OBSERVE,
    OPEN_MEETING,
    OPEN_REVIEW,
    POLICE,
    PRIORITISE,
    PROPOSE,
    PUBLISH,
    PUBLISH_CATEGORIES,
    PUBLISH_DIVISION,
    REGISTER_EST,
    REGISTER_EXTRACT,
    REPORT_DONE,
    SIGN,
    START,
    TAKE_IN,
    VALUE,
    Fact,
    Scene,
    but,
    day,
    given,
)

NEXT, KEY = "vasteras-2023", "personran-centrum"
SIGN_NEXT = but(
    SIGN, agreement=NEXT, first_day=day("2023-03-02"), last_day=day("2027-03-01"), signed_on=day("2023-03-02")
)
FOUNDED = (PUBLISH_DIVISION, PUBLISH_CATEGORIES, REGISTER_EST, REGISTER_EXTRACT, SIGN_NEXT)
CITY_PICTURE = MakeOwnPicture(
    agreement=NEXT, year=2023, on=day("2023-09-04"), party="municipality", findings=(FINDING,)
)
JOINT = DefineJointPicture(agreement=NEXT, year=2023, on=day("2023-09-18"), findings=(FINDING,))
POLICE_PICTURE = but(CITY_PICTURE, party="police")
POLICE_MADE = (POLICE_PICTURE.stream, OwnPictureMade(**POLICE_PICTURE.model_dump()))
PICTURE: tuple[Command | Fact, ...] = (CITY_PICTURE, POLICE_MADE, JOINT)
FIGURES = but(
    TAKE_IN, coverage=TAKE_IN.coverage.model_copy(update={"first": day("2023-01-01"), "last": day("2023-08-31")})
) if TAKE_IN.coverage else TAKE_IN  # fmt: skip
DIALOGUE = Observe(
    observation="dialog",
    source=EST,
    content=Dialogue(
        kind="citizen dialogue", held_on=day("2023-08-20"), organisation=CITY, districts=("centrum",), text="Mörkt."
    ),
)
CAUSES = AnalyseCauses(
    problem=KEY,
    on=day("2023-10-09"),
    causes=(Cause(side="victim", cause="Går ensamma", finding="confirmed", ground="Samtal."),),
    method="Brottstriangeln.",
)
PROBLEM: tuple[Command, ...] = (
    OBSERVE,
    but(PROPOSE, agreement=NEXT, on=day("2023-09-25")),
    but(VALUE, on=day("2023-09-26")),
    but(PRIORITISE, on=day("2023-10-02")),
)
PLAN = but(ADOPT_PLAN, on=day("2023-10-16"))
PROMISE = but(
    PUBLISH, agreement=NEXT, on=day("2023-10-20"), first_day=day("2023-10-20"), last_day=day("2024-03-31"),
    measures=({"what": "Vandra."},),
)  # fmt: skip


def at(scene: Scene, on: str, key: str = NEXT) -> LawCheck:
    return law_check(scene.register, key, day(on))


def of(view: LawCheck, number: int, part: str | None = None) -> Section:
    (found,) = [one for one in view.sections if (one.number, one.part) == (number, part)]
    return found


def later(*steps: Command | Fact) -> Scene:
    """The next agreement with these steps, told in June 2026."""
    scene = Scene().on("2026-06-01")
    return scene.and_given(*FOUNDED, *steps)


# When it applies


def test_the_law_does_not_apply_to_an_agreement_that_was_over_before_it() -> None:
    view = at(given(SIGN), "2023-02-28", AGREEMENT)
    assert (view.applies, view.sections) == (False, ())
    assert view.why_not is not None
    assert view.why_not.sv == (
        "Gäller inte: överenskommelsen har sin sista dag den 1 mars 2023, och lagen träder i kraft den 1 juli 2023."
    )
    ended = at(
        given(SIGN, End(agreement=AGREEMENT, on=day("2022-06-01"), reason="Sades upp.")), "2024-01-01", AGREEMENT
    )
    assert ended.why_not is not None
    assert "upphörde den 1 juni 2022, och lagen trädde i kraft" in ended.why_not.sv


def test_an_early_end_decides_and_the_first_of_july_is_the_first_day() -> None:
    long = but(SIGN, last_day=day("2025-01-01"))
    early = End(agreement=AGREEMENT, on=day("2023-06-30"), reason="Sades upp.")
    assert not at(given(long, early), "2024-01-01", AGREEMENT).applies
    assert at(given(long, but(early, on=day("2023-07-01"))), "2024-01-01", AGREEMENT).applies


def test_before_the_law_comes_into_force_the_check_shows_how_far_it_has_come() -> None:
    view = at(later(), "2023-05-01")
    assert (view.applies, view.begun, len(view.sections)) == (True, False, 9)
    assert sum(view.counts.values()) == 9


def test_an_agreement_that_is_not_there_is_refused() -> None:
    with pytest.raises(Refused):
        at(later(), "2024-01-01", "okand")


# § 4


def test_without_a_joint_picture_no_part_of_the_fourth_section_is_met() -> None:
    view = at(later(FIGURES, DIALOGUE), "2024-01-01")
    for part in ("mapping", "other information", "analysis"):
        section = of(view, 4, part)
        assert section.verdict == "not met"
        assert section.lacking is not None
        assert "ingen gemensam lägesbild" in section.lacking.sv


def test_the_mapping_needs_places_or_kinds_and_figures() -> None:
    assert of(at(later(*PICTURE), "2024-01-01"), 4, "mapping").verdict == "not met"
    vague = FINDING.model_copy(update={"places": (), "categories": ()})
    wordy = (but(CITY_PICTURE, findings=(vague,)), POLICE_MADE, but(JOINT, findings=(vague,)))
    found = of(at(later(*wordy, FIGURES), "2024-01-01"), 4, "mapping")
    assert found.lacking is not None
    assert "var eller vilka brott" in found.lacking.sv
    met = of(at(later(*PICTURE, FIGURES), "2024-01-01"), 4, "mapping")
    assert (met.verdict, met.lacking) == ("met", None)
    assert [(one.kind, one.key, one.on) for one in met.evidence] == [
        ("picture", "2023", day("2023-09-18")),
        ("source", "polisens-utdrag", day("2023-08-31")),
    ]


def test_other_information_is_a_dialogue_or_evidence_of_a_finding() -> None:
    assert of(at(later(*PICTURE, FIGURES), "2024-01-01"), 4, "other information").verdict == "not met"
    met = of(at(later(*PICTURE, DIALOGUE), "2024-01-01"), 4, "other information")
    assert [one.what.sv for one in met.evidence] == [f"Medborgardialog, {CITY}"]


def test_the_analysis_lacks_for_each_prioritised_problem_without_causes() -> None:
    bare = of(at(later(*PICTURE, *PROBLEM), "2024-01-01"), 4, "analysis")
    assert bare.lacking is not None
    assert bare.lacking.sv == (
        "1 prioriterad problembild saknar orsaksanalys (”Personrån mot unga i centrum”). "
        "Gör den på problembildens sida."
    )
    met = of(at(later(*PICTURE, *PROBLEM, CAUSES), "2024-01-01"), 4, "analysis")
    assert (met.verdict, met.evidence[0].on) == ("met", day("2023-10-09"))


# §§ 5 and 6


def test_a_plan_is_adopted_for_each_prioritised_problem_and_rests_on_the_picture() -> None:
    assert "Ingen handlingsplan" in lacking(later(*PICTURE), 5)
    assert "1 prioriterad problembild saknar handlingsplan" in lacking(later(*PICTURE, *PROBLEM), 5)
    elsewhere = FINDING.model_copy(update={"places": (), "categories": ("skadegorelse",)})
    other = (CITY_PICTURE, POLICE_MADE, but(JOINT, findings=(elsewhere,)))
    assert "går inte att härleda till lägesbilden" in lacking(later(*other, *PROBLEM, PLAN), 5)
    met = of(at(later(*PICTURE, *PROBLEM, PLAN), "2024-01-01"), 5)
    assert (met.verdict, [one.key for one in met.evidence]) == ("met", [KEY])


def lacking(scene: Scene, number: int, on: str = "2024-01-01") -> str:
    section = of(at(scene, on), number)
    assert section.verdict == "not met"
    assert section.lacking is not None
    return section.lacking.sv


def test_the_first_two_years_run_from_the_day_the_law_came_into_force() -> None:
    scene = later(*PICTURE)
    early = of(at(scene, "2025-06-30"), 6)
    assert (early.verdict, early.lacking and "1 juli 2025" in early.lacking.sv) == ("not due", True)
    assert "följa upp planen" in lacking(scene, 6, "2025-07-01")


def test_picture_and_plan_are_looked_at_within_two_years() -> None:
    followed = (
        *PICTURE, *PROBLEM, PLAN,
        but(COMMIT, on=day("2023-10-17"), due=day("2024-02-01"),
            follow_up=COMMIT.follow_up.model_copy(update={"on": day("2024-03-01")})),
        but(START, on=day("2023-11-01")), but(REPORT_DONE, on=day("2024-02-01")),
        but(FOLLOW_UP, on=day("2024-03-04")),
    )  # fmt: skip
    scene = later(*followed)
    assert of(at(scene, "2025-07-01"), 6).verdict == "met"
    assert "uppdatera lägesbilden" in lacking(scene, 6, "2025-09-18")
    adjusted = AdjustPicture(
        agreement=NEXT, year=2023, on=day("2025-01-14"), reason="Ny plats.", dropped=("ran-centrum",)
    )
    assert of(at(later(*followed, adjusted), "2025-09-18"), 6).verdict == "met"
    assert "följa upp planen" in lacking(later(*followed, adjusted), 6, "2026-03-05")


def test_an_adopted_review_follows_up_the_plan_and_serves_the_report() -> None:
    opened = but(OPEN_REVIEW, agreement=NEXT, year=2023, on=day("2024-02-01"))
    ours = AdoptReview(agreement=NEXT, year=2023, on=day("2024-02-10"), party="municipality", learnt="Mer.")
    theirs = but(ours, on=day("2024-02-12"), party="police")
    half = later(*PICTURE, opened, ours)
    assert of(at(half, "2024-03-01"), 13).evidence == ()
    view = at(half.as_role("LPO-chef", POLICE).and_given(theirs), "2024-03-01")
    assert of(view, 6).verdict == "met"
    report = of(view, 13)
    assert (report.verdict, report.evidence[0].key, report.evidence[0].on) == ("not shown", "2023", day("2024-02-12"))


# §§ 9 to 13


def test_the_agreement_itself_is_the_written_one() -> None:
    section = of(at(later(), "2024-01-01"), 9)
    assert (section.verdict, section.evidence[0].key, section.evidence[0].on) == ("met", NEXT, day("2023-03-02"))


def test_the_register_cannot_show_the_council_but_tells_where_it_is_named() -> None:
    assert of(at(later(), "2024-01-01"), 10).evidence == ()
    there = Attendee(role="Trygghetsrådet", organisation=CITY)
    held = (
        but(OPEN_MEETING, agreement=NEXT, meeting="m", on=day("2023-10-03")),
        but(ATTEND, meeting="m", attendees=(there,)),
    )
    section = of(at(later(*held), "2024-01-01"), 10)
    assert (section.verdict, section.evidence[0].key) == ("not shown", "2023-W40")
    assert section.lacking is not None


def test_residents_are_informed_by_promises_that_are_reported_back() -> None:
    assert "inget medborgarlöfte" in lacking(later(), 12)
    assert of(at(later(PROMISE), "2024-01-01"), 12).verdict == "met"
    assert "1 löfte är inte återrapporterat" in lacking(later(PROMISE), 12, "2024-05-01")
    told = ReportBack(
        promise="lofte-2020", on=day("2024-04-20"), measures=(MeasureReport(done="yes", words="Ja."),),
        outcome="better", words="Färre.",
    )  # fmt: skip
    met = of(at(later(PROMISE, told), "2024-05-01"), 12)
    assert (met.verdict, [one.on for one in met.evidence]) == ("met", [day("2024-04-20"), day("2023-10-20")])


def test_what_comes_after_the_day_is_not_told() -> None:
    scene = later(*PICTURE, PROMISE)
    assert of(at(scene, "2023-10-01"), 12).verdict == "not met"
