"""Handing an agreement over to the next: end it, sign the next, name it, decide on each open problem; step by step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect

from domain.action import Cancel, DoNotStart
from domain.agreement import End, Sign, Succeed
from domain.core import Command
from domain.handover import CarryOver
from domain.problem import Close
from domain.register import Register
from service.pages.forms import Form, new_id, text
from service.pages.handover_carry import carry
from service.pages.handover_forms import ITEM_WORDS, MOST_GOALS, late, next_agreement, next_key, sign, signed
from service.pages.looking import day_shown
from service.pages.reader import Reader, reader_of, register_for
from service.pages.rendering import flash, page
from service.pages.translations import translate
from service.pages.tried import Tried, try_form
from service.register import LiveRegister
from service.settings import Settings
from service.views.handover import handing_over, handover_view
from service.wording import Language

Asking = Request[Any, Any, Any]
Make = Callable[[Register, str, str, Form], Mapping[str, Any]]  # register, agreement, what it is about, the form


@dataclass(frozen=True, slots=True)
class FormKind:
    """A form of the page: its command, how its fields become that, and what is said when it was taken."""

    command: type[Command]
    make: Make
    said: Callable[[Form, Language], str]


def _end(register: Register, key: str, _: str, form: Form) -> Mapping[str, Any]:
    return {"agreement": key, "on": text(form, "on"), "reason": text(form, "reason")}


def _succeed(register: Register, key: str, _: str, form: Form) -> Mapping[str, Any]:
    return {"agreement": key, "on": text(form, "on"), "successor": text(form, "successor")}


def _close(register: Register, key: str, problem: str, form: Form) -> Mapping[str, Any]:
    return {"problem": problem, **{name: text(form, name) for name in ("on", "reason", "outcome")}}


def _give_up(register: Register, key: str, action: str, form: Form) -> Mapping[str, Any]:
    return {"action": action, "on": text(form, "on"), "reason": text(form, "reason")}


FORMS: Mapping[str, FormKind] = {
    "avsluta": FormKind(End, _end, lambda _, language: translate("Överenskommelsen är avslutad.", language)),
    "underteckna": FormKind(Sign, sign, signed),
    "eftertrad": FormKind(Succeed, _succeed, lambda _, language: translate("Efterträdaren är angiven.", language)),
}
ABOUT: Mapping[str, FormKind] = {
    "stang": FormKind(Close, _close, lambda _, language: translate("Problembilden är avslutad.", language)),
    "inte-paborja": FormKind(
        DoNotStart, _give_up, lambda _, language: translate("Åtgärden påbörjas inte.", language)
    ),
    "avbryt": FormKind(Cancel, _give_up, lambda _, language: translate("Åtgärden är avbruten.", language)),
}  # fmt: skip


def routes(live: LiveRegister, settings: Settings) -> list[HTTPRouteHandler]:
    """The page (?key= another agreement than the one to hand over), its steps, and the decisions on each problem."""

    @get("/overlamning", sync_to_thread=True)
    def handover_page(request: Asking, key: FromQuery[str | None] = None) -> Response[str]:
        return _page(request, live, reader_of(request, live), key, Tried())

    @post("/overlamning/{key:str}/{form:str}", sync_to_thread=True)
    def step(
        request: Asking, key: FromPath[str], form: FromPath[str], data: URLEncodedBody[dict[str, Any]]
    ) -> Response[Any]:
        return _take(request, live, FORMS.get(form), key, "", form, data, "steg")

    @post("/overlamning/{key:str}/{about:str}/{form:str}", sync_to_thread=True)
    def decide(
        request: Asking, key: FromPath[str], about: FromPath[str], form: FromPath[str],
        data: URLEncodedBody[dict[str, Any]],
    ) -> Response[Any]:  # fmt: skip
        if form == "for-over":
            return _carry(request, live, key, about, data)
        return _take(request, live, ABOUT.get(form), key, about, f"{form}-{about}", data, "problem")

    return [handover_page, step, decide]


def _take(
    request: Asking, live: LiveRegister, kind: FormKind | None, key: str, about: str, form: str, data: Form, part: str
) -> Response[Any]:
    reader = reader_of(request, live)
    if kind is None:
        raise NotFoundException
    fault = try_form(live, reader, kind.command, data, lambda: kind.make(live.now(), key, about, data))
    if fault is not None:
        return _page(request, live, reader, key, Tried(form, fault))
    flash(request, kind.said(data, reader.language))
    return Redirect(f"/overlamning?key={key}#{part}", status_code=303)


def _carry(request: Asking, live: LiveRegister, key: str, problem: str, form: Form) -> Response[Any]:
    """The problem with its actions; what was ended on the way is said, whether the rest went well or not."""
    reader = reader_of(request, live)
    done = carry(live, reader, problem, form)
    if done.fault is not None:
        return _page(request, live, reader, key, Tried(f"for-over-{problem}", done.fault))
    said = translate("Problembilden är överförd.", reader.language)
    if done.ended:
        ended = translate("Följde inte med: %(ended)s.", reader.language) % {"ended": ", ".join(done.ended)}
        said = f"{said} {ended}"
    flash(request, said)
    return Redirect(f"/overlamning?key={key}#problem", status_code=303)


def _page(request: Asking, live: LiveRegister, reader: Reader, key: str | None, tried: Tried) -> Response[str]:
    register, on_day = register_for(live, reader), day_shown(request, live, reader)
    wanted = key or handing_over(register, on_day)
    if wanted is None:
        return page(request, live, reader, "agreement_none.html")
    view = handover_view(register, wanted, on_day)
    proposed = next_agreement(view.state)
    days = [tried.value("underteckna", *each) for each in (("signed_on", on_day), ("first_day", proposed.first_day))]
    able: Mapping[str, type[Command]] = {
        "end": End, "sign": Sign, "succeed": Succeed, "carry": CarryOver, "close": Close, "give_up": Cancel,
    }  # fmt: skip
    return page(
        request, live, reader, "handover.html", status=422 if tried.fault else 200, view=view, tried=tried,
        form_id=new_id, on_day=on_day, ends_on=min(on_day, view.state.last_day), goals=MOST_GOALS,
        proposed=proposed, proposed_key=next_key(wanted, view.state), signed_late=late(*days), item_words=ITEM_WORDS,
        may={name: reader.may(command) for name, command in able.items()}, earliest=_earliest(view.to, on_day),
    )  # fmt: skip


def _earliest(to: Any, on_day: date) -> date:
    """The day to propose for a carry-over."""
    return max(on_day, to.first_day) if to else on_day
