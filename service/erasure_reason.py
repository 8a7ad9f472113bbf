"""Before an erasure is asked for: whether the words that stay in the history repeat those that are to go."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from domain.core import refuse
from service.personal_data import find

LONGEST_RUN = 3
"""So many words in a row may stand in both; with one more it is the text that is repeated."""
SHORTEST_TEXT = 12
"""A shorter text, such as “Ja.”, stands in any reason."""
_WORD = re.compile(r"\w+(?:[-'’]\w+)*")
_CITED = re.compile(
    r"\b(?:artikel|artiklarna|art\.|article|articles|punkt|förordning|regulation|lag)\s+\(?(?:EU\)\s*)?[\d.:/]+\)?"
    r"|\(EU\)\s*[\d/]+|\b\d+\s*(?:kap\.|§)|§\s*\d+",
    re.IGNORECASE,
)
"""The numbers of a law's own parts, which any text may hold by chance: artikel 17, 12 kap., 6 §."""


def refuse_repeated(legal_basis: str, reason: str, texts: Iterable[str | None]) -> None:
    """Refuses a basis or a reason that repeats one of the texts, or names a person by number."""
    there = [text for text in texts if text is not None]
    for written in (legal_basis, reason):
        numbered = any(found.kind == "personal number" for found in find(written))
        if numbered or any(repeats(written, text) for text in there):
            refuse(
                "reason-repeats-it",
                "Skälet eller den rättsliga grunden upprepar det som ska raderas, eller innehåller ett personnummer. "
                "Det står kvar i historiken: skriv varför utan att upprepa texten.",
                "The reason or the legal basis repeats what is to be erased, or holds a personal number. It stays in "
                "the history: write why without repeating the text.",
            )


def repeats(written: str, text: str) -> bool:
    """Whether what was written holds a name, a number or a run of words from the text, or all of it.

    A name is two words in a row with capitals that both stand in the text, in any order and with or without a final s.
    """
    folded = _folded(text)
    own, there = _WORD.findall(written), [_plain(word) for word in _WORD.findall(text)]
    return (
        (len(folded) >= SHORTEST_TEXT and folded in _folded(written))
        or _named(own, set(there))
        or any(_plain(word) in there for word in _WORD.findall(_CITED.sub(" ", written)) if _has_digit(word))
        or bool(_runs([_plain(word) for word in own]) & _runs(there))
    )


def _named(words: Sequence[str], there: set[str]) -> bool:
    known = [word[0].isupper() and _plain(word) in there for word in words]
    return any(one and after for one, after in pairwise(known))


def _runs(words: Sequence[str]) -> set[tuple[str, ...]]:
    length = LONGEST_RUN + 1
    return {tuple(words[at : at + length]) for at in range(len(words) - length + 1)}


def _plain(word: str) -> str:
    """Without case, and without the s of a genitive."""
    folded = word.casefold()
    return folded[:-1] if len(folded) > 3 and folded.endswith("s") else folded


def _has_digit(word: str) -> bool:
    return any(letter.isdigit() for letter in word)


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold().rstrip(" .!?")
