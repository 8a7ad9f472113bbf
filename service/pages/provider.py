"""Signing in with the organisation's account: to its sign-in provider, and back."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import asdict
from functools import partial
from typing import Any, TypeVar

import structlog
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from litestar import Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromQuery, URLEncodedBody
from litestar.response import Redirect

from adapters.openid import Begun
from domain.core import Refused, refuse
from service.gate import SESSION, Keepers, account_of
from service.keeping import Keeping
from service.pages.reader import language_of
from service.pages.rendering import page
from service.pages.way_on import address_of, first_page, inside, note
from service.register import LiveRegister
from service.settings import Settings
from service.sign_in import ANSWERS_AT, SAID_OF_A_PERSON, admitted, looked_at, open_sign_in, read_rules

BY = "inloggning:openid"
"""Who changes an account at sign-in, in the access log; no account has such a key."""
BEGINS_A_MINUTE = 120
"""Sign-ins that may begin from one address: a whole municipality may come from one."""
ASKING_AT_ONCE = 4
"""Threads that ask the provider. They are its own, so that pages go on while it is silent."""
Asking = Request[Any, Any, Any]
T = TypeVar("T")
log = structlog.get_logger()


def routes(live: LiveRegister, settings: Settings, keepers: Keepers) -> list[HTTPRouteHandler]:
    """The page with its one button, the way to the provider, and its answer. Refused where the settings do not fit."""
    rules, openid = read_rules(settings), open_sign_in(settings, live.clock)
    tries, begins = Tries(settings.wrong_sign_ins_a_minute), Tries(BEGINS_A_MINUTE)
    needed = looked_at(rules)
    outside = ThreadPoolExecutor(ASKING_AT_ONCE, thread_name_prefix="sign-in")

    @get("/logga-in", sync_to_thread=True)
    def sign_in_page(request: Asking, till: FromQuery[str | None] = None) -> Response[str]:
        return _page(request, live, inside(till))

    @post("/logga-in/borja")
    async def begin(request: Asking, data: URLEncodedBody[dict[str, Any]]) -> Response[str]:
        till = inside(str(data.get("till", "/")))
        try:
            tries.check(request)
            begins.check(request)
            begins.count(request)
            address, begun = await _within(outside, openid.begin)
        except Refused as refused:
            return await sync_to_thread(_page, request, live, till, refused)
        request.clear_session()
        request.set_session({"begun": asdict(begun), "till": till})
        return await sync_to_thread(_way_there, request, live, address)

    @get(ANSWERS_AT)
    async def finish(request: Asking) -> Response[str] | Redirect:
        till = inside(request.session.get("till"))
        try:
            tries.check(request)
            begun = await sync_to_thread(_begun, request, live, keepers)
            answer = dict(request.query_params)
            asked = partial(openid.finish, begun, answer, {*SAID_OF_A_PERSON, *needed}, needed)
            claims = await _within(outside, asked)
            keeping = Keeping(keepers, BY, address_of(request), live.clock())
            kept = await sync_to_thread(admitted, keeping, rules, openid.client.issuer, claims)
        except Refused as refused:
            log.info("sign-in refused", rule=refused.rule)
            if tries.count(request):
                await sync_to_thread(note, request, live, keepers, "refused", "", refused.rule)
            return await sync_to_thread(_page, request, live, till, refused)
        request.clear_session()
        request.set_session({"account": kept.key})
        await sync_to_thread(note, request, live, keepers, "signed-in", kept.key, "openid")
        return Redirect(first_page(account_of(kept), till), status_code=303)

    return [sign_in_page, begin, finish]


class Tries:
    """How often an address has tried to sign in during this minute, in this process."""

    def __init__(self, most: int) -> None:
        self._rates, self._most = FixedWindowRateLimiter(MemoryStorage()), RateLimitItemPerMinute(most)

    def check(self, request: Asking) -> None:
        """Refuses an address that has been counted too often."""
        if not self._rates.test(self._most, "sign-in", address_of(request)):
            refuse(
                "too-many-tries",
                "För många har försökt logga in från din adress. Vänta en minut och försök igen.",
                "Too many have tried to sign in from your address. Wait a minute, and try again.",
            )

    def count(self, request: Asking) -> bool:
        """Count a try; False when there have been too many already."""
        return self._rates.hit(self._most, "sign-in", address_of(request))


async def _within(threads: ThreadPoolExecutor, call: Callable[[], T]) -> T:
    """What a call answers that goes out of the house, in threads of its own."""
    return await asyncio.get_running_loop().run_in_executor(threads, copy_context().run, call)


def _begun(request: Asking, live: LiveRegister, keepers: Keepers) -> Begun:
    """The sign-in that this browser began and this answer belongs to, which is used up. Refused where there is none, or
    it took too long."""
    begun = request.session.get("begun")
    if begun is None or not keepers.sessions.end(request.cookies.get(SESSION, "")):
        refuse(
            "sign-in-expired",
            "Inloggningen tog för lång tid, eller började i en annan webbläsare. Logga in igen.",
            "The sign-in took too long, or began in another browser. Sign in again.",
        )
    request.clear_session()
    answer = request.query_params
    # an error lets nobody in whatever it brings, and not every provider brings the state with it
    if "error" not in answer and not hmac.compare_digest(begun["state"].encode(), answer.get("state", "").encode()):
        refuse(
            "state-mismatch",
            "Svaret hör inte till den inloggning som du började här. Börja om.",
            "The answer does not belong to the sign-in that you began here. Begin again.",
        )
    return Begun(**begun)


def _way_there(request: Asking, live: LiveRegister, address: str) -> Response[str]:
    # a page, not a redirect: browsers hold every redirect after a form against form-action, and providers have
    # redirects of their own
    return page(request, live, None, "sign_in_on.html", language=language_of(request), address=address)


def _page(request: Asking, live: LiveRegister, till: str, refused: Refused | None = None) -> Response[str]:
    return page(
        request, live, None, "sign_in_organisation.html", status=403 if refused else 200, language=language_of(request),
        till=till, refused=refused,
    )  # fmt: skip
