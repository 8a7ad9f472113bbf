"""Problembild: proposed with evidence, valued by raters, prioritised or set aside, its causes, reopened, closed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, ClassVar, Literal, Self, assert_never

from pydantic import Field, model_validator

from domain.agreement import Agreement, closing, in_force
from domain.catalogue import require_category, require_district
from domain.core import (
    Asked,
    Command,
    Event,
    Key,
    Known,
    MaybeText,
    Plain,
    Short,
    Text,
    Title,
    Value,
    must_be_new,
    must_exist,
    not_in_future,
    refuse,
)
from domain.file_import import FileImport
from domain.observation import Observation
from domain.signal import Signal, SignalKey

CRITERIA = (
    "common",
    "rising",
    "deviates",
    "concentrated",
    "affects many",
    "harm",
    "visible",
    "can be influenced",
    "costly",
)
Criterion = Literal[
    "common",
    "rising",
    "deviates",
    "concentrated",
    "affects many",
    "harm",
    "visible",
    "can be influenced",
    "costly",
]


class Evidence(Value):
    """What the problem rests on: an observation or a signal of this register, or a described document."""

    kind: Literal["observation", "signal", "import", "document"]
    ref: SignalKey
    note: Text | None = None


class Place(Value):
    """Where: a district of a division; category where one applies."""

    division: Key
    district: Key


class Alternative(Value):
    """A problem or way of acting that was weighed and not chosen, with the reason."""

    what: Title
    reason: Text


class Cause(Value):
    """A possible cause on one side of the crime triangle, confirmed or rejected, and on what ground."""

    side: Literal["place/situation", "victim", "offender"]
    cause: Text
    finding: Literal["confirmed", "rejected"]
    ground: Text


# What happens


class Proposed(Event):
    """A problem was proposed."""

    TOPIC: ClassVar[str] = "problem.proposed"
    agreement: Key
    on: date
    title: Title
    description: Text
    places: tuple[Place, ...]
    categories: tuple[Key, ...]
    evidence: tuple[Evidence, ...]


class EvidenceAdded(Event):
    """More evidence was put to the problem."""

    TOPIC: ClassVar[str] = "problem.evidence_added"
    on: date
    evidence: tuple[Evidence, ...]


class Valued(Event):
    """A rater scored the problem, 0 (not at all) to 4 (very much), on criteria."""

    TOPIC: ClassVar[str] = "problem.valued"
    on: date
    rater: Short
    scores: dict[Criterion, int]
    comment: Text | None = None


class Prioritised(Event):
    """The problem was chosen: work goes there."""

    TOPIC: ClassVar[str] = "problem.prioritised"
    on: date
    reason: Text
    rank: int | None
    alternatives: tuple[Alternative, ...]
    dissent: Text | None
    meeting: Key | None


class SetAside(Event):
    """The problem was not chosen (bortprioriterad)."""

    TOPIC: ClassVar[str] = "problem.set_aside"
    on: date
    reason: Text
    alternatives: tuple[Alternative, ...]
    dissent: Text | None
    meeting: Key | None


class CausesAnalysed(Event):
    """The causes were analysed; a later analysis replaces an earlier one."""

    TOPIC: ClassVar[str] = "problem.causes_analysed"
    on: date
    causes: tuple[Cause, ...]
    method: Plain


class Reopened(Event):
    """A closed or set-aside problem was taken up again."""

    TOPIC: ClassVar[str] = "problem.reopened"
    on: date
    reason: Text


class Closed(Event):
    """Work on the problem ended."""

    TOPIC: ClassVar[str] = "problem.closed"
    on: date
    reason: Text
    outcome: Literal["solved", "reduced", "unchanged", "handed over", "worse"]


class CarriedOver(Event):
    """The problem went over from an agreement that had ended to one that succeeds it, with these of its actions."""

    TOPIC: ClassVar[str] = "problem.carried_over"
    on: date
    former: Key
    agreement: Key
    reason: Text
    actions: tuple[Key, ...]


ProblemEvent = (
    Proposed | EvidenceAdded | Valued | Prioritised | SetAside | CausesAnalysed | Reopened | Closed | CarriedOver
)
Standing = Literal["proposed", "prioritised", "set aside", "closed"]

# What there is


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem as it stands. agreement: the one it is under now; handovers: how it came there from earlier ones."""

    KIND: ClassVar[str] = "problem"
    agreement: str
    title: str
    description: str
    places: tuple[Place, ...]
    categories: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    standing: Standing
    valuations: Mapping[str, Mapping[str, int]]
    proposed_on: date
    causes: tuple[Cause, ...] = ()
    rank: int | None = None
    decided_on: date | None = None
    reason: str | None = None
    outcome: str | None = None
    handovers: tuple[CarriedOver, ...] = ()
    causes_on: date | None = None

    def was_under(self, agreement: str) -> bool:
        """Whether it is under that agreement or has been, so that it belongs in that agreement's books."""
        return agreement == self.agreement or any(agreement == one.former for one in self.handovers)


