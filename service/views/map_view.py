"""The districts as a map: outlines as whole numbers in a drawing, or tiles where nobody has drawn them."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from domain.catalogue import Division
from service.views.standing import Standing

WIDTH = 600
MOST_POINTS = 4600
LETTER, LINE = 5.8, 14
"""How wide a letter of a name is, about, and how high its lines are, in pixels of the drawing."""
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Outline:
    """A district's place in a drawing: its path, the point for its symbol, its name in lines, and whether that fits."""

    path: str
    x: int
    y: int
    lines: tuple[str, ...]
    label: bool


@dataclass(frozen=True, slots=True)
class Shape:
    """A district in the map: where it lies, how its number stands, and its signal in the period."""

    key: str
    name: str
    outline: Outline
    standing: Standing
    flag: str | None


@dataclass(frozen=True, slots=True)
class DistrictMap:
    """The districts of a division, each with its standing. schematic: shapes show roughly where districts lie.

    tiles: nobody has drawn outlines; the shapes are tiles in the division's order. source: whose outlines they are.
    """

    width: int
    height: int
    schematic: bool
    tiles: bool
    source: str | None
    shapes: tuple[Shape, ...]


def district_map(
    division: Division, districts: Sequence[str], standings: Mapping[str, Standing], flags: Mapping[str, str]
) -> DistrictMap:
    """The map of some of a division's districts. flags: a district's signal in the period, if it has one."""
    drawn = tuple(key for key in districts if division.outlines.get(key))
    outlines, height = _drawing(division, drawn) if drawn else _tiles(division, districts)
    shapes = tuple(
        Shape(key, division.districts[key].name, outline, standings[key], flags.get(key))
        for key, outline in outlines.items()
    )
    return DistrictMap(
        WIDTH, height, division.schematic or not drawn, not drawn, division.outline_source if drawn else None, shapes
    )


Drawing = tuple[Mapping[str, Outline], int]
_drawings: OrderedDict[tuple[int, tuple[str, ...]], tuple[Mapping[str, object], Drawing]] = OrderedDict()
DRAWINGS_KEPT = 8


def _drawing(division: Division, keys: tuple[str, ...]) -> Drawing:
    """The outlines in pixels. The latest are kept: a division's outlines are one object until they are drawn anew."""
    asked = id(division.outlines), keys
    kept = _drawings.get(asked)
    if kept is not None and kept[0] is division.outlines:
        return kept[1]
    rings, height = _projected({key: division.outlines[key] for key in keys}, schematic=division.schematic)
    few = _few_points(rings)
    made = {key: _outline(division.districts[key].name, few[key]) for key in keys}, height
    _drawings[asked] = division.outlines, made
    while len(_drawings) > DRAWINGS_KEPT:
        _drawings.popitem(last=False)
    return made


def _projected(
    outlines: Mapping[str, Sequence[Sequence[Point]]], *, schematic: bool
) -> tuple[dict[str, list[list[Point]]], int]:
    """In pixels, y down. Degrees of longitude are narrowed by the cosine of the middle latitude."""
    points = [point for rings in outlines.values() for ring in rings for point in ring]
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    narrowed = 1.0 if schematic else math.cos(math.radians((south + north) / 2))
    scale = (WIDTH - 8) / max((east - west) * narrowed, (north - south) / 1.4, 1e-9)
    offset = (WIDTH - (east - west) * narrowed * scale) / 2
    made = {
        key: [[(offset + (x - west) * narrowed * scale, 4 + (north - y) * scale) for x, y in ring] for ring in rings]
        for key, rings in outlines.items()
    }
    return made, math.ceil((north - south) * scale) + 8


def _few_points(rings: Mapping[str, Sequence[Sequence[Point]]]) -> Mapping[str, list[list[Point]]]:
    """On whole pixels, or a coarser grid where there are many points: shared borders stay shared."""
    for grid in (1, 2, 3, 4, 6):
        snapped = {key: [_snapped(ring, grid) for ring in of] for key, of in rings.items()}
        if sum(len(ring) for of in snapped.values() for ring in of) <= MOST_POINTS:
            break
    return {key: [r for r in of if len(r) > 2] or [_snapped(rings[key][0], 1)] for key, of in snapped.items()}


