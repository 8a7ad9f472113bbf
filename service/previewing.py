"""What taking in a file would come to: read and compared as then, and nothing stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from adapters.columns import Columns
from adapters.faults import Fault, Faults
from adapters.files import Table, open_table
from adapters.readers import names_not_known
from domain.file_import import Coverage, FileKind, Tally
from service.importing import catalogue_of, columns_of, compare_with_source, source_of
from service.personal_rows import suspect_rows
from service.register import LiveRegister


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would come to if it was taken in now.

    tally: its rows by what would become of them. faults: the first 1,000, of `fault_count`. new_districts and
    new_categories: names that the catalogues lack. taken_in: the import that the very same file was taken in as.
    personal_numbers, personal_data: the rows of reports whose words look like holding a personal number, or other data
    about a person.
    """

    source: str
    kind: FileKind
    columns: Columns
    tally: Tally
    coverage: Coverage | None
    preliminary: bool
    faults: tuple[Fault, ...]
    fault_count: int
    new_districts: tuple[str, ...] = ()
    new_categories: tuple[str, ...] = ()
    taken_in: str | None = None
    personal_numbers: tuple[int, ...] = ()
    personal_data: tuple[int, ...] = ()


def preview(
    live: LiveRegister,
    origin: Path | bytes,
    file_name: str,
    *,
    source: str,
    kind: str | None = None,
    columns: Mapping[str, str] | None = None,
    covers: tuple[date, date] | None = None,
    new_names: bool = False,
    rejected_to: Path | None = None,
    language: Literal["sv", "en"] = "sv",
) -> Preview:
    """Raises Refused as taking it in would, where the file or its columns can't be read; faults of rows are counted.

    rejected_to: where to write the rows that would not be taken in, with the reasons in `language`.
    """
    table = open_table(origin, file_name)
    state = source_of(live, source)
    found = columns_of(table, state, kind, columns)
    compared = compare_with_source(live, table, found, source, covers=covers, new_names=new_names)
    faults = compared.reading.faults
    if rejected_to is not None and faults.rejected:
        faults.write_rejected(table, rejected_to, language)
    districts, categories = _not_known(live, table, found, state.division, faults)
    return Preview(
        source, found.kind, found, compared.tally, compared.coverage, compared.reading.preliminary,
        tuple(faults.details), faults.times, districts, categories, state.files.get(table.sha256),
        *_personal(table, found),
    )  # fmt: skip


def _not_known(
    live: LiveRegister, table: Table, columns: Columns, division: str, faults: Faults
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Looked for only where a row was faulted for it: it takes reading the file once more."""
    if not any(fault.code in ("unknown-district", "unknown-category") for fault in faults.details):
        return (), ()
    known, kinds = catalogue_of(live, division)
    districts, categories = names_not_known(table, columns, division=known, categories=kinds)
    return tuple(one.name for one in districts), tuple(one.name for one in categories)


def _personal(table: Table, columns: Columns) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The rows with personal numbers, and those with other personal data only."""
    found = suspect_rows(table, columns)
    numbers = tuple(row for row, kinds in found if "personal number" in kinds)
    return numbers, tuple(row for row, kinds in found if "personal number" not in kinds)
