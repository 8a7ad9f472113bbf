"""Catalogues of districts, categories and sources: versioned, with mappings between two district divisions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, ClassVar, Literal, Self, assert_never

from pydantic import Field, model_validator

from domain.core import (
    Asked,
    Command,
    Event,
    Key,
    Known,
    MaybeText,
    Plain,
    Short,
    Text,
    Value,
    must_be_new,
    must_exist,
    not_in_future,
    refuse,
)


class District(Value):
    """A part of the municipality. Aliases are the other spellings that files use.

    neighbours: districts of the same division that it borders on; it is enough that one of two says so.
    """

    key: Key
    name: Short
    aliases: tuple[Short, ...] = ()
    area: Short | None = None
    population: int | None = Field(default=None, ge=0)
    neighbours: tuple[Key, ...] = ()


class Category(Value):
    """A kind of crime, disturbance or report."""

    key: Key
    name: Short
    aliases: tuple[Short, ...] = ()
    group: Short | None = None


class Share(Value):
    """The part (0 to 1) of one district's events that falls in a district of the other division."""

    origin: Key
    destination: Key
    share: float = Field(gt=0, le=1)


Point = tuple[float, float]
"""x (east) and y (north): degrees of longitude and latitude, or in a schematic drawing units of its own."""
Ring = tuple[Point, ...]
"""A closed line, the first point not repeated. Of several, what lies inside an odd number of them is the district."""

MOST_POINTS = 200_000


# What happens


class DivisionPublished(Event):
    """A division of the municipality into districts was taken into use."""

    TOPIC: ClassVar[str] = "division.published"
    name: Short
    on: date
    districts: tuple[District, ...]
    synthetic: bool = False


class DivisionRevised(Event):
    """Districts were added, changed (same key) or retired: a new version of the division."""

    TOPIC: ClassVar[str] = "division.revised"
    on: date
    reason: Text
    districts: tuple[District, ...] = ()
    retired: tuple[Key, ...] = ()


class DivisionMapped(Event):
    """How this division's districts share out over another division's."""

    TOPIC: ClassVar[str] = "division.mapped"
    on: date
    to: Key
    shares: tuple[Share, ...]
    method: Plain


class DivisionDrawn(Event):
    """The outlines of districts were drawn; they take the place of all earlier ones. source: whose, which licence."""

    TOPIC: ClassVar[str] = "division.drawn"
    on: date
    outlines: dict[Key, tuple[Ring, ...]]
    schematic: bool
    source: Plain


class CategoriesPublished(Event):
    """Categories were added or changed (same key): a new version of the catalogue."""

    TOPIC: ClassVar[str] = "categories.published"
    on: date
    reason: Text
    categories: tuple[Category, ...] = ()
    retired: tuple[Key, ...] = ()


class SourceRegistered(Event):
    """A source of observations, with what it may be used for."""

    TOPIC: ClassVar[str] = "source.registered"
    name: Short
    owner: Short
    use: Literal["main series", "context", "evidence", "survey"]
    division: Key
    note: Text | None = None
    synthetic: bool = False


class ColumnsRemembered(Event):
    """Which column of this source's files holds what."""

    TOPIC: ClassVar[str] = "source.columns_remembered"
    kind: Short
    columns: dict[str, str]


class FileListed(Event):
    """A file from this source was taken in, under this import key."""

    TOPIC: ClassVar[str] = "source.file_listed"
    file_import: Key
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class FileDelisted(Event):
    """An import was withdrawn: its file may be taken in again."""

    TOPIC: ClassVar[str] = "source.file_delisted"
    file_import: Key


DivisionEvent = DivisionPublished | DivisionRevised | DivisionMapped | DivisionDrawn


class BreakDeclared(Event):
    """What a source counts changed on a day (recording, area, a pandemic): each side has a level of its own."""

    TOPIC: ClassVar[str] = "source.break_declared"
    on: date
    reason: Text


SourceEvent = SourceRegistered | ColumnsRemembered | FileListed | FileDelisted | BreakDeclared

# What there is


@dataclass(frozen=True, slots=True)
class Division:
    """A division as it stands: its districts by key, those retired, and mappings to other divisions.

    outlines: rings by district; those of a retired district stay. schematic: they show roughly where it lies, no more.
    """

    KIND: ClassVar[str] = "division"
    name: str
    edition: int
    districts: Mapping[str, District]
    retired: frozenset[str]
    mappings: Mapping[str, tuple[Share, ...]]
    synthetic: bool
    outlines: Mapping[str, tuple[Ring, ...]] = field(default_factory=dict)
    schematic: bool = False
    outline_source: str | None = None


