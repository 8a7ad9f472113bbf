"""Erasure on a page: find an event's texts, ask for them to be erased, approve or decline what another asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from adapters.event_store import Bare
from domain.core import ERASED, Refused, refuse
from domain.erasure import ApproveErasure, DeclineErasure, Erasure, HeldText, RequestErasure
from service.erasing import TELLING, Held, chosen, copies, erasures, event_of_report, named, requested, texts_of, told
from service.naming import Names
from service.pages.forms import Fault, attempt, new_id, several, text, whole
from service.pages.reader import Reader, reader_of, register_for
from service.pages.rendering import flash, page
from service.pages.translations import translate
from service.register import LiveRegister
from service.settings import Settings
from service.story import sentence

Asking = Request[Any, Any, Any]
_REFERENCE = re.compile(r"([0-9]{1,18}):([A-Za-z0-9_-]{43})")
MOST_SHOWN = 50  # requests with their texts


@dataclass(frozen=True, slots=True)
class Found:
    """An event with its texts; once some of them are chosen, where else their words stand, and which of those texts are
    long enough for it to be no chance (telling: their ids)."""

    gsn: int
    sentence: str
    texts: tuple[Held, ...]
    chosen: tuple[Held, ...] = ()
    copies: tuple[Held, ...] = ()
    telling: frozenset[str] = frozenset()


def routes(live: LiveRegister, settings: Settings) -> list[HTTPRouteHandler]:
    """What has been asked for, and an event to begin from."""

    @get("/radering", sync_to_thread=True)
    def shown(request: Asking) -> Response[str]:
        reader = reader_of(request, live)
        given = request.query_params
        return _page(
            request,
            live,
            reader,
            text(given, "handelse") or _of_report(live, text(given, "rapport")),
            [int(n) for n in given.getall("n", []) if whole(n)],
        )

    @post("/radering", sync_to_thread=True)
    def ask(request: Asking, data: URLEncodedBody[dict[str, Any]]) -> Response[Any]:
        reader = reader_of(request, live)
        fault = attempt(live, reader, RequestErasure, data, lambda: _requested(live, data))
        if fault:
            return _page(request, live, reader, text(data, "handelse"), _numbers(several(data, "n")), fault)
        said = translate("Begärt. Samordnaren eller administratören avgör, i en annan roll än din.", reader.language)
        flash(request, said)
        return Redirect("/radering", status_code=303)

    @post("/radering/{key:str}/godkann", sync_to_thread=True)
    def approve(request: Asking, key: FromPath[str], data: URLEncodedBody[dict[str, Any]]) -> Response[Any]:
        reader = reader_of(request, live)
        fault = attempt(live, reader, ApproveErasure, data, lambda: {"erasure": key, "on": live.today()})
        if fault:
            return _page(request, live, reader, None, [], fault)
        flash(request, translate("Texterna är raderade. Historiken går att kontrollera som förut.", reader.language))
        return Redirect("/radering", status_code=303)

    @post("/radering/{key:str}/avsla", sync_to_thread=True)
    def decline(request: Asking, key: FromPath[str], data: URLEncodedBody[dict[str, Any]]) -> Response[Any]:
        reader = reader_of(request, live)
        fault = attempt(
            live, reader, DeclineErasure, data,
            lambda: {"erasure": key, "on": live.today(), "reason": text(data, "reason")},
        )  # fmt: skip
        if fault:
            return _page(request, live, reader, None, [], fault)
        flash(request, translate("Begäran är avslagen. Texterna står kvar.", reader.language))
        return Redirect("/radering", status_code=303)

    return [shown, ask, approve, decline]


def _numbers(given: Iterable[str]) -> list[int]:
    return [number for one in given if (number := whole(one))]


def _of_report(live: LiveRegister, ref: str | None) -> str | None:
    """The number of the event to begin from, where a report's page led here."""
    gsn = event_of_report(live, ref) if ref else None
    return str(gsn) if gsn is not None else None


def _page(
    request: Asking, live: LiveRegister, reader: Reader, event: str | None, numbers: list[int],
    fault: Fault | None = None,
) -> Response[str]:  # fmt: skip
    register = register_for(live, reader)
    found, missed = _found(live, reader, event, numbers)
    listed = erasures(register)[:MOST_SHOWN]
    fault = fault or missed
    return page(
        request, live, reader, "erasure.html", status=422 if fault else 200, erased=ERASED,
        asked=event or "", found=found, fault=fault, given=fault.given if fault else {},
        requests=[(told(live, key, state, search=True), _may_approve(reader, state)) for key, state in listed],
        may_ask=reader.may(RequestErasure), may_decide=reader.may(DeclineErasure), new_id=new_id,
    )  # fmt: skip


def _may_approve(reader: Reader, state: Erasure) -> bool:
    """Whether the rules would let this reader approve it: another account in another role."""
    own = reader.by.account == state.by.account or reader.by.role == state.by.role
    return state.standing == "requested" and reader.may(ApproveErasure) and not own


def _found(
    live: LiveRegister, reader: Reader, event: str | None, numbers: list[int]
) -> tuple[Found | None, Fault | None]:
    """The event that was asked for, for those who may ask for an erasure; or why there is none."""
    if event is None or not reader.may(RequestErasure):
        return None, None
    gsn = whole(event)
    try:
        texts = texts_of(live, gsn if gsn is not None else 0)
        some = chosen(texts, numbers) if numbers else ()
    except Refused as refused:
        return None, Fault(refused.en if reader.language == "en" else refused.sv)
    others = copies(live, some) if some else ()
    telling = frozenset(one.id for one in copies(live, some, shortest=TELLING)) if others else frozenset()
    return Found(gsn or 0, _sentence(live, reader, gsn or 0), texts, some, others, telling), None


def _sentence(live: LiveRegister, reader: Reader, gsn: int) -> str:
    one = live.store.read(gsn - 1, limit=1, stop=gsn)[0]
    assert not isinstance(one, Bare)
    names = Names(live.now())
    return "" if one.event.TOPIC.startswith("import.") else sentence(one, reader.language, names)


def _requested(live: LiveRegister, form: Mapping[str, Any]) -> dict[str, Any]:
    """The command's fields: the ticked texts, as far as events hold them."""
    ticked = [found for one in several(form, "text") if (found := _REFERENCE.fullmatch(one))]
    texts = named(live, (HeldText(gsn=int(one[1]), id=one[2]) for one in ticked if int(one[1])))
    if not texts:
        refuse("no-text-chosen", "Kryssa för minst en text.", "Tick at least one text.")
    reason, basis = text(form, "reason"), text(form, "legal_basis")
    if reason is None or basis is None:  # the rules of the fields answer that
        references = tuple(one.reference for one in texts)
        return {"erasure": "e", "on": live.today(), "texts": references, "reason": reason, "legal_basis": basis}
    asked = requested(live, texts, legal_basis=basis, reason=reason)
    return {name: getattr(asked, name) for name in RequestErasure.model_fields}
