"""Take in a file: read it, compare it with what its source said before, and ask for it to be recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal

from adapters.columns import Columns, recognise
from adapters.faults import Fault, Faults
from adapters.files import Table, open_table
from adapters.readers import AnyReading, names_not_known, read
from domain.catalogue import Categories, Category, District, Division, RememberColumns, Source
from domain.core import Actor, Refused, must_exist, refuse
from domain.file_import import Coverage, FileImport, Rows, TakeIn, Tally
from service.comparing import compare
from service.personal_rows import check_rows as check_personal_data
from service.register import LiveRegister

SHOWN = 10
TRIES = 5
Progress = Callable[[int, int], None]


class FileHasFaults(Refused):
    """The file was not taken in, because of these faults."""

    def __init__(self, name: str, found: Faults) -> None:
        self.faults = tuple(found.details)
        self.fault_count = found.times
        shown = self.faults[:SHOWN]
        more = self.fault_count - sum(fault.times for fault in shown)
        faults = "fault" if self.fault_count == 1 else "faults"
        sv, en = ([_line(fault, language) for fault in shown] for language in ("sv", "en"))
        super().__init__(
            "file-has-faults",
            f"Inget lästes in ur {name}: {self.fault_count} fel.\n" + "\n".join(sv)
            + (f"\n… och {more} till." if more > 0 else "")
            + "\nRätta filen, eller läs in bara de felfria raderna.",
            f"Nothing was taken in from {name}: {self.fault_count} {faults}.\n" + "\n".join(en)
            + (f"\n… and {more} more." if more > 0 else "")
            + "\nMend the file, or take in the sound rows only.",
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
    rejected rows are written, with reasons in `language`; by default beside a path's file. personal_data_checked:
    somebody has looked at what looks like personal data in reports.
    """

    covers: tuple[date, date] | None = None
    accept_valid: bool = False
    preliminary: bool = False
    synthetic: bool | None = None
    new_names: bool = False
    command_id: str | None = None
    rejected_to: Path | None = None
    language: Literal["sv", "en"] = "sv"
    personal_data_checked: bool = False


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
    """Take in a file as one transaction. Raises Refused (FileHasFaults and PersonalDataFound name the rows); nothing is
    half taken in.

    columns: field to column, by hand; remembered for the source. progress is called with (rows read, 0).
    """
    state = source_of(live, source)
    table = open_table(origin, file_name)
    if table.sha256 in state.files:
        return _before(live, state.files[table.sha256])
    found = columns_of(table, state, kind, columns)
    if not wishes.personal_data_checked:
        check_personal_data(table, found)
    outcome = _until_settled(live, table, found, source, by, wishes, progress)
    if columns:
        live.ask(RememberColumns(source=source, kind=found.kind, columns=found.remembered()), by)
    return outcome


@dataclass(frozen=True, slots=True)
class Compared:
    """A file that has been read to its end and compared with what its source says: what would be recorded.

    districts, categories: names that the catalogues lack, and are to be taken into them.
    """

    source: Source
    reading: AnyReading
    rows: tuple[Rows, ...]
    tally: Tally
    coverage: Coverage | None
    districts: tuple[District, ...] = ()
    categories: tuple[Category, ...] = ()


