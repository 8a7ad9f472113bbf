"""What every request brings: who acts, the idempotency key, the expected version, how the moment is asked for."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import unquote

from litestar.params import HeaderParameter, QueryParameter

from domain.core import Actor

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
