"""Problems: the list by standing, proposing one, and one page for each with its whole chain and the forms of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect

from domain.action import Action, AdoptPlan, Commit
from domain.catalogue import Categories, Division
from domain.core import Command
from domain.meeting import Meeting
from domain.observation import Observation, Report
from domain.period import containing, following
from domain.problem import (
    AddEvidence,
    AnalyseCauses,
    Close,
    Evidence,
    Prioritise,
    Problem,
    Propose,
    Reopen,
    SetProblemAside,
    ValueProblem,
)
from domain.register import Register
from domain.signal import Signal
from service.pages.forms import new_id
from service.pages.looking import day_shown, events_of
from service.pages.problem_forms import FORMS, propose, score_field
from service.pages.reader import Reader, reader_of, register_for
from service.pages.rendering import flash, page
from service.pages.translations import translate
from service.pages.tried import Tried, try_form
from service.register import LiveRegister
from service.settings import Settings
from service.views.broken_links import signal_title
from service.views.chain_view import chain
from service.views.problem_view import EvidenceRow, ProblemView, evidence_row, problem_view
from service.views.week_calendar import agreement_in_force, open_week
from service.wording import alphabetical

RECENT_SIGNALS = 12
WEEKS_AHEAD = 30
Asking = Request[Any, Any, Any]


def routes(live: LiveRegister, settings: Settings) -> list[HTTPRouteHandler]:
    """The list, the new problem, the problem, and its forms."""

    @get("/problem", sync_to_thread=True)
    def list_page(request: Asking) -> Response[str]:
        reader = reader_of(request, live)
        view = chain(register_for(live, reader), day_shown(request, live, reader))
        return page(request, live, reader, "problem_list.html", view=view, may_propose=reader.may(Propose))

    @get("/problem/ny", sync_to_thread=True)
    def new_page(
        request: Asking, signal: FromQuery[str | None] = None, observation: FromQuery[str | None] = None
    ) -> Response[str]:
        return _new(request, live, reader_of(request, live), Tried(), signal, observation)

    @post("/problem/ny", sync_to_thread=True)
    def create(request: Asking, data: URLEncodedBody[dict[str, Any]]) -> Response[Any]:
        reader = reader_of(request, live)
        wanted = propose(live.now(), data)
        fault = try_form(live, reader, Propose, data, lambda: wanted)
        if fault is not None:
            return _new(request, live, reader, Tried("ny", fault))
        flash(request, translate("Problemet är föreslaget. Värdera det nu.", reader.language))
        return Redirect(f"/problem/{wanted['problem']}#vardering", status_code=303)

    @get("/problem/{key:str}", sync_to_thread=True)
    def problem_page(request: Asking, key: FromPath[str]) -> Response[str]:
        return _problem(request, live, reader_of(request, live), key, Tried())

    @post("/problem/{key:str}/{form:str}", sync_to_thread=True)
    def take(
        request: Asking, key: FromPath[str], form: FromPath[str], data: URLEncodedBody[dict[str, Any]]
    ) -> Response[Any]:
        reader, kind = reader_of(request, live), FORMS.get(form)
        if kind is None:
            raise NotFoundException
        fault = try_form(live, reader, kind.command, data, lambda: kind.make(live.now(), reader, key, data))
        if fault is not None:
            return _problem(request, live, reader, key, Tried(form, fault))
        flash(request, kind.said(reader.language))
        return Redirect(f"/problem/{key}#{kind.part}", status_code=303)

    return [list_page, new_page, create, problem_page, take]


def _problem(request: Asking, live: LiveRegister, reader: Reader, key: str, tried: Tried) -> Response[str]:
    register, on_day = register_for(live, reader), day_shown(request, live, reader)
    view = problem_view(register, key, on_day, events_of(live, reader, f"{Problem.KIND}-{key}"))
    return page(
        request, live, reader, "problem.html", status=422 if tried.fault else 200,
        view=view, tried=tried, on_day=on_day, may=_may(reader, view), form_id=new_id, score_field=score_field,
        meeting_week=open_week(register, on_day),
        meetings=_meetings(register, view.state.agreement), weeks=weeks_from(on_day), roles=owner_roles(register),
        organisations=owner_organisations(register), signals=_signals(register, None),
    )  # fmt: skip


def _may(reader: Reader, view: ProblemView) -> Mapping[str, bool]:
    """Which forms to show: what the reader may do and the problem's standing allows."""
    problem, standing = view.state, view.state.standing
    able: dict[str, tuple[type[Command], bool]] = {
        "underlag": (AddEvidence, standing != "closed"),
        "vardera": (ValueProblem, standing != "closed"),
        "prioritera": (Prioritise, standing in ("proposed", "set aside") and bool(problem.valuations)),
        "bortprioritera": (SetProblemAside, standing in ("proposed", "prioritised")),
        "orsaker": (AnalyseCauses, standing == "prioritised"),
        "plan": (AdoptPlan, standing == "prioritised" and view.plan is None),
        "atgard": (Commit, standing == "prioritised" and view.plan is not None),
        "avsluta": (Close, standing != "closed"),
        "ateruppta": (Reopen, standing in ("closed", "set aside")),
    }
    return {form: possible and reader.may(command) for form, (command, possible) in able.items()}


