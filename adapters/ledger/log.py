"""The ledger in the register's database: for each event the subtrees of the Merkle tree that it completes.

Row n holds, one after the other, the hash of event n (its leaf), and of the subtrees over 2, 4, 8 … events that end
with it. So one row an event is written, in the event's own transaction, and every complete subtree is found by its end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext

from adapters.database import Cursor, Database
from adapters.ledger import tree
from adapters.ledger.notes import joined, said
from adapters.ledger.verify import EMPTY, Checkpoint, Event, Tree, leaf_hash, origin_of

HASH = 32
FILLED_AT_ONCE = 1000
TABLES = {
    "sqlite": {
        "ledger": "CREATE TABLE ledger (size INTEGER PRIMARY KEY CHECK (size > 0), nodes BLOB NOT NULL)",
        "checkpoints": "CREATE TABLE checkpoints (size INTEGER PRIMARY KEY, note TEXT NOT NULL, stamp BLOB)",
    },
    "postgresql": {
        "ledger": "CREATE TABLE ledger (size bigint PRIMARY KEY CHECK (size > 0), nodes bytea NOT NULL)",
        "checkpoints": "CREATE TABLE checkpoints (size bigint PRIMARY KEY, note text NOT NULL, stamp bytea)",
    },
}
GUARDS = {
    "sqlite": (
        "CREATE TRIGGER IF NOT EXISTS ledger_stand BEFORE UPDATE ON ledger "
        "BEGIN SELECT RAISE(ABORT, 'the ledger is never changed'); END",
        "CREATE TRIGGER IF NOT EXISTS ledger_stay BEFORE DELETE ON ledger "
        "BEGIN SELECT RAISE(ABORT, 'the ledger is never changed'); END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION ledger_stand() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the ledger is never changed'; END $$",
        "CREATE OR REPLACE TRIGGER ledger_stand BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger "
        "FOR EACH STATEMENT EXECUTE FUNCTION ledger_stand()",
    ),
}
_EXISTS = {
    "sqlite": "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?",
    "postgresql": "SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = ?",
}


class LedgerBroken(Exception):  # noqa: N818 - reads as the sentence that it is
    """The ledger does not go with the log: nothing may be added before somebody has looked at why."""


def set_up(c: Cursor, dialect: str, events: Callable[[Cursor, int, int], list[Event]]) -> None:
    """Make the tables; a register that is older than its ledger gets one for what it holds.

    events: up to so many after a gsn, in order. A ledger that was there is never filled up: if it lacks something, or
    all of it, that is for `samverkan verify` to tell.
    """
    lacking = [name for name in TABLES[dialect] if not exists(c, dialect, name)]
    for name in lacking:
        c.execute(TABLES[dialect][name])
    if len(lacking) == len(TABLES[dialect]):
        _fill(c, events)
    for statement in GUARDS[dialect]:
        c.execute(statement)


def exists(c: Cursor, dialect: str, table: str) -> bool:
    """Whether the register has a table of that name."""
    c.execute(_EXISTS[dialect], (table,))
    return c.fetchone() is not None


def _fill(c: Cursor, events: Callable[[Cursor, int, int], list[Event]]) -> None:
    last = 0
    while page := events(c, last, FILLED_AT_ONCE):
        append(c, last, [leaf_hash(*event) for event in page])
        last = page[-1][0]


def rows_of_edge(size: int) -> tuple[int, ...]:
    """The rows that hold the right edge of the tree over `size` events, and the one after, which must not be there."""
    return (*_ends(size).values(), size + 1)


def append(c: Cursor, last: int, leaves: Sequence[bytes], rows: Mapping[int, bytes] | None = None) -> None:
    """Add the leaves of events last + 1, last + 2, …; raises LedgerBroken if the ledger does not end with `last`.

    rows: those of `rows_of_edge(last)` that are there, where they have been read already.
    """
    grown = Tree(last, _edge(last, _read(c, last) if rows is None else rows))
    c.executemany(
        "INSERT INTO ledger (size, nodes) VALUES (?, ?)",
        [(size, b"".join(grown.add(leaf))) for size, leaf in enumerate(leaves, start=last + 1)],
    )


def _ends(size: int) -> dict[int, int]:
    """Where each complete subtree on the right edge ends, by level."""
    return {level: size >> level << level for level in range(size.bit_length()) if size >> level & 1}


def _read(c: Cursor, size: int) -> dict[int, bytes]:
    wanted = rows_of_edge(size)
    c.execute(f"SELECT size, nodes FROM ledger WHERE size IN ({', '.join('?' * len(wanted))})", wanted)  # noqa: S608 - marks only
    return {row[0]: bytes(row[1]) for row in c.fetchall()}


def _edge(size: int, kept: Mapping[int, bytes]) -> dict[int, bytes]:
    """The complete subtrees on the right edge, by level."""
    ends = _ends(size)
    edge = {level: kept.get(end, b"")[HASH * level : HASH * (level + 1)] for level, end in ends.items()}
    if size + 1 in kept or any(len(node) != HASH for node in edge.values()):
        raise LedgerBroken(
            f"the ledger does not end with event {size}: run `samverkan verify`, and save nothing before"
        )
    return edge


class Ledger:
    """What can be asked of the ledger: the tree's hash at any size, proofs, and what the checkpoints were."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def size(self) -> int:
        """The number of events that are entered."""
        with self._database.reading() as c:
            c.execute("SELECT COALESCE(MAX(size), 0) FROM ledger")
            row = c.fetchone()
        return int(row[0]) if row else 0

    def checkpoint(self, size: int) -> Checkpoint:
        """Which register, how many events, and the hash of their tree."""
        with self._database.reading() as c:
            node = _node(c)
            origin = origin_of(node(0, 0)) if size else "samverkan"
            return Checkpoint(origin, size, tree.subtree(node, 0, size) if size else EMPTY)

    def inclusion(self, gsn: int, size: int) -> list[bytes]:
        """What shows that an event is among the first `size`."""
        with self._database.reading() as c:
            return tree.inclusion(_node(c), gsn - 1, size)

    def consistency(self, old: int, new: int) -> list[bytes]:
        """What shows that the first `new` events begin with the same first `old` ones."""
        with self._database.reading() as c:
            return tree.consistency(_node(c), old, new)

    def signed(self, cursor: Cursor | None = None) -> list[tuple[int, str, bytes | None]]:
        """(number of events, signed note, time stamp of an outside authority) of every checkpoint kept, in order."""
        with nullcontext(cursor) if cursor else self._database.reading() as c:
            c.execute("SELECT size, note, stamp FROM checkpoints ORDER BY size")
            return [(row[0], _text(row[1]), bytes(row[2]) if row[2] else None) for row in c.fetchall()]

    def note(self, size: int) -> str | None:
        """The signed note that is kept over the first `size` events."""
        with self._database.reading() as c:
            c.execute("SELECT note FROM checkpoints WHERE size = ?", (size,))
            row = c.fetchone()
        return _text(row[0]) if row else None

    def keep(self, size: int, note: str, stamp: bytes | None = None) -> None:
        """Keep a checkpoint's signed note, or its new signatures beside those that are kept; and its time stamp.

        A note that says something else about that size stays as it is: it is evidence.
        """
        lock = " FOR UPDATE" if self._database.dialect == "postgresql" else ""
        with self._database.writing() as c:
            c.execute("INSERT INTO checkpoints (size, note) VALUES (?, ?) ON CONFLICT (size) DO NOTHING", (size, note))
            c.execute(f"SELECT note FROM checkpoints WHERE size = ?{lock}", (size,))  # noqa: S608 - a constant
            row = c.fetchone()
            assert row is not None
            kept = _text(row[0])
            if said(kept) == said(note):
                c.execute("UPDATE checkpoints SET note = ? WHERE size = ?", (joined(kept, note), size))
                if stamp is not None:
                    c.execute("UPDATE checkpoints SET stamp = ? WHERE size = ?", (stamp, size))

    def leaves(self, size: int, cursor: Cursor | None = None) -> Iterator[bytes]:
        """The hash of each of the first `size` events, in order."""
        for after in range(0, size, FILLED_AT_ONCE):
            with nullcontext(cursor) if cursor else self._database.reading() as c:
                end = min(after + FILLED_AT_ONCE, size)
                c.execute("SELECT nodes FROM ledger WHERE size > ? AND size <= ? ORDER BY size", (after, end))
                page = [bytes(row[0])[:HASH] for row in c.fetchall()]
            yield from page


def _text(stored: object) -> str:
    """A note as it is stored; what is none is told when it is read."""
    return stored if isinstance(stored, str) else repr(stored)


def _node(c: Cursor) -> tree.Node:
    """Subtrees by level and index, read once each."""
    kept: dict[int, bytes] = {}

    def node(level: int, index: int) -> bytes:
        end = (index + 1) << level
        if end not in kept:
            c.execute("SELECT nodes FROM ledger WHERE size = ?", (end,))
            row = c.fetchone()
            kept[end] = bytes(row[0]) if row else b""
        found = kept[end][HASH * level : HASH * (level + 1)]
        if len(found) != HASH:
            raise LedgerBroken(f"the ledger has no row for event {end}: run `samverkan verify`")
        return found

    return node
