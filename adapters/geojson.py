"""Outlines of districts as GeoJSON (RFC 7946): rings become polygons with holes, turned as the standard wants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import msgspec

from domain.catalogue import Ring


@dataclass(frozen=True, slots=True)
class Feature:
    """A place: its key, its shape (no rings: nowhere), and what is known of it."""

    id: str
    rings: Sequence[Ring]
    properties: Mapping[str, Any]


def as_geojson(features: Sequence[Feature], **members: Any) -> bytes:
    """A FeatureCollection; members: what else is said of the whole."""
    made = [
        {"type": "Feature", "id": each.id, "geometry": geometry(each.rings), "properties": each.properties}
        for each in features
    ]
    return msgspec.json.encode({"type": "FeatureCollection", **members, "features": made})


def geometry(rings: Sequence[Ring]) -> dict[str, Any] | None:
    """A Polygon or MultiPolygon. Of several rings, what lies inside an odd number of them is the place."""
    if not rings:
        return None
    around = [[other for other in rings if _area(other) > _area(ring) and _holds(other, ring)] for ring in rings]
    outer = [ring for ring, by in zip(rings, around, strict=True) if len(by) % 2 == 0]
    polygons = {id(ring): [_closed(ring, left=True)] for ring in outer}
    for ring, by in zip(rings, around, strict=True):
        if len(by) % 2:  # a hole, in the smallest ring around it
            polygons[id(min(by, key=_area))].append(_closed(ring, left=False))
    made = list(polygons.values())
    if len(made) == 1:
        return {"type": "Polygon", "coordinates": made[0]}
    return {"type": "MultiPolygon", "coordinates": made}


def _closed(ring: Ring, *, left: bool) -> Sequence[Sequence[float]]:
    """With its first point again at the end; left: counterclockwise."""
    turned = ring if (_signed(ring) > 0) == left else ring[::-1]
    return [*turned, turned[0]]


def _signed(ring: Ring) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise([*ring, ring[0]])) / 2


def _area(ring: Ring) -> float:
    return abs(_signed(ring))


def _holds(outer: Ring, inner: Ring) -> bool:
    """Whether a point well inside the smaller ring lies in the larger one; rings touch, but do not cross."""
    heights = sorted({y for _, y in inner})
    if len(heights) < 2:  # a line has no inside
        return False
    height = (heights[0] + heights[1]) / 2
    left, right = _crossings(inner, height)[:2]
    return sum(x < (left + right) / 2 for x in _crossings(outer, height)) % 2 == 1


def _crossings(ring: Ring, height: float) -> list[float]:
    return sorted(
        a[0] + (height - a[1]) * (b[0] - a[0]) / (b[1] - a[1])
        for a, b in pairwise([*ring, ring[0]])
        if (a[1] <= height) != (b[1] <= height)
    )
