"""The work that a weekly meeting follows up: decisions, actions due and late, promises, and the ranking."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Literal

from domain.action import Action
from domain.meeting import Meeting, Outcome, outcomes
from domain.problem import Problem
from domain.promise import Promise
from domain.register import Register
from domain.signal import Signal
from service.views.broken_links import signal_title
from service.views.week_names import Names
from service.views.week_reports import Reports

SOON = timedelta(days=14)
TO_REPORT = timedelta(days=30)
ONGOING = ("committed", "started")


@dataclass(frozen=True, slots=True)
class Link:
    """Something that a decision is about: its key, its name, and how far it has come where that is known."""

    key: str
    title: str
    progress: str | None = None


@dataclass(frozen=True, slots=True)
class Word:
    """How it went with a decision: done, ongoing or not done, in the words of the meeting of `week`."""

    outcome: Outcome
    comment: str | None
    meeting: str
    week: str


@dataclass(frozen=True, slots=True)
class DecisionTold:
    """A decision, with what it is about. number: among those of its meeting, from 1; with the meeting it names it.

    late: its day had passed when the meeting was held, and it was neither carried out nor given up. followed_up: the
    latest word on it.
    """

    meeting: str
    number: int
    week: str
    what: str
    reason: str
    owner_role: str | None
    due: date | None
    late: bool
    problem: Link | None
    signal: Link | None
    action: Link | None
    followed_up: Word | None

    def waits(self, meeting: str | None) -> bool:
        """Whether it has yet to be followed up at a meeting."""
        word = self.followed_up
        return word is None or (word.outcome == "ongoing" and word.meeting != meeting)


@dataclass(frozen=True, slots=True)
class ActionTold:
    """An action that asks for something.

    what: late (not done when it was due), due (within two weeks), unverified (reported done, not checked) or
    follow-up (the day of its follow-up has come). on: the day it is about; days: since then (negative: to come).
    logged_hours: so far; once it is followed up, those that the follow-up says.
    """

    key: str
    what: Literal["late", "due", "unverified", "follow-up"]
    title: str
    problem: Link
    owner_role: str
    owner_organisation: str
    progress: str
    on: date
    days: int
    planned_hours: float
    logged_hours: float


@dataclass(frozen=True, slots=True)
class PromiseTold:
    """A promise to report back to the residents. late: its last day has passed."""

    key: str
    title: str
    last_day: date
    late: bool


@dataclass(frozen=True, slots=True)
class Ranked:
    """A prioritised problem. reports, signals: new ones of its places and categories. running, late: its actions.

    shared: another one was given the same rank.
    """

    key: str
    title: str
    rank: int | None
    places: tuple[str, ...]
    reports: int
    signals: int
    running: int
    late: int
    has_causes: bool
    shared: bool = False


def decisions(register: Register, meeting: str, state: Meeting, day: date) -> tuple[DecisionTold, ...]:
    """What a meeting decided, as it looks on a day."""
    words = _words(register)
    return tuple(_decision(register, meeting, state, n, day, words) for n in range(1, len(state.decisions) + 1))


def _words(register: Register) -> Mapping[tuple[str, int], Word]:
    there: dict[str, Meeting] = register.states[Meeting.KIND]
    return {
        about: Word(word.outcome, word.comment, by, there[by].week) for about, (by, word) in outcomes(there).items()
    }


def _decision(
    register: Register, meeting: str, state: Meeting, number: int, day: date, words: Mapping[tuple[str, int], Word]
) -> DecisionTold:
    one, word = state.decisions[number - 1], words.get((meeting, number))
    action = register.find(Action, one.action) if one.action else None
    open_still = (word is None or word.outcome == "ongoing") and (action is None or action.progress in ONGOING)
    return DecisionTold(
        meeting, number, state.week, one.what, one.reason, one.owner_role, one.due,
        one.due is not None and one.due < day and open_still,
        _problem(register, one.problem), _signal(register, one.signal),
        Link(one.action, action.title, action.progress) if one.action and action else None, word,
    )  # fmt: skip


def _problem(register: Register, key: str | None) -> Link | None:
    found = register.find(Problem, key) if key else None
    return Link(key, found.title, found.standing) if key and found else None


def _signal(register: Register, key: str | None) -> Link | None:
    found = register.find(Signal, key) if key else None
    return Link(key, f"{signal_title(register, found)}", found.response) if key and found else None


def follow_up(register: Register, previous: tuple[str, Meeting] | None, day: date) -> tuple[DecisionTold, ...]:
    """The previous meeting's decisions, earlier ones whose day came since, and those that were ongoing when followed up
    before."""
    if previous is None:
        return ()
    there: dict[str, Meeting] = register.states[Meeting.KIND]
    before = outcomes({key: one for key, one in there.items() if one.on < day})
    going_on = {about for about, (_, word) in before.items() if word.outcome == "ongoing"}
    found = [
        told
        for key, one in there.items()
        if one.on <= previous[1].on
        for told in decisions(register, key, one, day)
        if key == previous[0] or _came(told, previous[1].on, day) or (key, told.number) in going_on
    ]
    return tuple(sorted(found, key=lambda d: (not d.late, d.due or date.max)))


def _came(told: DecisionTold, after: date, day: date) -> bool:
    """Whether it was to be done between two meetings."""
    return told.due is not None and after < told.due <= day


def actions(register: Register, day: date) -> tuple[ActionTold, ...]:
    """What actions ask for on a day: the late ones first, the oldest before the newer."""
    order = ("late", "due", "unverified", "follow-up")
    there: dict[str, Action] = register.states[Action.KIND]
    found = [told for key, one in there.items() if (told := _action(register, key, one, day)) is not None]
    return tuple(sorted(found, key=lambda told: (order.index(told.what), told.on)))


def _action(register: Register, key: str, one: Action, day: date) -> ActionTold | None:
    what, on = _asks(one, day)
    if what is None:
        return None
    problem = _problem(register, one.problem) or Link(one.problem, one.problem)
    return ActionTold(
        key, what, one.title, problem, one.owner.role, one.owner.organisation, one.progress, on, (day - on).days,
        one.planned_hours, one.followed_up.hours if one.followed_up else one.logged_hours,
    )  # fmt: skip


def _asks(one: Action, day: date) -> tuple[Literal["late", "due", "unverified", "follow-up"] | None, date]:
    if one.progress in ONGOING and one.due <= day + SOON:
        return ("late" if one.due < day else "due"), one.due
    if one.progress == "reported done":
        return "unverified", one.ended_on or one.due
    if one.progress in ("verified done", "cancelled") and one.followed_up is None and one.follow_up.on <= day:
        return "follow-up", one.follow_up.on
    return None, one.due


def promises(register: Register, day: date) -> tuple[PromiseTold, ...]:
    """Promises that are over, or will be within a month, and have not been reported back."""
    there: dict[str, Promise] = register.states[Promise.KIND]
    waiting = [
        PromiseTold(key, one.title, one.last_day, one.last_day < day)
        for key, one in there.items()
        if one.reported is None and one.last_day <= day + TO_REPORT
    ]
    return tuple(sorted(waiting, key=lambda told: told.last_day))


def ranking(register: Register, reports: Reports, raised: Sequence[tuple[str, str]], day: date) -> tuple[Ranked, ...]:
    """The prioritised problems in the order that was decided; those without a rank last, the oldest decision first.

    raised: district and category of each signal of the latest assessments.
    """
    fresh = Counter((line.district, line.category) for group in reports.groups for line in group.items)
    there: dict[str, Problem] = register.states[Problem.KIND]
    chosen = [(key, one) for key, one in there.items() if one.standing == "prioritised"]
    chosen.sort(key=lambda item: (item[1].rank or 999, item[1].decided_on or date.max))
    ranks = Counter(one.rank for _, one in chosen if one.rank is not None)
    ranked = (_ranked(register, key, one, fresh, Counter(raised), day) for key, one in chosen)
    return tuple(replace(each, shared=each.rank is not None and ranks[each.rank] > 1) for each in ranked)


def _ranked(
    register: Register, key: str, one: Problem, fresh: Mapping[Any, int], raised: Mapping[Any, int], day: date,
) -> Ranked:  # fmt: skip
    """fresh, raised: how many by (district, category)."""
    names = Names(register)
    districts = {place.district for place in one.places}

    def about(counted: Mapping[Any, int]) -> int:
        cells = ((d, c, n) for (d, c), n in counted.items())
        return sum(n for d, c, n in cells if d in districts and (not one.categories or c in one.categories))

    own = [a for a in register.every(Action) if a.problem == key and a.progress in ONGOING]
    places = tuple(names.in_division(place.division, place.district) for place in one.places)
    late = sum(a.due < day for a in own)
    return Ranked(
        key, one.title, one.rank, places, about(fresh), about(raised), len(own), late, bool(one.causes)
    )  # fmt: skip
