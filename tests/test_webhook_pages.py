"""Webhooks through the pages and the API: the administrator alone keeps them, and sees each secret once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from standardwebhooks import Webhook as Oracle

from service.api.app import create_app
from service.office import Office, open_office
from service.outgoing import deliver
from service.register import LiveRegister
from service.settings import Settings
from tests.browsing import Browser
from tests.receivers import Receiver, receiving, status
from tests.registers import furnished

SECRET = re.compile(r"whsec_[A-Za-z0-9+/]{43}=")
API = "/api/v1/webhooks"


@pytest.fixture
def live(fresh_sqlite: str) -> Iterator[LiveRegister]:
    with furnished(fresh_sqlite) as register:
        yield register


@pytest.fixture
def office(live: LiveRegister) -> Office:
    return open_office(live)


@pytest.fixture
def settings(fresh_sqlite: str) -> Settings:
    return Settings(database=fresh_sqlite, webhooks_to_private=True)


@pytest.fixture
def client(live: LiveRegister, settings: Settings) -> Iterator[TestClient[Litestar]]:
    with TestClient(create_app(live, settings), base_url="http://127.0.0.1:8000") as c:
        yield c


@pytest.fixture
def administrator(client: TestClient[Litestar]) -> Browser:
    return Browser(client, "administrator")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


def keep(person: Browser, url: str, **wishes: Any) -> str:
    """Keep a webhook; the path of its page."""
    person.open("/webhookar")
    person.send("/webhookar", url=url, **wishes)
    return person.path


# The pages


def test_a_webhook_is_kept_and_its_secret_shown_once(administrator: Browser, receiver: Receiver) -> None:
    path = keep(administrator, receiver.url, topics=["signal.*", "plan.* action.* effect.*"], districts=["raby"])
    assert "Webhooken är tillagd." in administrator.at.text
    assert "Signaler, Handlingsplaner, åtgärder och deras effekter" in administrator.words
    assert "Områden Råby" in administrator.words
    assert len(SECRET.findall(administrator.at.text)) == 1
    administrator.open(path)
    assert not SECRET.search(administrator.at.text)
    administrator.open("/webhookar")
    assert receiver.url in administrator.words


def test_the_settings_lead_the_administrator_there(administrator: Browser, client: TestClient[Litestar]) -> None:
    assert 'href="/webhookar"' in administrator.open("/installningar").text
    assert 'href="/webhookar"' not in Browser(client, "samordnare").open("/installningar").text


def test_nobody_else_sees_or_keeps_webhooks(
    client: TestClient[Litestar], administrator: Browser, receiver: Receiver
) -> None:
    path = keep(administrator, receiver.url)
    for account in ("samordnare", "kommunpolis", "enhetschef", "rapportor", "lasare"):
        other = Browser(client, account)
        assert other.open("/webhookar").status_code == 403
        assert other.open(path).status_code == 403
        assert receiver.url not in other.at.text


def test_a_trial_is_sent_and_stands_among_the_deliveries(
    administrator: Browser, receiver: Receiver, live: LiveRegister, office: Office, settings: Settings
) -> None:
    path = keep(administrator, receiver.url)
    (secret,) = SECRET.findall(administrator.at.text)
    administrator.send(f"{path}/prov")
    assert "Provet är på väg." in administrator.at.text
    assert "Prov väntar" in administrator.words
    assert deliver(live, office, datetime.now(UTC), settings) == 1
    (request,) = receiver.requests
    assert Oracle(secret).verify(request.body, dict(request.headers))["type"] == "test"
    administrator.open(path)
    assert "Prov levererat 1" in administrator.words


def test_a_changed_secret_is_shown_once_and_the_old_one_signs_too(
    administrator: Browser, receiver: Receiver, live: LiveRegister, office: Office, settings: Settings
) -> None:
    path = keep(administrator, receiver.url)
    (old,) = SECRET.findall(administrator.at.text)
    administrator.send(f"{path}/hemlighet")
    (new,) = SECRET.findall(administrator.at.text)
    assert new != old
    assert "I 24 timmar signeras meddelandena också med den förra hemligheten" in administrator.words
    administrator.send(f"{path}/prov")
    deliver(live, office, datetime.now(UTC), settings)
    (request,) = receiver.requests
    for secret in (old, new):
        assert Oracle(secret).verify(request.body, dict(request.headers))
    assert not SECRET.search(administrator.open(path).text)


def test_a_delivery_that_was_given_up_is_sent_again(
    administrator: Browser, live: LiveRegister, office: Office, settings: Settings
) -> None:
    answers = [status(410), status(204)]
    with receiving(lambda request, receiver: answers[len(receiver.requests) - 1](request, receiver)) as receiver:
        path = keep(administrator, receiver.url)
        administrator.send(f"{path}/prov")
        assert deliver(live, office, datetime.now(UTC), settings) == 1
        administrator.open(path)
        assert "Prov gavs upp Mottagaren svarade att adressen är nedlagd (410)." in administrator.words
        assert "Läge nedlagd hos mottagaren" in administrator.words
        administrator.send(f"{path}/ateruppta")
        administrator.send(f"{path}/igen")
        assert "Meddelandet skickas igen." in administrator.at.text
        assert deliver(live, office, datetime.now(UTC) + timedelta(seconds=1), settings) == 1


@pytest.mark.parametrize(
    ("noted", "said"),
    [(status(503), "Mottagaren svarade med felkod 503."), (None, "Mottagaren gick inte att nå.")],
    ids=["503", "nobody"],
)
def test_a_failed_delivery_says_why_in_words_and_when_it_is_tried_again(
    administrator: Browser, live: LiveRegister, office: Office, settings: Settings, noted: Any, said: str
) -> None:
    with receiving(noted or status(204)) as receiver:
        path = keep(administrator, receiver.url)
        administrator.send(f"{path}/prov")
        if noted:
            deliver(live, office, datetime.now(UTC), settings)
    if not noted:
        deliver(live, office, datetime.now(UTC), settings)
    administrator.open(path)
    assert f"Prov väntar {said} Nästa försök" in administrator.words


def test_a_webhook_is_changed_paused_resumed_and_ended(administrator: Browser, receiver: Receiver) -> None:
    path = keep(administrator, receiver.url, topics=["signal.*"])
    administrator.send(path, url=f"{receiver.url}2", topics=["meeting.*"])
    assert "Skickar Veckomöten" in administrator.words
    assert f"{receiver.url}2" in administrator.words
    administrator.send(f"{path}/pausa")
    assert "Läge pausad" in administrator.words
    assert "Skicka ett prov" not in administrator.words
    administrator.send(f"{path}/ateruppta")
    assert "Läge på" in administrator.words
    administrator.send(f"{path}/avsluta")
    assert administrator.path == "/webhookar"
    assert "Inga webhookar än." in administrator.words
    assert administrator.open(path).status_code == 404


def test_an_address_that_may_not_be_told_is_refused_and_the_form_keeps_what_was_written(
    live: LiveRegister, fresh_sqlite: str
) -> None:
    with TestClient(create_app(live, Settings(database=fresh_sqlite)), base_url="http://127.0.0.1:8000") as client:
        person = Browser(client, "administrator")
        keep(person, "https://169.254.169.254/latest/meta-data", topics=["signal.*"], districts=["raby"])
    assert person.at.status_code == 422
    assert "leder till en adress i ett slutet nät" in person.words
    assert 'value="https://169.254.169.254/latest/meta-data"' in person.at.text
    assert re.search(r'value="signal\.\*" checked', person.at.text)
    assert re.search(r'value="raby" checked', person.at.text)


# The API


def test_a_tool_keeps_a_webhook_and_follows_what_is_sent(
    client: TestClient[Litestar], receiver: Receiver, live: LiveRegister, office: Office, settings: Settings
) -> None:
    kept = client.post(API, json={"url": receiver.url, "topics": ["signal.raised"]})
    assert kept.status_code == 201
    webhook, secret = kept.json()["webhook"], kept.json()["secret"]
    path = kept.headers["Location"]
    assert client.get(path).json() == webhook
    assert client.get(API).json() == [webhook]
    assert "secret" not in webhook
    trial = client.post(f"{path}/test")
    assert trial.status_code == 202
    (waiting,) = client.get(f"{path}/deliveries").json()
    assert (waiting["id"], waiting["type"], waiting["standing"]) == (trial.json()["id"], "test", "waiting")
    deliver(live, office, datetime.now(UTC), settings)
    (delivered,) = client.get(f"{path}/deliveries").json()
    assert (delivered["standing"], delivered["tries"], delivered["next_at"]) == ("sent", 1, None)
    (request,) = receiver.requests
    assert Oracle(secret).verify(request.body, dict(request.headers))


def test_a_tool_changes_rotates_pauses_and_ends_it(client: TestClient[Litestar], receiver: Receiver) -> None:
    kept = client.post(API, json={"url": receiver.url}).json()
    path = f"{API}/{kept['webhook']['id']}"
    changed = client.post(f"{path}/change", json={"url": receiver.url, "districts": ["raby"]}).json()
    assert changed["districts"] == ["raby"]
    rotated = client.post(f"{path}/rotate").json()
    assert rotated["secret"] != kept["secret"]
    assert rotated["webhook"]["rotated_at"] > kept["webhook"]["rotated_at"]
    assert client.post(f"{path}/pause").json()["standing"] == "paused"
    assert client.post(f"{path}/test").status_code == 422
    assert client.post(f"{path}/resume").json()["standing"] == "on"
    assert client.post(f"{path}/end").status_code == 204
    for deed in ("change", "rotate", "pause", "resume", "test", "end"):
        assert client.post(f"{path}/{deed}", json={"url": receiver.url}).status_code == 404
    assert client.get(path).status_code == 404


def test_a_wrong_wish_is_refused_with_its_rule(client: TestClient[Litestar]) -> None:
    wishes: list[tuple[dict[str, Any], int, str]] = [
        ({"url": "ftp://mottagare.example"}, 422, "webhook-url"),
        ({"url": "http://127.0.0.1/", "topics": ["signals.*"]}, 422, "webhook-topic"),
        ({"url": "http://127.0.0.1/", "problems": ["p-9"]}, 404, "not-found"),
        ({"url": "http://127.0.0.1/", "secret": "eget"}, 400, "invalid"),
        ({}, 400, "invalid"),
    ]
    for asked, code, rule in wishes:
        answer = client.post(API, json=asked)
        assert (answer.status_code, answer.json()["type"]) == (code, f"/problems/{rule}")
    assert client.get(API).json() == []
