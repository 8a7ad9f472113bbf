"""What somebody asks for who keeps a webhook, and whether it can be had."""

from __future__ import annotations

from typing import Annotated
from uuid import uuid4

import structlog
from pydantic import Field, StringConstraints

from adapters.outbox import Message, Outbox
from adapters.webhooks import Webhook
from domain.catalogue import Division
from domain.core import Actor, Key, Value, must_exist, refuse
from domain.problem import Problem
from domain.register import EVENTS, ROW_TOPICS
from service.office import Office
from service.register import LiveRegister, utc_now
from service.settings import Settings
from service.webhooks import fits, sender, trial

TOPICS = frozenset(EVENTS) - ROW_TOPICS
"""Of the events that webhooks are told."""
log = structlog.get_logger()


class WebhookAsked(Value):
    """Which address is told of which events. topics: such as `signal.raised` or `signal.*`; an event has to be about
    one of the districts and one of the problems. Empty is all."""

    url: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]
    topics: Annotated[tuple[Annotated[str, StringConstraints(max_length=60)], ...], Field(max_length=100)] = ()
    districts: Annotated[tuple[Key, ...], Field(max_length=200)] = ()
    problems: Annotated[tuple[Key, ...], Field(max_length=200)] = ()


def keep_webhook(
    live: LiveRegister, office: Office, settings: Settings, asked: WebhookAsked, by: Actor
) -> tuple[Webhook, str]:
    """A new one, and its secret. Refused for an address that may not be told, or what the register does not have."""
    check(live, settings, asked)
    made, secret = office.webhooks.keep(
        asked.url, asked.topics, asked.districts, asked.problems, by.account, live.store.last_gsn(), utc_now()
    )
    log.info("webhook kept", webhook=made.id)
    return made, secret


def change_webhook(live: LiveRegister, office: Office, settings: Settings, key: str, asked: WebhookAsked) -> Webhook:
    """Another address or other events."""
    there(office, key)
    check(live, settings, asked)
    changed = office.webhooks.change(
        key, url=asked.url, topics=asked.topics, districts=asked.districts, problems=asked.problems
    )
    log.info("webhook changed", webhook=key)
    return must_exist(changed, "webhook", "Webhooken", key)


def pause_webhook(office: Office, key: str) -> Webhook:
    """Nothing more until it is resumed."""
    paused = must_exist(office.webhooks.pause(key), "webhook", "Webhooken", key)
    log.info("webhook paused", webhook=key)
    return paused


def resume_webhook(live: LiveRegister, office: Office, key: str) -> Webhook:
    """What happens from now on."""
    resumed = must_exist(office.webhooks.resume(key, live.store.last_gsn()), "webhook", "Webhooken", key)
    log.info("webhook resumed", webhook=key)
    return resumed


def rotate_webhook(office: Office, key: str) -> tuple[Webhook, str]:
    """A new secret."""
    rotated = must_exist(office.webhooks.rotate(key, utc_now()), "webhook", "Webhooken", key)
    log.info("webhook rotated", webhook=key)
    return rotated


def end_webhook(office: Office, key: str) -> None:
    """Forget it."""
    must_exist(office.webhooks.end(key) or None, "webhook", "Webhooken", key)
    log.info("webhook ended", webhook=key)


def there(office: Office, key: str) -> Webhook:
    """The webhook, or a refusal."""
    return must_exist(office.webhooks.find(key), "webhook", "Webhooken", key)


def try_out(live: LiveRegister, outbox: Outbox, webhook: Webhook) -> Message:
    """Put a trial in the outbox."""
    if webhook.standing != "on":
        refuse(
            "webhook-paused",
            "Webhooken är pausad. Återuppta den innan du skickar ett prov.",
            "The webhook is paused. Resume it before you send a trial.",
        )
    message = trial(webhook, uuid4().hex, live.store.last_gsn())
    outbox.put(message, live.clock())
    log.info("webhook tried", webhook=webhook.id)
    return message


def check(live: LiveRegister, settings: Settings, asked: WebhookAsked) -> None:
    """Refuses topics, districts and problems that the register does not have, and addresses that may not be told."""
    for topic in asked.topics:
        if not any(fits((topic,), known) for known in TOPICS):
            refuse(
                "webhook-topic",
                f"Det finns inga händelser av slaget ”{topic}”. Skriv till exempel signal.raised eller signal.*.",
                f"There are no events of the kind “{topic}”. Write for example signal.raised or signal.*.",
            )
    register = live.now()
    districts = {key for division in register.every(Division) for key in division.districts}
    for key in asked.districts:
        must_exist(key if key in districts else None, "district", "Området", key)
    for key in asked.problems:
        must_exist(register.find(Problem, key), "problem", "Problembilden", key)
    sender(settings.webhooks_to_private).guard.check(asked.url)
