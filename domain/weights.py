"""Skadevikter: how heavily an event of each category weighs. Imported with its source, frozen per agreement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from domain.agreement import in_force
from domain.catalogue import require_category
from domain.core import (
    Asked,
    Command,
    Event,
    Key,
    Known,
    Plain,
    Short,
    Text,
    Value,
    must_be_new,
    must_exist,
    not_in_future,
    refuse,
)


class Weight(Value):
    """What one event of a category weighs, in the set's unit."""

    category: Key
    weight: float = Field(ge=0)


# What happens


class WeightsImported(Event):
    """A set of weights was taken in, with the text that it comes from and that text's year."""

    TOPIC: ClassVar[str] = "weights.imported"
    on: date
    name: Short
    unit: Short
    cited: Plain
    year: int
    weights: tuple[Weight, ...]
    synthetic: bool = False


class WeightsFrozen(Event):
    """The parties decided which weights their agreement goes by, for as long as it lasts."""

    TOPIC: ClassVar[str] = "weighting.frozen"
    on: date
    weight_set: Key
    reason: Text
    dissent: Text | None


# What there is


@dataclass(frozen=True, slots=True)
class Weights:
    """A set of weights by category. It never changes: other weights are another set."""

    KIND: ClassVar[str] = "weights"
    imported_on: date
    name: str
    unit: str
    cited: str
    year: int
    weights: Mapping[str, float]
    synthetic: bool


@dataclass(frozen=True, slots=True)
class Weighting:
    """What an agreement goes by; its key is the agreement's."""

    KIND: ClassVar[str] = "weighting"
    weight_set: str
    decided_on: date
    reason: str
    dissent: str | None


def evolve_weights(state: Weights | None, event: WeightsImported) -> Weights:
    """The set after the event."""
    weights = {each.category: each.weight for each in event.weights}
    return Weights(event.on, event.name, event.unit, event.cited, event.year, weights, event.synthetic)


def evolve_weighting(state: Weighting | None, event: WeightsFrozen) -> Weighting:
    """The agreement's weights after the event."""
    return Weighting(event.weight_set, event.on, event.reason, event.dissent)


def weights_of(known: Known, agreement: str) -> Weights | None:
    """The weights that an agreement goes by. None: it has decided on none, and events are counted, each as one."""
    frozen = known.find(Weighting, agreement)
    return known.find(Weights, frozen.weight_set) if frozen else None


# What can be asked


class ImportWeights(Command):
    """Take in a set of weights, with what it is cited from."""

    NAME: ClassVar[str] = "import-weights"
    weight_set: Key
    on: date
    name: Short
    unit: Short
    cited: Plain
    year: int = Field(ge=1900, le=2100)
    weights: Annotated[tuple[Weight, ...], Field(min_length=1)]
    synthetic: bool = False

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if len({each.category for each in self.weights}) != len(self.weights):
            raise ValueError("each category has one weight")
        if not any(each.weight for each in self.weights):
            raise ValueError("at least one category must weigh something")
        return self

    @property
    def stream(self) -> str:
        return f"{Weights.KIND}-{self.weight_set}"

    def decide(self, known: Known, asked: Asked) -> Sequence[Event]:
        not_in_future(self.on, asked)
        must_be_new(known.find(Weights, self.weight_set), "set of weights", "Viktuppsättningen", self.weight_set)
        for each in self.weights:
            require_category(known, each.category)
        if self.year > self.on.year:
            refuse(
                "cited-before-it-came",
                f"Källan är från {self.year}, efter {self.on}. Ange det år då den kom ut.",
                f"The source is of {self.year}, after {self.on}. Give the year in which it came out.",
            )
        return [WeightsImported(**self.model_dump(exclude={"weight_set"}))]


class FreezeWeights(Command):
    """Decide which weights an agreement goes by. It is decided once: figures before and after must compare."""

    NAME: ClassVar[str] = "freeze-weights"
    agreement: Key
    weight_set: Key
    on: date
    reason: Text
    dissent: Text | None = None

    @property
    def stream(self) -> str:
        return f"{Weighting.KIND}-{self.agreement}"

    def decide(self, known: Known, asked: Asked) -> Sequence[Event]:
        not_in_future(self.on, asked)
        in_force(known, self.agreement, self.on)
        chosen = must_exist(
            known.find(Weights, self.weight_set), "set of weights", "Viktuppsättningen", self.weight_set
        )
        if self.on < chosen.imported_on:
            refuse(
                "out-of-order",
                f"Vikterna lästes in {chosen.imported_on} och kan inte fastställas före dess. Kontrollera datumet.",
                f"The weights were taken in on {chosen.imported_on} and cannot be decided before that. Check the date.",
            )
        if known.find(Weighting, self.agreement) is not None:
            refuse(
                "already-frozen",
                "Överenskommelsens vikter är fastställda och gäller tills den upphör. Ändra dem i nästa.",
                "The agreement's weights are decided and stand until it ends. Change them in the next one.",
            )
        return [WeightsFrozen(**self.model_dump(exclude={"agreement"}))]
