"""What surveys have asked the whole municipality and its districts: waves up to the year, and what parts them."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from adapters.database import Row
from domain.catalogue import Division, Source
from service.book.change import Z
from service.book.year import Year
from service.views.survey import KINDS, Wave
from service.wording import Language

MOST = 5000


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a survey. whole: its waves in the whole municipality; districts: likewise by key; oldest first."""

    name: str
    source: str
    state: Source
    whole: tuple[Wave, ...]
    districts: dict[str, tuple[Wave, ...]]

    @property
    def latest(self) -> Wave | None:
        """The last wave of the whole municipality."""
        return self.whole[-1] if self.whole else None


def asked(year: Year) -> tuple[Asked, ...]:
    """All questions with waves fielded by the year's end, as known when the book was opened."""
    sources: dict[str, Source] = year.register.states[Source.KIND]
    places = {key for each in year.register.every(Division) for key in each.districts}
    found: dict[tuple[str, str], dict[str | None, list[Row]]] = defaultdict(lambda: defaultdict(list))
    rows = year.tables.notes(KINDS, districts=(*sorted(places), None), at=year.at, limit=MOST)
    for row in sorted(rows, key=lambda r: (r[5], r[1])):
        if row[0] in sources and row[5][:10] <= year.last.isoformat():
            found[row[0], json.loads(row[6])["indicator"]][row[3]].append(row)
    return tuple(
        Asked(
            name,
            source,
            sources[source],
            _waves(of.get(None, ()), sources[source]),
            {place: _waves(of[place], sources[source]) for place in of if place is not None},
        )
        for (source, name), of in found.items()
    )


def _waves(rows: Sequence[Row], source: Source) -> tuple[Wave, ...]:
    waves: list[Wave] = []
    for row in rows:
        says: dict[str, Any] = json.loads(row[6])
        low, high = says.get("low"), says.get("high")
        before = waves[-1] if waves else None
        parted = before is not None and (
            before.method != says["method"] or bool(breaks_between(source, before, row[5]))
        )
        waves.append(
            Wave(says["wave"], row[5][:10], says["value"], says["unit"], says["n"], low, high, says["method"], parted)
        )
    return tuple(waves)


def breaks_between(source: Source, before: Wave, day: str) -> list[tuple[date, str]]:
    """The breaks that a source declares after a wave, up to a day, with their reasons."""
    first, last = date.fromisoformat(before.day), date.fromisoformat(day[:10])
    return sorted((on, reason) for on, reason in source.breaks.items() if first < on <= last)


def interval(wave: Wave) -> tuple[float, float, bool] | None:
    """The wave's 95 % interval, and whether the survey gave it; else of a share, from n, as if drawn at random."""
    if wave.low is not None and wave.high is not None:
        return wave.low, wave.high, True
    if wave.unit != "%" or not 0 < wave.value < 100:
        return None
    reach = Z * math.sqrt(wave.value * (100 - wave.value) / wave.n)
    return max(wave.value - reach, 0.0), min(wave.value + reach, 100.0), False


def difference(wave: Wave, before: Wave) -> tuple[float, float] | None:
    """The 95 % interval of the difference between two waves that were asked of different people."""
    sides = [interval(each) for each in (wave, before)]
    halves = [(side[1] - side[0]) / 2 for side in sides if side]
    if len(halves) < 2:
        return None
    reach = math.hypot(*halves)
    return wave.value - before.value - reach, wave.value - before.value + reach


def comparable(waves: Sequence[Wave]) -> tuple[Wave, ...]:
    """The waves that the last one can be compared with, itself included: those after the last break."""
    start = max((i for i, wave in enumerate(waves) if wave.after_break), default=0)
    return tuple(waves[start:])


def differing(found: tuple[float, float], of: str, language: Language) -> str:
    """`−0,9 till +3,9 procentenheter`: an interval of a difference. of: the unit of what differs."""
    to = "till" if language == "sv" else "to"
    points = (" procentenheter" if language == "sv" else " percentage points") if of == "%" else unit(of, language)
    return f"{_signed(found[0], language)} {to} {_signed(found[1], language)}{points}"


def _signed(value: float, language: Language) -> str:
    text = fixed(abs(value), language)
    return text if round(value, 1) == 0 else f"{'+' if value > 0 else '−'}{text}"


def shown(wave: Wave, language: Language) -> str:
    """`71,0 %`."""
    return f"{fixed(wave.value, language)}{unit(wave.unit, language)}"


def unit(text: str, language: Language) -> str:
    """A unit as it stands after a number."""
    return "%" if text == "%" and language == "en" else f"\N{NO-BREAK SPACE}{text}"


def limits(wave: Wave, language: Language) -> str:
    """`69,3–72,7`; a star where the survey did not give it."""
    found = interval(wave)
    if found is None:
        return "–"
    star = "" if found[2] else "*"
    return f"{fixed(found[0], language)}–{fixed(found[1], language)}{star}"


def fixed(value: float, language: Language) -> str:
    """With one decimal, also where it is nought: figures below each other have the same."""
    text = f"{round(value, 1) + 0.0:.1f}"  # + 0.0: never “-0.0”
    return text.replace(".", ",") if language == "sv" else text
