"""Webhooks: which addresses are told what, and the secrets that sign it. These rows change; the history does not
hold them.

No secret is stored: each is made from the register's own, the webhook's id and a number that grows when it is
changed. So none can be read out of a copy of the database, and a change of the register's keys leaves them as they are.
"""

from __future__ import annotations

import json
from base64 import b64encode, urlsafe_b64decode
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import uuid4

from adapters.database import Cursor, Database, Row
from adapters.vault import Vault

Standing = Literal["on", "paused", "gone"]
"""gone: paused since its receiver answered 410 Gone."""
OVERLAP = timedelta(hours=24)
"""How long the secret before the latest one signs too."""
PREFIX = "whsec_"
SCHEMA = (
    "CREATE TABLE IF NOT EXISTS webhooks (id TEXT PRIMARY KEY, url TEXT NOT NULL, topics TEXT NOT NULL, "
    "districts TEXT NOT NULL, problems TEXT NOT NULL, account TEXT NOT NULL, standing TEXT NOT NULL, "
    "since BIGINT NOT NULL, generation INTEGER NOT NULL, made_at TEXT NOT NULL, rotated_at TEXT NOT NULL)"
)


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address that is told of events.

    topics: such as `signal.raised`, or `signal.*`; districts, problems: keys. Empty is all. account: who keeps it.
    since: it is told of events after this one. generation: how many secrets it has had. made_at, rotated_at: UTC.
    """

    id: str
    url: str
    topics: tuple[str, ...]
    districts: tuple[str, ...]
    problems: tuple[str, ...]
    account: str
    standing: Standing
    since: int
    generation: int
    made_at: str
    rotated_at: str


_LISTS = ("topics", "districts", "problems")
_NAMES = tuple(field.name for field in fields(Webhook))


class Webhooks:
    """The webhooks of one register."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database, self._vault = database, vault
        with database.writing() as c:
            if database.dialect == "postgresql":
                c.execute("SELECT pg_advisory_xact_lock(20191106)")  # processes that start at once make it once
            c.execute(SCHEMA)

    def keep(
        self, url: str, topics: tuple[str, ...], districts: tuple[str, ...], problems: tuple[str, ...], account: str,
        since: int, now: datetime,
    ) -> tuple[Webhook, str]:  # fmt: skip
        """A new webhook and its secret, which is shown this once."""
        at = _text(now)
        made = Webhook(uuid4().hex, url, topics, districts, problems, account, "on", since, 1, at, at)
        with self._database.writing() as c:
            c.execute("INSERT INTO webhooks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", _row(made))
        return made, self._secret(made.id, made.generation)

    def find(self, key: str) -> Webhook | None:
        """One webhook; None when there is none, or it has ended."""
        with self._database.reading() as c:
            return _find(c, key)

    def every(self) -> list[Webhook]:
        """All of them, the oldest first."""
        with self._database.reading() as c:
            c.execute("SELECT * FROM webhooks ORDER BY made_at, id")
            return [_webhook(row) for row in c.fetchall()]

    def change(
        self, key: str, *, url: str, topics: tuple[str, ...], districts: tuple[str, ...], problems: tuple[str, ...]
    ) -> Webhook | None:
        """Another address or other events; the secret stays."""
        return self._changed(
            key, lambda one: replace(one, url=url, topics=topics, districts=districts, problems=problems)
        )

    def rotate(self, key: str, now: datetime) -> tuple[Webhook, str] | None:
        """A new secret, shown this once; the one before it signs too for 24 hours, any older one no longer."""
        made = self._changed(key, lambda one: replace(one, generation=one.generation + 1, rotated_at=_text(now)))
        return (made, self._secret(made.id, made.generation)) if made else None

    def pause(self, key: str, why: Literal["paused", "gone"] = "paused") -> Webhook | None:
        """Send nothing more until it is resumed."""
        return self._changed(key, lambda one: replace(one, standing=why))

    def resume(self, key: str, since: int) -> Webhook | None:
        """Send again, what happens after that event; one that is on already goes on as before."""
        return self._changed(key, lambda one: one if one.standing == "on" else replace(one, standing="on", since=since))

    def end(self, key: str) -> bool:
        """Forget it; False when there is none."""
        with self._database.writing() as c:
            there = _find(c, key) is not None
            c.execute("DELETE FROM webhooks WHERE id = ?", (key,))
        return there

    def secrets(self, webhook: Webhook, now: datetime) -> tuple[str, ...]:
        """What signs at that moment, the latest first."""
        latest = self._secret(webhook.id, webhook.generation)
        if webhook.generation == 1 or now - datetime.fromisoformat(webhook.rotated_at) >= OVERLAP:
            return (latest,)
        return latest, self._secret(webhook.id, webhook.generation - 1)

    def _secret(self, key: str, generation: int) -> str:
        made = urlsafe_b64decode(self._vault.token(f"webhook:{key}:{generation}") + "=")
        return PREFIX + b64encode(made).decode("ascii")

    def _changed(self, key: str, change: Callable[[Webhook], Webhook]) -> Webhook | None:
        lock = " FOR UPDATE" if self._database.dialect == "postgresql" else ""
        with self._database.writing() as c:
            found = _find(c, key, lock)
            if found is None:
                return None
            made = change(found)
            c.execute(
                "UPDATE webhooks SET id = ?, url = ?, topics = ?, districts = ?, problems = ?, account = ?, "
                "standing = ?, since = ?, generation = ?, made_at = ?, rotated_at = ? WHERE id = ?",
                (*_row(made), key),
            )
        return made


def _find(c: Cursor, key: str, lock: str = "") -> Webhook | None:
    c.execute(f"SELECT * FROM webhooks WHERE id = ?{lock}", (key,))  # noqa: S608 - the lock is a constant of ours
    row = c.fetchone()
    return _webhook(row) if row else None


def _webhook(row: Row) -> Webhook:
    values = dict(zip(_NAMES, row, strict=True))
    return Webhook(**{**values, **{name: tuple(json.loads(values[name])) for name in _LISTS}})


def _row(webhook: Webhook) -> tuple[object, ...]:
    values = {name: getattr(webhook, name) for name in _NAMES}
    return tuple(json.dumps(value) if name in _LISTS else value for name, value in values.items())


def _text(moment: datetime) -> str:
    """UTC, to the microsecond: as text in order of time."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
