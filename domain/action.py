"""Handlingsplan and åtgärd: committed, started, changed, not started, reported done, verified, followed up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any, ClassVar, Literal, Self, assert_never

from pydantic import Field, model_validator

from domain.agreement import Agreement, closing, done_by_the_end, in_force
from domain.core import (
    Asked,
    Command,
    Event,
    Key,
    Known,
    Short,
    Text,
    Title,
    Value,
    must_be_new,
    must_exist,
    not_in_future,
    refuse,
)
from domain.problem import Problem

Hours = Annotated[float, Field(ge=0, le=100_000)]


class Owner(Value):
    """The role that answers for something, and its organisation."""

    role: Short
    organisation: Short


class PlannedFollowUp(Value):
    """How the effect will be judged, by whom and when: decided before the action starts."""

    on: date
    owner_role: Short
    measure: Text
    comparison: Text | None = None


class Effect(Value):
    """An estimated effect with its design and 95 % interval, in the unit of the measure; and in plain words."""

    design: Short
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    words: Text

    @model_validator(mode="after")
    def _interval(self) -> Self:
        if self.estimate is not None and (self.low is None or self.high is None):
            raise ValueError("an estimate needs its interval, low and high")
        return self


# What happens


class PlanAdopted(Event):
    """The problem got its action plan."""

    TOPIC: ClassVar[str] = "plan.adopted"
    on: date
    agreement: Key
    aim: Text
    owner: Owner


class PlanCarriedOver(Event):
    """The plan went with its problem from an agreement that had ended to one that succeeds it."""

    TOPIC: ClassVar[str] = "plan.carried_over"
    on: date
    former: Key
    agreement: Key


class Committed(Event):
    """An action was committed to."""

    TOPIC: ClassVar[str] = "action.committed"
    agreement: Key
    problem: Key
    on: date
    title: Title
    description: Text
    owner: Owner
    due: date
    planned_hours: Hours
    expected_effect: Text
    follow_up: PlannedFollowUp


class Started(Event):
    """Work began."""

    TOPIC: ClassVar[str] = "action.started"
    on: date


class DoseLogged(Event):
    """Something was carried out: how much, in which unit, in how many hours."""

    TOPIC: ClassVar[str] = "action.dose_logged"
    on: date
    amount: float
    unit: Short
    hours: Hours
    note: Text | None


class Changed(Event):
    """The commitment was changed; fields that are None stand as before."""

    TOPIC: ClassVar[str] = "action.changed"
    on: date
    reason: Text
    description: Text | None
    owner: Owner | None
    due: date | None
    planned_hours: Hours | None


class NotStarted(Event):
    """The action will not be started."""

    TOPIC: ClassVar[str] = "action.not_started"
    on: date
    reason: Text


class Cancelled(Event):
    """The action was broken off."""

    TOPIC: ClassVar[str] = "action.cancelled"
    on: date
    reason: Text


class ReportedDone(Event):
    """The owner says that it is done."""

    TOPIC: ClassVar[str] = "action.reported_done"
    on: date
    note: Text | None


class VerifiedDone(Event):
    """Another role than the owner's has checked that it is done."""

    TOPIC: ClassVar[str] = "action.verified_done"
    on: date
    by_role: Short
    how: Text


class FollowedUp(Event):
    """What was done, how it went and at what cost, and whether it helped."""

    TOPIC: ClassVar[str] = "action.followed_up"
    on: date
    production: Text
    process: Text
    hours: Hours
    effect: Effect


class CarriedOver(Event):
    """The action goes on under the agreement that its problem was carried over to."""

    TOPIC: ClassVar[str] = "action.carried_over"
    on: date
    former: Key
    agreement: Key


PlanEvent = PlanAdopted | PlanCarriedOver
ActionEvent = (
    Committed | Started | DoseLogged | Changed | NotStarted | Cancelled | ReportedDone | VerifiedDone | FollowedUp
    | CarriedOver
)  # fmt: skip
Progress = Literal["committed", "started", "not started", "cancelled", "reported done", "verified done"]
OPEN: tuple[Progress, ...] = ("committed", "started")

# What there is


@dataclass(frozen=True, slots=True)
class Plan:
    """The one action plan of a problem. agreement: the one it is under now; handovers: from earlier ones."""

    KIND: ClassVar[str] = "plan"
    agreement: str
    on: date
    aim: str
    owner: Owner
    handovers: tuple[PlanCarriedOver, ...] = ()

    def was_under(self, agreement: str) -> bool:
        """Whether it is under that agreement or has been, so that it belongs in that agreement's books."""
        return agreement == self.agreement or any(agreement == one.former for one in self.handovers)


