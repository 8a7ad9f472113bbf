"""Signing in and out: with the organisation's account, or, while developing on this machine, with one that is taken."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect

from adapters.access_log import Kind
from domain.core import must_exist
from service.access import Account
from service.gate import Keepers, accounts_to_try, is_open
from service.pages import provider
from service.pages.reader import LANGUAGE_COOKIE, language_of
from service.pages.rendering import page
from service.pages.way_on import first_page, inside, note
from service.register import LiveRegister
from service.settings import Settings

A_YEAR = 365 * 24 * 3600
Asking = Request[Any, Any, Any]


def routes(live: LiveRegister, settings: Settings, keepers: Keepers) -> list[HTTPRouteHandler]:
    """The sign-in page, the ways in that there are, the ways out, and the choice of language."""
    if settings.has_sign_in:
        ways = provider.routes(live, settings, keepers)
    elif is_open(settings):
        ways = _taking(live, keepers)
    else:
        ways = [_not_set_up(live)]
    return [*ways, *_leaving(live, keepers), choose_language]


def _taking(live: LiveRegister, keepers: Keepers) -> list[HTTPRouteHandler]:
    @get("/logga-in", sync_to_thread=True)
    def sign_in_page(request: Asking, till: FromQuery[str | None] = None) -> Response[str]:
        offered = accounts_to_try(live.now())
        return page(
            request, live, None, "sign_in.html", language=language_of(request), accounts=offered, till=inside(till)
        )

    @post("/logga-in", sync_to_thread=True)
    def sign_in(request: Asking, data: URLEncodedBody[dict[str, Any]]) -> Redirect:
        key = str(data.get("account", ""))
        account: Account = must_exist(accounts_to_try(live.now()).get(key), "account", "Kontot", key)
        request.clear_session()
        request.set_session({"account": key})
        note(request, live, keepers, "signed-in", key, "taken")
        return Redirect(first_page(account, inside(str(data.get("till", "/")))), status_code=303)

    return [sign_in_page, sign_in]


def _not_set_up(live: LiveRegister) -> HTTPRouteHandler:
    @get("/logga-in", sync_to_thread=True)
    def sign_in_page(request: Asking) -> Response[str]:
        return page(request, live, None, "sign_in_missing.html", status=503, language=language_of(request))

    return sign_in_page


def _leaving(live: LiveRegister, keepers: Keepers) -> list[HTTPRouteHandler]:
    @post("/logga-ut", sync_to_thread=True)
    def sign_out(request: Asking) -> Redirect:
        _note_leaving(request, "signed-out")
        request.clear_session()
        return Redirect("/logga-in", status_code=303)

    @post("/logga-ut/overallt", sync_to_thread=True)
    def sign_out_everywhere(request: Asking) -> Redirect:
        account = request.session.get("account")
        if account:
            _note_leaving(request, "signed-out-everywhere")
            keepers.sessions.end_all(account)
            request.clear_session()
        return Redirect("/logga-in", status_code=303)

    def _note_leaving(request: Asking, kind: Kind) -> None:
        account = request.session.get("account")
        if account:
            note(request, live, keepers, kind, account, "")

    return [sign_out, sign_out_everywhere]


@get("/sprak/{language:str}", sync_to_thread=False)
def choose_language(language: FromPath[str], till: FromQuery[str | None] = None) -> Redirect:
    """Remember the language, and go back."""
    answer = Redirect(inside(till), status_code=303)
    chosen = "en" if language == "en" else "sv"
    answer.set_cookie(LANGUAGE_COOKIE, chosen, max_age=A_YEAR, httponly=True, samesite="lax")
    return answer
