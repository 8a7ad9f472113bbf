"""Sessions: who is signed in is kept in the database; the browser holds a random number only, a new one each time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from litestar.concurrency import sync_to_thread
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie, MutableScopeHeaders
from litestar.middleware.session.server_side import ServerSideSessionBackend, ServerSideSessionConfig
from litestar.types import Message, ScopeSession
from litestar.utils.dataclass import extract_dataclass_items
from litestar.utils.scope.state import ScopeState

from adapters.sessions import KeptSession, Sessions
from service.gate import SESSION
from service.register import Clock

IDLE = timedelta(hours=8)
"""A session that nobody uses ends after so long."""
UNFINISHED = timedelta(minutes=10)
"""So long somebody may take to sign in."""
RENEWED = timedelta(minutes=5)
"""That a session is used is written down at most so often: reading does not become writing."""
_FOUND = "kept session"
Connection = ASGIConnection[Any, Any, Any, Any]


class Backend(ServerSideSessionBackend):
    """Nothing is kept for who is not signed in. A number that the server has not drawn itself becomes another one.

    So nobody can sign somebody else in under a number that he knows.
    """

    config: SessionsConfig

    async def load_from_connection(self, connection: Connection) -> dict[str, Any]:
        """What is kept under the browser's number, which is good if there is anything."""
        number = connection.cookies.get(SESSION)
        found = await sync_to_thread(self.config.kept.find, number, self.config.clock()) if number else None
        if found is None:
            return {}
        ScopeState.from_scope(connection.scope).session_id = number
        connection.scope["state"][_FOUND] = found
        return self.deserialize_data(found.body)

    def get_session_id(self, connection: Connection) -> str:
        """The number in use; a new one where there is none, or where the session was cleared: at sign-in, sign-out."""
        return connection.get_session_id() or self.generate_session_id()

    async def store_in_message(self, scope_session: ScopeSession, message: Message, connection: Connection) -> None:
        """Keep it, if it has changed or was not kept lately. One that was ended by another request stays ended."""
        brought, used = connection.cookies.get(SESSION), connection.get_session_id()
        found: KeptSession | None = connection.scope["state"].get(_FOUND)
        session = scope_session if isinstance(scope_session, dict) else {}
        body = self.serialize_data(session, connection.scope).decode() if session else ""
        if found is not None and body and used is not None and used == brought:
            if body == found.body and self._is_fresh(found):
                return
            kept = await sync_to_thread(self.config.kept.keep, used, body, self.config.clock(), _lasts(found.account))
            self._tell(message, used if kept else None)
            return
        if brought:
            await sync_to_thread(self.config.kept.end, brought)
        if body:
            number = self.get_session_id(connection)
            await sync_to_thread(self._begin, number, str(session.get("account", "")), body)
            self._tell(message, number)
        elif brought:
            self._tell(message, None)

    def _is_fresh(self, found: KeptSession) -> bool:
        return found.expires_at - _lasts(found.account) + RENEWED > self.config.clock()

    def _begin(self, number: str, account: str, body: str) -> None:
        self.config.kept.begin(number, account, body, self.config.clock(), _lasts(account))

    def _tell(self, message: Message, number: str | None) -> None:
        """Give the browser its number, or take it away."""
        given = dict(extract_dataclass_items(self.config, exclude_none=True, include=Cookie.__dict__.keys()))
        if number is None:
            given |= {"expires": 0, "max_age": 0}
        cookie = Cookie(key=SESSION, value=number or "null", **given)
        MutableScopeHeaders.from_message(message).add("Set-Cookie", cookie.to_header(header=""))


@dataclass(kw_only=True)
class SessionsConfig(ServerSideSessionConfig):
    """As the framework's, with a database and a clock in place of a store."""

    _backend_class = Backend
    kept: Sessions
    clock: Clock


def _lasts(account: str) -> timedelta:
    return IDLE if account else UNFINISHED
