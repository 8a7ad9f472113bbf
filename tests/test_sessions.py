"""Sessions: nobody is signed in under a number that somebody else knows, and nothing is kept for who is not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from litestar import Litestar
from litestar.stores.memory import MemoryStore
from litestar.testing import TestClient

from service.api.app import create_app
from service.settings import Settings
from tests.browsing import Browser
from tests.registers import furnished

KEY = "samverkan-session"


@pytest.fixture
def client(fresh_sqlite: str) -> Iterator[TestClient[Litestar]]:
    with furnished(fresh_sqlite, lambda: datetime(2020, 11, 18, 9, tzinfo=UTC)) as live:
        app = create_app(live, Settings(database=fresh_sqlite))
        with TestClient(app, base_url="http://127.0.0.1:8000") as c:
            yield c


def kept(client: TestClient[Litestar]) -> dict[str, Any]:
    """The sessions on the server, by number."""
    store = client.app.stores.get("sessions")
    assert isinstance(store, MemoryStore)
    return dict(store._store)


def test_signing_in_draws_a_new_number_whatever_the_browser_brings(client: TestClient[Litestar]) -> None:
    client.cookies.set(KEY, "known-to-another", domain="127.0.0.1")
    Browser(client)
    first = client.cookies[KEY]
    assert first != "known-to-another"
    assert list(kept(client)) == [first]
    Browser(client, "lasare")
    assert client.cookies[KEY] != first
    assert list(kept(client)) == [client.cookies[KEY]]


def test_who_is_not_signed_in_gets_no_session(client: TestClient[Litestar]) -> None:
    for path in ("/", "/mote", "/hjalp", "/logga-in"):
        client.get(path)
    assert kept(client) == {}
    assert KEY not in client.cookies


def test_who_signs_out_is_forgotten_and_an_old_number_opens_nothing(client: TestClient[Litestar]) -> None:
    person = Browser(client)
    number = client.cookies[KEY]
    person.open("/installningar")
    person.send("/logga-ut")
    assert kept(client) == {}
    client.cookies.set(KEY, number, domain="127.0.0.1")
    assert person.open("/installningar").url.path == "/logga-in"


def test_what_was_saved_is_told_once_on_the_next_page(client: TestClient[Litestar]) -> None:
    person = Browser(client)
    person.open("/installningar")
    person.send("/installningar/brott", source="polisen", on="2020-11-01", reason="Nya koder")
    assert re.search("Ändringen är noterad", person.words)
    assert "Ändringen är noterad" not in person.open("/installningar").text
