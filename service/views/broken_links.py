"""Where the chain from observation to follow-up is broken: what was decided or seen, and never taken further."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

from domain.action import Action, Plan
from domain.catalogue import Categories, Division, Source
from domain.meeting import Decided, Meeting, outcomes
from domain.period import last_day
from domain.problem import Problem
from domain.promise import Promise
from domain.register import Register
from domain.signal import Signal

Kind = Literal[
    "problem-without-causes",
    "problem-without-plan",
    "plan-without-actions",
    "action-without-problem",
    "action-late",
    "action-unverified",
    "action-without-follow-up",
    "signal-without-verdict",
    "promise-not-reported",
    "decision-overdue",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
A_WEEK = timedelta(days=7)
ONGOING = ("committed", "started")


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """One place where the chain is broken.

    key: of what it is about: a problem (also for its plan), an action, a signal, a promise, or the meeting that took
    the decision. title: its name, or what was decided. since: the day from which it has been missing. problem: the
    problem that it belongs to, if any. week: of the meeting that took the decision.
    """

    kind: Kind
    key: str
    title: str
    since: date
    problem: str | None = None
    week: str | None = None


@dataclass(frozen=True, slots=True)
class BrokenLinks:
    """All broken links on a day, by kind; every kind is there, the oldest link first."""

    counts: Mapping[Kind, int]
    items: Mapping[Kind, tuple[BrokenLink, ...]]

    @property
    def total(self) -> int:
        """How many there are in all."""
        return sum(self.counts.values())

    def of_problem(self, key: str) -> tuple[BrokenLink, ...]:
        """Those that belong to a problem, its actions included."""
        return tuple(one for kind in KINDS for one in self.items[kind] if one.problem == key)

    def of(self, key: str, *kinds: Kind) -> tuple[BrokenLink, ...]:
        """Those of some kinds that are about one thing."""
        return tuple(one for kind in kinds for one in self.items[kind] if one.key == key)


def broken_links(register: Register, today: date) -> BrokenLinks:
    """Every broken link of the register as it stands on a day.

    A signal has a week to be judged in, and a decision or a plan a week to be followed by the next step. An action that
    was never started needs no follow-up. A decision about an action is overdue until the action has ended, one about a
    signal until the signal is judged, any other until a meeting has been closed on its due day or later. What a meeting
    has said of it comes first: done and not done end it, and after ongoing no meeting does.
    """
    found = sorted(_all(register, today), key=lambda one: (one.since, one.key))
    items = {kind: tuple(one for one in found if one.kind == kind) for kind in KINDS}
    return BrokenLinks({kind: len(items[kind]) for kind in KINDS}, items)


def _all(register: Register, today: date) -> Iterator[BrokenLink]:
    yield from _of_problems(register, today)
    for key, action in register.states[Action.KIND].items():
        yield from _of_action(register, key, action, today)
    yield from _of_signals(register, today)
    for key, promise in register.states[Promise.KIND].items():
        if promise.reported is None and promise.last_day < today:
            yield BrokenLink("promise-not-reported", key, promise.title, promise.last_day)
    yield from _of_meetings(register, today)


def _of_problems(register: Register, today: date) -> Iterator[BrokenLink]:
    worked_on = {action.problem for action in register.every(Action)}
    for key, problem in register.states[Problem.KIND].items():
        if problem.standing != "prioritised":
            continue
        plan, since = register.find(Plan, key), problem.decided_on or problem.proposed_on
        if plan is not None and key not in worked_on and plan.on + A_WEEK < today:
            yield BrokenLink("plan-without-actions", key, problem.title, plan.on, key)
        if since + A_WEEK >= today:
            continue
        if not problem.causes:
            yield BrokenLink("problem-without-causes", key, problem.title, since, key)
        if plan is None:
            yield BrokenLink("problem-without-plan", key, problem.title, since, key)


def _of_action(register: Register, key: str, action: Action, today: date) -> Iterator[BrokenLink]:
    problem, ongoing = register.find(Problem, action.problem), action.progress in ONGOING
    if ongoing and (problem is None or problem.standing != "prioritised"):
        since = problem.decided_on if problem else None
        yield BrokenLink("action-without-problem", key, action.title, since or action.committed_on, action.problem)
    if ongoing and action.due < today:
        yield BrokenLink("action-late", key, action.title, action.due, action.problem)
    if action.progress == "reported done":
        yield BrokenLink("action-unverified", key, action.title, action.ended_on or action.due, action.problem)
    awaited = action.followed_up is None and action.progress != "not started"
    if awaited and action.follow_up.on < today:
        yield BrokenLink("action-without-follow-up", key, action.title, action.follow_up.on, action.problem)


def _of_signals(register: Register, today: date) -> Iterator[BrokenLink]:
    for key, signal in register.states[Signal.KIND].items():
        seen = last_day(signal.period)
        if signal.judged_on is None and seen + A_WEEK < today:
            yield BrokenLink("signal-without-verdict", key, signal_title(register, signal), seen)


def signal_title(register: Register, signal: Signal) -> str:
    """What a signal is about: its category and district, by name."""
    source = register.find(Source, signal.source)
    division = register.find(Division, source.division) if source else None
    district = division.districts.get(signal.district) if division else None
    category = next((c.categories.get(signal.category) for c in register.every(Categories)), None)
    return f"{category.name if category else signal.category}, {district.name if district else signal.district}"


def _of_meetings(register: Register, today: date) -> Iterator[BrokenLink]:
    meetings: Mapping[str, Meeting] = register.states[Meeting.KIND]
    last_closed = max((meeting.on for meeting in meetings.values() if meeting.closed), default=date.min)
    words = {about: word.outcome for about, (_, word) in outcomes(meetings).items()}
    for key, meeting in meetings.items():
        for number, decision in enumerate(meeting.decisions, start=1):
            if decision.due is None or decision.due >= today or words.get((key, number)) in ("done", "not done"):
                continue
            said = date.min if words.get((key, number)) == "ongoing" else last_closed
            if not _carried_out(register, meeting.on, decision, said):
                yield BrokenLink("decision-overdue", key, decision.what, decision.due, decision.problem, meeting.week)


def _carried_out(register: Register, taken: date, decision: Decided, last_closed: date) -> bool:
    assert decision.due is not None
    action = register.find(Action, decision.action) if decision.action else None
    if action is not None:
        return action.progress not in ONGOING
    signal = register.find(Signal, decision.signal) if decision.signal else None
    if signal is not None:
        return signal.judged_on is not None and signal.judged_on >= taken
    return last_closed >= decision.due and last_closed > taken