def compare_with_source(
    live: LiveRegister, table: Table, columns: Columns, source: str, *, covers: tuple[date, date] | None = None,
    new_names: bool = False, progress: Progress | None = None,
) -> Compared:  # fmt: skip
    """Read the file and compare its rows with what stands; nothing is stored. new_names: as if they were known."""
    state = source_of(live, source)
    division, categories = catalogue_of(live, state.division)
    districts, kinds = (
        names_not_known(table, columns, division=division, categories=categories) if new_names else ((), ())
    )
    division = replace(division, districts={**division.districts, **{each.key: each for each in districts}})
    categories = replace(categories, categories={**categories.categories, **{each.key: each for each in kinds}})
    told = (lambda rows: progress(rows, 0)) if progress else None
    reading = read(table, columns, division=division, categories=categories, today=live.today(), progress=told)
    rows, tally = compare(live.read_tables(), source, reading, columns.kind)
    return Compared(state, reading, rows, tally, _coverage(reading.coverage, covers), districts, kinds)


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
        compared = compare_with_source(
            live, table, columns, source, covers=wishes.covers, new_names=wishes.new_names, progress=progress
        )
        reading, tally = compared.reading, compared.tally
        _check_faults(table, reading, tally, wishes.accept_valid)
        _check_rows(table, columns, tally, wishes)
        command = _command(table, columns, source, compared, wishes)
        try:
            answer = live.ask(command, by, command_id=wishes.command_id)
        except Refused as refused:
            if refused.rule == "already-imported":
                return _before(live, source_of(live, source).files[table.sha256])
            if refused.rule != "source-has-moved" or attempt == TRIES:
                raise
            continue
        key = source_of(live, source).files[table.sha256]
        written = _write_rejected(table, reading, wishes)
        faults = reading.faults
        return ImportOutcome(
            key, tally, command.coverage, tuple(faults.details), faults.times, answer.repeated, written
        )
    raise AssertionError("the loop ends by return or raise")


def _command(table: Table, columns: Columns, source: str, compared: Compared, wishes: Wishes) -> TakeIn:
    state, reading = compared.source, compared.reading
    return TakeIn(
        source=source,
        kind=columns.kind,
        file_name=table.name[-200:],
        sha256=table.sha256,
        columns=columns.remembered(),
        coverage=compared.coverage,
        tally=compared.tally,
        preliminary=wishes.preliminary or reading.preliminary,
        synthetic=state.synthetic if wishes.synthetic is None else wishes.synthetic,
        compared_at=state.changes,
        rows=compared.rows,
        districts=compared.districts,
        categories=compared.categories,
    )


def source_of(live: LiveRegister, key: str) -> Source:
    """The source, or a refusal that names it."""
    return must_exist(live.now().find(Source, key), "source", "Källan", key)


def _before(live: LiveRegister, key: str) -> ImportOutcome:
    state = must_exist(live.now().find(FileImport, key), "import", "Inläsningen", key)
    return ImportOutcome(key, state.tally, state.coverage, (), 0, True)


def columns_of(table: Table, source: Source, kind: str | None, by_hand: Mapping[str, str] | None) -> Columns:
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


def catalogue_of(live: LiveRegister, division: str) -> tuple[Division, Categories]:
    """The districts and categories that a file's names are looked up in."""
    register = live.now()
    found = must_exist(register.find(Division, division), "division", "Indelningen", division)
    return found, register.find(Categories, "all") or Categories(0, {}, frozenset())


def _check_faults(table: Table, reading: AnyReading, tally: Tally, accept_valid: bool) -> None:
    if reading.faults.times and (not accept_valid or tally.new + tally.corrected + tally.unchanged == 0):
        raise FileHasFaults(table.name, reading.faults)


def _check_rows(table: Table, columns: Columns, tally: Tally, wishes: Wishes) -> None:
    """A file without any row says nothing, unless it is said of which days it tells that there were no incidents."""
    if tally.read == 0 and not (columns.kind == "incidents" and wishes.covers):
        refuse(
            "no-rows",
            f"{table.name} har kolumnnamn men inga rader. Inget lästes in. Kontrollera att det är rätt fil.",
            f"{table.name} has names of columns but no rows. Nothing was taken in. Check that it is the right file.",
        )


def _coverage(found: Coverage | None, covers: tuple[date, date] | None) -> Coverage | None:
    if found is None or covers is None:
        return found
    return found.model_copy(update={"first": covers[0], "last": covers[1]})


def _write_rejected(table: Table, reading: AnyReading, wishes: Wishes) -> Path | None:
    origin, path = table.content.origin, wishes.rejected_to
    if path is None and isinstance(origin, Path):
        path = origin.with_name(f"{origin.name}.rejected.csv")
    if path is None or not reading.faults.rejected:
        return None
    reading.faults.write_rejected(table, path, wishes.language)
    return path


def _line(fault: Fault, language: str) -> str:
    words = fault.sv if language == "sv" else fault.en
    times = f" (× {fault.times})" if fault.times > 1 else ""
    return f"  {words}{times}"
