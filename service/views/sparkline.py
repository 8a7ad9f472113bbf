"""A line without axes, small enough to stand beside a name: a path in a drawing of 120 by 32."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, EDGE = 120, 32, 3
MOST = 120


@dataclass(frozen=True, slots=True)
class Spark:
    """The path of the numbers from zero to the highest; x and y: the last one's point, None where it is not known."""

    path: str
    x: float | None
    y: float | None
    top: float


def spark(numbers: Sequence[float | None]) -> Spark:
    """The line of the latest numbers, broken where one is not known."""
    shown = numbers[-MOST:]
    top = max((n for n in shown if n is not None), default=0.0)
    steps, drawing = [], False
    for i, number in enumerate(shown):
        if number is None:
            drawing = False
            continue
        x, y = _point(i, number, len(shown), top)
        steps.append(f"{'L' if drawing else 'M'}{x:g},{y:g}")
        drawing = True
    last = shown[-1] if shown else None
    if last is None:
        return Spark("".join(steps), None, None, top)
    return Spark("".join(steps), *_point(len(shown) - 1, last, len(shown), top), top)


def _point(i: int, number: float, count: int, top: float) -> tuple[float, float]:
    x = EDGE + (WIDTH - 2 * EDGE) * (i / (count - 1) if count > 1 else 1.0)
    return round(x, 1), round(HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * (number / top if top else 0.0), 1)
