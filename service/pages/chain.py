"""The chain from observation to follow-up, for every problem on one page, with its broken links."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler

from service.pages.looking import day_shown
from service.pages.reader import reader_of, register_for
from service.pages.rendering import page
from service.register import LiveRegister
from service.settings import Settings
from service.views.broken_links import KINDS
from service.views.chain_view import chain


def routes(live: LiveRegister, settings: Settings) -> list[HTTPRouteHandler]:
    """The chain view."""

    @get("/kedjan", sync_to_thread=True)
    def chain_page(request: Request[Any, Any, Any]) -> Response[str]:
        reader = reader_of(request, live)
        on_day = day_shown(request, live, reader)
        view = chain(register_for(live, reader), on_day)
        return page(request, live, reader, "chain.html", view=view, on_day=on_day, kinds=KINDS)

    return [chain_page]
