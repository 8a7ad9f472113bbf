"""The chain of every problem at a glance: evidence, valuation, decision, causes, plan, actions, follow-up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from domain.action import Action, Plan
from domain.catalogue import Division
from domain.problem import Problem, Standing
from domain.register import Register
from service.views.broken_links import BrokenLink, BrokenLinks, Kind, broken_links

StepName = Literal["evidence", "valuation", "decision", "causes", "plan", "actions", "follow-up"]
StepState = Literal["done", "waiting", "broken", "never", "not needed"]
STANDINGS: tuple[Standing, ...] = ("prioritised", "proposed", "set aside", "closed")
_ACTION_LINKS: tuple[Kind, ...] = ("plan-without-actions", "action-without-problem", "action-late", "action-unverified")


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a problem's chain.

    count: pieces of evidence, raters, decisions in force (0 or 1), causes, plans (0 or 1), actions, follow-ups.
    of: out of how many, where that is known (follow-ups: actions that were ever started). state: done; waiting: its
    turn has not come or it is under way; broken: it should be there and is not; never: work ended without it; not
    needed: the problem was set aside. broken: the links that are broken at this step.
    """

    name: StepName
    count: int
    state: StepState
    of: int | None = None
    broken: tuple[BrokenLink, ...] = ()


@dataclass(frozen=True, slots=True)
class ChainRow:
    """A problem with the places it names and the seven steps of its chain. kinds: its evidence, counted by kind.

    shared: it is prioritised in a place that another one was given too.
    """

    key: str
    title: str
    standing: Standing
    rank: int | None
    proposed_on: date
    decided_on: date | None
    outcome: str | None
    places: tuple[str, ...]
    kinds: Mapping[str, int]
    steps: tuple[Step, ...]
    shared: bool = False

    @property
    def broken(self) -> int:
        """How many links of the chain are broken."""
        return sum(len(step.broken) for step in self.steps)


@dataclass(frozen=True, slots=True)
class Chain:
    """Every problem by its standing (prioritised by rank, the others latest first), and every broken link."""

    groups: Mapping[Standing, tuple[ChainRow, ...]]
    broken: BrokenLinks


def chain(register: Register, today: date) -> Chain:
    """The chain of every problem of the register, as it stands on a day."""
    broken = broken_links(register, today)
    rows = [chain_row(register, key, broken) for key in register.states[Problem.KIND]]
    return Chain({standing: _sorted(rows, standing) for standing in STANDINGS}, broken)


def _sorted(rows: Sequence[ChainRow], standing: Standing) -> tuple[ChainRow, ...]:
    own = sorted((row for row in rows if row.standing == standing), key=lambda row: row.proposed_on, reverse=True)
    if standing == "prioritised":
        own.sort(key=lambda row: row.rank or 1_000_000)
        ranks = Counter(row.rank for row in own if row.rank is not None)
        own = [replace(row, shared=row.rank is not None and ranks[row.rank] > 1) for row in own]
    elif standing != "proposed":
        own.sort(key=lambda row: row.decided_on or row.proposed_on, reverse=True)
    return tuple(own)


def chain_row(register: Register, key: str, broken: BrokenLinks) -> ChainRow:
    """One problem of the chain. The key must be there."""
    problem: Problem = register.states[Problem.KIND][key]
    kinds = Counter[str](item.kind for item in problem.evidence)
    return ChainRow(
        key, problem.title, problem.standing, problem.rank, problem.proposed_on, problem.decided_on, problem.outcome,
        place_names(register, problem), dict(kinds), _steps(register, key, problem, broken.of_problem(key)),
    )  # fmt: skip


def place_names(register: Register, problem: Problem) -> tuple[str, ...]:
    """The districts of a problem, by name."""
    names = []
    for place in problem.places:
        division = register.find(Division, place.division)
        district = division.districts.get(place.district) if division else None
        names.append(district.name if district else place.district)
    return tuple(names)


def _steps(register: Register, key: str, problem: Problem, broken: tuple[BrokenLink, ...]) -> tuple[Step, ...]:
    actions = [action for action in register.every(Action) if action.problem == key]
    decided = problem.standing != "proposed"
    before: tuple[Step, ...] = (
        Step("evidence", len(problem.evidence), "done" if problem.evidence else "waiting"),
        Step("valuation", len(problem.valuations), "done" if problem.valuations else "never" if decided else "waiting"),
        Step("decision", int(decided), "done" if decided else "waiting"),
    )
    causes, plan = len(problem.causes), int(register.find(Plan, key) is not None)
    return (
        *before,
        _step("causes", causes, problem, [one for one in broken if one.kind == "problem-without-causes"]),
        _step("plan", plan, problem, [one for one in broken if one.kind == "problem-without-plan"]),
        _step("actions", len(actions), problem, [one for one in broken if one.kind in _ACTION_LINKS]),
        _follow_up(actions, problem, [one for one in broken if one.kind == "action-without-follow-up"]),
    )


def _step(name: StepName, count: int, problem: Problem, broken: Sequence[BrokenLink]) -> Step:
    """A step that comes after the priority decision."""
    left_out: Mapping[Standing, StepState] = {"closed": "never", "set aside": "not needed"}
    state: StepState = "broken" if broken else "done" if count else left_out.get(problem.standing, "waiting")
    return Step(name, count, state, broken=tuple(broken))


def _follow_up(actions: Sequence[Action], problem: Problem, broken: Sequence[BrokenLink]) -> Step:
    begun = [action for action in actions if action.progress != "not started"]
    followed = sum(action.followed_up is not None for action in begun)
    if not begun or broken:
        step = _step("follow-up", 0, problem, broken)
        return Step("follow-up", followed, step.state, len(begun) or None, tuple(broken))
    return Step("follow-up", followed, "done" if followed == len(begun) else "waiting", len(begun))
