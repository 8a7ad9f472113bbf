"""Events into the log and out of it again, in their envelopes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from eventsourcing.persistence import EventStore as LibraryStore
from eventsourcing.persistence import JSONTranscoder, Mapper, RecordConflictError, StoredEvent
from pydantic import BaseModel, create_model
from pydantic_core import to_json

from adapters.database import Cursor, Database
from adapters.event_store.transaction import TABLE, AlreadyStored, as_text
from adapters.event_store.transaction import Unit as Unit
from domain.core import Actor, Event, Recorded, refuse
from domain.register import EVENTS

# a table of PostgreSQL cannot hold it, and a follower that met it would stand still
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


class Conflict(Exception):  # noqa: N818 - an answer, not an error
    """Somebody else changed what the decision rested on. Reload, decide again, save."""


class CommandReused(Exception):  # noqa: N818 - an answer, not an error
    """The command id belongs to another command."""


class UnknownEvent(Exception):  # noqa: N818 - reads as the sentence that it is
    """The log holds an event that this version of the program does not know; a later version wrote it."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where a command's events stand. repeated: the command had been stored before; nothing was added now."""

    first: int
    last: int
    repeated: bool


@dataclass(frozen=True, slots=True)
class Bare:
    """The place of an event whose content was not asked for."""

    gsn: int
    stream: str
    version: int


@dataclass(frozen=True, slots=True)
class _Draft:
    """An event on its way in, as the library wants to see it."""

    originator_id: str
    originator_version: int
    by: Actor
    clock: datetime
    command_id: str
    event: Event


@cache
def _envelope(topic: str) -> type[BaseModel]:
    return create_model(
        "Envelope", by=(Actor, ...), clock=(datetime, ...), command=(str, ...), event=(EVENTS[topic], ...)
    )


class _Mapper(Mapper[Any]):
    """Between events and stored bytes: our topics, pydantic's JSON. Old shapes are read by the models' validators."""

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        draft: _Draft = domain_event
        head = to_json({"by": draft.by.model_dump(), "clock": as_text(draft.clock), "command": draft.command_id})
        state = head[:-1] + b',"event":' + draft.event.model_dump_json().encode() + b"}"
        if b"\\u0000" in state and _NUL.search(state):
            refuse(
                "nul-character",
                "Texten innehåller ett NUL-tecken, som inte går att spara. Ta bort det och försök igen.",
                "The text holds a NUL character, which cannot be stored. Remove it and try again.",
            )
        return StoredEvent(draft.originator_id, draft.originator_version, type(draft.event).TOPIC, state)

    def to_recorded(self, gsn: int, stream: str, version: int, topic: str, state: bytes, recorded_at: str) -> Recorded:
        """The event in its envelope."""
        if topic not in EVENTS:
            raise UnknownEvent(f"gsn {gsn} is an event “{topic}”, which only a later version of Samverkan can read")
        stored: Any = _envelope(topic).model_validate_json(bytes(state))
        return Recorded(
            gsn,
            stream,
            version,
            datetime.fromisoformat(recorded_at),
            stored.clock,
            stored.by,
            stored.command,
            stored.event,
        )


