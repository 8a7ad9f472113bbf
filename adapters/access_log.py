"""Sign-ins, sign-outs and refusals: who tried what, from where, and what came of it. Removed after RETENTION."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, get_args

from adapters.database import Database

Kind = Literal[
    "signed-in", "signed-out", "signed-out-everywhere", "refused", "token-made", "token-revoked", "account-kept"
]
KINDS: tuple[Kind, ...] = get_args(Kind)
RETENTION = timedelta(days=400)
LONGEST = 200
SCHEMA = (
    "CREATE TABLE IF NOT EXISTS access_log (at TEXT NOT NULL, kind TEXT NOT NULL, account TEXT NOT NULL, "
    "what TEXT NOT NULL, address TEXT NOT NULL)",
    "CREATE INDEX IF NOT EXISTS access_log_by_time ON access_log (at)",
)


@dataclass(frozen=True, slots=True)
class Noted:
    """One line. account: empty where nobody is known; what: the operation or the rule, never what was written."""

    at: datetime
    kind: Kind
    account: str
    what: str
    address: str


class AccessLog:
    """The log of one register."""

    def __init__(self, database: Database) -> None:
        self._database = database
        with database.writing() as c:
            if database.dialect == "postgresql":
                c.execute("SELECT pg_advisory_xact_lock(20191106)")  # processes that start at once make it once
            for statement in SCHEMA:
                c.execute(statement)

    def note(self, kind: Kind, account: str, what: str, address: str, now: datetime) -> None:
        """Write a line, and remove those that are older than RETENTION."""
        at, before = (moment.astimezone(UTC).isoformat(timespec="microseconds") for moment in (now, now - RETENTION))
        with self._database.writing() as c:
            c.execute("DELETE FROM access_log WHERE at < ?", (before,))
            c.execute("INSERT INTO access_log VALUES (?, ?, ?, ?, ?)", (at, kind, account, what[:LONGEST], address))

    def lines(self, *, account: str | None = None, kind: Kind | None = None, limit: int = 200) -> list[Noted]:
        """The latest first."""
        asked = [(f"{name} = ?", value) for name, value in (("account", account), ("kind", kind)) if value is not None]
        where = " AND ".join(sql for sql, _ in asked) or "1 = 1"
        with self._database.reading() as c:
            c.execute(
                f"SELECT at, kind, account, what, address FROM access_log WHERE {where} ORDER BY at DESC LIMIT ?",
                (*(value for _, value in asked), limit),
            )
            return [Noted(datetime.fromisoformat(row[0]), *row[1:]) for row in c.fetchall()]
