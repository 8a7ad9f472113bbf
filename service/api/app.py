"""The application: routes, problems, headers, documentation, log."""

from __future__ import annotations

from litestar import Litestar, Router, get
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.params import FromPath

from service.api import (
    comparing,
    data,
    events,
    figures,
    law,
    proof,
    reading,
    resources,
    showing,
    subscriptions,
    taking,
    webhooks,
)
from service.api.documentation import documentation, openapi
from service.api.guard import Guard, acting, asking
from service.api.hosts import Hosts
from service.api.logged import RequestLog
from service.api.personal import on_personal_data
from service.api.problems import HANDLERS
from service.office import open_office
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
DESCRIPTION = (
    "The record of a collaboration agreement between a municipality and its local police. Every change is a command; "
    "Idempotency-Key makes it repeatable, If-Match protects what was read (409 when it has moved). Every read takes "
    "as_of: an event number or a day. Texts that look like holding personal data are refused until they are rewritten, "
    "or sent again with personal_data=checked. Problems follow RFC 9457, in Swedish or English after Accept-Language."
)
TOKEN = SecurityScheme(
    type="http",
    scheme="bearer",
    description="An API token, made on the page Konto or with `samverkan token make`. Each has scopes (read, report, "
    "work, administer) and an end; what its account may not do, the token may not either. While developing, and where "
    "no sign-in is set up, whoever is on this machine needs none.",
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


def create_app(live: LiveRegister, settings: Settings) -> Litestar:
    """The application over one register."""
    asked = [*resources.routes(live, settings), *taking.routes(live, settings), *figures.routes(live, settings)]
    shown = [*reading.routes(live), *showing.routes(live), *comparing.routes(live), *law.routes(live)]
    shown += [*proof.routes(live, settings), *events.routes(live, settings), *data.routes(live)]
    office = open_office(live)
    shown += [*webhooks.routes(live, settings, office), *subscriptions.routes(live, settings, office)]
    handlers = [*asked, *shown]
    keepers = office.keepers
    api = Router(
        "/api/v1",
        route_handlers=handlers,
        middleware=[Guard(live, keepers, settings)],
        dependencies={"by": Provide(acting, sync_to_thread=False), "account": Provide(asking, sync_to_thread=False)},
    )
    return Litestar(
        [index, problem_page, documentation, openapi, reading.health(live), api, *site(live, settings, office)],
        exception_handlers={**HANDLERS, PersonalDataFound: on_personal_data, HTTPException: nowhere(live)},
        response_headers=HEADERS,
        request_max_body_size=2 * 1024**2,
        middleware=[RequestLog(), Hosts(settings)],
        state=State({"keepers": keepers, "settings": settings}, deep_copy=False),
        csrf_config=forged_forms(live, settings),
        openapi_config=OpenAPIConfig(
            title="Samverkan",
            version="1",
            description=DESCRIPTION,
            path="/api/schema",
            use_handler_docstrings=True,
            components=Components(security_schemes={"token": TOKEN}),
            security=[{"token": []}],
            render_plugins=[JsonRenderPlugin(path="/openapi.json")],
        ),
        logging_config=None,
        on_shutdown=[live.close],
    )
