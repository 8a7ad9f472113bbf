"""The history as it is read on a page: some events at a time, from either end, as sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from adapters.event_store import Bare
from domain.action import Action
from domain.agreement import Agreement
from domain.catalogue import Division
from domain.core import Recorded
from domain.meeting import Meeting
from domain.period import last_day
from domain.problem import Problem
from domain.register import EVENTS, ROW_TOPICS, Register
from service.naming import Names
from service.register import LiveRegister
from service.story import sentence, subjects
from service.wording import Language, alphabetical

Order = Literal["newest", "oldest"]
Kind = Literal[
    "agreements", "meetings", "signals", "pictures", "problems", "actions", "promises", "reports", "files",
    "catalogues", "computed", "erasures", "sharings",
]  # fmt: skip
KINDS: Mapping[Kind, tuple[str, ...]] = {
    "agreements": ("agreement", "review"),
    "meetings": ("meeting",),
    "signals": ("signal",),
    "pictures": ("picture",),
    "problems": ("problem", "plan"),
    "actions": ("action",),
    "promises": ("promise",),
    "reports": ("observation",),
    "files": ("import", "source"),
    "catalogues": ("division", "categories", "weights", "weighting"),
    "computed": ("assessment", "run", "forecast", "effect", "backtest"),
    "erasures": ("erasure",),
    "sharings": ("sharing",),
}
PAGE = 40
MOST_LOOKED_AT = 10_000  # events a page: about half a second; then the reader decides whether to go on
_FIRST_WINDOW, _LONGEST_WINDOW = PAGE, 1_000
_FIRST, _LAST = date(1900, 1, 1), date(9998, 1, 1)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events: what they are about (keys), who acted (account, role or organisation), when, of which kind.

    None leaves a condition out. first, last: days on which they were recorded.
    """

    agreement: str | None = None
    problem: str | None = None
    action: str | None = None
    district: str | None = None
    actor: str | None = None
    first: date | None = None
    last: date | None = None
    kind: Kind | None = None

    @property
    def about(self) -> dict[str, str]:
        """The keys by kind, as `service.story.subjects` gives them."""
        asked = {
            "agreements": self.agreement, "problems": self.problem, "actions": self.action, "districts": self.district
        }  # fmt: skip
        return {kind: key for kind, key in asked.items() if key is not None}


@dataclass(frozen=True, slots=True)
class Happening:
    """One event as a sentence. about: keys of what it names, by kind (agreements, problems, actions, districts)."""

    gsn: int
    recorded_at: datetime
    account: str
    role: str
    organisation: str
    topic: str
    stream: str
    version: int
    sentence: str
    about: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Chapter:
    """Some of the history. end: the last event number of the whole history that is looked at, 0 when it is empty.

    go_on: pass it as `beyond` for what follows; None when everything has been looked at. looked_to: the day up to which
    a search has come that found less than a page, when there is more to search; else None.
    """

    items: tuple[Happening, ...]
    end: int
    go_on: int | None
    looked_to: date | None


def chapter(
    live: LiveRegister, wanted: Wanted, language: Language, *, order: Order = "newest", beyond: int | None = None,
    at: int | None = None, limit: int = PAGE, budget: int = MOST_LOOKED_AT,
) -> Chapter:  # fmt: skip
    """Up to `limit` events that are wanted, after looking at no more than `budget`, told with names as known at `at`.

    beyond: an event number; only what follows it in the order asked for is looked at. at: nothing after this gsn.
    """
    end = live.store.last_gsn() if at is None else at
    low, high = _bounds(live, wanted, end)
    if beyond is not None:
        low, high = (max(low, beyond), high) if order == "oldest" else (low, min(high, beyond - 1))
    names = Names(live.now() if at is None else live.as_of(at))
    found: list[Happening] = []
    reached = low if order == "oldest" else high + 1
    for window in _windows(low, high, order, budget):
        for recorded in _read(live, window, order, wanted):
            reached = recorded.gsn
            if isinstance(recorded, Recorded) and _is_wanted(recorded, wanted):
                found.append(_told(recorded, language, names))
                if len(found) == limit:
                    break
        if len(found) == limit:
            break
    more = reached < high if order == "oldest" else reached - 1 > low
    looked_to = live.recorded_on(reached) if more and len(found) < limit else None
    return Chapter(tuple(found), end, reached if more else None, looked_to)


