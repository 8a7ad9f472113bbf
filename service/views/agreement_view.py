"""The agreement: parties, period, the six things it should describe, goals, versions, earlier and later ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from domain.agreement import Agreement, Amended, Ended, Goal, Signed, SixItems, Succeeded
from domain.core import Actor, Recorded, must_exist
from domain.register import Register

LAW_FROM = date(2023, 7, 1)  # lag (2023:196) om kommuners ansvar för brottsförebyggande arbete came into force


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One of the six things that an agreement should describe; None: it does not."""

    name: str
    text: str | None


@dataclass(frozen=True, slots=True)
class GoalRow:
    """A goal, and the names of what is missing for it to be measurable: baseline, baseline_period, target."""

    goal: Goal
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A change of the agreement: when, by whom and why. changed: the names of what did (last_day, goals, items)."""

    number: int
    kind: Literal["signed", "amended", "ended", "succeeded"]
    on: date
    by: Actor
    reason: str | None = None
    changed: tuple[str, ...] = ()
    last_day: date | None = None
    successor: str | None = None


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another agreement of the register."""

    key: str
    title: str
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class AgreementView:
    """An agreement on a day.

    days_left: counting the day itself; 0 when it is over, None before it begins. running: work can be recorded under
    it. described: how many of the six items. under_law: whether lag (2023:196) was in force in any part of its time;
    law_in_force: whether it is on the day. versions: oldest first. earlier, later: the register's other agreements.
    """

    key: str
    state: Agreement
    running: bool
    days_left: int | None
    items: tuple[ItemRow, ...]
    described: int
    goals: tuple[GoalRow, ...]
    under_law: bool
    law_in_force: bool
    versions: tuple[VersionRow, ...]
    earlier: tuple[Neighbour, ...]
    later: tuple[Neighbour, ...]
    version: int


def latest_agreement(register: Register, today: date) -> str | None:
    """The key of the agreement that runs on a day, else of the latest one that has begun, else of the next one."""
    there: Mapping[str, Agreement] = register.states[Agreement.KIND]
    begun = [(state.first_day, key) for key, state in there.items() if state.first_day <= today]
    coming = [(state.first_day, key) for key, state in there.items() if state.first_day > today]
    return max(begun)[1] if begun else min(coming)[1] if coming else None


def agreement_view(register: Register, key: str, today: date, events: Sequence[Recorded]) -> AgreementView:
    """One agreement. events: those of its stream, as far as they were known. Refused: there is no such agreement."""
    state = must_exist(register.find(Agreement, key), "agreement", "Överenskommelsen", key)
    items = tuple(ItemRow(name, getattr(state.items, name)) for name in SixItems.model_fields)
    running = state.ended_on is None and state.covers(today)
    return AgreementView(
        key=key,
        state=state,
        running=running,
        days_left=None if today < state.first_day else (state.last_day - today).days + 1 if running else 0,
        items=items,
        described=sum(item.text is not None for item in items),
        goals=tuple(GoalRow(goal, _missing(goal)) for goal in state.goals),
        under_law=state.end >= LAW_FROM,
        law_in_force=today >= LAW_FROM,
        versions=tuple(_versions(events)),
        earlier=_neighbours(register, key, state, later=False),
        later=_neighbours(register, key, state, later=True),
        version=register.version(f"{Agreement.KIND}-{key}"),
    )


def _missing(goal: Goal) -> tuple[str, ...]:
    return tuple(name for name in ("baseline", "baseline_period", "target") if getattr(goal, name) is None)


def _versions(events: Sequence[Recorded]) -> Iterator[VersionRow]:
    for recorded in events:
        number, by = recorded.version, recorded.by
        match recorded.event:
            case Signed(signed_on=on, last_day=last):
                yield VersionRow(number, "signed", on, by, last_day=last)
            case Amended() as e:
                names = tuple(name for name in ("last_day", "goals", "items") if getattr(e, name) is not None)
                yield VersionRow(number, "amended", e.on, by, e.reason, names, e.last_day)
            case Ended(on=on, reason=reason):
                yield VersionRow(number, "ended", on, by, reason)
            case Succeeded(on=on, successor=successor):
                yield VersionRow(number, "succeeded", on, by, successor=successor)


def _neighbours(register: Register, key: str, state: Agreement, *, later: bool) -> tuple[Neighbour, ...]:
    there: Mapping[str, Agreement] = register.states[Agreement.KIND]
    found = [
        Neighbour(other_key, other.title, other.first_day, other.end)
        for other_key, other in there.items()
        if other_key != key and (other.first_day > state.first_day) == later
    ]
    return tuple(sorted(found, key=lambda one: one.first_day))
