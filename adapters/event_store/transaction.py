"""What happens inside the one transaction in which events are stored, the same on both databases.

Under the write lock: a command id that is stored already gets its first answer; streams that the decision looked at
must not have moved; the events take the next global sequence numbers, without gaps; `recorded_at` never runs
backwards; each is entered in the ledger; and the command id is stored with its fingerprint and answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from eventsourcing.persistence import RecordConflictError, StoredEvent

from adapters.database import Cursor
from adapters.ledger import log as ledger
from adapters.ledger.verify import Event, leaf_hash

TABLE = "stored_events"


@dataclass(frozen=True, slots=True)
class Unit:
    """What a command brings beside its events.

    clock: UTC. position: the gsn at which the decision was taken. seen: version of each stream it looked at (`kind-*`
    stands for all streams of a kind: the sum of their versions).
    """

    command_id: str
    fingerprint: str
    clock: datetime
    position: int
    seen: Mapping[str, int]


class AlreadyStored(Exception):  # noqa: N818 - an answer, not an error
    """The command id is stored: the fingerprint it came with, and where its events stand."""

    def __init__(self, fingerprint: str, first: int, last: int) -> None:
        super().__init__(fingerprint)
        self.fingerprint, self.first, self.last = fingerprint, first, last


def as_text(moment: datetime) -> str:
    """UTC with microseconds, of fixed width, so that text order is time order."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


Beside = Callable[[Cursor], None]


def insert(
    c: Cursor, gsn_column: str, events: Sequence[StoredEvent], unit: Unit, beside: Beside | None = None
) -> list[int]:
    """Store the events and the command; the gsn of each. Raises AlreadyStored or RecordConflictError.

    beside: what else belongs to the same transaction.
    """
    _check_command(c, unit)
    last, last_recorded, edge = _end_of_log(c, gsn_column, unit.position)
    if last != unit.position:
        _check_unmoved(c, unit.seen)
    recorded_at = max(last_recorded, as_text(unit.clock))
    rows = [
        (last + i, str(e.originator_id), e.originator_version, e.topic, e.state, recorded_at)
        for i, e in enumerate(events, start=1)
    ]
    c.executemany(
        f"INSERT INTO {TABLE} ({gsn_column}, originator_id, originator_version, topic, state, recorded_at) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        rows,
    )
    ledger.append(c, last, [leaf_hash(n, stream, v, topic, at, state) for n, stream, v, topic, state, at in rows], edge)
    first_last = (last + 1, last + len(rows)) if rows else (unit.position, unit.position)
    c.execute(
        "INSERT INTO commands (id, fingerprint, first_gsn, last_gsn) VALUES (?, ?, ?, ?)",
        (unit.command_id, unit.fingerprint, *first_last),
    )
    if beside is not None:
        beside(c)
    return [last + i for i in range(1, len(rows) + 1)]


def stored(c: Cursor, after: int, limit: int, *, gsn_column: str) -> list[Event]:
    """Up to `limit` events after a gsn, in order, as they are entered in the ledger."""
    c.execute(
        f"SELECT {gsn_column}, originator_id, originator_version, topic, recorded_at, state FROM {TABLE} "
        f"WHERE {gsn_column} > ? ORDER BY {gsn_column} LIMIT ?",
        (after, limit),
    )
    return cast("list[Event]", c.fetchall())


def _check_command(c: Cursor, unit: Unit) -> None:
    c.execute("SELECT fingerprint, first_gsn, last_gsn FROM commands WHERE id = ?", (unit.command_id,))
    stored = c.fetchone()
    if stored is not None:
        raise AlreadyStored(*stored)


def _end_of_log(c: Cursor, gsn_column: str, expected: int) -> tuple[int, str, dict[int, bytes] | None]:
    """The last gsn and when it was recorded; and, if it is the expected one, the ledger's rows that it is added to:
    one question in place of two, where each is a way to the server and back."""
    wanted = ledger.rows_of_edge(expected)
    c.execute(
        f"SELECT e.gsn, e.recorded_at, l.size, l.nodes FROM (SELECT {gsn_column} AS gsn, recorded_at FROM {TABLE} "
        f"ORDER BY {gsn_column} DESC LIMIT 1) e LEFT JOIN ledger l ON l.size IN ({', '.join('?' * len(wanted))})",
        wanted,
    )
    rows = c.fetchall()
    if not rows:
        return 0, "", None
    last, recorded_at = rows[0][0], rows[0][1]
    kept = {row[2]: bytes(row[3]) for row in rows if row[2] is not None}
    return last, recorded_at, kept if last == expected else None


def _check_unmoved(c: Cursor, seen: Mapping[str, int]) -> None:
    for stream, version in seen.items():
        if stream.endswith("-*"):
            begins = stream[:-1]
            # '.' is the character after '-': the range holds every stream of the kind and uses the index
            c.execute(
                f"SELECT COUNT(*) FROM {TABLE} WHERE originator_id >= ? AND originator_id < ?",
                (begins, begins[:-1] + "."),
            )
        else:
            c.execute(f"SELECT COALESCE(MAX(originator_version), 0) FROM {TABLE} WHERE originator_id = ?", (stream,))
        row = c.fetchone()
        if row is None or row[0] != version:
            raise RecordConflictError(f"{stream} has moved")
