"""What the forms of an action become: the fields of each as a command."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from domain.action import Cancel, Change, DoNotStart, FollowUp, LogDose, ReportDone, Start, Verify
from domain.core import Command
from service.pages.forms import Form, text
from service.pages.problem_forms import due_day
from service.pages.translations import translate
from service.pages.tried import decimal, inner
from service.wording import Language

Make = Callable[[str, Form], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class FormKind:
    """A form of the action's page: its command, how its fields become that, what is said when it was taken, and at
    which progress it is shown."""

    command: type[Command]
    make: Make
    said: Callable[[Language], str]
    shown: tuple[str, ...]


def _named(key: str, form: Form, *names: str) -> dict[str, Any]:
    return {"action": key, "on": text(form, "on"), **{name: text(form, name) for name in names}}


def _start(key: str, form: Form) -> Mapping[str, Any]:
    return _named(key, form)


def _reason(key: str, form: Form) -> Mapping[str, Any]:
    return _named(key, form, "reason")


def _dose(key: str, form: Form) -> Mapping[str, Any]:
    return {**_named(key, form, "unit", "note"), "amount": decimal(form, "amount"), "hours": decimal(form, "hours")}


def _change(key: str, form: Form) -> Mapping[str, Any]:
    return {
        **_named(key, form, "reason", "description"),
        "owner": inner(form, "owner", "role", "organisation") or None,
        "due": due_day(form),
        "planned_hours": decimal(form, "planned_hours"),
    }


def _note(key: str, form: Form) -> Mapping[str, Any]:
    return _named(key, form, "note")


def _how(key: str, form: Form) -> Mapping[str, Any]:
    return _named(key, form, "how")


def _follow_up(key: str, form: Form) -> Mapping[str, Any]:
    numbers = {name: decimal(form, f"effect_{name}") for name in ("estimate", "low", "high")}
    effect = {**inner(form, "effect", "design", "words"), **{name: n for name, n in numbers.items() if n is not None}}
    return {**_named(key, form, "production", "process"), "hours": decimal(form, "hours"), "effect": effect}


FORMS: Mapping[str, FormKind] = {
    "starta": FormKind(Start, _start, lambda language: translate("Åtgärden är påbörjad.", language), ("committed",)),
    "utfort": FormKind(LogDose, _dose, lambda language: translate("Det utförda är antecknat.", language), ("started",)),
    "klar": FormKind(
        ReportDone,
        _note,
        lambda language: translate("Åtgärden är rapporterad klar. Någon annan kontrollerar.", language),
        ("started",),
    ),
    "kontrollera": FormKind(
        Verify, _how, lambda language: translate("Åtgärden är kontrollerad klar.", language), ("reported done",)
    ),
    "folj-upp": FormKind(
        FollowUp,
        _follow_up,
        lambda language: translate("Uppföljningen är sparad.", language),
        ("reported done", "verified done", "cancelled"),
    ),
    "andra": FormKind(
        Change, _change, lambda language: translate("Åtgärden är ändrad.", language), ("committed", "started")
    ),
    "paborjas-inte": FormKind(
        DoNotStart,
        _reason,
        lambda language: translate("Det är antecknat att åtgärden inte påbörjas.", language),
        ("committed",),
    ),
    "avbryt": FormKind(Cancel, _reason, lambda language: translate("Åtgärden är avbruten.", language), ("started",)),
}