def evolve(state: Problem | None, event: ProblemEvent) -> Problem:
    """The state after the event."""
    if isinstance(event, Proposed):
        return Problem(event.agreement, event.title, event.description, event.places, event.categories,
                       event.evidence, "proposed", {}, event.on)  # fmt: skip
    assert state is not None
    match event:
        case EvidenceAdded(evidence=evidence):
            return replace(state, evidence=state.evidence + evidence)
        case Valued(rater=rater, scores=scores):
            merged: dict[str, int] = {**state.valuations.get(rater, {})} | {
                str(c): score for c, score in scores.items()
            }
            return replace(state, valuations={**state.valuations, rater: merged})
        case Prioritised(on=on, reason=reason, rank=rank):
            return replace(state, standing="prioritised", decided_on=on, reason=reason, rank=rank)
        case SetAside(on=on, reason=reason):
            return replace(state, standing="set aside", decided_on=on, reason=reason, rank=None)
        case CausesAnalysed(on=on, causes=causes):
            return replace(state, causes=causes, causes_on=on)
        case Reopened(on=on, reason=reason):
            return replace(state, standing="proposed", decided_on=on, reason=reason, outcome=None)
        case Closed(on=on, reason=reason, outcome=outcome):
            return replace(state, standing="closed", decided_on=on, reason=reason, outcome=outcome, rank=None)
        case CarriedOver(agreement=agreement):
            return replace(state, agreement=agreement, handovers=(*state.handovers, event))
        case _:
            assert_never(event)


def check_evidence(evidence: Sequence[Evidence], known: Known) -> None:
    """Refuses evidence that this register should hold and does not, or that has been withdrawn from it."""
    for item in evidence:
        withdrawn = False
        if item.kind == "observation":
            seen = must_exist(known.find(Observation, item.ref), "observation", "Observationen", item.ref)
            withdrawn = seen.withdrawn
        elif item.kind == "import":
            taken = must_exist(known.find(FileImport, item.ref), "import", "Inläsningen", item.ref)
            withdrawn = taken.withdrawn
        elif item.kind == "signal":
            must_exist(known.find(Signal, item.ref), "signal", "Signalen", item.ref)
        if withdrawn:
            refuse(
                "evidence-withdrawn",
                f"Underlaget ”{item.ref}” är återkallat. Välj ett underlag som gäller.",
                f"The evidence “{item.ref}” has been withdrawn. Choose evidence that stands.",
            )


# What can be asked


class _OnProblem(Command):
    problem: Key
    on: date

    @property
    def stream(self) -> str:
        return f"{Problem.KIND}-{self.problem}"

    def standing(
        self, known: Known, asked: Asked, *allowed: Standing, under: Callable[[Known, str, date], Agreement] = in_force
    ) -> Problem:
        """The problem, if its agreement allows it that day and it stands where the command needs it."""
        not_in_future(self.on, asked)
        state = must_exist(known.find(Problem, self.problem), "problem", "Problembilden", self.problem)
        under(known, state.agreement, self.on)
        if state.standing not in allowed:
            refuse(
                "wrong-standing",
                f"Problembilden är ”{_SV[state.standing]}”; detta kräver ”{' eller '.join(_SV[a] for a in allowed)}”.",
                f"The problem is “{state.standing}”; this needs “{' or '.join(allowed)}”.",
            )
        self.not_before(state.proposed_on)
        return state

    def not_before(self, step: date | None) -> None:
        """Refuses a date before an earlier step."""
        if step is not None and self.on < step:
            refuse(
                "out-of-order",
                f"Datumet {self.on} ligger före ett tidigare steg ({step}). Kontrollera datumet.",
                f"The date {self.on} lies before an earlier step ({step}). Check the date.",
            )


_SV: Mapping[Standing, str] = {
    "proposed": "föreslagen",
    "prioritised": "prioriterad",
    "set aside": "bortprioriterad",
    "closed": "avslutad",
}


