"""A table and its columns read into typed chunks of rows, with faults and coverage."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import chain

from adapters.columns import Columns
from adapters.count_rows import CountChunk, CountReading
from adapters.faults import Fault, Faults
from adapters.files import Table
from adapters.incident_rows import IncidentChunk, IncidentReading, ReportChunk, ReportReading
from adapters.names import Names, new_names
from adapters.notices import NoticeChunk, NoticeReading
from adapters.reading import Chunk, Progress, Reading
from adapters.survey_rows import SurveyChunk, SurveyReading
from domain.catalogue import Categories, Category, District, Division

__all__ = [
    "AnyReading",
    "Chunk",
    "CountChunk",
    "CountReading",
    "Fault",
    "Faults",
    "IncidentChunk",
    "IncidentReading",
    "NoticeChunk",
    "NoticeReading",
    "Reading",
    "ReportChunk",
    "ReportReading",
    "SurveyChunk",
    "SurveyReading",
    "names_not_known",
    "read",
]

AnyReading = CountReading | IncidentReading | ReportReading | SurveyReading | NoticeReading
_READINGS: dict[str, type[AnyReading]] = {
    "counts": CountReading,
    "incidents": IncidentReading,
    "reports": ReportReading,
    "survey": SurveyReading,
    "notices": NoticeReading,
}


def read(
    table: Table,
    columns: Columns,
    *,
    division: Division,
    categories: Categories,
    today: date,
    progress: Progress | None = None,
) -> AnyReading:
    """A reading of the table: iterate once for the chunks, then ask for `faults`, `coverage`, `rows_read`."""
    reading = _READINGS[columns.kind]
    return reading(table, columns, division=division, categories=categories, today=today, progress=progress)


def names_not_known(
    table: Table, columns: Columns, *, division: Division, categories: Categories
) -> tuple[tuple[District, ...], tuple[Category, ...]]:
    """The file's names that the catalogues lack, with keys made from them, for `--new-names`."""
    areas, kinds = (
        Names(division.districts, division.retired),
        Names(categories.categories, categories.retired),
    )
    wide = columns.spread if columns.wide == "categories" else ()
    districts = new_names(_distinct(table, columns, "district"), areas, division.districts)
    found = new_names(chain(wide, _distinct(table, columns, "category")), kinds, categories.categories)
    return (
        tuple(District(key=key, name=name) for key, name in districts),
        tuple(Category(key=key, name=name) for key, name in found),
    )


def _distinct(table: Table, columns: Columns, field: str) -> Iterable[str]:
    """The column's distinct texts as they first appear; none when the file has no such column."""
    column = columns.fields.get(field)
    if column is None:
        return ()
    at = table.header.index(column)
    return dict.fromkeys(row[at] for _, row in table.rows() if len(row) == len(table.header))
