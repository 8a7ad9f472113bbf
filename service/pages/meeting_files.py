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
from domain.register import Register
from service.minutes import calendar_entries, minutes_of
from service.pages.reader import Reader, reader_of, register_for
from service.register import LiveRegister
from service.views.week_calendar import meeting_of, sitting, weeks
from service.wording import period

_WEEK = re.compile(r"\d{4}-W\d{2}", re.ASCII)


def files(live: LiveRegister) -> list[HTTPRouteHandler]:
    """The minutes as PDF and DOCX, and the days that it decided on as a calendar."""

    @get("/mote/{key:str}/protokoll.pdf", sync_to_thread=True)
    def as_pdf(request: Request[Any, Any, Any], key: FromPath[str]) -> Response[bytes]:
        reader = reader_of(request, live)
        meeting, then = _closed(live, reader, key)
        made = minutes_pdf(minutes_of(live, then, meeting, reader.language), reader.language)
        return _file(made, "application/pdf", f"minnesanteckningar-{_named(key)}.pdf")

    @get("/mote/{key:str}/protokoll.docx", sync_to_thread=True)
    def as_docx(request: Request[Any, Any, Any], key: FromPath[str]) -> Response[bytes]:
        reader = reader_of(request, live)
        meeting, then = _closed(live, reader, key)
        made = minutes_docx(minutes_of(live, then, meeting, reader.language), reader.language)
        kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
        return _file(made, kind, f"minnesanteckningar-{_named(key)}.docx")

    @get("/mote/{key:str}/kalender.ics", sync_to_thread=True)
    def as_calendar(request: Request[Any, Any, Any], key: FromPath[str]) -> Response[bytes]:
        reader = reader_of(request, live)
        meeting, then = _closed(live, reader, key)
        made = calendar(
            calendar_entries(live, then, meeting, reader.language), f"Samverkan {period(key, reader.language)}"
        )
        return _file(made, "text/calendar; charset=utf-8", f"kalender-{_named(key)}.ics")

    return [as_pdf, as_docx, as_calendar]


def _named(week: str) -> str:
    """As people name files: v09-2023."""
    year, _, number = week.partition("-W")
    return f"v{number}-{year}"


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


def _closed(live: LiveRegister, reader: Reader, key: str) -> tuple[str, Register]:
    """The key of the week's closed meeting, and the register as it was when it closed: what follows changes no minutes.

    There is none for who looks at a moment before that.
    """
    held = meeting_of(register_for(live, reader), known_week(live, key))
    place = sitting(live.store, held[0]) if held and held[1].closed else None
    if held is None or place is None or place.closed is None:
        raise NotFoundException
    return held[0], live.as_of(place.closed)


def _file(content: bytes, kind: str, name: str) -> Response[bytes]:
    return Response(
        content, media_type=kind,
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"},
    )  # fmt: skip
