"""Subscriptions as they are kept, asked for and ended: by the API, and side by side."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from adapters.event_store import open_store
from adapters.outbox import Message
from adapters.subscriptions import LONGEST, Subscription, Subscriptions, is_address
from service.api.app import create_app
from service.office import Office, open_office
from service.register import utc_now
from service.settings import Settings
from tests.registers import furnished

MINE = "/api/v1/subscription"
AS_COORDINATOR = {"Samverkan-Account": "samordnare"}


@contextmanager
def kept(url: str) -> Iterator[Subscriptions]:
    store = open_store(url)
    try:
        yield Subscriptions(store.database)
    finally:
        store.close()


@contextmanager
def api(url: str) -> Iterator[tuple[TestClient[Litestar], Office]]:
    with furnished(url) as live, TestClient(create_app(live, Settings()), base_url="http://127.0.0.1:8000") as client:
        yield client, open_office(live)


def test_a_subscription_is_found_as_it_was_kept(database_url: str) -> None:
    one = Subscription(
        "s1", "anna", "anna@example.se", "en", "mail", ("backby",), ("ran",), "fall", 1000, False, since=7
    )
    with kept(database_url) as subscriptions:
        subscriptions.keep(one)
        subscriptions.keep(Subscription("s2", "bo", "", channel="feed"))
        assert subscriptions.find("s1") == subscriptions.of_account("anna") == one
        assert [each.account for each in subscriptions.every()] == ["anna", "bo"]
        changed = replace(one, email="a@example.se")
        subscriptions.keep(changed)
        assert subscriptions.every()[0] == changed
        assert subscriptions.end("s1")
        assert not subscriptions.end("s1")
        assert subscriptions.find("s1") is None
        assert subscriptions.of_account("anna") is None


def test_an_account_that_begins_twice_at_once_has_one_subscription(database_url: str) -> None:
    with kept(database_url) as subscriptions:

        def begin(number: int) -> None:
            subscriptions.keep(Subscription(f"s{number}", "anna", "anna@example.se"))

        with ThreadPoolExecutor(6) as pool:
            list(pool.map(begin, range(24)))
        (one,) = subscriptions.every()
        assert subscriptions.find(one.id) == one


def test_an_address_is_confirmed_so_long_as_it_is_the_one_that_was_asked(database_url: str) -> None:
    one = Subscription("s1", "anna", "anna@example.se")
    with kept(database_url) as subscriptions:
        subscriptions.keep(one)
        assert not subscriptions.confirm("s1", "bo@example.se")
        assert not subscriptions.confirm("s2", "anna@example.se")
        assert subscriptions.every() == [one]
        assert subscriptions.confirm("s1", "anna@example.se")
        assert subscriptions.find("s1") == replace(one, confirmed=True)


@pytest.mark.parametrize(
    "good",
    ["anna@example.se", "anna.b+samverkan@sub.example.se", "o'neil@xn--vsters-5wae.se", f"{'a' * 64}@example.se"],
)
def test_addresses_that_every_server_takes_are_taken(good: str) -> None:
    assert is_address(good)


@pytest.mark.parametrize(
    "bad",
    ["", "anna", "@example.se", "anna@", "anna@localhost", "anna@example..se", ".anna@example.se", "anna@-example.se",
     "anna@example.se\n", "anna@example.se\0", "anna\r\n@example.se", '"anna b"@example.se', "Anna <anna@example.se>",
     "anna@example.se,bo@example.se", "å@example.se", f"{'a' * 65}@example.se", f"a@{'b' * LONGEST}.se"],
)  # fmt: skip
def test_what_is_more_or_less_than_one_address_is_none(bad: str) -> None:
    assert not is_address(bad)


def test_the_own_subscription_is_begun_read_changed_and_ended_by_the_api(fresh_sqlite: str) -> None:
    with api(fresh_sqlite) as (client, office):
        client.headers.update(AS_COORDINATOR)
        assert client.get(MINE).status_code == 404
        made = client.put(MINE, json={"email": "anna@example.se", "districts": ["backby"], "least_surprise": 1000})
        assert made.status_code == 200
        assert client.get(MINE).json() == made.json()
        assert made.json()["account"] == "samordnare"
        changed = client.put(MINE, json={"channel": "feed"}).json()
        assert (changed["id"], changed["districts"]) == (made.json()["id"], [])
        assert client.delete(MINE).status_code == 204
        assert client.delete(MINE).status_code == 404
        assert office.subscriptions.every() == []


@pytest.mark.parametrize(
    ("asked", "rule"),
    [({"email": "anna"}, "bad-address"), ({"email": ""}, "bad-address"),
     ({"email": "anna@example.se", "districts": ["atlantis"]}, "not-found"),
     ({"email": "anna@example.se", "categories": ["atlantis"]}, "not-found"),
     ({"channel": "feed", "weekly": False, "monthly": False}, "nothing-to-be-told"),
     ({"email": "anna@example.se", "least_surprise": 0}, "invalid")],
)  # fmt: skip
def test_what_cannot_be_had_is_refused_by_the_api(fresh_sqlite: str, asked: dict[str, object], rule: str) -> None:
    with api(fresh_sqlite) as (client, office):
        answer = client.put(MINE, json=asked, headers=AS_COORDINATOR)
        assert answer.status_code in (400, 404, 422)
        assert answer.json()["type"] == f"/problems/{rule}" or rule == "invalid"
        assert office.subscriptions.every() == []


def test_an_account_that_is_not_there_cannot_subscribe(fresh_sqlite: str) -> None:
    with api(fresh_sqlite) as (client, _):
        answer = client.put(MINE, json={"email": "x@example.se"}, headers={"Samverkan-Account": "nobody"})
        assert answer.status_code == 404


def test_deliveries_are_listed_and_dead_letters_tried_again_by_the_api(fresh_sqlite: str) -> None:
    with api(fresh_sqlite) as (client, office):
        client.put(MINE, json={"email": "anna@example.se"}, headers=AS_COORDINATOR)
        (one,) = office.subscriptions.every()
        office.outbox.put(Message("a", "mail", one.id, "digest", "2023-w08", 1), utc_now())
        office.outbox.put(Message("b", "mail", "gone", "reminder", "2023-02-28 x:y", 1), utc_now())
        for message in office.outbox.claim(utc_now()):
            office.outbox.dead(message, utc_now(), "the mail server refused the receiver (550)")
        told = client.get("/api/v1/deliveries", params={"standing": "dead"}).json()
        assert (told["waiting"], told["sent"], told["dead"]) == (0, 0, 2)
        assert {m["id"]: (m["receiver"], m["about"]["en"], m["fault"]["en"]) for m in told["messages"]} == {
            "a": ("samordnare", "the situation in 2023-w08", "the mail server refused the receiver (550)"),
            "b": (None, "reminders (1)", "the mail server refused the receiver (550)"),
        }
        assert "anna@example.se" not in str(told)
        assert client.post("/api/v1/deliveries/a/again").status_code == 204
        assert client.post("/api/v1/deliveries/a/again").status_code == 404
        assert office.outbox.counts() == {"waiting": 1, "sent": 0, "dead": 1}
