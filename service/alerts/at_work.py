"""What is already being done about a series: the problems that are worked on there, and their actions that go on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from domain.action import Action
from domain.problem import Problem
from domain.register import Register
from service.chain import districts_of

_WORKED_ON = ("prioritised", "proposed")


@dataclass(frozen=True, slots=True)
class ActionGoingOn:
    """An action for a problem there. late: its day has passed."""

    key: str
    title: str
    owner: str
    started: bool
    due: date
    late: bool


@dataclass(frozen=True, slots=True)
class ProblemThere:
    """A problem that is worked on: its key, title and standing, and what is being done about it."""

    key: str
    title: str
    standing: str
    actions: tuple[ActionGoingOn, ...]


def at_work(register: Register, division: str, district: str, category: str, today: date) -> tuple[ProblemThere, ...]:
    """Problems of that district and category (or of no category), those that were prioritised first."""
    problems: dict[str, Problem] = register.states[Problem.KIND]
    there = [
        (key, one)
        for key, one in problems.items()
        if one.standing in _WORKED_ON
        and (not one.categories or category in one.categories)
        and district in districts_of(register, one, division)
    ]
    there.sort(key=lambda item: (_WORKED_ON.index(item[1].standing), item[1].rank or 999))
    return tuple(
        ProblemThere(key, one.title, one.standing, tuple(_going_on(register, key, today))) for key, one in there
    )


def _going_on(register: Register, problem: str, today: date) -> Iterator[ActionGoingOn]:
    actions: dict[str, Action] = register.states[Action.KIND]
    own = [(key, one) for key, one in actions.items() if one.problem == problem and one.open]
    for key, one in sorted(own, key=lambda item: item[1].due):
        yield ActionGoingOn(key, one.title, one.owner.role, one.progress == "started", one.due, one.due < today)
