"""Events for other tools: CloudEvents 1.0, and the walk through the log that a consumer makes, a look at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from adapters.event_store import Bare
from domain.action import Action
from domain.core import Recorded, refuse
from domain.register import EVENTS, Register
from service.register import LiveRegister
from service.story import subjects

TYPE = "se.samverkan."
PAGE = 100
LONGEST_LOOK = 10_000
LARGEST_LOOK = 4 * 1024**2


@dataclass(frozen=True, slots=True)
class CloudEvent:
    """An event in the structured form of CloudEvents 1.0.

    id: its gsn. type: its topic after `se.samverkan.`. subject: its stream, streamversion its place there. time: when
    it was recorded. sequence: the gsn as text that sorts. account, role, organisation: who acted. data: what happened.
    """

    id: str
    source: str
    type: str
    subject: str
    time: str
    sequence: str
    streamversion: int
    account: str
    role: str
    organisation: str
    data: dict[str, Any]
    specversion: str = "1.0"
    datacontenttype: str = "application/json"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events a consumer wants. without: the topics that it does not want; they are passed over unread.

    problem: what names it, and what happens with its actions. district: what names it, imported rows too.
    """

    without: tuple[str, ...] = ()
    problem: str | None = None
    district: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """An event that is wanted. body: the CloudEvent as JSON in one line."""

    gsn: int
    type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at the log found, in order; position: the last gsn that it looked at, wanted or not."""

    found: tuple[Found, ...]
    position: int


def wanted_events(topic: str | None, problem: str | None, district: str | None) -> Wanted:
    """The filter; topic is one (`signal.raised`) or all of a kind (`signal.*`). Refused when there is none such."""
    if topic is None:
        return Wanted((), problem, district)
    begins = topic.removesuffix("*")
    chosen = {one for one in EVENTS if one == topic or (topic.endswith(".*") and one.startswith(begins))}
    if not chosen:
        refuse(
            "no-such-topic",
            f"Ingen händelse heter ”{topic[:60]}”. Skriv ett ämne som signal.raised, eller signal.* för ett helt slag.",
            f"No event is called “{topic[:60]}”. Write a topic such as signal.raised, or signal.* for all of a kind.",
        )
    return Wanted(tuple(one for one in EVENTS if one not in chosen), problem, district)


def look(
    live: LiveRegister, wanted: Wanted, after: int, limit: int, base_url: str, largest: int = LARGEST_LOOK
) -> Look:
    """The next events that are wanted, up to `limit`; fewer where few among many are wanted, or at `largest` bytes.

    Numbers have no gaps and follow the order of the commits: what has been looked at never changes.
    """
    found: list[Found] = []
    size, position = 0, after
    for gsn, event in _next(live, wanted, after, base_url):
        position = gsn
        if event is not None:
            found.append(event)
            size += len(event.body)
        if len(found) == limit or size >= largest or position - after >= LONGEST_LOOK:
            break
    return Look(tuple(found), position)


def check_cursor(live: LiveRegister, after: int) -> None:
    """Refuses a position beyond the end: whoever was there read another register, or one that has lost its end."""
    end = live.store.last_gsn()
    if after > end:
        refuse(
            "cursor-ahead",
            f"Registret slutar vid händelse {end}, före {after}. Det har lästs tillbaka från en äldre kopia, "
            "eller är ett annat. Läs om från en händelse som du vet är densamma.",
            f"The register ends at event {end}, before {after}. It was restored from an older copy, or is another one. "
            "Read again from an event that you know to be the same.",
        )


def _next(live: LiveRegister, wanted: Wanted, after: int, base_url: str) -> Iterator[tuple[int, Found | None]]:
    """Every event after a gsn: its gsn, and the event where it is wanted."""
    while True:
        page = live.events(after=after, limit=PAGE, without=wanted.without)
        # after the page: an action that the page tells of is known by then
        actions = _actions_of(live.now(), wanted.problem) if wanted.problem is not None and page else frozenset()
        for one in page:
            told = not isinstance(one, Bare) and _is_about(one, wanted, actions)
            yield one.gsn, _found(one, base_url) if told and not isinstance(one, Bare) else None
        if len(page) < PAGE:
            return
        after = page[-1].gsn


def _actions_of(register: Register, problem: str) -> frozenset[str]:
    there: dict[str, Action] = register.states[Action.KIND]
    return frozenset(key for key, one in there.items() if one.problem == problem)


def _is_about(one: Recorded, wanted: Wanted, actions: frozenset[str]) -> bool:
    if wanted.problem is None and wanted.district is None:
        return True
    about = subjects(one)
    by_problem = wanted.problem is None or (
        wanted.problem in about.get("problems", ()) or not actions.isdisjoint(about.get("actions", ()))
    )
    return by_problem and (wanted.district is None or wanted.district in about.get("districts", ()))


def _found(one: Recorded, base_url: str) -> Found:
    made = cloud_event(one, base_url)
    return Found(one.gsn, made.type, msgspec.json.encode(made))


def cloud_event(one: Recorded, base_url: str) -> CloudEvent:
    """An event as other tools read it."""
    return CloudEvent(
        id=str(one.gsn),
        source=f"{base_url}/register",
        type=TYPE + type(one.event).TOPIC,
        subject=one.stream,
        time=one.recorded_at.isoformat(),
        sequence=f"{one.gsn:016d}",
        streamversion=one.version,
        account=one.by.account,
        role=one.by.role,
        organisation=one.by.organisation,
        data=one.event.model_dump(mode="json"),
    )
