"""A document as a Word file, to go on writing in: heading styles, marked table headers, described pictures."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import UTC, datetime, time

import docx
from docx.document import Document as Word
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph as Line

from adapters.documents.column_widths import column_widths, text_size
from adapters.documents.content import (
    Block,
    Bullets,
    Column,
    Document,
    Facts,
    Figure,
    Language,
    Note,
    Paragraph,
    Section,
    Table,
)
from adapters.documents.layout_words import WORDS, has_contents, marked
from adapters.documents.picture import width_of
from adapters.documents.signs import each_text, without_controls
from adapters.documents.word_file import mark_header, number_pages, prepare, same_every_time

WIDTH = 16.0  # of the text, in cm
SHARPNESS = 1.6  # pixels of a picture for each of its units
_SIZES = {"Normal": 11, "Heading 1": 22, "Heading 2": 15, "Heading 3": 12}  # in points
_FAMILY = re.compile(r"""font-family\s*[=:]\s*("[^"]*"|'[^']*'|[^;"']*)""")
_CARRIED = "Liberation Sans"  # by vl-convert, so that a picture is the same on every machine
_EDGES = {"synthetic": ("dashed", "8A6D00"), "caution": ("single", "9B1C1C"), "information": ("single", "6E6E6E")}


def document_docx(document: Document) -> bytes:
    """The document as a Word file; the same bytes every time."""
    document, word = each_text(document, without_controls), docx.Document()
    prepare(
        word, title=document.title, subject=document.subtitle, author=document.organisation,
        language=document.language, made=datetime.combine(document.made_on, time(), UTC), sizes=_SIZES,
    )  # fmt: skip
    number_pages(word.sections[0].footer.paragraphs[0], f"{document.title}\t\t{WORDS[document.language]['page']} ")
    _make_room(word)
    word.add_paragraph(document.organisation)
    word.add_heading(document.title, level=1)
    word.add_paragraph(document.subtitle)
    _add(word, document.lead, document.language)
    if has_contents(document):
        _add_contents(word, document)
    for number, section in enumerate(document.sections, start=1):
        _add_section(word, section, f"{number}", 2, document.language)
    return same_every_time(word)


def _make_room(word: Word) -> None:
    """Long words are hyphenated, and cells have narrow margins: tables of many columns keep their words whole."""
    hyphens = OxmlElement("w:autoHyphenation")
    settings = word.settings.element
    settings.insert(list(settings).index(settings.find(qn("w:defaultTabStop"))) + 1, hyphens)
    for side in ("left", "right"):
        for margin in word.styles["Table Grid"].element.iter(qn(f"w:{side}")):
            if margin.get(qn("w:w")) is not None:
                margin.set(qn("w:w"), "60")


def _add_section(word: Word, section: Section, number: str, level: int, language: Language) -> None:
    heading = word.add_heading(f"{number} {section.title}", level=level)
    _mark_place(heading, number)
    _add(word, section.blocks, language)
    for n, part in enumerate(section.parts, start=1):
        _add_section(word, part, f"{number}.{n}", level + 1, language)


def _add(word: Word, blocks: Sequence[Block], language: Language) -> None:
    for n, block in enumerate(blocks):
        match block:
            case Paragraph():
                line = word.add_paragraph()
                line.add_run(block.text).bold = block.strong
                line.paragraph_format.keep_with_next = _leads(blocks, n)
            case Bullets():
                _add_bullets(word, block)
            case Facts():
                _add_facts(word, block)
            case Table():
                _add_table(word, block)
            case Figure():
                _add_figure(word, block)
            case Note():
                _add_note(word, block, language)


def _leads(blocks: Sequence[Block], n: int) -> bool:
    """Whether a paragraph leads up to a list, a table or a picture, and stays with it; not one below a picture."""
    below = n > 0 and isinstance(blocks[n - 1], Figure)
    return not below and n + 1 < len(blocks) and not isinstance(blocks[n + 1], Paragraph)


# Texts


def _add_bullets(word: Word, block: Bullets) -> None:
    """Bullets, or lines that hang on their numbers."""
    for number, item in enumerate(block.items, start=1):
        if not block.numbered:
            word.add_paragraph(item, style="List Bullet")
            continue
        shape = word.add_paragraph(f"{number}. {item}").paragraph_format
        shape.left_indent, shape.first_line_indent, shape.space_after = Cm(0.8), Cm(-0.8), Pt(4)


def _add_facts(word: Word, block: Facts) -> None:
    for name, value in block.pairs:
        line = word.add_paragraph()
        line.paragraph_format.space_after = Pt(2)
        line.add_run(f"{name}: ").bold = True
        line.add_run(value)


