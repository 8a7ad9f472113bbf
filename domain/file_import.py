"""A file of observations: taken in once, in rows kept as columns, and withdrawn as a whole if need be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any, ClassVar, Literal, NoReturn, Self, assert_never

from pydantic import Field, SerializeAsAny, model_validator

from domain.catalogue import (
    Categories,
    Category,
    District,
    Division,
    FileDelisted,
    FileListed,
    PublishCategories,
    ReviseDivision,
    Source,
    require_category,
    require_district,
)
from domain.core import Asked, Command, Event, Key, Known, SealedText, Short, Text, Value, must_exist, refuse
from domain.period import Period

ROWS_PER_EVENT = 1000
EVENTS_PER_FILE = 1000
FileKind = Literal["counts", "incidents", "reports", "survey", "notices"]
Index = Annotated[int, Field(ge=0)]


class Coverage(Value):
    """What the file speaks of. `absent`: a covered cell without a row is missing, or it is zero."""

    districts: tuple[Key, ...] = ()
    categories: tuple[Key, ...] = ()
    first: date
    last: date
    frequency: Literal["day", "week", "month"]
    absent: Literal["missing", "zero"]


class Tally(Value):
    """What became of the file's rows."""

    read: int = Field(ge=0)
    new: int = Field(ge=0)
    corrected: int = Field(ge=0)
    unchanged: int = Field(ge=0)
    rejected: int = Field(ge=0)


# What happens


class FileTaken(Event):
    """A file was taken in; its rows follow in the same stream and the same transaction."""

    TOPIC: ClassVar[str] = "import.file_taken"
    source: Key
    kind: FileKind
    file_name: Short
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    columns: dict[str, str]
    coverage: Coverage | None
    tally: Tally
    preliminary: bool
    synthetic: bool


_NAMES = {"district": "districts", "category": "categories", "period": "periods"}


class Rows(Event):
    """Up to 1,000 rows as columns of equal length. `corrects`: positions of rows that replace an earlier version."""

    corrects: tuple[Index, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> Self:
        columns = [name for name in type(self).model_fields if name not in (*_NAMES.values(), "corrects")]
        length = len(getattr(self, columns[0]))
        if not length or any(len(getattr(self, name)) != length for name in columns):
            raise ValueError("columns must be equally long, and hold at least one row")
        if self.corrects and max(self.corrects) >= length:
            raise ValueError("corrects must point at rows of this event")
        for column, plural in _NAMES.items():
            names = getattr(self, plural, None)
            if names is not None and max(getattr(self, column)) >= len(names):
                raise ValueError(f"{column} must point into {plural}")
        return self


class CountRows(Rows):
    """Counts; district, category and period are positions in the three lists of names."""

    TOPIC: ClassVar[str] = "import.counts"
    districts: tuple[str, ...]
    categories: tuple[str, ...]
    periods: tuple[Period, ...]
    district: tuple[Index, ...]
    category: tuple[Index, ...]
    period: tuple[Index, ...]
    count: tuple[Index, ...]


class IncidentRows(Rows):
    """Incidents, a row each; ref is the source's own id or one made from the content. Days as 2020-02-29."""

    TOPIC: ClassVar[str] = "import.incidents"
    districts: tuple[str, ...]
    categories: tuple[str, ...]
    ref: tuple[str, ...]
    district: tuple[Index, ...]
    category: tuple[Index, ...]
    day: tuple[str, ...]


class ReportRows(Rows):
    """EST reports; kinds as in observation.Report."""

    TOPIC: ClassVar[str] = "import.reports"
    districts: tuple[str, ...]
    categories: tuple[str, ...]
    ref: tuple[str, ...]
    district: tuple[Index, ...]
    category: tuple[Index, ...]
    day: tuple[str, ...]
    kind: tuple[str, ...]
    reporter: tuple[str, ...]
    place: tuple[SealedText | None, ...]
    text: tuple[SealedText | None, ...]


class SurveyRows(Rows):
    """Survey results with n, interval and method; district None is the whole municipality."""

    TOPIC: ClassVar[str] = "import.survey"
    ref: tuple[str, ...]
    wave: tuple[str, ...]
    day: tuple[str, ...]
    indicator: tuple[str, ...]
    district: tuple[str | None, ...]
    value: tuple[float, ...]
    unit: tuple[str, ...]
    n: tuple[int, ...]
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]
    method: tuple[str, ...]


