"""The minutes of a weekly meeting as a file: PDF that a screen reader can follow (PDF/UA-1), and Word.

Texts come ready from the caller, in the language asked for; only the layout's own words are here. The same minutes give
the same bytes, on every machine: dates in the files are the meeting's, and the fonts are those that Typst carries.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

from babel.dates import format_date
from docx import Document
from docx.document import Document as Word
from docx.shared import Cm, Pt
from docx.table import _Cell, _Row

from adapters.documents.signs import each_text, without_controls
from adapters.documents.typesetting import typeset
from adapters.documents.word_file import mark_header, number_pages, prepare, same_every_time

Language = Literal["sv", "en"]
LAYOUT = Path(__file__).with_suffix(".typ")
_NUMBERED = re.compile(r"(\d{1,4})\. ")
_WIDTHS = (1.0, 6.5, 3.0, 2.6, 2.9)  # of the columns of decisions, in cm
_SIZES = {"Normal": 11, "Heading 1": 20, "Heading 2": 14}  # in points


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
    """The minutes as PDF/UA-1: title, language, headings and table headers are marked for screen readers."""
    return typeset(LAYOUT, minutes, _made(minutes), lambda written: _as_data(written, language))


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
    minutes, word = each_text(minutes, without_controls), Document()
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
    return same_every_time(word)


def _add_line(word: Word, text: str) -> None:
    """A bullet, or a line that hangs on the number it begins with."""
    if not _NUMBERED.match(text):
        word.add_paragraph(text, style="List Bullet")
        return
    shape = word.add_paragraph(text).paragraph_format
    shape.left_indent, shape.first_line_indent, shape.space_after = Cm(0.63), Cm(-0.63), Pt(4)


def _prepare(word: Word, minutes: Minutes, language: Language) -> None:
    prepare(
        word, title=minutes.title, subject=minutes.subtitle, author=minutes.organisation, language=language,
        made=_made(minutes), sizes=_SIZES,
    )  # fmt: skip
    number_pages(word.sections[0].footer.paragraphs[0], f"{minutes.title}\t\t{_WORDS[language]['page']} ")


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
    mark_header(table.rows[0])
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