class Propose(_OnProblem):
    """Propose a problem with the evidence for it."""

    NAME: ClassVar[str] = "propose"
    agreement: Key
    title: Title
    description: Text
    places: tuple[Place, ...] = ()
    categories: tuple[Key, ...] = ()
    evidence: tuple[Evidence, ...] = ()

    def decide(self, known: Known, asked: Asked) -> Sequence[Event]:
        must_be_new(known.find(Problem, self.problem), "problem", "Problembilden", self.problem)
        not_in_future(self.on, asked)
        in_force(known, self.agreement, self.on)
        for place in self.places:
            require_district(known, place.division, place.district)
        for category in self.categories:
            require_category(known, category)
        if not self.evidence:
            refuse(
                "no-evidence",
                "En problembild behöver minst ett underlag: en observation, en signal eller ett dokument.",
                "A problem needs at least one piece of evidence: an observation, a signal or a document.",
            )
        check_evidence(self.evidence, known)
        return [Proposed(**self.model_dump(exclude={"problem"}))]


class AddEvidence(_OnProblem):
    """Put more evidence to a problem."""

    NAME: ClassVar[str] = "add-evidence"
    evidence: Annotated[tuple[Evidence, ...], Field(min_length=1)]

    def decide(self, known: Known, asked: Asked) -> Sequence[Event]:
        self.standing(known, asked, "proposed", "prioritised", "set aside")
        check_evidence(self.evidence, known)
        return [EvidenceAdded(on=self.on, evidence=self.evidence)]


class ValueProblem(_OnProblem):
    """Score a problem as one rater; a later score replaces the same rater's earlier one."""

    NAME: ClassVar[str] = "value"
    rater: Short
    scores: dict[Criterion, Annotated[int, Field(ge=0, le=4)]]
    comment: Text | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.scores:
            raise ValueError("scores must hold at least one criterion")
        return self

    def decide(self, known: Known, asked: Asked) -> Sequence[Event]:
        self.standing(known, asked, "proposed", "prioritised", "set aside")
        return [Valued(on=self.on, rater=self.rater, scores=self.scores, comment=self.comment)]


class _Decision(_OnProblem):
    reason: MaybeText = ""
    alternatives: tuple[Alternative, ...] = ()
    dissent: Text | None = None
    meeting: Key | None = None

    def check_reason(self) -> None:
        """A decision without a reason is refused: years later somebody will ask."""
        if not self.reason:
            refuse(
                "reason-missing",
                "Ett prioriteringsbeslut behöver ett skäl. Skriv varför, så att det går att förstå om några år.",
                "A priority decision needs a reason. Write why, so that it can be understood years later.",
            )


class Prioritise(_Decision):
    """Choose the problem. It must have been valued first."""

    NAME: ClassVar[str] = "prioritise"
    rank: int | None = Field(default=None, ge=1)

    def decide(self, known: Known, asked: Asked) -> Sequence[Event]:
        self.check_reason()
        state = self.standing(known, asked, "proposed", "set aside")
        self.not_before(state.decided_on)
        if not state.valuations:
            refuse(
                "not-valued",
                "Problembilden är inte värderad. Värdera den på minst ett kriterium först.",
                "The problem has not been valued. Value it on at least one criterion first.",
            )
        return [Prioritised(**self.model_dump(exclude={"problem"}))]


class SetProblemAside(_Decision):
    """Do not choose the problem, or not any more, and say why."""

    NAME: ClassVar[str] = "set-aside"

    def decide(self, known: Known, asked: Asked) -> Sequence[Event]:
        self.check_reason()
        self.not_before(self.standing(known, asked, "proposed", "prioritised").decided_on)
        return [SetAside(**self.model_dump(exclude={"problem"}))]


class AnalyseCauses(_OnProblem):
    """Record the cause analysis of a prioritised problem."""

    NAME: ClassVar[str] = "analyse-causes"
    causes: Annotated[tuple[Cause, ...], Field(min_length=1)]
    method: Plain

    def decide(self, known: Known, asked: Asked) -> Sequence[Event]:
        self.not_before(self.standing(known, asked, "prioritised").decided_on)
        return [CausesAnalysed(on=self.on, causes=self.causes, method=self.method)]


class Reopen(_OnProblem):
    """Take up a problem that was closed or set aside."""

    NAME: ClassVar[str] = "reopen"
    reason: Text

    def decide(self, known: Known, asked: Asked) -> Sequence[Event]:
        self.not_before(self.standing(known, asked, "closed", "set aside").decided_on)
        return [Reopened(on=self.on, reason=self.reason)]


class Close(_OnProblem):
    """End work on a problem and say how it came out; also after its agreement has ended."""

    NAME: ClassVar[str] = "close"
    reason: Text
    outcome: Literal["solved", "reduced", "unchanged", "handed over", "worse"]

    def decide(self, known: Known, asked: Asked) -> Sequence[Event]:
        state = self.standing(known, asked, "prioritised", "set aside", "proposed", under=closing)
        self.not_before(state.decided_on)
        return [Closed(on=self.on, reason=self.reason, outcome=self.outcome)]