@dataclass(frozen=True, slots=True)
class Action:
    """An action as it stands. agreement: the one it is under now; handovers: how it came there from earlier ones."""

    KIND: ClassVar[str] = "action"
    agreement: str
    problem: str
    title: str
    description: str
    owner: Owner
    due: date
    planned_hours: float
    expected_effect: str
    follow_up: PlannedFollowUp
    committed_on: date
    progress: Progress = "committed"
    started_on: date | None = None
    ended_on: date | None = None
    verified_on: date | None = None
    logged_hours: float = 0.0
    doses: int = 0
    reason: str | None = None
    followed_up: FollowedUp | None = None
    handovers: tuple[CarriedOver, ...] = ()

    @property
    def open(self) -> bool:
        """Whether work is still to come: it has neither ended nor been given up."""
        return self.progress in OPEN

    def was_under(self, agreement: str) -> bool:
        """Whether it is under that agreement or has been, so that it belongs in that agreement's books."""
        return agreement == self.agreement or any(agreement == one.former for one in self.handovers)


def evolve_plan(state: Plan | None, event: PlanEvent) -> Plan:
    """The plan after the event."""
    if isinstance(event, PlanAdopted):
        return Plan(event.agreement, event.on, event.aim, event.owner)
    assert state is not None
    return replace(state, agreement=event.agreement, handovers=(*state.handovers, event))


def evolve(state: Action | None, event: ActionEvent) -> Action:
    """The state after the event."""
    if isinstance(event, Committed):
        return Action(event.agreement, event.problem, event.title, event.description, event.owner, event.due,
                      event.planned_hours, event.expected_effect, event.follow_up, event.on)  # fmt: skip
    assert state is not None
    match event:
        case Started(on=on):
            return replace(state, progress="started", started_on=on)
        case DoseLogged(hours=hours):
            return replace(state, logged_hours=state.logged_hours + hours, doses=state.doses + 1)
        case Changed(reason=reason):
            names = ("description", "owner", "due", "planned_hours")
            given = {name: getattr(event, name) for name in names if getattr(event, name) is not None}
            return replace(state, reason=reason, **given)
        case NotStarted(on=on, reason=reason):
            return replace(state, progress="not started", ended_on=on, reason=reason)
        case Cancelled(on=on, reason=reason):
            return replace(state, progress="cancelled", ended_on=on, reason=reason)
        case ReportedDone(on=on):
            return replace(state, progress="reported done", ended_on=on)
        case VerifiedDone(on=on):
            return replace(state, progress="verified done", verified_on=on)
        case FollowedUp():
            return replace(state, followed_up=event)
        case CarriedOver(agreement=agreement):
            return replace(state, agreement=agreement, handovers=(*state.handovers, event))
        case _:
            assert_never(event)


_SV: Mapping[Progress, str] = {
    "committed": "beslutad",
    "started": "påbörjad",
    "not started": "inte påbörjad",
    "cancelled": "avbruten",
    "reported done": "rapporterad klar",
    "verified done": "kontrollerad klar",
}

# What can be asked


class AdoptPlan(Command):
    """Give a prioritised problem its one action plan."""

    NAME: ClassVar[str] = "adopt-plan"
    problem: Key
    on: date
    aim: Text
    owner: Owner

    @property
    def stream(self) -> str:
        return f"{Plan.KIND}-{self.problem}"

    def decide(self, known: Known, asked: Asked) -> Sequence[Event]:
        not_in_future(self.on, asked)
        problem = _prioritised(known, self.problem, self.on)
        in_force(known, problem.agreement, self.on)
        must_be_new(known.find(Plan, self.problem), "action plan of the problem", "Handlingsplanen för", self.problem)
        return [PlanAdopted(on=self.on, agreement=problem.agreement, aim=self.aim, owner=self.owner)]


def _prioritised(known: Known, key: str, on: date) -> Problem:
    problem = must_exist(known.find(Problem, key), "problem", "Problembilden", key)
    if problem.standing != "prioritised":
        refuse(
            "not-prioritised",
            f"Problembilden ”{problem.title}” är inte prioriterad. Fatta prioriteringsbeslutet först.",
            f"The problem “{problem.title}” is not prioritised. Take the priority decision first.",
        )
    if problem.decided_on is not None:
        _in_order(on, problem.decided_on)
    return problem


def _in_order(on: date, earliest: date) -> None:
    if on < earliest:
        refuse(
            "out-of-order",
            f"Datumet {on} ligger före det senaste steget ({earliest}). Kontrollera datumet.",
            f"The date {on} lies before the latest step ({earliest}). Check the date.",
        )


class _OnAction(Command):
    action: Key
    on: date

    @property
    def stream(self) -> str:
        return f"{Action.KIND}-{self.action}"

    def standing(
        self, known: Known, asked: Asked, *allowed: Progress, under: Callable[[Known, str, date], Agreement] = in_force
    ) -> Action:
        """The action, if its agreement allows it that day and it has come where the command needs it."""
        not_in_future(self.on, asked)
        state = must_exist(known.find(Action, self.action), "action", "Åtgärden", self.action)
        under(known, state.agreement, self.on)
        if state.progress not in allowed:
            refuse(
                "wrong-progress",
                f"Åtgärden är ”{_SV[state.progress]}”; det här kräver ”{' eller '.join(_SV[a] for a in allowed)}”.",
                f"The action is “{state.progress}”; this needs “{' or '.join(allowed)}”.",
            )
        _in_order(self.on, max(filter(None, (state.committed_on, state.started_on, state.ended_on))))
        return state


