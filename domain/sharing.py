"""Sharing what the police wrote: a report, a file, their own picture. Until it is shared, the municipality's readers
see that it is there, and not what it says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Literal

from domain.agreement import Agreement
from domain.catalogue import Source
from domain.core import Asked, Command, Event, Known, Short, Text, must_be_new, must_exist, not_in_future, refuse
from domain.file_import import FileImport, FileTaken, FileWithdrawn, ReportRows, Rows
from domain.observation import Corrected, Observation, Observed, Withdrawn
from domain.picture import OwnPictureMade, Picture

What = Literal["observation", "import", "picture"]
_KINDS: Mapping[What, type[Any]] = {"observation": Observation, "import": FileImport, "picture": Picture}


# What happens


class Shared(Event):
    """The police let the municipality's readers see what they wrote in a stream, as it stands and as it goes on."""

    TOPIC: ClassVar[str] = "sharing.decided"
    what: What
    key: Short
    on: date
    reason: Text

    @property
    def of(self) -> str:
        """The stream that is shared."""
        return stream_of(self.what, self.key)


# What there is


@dataclass(frozen=True, slots=True)
class Sharing:
    """What has been shared; its key is the name of the stream."""

    KIND: ClassVar[str] = "sharing"
    what: What
    key: str
    on: date


def evolve(state: Sharing | None, event: Shared) -> Sharing:
    """The state after the event."""
    return Sharing(event.what, event.key, event.on)


def stream_of(what: What, key: str) -> str:
    """The stream that a report, a file or a picture is kept in."""
    return f"{_KINDS[what].KIND}-{key}"


def police(known: Known) -> frozenset[str]:
    """The organisations that are the police's party of an agreement, in small letters."""
    return frozenset(p.organisation.casefold() for a in known.every(Agreement) for p in a.parties if p.kind == "police")


def withheld(
    known: Known, facts: Sequence[tuple[str, Event]], *, by_police: bool, is_closed: Callable[[str], bool]
) -> frozenset[str]:
    """The streams among a command's facts whose texts are the police's own and not shared.

    by_police: whether it was given for the police. is_closed: whether what a stream held before is withheld: whoever
    corrects or withdraws, it stays as it was. What is written in the work that the parties do together (problems,
    actions, meetings) is shared by being there.
    """
    sources = {stream: event.source for stream, event in facts if isinstance(event, FileTaken)}

    def is_own(stream: str, event: Event) -> bool:
        match event:
            case Corrected() | Withdrawn() | FileWithdrawn():
                return is_closed(stream)
            case OwnPictureMade():
                return event.party == "police"
            case Observed():
                return by_police
            case ReportRows():
                return by_police or _owner(known, sources.get(stream)) in police(known)
            case Rows():
                return by_police
            case _:
                return False

    return frozenset(s for s, event in facts if is_own(s, event) and known.find(Sharing, s) is None)


def _owner(known: Known, source: str | None) -> str | None:
    """Who answers for a source, in small letters."""
    found = known.find(Source, source) if source else None
    return found.owner.casefold() if found else None


# What can be asked


class Share(Command):
    """Share what the police wrote with the municipality's readers, and say why."""

    NAME: ClassVar[str] = "share"
    what: What
    key: Short
    on: date
    reason: Text

    @property
    def stream(self) -> str:
        return f"{Sharing.KIND}-{stream_of(self.what, self.key)}"

    def decide(self, known: Known, asked: Asked) -> Sequence[Event]:
        not_in_future(self.on, asked)
        if asked.by.organisation.casefold() not in police(known):
            refuse(
                "not-the-police",
                "Bara polisen avgör om det som polisen har skrivit ska delas. Be kommunpolisen.",
                "The police alone decide whether to share what they wrote. Ask the municipal police officer.",
            )
        must_exist(known.find(_KINDS[self.what], self.key), self.what, "Det som ska delas,", self.key)
        of = stream_of(self.what, self.key)
        must_be_new(known.find(Sharing, of), "sharing", "Delningen av", self.key)
        return [Shared(what=self.what, key=self.key, on=self.on, reason=self.reason)]
