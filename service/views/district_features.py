"""The districts of a division as features for a map program, each with what its latest assessment found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.geojson import Feature
from domain.catalogue import District, Division, Source
from domain.core import must_exist, refuse
from domain.register import Register
from domain.signal import Assessment, latest_run


@dataclass(frozen=True, slots=True)
class Places:
    """Districts in use. schematic: their outlines are in units of their own, not degrees."""

    division: str
    name: str
    schematic: bool
    outlines: str | None
    source: str | None
    synthetic: bool
    features: tuple[Feature, ...]


def district_features(
    register: Register, division: str | None, source: str | None, *, schematic: bool = False
) -> Places:
    """division: None is that of the source; source: None is without assessment; schematic: shapes even without degrees.

    Refused where there is neither, where one is not there, or where the source counts in another division.
    """
    counted = must_exist(register.find(Source, source), "source", "Källan", source) if source else None
    key = division or (counted.division if counted else "")
    if not key:
        refuse("no-division", "Ange division eller source.", "Say which division or source.")
    state = must_exist(register.find(Division, key), "division", "Indelningen", key)
    if counted and counted.division != key:
        refuse(
            "another-division",
            f"Källan ”{source}” räknar i indelningen ”{counted.division}”. Ange den, eller utelämna division.",
            f"The source “{source}” counts in the division “{counted.division}”. Give that one, or leave it out.",
        )
    run = _latest(register, source) if source else None
    shown = [district for key, district in state.districts.items() if key not in state.retired]
    features = tuple(_feature(state, district, run, schematic=schematic) for district in shown)
    made_up = state.synthetic or bool(counted and counted.synthetic)
    return Places(key, state.name, state.schematic, state.outline_source, source, made_up, features)


def _latest(register: Register, source: str) -> tuple[str, Assessment] | None:
    """The latest run of the latest period that was assessed: of weeks where there are any, else of months."""
    periods = {run.period for run in register.every(Assessment) if run.source == source}
    weeks = {period for period in periods if "W" in period}
    return latest_run(register, source, max(weeks or periods)) if periods else None


def _feature(division: Division, district: District, run: tuple[str, Assessment] | None, *, schematic: bool) -> Feature:
    rings = division.outlines.get(district.key, ()) if schematic or not division.schematic else ()
    properties = {
        "district": district.key,
        "name": district.name,
        "area": district.area,
        "population": district.population,
        "assessment": run[0] if run else None,
        "period": run[1].period if run else None,
        **_found(district.key, run[1] if run else None),
    }
    return Feature(district.key, rings, properties)


def _found(district: str, run: Assessment | None) -> Mapping[str, Any]:
    """Sums over the categories that were assessed: observed and expected are of the same ones."""
    if run is None:
        return {"categories": 0, "observed": None, "expected": None, "flags": {}}
    r = run.results
    mine = [i for i, key in enumerate(r.district) if key == district]
    assessed = [i for i in mine if r.expected[i] is not None and r.observed[i] is not None]
    return {
        "categories": len(assessed),
        "observed": _total(r.observed, assessed),
        "expected": _total(r.expected, assessed),
        "flags": {r.category[i]: r.at(i) for i in mine if r.flagged[i]},
    }


def _total(numbers: Sequence[float | None], at: Sequence[int]) -> float | None:
    return round(sum(numbers[i] or 0.0 for i in at), 6) if at else None
