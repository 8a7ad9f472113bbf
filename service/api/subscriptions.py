"""The own subscription for tools, and what became of everything that was to be told."""

from __future__ import annotations

from typing import Any

from litestar import Router, delete, get, post, put
from litestar.params import FromPath, FromQuery, JSONBody

from adapters.outbox import Standing
from adapters.subscriptions import Subscription
from service.api.asking import By, Limit
from service.api.problems import documented
from service.office import Office
from service.register import LiveRegister
from service.settings import Settings
from service.subscribing import SubscriptionAsked, end_subscription, keep_subscription, own_subscription
from service.views.deliveries import Deliveries, deliveries, try_again


def routes(live: LiveRegister, settings: Settings, office: Office) -> list[Router]:
    """The subscription of whoever asks, and the deliveries of all."""
    own = [_read(office), _keep(live, settings, office), _end(office)]
    return [
        Router("/subscription", route_handlers=own, tags=["subscriptions"]),
        Router("/deliveries", route_handlers=[_list(live, office), _again(live, office)], tags=["subscriptions"]),
    ]


def _read(office: Office) -> Any:
    @get(
        "/",
        responses=documented(404),
        sync_to_thread=True,
        operation_id="read_subscription",
        summary="What the own account subscribes to.",
    )
    def handler(by: By) -> Subscription:
        return own_subscription(office, by)

    return handler


def _keep(live: LiveRegister, settings: Settings, office: Office) -> Any:
    @put(
        "/",
        responses=documented(404, 413, 415, 422),
        sync_to_thread=True,
        operation_id="keep-subscription",
        summary="Begin the own account's subscription, or change it; what happened before it began is not told.",
    )
    def handler(by: By, data: JSONBody[SubscriptionAsked]) -> Subscription:
        return keep_subscription(live, office, settings, by, data)

    return handler


def _end(office: Office) -> Any:
    @delete(
        "/",
        responses=documented(404),
        sync_to_thread=True,
        operation_id="end-subscription",
        summary="End the own account's subscription, and forget its address.",
    )
    def handler(by: By) -> None:
        end_subscription(office, own_subscription(office, by).id)

    return handler


def _list(live: LiveRegister, office: Office) -> Any:
    @get(
        "/",
        responses=documented(),
        sync_to_thread=True,
        operation_id="list_deliveries",
        summary="Mails and webhooks: to whom, about what and how it went, never what they say; the latest first.",
    )
    def handler(standing: FromQuery[Standing | None] = None, limit: Limit = 100) -> Deliveries:
        return deliveries(live, office, standing, limit)

    return handler


def _again(live: LiveRegister, office: Office) -> Any:
    @post(
        "/{key:str}/again",
        responses=documented(404),
        sync_to_thread=True,
        status_code=204,
        operation_id="retry-delivery",
        summary="Try a dead letter anew, under the same id.",
    )
    def handler(key: FromPath[str]) -> None:
        try_again(live, office, key)

    return handler
