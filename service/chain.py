"""From an action back to where it began: the districts of its problem, and the alerts that the problem rests on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date

from domain.catalogue import Division
from domain.core import Known
from domain.period import last_day
from domain.problem import Place, Problem
from domain.signal import Signal


def districts_of(known: Known, problem: Problem, division: str) -> dict[str, float]:
    """How a problem shares out over a division's districts: shares that add up to 1; empty when it has no place there.

    A place of another division goes by that division's mapping, if it has one.
    """
    found: dict[str, float] = defaultdict(float)
    for place in problem.places:
        for district, share in _in_division(known, place, division):
            found[district] += share
    whole = sum(found.values())
    return {district: share / whole for district, share in found.items()}


def _in_division(known: Known, place: Place, division: str) -> Iterator[tuple[str, float]]:
    if place.division == division:
        yield place.district, 1.0
        return
    own = known.find(Division, place.division)
    for each in own.mappings.get(division, ()) if own else ():
        if each.origin == place.district:
            yield each.destination, each.share


def alerted(
    known: Known, problem: Problem, districts: Collection[str], categories: Collection[str], before: date
) -> bool:
    """Whether an alert of those districts and categories, of a period over by that day, led to the problem."""
    signals = (known.find(Signal, each.ref) for each in problem.evidence if each.kind == "signal")
    return any(
        signal is not None
        and signal.district in districts
        and signal.category in categories
        and last_day(signal.period) < before
        for signal in signals
    )
