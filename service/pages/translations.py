"""The catalogues of translations: Swedish is the source language, English is read from locale/en/*.po, merged."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from service.wording import Language

LOCALE = Path(__file__).parent / "locale"


@cache
def translations(language: Language) -> NullTranslations:
    """What turns the texts of templates and pages into a language."""
    if language == "sv":
        return NullTranslations()
    made = BytesIO()
    write_mo(made, english())
    made.seek(0)
    return Translations(made)


@cache
def english() -> Catalog:
    """Every English text, from all files. ValueError when two files translate the same text differently."""
    whole = Catalog(locale="en")
    for path in sorted((LOCALE / "en").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="en"):
                if not message.id:
                    continue
                there = whole.get(message.id, message.context)
                if there is not None and there.string != message.string:
                    raise ValueError(f"{path.name} translates “{message.id}” otherwise than another file")
                whole.add(message.id, message.string, context=message.context)
    return whole


def translate(text: str, language: Language) -> str:
    """One text; what has no translation stays Swedish (a test finds it)."""
    return str(translations(language).gettext(text))
