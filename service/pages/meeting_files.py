"""The files of a closed meeting, and which weeks there are pages of."""

from __future__ import annotations

import re
from typing import Any

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from adapters.calendar_file import calendar
from adapters.minutes import minutes_docx, minutes_pdf
from domain.period import containing, first_day
from service.minutes import calendar_entries, minutes_of
from service.pages.reader import reader_of
from service.register import LiveRegister
from service.views.week_calendar import meeting_of, weeks

_WEEK = re.compile(r"\d{4}-W\d{2}", re.ASCII)


def files(live: LiveRegister) -> list[HTTPRouteHandler]:
    """The minutes as PDF and DOCX, and the days that it decided on as a calendar."""

    @get("/mote/{key:str}/protokoll.pdf", sync_to_thread=True)
    def as_pdf(request: Request[Any, Any, Any], key: FromPath[str]) -> Response[bytes]:
        reader, meeting = reader_of(request, live), _closed(live, key)
        made = minutes_pdf(minutes_of(live, live.now(), meeting, reader.language), reader.language)
        return _file(made, "application/pdf", f"{meeting}.pdf")

    @get("/mote/{key:str}/protokoll.docx", sync_to_thread=True)
    def as_docx(request: Request[Any, Any, Any], key: FromPath[str]) -> Response[bytes]:
        reader, meeting = reader_of(request, live), _closed(live, key)
        made = minutes_docx(minutes_of(live, live.now(), meeting, reader.language), reader.language)
        kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
        return _file(made, kind, f"{meeting}.docx")

    @get("/mote/{key:str}/kalender.ics", sync_to_thread=True)
    def as_calendar(request: Request[Any, Any, Any], key: FromPath[str]) -> Response[bytes]:
        reader, meeting = reader_of(request, live), _closed(live, key)
        made = calendar(calendar_entries(live, live.now(), meeting, reader.language), f"Samverkan {key}")
        return _file(made, "text/calendar; charset=utf-8", f"{meeting}.ics")

    return [as_pdf, as_docx, as_calendar]


def known_week(live: LiveRegister, key: str) -> str:
    """The week, if it can be looked at; otherwise there is no such page."""
    try:
        first_day(key if _WEEK.fullmatch(key) else "")
    except ValueError:
        raise NotFoundException from None
    first, last = weeks(live.now(), live.today())
    if not first <= key <= max(last, containing(live.today(), "week")):
        raise NotFoundException
    return key


def _closed(live: LiveRegister, key: str) -> str:
    held = meeting_of(live.now(), known_week(live, key))
    if held is None or not held[1].closed:
        raise NotFoundException
    return held[0]


def _file(content: bytes, kind: str, name: str) -> Response[bytes]:
    return Response(
        content, media_type=kind,
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"},
    )  # fmt: skip
