"""The declared breaks of all sources: days on which what is counted changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.catalogue import Source
from domain.register import Register


@dataclass(frozen=True, slots=True)
class Break:
    """From this day on, a source counts something else (recording, area, a pandemic); the reason in its words."""

    source: str
    name: str
    on: date
    reason: str


def breaks(register: Register) -> tuple[Break, ...]:
    """All declared breaks, the latest first."""
    there: dict[str, Source] = register.states[Source.KIND]
    found = [Break(key, one.name, on, why) for key, one in there.items() for on, why in one.breaks.items()]
    return tuple(sorted(found, key=lambda each: (each.on, each.source), reverse=True))
