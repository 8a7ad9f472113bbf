"""The yearly book for tools: its content as JSON, and the PDF and the Word file that people get."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from litestar import Response, get
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, QueryParameter

from adapters.documents import content
from service.api.asking import AsOf
from service.api.problems import documented
from service.book.book import chosen_agreement
from service.book.kept import MEDIA_TYPES, Form, books_of, file_name
from service.moments import position
from service.register import LiveRegister
from service.wording import Language

Agreement = Annotated[
    str | None, QueryParameter(description="The agreement's key; otherwise the one in force, or the latest.")
]
Spoken = Annotated[Language, QueryParameter(description="The language of the book's texts.")]


@dataclass(frozen=True, slots=True)
class ParagraphBlock:
    """Running text. strong: the sentence that a hurried reader shall see."""

    text: str
    strong: bool
    kind: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True, slots=True)
class BulletsBlock:
    """A list; numbered where the order means something."""

    items: tuple[str, ...]
    numbered: bool
    kind: Literal["bullets"] = "bullets"


@dataclass(frozen=True, slots=True)
class Fact:
    """A name and its value."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class FactsBlock:
    """Names and values."""

    facts: tuple[Fact, ...]
    kind: Literal["facts"] = "facts"


@dataclass(frozen=True, slots=True)
class TableBlock:
    """A table: the columns' names, and rows with a text a column; the first names the row."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    kind: Literal["table"] = "table"


@dataclass(frozen=True, slots=True)
class FigureBlock:
    """A picture as SVG, what it shows (alt), and the finding (caption)."""

    svg: str
    alt: str
    caption: str
    kind: Literal["figure"] = "figure"


@dataclass(frozen=True, slots=True)
class NoteBlock:
    """A remark. about: made-up data (synthetic), a caution, or something to know (information)."""

    text: str
    about: Literal["synthetic", "caution", "information"]
    kind: Literal["note"] = "note"


BookBlock = ParagraphBlock | BulletsBlock | FactsBlock | TableBlock | FigureBlock | NoteBlock


@dataclass(frozen=True, slots=True)
class BookPart:
    """A part of a section."""

    key: str
    title: str
    blocks: tuple[BookBlock, ...]


@dataclass(frozen=True, slots=True)
class BookSection:
    """A section and its parts."""

    key: str
    title: str
    blocks: tuple[BookBlock, ...]
    parts: tuple[BookPart, ...]


@dataclass(frozen=True, slots=True)
class Book:
    """The book of a year. lead: what stands above the first section: state, marks and conclusion. made_on: the day of
    its last event; the same book is the same content and the same bytes."""

    title: str
    subtitle: str
    organisation: str
    language: Language
    made_on: date
    lead: tuple[BookBlock, ...]
    sections: tuple[BookSection, ...]


def views(live: LiveRegister) -> list[Any]:
    """The book of a year as JSON, PDF and Word."""
    return [_book(live), _file(live, "pdf"), _file(live, "docx")]


def _book(live: LiveRegister) -> Any:
    @get(
        "/reviews/{year:int}",
        responses=documented(404, 422),
        sync_to_thread=True,
        operation_id="view_review",
        summary="The book of a year: what was agreed, what was done, and whether it helped.",
    )
    def handler(year: FromPath[int], agreement: Agreement = None, language: Spoken = "sv", as_of: AsOf = None) -> Book:
        at = position(live, as_of)
        return _plain(books_of(live).document(chosen_agreement(live, agreement, at), year, language, at))

    return handler


def _file(live: LiveRegister, form: Form) -> Any:
    kind = MEDIA_TYPES[form]
    answers = {200: ResponseSpec(bytes, description="The file.", media_type=kind, generate_examples=False)}

    @get(
        f"/reviews/{{year:int}}/{form}",
        responses={**answers, **documented(404, 422)},
        media_type=kind,
        sync_to_thread=True,
        operation_id=f"view_review_{form}",
        summary=f"The book of a year as {'PDF/UA-1' if form == 'pdf' else 'a Word file'}.",
    )
    def handler(
        year: FromPath[int], agreement: Agreement = None, language: Spoken = "sv", as_of: AsOf = None
    ) -> Response[bytes]:
        at = position(live, as_of)
        made = books_of(live).file(chosen_agreement(live, agreement, at), year, language, form, at)
        name = file_name(year, language, form)
        return Response(made, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})

    return handler


def _plain(document: content.Document) -> Book:
    return Book(
        document.title, document.subtitle, document.organisation, document.language, document.made_on,
        _blocks(document.lead), tuple(_section(each) for each in document.sections),
    )  # fmt: skip


def _section(section: content.Section) -> BookSection:
    parts = tuple(BookPart(part.key, part.title, _blocks(part.blocks)) for part in section.parts)
    return BookSection(section.key, section.title, _blocks(section.blocks), parts)


def _blocks(blocks: tuple[content.Block, ...]) -> tuple[BookBlock, ...]:
    return tuple(_block(block) for block in blocks)


def _block(block: content.Block) -> BookBlock:
    match block:
        case content.Paragraph():
            return ParagraphBlock(block.text, block.strong)
        case content.Bullets():
            return BulletsBlock(block.items, block.numbered)
        case content.Facts():
            return FactsBlock(tuple(Fact(name, value) for name, value in block.pairs))
        case content.Table():
            return TableBlock(block.caption, tuple(column.name for column in block.columns), block.rows)
        case content.Figure():
            return FigureBlock(block.svg, block.alt, block.caption)
        case content.Note():
            return NoteBlock(block.text, block.kind)
