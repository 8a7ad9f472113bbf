"""Accounts: who may sign in, as what, and for whom. Names and addresses of persons stand here, never in the history."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from typing import Literal, get_args

from adapters.database import Cursor, Database, Row
from domain.core import refuse

Grade = Literal["reader", "reporter", "municipality", "police", "coordinator", "administrator"]
Party = Literal["municipality", "police", "other"]
GRADES: tuple[Grade, ...] = get_args(Grade)
PARTIES: tuple[Party, ...] = get_args(Party)
_ONLY: dict[Grade, tuple[Party, ...]] = {
    "municipality": ("municipality",),
    "police": ("police",),
    "coordinator": ("municipality", "police"),
    "administrator": ("municipality", "police"),
}
"""Grades that only accounts of some parties can have; the others may be anybody's."""
UNSEEN = timedelta(days=30)
"""So long an account that a rule made answers without its person signing in, which shows that a rule still fits."""
SCHEMA = (
    "CREATE TABLE IF NOT EXISTS accounts (key TEXT PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL, "
    "grade TEXT NOT NULL, role TEXT NOT NULL, organisation TEXT NOT NULL, party TEXT NOT NULL, issuer TEXT NOT NULL, "
    "subject TEXT NOT NULL, links INTEGER NOT NULL, closed INTEGER NOT NULL, by_rule INTEGER NOT NULL, "
    "lapsed INTEGER NOT NULL, seen_at TEXT NOT NULL)",
    "CREATE UNIQUE INDEX IF NOT EXISTS accounts_by_subject ON accounts (issuer, subject) WHERE subject <> ''",
)


@dataclass(frozen=True, slots=True)
class KeptAccount:
    """An account. role: what its acts are signed with in the history. issuer, subject: the sign-in that it is bound to.

    links: the generation of its secret links; raised, the old ones lead nowhere. It begins anywhere, so that links of
    an account to try things with never fit one that is kept. by_rule: a rule on what the sign-in says made it or took
    it over. lapsed: it is closed because no rule fitted any longer, and opens when one does. seen_at: when its person
    signed in last.
    """

    key: str
    name: str
    email: str
    grade: Grade
    role: str
    organisation: str
    party: Party
    issuer: str = ""
    subject: str = ""
    links: int = field(default_factory=lambda: 2 + secrets.randbelow(2**30), compare=False)
    closed: bool = False
    by_rule: bool = False
    lapsed: bool = False
    seen_at: datetime | None = None

    def answers(self, now: datetime) -> bool:
        """Whether it may act, by whatever session, token or link."""
        return not self.closed and (not self.by_rule or (self.seen_at is not None and now < self.seen_at + UNSEEN))


_NAMES = tuple(each.name for each in fields(KeptAccount))
_COLUMNS = ", ".join(_NAMES)
_VALUES = ", ".join("?" for _ in _NAMES)
_WRITTEN = ("name", "email", "grade", "role", "organisation", "party")
"""What somebody writes of an account by hand, or a rule gives it."""


def check_party(grade: Grade, party: Party) -> None:
    """Refuses a grade that accounts of that party cannot have."""
    if party not in _ONLY.get(grade, PARTIES):
        refuse(
            "grade-of-another-party",
            f"Behörigheten ”{grade}” kan inte ges till ett konto hos parten ”{party}”. "
            f"Välj någon av: {', '.join(g for g in GRADES if party in _ONLY.get(g, PARTIES))}.",
            f"The grade “{grade}” cannot be given to an account of the party “{party}”. "
            f"Choose one of: {', '.join(g for g in GRADES if party in _ONLY.get(g, PARTIES))}.",
        )


