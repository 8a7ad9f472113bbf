"""A problem with its whole chain: evidence, valuation, decisions with what was set aside, causes, plan, actions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from domain.action import Action, Plan
from domain.agreement import Agreement
from domain.catalogue import Categories, Division, Source
from domain.core import Actor, Recorded, must_exist
from domain.file_import import FileImport
from domain.meeting import Meeting
from domain.observation import Dialogue, Observation, Report, SurveyResult, day_of
from domain.period import last_day
from domain.problem import (
    Alternative,
    CarriedOver,
    CausesAnalysed,
    Closed,
    Evidence,
    Prioritised,
    Problem,
    Reopened,
    SetAside,
    Valued,
)
from domain.register import Register
from domain.signal import Sentence, Signal
from service.views.action_view import (
    ActionRow,
    MeetingDecision,
    PromisedIn,
    action_rows,
    meeting_decisions,
    promised_in,
)
from service.views.broken_links import BrokenLink, broken_links, signal_title
from service.views.chain_view import ChainRow, chain_row
from service.views.signal_words import in_short
from service.views.valuation import Valuation, valuation


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """A piece of evidence: what it is called, which day it is about, who stands behind it, and what it says.

    title is empty where the kind says all. sentence: what a signal says, in short. synthetic: it comes from a
    made-up source. withdrawn: it was taken back later.
    """

    kind: str
    ref: str
    note: str | None
    title: str = ""
    on: date | None = None
    origin: str = ""
    text: str = ""
    sentence: Sentence | None = None
    synthetic: bool = False
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A decision in the history of the problem, with who recorded it.

    kind: prioritised, set aside, reopened, closed, or carried over (to: the title of the agreement it went to).
    alternatives: what was weighed against it and not chosen, and why. week: of the meeting that took it, if any.
    """

    kind: Literal["prioritised", "set aside", "reopened", "closed", "carried over"]
    on: date
    reason: str
    by: Actor
    rank: int | None = None
    alternatives: tuple[Alternative, ...] = ()
    dissent: str | None = None
    week: str | None = None
    outcome: str | None = None
    to: str | None = None


@dataclass(frozen=True, slots=True)
class RaterComment:
    """What a rater wrote beside the scores."""

    rater: str
    on: date
    comment: str


@dataclass(frozen=True, slots=True)
class ProblemView:
    """All that there is about a problem.

    agreement: its title. others: the other prioritised problems by rank, and aside: those set aside, latest first, with
    their reasons: what a priority decision weighs against. decisions: latest first. causes_on, method: of the latest
    analysis. version: of the problem's stream, plan_version: of its plan's.
    """

    key: str
    state: Problem
    agreement: str
    row: ChainRow
    categories: tuple[str, ...]
    evidence: tuple[EvidenceRow, ...]
    valuation: Valuation
    comments: tuple[RaterComment, ...]
    decisions: tuple[DecisionRow, ...]
    causes_on: date | None
    method: str | None
    plan: Plan | None
    actions: tuple[ActionRow, ...]
    promises: tuple[PromisedIn, ...]
    meetings: tuple[MeetingDecision, ...]
    others: Mapping[str, Problem]
    aside: Mapping[str, Problem]
    broken: tuple[BrokenLink, ...]
    version: int
    plan_version: int


def problem_view(register: Register, key: str, today: date, events: Sequence[Recorded]) -> ProblemView:
    """One problem. events: those of its stream, as far as they were known. Refused: there is no such problem."""
    state = must_exist(register.find(Problem, key), "problem", "Problembilden", key)
    broken = broken_links(register, today)
    actions = [name for name, action in register.states[Action.KIND].items() if action.problem == key]
    analysis = [recorded.event for recorded in events if isinstance(recorded.event, CausesAnalysed)]
    return ProblemView(
        key=key,
        state=state,
        agreement=_agreement(register, state.agreement),
        row=chain_row(register, key, broken),
        categories=_categories(register, state),
        evidence=tuple(evidence_row(register, item) for item in state.evidence),
        valuation=valuation(state),
        comments=tuple(_comments(events)),
        decisions=tuple(_decisions(register, events))[::-1],
        causes_on=analysis[-1].on if analysis else None,
        method=analysis[-1].method if analysis else None,
        plan=register.find(Plan, key),
        actions=tuple(sorted(action_rows(register, today, actions), key=lambda row: row.due)),
        promises=promised_in(register, actions),
        meetings=meeting_decisions(register, problem=key),
        others=_others(register, key, "prioritised"),
        aside=_others(register, key, "set aside"),
        broken=broken.of_problem(key),
        version=register.version(f"{Problem.KIND}-{key}"),
        plan_version=register.version(f"{Plan.KIND}-{key}"),
    )


