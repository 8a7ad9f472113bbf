"""A form with personal data in it is sent back before anything is stored or logged; some of it may be confirmed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from service.pages.forms import Fault, Form, text
from service.pages.reader import Reader
from service.pages.translations import translate
from service.personal_data import Kind, found_words
from service.wording import Language

_NAMED: Mapping[Kind, str] = {
    "personal number": "Det ser ut som ett personnummer: {found}. Ta bort det, personnummer sparas aldrig här.",
    "phone": "Det ser ut som ett telefonnummer: {found}. Ändra, eller bekräfta att det inte hör till en person.",
    "e-mail": "Det ser ut som en e-postadress: {found}. Ändra, eller bekräfta att den inte hör till en person.",
    "name": "Det ser ut som ett namn: {found}. Ändra, eller bekräfta att det inte är en persons namn.",
}


def warned(form: Form, fields: Sequence[str], reader: Reader) -> Fault | None:
    """Personal data that is not confirmed to be something else. A personal number can't be confirmed."""
    found, confirms = _found(form, fields), confirming(form, fields)
    if not found or (confirms is not None and text(form, "confirmed") == confirms):
        return None
    first = "personal number" if confirms is None else None  # what can't be confirmed comes first, alone
    told = {
        name: " ".join(_said(kind, word, reader) for kind, word in words if first in (None, kind))
        for name, words in found.items()
    }
    top = translate("Inget är sparat ännu: det kan finnas personuppgifter i texten.", reader.language)
    return Fault(top, {name: words for name, words in told.items() if words}, form)


def confirming(form: Form, fields: Sequence[str]) -> str | None:
    """The value that confirms just these findings; None when there is nothing that may be confirmed."""
    found = _found(form, fields)
    kinds = {kind for words in found.values() for kind, _ in words}
    if not kinds or "personal number" in kinds:
        return None
    return hashlib.sha256(repr(sorted(found.items())).encode()).hexdigest()[:16]


def _found(form: Form, fields: Sequence[str]) -> Mapping[str, list[tuple[Kind, str]]]:
    """Field to what looks like personal data in it."""
    found = {name: list(found_words(text(form, name) or "")) for name in fields}
    return {name: words for name, words in found.items() if words}


_TOLD: Mapping[Kind, str] = {
    "personal number": "Det ser ut som ett personnummer: {found}.",
    "phone": "Det ser ut som ett telefonnummer: {found}.",
    "e-mail": "Det ser ut som en e-postadress: {found}.",
    "name": "Det ser ut som ett namn: {found}.",
}


def told_of(kind: Kind, word: str, language: Language) -> str:
    """A finding in a sentence, without what to do about it."""
    quoted = f"“{word}”" if language == "en" else f"”{word}”"
    return translate(_TOLD[kind], language).replace("{found}", quoted)


def _said(kind: Kind, word: str, reader: Reader) -> str:
    quoted = f"“{word}”" if reader.language == "en" else f"”{word}”"
    return translate(_NAMED[kind], reader.language).replace("{found}", quoted)