class NoticeRows(Rows):
    """Press notices of the police: context, never a rate. Times as ISO 8601; `occurred` is read from the name."""

    TOPIC: ClassVar[str] = "import.notices"
    ref: tuple[str, ...]
    published: tuple[str, ...]
    occurred: tuple[str | None, ...]
    name: tuple[str, ...]
    summary: tuple[str, ...]
    url: tuple[str, ...]
    type: tuple[str, ...]
    location: tuple[str, ...]
    gps: tuple[str, ...]


class FileWithdrawn(Event):
    """The import does not count any more; what it had replaced counts again."""

    TOPIC: ClassVar[str] = "import.withdrawn"
    reason: Text


FileEvent = FileTaken | CountRows | IncidentRows | ReportRows | SurveyRows | NoticeRows | FileWithdrawn
ROW_EVENTS: tuple[type[Rows], ...] = (CountRows, IncidentRows, ReportRows, SurveyRows, NoticeRows)

# What there is


@dataclass(frozen=True, slots=True)
class FileImport:
    """An import as it stands (without its rows, which are read models)."""

    KIND: ClassVar[str] = "import"
    source: str
    kind: str
    file_name: str
    sha256: str
    coverage: Coverage | None
    tally: Tally
    preliminary: bool
    synthetic: bool
    withdrawn: bool = False


def evolve(state: FileImport | None, event: FileEvent) -> FileImport:
    """The state after the event."""
    if isinstance(event, FileTaken):
        return FileImport(event.source, event.kind, event.file_name, event.sha256, event.coverage,
                          event.tally, event.preliminary, event.synthetic)  # fmt: skip
    assert state is not None
    match event:
        case FileWithdrawn():
            return replace(state, withdrawn=True)
        case CountRows() | IncidentRows() | ReportRows() | SurveyRows() | NoticeRows():
            return state
        case _:
            assert_never(event)


# What can be asked


def import_key(source: str, sha256: str, number: int) -> str:
    """The key of a source's n-th import: the same file again after a withdrawal gets a stream of its own."""
    return f"{source}-{sha256[:16]}-{number}"


