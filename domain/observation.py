"""What was seen, one at a time: recorded, corrected, withdrawn. Places and situations, never individuals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Literal, Self, assert_never

from pydantic import Field, model_validator

from domain.catalogue import Source, require_category, require_district
from domain.core import (
    Asked,
    Command,
    Event,
    Key,
    Known,
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


class Report(Value):
    """A concrete event or place, as a reporter saw it (EST)."""

    kind: Literal["incident", "order disturbance", "unsafe place", "planned event"]
    district: Key
    category: Key
    occurred_on: date
    occurred_at: datetime | None = None
    place: Title | None = None
    text: Text | None = None
    reporter: Short


class Dialogue(Value):
    """What staff or citizens said; evidence with text, no counts."""

    kind: Literal["staff dialogue", "citizen dialogue"]
    held_on: date
    organisation: Short
    districts: tuple[Key, ...] = ()
    participants: int | None = Field(default=None, ge=0)
    text: Text


class SurveyResult(Value):
    """One figure of a safety survey: a share or an index with its number of answers and interval."""

    kind: Literal["survey result"] = "survey result"
    indicator: Short
    wave: Short
    fielded_on: date
    district: Key | None = None
    value: float
    unit: Short = "%"
    n: int = Field(gt=0)
    low: float | None = None
    high: float | None = None
    method: Plain

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.low is not None and self.high is not None and not self.low <= self.value <= self.high:
            raise ValueError("value must lie between low and high")
        return self


Content = Annotated[Report | Dialogue | SurveyResult, Field(discriminator="kind")]


def day_of(content: Report | Dialogue | SurveyResult) -> date:
    """The business date of an observation."""
    match content:
        case Report(occurred_on=day) | Dialogue(held_on=day) | SurveyResult(fielded_on=day):
            return day
        case _:
            assert_never(content)


# What happens


class Observed(Event):
    """An observation was recorded."""

    TOPIC: ClassVar[str] = "observation.recorded"
    source: Key
    content: Content


class Corrected(Event):
    """The observation was wrong; this is how it was."""

    TOPIC: ClassVar[str] = "observation.corrected"
    content: Content
    reason: Text


class Withdrawn(Event):
    """The observation does not count any more."""

    TOPIC: ClassVar[str] = "observation.withdrawn"
    reason: Text


ObservationEvent = Observed | Corrected | Withdrawn

# What there is


@dataclass(frozen=True, slots=True)
class Observation:
    """An observation as it stands."""

    KIND: ClassVar[str] = "observation"
    source: str
    content: Report | Dialogue | SurveyResult
    corrections: int = 0
    withdrawn: bool = False


def evolve(state: Observation | None, event: ObservationEvent) -> Observation:
    """The state after the event."""
    if isinstance(event, Observed):
        return Observation(event.source, event.content)
    assert state is not None
    match event:
        case Corrected(content=content):
            return replace(state, content=content, corrections=state.corrections + 1)
        case Withdrawn():
            return replace(state, withdrawn=True)
        case _:
            assert_never(event)


def _check(content: Report | Dialogue | SurveyResult, source: str, known: Known, asked: Asked) -> None:
    state = must_exist(known.find(Source, source), "source", "Källan", source)
    if day_of(content) > asked.today and not (isinstance(content, Report) and content.kind == "planned event"):
        not_in_future(day_of(content), asked)
    match content:
        case Report(district=district, category=category):
            require_district(known, state.division, district)
            require_category(known, category)
        case Dialogue(districts=districts):
            for district in districts:
                require_district(known, state.division, district)
        case SurveyResult(district=district):
            if district is not None:
                require_district(known, state.division, district)
        case _:
            assert_never(content)


# What can be asked


class _OnObservation(Command):
    observation: Key

    @property
    def stream(self) -> str:
        return f"{Observation.KIND}-{self.observation}"

    def standing(self, known: Known) -> Observation:
        """The observation, if it has not been withdrawn."""
        state = must_exist(known.find(Observation, self.observation), "observation", "Observationen", self.observation)
        if state.withdrawn:
            refuse(
                "already-withdrawn",
                "Observationen är återkallad. Registrera en ny om den ändå gäller.",
                "The observation has been withdrawn. Record a new one if it stands after all.",
            )
        return state


class Observe(_OnObservation):
    """Record a report, a dialogue or a survey result."""

    NAME: ClassVar[str] = "observe"
    source: Key
    content: Content

    def decide(self, known: Known, asked: Asked) -> Sequence[Event]:
        must_be_new(known.find(Observation, self.observation), "observation", "Observationen", self.observation)
        _check(self.content, self.source, known, asked)
        return [Observed(source=self.source, content=self.content)]


class Correct(_OnObservation):
    """Correct an observation, with a reason."""

    NAME: ClassVar[str] = "correct"
    content: Content
    reason: Text

    def decide(self, known: Known, asked: Asked) -> Sequence[Event]:
        state = self.standing(known)
        _check(self.content, state.source, known, asked)
        if self.content == state.content:
            refuse("nothing-changed", "Rättelsen ändrar inget.", "The correction changes nothing.")
        return [Corrected(content=self.content, reason=self.reason)]


class Withdraw(_OnObservation):
    """Withdraw an observation, with a reason."""

    NAME: ClassVar[str] = "withdraw"
    reason: Text

    def decide(self, known: Known, asked: Asked) -> Sequence[Event]:
        self.standing(known)
        return [Withdrawn(reason=self.reason)]


def as_row(content: Report | Dialogue | SurveyResult) -> Mapping[str, Any]:
    """The fields that read models query; the rest stays in the content."""
    plain = content.model_dump(mode="json")
    return {name: plain.get(name) for name in ("kind", "district", "category", "place")} | {"day": day_of(content)}
