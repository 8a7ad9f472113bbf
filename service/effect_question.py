"""What an action's effect is asked of: its districts, categories and start, on the counts of a source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from domain.action import Action
from domain.catalogue import neighbours
from domain.core import must_exist, refuse
from domain.period import Frequency, containing
from domain.problem import Problem
from domain.register import Register
from forecasting.effect import Floats
from forecasting.panel import Panel
from service.chain import districts_of
from service.complete_counts import complete_panel, division_of, monthly_where_possible
from service.register import LiveRegister
from service.sources import sources_with_counts

YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Asked:
    """An action with its problem, the source it is judged by, and of that source the districts and categories."""

    key: str
    action: Action
    problem: Problem
    source: str
    panel: Panel
    gsn: int
    districts: tuple[str, ...]
    categories: tuple[str, ...]

    @property
    def freq(self) -> Frequency:
        return "week" if self.panel.freq == 52 else "month"


@dataclass(frozen=True, eq=False)
class Counts:
    """Events of the action's categories (D × T) by district, and the positions of those that matter."""

    districts: tuple[str, ...]
    counts: Floats
    treated: tuple[int, ...]
    excluded: tuple[int, ...]
    neighbours: tuple[int, ...]


def ask(
    live: LiveRegister, key: str, source: str | None, categories: Sequence[str], frequency: Frequency | None
) -> Asked:
    gsn = live.tables.pull()
    register = live.now()
    action = must_exist(register.find(Action, key), "action", "Åtgärden", key)
    problem = must_exist(register.find(Problem, action.problem), "problem", "Problembilden", action.problem)
    chosen = source or _source(register, problem)
    state, _ = division_of(register, chosen)
    wanted = frequency or monthly_where_possible(register, chosen)
    panel = complete_panel(live, register, chosen, wanted, gsn)
    there = {district for district, _ in panel.series}
    districts = tuple(sorted(there & districts_of(register, problem, state.division).keys()))
    if not districts:
        refuse(
            "no-district",
            f"Åtgärden ”{key}” har inget område som källan ”{chosen}” har uppgifter om. Välj en annan källa, eller "
            "ange problembildens plats.",
            f"The action “{key}” has no district that the source “{chosen}” has figures of. Choose another source, or "
            "give the problem a place.",
        )
    found = tuple(sorted({c for _, c in panel.series} & set(categories or problem.categories)))
    if not found:
        refuse(
            "no-category",
            f"Källan ”{chosen}” har inga uppgifter om åtgärdens kategorier. Välj en annan källa eller andra.",
            f"The source “{chosen}” has no figures of the action's categories. Choose another source, or others.",
        )
    return Asked(key, action, problem, chosen, panel, gsn, districts, found)


def _source(register: Register, problem: Problem) -> str:
    """The one main series that has counts of the problem's districts."""
    states = {key: division_of(register, key)[0] for key in sources_with_counts(register)}
    fitting = [key for key, state in states.items() if districts_of(register, problem, state.division)]
    main = [key for key in fitting if states[key].use == "main series"] or fitting
    if not main:
        refuse(
            "no-source",
            "Ingen källa har antal eller händelser i åtgärdens områden. Läs in en fil först, eller ange problembildens "
            "plats.",
            "No source has counts or incidents of the action's districts. Take in a file first, or give the problem a "
            "place.",
        )
    if len(main) > 1:
        refuse(
            "which-source",
            f"Flera källor har antal i åtgärdens områden: {', '.join(main)}. Ange vilken av dem som gäller.",
            f"Several sources have counts of the action's districts: {', '.join(main)}. Name the one to judge by.",
        )
    return main[0]


def start_of(asked: Asked) -> int:
    """The position of the period in which the action started. Refuses one that the figures do not reach."""
    started, periods = asked.action.started_on, asked.panel.periods
    if started is None:
        refuse(
            "not-started",
            "Åtgärden har inte påbörjats och kan inte ha haft någon effekt. Vad som kan upptäckas går att beräkna nu.",
            "The action has not started and cannot have had an effect. What can be found can be worked out already.",
        )
    period = containing(started, asked.freq)
    if period not in periods[1:]:
        refuse(
            "start-not-covered",
            f"Åtgärden påbörjades {started}; källan ”{asked.source}” har uppgifter från {periods[0]} till "
            f"{periods[-1]}. Läs in perioderna före och efter starten.",
            f"The action started on {started}; the source “{asked.source}” has figures from {periods[0]} to "
            f"{periods[-1]}. Take in the periods before and after the start.",
        )
    return periods.index(period)


def counts_of(register: Register, asked: Asked, first: date, last: date) -> Counts:
    districts = tuple(sorted({district for district, _ in asked.panel.series}))
    at = {district: i for i, district in enumerate(districts)}
    others = others_at(register, asked, first - YEAR, last)
    division = division_of(register, asked.source)[1]
    apart = {d for _, places in others for d in places} - set(asked.districts)
    border = neighbours(division)
    near = {n for d in asked.districts for n in border.get(d, ())} - apart - set(asked.districts)
    return Counts(
        districts=districts,
        counts=_summed(asked.panel, districts, asked.categories),
        treated=tuple(at[d] for d in asked.districts),
        excluded=tuple(sorted(at[d] for d in apart if d in at)),
        neighbours=tuple(sorted(at[d] for d in near if d in at)),
    )


def _summed(panel: Panel, districts: Sequence[str], categories: Sequence[str]) -> Floats:
    """Events of all the categories (D × T); a category that a district has no series of adds nothing there."""
    counts = np.full((len(districts), len(panel.periods)), np.nan)
    for i, district in enumerate(districts):
        rows = [n for n, (d, c) in enumerate(panel.series) if d == district and c in categories]
        if rows:
            counts[i] = panel.counts[rows].sum(axis=0)
    return counts


def others_at(register: Register, asked: Asked, first: date, last: date) -> list[tuple[str, set[str]]]:
    """Other actions on the same categories that went on in those days, with their districts."""
    division = division_of(register, asked.source)[0].division
    found = []
    for key, action in register.states[Action.KIND].items():
        problem = register.find(Problem, action.problem)
        if key == asked.key or problem is None or not _went_on(action, first, last):
            continue
        if not problem.categories or set(problem.categories) & set(asked.categories):
            found.append((key, set(districts_of(register, problem, division))))
    return found


def _went_on(action: Action, first: date, last: date) -> bool:
    return action.started_on is not None and action.started_on <= last and (action.ended_on or last) >= first
