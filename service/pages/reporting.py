"""Reporting from a phone: what, where, when, and never who; and one's own reports, corrected or withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect

from domain.core import must_exist
from domain.observation import Correct, Observation, Observe, Withdraw
from domain.sharing import Share
from service.changing import may_change
from service.pages.forms import Fault, Form, attempt, new_id, text
from service.pages.looking import day_shown
from service.pages.personal_warning import confirming, warned
from service.pages.reader import Reader, reader_of, register_for
from service.pages.rendering import flash, page
from service.pages.translations import translate
from service.register import HERE, LiveRegister
from service.settings import Settings
from service.views.report_list import ReportItem, one_report, own_reports, reporting

Asking = Request[Any, Any, Any]
KINDS = ("incident", "order disturbance", "unsafe place", "planned event")
FIELDS = ("kind", "district", "category", "occurred_on", "occurred_time", "place", "text", "reporter")
WRITTEN = ("place", "text", "reporter", "reason")
MOST = {"place": 200, "text": 4000, "reporter": 200}


def routes(live: LiveRegister, settings: Settings) -> list[HTTPRouteHandler]:
    """A new report, one's own, one of them, correcting it and withdrawing it."""

    @get("/rapportera", sync_to_thread=True)
    def new(request: Asking, kalla: FromQuery[str | None] = None) -> Response[str]:
        return _form(request, live, reader_of(request, live), kalla)

    @post("/rapportera", sync_to_thread=True)
    def send(request: Asking, data: URLEncodedBody[dict[str, Any]]) -> Response[Any]:
        reader = reader_of(request, live)
        ref = f"est-{live.today():%Y%m%d}-{(text(data, 'command_id') or new_id())[:12]}"
        fault = unfit(data, reader, Observe) or attempt(
            live, reader, Observe, data,
            lambda: {"observation": ref, "source": text(data, "source"), "content": _content(data)},
            looked_through=True,
        )  # fmt: skip
        if fault:
            return _form(request, live, reader, text(data, "source"), by_field(fault))
        request.session["reporter"], request.session["reporting_to"] = text(data, "reporter"), text(data, "source")
        flash(request, translate("Tack! Rapporten är registrerad.", reader.language))
        return Redirect(f"/rapportera/{ref}", status_code=303)

    @get("/rapportera/mina", sync_to_thread=True)
    def own(request: Asking) -> Response[str]:
        reader = reader_of(request, live)
        mine = own_reports(live.store, register_for(live, reader), reader.by.account)
        return page(request, live, reader, "report_own.html", reports=mine, may_report=reader.may(Observe))

    @get("/rapportera/{ref:str}", sync_to_thread=True)
    def shown(request: Asking, ref: FromPath[str], andra: FromQuery[str | None] = None) -> Response[str]:
        return _one(request, live, reader_of(request, live), ref, change=andra)

    return [new, send, own, shown, *_changes(live)]


def _changes(live: LiveRegister) -> list[HTTPRouteHandler]:
    @post("/rapportera/{ref:str}/ratta", sync_to_thread=True)
    def correct(request: Asking, ref: FromPath[str], data: URLEncodedBody[dict[str, Any]]) -> Response[Any]:
        reader = reader_of(request, live)
        fault = _not_own(live, reader, ref) or unfit(data, reader, Correct) or attempt(
            live, reader, Correct, data,
            lambda: {"observation": ref, "content": _content(data), "reason": text(data, "reason")},
            looked_through=True,
        )  # fmt: skip
        if fault:
            return _one(request, live, reader, ref, wrong=by_field(fault))
        flash(request, translate("Rapporten är rättad.", reader.language))
        return Redirect(f"/rapportera/{ref}", status_code=303)

    @post("/rapportera/{ref:str}/aterkalla", sync_to_thread=True)
    def withdraw(request: Asking, ref: FromPath[str], data: URLEncodedBody[dict[str, Any]]) -> Response[Any]:
        reader = reader_of(request, live)
        fault = _not_own(live, reader, ref) or unfit(data, reader, Withdraw) or attempt(
            live, reader, Withdraw, data, lambda: {"observation": ref, "reason": text(data, "reason")},
            looked_through=True,
        )  # fmt: skip
        if fault:
            return _one(request, live, reader, ref, unwithdrawn=by_field(fault))
        flash(request, translate("Rapporten är återkallad och räknas inte längre.", reader.language))
        return Redirect(f"/rapportera/{ref}", status_code=303)

    @post("/rapportera/{ref:str}/dela", sync_to_thread=True)
    def share(request: Asking, ref: FromPath[str], data: URLEncodedBody[dict[str, Any]]) -> Response[Any]:
        reader = reader_of(request, live)
        fault = attempt(
            live, reader, Share, data,
            lambda: {"what": "observation", "key": ref, "on": live.today(), "reason": text(data, "reason")},
        )  # fmt: skip
        if fault:
            return _one(request, live, reader, ref, unshared=fault)
        flash(request, translate("Rapporten är delad med kommunen.", reader.language))
        return Redirect(f"/rapportera/{ref}", status_code=303)

    return [correct, withdraw, share]


