"""How an operation is withdrawn: it says so for a year at least, in the description and in every answer."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from email.utils import format_datetime
from typing import Any

from litestar.datastructures import ResponseHeader

SHORTEST_NOTICE = timedelta(days=365)


def withdrawn(since: date, until: date, instead: str) -> dict[str, Any]:
    """Arguments for the operation's handler: `@get("/old", **withdrawn(…))`.

    Marks it deprecated in the OpenAPI, and its answers with Deprecation (RFC 9745), Sunset (RFC 8594) and a Link to
    what takes its place. since: when that was said; until: the day from which on it may be gone; instead: a path.
    """
    if until - since < SHORTEST_NOTICE:
        raise ValueError(f"an operation is withdrawn with {SHORTEST_NOTICE.days} days' notice at least")
    said, gone = (datetime.combine(day, time(), UTC) for day in (since, until))
    headers = {
        "Deprecation": f"@{int(said.timestamp())}",
        "Sunset": format_datetime(gone, usegmt=True),
        "Link": f'<{instead}>; rel="successor-version"',
    }
    return {
        "deprecated": True,
        "response_headers": [ResponseHeader(name=name, value=value) for name, value in headers.items()],
    }
