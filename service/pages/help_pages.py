"""Help in plain words, and the accessibility statement. Nothing here needs an account."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler

from service.pages.reader import Reader, SignInNeeded, language_of, reader_of
from service.pages.rendering import page
from service.register import LiveRegister
from service.settings import Settings

TEMPLATES = {
    "/hjalp": "help.html",
    "/hjalp/motet": "help_meeting.html",
    "/hjalp/rapportera": "help_reporting.html",
    "/hjalp/signaler": "help_signals.html",
    "/hjalp/ord": "help_words.html",
    "/tillganglighet": "accessibility.html",
}


def routes(live: LiveRegister, settings: Settings) -> list[HTTPRouteHandler]:
    """A page for each text."""
    return [_text(live, path, template) for path, template in TEMPLATES.items()]


def _text(live: LiveRegister, path: str, template: str) -> HTTPRouteHandler:
    @get(path, sync_to_thread=True)
    def handler(request: Request[Any, Any, Any]) -> Response[str]:
        return page(request, live, _anybody(request, live), template, language=language_of(request))

    return handler


def _anybody(request: Request[Any, Any, Any], live: LiveRegister) -> Reader | None:
    """The reader, if somebody is signed in."""
    try:
        return reader_of(request, live)
    except SignInNeeded:
        return None
