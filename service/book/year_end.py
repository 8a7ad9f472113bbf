"""The work as it stood at the year's end, as far as that was known when the book was opened.

`year.before` leaves out what was recorded late; `year.register` has what happened in the next year, too. The book of a
year tells neither: it takes the events that are known at the opening, and of those the ones dated within the year.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from domain.action import Action, Plan
from domain.core import Recorded
from domain.meeting import Meeting
from domain.period import last_day
from domain.problem import Problem
from domain.promise import Promise
from domain.register import Register
from domain.signal import AlertRaised, Signal
from service.book.year import Year
from service.wording import day

_DATED = (Problem, Plan, Action, Promise, Signal)
Streams = Mapping[str, tuple[Recorded, ...]]


def last_seen(year: Year) -> date:
    """The day that the book looks at the year from: its last, or the day of opening where the year is not over."""
    return min(year.last, year.opened_on)


def by_the_end(year: Year) -> str:
    """`vid årets slut`, or the day where the book looks from another one."""
    seen = last_seen(year)
    if (seen.month, seen.day) == (12, 31):
        return year.say("vid årets slut", "at the year's end")
    return year.say(day(seen, "sv"), f"on {day(seen, 'en')}")


def streams(year: Year, kind: type[Any]) -> Streams:
    """The events of every stream of a kind, in order, as far as they were known at the opening; by its key."""
    store, there = year.live.store, year.register.states[kind.KIND]
    return {key: tuple(one for one in store.stream(f"{kind.KIND}-{key}") if one.gsn <= year.at) for key in there}


def at_year_end(year: Year) -> Register:
    """The record with the problems, plans, actions, promises, signals and meetings as they stood on the last day."""
    states = dict(year.register.states)
    for kind in _DATED:
        states[kind.KIND] = _stood(streams(year, kind), year.last)
    meetings: Mapping[str, Meeting] = year.register.states[Meeting.KIND]
    states[Meeting.KIND] = {key: one for key, one in meetings.items() if one.on <= year.last}
    return Register(year.register.position, dict(year.register.versions), states)


def stood(events: tuple[Recorded, ...], on: date) -> Any | None:
    """The state that a stream's events of up to a day make; None before its first."""
    register = Register()
    if not events or dated(events[0]) > on:
        return None
    for position, one in enumerate((one for one in events if dated(one) <= on), start=1):
        register.apply(replace(one, gsn=position))
    kind, _, key = events[0].stream.partition("-")
    return register.states[kind].get(key)


def dated(recorded: Recorded) -> date:
    """The day that an event is about: of an alert the last of its period."""
    event: Any = recorded.event
    on: date = last_day(event.period) if isinstance(event, AlertRaised) else event.on
    return on


def _stood(there: Streams, on: date) -> dict[str, Any]:
    found = {key: stood(events, on) for key, events in there.items()}
    return {key: state for key, state in found.items() if state is not None}
