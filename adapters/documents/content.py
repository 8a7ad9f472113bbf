"""What a document says, without how it looks: sections of paragraphs, lists, tables, figures and notes.

Texts come ready from the caller, in the document's language. Nothing here knows where they will be shown, so that HTML,
PDF and Word say the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Language = Literal["sv", "en"]
Side = Literal["left", "right"]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text. strong: the sentence that a hurried reader shall see."""

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list; numbered where the order means something."""

    items: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and values, a pair a line."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A table's column. side: figures stand to the right. share: its part of the width, in relation to the others'."""

    name: str
    side: Side = "left"
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a caption that says what it shows; each row has a text a column, and the first names the row."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture as SVG. alt: what it shows, for who cannot see it. caption: the finding, as a sentence."""

    svg: str
    alt: str
    caption: str


@dataclass(frozen=True, slots=True)
class Note:
    """A remark that shall be seen. kind: made-up data, a caution, or something to know."""

    text: str
    kind: Literal["synthetic", "caution", "information"] = "information"


Block = Paragraph | Bullets | Facts | Table | Figure | Note


@dataclass(frozen=True, slots=True)
class Section:
    """A part with a title. key: its address within the page. parts: sections within it, one level."""

    key: str
    title: str
    blocks: tuple[Block, ...] = ()
    parts: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document. made_on: the date in the files, so that the same content gives the same bytes.

    lead: what stands above the first section, such as the mark of made-up data and the conclusion.
    """

    title: str
    subtitle: str
    organisation: str
    language: Language
    made_on: date
    lead: tuple[Block, ...]
    sections: tuple[Section, ...]
