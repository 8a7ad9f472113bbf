"""Sessions of people who are signed in, kept on the server under a hash of the browser's random number."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from adapters.database import Database

WHOLE = timedelta(hours=12)
"""However much it is used, a session ends after so long."""
SCHEMA = (
    "CREATE TABLE IF NOT EXISTS sessions (id TEXT PRIMARY KEY, account TEXT NOT NULL, body TEXT NOT NULL, "
    "made_at TEXT NOT NULL, expires_at TEXT NOT NULL)",
    "CREATE INDEX IF NOT EXISTS sessions_by_account ON sessions (account)",
    "CREATE INDEX IF NOT EXISTS sessions_by_end ON sessions (expires_at)",
)


@dataclass(frozen=True, slots=True)
class KeptSession:
    """A session that has not ended. account: empty until somebody has signed in."""

    account: str
    body: str
    expires_at: datetime


class Sessions:
    """The sessions of one register. A body is text; whose it is never changes: who signs in gets another session."""

    def __init__(self, database: Database) -> None:
        self._database = database
        with database.writing() as c:
            if database.dialect == "postgresql":
                c.execute("SELECT pg_advisory_xact_lock(20191106)")  # processes that start at once make it once
            for statement in SCHEMA:
                c.execute(statement)

    def find(self, number: str, now: datetime) -> KeptSession | None:
        """What is kept under a browser's number; None when it has ended."""
        with self._database.reading() as c:
            c.execute(
                "SELECT account, body, expires_at FROM sessions WHERE id = ? AND expires_at > ? AND made_at > ?",
                (_hash(number), _text(now), _text(now - WHOLE)),
            )
            row = c.fetchone()
        return KeptSession(row[0], row[1], datetime.fromisoformat(row[2])) if row else None

    def begin(self, number: str, account: str, body: str, now: datetime, lasts: timedelta) -> None:
        """Keep a new session, for so long unless it is kept again, and WHOLE in all. Those that have ended go away."""
        at, until = _text(now), _text(now + lasts)
        with self._database.writing() as c:
            c.execute("DELETE FROM sessions WHERE expires_at <= ?", (at,))
            c.execute("INSERT INTO sessions VALUES (?, ?, ?, ?, ?)", (_hash(number), account, body, at, until))

    def account_of(self, number: str, now: datetime) -> str:
        """Who is signed in under a browser's number; empty for nobody."""
        with self._database.reading() as c:
            c.execute(
                "SELECT account FROM sessions WHERE id = ? AND expires_at > ? AND made_at > ?",
                (_hash(number), _text(now), _text(now - WHOLE)),
            )
            row = c.fetchone()
        return str(row[0]) if row else ""

    def keep(self, number: str, body: str, now: datetime, lasts: timedelta) -> bool:
        """Keep another body, for so long from now. False where it was ended meanwhile: it stays ended."""
        with self._database.writing() as c:
            c.execute(
                "UPDATE sessions SET body = ?, expires_at = ? WHERE id = ? RETURNING id",
                (body, _text(now + lasts), _hash(number)),
            )
            return c.fetchone() is not None

    def end(self, number: str) -> bool:
        """End one session; False where there was none."""
        with self._database.writing() as c:
            c.execute("DELETE FROM sessions WHERE id = ? RETURNING id", (_hash(number),))
            return c.fetchone() is not None

    def end_all(self, account: str) -> int:
        """End every session of an account, everywhere; how many there were. Nobody's are those that are signing in."""
        if not account:
            return 0
        with self._database.writing() as c:
            c.execute("DELETE FROM sessions WHERE account = ? RETURNING id", (account,))
            return len(c.fetchall())

    def number_of(self, account: str, now: datetime) -> int:
        """How many browsers the account is signed in with."""
        with self._database.reading() as c:
            c.execute(
                "SELECT COUNT(*) FROM sessions WHERE account = ? AND expires_at > ? AND made_at > ?",
                (account, _text(now), _text(now - WHOLE)),
            )
            row = c.fetchone()
        return int(row[0]) if row else 0


def _hash(number: str) -> str:
    return hashlib.sha256(number.encode()).hexdigest()


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
