"""Överlämning: an open problem goes over, by decision, from an agreement that has ended to one that succeeds it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import ClassVar, Self

from pydantic import model_validator

from domain.action import Action, CarriedOver, Plan, PlanCarriedOver
from domain.agreement import Agreement, in_force
from domain.core import Asked, Command, Event, Key, Known, Text, must_exist, not_in_future, refuse
from domain.problem import CarriedOver as ProblemCarriedOver
from domain.problem import Problem


def successors(known: Known, agreement: str) -> Iterator[str]:
    """The agreements that took over from one, the next first."""
    state = known.find(Agreement, agreement)
    while state is not None and state.successor is not None:
        yield state.successor
        state = known.find(Agreement, state.successor)


class CarryOver(Command):
    """Take an open problem over to the agreement that succeeds its own, with the open actions that go on."""

    NAME: ClassVar[str] = "carry-over"
    problem: Key
    successor: Key
    on: date
    reason: Text
    actions: tuple[Key, ...] = ()

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        if len(set(self.actions)) != len(self.actions):
            raise ValueError("actions must name each action once")
        return self

    @property
    def stream(self) -> str:
        return f"{Problem.KIND}-{self.problem}"

    def facts(self, known: Known, asked: Asked) -> Sequence[tuple[str, Event]]:
        not_in_future(self.on, asked)
        problem = must_exist(known.find(Problem, self.problem), "problem", "Problembilden", self.problem)
        self._check(known, problem)
        going = self._going(known)
        self._check_order(problem, going)
        former, to = problem.agreement, self.successor
        carried = ProblemCarriedOver(
            on=self.on, former=former, agreement=to, reason=self.reason, actions=self.actions
        )  # fmt: skip
        there = known.find(Plan, self.problem) is not None
        plan = [(f"{Plan.KIND}-{self.problem}", PlanCarriedOver(on=self.on, former=former, agreement=to))]
        actions = [
            (f"{Action.KIND}-{key}", CarriedOver(on=self.on, former=former, agreement=to)) for key in self.actions
        ]
        return [(self.stream, carried), *(plan if there else ()), *actions]

    def _check(self, known: Known, problem: Problem) -> None:
        if problem.agreement == self.successor:
            refuse(
                "already-carried-over",
                f"Problembilden ”{problem.title}” hör redan till ”{self.successor}”.",
                f"The problem “{problem.title}” belongs to “{self.successor}” already.",
            )
        if problem.standing == "closed":
            refuse(
                "problem-closed",
                f"Problembilden ”{problem.title}” är avslutad och förs inte över. Föreslå en ny om den behövs igen.",
                f"The problem “{problem.title}” is closed and is not carried over. Propose a new one if it is needed.",
            )
        must_exist(known.find(Agreement, self.successor), "agreement", "Överenskommelsen", self.successor)
        if self.successor not in successors(known, problem.agreement):
            refuse(
                "not-a-successor",
                f"Avtalet ”{self.successor}” efterträder inte ”{problem.agreement}”. Ange efterträdaren först.",
                f"The agreement “{self.successor}” does not succeed “{problem.agreement}”. Name the successor first.",
            )
        in_force(known, self.successor, self.on)

    def _going(self, known: Known) -> Sequence[Action]:
        """The actions that go on; refuses one that is not open, and an open one about which nothing is said."""
        listed = [must_exist(known.find(Action, key), "action", "Åtgärden", key) for key in self.actions]
        for one in listed:
            if one.problem != self.problem or not one.open:
                refuse(
                    "action-not-open",
                    f"Åtgärden ”{one.title}” pågår inte i den här problembilden. Bara öppna åtgärder förs över.",
                    f"The action “{one.title}” is not open in this problem. Only open actions are carried over.",
                )
        own = [one for one in known.every(Action) if one.problem == self.problem and one.open]
        left = [one.title for one in own if not any(one is each for each in listed)]  # states are shared, not copied
        if left:
            sv, en = ", ".join(f"”{title}”" for title in left), ", ".join(f"“{title}”" for title in left)
            refuse(
                "actions-undecided",
                f"Öppna åtgärder som inte förs över måste först ha avslutats: {sv}. "
                "För över dem också, rapportera dem klara eller avbryt dem.",
                f"Open actions that are not carried over must have ended first: {en}. "
                "Carry them over too, report them done or cancel them.",
            )
        return listed

    def _check_order(self, problem: Problem, going: Sequence[Action]) -> None:
        steps = [problem.proposed_on, problem.decided_on]
        steps += [day for action in going for day in (action.committed_on, action.started_on)]
        latest = max(filter(None, steps))
        if self.on < latest:
            refuse(
                "out-of-order",
                f"Datumet {self.on} ligger före ett tidigare steg ({latest}). Kontrollera datumet.",
                f"The date {self.on} lies before an earlier step ({latest}). Check the date.",
            )
