"""A table for other tools: described once, written as JSON, CSV (RFC 4180) or Parquet."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    import pyarrow

Type = Literal["text", "whole", "number", "truth", "day"]
Cell = str | int | float | bool | date | None
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: what it holds, in words, and in which unit; empty where it has none."""

    name: str
    type: Type
    about: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Tabular:
    """Rows in the order of the columns; None is what is not known. about: where the figures come from."""

    name: str
    about: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Cell]]


def as_json(table: Tabular) -> bytes:
    """A list of objects, one a row; days as 2020-02-29."""
    names = [column.name for column in table.columns]
    return msgspec.json.encode([dict(zip(names, row, strict=True)) for row in table.rows])


def as_csv(table: Tabular) -> bytes:
    """UTF-8 with a header line; what is not known is empty, numbers have a decimal point, truths are true and false.

    A text that a spreadsheet program could take for a formula gets an apostrophe before it: names come from files too.
    """
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\r\n")
    writer.writerow(column.name for column in table.columns)
    kinds = [column.type for column in table.columns]
    columns = [_written(kind, values) for kind, values in zip(kinds, _turned(table), strict=True)]
    writer.writerows(zip(*columns, strict=True))
    return made.getvalue().encode()


def as_parquet(table: Tabular) -> bytes:
    """Parquet with each column's description and unit as its metadata; the same table gives the same bytes."""
    import pyarrow as pa  # only here: it takes half a second to load
    import pyarrow.parquet as pq

    schema = pa.schema([_field(column) for column in table.columns], {"source": table.about, "name": table.name})
    arrays = [pa.array(values, type=field.type) for values, field in zip(_turned(table), schema, strict=True)]
    made = io.BytesIO()
    pq.write_table(pa.Table.from_arrays(arrays, schema=schema), made, compression="zstd")
    return made.getvalue()


def _turned(table: Tabular) -> list[Sequence[Cell]]:
    """The values of each column."""
    return list(zip(*table.rows, strict=True)) if table.rows else [() for _ in table.columns]


def _written(kind: Type, values: Sequence[Cell]) -> Sequence[Cell]:
    if kind == "truth":
        return [None if value is None else "true" if value else "false" for value in values]
    if kind == "text":
        return [f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value for value in values]
    return values


def _field(column: Column) -> pyarrow.Field:
    import pyarrow as pa

    types = {"text": pa.string(), "whole": pa.int64(), "number": pa.float64(), "truth": pa.bool_(), "day": pa.date32()}
    about = {"description": column.about, **({"unit": column.unit} if column.unit else {})}
    return pa.field(column.name, types[column.type], metadata=about)
