"""The page in between: the texts of a form that look like holding personal data, to be rewritten or confirmed.

It stands for every form with free text: what was given is sent to the same address again, with the texts to change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from litestar import Request, Response

from service.pages.personal_form import CONFIRMED, PersonalDataInForm
from service.pages.personal_warning import told_of
from service.pages.reader import reader_of
from service.pages.rendering import page
from service.pages.translations import translate
from service.personal_data import found_words
from service.register import LiveRegister
from service.wording import Language

LABELS: Mapping[str, str] = {
    "reason": "Skäl", "what": "Vad beslutas?", "comment": "Kommentar", "title": "Rubrik", "description": "Beskrivning",
    "document": "Dokument", "document_note": "Vad dokumentet visar", "aim": "Syfte", "method": "Metod",
    "note": "Anteckning", "how": "Hur kontrollerades det?", "words": "Det vi säger till invånarna",
    "expected_effect": "Väntad effekt", "explained_by": "Känd orsak", "role": "Roll", "organisation": "Organisation",
}  # fmt: skip
_OWN = ("_csrf_token", CONFIRMED)
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A field of the form in which something was found: its label, its text, and a sentence for each finding."""

    name: str
    label: str
    text: str
    found: tuple[str, ...]


def personal_form_page(live: LiveRegister) -> Callable[[Request[Any, Any, Any], PersonalDataInForm], Response[str]]:
    """What answers when a form was not carried out because of what may be in its texts."""

    def answer(request: Request[Any, Any, Any], found: PersonalDataInForm) -> Response[str]:
        log.info("refused", rule=found.rule)
        reader = reader_of(request, live)
        doubtful = tuple(_doubtful(found.form, reader.language))
        names = {one.name for one in doubtful}
        rest = [pair for pair in _pairs(found.form) if pair[0] not in (*_OWN, *names)]
        swapped = request.headers.get("hx-request") == "true"
        return page(
            request, live, reader, "personal_form_card.html" if swapped else "personal_form.html", status=422,
            doubtful=doubtful, rest=rest, confirmed=CONFIRMED,
        )  # fmt: skip

    return answer


def _pairs(form: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every value of the form with its name; a name may come more than once."""
    for name, value in form.items():
        for each in value if isinstance(value, list | tuple) else (value,):
            yield name, str(each)


def _doubtful(form: Mapping[str, Any], language: Language) -> Iterator[Doubtful]:
    for name, text in _pairs(form):
        words = list(dict.fromkeys(found_words(text))) if name not in _OWN else []
        if words:
            label = translate(LABELS.get(name.rpartition("_")[2], LABELS.get(name, "Text")), language)
            yield Doubtful(name, label, text, tuple(told_of(kind, word, language) for kind, word in words))
