"""The verdict on a goal, from a figure and its uncertainty: reached, on the way, not, or what cannot be said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Verdict = Literal["reached", "on-way", "not", "unsaid"]
Span = tuple[float, float]

WORDS: Mapping[Verdict, tuple[str, str]] = {
    "reached": ("Målet är nått", "The goal is reached"),
    "on-way": ("På väg mot målet", "On the way to the goal"),
    "not": ("Målet är inte nått", "The goal is not reached"),
    "unsaid": ("Kan inte sägas", "Cannot be said"),
}


def verdict(direction: Literal["down", "up"], now: Span | None, change: Span | None, target: float | None) -> Verdict:
    """now: the figure's 95 % interval; change: that of the change since the baseline; None where there is none.

    Reached: the whole interval lies at the target or beyond. On the way: the whole interval of the change lies on the
    right side of nothing. Not: it lies on the wrong side, or the target is surely missed and no change is seen. A goal
    without a target says only which way it goes, so that it can never be reached for good.
    """
    if target is not None and now is not None and _beyond(direction, now, target):
        return "reached"
    if change is not None and _beyond(direction, change, 0.0, strictly=True):
        return "on-way"
    if change is not None and _beyond(_other(direction), change, 0.0, strictly=True):
        return "not"
    missed = target is not None and now is not None and _beyond(_other(direction), now, target, strictly=True)
    return "not" if missed else "unsaid"


def _beyond(direction: Literal["down", "up"], span: Span, limit: float, *, strictly: bool = False) -> bool:
    low, high = span if direction == "up" else (-span[1], -span[0])
    limit = limit if direction == "up" else -limit
    return low > limit or (low == limit and not strictly and high >= limit)


def _other(direction: Literal["down", "up"]) -> Literal["down", "up"]:
    return "up" if direction == "down" else "down"
