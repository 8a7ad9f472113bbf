"""Take in a file: read it, compare it with what its source said before, and ask for it to be recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from adapters.columns import Columns, recognise
from adapters.faults import Fault, Faults
from adapters.files import Table, open_table
from adapters.readers import AnyReading, names_not_known, read
from adapters.tables import Tables, row_versions
from domain.catalogue import Categories, Category, Division, PublishCategories, RememberColumns, ReviseDivision, Source
from domain.core import Actor, Refused, must_exist
from domain.file_import import (
    ROW_EVENTS,
    ROWS_PER_EVENT,
    CountRows,
    Coverage,
    FileImport,
    FileKind,
    IncidentRows,
    NoticeRows,
    ReportRows,
    Rows,
    SurveyRows,
    TakeIn,
    Tally,
)
from service.register import LiveRegister

EVENT_OF: Mapping[str, type[Rows]] = {
    "counts": CountRows,
    "incidents": IncidentRows,
    "reports": ReportRows,
    "survey": SurveyRows,
    "notices": NoticeRows,
}
_NAMED = {"district": "districts", "category": "categories", "period": "periods"}
SHOWN = 10
TRIES = 5
Progress = Callable[[int, int], None]


class FileHasFaults(Refused):
    """The file was not taken in, because of these faults."""

    def __init__(self, name: str, faults: Faults) -> None:
        self.faults = tuple(faults.details)
        self.fault_count = faults.times
        shown = self.faults[:SHOWN]
        more = self.fault_count - sum(fault.times for fault in shown)
        sv, en = ([_line(fault, language) for fault in shown] for language in ("sv", "en"))
        super().__init__(
            "file-has-faults",
            f"Inget lästes in ur {name}: {self.fault_count} fel.\n" + "\n".join(sv)
            + (f"\n… och {more} till." if more > 0 else "")
            + "\nRätta filen, eller läs in de felfria raderna med --accept-valid.",
            f"Nothing was taken in from {name}: {self.fault_count} faults.\n" + "\n".join(en)
            + (f"\n… and {more} more." if more > 0 else "")
            + "\nMend the file, or take in the sound rows with --accept-valid.",
        )  # fmt: skip

    def __reduce__(self) -> tuple[type[Refused], tuple[str, str, str]]:
        return Refused, (self.rule, self.sv, self.en)


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What became of a file. repeated: it had been taken in before, and nothing was added."""

    file_import: str
    tally: Tally
    coverage: Coverage | None
    faults: tuple[Fault, ...]
    fault_count: int
    repeated: bool
    rejected_to: Path | None = None

    def lines(self) -> Iterator[tuple[str, str]]:
        """What to tell the user, in Swedish and English."""
        t = self.tally
        if self.repeated:
            yield (
                f"Filen är redan inläst som {self.file_import}: 0 nya rader.",
                f"The file was taken in before as {self.file_import}: 0 new rows.",
            )
            return
        yield (
            f"{self.file_import}: {t.new} nya, {t.corrected} rättade, {t.unchanged} oförändrade, "
            f"{t.rejected} avvisade av {t.read} rader.",
            f"{self.file_import}: {t.new} new, {t.corrected} corrected, {t.unchanged} unchanged, "
            f"{t.rejected} rejected of {t.read} rows.",
        )
        if self.rejected_to:
            yield f"Avvisade rader: {self.rejected_to}", f"Rejected rows: {self.rejected_to}"


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a file is to be taken in.

    covers: the days that the file speaks of. accept_valid: take the sound rows although others are not. synthetic:
    None follows the source. new_names: take unknown districts and categories into the catalogue. rejected_to: where
    rejected rows are written; by default beside a path's file.
    """

    covers: tuple[date, date] | None = None
    accept_valid: bool = False
    preliminary: bool = False
    synthetic: bool | None = None
    new_names: bool = False
    command_id: str | None = None
    rejected_to: Path | None = None


def take_in_file(
    live: LiveRegister,
    origin: Path | bytes,
    file_name: str,
    *,
    source: str,
    by: Actor,
    kind: str | None = None,
    columns: Mapping[str, str] | None = None,
    wishes: Wishes = Wishes(),
    progress: Progress | None = None,
) -> ImportOutcome:
    """Take in a file as one transaction. Raises Refused (FileHasFaults names the rows); nothing is half taken in.

    columns: field to column, by hand; remembered for the source. progress is called with (rows read, 0).
    """
    state = _source(live, source)
    table = open_table(origin, file_name)
    if table.sha256 in state.files:
        return _before(live, state.files[table.sha256])
    found = _columns(table, state, kind, columns)
    if wishes.new_names:
        _learn_names(live, table, found, state.division, by)
    outcome = _until_settled(live, table, found, source, by, wishes, progress)
    if columns:
        live.ask(RememberColumns(source=source, kind=found.kind, columns=found.remembered()), by)
    return outcome


def _until_settled(
    live: LiveRegister,
    table: Table,
    columns: Columns,
    source: str,
    by: Actor,
    wishes: Wishes,
    progress: Progress | None,
) -> ImportOutcome:
    """Compare and ask; again if another file of the source was taken in or withdrawn meanwhile."""
    for attempt in range(1, TRIES + 1):
        state = _source(live, source)
        reading = _reading(live, table, columns, state, progress)
        rows, tally = _compare(live.read_tables(), source, reading, columns.kind)
        _check_faults(table, reading, tally, wishes.accept_valid)
        command = _command(table, columns, source, state, reading, rows, tally, wishes)
        try:
            answer = live.ask(command, by, command_id=wishes.command_id)
        except Refused as refused:
            if refused.rule == "already-imported":
                return _before(live, _source(live, source).files[table.sha256])
            if refused.rule != "source-has-moved" or attempt == TRIES:
                raise
            continue
        key = _source(live, source).files[table.sha256]
        written = _write_rejected(table, reading, wishes.rejected_to)
        faults = reading.faults
        return ImportOutcome(
            key, tally, command.coverage, tuple(faults.details), faults.times, answer.repeated, written
        )
    raise AssertionError("the loop ends by return or raise")


def _reading(
    live: LiveRegister, table: Table, columns: Columns, source: Source, progress: Progress | None
) -> AnyReading:
    division, categories = _catalogue(live, source.division)
    told = (lambda rows: progress(rows, 0)) if progress else None
    return read(table, columns, division=division, categories=categories, today=live.today(), progress=told)


def _command(
    table: Table, columns: Columns, source: str, state: Source, reading: AnyReading, rows: tuple[Rows, ...],
    tally: Tally, wishes: Wishes,
) -> TakeIn:  # fmt: skip
    return TakeIn(
        source=source,
        kind=columns.kind,
        file_name=table.name[-200:],
        sha256=table.sha256,
        columns=columns.remembered(),
        coverage=_coverage(reading.coverage, wishes.covers),
        tally=tally,
        preliminary=wishes.preliminary or reading.preliminary,
        synthetic=state.synthetic if wishes.synthetic is None else wishes.synthetic,
        compared_at=state.changes,
        rows=rows,
    )


def _source(live: LiveRegister, key: str) -> Source:
    return must_exist(live.now().find(Source, key), "source", "Källan", key)


def _before(live: LiveRegister, key: str) -> ImportOutcome:
    state = must_exist(live.now().find(FileImport, key), "import", "Inläsningen", key)
    return ImportOutcome(key, state.tally, state.coverage, (), 0, True)


def _columns(table: Table, source: Source, kind: str | None, by_hand: Mapping[str, str] | None) -> Columns:
    """By hand first, then as remembered for the source, then by their names."""
    remembered = source.columns.get(kind) if kind else next(iter(source.columns.values()), None)
    wanted: Any = kind
    if by_hand:
        return recognise(table.header, kind=wanted, by_hand={**_fitting(remembered or {}, table.header), **by_hand})
    if remembered and all(column in table.header for field, column in remembered.items() if field != "wide"):
        return recognise(table.header, kind=wanted, by_hand=remembered)
    return recognise(table.header, kind=wanted)


def _fitting(columns: Mapping[str, str], header: Sequence[str]) -> dict[str, str]:
    return {field: column for field, column in columns.items() if column in header}


def _catalogue(live: LiveRegister, division: str) -> tuple[Division, Categories]:
    register = live.now()
    found = must_exist(register.find(Division, division), "division", "Indelningen", division)
    return found, register.find(Categories, "all") or Categories(0, {}, frozenset())


def _learn_names(live: LiveRegister, table: Table, columns: Columns, division: str, by: Actor) -> None:
    """Take names that the catalogue lacks into it."""
    known, categories = _catalogue(live, division)
    districts, kinds = names_not_known(table, columns, division=known, categories=categories)
    reason = f"Names in {table.name}"[:200]
    if districts:
        revision = ReviseDivision(division=division, on=live.today(), reason=reason, districts=tuple(districts))
        live.ask(revision, by)
    if kinds:
        fresh: tuple[Category, ...] = tuple(kinds)
        live.ask(PublishCategories(on=live.today(), reason=reason, categories=fresh), by)


def _check_faults(table: Table, reading: AnyReading, tally: Tally, accept_valid: bool) -> None:
    if reading.faults.times and (not accept_valid or tally.new + tally.corrected + tally.unchanged == 0):
        raise FileHasFaults(table.name, reading.faults)


def _coverage(found: Coverage | None, covers: tuple[date, date] | None) -> Coverage | None:
    if found is None or covers is None:
        return found
    return found.model_copy(update={"first": covers[0], "last": covers[1]})


def _write_rejected(table: Table, reading: AnyReading, path: Path | None) -> Path | None:
    origin = table.content.origin
    if path is None and isinstance(origin, Path):
        path = origin.with_name(f"{origin.name}.rejected.csv")
    if path is None or not reading.faults.rejected:
        return None
    reading.faults.write_rejected(table, path)
    return path


def _line(fault: Fault, language: str) -> str:
    words = fault.sv if language == "sv" else fault.en
    times = f" (× {fault.times})" if fault.times > 1 else ""
    return f"  {words}{times}"


# New, corrected or unchanged


def _compare(tables: Tables, source: str, reading: AnyReading, kind: FileKind) -> tuple[tuple[Rows, ...], Tally]:
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