class TakeIn(Command):
    """Take in a file whose rows have been read and compared with what the source held after `compared_at` changes.

    districts, categories: those of its names that the catalogues lack, and are to be taken into them with it.
    """

    NAME: ClassVar[str] = "take-in"
    source: Key
    kind: FileKind
    file_name: Short
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    columns: dict[str, str] = Field(default_factory=dict)
    coverage: Coverage | None
    tally: Tally
    preliminary: bool = False
    synthetic: bool = False
    compared_at: int = Field(ge=0)
    rows: tuple[SerializeAsAny[Rows], ...] = Field(exclude=True)
    districts: tuple[District, ...] = ()
    categories: tuple[Category, ...] = ()

    @property
    def stream(self) -> str:
        return f"{Source.KIND}-{self.source}"

    def identity(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ("source", "kind", "sha256", "columns", "preliminary")}

    def facts(self, known: Known, asked: Asked) -> Sequence[tuple[str, Event]]:
        source = must_exist(known.find(Source, self.source), "source", "Källan", self.source)
        self._check(source, known, asked)
        key = import_key(self.source, self.sha256, source.changes + 1)
        stream = f"{FileImport.KIND}-{key}"
        header = FileTaken(**{name: getattr(self, name) for name in FileTaken.model_fields})
        listed = FileListed(file_import=key, sha256=self.sha256)
        named = [fact for command in self._naming(source, asked) for fact in command.facts(known, asked)]
        return [*named, (self.stream, listed), (stream, header), *((stream, rows) for rows in self.rows)]

    def _naming(self, source: Source, asked: Asked) -> Sequence[Command]:
        """What takes the new names into the catalogues."""
        on, reason = asked.today, f"Names in {self.file_name}"[:200]
        revise = ReviseDivision(division=source.division, on=on, reason=reason, districts=self.districts)
        publish = PublishCategories(on=on, reason=reason, categories=self.categories)
        return [*([revise] if self.districts else []), *([publish] if self.categories else [])]

    def _check(self, source: Source, known: Known, asked: Asked) -> None:
        if self.sha256 in source.files:
            refuse(
                "already-imported",
                f"Filen är redan inläst som ”{source.files[self.sha256]}”. Inget läggs till.",
                f"The file was taken in already, as “{source.files[self.sha256]}”. Nothing is added.",
            )
        if self.compared_at != source.changes:
            _refuse_moved()
        if len(self.rows) > EVENTS_PER_FILE:
            most = ROWS_PER_EVENT * EVENTS_PER_FILE
            refuse(
                "file-too-large",
                f"Filen har fler än {most} nya rader. Dela den, till exempel per år.",
                f"The file has more than {most} new rows. Split it, for example by year.",
            )
        if self.coverage and self.coverage.first > asked.today:
            refuse(
                "date-in-future",
                f"Filen gäller tid efter i dag ({self.coverage.first}). Kontrollera periodkolumnen.",
                f"The file speaks of days after today ({self.coverage.first}). Check the period column.",
            )
        self._check_names(source, known)

    def _check_names(self, source: Source, known: Known) -> None:
        division = must_exist(known.find(Division, source.division), "division", "Indelningen", source.division)
        categories = known.find(Categories, "all")
        kinds: Mapping[str, Category] = categories.categories if categories else {}
        new, fresh = {each.key for each in self.districts}, {each.key for each in self.categories}
        if new & division.districts.keys() or fresh & kinds.keys():
            _refuse_moved()
        districts = {name for rows in self.rows for name in getattr(rows, "districts", ())}
        for name in sorted(districts - new - (division.districts.keys() - division.retired)):
            require_district(known, source.division, name)
        names = {name for rows in self.rows for name in getattr(rows, "categories", ())}
        for name in sorted(names - fresh - (kinds.keys() - categories.retired if categories else set())):
            require_category(known, name)


def _refuse_moved() -> NoReturn:
    refuse(
        "source-has-moved",
        "En annan fil från samma källa, eller med samma nya namn, lästes in under tiden. Läs in filen igen.",
        "Another file from the same source, or with the same new names, was taken in meanwhile. Take it in again.",
    )


class WithdrawFile(Command):
    """Withdraw a whole import, with a reason."""

    NAME: ClassVar[str] = "withdraw-file"
    file_import: Key
    reason: Text

    @property
    def stream(self) -> str:
        return f"{FileImport.KIND}-{self.file_import}"

    def facts(self, known: Known, asked: Asked) -> Sequence[tuple[str, Event]]:
        state = must_exist(known.find(FileImport, self.file_import), "import", "Inläsningen", self.file_import)
        if state.withdrawn:
            refuse("already-withdrawn", "Inläsningen är redan återkallad.", "The import has been withdrawn already.")
        self._check_later(state, known)
        source = f"{Source.KIND}-{state.source}"
        return [(self.stream, FileWithdrawn(reason=self.reason)), (source, FileDelisted(file_import=self.file_import))]

    def _check_later(self, state: FileImport, known: Known) -> None:
        """What a later file only repeated was not recorded again: it would vanish with this file."""
        later = False
        for other in known.every(FileImport):
            if later and other.source == state.source and not other.withdrawn and other.tally.unchanged:
                refuse(
                    "repeated-later",
                    f"En senare fil ({other.file_name}) upprepar uppgifter ur den här. Återkalla den först.",
                    f"A later file ({other.file_name}) repeats figures of this one. Withdraw that one first.",
                )
            later = later or other is state


def row_count(rows: Rows) -> int:
    """How many rows the event carries."""
    columns: Mapping[str, Sequence[object]] = dict(rows)
    return len(columns["count" if isinstance(rows, CountRows) else "ref"])
