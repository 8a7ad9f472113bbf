"""The actions whose effect the year's book tells of: followed up, estimated, ended or to be followed up in the year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from domain.action import Action, Effect
from domain.computed import EffectEstimated, Effects, Estimate
from domain.core import Recorded
from domain.period import last_day
from service.book.year import Year
from service.book.year_end import stood, streams
from service.register import HERE
from service.wording import alphabetical

ENDED = ("cancelled", "reported done", "verified done")


@dataclass(frozen=True, slots=True)
class Tried:
    """An action whose effect the year's book tells of. estimate: the latest known at the opening; none may be there.

    state: as it stood at the year's end, so a later follow-up is not in it.
    """

    key: str
    state: Action
    estimate: EffectEstimated | None

    @property
    def found(self) -> Estimate | None:
        """The estimated change, where the figures gave one."""
        return self.estimate.figures.combined if self.estimate else None

    @property
    def own(self) -> Effect | None:
        """The follow-up's effect, where it has a figure."""
        followed = self.state.followed_up
        return followed.effect if followed and followed.effect.estimate is not None else None

    @property
    def side(self) -> int | None:
        """What is estimated: -1 a fall, 1 a rise, 0 no clear effect; None: nothing is."""
        return _side(self.found.lower, self.found.upper) if self.found else None

    @property
    def own_side(self) -> int | None:
        """The same of the follow-up's figure."""
        own = self.own
        return _side(own.low, own.high) if own and own.low is not None and own.high is not None else None


def tried_in(year: Year) -> tuple[Tried, ...]:
    """The agreement's begun actions that the year's question of effect is about, by title."""
    estimated = streams(year, Effects)
    found = []
    for key, events in streams(year, Action).items():
        state: Action | None = stood(events, year.last)
        if state is None or not state.was_under(year.key) or state.started_on is None:
            continue
        own = estimated.get(key, ())
        latest = own[-1].event if own and _belongs(year, own) else None
        if latest is not None or _asks(year, state):
            found.append(Tried(key, state, latest if isinstance(latest, EffectEstimated) else None))
    return tuple(sorted(found, key=lambda one: (alphabetical(one.state.title), one.key)))


def _belongs(year: Year, estimates: Sequence[Recorded]) -> bool:
    """Estimated in the year, or up to a period that ended in it."""
    return any(year.holds(day) for one in estimates for day in _days(one))


def _days(recorded: Recorded) -> tuple[date, ...]:
    assert isinstance(recorded.event, EffectEstimated)
    return recorded.recorded_at.astimezone(HERE).date(), last_day(recorded.event.last)


def _asks(year: Year, one: Action) -> bool:
    followed = one.followed_up.on if one.followed_up else None
    ended = one.ended_on if one.progress in ENDED else None
    return year.holds(followed) or year.holds(ended) or (followed is None and year.holds(one.follow_up.on))


def _side(low: float, high: float) -> int:
    return -1 if high < 0 else 1 if low > 0 else 0
