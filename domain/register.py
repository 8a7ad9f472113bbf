"""The register of a municipality: every stream folded to its state, up to a position of the history."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from domain import (
    action,
    agreement,
    catalogue,
    computed,
    erasure,
    file_import,
    forecast,
    handover,  # noqa: F401 - has no lifecycle of its own; imported so that COMMANDS finds its command
    meeting,
    observation,
    picture,
    problem,
    promise,
    review,
    run,
    sharing,
    signal,
    weights,
)
from domain.core import Command, Event, Recorded, S

Evolve = Callable[[Any, Any], Any]

LIFECYCLES: Mapping[type[Any], tuple[Any, Evolve]] = {
    agreement.Agreement: (agreement.AgreementEvent, agreement.evolve),
    catalogue.Division: (catalogue.DivisionEvent, catalogue.evolve_division),
    catalogue.Categories: (catalogue.CategoriesPublished, catalogue.evolve_categories),
    catalogue.Source: (catalogue.SourceEvent, catalogue.evolve_source),
    observation.Observation: (observation.ObservationEvent, observation.evolve),
    file_import.FileImport: (file_import.FileEvent, file_import.evolve),
    picture.Picture: (picture.PictureEvent, picture.evolve),
    problem.Problem: (problem.ProblemEvent, problem.evolve),
    action.Plan: (action.PlanEvent, action.evolve_plan),
    action.Action: (action.ActionEvent, action.evolve),
    promise.Promise: (promise.PromiseEvent, promise.evolve),
    meeting.Meeting: (meeting.MeetingEvent, meeting.evolve),
    signal.Assessment: (signal.Assessed, signal.evolve_assessment),
    signal.Signal: (signal.SignalEvent, signal.evolve_signal),
    run.Run: (run.RunMade, run.evolve),
    review.Review: (review.ReviewEvent, review.evolve),
    weights.Weights: (weights.WeightsImported, weights.evolve_weights),
    weights.Weighting: (weights.WeightsFrozen, weights.evolve_weighting),
    forecast.Forecast: (forecast.ForecastEvent, forecast.evolve),
    computed.Effects: (computed.EffectEstimated, computed.evolve_effects),
    computed.ModelCards: (computed.BacktestMade, computed.evolve_cards),
    erasure.Erasure: (erasure.ErasureEvent, erasure.evolve),
    sharing.Sharing: (sharing.Shared, sharing.evolve),
}
STATES: Mapping[str, type[Any]] = {state.KIND: state for state in LIFECYCLES}
EVENTS: Mapping[str, type[Event]] = {
    event.TOPIC: event for union, _ in LIFECYCLES.values() for event in (get_args(union) or (union,))
}
ROW_TOPICS = frozenset(event.TOPIC for event in file_import.ROW_EVENTS)
_EVOLVE: Mapping[str, Evolve] = {state.KIND: evolve for state, (_, evolve) in LIFECYCLES.items()}


def _leaves(command: type[Command]) -> Iterable[type[Command]]:
    for child in command.__subclasses__():
        if "NAME" in vars(child):
            yield child
        yield from _leaves(child)


COMMANDS: Mapping[str, type[Command]] = {command.NAME: command for command in _leaves(Command)}


@dataclass(slots=True)
class Register:
    """All states at `position` (a gsn; 0 is the empty register). Grows by `apply`, in order of gsn.

    Events that carry imported rows leave their stream's state as it is, so they may be left out of the fold;
    `versions` then learns their place from the envelope alone (`skip`).
    """

    position: int = 0
    versions: dict[str, int] = field(default_factory=dict)
    states: dict[str, dict[str, Any]] = field(default_factory=lambda: {kind: {} for kind in STATES})

    def apply(self, recorded: Recorded) -> None:
        """Take in the next event."""
        kind, _, key = recorded.stream.partition("-")
        there = self.states[kind]
        there[key] = _EVOLVE[kind](there.get(key), recorded.event)
        self.skip(recorded.gsn, recorded.stream, recorded.version)

    def skip(self, gsn: int, stream: str, version: int) -> None:
        """Take in the place of an event that changes no state."""
        self.versions[stream] = version
        self.position = gsn

    def find(self, kind: type[S], key: str) -> S | None:
        """The state under that key, or None."""
        found: S | None = self.states[kind.KIND].get(key)
        return found

    def every(self, kind: type[S]) -> Iterable[S]:
        """All states of a kind, in the order in which their streams began."""
        return tuple(self.states[kind.KIND].values())

    def version(self, stream: str) -> int:
        """The stream's version, 0 when it has not begun."""
        return self.versions.get(stream, 0)


@dataclass(slots=True)
class Consulted:
    """A register that remembers which streams a decision looked at, so that it can be checked that none has moved.

    `every` is remembered as a kind: a stream of that kind that begins meanwhile is a change too.
    """

    register: Register
    streams: set[str] = field(default_factory=set)
    kinds: set[str] = field(default_factory=set)

    @property
    def position(self) -> int:
        """The gsn that the register is at; it is not remembered: it only grows."""
        return self.register.position

    def find(self, kind: type[S], key: str) -> S | None:
        """The state under that key, or None."""
        self.streams.add(f"{kind.KIND}-{key}")
        return self.register.find(kind, key)

    def every(self, kind: type[S]) -> Iterable[S]:
        """All states of a kind."""
        self.kinds.add(kind.KIND)
        return self.register.every(kind)

    def versions(self) -> dict[str, int]:
        """The version at which each stream was seen; a kind stands as `kind-*` with the sum of its versions."""
        seen = {stream: self.register.version(stream) for stream in self.streams}
        for kind in self.kinds:
            begins = f"{kind}-"
            seen[f"{kind}-*"] = sum(v for s, v in self.register.versions.items() if s.startswith(begins))
        return seen
