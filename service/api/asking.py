"""What every request brings: who acts, the idempotency key, the expected version, how the moment is asked for."""

from __future__ import annotations

import re
from typing import Annotated

from litestar.di import NamedDependency
from litestar.params import HeaderParameter, QueryParameter

from domain.core import Actor
from service.access import Account

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
By = NamedDependency[Actor]
"""Who acts: the account of the request's token or session, as the guard found it. Not a part of the request's form."""

Who = NamedDependency[Account]
"""The account itself, where a rule asks for more than who acts."""


def expected(if_match: str | None) -> int | None:
    """The version that the caller has seen, from If-Match: "7"."""
    found = re.fullmatch(r'"(\d{1,18})"', if_match or "")
    return int(found[1]) if found else None
