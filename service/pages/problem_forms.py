"""What the forms of a problem become: the fields of each as a command."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from domain.action import Action, AdoptPlan, Commit
from domain.core import Command
from domain.period import last_day
from domain.problem import (
    CRITERIA,
    AddEvidence,
    AnalyseCauses,
    Close,
    Prioritise,
    Problem,
    Reopen,
    SetProblemAside,
    ValueProblem,
)
from domain.register import Register
from service.pages.forms import Form, several, text
from service.pages.reader import Reader
from service.pages.translations import translate
from service.pages.tried import decimal, drawn_key, inner, rows
from service.wording import Language

MOST_ALTERNATIVES, MOST_CAUSES = 3, 10
Make = Callable[[Register, Reader, str, Form], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class FormKind:
    """A form of the problem's page: its command, how its fields become that, what is said when it was
    taken, and the part of the page to go to."""

    command: type[Command]
    make: Make
    said: Callable[[Language], str]
    part: str


def propose(register: Register, form: Form) -> Mapping[str, Any]:
    """A new problem; its key is drawn from the title. The agreement comes as a hidden field."""
    title, description = text(form, "title"), text(form, "description")

    def same(other: Problem) -> bool:
        return (other.title, other.description) == (title, description)

    return {
        "problem": drawn_key(title, register.states[Problem.KIND], same),
        "on": text(form, "on"),
        "agreement": text(form, "agreement"),
        "title": title,
        "description": description,
        "places": [dict(zip(("division", "district"), place.split("/", 1), strict=True)) for place in _places(form)],
        "categories": several(form, "categories"),
        "evidence": _evidence(form),
    }


def _places(form: Form) -> list[str]:
    return [place for place in several(form, "places") if "/" in place]


def _evidence(form: Form) -> list[dict[str, str]]:
    given = [{"kind": "signal", "ref": ref} for ref in several(form, "signals")]
    given += [{"kind": "observation", "ref": ref} for ref in several(form, "observations")]
    document, note = text(form, "document"), text(form, "document_note")
    if document:
        given.append({"kind": "document", "ref": document} | ({"note": note} if note else {}))
    return given


def _add_evidence(register: Register, reader: Reader, key: str, form: Form) -> Mapping[str, Any]:
    return {"problem": key, "on": text(form, "on"), "evidence": _evidence(form)}


def score_field(criterion: str) -> str:
    """The name of a criterion's field."""
    return f"score_{criterion.replace(' ', '_')}"


def _value(register: Register, reader: Reader, key: str, form: Form) -> Mapping[str, Any]:
    given = {criterion: text(form, score_field(criterion)) for criterion in CRITERIA}
    return {
        "problem": key,
        "on": text(form, "on"),
        "rater": reader.by.role,
        "scores": {criterion: score for criterion, score in given.items() if score is not None},
        "comment": text(form, "comment"),
    }


def _decision(register: Register, reader: Reader, key: str, form: Form) -> Mapping[str, Any]:
    return {
        "problem": key,
        "on": text(form, "on"),
        "reason": text(form, "reason"),
        "alternatives": rows(form, "alternatives", MOST_ALTERNATIVES, "what", "reason"),
        "dissent": text(form, "dissent"),
        "meeting": text(form, "meeting"),
    }


def _prioritise(register: Register, reader: Reader, key: str, form: Form) -> Mapping[str, Any]:
    return {**_decision(register, reader, key, form), "rank": text(form, "rank")}


def _causes(register: Register, reader: Reader, key: str, form: Form) -> Mapping[str, Any]:
    given = rows(form, "causes", MOST_CAUSES, "side", "cause", "finding", "ground")
    causes = [row for row in given if "cause" in row or "ground" in row]  # the two choices always have a value
    return {"problem": key, "on": text(form, "on"), "causes": causes, "method": text(form, "method")}


def _plan(register: Register, reader: Reader, key: str, form: Form) -> Mapping[str, Any]:
    owner = inner(form, "owner", "role", "organisation")
    return {"problem": key, "on": text(form, "on"), "aim": text(form, "aim"), "owner": owner}


def due_day(form: Form) -> str | None:
    """The due day: a day, or else the last day of a week."""
    day, week = text(form, "due"), text(form, "due_week")
    if day or week is None:
        return day
    try:
        return last_day(week).isoformat()
    except ValueError:
        return week  # which the command refuses


def _commit(register: Register, reader: Reader, key: str, form: Form) -> Mapping[str, Any]:
    title, description = text(form, "title"), text(form, "description")

    def same(other: Action) -> bool:
        return (other.problem, other.title, other.description) == (key, title, description)

    return {
        "action": drawn_key(title, register.states[Action.KIND], same),
        "on": text(form, "on"),
        "problem": key,
        "title": title,
        "description": description,
        "owner": inner(form, "owner", "role", "organisation"),
        "due": due_day(form),
        "planned_hours": decimal(form, "planned_hours"),
        "expected_effect": text(form, "expected_effect"),
        "follow_up": inner(form, "follow_up", "on", "owner_role", "measure", "comparison"),
    }


def _reopen(register: Register, reader: Reader, key: str, form: Form) -> Mapping[str, Any]:
    return {"problem": key, "on": text(form, "on"), "reason": text(form, "reason")}


def _close(register: Register, reader: Reader, key: str, form: Form) -> Mapping[str, Any]:
    return {**_reopen(register, reader, key, form), "outcome": text(form, "outcome")}


FORMS: Mapping[str, FormKind] = {
    "underlag": FormKind(
        AddEvidence, _add_evidence, lambda language: translate("Underlaget är tillagt.", language), "underlag"
    ),
    "vardera": FormKind(
        ValueProblem, _value, lambda language: translate("Din värdering är sparad.", language), "vardering"
    ),
    "prioritera": FormKind(
        Prioritise, _prioritise, lambda language: translate("Problemet är prioriterat.", language), "beslut"
    ),
    "bortprioritera": FormKind(
        SetProblemAside, _decision, lambda language: translate("Problemet är bortprioriterat.", language), "beslut"
    ),
    "orsaker": FormKind(
        AnalyseCauses, _causes, lambda language: translate("Orsaksanalysen är sparad.", language), "orsaker"
    ),
    "plan": FormKind(AdoptPlan, _plan, lambda language: translate("Handlingsplanen är antagen.", language), "plan"),
    "atgard": FormKind(Commit, _commit, lambda language: translate("Åtgärden är beslutad.", language), "atgarder"),
    "avsluta": FormKind(Close, _close, lambda language: translate("Problemet är avslutat.", language), "beslut"),
    "ateruppta": FormKind(
        Reopen, _reopen, lambda language: translate("Problemet är återupptaget.", language), "beslut"
    ),
}
