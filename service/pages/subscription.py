"""My subscription on a page: what I want to be told, a sample of it, its end. An address is confirmed, and ended,
without signing in."""

from __future__ import annotations

from dataclasses import replace
from hmac import compare_digest
from typing import Any

from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect
from pydantic import ValidationError

from adapters.subscriptions import Subscription
from domain.core import Refused, refuse
from service.access import rule_of
from service.confirming import confirm_token
from service.office import Office
from service.pages.feeds import feed_links
from service.pages.forms import Fault, Form, new_id, several, text, whole
from service.pages.reader import Reader, reader_of
from service.pages.rendering import flash, page
from service.pages.translations import translate
from service.register import LiveRegister
from service.settings import Settings
from service.subscribing import (
    SubscriptionAsked,
    end_subscription,
    keep_subscription,
    latest_run,
    own_subscription,
    send_sample,
)
from service.views.subscription_view import SURPRISES, in_words, offered

Asking = Request[Any, Any, Any]
FormBody = URLEncodedBody[dict[str, Any]]


def routes(live: LiveRegister, settings: Settings, office: Office) -> list[HTTPRouteHandler]:
    """The page with its form, and what is done with a button."""

    @get("/prenumeration", sync_to_thread=True)
    def shown(request: Asking) -> Response[str]:
        return _page(request, live, office, settings, _subscriber(request, live))

    @post("/prenumeration", sync_to_thread=True)
    def keep(request: Asking, data: FormBody) -> Response[Any]:
        reader = _subscriber(request, live)
        try:
            keep_subscription(live, office, settings, reader.by, _asked(data))
        except (Refused, ValidationError) as wrong:
            return _page(request, live, office, settings, reader, _fault(wrong, data, reader))
        flash(request, translate("Prenumerationen är sparad.", reader.language))
        return Redirect("/prenumeration", status_code=303)

    @post("/prenumeration/prov", sync_to_thread=True)
    def sample(request: Asking, data: FormBody) -> Response[Any]:
        reader = _subscriber(request, live)
        try:
            send_sample(live, office, own_subscription(office, reader.by))
        except Refused as wrong:
            return _page(request, live, office, settings, reader, _fault(wrong, {}, reader))
        said = translate("Ett prov är på väg. Det kan dröja någon minut.", reader.language)
        flash(request, said)
        return Redirect("/prenumeration", status_code=303)

    @post("/prenumeration/avsluta", sync_to_thread=True)
    def end(request: Asking, data: FormBody) -> Redirect:
        reader = _subscriber(request, live)
        end_subscription(office, own_subscription(office, reader.by).id)
        flash(request, translate("Prenumerationen är avslutad.", reader.language))
        return Redirect("/prenumeration", status_code=303)

    return [shown, keep, sample, end, *_by_link(live, office), *_confirming(live, office)]


def _by_link(live: LiveRegister, office: Office) -> list[HTTPRouteHandler]:
    """The way out that stands in every mail: whoever has the link need not sign in (RFC 8058)."""

    @get("/prenumeration/avsluta/{key:str}/{token:str}", sync_to_thread=True)
    def ask(request: Asking, key: FromPath[str], token: FromPath[str]) -> Response[str]:
        found = _of_link(live, office, key, token)
        return _unsubscribe(request, live, "ask" if found else "ended", found)

    @post("/prenumeration/avsluta/{key:str}/{token:str}", sync_to_thread=True, status_code=200)
    def end(request: Asking, key: FromPath[str], token: FromPath[str]) -> Response[str]:
        found = _of_link(live, office, key, token)
        end_subscription(office, key)
        return _unsubscribe(request, live, "ended", found)

    return [ask, end]


def _confirming(live: LiveRegister, office: Office) -> list[HTTPRouteHandler]:
    """The way from the mail that asks: a program that only looks at links confirms nothing."""

    @get("/prenumeration/bekrafta/{key:str}/{token:str}", sync_to_thread=True)
    def ask(request: Asking, key: FromPath[str], token: FromPath[str]) -> Response[str]:
        return _confirm(request, live, _of_question(live, office, key, token))

    @post("/prenumeration/bekrafta/{key:str}/{token:str}", sync_to_thread=True, status_code=200)
    def confirm(request: Asking, key: FromPath[str], token: FromPath[str], data: FormBody) -> Response[str]:
        found = _of_question(live, office, key, token)
        if not office.subscriptions.confirm(key, found.email):
            raise NotFoundException
        return _confirm(request, live, replace(found, confirmed=True))

    return [ask, confirm]


