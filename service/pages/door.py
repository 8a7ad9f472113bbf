"""What stands before the pages: how often somebody may come, how often a refusal is written down, who may send much."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from litestar import Request
from litestar.concurrency import sync_to_thread
from litestar.exceptions import TooManyRequestsException
from litestar.types import ASGIApp, Receive, Scope, Send

from domain.core import Command
from service.access import require
from service.pages.reader import reader_of
from service.register import LiveRegister
from service.settings import Settings

Middleware = Callable[[ASGIApp], ASGIApp]
Asking = Request[Any, Any, Any]


class Pace:
    """How often an account, or an address where nobody is signed in, has come within a minute."""

    def __init__(self, settings: Settings) -> None:
        self._rates = FixedWindowRateLimiter(MemoryStorage())
        self._often = RateLimitItemPerMinute(settings.requests_a_minute)
        self._once = RateLimitItemPerMinute(1)

    def __deepcopy__(self, _: object) -> Pace:
        """Itself: the framework copies the router that it stands before."""
        return self

    def door(self, app: ASGIApp) -> ASGIApp:
        """Turns away with 429 who has come too often; stands behind the sessions."""

        async def middleware(scope: Scope, receive: Receive, send: Send) -> None:
            if not self._rates.hit(self._often, "page", *_who(Request(scope))):
                raise TooManyRequestsException(headers={"Retry-After": "60"})
            await app(scope, receive, send)

        return middleware

    def is_new(self, account: str, route: str) -> bool:
        """Whether a refusal has not been written down within this minute: nobody can fill the log."""
        return self._rates.hit(self._once, "refused", account, route)


def only_for(live: LiveRegister, command: type[Command]) -> Middleware:
    """Refuses whoever may not give the command before anything of what he sends is read."""

    def check(request: Asking) -> None:
        require(reader_of(request, live).account, command)

    def made(app: ASGIApp) -> ASGIApp:
        async def middleware(scope: Scope, receive: Receive, send: Send) -> None:
            await sync_to_thread(check, Request(scope))
            await app(scope, receive, send)

        return middleware

    return made


def _who(request: Asking) -> tuple[str, str]:
    """The account that is signed in; where there is none, the address."""
    account = str(request.session.get("account", ""))
    return (account, "") if account else ("", request.client.host if request.client else "")
