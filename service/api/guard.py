"""The API's guard: who comes, by a token or a session; whether he may; and how often. Refusals are written down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any, cast
from urllib.parse import unquote

import structlog
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from litestar import Request
from litestar.concurrency import sync_to_thread
from litestar.connection import ASGIConnection
from litestar.exceptions import NotAuthorizedException, PermissionDeniedException, TooManyRequestsException
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send

from adapters.tokens import Scope as TokenScope
from adapters.tokens import Token
from domain.core import Actor
from service.access import Account, Rule, rule_of, see_as
from service.api.answers import OF_THE_RECORD, Answers
from service.gate import SESSION, Keepers, account_named, is_open, party_of
from service.register import LiveRegister
from service.settings import Settings

KNOWN_FOR, MOST_KNOWN = 1.0, 1000
"""Seconds for which a token that was good is not looked up again, so long as one that is revoked may still work."""
Connection = ASGIConnection[Any, Any, Any, Any]
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Caller:
    """Who comes. scopes: what his token is for; None where he came by a session, which reads only, or is local.

    local: while developing, whoever is on this machine is taken at his word, and may do everything.
    """

    account: Account
    scopes: tuple[TokenScope, ...] | None = None
    token: str = ""
    local: bool = False

    def may(self, rule: Rule | None) -> bool:
        """Whether he may use an operation with that rule."""
        if rule is None:
            return False
        return self.local or (rule.allows(self.account) and (self.scopes is None or rule.scope in self.scopes))


class Guard(ASGIMiddleware):
    """Stands before every operation of the API, and gives answers that it has given before without asking anew."""

    def __init__(self, live: LiveRegister, keepers: Keepers, settings: Settings) -> None:
        self._live, self._keepers, self._settings = live, keepers, settings
        self._rates = FixedWindowRateLimiter(MemoryStorage())
        self._wrong = RateLimitItemPerMinute(settings.wrong_sign_ins_a_minute)
        self._often = RateLimitItemPerMinute(settings.requests_a_minute)
        self._answers = Answers(live)
        self._known: dict[str, tuple[float, Caller]] = {}
        self._is_near = live.store.database.dialect == "sqlite"  # a look into a file need not leave the event loop

    def __deepcopy__(self, _: object) -> Guard:
        """Itself: the framework copies the router that it stands before."""
        return self

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Let the request on with its account, or refuse it: 401, 403 or 429."""
        handler = scope["route_handler"]
        await self._let_on(Connection(scope, receive, send), str(getattr(handler, "operation_id", "")))
        if handler.opt.get(OF_THE_RECORD) and scope.get("method") == "GET":
            await self._answers.give(cast("HTTPScope", scope), receive, send, next_app)
        else:
            await next_app(scope, receive, send)

    async def _let_on(self, connection: Connection, operation: str) -> None:
        address = connection.client.host if connection.client else ""
        caller = await self._caller(connection, address)
        if not self._rates.hit(self._often, "caller", caller.token or caller.account.by.account):
            raise TooManyRequestsException(headers={"Retry-After": "60"})
        if not caller.may(rule_of(operation)):
            await self._note(caller.account.by.account, operation, address)
            raise PermissionDeniedException
        connection.scope["user"], connection.scope["auth"] = caller.account, caller
        see_as(caller.account)

    async def _caller(self, connection: Connection, address: str) -> Caller:
        written = connection.headers.get("authorization")
        caller: Caller | None = None
        if written is not None:
            caller = await self._bearer(written.removeprefix("Bearer "))
        elif (number := connection.cookies.get(SESSION)) and connection.scope.get("method") in ("GET", "HEAD"):
            caller = await self._at_hand(self._by_session, number)
        if caller is None and written is None and is_open(self._settings):
            return await sync_to_thread(self._local, connection)
        if caller is None:  # whoever brings a good token is let in, whatever others try from the same address
            if not self._rates.hit(self._wrong, "wrong", address):
                raise TooManyRequestsException(headers={"Retry-After": "60"})
            await self._note("", "token" if written else "no-token", address)
            raise NotAuthorizedException(headers={"WWW-Authenticate": 'Bearer realm="samverkan"'})
        return caller

    async def _at_hand(self, look: Any, *args: Any) -> Any:
        return look(*args) if self._is_near else await sync_to_thread(look, *args)

    async def _bearer(self, written: str) -> Caller | None:
        until, caller = self._known.get(written, (0.0, None))
        if until <= monotonic():
            caller = await self._bearer_anew(written)
            self._remember(written, caller)
        return caller

    def _remember(self, written: str, caller: Caller | None) -> None:
        """For KNOWN_FOR seconds; of tokens that are not good nothing is remembered."""
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        if caller is not None:
            self._known[written] = (monotonic() + KNOWN_FOR, caller)

    async def _bearer_anew(self, written: str) -> Caller | None:
        now = self._live.clock()
        found: tuple[Token, Account] | None = await self._at_hand(self._by_token, written, now)
        if found is None:
            return None
        token, account = found
        if token.use_is_to_be_noted(now):
            await sync_to_thread(self._keepers.tokens.note_use, token, now)
        return Caller(account, token.scopes, token.id)

    def _by_token(self, written: str, now: datetime) -> tuple[Token, Account] | None:
        token = self._keepers.tokens.find(written)
        account = self._named(token.account) if token is not None and token.is_good(now) else None
        return None if token is None or account is None else (token, account)

    def _by_session(self, number: str) -> Caller | None:
        key = self._keepers.sessions.account_of(number, self._live.clock())
        account = self._named(key) if key else None
        return Caller(account) if account else None

    def _named(self, key: str) -> Account | None:
        return account_named(self._live, self._keepers, self._settings, key)

    def _local(self, connection: Connection) -> Caller:
        """Whoever is on this machine while developing says himself who he is."""
        said = {name: unquote(connection.headers.get(f"samverkan-{name}", "")) for name in ("role", "organisation")}
        organisation = said["organisation"] or self._settings.organisation
        by = Actor(
            account=connection.headers.get("samverkan-account", "local"), role=said["role"] or "samordnare",
            organisation=organisation,
        )  # fmt: skip
        return Caller(Account(by, "coordinator", party_of(self._live.now(), organisation)), local=True)

    async def _note(self, account: str, what: str, address: str) -> None:
        log.info("turned away", account=account, operation=what)
        await sync_to_thread(self._keepers.log.note, "refused", account, what, address, self._live.clock())


def asking(request: Request[Any, Any, Any]) -> Account:
    """The account of a request that the guard has let on."""
    account: Account = request.user
    return account


def acting(request: Request[Any, Any, Any]) -> Actor:
    """Who acts in it."""
    return asking(request).by
