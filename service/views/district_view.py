"""Everything that the register knows of one district."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from adapters.database import Row as Cells
from adapters.tables import REPORT_KINDS, Tables
from domain.action import Action
from domain.catalogue import Division, Source, neighbours
from domain.core import must_exist
from domain.period import Frequency
from domain.problem import Problem
from domain.register import Register
from domain.signal import Signal
from service.chain import districts_of
from service.views.picture_view import PictureAsked, PictureView, picture
from service.views.scope import Counted, category_name, countable, district_name
from service.views.series import Flagged, Series, flagged, series
from service.views.similar import Similar, similar_districts
from service.views.survey import Indicator, indicators

SIGNALS, REPORTS, ACTIONS = 12, 20, 30


@dataclass(frozen=True, slots=True)
class SignalThere:
    """A signal of the district, with its category's name."""

    category: str
    category_name: str
    synthetic: bool
    signal: Flagged


@dataclass(frozen=True, slots=True)
class ProblemThere:
    """A problem placed in the district. share: how much of it, where its places are districts of another division."""

    key: str
    title: str
    standing: str
    share: float
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ActionThere:
    """An action for a problem there."""

    key: str
    title: str
    progress: str
    owner: str
    started_on: date | None
    due: date
    ended_on: date | None
    problem: str


@dataclass(frozen=True, slots=True)
class ReportThere:
    """What a reporter wrote of the district, or of one of another division that lies in it (`elsewhere`, its name)."""

    ref: str
    day: str
    kind: str
    category: str
    place: str | None
    text: str
    reporter: str | None
    source: str
    synthetic: bool
    elsewhere: str | None


@dataclass(frozen=True, slots=True)
class DistrictView:
    """A district: who lives there, its numbers by category, and what was seen, decided and done there.

    chosen: the series shown; None where no source counts there. signals, reports: the latest; signals_in_all: of how
    many.
    """

    key: str
    name: str
    division: str
    division_name: str
    area: str | None
    population: int | None
    synthetic_population: bool
    retired: bool
    neighbours: tuple[tuple[str, str], ...]
    source: Counted | None
    picture: PictureView | None
    chosen: Series | None
    chosen_category: str | None
    signals: tuple[SignalThere, ...]
    signals_in_all: int
    problems: tuple[ProblemThere, ...]
    actions: tuple[ActionThere, ...]
    reports: tuple[ReportThere, ...]
    survey: tuple[Indicator, ...]
    similar: tuple[Similar, ...]


def district(
    register: Register, tables: Tables, at: int | None, key: str, category: str | None = None,
    frequency: Frequency | None = None, source: str | None = None,
) -> DistrictView:  # fmt: skip
    """The district under a key. Refused where no division has it. category: of the series shown.

    Shown otherwise is the category with the latest signal, else the one with the largest number.
    """
    of, division_key = _where(register, tables, key, source)
    division = must_exist(register.find(Division, division_key), "division", "Indelningen", division_key)
    there = division.districts[key]
    shown = _picture(register, tables, at, of, key, frequency)
    signals = _signals(register, division_key, key)
    counts_it = of is not None and category in of.categories
    chosen = category if counts_it else _telling(signals, shown) if shown else None
    problems = _problems(register, division_key, key)
    return DistrictView(
        key=key,
        name=there.name,
        division=division_key,
        division_name=division.name,
        area=there.area,
        population=there.population,
        synthetic_population=division.synthetic,
        retired=key in division.retired,
        neighbours=_neighbours(division, key),
        source=of,
        picture=shown,
        chosen=series(register, tables, at, of.key, key, chosen, frequency) if of and shown else None,
        chosen_category=chosen,
        signals=tuple(signals[:SIGNALS]),
        signals_in_all=len(signals),
        problems=tuple(problems.values()),
        actions=_actions(register, problems),
        reports=_reports(register, tables, at, division_key, key),
        survey=indicators(register, tables, at, division_key, key),
        similar=similar_districts(register, tables, at, of, key) if of else (),
    )


def _where(register: Register, tables: Tables, key: str, source: str | None) -> tuple[Counted | None, str]:
    """A source that counts there (the main series first), and the division that the district belongs to."""
    sources = [s for s in countable(register, tables) if source is None or s.key == source]
    of = next((s for s in sources if key in s.districts), None)
    if of is not None:
        return of, of.division
    divisions: dict[str, Division] = register.states[Division.KIND]
    owner = next((name for name, division in divisions.items() if key in division.districts), None)
    return None, must_exist(owner, "district", "Området", key)


