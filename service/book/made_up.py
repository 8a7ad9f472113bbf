"""The mark of made-up data, where figures stand."""

from __future__ import annotations

from adapters.documents.content import Note
from service.book.year import Year


def note(year: Year) -> Note:
    """Above figures."""
    return Note(
        year.say(
            "Talen är syntetiska: påhittade för demonstration.", "The figures are synthetic: made up for demonstration."
        ),
        "synthetic",
    )


def mark(year: Year, *, synthetic: bool, name: str = "") -> str:
    """After a caption, in brackets; nothing where data are real or the name says it already in the book's language."""
    if not synthetic or year.say("syntetisk", "synthetic") in name.casefold():
        return ""
    return year.say(" (syntetiska uppgifter)", " (synthetic data)")
