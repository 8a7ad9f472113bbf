"""The pages as one part of the application: their routes, headers, sessions, and faults as pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import structlog
from litestar import Request, Response, Router, get
from litestar.config.compression import CompressionConfig
from litestar.config.csrf import CSRFConfig
from litestar.datastructures import CacheControlHeader
from litestar.enums import MediaType
from litestar.exceptions import HTTPException, ImproperlyConfiguredException, TooManyRequestsException
from litestar.middleware import DefineMiddleware
from litestar.middleware.compression import CompressionMiddleware
from litestar.middleware.session import SessionMiddleware
from litestar.response import Redirect
from litestar.static_files import create_static_files_router
from litestar.types import ASGIApp

from adapters.database import DatabaseUnavailable
from adapters.event_store import CommandReused, Conflict
from domain.core import Refused
from service.api.problems import on_http, status_of
from service.gate import SESSION, Keepers
from service.office import Office
from service.pages import (
    account,
    actions,
    agreement,
    chain,
    comparing,
    deliveries,
    district,
    erasure,
    feeds,
    handover,
    help_pages,
    history,
    importing,
    law,
    meeting,
    people,
    picture,
    preferences,
    problem,
    proof,
    reporting,
    review_book,
    reviewing,
    signal,
    signing_in,
    subscription,
    webhooks,
)
from service.pages.door import Pace
from service.pages.personal_form import PersonalDataInForm
from service.pages.personal_form_page import personal_form_page
from service.pages.reader import Reader, SignInNeeded, language_of, reader_of
from service.pages.rendering import STATIC, environment, page
from service.pages.sessions import IDLE, Backend, SessionsConfig
from service.register import LiveRegister, Stale
from service.settings import Settings

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
}
_BARE = "<!doctype html><html lang={{ language }}><title>Samverkan</title><main><p>{{ sentence }}</p></main>"
"""For when the layout, which asks the database, is not to be filled."""
A_YEAR = 365 * 24 * 3600
PAGES = (
    meeting, signal, picture, district, problem, actions, chain, reporting, reviewing, importing, history, agreement,
    law, erasure, handover, review_book, help_pages, preferences, comparing, proof,
)  # fmt: skip
OF_PEOPLE = (signing_in, account, people)
OF_OFFICE = (webhooks, subscription, deliveries, feeds)
log = structlog.get_logger()


def sessions(live: LiveRegister, settings: Settings, keepers: Keepers) -> Callable[[ASGIApp], ASGIApp]:
    """Who is signed in is kept in the database; the browser holds a random number only."""
    config = SessionsConfig(
        kept=keepers.sessions, clock=live.clock, key=SESSION, max_age=int(IDLE.total_seconds()), samesite="lax",
        secure=settings.is_encrypted,
    )  # fmt: skip

    def middleware(app: ASGIApp) -> ASGIApp:  # the framework copies routers and what is in them, but no function
        return SessionMiddleware(app, Backend(config))

    return middleware


def forged_forms(live: LiveRegister, settings: Settings) -> CSRFConfig:
    """Every form carries a token that another site does not know; the API takes JSON, and changes nothing by a cookie.

    The secret is the register's, so that every process over it knows the others' forms.
    """
    return CSRFConfig(
        secret=live.store.vault.token("forms"), cookie_name="samverkan-csrf", cookie_httponly=True,
        cookie_samesite="lax", cookie_secure=settings.is_encrypted,
        exclude=["^/api/", "^/static/", "^/prenumeration/avsluta/[^/]+/[^/]"],  # the last: RFC 8058
    )  # fmt: skip


def site(live: LiveRegister, settings: Settings, office: Office) -> list[Router]:
    """All pages, and the files that they load."""
    keepers = office.keepers

    @get("/", sync_to_thread=False)
    def first_page() -> Redirect:
        return Redirect("/mote", status_code=303)

    routes = [first_page, *(route for each in PAGES for route in each.routes(live, settings))]
    routes += [route for each in OF_PEOPLE for route in each.routes(live, settings, keepers)]
    pace = Pace(settings)
    routes += [route for each in OF_OFFICE for route in each.routes(live, settings, office)]
    pages = Router(
        "/",
        route_handlers=routes,
        include_in_schema=False,
        response_headers=HEADERS,
        middleware=[sessions(live, settings, keepers), pace.door],
        exception_handlers=_faults(live, keepers, pace),
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


def _faults(live: LiveRegister, keepers: Keepers, pace: Pace) -> dict[Any, Any]:
    def to_sign_in(_: Request[Any, Any, Any], needed: SignInNeeded) -> Redirect:
        return Redirect(f"/logga-in?till={quote(needed.path)}", status_code=303)

    def refused(request: Request[Any, Any, Any], why: Refused) -> Response[str]:
        log.info("refused", rule=why.rule)
        status = status_of(why.rule)
        if status == 403:
            account, address = str(request.session.get("account", "")), request.client.host if request.client else ""
            route = str(request.scope.get("path_template", ""))
            if pace.is_new(account, route):
                keepers.log.note("refused", account, route, address, live.clock())
        return _told(request, live, status, why.en if language_of(request) == "en" else why.sv)

    def http(request: Request[Any, Any, Any], failure: HTTPException) -> Response[str]:
        return _told(request, live, failure.status_code, None)

    def too_often(request: Request[Any, Any, Any], failure: TooManyRequestsException) -> Response[str]:
        sv, en = (
            "Det kom fler begäranden än vad som besvaras på en minut. Vänta en minut och försök igen.",
            "There were more requests than are answered in a minute. Wait a minute and try again.",
        )
        return _bare(request, 429, sv, en, str((failure.headers or {})["Retry-After"]))

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
        sv = "Databasen svarar inte. Försök igen om en stund."
        return _bare(request, 503, sv, "The database does not answer. Try again in a while.", "5")

    return {
        SignInNeeded: to_sign_in,
        PersonalDataInForm: personal_form_page(live),
        Refused: refused,
        Stale: moved,
        Conflict: moved,
        CommandReused: moved,
        DatabaseUnavailable: unavailable,
        TooManyRequestsException: too_often,
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


def _bare(request: Request[Any, Any, Any], status: int, sv: str, en: str, wait: str) -> Response[str]:
    """A sentence alone; wait: the seconds after which to come again."""
    language = language_of(request)
    return Response(
        environment(language).from_string(_BARE).render(sentence=en if language == "en" else sv, language=language),
        status_code=status,
        media_type=MediaType.HTML,
        headers={"Retry-After": wait, **HEADERS},
    )


def _whoever(request: Request[Any, Any, Any], live: LiveRegister) -> Reader | None:
    try:
        return reader_of(request, live)
    except (SignInNeeded, Refused, ImproperlyConfiguredException):  # a path that leads nowhere has no session
        return None