class EventStore:
    """The log of one register."""

    def __init__(self, recorder: Any) -> None:
        self._recorder = recorder
        self._mapper = _Mapper(JSONTranscoder())
        self._library: LibraryStore[Any] = LibraryStore(self._mapper, recorder)
        self._gsn = recorder.gsn_column

    @property
    def database(self) -> Database:
        """The same database, for read models."""
        database: Database = self._recorder
        return database

    def append(self, events: Iterable[tuple[str, int, Event]], by: Actor, unit: Unit) -> Receipt:
        """Store events (stream, version, event) in one transaction, or raise Conflict or CommandReused."""
        drafts: Any = [_Draft(s, v, by, unit.clock, unit.command_id, e) for s, v, e in events]
        try:
            recordings = self._library.put(drafts, unit=unit)
        except AlreadyStored as stored:
            return _repeated(stored, unit)
        except RecordConflictError as e:
            raise Conflict(str(e)) from e
        gsns = [r.notification.id for r in recordings]
        return Receipt(gsns[0], gsns[-1], False) if gsns else Receipt(unit.position, unit.position, False)

    def receipt(self, command_id: str, fingerprint: str) -> Receipt | None:
        """The first answer to a command that has been stored; None if it has not. Raises CommandReused."""
        with self.database.reading() as c:
            c.execute("SELECT fingerprint, first_gsn, last_gsn FROM commands WHERE id = ?", (command_id,))
            row = c.fetchone()
        if row is None:
            return None
        if row[0] != fingerprint:
            raise CommandReused(command_id)
        return Receipt(row[1], row[2], True)

    def read(
        self,
        after: int,
        *,
        limit: int,
        stop: int | None = None,
        bare: Sequence[str] = (),
        cursor: Cursor | None = None,
    ) -> list[Recorded | Bare]:
        """Up to `limit` events after a gsn (and up to `stop`), in order; those of `bare` topics without content.

        cursor: the transaction to read in. Who holds one must pass it: waiting there for another connection can be
        waiting for somebody who waits for this one.
        """
        marks = ", ".join("?" * len(bare)) or "NULL"
        with nullcontext(cursor) if cursor else self.database.reading() as c:
            c.execute(
                f"SELECT {self._gsn}, originator_id, originator_version, topic, "
                f"CASE WHEN topic IN ({marks}) THEN NULL ELSE state END, recorded_at "
                f"FROM {TABLE} WHERE {self._gsn} > ? AND {self._gsn} <= ? ORDER BY {self._gsn} LIMIT ?",
                (*bare, after, stop if stop is not None else 2**62, limit),
            )
            rows = c.fetchall()
        mapped = self._mapper.to_recorded
        return [Bare(r[0], r[1], r[2]) if r[4] is None else mapped(*r) for r in rows]

    def stream(self, stream: str) -> Iterator[Recorded]:
        """All events of one stream, in order."""
        with self.database.reading() as c:
            c.execute(
                f"SELECT {self._gsn}, originator_id, originator_version, topic, state, recorded_at "
                f"FROM {TABLE} WHERE originator_id = ? ORDER BY originator_version",
                (stream,),
            )
            rows = c.fetchall()
        return (self._mapper.to_recorded(*r) for r in rows)

    def last_gsn(self) -> int:
        """The end of the log, 0 when it is empty."""
        with self.database.reading() as c:
            c.execute(f"SELECT COALESCE(MAX({self._gsn}), 0) FROM {TABLE}")
            row = c.fetchone()
        return int(row[0]) if row else 0

    def recorded_at(self, gsn: int) -> datetime | None:
        """When an event was recorded (UTC); None for a gsn that the log does not have."""
        with self.database.reading() as c:
            c.execute(f"SELECT recorded_at FROM {TABLE} WHERE {self._gsn} = ?", (gsn,))
            row = c.fetchone()
        return datetime.fromisoformat(row[0]) if row else None

    def gsn_at(self, moment: datetime) -> int:
        """The last gsn recorded at or before a moment (by halving: recorded_at never runs backwards along gsn)."""
        sought, low, high = as_text(moment), 0, self.last_gsn()
        with self.database.reading() as c:
            while low < high:
                middle = (low + high + 1) // 2
                c.execute(f"SELECT recorded_at FROM {TABLE} WHERE {self._gsn} = ?", (middle,))
                row = c.fetchone()
                low, high = (middle, high) if row and row[0] <= sought else (low, middle - 1)
        return low

    def close(self) -> None:
        """Close all connections."""
        self._recorder.close()


def _repeated(stored: AlreadyStored, unit: Unit) -> Receipt:
    if stored.fingerprint != unit.fingerprint:
        raise CommandReused(unit.command_id)
    return Receipt(stored.first, stored.last, True)


def open_store(url: str) -> EventStore:
    """Open (or begin) the register behind a URL: `sqlite:///path/to/file` or `postgresql://…[?schema=name]`."""
    if url.startswith(("postgresql://", "postgres://")):
        from adapters.event_store.postgres import PostgresRecorder  # the driver is loaded only where it is used

        return EventStore(PostgresRecorder(url))
    if url.startswith("sqlite:///"):
        from adapters.event_store.sqlite import SQLiteRecorder  # likewise

        path = url.removeprefix("sqlite:///")
        if not path or ":memory:" in path:
            raise ValueError("no file is named" if not path else "a register is a file, not memory")
        return EventStore(SQLiteRecorder(path))
    raise ValueError(
        f"“{url.split('://')[0]}” is not a database: write sqlite:///path/to/file or postgresql://host/name"
    )
