"""Samverkansöverenskommelse: parties, goals and period; signed, amended, ended, succeeded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, ClassVar, Literal, Self, assert_never

from pydantic import Field, model_validator

from domain.core import (
    Asked,
    Command,
    Event,
    Key,
    Known,
    Short,
    Text,
    Value,
    must_be_new,
    must_exist,
    not_in_future,
    refuse,
)


class Party(Value):
    """An organisation that signs, and the role of who signed for it."""

    organisation: Short
    kind: Literal["municipality", "police"]
    signed_by_role: Short


class Goal(Value):
    """A measurable goal: an indicator, where it stood, and where it shall stand when the period ends."""

    key: Key
    wording: Text
    indicator: Short
    unit: Short
    baseline: float | None = None
    baseline_period: Short | None = None
    target: float | None = None
    direction: Literal["down", "up"]


class SixItems(Value):
    """The six things that Brå's guidance asks an agreement to describe (None: not described)."""

    problems: Text | None = None
    causes: Text | None = None
    goals: Text | None = None
    documentation: Text | None = None
    follow_up: Text | None = None
    period: Text | None = None

    def missing(self) -> tuple[str, ...]:
        """The names of the items that are not described."""
        return tuple(name for name in type(self).model_fields if getattr(self, name) is None)


# What happens


class Signed(Event):
    """Both parties signed."""

    TOPIC: ClassVar[str] = "agreement.signed"
    title: Short
    parties: tuple[Party, ...]
    first_day: date
    last_day: date
    signed_on: date
    goals: tuple[Goal, ...]
    items: SixItems
    synthetic: bool = False


class Amended(Event):
    """The parties changed the agreement; fields that are None stand as before."""

    TOPIC: ClassVar[str] = "agreement.amended"
    on: date
    reason: Text
    last_day: date | None = None
    goals: tuple[Goal, ...] | None = None
    items: SixItems | None = None


class Ended(Event):
    """The agreement ended, in time or early."""

    TOPIC: ClassVar[str] = "agreement.ended"
    on: date
    reason: Text


class Succeeded(Event):
    """Another agreement took over."""

    TOPIC: ClassVar[str] = "agreement.succeeded"
    on: date
    successor: Key


AgreementEvent = Signed | Amended | Ended | Succeeded

# What there is


@dataclass(frozen=True, slots=True)
class Agreement:
    """An agreement as it stands."""

    KIND: ClassVar[str] = "agreement"
    title: str
    parties: tuple[Party, ...]
    first_day: date
    last_day: date
    signed_on: date
    goals: tuple[Goal, ...]
    items: SixItems
    synthetic: bool
    ended_on: date | None = None
    successor: str | None = None

    def covers(self, day: date) -> bool:
        """Whether a day lies within the period, both ends included."""
        return self.first_day <= day <= self.last_day

    @property
    def end(self) -> date:
        """The last day on which it is in force: its last day, or the day on which it was ended before that."""
        return min(self.ended_on or self.last_day, self.last_day)

    def days_of(self, year: int) -> tuple[date, date]:
        """The first and last day of a year on which the agreement was to be in force, or a refusal."""
        last = self.end
        if not self.first_day.year <= year <= last.year:
            refuse(
                "outside-period",
                f"Året {year} ligger utanför överenskommelsens tid, {self.first_day} till {last}.",
                f"The year {year} lies outside the agreement's period, {self.first_day} to {last}.",
            )
        return max(self.first_day, date(year, 1, 1)), min(last, date(year, 12, 31))


def evolve(state: Agreement | None, event: AgreementEvent) -> Agreement:
    """The state after the event."""
    if isinstance(event, Signed):
        return Agreement(event.title, event.parties, event.first_day, event.last_day, event.signed_on,
                         event.goals, event.items, event.synthetic)  # fmt: skip
    assert state is not None
    match event:
        case Amended(last_day=last, goals=goals, items=items):
            return replace(
                state, last_day=last or state.last_day, goals=goals or state.goals, items=items or state.items
            )
        case Ended(on=on):
            return replace(state, ended_on=on)
        case Succeeded(successor=successor):
            return replace(state, successor=successor)
        case _:
            assert_never(event)


def in_force(known: Known, key: str, on: date) -> Agreement:
    """The agreement, if work under it can be recorded for that day; otherwise a refusal."""
    state = must_exist(known.find(Agreement, key), "agreement", "Överenskommelsen", key)
    if state.ended_on is not None:
        refuse(
            "agreement-ended",
            f"Överenskommelsen ”{key}” upphörde {state.ended_on}. Registrera i den som efterträder den; "
            "en problembild förs först över dit.",
            f"The agreement “{key}” ended on {state.ended_on}. Record this under the one that succeeds it; "
            "a problem is first carried over to it.",
        )
    if not state.covers(on):
        refuse(
            "outside-period",
            f"{on} ligger utanför överenskommelsens tid, {state.first_day} till {state.last_day}.",
            f"{on} lies outside the agreement's period, {state.first_day} to {state.last_day}.",
        )
    return state


def closing(known: Known, key: str, on: date) -> Agreement:
    """The agreement, if what closes its books can be recorded for that day: from its first day, also after its end."""
    state = must_exist(known.find(Agreement, key), "agreement", "Överenskommelsen", key)
    if on < state.first_day:
        refuse(
            "outside-period",
            f"{on} ligger före överenskommelsens första dag, {state.first_day}. Kontrollera datumet.",
            f"{on} lies before the agreement's first day, {state.first_day}. Check the date.",
        )
    return state