def _bounds(live: LiveRegister, wanted: Wanted, end: int) -> tuple[int, int]:
    """The event numbers between which the wanted days lie: after the first, up to the second."""
    low = live.gsn_on(max(wanted.first, _FIRST) - timedelta(days=1)) if wanted.first else 0
    high = min(live.gsn_on(min(wanted.last, _LAST)), end) if wanted.last else end
    return low, high


def _windows(low: int, high: int, order: Order, budget: int) -> Iterator[tuple[int, int]]:
    """Stretches of event numbers (after, up to) in the order asked for, each longer than the one before: most pages are
    full after the first. There are no gaps in the numbers, so each stretch is full."""
    done, size, most = 0, _FIRST_WINDOW, min(budget, high - low)
    while done < most:
        size = min(size, most - done)
        yield (low + done, low + done + size) if order == "oldest" else (high - done - size, high - done)
        done, size = done + size, min(2 * size, _LONGEST_WINDOW)


def _read(live: LiveRegister, window: tuple[int, int], order: Order, wanted: Wanted) -> list[Recorded | Bare]:
    after, stop = window
    read = live.store.read(after, limit=stop - after, stop=stop, bare=_unread(wanted.kind))
    return read if order == "oldest" else read[::-1]


def _unread(kind: Kind | None) -> tuple[str, ...]:
    """Topics whose content need not be read: rows of files, which have no sentence, and other kinds than the wanted."""
    if kind is None:
        return tuple(ROW_TOPICS)
    return tuple(topic for topic in EVENTS if topic in ROW_TOPICS or topic.partition(".")[0] not in KINDS[kind])


def _is_wanted(r: Recorded, wanted: Wanted) -> bool:
    if wanted.actor is not None:
        by = wanted.actor.strip().casefold()
        if by not in (r.by.account.casefold(), r.by.role.casefold(), r.by.organisation.casefold()):
            return False
    keys = wanted.about
    about = subjects(r) if keys else {}
    return all(key in about.get(kind, ()) for kind, key in keys.items())


def _told(r: Recorded, language: Language, names: Names) -> Happening:
    by = r.by
    return Happening(
        r.gsn, r.recorded_at, by.account, by.role, by.organisation, type(r.event).TOPIC, r.stream, r.version,
        sentence(r, language, names), subjects(r),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choices:
    """What a reader can ask the history about: pairs of key and name, in alphabetical order of the names."""

    agreements: tuple[tuple[str, str], ...]
    problems: tuple[tuple[str, str], ...]
    actions: tuple[tuple[str, str], ...]
    districts: tuple[tuple[str, str], ...]
    weeks: Mapping[str, str]  # of the meetings, by key

    def names(self, kind: str) -> Mapping[str, str]:
        """The names by key; kind: agreements, problems, actions or districts."""
        return dict(getattr(self, kind))


def choices(register: Register) -> Choices:
    """Everything that has a history of its own."""
    districts = {key: one.name for each in register.every(Division) for key, one in each.districts.items()}
    return Choices(
        _sorted((key, state.title) for key, state in register.states[Agreement.KIND].items()),
        _sorted((key, state.title) for key, state in register.states[Problem.KIND].items()),
        _sorted((key, state.title) for key, state in register.states[Action.KIND].items()),
        _sorted(iter(districts.items())),
        {key: state.week for key, state in register.states[Meeting.KIND].items()},
    )


def _sorted(pairs: Iterator[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(pairs, key=lambda pair: (alphabetical(pair[1]), pair[0])))


@dataclass(frozen=True, slots=True)
class Moment:
    """The end of a day or week in the history. gsn: the last event by then; 0 when nothing had been recorded."""

    day: date
    week: str | None
    gsn: int


def moment(live: LiveRegister, day: date, week: str | None = None) -> Moment:
    """The history at the end of a day where the register is kept; of a week when the day is its last."""
    return Moment(day, week, live.gsn_on(min(day, _LAST)))


_WEEK = re.compile(r"(?:(?P<y1>\d{4})\D{1,4}(?P<w1>\d{1,2})|\D{0,7}(?P<w2>\d{1,2})\D{1,3}(?P<y2>\d{4}))", re.ASCII)


def day_asked(text: str) -> tuple[date, str | None] | None:
    """What somebody means by `2020-11-18`, `2020-W46`, `v. 46 2020` or `vecka 46, 2020`: the last day, and the week if
    it is one. None when it is neither."""
    text = text.strip()
    week = _WEEK.fullmatch(text)
    try:
        if week is None:
            return date.fromisoformat(text), None
        key = f"{week['y1'] or week['y2']}-W{int(week['w1'] or week['w2']):02d}"
        return last_day(key), key
    except ValueError:
        return None
