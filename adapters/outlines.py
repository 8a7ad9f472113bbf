"""A GeoJSON file of districts (RFC 7946, longitude and latitude) as outlines, matched to a division by name."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from adapters.contents import BadFile, look_through
from adapters.names import Names
from domain.catalogue import Division, Ring

LARGEST = 64 * 1024**2
DECIMALS = 5
"""Of a degree: about a metre, which is finer than any map of a town on a screen."""
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Outlines:
    """Rings by district. unknown: names in the file that the division lacks, with the one they may stand for;
    shapeless: names whose features have no area; lacking: names of districts in use that the file does not draw."""

    outlines: Mapping[str, tuple[Ring, ...]]
    unknown: Mapping[str, str | None]
    shapeless: tuple[str, ...]
    lacking: tuple[str, ...]


def read_outlines(origin: Path | bytes, name: str, division: Division, *, property_name: str | None = None) -> Outlines:
    """The outlines in a file. property_name: which property names the district; otherwise the one that fits best.

    Raises BadFile for what is no GeoJSON, or where no property names any district.
    """
    features = _features(origin, name)
    names = Names(division.districts, division.retired)
    chosen = property_name or _best(features, names)
    if chosen is None or not any(_text(feature, chosen) for feature in features):
        raise _unnamed(name, features, chosen)
    return _matched(features, chosen, names, division)


def _matched(features: Sequence[Any], chosen: str, names: Names, division: Division) -> Outlines:
    found: dict[str, tuple[Ring, ...]] = {}
    unknown: dict[str, str | None] = {}
    shapeless = []
    for feature in features:
        said = _text(feature, chosen)
        position, rings = names[said], _rings(feature.get("geometry"))
        if position is None:
            unknown[said] = names.suggestion(said)
        elif not rings:
            shapeless.append(said)
        else:
            key = names.met[position]
            found[key] = (*found.get(key, ()), *rings)
    used = (each for key, each in division.districts.items() if key not in division.retired)
    return Outlines(found, unknown, tuple(shapeless), tuple(each.name for each in used if each.key not in found))


# What the file says


def _features(origin: Path | bytes, name: str) -> list[Any]:
    content = look_through(origin, name, LARGEST)
    with content.text() as text:
        try:
            whole = json.load(text)
        except (ValueError, RecursionError):
            whole = None
    features = whole.get("features", [whole]) if isinstance(whole, dict) else None
    if not isinstance(features, list) or not features or not all(_is_feature(each) for each in features):
        raise BadFile(
            f"Filen {name} är inte GeoJSON med områden (Feature). Exportera den som GeoJSON ur kartprogrammet.",
            f"The file {name} is not GeoJSON with features. Export it as GeoJSON from the map program.",
        )
    return features


def _is_feature(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and value.get("type") == "Feature"
        and isinstance(value.get("properties") or {}, dict)
        and isinstance(value.get("geometry") or {}, dict)
    )


def _text(feature: Mapping[str, Any], property_name: str) -> str:
    """What the property says; the feature's own id goes by `id` where no property is called so."""
    value = (feature.get("properties") or {}).get(property_name)
    if value is None and property_name == "id":
        value = feature.get("id")
    return str(value).strip() if isinstance(value, (str, int)) else ""


def _properties(features: Iterable[Mapping[str, Any]]) -> list[str]:
    found = {name: None for feature in features for name in (feature.get("properties") or {})}
    return [*found, *(["id"] if "id" not in found else [])]


def _best(features: Sequence[Mapping[str, Any]], names: Names) -> str | None:
    """The property that names most districts, the first of equals."""
    fits = {
        name: sum(names[_text(each, name)] is not None for each in features if _text(each, name))
        for name in _properties(features)
    }
    best = max(fits, key=lambda name: fits[name])
    return best if fits[best] else None


def _unnamed(name: str, features: Sequence[Mapping[str, Any]], chosen: str | None) -> BadFile:
    there = ", ".join(_properties(features)[:_SHOWN])
    if chosen is not None:
        return BadFile(
            f"Egenskapen ”{chosen}” har inget namn i filen {name}. Där finns: {there}.",
            f"The property “{chosen}” names nothing in the file {name}. It has: {there}.",
        )
    return BadFile(
        f"Inget i filen {name} är ett område i indelningen. Välj egenskapen med namnen: --name-property ({there}).",
        f"Nothing in the file {name} is a district of the division. Choose the property with the names: "
        f"--name-property ({there}).",
    )


# The shapes


def _rings(geometry: Any) -> tuple[Ring, ...]:
    """The rings of a polygon or of several; holes too. Empty for anything else, and for what has no area."""
    inner: Any = geometry.get("coordinates") if geometry else ()
    try:
        polygons = [inner] if geometry and geometry.get("type") == "Polygon" else inner
        rings = [_thinned(ring) for polygon in polygons for ring in polygon]
    except (TypeError, ValueError, LookupError, OverflowError):  # a line, a point, or no coordinates at all
        return ()
    return tuple(ring for ring in rings if len(set(ring)) >= 3)


def _thinned(ring: Sequence[Any]) -> Ring:
    """Rounded, without points that so become the one before, and without the first one again at the end."""
    points = [_point(each) for each in ring]
    thin = [point for point, _ in groupby(points)]
    return tuple(thin[:-1] if len(thin) > 1 and thin[0] == thin[-1] else thin)


def _point(position: Sequence[Any]) -> tuple[float, float]:
    x, y = (round(float(each), DECIMALS) for each in position[:2])
    if not math.isfinite(x + y):
        raise ValueError("a coordinate is no number")
    return x, y