class Commit(_OnAction):
    """Commit to an action of a problem's plan; the follow-up is planned now."""

    NAME: ClassVar[str] = "commit"
    problem: Key
    title: Title
    description: Text
    owner: Owner
    due: date
    planned_hours: Hours
    expected_effect: Text
    follow_up: PlannedFollowUp

    def decide(self, known: Known, asked: Asked) -> Sequence[Event]:
        must_be_new(known.find(Action, self.action), "action", "Åtgärden", self.action)
        not_in_future(self.on, asked)
        problem = _prioritised(known, self.problem, self.on)
        in_force(known, problem.agreement, self.on)
        plan = known.find(Plan, self.problem)
        _in_order(self.on, must_exist(plan, "action plan of the problem", "Handlingsplanen för", self.problem).on)
        if self.due < self.on or self.follow_up.on < self.on:
            refuse(
                "due-before-commitment",
                "Klart-datum och uppföljning kan inte ligga före beslutet. Ange senare dagar.",
                "The due date and the follow-up cannot lie before the commitment. Give later days.",
            )
        return [Committed(agreement=problem.agreement, **self.model_dump(exclude={"action"}))]


class Start(_OnAction):
    """Say that work has begun."""

    NAME: ClassVar[str] = "start"

    def decide(self, known: Known, asked: Asked) -> Sequence[Event]:
        state = self.standing(known, asked, "committed")
        _prioritised(known, state.problem, self.on)
        return [Started(on=self.on)]


class LogDose(_OnAction):
    """Log what was carried out."""

    NAME: ClassVar[str] = "log-dose"
    amount: float = Field(gt=0)
    unit: Short
    hours: Hours
    note: Text | None = None

    def decide(self, known: Known, asked: Asked) -> Sequence[Event]:
        self.standing(known, asked, "started")
        return [DoseLogged(**self.model_dump(exclude={"action"}))]


class Change(_OnAction):
    """Change the commitment, and say why."""

    NAME: ClassVar[str] = "change"
    reason: Text
    description: Text | None = None
    owner: Owner | None = None
    due: date | None = None
    planned_hours: Hours | None = None

    def decide(self, known: Known, asked: Asked) -> Sequence[Event]:
        state = self.standing(known, asked, "committed", "started")
        given: dict[str, Any] = {name: getattr(self, name) for name in ("description", "owner", "due", "planned_hours")}
        if all(value is None or value == getattr(state, name) for name, value in given.items()):
            refuse("nothing-changed", "Inget ändras i åtgärden.", "Nothing changes in the action.")
        if self.due is not None and self.due < self.on:
            refuse(
                "due-before-commitment",
                f"Det nya klart-datumet {self.due} ligger före ändringen {self.on}. Ange en senare dag.",
                f"The new due date {self.due} lies before the change of {self.on}. Give a later day.",
            )
        return [Changed(on=self.on, reason=self.reason, **given)]


class DoNotStart(_OnAction):
    """Say that the action will not be started, and why; also after its agreement has ended."""

    NAME: ClassVar[str] = "do-not-start"
    reason: Text

    def decide(self, known: Known, asked: Asked) -> Sequence[Event]:
        self.standing(known, asked, "committed", under=closing)
        return [NotStarted(on=self.on, reason=self.reason)]


class Cancel(_OnAction):
    """Break off an action that has begun, and say why; also after its agreement has ended."""

    NAME: ClassVar[str] = "cancel"
    reason: Text

    def decide(self, known: Known, asked: Asked) -> Sequence[Event]:
        self.standing(known, asked, "started", under=closing)
        return [Cancelled(on=self.on, reason=self.reason)]


class ReportDone(_OnAction):
    """Report the action as done, on a day up to the end of its agreement."""

    NAME: ClassVar[str] = "report-done"
    note: Text | None = None

    def decide(self, known: Known, asked: Asked) -> Sequence[Event]:
        self.standing(known, asked, "started", under=done_by_the_end)
        return [ReportedDone(on=self.on, note=self.note)]


class Verify(_OnAction):
    """Verify that the action is done; the owner's own role cannot. Also after its agreement has ended."""

    NAME: ClassVar[str] = "verify"
    how: Text

    def decide(self, known: Known, asked: Asked) -> Sequence[Event]:
        state = self.standing(known, asked, "reported done", under=closing)
        if asked.by.role.casefold() == state.owner.role.casefold():
            refuse(
                "verified-by-owner",
                f"Rollen ”{state.owner.role}” äger åtgärden och kan inte själv kontrollera den. Be en annan roll.",
                f"The role “{state.owner.role}” owns the action and cannot verify it. Ask another role.",
            )
        return [VerifiedDone(on=self.on, by_role=asked.by.role, how=self.how)]


class FollowUp(_OnAction):
    """Follow up what was done, how it went, its hours, and whether it helped; also after its agreement has ended."""

    NAME: ClassVar[str] = "follow-up"
    production: Text
    process: Text
    hours: Hours
    effect: Effect

    def decide(self, known: Known, asked: Asked) -> Sequence[Event]:
        self.standing(known, asked, "reported done", "verified done", "cancelled", under=closing)
        return [FollowedUp(**self.model_dump(exclude={"action"}))]
