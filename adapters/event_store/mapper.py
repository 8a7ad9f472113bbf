"""Between events and stored bytes: the envelope, and the seals of what people wrote."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from eventsourcing.persistence import Mapper, StoredEvent
from pydantic import BaseModel, ConfigDict, create_model
from pydantic_core import to_json

from adapters.event_store.transaction import as_text
from adapters.vault import Sealer, ids_in
from domain.core import Actor, Event, Recorded, refuse
from domain.register import EVENTS

# a table of PostgreSQL cannot hold it, and a follower that met it would stand still
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


class UnknownEvent(Exception):  # noqa: N818 - reads as the sentence that it is
    """The log holds an event that this version of the program does not know; a later version wrote it."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An event on its way in, as the library wants to see it."""

    originator_id: str
    originator_version: int
    by: Actor
    clock: datetime
    command_id: str
    event: Event
    sealer: Sealer


@cache
def _envelope(topic: str) -> type[BaseModel]:
    quiet = ConfigDict(hide_input_in_errors=True)  # a text that does not fit is not repeated in a log
    return create_model(
        "Envelope", __config__=quiet, by=(Actor, ...), clock=(datetime, ...), command=(str, ...),
        event=(EVENTS[topic], ...),
    )  # fmt: skip


class EventMapper(Mapper[Any]):
    """Between events and stored bytes: our topics, pydantic's JSON. Old shapes are read by the models' validators."""

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        draft: Draft = domain_event
        head = to_json({"by": draft.by.model_dump(), "clock": as_text(draft.clock), "command": draft.command_id})
        sealing = {"seal": draft.sealer.seal}
        state = head[:-1] + b',"event":' + draft.event.model_dump_json(context=sealing).encode() + b"}"
        if draft.sealer.nul or (b"\\u0000" in state and _NUL.search(state)):
            refuse(
                "nul-character",
                "Texten innehåller ett NUL-tecken, som inte går att spara. Ta bort det och försök igen.",
                "The text holds a NUL character, which cannot be stored. Remove it and try again.",
            )
        if draft.sealer.closed:
            refuse(
                "withheld-text",
                "Det som polisen inte har delat kan inte skrivas om av någon som inte får läsa det. Be kommunpolisen.",
                "What the police have not shared cannot be rewritten by anybody who may not read it. Ask the municipal "
                "police officer.",
            )
        if not ids_in([state]) <= {key for key, _ in draft.sealer.rows}:
            refuse(
                "mark-of-a-seal",
                "En uppgift ser ut som märket för en förseglad text (sealed:1:…). Skriv något annat.",
                "Something looks like the mark of a sealed text (sealed:1:…). Write something else.",
            )
        return StoredEvent(draft.originator_id, draft.originator_version, type(draft.event).TOPIC, state)

    def to_recorded(
        self, gsn: int, stream: str, version: int, topic: str, state: bytes, recorded_at: str, *,
        opening: dict[str, Any] | None = None,
    ) -> Recorded:  # fmt: skip
        """The event in its envelope; opening: what gives back the texts behind its marks."""
        if topic not in EVENTS:
            raise UnknownEvent(f"gsn {gsn} is an event “{topic}”, which only a later version of Samverkan can read")
        stored: Any = _envelope(topic).model_validate_json(bytes(state), context=opening)
        return Recorded(
            gsn,
            stream,
            version,
            datetime.fromisoformat(recorded_at),
            stored.clock,
            stored.by,
            stored.command,
            stored.event,
        )
