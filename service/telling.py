"""The history for people and for tools: which events a filter wants, and events as JSON lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from pydantic_core import to_json

from adapters.event_store import EventStore
from domain.core import Recorded
from service.register import HERE
from service.story import subjects


def matches(recorded: Recorded, wanted: Mapping[str, str], actor: str | None, days: tuple[date, date]) -> bool:
    """Whether an event is about all that is wanted (`problems`, `actions`, `districts`: a key each), by that actor
    (an account, a role or an organisation), and recorded within the days."""
    if not days[0] <= recorded.recorded_at.astimezone(HERE).date() <= days[1]:
        return False
    if actor is not None and actor not in (recorded.by.account, recorded.by.role, recorded.by.organisation):
        return False
    about = subjects(recorded)
    return all(key in about.get(kind, ()) for kind, key in wanted.items())


def as_json(store: EventStore, *, after: int = 0, stop: int | None = None) -> Iterator[str]:
    """Each event in its envelope, in order, as one JSON object without line ends."""
    while True:
        page = store.read(after, limit=100, stop=stop)
        yield from (envelope(recorded) for recorded in page if isinstance(recorded, Recorded))
        if len(page) < 100:
            return
        after = page[-1].gsn


def envelope(r: Recorded) -> str:
    """One event in its envelope, as JSON."""
    plain = {
        "gsn": r.gsn,
        "stream": r.stream,
        "version": r.version,
        "topic": type(r.event).TOPIC,
        "recorded_at": r.recorded_at,
        "clock_at": r.clock_at,
        "by": r.by.model_dump(),
        "command_id": r.command_id,
        "event": r.event.model_dump(mode="json"),
    }
    return to_json(plain).decode()