@dataclass(frozen=True, slots=True)
class Categories:
    """The register's categories by key."""

    KIND: ClassVar[str] = "categories"
    edition: int
    categories: Mapping[str, Category]
    retired: frozenset[str]


@dataclass(frozen=True, slots=True)
class Source:
    """A source: its remembered columns by kind of file, and its files (SHA-256 to import key).

    changes: how often a file has been taken in or withdrawn; what was compared before a change is stale after it.
    """

    KIND: ClassVar[str] = "source"
    name: str
    owner: str
    use: str
    division: str
    synthetic: bool
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    changes: int = 0
    breaks: Mapping[date, str] = field(default_factory=dict)


def evolve_division(state: Division | None, event: DivisionEvent) -> Division:
    """The division after the event."""
    if isinstance(event, DivisionPublished):
        return Division(event.name, 1, {d.key: d for d in event.districts}, frozenset(), {}, event.synthetic)
    assert state is not None
    match event:
        case DivisionRevised(districts=districts, retired=retired):
            fresh = {d.key: d for d in districts}
            return replace(
                state,
                edition=state.edition + 1,
                districts={**state.districts, **fresh},
                retired=(state.retired - fresh.keys()) | set(retired),
            )
        case DivisionMapped(to=to, shares=shares):
            return replace(state, mappings={**state.mappings, to: shares})
        case DivisionDrawn(outlines=outlines, schematic=schematic, source=source):
            return replace(state, outlines=outlines, schematic=schematic, outline_source=source)
        case _:
            assert_never(event)


def evolve_categories(state: Categories | None, event: CategoriesPublished) -> Categories:
    """The categories after the event."""
    state = state or Categories(0, {}, frozenset())
    fresh = {c.key: c for c in event.categories}
    return Categories(
        state.edition + 1, {**state.categories, **fresh}, (state.retired - fresh.keys()) | set(event.retired)
    )


def evolve_source(state: Source | None, event: SourceEvent) -> Source:
    """The source after the event."""
    if isinstance(event, SourceRegistered):
        return Source(event.name, event.owner, event.use, event.division, event.synthetic)
    assert state is not None
    match event:
        case ColumnsRemembered(kind=kind, columns=columns):
            return replace(state, columns={**state.columns, kind: columns})
        case FileListed(file_import=key, sha256=sha256):
            return replace(state, files={**state.files, sha256: key}, changes=state.changes + 1)
        case FileDelisted(file_import=key):
            left = {sha: listed for sha, listed in state.files.items() if listed != key}
            return replace(state, files=left, changes=state.changes + 1)
        case BreakDeclared(on=on, reason=reason):
            return replace(state, breaks={**state.breaks, on: reason})
        case _:
            assert_never(event)


def neighbours(state: Division) -> Mapping[str, tuple[str, ...]]:
    """Each district in use with those it borders on, by either's word, in the order of the division."""
    used = [key for key in state.districts if key not in state.retired]
    said = {(key, other) for key in used for other in state.districts[key].neighbours}
    return {key: tuple(o for o in used if (key, o) in said or (o, key) in said) for key in used}


def _require_neighbours(districts: Sequence[District], used: Collection[str]) -> None:
    for district in districts:
        for key in district.neighbours:
            if key == district.key or key not in used:
                refuse(
                    "unknown-neighbour",
                    f"Området ”{key}” kan inte gränsa till ”{district.key}”. Välj ett annat område i samma indelning.",
                    f"The district “{key}” cannot border on “{district.key}”. Choose another one of the same division.",
                )


def _require_rings(key: str, rings: Sequence[Ring]) -> None:
    if not rings or any(len(set(ring)) < 3 for ring in rings):
        refuse(
            "ring-too-short",
            f"Området ”{key}” saknar form: varje ring behöver minst tre olika punkter.",
            f"The district “{key}” has no shape: each ring needs three different points at least.",
        )


