"""A table is described once, and other tools read the same from each of its writings."""

from __future__ import annotations

import csv
import io
import json
from datetime import date

import pandas as pd
import pyarrow.parquet as pq

from adapters.tabular import Column, Tabular, as_csv, as_json, as_parquet

COLUMNS = (
    Column("district", "text", "The district's key."),
    Column("day", "day", "A day."),
    Column("count", "whole", "Events; empty is not known.", "events"),
    Column("expected", "number", "Events to be expected.", "events"),
    Column("synthetic", "truth", "Whether it is made up."),
)
ROWS = (
    ("bäckby", date(2020, 2, 29), 0, 0.5, True),
    ("råby", date(2020, 2, 29), None, None, False),
    ('a "b", c\nd', None, 12, 1e-9, None),
)
TABLE = Tabular("series", "The police's extract", COLUMNS, ROWS)


def test_json_is_a_list_of_objects_in_which_zero_and_not_known_differ() -> None:
    first, second, _ = json.loads(as_json(TABLE))
    assert first == {"district": "bäckby", "day": "2020-02-29", "count": 0, "expected": 0.5, "synthetic": True}
    assert (second["count"], second["expected"]) == (None, None)


def test_csv_is_as_rfc_4180_has_it_and_reads_back_whole() -> None:
    made = as_csv(TABLE)
    assert made.startswith(b"district,day,count,expected,synthetic\r\n")
    assert made.endswith(b"\r\n")
    rows = list(csv.reader(io.StringIO(made.decode(), newline=""), strict=True))
    assert rows[1:] == [
        ["bäckby", "2020-02-29", "0", "0.5", "true"],
        ["råby", "2020-02-29", "", "", "false"],
        ['a "b", c\nd', "", "12", "1e-09", ""],
    ]


def test_a_name_that_could_be_taken_for_a_formula_gets_an_apostrophe_in_csv_only() -> None:
    names = ("=1+1", "+46", "-x", "@sum", "\tx", "x=1")
    table = Tabular("names", "", (Column("name", "text", ""), Column("n", "whole", "")), [(n, -1) for n in names])
    shown = [row["name"] for row in csv.DictReader(io.StringIO(as_csv(table).decode(), newline=""))]
    assert shown == ["'=1+1", "'+46", "'-x", "'@sum", "'\tx", "x=1"]
    assert [row["name"] for row in json.loads(as_json(table))] == list(names)
    assert pq.read_table(io.BytesIO(as_parquet(table)))["name"].to_pylist() == list(names)
    assert b",-1\r\n" in as_csv(table)


def test_parquet_says_each_column_s_type_unit_and_source() -> None:
    read = pq.read_table(io.BytesIO(as_parquet(TABLE)))
    assert [str(field.type) for field in read.schema] == ["string", "date32[day]", "int64", "double", "bool"]
    assert read.schema.field("count").metadata[b"unit"] == b"events"
    assert read.schema.field("count").metadata[b"description"] == b"Events; empty is not known."
    assert read.schema.metadata[b"source"] == b"The police's extract"
    assert [tuple(row.values()) for row in read.to_pylist()] == list(ROWS)


def test_the_same_table_gives_the_same_bytes() -> None:
    assert as_parquet(TABLE) == as_parquet(TABLE)
    assert (as_csv(TABLE), as_json(TABLE)) == (as_csv(TABLE), as_json(TABLE))


def test_a_table_without_rows_still_has_its_columns() -> None:
    empty = Tabular("series", "", COLUMNS, ())
    assert json.loads(as_json(empty)) == []
    assert as_csv(empty) == b"district,day,count,expected,synthetic\r\n"
    assert pq.read_table(io.BytesIO(as_parquet(empty))).schema.names == [column.name for column in COLUMNS]


def test_pandas_reads_the_same_frame_from_csv_and_parquet() -> None:
    parquet = pd.read_parquet(io.BytesIO(as_parquet(TABLE)), dtype_backend="numpy_nullable")
    kinds = {"district": "string", "count": "Int64", "expected": "Float64", "synthetic": "boolean"}
    text = pd.read_csv(io.BytesIO(as_csv(TABLE)), dtype=kinds, parse_dates=["day"])
    assert {name: str(parquet[name].dtype) for name in kinds} == kinds
    for name in kinds:
        pd.testing.assert_series_equal(parquet[name], text[name])
    assert parquet["count"].isna().tolist() == [False, True, False]
