"""The pages as one part of the application: their routes, headers, sessions, and faults as pages."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import quote

import structlog
from litestar import Request, Response, Router, get
from litestar.config.compression import CompressionConfig
from litestar.config.csrf import CSRFConfig
from litestar.datastructures import CacheControlHeader
from litestar.enums import MediaType
from litestar.exceptions import HTTPException, ImproperlyConfiguredException
from litestar.middleware import DefineMiddleware
from litestar.middleware.compression import CompressionMiddleware
from litestar.response import Redirect
from litestar.static_files import create_static_files_router

from adapters.database import DatabaseUnavailable
from adapters.event_store import CommandReused, Conflict
from domain.core import Refused
from service.api.problems import on_http, status_of
from service.pages import (
    actions,
    agreement,
    chain,
    comparing,
    district,
    erasure,
    handover,
    help_pages,
    history,
    importing,
    law,
    meeting,
    picture,
    preferences,
    problem,
    proof,
    reporting,
    review_book,
    reviewing,
    signal,
    signing_in,
)
from service.pages.personal_form import PersonalDataInForm
from service.pages.personal_form_page import personal_form_page
from service.pages.reader import Reader, SignInNeeded, language_of, reader_of
from service.pages.rendering import STATIC, environment, page
from service.pages.sessions import SessionsConfig
from service.register import LiveRegister, Stale
from service.settings import Settings

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
}
_BARE = "<!doctype html><html lang={{ language }}><title>Samverkan</title><main><p>{{ sentence }}</p></main>"
"""For when not even the layout can be filled, since it asks the database."""
A_YEAR = 365 * 24 * 3600
PAGES = (
    meeting, signal, picture, district, problem, actions, chain, reporting, reviewing, importing, history, agreement,
    law, erasure, handover, review_book, help_pages, preferences, comparing, proof,
)  # fmt: skip
log = structlog.get_logger()


def sessions(settings: Settings) -> SessionsConfig:
    """Who is signed in is kept on the server; the browser holds a random number only."""
    return SessionsConfig(key="samverkan-session", secure=settings.environment == "production", samesite="lax")


def forged_forms(settings: Settings) -> CSRFConfig:
    """Every form carries a token that another site does not know; the API takes JSON and no cookie."""
    return CSRFConfig(
        secret=secrets.token_hex(32), cookie_name="samverkan-csrf", cookie_httponly=True, cookie_samesite="lax",
        cookie_secure=settings.environment == "production", exclude=["^/api/", "^/static/"],
    )  # fmt: skip


def site(live: LiveRegister, settings: Settings) -> list[Router]:
    """All pages, and the files that they load."""

    @get("/", sync_to_thread=False)
    def first_page() -> Redirect:
        return Redirect("/mote", status_code=303)

    routes = [first_page, *signing_in.routes(live), *(route for each in PAGES for route in each.routes(live, settings))]
    pages = Router(
        "/",
        route_handlers=routes,
        include_in_schema=False,
        response_headers=HEADERS,
        middleware=[sessions(settings).middleware],
        exception_handlers=_faults(live),
    )
    # compressed are style sheets and scripts only: a compressed page could give its token away
    files = create_static_files_router(
        "/static",
        directories=[STATIC],
        include_in_schema=False,
        cache_control=CacheControlHeader(public=True, max_age=A_YEAR, immutable=True),
        middleware=[DefineMiddleware(CompressionMiddleware, config=CompressionConfig(backend="gzip"))],
    )
    return [pages, files]


def nowhere(live: LiveRegister) -> Any:
    """What answers for a path that leads nowhere: a page for people, a problem for tools."""

    def handler(request: Request[Any, Any, Any], failure: HTTPException) -> Response[Any]:
        if request.url.path.startswith("/api/") or "text/html" not in request.headers.get("accept", ""):
            return on_http(request, failure)
        return _told(request, live, failure.status_code, None)

    return handler


def _faults(live: LiveRegister) -> dict[Any, Any]:
    def to_sign_in(_: Request[Any, Any, Any], needed: SignInNeeded) -> Redirect:
        return Redirect(f"/logga-in?till={quote(needed.path)}", status_code=303)

    def refused(request: Request[Any, Any, Any], why: Refused) -> Response[str]:
        log.info("refused", rule=why.rule)
        status = 403 if why.rule == "not-allowed" else status_of(why.rule)
        return _told(request, live, status, why.en if language_of(request) == "en" else why.sv)

    def http(request: Request[Any, Any, Any], failure: HTTPException) -> Response[str]:
        return _told(request, live, failure.status_code, None)

    def anything(request: Request[Any, Any, Any], failure: Exception) -> Response[str]:
        log.error("fault", kind=type(failure).__name__, method=request.method, exc_info=failure)
        return _told(request, live, 500, None)

    def moved(request: Request[Any, Any, Any], _: Exception) -> Response[str]:
        sv, en = (
            "Någon annan ändrade detta under tiden. Gå tillbaka, läs in sidan på nytt och försök igen.",
            "Somebody else changed this meanwhile. Go back, load the page anew and try again.",
        )
        return _told(request, live, 409, en if language_of(request) == "en" else sv)

    def unavailable(request: Request[Any, Any, Any], _: DatabaseUnavailable) -> Response[str]:
        en = language_of(request) == "en"
        sentence = "The database does not answer. Try again in a while." if en else (
            "Databasen svarar inte. Försök igen om en stund."
        )  # fmt: skip
        return Response(
            environment("en" if en else "sv").from_string(_BARE).render(sentence=sentence),
            status_code=503,
            media_type=MediaType.HTML,
            headers={"Retry-After": "5", **HEADERS},
        )

    return {
        SignInNeeded: to_sign_in,
        PersonalDataInForm: personal_form_page(live),
        Refused: refused,
        Stale: moved,
        Conflict: moved,
        CommandReused: moved,
        DatabaseUnavailable: unavailable,
        HTTPException: http,
        Exception: anything,
    }


def _told(request: Request[Any, Any, Any], live: LiveRegister, status: int, sentence: str | None) -> Response[str]:
    answer = page(
        request, live, _whoever(request, live), "fault.html", status=status, language=language_of(request),
        code=status, sentence=sentence,
    )  # fmt: skip
    answer.headers.update(HEADERS)
    return answer


def _whoever(request: Request[Any, Any, Any], live: LiveRegister) -> Reader | None:
    try:
        return reader_of(request, live)
    except (SignInNeeded, Refused, ImproperlyConfiguredException):  # a path that leads nowhere has no session
        return None
