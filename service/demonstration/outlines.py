"""Where the districts lie, roughly: a hexagon each, drawn by hand for the demonstration and free to use."""

from __future__ import annotations

from datetime import date
from math import cos, pi, sin, sqrt

from domain.catalogue import DrawDivision, Ring
from service.demonstration.catalogue import DIVISION, example

# From south to north, each row from west to east: places in hexagon widths, every other row half a width aside.
_ROWS: tuple[tuple[tuple[str, float], ...], ...] = (
    (("dingtuna-barkaro", 0.5), ("hammarby", 2.5)),
    (
        ("backby", 1), ("raby", 2), ("pettersberg-jakobsberg", 3), ("centrum", 4),
        ("oster-malarstrand-hamre-talltorp", 5),
    ),
    (
        ("skalby", 1.5), ("vetterstorp-stohagen", 2.5), ("kristiansborg-blasbo", 3.5), ("haga-malmaberg", 4.5),
        ("viksang", 5.5), ("irsta-kungsara", 6.5),
    ),
    (
        ("eriksborg-hagaberg", 2), ("vallby-nordanby", 3), ("gideonsberg-skallberget", 4),
        ("skiljebo-hemdal-brandthovda", 5), ("bjurhovda", 6),
    ),
    (("ronnby", 2.5), ("onsta-gryta", 3.5), ("tillberga-hokasen", 5.5)),
    (("skultuna", 2),),
)  # fmt: skip
_WIDTH = 10.0
_RADIUS = _WIDTH / sqrt(3)


def drawing(on: date) -> DrawDivision:
    """The command that draws them."""
    return DrawDivision(
        division=DIVISION,
        on=on,
        outlines={
            key: (_hexagon(_WIDTH * place, 1.5 * _RADIUS * row),)
            for row, there in enumerate(_ROWS)
            for key, place in there
        },
        schematic=True,
        source=example("schematisk bild ritad för demonstrationen, en sexhörning för varje område; fri att använda."),
    )


def _hexagon(x: float, y: float) -> Ring:
    corners = (pi / 6 + n * pi / 3 for n in range(6))
    return tuple((round(x + _RADIUS * cos(a), 2), round(y + _RADIUS * sin(a), 2)) for a in corners)
