"""The layout's own words, and the numbers of sections: the same in HTML, PDF, Word and text."""

from __future__ import annotations

from collections.abc import Mapping

from adapters.documents.content import Document, Language, Note

WORDS: Mapping[Language, Mapping[str, str]] = {
    "sv": {
        "page": "Sida", "contents": "Innehåll", "synthetic": "Syntetiska uppgifter", "caution": "Observera",
        "information": "Att veta", "figure": "Bild",
    },
    "en": {
        "page": "Page", "contents": "Contents", "synthetic": "Synthetic data", "caution": "Caution",
        "information": "Note", "figure": "Figure",
    },
}  # fmt: skip
MOST_WITHOUT_CONTENTS = 5


def marked(note: Note, language: Language) -> str | None:
    """The word that a note begins with; None where its text has it already."""
    word = WORDS[language][note.kind]
    return None if note.text.casefold().startswith(word.casefold()) else word


def has_contents(document: Document) -> bool:
    """Whether the document is long enough for a table of contents."""
    return len(document.sections) > MOST_WITHOUT_CONTENTS


def region(language: Language) -> str:
    """The country whose way of writing the language is used."""
    return "SE" if language == "sv" else "GB"
