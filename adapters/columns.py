"""Which column of a file holds what: recognised by its name in Swedish or English, or mapped by hand."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, get_args

from adapters.cells import BadCell, period
from domain.core import Refused
from domain.file_import import FileKind
from domain.period import Frequency

REASON = "Avvisad för att"
"""The last column of a file of rejected rows; passed over when the mended file is taken in."""

Wide = Literal["periods", "categories"]


@dataclass(frozen=True, slots=True)
class Columns:
    """What a file's columns hold. In a wide file each of `spread` carries a period or a category."""

    kind: FileKind
    fields: Mapping[str, str]
    wide: Wide | None = None
    spread: tuple[str, ...] = ()

    def remembered(self) -> dict[str, str]:
        """As stored per source; as `by_hand` it also fits the source's next file, with other periods."""
        return {**self.fields, **({"wide": self.wide} if self.wide else {})}

    def hint(self) -> Frequency | None:
        """What a bare 202007 in the period column is, where the column's name says so."""
        return "week" if _fold(self.fields.get("period", "")) in _fold_all(_WEEK) else None


@dataclass(frozen=True, slots=True)
class _Layout:
    kind: FileKind
    needed: tuple[str, ...]
    optional: tuple[str, ...] = ()
    wide: Wide | None = None
    free_of: tuple[str, ...] = field(default=())  # fields whose presence says that it is another layout


_WEEK = "vecka isovecka veckonummer veckonr week isoweek weekno weeknumber"
_SYNONYMS: Mapping[str, str] = {
    "district": "district område stadsdel distrikt delområde bostadsområde stadsdelsområde områdesnamn "
    "districtname area areaname neighbourhood neighborhood borough precinct ward",
    "category": "category kategori brottstyp brottskategori brott händelsetyp crimetype offence offense "
    "crime brottsrubricering rubricering typ type",
    "period": f"period tidsperiod månad month {_WEEK} yearmonth årmånad yearweek årvecka datum date",
    "year": "year år kalenderår",
    "week": _WEEK,
    "month": "month månad månadsnummer monthno",
    "count": "count antal antalbrott antalanmälda antalanmäldabrott anmäldabrott antalhändelser counts "
    "number numberofcrimes frequency total",
    "status": "status preliminary preliminär statistikstatus",
    "date": "date datum dag day händelsedatum brottsdatum händelsedag datetime occurred occurredon "
    "occurredat inträffade tidpunkt när anmälningsdatum reporteddate",
    "ref": "ref id referens reference ärendenummer diarienummer dnr knummer rapportid caseid casenumber",
    "kind": "kind slag rapporttyp art typavrapport reportkind reporttype typ type",
    "reporter": "reporter rapportör rapporteradav uppgiftslämnare reportedby",
    "place": "place plats adress gata location var",
    "text": "text beskrivning fritext händelse description anteckning kommentar comment vad",
    "indicator": "indicator indikator mått fråga question measure",
    "wave": "wave omgång mätning undersökning mätomgång survey år year",
    "value": "value värde andel share percent procent resultat result",
    "unit": "unit enhet",
    "n": "n antalsvar svarande antalsvarande svar respondents answers bas",
    "low": "low lower nedre undre lägre ciundre cilow konfundre",
    "high": "high upper övre högre ciövre cihigh konfövre",
    "method": "method metod insamlingsmetod undersökningsmetod",
    "published": "datetime published publicerad publiceringstid",
    "name": "name namn rubrik headline title",
    "summary": "summary sammanfattning ingress",
    "url": "url länk link",
    "type": "type typ händelsetyp",
    "location": "locationname location plats ort",
    "gps": "locationgps gps koordinat koordinater coordinates",
}
SWEDISH: Mapping[str, str] = {
    "district": "område", "category": "kategori", "period": "period", "year": "år", "week": "vecka",
    "month": "månad", "count": "antal", "status": "status", "date": "datum", "ref": "referens",
    "kind": "slag", "reporter": "rapportör", "place": "plats", "text": "text",
    "indicator": "indikator", "wave": "omgång", "value": "värde", "unit": "enhet", "n": "antal svar",
    "low": "undre gräns", "high": "övre gräns", "method": "metod", "published": "publicerad",
    "name": "rubrik",
    "summary": "sammanfattning",
    "url": "länk", "type": "typ", "location": "plats", "gps": "koordinat",
}  # fmt: skip
_NOTICE = ("ref", "published", "name", "summary", "url", "type", "location", "gps")
_TIMES = (("year", "week"), ("year", "month"), ("period",))
# The first layout whose needed fields are all found is the file's, so the more telling ones stand first.
_LAYOUTS = (
    _Layout("notices", _NOTICE),
    _Layout("survey", ("indicator", "wave", "date", "value", "n", "method"), ("district", "unit", "low", "high")),
    _Layout("reports", ("district", "category", "date", "kind", "reporter"), ("place", "text", "ref")),
    *(_Layout("counts", ("district", "category", *time, "count"), ("status",)) for time in _TIMES),
    _Layout("counts", ("district", "category"), ("status",), "periods", ("count",)),
    _Layout("incidents", ("district", "category", "date"), ("ref",), free_of=("count",)),
    *(_Layout("counts", ("district", *time), ("status",), "categories", ("count", "category")) for time in _TIMES),
)
_KINDS = {"counts": "antal", "incidents": "händelser", "reports": "rapporter", "survey": "enkätresultat",
          "notices": "polisens notiser"}  # fmt: skip
