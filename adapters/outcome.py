"""What became of one attempt to deliver a message outside; whys are in English, never what the message says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sent:
    """Whoever takes it further has taken it."""


@dataclass(frozen=True, slots=True)
class NotNow:
    """It may go better later."""

    why: str


@dataclass(frozen=True, slots=True)
class Never:
    """It can never be delivered to this receiver."""

    why: str


Outcome = Sent | NotNow | Never
