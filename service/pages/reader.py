"""Who reads a page: the account signed in, the language, and the moment looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from litestar import Request

from adapters.accounts import Grade
from domain.core import Actor, Command, refuse
from domain.register import Register
from service.access import Account, may, rule_of, see_as
from service.gate import account_named
from service.moments import position
from service.register import LiveRegister
from service.wording import Language

FOR_REPORTERS = (
    "rapportera", "lagesbild", "lagesbild.csv", "omrade", "serie.csv", "serie.svg", "konto", "installningar", "hjalp",
    "tillganglighet",
)  # fmt: skip
"""What the addresses begin with of the pages that an account of the grade reporter may open."""
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
        return self.at is None and may(self.account, command)


def language_of(request: Request[Any, Any, Any]) -> Language:
    """The language chosen, else English where the browser asks for it first, else Swedish."""
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    if chosen in ("sv", "en"):
        return "en" if chosen == "en" else "sv"
    return "en" if request.headers.get("accept-language", "").strip().lower().startswith("en") else "sv"


def reader_of(request: Request[Any, Any, Any], live: LiveRegister) -> Reader:
    """The reader of a request, with ?as_of= a gsn or a day. Raises SignInNeeded; Refused for no such moment, or where a
    form is sent to a page of the past."""
    state = request.app.state
    account = account_named(live, state.keepers, state.settings, str(request.session.get("account", "")))
    see_as(account)
    if account is None:
        query = f"?{request.url.query}" if request.url.query else ""
        raise SignInNeeded(f"{request.url.path}{query}" if request.method == "GET" else "/")
    _check_grade(account, request.url.path)
    as_of = request.query_params.get("as_of") or None
    if as_of is not None and request.method not in ("GET", "HEAD"):
        refuse(
            "past-cannot-change",
            "Det förflutna kan inte ändras. Gå till i dag och gör det där.",
            "The past cannot be changed. Go to today, and do it there.",
        )
    return Reader(account, language_of(request), position(live, as_of))


def reader_who_may(request: Request[Any, Any, Any], live: LiveRegister, operation: str) -> Reader:
    """The reader of a page that shows or does what an operation of the API does. Refused for whoever may not use it."""
    reader, rule = reader_of(request, live), rule_of(operation)
    if rule is None or not rule.allows(reader.account):
        refuse(
            "not-allowed",
            f"Din roll ({reader.by.role}) får inte detta. Be samordnaren eller administratören, eller byt konto.",
            f"Your role ({reader.by.role}) may not do this. Ask the coordinator or administrator, or change account.",
        )
    return reader


def _check_grade(account: Account, path: str) -> None:
    """Whoever only reports has the pages that reporting needs."""
    if account.grade == "reporter" and path.split("/")[1] not in FOR_REPORTERS:
        refuse(
            "not-allowed",
            "Ditt konto är för att rapportera. Gå till Rapportera, eller be samordnaren om en annan behörighet.",
            "Your account is for reporting. Go to Report, or ask the coordinator for another grade.",
        )


def register_for(live: LiveRegister, reader: Reader) -> Register:
    """The register as the reader looks at it: now, or as it was known then."""
    return live.at(reader.at)
