"""Which names this service answers to, and that what changes something was not written on a page of another site."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from litestar.connection import ASGIConnection
from litestar.exceptions import ClientException
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from service.settings import Settings

LOOPBACK = ("127.0.0.1", "localhost", "::1")
_READING = ("GET", "HEAD", "OPTIONS")
Connection = ASGIConnection[Any, Any, Any, Any]


class Hosts(ASGIMiddleware):
    """Answers by a loopback name or the public one: a page elsewhere that rebinds its own name is not answered."""

    def __init__(self, settings: Settings) -> None:
        self._names = {*LOOPBACK, urlsplit(settings.base_url).hostname}

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Let the request on, or refuse it with 400."""
        headers = dict(scope["headers"])
        host = headers.get(b"host", b"").decode("latin1")
        if _name_of(host) not in self._names:
            raise ClientException
        origin = headers.get(b"origin")
        if origin is not None and scope["path"].startswith("/api/") and scope.get("method") not in _READING:
            _check_origin(origin.decode("latin1"), host)
        await next_app(scope, receive, send)


def _name_of(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


def _check_origin(origin: str, host: str) -> None:
    """What a browser sends from a page of another site; the pages' own forms carry a token instead."""
    if origin.partition("://")[2] != host:
        raise ClientException