def _require_few_points(outlines: Iterable[Sequence[Ring]]) -> None:
    number = sum(len(ring) for rings in outlines for ring in rings)
    if number > MOST_POINTS:
        refuse(
            "too-many-points",
            f"Konturerna har {number} punkter, högst {MOST_POINTS} ryms. Förenkla dem i kartprogrammet.",
            f"The outlines have {number} points; at most {MOST_POINTS} fit. Simplify them in the map program.",
        )


def _require_degrees(outlines: Mapping[str, Sequence[Ring]]) -> None:
    for key, rings in outlines.items():
        if any(abs(x) > 180 or abs(y) > 90 for ring in rings for x, y in ring):
            refuse(
                "not-degrees",
                f"Området ”{key}” har koordinater som inte är longitud och latitud. Spara filen i WGS 84 (EPSG:4326).",
                f"The district “{key}” has coordinates that are not longitude and latitude. "
                "Save the file in WGS 84 (EPSG:4326).",
            )


def require_district(known: Known, division: str, key: str) -> District:
    """A district in use, or a refusal."""
    state = must_exist(known.find(Division, division), "division", "Indelningen", division)
    if key not in state.districts or key in state.retired:
        refuse(
            "unknown-district",
            f"Området ”{key}” finns inte i indelningen ”{state.name}”. Välj ett som finns eller lägg till det där.",
            f"The district “{key}” is not in the division “{state.name}”. Choose one that is, or add it there.",
        )
    return state.districts[key]


def require_category(known: Known, key: str) -> Category:
    """A category in use, or a refusal."""
    state = known.find(Categories, "all")
    if state is None or key not in state.categories or key in state.retired:
        refuse(
            "unknown-category",
            f"Kategorin ”{key}” finns inte i katalogen. Välj en som finns eller lägg till den där.",
            f"The category “{key}” is not in the catalogue. Choose one that is, or add it there.",
        )
    return state.categories[key]


# What can be asked


class _OnDivision(Command):
    division: Key

    @property
    def stream(self) -> str:
        return f"{Division.KIND}-{self.division}"


class PublishDivision(_OnDivision):
    """Take a division into use."""

    NAME: ClassVar[str] = "publish-division"
    name: Short
    on: date
    districts: tuple[District, ...]
    synthetic: bool = False

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        if len({d.key for d in self.districts}) != len(self.districts):
            raise ValueError("each district needs a key of its own")
        return self

    def decide(self, known: Known, asked: Asked) -> Sequence[Event]:
        must_be_new(known.find(Division, self.division), "division", "Indelningen", self.division)
        not_in_future(self.on, asked)
        _require_neighbours(self.districts, {d.key for d in self.districts})
        return [DivisionPublished(**self.model_dump(exclude={"division"}))]


class ReviseDivision(_OnDivision):
    """Add, change or retire districts."""

    NAME: ClassVar[str] = "revise-division"
    on: date
    reason: Text
    districts: tuple[District, ...] = ()
    retired: tuple[Key, ...] = ()

    def decide(self, known: Known, asked: Asked) -> Sequence[Event]:
        not_in_future(self.on, asked)
        state = must_exist(known.find(Division, self.division), "division", "Indelningen", self.division)
        for key in self.retired:
            require_district(known, self.division, key)
        unchanged = all(state.districts.get(d.key) == d and d.key not in state.retired for d in self.districts)
        if not self.retired and unchanged:
            refuse("nothing-changed", "Inget ändras i indelningen.", "Nothing changes in the division.")
        used = (state.districts.keys() - state.retired) | {d.key for d in self.districts}
        _require_neighbours(self.districts, used - set(self.retired))
        return [DivisionRevised(**self.model_dump(exclude={"division"}))]


class MapDivision(_OnDivision):
    """Say how this division's districts share out over another's."""

    NAME: ClassVar[str] = "map-division"
    on: date
    to: Key
    shares: Annotated[tuple[Share, ...], Field(min_length=1)]
    method: Plain

    def decide(self, known: Known, asked: Asked) -> Sequence[Event]:
        not_in_future(self.on, asked)
        totals: dict[str, float] = {}
        for share in self.shares:
            require_district(known, self.division, share.origin)
            require_district(known, self.to, share.destination)
            totals[share.origin] = totals.get(share.origin, 0.0) + share.share
        for origin, total in totals.items():
            if abs(total - 1) > 1e-6:
                refuse(
                    "shares-do-not-add-up",
                    f"Andelarna för ”{origin}” blir {total:g}, de ska bli 1.",
                    f"The shares of “{origin}” add up to {total:g}; they must add up to 1.",
                )
        return [DivisionMapped(**self.model_dump(exclude={"division"}))]


