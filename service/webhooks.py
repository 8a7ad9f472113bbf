"""Webhooks: which events each is told, what it is told of them, and one attempt to deliver it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from pydantic_core import to_json

from adapters.event_store import Bare
from adapters.outbox import Message
from adapters.outcome import Never, Outcome
from adapters.vault import restricting
from adapters.webhook_sending import GONE, Guard, Sender
from adapters.webhooks import Webhook, Webhooks
from domain.core import Recorded
from service.naming import Names
from service.register import LiveRegister
from service.settings import Settings
from service.story import sentence, subjects

TEST = "test"
LARGEST = 64 * 1024
"""Bytes of an event that are sent; forecasts are larger, and are read through the API instead."""


def messages_for(webhooks: Iterable[Webhook], recorded: Recorded | Bare) -> list[Message]:
    """What one event puts in the outbox: a message for each webhook that wants it, with ids in the order of the log.

    The rows of imported files are not told; that the file was taken in is.
    """
    if isinstance(recorded, Bare):
        return []
    topic, gsn = recorded.event.TOPIC, recorded.gsn
    return [
        Message(f"msg_{each.id}_{gsn:010}", "webhook", each.id, topic, str(gsn), gsn)
        for each in webhooks
        if wants(each, recorded)
    ]


def wants(webhook: Webhook, recorded: Recorded) -> bool:
    """Whether it is on and the event new to it, one of its topics, and about one of its districts and problems."""
    if webhook.standing != "on" or recorded.gsn <= webhook.since or not fits(webhook.topics, recorded.event.TOPIC):
        return False
    about = subjects(recorded) if webhook.districts or webhook.problems else {}
    asked = (("districts", webhook.districts), ("problems", webhook.problems))
    return all(not keys or not set(keys).isdisjoint(about.get(kind, ())) for kind, keys in asked)


def fits(topics: Sequence[str], topic: str) -> bool:
    """Whether the topic is one of them: `signal.raised`, or all of a kind by `signal.*`; none is every topic."""
    return not topics or topic in topics or f"{topic.partition('.')[0]}.*" in topics


def trial(webhook: Webhook, key: str, gsn: int) -> Message:
    """A trial, which goes the same way as everything else. key: another one for each trial."""
    return Message(f"msg_{webhook.id}_{TEST}_{key}", "webhook", webhook.id, TEST, "", gsn)


def deliver_webhook(
    live: LiveRegister, webhooks: Webhooks, message: Message, now: datetime, settings: Settings
) -> Outcome:
    """One attempt. A receiver that answers 410 Gone has his webhook paused.

    now: the real time, whatever the register's clock shows, for the receiver compares it with his own.
    """
    webhook = webhooks.find(message.receiver)
    if webhook is None:
        return Never("the webhook has been ended")
    if webhook.standing != "on":
        return Never("the webhook is paused")
    body = payload(live, message)
    if body is None:
        return Never("the event is not to be read")
    secrets = webhooks.secrets(webhook, now)
    outcome = sender(settings.webhooks_to_private).send(webhook.url, secrets, message.id, now, body)
    if outcome == Never(GONE):
        webhooks.pause(webhook.id, "gone")
    return outcome


@cache
def sender(to_private: bool) -> Sender:
    """What sends; reading the certificates that it trusts takes a while, so there is one."""
    return Sender(Guard(to_private))


def payload(live: LiveRegister, message: Message) -> bytes | None:
    """The body, the same at every attempt, unless a text has been erased meanwhile; None for rows of a file."""
    if message.kind == TEST:
        return _body(TEST, message.made_at, {"gsn": message.gsn, "webhook": message.receiver})
    with restricting(closed=True):  # nobody knows who reads it at the other end
        (recorded,) = live.history(after=message.gsn - 1, stop=message.gsn)
        if isinstance(recorded, Bare):
            return None
        return _body(recorded.event.TOPIC, recorded.recorded_at, _told(recorded, Names(live.as_of(message.gsn))))


def _body(kind: str, timestamp: object, data: dict[str, Any]) -> bytes:
    return to_json({"type": kind, "timestamp": timestamp, "data": data})


def _told(r: Recorded, names: Names) -> dict[str, Any]:
    """As the history tells it, without the account that acted."""
    event = r.event.model_dump(mode="json")
    return {
        "gsn": r.gsn,
        "stream": r.stream,
        "version": r.version,
        "by": {"role": r.by.role, "organisation": r.by.organisation},
        "sentence": {"sv": sentence(r, "sv", names), "en": sentence(r, "en", names)},
        "event": event if len(to_json(event)) <= LARGEST else None,
    }
