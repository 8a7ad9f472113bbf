"""EST-veckomöte: opened, attended by roles, decisions, closed with a frozen agenda."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any, ClassVar, Literal, assert_never

from pydantic import Field

from domain.action import Action
from domain.agreement import in_force
from domain.core import (
    Asked,
    Command,
    Event,
    Key,
    Known,
    Short,
    Text,
    Value,
    must_be_new,
    must_exist,
    not_in_future,
    refuse,
)
from domain.period import containing
from domain.problem import Problem
from domain.signal import Signal, SignalKey

Outcome = Literal["done", "ongoing", "not done"]


class Attendee(Value):
    """A role that was there, for an organisation. Never a person."""

    role: Short
    organisation: Short


class AgendaItem(Value):
    """What was on the table, as it stood when the meeting closed."""

    title: Short
    lines: tuple[Text, ...] = ()


# What happens


class Opened(Event):
    """The meeting began."""

    TOPIC: ClassVar[str] = "meeting.opened"
    agreement: Key
    on: date
    week: Annotated[str, Field(pattern=r"^\d{4}-W\d{2}$")]


class Attended(Event):
    """Roles took part."""

    TOPIC: ClassVar[str] = "meeting.attended"
    attendees: tuple[Attendee, ...]


class Decided(Event):
    """The meeting decided something: what, who, until when, linked to what it is about."""

    TOPIC: ClassVar[str] = "meeting.decided"
    what: Text
    reason: Text
    owner_role: Short | None
    due: date | None
    problem: Key | None
    signal: SignalKey | None
    action: Key | None


class DecisionFollowedUp(Event):
    """The meeting noted how it went with a decision of an earlier one: its number there, counted from 1."""

    TOPIC: ClassVar[str] = "meeting.decision_followed_up"
    earlier: Key
    number: Annotated[int, Field(ge=1)]
    outcome: Outcome
    comment: Text | None


class Closed(Event):
    """The meeting ended; the agenda is frozen as it was seen."""

    TOPIC: ClassVar[str] = "meeting.closed"
    agenda: tuple[AgendaItem, ...]


MeetingEvent = Opened | Attended | Decided | DecisionFollowedUp | Closed

# What there is


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting as it stands. followed_up: the latest word on each earlier decision that it took up."""

    KIND: ClassVar[str] = "meeting"
    agreement: str
    on: date
    week: str
    attendees: tuple[Attendee, ...] = ()
    decisions: tuple[Decided, ...] = ()
    followed_up: tuple[DecisionFollowedUp, ...] = ()
    agenda: tuple[AgendaItem, ...] | None = None

    @property
    def closed(self) -> bool:
        """Whether the agenda is frozen."""
        return self.agenda is not None


def evolve(state: Meeting | None, event: MeetingEvent) -> Meeting:
    """The state after the event."""
    if isinstance(event, Opened):
        return Meeting(event.agreement, event.on, event.week)
    assert state is not None
    match event:
        case Attended(attendees=attendees):
            fresh = tuple(a for a in attendees if a not in state.attendees)
            return replace(state, attendees=state.attendees + fresh)
        case Decided():
            return replace(state, decisions=(*state.decisions, event))
        case DecisionFollowedUp(earlier=earlier, number=number):
            others = tuple(f for f in state.followed_up if (f.earlier, f.number) != (earlier, number))
            return replace(state, followed_up=(*others, event))
        case Closed(agenda=agenda):
            return replace(state, agenda=agenda)
        case _:
            assert_never(event)


def outcomes(meetings: Mapping[str, Meeting]) -> dict[tuple[str, int], tuple[str, DecisionFollowedUp]]:
    """By the meeting and number of a decision: the latest word on it, and the key of the meeting that said so."""
    by_day = sorted(meetings, key=lambda key: meetings[key].on)
    return {(word.earlier, word.number): (key, word) for key in by_day for word in meetings[key].followed_up}


# What can be asked


