"""The application: routes, problems, headers, documentation, log."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from litestar import Litestar, Request, Router, get
from litestar.exceptions import ClientException, HTTPException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.params import FromPath

from service.api import comparing, figures, law, proof, reading, resources, showing, taking
from service.api.documentation import documentation, openapi
from service.api.logged import RequestLog
from service.api.personal import on_personal_data
from service.api.problems import HANDLERS
from service.pages.site import forged_forms, nowhere, site
from service.personal_check import PersonalDataFound
from service.register import LiveRegister
from service.settings import Settings

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
LOOPBACK = ("127.0.0.1", "localhost", "::1")
DESCRIPTION = (
    "The record of a collaboration agreement between a municipality and its local police. Every change is a command; "
    "Idempotency-Key makes it repeatable, If-Match protects what was read (409 when it has moved). Every read takes "
    "as_of: an event number or a day. Texts that look like holding personal data are refused until they are rewritten, "
    "or sent again with personal_data=checked. Problems follow RFC 9457, in Swedish or English after Accept-Language."
)


@get("/api", include_in_schema=False, sync_to_thread=False)
def index() -> dict[str, str]:
    """Where things are."""
    return {
        "documentation": "/api/docs",
        "openapi": "/api/v1/openapi.json",
        "health": "/health",
        "agreements": "/api/v1/agreements",
        "signals": "/api/v1/signals",
        "history": "/api/v1/history",
    }


@get("/problems/{rule:str}", include_in_schema=False, sync_to_thread=False)
def problem_page(rule: FromPath[str]) -> dict[str, str]:
    """What a problem's type stands for."""
    return {
        "type": f"/problems/{rule}",
        "sv": "Regeln hindrade kommandot; meningen i ”detail” säger varför och vad du kan göra. Inget har sparats.",
        "en": "The rule stopped the command; the sentence in “detail” says why and what you can do. Nothing was saved.",
    }


def check_host(request: Request[Any, Any, Any]) -> None:
    """Only by a loopback name: a page elsewhere that rebinds its own name to this machine is not answered."""
    if request.url.hostname not in LOOPBACK:
        raise ClientException
    origin = request.headers.get("origin")
    if request.url.path.startswith("/api/") and request.method not in ("GET", "HEAD", "OPTIONS") and origin is not None:
        _check_origin(origin, request.headers.get("host", ""))


def _check_origin(origin: str, host: str) -> None:
    """What a browser sends from a page of another site; the pages' own forms carry a token instead."""
    if urlsplit(origin).netloc != host:
        raise ClientException


def create_app(live: LiveRegister, settings: Settings) -> Litestar:
    """The application over one register. It listens on loopback names only, until there is sign-in."""
    asked = [*resources.routes(live, settings), *taking.routes(live, settings), *figures.routes(live, settings)]
    shown = [*reading.routes(live), *showing.routes(live), *comparing.routes(live), *law.routes(live)]
    shown += proof.routes(live, settings)
    handlers = [*asked, *shown]
    api = Router("/api/v1", route_handlers=handlers)
    return Litestar(
        [index, problem_page, documentation, openapi, reading.health(live), api, *site(live, settings)],
        exception_handlers={**HANDLERS, PersonalDataFound: on_personal_data, HTTPException: nowhere(live)},
        response_headers=HEADERS,
        before_request=check_host,
        request_max_body_size=2 * 1024**2,
        middleware=[RequestLog()],
        csrf_config=forged_forms(settings),
        openapi_config=OpenAPIConfig(
            title="Samverkan",
            version="1",
            description=DESCRIPTION,
            path="/api/schema",
            use_handler_docstrings=True,
            render_plugins=[JsonRenderPlugin(path="/openapi.json")],
        ),
        logging_config=None,
        on_shutdown=[live.close],
    )
