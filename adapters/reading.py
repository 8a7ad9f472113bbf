"""What the readers of all kinds of files share: matching, cached parsing, faults, coverage, progress."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache
from typing import Any, Generic, Literal, TypeVar

from adapters.cells import BadCell
from adapters.columns import Columns
from adapters.faults import Faults
from adapters.files import Row, Table
from adapters.names import Names
from domain.catalogue import Categories, Division
from domain.file_import import Coverage

T = TypeVar("T")
C = TypeVar("C", bound="Chunk")
Progress = Callable[[int], None]
LONGEST_KEPT = 200


@dataclass(frozen=True, slots=True)
class Chunk:
    """Up to 1,000 accepted rows as columns, named as in their kind's event; `row_numbers` are the file's."""

    row_numbers: Sequence[int]

    def columns(self) -> dict[str, Any]:
        """The event's fields: `CountRows(**chunk.columns())`."""
        return {one.name: getattr(self, one.name) for one in fields(self) if one.name != "row_numbers"}


@lru_cache(maxsize=64)
def _bad(code: str) -> BadCell:
    """One for each code: the one that was raised would keep its whole traceback alive."""
    return BadCell(code)


class Parsed(dict[str, T | BadCell]):
    """Raw text → value, parsed once per distinct text; a BadCell is kept as the value of a bad text."""

    def __init__(self, parse: Callable[[str], T], most: int = 200_000) -> None:
        super().__init__()
        self._parse, self._most = parse, most

    def __missing__(self, raw: str) -> T | BadCell:
        try:
            value: T | BadCell = self._parse(raw)
        except BadCell as bad:
            value = _bad(bad.code)
        if len(self) < self._most and len(raw) <= LONGEST_KEPT:  # distinct texts must not fill the memory
            self[raw] = value
        return value


class Reading(Generic[C]):
    """One pass over a table. Iterate for the chunks; `faults` and `coverage` are complete at the end."""

    ABSENT: Literal["missing", "zero"] = "missing"

    def __init__(
        self,
        table: Table,
        columns: Columns,
        *,
        division: Division,
        categories: Categories,
        today: date,
        progress: Progress | None = None,
    ) -> None:
        self.table, self.columns, self.today = table, columns, today
        self.faults = Faults()
        self.rows_read = 0
        self.preliminary = False
        self._districts = Names(division.districts, division.retired)
        self._categories = Names(categories.categories, categories.retired)
        self._covered_districts: set[str] = set()
        self._covered_categories: set[str] = set()
        self._days: tuple[str, str] | None = None
        self._progress = progress
        self._at = {name: table.header.index(column) for name, column in columns.fields.items()}

    def __iter__(self) -> Iterator[C]:
        for chunk in self._chunks():
            self._told()
            yield chunk
        self._told()

    @property
    def coverage(self) -> Coverage | None:
        """Districts and categories seen in accepted rows, and their first and last day; None without any."""
        if self._days is None:
            return None
        return Coverage(
            districts=tuple(sorted(self._covered_districts)),
            categories=tuple(sorted(self._covered_categories)),
            first=date.fromisoformat(self._days[0]),
            last=date.fromisoformat(self._days[1]),
            frequency=self._frequency(),
            absent=self.ABSENT,
        )

    def _chunks(self) -> Iterator[C]:
        raise NotImplementedError(type(self).__name__)  # each kind of file has its own

    def _frequency(self) -> Literal["day", "week", "month"]:
        return "day"

    def _told(self) -> None:
        if self._progress:
            self._progress(self.rows_read)

    def _rows(self) -> Iterator[Row]:
        """The rows that have as many cells as the header; blank rows are passed over, others are faults."""
        width = len(self.table.header)
        for number, row in self.table.rows():
            if not row[0] and not any(row):
                continue
            self.rows_read += 1
            if len(row) == width:
                yield number, row
            elif len(row) > width and not any(row[width:]):
                yield number, row[:width]
            else:
                self.faults.add(number, "cells", value=str(len(row)), other=str(width))

    def _cover(self, days: Sequence[str]) -> None:
        """Widen the coverage to some days, written as 2020-02-29."""
        first, last = min(days), max(days)
        self._days = (min(first, self._days[0]), max(last, self._days[1])) if self._days else (first, last)

    def _cell(self, row: Sequence[str], name: str) -> str:
        """The field's text; empty when the file has no such column."""
        at = self._at.get(name)
        return row[at] if at is not None else ""

    def _bad(self, number: int, row: Sequence[str], name: str, code: str, other: str = "") -> None:
        self.faults.add(number, code, self.columns.fields.get(name, name), self._cell(row, name), other=other)

    def _check_names(self, number: int, row: Sequence[str], own: Collection[str]) -> None:
        """Faults for the row's names that no catalogue has."""
        for what in ("district", "category"):
            names = self._districts if what == "district" else self._categories
            if what in own and names[self._cell(row, what)] is None:
                self._unknown(number, what, self.columns.fields[what], self._cell(row, what))

    def _unknown(self, number: int, what: str, column: str, raw: str, *, rejects: bool = True) -> None:
        names = self._districts if what == "district" else self._categories
        if not raw.strip():
            self.faults.add(number, "missing", column, rejects=rejects)
        elif names.is_retired(raw):
            self.faults.add(number, f"retired-{what}", column, raw, rejects=rejects)
        else:
            self.faults.add(number, f"unknown-{what}", column, raw, suggest=names.suggestion, rejects=rejects)


def interned(names: Sequence[str], positions: Sequence[int]) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """The names that are used, and the positions in them: a chunk carries only its own names."""
    local = {position: at for at, position in enumerate(dict.fromkeys(positions))}
    return tuple(names[position] for position in local), tuple(local[position] for position in positions)
