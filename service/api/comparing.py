"""What was known at one moment beside what was known at another, for tools: the page's view, as it is."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Router, get
from litestar.params import FromQuery, QueryParameter

from service.api.answers import OF_THE_RECORD
from service.api.asking import AsOf
from service.api.problems import documented
from service.moments import position
from service.register import LiveRegister
from service.views.comparison import Asked, Comparison, Kind, both, compare, days_asked

Moment = Annotated[
    str | None,
    QueryParameter(description="A day such as 2020-11-18, a week such as 2020-W46, or an event number."),
]
SpanOf = Annotated[str | None, QueryParameter(description="A period of counts: 2021-01 or 2021-W03.")]


def routes(live: LiveRegister) -> list[Router]:
    """The one view."""
    return [Router("/views", route_handlers=[_comparison(live)], tags=["views"], opt={OF_THE_RECORD: True})]


def _comparison(live: LiveRegister) -> Any:
    @get(
        "/comparison",
        responses=documented(422),
        sync_to_thread=True,
        operation_id="view_comparison",
        summary="Counts, decisions and states that differ between two moments, with the event that changed each.",
    )
    def handler(
        a: Moment = None,
        b: Moment = None,
        first: SpanOf = None,
        last: SpanOf = None,
        source: FromQuery[str | None] = None,
        district: FromQuery[str | None] = None,
        category: FromQuery[str | None] = None,
        kind: FromQuery[Kind | None] = None,
        as_of: AsOf = None,
    ) -> Comparison:
        earlier, later = both(live, a, b, limit=position(live, as_of))
        days = days_asked(earlier, first, last)
        return compare(live, earlier, later, Asked(*days, source, district, category, kind))

    return handler