def _add_note(word: Word, block: Note, language: Language) -> None:
    """A paragraph with a border at its left, and a word in bold."""
    line, word_of = word.add_paragraph(), marked(block, language)
    if word_of:
        line.add_run(f"{word_of}: ").bold = True
    line.add_run(block.text)
    line.paragraph_format.left_indent = Cm(0.4)
    kind, colour = _EDGES[block.kind]
    borders, edge = OxmlElement("w:pBdr"), OxmlElement("w:left")
    for name, value in (("val", kind), ("sz", "24"), ("space", "8"), ("color", colour)):
        edge.set(qn(f"w:{name}"), value)
    borders.append(edge)
    # the schema has an order: borders stand before indents
    line._p.get_or_add_pPr().insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


# Tables and pictures


def _add_table(word: Word, block: Table) -> None:
    _add_caption(word, block.caption, bold=True)
    size, widths = Pt(text_size(block)), [Cm(width) for width in column_widths(block, WIDTH, text_size(block))]
    table = word.add_table(rows=len(block.rows) + 1, cols=len(widths), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    mark_header(table.rows[0])
    head = tuple(column.name for column in block.columns)
    for n, (row, texts) in enumerate(zip(table._tbl.tr_lst, (head, *block.rows), strict=True)):
        _keep_whole(row)
        for cell, text, column, width in zip(row.tc_lst, texts, block.columns, widths, strict=True):
            cell.width = width
            _write(Line(cell.p_lst[0], table), text, column, size, bold=n == 0)
    word.add_paragraph().paragraph_format.space_after = Pt(2)


def _write(line: Line, text: str, column: Column, size: Pt, *, bold: bool) -> None:
    run = line.add_run(text)
    run.bold, run.font.size = bold, size
    line.paragraph_format.space_after = Pt(1)
    if column.side == "right":
        line.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _keep_whole(row: BaseOxmlElement) -> None:
    """A row stays on one page where it can."""
    properties = row.get_or_add_trPr()
    properties.insert(0, OxmlElement("w:cantSplit"))


def _add_caption(word: Word, text: str, *, bold: bool) -> None:
    """What is found, on the same page as what shows it."""
    line = word.add_paragraph()
    run = line.add_run(text)
    run.bold, run.font.size = bold, Pt(10)
    line.paragraph_format.space_after = Pt(4)
    line.paragraph_format.keep_with_next = True


def _add_figure(word: Word, block: Figure) -> None:
    _add_caption(word, block.caption, bold=False)
    shape = word.add_picture(io.BytesIO(_png(block.svg)), width=Cm(width_of(block.svg, WIDTH * 10) / 10))
    about = shape._inline.docPr
    about.set("descr", block.alt)
    about.set("name", block.caption[:80])


def _png(svg: str) -> bytes:
    import vl_convert  # 50 MB that only the process that draws needs

    plain = _FAMILY.sub(f'font-family="{_CARRIED}"', svg) if "style=" not in svg else svg
    if "font-family" not in plain:  # without one there would be no text
        plain = plain.replace("<svg ", f'<svg font-family="{_CARRIED}" ', 1)
    return bytes(vl_convert.svg_to_png(plain, scale=SHARPNESS))


# Contents


def _add_contents(word: Word, document: Document) -> None:
    """A list of links to the sections; Word can make a table with page numbers out of the headings."""
    heading = word.add_heading(WORDS[document.language]["contents"], level=2)
    heading.paragraph_format.page_break_before = True  # the first page is for who reads no more
    for number, section in enumerate(document.sections, start=1):
        _add_link(word.add_paragraph(), f"{number}", section.title)
        for n, part in enumerate(section.parts, start=1):
            line = word.add_paragraph()
            line.paragraph_format.left_indent = Cm(0.8)
            _add_link(line, f"{number}.{n}", part.title)


def _add_link(line: Line, number: str, title: str) -> None:
    line.paragraph_format.space_after = Pt(1)
    link = OxmlElement("w:hyperlink")
    link.set(qn("w:anchor"), _place(number))
    run = line.add_run(f"{number} {title}")
    run.underline = True
    link.append(run._r)
    line._p.append(link)


def _mark_place(heading: Line, number: str) -> None:
    """Where a link of the table of contents leads."""
    begin, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    own = str(sum(int(part) * 1000**n for n, part in enumerate(reversed(number.split(".")))))
    for mark in (begin, end):
        mark.set(qn("w:id"), own if "." in number else f"{own}000000")
    begin.set(qn("w:name"), _place(number))
    heading._p.insert(1 if heading._p.pPr is not None else 0, begin)
    heading._p.append(end)


def _place(number: str) -> str:
    return f"avsnitt_{number.replace('.', '_')}"
