"""The imports that were made, one of them, and withdrawing it."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect

from domain.catalogue import Source
from domain.core import must_exist
from domain.file_import import TakeIn, WithdrawFile
from service.pages.forms import Fault, Form, attempt, new_id, text
from service.pages.personal_warning import confirming, warned
from service.pages.reader import Reader, reader_of, register_for
from service.pages.rendering import flash, page
from service.pages.translations import translate
from service.register import LiveRegister
from service.views.imports import imports, one_import

Asking = Request[Any, Any, Any]
WRITTEN = ("reason",)


def listing(live: LiveRegister) -> list[HTTPRouteHandler]:
    """The list with the form for a new file, one import, and its withdrawal."""

    @get("/import", sync_to_thread=True)
    def all_of_them(request: Asking, sida: FromQuery[int] = 1, kalla: FromQuery[str | None] = None) -> Response[str]:
        return import_page(request, live, reader_of(request, live), number=sida, given={"source": kalla or ""})

    @get("/import/{key:str}", sync_to_thread=True)
    def one(request: Asking, key: FromPath[str]) -> Response[str]:
        return _one(request, live, reader_of(request, live), key)

    @post("/import/{key:str}/aterkalla", sync_to_thread=True)
    def withdraw(request: Asking, key: FromPath[str], data: URLEncodedBody[dict[str, Any]]) -> Response[Any]:
        reader = reader_of(request, live)
        fault = warned(data, WRITTEN, reader) or attempt(
            live, reader, WithdrawFile, data, lambda: {"file_import": key, "reason": text(data, "reason")},
            looked_through=True,
        )  # fmt: skip
        if fault:
            return _one(request, live, reader, key, fault)
        flash(request, translate("Inläsningen är återkallad. Det den ersatte gäller igen.", reader.language))
        return Redirect(f"/import/{key}", status_code=303)

    return [all_of_them, one, withdraw]


def import_page(
    request: Asking, live: LiveRegister, reader: Reader, *, number: int = 1, fault: Fault | None = None,
    given: Form | None = None,
) -> Response[str]:  # fmt: skip
    """The list, with the form for a new file and what is wrong with what was given there."""
    register = register_for(live, reader)
    sources = [(key, state.name) for key, state in register.states[Source.KIND].items()]
    kept = {name: text(given or {}, name) or "" for name in ("source", "first", "last", "pasted", "preliminary")}
    return page(
        request, live, reader, "import_list.html", status=422 if fault else 200, fault=fault, given=kept,
        sources=sources, found=imports(live.read_tables(), live.store, register, reader.at, number),
        may_take_in=reader.may(TakeIn),
    )  # fmt: skip


def _one(request: Asking, live: LiveRegister, reader: Reader, key: str, fault: Fault | None = None) -> Response[str]:
    found = one_import(live.read_tables(), live.store, register_for(live, reader), reader.at, key)
    return page(
        request, live, reader, "import_one.html", status=422 if fault else 200, fault=fault,
        one=must_exist(found, "import", "Inläsningen", key), command_id=new_id(),
        reason=text(fault.given, "reason") if fault else "", may_withdraw=reader.may(WithdrawFile),
        confirm=confirming(fault.given, WRITTEN) if fault else None,
    )  # fmt: skip
