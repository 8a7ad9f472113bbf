"""Proof of the history: who has signed for it, whether an event stands in it, and how anybody can check it all."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler

from domain.core import Refused
from service.pages.forms import Fault, text, whole
from service.pages.reader import reader_of
from service.pages.rendering import page
from service.pages.translations import translate
from service.proof import witness_keys
from service.register import LiveRegister
from service.settings import Settings
from service.views.proof_view import Proved, proof, proved


def routes(live: LiveRegister, settings: Settings) -> list[HTTPRouteHandler]:
    """One page; the event that is asked about stands in its address."""

    @get("/bevis", sync_to_thread=True)
    def shown(request: Request[Any, Any, Any]) -> Response[str]:
        reader = reader_of(request, live)
        witnesses = witness_keys(settings.witnesses)
        asked, found, fault = text(request.query_params, "gsn"), None, None
        if asked is not None:
            try:
                found = _found(asked, live, reader.at, reader.language)
            except Refused as why:
                fault = _fault(why.en if reader.language == "en" else why.sv)
            else:
                fault = None if found else _fault(translate("Skriv händelsens nummer med siffror.", reader.language))
        return page(
            request, live, reader, "proof.html", status=422 if fault else 200, told=proof(live, witnesses, reader.at),
            known=witnesses, asked=asked or "", found=found, fault=fault,
        )  # fmt: skip

    return [shown]


def _found(asked: str, live: LiveRegister, at: int | None, language: Any) -> Proved | None:
    gsn = whole(asked)
    return None if gsn is None else proved(live, gsn, at, language)


def _fault(sentence: str) -> Fault:
    return Fault(sentence, {"gsn": sentence})