class Accounts:
    """The accounts of one register."""

    def __init__(self, database: Database) -> None:
        self._database = database
        with database.writing() as c:
            if database.dialect == "postgresql":
                c.execute("SELECT pg_advisory_xact_lock(20191106)")  # processes that start at once make it once
            for statement in SCHEMA:
                c.execute(statement)

    def find(self, key: str) -> KeptAccount | None:
        """The account under that key, closed or not."""
        return self._one("key = ?", key)

    def of_subject(self, issuer: str, subject: str) -> KeptAccount | None:
        """The account that is bound to a sign-in."""
        return self._one("issuer = ? AND subject = ?", issuer, subject)

    def waiting_for(self, email: str) -> KeptAccount | None:
        """The open account with that address that no sign-in has been bound to yet; None if there are several."""
        found = self._all("lower(email) = lower(?) AND email <> '' AND subject = '' AND closed = 0", email)
        return found[0] if len(found) == 1 else None

    def every(self) -> list[KeptAccount]:
        """All of them, by key."""
        return self._all("1 = 1")

    def add(self, account: KeptAccount) -> bool:
        """Add an account; False where its key or its sign-in is another's already. Refused where the party cannot
        have the grade."""
        check_party(account.grade, account.party)
        with self._database.writing() as c:
            c.execute(
                f"INSERT INTO accounts ({_COLUMNS}) VALUES ({_VALUES}) ON CONFLICT DO NOTHING RETURNING key",
                _row(account),
            )
            return c.fetchone() is not None

    def change(self, account: KeptAccount) -> None:
        """Put what is written of an account in place of what was; its sign-in, and whether it is closed, stay.

        Refused where the party cannot have the grade.
        """
        check_party(account.grade, account.party)
        self._set(account, _WRITTEN, "1 = 1")

    def signed_in(self, account: KeptAccount) -> bool:
        """Bind it to its sign-in, and open it if it had lapsed. What was written by hand stays unless a rule gave it.

        False where somebody has closed it, or another sign-in was bound to it, since it was read.
        """
        by_rule = (*_WRITTEN, "by_rule", "closed", "lapsed") if account.by_rule else ("name", "email")
        return self._set(
            account, (*by_rule, "issuer", "subject", "seen_at"),
            "(closed = 0 OR lapsed = 1) AND (subject = '' OR (issuer = ? AND subject = ?))", account.issuer,
            account.subject,
        )  # fmt: skip

    def close(self, key: str) -> None:
        """Close it, until it is opened by hand."""
        self._mark(key, 1, 0, "1 = 1")

    def lapse(self, key: str) -> bool:
        """Close it until a rule fits again; False where it was closed already, or no rule had made it."""
        return self._mark(key, 1, 1, "closed = 0 AND by_rule = 1")

    def open(self, key: str) -> None:
        """Open it again, whyever it was closed."""
        self._mark(key, 0, 0, "1 = 1")

    def renew_links(self, key: str) -> None:
        """Let the account's secret links lead nowhere: it gets others."""
        with self._database.writing() as c:
            c.execute("UPDATE accounts SET links = links + 1 WHERE key = ?", (key,))

    def _set(self, account: KeptAccount, names: Sequence[str], condition: str, *values: str) -> bool:
        told = dict(zip(_NAMES, _row(account), strict=True))
        to = ", ".join(f"{name} = ?" for name in names)
        with self._database.writing() as c:
            c.execute(
                f"UPDATE accounts SET {to} WHERE key = ? AND {condition} RETURNING key",
                (*(told[name] for name in names), account.key, *values),
            )
            return c.fetchone() is not None

    def _mark(self, key: str, closed: int, lapsed: int, condition: str) -> bool:
        with self._database.writing() as c:
            c.execute(
                f"UPDATE accounts SET closed = ?, lapsed = ? WHERE key = ? AND {condition} RETURNING key",
                (closed, lapsed, key),
            )
            return c.fetchone() is not None

    def _one(self, condition: str, *values: str) -> KeptAccount | None:
        found = self._all(condition, *values)
        return found[0] if found else None

    def _all(self, condition: str, *values: str) -> list[KeptAccount]:
        with self._database.reading() as c:
            return _read(c, condition, values)


def _read(c: Cursor, condition: str, values: Sequence[str]) -> list[KeptAccount]:
    c.execute(f"SELECT {_COLUMNS} FROM accounts WHERE {condition} ORDER BY key", values)
    return [_account(row) for row in c.fetchall()]


def _row(account: KeptAccount) -> list[object]:
    *told, closed, by_rule, lapsed, _ = (getattr(account, name) for name in _NAMES)
    seen = account.seen_at.astimezone(UTC).isoformat(timespec="microseconds") if account.seen_at else ""
    return [*told, int(closed), int(by_rule), int(lapsed), seen]


def _account(row: Row) -> KeptAccount:
    *told, closed, by_rule, lapsed, seen = row
    at = datetime.fromisoformat(seen) if seen else None
    return KeptAccount(*(*told, bool(closed), bool(by_rule), bool(lapsed), at))
