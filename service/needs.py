"""Where is most needed, and where do the hours go? A recorded forecast beside the actions' hours, by district.

Reads the register alone, so that any moment of it can be looked at, and nothing is recorded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from domain.action import Action
from domain.agreement import Agreement
from domain.catalogue import Division, Source
from domain.core import must_exist, refuse
from domain.forecast import Forecast, Outlook
from domain.period import Frequency, first_day, frequency, last_day
from domain.problem import Problem
from domain.register import Register
from domain.signal import Sentence
from domain.weights import Weights, weights_of
from forecasting.need import Balance, DistrictNeed, balance, sentence
from service.chain import districts_of
from service.views.week_calendar import agreement_on

Floats = NDArray[np.float64]
_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class NeedOfDistrict:
    """A district, by key and name, with its expected need and the hours given to it."""

    district: str
    name: str
    figures: DistrictNeed


@dataclass(frozen=True, slots=True)
class NeedOutcome:
    """Expected need beside hours, the district with the largest need first.

    forecast: its key; first, last: the periods that it speaks of. weights: name and unit, None: events are counted.
    left_out: categories without a weight. elsewhere: planned and spent hours that no district has.
    """

    source: str
    forecast: str
    first: str
    last: str
    weights: str | None
    left_out: tuple[str, ...]
    districts: tuple[NeedOfDistrict, ...]
    elsewhere: tuple[float, float]
    sentences: tuple[Sentence, ...]
    synthetic: bool


@dataclass(frozen=True, eq=False)
class _Hours:
    """Planned and spent hours of D districts, and those that belong to none of them."""

    planned: Floats
    spent: Floats
    elsewhere: tuple[float, float]


def need(register: Register, source: str, wanted: Frequency | None = None) -> NeedOutcome:
    """Of the source's latest forecast. Hours: of actions that are committed to or went on in the year before it."""
    state = must_exist(register.find(Source, source), "source", "Källan", source)
    division = must_exist(register.find(Division, state.division), "division", "Indelningen", state.division)
    key, issued, outlook = _latest(register, source, wanted)
    rows = [i for i, level in enumerate(outlook.level) if level == "district"]
    districts = tuple(sorted({outlook.district[i] for i in rows}))
    categories = tuple(sorted({outlook.category[i] for i in rows}))
    weights = _weights(register, first_day(issued.periods[0]))
    hours = _hours(register, state.division, districts, last_day(issued.origin))
    mean, quantiles = _figures(outlook, rows, districts, categories, issued)
    found = balance(
        mean, quantiles, issued.quantile_levels, hours.planned, hours.spent, np.random.default_rng(1),
        weights=_heavy(weights, categories),
    )  # fmt: skip
    names = [division.districts[d].name if d in division.districts else d for d in districts]
    listed = [NeedOfDistrict(*each) for each in zip(districts, names, found.districts, strict=True)]
    return NeedOutcome(
        source=source,
        forecast=key,
        first=issued.periods[0],
        last=issued.periods[-1],
        weights=f"{weights.name} ({weights.unit})" if weights else None,
        left_out=tuple(categories[i] for i in found.left_out),
        districts=tuple(sorted(listed, key=lambda each: -(each.figures.expected or 0.0))),
        elsewhere=hours.elsewhere,
        sentences=_sentences(found, names),
        synthetic=issued.synthetic,
    )


def as_plain(found: NeedOutcome) -> dict[str, Any]:
    """For JSON."""
    return asdict(found) | {"sentences": [each.model_dump() for each in found.sentences]}


def _latest(register: Register, source: str, wanted: Frequency | None) -> tuple[str, Forecast, Outlook]:
    found: list[tuple[str, Forecast]] = list(register.states[Forecast.KIND].items())
    fitting = [
        (last_day(state.origin), state.number, key, state, state.outlook)
        for key, state in found
        if state.source == source and state.outlook is not None and wanted in (None, frequency(state.origin))
    ]
    if not fitting:
        refuse(
            "no-forecast",
            f"Källan ”{source}” har ingen prognos att räkna behovet på. Gör en prognos först.",
            f"The source “{source}” has no forecast to work out the need from. Make one first.",
        )
    _, _, key, state, outlook = max(fitting, key=lambda each: each[:3])
    return key, state, outlook


def _weights(register: Register, on: date) -> Weights | None:
    """Of the agreement in force that day, or of the latest one."""
    found = agreement_on(register, on)
    chosen = found[0] if found else next(reversed(register.states[Agreement.KIND]), None)
    return weights_of(register, chosen) if chosen else None


def _heavy(weights: Weights | None, categories: Sequence[str]) -> Floats | None:
    """A weight for each category, NaN where the set has none. Refuses a set that weighs none of them."""
    if weights is None:
        return None
    heavy = np.array([weights.weights.get(category, np.nan) for category in categories])
    if not np.nansum(heavy) > 0:
        refuse(
            "nothing-weighed",
            f"Viktuppsättningen ”{weights.name}” har ingen vikt för källans kategorier.",
            f"The set of weights “{weights.name}” has no weight for the categories of the source.",
        )
    return heavy


def _figures(
    outlook: Outlook, rows: Sequence[int], districts: Sequence[str], categories: Sequence[str], issued: Forecast
) -> tuple[Floats, Floats]:
    """Means (D × C × H) and quantiles (D × C × H × Q), NaN where there is no forecast."""
    shape = (len(districts), len(categories), issued.horizon)
    mean, quantiles = np.full(shape, np.nan), np.full((*shape, len(issued.quantile_levels)), np.nan)
    at, of = {d: i for i, d in enumerate(districts)}, {c: i for i, c in enumerate(categories)}
    for row in rows:
        if outlook.mean[row] is not None:
            place = at[outlook.district[row]], of[outlook.category[row]]
            mean[place], quantiles[place] = outlook.mean[row], outlook.quantiles[row]
    return mean, quantiles


def _hours(register: Register, division: str, districts: Sequence[str], until: date) -> _Hours:
    """Planned hours, and spent ones: as followed up, or as logged so far. An action in several districts is shared."""
    planned, spent, elsewhere = np.zeros(len(districts)), np.zeros(len(districts)), np.zeros(2)
    at = {district: i for i, district in enumerate(districts)}
    for action in register.every(Action):
        if action.progress == "not started" or (action.ended_on is not None and action.ended_on < until - _YEAR):
            continue
        used = action.followed_up.hours if action.followed_up else action.logged_hours
        problem = register.find(Problem, action.problem)
        places = districts_of(register, problem, division) if problem else {}
        for district, share in places.items():
            if district in at:
                planned[at[district]] += share * action.planned_hours
                spent[at[district]] += share * used
        left = 1 - sum(share for district, share in places.items() if district in at)
        elsewhere += max(left, 0.0) * np.array([action.planned_hours, used])
    return _Hours(planned, spent, (round(float(elsewhere[0]), 6), round(float(elsewhere[1]), 6)))


def _sentences(found: Balance, names: Sequence[str]) -> tuple[Sentence, ...]:
    """Of the planned hours, then of those spent."""
    return (
        Sentence(sv=sentence(found, names, "planned", "sv"), en=sentence(found, names, "planned", "en")),
        Sentence(sv=sentence(found, names, "spent", "sv"), en=sentence(found, names, "spent", "en")),
    )