def _new(
    request: Asking, live: LiveRegister, reader: Reader, tried: Tried, signal: str | None = None,
    observation: str | None = None,
) -> Response[str]:  # fmt: skip
    register, on_day = register_for(live, reader), day_shown(request, live, reader)
    begun, seen = register.find(Signal, signal or ""), register.find(Observation, observation or "")
    report = seen.content if seen and isinstance(seen.content, Report) else None
    about = begun or report
    observations = tried.ticked("ny", "observations", (observation,) if observation and report else ())
    return page(
        request, live, reader, "problem_new.html", status=422 if tried.fault else 200,
        tried=tried, command_id=new_id(), on_day=on_day, may_propose=reader.may(Propose),
        agreement=agreement_in_force(register, on_day),
        divisions=register.states[Division.KIND], categories=_categories(register), signals=_signals(register, signal),
        chosen=tried.ticked("ny", "signals", (signal,) if signal else ()),
        observations=[evidence_row(register, Evidence(kind="observation", ref=ref)) for ref in observations],
        title=signal_title(register, begun) if begun else "",
        description=(report.text or "") if report else "",
        places=tried.ticked("ny", "places", _places_of(register, about.district) if about else ()),
        kinds=tried.ticked("ny", "categories", (about.category,) if about else ()),
    )  # fmt: skip


def _places_of(register: Register, district: str) -> tuple[str, ...]:
    holding = (key for key, division in register.states[Division.KIND].items() if district in division.districts)
    return tuple(f"{key}/{district}" for key in holding)[:1]


def _signals(register: Register, wanted: str | None) -> list[EvidenceRow]:
    """The latest signals, with the one asked for first."""
    there: Mapping[str, Signal] = register.states[Signal.KIND]
    latest = sorted(there, key=lambda key: (there[key].period, key), reverse=True)[:RECENT_SIGNALS]
    keys = [wanted, *(key for key in latest if key != wanted)] if wanted in there else latest
    return [evidence_row(register, Evidence(kind="signal", ref=key)) for key in keys if key is not None]


def _categories(register: Register) -> list[tuple[str, str]]:
    known = ((c, key) for c in register.every(Categories) for key in c.categories if key not in c.retired)
    return [(key, c.categories[key].name) for c, key in known]


def _meetings(register: Register, agreement: str) -> list[tuple[str, str]]:
    """The latest meetings of the agreement: key and week, latest first."""
    held = [(m.on, key, m.week) for key, m in register.states[Meeting.KIND].items() if m.agreement == agreement]
    return [(key, week) for _, key, week in sorted(held, reverse=True)[:8]]


def weeks_from(on_day: date) -> list[str]:
    """The weeks that an action may be due in: this one and the next ones."""
    week, weeks = containing(on_day, "week"), []
    for _ in range(WEEKS_AHEAD):
        weeks.append(week)
        week = following(week)
    return weeks


def owner_roles(register: Register) -> list[str]:
    """The roles that own actions, to choose among."""
    return sorted({action.owner.role for action in register.every(Action)}, key=alphabetical)


def owner_organisations(register: Register) -> list[str]:
    """The organisations that own actions, to choose among."""
    return sorted({action.owner.organisation for action in register.every(Action)}, key=alphabetical)
