"""The way to the organisation's sign-in and back: once, in time, in the browser where it began, and written down."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import unescape
from time import monotonic
from urllib.parse import parse_qs, urlsplit

import pytest
from httpx import Response
from litestar.testing import TestClient

from adapters.accounts import KeptAccount
from service.api.app import create_app
from service.gate import Keepers
from service.pages.provider import BEGINS_A_MINUTE
from service.pages.way_on import inside
from service.settings import Settings
from tests.browsing import Browser
from tests.provider import CLIENT, Provider, provider
from tests.registers import furnished

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
ASA = KeptAccount("asa-1", "Åsa", "asa@example.se", "coordinator", "samordnare", "Västerås stad", "municipality")


@dataclass
class Visit:
    """A browser before a register that one signs in to with a provider."""

    browser: Browser
    there: Provider
    keepers: Keepers
    now: datetime = NINE

    def begin(self, to: str = "/konto") -> dict[str, str]:
        """Be sent to the provider; what it is asked."""
        self.browser.open(to)
        self.browser.send("/logga-in/borja")
        (found,) = re.findall(r'http-equiv="refresh" content="0; url=([^"]+)"', self.browser.at.text)
        asked = {name: value for name, (value,) in parse_qs(urlsplit(unescape(found)).query).items()}
        at = int(self.now.timestamp())
        self.there.claims = {"iss": self.there.address, "sub": "s1", "aud": CLIENT, "nonce": asked["nonce"]}
        self.there.claims |= {"exp": at + 3600, "iat": at, "email": "asa@example.se", "email_verified": True}
        return asked

    def answer(self, state: str) -> Response:
        """Come back from the provider."""
        return self.browser.open(f"/logga-in/svar?code=c1&state={state}")

    def noted(self) -> list[tuple[str, str, str]]:
        return [(line.kind, line.account, line.what) for line in self.keepers.log.lines()]


@pytest.fixture
def visit(fresh_sqlite: str) -> Iterator[Visit]:
    made: list[Visit] = []
    with (
        provider() as there,
        furnished(fresh_sqlite, lambda: made[0].now if made else NINE) as live,
        TestClient(
            create_app(
                live,
                Settings(
                    database=fresh_sqlite, environment="production", oidc_issuer=there.address, oidc_client_id=CLIENT,
                    wrong_sign_ins_a_minute=3,
                ),
            ),
            base_url="http://127.0.0.1:8000",
        ) as client,
    ):  # fmt: skip
        browser = Browser.__new__(Browser)  # nobody has signed in yet
        browser.client = client
        made.append(Visit(browser, there, client.app.state.keepers))
        yield made[0]


def test_who_was_added_beforehand_comes_in_where_he_was_going(visit: Visit) -> None:
    visit.keepers.accounts.add(ASA)
    asked = visit.begin("/installningar?x=1")
    assert asked["redirect_uri"] == "http://127.0.0.1:8000/logga-in/svar"
    assert str(visit.answer(asked["state"]).url).endswith("/installningar?x=1")
    assert visit.noted() == [("signed-in", "asa-1", "openid")]
    bound = visit.keepers.accounts.find("asa-1")
    assert bound is not None
    assert (bound.issuer, bound.subject) == (visit.there.address, "s1")


def test_an_answer_is_good_once(visit: Visit) -> None:
    visit.keepers.accounts.add(ASA)
    asked = visit.begin()
    visit.answer(asked["state"])
    visit.browser.client.cookies.clear()
    assert "började i en annan webbläsare" in visit.answer(asked["state"]).text
    assert visit.noted()[0] == ("refused", "", "sign-in-expired")
    assert len(visit.there.exchanged) == 1


def test_an_answer_is_good_for_ten_minutes(visit: Visit) -> None:
    visit.keepers.accounts.add(ASA)
    asked = visit.begin()
    visit.now = NINE + timedelta(minutes=10)
    assert "tog för lång tid" in visit.answer(asked["state"]).text
    assert visit.there.exchanged == []


@pytest.mark.parametrize("state", ["", "forged", "å"])
def test_an_answer_with_another_state_is_refused_before_anything_is_asked(visit: Visit, state: str) -> None:
    visit.keepers.accounts.add(ASA)
    visit.begin()
    assert visit.answer(state).status_code == 403
    assert visit.noted() == [("refused", "", "state-mismatch")]
    assert visit.there.exchanged == []


def test_an_address_that_is_refused_too_often_waits(visit: Visit) -> None:
    for _ in range(3):
        visit.answer("forged")
    visit.browser.open("/logga-in")
    visit.browser.send("/logga-in/borja")
    assert "Vänta en minut" in visit.browser.words
    assert "Vänta en minut" in visit.answer("forged").text
    assert len(visit.noted()) == 3


def test_from_one_address_so_many_sign_ins_begin_in_a_minute(visit: Visit) -> None:
    for _ in range(BEGINS_A_MINUTE):
        visit.browser.open("/logga-in")
        csrf = visit.browser.hidden("/logga-in/borja")
        assert visit.browser.client.post("/logga-in/borja", data=csrf).status_code == 200
    visit.browser.send("/logga-in/borja")
    assert "Vänta en minut" in visit.browser.words


def test_pages_go_on_while_the_provider_is_silent(fresh_sqlite: str) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as silent, furnished(fresh_sqlite, lambda: NINE) as live,
        ThreadPoolExecutor(12) as pool,
    ):  # fmt: skip
        settings = Settings(
            environment="production", oidc_issuer=f"http://127.0.0.1:{silent.getsockname()[1]}", oidc_client_id=CLIENT
        )
        with TestClient(create_app(live, settings), base_url="http://127.0.0.1:8000") as client:
            csrf = re.findall(r'name="_csrf_token" value="([^"]+)"', client.get("/logga-in").text)[0]
            begun = [pool.submit(client.post, "/logga-in/borja", data={"_csrf_token": csrf}) for _ in range(12)]
            held, _ = silent.accept()
            began = monotonic()
            assert client.get("/hjalp").status_code == 200
            assert monotonic() - began < 1
            assert not all(each.done() for each in begun)
            held.close()
            assert {each.result(10).status_code for each in begun} == {403}


def test_nobody_takes_an_account_by_a_click_where_people_sign_in(visit: Visit) -> None:
    visit.browser.open("/logga-in")
    csrf = visit.browser.hidden("/logga-in/borja")
    assert visit.browser.client.post("/logga-in", data=csrf | {"account": "samordnare"}).status_code == 405


@pytest.mark.parametrize(
    "path", ["//elsewhere.se", "/\\elsewhere.se", "https://elsewhere.se", "/\t/elsewhere.se", "", None]
)
def test_one_goes_on_inside_only(path: str | None) -> None:
    assert inside(path) == "/"
    assert inside("/mote/2020-W46?a=1") == "/mote/2020-W46?a=1"
    assert (inside("/" + "x" * 1999), inside("/" + "x" * 2000)) == ("/" + "x" * 1999, "/")
