"""Perceived safety in a district beside the whole: each wave with its answers and interval, and breaks of method."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from adapters.database import Row
from adapters.tables import Tables
from domain.catalogue import Source
from domain.register import Register

KINDS = ("survey result", "survey")
MOST = 500


@dataclass(frozen=True, slots=True)
class Wave:
    """One figure: of the district (or the whole), with the number of answers and a 95 % interval where there is one.

    after_break: the method differs from the wave before, or the source declares a break between them.
    """

    wave: str
    day: str
    value: float
    unit: str
    n: int
    low: float | None
    high: float | None
    method: str
    after_break: bool


@dataclass(frozen=True, slots=True)
class Indicator:
    """A question of a survey: its waves in the district and in the whole, each in order of time."""

    name: str
    source: str
    synthetic: bool
    waves: tuple[Wave, ...]
    whole: tuple[Wave, ...]


def indicators(register: Register, tables: Tables, at: int | None, division: str, key: str) -> tuple[Indicator, ...]:
    """What surveys say of a district; nothing where none has asked there."""
    sources: dict[str, Source] = register.states[Source.KIND]
    found: dict[tuple[str, str], dict[bool, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in reversed(tables.notes(KINDS, districts=(key, None), at=at, limit=MOST)):
        source = sources.get(row[0])
        if source is not None and source.division == division:
            found[row[0], json.loads(row[6])["indicator"]][row[3] is None].append(row)
    return tuple(
        Indicator(
            name,
            sources[source].name,
            sources[source].synthetic,
            *(_waves(rows[w], sources[source]) for w in (False, True)),
        )
        for (source, name), rows in found.items()
        if rows[False]
    )


def _waves(rows: list[Row], source: Source) -> tuple[Wave, ...]:
    waves: list[Wave] = []
    for row in rows:
        says: dict[str, Any] = json.loads(row[6])
        before = waves[-1] if waves else None
        broken = before is not None and (before.method != says["method"] or _break_between(source, before.day, row[5]))
        waves.append(
            Wave(says["wave"], row[5][:10], says["value"], says["unit"], says["n"], says.get("low"), says.get("high"),
                 says["method"], broken)
        )  # fmt: skip
    return tuple(waves)


def _break_between(source: Source, earlier: str, later: str) -> bool:
    first, last = date.fromisoformat(earlier[:10]), date.fromisoformat(later[:10])
    return any(first < day <= last for day in source.breaks)
