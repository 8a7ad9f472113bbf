"""What a page looks at: the day that counts as today, and the events of a stream as far as they were known."""

from __future__ import annotations

from datetime import date
from typing import Any

from litestar import Request

from domain.core import Recorded
from service.moments import day_at
from service.pages.reader import Reader
from service.register import LiveRegister


def day_shown(request: Request[Any, Any, Any], live: LiveRegister, reader: Reader) -> date:
    """Today; on a page that shows the past the day asked for, or the day of the event asked for."""
    return day_at(live, request.query_params.get("as_of") if reader.at is not None else None)


def events_of(live: LiveRegister, reader: Reader, stream: str) -> list[Recorded]:
    """The events of one stream, as far as they were known at the moment looked at."""
    return [each for each in live.store.stream(stream) if reader.at is None or each.gsn <= reader.at]
