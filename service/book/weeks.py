"""Weeks of one year as one says them: those next to each other together."""

from __future__ import annotations

from collections.abc import Sequence


def stretches(some: Sequence[str], every: Sequence[str]) -> list[str]:
    """Week numbers of `some` (in order) in stretches of `every`: `["1–12", "14"]`."""
    place = {one: n for n, one in enumerate(every)}
    found: list[tuple[str, str]] = []
    for one in some:
        if found and place[one] == place[found[-1][1]] + 1:
            found[-1] = found[-1][0], one
        else:
            found.append((one, one))
    return [_number(first) if first == last else f"{_number(first)}–{_number(last)}" for first, last in found]


def _number(week: str) -> str:
    return str(int(week[-2:]))
