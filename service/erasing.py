"""Erasure at work: which texts an event holds, where else the same words stand, a request that covers them all."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from adapters.vault import MARK
from domain.core import Actor, Command, refuse
from domain.erasure import MOST_TEXTS, Erasure, HeldText, RequestErasure, Standing
from domain.observation import Corrected, Observation, Observed
from domain.register import Register
from service.erasure_reason import refuse_repeated
from service.register import Answer, LiveRegister

WINDOW = 500
SHORTEST_WITHIN = 12
"""A shorter text is only the same where it stands alone: “Ja.” is within many."""
TELLING = 24
"""So long a text hardly stands in two places by chance, as the name of a square does."""
SHORTEST_BEGUN = 24
"""Of a text that somebody cut off, so much must be there for it to be the same."""
_WITHOUT = ("import.counts", "import.incidents", "import.survey", "import.notices", "assessment.made",
            "forecast.issued")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Held:
    """A sealed text of an event. number: 1, 2, 3 … within the event. place: where in it, such as content.text.

    text: None when it has been erased.
    """

    gsn: int
    topic: str
    number: int
    place: str
    id: str
    text: str | None

    @property
    def reference(self) -> HeldText:
        """As a request names it."""
        return HeldText(gsn=self.gsn, id=self.id)


@dataclass(frozen=True, slots=True)
class ErasureTold:
    """A request as it stands, with its texts as they read now (None: erased) and those that have come since and hold
    the same words without being covered by it."""

    key: str
    requested_on: date
    by: Actor
    legal_basis: str
    reason: str
    standing: Standing
    decided_on: date | None
    answer: str | None
    texts: tuple[Held, ...]
    uncovered: tuple[Held, ...] = ()


def texts_of(live: LiveRegister, gsn: int) -> tuple[Held, ...]:
    """The sealed texts of an event. Refused when there is no such event."""
    if not 1 <= gsn <= live.store.last_gsn():
        refuse(
            "no-such-event",
            f"Händelse {gsn} finns inte. Numret står vid varje händelse på sidan Historik.",
            f"There is no event {gsn}. The number stands at each event on the page History.",
        )
    return _read(live, gsn - 1, 1)[0]


def chosen(texts: Sequence[Held], numbers: Collection[int]) -> tuple[Held, ...]:
    """Those of an event's texts that can be erased: of these numbers, or all. Refused when there are none."""
    found = tuple(one for one in texts if one.text is not None and (not numbers or one.number in numbers))
    if not found or set(numbers) - {one.number for one in found}:
        refuse(
            "no-such-text",
            "Händelsen har ingen sådan text som kan raderas. Visa händelsens texter och välj bland dem.",
            "The event has no such text that can be erased. Show the texts of the event and choose among them.",
        )
    return found


def copies(live: LiveRegister, texts: Sequence[Held], *, shortest: int = 1) -> tuple[Held, ...]:
    """Other texts of the history that hold the words of one of these: copied into minutes, corrected, cut off.

    shortest: shorter ones are not looked for. A text under 12 characters is only found where it stands alone.
    """
    known = {one.id for one in texts}
    sought = [words for one in texts if one.text is not None and len(words := _folded(one.text)) >= shortest]
    return tuple(
        one for one in (_all(live) if sought else ())
        if one.id not in known and one.text is not None and any(_holds(_folded(one.text), each) for each in sought)
    )  # fmt: skip


def request(
    live: LiveRegister, by: Actor, gsn: int, numbers: Collection[int], *, legal_basis: str, reason: str,
    everywhere: bool = False, command_id: str | None = None,
) -> tuple[str, Answer, int]:  # fmt: skip
    """Ask for texts of an event to be erased, and wherever else they stand: the key, the answer, how many texts.

    everywhere: also where a text of a few words stands, which can be the name of a place.
    """
    found = chosen(texts_of(live, gsn), numbers)
    all_of_them = (*found, *copies(live, found, shortest=1 if everywhere else TELLING))
    asked = requested(live, all_of_them, legal_basis=legal_basis, reason=reason)
    return asked.erasure, live.ask(asked, by, command_id=command_id), len(all_of_them)


def requested(live: LiveRegister, texts: Sequence[Held], *, legal_basis: str, reason: str) -> RequestErasure:
    """The command. Refused when the reason or the basis repeats what is to be erased."""
    refuse_repeated(legal_basis, reason, (one.text for one in texts))
    if len(texts) > MOST_TEXTS:
        refuse(
            "too-many-texts",
            f"Orden finns i {len(texts)} texter; en begäran får ha {MOST_TEXTS}. Välj en längre text.",
            f"The words stand in {len(texts)} texts; a request may have {MOST_TEXTS}. Choose a longer text.",
        )
    today = live.today()
    return RequestErasure(
        erasure=f"{today}-{uuid4().hex[:8]}", on=today, legal_basis=legal_basis, reason=reason,
        texts=tuple(one.reference for one in texts),
    )  # fmt: skip


