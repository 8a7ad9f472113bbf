"""The agreement: what was agreed, for how long, what is missing, how it changed; amending and ending it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect

from domain.agreement import Agreement, Amend, End, SixItems
from domain.register import Register
from service.pages.forms import Form, new_id, text
from service.pages.looking import day_shown, events_of
from service.pages.reader import Reader, reader_of, register_for
from service.pages.rendering import flash, page
from service.pages.translations import translate
from service.pages.tried import Tried, decimal, inner, try_form
from service.register import LiveRegister
from service.settings import Settings
from service.views.agreement_view import agreement_view, latest_agreement
from service.views.promise_view import promise_list

Asking = Request[Any, Any, Any]


def routes(live: LiveRegister, settings: Settings) -> list[HTTPRouteHandler]:
    """The agreement (?key= another than the latest), and its forms."""

    @get("/overenskommelse", sync_to_thread=True)
    def agreement_page(request: Asking, key: FromQuery[str | None] = None) -> Response[str]:
        return _agreement(request, live, reader_of(request, live), key, Tried())

    @post("/overenskommelse/{key:str}/andra", sync_to_thread=True)
    def amend(request: Asking, key: FromPath[str], data: URLEncodedBody[dict[str, Any]]) -> Response[Any]:
        reader = reader_of(request, live)
        fault = try_form(live, reader, Amend, data, lambda: _amend(live.now(), key, data))
        if fault is not None:
            return _agreement(request, live, reader, key, Tried("andra", fault))
        flash(request, translate("Överenskommelsen är ändrad.", reader.language))
        return Redirect(f"/overenskommelse?key={key}", status_code=303)

    @post("/overenskommelse/{key:str}/avsluta", sync_to_thread=True)
    def end(request: Asking, key: FromPath[str], data: URLEncodedBody[dict[str, Any]]) -> Response[Any]:
        reader = reader_of(request, live)
        wanted = {"agreement": key, "on": text(data, "on"), "reason": text(data, "reason")}
        fault = try_form(live, reader, End, data, lambda: wanted)
        if fault is not None:
            return _agreement(request, live, reader, key, Tried("avsluta", fault))
        flash(request, translate("Överenskommelsen är avslutad.", reader.language))
        return Redirect(f"/overenskommelse?key={key}", status_code=303)

    return [agreement_page, amend, end]


def _agreement(request: Asking, live: LiveRegister, reader: Reader, key: str | None, tried: Tried) -> Response[str]:
    register, on_day = register_for(live, reader), day_shown(request, live, reader)
    wanted = key or latest_agreement(register, on_day)
    if wanted is None:
        return page(request, live, reader, "agreement_none.html")
    view = agreement_view(register, wanted, on_day, events_of(live, reader, f"{Agreement.KIND}-{wanted}"))
    promises = [one for one in promise_list(register, on_day) if one.state.agreement == wanted]
    return page(
        request, live, reader, "agreement.html", status=422 if tried.fault else 200, view=view, tried=tried,
        form_id=new_id, on_day=on_day, promises=promises, may_amend=view.running and reader.may(Amend),
        may_end=view.running and reader.may(End),
    )  # fmt: skip


def _amend(register: Register, key: str, form: Form) -> Mapping[str, Any]:
    """Only what differs from the agreement as it stands; the goals' baselines and targets, each under its key."""
    state = register.find(Agreement, key)
    items = inner(form, "items", *SixItems.model_fields)
    goals = [_goal(goal.model_dump(), form) for goal in state.goals] if state else None
    return {
        "agreement": key,
        "on": text(form, "on"),
        "reason": text(form, "reason"),
        "last_day": text(form, "last_day"),
        "items": items if state and items != state.items.model_dump(exclude_none=True) else None,
        "goals": goals if state and goals != [_plain(goal.model_dump()) for goal in state.goals] else None,
    }


def _goal(goal: dict[str, Any], form: Form) -> dict[str, Any]:
    at = f"goal_{goal['key']}_"
    given = {
        "baseline": decimal(form, f"{at}baseline"),
        "baseline_period": text(form, f"{at}baseline_period"),
        "target": decimal(form, f"{at}target"),
    }
    return _plain({**goal, **{name: _number(value) if name != "baseline_period" else value
                              for name, value in given.items()}})  # fmt: skip


def _number(value: str | None) -> float | str | None:
    try:
        return None if value is None else float(value)
    except ValueError:
        return value  # which the command refuses


def _plain(goal: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in goal.items() if value is not None}
