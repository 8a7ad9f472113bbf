"""What lies beside a series on its time axis: actions there, breaks of the source, promises to the residents."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Literal

from domain.action import Action
from domain.catalogue import Source
from domain.core import must_exist
from domain.problem import Problem
from domain.promise import Promise
from domain.register import Register
from service.chain import districts_of

MarkKind = Literal["action", "break", "promise"]


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that lasted, or began and goes on (last is None), or happened on a day (a break).

    number: what it is called in the chart, counted within its kind; key: of the action or promise, empty for a break.
    """

    kind: MarkKind
    number: int
    key: str
    title: str
    first: date
    last: date | None


def marks(
    register: Register, source: str, division: str, districts: Collection[str], categories: Collection[str]
) -> tuple[Mark, ...]:
    """Breaks of the source, then promises and actions for problems with such a category in such a district."""
    state = must_exist(register.find(Source, source), "source", "Källan", source)
    found = [Mark("break", 0, "", reason, on, on) for on, reason in sorted(state.breaks.items())]
    actions = [mark for _, mark in actions_there(register, division, districts, categories)]
    there = {mark.key for mark in actions}
    found += sorted(_promises(register, there), key=_begin)
    found += sorted(actions, key=_begin)
    return tuple(_numbered(found))


def _begin(mark: Mark) -> tuple[date, str]:
    return mark.first, mark.title


def _numbered(found: Collection[Mark]) -> list[Mark]:
    counted: dict[str, int] = {}
    numbered = []
    for mark in found:
        counted[mark.kind] = counted.get(mark.kind, 0) + 1
        numbered.append(Mark(mark.kind, counted[mark.kind], mark.key, mark.title, mark.first, mark.last))
    return numbered


def actions_there(
    register: Register, division: str, districts: Collection[str], categories: Collection[str] | None
) -> list[tuple[Action, Mark]]:
    """Actions that were begun, for problems placed in one of the districts and with one of the categories (None: any).

    An action that has ended lasts to that day; one that was planned only is left out.
    """
    problems = {
        key: problem
        for key, problem in register.states[Problem.KIND].items()
        if (categories is None or set(problem.categories) & set(categories))
        and set(districts_of(register, problem, division)) & set(districts)
    }
    actions: dict[str, Action] = register.states[Action.KIND]
    return [
        (action, Mark("action", 0, key, action.title, action.started_on, action.ended_on))
        for key, action in actions.items()
        if action.problem in problems and action.started_on is not None
    ]


def _promises(register: Register, actions: Collection[str]) -> list[Mark]:
    """Promises that one of the actions is a measure of."""
    promises: dict[str, Promise] = register.states[Promise.KIND]
    return [
        Mark("promise", 0, key, promise.title, promise.first_day, promise.last_day)
        for key, promise in promises.items()
        if any(measure.action in actions for measure in promise.measures if measure.action)
    ]
