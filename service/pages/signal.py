"""A signal: its verdict first, then the figures, the rule behind it, how often it was right, and what was decided."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from domain.signal import Judge
from service.pages.forms import Fault, attempt, new_id, text
from service.pages.meeting_files import known_week
from service.pages.reader import Reader, reader_of, register_for
from service.pages.rendering import flash, page
from service.pages.translations import translate
from service.register import LiveRegister
from service.settings import Settings
from service.views.week import week as week_of
from service.views.week_signal import SignalView, signal_view


def routes(live: LiveRegister, settings: Settings) -> list[HTTPRouteHandler]:
    """The page and the verdict."""

    @get("/signal/{key:str}", sync_to_thread=True)
    def shown(request: Request[Any, Any, Any], key: FromPath[str]) -> Response[str]:
        reader = reader_of(request, live)
        return _page(request, live, reader, key)

    @post("/signal/{key:str}", sync_to_thread=True)
    def judge(
        request: Request[Any, Any, Any], key: FromPath[str], data: URLEncodedBody[dict[str, Any]]
    ) -> Response[str] | Redirect:
        reader = reader_of(request, live)
        before = signal_view(live, live.now(), key)

        def make() -> dict[str, Any]:
            names = ("response", "finding", "explained_by", "reason")
            given = {name: text(data, name) for name in names}
            return {"signal": key, "on": live.today(), "meeting": before.meeting} | given

        fault = attempt(live, reader, Judge, data, make)
        week = _week(live, text(data, "week"))
        if week and request.headers.get("hx-request") == "true":
            return _card(request, live, reader, key, week, fault)
        if fault:
            return _page(request, live, reader, key, fault, week)
        flash(request, translate("Bedömningen är sparad.", reader.language))
        return Redirect(f"/mote/{week}#signal-{key}" if week else f"/signal/{key}", status_code=303)

    return [shown, judge]


def _week(live: LiveRegister, given: str | None) -> str | None:
    """The week whose meeting the form stands on, if there is a page of it."""
    try:
        return known_week(live, given) if given else None
    except NotFoundException:
        return None


def _page(
    request: Request[Any, Any, Any], live: LiveRegister, reader: Reader, key: str, fault: Fault | None = None,
    back: str | None = None,
) -> Response[str]:  # fmt: skip
    """back: the week whose meeting the reader came from, to go back to once the form is right."""
    view = signal_view(live, register_for(live, reader), key, reader.at)
    return page(
        request, live, reader, "signal.html", status=422 if fault else 200, view=view, fault=fault, new_id=new_id,
        may_judge=reader.may(Judge), back=back,
    )  # fmt: skip


def _card(
    request: Request[Any, Any, Any], live: LiveRegister, reader: Reader, key: str, week: str, fault: Fault | None
) -> Response[str]:
    """The signal's card alone, to take the place of the one whose form was sent, and how many are left to judge."""
    view: SignalView = signal_view(live, live.now(), key)
    return page(
        request, live, reader, "signal_card.html", status=422 if fault else 200, one=view.card, week=week, fault=fault,
        new_id=new_id, meeting=view.meeting, left=week_of(live, live.now(), week).counts.signals,
    )  # fmt: skip
