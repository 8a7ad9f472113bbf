"""How an import is told on the page: kinds of files, fields, faults of rows, and what became of a file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from adapters.columns import SWEDISH
from adapters.faults import Fault
from domain.core import Refused
from service.importing import ImportOutcome
from service.pages.forms import Fault as FormFault
from service.pages.forms import Form
from service.pages.reader import Reader
from service.pages.translations import translate
from service.wording import Language

_KINDS: Mapping[str, str] = {
    "counts": "Antal per område, kategori och period",
    "incidents": "Händelser, en rad var",
    "reports": "Rapporter, en rad var",
    "survey": "Enkätresultat",
    "notices": "Polisens notiser",
}
_ENGLISH = {
    "ref": "reference",
    "n": "number of answers",
    "low": "lower limit",
    "high": "upper limit",
    "name": "headline",
    "url": "link",
    "gps": "coordinates",
}
_OPTION = re.compile(r" \(--[a-z-]+\)")  # what is written on the command line is a choice on the page


@dataclass(frozen=True, slots=True)
class ToldFault:
    """A fault as a row of a table: the first rows that have it, how many more, column, what stands there, why."""

    rows: tuple[int, ...]
    more: int
    column: str
    value: str
    words: str


def told(fault: Fault, language: Language) -> ToldFault:
    """The sentence without what has columns of its own."""
    whole = fault.en if language == "en" else fault.sv
    quoted = f" (“{fault.value}”), " if language == "en" else f" (”{fault.value}”), "
    begins = ("Row " if language == "en" else "Rad ") + str(fault.row) + (quoted if fault.value else ", ")
    words = whole.removeprefix(begins).removeprefix(f"{fault.column}: " if fault.column else "")
    words = _OPTION.sub("", words)
    more = fault.times - len(fault.rows)
    return ToldFault(fault.rows, more, fault.column, fault.value, words[:1].upper() + words[1:])


def kind_name(kind: str, language: Language) -> str:
    """What a kind of file holds."""
    return translate(_KINDS.get(kind, kind), language)


def field_name(name: str, language: Language) -> str:
    """What a field is called."""
    plain = _ENGLISH.get(name, name) if language == "en" else SWEDISH.get(name, name)
    return plain[:1].upper() + plain[1:]


def tally_sentence(done: ImportOutcome, language: Language) -> str:
    """What became of the file's rows."""
    t = done.tally
    if done.repeated:
        return translate("Filen var redan inläst. Inget lades till.", language)
    told = translate(
        "Filen är inläst: {new} nya, {corrected} ändrade, {unchanged} dubbletter, {rejected} fel.", language
    )
    return told.format(new=t.new, corrected=t.corrected, unchanged=t.unchanged, rejected=t.rejected)


def fault_of(refused: Refused, reader: Reader, given: Form) -> FormFault:
    """A refusal as a form's fault; sentences that name options of the command line get one for the page."""
    if refused.rule == "file-has-faults":
        sentence = translate("Filen har fel. Rätta den, eller läs in bara de felfria raderna.", reader.language)
    elif refused.rule in ("columns-not-found", "unknown-field"):
        sentence = translate("Alla kolumner som behövs är inte valda. Välj dem nedan.", reader.language)
    else:
        sentence = refused.en if reader.language == "en" else refused.sv
    return FormFault(sentence, given={name: value for name, value in given.items() if isinstance(value, str)})
