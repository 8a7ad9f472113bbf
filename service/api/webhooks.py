"""Webhooks for tools: kept, changed, given a new secret, tried, ended; and what became of what was sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from litestar import Response, Router, get, post
from litestar.params import FromPath, JSONBody

from adapters.outbox import Message
from adapters.outbox import Standing as DeliveryStanding
from adapters.webhooks import Standing, Webhook
from service.api.asking import By, Limit
from service.api.problems import documented
from service.office import Office
from service.register import LiveRegister
from service.settings import Settings
from service.webhook_keeping import (
    WebhookAsked,
    change_webhook,
    end_webhook,
    keep_webhook,
    pause_webhook,
    resume_webhook,
    rotate_webhook,
    there,
    try_out,
)


@dataclass(frozen=True, slots=True)
class WebhookShown:
    """An address that is told of events; empty topics, districts, problems: of all. standing: on, paused, or gone (it
    answered 410, and is paused for that). made_at, rotated_at (its latest secret): UTC."""

    id: str
    url: str
    topics: tuple[str, ...]
    districts: tuple[str, ...]
    problems: tuple[str, ...]
    account: str
    standing: Standing
    made_at: str
    rotated_at: str


@dataclass(frozen=True, slots=True)
class WebhookSecret:
    """A webhook and its latest secret, which is told this once."""

    webhook: WebhookShown
    secret: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message and how far it has come. type: the event's topic, or `test`. fault: of the latest attempt, if it
    failed; next_at: when the next one is due, while it is waiting."""

    id: str
    type: str
    gsn: int
    standing: DeliveryStanding
    tries: int
    made_at: str
    next_at: str | None
    done_at: str | None
    fault: str | None


@dataclass(frozen=True, slots=True)
class TrialSent:
    """The id under which a trial stands among the deliveries."""

    id: str


def routes(live: LiveRegister, settings: Settings, office: Office) -> list[Router]:
    """All about webhooks."""
    handlers = [
        _list(office), _read(office), _keep(live, settings, office), _change(live, settings, office),
        _pause(office), _resume(live, office), _rotate(office), _test(live, office), _end(office), _deliveries(office),
    ]  # fmt: skip
    return [Router("/webhooks", route_handlers=handlers, tags=["webhooks"])]


def _list(office: Office) -> Any:
    @get(
        "/",
        responses=documented(),
        sync_to_thread=True,
        operation_id="list_webhooks",
        summary="The webhooks, the oldest first.",
    )
    def handler() -> list[WebhookShown]:
        return [_shown(each) for each in office.webhooks.every()]

    return handler


def _read(office: Office) -> Any:
    @get(
        "/{key:str}",
        responses=documented(404),
        sync_to_thread=True,
        operation_id="read_webhook",
        summary="One webhook.",
    )
    def handler(key: FromPath[str]) -> WebhookShown:
        return _shown(there(office, key))

    return handler


def _keep(live: LiveRegister, settings: Settings, office: Office) -> Any:
    @post(
        "/",
        responses=documented(404, 413, 415, 422),
        sync_to_thread=True,
        operation_id="keep-webhook",
        summary="Keep a webhook; the answer tells its secret, this once.",
    )
    def handler(by: By, data: JSONBody[WebhookAsked]) -> Response[WebhookSecret]:
        made, secret = keep_webhook(live, office, settings, data, by)
        headers = {"Location": f"/api/v1/webhooks/{made.id}"}
        return Response(WebhookSecret(_shown(made), secret), status_code=201, headers=headers)

    return handler


def _change(live: LiveRegister, settings: Settings, office: Office) -> Any:
    @post(
        "/{key:str}/change",
        responses=documented(404, 413, 415, 422),
        sync_to_thread=True,
        status_code=200,
        operation_id="change-webhook",
        summary="Another address or other events: all that it is to be from now on; its secret stays.",
    )
    def handler(key: FromPath[str], data: JSONBody[WebhookAsked]) -> WebhookShown:
        return _shown(change_webhook(live, office, settings, key, data))

    return handler


def _pause(office: Office) -> Any:
    @post(
        "/{key:str}/pause",
        responses=documented(404),
        sync_to_thread=True,
        status_code=200,
        operation_id="pause-webhook",
        summary="Send nothing more until it is resumed; what waits is given up.",
    )
    def handler(key: FromPath[str]) -> WebhookShown:
        return _shown(pause_webhook(office, key))

    return handler


def _resume(live: LiveRegister, office: Office) -> Any:
    @post(
        "/{key:str}/resume",
        responses=documented(404),
        sync_to_thread=True,
        status_code=200,
        operation_id="resume-webhook",
        summary="Send again, what happens from now on.",
    )
    def handler(key: FromPath[str]) -> WebhookShown:
        return _shown(resume_webhook(live, office, key))

    return handler


def _rotate(office: Office) -> Any:
    @post(
        "/{key:str}/rotate",
        responses=documented(404),
        sync_to_thread=True,
        status_code=200,
        operation_id="rotate-webhook",
        summary="A new secret, told this once; the old one signs too for 24 hours.",
    )
    def handler(key: FromPath[str]) -> WebhookSecret:
        made, secret = rotate_webhook(office, key)
        return WebhookSecret(_shown(made), secret)

    return handler


def _test(live: LiveRegister, office: Office) -> Any:
    @post(
        "/{key:str}/test",
        responses=documented(404, 422),
        sync_to_thread=True,
        status_code=202,
        operation_id="test-webhook",
        summary="Send a trial of type `test`, by the same way as everything else.",
    )
    def handler(key: FromPath[str]) -> TrialSent:
        return TrialSent(try_out(live, office.outbox, there(office, key)).id)

    return handler


def _end(office: Office) -> Any:
    @post(
        "/{key:str}/end",
        responses=documented(404),
        sync_to_thread=True,
        status_code=204,
        operation_id="end-webhook",
        summary="Forget a webhook; what waits for it is not sent.",
    )
    def handler(key: FromPath[str]) -> None:
        end_webhook(office, key)

    return handler


def _deliveries(office: Office) -> Any:
    @get(
        "/{key:str}/deliveries",
        responses=documented(404),
        sync_to_thread=True,
        operation_id="list_webhook_deliveries",
        summary="What was sent to a webhook and what waits, the latest first.",
    )
    def handler(key: FromPath[str], limit: Limit = 100) -> list[Delivery]:
        return [_delivery(each) for each in office.outbox.messages(receiver=there(office, key).id, limit=limit)]

    return handler


def _shown(w: Webhook) -> WebhookShown:
    return WebhookShown(w.id, w.url, w.topics, w.districts, w.problems, w.account, w.standing, w.made_at, w.rotated_at)


def _delivery(m: Message) -> Delivery:
    waits = m.standing == "waiting"
    return Delivery(
        m.id, m.kind, m.gsn, m.standing, m.tries, m.made_at, m.next_at if waits else None, m.done_at or None,
        m.fault or None,
    )  # fmt: skip
