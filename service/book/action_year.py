"""What happened to each action in the year, from its own events; and whose it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from domain.action import (
    Action,
    ActionEvent,
    Cancelled,
    Changed,
    Committed,
    DoseLogged,
    NotStarted,
    ReportedDone,
    Started,
    VerifiedDone,
)
from domain.core import Recorded
from service.book.year import Year
from service.book.year_end import dated, stood, streams
from service.wording import alphabetical

E = TypeVar("E", bound=ActionEvent)
ONGOING = ("committed", "started")
MOST_PARTIES = 5


@dataclass(frozen=True, slots=True)
class ActionYear:
    """An action with its events of up to the year's end. state: as it stood then; later: as known at the opening."""

    key: str
    state: Action
    later: Action
    events: tuple[ActionEvent, ...]
    first: date  # of the year
    last: date

    @property
    def party(self) -> str:
        """The organisation of its owner at the year's end."""
        return self.state.owner.organisation

    @property
    def first_due(self) -> date:
        """The day that was promised when it was committed to."""
        return self._every(Committed)[0].due

    @property
    def due_moves(self) -> tuple[Changed, ...]:
        """The changes of the due day within the year, where the day became another."""
        due, found = self.first_due, []
        for one in self._every(Changed):
            if one.due is not None and one.due != due:
                due = one.due
                found += [one] if self.within(one.on) else []
        return tuple(found)

    @property
    def hours(self) -> float:
        """The hours that were logged for days of the year."""
        return sum(one.hours for one in self._every(DoseLogged) if self.within(one.on))

    def in_year(self, kind: type[E]) -> E | None:
        """The latest event of a kind that is dated in the year, if there is one."""
        return next((one for one in reversed(self._every(kind)) if self.within(one.on)), None)

    @property
    def on_time(self) -> bool | None:
        """Whether it was reported done by the day first promised; None: not reported done in the year."""
        done = self.in_year(ReportedDone)
        return done.on <= self.first_due if done else None

    @property
    def by_moved_day(self) -> bool:
        """Whether it was reported done by the due day as it stood at the year's end."""
        done = self.in_year(ReportedDone)
        return done is not None and done.on <= self.state.due

    @property
    def runs(self) -> bool:
        """Whether it was still to be done at the year's end."""
        return self.state.progress in ONGOING

    def within(self, day: date) -> bool:
        """Whether a day lies within the year."""
        return self.first <= day <= self.last

    def _every(self, kind: type[E]) -> list[E]:
        return [one for one in self.events if isinstance(one, kind)]


def actions_of(year: Year) -> tuple[ActionYear, ...]:
    """The agreement's actions that something happened to in the year, or that went on through it; by their title."""
    found = [
        one
        for key, events in streams(year, Action).items()
        if (one := _action(year, key, events)) is not None and _concerns(one)
    ]
    return tuple(sorted(found, key=lambda one: (alphabetical(one.state.title), one.key)))


def _action(year: Year, key: str, events: Sequence[Recorded]) -> ActionYear | None:
    state: Action | None = stood(tuple(events), year.last)
    if state is None or not state.was_under(year.key):
        return None
    own: tuple[Any, ...] = tuple(one.event for one in events if dated(one) <= year.last)  # of an action, all of them
    return ActionYear(key, state, year.register.states[Action.KIND][key], own, year.first, year.last)


def _concerns(one: ActionYear) -> bool:
    kinds = (Committed, Started, Cancelled, NotStarted, ReportedDone, VerifiedDone)
    return one.runs or bool(one.hours) or any(one.in_year(kind) for kind in kinds)


def parties(year: Year, actions: Iterable[ActionYear]) -> tuple[str, ...]:
    """Whose the actions are: those who signed first, then the others by name."""
    signed = [party.organisation for party in year.agreement.parties]
    others = {one.party for one in actions} - set(signed)
    return (*signed, *sorted(others, key=alphabetical))
