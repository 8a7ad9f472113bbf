"""Sessions: who is signed in is kept on the server; the browser holds a random number only, a new one each time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from litestar.connection import ASGIConnection
from litestar.middleware.session.server_side import ServerSideSessionBackend, ServerSideSessionConfig
from litestar.types import Empty, Message, ScopeSession
from litestar.utils.scope.state import ScopeState

Connection = ASGIConnection[Any, Any, Any, Any]


class Sessions(ServerSideSessionBackend):
    """Nothing is kept for who is not signed in. A number that the server has not drawn itself becomes another one.

    So nobody can sign somebody else in under a number that he knows.
    """

    async def load_from_connection(self, connection: Connection) -> dict[str, Any]:
        """What is kept under the browser's number, which is good if there is anything."""
        found = await super().load_from_connection(connection)
        if found:
            ScopeState.from_scope(connection.scope).session_id = connection.cookies[self.config.key]
        return found

    def get_session_id(self, connection: Connection) -> str:
        """The number in use; a new one where there is none, or where the session was cleared: at sign-in, sign-out."""
        return connection.get_session_id() or self.generate_session_id()

    async def store_in_message(self, scope_session: ScopeSession, message: Message, connection: Connection) -> None:
        """Keep it. One that was ended meanwhile, by another request, stays ended."""
        store = self.config.get_store_from_app(connection.scope["app"])
        brought, used = connection.cookies.get(self.config.key), connection.get_session_id()
        ended = used is not None and used == brought and not await store.exists(used)
        if brought and used != brought:
            await self.delete(brought, store)
        if scope_session and not ended:
            await super().store_in_message(scope_session, message, connection)
        elif brought:
            await super().store_in_message(Empty, message, connection)


@dataclass
class SessionsConfig(ServerSideSessionConfig):
    """As the framework's, with our `Sessions`."""

    _backend_class = Sessions
