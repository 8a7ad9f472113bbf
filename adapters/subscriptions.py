"""Who wants to be told what, in which language, and where. These rows change; the history does not hold them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from pydantic import TypeAdapter

from adapters.database import Database, Row
from domain.core import refuse

Channel = Literal["mail", "feed"]
Direction = Literal["both", "rise", "fall"]
SCHEMA = (
    "CREATE TABLE IF NOT EXISTS subscriptions (id TEXT PRIMARY KEY, account TEXT NOT NULL UNIQUE, body TEXT NOT NULL)"
)
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})+")
LONGEST = 254  # characters of an address


@dataclass(frozen=True, slots=True)
class Subscription:
    """What one account wants to be told, and where.

    districts, categories: keys; empty is all. least_surprise: only flags that chance gives at most once in so many
    cases (1 / p; 1 is every flag). Reminders come with the mail alone. since: the end of the history when it began;
    what happened before is not told. confirmed: whoever reads at the address has said yes, or is known to be the
    account's own; to another address nothing goes but that question.
    """

    id: str
    account: str
    email: str
    language: Literal["sv", "en"] = "sv"
    channel: Channel = "mail"
    districts: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    direction: Direction = "both"
    least_surprise: int = 1
    weekly: bool = True
    monthly: bool = True
    reminders: bool = True
    since: int = 0
    confirmed: bool = False


_KEPT: TypeAdapter[Subscription] = TypeAdapter(Subscription)


def is_address(email: str) -> bool:
    """Whether it is one address that every mail server takes."""
    return len(email) <= LONGEST and _ADDRESS.fullmatch(email) is not None


def check_address(email: str) -> None:
    """Refuses what is no address."""
    if not is_address(email):
        refuse(
            "bad-address",
            "E-postadressen går inte att använda. Skriv en enda adress, utan å, ä och ö, som namn@kommun.se.",
            "The e-mail address cannot be used. Write one address, in plain letters, such as name@example.org.",
        )


class Subscriptions:
    """The subscriptions of one register; an account has one at most."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = " FOR UPDATE" if database.dialect == "postgresql" else ""
        with database.writing() as c:
            if database.dialect == "postgresql":
                c.execute("SELECT pg_advisory_xact_lock(20191106)")  # processes that start at once make it once
            c.execute(SCHEMA)

    def keep(self, subscription: Subscription) -> None:
        """Begin a subscription, or put it in the place of the account's earlier one."""
        if subscription.channel == "mail" or subscription.email:
            check_address(subscription.email)
        body = _KEPT.dump_json(subscription).decode()
        with self._database.writing() as c:
            c.execute(
                "INSERT INTO subscriptions VALUES (?, ?, ?) ON CONFLICT (account) "
                "DO UPDATE SET id = excluded.id, body = excluded.body",
                (subscription.id, subscription.account, body),
            )

    def confirm(self, key: str, email: str) -> bool:
        """Whoever reads at the address wants to be told; False when the subscription has another address by now."""
        with self._database.writing() as c:
            c.execute(f"SELECT body FROM subscriptions WHERE id = ?{self._lock}", (key,))  # noqa: S608 - a constant
            found = [one for one in map(_subscription, c.fetchall()) if one.email == email]
            bodies = [(_KEPT.dump_json(replace(one, confirmed=True)).decode(), key) for one in found]
            c.executemany("UPDATE subscriptions SET body = ? WHERE id = ?", bodies)
            return bool(found)

    def find(self, key: str) -> Subscription | None:
        """The subscription under that id."""
        return next(iter(self._read("id = ?", key)), None)

    def of_account(self, account: str) -> Subscription | None:
        """The account's subscription."""
        return next(iter(self._read("account = ?", account)), None)

    def every(self) -> list[Subscription]:
        """All of them, by account."""
        return self._read("1 = 1")

    def end(self, key: str) -> bool:
        """End a subscription, and forget its address; False when there is no such one."""
        with self._database.writing() as c:
            c.execute("DELETE FROM subscriptions WHERE id = ? RETURNING id", (key,))
            return bool(c.fetchall())

    def _read(self, condition: str, *values: str) -> list[Subscription]:
        with self._database.reading() as c:
            c.execute(f"SELECT body FROM subscriptions WHERE {condition} ORDER BY account", values)  # noqa: S608 - constants of this file
            return [_subscription(row) for row in c.fetchall()]


def _subscription(row: Row) -> Subscription:
    return _KEPT.validate_json(row[0])