def _picture(
    register: Register, tables: Tables, at: int | None, of: Counted | None, key: str, frequency: Frequency | None
) -> PictureView | None:
    if of is None:
        return None
    return picture(register, tables, at, PictureAsked(source=of.key, place=key, frequency=frequency))


def _telling(signals: Sequence[SignalThere], shown: PictureView) -> str | None:
    categories = [row.key for row in shown.rows]
    flagged_ones = [s.category for s in signals if s.category in categories]
    if flagged_ones:
        return flagged_ones[0]
    return max(shown.rows, key=lambda row: sum(n or 0 for n in row.numbers)).key if shown.rows else None


def _neighbours(division: Division, key: str) -> tuple[tuple[str, str], ...]:
    return tuple((other, division.districts[other].name) for other in neighbours(division).get(key, ()))


def _signals(register: Register, division: str, key: str) -> list[SignalThere]:
    """All of the district's, the latest period first."""
    sources: dict[str, Source] = register.states[Source.KIND]
    signals: dict[str, Signal] = register.states[Signal.KIND]
    found = [
        SignalThere(s.category, category_name(register, s.category), s.synthetic, flagged(name, s))
        for name, s in signals.items()
        if s.district == key and s.source in sources and sources[s.source].division == division
    ]
    return sorted(found, key=lambda each: each.signal.period, reverse=True)


def _problems(register: Register, division: str, key: str) -> dict[str, ProblemThere]:
    """By key; those worked on first."""
    problems: dict[str, Problem] = register.states[Problem.KIND]
    order = ("prioritised", "proposed", "set aside", "closed")
    found = {}
    for name, problem in sorted(problems.items(), key=lambda each: order.index(each[1].standing)):
        share = districts_of(register, problem, division).get(key)
        if share:
            kinds = tuple(category_name(register, c) for c in problem.categories)
            found[name] = ProblemThere(name, problem.title, problem.standing, share, kinds)
    return found


def _actions(register: Register, problems: Mapping[str, ProblemThere]) -> tuple[ActionThere, ...]:
    """Those going on first, then the latest."""
    actions: dict[str, Action] = register.states[Action.KIND]
    found = [
        ActionThere(
            key, action.title, action.progress, action.owner.role, action.started_on, action.due, action.ended_on,
            action.problem,
        )
        for key, action in actions.items()
        if action.problem in problems
    ]  # fmt: skip
    found.sort(key=lambda a: a.ended_on or a.due, reverse=True)
    found.sort(key=lambda a: a.progress not in ("started", "committed"))
    return tuple(found[:ACTIONS])


def _reports(register: Register, tables: Tables, at: int | None, division: str, key: str) -> tuple[ReportThere, ...]:
    inside = origins(register, division, key)
    rows = tables.notes(REPORT_KINDS, districts=(key, *(d for _, d in inside)), at=at, limit=4 * REPORTS)
    sources: dict[str, Source] = register.states[Source.KIND]
    found = []
    for row in rows:
        source = sources.get(row[0])
        if source is None:
            continue
        own = source.division == division and row[3] == key
        if own or (source.division, row[3]) in inside:
            found.append(_report(register, row, source, own=own))
    return tuple(found[:REPORTS])


def _report(register: Register, row: Cells, source: Source, *, own: bool) -> ReportThere:
    _, ref, kind, district_key, category, day, body = row
    says: dict[str, Any] = json.loads(body)
    elsewhere = None if own else district_name(register, source.division, district_key)
    return ReportThere(
        ref=ref,
        day=day[:10],
        kind=says.get("kind") or kind,
        category=category_name(register, category) if category else "",
        place=says.get("place"),
        text=says.get("text") or "",
        reporter=says.get("reporter"),
        source=source.name,
        synthetic=source.synthetic,
        elsewhere=elsewhere,
    )


def origins(register: Register, division: str, key: str) -> set[tuple[str, str]]:
    """(division, district) of other divisions' districts that lie in this one, wholly or in part."""
    divisions: dict[str, Division] = register.states[Division.KIND]
    return {
        (name, share.origin)
        for name, state in divisions.items()
        for share in state.mappings.get(division, ())
        if share.destination == key
    }
