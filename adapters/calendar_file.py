"""A calendar file (iCalendar, RFC 5545): meetings and due days to put into anybody's calendar."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from icalendar import Calendar, Event


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """Something with a day or an hour. uid: the same for the same thing each time, so that a calendar updates it.

    starts: a day (the whole day), or a moment with its time zone; ends: likewise, a day after the last one. stamp: when
    the entry came to be or last changed (UTC); without it, midnight of the day it starts: the same file every time.
    """

    uid: str
    starts: datetime | date
    title: str
    description: str = ""
    ends: datetime | date | None = None
    stamp: datetime | None = None


def calendar(entries: Iterable[CalendarEntry], name: str) -> bytes:
    """The entries as one calendar called `name`."""
    made = Calendar()
    made.add("prodid", "-//Samverkan//Kalender//SV")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", name)
    for entry in entries:
        made.add_component(_event(entry))
    return bytes(made.to_ical())


def _event(entry: CalendarEntry) -> Event:
    made = Event()
    made.add("uid", entry.uid)
    made.add("dtstamp", entry.stamp or _midnight(entry.starts))
    made.add("dtstart", _utc(entry.starts))
    if entry.ends is not None:
        made.add("dtend", _utc(entry.ends))
    made.add("summary", entry.title)
    if entry.description:
        made.add("description", entry.description)
    if not isinstance(entry.starts, datetime):
        made.add("transp", "TRANSPARENT")  # a day to remember does not make anybody busy
    return made


def _utc(at: datetime | date) -> datetime | date:
    """Moments in UTC: no calendar has to know our time zone."""
    return at.astimezone(UTC) if isinstance(at, datetime) else at


def _midnight(at: datetime | date) -> datetime:
    return datetime.combine(at.date() if isinstance(at, datetime) else at, time(), UTC)
