"""EST-veckomötet: opened, attended by roles, decisions with reasons, closed with a frozen agenda."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from domain.meeting import (
    AgendaItem,
    Attend,
    Attended,
    Attendee,
    Closed,
    CloseMeeting,
    DecideAtMeeting,
    Decided,
    DecisionFollowedUp,
    FollowUpDecision,
    Meeting,
    Opened,
)
from tests.given import (
    AGREEMENT,
    ASSESS,
    ATTEND,
    CITY,
    COMMITTED,
    FOUNDED,
    OPEN_MEETING,
    POLICE,
    SIGNAL,
    but,
    day,
    given,
)
from tests.test_agreement import END

KEY = "est-2020-v08"
DECIDE = DecideAtMeeting(
    meeting=KEY,
    what="Tända lamporna i tunneln.",
    reason="Tre rapporter på en vecka.",
    owner_role="parkchef",
    due=day("2020-02-25"),
)
CLOSE = CloseMeeting(meeting=KEY, agenda=(AgendaItem(title="Nya rapporter", lines=("Tunneln",)),))
SITTING = (*FOUNDED, OPEN_MEETING, ATTEND)


def test_the_meeting_is_opened_in_its_week() -> None:
    scene = given(*FOUNDED).when(OPEN_MEETING)
    scene.then((f"meeting-{KEY}", Opened(agreement=AGREEMENT, on=day("2020-02-18"), week="2020-W08")))
    assert not scene.now(Meeting, KEY).closed


def test_the_week_of_a_meeting_at_new_year_is_the_iso_week() -> None:
    scene = given(*FOUNDED).when(but(OPEN_MEETING, on=day("2021-01-03"))).then_accepted()
    assert scene.now(Meeting, KEY).week == "2020-W53"


def test_a_meeting_is_opened_once_while_the_agreement_is_in_force() -> None:
    given(*SITTING).when(OPEN_MEETING).then_refused("already-exists")
    given(*FOUNDED, END).when(OPEN_MEETING).then_refused("agreement-ended")
    given(*FOUNDED).when(but(OPEN_MEETING, on=day("2019-11-05"))).then_refused("outside-period")
    given(*FOUNDED).on("2020-02-17").when(OPEN_MEETING).then_refused("date-in-future")
    given().when(OPEN_MEETING).then_refused("not-found")


def test_roles_attend_and_are_noted_once() -> None:
    police = Attendee(role="kommunpolis", organisation=POLICE)
    scene = given(*FOUNDED, OPEN_MEETING).when(ATTEND).then(Attended(attendees=ATTEND.attendees))
    scene.when(Attend(meeting=KEY, attendees=(*ATTEND.attendees, police))).then_accepted()
    assert scene.now(Meeting, KEY).attendees == (Attendee(role="samordnare", organisation=CITY), police)


def test_the_meeting_decides_what_who_until_when_and_why() -> None:
    scene = given(*SITTING).when(DECIDE)
    decided = Decided(**DECIDE.model_dump(exclude={"meeting"}))
    scene.then(decided)
    assert scene.now(Meeting, KEY).decisions == (decided,)


def test_nobody_decides_when_nobody_attends() -> None:
    given(*FOUNDED, OPEN_MEETING).when(DECIDE).then_refused("nobody-attends")


def test_a_decision_has_a_reason() -> None:
    with pytest.raises(ValidationError):
        but(DECIDE, reason=" ")


def test_a_decision_is_linked_to_what_it_is_about() -> None:
    linked = but(DECIDE, problem="personran-centrum", signal=SIGNAL, action="vandringar")
    given(*COMMITTED, ASSESS, OPEN_MEETING, ATTEND).when(linked).then_accepted()


@pytest.mark.parametrize("link", [{"problem": "p"}, {"signal": "s"}, {"action": "a"}])
def test_a_decision_links_to_what_exists(link: dict[str, Any]) -> None:
    given(*SITTING).when(but(DECIDE, **link)).then_refused("not-found")


def test_the_agenda_is_frozen_when_the_meeting_closes() -> None:
    scene = given(*SITTING, DECIDE).when(CLOSE).then(Closed(agenda=CLOSE.agenda))
    assert scene.now(Meeting, KEY).closed
    assert scene.now(Meeting, KEY).agenda == CLOSE.agenda


@pytest.mark.parametrize("command", [ATTEND, DECIDE, CLOSE])
def test_a_closed_meeting_stays_as_it_was(command: Any) -> None:
    given(*SITTING, CLOSE).when(command).then_refused("meeting-closed")


@pytest.mark.parametrize("command", [ATTEND, DECIDE, CLOSE])
def test_only_a_meeting_that_was_opened_goes_on(command: Any) -> None:
    given(*FOUNDED).when(command).then_refused("not-found")


def test_a_meeting_can_be_closed_after_the_agreement_has_ended() -> None:
    given(*SITTING, END).when(CLOSE).then_accepted()


FOLLOW_UP = FollowUpDecision(meeting="est-2020-v09", earlier=KEY, number=1, outcome="ongoing", comment="Väntar på el.")
NEXT = (*SITTING, DECIDE, CLOSE, but(OPEN_MEETING, meeting="est-2020-v09", on=day("2020-02-25")))


def test_an_earlier_decision_is_followed_up_and_the_latest_word_holds() -> None:
    scene = given(*NEXT).when(FOLLOW_UP)
    scene.then(DecisionFollowedUp(earlier=KEY, number=1, outcome="ongoing", comment="Väntar på el."))
    scene.when(but(FOLLOW_UP, outcome="done", comment=None)).then_accepted()
    (word,) = scene.now(Meeting, "est-2020-v09").followed_up
    assert (word.outcome, word.comment) == ("done", None)


def test_only_decisions_that_earlier_meetings_took_are_followed_up_while_the_meeting_goes_on() -> None:
    given(*NEXT).when(but(FOLLOW_UP, number=2)).then_refused("no-such-decision")
    given(*NEXT).when(but(FOLLOW_UP, earlier="est-2020-v01")).then_refused("not-found")
    given(*SITTING, DECIDE).when(but(FOLLOW_UP, meeting=KEY)).then_refused("not-earlier")
    given(*NEXT).when(but(FOLLOW_UP, meeting=KEY)).then_refused("meeting-closed")
