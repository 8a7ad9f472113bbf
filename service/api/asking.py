"""What every request brings: who acts, the idempotency key, the expected version, the moment to look at."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated
from urllib.parse import unquote

from litestar.params import HeaderParameter, QueryParameter

from domain.core import Actor, Recorded, refuse
from domain.register import Register
from service.register import HERE, LiveRegister

IdempotencyKey = Annotated[
    str | None,
    HeaderParameter(
        name="Idempotency-Key",
        description="Makes the command repeatable: the same key gets the first answer.",
        pattern="^[!-~]{1,128}$",
    ),
]
IfMatch = Annotated[
    str | None,
    HeaderParameter(
        name="If-Match", description="The ETag that was read; otherwise 409.", pattern='^(\\*|"[0-9]{1,18}")$'
    ),
]
AsOf = Annotated[
    str | None,
    QueryParameter(
        description="An event number, or a day such as 2020-11-18: the register as it was known then.",
        pattern="^([0-9]{1,18}|[0-9]{4}-[0-9]{2}-[0-9]{2})$",
    ),
]
Limit = Annotated[int, QueryParameter(ge=1, le=500, description="At most so many.")]
_PERSON = "Who acts, until there is sign-in: the {}, percent-encoded."
Account = Annotated[
    str,
    HeaderParameter(
        name="Samverkan-Account", description=_PERSON.format("account"), pattern="^[a-z0-9][a-z0-9._-]{0,119}$"
    ),
]
Role = Annotated[str | None, HeaderParameter(name="Samverkan-Role", description=_PERSON.format("role"))]
Organisation = Annotated[
    str | None, HeaderParameter(name="Samverkan-Organisation", description=_PERSON.format("organisation"))
]


def actor(organisation: str, account: str, role: str | None, of: str | None) -> Actor:
    """Who acts. Raises pydantic's ValidationError when a name is too long or empty."""
    return Actor(account=account, role=unquote(role or "samordnare"), organisation=unquote(of or organisation))


def expected(if_match: str | None) -> int | None:
    """The version that the caller has seen, from If-Match: "7"."""
    found = re.fullmatch(r'"(\d{1,18})"', if_match or "")
    return int(found[1]) if found else None


def position(live: LiveRegister, as_of: str | None) -> int | None:
    """The gsn that `as_of` means; None is now."""
    if as_of is None:
        return None
    try:
        gsn = int(as_of) if as_of.isdigit() else live.gsn_on(date.fromisoformat(as_of))
    except (ValueError, OverflowError):
        gsn = -1
    last = live.store.last_gsn()
    if not 0 <= gsn <= last:
        refuse(
            "no-such-moment",
            f"as_of är ett händelsenummer från 0 till {last} eller en dag som 2020-11-18.",
            f"as_of is an event number from 0 to {last}, or a day such as 2020-11-18.",
        )
    return gsn


def day_at(live: LiveRegister, as_of: str | None) -> date:
    """The day that counts as today: the day asked for, or of the event asked for; never a day to come."""
    gsn = position(live, as_of)
    if as_of is None or gsn is None:
        return live.today()
    if not as_of.isdigit():  # position() has seen to it that it is a day
        return min(date.fromisoformat(as_of), live.today())
    there = live.store.read(gsn - 1, limit=1, stop=gsn) if gsn else []
    days = [each.recorded_at.astimezone(HERE).date() for each in there if isinstance(each, Recorded)]
    return days[0] if days else live.today()


def register_at(live: LiveRegister, as_of: str | None) -> Register:
    """The register now, or as it was known then."""
    return live.at(position(live, as_of))
