"""A document as PDF that a screen reader can follow (PDF/UA-1)."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, time
from math import ceil
from pathlib import Path
from typing import Any

from adapters.documents.column_widths import column_widths, text_size
from adapters.documents.content import Block, Document, Facts, Figure, Language, Note, Section, Table
from adapters.documents.layout_words import WORDS, has_contents, marked, region
from adapters.documents.picture import width_of
from adapters.documents.signs import breakable, each_text
from adapters.documents.typesetting import typeset

LAYOUT = Path(__file__).with_name("document.typ")
_WIDTH = 160.0  # of the text, in mm
_LETTERS = 95  # that a line of a table holds, over the whole page
_HIGH = 25  # a row of more lines may be broken over pages
_SHORT = 16  # a table of fewer stays on one page


def document_pdf(document: Document) -> bytes:
    """The document as PDF/UA-1, A4: title, language, headings, table headers and figures are marked."""
    return typeset(LAYOUT, document, datetime.combine(document.made_on, time(), UTC), _as_data)


def _as_data(document: Document) -> dict[str, Any]:
    on, language = document.made_on, document.language
    return {
        "language": language,
        "region": region(language),
        "words": dict(WORDS[language]),
        "made": {"year": on.year, "month": on.month, "day": on.day},
        "title": document.title,
        "subtitle": document.subtitle,
        "organisation": document.organisation,
        "contents": has_contents(document),
        "lead": [_block(block, language) for block in document.lead],
        "sections": [_section(s, f"{n}", language) for n, s in enumerate(document.sections, start=1)],
    }


def _section(section: Section, number: str, language: Language) -> dict[str, Any]:
    return {
        "title": f"{number} {breakable(section.title)}",
        "blocks": [_block(block, language) for block in section.blocks],
        "parts": [_section(part, f"{number}.{n}", language) for n, part in enumerate(section.parts, start=1)],
    }


def _block(block: Block, language: Language) -> dict[str, Any]:
    """A block as the layout reads it; `block` says which kind it is."""
    data: dict[str, Any] = {"block": type(block).__name__.lower(), **asdict(each_text(block, breakable))}
    if isinstance(block, Table):
        lines = [_lines(block, row) for row in block.rows]
        data["breakable"] = sum(lines) > _SHORT
        data["widths"] = column_widths(block, _WIDTH / 10, text_size(block))
        data["size"] = text_size(block)
        data["repeated"] = not _reads_as_a_sentence(block)
        data["rows"] = [{"cells": c, "breakable": n > _HIGH} for c, n in zip(data["rows"], lines, strict=True)]
    elif isinstance(block, Facts):
        data["breakable"] = sum(ceil((len(name) + len(value)) / _LETTERS) for name, value in block.pairs) > _SHORT
    elif isinstance(block, Note):
        data["word"] = marked(block, language)
    elif isinstance(block, Figure):
        data["width"] = width_of(block.svg, _WIDTH)
        data["svg"] = block.svg  # a picture's code has long words of its own
    return data


def _reads_as_a_sentence(table: Table) -> bool:
    """Whether the names side by side could be taken for a line of text: screen readers pass over what a page repeats,
    and a checker would complain. Such a head stands once, above the first row."""
    words = [word for column in table.columns for word in column.name.split()]
    return len(words) >= 8 and sum(word[0].islower() for word in words) >= 4


def _lines(table: Table, row: tuple[str, ...]) -> int:
    """About how many lines a row takes."""
    whole = sum(column.share for column in table.columns)
    shares = [column.share / whole for column in table.columns]
    return max((ceil(len(text) / max(_LETTERS * share, 1)) for text, share in zip(row, shares, strict=True)), default=0)
