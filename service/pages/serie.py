"""A series by its own addresses: the chart as a picture, the numbers as CSV."""

from __future__ import annotations

import hashlib
from typing import Any, Literal

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromQuery

from domain.period import Frequency
from service.pages.charts import SHOWN, Size, as_csv, name_of, notes_of, picture, rows
from service.pages.reader import Reader, reader_of, register_for
from service.register import LiveRegister
from service.views.picture_view import as_period
from service.views.scope import counted, scope
from service.views.series import Series, first_needed, series, series_in, usual

DRAWING = 1  # raise it when the same series would be drawn otherwise
IMAGE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Cache-Control": "private, no-cache",
    "Vary": "Cookie, Accept-Language",
}


def routes(live: LiveRegister) -> list[HTTPRouteHandler]:
    """The picture and the file."""
    return [_svg(live), _csv(live)]


def _svg(live: LiveRegister) -> Any:
    @get("/serie.svg", sync_to_thread=True)
    def handler(
        request: Request[Any, Any, Any],
        source: FromQuery[str],
        district: FromQuery[str | None] = None,
        category: FromQuery[str | None] = None,
        frequency: FromQuery[Frequency | None] = None,
        size: FromQuery[Literal["wide", "narrow"]] = "wide",
        first: FromQuery[str | None] = None,
        last: FromQuery[str | None] = None,
        download: FromQuery[bool] = False,
    ) -> Response[bytes]:
        reader = reader_of(request, live)
        tag = _tag(live, reader, request.url.query)
        if request.headers.get("if-none-match") == tag:
            return Response(b"", status_code=304, headers={**IMAGE, "ETag": tag})
        whole = _recent(live, reader, source, district, category, frequency, first, last)
        shown = span_shown(whole, size, first, last)
        drawn = picture(shown, reader.language, size, notes=download)
        headers = {**IMAGE, "ETag": tag}
        if download:
            headers["Content-Disposition"] = f'attachment; filename="{name_of(whole)}.svg"'
        return Response(drawn.encode(), media_type="image/svg+xml", headers=headers)

    return handler


def _csv(live: LiveRegister) -> Any:
    @get("/serie.csv", sync_to_thread=True)
    def handler(
        request: Request[Any, Any, Any],
        source: FromQuery[str],
        district: FromQuery[str | None] = None,
        category: FromQuery[str | None] = None,
        frequency: FromQuery[Frequency | None] = None,
        first: FromQuery[str | None] = None,
        last: FromQuery[str | None] = None,
    ) -> Response[bytes]:
        reader = reader_of(request, live)
        whole = _series(live, reader, source, district, category, frequency)
        shown = whole.within(as_period(first, whole.frequency), as_period(last, whole.frequency))
        made = as_csv(rows(shown, reader.language), reader.language, notes_of(whole, reader.language))
        return csv_file(made, name_of(whole))

    return handler


def csv_file(content: bytes, name: str) -> Response[bytes]:
    """A CSV file to save, under a name of safe letters."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


def span_shown(whole: Series, size: Size, first: str | None, last: str | None) -> Series:
    """The span asked for; else the latest that are readable at that size."""
    begin, end = as_period(first, whole.frequency), as_period(last, whole.frequency)
    part = whole.within(begin, end)
    return part if begin else part.latest_periods(SHOWN[whole.frequency, size])


def _series(
    live: LiveRegister, reader: Reader, source: str, district: str | None, category: str | None,
    frequency: Frequency | None,
) -> Series:  # fmt: skip
    register = register_for(live, reader)
    return series(register, live.read_tables(), reader.at, source, district, category, frequency)


def _recent(
    live: LiveRegister, reader: Reader, source: str, district: str | None, category: str | None,
    frequency: Frequency | None, first: str | None, last: str | None,
) -> Series:  # fmt: skip
    """What a chart of the span needs, and no more."""
    register, tables = register_for(live, reader), live.read_tables()
    of = counted(register, tables, source)
    wanted = usual(of, frequency)
    begin = first_needed(register, of, wanted, as_period(first, wanted), as_period(last, wanted))
    return series_in(register, tables, reader.at, of, scope(register, of, district, category), wanted, begin)


def _tag(live: LiveRegister, reader: Reader, query: str) -> str:
    """The same as long as nothing new is recorded, or the moment looked at is the same."""
    position = live.now().position if reader.at is None else reader.at
    text = f"{DRAWING} {position} {reader.at is None} {reader.language} {query}"
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