def _snapped(ring: Sequence[Point], grid: int) -> list[Point]:
    """Without points that fall together, or lie on the straight line between their neighbours."""
    kept: list[Point] = []
    for x, y in ring:
        point = (float(round(x / grid) * grid), float(round(y / grid) * grid))
        if kept and point == kept[-1]:
            continue
        if len(kept) > 1 and _straight(kept[-2], kept[-1], point):
            kept.pop()
        kept.append(point)
    return kept


def _straight(a: Point, b: Point, c: Point) -> bool:
    return (b[0] - a[0]) * (c[1] - b[1]) == (b[1] - a[1]) * (c[0] - b[0])


def _outline(name: str, rings: Sequence[Sequence[Point]]) -> Outline:
    largest = max(rings, key=_area)
    x, y = _inside(largest)
    lines = _broken(name)
    return Outline("".join(_path(ring) for ring in rings), round(x), round(y), lines, _fits(largest, x, y, lines))


def _fits(ring: Sequence[Point], x: float, y: float, lines: Sequence[str]) -> bool:
    """Whether the symbol and the lines below it lie inside, each line at its own height."""
    top = y - 7 * len(lines) - 9
    for n, line in enumerate(("", *lines)):
        half = max(len(line) * LETTER, 24) / 2
        for height in (top + LINE * n - 4, top + LINE * n + 8):
            crossings = _crossings(ring, height)
            spans = zip(crossings[::2], crossings[1::2], strict=False)
            if not any(left <= x - half and x + half <= right for left, right in spans):
                return False
    return True


def _path(ring: Iterable[Point]) -> str:
    """Relative steps of whole pixels: short, and what two districts share stays shared to the pixel."""
    whole = [(round(x), round(y)) for x, y in ring]
    steps = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(whole)]
    moves = " ".join(f"{dx} {dy}" for dx, dy in steps if dx or dy).replace(" -", "-")
    return f"M{whole[0][0]} {whole[0][1]}l{moves}z"


def _area(ring: Sequence[Point]) -> float:
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise([*ring, ring[0]]))) / 2


def _inside(ring: Sequence[Point]) -> Point:
    """The centre of gravity where it lies inside, else the middle of the widest stretch on the middle height."""
    area = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise([*ring, ring[0]])) / 2
    if not area:
        return ring[0]
    pairs = [(a, b, a[0] * b[1] - b[0] * a[1]) for a, b in pairwise([*ring, ring[0]])]
    x = sum((a[0] + b[0]) * cross for a, b, cross in pairs) / (6 * area)
    y = sum((a[1] + b[1]) * cross for a, b, cross in pairs) / (6 * area)
    crossings = _crossings(ring, y)
    spans = list(zip(crossings[::2], crossings[1::2], strict=False))
    if not spans or any(left <= x <= right for left, right in spans):
        return x, y
    left, right = max(spans, key=lambda s: s[1] - s[0])
    return (left + right) / 2, y


def _crossings(ring: Sequence[Point], y: float) -> list[float]:
    return sorted(
        a[0] + (y - a[1]) * (b[0] - a[0]) / (b[1] - a[1])
        for a, b in pairwise([*ring, ring[0]])
        if (a[1] <= y) != (b[1] <= y)
    )


def _broken(name: str) -> tuple[str, ...]:
    """A name on at most three lines, broken at its hyphens and spaces."""
    lines: list[str] = []
    for part in name.replace("-", "-\n").replace(" ", "\n").split("\n"):
        glue = "" if lines and lines[-1].endswith("-") else " "
        if lines and len(lines[-1]) + len(part) < 12:
            lines[-1] += glue + part
        else:
            lines.append(part)
    return tuple(lines if len(lines) <= 3 else [*lines[:2], f"{lines[2][:9]}…"])


TILE = 118


def _tiles(division: Division, districts: Sequence[str]) -> Drawing:
    across, made = 5, {}
    for i, key in enumerate(districts):
        x, y = 4 + (i % across) * (TILE + 1), 4 + (i // across) * 80
        path = f"M{x},{y}h{TILE - 3}v76h-{TILE - 3}z"
        made[key] = Outline(path, x + (TILE - 3) // 2, y + 42, _broken(division.districts[key].name), True)
    return made, 8 + 80 * -(-len(districts) // across)
