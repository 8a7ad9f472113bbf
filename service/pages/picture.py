"""The shared picture: the year's findings, map, districts beside each other, a table, and files of all of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromQuery

from domain.core import Refused
from domain.picture import Picture
from service.pages import serie
from service.pages.charts import Cell, as_csv, label_of
from service.pages.looking import events_of
from service.pages.reader import Reader, reader_of, register_for
from service.pages.rendering import page
from service.pages.translations import translate
from service.register import LiveRegister
from service.settings import Settings
from service.views.joint_picture import JointPicture, joint_picture, picture_of
from service.views.picture_view import PictureAsked, PictureView, cells, counted_classes, ordered, picture
from service.views.series import first_needed, series_in
from service.views.standing import WORDS


def routes(live: LiveRegister, settings: Settings) -> list[HTTPRouteHandler]:
    """The page and its file, and the addresses of single series."""
    return [_page(live), _csv(live), *serie.routes(live)]


def _page(live: LiveRegister) -> Any:
    @get("/lagesbild", sync_to_thread=True)
    def handler(
        request: Request[Any, Any, Any],
        source: FromQuery[str | None] = None,
        district: FromQuery[str | None] = None,
        category: FromQuery[str | None] = None,
        first: FromQuery[str | None] = None,
        last: FromQuery[str | None] = None,
        frequency: FromQuery[str | None] = None,
        sort: FromQuery[str | None] = None,
    ) -> Response[str]:
        reader = reader_of(request, live)
        asked = PictureAsked(source or None, district or None, category or None, first, last, frequency or None)
        try:
            return _shown(request, live, reader, asked, sort)
        except Refused as refused:  # the page with what can be asked for, and why this could not
            return _shown(request, live, reader, PictureAsked(), sort, refused)

    return handler


def _shown(
    request: Request[Any, Any, Any], live: LiveRegister, reader: Reader, asked: PictureAsked, sort: str | None,
    refused: Refused | None = None,
) -> Response[str]:  # fmt: skip
    register, tables = register_for(live, reader), live.read_tables()
    view = picture(register, tables, reader.at, asked)
    begin = first_needed(register, view.source, view.frequency, view.periods[0], view.last) if view.periods else None
    whole = series_in(register, tables, reader.at, view.source, view.scope, view.frequency, begin)
    shown = whole.within(view.periods[0], view.periods[-1]) if view.periods else whole.within("9999", None)
    return page(
        request, live, reader, "picture.html",
        status=422 if refused else 200,
        refused=(refused.en if reader.language == "en" else refused.sv) if refused else None,
        view=view,
        asked=asked,
        query=query_of(asked),
        rows=ordered(view.rows, sort),
        sort=sort or "-flag",
        classes=counted_classes(view),
        class_words=WORDS,
        series=shown,
        chart_span=(asked.first, asked.last),
        label_of=lambda mark: label_of(mark, reader.language),
        joint=_joint(live, reader, view),
    )  # fmt: skip


def query_of(asked: PictureAsked) -> dict[str, str]:
    """What was asked for, as the addresses have it; what was left open is left out."""
    given = {
        "source": asked.source, "district": asked.place, "category": asked.kind, "first": asked.first,
        "last": asked.last, "frequency": asked.frequency,
    }  # fmt: skip
    return {name: value for name, value in given.items() if value}


def _joint(live: LiveRegister, reader: Reader, view: PictureView) -> JointPicture | None:
    """The joint picture of the year that is shown."""
    register = register_for(live, reader)
    year = int(view.last[:4]) if view.last else live.today().year
    key = picture_of(register, year)
    if key is None:
        return None
    return joint_picture(register, key, events_of(live, reader, f"{Picture.KIND}-{key}"))


def _csv(live: LiveRegister) -> Any:
    @get("/lagesbild.csv", sync_to_thread=True)
    def handler(
        request: Request[Any, Any, Any],
        source: FromQuery[str | None] = None,
        district: FromQuery[str | None] = None,
        category: FromQuery[str | None] = None,
        first: FromQuery[str | None] = None,
        last: FromQuery[str | None] = None,
        frequency: FromQuery[str | None] = None,
    ) -> Response[bytes]:
        reader = reader_of(request, live)
        register = register_for(live, reader)
        asked = PictureAsked(source or None, district or None, category or None, first, last, frequency or None)
        view = picture(register, live.read_tables(), reader.at, asked)
        table = _table(view, cells(register, view), reader)
        made = as_csv(table, reader.language, _notes(view, reader))
        return serie.csv_file(made, f"lagesbild-{view.source.key}-{view.last or 'tom'}")

    return handler


def _table(view: PictureView, numbers: Iterable[Any], reader: Reader) -> Iterable[Sequence[Cell]]:
    heads = (
        "beteckning",
        "område" if view.by == "district" else "kategori",
        "period",
        "antal",
        "väntat",
        "lägst",
        "högst",
    )
    yield [translate(head, reader.language) for head in heads]
    for cell in numbers:
        e = cell.expected
        bounds = (e.observed, e.expected, e.lower, e.upper) if e else (None,) * 4
        yield [cell.key, cell.name, cell.period, cell.observed, *bounds]


def _notes(view: PictureView, reader: Reader) -> list[str]:
    made_up = translate("Syntetiska uppgifter: påhittade för demonstration.", reader.language)
    kind, place = (getattr(name, reader.language) for name in (view.scope.kind_name, view.scope.place_name))
    return [*([made_up] if view.source.synthetic else []), f"{view.source.name}. {kind}, {place}."]
