"""Webhooks on pages, for the administrator: which addresses are told what, and what became of what was sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect
from pydantic import ValidationError

from adapters.webhooks import Webhook
from domain.core import Refused
from service.office import Office
from service.pages.forms import Fault, Form, new_id, several, text
from service.pages.reader import Reader, reader_who_may
from service.pages.rendering import flash, page
from service.pages.translations import translate
from service.pages.webhook_words import boxes, delivery, told_of
from service.register import LiveRegister, utc_now
from service.settings import Settings
from service.views.history import choices
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

Asking = Request[Any, Any, Any]
FormBody = URLEncodedBody[dict[str, Any]]
_NEW = "new_webhook_secret"
"""In the session: whose secret the next page shows, once. The secret itself is kept nowhere."""


def routes(live: LiveRegister, settings: Settings, office: Office) -> list[HTTPRouteHandler]:
    """The list with the form for a new one, and a page for each."""

    @get("/webhookar", sync_to_thread=True)
    def listed(request: Asking) -> Response[str]:
        return _list(request, live, office, reader_who_may(request, live, "list_webhooks"))

    @post("/webhookar", sync_to_thread=True)
    def keep(request: Asking, data: FormBody) -> Response[Any]:
        reader = reader_who_may(request, live, "keep-webhook")
        try:
            made, _ = keep_webhook(live, office, settings, _asked(data), reader.by)
        except (Refused, ValidationError) as wrong:
            return _list(request, live, office, reader, _fault(wrong, data, reader))
        request.session[_NEW] = made.id
        flash(request, translate("Webhooken är tillagd.", reader.language))
        return _to(made.id)

    @get("/webhookar/{key:str}", sync_to_thread=True)
    def shown(request: Asking, key: FromPath[str]) -> Response[str]:
        return _one(request, live, office, reader_who_may(request, live, "read_webhook"), key)

    @post("/webhookar/{key:str}", sync_to_thread=True)
    def change(request: Asking, key: FromPath[str], data: FormBody) -> Response[Any]:
        reader = reader_who_may(request, live, "change-webhook")
        try:
            change_webhook(live, office, settings, key, _asked(data))
        except (Refused, ValidationError) as wrong:
            return _one(request, live, office, reader, key, _fault(wrong, data, reader))
        flash(request, translate("Ändringen är sparad.", reader.language))
        return _to(key)

    return [listed, keep, shown, change, *_deeds(live, office)]


def _deeds(live: LiveRegister, office: Office) -> list[HTTPRouteHandler]:
    """What is done with one webhook by a button."""

    @post("/webhookar/{key:str}/prov", sync_to_thread=True)
    def try_one(request: Asking, key: FromPath[str]) -> Redirect:
        reader = reader_who_may(request, live, "test-webhook")
        try_out(live, office.outbox, there(office, key))
        flash(request, translate("Provet är på väg. Se under Leveranser hur det gick.", reader.language))
        return _to(key)

    @post("/webhookar/{key:str}/hemlighet", sync_to_thread=True)
    def rotate(request: Asking, key: FromPath[str]) -> Redirect:
        reader_who_may(request, live, "rotate-webhook")
        rotate_webhook(office, key)
        request.session[_NEW] = key
        return _to(key)

    @post("/webhookar/{key:str}/pausa", sync_to_thread=True)
    def pause(request: Asking, key: FromPath[str]) -> Redirect:
        reader = reader_who_may(request, live, "pause-webhook")
        pause_webhook(office, key)
        flash(request, translate("Webhooken är pausad.", reader.language))
        return _to(key)

    @post("/webhookar/{key:str}/ateruppta", sync_to_thread=True)
    def resume(request: Asking, key: FromPath[str]) -> Redirect:
        reader = reader_who_may(request, live, "resume-webhook")
        resume_webhook(live, office, key)
        flash(request, translate("Webhooken är på igen.", reader.language))
        return _to(key)

    @post("/webhookar/{key:str}/igen", sync_to_thread=True)
    def again(request: Asking, key: FromPath[str], data: FormBody) -> Redirect:
        reader = reader_who_may(request, live, "list_webhook_deliveries")
        message = text(data, "message") or ""
        if message.startswith(f"msg_{there(office, key).id}_") and office.outbox.again(message, live.clock()):
            flash(request, translate("Meddelandet skickas igen.", reader.language))
        return _to(key)

    @post("/webhookar/{key:str}/avsluta", sync_to_thread=True)
    def end(request: Asking, key: FromPath[str]) -> Redirect:
        reader = reader_who_may(request, live, "end-webhook")
        end_webhook(office, key)
        flash(request, translate("Webhooken är avslutad.", reader.language))
        return Redirect("/webhookar", status_code=303)

    return [try_one, rotate, pause, resume, again, end]


def _to(key: str) -> Redirect:
    return Redirect(f"/webhookar/{key}", status_code=303)


def _asked(form: Form) -> WebhookAsked:
    topics = tuple(topic for ticked in several(form, "topics") for topic in ticked.split())
    return WebhookAsked(
        url=text(form, "url") or "", topics=topics,
        districts=several(form, "districts"), problems=several(form, "problems"),
    )  # fmt: skip


def _fault(wrong: Refused | ValidationError, form: Form, reader: Reader) -> Fault:
    if isinstance(wrong, Refused):
        return Fault(wrong.en if reader.language == "en" else wrong.sv, given=form)
    return Fault(translate("Adressen är för lång, eller så är för mycket förkryssat.", reader.language), given=form)


def _list(
    request: Asking, live: LiveRegister, office: Office, reader: Reader, fault: Fault | None = None
) -> Response[str]:
    return page(
        request, live, reader, "webhooks.html", status=422 if fault else 200, fault=fault,
        webhooks=[(each, told_of(each, reader.language)) for each in office.webhooks.every()],
        **_choices(live, reader, fault),
    )  # fmt: skip


def _one(
    request: Asking, live: LiveRegister, office: Office, reader: Reader, key: str, fault: Fault | None = None
) -> Response[str]:
    webhook, now = there(office, key), utc_now()
    secrets = office.webhooks.secrets(webhook, now)
    fresh = request.session.get(_NEW) == key and request.session.pop(_NEW)
    return page(
        request, live, reader, "webhook.html", status=422 if fault else 200, fault=fault, webhook=webhook,
        told_of=told_of(webhook, reader.language), secret=secrets[0] if fresh else None,
        both_sign=len(secrets) > 1,
        log=[delivery(each, reader.language) for each in office.outbox.messages(receiver=key, limit=50)],
        **_choices(live, reader, fault, webhook),
    )  # fmt: skip


def _choices(
    live: LiveRegister, reader: Reader, fault: Fault | None, webhook: Webhook | None = None
) -> Mapping[str, Any]:
    """What the form of a webhook offers, and what is chosen in it: as given, else as it is, else nothing."""
    offered = choices(live.now())
    given: Form = {}
    if fault:
        given = fault.given
    elif webhook:
        given = {name: getattr(webhook, name) for name in ("url", "topics", "districts", "problems")}
    topics = tuple(topic for ticked in several(given, "topics") for topic in ticked.split())
    return {
        "url": text(given, "url") or "", "boxes": boxes(topics, reader.language), "new_id": new_id,
        "districts": offered.districts, "chosen_districts": several(given, "districts"),
        "problems": offered.problems, "chosen_problems": several(given, "problems"),
    }  # fmt: skip
