"""Subscriptions on pages: what I want to be told, a sample of it, and the way out without signing in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from service.api.app import create_app
from service.office import Office, open_office
from service.outgoing import deliver, follow
from service.register import Clock, LiveRegister, utc_now
from service.settings import Settings
from service.subscribing import BETWEEN_SAMPLES
from tests.browsing import Browser
from tests.mail_server import MailServer
from tests.plausible import SetClock
from tests.registers import furnished
from tests.subscribed import run

ASKED = {
    "channel": "mail", "email": "anna@example.se", "language": "sv", "weekly": "1", "monthly": "1", "reminders": "1",
    "direction": "both", "least_surprise": "1",
}  # fmt: skip


@contextmanager
def pages(url: str, clock: Clock = utc_now) -> Iterator[tuple[LiveRegister, Office, TestClient[Litestar]]]:
    with (
        furnished(url, clock) as live,
        TestClient(create_app(live, Settings()), base_url="http://127.0.0.1:8000") as client,
    ):
        yield live, open_office(live), client


def subscribe(browser: Browser, **fields: object) -> None:
    browser.open("/prenumeration")
    browser.send("/prenumeration", **{**ASKED, **fields})


def test_a_subscription_is_begun_and_told_in_one_sentence(fresh_sqlite: str) -> None:
    with pages(fresh_sqlite) as (live, office, client):
        browser = Browser(client)
        subscribe(browser, districts=["backby"], categories=["klotter", "ran"], direction="rise", least_surprise="1000")
        assert "Prenumerationen är sparad." in browser.words
        said = (
            "Du får e-post på svenska till anna@example.se varje vecka och varje månad om Klotter och Rån i Bäckby, "
            "bara ökningar, bara det som slumpen ger högst en gång på 1 000. Påminnelser kommer i högst ett brev om "
            "dagen."
        )
        assert said in browser.words.replace("\N{NO-BREAK SPACE}", " ")
        kept = office.subscriptions.of_account("samordnare")
        assert kept is not None
        assert (kept.districts, kept.since) == (("backby",), live.store.last_gsn())


def test_a_change_keeps_the_subscription_and_what_it_is_told_from(fresh_sqlite: str) -> None:
    with pages(fresh_sqlite) as (live, office, client):
        browser = Browser(client)
        subscribe(browser)
        first = office.subscriptions.of_account("samordnare")
        run(live)
        subscribe(browser, email="bo@example.se", language="en")
        second = office.subscriptions.of_account("samordnare")
        assert first is not None
        assert second is not None
        assert (second.id, second.since, second.email) == (first.id, first.since, "bo@example.se")
        assert len(office.subscriptions.every()) == 1


@pytest.mark.parametrize(
    "wrong", ["", "anna", "anna@example.se, bo@example.se", "anna@example.se\r\nBcc: x@y.se", "an na@example.se",
              "å@example.se", "anna@localhost", "<anna@example.se>"],
)  # fmt: skip
def test_what_is_no_address_is_refused_beside_its_field_and_nothing_that_was_filled_in_is_lost(
    fresh_sqlite: str, wrong: str
) -> None:
    with pages(fresh_sqlite) as (_, office, client):
        browser = Browser(client)
        subscribe(browser, email=wrong, districts=["raby"])
        assert browser.at.status_code == 422
        assert "E-postadressen går inte att använda." in browser.words
        assert 'value="raby" checked' in browser.at.text
        assert office.subscriptions.every() == []


def test_choosing_nothing_or_what_is_not_there_is_refused(fresh_sqlite: str) -> None:
    with pages(fresh_sqlite) as (_, office, client):
        browser = Browser(client)
        browser.open("/prenumeration")
        never = {name: value for name, value in ASKED.items() if name not in ("weekly", "monthly", "reminders")}
        browser.send("/prenumeration", **never)
        assert "Inget är valt." in browser.words
        subscribe(browser, districts=["atlantis"])
        assert "atlantis" in browser.words
        subscribe(browser, least_surprise="0")
        assert browser.at.status_code == 422
        assert office.subscriptions.every() == []


def test_a_sample_is_a_real_digest_of_the_latest_run(fresh_sqlite: str) -> None:
    clock = SetClock(utc_now())
    with pages(fresh_sqlite, clock) as (live, office, client), MailServer() as server:
        browser = Browser(client)
        subscribe(browser)
        assert "Skicka ett prov till mig" not in browser.words  # nothing has been assessed yet
        run(live, "2023-W07")
        run(live, "2023-W08")
        for _ in range(2):
            browser.open("/prenumeration")
            browser.send("/prenumeration/prov")
            assert "Ett prov är på väg." in browser.words
            browser.send("/prenumeration/prov")
            assert "Ett prov är redan på väg." in browser.words  # nobody fills a mailbox
            clock.advance(BETWEEN_SAMPLES)
        assert {m.about for m in office.outbox.messages(kind="sample")} == {"2023-w08"}
        assert deliver(live, office, clock(), Settings(mail_server=server.url)) == 2  # each under an id of its own
        assert len({each.id for each in server.mails}) == 2
        assert follow(live, office, clock(), Settings()) == 2  # and the digests themselves are still to come


def test_a_subscription_is_ended_on_the_page(fresh_sqlite: str) -> None:
    with pages(fresh_sqlite) as (_, office, client):
        browser = Browser(client)
        subscribe(browser)
        browser.send("/prenumeration/avsluta")
        assert "Prenumerationen är avslutad." in browser.words
        assert office.subscriptions.every() == []


def test_the_link_in_a_mail_ends_the_subscription_with_a_button_and_looking_at_it_does_not(fresh_sqlite: str) -> None:
    with pages(fresh_sqlite) as (live, office, client):
        subscribe(Browser(client))
        key = office.subscriptions.every()[0].id
        link = f"/prenumeration/avsluta/{key}/{live.store.vault.token(f'unsubscribe:{key}')}"
        client.cookies.clear()
        asked = client.get(link)
        assert asked.status_code == 200
        assert f'<form method="post" action="{link}">' in asked.text
        assert len(office.subscriptions.every()) == 1
        # as a mail program does it: no cookie, no token of a form
        ended = client.post(
            link, data={"List-Unsubscribe": "One-Click"}, headers={"origin": "https://mail.example.com"}
        )
        assert ended.status_code == 200
        assert "Prenumerationen är avslutad" in ended.text
        assert office.subscriptions.every() == []
        assert client.post(link).status_code == 200  # twice does no harm


def test_a_wrong_link_ends_nothing_and_other_forms_still_need_their_token(fresh_sqlite: str) -> None:
    with pages(fresh_sqlite) as (live, office, client):
        subscribe(Browser(client))
        key = office.subscriptions.every()[0].id
        token = live.store.vault.token(f"unsubscribe:{key}")
        for wrong in (
            f"{key}/{token[:-1]}",
            f"{key}x/{token}",
            f"{key}/{live.store.vault.token('unsubscribe:')}",
            "å/ö",
        ):
            assert client.get(f"/prenumeration/avsluta/{wrong}").status_code == 404
            assert client.post(f"/prenumeration/avsluta/{wrong}").status_code == 404
        for path in ("/prenumeration/avsluta", "/prenumeration/avsluta/", "/prenumeration", "/prenumeration/prov"):
            assert client.post(path, data={}).status_code == 403
        assert len(office.subscriptions.every()) == 1


def test_a_reporter_has_no_subscription(fresh_sqlite: str) -> None:
    with pages(fresh_sqlite) as (_, _, client):
        browser = Browser(client, "rapportor")
        assert browser.open("/prenumeration").status_code == 403


def test_what_failed_is_shown_to_the_coordinator_and_tried_again(fresh_sqlite: str) -> None:
    with pages(fresh_sqlite) as (live, office, client), MailServer() as server:
        browser = Browser(client)
        subscribe(browser)
        run(live)
        follow(live, office, utc_now(), Settings())
        server.to_receiver["anna@example.se"] = "550 5.1.1 no such user"
        deliver(live, office, utc_now(), Settings(mail_server=server.url))
        browser.open("/utskick?visa=misslyckade")
        assert "1 misslyckade" in browser.words
        assert (
            "Läget vecka 8 2023 samordnare misslyckat e-postservern tog inte emot för mottagaren (550 5.1.1)"
            in browser.words
        )
        assert "anna@example.se" not in browser.at.text
        (dead,) = office.outbox.messages(standing="dead")
        browser.send(f"/utskick/{dead.id}/igen")
        assert "Försöks igen." in browser.words
        assert office.outbox.counts()["waiting"] == 1
        assert browser.client.post(f"/utskick/{dead.id}/igen", data=browser.hidden("/logga-ut")).status_code == 404


@pytest.mark.parametrize("account", ["lasare", "kommunpolis", "enhetschef", "rapportor"])
def test_deliveries_are_for_whoever_answers_for_them(fresh_sqlite: str, account: str) -> None:
    with pages(fresh_sqlite) as (_, _, client):
        browser = Browser(client, account)
        assert browser.open("/utskick").status_code == 403
