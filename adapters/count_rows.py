"""Files of counts: long (a row per count) or wide (a column per period or category)."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from adapters.cells import STATUSES, BadCell, count, one_of, period, period_in_year
from adapters.reading import Chunk, Parsed, Reading, interned
from domain.file_import import ROWS_PER_EVENT
from domain.period import Frequency, first_day, frequency, last_day

_ABSENT = frozenset(("", "..", "…"))  # an empty cell of a wide file, and how SCB writes "not available"
_JOIN = "\x1f"


@dataclass(frozen=True, slots=True)
class CountChunk(Chunk):
    """Counts; district, category and period are positions in the chunk's own three lists of names."""

    districts: tuple[str, ...]
    categories: tuple[str, ...]
    periods: tuple[str, ...]
    district: tuple[int, ...]
    category: tuple[int, ...]
    period: tuple[int, ...]
    count: tuple[int, ...]


Cell = tuple[int, int, int, int, int]  # row number; positions of district, category and period; count


class CountReading(Reading[CountChunk]):
    """Reads counts. A cell that is repeated is a fault, and the first one stands."""

    def _chunks(self) -> Iterator[CountChunk]:
        self._periods: list[str] = []
        self._period_at: dict[str, int] = {}
        self._found: Frequency | None = None
        self._hint = self.columns.hint()
        self._when, self._count = Parsed(self._period_position), Parsed(count)
        cells = self._long() if self.columns.wide is None else self._wide()
        unique = self._unique(cells)
        while batch := list(islice(unique, ROWS_PER_EVENT)):
            yield self._chunk(batch)

    def _frequency(self) -> Literal["day", "week", "month"]:
        return self._found or "month"

    def _unique(self, cells: Iterator[Cell]) -> Iterator[Cell]:
        first_met: dict[int, int] = {}
        meet = first_met.setdefault
        for cell in cells:
            number, district, category, when, _ = cell
            first = meet(district << 48 | category << 24 | when, number)
            if first != number:
                self._repeated(cell, first)
            else:
                yield cell

    def _long(self) -> Iterator[Cell]:
        districts, categories, periods, counts = self._districts, self._categories, self._when, self._count
        in_district, in_category, in_count = (self._at[name] for name in ("district", "category", "count"))
        in_period, has_status = self._at.get("period"), "status" in self._at
        for number, row in self._rows():
            district, category = districts[row[in_district]], categories[row[in_category]]
            when = periods[row[in_period] if in_period is not None else self._year_and_part(row)]
            how_many = counts[row[in_count]]
            if district is None or category is None or type(when) is not int or type(how_many) is not int:
                self._reject(number, row)
            elif not has_status or self._status(number, row):
                yield number, district, category, when, how_many

    def _wide(self) -> Iterator[Cell]:
        """A bad name in the header is one fault of the header row; a bad cell is a fault of its row."""
        over_periods = self.columns.wide == "periods"
        spread = list(self._spread())
        own = ("district", "category") if over_periods else ("district", *self._period_fields())
        for number, row in self._rows():
            district = self._districts[row[self._at["district"]]]
            other = (
                self._categories[self._cell(row, "category")] if over_periods else self._when[self._period_text(row)]
            )
            if district is None or type(other) is not int:
                self._reject(number, row, own)
                continue
            if "status" in self._at and not self._status(number, row):
                continue
            for column, at, position in spread:
                how_many = None if row[at].strip() in _ABSENT else self._count[row[at]]
                if isinstance(how_many, BadCell):
                    self.faults.add(number, how_many.code, column, row[at])
                elif how_many is not None:
                    yield (number, district, other, position, how_many) if over_periods else (
                        number, district, position, other, how_many)  # fmt: skip

    def _spread(self) -> Iterator[tuple[str, int, int]]:
        for column in self.columns.spread:
            at, position = self.table.header.index(column), self._header_position(column)
            if position is not None:
                yield column, at, position

    def _header_position(self, column: str) -> int | None:
        head = self.table.header_row
        if self.columns.wide == "periods":
            when = self._when[column]
            if isinstance(when, BadCell):
                self.faults.add(head, when.code, column, column, rejects=False)
                return None
            return when
        position = self._categories[column]
        if position is None:
            self._unknown(head, "category", column, column, rejects=False)
        return position

    def _period_fields(self) -> tuple[str, ...]:
        return tuple(name for name in ("period", "year", "week", "month") if name in self._at)

    def _period_text(self, row: Sequence[str]) -> str:
        return row[self._at["period"]] if "period" in self._at else self._year_and_part(row)

    def _year_and_part(self, row: Sequence[str]) -> str:
        return row[self._at["year"]] + _JOIN + row[self._at["week" if "week" in self._at else "month"]]

    def _period_position(self, text: str) -> int:
        year, joined, part = text.partition(_JOIN)
        found = period_in_year(year, part, "week" if "week" in self._at else "month") if joined else period(
            text, self._hint)  # fmt: skip
        if first_day(found) > self.today:
            raise BadCell("in-future")
        self._found = self._found or frequency(found)
        if frequency(found) != self._found:
            raise BadCell("mixed-periods")
        if found not in self._period_at:
            self._period_at[found] = len(self._periods)
            self._periods.append(found)
        return self._period_at[found]

    def _status(self, number: int, row: Sequence[str]) -> bool:
        try:
            status = one_of(STATUSES, self._cell(row, "status"))
        except BadCell as bad:
            self._bad(number, row, "status", bad.code, "preliminär, definitiv")
            return False
        self.preliminary = self.preliminary or status == "preliminary"
        return True

    def _reject(
        self,
        number: int,
        row: Sequence[str],
        own: Sequence[str] = ("district", "category", "period", "count"),
    ) -> None:
        """All that is wrong with the row."""
        self._check_names(number, row, own)
        when = self._when[self._period_text(row)] if {"period", "year"} & set(own) else 0
        if isinstance(when, BadCell):
            self.faults.add(number, when.code, *self._shown_period(row))
        how_many = self._count[self._cell(row, "count")] if "count" in own else 0
        if isinstance(how_many, BadCell):
            self._bad(number, row, "count", how_many.code)

    def _shown_period(self, row: Sequence[str]) -> tuple[str, str]:
        parts = self._period_fields()
        return " + ".join(self.columns.fields[name] for name in parts), " ".join(
            self._cell(row, name) for name in parts
        )

    def _repeated(self, cell: Cell, first: int) -> None:
        number, district, category, when, _ = cell
        shown = f"{self._districts.met[district]}, {self._categories.met[category]}, {self._periods[when]}"
        self.faults.add(number, "duplicate", "", shown, other=str(first))

    def _chunk(self, batch: list[Cell]) -> CountChunk:
        rows, district, category, when, how_many = zip(*batch, strict=True)
        districts, district = interned(self._districts.met, district)
        categories, category = interned(self._categories.met, category)
        periods, when = interned(self._periods, when)
        self._covered_districts.update(districts)
        self._covered_categories.update(categories)
        first, last = min(periods), max(periods)
        self._cover((first_day(first).isoformat(), last_day(last).isoformat()))
        return CountChunk(array("q", rows), districts, categories, periods, district, category, when, how_many)
