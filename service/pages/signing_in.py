"""Signing in while developing, on this machine only: take one of the accounts. The guard is where real sign-in goes."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect

from domain.core import must_exist
from service.pages.reader import LANGUAGE_COOKIE, accounts, language_of
from service.pages.rendering import page
from service.register import LiveRegister

A_YEAR = 365 * 24 * 3600


def inside(path: str | None) -> str:
    """A path on this site; anything that could lead elsewhere becomes the first page."""
    there = path or "/"
    return there if there.startswith("/") and not there.startswith(("//", "/\\")) else "/"


def routes(live: LiveRegister) -> list[HTTPRouteHandler]:
    """The sign-in page, taking an account, leaving it, and the choice of language."""

    @get("/logga-in", sync_to_thread=True)
    def sign_in_page(request: Request[Any, Any, Any], till: FromQuery[str | None] = None) -> Response[str]:
        offered = accounts(live.now())
        return page(
            request, live, None, "sign_in.html", language=language_of(request), accounts=offered, till=inside(till)
        )

    @post("/logga-in", sync_to_thread=True)
    def sign_in(request: Request[Any, Any, Any], data: URLEncodedBody[dict[str, Any]]) -> Redirect:
        key = str(data.get("account", ""))
        account = must_exist(accounts(live.now()).get(key), "account", "Kontot", key)
        request.clear_session()
        request.set_session({"account": key})
        to = inside(str(data.get("till", "/")))
        return Redirect("/rapportera" if to == "/" and account.grade == "reporter" else to, status_code=303)

    @post("/logga-ut", sync_to_thread=False)
    def sign_out(request: Request[Any, Any, Any]) -> Redirect:
        request.clear_session()
        return Redirect("/logga-in", status_code=303)

    @get("/sprak/{language:str}", sync_to_thread=False)
    def choose_language(language: FromPath[str], till: FromQuery[str | None] = None) -> Redirect:
        answer = Redirect(inside(till), status_code=303)
        chosen = "en" if language == "en" else "sv"
        answer.set_cookie(LANGUAGE_COOKIE, chosen, max_age=A_YEAR, httponly=True, samesite="lax")
        return answer

    return [sign_in_page, sign_in, sign_out, choose_language]
