"""History: who did what, when and why; filters; the register as it looked on a day; the export."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import groupby
from typing import Any, cast, get_args

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler

from service.pages.forms import Fault, text, whole
from service.pages.reader import Reader, reader_of, register_for
from service.pages.rendering import page
from service.pages.translations import translate
from service.register import HERE, LiveRegister
from service.settings import Settings
from service.views.history import Chapter, Happening, Kind, Moment, Order, Wanted, chapter, choices, day_asked, moment

FILTERS = ("agreement", "problem", "action", "district", "actor", "first", "last", "kind")


def routes(live: LiveRegister, settings: Settings) -> list[HTTPRouteHandler]:
    """The one page; everything about it is in its address, so that it can be sent to somebody."""

    @get("/historik", sync_to_thread=True)
    def history(request: Request[Any, Any, Any]) -> Response[str]:
        reader = reader_of(request, live)
        asked = {name: value for name in request.query_params if (value := text(request.query_params, name))}
        faults: dict[str, str] = {}
        wanted = _wanted(asked, reader, faults)
        order: Order = "oldest" if asked.get("order") == "oldest" else "newest"
        told = chapter(live, wanted, reader.language, order=order, beyond=whole(asked.get("beyond")), at=reader.at)
        then = _moment(live, asked.get("when"), reader, faults)
        kept = {name: asked[name] for name in FILTERS if name in asked}
        return page(
            request, live, reader, "history.html", status=422 if faults else 200,
            told=told, days=_by_day(told), then=then, order=order, asked=asked, kept=kept,
            choices=choices(register_for(live, reader)), fault=_fault(faults, reader),
        )  # fmt: skip

    return [history]


def _wanted(asked: Mapping[str, str], reader: Reader, faults: dict[str, str]) -> Wanted:
    kind = asked.get("kind")
    return Wanted(
        **{name: asked.get(name) for name in ("agreement", "problem", "action", "district", "actor")},
        first=_day(asked, "first", reader, faults),
        last=_day(asked, "last", reader, faults),
        kind=cast(Kind, kind) if kind in get_args(Kind) else None,
    )


def _day(asked: Mapping[str, str], name: str, reader: Reader, faults: dict[str, str]) -> date | None:
    try:
        return date.fromisoformat(asked[name]) if name in asked else None
    except ValueError:
        faults[name] = translate("Skriv datumet som 2020-11-18.", reader.language)
        return None


def _moment(live: LiveRegister, when: str | None, reader: Reader, faults: dict[str, str]) -> Moment | None:
    if when is None:
        return None
    found = day_asked(when[:40])
    if found is None:
        faults["when"] = translate("Skriv en dag som 2020-11-18 eller en vecka som v. 46 2020.", reader.language)
        return None
    return moment(live, *found)


def _fault(faults: Mapping[str, str], reader: Reader) -> Fault | None:
    if not faults:
        return None
    return Fault(
        translate("Datumet eller veckan gick inte att läsa. Se det markerade fältet.", reader.language), faults
    )


def _by_day(told: Chapter) -> Iterable[tuple[date, list[Happening]]]:
    """The events in their order, a group for each day on which they were recorded."""
    days = groupby(told.items, key=lambda each: each.recorded_at.astimezone(HERE).date())
    return [(day, list(each)) for day, each in days]