def check_reason(live: LiveRegister, command: Command) -> None:
    """The same for a command that somebody else made, such as the API's: before anything of it is stored."""
    if isinstance(command, RequestErasure):
        refuse_repeated(command.legal_basis, command.reason, (one.text for one in named(live, command.texts)))


def event_of_report(live: LiveRegister, ref: str) -> int | None:
    """The gsn of the event that holds a report's texts as they read now; None when it was not recorded by itself."""
    found = None
    for recorded in live.store.stream(f"{Observation.KIND}-{ref}"):
        if isinstance(recorded.event, Observed | Corrected):
            found = recorded.gsn
    return found


def named(live: LiveRegister, texts: Iterable[HeldText]) -> tuple[Held, ...]:
    """The texts of events that are referred to so; those that no event holds are left out."""
    return tuple(_referred(live, texts))


def erasures(register: Register) -> tuple[tuple[str, Erasure], ...]:
    """Key and state of every request: those that wait first, then the latest."""
    latest = reversed(register.states[Erasure.KIND].items())
    return tuple(sorted(latest, key=lambda item: item[1].standing != "requested"))


def told(live: LiveRegister, key: str, state: Erasure, *, search: bool = False) -> ErasureTold:
    """A request with its texts; search: also for copies that have been made since it was asked for."""
    texts = named(live, state.texts)
    waits = search and state.standing == "requested"
    return ErasureTold(
        key, state.requested_on, state.by, state.legal_basis, state.reason, state.standing, state.decided_on,
        state.answer, texts, copies(live, texts, shortest=TELLING) if waits else (),
    )  # fmt: skip


def _referred(live: LiveRegister, texts: Iterable[HeldText]) -> Iterator[Held]:
    """The texts that a request names, in the order of the history; one that its event does not hold is left out."""
    by_event: dict[int, set[str]] = {}
    for text in texts:
        by_event.setdefault(text.gsn, set()).add(text.id)
    end = live.store.last_gsn()
    for gsn, ids in sorted(by_event.items()):
        if gsn <= end:
            yield from (one for one in _read(live, gsn - 1, 1)[0] if one.id in ids)


def _all(live: LiveRegister) -> Iterator[Held]:
    """Every sealed text of the history, some events at a time."""
    after, end = 0, live.store.last_gsn()
    while after < end:
        found, after = _read(live, after, WINDOW, stop=end, without=_WITHOUT)
        yield from found


def _read(
    live: LiveRegister, after: int, limit: int, *, stop: int | None = None, without: Sequence[str] = ()
) -> tuple[tuple[Held, ...], int]:
    """The texts of so many events after a gsn, and the gsn that they end with."""
    upto = min(after + limit, stop if stop is not None else after + limit)
    rows = live.store.sealed_states(after, upto, without=without)
    marked = [(gsn, topic, *where) for gsn, topic, state in rows for where in _numbered(state)]
    texts = live.store.texts({key for *_, key in marked})
    return tuple(
        Held(gsn, topic, number, place, key, texts.get(key)) for gsn, topic, number, place, key in marked
    ), upto


def _numbered(state: bytes) -> Iterator[tuple[int, str, str]]:
    for number, (place, key) in enumerate(_marks(json.loads(state)["event"], ""), 1):
        yield number, place, key


def _marks(value: Any, place: str) -> Iterator[tuple[str, str]]:
    """(place, id) of every mark in an event's JSON."""
    match value:
        case str():
            found = MARK.fullmatch(value)
            if found:
                yield place, found[1]
        case dict():
            for name, inner in value.items():
                yield from _marks(inner, f"{place}.{name}" if place else name)
        case list():
            for number, inner in enumerate(value, 1):
                yield from _marks(inner, f"{place}.{number}")


def _folded(text: str) -> str:
    """Without what a copy may change: case, spaces, the full stop."""
    return " ".join(text.split()).casefold().rstrip(" .!?")


def _holds(text: str, sought: str) -> bool:
    """Whether a text is the sought one, holds it, or holds so much of its beginning before it was cut off."""
    if text == sought:
        return True
    if len(sought) < SHORTEST_WITHIN:
        return False
    return sought in text or any(
        len(begun) >= SHORTEST_BEGUN and _ends_with_beginning(begun, sought) for begun in _cut_off(text)
    )


def _cut_off(text: str) -> Iterator[str]:
    """What stands before each ellipsis."""
    yield from (piece.rstrip() for piece in text.split("…")[:-1])


def _ends_with_beginning(begun: str, sought: str) -> bool:
    start = begun.rfind(sought[:SHORTEST_BEGUN])
    return start >= 0 and sought.startswith(begun[start:])
