"""A form that was tried and not taken is shown again with what was given; and fields that several forms have."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from domain.core import Command
from service.pages.forms import Fault, Form, attempt, several, text
from service.pages.reader import Reader
from service.register import LiveRegister


@dataclass(frozen=True, slots=True)
class Tried:
    """Which form of a page was tried, and why it was not taken; nothing has been tried when `fault` is None."""

    form: str = ""
    fault: Fault | None = None

    def at(self, form: str) -> Fault | None:
        """The fault, if it is that form's."""
        return self.fault if form == self.form else None

    def value(self, form: str, name: str, default: object = "") -> object:
        """What was given in a field of that form, else the default."""
        fault = self.at(form)
        return default if fault is None else text(fault.given, name) or ""

    def ticked(self, form: str, name: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """What was ticked in that form, else the default."""
        fault = self.at(form)
        return default if fault is None else several(fault.given, name)


def try_form(
    live: LiveRegister, reader: Reader, command: type[Command], form: Form, make: Callable[[], Mapping[str, Any]]
) -> Fault | None:
    """As `attempt`, with the faults of inner fields under the names that forms give them: owner.role as owner_role."""
    fault = attempt(live, reader, command, form, make)
    if fault is None:
        return None
    return replace(fault, fields={name.replace(".", "_"): sentence for name, sentence in fault.fields.items()})


def inner(form: Form, prefix: str, *names: str) -> dict[str, str]:
    """A value with fields of its own: prefix_name for each name, those that are filled in."""
    found = {name: text(form, f"{prefix}_{name}") for name in names}
    return {name: value for name, value in found.items() if value is not None}


def rows(form: Form, prefix: str, most: int, *names: str) -> list[dict[str, str]]:
    """A list of such values: prefix_0_name, prefix_1_name …, those with anything filled in."""
    return [row for row in (inner(form, f"{prefix}_{i}", *names) for i in range(most)) if row]


def decimal(form: Form, name: str) -> str | None:
    """A number as it may be written, with a decimal comma."""
    value = text(form, name)
    return None if value is None else value.replace(",", ".").replace("\N{NO-BREAK SPACE}", "").replace(" ", "")


def drawn_key(title: str | None, taken: Mapping[str, Any], same: Callable[[Any], bool]) -> str | None:
    """A key made of a title. A taken one gets a number, unless what has it is the same (the form was sent twice)."""
    plain = unicodedata.normalize("NFKD", title or "").encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-")
    if not base:
        return None if not title else "utan-namn"
    candidates = (base, *(f"{base}-{n}" for n in range(2, 10_000)))
    reserved = {"ny", "nytt"}  # the addresses of the forms
    return next(key for key in candidates if key not in reserved and (key not in taken or same(taken[key])))
