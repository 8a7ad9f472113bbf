"""The mark of made-up data, where figures stand."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from adapters.documents.content import Block, Note, Paragraph, Section
from adapters.documents.signs import each_text
from domain.catalogue import Source
from service.book.year import Year

_EXAMPLE = re.compile(r"(?:Syntetiskt exempel|Synthetic example): (\S)")


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


def marked_once(year: Year, section: Section) -> Section:
    """The section with one mark at its top in place of those above each part, and of the words “Syntetiskt exempel”
    that begin a text of a demonstration. A register without made-up sources keeps what people wrote as it is."""
    if not any(source.synthetic for source in year.register.every(Source)):
        return section
    plain = each_text(section, without_prefix)
    usual, parts = note(year), section.parts
    mine = [block for blocks in (section.blocks, *(part.blocks for part in parts)) for block in blocks]
    if plain == section and usual not in mine:
        return section
    cleared = replace(
        plain,
        blocks=_without(usual, plain.blocks),
        parts=tuple(replace(part, blocks=_without(usual, part.blocks)) for part in plain.parts),
    )
    if any(isinstance(block, Note) and block.kind == "synthetic" and block != usual for block in mine):
        return cleared  # it has a mark of its own
    words = usual if plain == section else Note(
        year.say(
            "Tal och texter i avsnittet är påhittade exempel för demonstration.",
            "Figures and texts in this section are made-up examples for demonstration.",
        ),
        "synthetic",
    )  # fmt: skip
    first = cleared.blocks[:1]
    top = 1 if first and isinstance(first[0], Paragraph) and first[0].strong else 0
    return replace(cleared, blocks=(*cleared.blocks[:top], words, *cleared.blocks[top:]))


def _without(usual: Note, blocks: Iterable[Block]) -> tuple[Block, ...]:
    return tuple(block for block in blocks if block != usual)


def without_prefix(text: str) -> str:
    """A text of a demonstration without the words that say so; a sentence begins with a capital letter again."""

    def begun(found: re.Match[str]) -> str:
        before = text[: found.start()].rstrip()
        return found[1].upper() if not before or before[-1] in ".!?:;”“" else found[1]

    return _EXAMPLE.sub(begun, text)
