"""Event, Command, Refused: the words in which every rule of the agreement is written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, ClassVar, NoReturn, Protocol, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainSerializer,
    SerializationInfo,
    StringConstraints,
    ValidationInfo,
)

SEALED = "sealed:1:"
"""Begins the mark that stands in stored history in place of a text that people wrote; 43 characters follow."""
ERASED = "[raderad · erased]"
"""What stands where a text was, when it has been erased."""
WITHHELD = "[polisens text, inte delad · text of the police, not shared]"
"""What stands where a text is, for readers of the municipality, until the police have shared it."""


def _opened(value: object, info: ValidationInfo) -> object:
    """The text behind a mark, where whoever reads has something to open it with (context: open)."""
    context: Any = info.context
    if context and "open" in context and isinstance(value, str) and value.startswith(SEALED):
        return context["open"](value)
    return value


def _sealed(text: str, info: SerializationInfo) -> str:
    """The mark of a text, where whoever writes seals (context: seal)."""
    context: Any = info.context
    if context and "seal" in context and text:
        return str(context["seal"](text))
    return text


Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,119}$")]
# Short and Plain: names, roles, units, citations, sentences made by the program. What people write about what they have
# seen and done is sealed in stored history, so that it can be erased: Title, Text, MaybeText, SealedText.
Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Plain = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
_SEALABLE = (BeforeValidator(_opened), PlainSerializer(_sealed, return_type=str, when_used="json"))
Title = Annotated[Short, *_SEALABLE]
Text = Annotated[Plain, *_SEALABLE]
# for a reason that a rule asks for in a sentence of its own when it is missing
MaybeText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000), *_SEALABLE]
SealedText = Annotated[str, *_SEALABLE]


class Value(BaseModel):
    """A frozen value that accepts no unknown field, and no number that JSON cannot hold (infinity, NaN)."""

    # what does not fit is not repeated in the error, which can end in a log
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, hide_input_in_errors=True)


class Actor(Value):
    """Who acted: an account, in a role, for an organisation. Names of persons are kept elsewhere."""

    account: Key
    role: Short
    organisation: Short


@dataclass(frozen=True, slots=True)
class Asked:
    """The circumstances of a command: who asks, and which day it is where the register is kept."""

    by: Actor
    today: date


class Event(Value):
    """Something that happened. TOPIC is its stored name and never changes."""

    TOPIC: ClassVar[str]


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event in its envelope: where in the history it stands, when it was recorded, and who acted.

    gsn: global sequence number, 1, 2, 3 … without gaps. version: 1, 2, 3 … within the stream.
    recorded_at: UTC, never running backwards along gsn; clock_at: what the clock really showed.
    """

    gsn: int
    stream: str
    version: int
    recorded_at: datetime
    clock_at: datetime
    by: Actor
    command_id: str
    event: Event


class Refused(Exception):  # noqa: N818 - a refusal is an answer to a person, not an error of the program
    """A command that the rules forbid, with a sentence for the person who asked."""

    def __init__(self, rule: str, sv: str, en: str) -> None:
        super().__init__(en)
        self.rule, self.sv, self.en = rule, sv, en

    def __reduce__(self) -> tuple[type[Refused], tuple[str, str, str]]:
        return type(self), (self.rule, self.sv, self.en)


def refuse(rule: str, sv: str, en: str) -> NoReturn:
    """End a decision: the rule's name (stable, part of the API) and the sentence in two languages."""
    raise Refused(rule, sv, en)


S = TypeVar("S", bound="State")
T = TypeVar("T")


class State(Protocol):
    """What a stream has come to. KIND begins the stream's name: `problem-<key>`."""

    KIND: ClassVar[str]


class Known(Protocol):
    """What a decision may look at: the states of all streams at one position of the history."""

    @property
    def position(self) -> int:
        """The gsn of the last event that is known."""
        ...

    def find(self, kind: type[S], key: str) -> S | None:
        """The state under that key, or None."""
        ...

    def every(self, kind: type[S]) -> Iterable[S]:
        """All states of a kind."""
        ...


class Command(Value):
    """A wish to change the record. `decide` answers with events for the command's stream, or refuses."""

    NAME: ClassVar[str]

    @property
    def stream(self) -> str:
        """The stream that the events go to."""
        raise NotImplementedError(type(self).__name__)  # every command names its own

    def decide(self, known: Known, asked: Asked) -> Sequence[Event]:
        """Pure: the events that follow, or Refused."""
        raise NotImplementedError(type(self).__name__)  # every command has its own rule

    def facts(self, known: Known, asked: Asked) -> Sequence[tuple[str, Event]]:
        """The events with their streams; commands that touch several streams say so here."""
        stream = self.stream
        return [(stream, event) for event in self.decide(known, asked)]

    def identity(self) -> dict[str, Any]:
        """What makes two commands the same command; the base of the fingerprint."""
        return self.model_dump(mode="json")


def not_in_future(on: date, asked: Asked) -> None:
    """A business date is today or earlier."""
    if on > asked.today:
        refuse(
            "date-in-future",
            f"Datumet {on} ligger i framtiden. Ange dagen då det hände, senast {asked.today}.",
            f"The date {on} lies in the future. Give the day on which it happened, {asked.today} at the latest.",
        )


def must_exist(state: T | None, what: str, vad: str, key: str) -> T:
    """The state, or a refusal that names what was not found."""
    if state is None:
        refuse(
            "not-found",
            f"{vad} ”{key}” finns inte. Kontrollera beteckningen eller registrera den först.",
            f"The {what} “{key}” does not exist. Check the key or record it first.",
        )
    return state


def must_be_new(state: object | None, what: str, vad: str, key: str) -> None:
    """Refuses a key that is taken."""
    if state is not None:
        refuse(
            "already-exists",
            f"{vad} ”{key}” finns redan. Välj en annan beteckning eller ändra den som finns.",
            f"The {what} “{key}” already exists. Choose another key or change the one that exists.",
        )
