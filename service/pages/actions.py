"""Actions: the list with its filters, and one page for each with its life, its effect, and the forms of it."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect

from domain.action import Action
from service.naming import Names
from service.pages import promises
from service.pages.action_forms import FORMS
from service.pages.forms import new_id
from service.pages.looking import day_shown, events_of
from service.pages.problem import owner_organisations, owner_roles, weeks_from
from service.pages.reader import Reader, reader_of, register_for
from service.pages.rendering import flash, page
from service.pages.tried import Tried, try_form
from service.register import LiveRegister
from service.settings import Settings
from service.story import sentence
from service.views.action_view import ActionView, action_list, action_view

Asking = Request[Any, Any, Any]


def routes(live: LiveRegister, settings: Settings) -> list[HTTPRouteHandler]:
    """The list, the action, its forms; and the citizen promises, which some actions become."""

    @get("/atgarder", sync_to_thread=True)
    def list_page(
        request: Asking,
        lage: FromQuery[str | None] = None,
        agare: FromQuery[str | None] = None,
        omrade: FromQuery[str | None] = None,
    ) -> Response[str]:
        reader = reader_of(request, live)
        chosen = {"lage": lage or None, "agare": agare or None, "omrade": omrade or None}
        register, on_day = register_for(live, reader), day_shown(request, live, reader)
        view = action_list(
            register, on_day, state=chosen["lage"], owner=chosen["agare"], district=chosen["omrade"]
        )  # fmt: skip
        return page(request, live, reader, "action_list.html", view=view, chosen=chosen)

    @get("/atgarder/{key:str}", sync_to_thread=True)
    def action_page(request: Asking, key: FromPath[str]) -> Response[str]:
        return _action(request, live, reader_of(request, live), key, Tried())

    @post("/atgarder/{key:str}/{form:str}", sync_to_thread=True)
    def take(
        request: Asking, key: FromPath[str], form: FromPath[str], data: URLEncodedBody[dict[str, Any]]
    ) -> Response[Any]:
        reader, kind = reader_of(request, live), FORMS.get(form)
        if kind is None:
            raise NotFoundException
        fault = try_form(live, reader, kind.command, data, lambda: kind.make(key, data))
        if fault is not None:
            return _action(request, live, reader, key, Tried(form, fault))
        flash(request, kind.said(reader.language))
        return Redirect(f"/atgarder/{key}", status_code=303)

    return [list_page, action_page, take, *promises.routes(live, settings)]


def _action(request: Asking, live: LiveRegister, reader: Reader, key: str, tried: Tried) -> Response[str]:
    register, on_day = register_for(live, reader), day_shown(request, live, reader)
    events = events_of(live, reader, f"{Action.KIND}-{key}")
    view = action_view(register, key, on_day, events)
    names = Names(register)
    told = [(each.gsn, each.recorded_at, sentence(each, reader.language, names)) for each in events]
    return page(
        request, live, reader, "action.html", status=422 if tried.fault else 200,
        view=view, tried=tried, on_day=on_day, told=told[::-1], may=_may(reader, view), form_id=new_id,
        own_role=reader.by.role.casefold() == view.state.owner.role.casefold(), weeks=weeks_from(on_day),
        roles=owner_roles(register), organisations=owner_organisations(register),
    )  # fmt: skip


def _may(reader: Reader, view: ActionView) -> dict[str, bool]:
    """Which forms to show: what the reader may do, at the progress that needs it, and a follow-up once."""
    shown = {form: view.row.progress in kind.shown and reader.may(kind.command) for form, kind in FORMS.items()}
    return {**shown, "folj-upp": shown["folj-upp"] and view.followed_up is None}
