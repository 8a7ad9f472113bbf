"""Files of incidents, a row each, and of EST reports."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, TypeVar

from adapters.cells import REPORT_KINDS, BadCell, day, one_of, words
from adapters.reading import Chunk, Parsed, Reading, interned
from domain.file_import import ROWS_PER_EVENT

LONGEST_REF = 200
C = TypeVar("C", bound=Chunk)
Located = tuple[int, list[str], int, int, str]  # row number, cells; positions of district and category; day


@dataclass(frozen=True, slots=True)
class IncidentChunk(Chunk):
    """Incidents; district and category are positions in the chunk's own two lists of names."""

    districts: tuple[str, ...]
    categories: tuple[str, ...]
    ref: tuple[str, ...]
    district: tuple[int, ...]
    category: tuple[int, ...]
    day: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReportChunk(IncidentChunk):
    """EST reports."""

    kind: tuple[str, ...]
    reporter: tuple[str, ...]
    place: tuple[str | None, ...]
    text: tuple[str | None, ...]


class _LocatedReading(Reading[C]):
    """Rows that say where, what and which day; told apart by the source's ref or one made of the content."""

    def _prepare(self) -> None:
        self._day = Parsed(lambda text: day(text, self._latest()))
        self._refs: dict[str, int] = {}
        self._equal: dict[str, int] = {}

    def _latest(self) -> date:
        return self.today

    def _located(self) -> Iterator[Located]:
        in_district, in_category, in_date = (self._at[name] for name in ("district", "category", "date"))
        for number, row in self._rows():
            district, category = self._districts[row[in_district]], self._categories[row[in_category]]
            on = self._day[row[in_date]]
            if district is None or category is None or isinstance(on, BadCell):
                self._reject(number, row)
            else:
                yield number, row, district, category, on

    def _reject(self, number: int, row: Sequence[str]) -> None:
        self._check_names(number, row, ("district", "category"))
        on = self._day[self._cell(row, "date")]
        if isinstance(on, BadCell):
            self._bad(number, row, "date", on.code)

    def _ref(self, one: Located, *more: str) -> str | None:
        """The file's own ref, once; else `district|category|day|…|n`, n counting equal rows of the file."""
        number, row, district, category, on = one
        own = self._cell(row, "ref").strip()
        if not own:
            base = "|".join((self._districts.met[district], self._categories.met[category], on, *more))
            self._equal[base] = self._equal.get(base, 0) + 1
            return f"{base}|{self._equal[base]}"
        first = self._refs.setdefault(own, number)
        if len(own) > LONGEST_REF:
            self._bad(number, row, "ref", "too-long", str(LONGEST_REF))
        elif first != number:
            self._bad(number, row, "ref", "duplicate", str(first))
        else:
            return own
        return None

    def _head(self, batch: Sequence[Sequence[Any]]) -> dict[str, Any]:
        """The columns that incidents and reports share, of rows (number, ref, district, category, day, …)."""
        rows, ref, district, category, days = list(zip(*batch, strict=True))[:5]
        districts, district = interned(self._districts.met, district)
        categories, category = interned(self._categories.met, category)
        self._covered_districts.update(districts)
        self._covered_categories.update(categories)
        self._cover(days)
        return {"row_numbers": array("q", rows), "districts": districts, "categories": categories, "ref": ref,
                "district": district, "category": category, "day": days}  # fmt: skip


class IncidentReading(_LocatedReading[IncidentChunk]):
    """Reads incidents. What the file covers and does not list did not happen: absent is zero."""

    ABSENT = "zero"

    def _chunks(self) -> Iterator[IncidentChunk]:
        self._prepare()
        rows = self._incidents()
        while batch := list(islice(rows, ROWS_PER_EVENT)):
            yield IncidentChunk(**self._head(batch))

    def _incidents(self) -> Iterator[tuple[int, str, int, int, str]]:
        for one in self._located():
            ref = self._ref(one)
            if ref is not None:
                number, _, district, category, on = one
                yield number, ref, district, category, on


class ReportReading(_LocatedReading[ReportChunk]):
    """Reads EST reports. A made ref holds neither place nor text, not even hashed: it is not sealed, and what is short
    can be guessed."""

    def _latest(self) -> date:
        return date.max  # planned events lie ahead; the others are held to today once their kind is known

    def _chunks(self) -> Iterator[ReportChunk]:
        self._prepare()
        rows = self._reports()
        while batch := list(islice(rows, ROWS_PER_EVENT)):
            kind, reporter, place, text = list(zip(*batch, strict=True))[5:]
            yield ReportChunk(**self._head(batch), kind=kind, reporter=reporter, place=place, text=text)

    def _reports(self) -> Iterator[tuple[Any, ...]]:
        for one in self._located():
            number, row, district, category, on = one
            more = self._more(number, row)
            if more is None:
                continue
            kind, reporter, *_ = more
            if kind != "planned event" and on > self.today.isoformat():
                self._bad(number, row, "date", "in-future")
                continue
            ref = self._ref(one, " ".join(reporter.split()))
            if ref is not None:
                yield number, ref, district, category, on, *more

    def _more(self, number: int, row: Sequence[str]) -> tuple[str, str, str | None, str | None] | None:
        """Kind, reporter, place and text, or None when one of them is bad."""
        found: dict[str, str | None] = {}
        for name, most, needed in (("reporter", 200, True), ("place", 200, False), ("text", 4000, False)):
            try:
                found[name] = words(self._cell(row, name), most, needed=needed)
            except BadCell as bad:
                self._bad(number, row, name, bad.code, str(most))
        try:
            kind = one_of(REPORT_KINDS, self._cell(row, "kind"))
        except BadCell as bad:
            self._bad(number, row, "kind", bad.code, "händelse, ordningsstörning, otrygg plats, arrangemang")
            return None
        return (kind, found["reporter"] or "", found["place"], found["text"]) if len(found) == 3 else None
