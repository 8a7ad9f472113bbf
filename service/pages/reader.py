"""Who reads a page: the account signed in, the language, and the moment looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from litestar import Request

from domain.agreement import Agreement
from domain.core import Actor, Command, refuse
from domain.register import Register
from service.access import Account, Grade, demonstration_accounts, may
from service.moments import position
from service.register import LiveRegister
from service.wording import Language

LANGUAGE_COOKIE = "samverkan-language"


class SignInNeeded(Exception):  # noqa: N818 - an answer, not an error
    """Nobody is signed in. path: where to go on afterwards."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, in which language, and as of when (a gsn; None is now)."""

    account: Account
    language: Language
    at: int | None = None

    @property
    def by(self) -> Actor:
        """Who acts when the reader acts."""
        return self.account.by

    @property
    def grade(self) -> Grade:
        """What the account may do."""
        return self.account.grade

    def may(self, command: type[Command]) -> bool:
        """Whether to show the reader the form of a command: never on a page that shows the past."""
        return self.at is None and may(self.grade, command)


def language_of(request: Request[Any, Any, Any]) -> Language:
    """The language chosen, else English where the browser asks for it first, else Swedish."""
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    if chosen in ("sv", "en"):
        return "en" if chosen == "en" else "sv"
    return "en" if request.headers.get("accept-language", "").strip().lower().startswith("en") else "sv"


def accounts(register: Register) -> dict[str, Account]:
    """The accounts that can be taken, for the parties of the latest agreement."""
    parties = {p.kind: p.organisation for agreement in register.every(Agreement) for p in agreement.parties}
    return dict(demonstration_accounts(parties.get("municipality", "Kommunen"), parties.get("police", "Polisen")))


def reader_of(request: Request[Any, Any, Any], live: LiveRegister) -> Reader:
    """The reader of a request, with ?as_of= a gsn or a day. Raises SignInNeeded; Refused for no such moment, or where a
    form is sent to a page of the past."""
    account = accounts(live.now()).get(str(request.session.get("account", "")))
    if account is None:
        query = f"?{request.url.query}" if request.url.query else ""
        raise SignInNeeded(f"{request.url.path}{query}" if request.method == "GET" else "/")
    as_of = request.query_params.get("as_of") or None
    if as_of is not None and request.method not in ("GET", "HEAD"):
        refuse(
            "past-cannot-change",
            "Det förflutna kan inte ändras. Gå till i dag och gör det där.",
            "The past cannot be changed. Go to today, and do it there.",
        )
    return Reader(account, language_of(request), position(live, as_of))


def register_for(live: LiveRegister, reader: Reader) -> Register:
    """The register as the reader looks at it: now, or as it was known then."""
    return live.at(reader.at)
