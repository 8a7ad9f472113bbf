"""Files as tables: any encoding, delimiter or packing gives the same; bad ones answer with a sentence."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import pickle
import zipfile
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from adapters.cells import number
from adapters.files import BadFile, open_table
from adapters.sheet_rows import MOST_AT_ONCE, MOST_WAITING
from domain.core import Refused

PLAIN = "område;antal\nBäckby;3\nSkälby;4\n"
ROWS = [(2, ["Bäckby", "3"]), (3, ["Skälby", "4"])]
LETTERS = "abcåäöÅÄÖéÉ 0123456789-_/\"'"
header_cell = st.text("abcdefåäö_", min_size=1, max_size=8)
word = st.text(LETTERS + ",;\t\n", max_size=12)


def written(rows: list[list[str]], delimiter: str, encoding: str, packed: bool) -> bytes:
    target = io.StringIO(newline="")
    csv.writer(target, delimiter=delimiter).writerows(rows)
    content = target.getvalue().encode(encoding)
    return gzip.compress(content) if packed else content


def workbook(*rows: tuple[object, ...]) -> bytes:
    book, target = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(target)
    return target.getvalue()


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[str], list[tuple[list[str], float]]]:
    header = draw(st.lists(header_cell, min_size=2, max_size=5, unique=True))
    cells = st.lists(word, min_size=len(header) - 1, max_size=len(header) - 1)
    values = st.floats(allow_nan=False, allow_infinity=False)
    return header, draw(st.lists(st.tuples(cells, values), max_size=8))


@given(
    tables(),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    st.booleans(),
    st.booleans(),
)
def test_a_table_comes_back_equal_however_it_was_written(
    table: tuple[list[str], list[tuple[list[str], float]]],
    delimiter: str,
    encoding: str,
    packed: bool,
    decimal_comma: bool,
) -> None:
    header, rows = table
    shown = [repr(value).replace(".", ",") if decimal_comma else repr(value) for _, value in rows]
    lines = [header, *([*cells, text] for (cells, _), text in zip(rows, shown, strict=True))]
    content = written(lines, delimiter, encoding, packed)
    found = open_table(content, "t.csv.gz" if packed else "t.csv")
    assert found.header == tuple(header)
    read = list(found.rows())
    assert [(at, cells[:-1]) for at, cells in read] == [(at, cells) for at, (cells, _) in enumerate(rows, 2)]
    assert [number(cells[-1]) for _, cells in read] == [value for _, value in rows]


@pytest.mark.parametrize("name", ["a.csv", "a.txt", "a"])
def test_a_packed_file_has_the_sha256_of_its_content(name: str) -> None:
    content = PLAIN.encode()
    assert open_table(content, name).sha256 == hashlib.sha256(content).hexdigest()
    assert open_table(gzip.compress(content), name + ".gz").sha256 == hashlib.sha256(content).hexdigest()


def test_a_path_and_its_bytes_give_the_same_table(tmp_path: Path) -> None:
    path = tmp_path / "antal.csv"
    path.write_bytes(PLAIN.encode("cp1252"))
    assert list(open_table(path).rows()) == ROWS == list(open_table(path.read_bytes(), "antal.csv").rows())


def test_the_table_can_be_read_again() -> None:
    table = open_table(PLAIN.encode(), "a.csv")
    assert list(table.rows()) == list(table.rows()) == ROWS


@pytest.mark.parametrize("above", ["sep=;\n", "Anmälda brott\n", "Anmälda brott, Västerås\n\n", "\n"])
def test_lines_above_the_header_are_skipped_but_counted(above: str) -> None:
    table = open_table((above + PLAIN).encode(), "a.csv")
    assert table.header == ("område", "antal")
    assert [at for at, _ in table.rows()] == [2 + above.count("\n"), 3 + above.count("\n")]


def test_blank_lines_are_numbered_but_not_given() -> None:
    assert list(open_table(b"a;b\n\n1;2\n", "a.csv").rows()) == [(3, ["1", "2"])]


def test_old_line_ends_are_read() -> None:
    assert list(open_table(b"a;b\r1;2\r", "a.csv").rows()) == [(2, ["1", "2"])]


def test_decimal_commas_do_not_count_as_delimiters() -> None:
    assert open_table(b"a;b\n1,5;2,5\n3,5;4,5\n", "a.csv").delimiter == ";"


def test_a_late_swedish_letter_still_decides_the_encoding() -> None:
    rows = "Viksang;1\n" * 200_000
    table = open_table(f"a;b\n{rows}Bäckby;2\n".encode("cp1252"), "a.csv")
    assert list(table.rows())[-1] == (200_002, ["Bäckby", "2"])


def test_a_spreadsheet_gives_days_and_whole_numbers_as_people_write_them() -> None:
    content = workbook(
        ("område", "dag", "antal", "andel", "tid", "ja"),
        ("Bäckby", date(2020, 2, 29), 3.0, 1.5, datetime(2020, 2, 29, 14, 5), True),
    )
    (row,) = open_table(content, "a.xlsx").rows()
    assert row == (2, ["Bäckby", "2020-02-29", "3", "1.5", "2020-02-29T14:05:00", "true"])
    assert list(open_table(gzip.compress(content), "a.xlsx.gz").rows()) == [row]


def test_a_spreadsheets_rows_have_the_numbers_that_the_program_shows() -> None:
    table = open_table(workbook((), ("Titel",), (), (None, "a", "b"), (), (None, 1, 2)), "a.xlsx")
    assert (table.header_row, next(table.rows())[0]) == (4, 6)


def test_few_workbooks_are_read_at_once_few_wait_and_more_are_told_to_come_again() -> None:
    content = workbook(("område", "antal"), *((f"område {n}", n) for n in range(5)))
    table = open_table(content, "f.xlsx")
    begun = [table.rows() for _ in range(MOST_AT_ONCE)]
    assert [next(rows) for rows in begun] == [(2, ["område 0", "0"])] * MOST_AT_ONCE
    with ThreadPoolExecutor() as pool:
        others = [pool.submit(list, table.rows()) for _ in range(MOST_WAITING + 1)]
        refused, waiting = wait(others, timeout=10, return_when=FIRST_COMPLETED)
        with pytest.raises(Refused, match=r"f\.xlsx has to wait") as told:
            refused.pop().result()
        assert told.value.rule == "busy"
        assert not any(one.done() for one in waiting)
        assert [len(list(rows)) for rows in begun] == [4] * MOST_AT_ONCE
        assert [len(one.result(10)) for one in waiting] == [5] * MOST_WAITING


def test_json_lines_and_arrays_give_the_same_cells() -> None:
    objects = [
        {"id": 1, "location": {"name": "Västerås", "gps": "59,16"}, "x": None},
        {"id": 2.0, "location": {"name": "Sala"}, "late": True},
    ]
    lines = "\n".join(json.dumps(one) for one in objects).encode()
    array = json.dumps(objects, ensure_ascii=False).encode()
    table = open_table(lines, "a.jsonl")
    assert table.header == ("id", "location.name", "location.gps", "x", "late")
    assert list(table.rows()) == [(1, ["1", "Västerås", "59,16", "", ""]), (2, ["2", "Sala", "", "", "true"])]
    assert list(open_table(gzip.compress(array), "a.json.gz").rows()) == list(table.rows())


def test_half_a_character_in_json_becomes_a_question_mark() -> None:
    assert list(open_table(b'{"a": "\\ud800!", "b": "1"}', "a.jsonl").rows()) == [(1, ["?!", "1"])]


GZ = gzip.compress(PLAIN.encode() * 50)
XLSX = workbook(("a", "b"), (1, 2))
BAD = {
    "empty": (b"", "tom"),
    "only spaces": (b" \n\n", "tom"),
    "empty gz": (gzip.compress(b""), "tom"),
    "NUL": (b"a;b\n1;2\n3;\x00\n", "rad 3"),
    "NUL in UTF-16": ("a;b\n1;\0\n".encode("utf-16"), "rad 2"),
    "pdf": (b"%PDF-1.7 a;b", "PDF"),
    "junk": (bytes(range(129, 256)) * 9, "Windows-1252"),
    "one column": (b"namn\nAnna\n", "rubrikrad"),
    "prose": (b"En text utan kolumner", "rubrikrad"),
    "cut gz": (GZ[:-12], "Gzip"),
    "broken gz": (GZ[:20] + b"\xff" * 20 + GZ[40:], "Gzip"),
    "cut xlsx": (XLSX[: len(XLSX) // 2], "skadat"),
    "zip of something else": (b"PK\x03\x04" + b"x" * 50, "skadat"),
    "empty xlsx": (workbook(), "rubrikrad"),
    "damaged UTF-8": ("a;b\nå;ä\nx;".encode() + b"\xe5;\n", "rad 3"),
    "UTF-8 cut in a letter": ("a;b\nå;ä".encode()[:-1], "rad 2"),
    "odd UTF-16": ("a;b\n1;2\n".encode("utf-16")[:-1], "UTF-16"),
    "json broken": (b'{"a": 1, "b": 2}\n{"a": \n', "rad 2"),
    "json of numbers": (b"[1, 2]", "rad 1"),
    "json array broken": (b'[{"a": 1,\n"b" 2}]', "rad 2"),
    "json without fields": (b"[]", "JSON-objekt"),
    "json too deep": (b"[" * 100_000, "JSON-objekt"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_is_refused_with_the_place_and_the_way_out(case: str) -> None:
    content, said = BAD[case]
    with pytest.raises(BadFile) as refused:
        list(open_table(content, "fil.x").rows())
    assert said in refused.value.sv
    assert "fil.x" in refused.value.sv
    assert "fil.x" in refused.value.en
    assert refused.value.rule == "bad-file"


@pytest.mark.parametrize("content", [b'a;b\n1;2\n"3;4\n', b'a;b\n1;2\n"3"x;4\n'])
def test_a_quotation_mark_left_open_is_refused_with_its_row(content: bytes) -> None:
    with pytest.raises(BadFile, match="row 3"):
        list(open_table(content, "a.csv").rows())


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="no file"):
        open_table(tmp_path / "borta.csv")


def test_a_gzip_bomb_is_refused() -> None:
    with pytest.raises(BadFile, match="larger than 1 MB"):
        open_table(gzip.compress(b"a;b\n" + b"1;2\n" * 1_000_000), "bomb.csv.gz", largest=1024**2)


def test_a_zip_bomb_that_lies_about_its_size_is_refused() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"0" * 4 * 1024**2)
    content = target.getvalue().replace((4 * 1024**2).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    with pytest.raises(BadFile, match="larger than 1 MB"):
        open_table(content, "bomb.xlsx", largest=1024**2)


def test_a_file_that_changes_under_the_reading_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(PLAIN)
    table = open_table(path)
    path.write_text(PLAIN + "Viksäng;1\n")
    with pytest.raises(BadFile, match="changed"):
        list(table.rows())


def test_a_bad_file_survives_the_way_between_processes() -> None:
    again = pickle.loads(pickle.dumps(BadFile("fel", "wrong")))
    assert (type(again), again.sv, again.en) == (BadFile, "fel", "wrong")