def _of_question(live: LiveRegister, office: Office, key: str, token: str) -> Subscription:
    """The subscription, so long as it has the address that was asked."""
    found = office.subscriptions.find(key)
    if found is None or not compare_digest(confirm_token(live, found).encode(), token.encode()):
        raise NotFoundException
    return found


def _confirm(request: Asking, live: LiveRegister, found: Subscription) -> Response[str]:
    return page(
        request, live, None, "confirm_address.html", language=found.language, confirmed=found.confirmed, new_id=new_id
    )


def _of_link(live: LiveRegister, office: Office, key: str, token: str) -> Subscription | None:
    """The subscription; None when it has ended already. Nobody learns from a wrong link whether there is one."""
    if not compare_digest(live.store.vault.token(f"unsubscribe:{key}").encode(), token.encode()):
        raise NotFoundException
    return office.subscriptions.find(key)


def _unsubscribe(request: Asking, live: LiveRegister, step: str, found: Subscription | None) -> Response[str]:
    language = found.language if found else None
    return page(request, live, None, "unsubscribe.html", language=language, step=step)


def _subscriber(request: Asking, live: LiveRegister) -> Reader:
    """Whoever may read signals may be told of them."""
    reader = reader_of(request, live)
    rule = rule_of("read_subscription")
    if rule is None or not rule.allows(reader.account):
        refuse(
            "not-allowed",
            f"Din roll ({reader.by.role}) kan inte prenumerera på läget. Be samordnaren, eller byt konto.",
            f"Your role ({reader.by.role}) cannot subscribe to the situation. Ask the coordinator, or change account.",
        )
    return reader


def _asked(form: Form) -> SubscriptionAsked:
    return SubscriptionAsked.model_validate({
        "email": text(form, "email") or "", "language": text(form, "language"), "channel": text(form, "channel"),
        "districts": several(form, "districts"), "categories": several(form, "categories"),
        "direction": text(form, "direction"), "least_surprise": whole(text(form, "least_surprise")),
        **{name: text(form, name) is not None for name in ("weekly", "monthly", "reminders")},
    })  # fmt: skip


def _fault(wrong: Refused | ValidationError, form: Form, reader: Reader) -> Fault:
    if isinstance(wrong, ValidationError):
        return Fault(translate("Något saknas eller passar inte. Välj på nytt.", reader.language), given=form)
    said = wrong.en if reader.language == "en" else wrong.sv
    return Fault(said, {"email": said} if wrong.rule == "bad-address" else {}, given=form)


def _page(
    request: Asking, live: LiveRegister, office: Office, settings: Settings, reader: Reader, fault: Fault | None = None
) -> Response[str]:
    register, own = live.now(), office.subscriptions.of_account(reader.by.account)
    begun = own or _blank(office, reader)
    return page(
        request, live, reader, "subscription.html", status=422 if fault else 200, fault=fault, new_id=new_id,
        own=own, wanted=_given(fault.given, begun) if fault and fault.given else begun, offered=offered(register),
        surprises=SURPRISES, in_words=in_words(own, register) if own else None, may_sample=latest_run(live) is not None,
        sends=bool(settings.mail_server),
        feed_links=feed_links(live, settings, office.keepers, reader.by.account),
    )  # fmt: skip


def _blank(office: Office, reader: Reader) -> Subscription:
    """What the form shows to who has no subscription: all, to the account's own address."""
    kept = office.keepers.accounts.find(reader.by.account)
    return Subscription("", reader.by.account, kept.email if kept else "", reader.language)


def _given(form: Form, begun: Subscription) -> Subscription:
    """What was filled in, to be mended."""
    return Subscription(
        begun.id, begun.account, text(form, "email") or "",
        "en" if text(form, "language") == "en" else "sv", "feed" if text(form, "channel") == "feed" else "mail",
        several(form, "districts"), several(form, "categories"),
        {"rise": "rise", "fall": "fall"}.get(text(form, "direction") or "", "both"),  # type: ignore[arg-type]  # no other word
        whole(text(form, "least_surprise")) or 1,
        *(text(form, name) is not None for name in ("weekly", "monthly", "reminders")),
    )  # fmt: skip
