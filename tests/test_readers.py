"""Tables become rows of the domain: names matched, faults collected, nothing lost and nothing raised."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from adapters.cells import BadCell, count, day, number, period, period_in_year
from adapters.columns import REASON, recognise
from adapters.faults import MOST_FAULTS, WORDS
from adapters.files import open_table
from adapters.names import slug
from adapters.notices import NoticeReading, occurred, published
from adapters.readers import names_not_known, read
from domain.catalogue import Categories, Category, District, Division
from domain.core import Key
from domain.file_import import CountRows, IncidentRows, NoticeRows, ReportRows, SurveyRows, row_count
from domain.period import containing, first_day

TODAY = date(2020, 12, 31)
DIVISION = Division(
    "stadsdelar",
    1,
    {
        "backby": District(key="backby", name="Bäckby", aliases=("Backby centrum",)),
        "skalby": District(key="skalby", name="Skälby"),
        "hammarby": District(key="hammarby", name="Hammarby"),
        "gamla": District(key="gamla", name="Gamla området"),
    },
    frozenset({"gamla"}),
    {},
    False,
)
CATEGORIES = Categories(
    1,
    {
        "klotter": Category(key="klotter", name="Klotter"),
        "stold": Category(key="stold", name="Stöld", aliases=("Theft",)),
    },
    frozenset(),
)


def reading(text: str, name: str = "a.csv", **more: Any) -> Any:  # the tests know which kind they read
    table = open_table(text.encode(), name)
    return read(table, recognise(table.header), division=DIVISION, categories=CATEGORIES, today=TODAY, **more)


def cells(read_rows: Any) -> dict[tuple[str, str, str], int]:
    return {
        (one.districts[d], one.categories[c], one.periods[p]): n
        for one in read_rows
        for d, c, p, n in zip(one.district, one.category, one.period, one.count, strict=True)
    }


def faults(found: Any) -> list[tuple[str, int, str, str]]:
    for _ in found:
        pass
    return [(one.code, one.row, one.column, one.value) for one in found.faults.details]


EXPECTED = {
    ("backby", "klotter", "2020-01"): 3,
    ("backby", "klotter", "2020-02"): 0,
    ("skalby", "stold", "2020-01"): 12,
}


@pytest.mark.parametrize(
    "text",
    [
        "Område;Månad;Brott;Antal\nBäckby;2020-01;Klotter;3\n BÄCKBY ;202002;klotter;0\nskalby;2020-01-01;Theft;12,0\n",
        "Område;År;Månad;Brott;Antal\nbackby  CENTRUM;2020;jan;Klotter;3\n"
        "Bäckby;2020;2;Klotter;0\nSkälby;2020;1;stold;12\n",
        "Område;Brott;2020-01;feb 2020;Totalt\nBäckby;Klotter;3;0;3\nSkälby;Stöld;12;..;12\n",
        "Område;Period;Klotter;Stöld\nBäckby;2020M01;3;\nBäckby;2020-02;0;\nSkälby;2020/01;;12\n",
    ],
)
def test_counts_are_the_same_long_or_wide(text: str) -> None:
    found = reading(text)
    assert cells(found) == EXPECTED
    assert found.faults.details == []
    assert found.coverage is not None
    assert found.coverage.model_dump() == {
        "districts": ("backby", "skalby"),
        "categories": ("klotter", "stold"),
        "first": date(2020, 1, 1),
        "last": date(2020, 2, 29),
        "frequency": "month",
        "absent": "missing",
    }


def test_weeks_make_a_weekly_coverage() -> None:
    found = reading(
        "Område;Vecka;Brott;Antal\nBäckby;2020-W07;Klotter;3\nBäckby;202008;Klotter;1\nBäckby;v9 2020;Klotter;1\n"
    )
    assert [period for _, _, period in cells(found)] == ["2020-W07", "2020-W08", "2020-W09"]
    assert found.coverage is not None
    assert (found.coverage.frequency, found.coverage.last) == ("week", date(2020, 3, 1))


def test_every_fault_names_its_row_and_what_to_do() -> None:
    found = reading(
        "Område;Månad;Brott;Antal\n"
        "Bäckbyy;2020-01;Klotter;3\n"
        "Gamla området;2020-01;Klotter;3\n"
        "Bäckby;2020-13;Kloter;-1\n"
        "Bäckby;2021-01;Klotter;1,5\n"
        "Bäckby;2020-W01;Klotter;1\n"
        ";2020-01;Klotter;\n"
        "Bäckby;2020-01;Klotter\n"
        "Bäckbyy;2020-02;Klotter;tre\n"
        "Bäckby;2020-01;Klotter;1\n"
        "bäckby;202001;klotter;2\n"
        ";;;\n"
        "Bäckby;2020-02;Klotter;99999999999\n"
    )
    assert faults(found) == [
        ("unknown-district", 2, "Område", "Bäckbyy"),
        ("retired-district", 3, "Område", "Gamla området"),
        ("unknown-category", 4, "Brott", "Kloter"),
        ("not-a-period", 4, "Månad", "2020-13"),
        ("negative", 4, "Antal", "-1"),
        ("in-future", 5, "Månad", "2021-01"),
        ("fraction", 5, "Antal", "1,5"),
        ("mixed-periods", 6, "Månad", "2020-W01"),
        ("missing", 7, "Område", ""),
        ("missing", 7, "Antal", ""),
        ("cells", 8, "", "3"),
        ("not-a-count", 9, "Antal", "tre"),
        ("duplicate", 11, "", "backby, klotter, 2020-01"),
        ("too-large", 13, "Antal", "99999999999"),
    ]
    first = found.faults.details[0]
    assert (first.suggestion, first.rows, first.times) == ("Bäckby", (2, 9), 2)
    assert first.sv.startswith("Rad 2 (”Bäckbyy”), Område: området finns inte")
    assert first.sv.endswith("Menade du ”Bäckby”?")
    assert "rad 10" in found.faults.details[-2].sv
    assert found.faults.rejected == [2, 3, 4, 5, 6, 7, 8, 9, 11, 13]
    assert (found.rows_read, found.faults.times) == (11, 15)


def test_a_bad_column_name_in_a_wide_file_is_one_fault_and_bad_cells_reject_their_row() -> None:
    found = reading("Område;Period;Klotter;Klottter\nBäckby;2020-01;x;3\nSkälby;2020-01;1;4\nNågonstans;2020-99;1;1\n")
    assert faults(found) == [
        ("unknown-category", 1, "Klottter", "Klottter"),
        ("not-a-count", 2, "Klotter", "x"),
        ("unknown-district", 4, "Område", "Någonstans"),
        ("not-a-period", 4, "Period", "2020-99"),
    ]
    assert found.faults.rejected == [2, 4]


def test_a_column_of_a_future_period_is_one_fault() -> None:
    found = reading("Område;Brott;2020-12;2021-01;2020-W01\nBäckby;Klotter;1;2;3\n ; ;4;5;6\n")
    assert faults(found) == [
        ("in-future", 1, "2021-01", "2021-01"),
        ("mixed-periods", 1, "2020-W01", "2020-W01"),
        ("missing", 3, "Område", ""),
        ("missing", 3, "Brott", ""),
    ]


def test_a_bad_status_rejects_a_wide_row() -> None:
    found = reading("Område;Brott;Status;2020-12\nBäckby;Klotter;kanske;1\n")
    assert [one[0] for one in faults(found)] == ["not-a-choice"]


@pytest.mark.parametrize(("year", "part"), [("", "1"), ("20", "1"), ("2020", ""), ("2020", "hela"), ("2020", "13")])
def test_a_year_and_a_part_that_make_no_period_are_a_fault(year: str, part: str) -> None:
    with pytest.raises(BadCell):
        period_in_year(year, part, "month")


def test_preliminary_figures_are_noticed() -> None:
    head = "Område;Månad;Brott;Antal;Status\n"
    final, first = (
        reading(head + "Bäckby;2020-01;Klotter;3;slutlig\n"),
        reading(head + "Bäckby;2020-01;Klotter;3;Prel.\n"),
    )
    wrong = reading(head + "Bäckby;2020-01;Klotter;3;kanske\n")
    assert [len(list(one)) for one in (final, first, wrong)] == [1, 1, 0]
    assert (final.preliminary, first.preliminary) == (False, True)
    assert wrong.faults.details[0].code == "not-a-choice"


def test_chunks_become_events_of_at_most_a_thousand_rows_with_only_their_own_names() -> None:
    lines = [f"{'Bäckby' if at < 1500 else 'Skälby'};2020-01-{at % 28 + 1:02d};Klotter" for at in range(2500)]
    told: list[int] = []
    chunks = list(reading("\n".join(["Område;Datum;Brott", *lines]), progress=told.append))
    events = [IncidentRows(**chunk.columns()) for chunk in chunks]
    assert [row_count(event) for event in events] == [1000, 1000, 500]
    assert [event.districts for event in events] == [("backby",), ("backby", "skalby"), ("skalby",)]
    assert list(chunks[2].row_numbers) == list(range(2002, 2502))
    assert told == [1000, 2000, 2500, 2500]


def test_incidents_without_a_ref_get_the_same_one_each_time() -> None:
    text = "Område;Datum;Brott\nBäckby;2020-01-01;Klotter\nBäckby;2020-01-01 14:05;Klotter\nSkälby;20200102;Theft\n"
    (chunk,) = reading(text)
    assert chunk.ref == (
        "backby|klotter|2020-01-01|1",
        "backby|klotter|2020-01-01|2",
        "skalby|stold|2020-01-02|1",
    )
    assert [one.ref for one in reading(text)] == [chunk.ref]


def test_incidents_keep_their_own_ref_and_it_may_stand_once() -> None:
    found = reading(
        "Område;Datum;Brott;Id\nBäckby;2020-01-01;Klotter;K1\nBäckby;2020-01-02;Klotter;K1\nSkälby;31/12;x;K2\n"
    )
    (chunk,) = found
    assert (chunk.ref, found.coverage.absent if found.coverage else "") == (("K1",), "zero")
    assert faults(found) == [] or [one.code for one in found.faults.details] == [
        "duplicate",
        "unknown-category",
        "not-a-day",
    ]


def test_reports_carry_kind_reporter_place_and_text_but_never_the_text_in_their_ref() -> None:
    head = "Område;Kategori;Datum;Slag;Rapportör;Plats;Text\n"
    found = reading(
        head + 'Bäckby;Klotter;2020-05-01;Otrygg plats;Fältare;Torget;"Mörkt, ödsligt"\n'
        "Bäckby;Klotter;2020-05-01;Otrygg plats;Fältare;Torget;Annat\n"
        "Bäckby;Klotter;2020-05-01;händelse;Fältare;;\n"
        "Bäckby;Klotter;2020-05-01;fest;;" + "x" * 201 + ";\n"
    )
    (chunk,) = found
    event = ReportRows(**chunk.columns())
    assert event.ref == (
        "backby|klotter|2020-05-01|Fältare|1",
        "backby|klotter|2020-05-01|Fältare|2",
        "backby|klotter|2020-05-01|Fältare|3",
    )
    assert event.kind == ("unsafe place", "unsafe place", "incident")
    assert (event.place[2], event.text) == (None, ("Mörkt, ödsligt", "Annat", None))
    assert [one.code for one in found.faults.details] == ["missing", "too-long", "not-a-choice"]


def test_only_planned_events_may_lie_ahead() -> None:
    head = "Område;Kategori;Datum;Slag;Rapportör\n"
    found = reading(head + "Bäckby;Klotter;2021-05-01;Arrangemang;A\nBäckby;Klotter;2021-05-01;Händelse;A\n")
    assert [chunk.kind for chunk in found] == [("planned event",)]
    assert [(one.code, one.row) for one in found.faults.details] == [("in-future", 3)]


def test_survey_results_have_n_interval_and_method() -> None:
    head = "Indikator;Omgång;Datum;Område;Värde;n;Nedre;Övre;Metod\n"
    found = reading(
        head + "Trygghet;2020;2020-10-01;Bäckby;61,5;120;55;68;post\n"
        "Trygghet;2020;2020-10-01;;70 %;1 200;;;post\n"
        "Trygghet;2020;2020-10-01;BÄCKBY;61,5;120;55;68;post\n"
        "Trygghet;2019;2020-10-01;Bäckby;50;120;55;68;post\n"
        "Trygghet;2018;2020-10-01;Ingenstans;5O;0;;;\n"
        "Trygghet;2017;2020-10-01;Bäckby;50;0;;;post\n"
    )
    (chunk,) = found
    event = SurveyRows(**chunk.columns())
    assert event.ref == ("Trygghet|2020|backby", "Trygghet|2020|*")
    assert (event.value, event.n, event.unit, event.low) == (
        (61.5, 70.0),
        (120, 1200),
        ("%", "%"),
        (55.0, None),
    )
    codes = ["duplicate", "not-between", "unknown-district", "not-a-number", "missing", "not-positive"]
    assert [one.code for one in found.faults.details] == codes


def notice(ref: int, at: str, name: str, summary: str = "s") -> str:
    location = {"name": "Västerås", "gps": "59.6,16.5"}
    one = {
        "id": ref,
        "datetime": at,
        "name": name,
        "summary": summary,
        "url": "/u",
        "type": "Rån",
        "location": location,
    }
    return json.dumps(one)


def test_versions_of_a_notice_come_oldest_first_and_in_chunks_of_their_own() -> None:
    name = "2 maj 9.05, Rån, Västerås"
    lines = [
        notice(7, "2020-05-02 11:00:00 +02:00", name, "ny"),
        notice(8, "2020-05-02 9:27:54 +02:00", name),
        notice(7, "2020-05-02 9:30:00 +02:00", name, "gammal"),
        notice(7, "2020-05-02 9:30:00 +02:00", name, "gammal"),
        notice(10, "2021-05-02 9:30:00 +02:00", name),
        notice(9, "2020-05-32 9:30:00 +02:00", name),
        notice(9, "2020-05-02 9:30:00 +02:00", "Sammanfattning, Västmanland"),
    ]
    found = reading("\n".join(lines), "a.jsonl")
    events = [NoticeRows(**chunk.columns()) for chunk in found]
    assert [event.ref for event in events] == [("8",), ("7", "9"), ("7",)]
    assert [event.summary[0] for event in events] == ["s", "gammal", "ny"]
    assert events[0].published == ("2020-05-02T09:27:54+02:00",)
    assert events[0].occurred == ("2020-05-02T09:05:00+02:00",)
    assert isinstance(found, NoticeReading)
    assert found.without_time == {"no time in the name": 1}
    assert [(one.code, one.row) for one in found.faults.details] == [("in-future", 5), ("not-a-time", 6)]


@pytest.mark.parametrize(
    ("name", "at", "when"),
    [
        ("26 september 14:21, Mord, Stockholm", "2022-09-26 15:55:23 +02:00", "2022-09-26T14:21:00+02:00"),
        ("31 december 23.50, Brand, Sala", "2023-01-01 0:10:00 +01:00", "2022-12-31T23:50:00+01:00"),
        ("29 februari 08.00, Brand, Sala", "2024-03-01 9:10:00 +01:00", "2024-02-29T08:00:00+01:00"),
        ("29 oktober 02.10, Brand, Sala", "2023-10-29 9:10:00 +01:00", "2023-10-29T02:10:00+02:00"),
        ("29 februari 08.00, Brand, Sala", "2023-03-01 9:10:00 +01:00", "impossible time"),
        ("1 maj 25.00, Brand, Sala", "2023-05-01 9:10:00 +01:00", "impossible time"),
        ("1 maj 16.00, Övrigt, Sala", "2023-05-01 15:50:00 +02:00", "after publication"),
        ("Sammanfattning natt, Uppsala län", "2023-05-01 15:50:00 +02:00", "no time in the name"),
        ("1 brumaire 16.00, Rån, Paris", "2023-05-01 15:50:00 +02:00", "no time in the name"),
    ],
)
def test_the_time_of_the_event_is_read_from_the_name(name: str, at: str, when: str) -> None:
    found = occurred(name, published(at))
    assert (found.isoformat() if isinstance(found, datetime) else found) == when


def test_rejected_rows_are_written_with_their_reasons_and_can_be_mended_and_taken_in(tmp_path: Path) -> None:
    table = open_table(
        "Område,Månad,Brott,Antal\nBäckbyy,2020-01,Klotter,x\nSkälby,2020-01,Stöld,1\nA,B\n".encode(), "a.csv"
    )
    found = read(table, recognise(table.header), division=DIVISION, categories=CATEGORIES, today=TODAY)
    assert len(list(found)) == 1
    path = tmp_path / "a.rejected.csv"
    assert found.faults.write_rejected(table, path) == 2
    again = open_table(path)
    assert again.header == ("Område", "Månad", "Brott", "Antal", REASON)
    (_, first), (_, second) = again.rows()
    assert first[:4] == ["Bäckbyy", "2020-01", "Klotter", "x"]
    assert "Menade du ”Bäckby”? · Antal: inget helt tal" in first[4]
    assert second[:4] == ["A", "B", "", ""]
    mended = path.read_text("utf-8-sig").replace("Bäckbyy", "Bäckby").replace(";x;", ";2;")
    assert list(cells(reading(mended)).values()) == [2]


def test_a_thousand_faults_are_told_and_all_are_counted(tmp_path: Path) -> None:
    lines = ["Område;Månad;Brott;Antal", "Bäckby;2020-01;Klotter;1"]
    lines += [f"Nytt {at};2020-01;Klotter;1" for at in range(1500)] + ["Bäckby;2020-01;Klotter;2"] * 2
    table = open_table("\n".join(lines).encode(), "a.csv")
    found = read(table, recognise(table.header), division=DIVISION, categories=CATEGORIES, today=TODAY)
    assert len(faults(found)) == MOST_FAULTS
    assert (found.faults.times, len(found.faults.rejected)) == (1502, 1502)
    assert found.faults.write_rejected(table, tmp_path / "r.csv", "en") == 1502
    assert "earlier row" in (tmp_path / "r.csv").read_text("utf-8-sig").splitlines()[-1]


def test_a_file_without_a_good_row_covers_nothing() -> None:
    found = reading("Område;Månad;Brott;Antal\n")
    assert (list(found), found.coverage, found.rows_read) == ([], None, 0)


def test_new_names_get_keys_and_old_and_retired_ones_do_not() -> None:
    table = open_table(
        "Område;Period;Klotter;Buskörning\nBäckby;2020-01;1;1\nÖster Mälarstrand;2020-01;1;1\n"
        "öster  mälarstrand;2020-02;1;1\n"
        "Gamla området;2020-01;1;1\nBackby!;2020-01;1;1\n;2020-01;1;1\n".encode(),
        "a.csv",
    )
    districts, categories = names_not_known(table, recognise(table.header), division=DIVISION, categories=CATEGORIES)
    assert districts == (
        District(key="oster-malarstrand", name="Öster Mälarstrand"),
        District(key="backby-2", name="Backby!"),
    )
    assert categories == (Category(key="buskorning", name="Buskörning"),)


def test_a_spelling_that_two_districts_share_matches_neither() -> None:
    twins = {key: District(key=key, name=key.upper(), aliases=("Centrum",)) for key in ("norra", "sodra")}
    table = open_table(b"area;month;category;count\nCentrum;2020-01;Klotter;1\nNORRA;2020-01;Klotter;1\n", "a.csv")
    division = Division("x", 1, twins, frozenset(), {}, False)
    found: Any = read(table, recognise(table.header), division=division, categories=CATEGORIES, today=TODAY)
    assert [chunk.districts for chunk in found] == [("norra",)]
    assert found.faults.details[0].code == "unknown-district"


@given(st.text(max_size=200), st.sets(st.text("abc-2", max_size=5)))
def test_a_slug_is_a_free_key(name: str, taken: set[str]) -> None:
    key = slug(name, taken)
    assert TypeAdapter(Key).validate_python(key) == key
    assert key not in taken


@given(st.dates(date(1950, 1, 1), date(2100, 1, 1)), st.sampled_from(["week", "month"]))
def test_a_period_is_read_in_every_spelling(on: date, freq: Any) -> None:
    expected = containing(on, freq)
    year, part = expected[:4], int(expected[-2:])
    spellings = (
        [
            f"{year}-W{part:02d}",
            f"{year}W{part:02d}",
            f"{year} v. {part}",
            f"v{part} {year}",
            f"Vecka {part}, {year}",
        ]
        if freq == "week"
        else [
            f"{year}-{part:02d}",
            f"{year}{part:02d}",
            f"{year}-{part:02d}-01",
            f"{year}M{part:02d}",
            f"{on:%B} {year}",
        ]
    )
    assert {period(text) for text in spellings} == {expected}
    assert period_in_year(year, str(part), freq) == period_in_year(year, expected, freq) == expected


@given(st.integers(1900, 2200))
def test_week_53_is_valid_only_in_years_that_have_one(year: int) -> None:
    if date(year, 12, 28).isocalendar().week == 53:
        assert first_day(period(f"{year}-W53")).isocalendar()[:2] == (year, 53)
    else:
        with pytest.raises(BadCell, match="no-such-week"):
            period(f"{year}-W53")


def spelled(value: int) -> Iterator[str]:
    yield from (str(value), f"{value},0", f"{value}.00", f"{value:,}".replace(",", "\u00a0"), f" {value} ")


@given(st.integers(0, 2**31 - 1))
def test_a_count_is_read_in_every_spelling(value: int) -> None:
    assert {count(text) for text in spelled(value)} == {value}


@pytest.mark.parametrize(
    ("text", "value"),
    [("1,5", 1.5), ("1.234,5", 1234.5), ("1,234.5", 1234.5), ("\u22123", -3.0), ("12,5 %", 12.5)],
)
def test_a_number_may_have_comma_or_point(text: str, value: float) -> None:
    assert number(text) == value


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "missing"),
        ("12%", "not-a-count"),
        ("1,234", "fraction"),
        ("-1", "negative"),
        ("٣", "not-a-count"),
    ],
)
def test_what_is_no_count_is_a_fault(text: str, code: str) -> None:
    with pytest.raises(BadCell, match=code):
        count(text)


@pytest.mark.parametrize(
    ("text", "on"),
    [
        ("2020-02-29", "2020-02-29"),
        ("20200229", "2020-02-29"),
        ("2020/2/9", "2020-02-09"),
        ("2020-02-29T23:30:00Z", "2020-03-01"),
        ("2020-02-29 23:30:00+01:00", "2020-02-29"),
        ("2020-02-29T00:00:00", "2020-02-29"),
    ],
)
def test_a_day_is_the_one_here(text: str, on: str) -> None:
    assert day(text, TODAY) == on


@pytest.mark.parametrize(
    "text", ["", "2019-02-29", "29/2 2020", "43890", "2020-02-29 noon", "0020-01-01", "2021-01-01", "١٢"]
)
def test_what_is_no_day_of_the_past_is_a_fault(text: str) -> None:
    with pytest.raises(BadCell) as bad:
        day(text, TODAY)
    assert bad.value.code in WORDS


def code_of(parse: Any, text: str) -> str | None:
    try:
        parse(text)
    except BadCell as bad:
        return bad.code
    return None


@given(st.text(max_size=20))
def test_no_text_breaks_a_parser(text: str) -> None:
    parsers = (count, number, period, lambda one: period(one, "week"), lambda one: day(one, TODAY), published)
    assert {code_of(parse, text) for parse in parsers} <= {None, *WORDS}


@given(
    st.lists(
        st.text("Bäckby;2020-01Klotter,3\n", max_size=30).map(lambda line: line.replace("\n", " ")),
        max_size=10,
    )
)
def test_every_row_is_either_taken_or_rejected(lines: list[str]) -> None:
    good = [f"Skälby;2019-{month:02d};Stöld;3" for month in range(1, 13)]
    found = reading("\n".join(["Område;Månad;Brott;Antal", *good, *lines]))
    taken = sum(row_count(CountRows(**chunk.columns())) for chunk in found)
    assert taken + len(found.faults.rejected) == found.rows_read
