"""The signals of the year with what followed on each: when it was raised, judged, decided on and acted upon."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from domain.action import Action
from domain.core import Recorded
from domain.meeting import Meeting
from domain.period import first_day, last_day
from domain.problem import EvidenceAdded, Problem, Proposed
from domain.signal import Judged, Signal
from service.book.year import Year
from service.book.year_end import streams
from service.register import HERE


@dataclass(frozen=True, slots=True)
class Followed:
    """A signal as known at the opening. Days are None where there is nothing that could be linked to it.

    judged: of the first verdict. decided: of the first meeting that decided something about it, or, where a problem
    rests on it, of the day it was put to that problem. acted: of the first action committed to, after it was raised,
    for such a problem or by such a meeting. running: a problem that rests on it had an action going on already.
    """

    key: str
    signal: Signal
    raised: date
    judged: date | None
    decided: date | None
    acted: date | None
    running: bool


@dataclass(frozen=True, slots=True)
class Lead:
    """Days from a signal to what followed, of `number` signals; left: how many it could not be said of."""

    number: int
    left: int
    middle: float | None
    slowest: int | None


def of_year(year: Year, period: str) -> bool:
    """Whether a period belongs to the book: a week to the year that its name says, within the agreement's time."""
    return period[:4] == str(year.year) and last_day(period) >= year.first and first_day(period) <= year.last


def signals_of(year: Year) -> tuple[Followed, ...]:
    """The signals of the periods of the year, in the order in which they were raised."""
    found = []
    problems, decided = _problems(year), _decisions(year)
    for key, events in streams(year, Signal).items():
        signal: Signal = year.register.states[Signal.KIND][key]
        if of_year(year, signal.period):
            found.append(_followed(year, key, signal, events, problems.get(key, ()), decided.get(key, ())))
    return tuple(sorted(found, key=lambda one: (one.raised, one.key)))


Link = tuple[date, str | None]  # the day, and the key of the problem or action that came of it


def _followed(
    year: Year, key: str, signal: Signal, events: Sequence[Recorded], problems: Sequence[Link], decided: Sequence[Link]
) -> Followed:
    raised = events[0].recorded_at.astimezone(HERE).date()
    first = next((one.event.on for one in events if isinstance(one.event, Judged)), None)
    days = [on for on, _ in (*problems, *decided) if on >= raised]
    own = {problem for _, problem in problems}
    there: Mapping[str, Action] = year.register.states[Action.KIND]
    named = [there[action] for _, action in decided if action is not None and action in there]
    work = [*named, *(one for one in there.values() if one.problem in own)]
    acted = min((one.committed_on for one in work if one.committed_on >= raised), default=None)
    running = any(one.committed_on < raised and (one.ended_on or raised) >= raised for one in work)
    return Followed(key, signal, raised, first, min(days, default=None), acted, running)


def _problems(year: Year) -> Mapping[str, Sequence[Link]]:
    """By signal: the days on which it was put to a problem, with the problem's key."""
    found: dict[str, list[Link]] = {}
    for key, events in streams(year, Problem).items():
        for one in events:
            if isinstance(one.event, Proposed | EvidenceAdded):
                for item in one.event.evidence:
                    if item.kind == "signal":
                        found.setdefault(item.ref, []).append((one.event.on, key))
    return found


def _decisions(year: Year) -> Mapping[str, Sequence[Link]]:
    """By signal: the days of the meetings that decided something about it, with the action that the decision names."""
    found: dict[str, list[Link]] = {}
    for meeting in year.register.every(Meeting):
        for made in meeting.decisions:
            if made.signal is not None:
                found.setdefault(made.signal, []).append((meeting.on, made.action))
    return found


def lead(days: Iterable[int | None]) -> Lead:
    """From days, None where there is nothing to count to. What is dated before the signal is left out too."""
    every = list(days)
    known = [number for number in every if number is not None and number >= 0]
    left = len(every) - len(known)
    return Lead(len(known), left, median(known) if known else None, max(known, default=None))


def between(first: date, then: date | None) -> int | None:
    """Days from one to the other."""
    return (then - first).days if then is not None else None
