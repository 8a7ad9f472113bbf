"""Documents: the same content as HTML, PDF, Word and text, for eyes and for screen readers."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import subprocess
import sys
import time
import zipfile
from dataclasses import replace
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import outloud  # type: ignore[import-untyped]  # it carries no types
import pymupdf
import pytest
import vl_convert
from docx import Document as Word

from adapters.documents.column_widths import column_widths
from adapters.documents.content import (
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
from adapters.documents.html import document_html
from adapters.documents.pdf import document_pdf
from adapters.documents.terminal import text_file
from adapters.documents.word import document_docx

SPEC = {
    "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
    "data": {"values": [{"plats": "Bäckby", "antal": 3}, {"plats": "Råby", "antal": 5}]},
    "mark": "bar",
    "config": {"font": "Noto Sans, Arial, sans-serif"},
    "encoding": {"x": {"field": "plats", "type": "nominal"}, "y": {"field": "antal", "type": "quantitative"}},
}
FIGURE = Figure(vl_convert.vegalite_to_svg(json.dumps(SPEC)), "Stapeldiagram: Bäckby 3, Råby 5.", "Flest i Råby.")
COLUMNS = (Column("Område", share=2), Column("Antal", side="right"), Column("Vad som hände", share=3))
TABLE = Table("Händelser per område", COLUMNS, (("Bäckby", "1 203", "Färre än väntat."), ("Råby", "−5", "Fler.")))
LONG = Table(
    "Alla händelser",
    COLUMNS,
    tuple((f"Område {n}", f"{n}", f"Klotter {n} är sanerat inom {n} timmar. " * 4) for n in range(90)),
)
HOSTILE = '#panic() $x^2$ *inte källkod* @ref [ <script>alert("x")</script> {{ 7*7 }} \\u{41} [bold]fet[/bold] &amp;'
EVERY = (
    Paragraph("Antalet minskade.", strong=True),
    Paragraph("Det syns i två av tre områden.\nNy rad."),
    Bullets(("Först detta", "Sedan detta")),
    Bullets(("Viktigast", "Näst viktigast"), numbered=True),
    Facts((("Tid", "6 november 2019 – 31 december 2019"), ("Parter", "Staden och polisen"))),
    TABLE,
    FIGURE,
    Note("Siffrorna är påhittade.", "synthetic"),
    Note("Läs med försiktighet."),
    Note("Serien är bruten.", "caution"),
)
SHORT = Document(
    "Årsuppföljning 2021", "Överenskommelsen 2019", "Västerås stad och polisen", "sv", date(2022, 1, 31),
    lead=(Note("Syntetiska uppgifter i hela boken.", "synthetic"),),
    sections=(Section("mal", "Målen", EVERY, (Section("ran", "Färre rån", (Paragraph("Nåddes."),)),)),),
)  # fmt: skip


def _part(n: int) -> Section:
    """A section like no other: a checker takes what stands the same on many pages for a running head."""
    text = Paragraph(" ".join(f"Mening {n * 100 + k} av del {n}." for k in range(10 * n)))
    facts = Facts(((f"Tid {n}", f"År {n}"),))
    return Section(f"del-{n}", f"Del {n}", (LONG,) if n == 3 else (text, facts, *((FIGURE,) if n == 5 else ())))


WHOLE = replace(SHORT, sections=(*SHORT.sections, *(_part(n) for n in range(2, 8))))
ODD = replace(
    SHORT,
    sections=(
        Section("a", f"Läget 😀 日本 {HOSTILE}", (Paragraph(f"Bra \x01\x0b\ud800 👍🏽 \u200b شارع\t{HOSTILE}"),)),
        Section("b", "Långt", (Table(HOSTILE, COLUMNS, (("x" * 300, "1" * 80, "Ord. " * 3000), ("", "", ""))),)),
        Section("c", "Tomt", (Table("Inga", COLUMNS, ()), Bullets(()), Facts(()), Paragraph(""))),
        Section("d", "Bild", (replace(FIGURE, alt=HOSTILE, caption=HOSTILE),)),
    ),
)


DOUBTED = {"PAG-001", "FIG-010"}
"""What the checker only suspects here: rows alike on many pages (a running head?), an odd text of a picture."""


def opened(pdf: bytes) -> Any:
    """The pages, as a reader of PDF has them."""
    return pymupdf.open(stream=pdf)  # type: ignore[no-untyped-call]  # it carries no types


def checked(document: Document, folder: Path) -> outloud.Result:
    """What the checker of accessible PDFs says."""
    path = folder / "document.pdf"
    path.write_bytes(document_pdf(document))
    return outloud.check(str(path))


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("document", [SHORT, WHOLE, ODD], ids=["short", "whole", "odd"])
def test_the_pdf_holds_for_screen_readers(document: Document, language: Language, tmp_path: Path) -> None:
    found = checked(replace(document, language=language), tmp_path)
    assert found.error is None
    assert found.errors == 0, found
    told = {finding.rule for finding in found.findings if finding.severity == "warning"}
    assert told <= DOUBTED, found
    assert found.stats["tagged"]


def test_the_same_document_is_the_same_bytes_at_any_time() -> None:
    pdf, word, page = document_pdf(WHOLE), document_docx(WHOLE), document_html(WHOLE)
    time.sleep(2.1)  # a zip file's clock ticks every other second
    assert document_pdf(WHOLE) == pdf
    assert document_docx(WHOLE) == word
    assert document_html(WHOLE) == page
    assert document_pdf(replace(WHOLE, made_on=date(2022, 2, 1))) != pdf


def test_a_long_document_has_numbered_pages_a_linked_contents_list_and_table_heads_on_every_page() -> None:
    with opened(document_pdf(WHOLE)) as pdf:
        texts = [page.get_text() for page in pdf]
        (contents,) = [page for page in pdf if page.get_text().lstrip().startswith("Innehåll")]
        assert len(contents.get_links()) >= 8
        assert "1.1 Färre rån" in contents.get_text()
        assert f"Sida 1 ({len(texts)})" in texts[0]
        tabled = [text for text in texts if re.search(r"Område \d", text)]
        assert len(tabled) > 2
        assert all("Vad som hände" in text for text in tabled)


def test_a_head_of_many_words_that_two_pages_have_is_not_taken_for_a_lost_sentence(tmp_path: Path) -> None:
    names = ("Vad det gäller", "Vad som saknas", "Sedan", "Vem som äger det")
    table = Table("Länkar", tuple(map(Column, names)), tuple((f"Rad {n}", "a", "b", "c") for n in range(50)))
    assert checked(replace(SHORT, sections=(Section("a", "A", (table,)),)), tmp_path).errors == 0


def test_a_short_document_has_no_contents_list() -> None:
    with opened(document_pdf(SHORT)) as pdf:
        assert not any("Innehåll" in page.get_text() for page in pdf)
    assert "Innehåll" not in document_html(SHORT)


def test_the_text_of_a_picture_shows_in_the_pdf() -> None:
    with opened(document_pdf(replace(SHORT, sections=(Section("a", "A", (FIGURE,)),)))) as pdf:
        assert "Bäckby" in pdf[0].get_text()


def test_the_pdf_says_every_block() -> None:
    with opened(document_pdf(SHORT)) as pdf:
        said = " ".join(" ".join(page.get_text().split()) for page in pdf)
    for text in (
        "1 Målen", "1.1 Färre rån", "Antalet minskade.", "Sedan detta", "2. Näst viktigast", "Parter:", "1 203",
        "Händelser per område", "Flest i Råby.", "Syntetiska uppgifter: Siffrorna", "Observera: Serien",
        "Att veta: Läs",
    ):  # fmt: skip
        assert text in said


def test_hostile_texts_stand_as_they_are_and_long_ones_break(tmp_path: Path) -> None:
    with opened(document_pdf(ODD)) as pdf:
        said = "".join(page.get_text() for page in pdf)
        edge = max(word[2] for page in pdf for word in page.get_text("words"))
        assert edge <= pdf[0].rect.width - 60
    assert "#panic()" in said
    assert said.count("x") >= 300
    page = document_html(ODD)
    assert "<script>" not in page
    assert "👍🏽" in page
    assert "{{ 7*7 }}" in page
    assert "[bold]fet[/bold]" in text_file(ODD, 100)
    assert "👍🏽" in "\n".join(p.text for p in Word(io.BytesIO(document_docx(ODD))).paragraphs)


def test_text_says_every_block() -> None:
    said = text_file(SHORT, 100)
    for text in (
        "ÅRSUPPFÖLJNING 2021",
        "1 Målen",
        "1.1 Färre rån",
        "2. Näst viktigast",
        "1 203",
        "[Bild] Flest i Råby.",
    ):
        assert text in said
    assert "Stapeldiagram: Bäckby 3, Råby 5." in said


def test_word_has_headings_links_marked_table_heads_and_described_pictures() -> None:
    word = Word(io.BytesIO(document_docx(WHOLE)))
    styled = [(str(p.style.name), p.text) for p in word.paragraphs if p.style is not None]
    headings = [(style, text) for style, text in styled if style.startswith("Heading")]
    assert headings[:4] == [
        ("Heading 1", "Årsuppföljning 2021"), ("Heading 2", "Innehåll"), ("Heading 2", "1 Målen"),
        ("Heading 3", "1.1 Färre rån"),
    ]  # fmt: skip
    assert (word.core_properties.title, word.core_properties.language) == (WHOLE.title, "sv-SE")
    assert all(table.rows[0]._tr.xpath("w:trPr/w:tblHeader") for table in word.tables)
    assert [cell.text for cell in word.tables[0].rows[1].cells] == ["Bäckby", "1 203", "Färre än väntat."]
    assert [shape._inline.docPr.get("descr") for shape in word.inline_shapes] == [FIGURE.alt] * 2
    body = word.element.body
    places = set(body.xpath("//w:bookmarkStart/@w:name"))
    assert set(body.xpath("//w:hyperlink/@w:anchor")) == places
    assert len(set(body.xpath("//w:bookmarkStart/@w:id"))) == len(places)
    assert 'w:instr="PAGE"' in word.sections[0].footer._element.xml


def test_a_date_in_a_narrow_column_of_word_stays_whole() -> None:
    wide = Table("Beslut", (Column("Dag", share=0.5), Column("Vad", share=9)), (("2022-02-15", "Prioriterades " * 9),))
    dates, texts = column_widths(wide, 16, 10)
    assert dates + texts == pytest.approx(16)
    assert dates > 2
    names = tuple(Column("Områdesutvecklarens") for _ in range(9))
    assert column_widths(Table("Trångt", names, ()), 16, 8) == pytest.approx([16 / 9] * 9)


def test_a_picture_in_word_has_its_text() -> None:
    """The same picture without its letters has fewer bytes."""
    mute = replace(FIGURE, svg=re.sub(r"<text.*?</text>", "", FIGURE.svg))

    def drawn(figure: Figure) -> int:
        made = document_docx(replace(SHORT, sections=(Section("a", "A", (figure,)),)))
        with zipfile.ZipFile(io.BytesIO(made)) as parts:
            return max(len(parts.read(name)) for name in parts.namelist() if name.endswith(".png"))

    assert drawn(FIGURE) > drawn(mute) + 500
    unnamed = replace(FIGURE, svg=re.sub(r' font-family="[^"]*"', "", FIGURE.svg))
    assert drawn(unnamed) > drawn(mute) + 500


def test_html_is_whole_by_itself_with_heads_captions_and_anchors() -> None:
    page = document_html(WHOLE)
    assert not re.search(r'(src|href)="(?!#|data:)', page)
    assert page.count("<h1>") == 1
    assert '<a class="ds-link" href="#del-2">2 Del 2</a>' in page
    assert 'id="mal-ran"' in page
    assert '<th scope="row">Bäckby</th>' in page
    assert 'alt="Stapeldiagram: Bäckby 3, Råby 5."' in page
    assert "Det syns i två av tre områden.<br>Ny rad." in unescape(page)


def test_minutes_and_documents_need_no_network_and_no_fonts_of_the_machine(tmp_path: Path) -> None:
    """A machine that has no font at all makes the same file."""
    code = (
        "import sys; from tests.test_documents import SHORT, document_pdf, document_docx\n"
        "import hashlib; print(hashlib.sha256(document_pdf(SHORT) + document_docx(SHORT)).hexdigest())"
    )
    bare = {**os.environ, "FONTCONFIG_FILE": str(tmp_path / "none"), "HOME": str(tmp_path)}
    other = subprocess.run([sys.executable, "-c", code], env=bare, capture_output=True, text=True, check=True)
    here = hashlib.sha256(document_pdf(SHORT) + document_docx(SHORT)).hexdigest()
    assert other.stdout.strip() == here
