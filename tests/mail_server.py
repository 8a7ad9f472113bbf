"""A mail server of the tests' own: real, on a free port of 127.0.0.1; it keeps what it takes, refuses as it is told."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from types import TracebackType
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from tests.postgres import free_port


@dataclass(frozen=True)
class Taken:
    """A mail as the server took it, for one receiver."""

    to: str
    content: bytes

    @property
    def mail(self) -> EmailMessage:
        """To be looked into."""
        return message_from_bytes(self.content, policy=default)

    @property
    def id(self) -> str:
        """Its Message-ID."""
        return str(self.mail["Message-ID"])


@dataclass
class MailServer:
    """One server. to_receiver, to_mail: its answer by receiver, in place of taking; taking: called when a mail is in.

    password: whoever signs in must know it. tls: what it offers STARTTLS with, or with `at_once` speaks from the start.
    """

    to_receiver: dict[str, str] = field(default_factory=dict)
    to_mail: dict[str, str] = field(default_factory=dict)
    taking: Callable[[Taken], None] | None = None
    password: str | None = None
    tls: ssl.SSLContext | None = None
    at_once: bool = False
    port: int = field(default_factory=free_port)
    mails: list[Taken] = field(default_factory=list)
    sessions: int = 0
    _controller: Controller | None = None

    @property
    def url(self) -> str:
        """For SAMVERKAN_MAIL_SERVER."""
        return f"smtp://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.stop()

    def start(self) -> None:
        """Listen."""
        options: dict[str, Any] = {}
        if self.password is not None:
            options |= {"authenticator": self._knows, "auth_require_tls": False}
        options |= {"ssl_context": self.tls} if self.at_once else {"tls_context": self.tls}
        self._controller = Controller(_Handler(self), hostname="127.0.0.1", port=self.port, **options)
        self._controller.start()

    def stop(self) -> None:
        """Be away."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def _knows(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
        return AuthResult(
            success=isinstance(given, LoginPassword) and given.password.decode() == self.password, handled=False
        )


class _Handler:
    def __init__(self, server: MailServer) -> None:
        self._server = server

    async def handle_EHLO(  # noqa: N802 - aiosmtpd calls it by this name
        self, _server: Any, session: Any, _envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self._server.sessions += 1
        return responses

    async def handle_RCPT(  # noqa: N802 - the same
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        answer = self._server.to_receiver.get(address)
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - the same
        (to,) = envelope.rcpt_tos
        answer = self._server.to_mail.get(to)
        if answer is not None:
            return answer
        taken = Taken(to, bytes(envelope.content))
        self._server.mails.append(taken)
        if self._server.taking is not None:
            self._server.taking(taken)
        return "250 OK"