def done_by_the_end(known: Known, key: str, on: date) -> Agreement:
    """The agreement, if something was done under it that day, which may be recorded also after its end."""
    state = closing(known, key, on)
    if on > state.end:
        refuse(
            "outside-period",
            f"Överenskommelsen gällde till och med {state.end}. Ange en dag då, eller för över problembilden till den "
            "som efterträder den.",
            f"The agreement was in force until {state.end}. Give a day by then, or carry the problem over to the one "
            "that succeeds it.",
        )
    return state


def _no_overlap(others: Iterable[Agreement], first_day: date, last_day: date) -> None:
    for other in others:
        if first_day <= other.end and other.first_day <= last_day:
            refuse(
                "periods-overlap",
                f"Tiden överlappar ”{other.title}”. Avsluta den först eller ändra tiden.",
                f"The period overlaps “{other.title}”. End that one first or change the period.",
            )


# What can be asked


def _distinct(goals: Sequence[Goal]) -> None:
    if len({goal.key for goal in goals}) != len(goals):
        raise ValueError("each goal needs a key of its own")


class _OnAgreement(Command):
    agreement: Key

    @property
    def stream(self) -> str:
        return f"{Agreement.KIND}-{self.agreement}"


class Sign(_OnAgreement):
    """Record the signing by both parties."""

    NAME: ClassVar[str] = "sign"
    title: Short
    parties: Annotated[tuple[Party, ...], Field(min_length=2)]
    first_day: date
    last_day: date
    signed_on: date
    goals: Annotated[tuple[Goal, ...], Field(min_length=1)]
    items: SixItems = SixItems()
    synthetic: bool = False

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.last_day <= self.first_day:
            raise ValueError("last_day must come after first_day")
        if {party.kind for party in self.parties} != {"municipality", "police"}:
            raise ValueError("parties must hold a municipality and a police area")
        _distinct(self.goals)
        return self

    def decide(self, known: Known, asked: Asked) -> Sequence[Event]:
        must_be_new(known.find(Agreement, self.agreement), "agreement", "Överenskommelsen", self.agreement)
        not_in_future(self.signed_on, asked)
        _no_overlap(known.every(Agreement), self.first_day, self.last_day)
        return [Signed(**self.model_dump(exclude={"agreement"}))]


class Amend(_OnAgreement):
    """Change the end of the period, the goals or the described items, with a reason."""

    NAME: ClassVar[str] = "amend"
    on: date
    reason: Text
    last_day: date | None = None
    goals: Annotated[tuple[Goal, ...], Field(min_length=1)] | None = None
    items: SixItems | None = None

    @model_validator(mode="after")
    def _sound(self) -> Self:
        _distinct(self.goals or ())
        return self

    def decide(self, known: Known, asked: Asked) -> Sequence[Event]:
        not_in_future(self.on, asked)
        state = in_force(known, self.agreement, self.on)
        if all(getattr(self, name) in (None, getattr(state, name)) for name in ("last_day", "goals", "items")):
            refuse(
                "nothing-changed",
                "Inget ändras. Ange ny slutdag, nya mål eller nya beskrivningar.",
                "Nothing changes. Give a new last day, new goals or new descriptions.",
            )
        if self.last_day is not None and self.last_day <= max(state.first_day, self.on):
            refuse(
                "period-too-short",
                f"Den nya slutdagen {self.last_day} är redan passerad. Avsluta överenskommelsen i stället.",
                f"The new last day {self.last_day} has passed already. End the agreement instead.",
            )
        if self.last_day is not None:
            others = (other for other in known.every(Agreement) if other is not state)
            _no_overlap(others, state.first_day, self.last_day)
        return [Amended(**self.model_dump(exclude={"agreement"}))]


class End(_OnAgreement):
    """End the agreement."""

    NAME: ClassVar[str] = "end"
    on: date
    reason: Text

    def decide(self, known: Known, asked: Asked) -> Sequence[Event]:
        not_in_future(self.on, asked)
        in_force(known, self.agreement, self.on)
        return [Ended(on=self.on, reason=self.reason)]


class Succeed(_OnAgreement):
    """Name the agreement that takes over from one that has ended."""

    NAME: ClassVar[str] = "succeed"
    on: date
    successor: Key

    def decide(self, known: Known, asked: Asked) -> Sequence[Event]:
        not_in_future(self.on, asked)
        state = must_exist(known.find(Agreement, self.agreement), "agreement", "Överenskommelsen", self.agreement)
        follower = must_exist(known.find(Agreement, self.successor), "agreement", "Överenskommelsen", self.successor)
        if state.ended_on is None or follower is state or follower.first_day < state.ended_on:
            refuse(
                "not-a-successor",
                "En efterträdare är en annan överenskommelse, som börjar när den tidigare har avslutats.",
                "A successor is another agreement, which starts when the earlier one has ended.",
            )
        if state.successor is not None:
            refuse(
                "already-succeeded",
                f"Överenskommelsen har redan efterträtts av ”{state.successor}”.",
                f"The agreement was already succeeded by “{state.successor}”.",
            )
        return [Succeeded(on=self.on, successor=self.successor)]