_TOTALS = "total totalt totalsumma summa sum samtliga alla helaperioden"


def recognise(
    header: Sequence[str], *, kind: FileKind | None = None, by_hand: Mapping[str, str] | None = None
) -> Columns:
    """The columns of a header; `by_hand` (field → column) goes first. Refused names what was not found."""
    hand = {name: _column(header, name, column) for name, column in (by_hand or {}).items() if name != "wide"}
    wide = (by_hand or {}).get("wide")
    if wide not in (None, *get_args(Wide)):
        raise Refused("unknown-field", f"”wide” är periods eller categories, inte ”{wide}”.",
                      f"“wide” is periods or categories, not “{wide}”.")  # fmt: skip
    layouts = [one for one in _LAYOUTS if _may_be(one, kind, wide, hand)] or list(_LAYOUTS)
    tried = [(layout, _fields(layout, header, hand)) for layout in layouts]
    for layout, fields in tried:
        spread = _spread(layout, header, fields)
        if fields.keys() >= set(layout.needed) and (
            (layout.kind == kind and not layout.wide) or _fits(layout, header, fields, spread)
        ):
            _check_single(header, fields)
            return Columns(layout.kind, fields, layout.wide, spread)
    raise _not_found(header, tried)


def _may_be(layout: _Layout, kind: FileKind | None, wide: str | None, hand: Mapping[str, str]) -> bool:
    return (
        kind in (None, layout.kind)
        and wide in (None, layout.wide)
        and hand.keys() <= {*layout.needed, *layout.optional}
    )


def _fields(layout: _Layout, header: Sequence[str], hand: Mapping[str, str]) -> dict[str, str]:
    """field → column, in the layout's order; a column serves one field only."""
    by_name: dict[str, str] = {}
    for column in header:
        by_name.setdefault(_fold(column), column)
    used, fields = set(hand.values()), dict(hand)
    for name in (*layout.needed, *layout.optional):
        if name not in fields:
            found = (by_name[word] for word in _fold_all(_SYNONYMS[name]) if word in by_name)
            free = next((column for column in found if column not in used), None)
            if free is not None:
                fields[name] = free
                used.add(free)
    return {name: fields[name] for name in (*layout.needed, *layout.optional) if name in fields}


def _spread(layout: _Layout, header: Sequence[str], fields: Mapping[str, str]) -> tuple[str, ...]:
    rest = [column for column in header if column and column not in fields.values() and column != REASON]
    match layout.wide:
        case "periods":
            return tuple(column for column in rest if _is_period(column))
        case "categories":
            return tuple(column for column in rest if _fold(column) not in _fold_all(_TOTALS))
        case _:
            return ()


def _fits(layout: _Layout, header: Sequence[str], fields: Mapping[str, str], spread: Sequence[str]) -> bool:
    if layout.wide and not spread:
        return False
    free = {_fold(column) for column in header if column not in fields.values() and column not in spread}
    taken = set() if layout.wide == "periods" else {_fold(column) for column in spread}
    return not any((free | taken) & set(_fold_all(_SYNONYMS[name])) - set(_fold_all(_TOTALS))
                   for name in layout.free_of)  # fmt: skip


