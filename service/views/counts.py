"""Counts per period of a place and kind, or of each district or category in it; None where nothing is known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from adapters.tables import Tables
from domain.period import Frequency, span
from domain.register import Register
from service.views.coverage import covered_spans, is_covered, periods_within
from service.views.scope import Counted, Scope

Numbers = tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """Numbers for each period: one row for each key (a district's or category's; empty when all are summed)."""

    periods: tuple[str, ...]
    rows: Mapping[str, Numbers]


def counts(
    register: Register, tables: Tables, at: int | None, of: Counted, what: Scope, frequency: Frequency, *,
    by: Literal["district", "category"] | None = None, first: str | None = None, last: str | None = None,
) -> Grid:  # fmt: skip
    """The numbers of a source by week or month, between two periods where they are given."""
    rows = tables.sums(
        of.key, frequency, by=by, districts=what.districts, categories=what.categories, first=first, last=last, at=at,
        incidents=of.incidents,
    )  # fmt: skip
    wanted = {"district": what.districts, "category": what.categories, None: ("",)}[by]
    found: dict[str, dict[str, tuple[float, int]]] = defaultdict(dict)
    for key, period, number, cells in rows:
        found[key][period] = float(number), int(cells)
    if of.incidents:
        spans = covered_spans(register, of.key)
        periods = tuple(p for p in periods_within(spans, frequency) if (first or "") <= p and (not last or p <= last))
        known = [is_covered(spans, period) for period in periods]
        return Grid(periods, {key: _filled(found[key], periods, known) for key in wanted})
    there = [row[1] for row in rows]
    periods = tuple(span(min(there), max(there))) if there else ()
    return Grid(periods, {key: _whole(found[key], periods) for key in wanted})


def _filled(found: Mapping[str, tuple[float, int]], periods: tuple[str, ...], known: list[bool]) -> Numbers:
    return tuple(found.get(p, (0.0, 0))[0] if covered else None for p, covered in zip(periods, known, strict=True))


def _whole(found: Mapping[str, tuple[float, int]], periods: tuple[str, ...]) -> Numbers:
    """A sum is known where as many series have a figure as ever have in these periods."""
    most = max((cells for _, cells in found.values()), default=0)
    return tuple(found[p][0] if p in found and found[p][1] == most else None for p in periods)
