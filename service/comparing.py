"""A file's rows against what its source said before: new, corrected or unchanged; and packed into events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.readers import AnyReading
from adapters.table_rows import row_versions
from adapters.tables import Tables
from domain.file_import import (
    ROW_EVENTS,
    ROWS_PER_EVENT,
    CountRows,
    FileKind,
    IncidentRows,
    NoticeRows,
    ReportRows,
    Rows,
    SurveyRows,
    Tally,
)

EVENT_OF: Mapping[str, type[Rows]] = {
    "counts": CountRows,
    "incidents": IncidentRows,
    "reports": ReportRows,
    "survey": SurveyRows,
    "notices": NoticeRows,
}
_NAMED = {"district": "districts", "category": "categories", "period": "periods"}


def compare(tables: Tables, source: str, reading: AnyReading, kind: FileKind) -> tuple[tuple[Rows, ...], Tally]:
    """The rows to record, and what became of all of them."""
    event = EVENT_OF[kind]
    packer = _Packer(event)
    compared = tables.has_rows(source)
    seen: dict[Any, Any] | None = {} if kind == "notices" else None  # other kinds refuse a row that is there twice
    new = corrected = unchanged = 0
    for chunk in reading:
        rows = event(**chunk.columns())
        here = _versions(rows)
        before = _standing(tables, source, rows, here) if compared else [None] * len(here)
        marks = _marks(here, before, seen)
        packer.add(rows, marks, [version[0] for version in here])
        new, corrected, unchanged = new + marks.count("n"), corrected + marks.count("c"), unchanged + marks.count("u")
    read = reading.rows_read
    tally = Tally(read=read, new=new, corrected=corrected, unchanged=unchanged, rejected=len(reading.faults.rejected))
    return packer.events(), tally


Version = tuple[Any, ...]


def _versions(rows: Rows) -> list[Version]:
    """Each row as (what identifies it, what it says)."""
    if isinstance(rows, CountRows):
        names = zip(rows.district, rows.category, rows.period, rows.count, strict=True)
        return [((rows.districts[d], rows.categories[c], rows.periods[p]), n) for d, c, p, n in names]
    assert isinstance(rows, IncidentRows | ReportRows | SurveyRows | NoticeRows)
    return [(ref, (district, category, day, body)) for ref, district, category, day, _, body in row_versions(rows)]


def _standing(tables: Tables, source: str, rows: Rows, here: Sequence[Version]) -> list[Any]:
    keys = [version[0] for version in here]
    if isinstance(rows, CountRows):
        values = tables.standing_counts(source, keys)
        return [values.get(i) for i in range(len(keys))]
    known = tables.standing_rows(source, keys)
    return [known.get(key) for key in keys]


def _marks(here: Sequence[Version], before: Sequence[Any], seen: dict[Any, Any] | None) -> list[str]:
    """For each row n: new, c: corrects what stood before (in the register, or earlier in the file), u: unchanged."""
    marks = []
    for (key, says), stood in zip(here, before, strict=True):
        known = stood if seen is None else seen.get(key, stood)
        marks.append("n" if known is None else "u" if known == says else "c")
        if seen is not None:
            seen[key] = says
    return marks


class _Packer:
    """Row events of up to 1,000 rows. A chunk of nothing but new rows passes as it is; others are packed together.

    Two versions of one row never share an event, so that each has a position of its own in the history.
    """

    def __init__(self, event: type[Rows]) -> None:
        self._event = event
        self._done: list[Rows] = []
        self._rows: list[tuple[Any, ...]] = []
        self._corrects: list[int] = []
        self._keys: set[Any] = set()
        named = {plural for plural in _NAMED.values() if plural in event.model_fields}
        self._fields = [name for name in event.model_fields if name not in named | {"corrects"}]

    def add(self, rows: Rows, marks: Sequence[str], keys: Sequence[Any]) -> None:
        """Take the rows of a chunk that are new or corrected."""
        if set(marks) == {"n"} and len(set(keys)) == len(keys):
            self._done.append(rows)
            return
        columns = [self._resolved(rows, name) for name in self._fields]
        for mark, key, row in zip(marks, keys, zip(*columns, strict=True), strict=True):
            if mark == "u":
                continue
            if key in self._keys or len(self._rows) == ROWS_PER_EVENT:
                self._flush()
            if mark == "c":
                self._corrects.append(len(self._rows))
            self._rows.append(row)
            self._keys.add(key)

    def _resolved(self, rows: Rows, name: str) -> Sequence[Any]:
        values: Sequence[Any] = getattr(rows, name)
        plural = _NAMED.get(name, "")
        names = getattr(rows, plural, None)
        return values if names is None else [names[i] for i in values]

    def _flush(self) -> None:
        if not self._rows:
            return
        columns: dict[str, Any] = dict(zip(self._fields, zip(*self._rows, strict=True), strict=True))
        for name, plural in _NAMED.items():
            if plural in self._event.model_fields:
                names = {value: i for i, value in enumerate(dict.fromkeys(columns[name]))}
                columns[plural], columns[name] = tuple(names), tuple(names[value] for value in columns[name])
        self._done.append(self._event(corrects=tuple(self._corrects), **columns))
        self._rows, self._corrects, self._keys = [], [], set()

    def events(self) -> tuple[Rows, ...]:
        """All row events."""
        self._flush()
        return tuple(self._done)


assert set(EVENT_OF.values()) == set(ROW_EVENTS)