class DrawDivision(_OnDivision):
    """Draw the outlines of districts, in place of all that were drawn before."""

    NAME: ClassVar[str] = "draw-division"
    on: date
    outlines: Annotated[dict[Key, tuple[Ring, ...]], Field(min_length=1, max_length=2000)]
    schematic: bool = False
    source: Plain

    def decide(self, known: Known, asked: Asked) -> Sequence[Event]:
        not_in_future(self.on, asked)
        state = must_exist(known.find(Division, self.division), "division", "Indelningen", self.division)
        for key, rings in self.outlines.items():
            require_district(known, self.division, key)
            _require_rings(key, rings)
        _require_few_points(self.outlines.values())
        if not self.schematic:
            _require_degrees(self.outlines)
        drawn = (state.outlines, state.schematic, state.outline_source)
        if drawn == (self.outlines, self.schematic, self.source):
            refuse("nothing-changed", "Inget ändras i kartbilden.", "Nothing changes in the outlines.")
        return [DivisionDrawn(**self.model_dump(exclude={"division"}))]


class PublishCategories(Command):
    """Add, change or retire categories."""

    NAME: ClassVar[str] = "publish-categories"
    on: date
    reason: Text
    categories: tuple[Category, ...] = ()
    retired: tuple[Key, ...] = ()

    @property
    def stream(self) -> str:
        return f"{Categories.KIND}-all"

    def decide(self, known: Known, asked: Asked) -> Sequence[Event]:
        not_in_future(self.on, asked)
        for key in self.retired:
            require_category(known, key)
        state = known.find(Categories, "all")
        there = {key: c for key, c in state.categories.items() if key not in state.retired} if state else {}
        if not self.retired and all(there.get(c.key) == c for c in self.categories):
            refuse("nothing-changed", "Inget ändras i katalogen.", "Nothing changes in the catalogue.")
        return [CategoriesPublished(**self.model_dump())]


class _OnSource(Command):
    source: Key

    @property
    def stream(self) -> str:
        return f"{Source.KIND}-{self.source}"


class RegisterSource(_OnSource):
    """Register a source of observations. Its key is short, for it begins the keys of its imports and signals."""

    NAME: ClassVar[str] = "register-source"
    source: Annotated[Key, Field(max_length=60)]
    name: Short
    owner: Short
    use: Literal["main series", "context", "evidence", "survey"]
    division: Key
    note: Text | None = None
    synthetic: bool = False

    def decide(self, known: Known, asked: Asked) -> Sequence[Event]:
        must_be_new(known.find(Source, self.source), "source", "Källan", self.source)
        must_exist(known.find(Division, self.division), "division", "Indelningen", self.division)
        return [SourceRegistered(**self.model_dump(exclude={"source"}))]


class DeclareBreak(_OnSource):
    """Declare that what the source counts changed on a day, and why; from then on it is compared with itself only."""

    NAME: ClassVar[str] = "declare-break"
    on: date
    reason: MaybeText = ""

    def decide(self, known: Known, asked: Asked) -> Sequence[Event]:
        not_in_future(self.on, asked)
        state = must_exist(known.find(Source, self.source), "source", "Källan", self.source)
        if not self.reason:
            refuse(
                "break-reason-missing",
                "Ett brott i statistiken behöver ett skäl. Skriv vad som ändrades.",
                "A break in the figures needs a reason. Write what changed.",
            )
        if self.on in state.breaks:
            refuse(
                "break-already-declared",
                f"Källan har redan ett brott den {self.on}: {state.breaks[self.on]}",
                f"The source has a break on {self.on} already: {state.breaks[self.on]}",
            )
        return [BreakDeclared(on=self.on, reason=self.reason)]


class RememberColumns(_OnSource):
    """Remember which column of this source's files holds what."""

    NAME: ClassVar[str] = "remember-columns"
    kind: Short
    columns: dict[str, str]

    def decide(self, known: Known, asked: Asked) -> Sequence[Event]:
        state = must_exist(known.find(Source, self.source), "source", "Källan", self.source)
        if state.columns.get(self.kind) == self.columns:
            return []
        return [ColumnsRemembered(kind=self.kind, columns=self.columns)]
