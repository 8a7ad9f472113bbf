"""A log line for each request: method, route, status, milliseconds. Never what the user wrote."""

from __future__ import annotations

import time

import structlog
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from service.access import see_as

log = structlog.get_logger()


class RequestLog(ASGIMiddleware):
    """Logs when the response begins."""

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Pass the request on, and watch for the response's start."""
        started = time.perf_counter()
        see_as(None)  # until somebody is known

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start":
                log.info(
                    "request",
                    method=scope.get("method"),
                    route=scope.get("path_template"),
                    status=message["status"],
                    ms=round(1000 * (time.perf_counter() - started), 1),
                )
            await send(message)

        try:
            await next_app(scope, receive, watched)
        except Exception as turned_away:  # by what stands before a handler; the answer is made outside of this
            status = getattr(turned_away, "status_code", type(turned_away).__name__)
            log.info("request", method=scope.get("method"), route=scope.get("path_template"), status=status)
            raise
