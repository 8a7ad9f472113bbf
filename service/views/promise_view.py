"""Citizen promises: what was promised, what became of each measure, and what the residents were told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from domain.action import Action, Progress
from domain.core import must_exist
from domain.promise import Measure, Promise
from domain.register import Register

Stage = Literal["coming", "running", "reported back", "not reported back"]


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """A promised measure, with its action as it stands, and what the residents were told of it (done: yes, partly, no).

    Everything but `what` is None where there is nothing.
    """

    what: str
    action: str | None
    action_title: str | None
    problem: str | None
    progress: Progress | None
    done: str | None
    words: str | None


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """A promise with its measures. stage: coming, running, reported back, or over and not reported back."""

    key: str
    state: Promise
    stage: Stage
    measures: tuple[MeasureRow, ...]
    version: int


def promise_list(register: Register, today: date) -> tuple[PromiseRow, ...]:
    """All promises, the latest first."""
    promises: Mapping[str, Promise] = register.states[Promise.KIND]
    rows = [_row(register, key, promise, today) for key, promise in promises.items()]
    return tuple(sorted(rows, key=lambda row: row.state.first_day, reverse=True))


def promise_view(register: Register, key: str, today: date) -> PromiseRow:
    """One promise. Refused: there is no such promise."""
    promise = must_exist(register.find(Promise, key), "citizen promise", "Medborgarlöftet", key)
    return _row(register, key, promise, today)


def _row(register: Register, key: str, promise: Promise, today: date) -> PromiseRow:
    measures = tuple(_measure(register, promise, i, measure) for i, measure in enumerate(promise.measures))
    version = register.version(f"{Promise.KIND}-{key}")
    return PromiseRow(key, promise, _stage(promise, today), measures, version)


def _stage(promise: Promise, today: date) -> Stage:
    if promise.reported is not None:
        return "reported back"
    if today < promise.first_day:
        return "coming"
    return "running" if today <= promise.last_day else "not reported back"


def _measure(register: Register, promise: Promise, i: int, measure: Measure) -> MeasureRow:
    action = register.find(Action, measure.action) if measure.action else None
    told = promise.reported.measures[i] if promise.reported else None
    return MeasureRow(
        measure.what, measure.action, action.title if action else None, action.problem if action else None,
        action.progress if action else None, told.done if told else None, told.words if told else None,
    )  # fmt: skip
