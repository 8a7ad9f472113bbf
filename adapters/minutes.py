"""The minutes of a weekly meeting as a file: PDF that a screen reader can follow (PDF/UA-1), and Word.

Texts come ready from the caller, in the language asked for; only the layout's own words are here. The same minutes give
the same bytes, on every machine: dates in the files are the meeting's, and the fonts are those that Typst carries.
"""

from __future__ import annotations

import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, time
from itertools import groupby
from pathlib import Path
from typing import Any, Literal, TypeVar, cast

import typst
from babel.dates import format_date
from docx import Document
from docx.document import Document as Word
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import _Cell, _Row
from docx.text.paragraph import Paragraph

Language = Literal["sv", "en"]
LAYOUT = Path(__file__).with_suffix(".typ")
# signs that the fonts have for certain: Latin, Greek and Russian letters, punctuation
_SURE = re.compile("[ -~\u00a0-\u017fΑ-ΡΣ-Ωα-ωА-я–—‘’“”„•…→≥≤−€]")
_NUMBERED = re.compile(r"(\d{1,4})\. ")
_WIDTHS = (1.0, 6.5, 3.0, 2.6, 2.9)  # of the columns of decisions, in cm
V = TypeVar("V")
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the agenda: its title and what was on the table, a line each."""

    title: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """A decision: what and why, the role that answers for it, until when, and what it is about in words."""

    what: str
    reason: str
    owner: str | None = None
    due: date | None = None
    about: str | None = None


@dataclass(frozen=True, slots=True)
class Minutes:
    """What the minutes say. week: as it is written (`vecka 9 2023`). attendees: role and organisation, never a person.

    checkpoint: the event of the register that the meeting ended with, and what to do with it, as one or two sentences.
    """

    title: str
    subtitle: str
    organisation: str
    agreement: str
    week: str
    held_on: date
    closed_on: date | None
    attendees: tuple[str, ...]
    sections: tuple[Section, ...]
    decisions: tuple[DecisionLine, ...]
    synthetic: bool
    checkpoint: str


_WORDS: Mapping[Language, Mapping[str, str]] = {
    "sv": {
        "page": "Sida", "decisions": "Beslut", "no_decisions": "Mötet fattade inga beslut.", "reason": "Skäl",
        "nothing": "Inget antecknat.", "record": "Var detta står i registret", "agreement": "Överenskommelse",
        "week": "Möte", "held": "Hölls", "closed": "Avslutades", "open": "mötet är inte avslutat",
        "attended": "Deltog", "nobody": "ingen antecknad", "number": "Nr", "what": "Beslut och skäl",
        "owner": "Ansvarig roll", "due": "Klart", "about": "Gäller", "none": "–",
        "synthetic": "Syntetiska uppgifter: siffrorna i protokollet är påhittade för att visa hur Samverkan fungerar.",
    },
    "en": {
        "page": "Page", "decisions": "Decisions", "no_decisions": "The meeting decided nothing.", "reason": "Reason",
        "nothing": "Nothing noted.", "record": "Where this stands in the register", "agreement": "Agreement",
        "week": "Meeting", "held": "Held", "closed": "Closed", "open": "the meeting is not closed",
        "attended": "Attended", "nobody": "nobody noted", "number": "No.", "what": "Decision and reason",
        "owner": "Responsible role", "due": "Due", "about": "About", "none": "–",
        "synthetic": "Synthetic data: the figures in these minutes are made up to show how Samverkan works.",
    },
}  # fmt: skip


def minutes_pdf(minutes: Minutes, language: Language) -> bytes:
    """The minutes as PDF/UA-1: title, language, headings and table headers are marked for screen readers.

    A sign that the fonts lack (an emoji) is written as □: a file that lacks a sign is better than no file.
    """
    written = _each_text(minutes, _without_controls)
    try:
        return _typeset(written, language)
    except typst.TypstError:
        return _typeset(_each_text(written, _in_the_fonts), language)


def _typeset(minutes: Minutes, language: Language) -> bytes:
    return typst.compile(
        LAYOUT,
        format="pdf",
        sys_inputs={"minutes": json.dumps(_as_data(minutes, language), ensure_ascii=False, sort_keys=True)},
        ignore_system_fonts=True,
        pdf_standards=["ua-1"],
        timestamp=_made(minutes),
    )


def _each_text(value: V, change: Callable[[str], str]) -> V:
    """The same value with every text in it changed."""
    new: Any = value
    if isinstance(value, str):
        new = change(value)
    elif isinstance(value, tuple):
        new = tuple(_each_text(each, change) for each in value)
    elif isinstance(value, Minutes | Section | DecisionLine):
        new = replace(value, **{f.name: _each_text(getattr(value, f.name), change) for f in fields(value)})
    return cast(V, new)


def _without_controls(text: str) -> str:
    """Neither format can hold control characters; line breaks stay."""
    return "".join(sign for sign in text if sign == "\n" or unicodedata.category(sign) not in ("Cc", "Cs", "Cn", "Co"))


def _in_the_fonts(text: str) -> str:
    return "".join(sign if sign == "\n" or _SURE.match(sign) else "□" for sign in text)


def _made(minutes: Minutes) -> datetime:
    return datetime.combine(minutes.closed_on or minutes.held_on, time(), UTC)


def _day(on: date, language: Language) -> str:
    return format_date(on, "long", locale="sv_SE" if language == "sv" else "en_GB")


def _facts(m: Minutes, language: Language) -> list[tuple[str, str]]:
    words = _WORDS[language]
    return [
        (words["agreement"], m.agreement),
        (words["week"], m.week),
        (words["held"], _day(m.held_on, language)),
        (words["closed"], _day(m.closed_on, language) if m.closed_on else words["open"]),
        (words["attended"], "; ".join(m.attendees) or words["nobody"]),
    ]


def _rows(m: Minutes, language: Language) -> list[tuple[str, DecisionLine, str, str, str]]:
    """For each decision: its number, itself, owner, due day and subject as they are written."""
    none = _WORDS[language]["none"]
    return [
        (str(number), d, d.owner or none, _day(d.due, language) if d.due else none, d.about or none)
        for number, d in enumerate(m.decisions, start=1)
    ]


def _columns(language: Language) -> list[str]:
    return [_WORDS[language][name] for name in ("number", "what", "owner", "due", "about")]


def _as_data(m: Minutes, language: Language) -> dict[str, Any]:
    made = _made(m)
    return {
        "language": language,
        "region": "SE" if language == "sv" else "GB",
        "words": dict(_WORDS[language]),
        "made": {"year": made.year, "month": made.month, "day": made.day},
        "title": m.title,
        "subtitle": m.subtitle,
        "organisation": m.organisation,
        "synthetic": _WORDS[language]["synthetic"] if m.synthetic else None,
        "facts": _facts(m, language),
        "columns": _columns(language),
        "decisions": [
            {"number": number, "what": d.what, "reason": d.reason, "owner": owner, "due": due, "about": about}
            for number, d, owner, due, about in _rows(m, language)
        ],
        "sections": [{"title": section.title, "lists": _lists(section.lines)} for section in m.sections],
        "checkpoint": m.checkpoint,
    }


def _lists(lines: tuple[str, ...]) -> list[list[tuple[int | None, str]]]:
    """The lines in runs, those that begin with a number of their own apart from the others: no line has two marks."""
    parted = [_parted(line) for line in lines]
    return [list(run) for _, run in groupby(parted, key=lambda one: one[0] is None)]


def _parted(line: str) -> tuple[int | None, str]:
    found = _NUMBERED.match(line)
    return (int(found[1]), line[found.end() :]) if found else (None, line)


def minutes_docx(minutes: Minutes, language: Language) -> bytes:
    """The minutes as a Word file, to go on writing in: heading styles, marked table headers, language set."""
    minutes, word = _each_text(minutes, _without_controls), Document()
    _prepare(word, minutes, language)
    word.add_paragraph(minutes.organisation)
    word.add_heading(minutes.title, level=1)
    word.add_paragraph(minutes.subtitle)
    if minutes.synthetic:
        word.add_paragraph().add_run(_WORDS[language]["synthetic"]).bold = True
    for name, value in _facts(minutes, language):
        line = word.add_paragraph()
        line.paragraph_format.space_after = Pt(2)
        line.add_run(f"{name}: ").bold = True
        line.add_run(value)
    _add_decisions(word, minutes, language)
    for section in minutes.sections:
        word.add_heading(section.title, level=2)
        for text in section.lines:
            _add_line(word, text)
        if not section.lines:
            word.add_paragraph(_WORDS[language]["nothing"])
    word.add_heading(_WORDS[language]["record"], level=2)
    word.add_paragraph(minutes.checkpoint)
    return _same_every_time(word)


def _add_line(word: Word, text: str) -> None:
    """A bullet, or a line that hangs on the number it begins with."""
    if not _NUMBERED.match(text):
        word.add_paragraph(text, style="List Bullet")
        return
    shape = word.add_paragraph(text).paragraph_format
    shape.left_indent, shape.first_line_indent, shape.space_after = Cm(0.63), Cm(-0.63), Pt(4)


def _prepare(word: Word, minutes: Minutes, language: Language) -> None:
    """Properties, language, paper and plain black headings."""
    about = word.core_properties
    about.title, about.subject, about.author = minutes.title, minutes.subtitle, minutes.organisation
    about.language = "sv-SE" if language == "sv" else "en-GB"
    about.comments, about.last_modified_by, about.revision = "", minutes.organisation, 1
    about.created = about.modified = _made(minutes).replace(tzinfo=None)
    for tag in word.styles.element.iter(qn("w:lang")):
        tag.set(qn("w:val"), about.language)
    for name, size in (("Normal", 11), ("Heading 1", 20), ("Heading 2", 14)):
        font = word.styles[name].font
        font.size, font.color.rgb = Pt(size), RGBColor(0, 0, 0)
    page = word.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.5)
    _number_pages(page.footer.paragraphs[0], f"{minutes.title}\t\t{_WORDS[language]['page']} ")


def _number_pages(footer: Paragraph, before: str) -> None:
    """Text and the number of the page, which Word fills in."""
    footer.add_run(before)
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    shown, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = "1"
    shown.append(text)
    field.append(shown)
    footer._p.append(field)


def _add_decisions(word: Word, minutes: Minutes, language: Language) -> None:
    words = _WORDS[language]
    word.add_heading(words["decisions"], level=2)
    if not minutes.decisions:
        word.add_paragraph(words["no_decisions"])
        return
    table = word.add_table(rows=1, cols=5, style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, _WIDTHS, strict=True):
        column.width = Cm(width)
    _fill(table.rows[0], _columns(language), bold=True)
    _mark_header(table.rows[0])
    for number, d, owner, due, about in _rows(minutes, language):
        row = table.add_row()
        _fill(row, [number, d.what, owner, due, about])
        row.cells[1].paragraphs[0].runs[0].bold = True
        row.cells[1].add_paragraph(f"{words['reason']}: {d.reason}")


def _fill(row: _Row, texts: list[str], *, bold: bool = False) -> None:
    for cell, text, width in zip(row.cells, texts, _WIDTHS, strict=True):
        cell.width = Cm(width)
        _write(cell, text, bold=bold)


def _write(cell: _Cell, text: str, *, bold: bool) -> None:
    run = cell.paragraphs[0].add_run(text)
    run.bold, run.font.size = bold, Pt(10)


def _mark_header(row: _Row) -> None:
    """The row is repeated on every page, and read out as the columns' names."""
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


def _same_every_time(word: Word) -> bytes:
    """The file with its inner clock stopped: python-docx stamps every part with the time of day."""
    stamped, still = io.BytesIO(), io.BytesIO()
    word.save(stamped)
    with zipfile.ZipFile(stamped) as given, zipfile.ZipFile(still, "w", zipfile.ZIP_DEFLATED) as made:
        for name in given.namelist():
            made.writestr(zipfile.ZipInfo(name, ZIP_EPOCH), given.read(name), zipfile.ZIP_DEFLATED)
    return still.getvalue()