class _OnMeeting(Command):
    meeting: Key

    @property
    def stream(self) -> str:
        return f"{Meeting.KIND}-{self.meeting}"

    def open_meeting(self, known: Known) -> Meeting:
        """The meeting, unless it is closed."""
        state = must_exist(known.find(Meeting, self.meeting), "meeting", "Mötet", self.meeting)
        if state.closed:
            refuse(
                "meeting-closed",
                f"Mötet {state.week} är avslutat och kan inte ändras. Ta upp det på nästa möte.",
                f"The meeting of {state.week} is closed and cannot be changed. Raise it at the next meeting.",
            )
        return state


class OpenMeeting(_OnMeeting):
    """Open the weekly meeting."""

    NAME: ClassVar[str] = "open-meeting"
    agreement: Key
    on: date

    def decide(self, known: Known, asked: Asked) -> Sequence[Event]:
        must_be_new(known.find(Meeting, self.meeting), "meeting", "Mötet", self.meeting)
        not_in_future(self.on, asked)
        in_force(known, self.agreement, self.on)
        return [Opened(agreement=self.agreement, on=self.on, week=containing(self.on, "week"))]


class Attend(_OnMeeting):
    """Record the roles that take part."""

    NAME: ClassVar[str] = "attend"
    attendees: Annotated[tuple[Attendee, ...], Field(min_length=1)]

    def decide(self, known: Known, asked: Asked) -> Sequence[Event]:
        self.open_meeting(known)
        return [Attended(attendees=self.attendees)]


class DecideAtMeeting(_OnMeeting):
    """Record a decision with its reason."""

    NAME: ClassVar[str] = "decide"
    what: Text
    reason: Text
    owner_role: Short | None = None
    due: date | None = None
    problem: Key | None = None
    signal: SignalKey | None = None
    action: Key | None = None

    def decide(self, known: Known, asked: Asked) -> Sequence[Event]:
        state = self.open_meeting(known)
        if not state.attendees:
            refuse(
                "nobody-attends",
                "Ingen är antecknad som närvarande. Ange vilka roller som deltar innan ni beslutar.",
                "Nobody is recorded as present. Say which roles attend before you decide.",
            )
        links: tuple[tuple[type[Any], str | None, str, str], ...] = (
            (Problem, self.problem, "problem", "Problembilden"),
            (Signal, self.signal, "signal", "Signalen"),
            (Action, self.action, "action", "Åtgärden"),
        )
        for kind, key, what, vad in links:
            if key is not None:
                must_exist(known.find(kind, key), what, vad, key)
        return [Decided(**self.model_dump(exclude={"meeting"}))]


class FollowUpDecision(_OnMeeting):
    """Note how it went with a decision of an earlier meeting; said again, the latest word holds."""

    NAME: ClassVar[str] = "follow-up-decision"
    earlier: Key
    number: Annotated[int, Field(ge=1)]
    outcome: Outcome
    comment: Text | None = None

    def decide(self, known: Known, asked: Asked) -> Sequence[Event]:
        state = self.open_meeting(known)
        earlier = must_exist(known.find(Meeting, self.earlier), "meeting", "Mötet", self.earlier)
        if self.earlier == self.meeting or earlier.on > state.on:
            refuse(
                "not-earlier",
                f"Bara beslut från tidigare möten följs upp; mötet {earlier.week} är inte tidigare.",
                f"Only decisions of earlier meetings are followed up; that of {earlier.week} is not earlier.",
            )
        if self.number > len(earlier.decisions):
            refuse(
                "no-such-decision",
                f"Mötet {earlier.week} fattade {len(earlier.decisions)} beslut; nummer {self.number} finns inte.",
                f"The meeting of {earlier.week} took {len(earlier.decisions)} decisions; there is no "
                f"number {self.number}.",
            )
        return [DecisionFollowedUp(**self.model_dump(exclude={"meeting"}))]


class CloseMeeting(_OnMeeting):
    """Close the meeting and freeze its agenda."""

    NAME: ClassVar[str] = "close-meeting"
    agenda: Annotated[tuple[AgendaItem, ...], Field(min_length=1)]

    def decide(self, known: Known, asked: Asked) -> Sequence[Event]:
        self.open_meeting(known)
        return [Closed(agenda=self.agenda)]
