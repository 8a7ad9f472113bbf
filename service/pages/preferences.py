"""Settings: the account and what it may do, the language, the sources with their breaks, and which register this is."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from pathlib import PurePath
from typing import Any

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import URLEncodedBody
from litestar.response import Redirect

from domain.catalogue import DeclareBreak
from domain.register import COMMANDS
from service.access import may
from service.pages.forms import Fault, attempt, new_id, text
from service.pages.looking import day_shown
from service.pages.reader import reader_of, register_for
from service.pages.rendering import flash, page
from service.pages.translations import translate
from service.register import LiveRegister
from service.settings import Settings
from service.views.breaks import breaks
from service.views.week_sources import sources


def routes(live: LiveRegister, settings: Settings) -> list[HTTPRouteHandler]:
    """The page, and the form that declares a break."""

    @get("/installningar", sync_to_thread=True)
    def preferences(request: Request[Any, Any, Any]) -> Response[str]:
        return _page(request, live, settings)

    @post("/installningar/brott", sync_to_thread=True)
    def declare(request: Request[Any, Any, Any], data: URLEncodedBody[dict[str, Any]]) -> Response[str] | Redirect:
        reader = reader_of(request, live)
        fault = attempt(
            live, reader, DeclareBreak, data, lambda: {name: text(data, name) for name in ("source", "on", "reason")}
        )
        if fault is not None:
            return _page(request, live, settings, fault)
        flash(request, translate("Ändringen är noterad. Nästa bedömning tar hänsyn till den.", reader.language))
        return Redirect("/installningar#andringar", status_code=303)

    return [preferences, declare]


def _page(
    request: Request[Any, Any, Any], live: LiveRegister, settings: Settings, fault: Fault | None = None
) -> Response[str]:
    reader = reader_of(request, live)
    register = register_for(live, reader)
    given: Mapping[str, Any] = fault.given if fault else {}
    return page(
        request, live, reader, "settings.html", status=422 if fault else 200,
        allowed={name for name, command in COMMANDS.items() if may(reader.account, command)},
        sources=sources(live, register, day_shown(request, live, reader), reader.at),
        breaks=breaks(register),
        may_declare=reader.may(DeclareBreak), fault=fault, given=given, command_id=new_id(),
        database=PurePath(settings.database_name).name, dialect=live.store.database.dialect,
        version=version("samverkan"), end=live.store.last_gsn(), environment=settings.environment,
    )  # fmt: skip
