"""What a meeting decided in other forms than its own: priorities, plans and actions that were recorded while it sat."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from adapters.event_store import Bare, EventStore
from domain.action import Action, Committed, PlanAdopted
from domain.core import Event, Recorded
from domain.problem import Prioritised, Problem, SetAside
from domain.register import EVENTS, Register
from service.views.week_calendar import sitting
from service.views.week_work import Link

_WANTED: tuple[type[Event], ...] = (Prioritised, SetAside, PlanAdopted, Committed)
_BARE = tuple(topic for topic, event in EVENTS.items() if event not in _WANTED)
_MANY = 1000


@dataclass(frozen=True, slots=True)
class Made:
    """A problem prioritised or set aside, a plan adopted or an action committed to, during a meeting.

    about: the problem, or the action itself. reason: of the priority; a plan's aim; None for an action. rank: of a
    priority. owner_role, owner_organisation, due: of a plan or an action, as it was decided.
    """

    what: Literal["prioritised", "set-aside", "plan", "action"]
    about: Link
    reason: str | None = None
    rank: int | None = None
    owner_role: str | None = None
    owner_organisation: str | None = None
    due: date | None = None


def made(store: EventStore, register: Register, meeting: str, at: int | None) -> tuple[Made, ...]:
    """What was recorded from the opening of the meeting to its close (or to `at`, or now), in order."""
    place = sitting(store, meeting)
    if place is None:
        return ()
    ends = [gsn for gsn in (place.closed, at) if gsn is not None]
    while_it_sat = _read(store, place.opened, min(ends, default=None))
    return tuple(_told(register, one) for one in while_it_sat if not _of_another(one.event, meeting))


def _read(store: EventStore, after: int, stop: int | None) -> Iterator[Recorded]:
    while page := store.read(after, limit=_MANY, stop=stop, bare=_BARE):
        yield from (one for one in page if not isinstance(one, Bare))
        after = page[-1].gsn


def _of_another(event: Event, meeting: str) -> bool:
    """Whether the decision says itself that it was taken at another meeting."""
    return isinstance(event, Prioritised | SetAside) and event.meeting not in (None, meeting)


def _told(register: Register, recorded: Recorded) -> Made:
    key, event = recorded.stream.partition("-")[2], recorded.event
    if isinstance(event, Committed):
        action = register.find(Action, key)
        about = Link(key, event.title, action.progress if action else None)
        return Made("action", about, None, None, event.owner.role, event.owner.organisation, event.due)
    problem = register.find(Problem, key)
    about = Link(key, problem.title if problem else key, problem.standing if problem else None)
    if isinstance(event, PlanAdopted):
        return Made("plan", about, event.aim, None, event.owner.role, event.owner.organisation)
    assert isinstance(event, Prioritised | SetAside)
    if isinstance(event, Prioritised):
        return Made("prioritised", about, event.reason, event.rank)
    return Made("set-aside", about, event.reason)
