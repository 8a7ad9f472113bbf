"""Citizen promises: the list, publishing one, one page for each, and reporting back to the residents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from domain.action import Action
from domain.promise import Promise, Publish, ReportBack
from domain.register import Register
from service.naming import Names
from service.pages.forms import Form, new_id, text
from service.pages.looking import day_shown, events_of
from service.pages.reader import Reader, reader_of, register_for
from service.pages.rendering import flash, page
from service.pages.translations import translate
from service.pages.tried import Tried, drawn_key, inner, rows, try_form
from service.register import LiveRegister
from service.settings import Settings
from service.story import sentence
from service.views.promise_view import promise_list, promise_view
from service.views.week_calendar import agreement_in_force
from service.wording import alphabetical

MOST_MEASURES = 6
ONGOING = ("committed", "started", "reported done", "verified done")
Asking = Request[Any, Any, Any]


def routes(live: LiveRegister, settings: Settings) -> list[HTTPRouteHandler]:
    """The list with the form of a new promise, the promise, and reporting back."""

    @get("/loften", sync_to_thread=True)
    def list_page(request: Asking) -> Response[str]:
        return _list(request, live, reader_of(request, live), Tried())

    @post("/loften/nytt", sync_to_thread=True)
    def publish(request: Asking, data: URLEncodedBody[dict[str, Any]]) -> Response[Any]:
        reader = reader_of(request, live)
        wanted = _publish(live.now(), data)
        fault = try_form(live, reader, Publish, data, lambda: wanted)
        if fault is not None:
            return _list(request, live, reader, Tried("nytt", fault))
        flash(request, translate("Medborgarlöftet är publicerat.", reader.language))
        return Redirect(f"/loften/{wanted['promise']}", status_code=303)

    @get("/loften/{key:str}", sync_to_thread=True)
    def promise_page(request: Asking, key: FromPath[str]) -> Response[str]:
        return _promise(request, live, reader_of(request, live), key, Tried())

    @post("/loften/{key:str}/aterrapportera", sync_to_thread=True)
    def report_back(request: Asking, key: FromPath[str], data: URLEncodedBody[dict[str, Any]]) -> Response[Any]:
        reader = reader_of(request, live)
        fault = try_form(live, reader, ReportBack, data, lambda: _report_back(live.now(), key, data))
        if fault is not None:
            return _promise(request, live, reader, key, Tried("aterrapportera", fault))
        flash(request, translate("Medborgarlöftet är återrapporterat.", reader.language))
        return Redirect(f"/loften/{key}", status_code=303)

    return [list_page, publish, promise_page, report_back]


def _list(request: Asking, live: LiveRegister, reader: Reader, tried: Tried) -> Response[str]:
    register, on_day = register_for(live, reader), day_shown(request, live, reader)
    agreement = agreement_in_force(register, on_day)
    return page(
        request, live, reader, "promise_list.html", status=422 if tried.fault else 200,
        promises=promise_list(register, on_day), tried=tried, form_id=new_id, on_day=on_day, agreement=agreement,
        may_publish=reader.may(Publish) and agreement is not None, measures=MOST_MEASURES, actions=_actions(register),
    )  # fmt: skip


def _promise(request: Asking, live: LiveRegister, reader: Reader, key: str, tried: Tried) -> Response[str]:
    register, on_day = register_for(live, reader), day_shown(request, live, reader)
    view = promise_view(register, key, on_day)
    events, names = events_of(live, reader, f"{Promise.KIND}-{key}"), Names(register)
    return page(
        request, live, reader, "promise.html", status=422 if tried.fault else 200, view=view, tried=tried,
        form_id=new_id, on_day=on_day, may_report=reader.may(ReportBack) and view.state.reported is None,
        told=[(each.gsn, each.recorded_at, sentence(each, reader.language, names)) for each in reversed(events)],
    )  # fmt: skip


def _actions(register: Register) -> list[tuple[str, str]]:
    """The actions that a measure may be linked to: key and title."""
    there: Mapping[str, Action] = register.states[Action.KIND]
    return sorted(
        ((k, a.title) for k, a in there.items() if a.progress in ONGOING), key=lambda item: alphabetical(item[1])
    )


def _publish(register: Register, form: Form) -> Mapping[str, Any]:
    title, words = text(form, "title"), text(form, "words")

    def same(other: Promise) -> bool:
        return (other.title, other.words) == (title, words)

    return {
        "promise": drawn_key(title, register.states[Promise.KIND], same),
        "title": title,
        "words": words,
        **{name: text(form, name) for name in ("on", "agreement", "first_day", "last_day", "indicator")},
        "measures": rows(form, "measures", MOST_MEASURES, "what", "action"),
    }


def _report_back(register: Register, key: str, form: Form) -> Mapping[str, Any]:
    promise = register.find(Promise, key)
    answers = [inner(form, f"measures_{i}", "done", "words") for i in range(len(promise.measures) if promise else 0)]
    return {
        "promise": key,
        "on": text(form, "on"),
        "measures": answers,
        "outcome": text(form, "outcome"),
        "words": text(form, "words"),
    }
