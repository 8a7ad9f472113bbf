"""The own account: who one is, where one is signed in, and one's tokens for the API."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from adapters.tokens import LONGEST, SCOPES
from domain.core import Refused
from service.gate import Keepers
from service.keeping import Keeping, scopes_of
from service.pages import access_words as words
from service.pages.forms import Fault, new_id, several, text, whole
from service.pages.reader import Reader, reader_of
from service.pages.rendering import flash, page
from service.pages.translations import translate
from service.pages.way_on import address_of
from service.register import LiveRegister
from service.settings import Settings

DAYS = 90
Asking = Request[Any, Any, Any]


def routes(live: LiveRegister, settings: Settings, keepers: Keepers) -> list[HTTPRouteHandler]:
    """The page, and the forms that make and revoke a token."""

    @get("/konto", sync_to_thread=True)
    def shown(request: Asking) -> Response[str]:
        return _page(request, live, keepers, reader_of(request, live))

    @post("/konto/nycklar", sync_to_thread=True)
    def make(request: Asking, data: URLEncodedBody[dict[str, Any]]) -> Response[str]:
        reader = reader_of(request, live)
        asked = several(data, "scope")
        try:
            made = _keeping(request, live, keepers, reader).make_token(
                reader.account, text(data, "name") or "", tuple(each for each in SCOPES if each in asked),
                whole(text(data, "days")) or 0,
            )  # fmt: skip
        except Refused as refused:
            fault = Fault(refused.en if reader.language == "en" else refused.sv, given=data)
            return _page(request, live, keepers, reader, fault=fault)
        return _page(request, live, keepers, reader, made=made)

    @post("/konto/nycklar/{key:str}/aterkalla", sync_to_thread=True)
    def revoke(request: Asking, key: FromPath[str]) -> Redirect:
        reader = reader_of(request, live)
        keeping = _keeping(request, live, keepers, reader)
        keeping.revoke(keeping.token(key, reader.by.account))
        flash(request, translate("Nyckeln är återkallad.", reader.language))
        return Redirect("/konto", status_code=303)

    return [shown, make, revoke]


def _keeping(request: Asking, live: LiveRegister, keepers: Keepers, reader: Reader) -> Keeping:
    return Keeping(keepers, reader.by.account, address_of(request), live.clock())


def _page(
    request: Asking, live: LiveRegister, keepers: Keepers, reader: Reader, *, made: str = "",
    fault: Fault | None = None,
) -> Response[str]:  # fmt: skip
    key, now = reader.by.account, live.clock()
    return page(
        request, live, reader, "account.html", status=422 if fault else 200,
        kept=keepers.accounts.find(key), sessions=keepers.sessions.number_of(key, now),
        tokens=keepers.tokens.every(key), now=now, scopes=scopes_of(reader.account), words=words,
        longest=LONGEST.days, days=DAYS, made=made, fault=fault, given=fault.given if fault else {},
        asked=several(fault.given, "scope") if fault else (), command_id=new_id(),
    )  # fmt: skip
