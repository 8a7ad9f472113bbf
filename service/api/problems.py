"""Every answer that is not a success: problem details after RFC 9457, in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.openapi.datastructures import ResponseSpec
from pydantic import ValidationError

from adapters.database import DatabaseUnavailable
from adapters.event_store import CommandReused, Conflict
from adapters.ledger import LedgerBroken
from domain.core import Refused
from service.faulty import said
from service.register import Stale

MEDIA_TYPE = "application/problem+json"
TITLES: Mapping[int, tuple[str, str]] = {
    400: ("Begäran går inte att läsa", "The request cannot be read"),
    401: ("Ingen är inloggad", "Nobody is signed in"),
    403: ("Det får du inte göra", "You may not do this"),
    404: ("Finns inte", "Not found"),
    405: ("Metoden används inte här", "The method is not used here"),
    409: ("Registret har ändrats eller har redan detta", "The record has changed, or has this already"),
    413: ("För stort", "Too large"),
    415: ("Fel slags innehåll", "The wrong kind of content"),
    422: ("Reglerna medger det inte", "The rules do not allow it"),
    429: ("För många begäranden", "Too many requests"),
    500: ("Ett fel hos oss", "A fault of ours"),
    503: ("Tjänsten kan inte svara just nu", "The service cannot answer right now"),
}
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the request something is wrong (a path of names), and what."""

    pointer: str
    detail: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong, and the way out. type names the rule and leads to its page."""

    type: str
    title: str
    status: int
    detail: str
    errors: tuple[Place, ...] = ()


_RULES = {
    401: "not-signed-in", 403: "not-allowed", 404: "not-found", 405: "method-not-allowed", 413: "too-large",
    429: "too-many-requests",
}  # fmt: skip
_WAYS_OUT: Mapping[int, tuple[str, str]] = {
    401: (
        "Begäran har ingen giltig nyckel. Gör en på sidan Konto eller med samverkan token make, och skicka den som "
        "Authorization: Bearer …",
        "The request has no valid token. Make one on the page Konto or with samverkan token make, and send it as "
        "Authorization: Bearer …",
    ),
    403: (
        "Kontots behörighet eller nyckelns omfattning räcker inte till detta. Be samordnaren eller administratören, "
        "eller gör en nyckel med den omfattning som behövs.",
        "The account's grade or the token's scopes do not reach to this. Ask the coordinator or the administrator, or "
        "make a token with the scope that is needed.",
    ),
    429: (
        "Det kom fler begäranden än vad som besvaras på en minut. Vänta så länge som Retry-After säger.",
        "There were more requests than are answered in a minute. Wait as long as Retry-After says.",
    ),
}


DOCUMENTED = {status: ResponseSpec(Problem, description=TITLES[status][1], media_type=MEDIA_TYPE) for status in TITLES}


def documented(*statuses: int) -> dict[int, ResponseSpec]:
    """The problems that an operation can answer with, for its documentation."""
    return {status: DOCUMENTED[status] for status in sorted({400, 401, 403, 429, 500, 503, *statuses})}


def language(request: Request[Any, Any, Any]) -> int:
    """0 for Swedish, 1 for English, after Accept-Language; Swedish unless English is asked for first."""
    return int(request.headers.get("accept-language", "").strip().lower().startswith("en"))


def answer(
    request: Request[Any, Any, Any],
    status: int,
    rule: str,
    detail: tuple[str, str],
    errors: tuple[Place, ...] = (),
    headers: Mapping[str, str] | None = None,
) -> Response[bytes]:
    """A problem as a response."""
    sv_or_en = language(request)
    title = TITLES.get(status, ("Begäran gick inte igenom", "The request did not go through"))[sv_or_en]
    problem = Problem(f"/problems/{rule}", title, status, detail[sv_or_en], errors)
    return Response(
        msgspec.json.encode(problem), status_code=status, media_type=MEDIA_TYPE, headers=dict(headers or {})
    )


_STATUSES = {"not-allowed": 403, "not-found": 404, "busy": 503}


def status_of(rule: str) -> int:
    """The status of a refusal: what is not there, what is there already, too much at once, or what the rules forbid."""
    return _STATUSES.get(rule, 409 if rule.startswith("already-") else 422)


def on_refused(request: Request[Any, Any, Any], refused: Refused) -> Response[bytes]:
    """A rule forbids it."""
    log.info("refused", rule=refused.rule)
    faults = getattr(refused, "faults", ())
    places = tuple(Place(f"/{f.row}/{f.column}", f.en if language(request) else f.sv) for f in faults)
    return answer(request, status_of(refused.rule), refused.rule, (refused.sv, refused.en), places)


def on_conflict(request: Request[Any, Any, Any], moved: Stale | Conflict) -> Response[bytes]:
    """Somebody was faster."""
    now = f" Nu gäller version {moved.actual}." if isinstance(moved, Stale) else ""
    en = f" The version is {moved.actual} now." if isinstance(moved, Stale) else ""
    detail = (
        f"Någon annan ändrade under tiden.{now} Läs in på nytt och försök igen.",
        f"Somebody else changed it meanwhile.{en} Read it again and try once more.",
    )
    return answer(request, 409, "stale", detail)


def on_reused(request: Request[Any, Any, Any], _: CommandReused) -> Response[bytes]:
    """The idempotency key was used for something else."""
    detail = (
        "Nyckeln i Idempotency-Key har använts för ett annat kommando. Ta en ny.",
        "The Idempotency-Key was used for another command. Take a new one.",
    )
    return answer(request, 422, "command-reused", detail)


def on_unavailable(request: Request[Any, Any, Any], _: DatabaseUnavailable) -> Response[bytes]:
    """The database is away or too busy."""
    detail = ("Databasen svarar inte. Försök igen om en stund.", "The database does not answer. Try again in a while.")
    return answer(request, 503, "database-unavailable", detail, headers={"Retry-After": "5"})


def on_broken(request: Request[Any, Any, Any], _: LedgerBroken) -> Response[bytes]:
    """The history is not as it was written; the place is in the log, and in `samverkan verify`."""
    detail = (
        "Historiken är inte som den skrevs, och inget nytt sparas förrän någon har sett efter: samverkan verify.",
        "The history is not as it was written, and nothing is saved until somebody has looked: samverkan verify.",
    )
    log.error("ledger broken")
    return answer(request, 503, "ledger-broken", detail)


def on_invalid(request: Request[Any, Any, Any], wrong: ValidationError) -> Response[bytes]:
    """The content does not have the shape of the command."""
    at = language(request)
    return _invalid(request, [("/" + "/".join(map(str, e["loc"])), said(e)[at]) for e in wrong.errors()])


def on_http(request: Request[Any, Any, Any], failure: HTTPException) -> Response[bytes]:
    """What the framework refuses."""
    if isinstance(failure, ValidationException):
        if (wrong := _cause(failure)) is not None:
            return on_invalid(request, wrong)
        extra: Any = failure.extra or []
        places = [(f"/{e.get('key', '')}", str(e.get("message", ""))) for e in extra if isinstance(e, dict)]
        absent = re.search(r"[Mm]issing required .*parameter '([^']+)'", str(failure.detail))
        if absent and not places:
            places = [(f"/{absent[1]}", said({"type": "missing", "msg": ""})[language(request)])]
        return _invalid(request, places)
    sv, en = TITLES.get(failure.status_code, ("Begäran gick inte igenom", "The request did not go through"))
    detail = _WAYS_OUT.get(failure.status_code, (f"{sv}.", f"{en}."))
    return answer(
        request, failure.status_code, _RULES.get(failure.status_code, "bad-request"), detail, headers=failure.headers
    )


def _cause(failure: BaseException | None) -> ValidationError | None:
    """What the framework wraps: the content's own errors, of which we know the words."""
    while failure is not None and not isinstance(failure, ValidationError):
        failure = failure.__cause__ or failure.__context__
    return failure


def _invalid(request: Request[Any, Any, Any], places: list[tuple[str, str]]) -> Response[bytes]:
    named = ", ".join(pointer for pointer, _ in places[:5]) or "/"
    detail = (
        f"Innehållet passar inte: {named}. Se errors, och beskrivningen under /api/docs.",
        f"The content does not fit: {named}. See errors, and the description under /api/docs.",
    )
    return answer(request, 400, "invalid", detail, tuple(Place(*place) for place in places[:50]))


def on_anything(request: Request[Any, Any, Any], failure: Exception) -> Response[bytes]:
    """A fault of ours: logged with its kind and place, never with what the user wrote."""
    log.error("fault", kind=type(failure).__name__, method=request.method, exc_info=failure)
    detail = ("Ett fel hos oss. Inget har sparats.", "A fault of ours. Nothing was saved.")
    return answer(request, 500, "fault", detail)


HANDLERS: dict[Any, Any] = {
    Refused: on_refused,
    Stale: on_conflict,
    Conflict: on_conflict,
    CommandReused: on_reused,
    DatabaseUnavailable: on_unavailable,
    LedgerBroken: on_broken,
    ValidationError: on_invalid,
    HTTPException: on_http,
    Exception: on_anything,
}
