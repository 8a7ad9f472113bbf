"""What the pages show, for tools: the same views, as they are."""

from __future__ import annotations

from typing import Any

from litestar import Router, get
from litestar.params import FromPath, FromQuery

from domain.catalogue import Source
from domain.core import must_exist, refuse
from domain.period import Frequency, first_day, frequency
from service.api import reviews
from service.api.answers import OF_THE_RECORD
from service.api.asking import AsOf
from service.api.problems import documented
from service.moments import day_at, position, register_at
from service.register import LiveRegister
from service.views.broken_links import BrokenLinks, broken_links
from service.views.chain_view import Chain, chain
from service.views.series import Series, series
from service.views.silent_reporters import SilentReporter, silent_reporters
from service.views.track_record import TrackRecord, track_record
from service.views.week import Week, week
from service.views.week_calendar import weeks
from service.views.week_signal import SignalView, signal_view


def routes(live: LiveRegister) -> list[Router]:
    """The views."""
    views = [_week(live), _signal(live), _track_record(live), _series(live), _chain(live), _broken(live), _silent(live)]
    return [Router("/views", route_handlers=[*views, *reviews.views(live)], tags=["views"], opt={OF_THE_RECORD: True})]


def _iso_week(text: str) -> str:
    """The text, if it is a week that exists."""
    try:
        first_day(text)
        if frequency(text) == "week":
            return text
    except ValueError:
        pass
    refuse(
        "not-a-week",
        f"”{text[:20]}” är ingen vecka. Skriv en ISO-vecka som 2023-W08.",
        f"“{text[:20]}” is no week. Write an ISO week such as 2023-W08.",
    )


def _week(live: LiveRegister) -> Any:
    @get(
        "/weeks/{key:str}",
        responses=documented(404, 422),
        sync_to_thread=True,
        operation_id="view_week",
        summary="A week's meeting, and what is on its table.",
    )
    def handler(key: FromPath[str], as_of: AsOf = None) -> Week:
        at, key = position(live, as_of), _iso_week(key)
        register = live.at(at)
        first, last = weeks(register, live.today())
        if not first <= key <= last:
            refuse(
                "not-found",
                f"Veckan ”{key}” finns inte i registret. Välj en från {first} till {last}.",
                f"The week “{key}” is not in the register. Choose one from {first} to {last}.",
            )
        return week(live, register, key, at, later=register)

    return handler


def _signal(live: LiveRegister) -> Any:
    @get(
        "/signals/{key:str}",
        responses=documented(404, 422),
        sync_to_thread=True,
        operation_id="view_signal",
        summary="A signal with its rule, its series, its likes, and how often such signals have been right.",
    )
    def handler(key: FromPath[str], as_of: AsOf = None) -> SignalView:
        at = position(live, as_of)
        return signal_view(live, live.at(at), key, at)

    return handler


def _track_record(live: LiveRegister) -> Any:
    @get(
        "/track-record",
        responses=documented(404, 422),
        sync_to_thread=True,
        operation_id="view_track_record",
        summary="How often signals have been right, by the verdicts on them.",
    )
    def handler(
        source: FromQuery[str], district: FromQuery[str], category: FromQuery[str], as_of: AsOf = None
    ) -> TrackRecord:
        register = register_at(live, as_of)
        must_exist(register.find(Source, source), "source", "Källan", source)
        return track_record(register, source, district, category)

    return handler


def _series(live: LiveRegister) -> Any:
    @get(
        "/series",
        responses=documented(404, 422),
        sync_to_thread=True,
        operation_id="view_series",
        summary="A series with what was expected, its signals, actions, breaks and forecast, on one time axis.",
    )
    def handler(
        source: FromQuery[str],
        district: FromQuery[str | None] = None,
        category: FromQuery[str | None] = None,
        frequency: FromQuery[Frequency | None] = None,
        as_of: AsOf = None,
    ) -> Series:
        at = position(live, as_of)
        return series(live.at(at), live.read_tables(), at, source, district, category, frequency)

    return handler


def _chain(live: LiveRegister) -> Any:
    @get(
        "/chain",
        responses=documented(422),
        sync_to_thread=True,
        operation_id="view_chain",
        summary="Every problem from its evidence to its follow-up, and where the chain is broken.",
    )
    def handler(as_of: AsOf = None) -> Chain:
        at = position(live, as_of)
        return chain(live.at(at), day_at(live, as_of))

    return handler


def _broken(live: LiveRegister) -> Any:
    @get(
        "/broken-links",
        responses=documented(422),
        sync_to_thread=True,
        operation_id="view_broken_links",
        summary="Where the chain from observation to follow-up is broken, and since when.",
    )
    def handler(as_of: AsOf = None) -> BrokenLinks:
        at = position(live, as_of)
        return broken_links(live.at(at), day_at(live, as_of))

    return handler


def _silent(live: LiveRegister) -> Any:
    @get(
        "/silent-reporters",
        responses=documented(422),
        sync_to_thread=True,
        operation_id="view_silent_reporters",
        summary="Who used to report and has fallen silent.",
    )
    def handler(week: FromQuery[str], as_of: AsOf = None) -> tuple[SilentReporter, ...]:
        at = position(live, as_of)
        return silent_reporters(live.read_tables(), live.at(at), at, _iso_week(week))

    return handler
