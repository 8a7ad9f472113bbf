"""Årsuppföljning: opened at a position of the history, adopted by both parties."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, ClassVar, Literal, assert_never

from pydantic import Field

from domain.agreement import Agreement
from domain.core import Asked, Command, Event, Key, Known, Text, must_be_new, must_exist, not_in_future, refuse

PartyKind = Literal["municipality", "police"]

# What happens


class Opened(Event):
    """The year was opened for review, as known at a position of the history."""

    TOPIC: ClassVar[str] = "review.opened"
    agreement: Key
    year: int
    on: date
    as_known_at: int


class Adopted(Event):
    """A party adopted the review."""

    TOPIC: ClassVar[str] = "review.adopted"
    on: date
    party: PartyKind
    learnt: Text
    proposed_priorities: tuple[Text, ...]


ReviewEvent = Opened | Adopted

# What there is


@dataclass(frozen=True, slots=True)
class Review:
    """A review as it stands."""

    KIND: ClassVar[str] = "review"
    agreement: str
    year: int
    opened_on: date
    as_known_at: int
    adopted: tuple[Adopted, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether both parties have adopted it."""
        return {a.party for a in self.adopted} == {"municipality", "police"}


def evolve(state: Review | None, event: ReviewEvent) -> Review:
    """The state after the event."""
    if isinstance(event, Opened):
        return Review(event.agreement, event.year, event.on, event.as_known_at)
    assert state is not None
    match event:
        case Adopted():
            return replace(state, adopted=(*state.adopted, event))
        case _:
            assert_never(event)


# What can be asked


def review_key(agreement: str, year: int) -> str:
    """One review per agreement and year."""
    return f"{agreement}-{year}"


class _OnReview(Command):
    agreement: Key
    year: int = Field(ge=1990, le=2100)
    on: date

    @property
    def stream(self) -> str:
        return f"{Review.KIND}-{review_key(self.agreement, self.year)}"


class OpenReview(_OnReview):
    """Open the review of a year. It may be done after the agreement has ended: it looks back."""

    NAME: ClassVar[str] = "open-review"
    as_known_at: Annotated[int, Field(ge=1)]

    def decide(self, known: Known, asked: Asked) -> Sequence[Event]:
        not_in_future(self.on, asked)
        state = must_exist(known.find(Agreement, self.agreement), "agreement", "Överenskommelsen", self.agreement)
        key = review_key(self.agreement, self.year)
        must_be_new(known.find(Review, key), "annual review", "Årsuppföljningen", key)
        state.days_of(self.year)
        if self.as_known_at > known.position:
            refuse(
                "no-such-moment",
                f"Händelse {self.as_known_at} finns inte än. Öppna året som det är känt vid händelse {known.position} "
                "eller tidigare.",
                f"There is no event {self.as_known_at} yet. Open the year as known at {known.position} or earlier.",
            )
        if self.year > self.on.year:
            refuse(
                "year-not-begun",
                f"Året {self.year} har inte börjat {self.on}. Följ upp ett år som har börjat.",
                f"The year {self.year} has not begun on {self.on}. Review a year that has begun.",
            )
        return [Opened(**self.model_dump())]


class AdoptReview(_OnReview):
    """Adopt the review for one party."""

    NAME: ClassVar[str] = "adopt-review"
    party: PartyKind
    learnt: Text
    proposed_priorities: tuple[Text, ...] = ()

    def decide(self, known: Known, asked: Asked) -> Sequence[Event]:
        not_in_future(self.on, asked)
        key = review_key(self.agreement, self.year)
        state = must_exist(known.find(Review, key), "annual review", "Årsuppföljningen", key)
        if self.on < state.opened_on:
            refuse(
                "out-of-order",
                f"Uppföljningen öppnades {state.opened_on} och kan inte antas före dess.",
                f"The review was opened on {state.opened_on} and cannot be adopted before that.",
            )
        self._by_the_party_itself(known, asked)
        if any(a.party == self.party for a in state.adopted):
            refuse("already-adopted", "Parten har redan antagit uppföljningen.", "The party has adopted the review.")
        return [Adopted(on=self.on, party=self.party, learnt=self.learnt, proposed_priorities=self.proposed_priorities)]

    def _by_the_party_itself(self, known: Known, asked: Asked) -> None:
        """Nobody adopts for the other party."""
        agreement = must_exist(known.find(Agreement, self.agreement), "agreement", "Överenskommelsen", self.agreement)
        own = [party.organisation for party in agreement.parties if party.kind == self.party]
        if asked.by.organisation.casefold() not in {name.casefold() for name in own}:
            names = ", ".join(own)
            refuse(
                "not-your-party",
                f"Du hör till {asked.by.organisation}. Bara {names} kan anta uppföljningen för {names}.",
                f"You belong to {asked.by.organisation}. Only {names} can adopt the review for {names}.",
            )
