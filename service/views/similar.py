"""Which districts are like another: in how much happens there in a year, and of what kinds."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

from adapters.tables import Tables
from domain.period import first_day, last_day
from domain.register import Register
from service.views.coverage import covered_spans, periods_within
from service.views.scope import Counted, district_name

WEEKS = 52
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Similar:
    """A district like the one asked for: its name, and its events in the latest year beside the other's."""

    key: str
    name: str
    events: float
    events_here: float


def similar_districts(
    register: Register, tables: Tables, at: int | None, of: Counted, key: str, number: int = SHOWN
) -> tuple[Similar, ...]:
    """The nearest by the sum over categories of (√a - √b)², a and b events in the latest 52 weeks covered.

    Square roots, for the spread of a count grows with its level. Level and kinds count; where people live does not.
    """
    weeks = periods_within(covered_spans(register, of.key), "week") if of.incidents else ()
    if not weeks:
        return ()
    last = last_day(weeks[-1])
    first = max(first_day(weeks[0]), last - timedelta(weeks=WEEKS) + timedelta(days=1))
    counted: dict[str, dict[str, float]] = defaultdict(dict)
    for district, category, n in tables.totals(
        of.key, districts=of.districts, categories=of.categories, first=first, last=last, at=at, incidents=True
    ):
        counted[district][category] = float(n)
    here = counted[key]
    others = sorted((_distance(here, counted[d]), d) for d in of.districts if d != key and counted[d])
    return tuple(
        Similar(d, district_name(register, of.division, d), sum(counted[d].values()), sum(here.values()))
        for _, d in others[:number]
    )


def _distance(a: dict[str, float], b: dict[str, float]) -> float:
    return sum((math.sqrt(a.get(c, 0.0)) - math.sqrt(b.get(c, 0.0))) ** 2 for c in a.keys() | b.keys())
