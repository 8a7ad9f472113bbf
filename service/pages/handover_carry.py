"""A problem goes over: each open action goes with it or ends first, by commands of their own, one after the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from domain.action import Action, Cancel, DoNotStart
from domain.core import Command
from domain.handover import CarryOver
from domain.register import Register
from service.pages.forms import Fault, Form, several, text
from service.pages.reader import Reader
from service.pages.translations import translate
from service.pages.tried import try_form
from service.register import LiveRegister
from service.wording import Language

CHOICE, WHY = "choice_", "why_"
GOES, ENDS = "goes", "ends"


@dataclass(frozen=True, slots=True)
class Carried:
    """What became of the form: the fault that stopped it, and one sentence for each action that was ended before."""

    fault: Fault | None
    ended: tuple[str, ...] = ()


def carry(live: LiveRegister, reader: Reader, problem: str, form: Form) -> Carried:
    """End the actions that do not go on, then carry the problem over. What was ended stays so if the rest fails."""
    missing = _missing(form, reader.language)
    if missing is not None:
        return Carried(missing)
    ended: list[str] = []
    for key in _chosen(form, ENDS):
        fault = _end(live, reader, key, form)
        if fault is not None:
            return Carried(_after(fault, ended, reader.language), tuple(ended))
        ended.append(_told(live.now(), key, reader.language))
    fault = try_form(live, reader, CarryOver, form, lambda: _carried(problem, form))
    return Carried(_after(fault, ended, reader.language) if fault else None, tuple(ended))


def _chosen(form: Form, choice: str) -> list[str]:
    return [name.removeprefix(CHOICE) for name in form if name.startswith(CHOICE) and text(form, name) == choice]


def _missing(form: Form, language: Language) -> Fault | None:
    """Before anything is recorded: whether a reason is lacking."""
    names = [*(f"{WHY}{key}" for key in _chosen(form, ENDS)), "reason"]
    fields = {name: translate("Fyll i fältet.", language) for name in names if text(form, name) is None}
    sentence = translate("Skäl saknas. Inget är sparat: se de markerade fälten.", language)
    return Fault(sentence, fields, form) if fields else None


def _end(live: LiveRegister, reader: Reader, key: str, form: Form) -> Fault | None:
    state = live.now().find(Action, key)
    begun = state is not None and state.progress not in ("committed", "not started")
    own = {name: value for name, value in form.items() if name != "expected"}
    own["command_id"] = f"{text(form, 'command_id') or ''}-{key}"[:128]  # sent again, it is carried out once
    given = {"action": key, "on": text(form, "on"), "reason": text(form, f"{WHY}{key}")}
    command: type[Command] = Cancel if begun else DoNotStart
    fault = try_form(live, reader, command, own, lambda: given)
    if fault is None:
        return None
    fields = {f"{WHY}{key}" if name == "reason" else name: said for name, said in fault.fields.items()}
    return replace(fault, given=form, fields=fields)


def _carried(problem: str, form: Form) -> Mapping[str, Any]:
    return {
        "problem": problem,
        "successor": text(form, "successor"),
        "on": text(form, "on"),
        "reason": text(form, "reason"),
        "actions": (*several(form, "actions"), *_chosen(form, GOES)),
    }


def _told(register: Register, key: str, language: Language) -> str:
    state = register.states[Action.KIND][key]
    told = translate("avbruten", language) if state.progress == "cancelled" else translate("påbörjas inte", language)
    return f"”{state.title}” ({told})" if language == "sv" else f"“{state.title}” ({told})"


def _after(fault: Fault, ended: list[str], language: Language) -> Fault:
    """The fault, with what has been recorded all the same."""
    if not ended:
        return fault
    saved = translate("Det här är sparat: %(ended)s. Problembilden är inte överförd.", language)
    return replace(fault, sentence=f"{saved % {'ended': ', '.join(ended)}} {fault.sentence}")
