"""Who has access: accounts, tokens and the access log, for the administrator."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect
from pydantic import ValidationError

from adapters.access_log import KINDS, Kind
from adapters.accounts import KeptAccount
from domain.core import Refused, must_exist, refuse
from service.gate import Keepers
from service.keeping import Keeping, Person
from service.pages import access_words as words
from service.pages.forms import Fault, Form, new_id, text, unfit
from service.pages.reader import Reader, reader_of
from service.pages.rendering import flash, page
from service.pages.translations import translate
from service.pages.way_on import address_of
from service.register import LiveRegister
from service.settings import Settings

LINES = 100
Asking = Request[Any, Any, Any]


def routes(live: LiveRegister, settings: Settings, keepers: Keepers) -> list[HTTPRouteHandler]:
    """The page of all, the page of one account, and their forms."""
    desk = Desk(live, keepers)
    return [*_of_all(desk), *_of_one(desk)]


class Desk:
    """What the handlers share."""

    def __init__(self, live: LiveRegister, keepers: Keepers) -> None:
        self.live, self.keepers = live, keepers

    def reader(self, request: Asking) -> Reader:
        """Who reads. Refused for everybody but the administrator."""
        reader = reader_of(request, self.live)
        if reader.grade != "administrator":
            refuse(
                "not-allowed",
                "Bara administratören sköter konton och ser vem som har loggat in. Ditt eget konto finns under Konto.",
                "Only the administrator keeps accounts and sees who has signed in. Your own account is under Account.",
            )
        return reader

    def keeping(self, request: Asking, reader: Reader) -> Keeping:
        """The reader at work."""
        return Keeping(self.keepers, reader.by.account, address_of(request), self.live.clock())

    def all(self, request: Asking, reader: Reader, fault: Fault | None = None) -> Response[str]:
        """The page of all accounts, tokens and lines of the log."""
        given, keepers = request.query_params, self.keepers
        kind, account = given.get("slag") or None, given.get("konto") or None
        known: Kind | None = next((each for each in KINDS if each == kind), None)
        return page(
            request, self.live, reader, "people.html", status=422 if fault else 200,
            accounts=keepers.accounts.every(), tokens=keepers.tokens.every(), now=self.live.clock(),
            lines=keepers.log.lines(account=account, kind=known, limit=LINES), most=LINES,
            kind=known or "", account=account or "", words=words, fault=fault, given=fault.given if fault else {},
            command_id=new_id(),
        )  # fmt: skip

    def one(self, request: Asking, reader: Reader, key: str, fault: Fault | None = None) -> Response[str]:
        """The page of one account."""
        kept: KeptAccount = must_exist(self.keepers.accounts.find(key), "account", "Kontot", key)
        return page(
            request, self.live, reader, "person.html", status=422 if fault else 200, kept=kept, words=words,
            sessions=self.keepers.sessions.number_of(key, self.live.clock()), fault=fault, now=self.live.clock(),
            given=fault.given if fault else _written(kept), own=key == reader.by.account, command_id=new_id(),
        )  # fmt: skip


def _of_all(desk: Desk) -> list[HTTPRouteHandler]:
    @get("/atkomst", sync_to_thread=True)
    def shown(request: Asking) -> Response[str]:
        return desk.all(request, desk.reader(request))

    @post("/atkomst/konton", sync_to_thread=True)
    def add(request: Asking, data: URLEncodedBody[dict[str, Any]]) -> Response[str] | Redirect:
        reader = desk.reader(request)
        fault = _fault(reader, data, lambda: desk.keeping(request, reader).add(_person(data)))
        if fault is not None:
            return desk.all(request, reader, fault)
        flash(request, translate("Kontot är tillagt.", reader.language))
        return Redirect("/atkomst", status_code=303)

    @post("/atkomst/nycklar/{key:str}/aterkalla", sync_to_thread=True)
    def revoke(request: Asking, key: FromPath[str]) -> Redirect:
        reader = desk.reader(request)
        keeping = desk.keeping(request, reader)
        keeping.revoke(keeping.token(key))
        flash(request, translate("Nyckeln är återkallad.", reader.language))
        return Redirect("/atkomst", status_code=303)

    return [shown, add, revoke]


def _of_one(desk: Desk) -> list[HTTPRouteHandler]:
    @get("/atkomst/konton/{key:str}", sync_to_thread=True)
    def one(request: Asking, key: FromPath[str]) -> Response[str]:
        return desk.one(request, desk.reader(request), key)

    @post("/atkomst/konton/{key:str}", sync_to_thread=True)
    def change(request: Asking, key: FromPath[str], data: URLEncodedBody[dict[str, Any]]) -> Response[str] | Redirect:
        reader = desk.reader(request)
        person = {**data, "key": key}
        fault = _fault(reader, data, lambda: desk.keeping(request, reader).change(_person(person)))
        if fault is not None:
            return desk.one(request, reader, key, fault)
        flash(request, translate("Kontot är ändrat. Det gäller genast.", reader.language))
        return Redirect("/atkomst", status_code=303)

    @post("/atkomst/konton/{key:str}/stang", sync_to_thread=True)
    def close(request: Asking, key: FromPath[str]) -> Redirect:
        reader = desk.reader(request)
        desk.keeping(request, reader).close(key)
        flash(request, translate("Kontot är stängt och utloggat överallt.", reader.language))
        return Redirect("/atkomst", status_code=303)

    @post("/atkomst/konton/{key:str}/oppna", sync_to_thread=True)
    def open_again(request: Asking, key: FromPath[str]) -> Redirect:
        reader = desk.reader(request)
        desk.keeping(request, reader).open(key)
        flash(request, translate("Kontot är öppet igen.", reader.language))
        return Redirect("/atkomst", status_code=303)

    return [one, change, close, open_again]


def _person(form: Form) -> Person:
    given = {name: text(form, name) for name in Person.model_fields}
    return Person.model_validate({name: value for name, value in given.items() if value is not None})


def _written(kept: KeptAccount) -> Mapping[str, str]:
    return {name: getattr(kept, name) for name in Person.model_fields}


def _fault(reader: Reader, form: Form, do: Callable[[], None]) -> Fault | None:
    en = reader.language == "en"
    try:
        do()
    except Refused as refused:
        return Fault(refused.en if en else refused.sv, given=form)
    except ValidationError as wrong:
        return unfit(wrong, form, en=en)
    return None
