"""The law check and the hand-over of an agreement, for tools: the pages' views, as they are."""

from __future__ import annotations

from typing import Any

from litestar import Router, get
from litestar.params import FromQuery

from domain.core import must_exist
from service.api.answers import OF_THE_RECORD
from service.api.asking import AsOf
from service.api.problems import documented
from service.moments import day_at, position
from service.register import LiveRegister
from service.views.agreement_view import latest_agreement
from service.views.handover import Handover, handing_over, handover_view
from service.views.law_check import LawCheck, law_check


def routes(live: LiveRegister) -> list[Router]:
    """The views of an agreement as a whole."""
    return [Router("/views", route_handlers=[_law(live), _handover(live)], tags=["views"], opt={OF_THE_RECORD: True})]


def _law(live: LiveRegister) -> Any:
    @get(
        "/law-check",
        responses=documented(404, 422),
        sync_to_thread=True,
        operation_id="view_law_check",
        summary="Lag (2023:196) section by section: what the register shows of it, and what is lacking.",
    )
    def handler(agreement: FromQuery[str | None] = None, as_of: AsOf = None) -> LawCheck:
        register, on_day = live.at(position(live, as_of)), day_at(live, as_of)
        key = agreement or latest_agreement(register, on_day)
        return law_check(register, must_exist(key, "agreement", "Överenskommelsen", ""), on_day)

    return handler


def _handover(live: LiveRegister) -> Any:
    @get(
        "/handover",
        responses=documented(404, 422),
        sync_to_thread=True,
        operation_id="view_handover",
        summary="The hand-over of an agreement to the next: the step that remains, what is decided, what is left.",
    )
    def handler(agreement: FromQuery[str | None] = None, as_of: AsOf = None) -> Handover:
        register, on_day = live.at(position(live, as_of)), day_at(live, as_of)
        key = agreement or handing_over(register, on_day)
        return handover_view(register, must_exist(key, "agreement", "Överenskommelsen", ""), on_day)

    return handler
