"""An account's feeds behind links that nobody can guess: alerts for a feed reader, days for a calendar. No sign-in.

The token of a link is made from the account and the generation of its links; nothing is kept but the generation.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest
from typing import Any

from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from adapters.atom import AtomFeed, atom
from adapters.calendar_file import calendar
from adapters.subscriptions import Subscription
from domain.core import refuse
from service.access import Account, rule_of, seeing
from service.gate import Keepers, account_named
from service.office import Office
from service.pages.feed_entries import alert_entries, calendar_of, tag
from service.pages.reader import reader_of
from service.pages.rendering import flash, is_synthetic
from service.pages.translations import translate
from service.register import LiveRegister
from service.settings import Settings
from service.wording import Language

Asking = Request[Any, Any, Any]
ATOM, CALENDAR = "application/atom+xml; charset=utf-8", "text/calendar; charset=utf-8"


@dataclass(frozen=True, slots=True)
class FeedLinks:
    """An account's secret links. may_change: it is an account that is kept, so its links can become others."""

    alerts: str
    calendar: str
    may_change: bool


def feed_links(live: LiveRegister, settings: Settings, keepers: Keepers, account: str) -> FeedLinks:
    """The links to show to their own account, and to nobody else."""
    begins = f"{settings.base_url}/flode/{account}/{_token(live, keepers, account)}"
    return FeedLinks(f"{begins}/larm.atom", f"{begins}/kalender.ics", keepers.accounts.find(account) is not None)


def _token(live: LiveRegister, keepers: Keepers, account: str) -> str:
    kept = keepers.accounts.find(account)
    return live.store.vault.token(f"feed:{account}:{kept.links if kept else 1}")


def routes(live: LiveRegister, settings: Settings, office: Office) -> list[HTTPRouteHandler]:
    """Both feeds, and the button that makes the links lead nowhere."""

    @get("/flode/{key:str}/{token:str}/larm.atom", sync_to_thread=True)
    def alerts(request: Asking, key: FromPath[str], token: FromPath[str]) -> Response[bytes]:
        account = _let_in(live, settings, office.keepers, key, token)
        subscription = office.subscriptions.of_account(key)
        with seeing(account):
            made = _atom(live, settings, key, subscription, feed_links(live, settings, office.keepers, key))
        return _answer(request, made, ATOM)

    @get("/flode/{key:str}/{token:str}/kalender.ics", sync_to_thread=True)
    def days(request: Asking, key: FromPath[str], token: FromPath[str]) -> Response[bytes]:
        account = _let_in(live, settings, office.keepers, key, token)
        language = _language(office.subscriptions.of_account(key))
        with seeing(account):
            made = calendar(calendar_of(live, settings.base_url, language), _named("Samverkan", live, language))
        return _answer(request, made, CALENDAR)

    return [alerts, days, _change(live, office)]


def _change(live: LiveRegister, office: Office) -> HTTPRouteHandler:
    @post("/flode/byt", sync_to_thread=True)
    def change(request: Asking) -> Redirect:
        reader = reader_of(request, live)
        if office.keepers.accounts.find(reader.by.account) is None:
            refuse(
                "account-not-kept",
                "Det här är ett konto att prova med, och dess länkar går inte att byta. Logga in med ett eget konto.",
                "This is an account to try things with, and its links cannot be changed. Sign in with one of your own.",
            )
        office.keepers.accounts.renew_links(reader.by.account)
        flash(request, translate("Länkarna är bytta. De gamla leder ingenstans.", reader.language))
        return Redirect("/prenumeration#floden", status_code=303)

    return change


def _let_in(live: LiveRegister, settings: Settings, keepers: Keepers, key: str, token: str) -> Account:
    """The account of a link. Nobody learns whether it was the account or the token that was wrong."""
    account, rule = account_named(live, keepers, settings, key), rule_of("list_events")
    is_right = compare_digest(_token(live, keepers, key).encode(), token.encode())
    if account is None or not is_right or rule is None or not rule.allows(account):
        raise NotFoundException
    return account


def _language(subscription: Subscription | None) -> Language:
    return subscription.language if subscription else "sv"


def _atom(
    live: LiveRegister, settings: Settings, key: str, subscription: Subscription | None, links: FeedLinks
) -> bytes:
    language = _language(subscription)
    title = f"{settings.organisation}: {translate('larm', language)}"
    feed = AtomFeed(
        tag(settings.base_url, f"flode/{key}/larm"), _named(title, live, language), settings.organisation,
        links.alerts, f"{settings.base_url}/mote", language,
    )  # fmt: skip
    return atom(feed, tuple(alert_entries(live, subscription, settings.base_url, language)))


def _named(title: str, live: LiveRegister, language: Language) -> str:
    """The title of a feed, which says so where its figures may be made up."""
    return f"{title} ({translate('syntetiska uppgifter', language)})" if is_synthetic(live.now()) else title


def _answer(request: Asking, made: bytes, kind: str) -> Response[bytes]:
    """The feed; nothing again for a reader that has it as it is."""
    mark = f'"{sha256(made).hexdigest()[:32]}"'
    headers = {"ETag": mark, "Cache-Control": "private, max-age=300"}
    if mark in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, media_type=kind, headers=headers)
    return Response(made, media_type=kind, headers=headers)
