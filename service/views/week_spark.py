"""A small picture of a series: its latest counts as bars, and what was expected of the last one. Positions only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

BAR, GAP, HEIGHT = 4, 1, 32


@dataclass(frozen=True, slots=True)
class Bar:
    """A period: where its bar stands and how high it is, in the picture's units; without height where it is missing."""

    x: int
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Spark:
    """Bars from the oldest to the latest period, all but the last; the last one; the height of its expected count."""

    width: int
    height: int
    bars: tuple[Bar, ...]
    last: Bar
    expected_y: float


def spark(counts: Sequence[int | None], expected: float) -> Spark:
    """Of counts, the oldest first and at least one; zero is a line at the foot, what is missing nothing at all."""
    top = max(*(n or 0 for n in counts), expected, 1)

    def height(value: int | None) -> float:
        return 0.0 if value is None else round(max(HEIGHT * value / top, 0.75), 2)

    bars = tuple(Bar(i * (BAR + GAP), round(HEIGHT - height(n), 2), height(n)) for i, n in enumerate(counts))
    width = len(counts) * (BAR + GAP) - GAP
    return Spark(width, HEIGHT, bars[:-1], bars[-1], round(HEIGHT - HEIGHT * expected / top, 2))
