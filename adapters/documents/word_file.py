"""What every Word file has: properties, language, A4, numbered pages, marked table headers, the same bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import datetime

from docx.document import Document as Word
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import _Row
from docx.text.paragraph import Paragraph

ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


def prepare(
    word: Word, *, title: str, subject: str, author: str, language: str, made: datetime, sizes: Mapping[str, float]
) -> None:
    """Properties, language, paper and plain black headings. sizes: of the text in each style, in points."""
    about = word.core_properties
    about.title, about.subject, about.author = title[:255], subject[:255], author[:255]  # the format's limit
    about.language = "sv-SE" if language == "sv" else "en-GB"
    about.comments, about.last_modified_by, about.revision = "", author[:255], 1
    about.created = about.modified = made.replace(tzinfo=None)
    for tag in word.styles.element.iter(qn("w:lang")):
        tag.set(qn("w:val"), about.language)
    for name, size in sizes.items():
        font = word.styles[name].font
        font.size, font.color.rgb = Pt(size), RGBColor(0, 0, 0)
    page = word.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.5)


def number_pages(footer: Paragraph, before: str) -> None:
    """Text and the number of the page, which Word fills in."""
    footer.add_run(before)
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    shown, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = "1"
    shown.append(text)
    field.append(shown)
    footer._p.append(field)


def mark_header(row: _Row) -> None:
    """The row is repeated on every page, and read out as the columns' names."""
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


def same_every_time(word: Word) -> bytes:
    """The file with its inner clock stopped: python-docx stamps every part with the time of day."""
    stamped, still = io.BytesIO(), io.BytesIO()
    word.save(stamped)
    with zipfile.ZipFile(stamped) as given, zipfile.ZipFile(still, "w", zipfile.ZIP_DEFLATED) as made:
        for name in given.namelist():
            made.writestr(zipfile.ZipInfo(name, ZIP_EPOCH), given.read(name), zipfile.ZIP_DEFLATED)
    return still.getvalue()
