"""Erasure of what people wrote: asked for on a legal basis, and approved by a second role. The texts are destroyed with
the approval; the history keeps that they were, and verifies as before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, ClassVar, Literal, assert_never

from pydantic import Field

from domain.core import (
    Actor,
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

MOST_TEXTS = 1000
SHORTEST = 10  # characters of a basis and of a reason: “x” tells nobody why
Standing = Literal["requested", "approved", "declined"]


class HeldText(Value):
    """A sealed text of an event: the 43 characters of its mark."""

    gsn: Annotated[int, Field(ge=1)]
    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{43}$")]


Texts = Annotated[tuple[HeldText, ...], Field(min_length=1, max_length=MOST_TEXTS)]


# What happens


class Requested(Event):
    """Somebody asked for texts to be erased."""

    TOPIC: ClassVar[str] = "erasure.requested"
    on: date
    by: Actor
    legal_basis: Short
    reason: Text
    texts: Texts


class Approved(Event):
    """A second role approved it: with this event the texts were destroyed."""

    TOPIC: ClassVar[str] = "erasure.approved"
    on: date
    texts: Texts


class Declined(Event):
    """A second role said no; the texts stay."""

    TOPIC: ClassVar[str] = "erasure.declined"
    on: date
    reason: Text


ErasureEvent = Requested | Approved | Declined

# What there is


@dataclass(frozen=True, slots=True)
class Erasure:
    """A request as it stands. decided_on and answer: when it was approved or declined, and why it was declined."""

    KIND: ClassVar[str] = "erasure"
    requested_on: date
    by: Actor
    legal_basis: str
    reason: str
    texts: tuple[HeldText, ...]
    standing: Standing = "requested"
    decided_on: date | None = None
    answer: str | None = None


def evolve(state: Erasure | None, event: ErasureEvent) -> Erasure:
    """The state after the event."""
    if isinstance(event, Requested):
        return Erasure(event.on, event.by, event.legal_basis, event.reason, event.texts)
    assert state is not None
    match event:
        case Approved(on=on):
            return replace(state, standing="approved", decided_on=on)
        case Declined(on=on, reason=reason):
            return replace(state, standing="declined", decided_on=on, answer=reason)
        case _:
            assert_never(event)


# What can be asked


class _OnErasure(Command):
    erasure: Key
    on: date

    @property
    def stream(self) -> str:
        return f"{Erasure.KIND}-{self.erasure}"

    def undecided(self, known: Known, asked: Asked) -> Erasure:
        """The request, if it waits for a decision, and who asks may take it."""
        not_in_future(self.on, asked)
        state = must_exist(known.find(Erasure, self.erasure), "erasure", "Raderingen", self.erasure)
        if state.standing != "requested":
            refuse(
                "already-decided",
                "Begäran är redan avgjord. Gör en ny om något mer ska raderas.",
                "The request has been decided already. Make a new one if more is to be erased.",
            )
        if self.on < state.requested_on:
            refuse(
                "out-of-order",
                f"Raderingen begärdes {state.requested_on} och kan inte avgöras före dess.",
                f"The erasure was requested on {state.requested_on} and cannot be decided before that.",
            )
        return state


class RequestErasure(_OnErasure):
    """Ask for texts to be erased, on a legal basis. A second role decides."""

    NAME: ClassVar[str] = "request-erasure"
    legal_basis: Short
    reason: Text
    texts: Texts

    def decide(self, known: Known, asked: Asked) -> Sequence[Event]:
        must_be_new(known.find(Erasure, self.erasure), "erasure", "Raderingen", self.erasure)
        not_in_future(self.on, asked)
        self._check_words()
        texts = tuple(dict.fromkeys(self.texts))
        requested = Requested(
            on=self.on, by=asked.by, legal_basis=self.legal_basis, reason=self.reason, texts=texts
        )  # fmt: skip
        return [requested]

    def _check_words(self) -> None:
        """Here and not in the type, so that shorter ones that were stored before are still read."""
        if len(self.legal_basis) < SHORTEST:
            refuse(
                "basis-too-short",
                f"Ange den rättsliga grunden med minst {SHORTEST} tecken, till exempel: dataskyddsförordningen, "
                "artikel 17.",
                f"Give the legal basis in at least {SHORTEST} characters, such as: GDPR, article 17.",
            )
        if len(self.reason) < SHORTEST:
            refuse(
                "reason-too-short",
                f"Skriv skälet med minst {SHORTEST} tecken, så att det går att förstå om några år.",
                f"Write the reason in at least {SHORTEST} characters, so that it can be understood in some years.",
            )


class ApproveErasure(_OnErasure):
    """Approve an erasure that another role asked for. The texts are destroyed at once and cannot be brought back."""

    NAME: ClassVar[str] = "approve-erasure"

    def decide(self, known: Known, asked: Asked) -> Sequence[Event]:
        state = self.undecided(known, asked)
        if asked.by.account == state.by.account or asked.by.role == state.by.role:
            refuse(
                "two-roles-needed",
                f"Raderingen begärdes av {state.by.role} och måste godkännas av ett annat konto i en annan roll.",
                f"The erasure was requested by {state.by.role} and must be approved by another account in another "
                "role.",
            )
        return [Approved(on=self.on, texts=state.texts)]


class DeclineErasure(_OnErasure):
    """Decline an erasure, or withdraw one's own request, with a reason. The texts stay."""

    NAME: ClassVar[str] = "decline-erasure"
    reason: Text

    def decide(self, known: Known, asked: Asked) -> Sequence[Event]:
        self.undecided(known, asked)
        return [Declined(on=self.on, reason=self.reason)]
