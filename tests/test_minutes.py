"""Minutes and calendar files: what a screen reader, Word and a calendar find in them."""

from __future__ import annotations

import io
import time
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import outloud  # type: ignore[import-untyped]  # it carries no types
import pytest
from docx import Document
from icalendar import Calendar

from adapters.calendar_file import CalendarEntry, calendar
from adapters.minutes import DecisionLine, Language, Minutes, Section, minutes_docx, minutes_pdf

MINUTES = Minutes(
    title="Protokoll: veckomöte vecka 9 2023",
    subtitle="Tisdagen den 28 februari 2023",
    organisation="Västerås stad och Lokalpolisområde Västerås",
    agreement="Samverkansöverenskommelse 2019",
    week="vecka 9 2023",
    held_on=date(2023, 2, 28),
    closed_on=date(2023, 2, 28),
    attendees=("Samordnaren (Västerås stad)", "Kommunpolisen (Lokalpolisområde Västerås)"),
    sections=(
        Section("Hur färska uppgifterna är", ("Anmälda brott: till och med vecka 8 2023.",)),
        Section("Signaler att bedöma", ("Råby, skadegörelse: #panic() $x^2$ *inte källkod* @ref [", "Två\nrader")),
        Section("Tysta rapportörer"),
    ),
    decisions=tuple(
        DecisionLine(
            f"Kvällsvandring vid Råby centrum, beslut {number}",
            "Skadegörelsen ligger kvar tredje veckan i rad.",
            "områdesutvecklare",
            date(2023, 3, 14),
            "Signalen för Råby",
        )
        for number in range(1, 31)
    ),
    synthetic=True,
    checkpoint="Händelse 12 345. Läget då kan läsas under Historik.",
)
BARE = replace(MINUTES, closed_on=None, attendees=(), sections=(), decisions=(), synthetic=False)


def checked(pdf: bytes, folder: Path) -> outloud.Result:
    """What the checker of accessible PDFs says."""
    path = folder / "minutes.pdf"
    path.write_bytes(pdf)
    return outloud.check(str(path))


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("minutes", [MINUTES, BARE], ids=["long", "bare"])
def test_the_pdf_holds_for_screen_readers(minutes: Minutes, language: Language, tmp_path: Path) -> None:
    found = checked(minutes_pdf(minutes, language), tmp_path)
    assert found.error is None
    assert (found.verdict, found.errors, found.warnings) == ("pass", 0, 0), found
    assert found.stats["tagged"]


def test_the_same_minutes_are_the_same_bytes_at_any_time() -> None:
    pdf, word = minutes_pdf(MINUTES, "sv"), minutes_docx(MINUTES, "sv")
    time.sleep(2.1)  # a zip file's clock ticks every other second
    assert minutes_pdf(MINUTES, "sv") == pdf
    assert minutes_docx(MINUTES, "sv") == word
    assert minutes_pdf(replace(MINUTES, subtitle="En annan dag"), "sv") != pdf


def test_a_sign_that_no_font_has_does_not_cost_the_minutes(tmp_path: Path) -> None:
    odd = replace(MINUTES, sections=(Section("Läget 😀 日本", ("Bra \x01\x0b\ud800 👍🏽 \u200b شارع",)),))
    assert checked(minutes_pdf(odd, "sv"), tmp_path).errors == 0
    assert "👍🏽" in "\n".join(p.text for p in Document(io.BytesIO(minutes_docx(odd, "sv"))).paragraphs)


def test_word_opens_the_minutes_with_headings_language_and_every_decision() -> None:
    word = Document(io.BytesIO(minutes_docx(MINUTES, "sv")))
    headings = [p.text for p in word.paragraphs if p.style is not None and p.style.name == "Heading 2"]
    assert headings == ["Beslut", *(s.title for s in MINUTES.sections), "Var detta står i registret"]
    assert [p.text for p in word.paragraphs if p.style is not None and p.style.name == "Heading 1"] == [MINUTES.title]
    assert (word.core_properties.title, word.core_properties.language) == (MINUTES.title, "sv-SE")
    (table,) = word.tables
    assert table.rows[0]._tr.xpath("w:trPr/w:tblHeader")
    cells = [cell.text for cell in table.rows[30].cells]
    bold = [run.bold for run in table.rows[30].cells[1].paragraphs[0].runs]
    assert bold == [True]
    assert [column.width.cm for column in table.columns] == pytest.approx([1.0, 6.5, 3.0, 2.6, 2.9], abs=0.01)
    assert 'w:instr="PAGE"' in word.sections[0].footer._element.xml
    assert cells == [
        "30",
        "Kvällsvandring vid Råby centrum, beslut 30\nSkäl: Skadegörelsen ligger kvar tredje veckan i rad.",
        "områdesutvecklare",
        "14 mars 2023",
        "Signalen för Råby",
    ]


def test_synthetic_minutes_say_so_and_others_do_not() -> None:
    def said(minutes: Minutes, language: Language) -> str:
        return "\n".join(p.text for p in Document(io.BytesIO(minutes_docx(minutes, language))).paragraphs)

    assert "Syntetiska uppgifter" in said(MINUTES, "sv")
    assert "Synthetic data" in said(MINUTES, "en")
    assert "Syntetiska" not in said(BARE, "sv")
    assert "mötet är inte avslutat" in said(BARE, "sv")


def test_a_calendar_holds_meetings_and_due_days_and_is_the_same_each_time() -> None:
    entries = (
        CalendarEntry(
            "meeting-2023-w09@samverkan",
            datetime(2023, 2, 28, 8, tzinfo=UTC),
            "Veckomöte; vecka 9, 2023",
            "Rad ett\nRad två",
            datetime(2023, 2, 28, 9, tzinfo=UTC),
            datetime(2023, 2, 21, 10, tzinfo=UTC),
        ),
        CalendarEntry("action-lysrond@samverkan", date(2023, 3, 14), "Klart: Lysrond vid Råby centrum"),
    )
    made = calendar(entries, "Samverkan Västerås")
    assert made == calendar(entries, "Samverkan Västerås")
    whole = Calendar.from_ical(made.decode())
    assert whole["X-WR-CALNAME"] == "Samverkan Västerås"
    meeting, due = whole.walk("VEVENT")
    assert (meeting["UID"], meeting["SUMMARY"]) == ("meeting-2023-w09@samverkan", "Veckomöte; vecka 9, 2023")
    assert meeting["DESCRIPTION"] == "Rad ett\nRad två"
    assert (meeting.decoded("dtstart"), meeting.decoded("dtend")) == (entries[0].starts, entries[0].ends)
    assert meeting.decoded("dtstamp") == entries[0].stamp
    assert due.decoded("dtstart") == date(2023, 3, 14)
    assert due.decoded("dtstamp") == datetime(2023, 3, 14, tzinfo=UTC)


def test_lines_that_begin_with_a_number_get_no_second_mark(tmp_path: Path) -> None:
    ranked = replace(MINUTES, sections=(Section("Rangordning", ("1. Klotter", "4. Buller", "Utan något nytt: Lek.")),))
    assert checked(minutes_pdf(ranked, "sv"), tmp_path).verdict == "pass"
    word = Document(io.BytesIO(minutes_docx(ranked, "sv")))
    styles = {p.text: p.style.name for p in word.paragraphs if p.style is not None}
    assert (styles["4. Buller"], styles["Utan något nytt: Lek."]) == ("Normal", "List Bullet")
