"""API tokens: only a hash of each is kept, with what it may be used for, until when, and when it last was."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, get_args

from adapters.database import Database, Row

Scope = Literal["read", "report", "work", "administer"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
LONGEST = timedelta(days=366)
USE_NOTED = timedelta(minutes=1)
"""The last use is written down at most so often: reading does not become writing."""
_SHAPE = re.compile(r"sam_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")
SCHEMA = (
    "CREATE TABLE IF NOT EXISTS tokens (id TEXT PRIMARY KEY, hash TEXT NOT NULL, account TEXT NOT NULL, "
    "name TEXT NOT NULL, scopes TEXT NOT NULL, made_at TEXT NOT NULL, expires_at TEXT NOT NULL, "
    "used_at TEXT NOT NULL, revoked_at TEXT NOT NULL)"
)
_COLUMNS = "id, account, name, scopes, made_at, expires_at, used_at, revoked_at, hash"


@dataclass(frozen=True, slots=True)
class Token:
    """A token without its secret. used_at and revoked_at are None where it never was."""

    id: str
    account: str
    name: str
    scopes: tuple[Scope, ...]
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None

    def is_good(self, now: datetime) -> bool:
        """Whether it may still be used."""
        return self.revoked_at is None and now < self.expires_at

    def use_is_to_be_noted(self, now: datetime) -> bool:
        """Whether its last use, as it was read, lies long enough back to be written anew."""
        return self.used_at is None or now - self.used_at >= USE_NOTED


class Tokens:
    """The tokens of one register."""

    def __init__(self, database: Database) -> None:
        self._database = database
        with database.writing() as c:
            if database.dialect == "postgresql":
                c.execute("SELECT pg_advisory_xact_lock(20191106)")  # processes that start at once make it once
            c.execute(SCHEMA)

    def make(self, account: str, name: str, scopes: tuple[Scope, ...], now: datetime, lasts: timedelta) -> str:
        """A new token as its bearer writes it: shown once, and nowhere kept. It lasts LONGEST at most."""
        key, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
        expires = now + min(lasts, LONGEST)
        row = (key, _hash(secret), account, name, " ".join(scopes), _text(now), _text(expires))
        with self._database.writing() as c:
            c.execute("INSERT INTO tokens VALUES (?, ?, ?, ?, ?, ?, ?, '', '')", row)
        return f"sam_{key}_{secret}"

    def find(self, written: str) -> Token | None:
        """The token that somebody brings, good or not; None for what none of ours reads like."""
        shape = _SHAPE.fullmatch(written)
        if shape is None:
            return None
        with self._database.reading() as c:
            c.execute(f"SELECT {_COLUMNS} FROM tokens WHERE id = ?", (shape[1],))
            row = c.fetchone()
        kept = row[-1] if row else ""
        return _token(row) if hmac.compare_digest(kept, _hash(shape[2])) and row else None

    def note_use(self, token: Token, now: datetime) -> None:
        """Write down that it was used, unless that was done a moment ago."""
        if token.use_is_to_be_noted(now):
            with self._database.writing() as c:
                c.execute("UPDATE tokens SET used_at = ? WHERE id = ?", (_text(now), token.id))

    def every(self, account: str | None = None) -> list[Token]:
        """Those of an account, or all, the latest first."""
        where, values = ("account = ?", (account,)) if account is not None else ("1 = 1", ())
        with self._database.reading() as c:
            c.execute(f"SELECT {_COLUMNS} FROM tokens WHERE {where} ORDER BY made_at DESC, id", values)
            return [_token(row) for row in c.fetchall()]

    def revoke(self, key: str, now: datetime) -> bool:
        """End a token for good; False when there is none, or it was revoked before."""
        with self._database.writing() as c:
            c.execute("SELECT 1 FROM tokens WHERE id = ? AND revoked_at = ''", (key,))
            if c.fetchone() is None:
                return False
            c.execute("UPDATE tokens SET revoked_at = ? WHERE id = ?", (_text(now), key))
        return True

    def revoke_all(self, account: str, now: datetime) -> None:
        """End every token of an account for good."""
        with self._database.writing() as c:
            c.execute("UPDATE tokens SET revoked_at = ? WHERE account = ? AND revoked_at = ''", (_text(now), account))


def _token(row: Row) -> Token:
    key, account, name, scopes, made, expires, used, revoked, _ = row
    kept: tuple[Scope, ...] = tuple(each for each in SCOPES if each in scopes.split())
    return Token(key, account, name, kept, _moment(made), _moment(expires), *(_or_none(at) for at in (used, revoked)))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()  # 256 random bits need no slow hash


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _or_none(text: str) -> datetime | None:
    return _moment(text) if text else None
