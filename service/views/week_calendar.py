"""The weeks that can be looked at, their meetings, and where in the history a meeting began and ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from adapters.event_store import EventStore
from domain.agreement import Agreement
from domain.meeting import Closed, Meeting, Opened
from domain.period import containing, first_day, following, frequency, last_day
from domain.register import Register
from domain.signal import Assessment

A_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Sitting:
    """When a meeting took place in the history: the gsn and time of its opening, and of its close if it is closed."""

    opened: int
    closed: int | None
    closed_at: datetime | None


def meeting_of(register: Register, week: str) -> tuple[str, Meeting] | None:
    """The key and state of the week's meeting; of several, the one that was opened last."""
    there: dict[str, Meeting] = register.states[Meeting.KIND]
    return next(((key, one) for key, one in reversed(there.items()) if one.week == week), None)


def open_week(register: Register, day: date) -> str | None:
    """The week that the day lies in, if its meeting is going on."""
    week = containing(day, "week")
    going_on = (one for one in register.every(Meeting) if one.week == week and not one.closed)
    return week if any(going_on) else None


def previous_meeting(register: Register, before: date) -> tuple[str, Meeting] | None:
    """The latest closed meeting that was held before a day."""
    there: dict[str, Meeting] = register.states[Meeting.KIND]
    held = [(key, one) for key, one in there.items() if one.closed and one.on < before]
    return max(held, key=lambda item: item[1].on, default=None)


def sitting(store: EventStore, key: str) -> Sitting | None:
    """Where the meeting stands in the history; None when there is no such meeting."""
    opened, closed = None, None
    for recorded in store.stream(f"{Meeting.KIND}-{key}"):
        if isinstance(recorded.event, Opened):
            opened = recorded.gsn
        elif isinstance(recorded.event, Closed):
            closed = recorded
    if opened is None:
        return None
    return Sitting(opened, closed.gsn if closed else None, closed.recorded_at if closed else None)


def agreement_on(register: Register, day: date) -> tuple[str, Agreement] | None:
    """The agreement in whose time a day lies, until its end; what has ended is still told of, its last day included."""
    there: dict[str, Agreement] = register.states[Agreement.KIND]
    return next(((key, one) for key, one in there.items() if one.first_day <= day <= one.end), None)


def agreement_in_force(register: Register, day: date) -> str | None:
    """The key of that agreement, while new work can be recorded under it: not once it is recorded as ended."""
    found = agreement_on(register, day)
    return found[0] if found and found[1].ended_on is None else None


def weeks(register: Register, today: date) -> tuple[str, str]:
    """The first and the last week that can be looked at: from the first agreement to this week, or to its end."""
    agreements = list(register.every(Agreement))
    begun = min((one.first_day for one in agreements), default=today)
    over = max((one.end for one in agreements), default=today)
    held = max((one.on for one in register.every(Meeting)), default=date.min)
    first, last = min(begun, today), min(today, max(over, held))
    return containing(first, "week"), containing(max(first, last), "week")


def latest_week(register: Register, today: date) -> str:
    """This week while an agreement is in force; otherwise the latest week with a meeting, or whose meeting judges the
    newest assessment; without either, this week."""
    this = containing(today, "week")
    if agreement_in_force(register, today) is not None:
        return this
    found = [one.week for one in register.every(Meeting)]
    found += [judged_in(one.period) for one in register.every(Assessment)]
    return max((week for week in found if week <= this), default=this)


def judged_in(period: str) -> str:
    """The week whose meeting judges a period: the one after it is over."""
    return following(period) if frequency(period) == "week" else containing(last_day(period) + A_WEEK, "week")


def beside(register: Register, week: str, today: date) -> tuple[str | None, str | None]:
    """The week before and the week after; None beyond the weeks that can be looked at."""
    first, last = weeks(register, today)
    before, after = containing(first_day(week) - A_WEEK, "week"), following(week)
    return before if before >= first else None, after if after <= last else None
