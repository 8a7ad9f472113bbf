"""Addresses that somebody typed: each is asked by mail, at the address itself, before anything else goes there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from adapters.accounts import KeptAccount
from adapters.subscriptions import Subscription
from domain.core import Refused
from service.api.app import create_app
from service.office import Office, open_office
from service.outgoing import deliver, follow
from service.register import LiveRegister, utc_now
from service.settings import Settings
from service.subscribing import send_sample
from tests.browsing import Browser
from tests.mail_server import MailServer
from tests.plausible import SetClock
from tests.registers import furnished
from tests.subscribed import run

LINK = re.compile(r"http://127\.0\.0\.1:8000(/prenumeration/bekrafta/\S+)")
OWN = "eva@example.se"


@dataclass
class Typed:
    """A register with sign-in, a mail server, and Eva, who subscribes by the API."""

    live: LiveRegister
    clock: SetClock
    office: Office
    client: TestClient[Litestar]
    server: MailServer
    token: str
    settings: Settings

    def keep(self, email: str, **but: object) -> Subscription:
        """Subscribe to that address."""
        mine = {"email": email, **but}
        answer = self.client.put("/api/v1/subscription", json=mine, headers={"Authorization": f"Bearer {self.token}"})
        assert answer.status_code == 200, answer.text
        found = self.office.subscriptions.of_account("eva")
        assert found is not None
        return found

    def mails(self) -> list[tuple[str, str]]:
        """(to, subject) of all that has come."""
        while deliver(self.live, self.office, self.clock(), self.settings):
            pass
        return [(each.to, str(each.mail["Subject"])) for each in self.server.mails]

    @property
    def link(self) -> str:
        """The path in the latest mail."""
        text = self.server.mails[-1].mail.get_body(("plain",))
        assert text is not None
        (found,) = LINK.findall(text.get_content())
        return str(found)


@pytest.fixture
def typed(fresh_sqlite: str) -> Iterator[Typed]:
    clock = SetClock(utc_now())
    with furnished(fresh_sqlite, clock) as live, MailServer() as server:
        settings = Settings(database=fresh_sqlite, environment="production", mail_server=server.url)
        with TestClient(create_app(live, settings), base_url="http://127.0.0.1:8000") as client:
            office = open_office(live)
            office.keepers.accounts.add(
                KeptAccount("eva", "Eva", OWN, "reader", "läsare", "Västerås stad", "municipality")
            )
            token = office.keepers.tokens.make("eva", "prov", ("read", "work"), clock(), timedelta(days=1))
            yield Typed(live, clock, office, client, server, token, settings)


def press(typed: Typed, link: str) -> str:
    """Open the page as anybody who has the mail, and press its button."""
    typed.client.cookies.clear()
    page = typed.client.get(link)
    assert page.status_code == 200
    (token,) = re.findall(r'name="_csrf_token" value="([^"]+)"', page.text)
    answer = typed.client.post(link, data={"_csrf_token": token})
    assert answer.status_code == 200
    return str(answer.text)


def test_nothing_but_the_question_goes_to_an_address_until_its_reader_says_yes(typed: Typed) -> None:
    kept = typed.keep("anybody@example.org")
    assert not kept.confirmed
    run(typed.live, "2023-W07")
    assert follow(typed.live, typed.office, typed.clock(), typed.settings) == 0
    with pytest.raises(Refused, match="not confirmed yet"):
        send_sample(typed.live, typed.office, kept)
    assert typed.mails() == [("anybody@example.org", "Bekräfta din e-postadress")]
    assert "Bekräfta e-postadressen" in typed.client.get(typed.link).text
    assert typed.office.subscriptions.every() == [kept]  # looking at it confirms nothing
    assert "E-postadressen är bekräftad" in press(typed, typed.link)
    run(typed.live, "2023-W08")
    assert follow(typed.live, typed.office, typed.clock(), typed.settings) == 1
    assert len(typed.mails()) == 2


def test_the_own_address_of_the_account_needs_no_question(typed: Typed) -> None:
    assert typed.keep(OWN.title()).confirmed
    assert typed.keep("", channel="feed").email == ""
    assert typed.mails() == []


def test_a_confirmed_address_stays_so_and_another_one_is_asked_anew(typed: Typed) -> None:
    typed.keep("anybody@example.org")
    typed.mails()
    press(typed, typed.link)
    assert typed.keep("anybody@example.org", language="en").confirmed
    assert not typed.keep("somebody@example.org", language="en").confirmed
    assert typed.mails()[1:] == [("somebody@example.org", "Confirm your e-mail address")]


def test_a_link_is_good_for_the_address_that_it_was_sent_to_and_for_no_other(typed: Typed) -> None:
    typed.keep("anybody@example.org")
    typed.mails()
    link = typed.link
    typed.keep("somebody@example.org")
    assert typed.client.get(link).status_code == 404
    assert typed.client.get(f"{link}x").status_code == 404
    assert typed.client.get("/prenumeration/bekrafta/å/ö").status_code == 404
    assert typed.client.post(link).status_code == 403  # without the token of a form
    typed.office.subscriptions.end(typed.office.subscriptions.every()[0].id)
    typed.mails()
    assert typed.client.get(link).status_code == 404


def test_who_saves_again_and_again_fills_no_mailbox(typed: Typed) -> None:
    typed.clock.moment = typed.clock.moment.replace(minute=0)
    for _ in range(3):
        typed.keep("anybody@example.org")
    assert len(typed.mails()) == 1
    typed.clock.advance(timedelta(hours=1))
    typed.keep("anybody@example.org")
    assert len(typed.mails()) == 2
    assert typed.server.mails[0].to == typed.server.mails[1].to


def test_a_question_about_an_address_that_was_changed_before_it_was_sent_goes_nowhere(typed: Typed) -> None:
    typed.keep("wrong@example.org")
    typed.keep("right@example.org")
    assert [to for to, _ in typed.mails()] == ["right@example.org"]
    assert typed.office.outbox.counts() == {"waiting": 0, "sent": 1, "dead": 0}


@contextmanager
def developing(url: str) -> Iterator[tuple[Office, Browser]]:
    with (
        furnished(url) as live,
        TestClient(create_app(live, Settings()), base_url="http://127.0.0.1:8000") as client,
    ):
        yield open_office(live), Browser(client)


def test_the_page_says_what_is_waited_for(fresh_sqlite: str) -> None:
    with developing(fresh_sqlite) as (office, browser):
        office.subscriptions.keep(Subscription("s1", "samordnare", "anybody@example.org"))
        browser.open("/prenumeration")
        assert "Adressen anybody@example.org är inte bekräftad än." in browser.words
        assert "Skicka ett prov till mig" not in browser.words
