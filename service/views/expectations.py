"""What recorded assessments expected: for one series, and for sums of series."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from domain.register import Register
from domain.signal import Results, latest_run


@dataclass(frozen=True, slots=True)
class Expected:
    """Events expected in a period, and the bounds beyond which a number surprises (None where there are none).

    observed: what was known when the period was assessed, which the expectation is of. Reports come late: what is known
    now can be more, and says nothing against what was expected then.
    upper of a sum: the parts' distances from expected to upper, squared and added, for they are taken as independent.
    lower of a sum: as far below as upper is above when both are seen through the square root; the parts' own lower
    bounds stop at zero and would add up to far too little.
    """

    expected: float
    lower: float | None
    upper: float | None
    observed: float | None = None

    def exceedance(self, observed: float) -> float | None:
        """(observed - expected) / (bound - expected), negative when fewer came: beyond 1 or -1 it surprises.

        Where lower is less than one event, no number lies beyond it; then fewer is measured by upper's distance.
        """
        if self.upper is None or self.upper <= self.expected:
            return None
        distance = self.upper - self.expected
        if observed < self.expected and self.lower is not None:
            below = self.expected - self.lower
            distance = below if self.lower >= 1 else max(below, distance)
        return (observed - self.expected) / distance if distance else None


class Runs:
    """The assessments of a source, read series by series: most have their columns in the same order."""

    def __init__(self, register: Register, source: str) -> None:
        self._register, self._source = register, source

    def results(self, period: str) -> Results | None:
        """What the period's run found, if it was assessed."""
        run = latest_run(self._register, self._source, period)
        return run[1].results if run else None

    def of_series(self, district: str, category: str, periods: Sequence[str]) -> tuple[Expected | None, ...]:
        """Each period's expectation of one series."""
        found, last = [], 0
        for period in periods:
            results = self.results(period)
            at = _position(results, district, category, last) if results else None
            last = last if at is None else at
            found.append(_expected(results, at) if results and at is not None else None)
        return tuple(found)

    def of_sums(
        self, period: str, districts: Collection[str], categories: Collection[str], key: Callable[[str, str], str]
    ) -> Mapping[str, Expected]:
        """The period's expectations summed by `key(district, category)`; none where a part was not assessed."""
        results = self.results(period)
        if results is None:
            return {}
        among, kinds = set(districts), set(categories)
        parts: dict[str, list[Expected | None]] = defaultdict(list)
        for i, (district, category) in enumerate(zip(results.district, results.category, strict=True)):
            if district in among and category in kinds:
                parts[key(district, category)].append(_expected(results, i))
        whole = {name: [e for e in found if e is not None] for name, found in parts.items()}
        return {name: add_up(found) for name, found in whole.items() if len(found) == len(parts[name])}


def add_up(parts: Sequence[Expected]) -> Expected:
    """The expectation of a sum."""
    if len(parts) == 1:
        return parts[0]
    expected = sum(part.expected for part in parts)
    known = [part.observed for part in parts if part.observed is not None]
    observed = sum(known) if len(known) == len(parts) else None
    above = [part.upper - part.expected for part in parts if part.upper is not None]
    if not above or len(above) < len(parts):
        return Expected(expected, None, None, observed)
    upper = expected + math.hypot(*above)
    root = max(2 * math.sqrt(expected) - math.sqrt(upper), 0.0)
    return Expected(expected, root * root, upper, observed)


def _position(results: Results, district: str, category: str, likely: int) -> int | None:
    names, kinds = results.district, results.category
    if likely < len(names) and (names[likely], kinds[likely]) == (district, category):
        return likely
    return next((i for i, pair in enumerate(zip(names, kinds, strict=True)) if pair == (district, category)), None)


def _expected(results: Results, at: int) -> Expected | None:
    expected = results.expected[at]
    if expected is None:
        return None
    lower = results.lower[at] if results.lower else None
    return Expected(expected, lower, results.bound[at], results.observed[at])
