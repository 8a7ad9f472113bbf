"""Reviewing what was reported: who fell silent, and the reports of some weeks, filtered and paged."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromQuery

from domain.observation import Correct, Withdraw
from domain.period import containing, first_day, last_complete, last_day
from domain.problem import Propose
from service.pages.looking import day_shown
from service.pages.reader import reader_of, register_for
from service.pages.rendering import page
from service.register import LiveRegister
from service.settings import Settings
from service.views.report_list import report_list, reported_about
from service.views.silent_reporters import silent_reporters

WEEKS = 4
CHOICE = 26
AHEAD = timedelta(days=366)


def routes(live: LiveRegister, settings: Settings) -> list[HTTPRouteHandler]:
    """One page."""

    @get("/granska", sync_to_thread=True)
    def review(
        request: Request[Any, Any, Any],
        omrade: FromQuery[str | None] = None,
        kategori: FromQuery[str | None] = None,
        rapportor: FromQuery[str | None] = None,
        vecka: FromQuery[str | None] = None,
        efter: FromQuery[str | None] = None,
    ) -> Response[str]:
        reader = reader_of(request, live)
        register, tables, today = register_for(live, reader), live.read_tables(), day_shown(request, live, reader)
        week = vecka if vecka and _is_week(vecka) else None
        first, last = _span(week, today)
        found = report_list(
            tables, register, reader.at, first, last, district=omrade or None, category=kategori or None,
            reporter=rapportor or None, after=efter or None,
        )  # fmt: skip
        silent_in = week or last_complete(today, "week")
        districts, categories, reporters = reported_about(tables, register, reader.at, today)
        filters = {
            "omrade": omrade or "",
            "kategori": kategori or "",
            "rapportor": rapportor or "",
            "vecka": week or "",
        }
        return page(
            request, live, reader, "review.html", found=found, filters=filters, districts=districts,
            categories=categories, reporters=[(name, name) for name in reporters], weeks=_weeks(today),
            silent=silent_reporters(tables, register, reader.at, silent_in), silent_in=silent_in, few=WEEKS,
            first_page=not efter, may_propose=reader.may(Propose),
            may_change=reader.may(Correct) and reader.may(Withdraw) and reader.grade != "reporter",
        )  # fmt: skip

    return [review]


def _span(week: str | None, today: date) -> tuple[date, date]:
    """A week; or the last weeks, with what is planned."""
    if week:
        return first_day(week), last_day(week)
    return first_day(containing(today, "week")) - timedelta(weeks=WEEKS - 1), today + AHEAD


def _weeks(today: date) -> list[str]:
    monday = first_day(containing(today, "week"))
    return [containing(monday - timedelta(weeks=n), "week") for n in range(CHOICE)]


def _is_week(written: str) -> bool:
    try:
        first_day(written)
    except ValueError:
        return False
    return "W" in written