def _is_period(column: str) -> bool:
    try:
        period(column)
    except BadCell:
        return False
    return True


def _column(header: Sequence[str], name: str, wanted: str) -> str:
    """The header's column that was named by hand."""
    if name not in _SYNONYMS:
        known = ", ".join(_SYNONYMS)
        raise Refused(
            "unknown-field",
            f"”{name}” är inget fält. Fälten heter: {known}.",
            f"“{name}” is not a field. The fields are called: {known}.",
        )
    found = next((column for column in header if column == wanted), None)
    found = found or next((column for column in header if _fold(column) == _fold(wanted)), None)
    if found is None:
        raise Refused(
            "columns-not-found",
            f"Filen har ingen kolumn ”{wanted}” för fältet {name}. Dess kolumner är: {_listed(header, '”{}”')}.",
            f"The file has no column “{wanted}” for the field {name}. Its columns are: {_listed(header, '“{}”')}.",
        )
    return found


def _check_single(header: Sequence[str], fields: Mapping[str, str]) -> None:
    for name, column in fields.items():
        if header.count(column) > 1:
            raise Refused(
                "columns-not-found",
                f"Två kolumner heter ”{column}” ({SWEDISH[name]}). Ge dem olika namn i filens rubrikrad.",
                f"Two columns are called “{column}” ({name}). Give each a name of its own in the header.",
            )


@dataclass(frozen=True, slots=True)
class Closest:
    """The kind that a header comes closest to where `recognise` refuses: the fields found, and those that lack."""

    kind: FileKind
    fields: Mapping[str, str]
    missing: tuple[str, ...]


def closest(header: Sequence[str], *, kind: FileKind | None = None) -> Closest:
    """What a header comes closest to, of one kind or of any."""
    layouts = [one for one in _LAYOUTS if kind in (None, one.kind)]
    return _closest([(layout, _fields(layout, header, {})) for layout in layouts])


def fields_of(kind: FileKind) -> tuple[str, ...]:
    """Every field that a file of this kind may have."""
    found = {name for one in _LAYOUTS if one.kind == kind for name in (*one.needed, *one.optional)}
    return tuple(name for name in SWEDISH if name in found)


def _closest(tried: Sequence[tuple[_Layout, Mapping[str, str]]]) -> Closest:
    """A wide layout only when another lacks much more."""
    layout, fields = min(tried, key=lambda one: _lacking(*one))
    missing = [name for name in layout.needed if name not in fields]
    if not missing:
        missing = ["period" if layout.wide == "periods" else "category"]
    return Closest(layout.kind, fields, tuple(missing))


def _not_found(header: Sequence[str], tried: Sequence[tuple[_Layout, Mapping[str, str]]]) -> Refused:
    """Speaks of the layout that comes closest."""
    near = _closest(tried)
    sv = ", ".join(f"{SWEDISH[name]} ({name})" for name in near.missing)
    return Refused(
        "columns-not-found",
        f"Filen liknar mest {_KINDS[near.kind]}, men det här hittas inte: {sv}. Dess kolumner är: "
        f"{_listed(header, '”{}”')}. Finns uppgiften under annat namn, ange det, till exempel "
        f"{near.missing[0]}=Kolumnens namn. Saknar filen rubrikrad, skriv en överst.",
        f"The file looks most like {near.kind}, but this is not found: {', '.join(near.missing)}. "
        f"Its columns are: {_listed(header, '“{}”')}. If it stands under another name, say so, for example "
        f"{near.missing[0]}=The column's name. If the file has no header, write one on top.",
    )


def _lacking(layout: _Layout, fields: Mapping[str, str]) -> tuple[float, int]:
    return len(set(layout.needed) - fields.keys()) + (1.5 if layout.wide else 0), -len(fields)


def _listed(header: Sequence[str], quoted: str) -> str:
    shown = ", ".join(quoted.format(column[:40]) for column in header[:30])
    return shown + (" …" if len(header) > 30 else "")


@lru_cache(maxsize=64)
def _fold_all(words: str) -> tuple[str, ...]:
    return tuple(_fold(word) for word in words.split())


@lru_cache(maxsize=4096)
def _fold(name: str) -> str:
    """Case, accents, spaces and underscores do not count."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return re.sub(r"[^a-z0-9]", "", "".join(letter for letter in plain if not unicodedata.combining(letter)))