def _agreement(register: Register, key: str) -> str:
    signed = register.find(Agreement, key)
    return signed.title if signed else key


def _categories(register: Register, problem: Problem) -> tuple[str, ...]:
    known = {key: c.name for catalogue in register.every(Categories) for key, c in catalogue.categories.items()}
    return tuple(known.get(key, key) for key in problem.categories)


def _others(register: Register, key: str, standing: str) -> Mapping[str, Problem]:
    there: Mapping[str, Problem] = register.states[Problem.KIND]
    found = [(name, other) for name, other in there.items() if name != key and other.standing == standing]
    found.sort(key=lambda item: item[1].decided_on or date.min, reverse=True)
    found.sort(key=lambda item: item[1].rank or 1_000_000)
    return dict(found)


def _decisions(register: Register, events: Sequence[Recorded]) -> Iterator[DecisionRow]:
    for recorded in events:
        by = recorded.by
        match recorded.event:
            case Prioritised() as e:
                yield DecisionRow(
                    "prioritised", e.on, e.reason, by, e.rank, e.alternatives, e.dissent, _week(register, e.meeting)
                )  # fmt: skip
            case SetAside() as e:
                yield DecisionRow(
                    "set aside", e.on, e.reason, by, None, e.alternatives, e.dissent, _week(register, e.meeting)
                )
            case Reopened() as e:
                yield DecisionRow("reopened", e.on, e.reason, by)
            case Closed() as e:
                yield DecisionRow("closed", e.on, e.reason, by, outcome=e.outcome)
            case CarriedOver() as e:
                yield DecisionRow("carried over", e.on, e.reason, by, to=_agreement(register, e.agreement))


def _week(register: Register, meeting: str | None) -> str | None:
    held = register.find(Meeting, meeting) if meeting else None
    return held.week if held else None


def _comments(events: Sequence[Recorded]) -> Iterator[RaterComment]:
    for recorded in events:
        if isinstance(recorded.event, Valued) and recorded.event.comment:
            yield RaterComment(recorded.event.rater, recorded.event.on, recorded.event.comment)


# Evidence


def evidence_row(register: Register, item: Evidence) -> EvidenceRow:
    """A piece of evidence with what the register holds of it."""
    if item.kind == "observation":
        return _observation(register, item)
    if item.kind == "signal":
        return _signal(register, item)
    if item.kind == "import":
        taken = register.find(FileImport, item.ref)
        if taken is not None:
            made_up = _synthetic(register, taken.source)
            return EvidenceRow("import", item.ref, item.note, taken.file_name, synthetic=made_up,
                               withdrawn=taken.withdrawn)  # fmt: skip
    return EvidenceRow(item.kind, item.ref, item.note, "" if item.kind == "document" and item.note else item.ref)


def _signal(register: Register, item: Evidence) -> EvidenceRow:
    signal = register.find(Signal, item.ref)
    if signal is None:
        return EvidenceRow("signal", item.ref, item.note, item.ref)
    return EvidenceRow(
        "signal", item.ref, item.note, signal_title(register, signal), last_day(signal.period),
        sentence=in_short(signal), synthetic=signal.synthetic,
    )  # fmt: skip


def _observation(register: Register, item: Evidence) -> EvidenceRow:
    seen = register.find(Observation, item.ref)
    if seen is None:
        return EvidenceRow("observation", item.ref, item.note, item.ref)
    title, origin, text = _told(register, seen.source, seen.content)
    return EvidenceRow(
        seen.content.kind, item.ref, item.note, title, day_of(seen.content), origin, text,
        synthetic=_synthetic(register, seen.source), withdrawn=seen.withdrawn,
    )  # fmt: skip


def _told(register: Register, source: str, content: Report | Dialogue | SurveyResult) -> tuple[str, str, str]:
    """Where, who, what."""
    match content:
        case Report():
            where = ", ".join(filter(None, (content.place, _district(register, source, content.district))))
            return where, content.reporter, content.text or ""
        case Dialogue():
            return "", content.organisation, content.text
        case SurveyResult():
            figure = f"{content.value:g}".replace(".", ",")
            return content.indicator, content.wave, f"{figure} {content.unit} (n = {content.n})"


def _district(register: Register, source: str, key: str) -> str:
    state = register.find(Source, source)
    division = register.find(Division, state.division) if state else None
    district = division.districts.get(key) if division else None
    return district.name if district else key


def _synthetic(register: Register, source: str) -> bool:
    state = register.find(Source, source)
    return state is not None and state.synthetic
