"""A district: everything that is known of it, on one page."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery

from domain.period import Frequency
from service.pages.charts import SHOWN, label_of
from service.pages.reader import reader_of, register_for
from service.pages.rendering import page
from service.register import LiveRegister
from service.settings import Settings
from service.views.district_view import district
from service.views.picture_view import ordered


def routes(live: LiveRegister, settings: Settings) -> list[HTTPRouteHandler]:
    """The page of a district."""

    @get("/omrade/{key:str}", sync_to_thread=True)
    def handler(
        request: Request[Any, Any, Any],
        key: FromPath[str],
        category: FromQuery[str | None] = None,
        frequency: FromQuery[Frequency | None] = None,
        source: FromQuery[str | None] = None,
    ) -> Response[str]:
        reader = reader_of(request, live)
        register = register_for(live, reader)
        view = district(register, live.read_tables(), reader.at, key, category or None, frequency, source or None)
        chosen = view.chosen
        return page(
            request, live, reader, "district.html",
            view=view,
            series=chosen.latest_periods(SHOWN[chosen.frequency, "wide"]) if chosen else None,
            rows=ordered(view.picture.rows, "-flag") if view.picture else (),
            chart_span=(None, None),
            label_of=lambda mark: label_of(mark, reader.language),
        )  # fmt: skip

    return [handler]
