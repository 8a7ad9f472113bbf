"""A form becomes a command: who may give it, what it lacks, and what the rules answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import structlog
from pydantic import ValidationError

from adapters.event_store import CommandReused, Conflict
from domain.core import Command, Refused
from service.access import require
from service.pages.personal_form import PersonalDataInForm, refuse_unchecked
from service.pages.reader import Reader
from service.register import LiveRegister, Stale

log = structlog.get_logger()
Form = Mapping[str, Any]
_ID = re.compile("[!-~]{1,128}")  # as the API's Idempotency-Key
_NO_VERSION = -1


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a form was not taken: a sentence for its top, a sentence for each field that does not fit, what was given."""

    sentence: str
    fields: Mapping[str, str] = field(default_factory=dict)
    given: Form = field(default_factory=dict)

    def at(self, name: str) -> str | None:
        """What is wrong with a field."""
        return self.fields.get(name)


def new_id() -> str:
    """For the hidden field `command_id`: a form sent twice is carried out once."""
    return uuid4().hex


def text(form: Form, name: str) -> str | None:
    """A field without surrounding space; None when it is empty or not there."""
    value = form.get(name)
    found = (value[-1] if isinstance(value, list) else value) or ""
    return str(found).strip() or None


def whole(given: str | None) -> int | None:
    """A whole number out of a hidden field or an address; None for anything else."""
    return int(given) if given and given.isascii() and given.isdigit() and len(given) < 19 else None


def several(form: Form, name: str) -> tuple[str, ...]:
    """A field that may come more than once, such as ticked boxes."""
    value = form.get(name, ())
    return tuple(str(one) for one in (value if isinstance(value, list | tuple) else (value,)) if str(one).strip())


def attempt(
    live: LiveRegister, reader: Reader, command: type[Command], form: Form, make: Callable[[], Mapping[str, Any]],
    *, looked_through: bool = False,
) -> Fault | None:  # fmt: skip
    """Ask for a command with the values that `make` takes out of the form; None when it was carried out.

    The form's hidden fields command_id and expected (a version) make it repeatable and protect what was read. Raises
    PersonalDataInForm, which is answered with a page of its own, unless `looked_through` (the form has its own way).
    """
    en = reader.language == "en"
    require(reader.account, command)  # the form was not offered: a page of its own says so, and it is written down
    try:
        asked = command.model_validate({name: value for name, value in make().items() if value is not None})
        if not looked_through:
            refuse_unchecked(asked, form)
        answer = live.ask(asked, reader.by, command_id=_command_id(form), expected=_expected(form))
    except PersonalDataInForm:
        raise
    except Refused as refused:
        log.info("refused", rule=refused.rule)
        return Fault(refused.en if en else refused.sv, given=form)
    except ValidationError as wrong:
        return unfit(wrong, form, en=en)
    except (Stale, Conflict, CommandReused):
        return Fault(
            "Somebody else changed this meanwhile. Look at what it says now, and try again."
            if en
            else "Någon annan ändrade detta under tiden. Se vad som gäller nu och försök igen.",
            given=form,
        )
    log.info("accepted", command=command.NAME, gsn=answer.last_gsn, repeated=answer.repeated)
    return None


def _command_id(form: Form) -> str | None:
    given = text(form, "command_id")
    return given if given and _ID.fullmatch(given) else None


def _expected(form: Form) -> int | None:
    """The version that was seen; what is no number is no version, so that nothing is carried out on it."""
    given = text(form, "expected")
    if given is None:
        return None
    number = whole(given)
    return _NO_VERSION if number is None else number


_KINDS: Mapping[str, tuple[str, str]] = {
    "missing": ("Fyll i fältet.", "Fill in the field."),
    "string_too_short": ("Fyll i fältet.", "Fill in the field."),
    "too_short": ("Fyll i minst ett.", "Fill in at least one."),
    "string_too_long": ("Texten är för lång.", "The text is too long."),
    "string_pattern_mismatch": (
        "Använd små bokstäver a–z, siffror och bindestreck.", "Use small letters a–z, digits and hyphens."
    ),
    "date_from_datetime_parsing": ("Skriv datumet som 2020-11-18.", "Write the date as 2020-11-18."),
    "date_parsing": ("Skriv datumet som 2020-11-18.", "Write the date as 2020-11-18."),
    "float_parsing": ("Skriv ett tal.", "Write a number."),
    "int_parsing": ("Skriv ett heltal.", "Write a whole number."),
    "literal_error": ("Välj ett av alternativen.", "Choose one of the alternatives."),
}  # fmt: skip


def unfit(wrong: ValidationError, form: Form, *, en: bool) -> Fault:
    """What does not fit in the fields of a form."""
    fields = {}
    for e in wrong.errors():
        sentences = _KINDS.get(e["type"], ("Värdet passar inte.", "The value does not fit."))
        fields[".".join(str(part) for part in e["loc"])] = sentences[int(en)]
    top = "Something is missing or does not fit. See the marked fields." if en else (
        "Något saknas eller passar inte. Se de markerade fälten."
    )  # fmt: skip
    return Fault(top, fields, form)
