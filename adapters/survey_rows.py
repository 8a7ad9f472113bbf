"""Files of survey results: one figure a row, with its number of answers, interval and method."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from adapters.cells import BadCell, count, day, number, words
from adapters.reading import Chunk, Reading
from domain.file_import import ROWS_PER_EVENT

_WHOLE = "*"  # stands in a ref for the whole municipality


@dataclass(frozen=True, slots=True)
class SurveyChunk(Chunk):
    """Survey results; district None is the whole municipality."""

    ref: tuple[str, ...]
    wave: tuple[str, ...]
    day: tuple[str, ...]
    indicator: tuple[str, ...]
    district: tuple[str | None, ...]
    value: tuple[float, ...]
    unit: tuple[str, ...]
    n: tuple[int, ...]
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]
    method: tuple[str, ...]


class SurveyReading(Reading[SurveyChunk]):
    """Reads survey results; an indicator, wave and district may stand there once."""

    def _chunks(self) -> Iterator[SurveyChunk]:
        self._first: dict[str, int] = {}
        results = self._results()
        while batch := list(islice(results, ROWS_PER_EVENT)):
            rows, *columns = zip(*batch, strict=True)
            self._cover(columns[2])
            self._covered_districts.update(key for key in columns[4] if key is not None)
            yield SurveyChunk(array("q", rows), *columns)

    def _results(self) -> Iterator[tuple[Any, ...]]:
        for at, row in self._rows():
            found = self._result(at, row)
            if found is not None:
                ref = f"{found['indicator']}|{found['wave']}|{found['district'] or _WHOLE}"
                first = self._first.setdefault(ref, at)
                if first != at:
                    self.faults.add(at, "duplicate", "", ref, other=str(first))
                else:
                    yield (at, ref, *(found[name] for name in _ORDER))

    def _result(self, at: int, row: Sequence[str]) -> dict[str, Any] | None:
        """The row's values by field, or None when one of them is bad."""
        found: dict[str, Any] = {"district": self._district(at, row)}
        for name, parse in self._parsers().items():
            try:
                found[name] = parse(self._cell(row, name))
            except BadCell as bad:
                self._bad(at, row, name, bad.code, str(_LONGEST.get(name, "")))
        if len(found) < len(_ORDER) or found["district"] == "":
            return None
        return found if self._sound(at, row, found) else None

    def _parsers(self) -> dict[str, Callable[[str], Any]]:
        return {
            "wave": lambda text: words(text, 200),
            "date": lambda text: day(text, self.today),
            "indicator": lambda text: words(text, 200),
            "value": number,
            "unit": lambda text: words(text, 200, needed=False) or "%",
            "n": count,
            "low": lambda text: number(text) if text.strip() else None,
            "high": lambda text: number(text) if text.strip() else None,
            "method": lambda text: words(text, 4000),
        }

    def _district(self, at: int, row: Sequence[str]) -> str | None:
        """The key; None for the whole municipality; empty when the name is unknown."""
        raw = self._cell(row, "district")
        if not raw.strip():
            return None
        position = self._districts[raw]
        if position is None:
            self._unknown(at, "district", self.columns.fields["district"], raw)
            return ""
        return self._districts.met[position]

    def _sound(self, at: int, row: Sequence[str], found: dict[str, Any]) -> bool:
        low, high = found["low"], found["high"]
        if found["n"] < 1:
            self._bad(at, row, "n", "not-positive")
        elif low is not None and high is not None and not low <= found["value"] <= high:
            self._bad(at, row, "value", "not-between")
        else:
            return True
        return False


_LONGEST = {"wave": 200, "indicator": 200, "unit": 200, "method": 4000}
_ORDER = ("wave", "date", "indicator", "district", "value", "unit", "n", "low", "high", "method")
