"""Sharing: what the police write in reports, files and their own picture is theirs until they share it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import pytest

from domain.core import Event
from domain.file_import import (
    CountRows,
    FileTaken,
    FileWithdrawn,
    IncidentRows,
    NoticeRows,
    ReportRows,
    SurveyRows,
)
from domain.observation import Corrected, Observed, Withdrawn
from domain.picture import Adjusted, JointPictureDefined, OwnPictureMade
from domain.problem import Proposed
from domain.register import LIFECYCLES
from domain.sharing import Share, Shared, withheld
from tests.given import (
    OBSERVE,
    OFFICER,
    POLICE,
    POLICE_PICTURE,
    PROPOSE,
    PUBLISH_CATEGORIES,
    PUBLISH_DIVISION,
    REGISTER_EST,
    REPORT,
    SHARE,
    SIGN,
    Scene,
    but,
    day,
    given,
)


def reported() -> Scene:
    scene = given(SIGN, PUBLISH_DIVISION, PUBLISH_CATEGORIES, REGISTER_EST)
    scene.by = OFFICER
    return scene.and_given(OBSERVE)


def test_the_police_share_what_they_wrote_with_a_reason() -> None:
    shared = Shared(what="observation", key="obs-1", on=day("2020-02-03"), reason=SHARE.reason)
    reported().when(SHARE).then(("sharing-observation-obs-1", shared))


def test_nobody_else_shares_it() -> None:
    reported().as_role("samordnare").when(SHARE).then_refused("not-the-police")


def test_what_is_shared_exists_and_has_not_been_shared() -> None:
    reported().when(but(SHARE, key="obs-9")).then_refused("not-found")
    scene = reported().and_given(SHARE)
    scene.when(SHARE).then_refused("already-exists")


def test_it_is_not_shared_on_a_day_to_come() -> None:
    reported().on("2020-02-01").when(SHARE).then_refused("date-in-future")


def never(_: str) -> bool:
    return False


def closed(scene: Scene, stream: str, event: Event, *, by_police: bool, before: bool = False) -> bool:
    return bool(withheld(scene.register, [(stream, event)], by_police=by_police, is_closed=lambda _: before))


def test_what_is_reported_for_the_police_is_withheld_until_it_is_shared() -> None:
    scene = reported()
    seen = scene.history[-1]
    assert closed(scene, seen.stream, seen.event, by_police=True)
    assert not closed(scene, seen.stream, seen.event, by_police=False)
    scene.and_given(SHARE)
    assert not closed(scene, seen.stream, seen.event, by_police=True)


@pytest.mark.parametrize("by_police", [True, False])
def test_a_correction_is_withheld_as_what_it_corrects_whoever_makes_it(by_police: bool) -> None:
    corrected, withdrawn = Corrected(content=REPORT, reason="Fel dag."), Withdrawn(reason="Fel.")
    for event in (corrected, withdrawn, FileWithdrawn(reason="Fel fil.")):
        assert closed(reported(), "observation-obs-1", event, by_police=by_police, before=True)
        assert not closed(reported(), "observation-obs-1", event, by_police=by_police)


def test_the_police_picture_is_theirs_and_joint_work_is_shared_by_being_there() -> None:
    scene = reported()
    own = OwnPictureMade(**POLICE_PICTURE.model_dump())
    assert closed(scene, "picture-vasteras-2020", own, by_police=True)
    city = own.model_copy(update={"party": "municipality"})
    assert not closed(scene, "picture-vasteras-2020", city, by_police=False)
    assert not closed(scene, "problem-x", Proposed(**PROPOSE.model_dump(exclude={"problem"})), by_police=True)


def test_reports_in_a_file_of_a_source_of_the_police_are_theirs_whoever_takes_it_in() -> None:
    scene = given(SIGN, PUBLISH_DIVISION, PUBLISH_CATEGORIES, REGISTER_EST)
    scene.and_given(but(REGISTER_EST, source="lpo", owner=POLICE.upper()))
    rows = ReportRows.model_validate(stored("import.reports"))
    for source, expected in (("lpo", True), (REGISTER_EST.source, False)):
        taken = FileTaken.model_validate(stored("import.file_taken")).model_copy(update={"source": source})
        facts = [("import-f", taken), ("import-f", rows)]
        found = withheld(scene.register, facts, by_police=False, is_closed=never)
        assert found == ({"import-f"} if expected else set())


def stored(topic: str) -> Any:
    """The event of a stored shape."""
    lines = (Path(__file__).parent / "stored_events.jsonl").read_text(encoding="utf-8").splitlines()
    return next(line["event"] for line in map(json.loads, lines) if line["topic"] == topic)


JOINT = [
    "agreement",
    "division",
    "categories",
    "source",
    "problem",
    "plan",
    "action",
    "promise",
    "meeting",
    "signal",
    "assessment",
    "run",
    "review",
    "weights",
    "weighting",
    "forecast",
    "effect",
    "backtest",
    "erasure",
    "sharing",
]
"""Streams whose texts are the parties' joint work, or nobody's."""


def test_of_every_event_with_texts_it_is_known_whose_they_are() -> None:
    own = {Observed, Corrected, Withdrawn, FileTaken, FileWithdrawn, OwnPictureMade, JointPictureDefined, Adjusted}
    of_joint = {state for state in LIFECYCLES if state.KIND in JOINT}
    events = {state: get_args(union) or (union,) for state, (union, _) in LIFECYCLES.items()}
    left = {event for state, found in events.items() if state not in of_joint for event in found}
    assert left - own == {CountRows, IncidentRows, ReportRows, SurveyRows, NoticeRows}


def test_a_picture_and_a_file_are_shared_under_their_own_names() -> None:
    assert Share(what="picture", key="vasteras-2020", on=day("2020-02-03"), reason="x").stream == (
        "sharing-picture-vasteras-2020"
    )
    assert Share(what="import", key="f-1", on=day("2020-02-03"), reason="x").stream == "sharing-import-f-1"
