"""Medborgarlöfte: published, reported back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, ClassVar, Literal, Self, assert_never

from pydantic import Field, model_validator

from domain.action import Action
from domain.agreement import closing, in_force
from domain.core import (
    Asked,
    Command,
    Event,
    Key,
    Known,
    Text,
    Title,
    Value,
    must_be_new,
    must_exist,
    not_in_future,
    refuse,
)


class Measure(Value):
    """Something promised, linked to an action where there is one."""

    what: Text
    action: Key | None = None


class MeasureReport(Value):
    """Whether a promised measure was carried out (positions as in the promise)."""

    done: Literal["yes", "partly", "no"]
    words: Text


# What happens


class Published(Event):
    """The promise was made to the residents."""

    TOPIC: ClassVar[str] = "promise.published"
    agreement: Key
    on: date
    title: Title
    words: Text
    first_day: date
    last_day: date
    measures: tuple[Measure, ...]
    indicator: Text


class ReportedBack(Event):
    """The residents were told: were the measures done, and did it help?"""

    TOPIC: ClassVar[str] = "promise.reported_back"
    on: date
    measures: tuple[MeasureReport, ...]
    outcome: Literal["better", "unchanged", "worse", "not known"]
    words: Text


PromiseEvent = Published | ReportedBack

# What there is


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise as it stands."""

    KIND: ClassVar[str] = "promise"
    agreement: str
    published_on: date
    title: str
    words: str
    first_day: date
    last_day: date
    measures: tuple[Measure, ...]
    indicator: str
    reported: ReportedBack | None = None


def evolve(state: Promise | None, event: PromiseEvent) -> Promise:
    """The state after the event."""
    if isinstance(event, Published):
        return Promise(event.agreement, event.on, event.title, event.words, event.first_day, event.last_day,
                       event.measures, event.indicator)  # fmt: skip
    assert state is not None
    match event:
        case ReportedBack():
            return replace(state, reported=event)
        case _:
            assert_never(event)


# What can be asked


class _OnPromise(Command):
    promise: Key
    on: date

    @property
    def stream(self) -> str:
        return f"{Promise.KIND}-{self.promise}"


class Publish(_OnPromise):
    """Publish a promise with its measures and the indicator it will be judged by."""

    NAME: ClassVar[str] = "publish"
    agreement: Key
    title: Title
    words: Text
    first_day: date
    last_day: date
    measures: Annotated[tuple[Measure, ...], Field(min_length=1)]
    indicator: Text

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.last_day <= self.first_day:
            raise ValueError("last_day must come after first_day")
        return self

    def decide(self, known: Known, asked: Asked) -> Sequence[Event]:
        must_be_new(known.find(Promise, self.promise), "citizen promise", "Medborgarlöftet", self.promise)
        not_in_future(self.on, asked)
        in_force(known, self.agreement, self.on)
        for measure in self.measures:
            if measure.action is not None:
                must_exist(known.find(Action, measure.action), "action", "Åtgärden", measure.action)
        return [Published(**self.model_dump(exclude={"promise"}))]


class ReportBack(_OnPromise):
    """Report back on every promised measure and on the outcome; also after its agreement has ended."""

    NAME: ClassVar[str] = "report-back"
    measures: tuple[MeasureReport, ...]
    outcome: Literal["better", "unchanged", "worse", "not known"]
    words: Text

    def decide(self, known: Known, asked: Asked) -> Sequence[Event]:
        not_in_future(self.on, asked)
        state = must_exist(known.find(Promise, self.promise), "citizen promise", "Medborgarlöftet", self.promise)
        closing(known, state.agreement, self.on)
        if self.on < state.published_on:
            refuse(
                "out-of-order",
                f"Löftet gavs {state.published_on} och kan inte återrapporteras före dess.",
                f"The promise was made on {state.published_on} and cannot be reported back before that.",
            )
        if state.reported is not None:
            refuse("already-reported-back", "Löftet är redan återrapporterat.", "The promise has been reported back.")
        if len(self.measures) != len(state.measures):
            refuse(
                "measures-missing",
                f"Löftet har {len(state.measures)} åtgärder; svara för var och en.",
                f"The promise has {len(state.measures)} measures; answer for each of them.",
            )
        return [ReportedBack(**self.model_dump(exclude={"promise"}))]