def _form(
    request: Asking, live: LiveRegister, reader: Reader, source: str | None, fault: Fault | None = None
) -> Response[str]:
    about = reporting(
        live.read_tables(), register_for(live, reader), reader.at, day_shown(request, live, reader),
        source or request.session.get("reporting_to"),
    )  # fmt: skip
    reporter = request.session.get("reporter") or _capital(reader.by.role)
    given = fault.given if fault else {"occurred_on": live.today().isoformat(), "reporter": reporter}
    kept = {name: text(given, name) or "" for name in (*FIELDS, "reason")}
    return page(
        request, live, reader, "report_new.html", status=422 if fault else 200, about=about, fault=fault, given=kept,
        kinds=KINDS, most=MOST, may_report=reader.may(Observe),
        command_id=text(given, "command_id") if fault else new_id(),
        confirm=confirming(given, WRITTEN) if fault else None,
    )  # fmt: skip


def _one(
    request: Asking, live: LiveRegister, reader: Reader, ref: str, *, wrong: Fault | None = None,
    unwithdrawn: Fault | None = None, unshared: Fault | None = None, change: str | None = None,
) -> Response[str]:  # fmt: skip
    register = register_for(live, reader)
    report = must_exist(one_report(register, ref), "report", "Rapporten", ref)
    about = reporting(live.read_tables(), register, reader.at, day_shown(request, live, reader), report.source)
    given = {name: text(wrong.given, name) or "" for name in (*FIELDS, "reason")} if wrong else _given(report)
    return page(
        request, live, reader, "report_one.html", status=422 if wrong or unwithdrawn or unshared else 200,
        report=report, about=about, given=given, wrong=wrong, unwithdrawn=unwithdrawn, kinds=KINDS, most=MOST,
        may_report=reader.may(Observe), may_change=_may_change(live, reader, ref) and not report.withdrawn,
        may_share=reader.may(Share) and live.store.is_closed(f"{Observation.KIND}-{ref}"), unshared=unshared,
        version=register.version(f"{Observation.KIND}-{ref}"), command_id=new_id(), other_id=new_id(),
        share_id=new_id(), confirm=confirming(given, WRITTEN) if wrong else None, change=change,
    )  # fmt: skip


def _may_change(live: LiveRegister, reader: Reader, ref: str) -> bool:
    return reader.may(Correct) and may_change(live, reader.account, ref)


def _not_own(live: LiveRegister, reader: Reader, ref: str) -> Fault | None:
    if may_change(live, reader.account, ref):
        return None
    sentence = "Rapporten är någon annans. Be samordnaren rätta den."
    return Fault(translate(sentence, reader.language))


def _content(form: Form) -> Mapping[str, Any]:
    """The report; what is empty is left out, so that it is asked for."""
    given = {name: text(form, name) for name in FIELDS if name != "occurred_time"}
    clock, day = _clock(text(form, "occurred_time")), _day(given["occurred_on"])
    moment = {"occurred_at": datetime.combine(day, clock, HERE)} if day and clock else {}
    return {**{name: value for name, value in given.items() if value is not None}, **moment}


def _day(written: str | None) -> date | None:
    """None also for what is no day: that is complained of where it stands."""
    try:
        return date.fromisoformat(written or "")
    except ValueError:
        return None


def _clock(written: str | None) -> time | None:
    try:
        return time.fromisoformat((written or "").replace(".", ":"))
    except ValueError:
        return None


def unfit(form: Form, reader: Reader, command: type[Observe | Correct | Withdraw]) -> Fault | None:
    """What a form must be sent back for before anything is stored: personal data first, then what is not filled in."""
    fault = warned(form, WRITTEN, reader)
    if fault or command is Withdraw:
        return fault
    missing = {}
    if text(form, "kind") not in KINDS:
        missing["kind"] = translate("Välj ett av alternativen.", reader.language)
    if text(form, "occurred_time") and _clock(text(form, "occurred_time")) is None:
        missing["occurred_time"] = translate("Skriv klockslaget som 18:30.", reader.language)
    sentence = translate("Något saknas eller passar inte. Se de markerade fälten.", reader.language)
    return Fault(sentence, missing, form) if missing else None


def by_field(fault: Fault) -> Fault:
    """Faults inside the content by the name of their field."""
    return replace(fault, fields={name.rpartition(".")[2]: words for name, words in fault.fields.items()})


def _given(report: ReportItem) -> Mapping[str, Any]:
    clock = f"{report.at.astimezone(HERE):%H:%M}" if report.at else ""
    return {
        "kind": report.kind, "district": report.district, "category": report.category, "place": report.place or "",
        "text": report.text or "", "reporter": report.reporter, "occurred_on": report.day.isoformat(),
        "occurred_time": clock, "reason": "",
    }  # fmt: skip


def _capital(role: str) -> str:
    return role[:1].upper() + role[1:]
