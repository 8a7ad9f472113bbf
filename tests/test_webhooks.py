"""Webhooks: who is told of which events, with which secret, and what the receiver gets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook as Oracle
from standardwebhooks import WebhookVerificationError

from adapters.event_store import open_store
from adapters.keys import KeyPlace
from adapters.outcome import Never, Sent
from adapters.webhooks import Webhook, Webhooks
from domain.agreement import Sign
from domain.core import ERASED, WITHHELD, Actor, Recorded, Refused
from domain.erasure import ApproveErasure
from domain.observation import Observe, Report
from domain.problem import Propose
from domain.register import EVENTS, ROW_TOPICS
from service.erasing import requested, texts_of
from service.importing import take_in_file
from service.office import Office, open_office
from service.outgoing import deliver, follow
from service.pages.webhook_words import GROUPS, boxes
from service.register import LiveRegister
from service.settings import Settings
from service.webhook_keeping import WebhookAsked, change_webhook, keep_webhook, there, try_out
from service.webhooks import deliver_webhook, fits, messages_for, payload
from tests.receivers import receiving, status
from tests.registers import BY, furnished
from tests.test_api import PROPOSE, SIGN

NOW = datetime.now(UTC)
URL = "http://127.0.0.1:1/webhook"
POLICE = Actor(account="kommunpolis", role="kommunpolis", organisation="LPO Västerås")


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
def webhooks(database_url: str, tmp_path: Path) -> Iterator[Webhooks]:
    store = open_store(database_url, KeyPlace(tmp_path / "register.keys"))
    yield Webhooks(store.database, store.vault)
    store.close()


def kept(webhooks: Webhooks, url: str = URL, **wishes: tuple[str, ...]) -> tuple[Webhook, str]:
    topics, districts, problems = (wishes.get(name, ()) for name in ("topics", "districts", "problems"))
    return webhooks.keep(url, topics, districts, problems, "anna", 0, NOW)


def report(live: LiveRegister, text: str = "Ny klottrad vägg", by: Actor = BY) -> Recorded:
    """A report of Bäckby, and its event."""
    content = Report(
        kind="order disturbance", district="backby", category="klotter", occurred_on=live.today(), reporter="fält",
        text=text,
    )  # fmt: skip
    live.ask(Observe(observation=f"r-{live.now().position}", source="polisen", content=content), by)
    return last(live)


def last(live: LiveRegister) -> Recorded:
    (recorded,) = live.history(after=live.store.last_gsn() - 1)
    assert isinstance(recorded, Recorded)
    return recorded


def told(live: LiveRegister, webhook: Webhook, recorded: Recorded) -> dict[str, Any]:
    """What a receiver reads of an event."""
    (message,) = messages_for([webhook], recorded)
    found: dict[str, Any] = json.loads(payload(live, message) or b"null")
    return found


# What is kept


def test_a_webhook_is_found_changed_paused_resumed_and_ended(webhooks: Webhooks) -> None:
    made, _ = kept(webhooks, topics=("signal.*",))
    other, _ = kept(webhooks)
    assert webhooks.find(made.id) == made
    assert {each.id for each in webhooks.every()} == {made.id, other.id}
    changed = webhooks.change(made.id, url="https://a.se/b", topics=(), districts=("raby",), problems=("p",))
    assert changed == webhooks.find(made.id)
    assert changed is not None
    assert (changed.url, changed.topics, changed.districts) == ("https://a.se/b", (), ("raby",))
    paused = webhooks.pause(made.id)
    assert paused is not None
    assert paused.standing == "paused"
    resumed = webhooks.resume(made.id, 17)
    assert resumed is not None
    assert (resumed.standing, resumed.since) == ("on", 17)
    assert webhooks.resume(made.id, 99) == resumed
    assert webhooks.end(made.id)
    assert webhooks.find(made.id) is None
    assert webhooks.every() == [other]


def test_what_has_ended_cannot_be_changed(webhooks: Webhooks) -> None:
    made, _ = kept(webhooks)
    webhooks.end(made.id)
    assert not webhooks.end(made.id)
    assert webhooks.rotate(made.id, NOW) is None
    assert webhooks.pause(made.id) is None
    assert webhooks.resume(made.id, 0) is None


def test_every_webhook_and_every_change_has_a_secret_of_its_own(webhooks: Webhooks) -> None:
    (a, first), (_, second) = kept(webhooks), kept(webhooks)
    rotated = webhooks.rotate(a.id, NOW)
    assert rotated is not None
    assert len({first, second, rotated[1]}) == 3
    assert first.startswith("whsec_")
    assert webhooks.secrets(a, NOW) == (first,)


def test_the_old_secret_signs_too_for_24_hours_and_an_older_one_no_longer(webhooks: Webhooks) -> None:
    made, first = kept(webhooks)
    rotated = webhooks.rotate(made.id, NOW)
    assert rotated is not None
    once, second = rotated
    assert webhooks.secrets(once, NOW + timedelta(hours=23, minutes=59)) == (second, first)
    assert webhooks.secrets(once, NOW + timedelta(hours=24)) == (second,)
    rotated = webhooks.rotate(made.id, NOW + timedelta(hours=1))
    assert rotated is not None
    assert webhooks.secrets(rotated[0], NOW + timedelta(hours=2)) == (rotated[1], second)


def test_a_secret_stands_nowhere_in_the_database(fresh_sqlite: str) -> None:
    with furnished(fresh_sqlite) as live:
        _, secret = kept(open_office(live).webhooks)
        with live.store.database.reading() as c:
            c.execute("SELECT * FROM webhooks")
            row = json.dumps([str(value) for value in c.fetchall()[0]])
    files = Path(fresh_sqlite.removeprefix("sqlite:///")).parent.glob("*")
    assert secret not in row
    assert all(secret.removeprefix("whsec_").encode() not in each.read_bytes() for each in files)


def test_a_secret_stays_the_same_when_the_registers_keys_are_changed(database_url: str, tmp_path: Path) -> None:
    place = KeyPlace(tmp_path / "register.keys")
    store = open_store(database_url, place)
    made, secret = kept(Webhooks(store.database, store.vault))
    store.vault.rotate()
    store.close()
    opened = open_store(database_url, place)
    assert Webhooks(opened.database, opened.vault).secrets(made, NOW) == (secret,)
    opened.close()


# Who is told


@pytest.mark.parametrize(
    ("topics", "topic", "wanted"),
    [
        ((), "signal.raised", True),
        (("signal.raised",), "signal.raised", True),
        (("signal.raised",), "signal.judged", False),
        (("signal.*",), "signal.judged", True),
        (("signal.*",), "assessment.made", False),
        (("assessment.*", "signal.raised"), "signal.raised", True),
    ],
)
def test_topics_are_exact_or_all_of_a_kind(topics: tuple[str, ...], topic: str, wanted: bool) -> None:
    assert fits(topics, topic) is wanted


def test_an_event_goes_to_those_who_asked_for_its_kind_its_district_and_its_problem(
    live: LiveRegister, office: Office
) -> None:
    wishes: dict[str, dict[str, tuple[str, ...]]] = {
        "all": {},
        "kind": {"topics": ("observation.recorded",)},
        "other kind": {"topics": ("signal.*",)},
        "district": {"districts": ("backby", "centrum")},
        "other district": {"districts": ("raby",)},
        "both": {"topics": ("observation.*",), "districts": ("backby",)},
        "problem": {"problems": ("p",)},
        "district and problem": {"districts": ("backby",), "problems": ("p",)},
    }
    made = {kept(office.webhooks, URL, **wish)[0].id: name for name, wish in wishes.items()}
    receivers = {made[m.receiver] for m in messages_for(office.webhooks.every(), report(live))}
    assert receivers == {"all", "kind", "district", "both"}
    live.ask(Sign.model_validate_json(json.dumps(SIGN)), BY)
    live.ask(Propose.model_validate_json(json.dumps({**PROPOSE, "problem": "p"})), BY)
    receivers = {made[m.receiver] for m in messages_for(office.webhooks.every(), last(live))}
    assert receivers == {"all", "problem"}


def test_a_paused_webhook_and_one_that_came_later_are_not_told(live: LiveRegister, office: Office) -> None:
    recorded = report(live)
    paused, _ = kept(office.webhooks)
    office.webhooks.pause(paused.id)
    office.webhooks.keep(URL, (), (), (), "anna", recorded.gsn, NOW)
    assert messages_for(office.webhooks.every(), recorded) == []


def test_the_rows_of_a_file_are_not_told_but_that_it_was_taken_in_is(live: LiveRegister, office: Office) -> None:
    kept(office.webhooks)
    before = live.store.last_gsn()
    take_in_file(live, b"district,category,period,count\nbackby,klotter,2020-01,3\n", "a.csv", source="polisen", by=BY)
    events = list(live.history(after=before))
    kinds = [m.kind for each in events for m in messages_for(office.webhooks.every(), each)]
    assert len(events) > len(kinds)
    assert "import.file_taken" in kinds
    assert not set(kinds) & ROW_TOPICS


def test_every_kind_of_event_can_be_ticked_in_exactly_one_box() -> None:
    boxed = [topic for value in GROUPS for topic in value.split()]
    for topic in set(EVENTS) - ROW_TOPICS:
        assert sum(fits((each,), topic) for each in boxed) == 1, topic
    assert all(any(fits((each,), topic) for topic in EVENTS) for each in boxed)


def test_a_topic_chosen_more_closely_keeps_its_box() -> None:
    found = boxes(("signal.*", "problem.closed"), "sv")
    assert [box.label for box in found if box.ticked] == ["Signaler", "problem.closed"]


# What is asked for


@pytest.mark.parametrize(
    ("asked", "rule"),
    [
        ({"topics": ["signal"]}, "webhook-topic"),
        ({"topics": ["signals.*"]}, "webhook-topic"),
        ({"topics": ["*"]}, "webhook-topic"),
        ({"topics": ["import.counts"]}, "webhook-topic"),
        ({"districts": ["hamnen"]}, "not-found"),
        ({"problems": ["p-9"]}, "not-found"),
        ({"url": "https://127.0.0.1/webhook"}, "webhook-private"),
    ],
)
def test_what_the_register_does_not_have_is_refused(
    live: LiveRegister, office: Office, fresh_sqlite: str, asked: dict[str, Any], rule: str
) -> None:
    wishes = WebhookAsked(**{"url": "https://93.184.215.14/webhook", **asked})
    with pytest.raises(Refused) as refused:
        keep_webhook(live, office, Settings(database=fresh_sqlite), wishes, BY)
    assert refused.value.rule == rule
    assert office.webhooks.every() == []


def test_a_webhook_is_told_of_what_happens_after_it_was_kept(
    live: LiveRegister, office: Office, settings: Settings
) -> None:
    report(live)
    made, _ = keep_webhook(live, office, settings, WebhookAsked(url=URL, districts=("backby",)), BY)
    assert made.account == BY.account
    follow(live, office, NOW, Settings())
    later = report(live)
    follow(live, office, NOW, Settings())
    assert [m.gsn for m in office.outbox.messages(receiver=made.id)] == [later.gsn]
    with pytest.raises(Refused, match="does not exist"):
        change_webhook(live, office, settings, "w-9", WebhookAsked(url=URL))


# What is told


def test_an_event_is_told_as_the_history_tells_it_without_the_account(live: LiveRegister, office: Office) -> None:
    made, _ = kept(office.webhooks)
    recorded = report(live)
    found = told(live, made, recorded)
    assert set(found) == {"type", "timestamp", "data"}
    assert found["type"] == "observation.recorded"
    assert datetime.fromisoformat(found["timestamp"]) == recorded.recorded_at
    data = found["data"]
    assert (data["gsn"], data["stream"], data["version"]) == (recorded.gsn, recorded.stream, 1)
    assert data["by"] == {"role": "samordnare", "organisation": "Västerås stad"}
    assert data["event"]["content"]["text"] == "Ny klottrad vägg"
    assert data["sentence"]["sv"].startswith("Samordnaren (Västerås stad)")
    assert data["sentence"]["en"].startswith("The coordinator (Västerås stad)")


def test_an_event_is_told_the_same_way_at_every_attempt(live: LiveRegister, office: Office) -> None:
    made, _ = kept(office.webhooks)
    (message,) = messages_for([made], report(live))
    first = payload(live, message)
    report(live, "En annan vägg")
    assert payload(live, message) == first


def test_an_erased_text_is_not_told_at_a_later_attempt(live: LiveRegister, office: Office) -> None:
    made, _ = kept(office.webhooks)
    recorded = report(live, "Anna på nummer 7 klottrar")
    assert "Anna" in json.dumps(told(live, made, recorded))
    texts = texts_of(live, recorded.gsn)
    asked = requested(live, texts, legal_basis="dataskyddsförordningen, artikel 17", reason="Pekar ut en granne")
    live.ask(asked, BY)
    live.ask(ApproveErasure(erasure=asked.erasure, on=live.today()), POLICE)
    again = told(live, made, recorded)
    assert "Anna" not in json.dumps(again, ensure_ascii=False)
    assert again["data"]["event"]["content"]["text"] == ERASED


def test_a_text_of_the_police_that_is_not_shared_never_leaves_by_a_webhook(live: LiveRegister, office: Office) -> None:
    live.ask(Sign.model_validate_json(json.dumps(SIGN)), BY)
    made, _ = kept(office.webhooks)
    recorded = report(live, "Spaning pågår vid torget", POLICE)
    assert "Spaning" in str(recorded.event)
    found = told(live, made, recorded)
    assert "Spaning" not in json.dumps(found, ensure_ascii=False)
    assert found["data"]["event"]["content"]["text"] == WITHHELD


# Delivered


def test_from_the_log_to_the_receiver_who_recognises_the_signature(
    live: LiveRegister, office: Office, settings: Settings
) -> None:
    with receiving() as receiver:
        made, secret = keep_webhook(
            live, office, settings, WebhookAsked(url=receiver.url, topics=("observation.*",)), BY
        )
        follow(live, office, datetime.now(UTC), Settings())
        recorded = report(live)
        assert follow(live, office, datetime.now(UTC), Settings()) == 1
        assert deliver(live, office, datetime.now(UTC), settings) == 1
        assert deliver(live, office, datetime.now(UTC), settings) == 0
    (request,) = receiver.requests
    assert Oracle(secret).verify(request.body, dict(request.headers))["data"]["gsn"] == recorded.gsn
    (message,) = office.outbox.messages(receiver=made.id)
    assert (message.standing, message.tries, message.id) == ("sent", 1, request.headers["webhook-id"])


def test_during_a_change_of_secrets_the_receiver_recognises_both(
    live: LiveRegister, office: Office, settings: Settings
) -> None:
    with receiving() as receiver:
        made, first = keep_webhook(live, office, settings, WebhookAsked(url=receiver.url), BY)
        rotated = office.webhooks.rotate(made.id, datetime.now(UTC))
        assert rotated is not None
        (message,) = messages_for([made], report(live))
        assert deliver_webhook(live, office.webhooks, message, datetime.now(UTC), settings) == Sent()
        office.webhooks.rotate(made.id, datetime.now(UTC) - timedelta(hours=25))
        assert deliver_webhook(live, office.webhooks, message, datetime.now(UTC), settings) == Sent()
    during, after = receiver.requests
    for secret in (first, rotated[1]):
        assert Oracle(secret).verify(during.body, dict(during.headers))
        with pytest.raises(WebhookVerificationError):
            Oracle(secret).verify(after.body, dict(after.headers))
    assert during.headers["webhook-id"] == after.headers["webhook-id"]


def test_a_trial_goes_the_same_way(live: LiveRegister, office: Office, settings: Settings) -> None:
    with receiving() as receiver:
        made, secret = keep_webhook(live, office, settings, WebhookAsked(url=receiver.url, topics=("signal.*",)), BY)
        message = try_out(live, office.outbox, made)
        assert deliver(live, office, datetime.now(UTC), settings) == 1
    (request,) = receiver.requests
    found = Oracle(secret).verify(request.body, dict(request.headers))
    assert found["type"] == "test"
    assert found["data"] == {"gsn": live.store.last_gsn(), "webhook": made.id}
    assert datetime.fromisoformat(found["timestamp"]).tzinfo is UTC
    assert request.headers["webhook-id"] == message.id
    office.webhooks.pause(made.id)
    with pytest.raises(Refused, match="Resume it"):
        try_out(live, office.outbox, there(office, made.id))


def test_a_failed_delivery_waits_and_is_sent_again_under_the_same_id(
    live: LiveRegister, office: Office, settings: Settings
) -> None:
    answers = [status(503), status(204)]
    with receiving(lambda request, receiver: answers[len(receiver.requests) - 1](request, receiver)) as receiver:
        made, _ = keep_webhook(live, office, settings, WebhookAsked(url=receiver.url), BY)
        try_out(live, office.outbox, made)
        assert deliver(live, office, datetime.now(UTC), settings) == 1
        (waiting,) = office.outbox.messages(receiver=made.id)
        assert (waiting.standing, waiting.tries, waiting.fault) == ("waiting", 1, "answered 503")
        assert deliver(live, office, datetime.now(UTC) + timedelta(seconds=31), settings) == 1
    assert len({request.headers["webhook-id"] for request in receiver.requests}) == 1
    assert len({request.body for request in receiver.requests}) == 1


def test_a_receiver_that_is_gone_has_its_webhook_paused(live: LiveRegister, office: Office, settings: Settings) -> None:
    with receiving(status(410)) as receiver:
        made, _ = keep_webhook(live, office, settings, WebhookAsked(url=receiver.url), BY)
        (message,) = messages_for([made], report(live))
        first, second = (deliver_webhook(live, office.webhooks, message, datetime.now(UTC), settings) for _ in range(2))
    assert first == Never("answered 410 Gone")
    assert second == Never("the webhook is paused")
    assert len(receiver.requests) == 1
    found = office.webhooks.find(made.id)
    assert found is not None
    assert found.standing == "gone"


def test_a_webhook_that_has_ended_is_sent_nothing(live: LiveRegister, office: Office, settings: Settings) -> None:
    made, _ = kept(office.webhooks)
    (message,) = messages_for([made], report(live))
    office.webhooks.end(made.id)
    assert isinstance(deliver_webhook(live, office.webhooks, message, datetime.now(UTC), settings), Never)


def test_a_receiver_in_a_private_network_is_never_sent_anything(
    live: LiveRegister, office: Office, fresh_sqlite: str
) -> None:
    """The setting may have been taken back, or the name lead elsewhere, since the webhook was kept."""
    with receiving() as receiver:
        made, _ = kept(office.webhooks, f"https://127.0.0.1:{receiver.port}/")
        (message,) = messages_for([made], report(live))
        settings = Settings(database=fresh_sqlite)
        outcome = deliver_webhook(live, office.webhooks, message, datetime.now(UTC), settings)
    assert isinstance(outcome, Never)
    assert "private network" in outcome.why
    assert receiver.requests == []
