"""The outbox: what is to be told outside, delivered at least once, under an id that never changes.

A message is put in by a follower of the log (its position moves in the same transaction) and holds no text, only what
it is about: it is written when it is sent, from the record as it was known at its event. Whoever delivers claims a
message for a while; if he dies before he has said how it went, the next one sends it again under the same id. Whoever
has held a message for longer than his claim can still say that it was sent, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from adapters.database import Cursor, Database

Channel = Literal["mail", "webhook"]
Standing = Literal["waiting", "sent", "dead"]
LEASE = timedelta(minutes=5)
WAITS = tuple(timedelta(seconds=s) for s in (30, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400))
"""How long to wait after each failure; after the last one a message is a dead letter."""
SCHEMA = (
    "CREATE TABLE IF NOT EXISTS outbox (id TEXT PRIMARY KEY, channel TEXT NOT NULL, receiver TEXT NOT NULL, "
    "kind TEXT NOT NULL, about TEXT NOT NULL, gsn BIGINT NOT NULL, standing TEXT NOT NULL, tries INTEGER NOT NULL, "
    "made_at TEXT NOT NULL, next_at TEXT NOT NULL, claimed_until TEXT NOT NULL, done_at TEXT NOT NULL, "
    "fault TEXT NOT NULL)",
    "CREATE INDEX IF NOT EXISTS outbox_waiting ON outbox (next_at) WHERE standing = 'waiting'",
    "CREATE INDEX IF NOT EXISTS outbox_made ON outbox (made_at)",
    "CREATE INDEX IF NOT EXISTS outbox_receiver ON outbox (receiver, kind)",
    "CREATE TABLE IF NOT EXISTS positions (name TEXT PRIMARY KEY, gsn BIGINT NOT NULL)",
)
_IF_CLAIMED = "WHERE id = ? AND standing = 'waiting' AND claimed_until = ?"
_COLUMNS = "id, channel, receiver, kind, about, gsn, standing, tries, made_at, next_at, done_at, fault, claimed_until"


@dataclass(frozen=True, slots=True)
class Message:
    """Something to be told. receiver: a subscription's or a webhook's id; about: a run's key, an event's gsn …

    gsn: as known at this event. fault: why it was not delivered the last time, in English, never what it says.
    claimed_until: the claim of whoever holds it; another claim of the same message is another moment.
    """

    id: str
    channel: Channel
    receiver: str
    kind: str
    about: str
    gsn: int
    standing: Standing = "waiting"
    tries: int = 0
    made_at: str = ""
    next_at: str = ""
    done_at: str = ""
    fault: str = ""
    claimed_until: str = ""


class Outbox:
    """The outbox of one register."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = " FOR UPDATE" if database.dialect == "postgresql" else ""
        self._skip = " FOR UPDATE SKIP LOCKED" if database.dialect == "postgresql" else ""
        with database.writing() as c:
            if database.dialect == "postgresql":
                c.execute("SELECT pg_advisory_xact_lock(20191106)")  # processes that start at once make it once
            for statement in SCHEMA:
                c.execute(statement)

    def follow(
        self, name: str, now: datetime, begin: int, wanted: Callable[[int], tuple[Sequence[Message], int]]
    ) -> int:
        """Put in what follows from the log after this follower's position; how many messages were new.

        begin: where a follower starts that has never followed (what happened before is not told). wanted(after): the
        messages of some further events, and the gsn of the last of them; `after` itself when there are none.
        """
        put = 0
        while True:
            with self._database.reading() as c:
                known = _position(c, name)
            after = begin if known is None else known
            messages, reached = wanted(after)  # reads outside the transaction that writes
            if reached == known:
                return put  # nothing new, as nearly always: nothing to write
            with self._database.writing() as c:
                if self._is_elsewhere(c, name, after, begin):
                    continue  # another worker was faster: go on from where it came to
                put += sum(self._put(c, message, now) for message in messages)
                c.execute("UPDATE positions SET gsn = ? WHERE name = ?", (reached, name))

    def _is_elsewhere(self, c: Cursor, name: str, after: int, begin: int) -> bool:
        c.execute("INSERT INTO positions VALUES (?, ?) ON CONFLICT (name) DO NOTHING", (name, begin))
        return _position(c, name, self._lock) != after

    def put(self, message: Message, now: datetime) -> bool:
        """Put in one message; False when its id is there already."""
        with self._database.writing() as c:
            return self._put(c, message, now)

    def _put(self, c: Cursor, m: Message, now: datetime) -> bool:
        at = _text(now)
        c.execute(
            "INSERT INTO outbox VALUES (?, ?, ?, ?, ?, ?, 'waiting', 0, ?, ?, '', '', '') ON CONFLICT (id) DO NOTHING "
            "RETURNING id",
            (m.id, m.channel, m.receiver, m.kind, m.about, m.gsn, at, at),
        )
        return bool(c.fetchall())

    def claim(self, now: datetime, limit: int = 20) -> list[Message]:
        """Messages that are due, mails first, claimed for LEASE: nobody else sends them meanwhile."""
        at = _text(now)
        with self._database.writing() as c:
            c.execute(
                f"SELECT {_COLUMNS} FROM outbox WHERE standing = 'waiting' AND next_at <= ? AND claimed_until <= ? "
                f"ORDER BY channel, next_at, id LIMIT ?{self._skip}",
                (at, at, limit),
            )
            until = _text(now + LEASE)
            found = [replace(Message(*row), claimed_until=until) for row in c.fetchall()]
            c.executemany("UPDATE outbox SET claimed_until = ? WHERE id = ?", [(until, m.id) for m in found])
        return found

    def sent(self, message: Message, now: datetime) -> None:
        """It has been taken by whoever delivers it to its receiver, whoever has claimed it meanwhile."""
        with self._database.writing() as c:
            c.execute(
                "UPDATE outbox SET standing = 'sent', tries = tries + 1, done_at = ?, fault = '' "
                "WHERE id = ? AND standing <> 'sent'",
                (_text(now), message.id),
            )

    def dead(self, message: Message, now: datetime, fault: str) -> None:
        """It can never be delivered: a refused receiver, one that is gone."""
        with self._database.writing() as c:
            c.execute(
                "UPDATE outbox SET standing = 'dead', tries = tries + 1, done_at = ?, fault = ? " + _IF_CLAIMED,
                (_text(now), fault, message.id, message.claimed_until),
            )

    def failed(self, message: Message, now: datetime, fault: str) -> Standing:
        """It was not delivered; it is tried again later, or has become a dead letter."""
        if message.tries >= len(WAITS):
            self.dead(message, now, fault)
            return "dead"
        with self._database.writing() as c:
            c.execute(
                "UPDATE outbox SET tries = tries + 1, next_at = ?, claimed_until = '', fault = ? " + _IF_CLAIMED,
                (_text(now + WAITS[message.tries]), fault, message.id, message.claimed_until),
            )
        return "waiting"

    def put_off(self, message: Message, until: datetime, fault: str) -> None:
        """It cannot even be tried before then; that does not count as a failure."""
        with self._database.writing() as c:
            c.execute(
                "UPDATE outbox SET next_at = ?, claimed_until = '', fault = ? " + _IF_CLAIMED,
                (_text(until), fault, message.id, message.claimed_until),
            )

    def hold_back(self, message: Message, now: datetime, until: datetime) -> None:
        """Let the others of its receiver that are due wait until then; that does not count as a failure."""
        at = _text(until)
        with self._database.writing() as c:
            c.execute(
                "UPDATE outbox SET next_at = ?, claimed_until = '' WHERE receiver = ? AND standing = 'waiting' "
                "AND next_at < ? AND (claimed_until <= ? OR claimed_until = ?)",
                (at, message.receiver, at, _text(now), message.claimed_until),
            )

    def release(self, messages: Sequence[Message]) -> None:
        """They were claimed and not tried: anybody may claim them."""
        with self._database.writing() as c:
            c.executemany(
                "UPDATE outbox SET claimed_until = '' " + _IF_CLAIMED, [(m.id, m.claimed_until) for m in messages]
            )

    def drop(self, message: Message) -> None:
        """Nobody is to be told any longer: remove it."""
        with self._database.writing() as c:
            c.execute("DELETE FROM outbox " + _IF_CLAIMED, (message.id, message.claimed_until))

    def clear(self, before: datetime, reminded: Sequence[str]) -> int:
        """Remove what was sent or given up before then; how many. Reminders to those receivers stay: they say what
        has been told already."""
        receivers = ("", *reminded)
        marks = ", ".join("?" * len(receivers))
        with self._database.writing() as c:
            c.execute(
                "DELETE FROM outbox WHERE standing <> 'waiting' AND done_at < ? "
                f"AND NOT (kind = 'reminder' AND receiver IN ({marks})) RETURNING id",
                (_text(before), *receivers),
            )
            return len(c.fetchall())

    def again(self, key: str, now: datetime) -> bool:
        """Try a dead letter anew, under the same id; False when there is no such one."""
        with self._database.writing() as c:
            c.execute(
                "UPDATE outbox SET standing = 'waiting', tries = 0, next_at = ?, claimed_until = '', done_at = '' "
                "WHERE id = ? AND standing = 'dead' RETURNING id",
                (_text(now), key),
            )
            return bool(c.fetchall())

    def messages(
        self, *, standing: Standing | None = None, receiver: str | None = None, kind: str | None = None,
        limit: int = 100,
    ) -> list[Message]:  # fmt: skip
        """The latest first."""
        where = [("standing = ?", standing), ("receiver = ?", receiver), ("kind = ?", kind)]
        asked = [(sql, value) for sql, value in where if value is not None]
        condition = " AND ".join(sql for sql, _ in asked) or "1 = 1"
        with self._database.reading() as c:
            c.execute(
                f"SELECT {_COLUMNS} FROM outbox WHERE {condition} ORDER BY made_at DESC, id LIMIT ?",
                (*(value for _, value in asked), limit),
            )
            return [Message(*row) for row in c.fetchall()]

    def counts(self) -> dict[Standing, int]:
        """How many messages wait, are sent, are dead letters."""
        with self._database.reading() as c:
            c.execute("SELECT standing, COUNT(*) FROM outbox GROUP BY standing")
            return {"waiting": 0, "sent": 0, "dead": 0, **{row[0]: int(row[1]) for row in c.fetchall()}}


def _position(c: Cursor, name: str, lock: str = "") -> int | None:
    c.execute(f"SELECT gsn FROM positions WHERE name = ?{lock}", (name,))
    row = c.fetchone()
    return int(row[0]) if row else None


def _text(moment: datetime) -> str:
    """UTC, to the microsecond: as text in order of time."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
