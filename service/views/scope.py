"""What is counted: one district or several, one category or several, of a source; and what they are called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from adapters.tables import Tables
from domain.catalogue import Categories, Category, District, Division, Source
from domain.core import must_exist, refuse
from domain.file_import import FileImport
from domain.period import Frequency
from domain.register import Register
from domain.signal import Sentence

Place = Literal["district", "area", "city"]
Kind = Literal["category", "group", "all"]
AREA, GROUP = "area:", "group:"  # no key holds a colon


@dataclass(frozen=True, slots=True)
class Counted:
    """A source that can be counted: whether it holds incidents, and the districts and categories it speaks of.

    frequencies: those that can be shown, the usual one first.
    """

    key: str
    name: str
    synthetic: bool
    incidents: bool
    division: str
    districts: tuple[str, ...]
    categories: tuple[str, ...]
    frequencies: tuple[Frequency, ...]


@dataclass(frozen=True, slots=True)
class Scope:
    """Some districts and categories, as they were asked for.

    place: a district's key, `area:` with an area's name, or None for the whole municipality; kind likewise: a
    category's key, `group:` with a group's name, or None for all.
    """

    place: str | None
    kind: str | None
    level: Place
    width: Kind
    districts: tuple[str, ...]
    categories: tuple[str, ...]
    place_name: Sentence
    kind_name: Sentence

    @property
    def single(self) -> bool:
        """Whether it is one series: one district and one category."""
        return self.level == "district" and self.width == "category"


def countable(register: Register, tables: Tables) -> tuple[Counted, ...]:
    """The sources with counts or incidents, the main series first."""
    with_files = {i.source for i in register.every(FileImport) if not i.withdrawn and i.kind in ("counts", "incidents")}
    sources: dict[str, Source] = register.states[Source.KIND]
    found = [key for key in sources if key in with_files]
    found.sort(key=lambda key: sources[key].use != "main series")
    return tuple(counted(register, tables, key) for key in found)


def counted(register: Register, tables: Tables, source: str) -> Counted:
    """One of them. Refused when there is no such source."""
    state = must_exist(register.find(Source, source), "source", "Källan", source)
    files = [i for i in register.every(FileImport) if i.source == source and not i.withdrawn]
    counts = any(i.kind == "counts" for i in files)
    districts, categories = _spoken_of(files, tables, source, register.position, incidents=not counts)
    division, catalogue = register.find(Division, state.division), register.find(Categories, "all")
    kept = [key for key in division.districts if key in districts and key not in division.retired] if division else []
    kinds = [k for k in catalogue.categories if k in categories and k not in catalogue.retired] if catalogue else []
    native: Frequency = (tables.frequency_of(source, at=register.position) if counts else None) or "week"
    frequencies: tuple[Frequency, ...] = (native,) if counts else ("week", "month")
    return Counted(
        source, state.name, state.synthetic, not counts, state.division, tuple(kept), tuple(kinds), frequencies
    )


def _spoken_of(
    files: Sequence[FileImport], tables: Tables, source: str, at: int, *, incidents: bool
) -> tuple[set[str], set[str]]:
    """The districts and categories that the files say they cover; asked of the rows where one does not say."""
    covers = [i.coverage for i in files if i.kind in ("counts", "incidents")]
    if covers and all(c is not None and c.districts and c.categories for c in covers):
        said = [c for c in covers if c is not None]
        return {d for c in said for d in c.districts}, {k for c in said for k in c.categories}
    rows = tables.series_in(source, incidents=incidents, at=at)
    return {row[0] for row in rows}, {row[1] for row in rows}


def scope(register: Register, of: Counted, place: str | None, kind: str | None) -> Scope:
    """What is asked for among what a source speaks of. Refused for a place or kind that it does not count.

    What it does not count would come out as nothing happening there.
    """
    level, districts, place_name = _place(register, of, place or None)
    width, categories, kind_name = _kind(register, of, kind or None)
    return Scope(place or None, kind or None, level, width, districts, categories, place_name, kind_name)


def _place(register: Register, of: Counted, place: str | None) -> tuple[Place, tuple[str, ...], Sentence]:
    division = register.find(Division, of.division)
    known = division.districts if division else {}
    if place is None:
        return "city", of.districts, Sentence(sv="Hela kommunen", en="The whole municipality")
    if place.startswith(AREA):
        name = place.removeprefix(AREA)
        districts = tuple(d for d in of.districts if known[d].area == name)
        if not districts:
            refuse("unknown-area", "Området finns inte i källan.", "The area is not in the source.")
        return "area", districts, Sentence(sv=name, en=name)
    if place not in of.districts:
        refuse(
            "district-not-counted",
            f"Källan ”{of.name}” räknar inte i det området. Välj ett annat område eller en annan källa.",
            f"The source “{of.name}” does not count in that district. Choose another district or source.",
        )
    return "district", (place,), Sentence(sv=known[place].name, en=known[place].name)


def _kind(register: Register, of: Counted, kind: str | None) -> tuple[Kind, tuple[str, ...], Sentence]:
    catalogue = register.find(Categories, "all")
    known = catalogue.categories if catalogue else {}
    if kind is None:
        return "all", of.categories, Sentence(sv="Alla kategorier", en="All categories")
    if kind.startswith(GROUP):
        name = kind.removeprefix(GROUP)
        categories = tuple(k for k in of.categories if known[k].group == name)
        if not categories:
            refuse("unknown-group", "Gruppen finns inte i källan.", "The group is not in the source.")
        said = f"{name[:1].upper()}{name[1:]}"
        return "group", categories, Sentence(sv=f"{said} (grupp)", en=f"{said} (group)")
    if kind not in of.categories:
        refuse(
            "category-not-counted",
            f"Källan ”{of.name}” räknar inte den kategorin. Välj en annan kategori eller en annan källa.",
            f"The source “{of.name}” does not count that category. Choose another category or source.",
        )
    return "category", (kind,), Sentence(sv=known[kind].name, en=known[kind].name)


def district_of(register: Register, division: str, key: str) -> District | None:
    """A district by its key."""
    found = register.find(Division, division)
    return found.districts.get(key) if found else None


def category_of(register: Register, key: str) -> Category | None:
    """A category by its key."""
    found = register.find(Categories, "all")
    return found.categories.get(key) if found else None


def category_name(register: Register, key: str) -> str:
    """A category's name; its key where the catalogue has lost it."""
    found = category_of(register, key)
    return found.name if found else key


def district_name(register: Register, division: str, key: str) -> str:
    """A district's name; its key where the division has lost it."""
    found = district_of(register, division, key)
    return found.name if found else key
