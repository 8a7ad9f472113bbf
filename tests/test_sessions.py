"""Sessions: nobody is signed in under a number that somebody else knows, and nothing is kept for who is not."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from adapters.sessions import Sessions
from service.api.app import create_app
from service.pages.sessions import IDLE, RENEWED
from service.register import LiveRegister
from service.settings import Settings
from tests.browsing import Browser
from tests.registers import furnished

KEY = "samverkan-session"
NINE = datetime(2020, 11, 18, 9, tzinfo=UTC)


class Wound:
    """A clock that stands still until it is wound on."""

    def __init__(self) -> None:
        self.now = NINE

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Wound:
    return Wound()


@pytest.fixture
def live(fresh_sqlite: str, clock: Wound) -> Iterator[LiveRegister]:
    with furnished(fresh_sqlite, clock) as register:
        yield register


@contextmanager
def served(live: LiveRegister) -> Iterator[TestClient[Litestar]]:
    """A browser before a process over the register."""
    app = create_app(live, Settings())
    app.on_shutdown.clear()  # the register is closed by who opened it
    with TestClient(app, base_url="http://127.0.0.1:8000") as client:
        yield client


@pytest.fixture
def client(live: LiveRegister) -> Iterator[TestClient[Litestar]]:
    with served(live) as client:
        yield client


def rows(live: LiveRegister) -> list[tuple[str, str, str]]:
    """The sessions in the database: hash, account, when they end."""
    with live.store.database.reading() as c:
        c.execute("SELECT id, account, expires_at FROM sessions")
        return [(row[0], row[1], row[2]) for row in c.fetchall()]


def kept(live: LiveRegister) -> list[str]:
    """The numbers' hashes."""
    return [number for number, _, _ in rows(live)]


def hashed(number: str) -> str:
    """A browser's number as it is kept."""
    return hashlib.sha256(number.encode()).hexdigest()


def test_signing_in_draws_a_new_number_whatever_the_browser_brings(
    client: TestClient[Litestar], live: LiveRegister
) -> None:
    client.cookies.set(KEY, "known-to-another", domain="127.0.0.1")
    Browser(client)
    first = client.cookies[KEY]
    assert first != "known-to-another"
    assert kept(live) == [hashed(first)]
    Browser(client, "lasare")
    assert client.cookies[KEY] != first
    assert kept(live) == [hashed(client.cookies[KEY])]


def test_who_is_not_signed_in_gets_no_session(client: TestClient[Litestar], live: LiveRegister) -> None:
    for path in ("/", "/mote", "/hjalp", "/logga-in"):
        client.get(path)
    assert kept(live) == []
    assert KEY not in client.cookies


def test_who_signs_out_is_forgotten_and_an_old_number_opens_nothing(
    client: TestClient[Litestar], live: LiveRegister
) -> None:
    person = Browser(client)
    number = client.cookies[KEY]
    person.open("/installningar")
    person.send("/logga-ut")
    assert kept(live) == []
    client.cookies.set(KEY, number, domain="127.0.0.1")
    assert person.open("/installningar").url.path == "/logga-in"


def test_what_was_saved_is_told_once_on_the_next_page(client: TestClient[Litestar], live: LiveRegister) -> None:
    person = Browser(client)
    person.open("/installningar")
    person.send("/installningar/brott", source="polisen", on="2020-11-01", reason="Nya koder")
    assert re.search("Ändringen är noterad", person.words)
    assert "Ändringen är noterad" not in person.open("/installningar").text


def test_a_session_belongs_to_an_account_and_lasts_while_it_is_used(
    client: TestClient[Litestar], live: LiveRegister, clock: Wound
) -> None:
    person = Browser(client)
    ((_, account, ends),) = rows(live)
    assert (account, datetime.fromisoformat(ends)) == ("samordnare", NINE + IDLE)
    clock.now = NINE + IDLE - timedelta(seconds=1)
    assert person.open("/installningar").url.path == "/installningar"
    assert datetime.fromisoformat(rows(live)[0][2]) == clock.now + IDLE
    clock.now = NINE + timedelta(hours=12)
    assert person.open("/installningar").url.path == "/logga-in"


def test_a_session_that_nobody_uses_ends(client: TestClient[Litestar], clock: Wound) -> None:
    person = Browser(client)
    clock.now = NINE + IDLE
    assert person.open("/installningar").url.path == "/logga-in"


def test_reading_does_not_become_writing(client: TestClient[Litestar], live: LiveRegister, clock: Wound) -> None:
    person = Browser(client)
    before = rows(live)
    clock.now = NINE + RENEWED - timedelta(seconds=1)
    assert "set-cookie" not in person.open("/installningar").headers
    assert rows(live) == before
    clock.now = NINE + RENEWED
    assert KEY in person.open("/installningar").headers["set-cookie"]
    assert rows(live) != before


def test_processes_over_one_register_share_sessions_and_forms(live: LiveRegister) -> None:
    with served(live) as one, served(live) as another:
        person = Browser(one)
        person.open("/installningar")
        another.cookies.update(one.cookies)
        person.client = another
        person.send("/installningar/brott", source="polisen", on="2020-11-01", reason="Nya koder")
        assert "Ändringen är noterad" in person.words


def test_out_everywhere_does_nothing_for_who_is_not_signed_in(
    client: TestClient[Litestar], live: LiveRegister, clock: Wound
) -> None:
    Sessions(live.store.database).begin("n1", "", "{}", clock(), IDLE)
    csrf = re.findall(r'name="_csrf_token" value="([^"]+)"', client.get("/logga-in").text)[0]
    assert client.post("/logga-ut/overallt", data={"_csrf_token": csrf}).url.path == "/logga-in"
    assert kept(live) == [hashed("n1")]


def test_out_everywhere_ends_the_account_in_every_browser_and_nobody_elses(live: LiveRegister) -> None:
    with served(live) as one, served(live) as two, served(live) as three:
        first, second, other = Browser(one), Browser(two), Browser(three, "lasare")
        first.open("/konto")
        assert "Antal webbläsare som du är inloggad i: 2." in first.words
        assert first.send("/logga-ut/overallt").url.path == "/logga-in"
        assert second.open("/konto").url.path == "/logga-in"
        assert other.open("/konto").url.path == "/konto"
