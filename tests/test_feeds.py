"""The feeds of an account: alerts and days behind links that nobody can guess, as other people's readers read them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import feedparser  # type: ignore[import-untyped]  # it has no types
import pytest
from icalendar import Calendar
from litestar import Litestar
from litestar.testing import TestClient

from adapters.accounts import KeptAccount
from adapters.atom import AtomEntry, AtomFeed, atom
from adapters.subscriptions import Subscription
from domain.action import DoNotStart
from service.api.app import create_app
from service.gate import open_keepers
from service.office import open_office
from service.pages.feeds import FeedLinks, feed_links
from service.register import LiveRegister
from service.settings import Settings
from tests import given as g
from tests.browsing import Browser
from tests.test_week import KEY, SENTENCE, scene

BASE = "http://127.0.0.1:8000"
SETTINGS = Settings(public_url=BASE)
LENA = KeptAccount("lena", "Lena Ek", "lena@example.se", "reader", "läsare", g.CITY, "municipality")
Client = TestClient[Litestar]


@pytest.fixture
def live(fresh_sqlite: str) -> Iterator[LiveRegister]:
    register, _ = scene(fresh_sqlite)
    yield register
    register.close()


@contextmanager
def asked_of(live: LiveRegister, settings: Settings = SETTINGS) -> Iterator[Client]:
    with TestClient(create_app(live, settings), base_url=BASE) as client:
        yield client


@pytest.fixture
def client(live: LiveRegister) -> Iterator[Client]:
    open_keepers(live).accounts.add(LENA)
    with asked_of(live) as asked:
        yield asked


def links(live: LiveRegister, account: str = "lena") -> FeedLinks:
    return feed_links(live, SETTINGS, open_keepers(live), account)


def alerts(client: Client, link: str) -> Any:
    """The feed as feedparser reads it, without a fault."""
    response = client.get(link)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/atom+xml; charset=utf-8"
    read = feedparser.parse(response.content)
    assert not read.bozo
    return read


def days(client: Client, link: str) -> dict[str, tuple[date, str]]:
    """Day and title of each entry of the calendar, by its UID."""
    read = Calendar.from_ical(client.get(link).content)
    return {str(one["uid"]): (one.decoded("dtstart"), str(one["summary"])) for one in read.walk("VEVENT")}


def subscribe(live: LiveRegister, **but: Any) -> None:
    open_office(live).subscriptions.keep(replace(Subscription("s1", "lena", "lena@example.se"), **but))


def test_an_alert_is_an_entry_with_its_sentence_and_the_way_to_its_page(client: Client, live: LiveRegister) -> None:
    (one,) = alerts(client, links(live).alerts).entries
    assert one.title == "Personrån, Centrum: Fler än väntat, vecka 8 2020"
    assert one.summary == SENTENCE.sv
    assert one.link == f"{BASE}/signal/{quote(KEY)}"
    assert one.id == f"tag:127.0.0.1,2026:signal/{quote(KEY)}"
    assert one.updated == "2020-02-24T10:00:00Z"


def test_the_feed_tells_what_the_account_has_subscribed_to_in_its_language(client: Client, live: LiveRegister) -> None:
    subscribe(live, language="en", channel="feed")
    feed = alerts(client, links(live).alerts)
    assert feed.entries[0].summary == SENTENCE.en
    assert feed.feed.title == "Samverkan: alerts"
    for but in ({"districts": ("raby",)}, {"categories": ("skadegorelse",)}, {"direction": "fall"}):
        subscribe(live, **but)
        assert alerts(client, links(live).alerts).entries == []
    subscribe(live, least_surprise=500)
    assert len(alerts(client, links(live).alerts).entries) == 1
    subscribe(live, least_surprise=1000)
    assert alerts(client, links(live).alerts).entries == []


def test_the_calendar_has_the_meetings_and_what_is_to_be_done(client: Client, live: LiveRegister) -> None:
    found = days(client, links(live).calendar)
    assert found["meeting-est-2020-w08@samverkan"] == (date(2020, 2, 18), "Veckomöte, vecka 8 2020")
    decided = (date(2020, 2, 24), "Beslut ska vara genomfört: Fotpatrull två kvällar")
    assert found["est-2020-w08-1@samverkan"] == decided
    assert found["vandringar@samverkan"] == (date(2020, 2, 21), "Åtgärd ska vara klar: Trygghetsvandringar")
    assert found["follow-up-vandringar@samverkan"][1] == "Åtgärd ska följas upp: Trygghetsvandringar"
    (last,) = (one for uid, one in found.items() if uid.startswith("agreement-"))
    assert last[1].startswith("Överenskommelsens sista dag: ")
    assert len(found) == 5


def test_what_is_given_up_leaves_the_calendar_and_a_promise_comes_into_it(client: Client, live: LiveRegister) -> None:
    live.ask(DoNotStart(action="vandringar", on=live.today(), reason="Ingen kan gå."), g.COORDINATOR)
    live.ask(g.but(g.PUBLISH, on=live.today(), measures=({"what": "Vi går."},)), g.COORDINATOR)
    found = days(client, links(live).calendar)
    assert "vandringar@samverkan" not in found
    assert "follow-up-vandringar@samverkan" not in found
    (promised,) = (one for uid, one in found.items() if uid.startswith("promise-"))
    assert promised[1].startswith("Medborgarlöfte ska återrapporteras: ")


def test_a_reader_that_has_the_feed_as_it_is_gets_nothing_again(client: Client, live: LiveRegister) -> None:
    for link in (links(live).alerts, links(live).calendar):
        first = client.get(link)
        assert first.headers["cache-control"] == "private, max-age=300"
        again = client.get(link, headers={"if-none-match": f"W/{first.headers['etag']}"})
        assert (again.status_code, again.content) == (304, b"")
    before = client.get(links(live).alerts).headers["etag"]
    subscribe(live, language="en")
    assert client.get(links(live).alerts, headers={"if-none-match": before}).status_code == 200


def test_a_wrong_link_a_closed_account_and_one_that_only_reports_lead_nowhere(
    client: Client, live: LiveRegister
) -> None:
    right, accounts = links(live).alerts, open_keepers(live).accounts
    accounts.add(replace(LENA, key="rut", grade="reporter"))
    of_others = right.replace("/lena/", "/samordnare/"), right.replace("/lena/", "/nobody/")
    for wrong in (right.replace("/larm", "x/larm"), *of_others, right[:-13] + "å/larm.atom", links(live, "rut").alerts):
        assert client.get(wrong).status_code == 404, wrong
    accounts.close("lena")
    assert client.get(right).status_code == 404
    assert client.get(links(live).calendar).status_code == 404


def test_changed_links_let_nobody_in_by_the_old_ones(client: Client, live: LiveRegister) -> None:
    old = links(live)
    open_keepers(live).accounts.renew_links("lena")
    assert client.get(old.alerts).status_code == client.get(old.calendar).status_code == 404
    assert client.get(links(live).alerts).status_code == 200


def test_who_is_signed_in_sees_the_own_links_and_changes_them(client: Client, live: LiveRegister) -> None:
    open_keepers(live).accounts.add(replace(LENA, key="samordnare", grade="coordinator"))
    browser = Browser(client)
    old = links(live, "samordnare")
    assert f'value="{old.alerts}"' in browser.open("/prenumeration").text
    browser.send("/flode/byt")
    assert "Länkarna är bytta." in browser.words
    assert links(live, "samordnare") != old
    assert f'value="{links(live, "samordnare").alerts}"' in browser.at.text
    assert client.get(old.alerts).status_code == 404
    assert client.post("/flode/byt").status_code == 403  # from another site, without the form's token


def test_an_account_to_try_things_with_has_links_while_developing_and_cannot_change_them(
    client: Client, live: LiveRegister
) -> None:
    assert alerts(client, links(live, "samordnare").alerts).entries
    browser = Browser(client)
    assert "Dess länkar går inte att byta" in browser.open("/prenumeration").text
    token = browser.hidden("/prenumeration")["_csrf_token"]
    assert client.post("/flode/byt", data={"_csrf_token": token}).status_code == 422


def test_in_production_there_is_no_feed_of_an_account_to_try_things_with(live: LiveRegister) -> None:
    with asked_of(live, Settings(environment="production", public_url=BASE)) as client:
        assert client.get(links(live, "samordnare").alerts).status_code == 404


def test_a_feed_is_xml_whatever_its_texts_hold() -> None:
    entry = AtomEntry("tag:a,2026:1", "\x0b]]>&\ud800<b>\uffff", datetime(2020, 1, 1, tzinfo=UTC), "\0", f"{BASE}/&")
    made = atom(AtomFeed("tag:a,2026:f", "Å", "Västerås", f"{BASE}/f", BASE, "sv"), [entry])
    title = ElementTree.fromstring(made).find("{*}entry/{*}title")
    assert title is not None
    assert title.text == "�]]>&�<b>�"
    assert not feedparser.parse(made).bozo
