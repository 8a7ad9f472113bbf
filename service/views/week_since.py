"""What has happened since the previous meeting closed: the part of the history in between, as sentences in groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from adapters.event_store import Bare
from domain.catalogue import FileDelisted, FileListed
from domain.computed import BacktestMade
from domain.core import Recorded
from domain.forecast import ForecastIssued, ForecastScored
from domain.register import ROW_TOPICS
from domain.signal import AlertRaised, Assessed, Judged, Sentence
from service.naming import Names
from service.register import LiveRegister
from service.story import sentence
from service.views.week_calendar import A_WEEK, sitting

Subject = Literal["signals", "problems", "actions", "promises", "meetings", "picture", "figures", "agreement"]
MOST = 400
_BY_STREAM: Mapping[str, Subject] = {
    "assessment": "signals", "signal": "signals", "problem": "problems", "plan": "problems", "action": "actions",
    "effect": "actions", "promise": "promises", "meeting": "meetings", "picture": "picture", "import": "figures",
    "source": "figures", "division": "agreement", "categories": "agreement", "agreement": "agreement",
    "review": "agreement", "weights": "agreement", "weighting": "agreement",
}  # fmt: skip
# told by the signals on the table, and by the import; whole runs are large, so their content is not even read
_ELSEWHERE = (Assessed, AlertRaised, ForecastIssued, ForecastScored, BacktestMade, FileListed, FileDelisted)
_BARE = (*ROW_TOPICS, *(event.TOPIC for event in _ELSEWHERE))
SUBJECTS: tuple[Subject, ...] = tuple(dict.fromkeys(_BY_STREAM.values()))


@dataclass(frozen=True, slots=True)
class Told:
    """One event as a sentence, with its place in the history and when it was recorded."""

    gsn: int
    recorded_at: datetime
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class News:
    """What happened about one subject, in order."""

    subject: Subject
    items: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Since:
    """The history since the previous meeting, whose week is `meeting`; without one, of the last seven days.

    after, until: the gsns between which it lies (the first is not part of it). observations: events about single
    observations, which are counted only. more: whether there are more events than the 400 first, which are told.
    """

    meeting: str | None
    after: int
    until: int
    news: tuple[News, ...]
    observations: int
    more: bool

    @property
    def number(self) -> int:
        """How many events are told."""
        return sum(len(one.items) for one in self.news)


def since(live: LiveRegister, previous: tuple[str, str] | None, own: str | None, day: date, at: int | None) -> Since:
    """previous: key and week of the previous meeting. own: the key of this one, whose own events are left out."""
    before = sitting(live.store, previous[0]) if previous else None
    after = before.closed if before and before.closed else live.gsn_on(day - A_WEEK)
    page = live.store.read(after, limit=MOST, stop=at, bare=_BARE)
    events = [one for one in page if not isinstance(one, Bare) and not _of_meeting(one, own)]
    names = Names(live.now() if at is None else live.as_of(at))
    told: dict[Subject, list[Told]] = {subject: [] for subject in SUBJECTS}
    observations = 0
    for one in events:
        subject = _BY_STREAM.get(one.stream.partition("-")[0])
        if subject is None:
            observations += 1
        else:
            told[subject].append(_told(one, names))
    until = page[-1].gsn if page else after
    news = tuple(News(subject, tuple(items)) for subject, items in told.items() if items)
    return Since(previous[1] if previous else None, after, until, news, observations, len(page) == MOST)


def _of_meeting(recorded: Recorded, key: str | None) -> bool:
    """Whether an event is part of that meeting: its opening and decisions, and the verdicts that it gave."""
    if key is None:
        return False
    return recorded.stream == f"meeting-{key}" or (isinstance(recorded.event, Judged) and recorded.event.meeting == key)


def _told(recorded: Recorded, names: Names) -> Told:
    said = Sentence(sv=sentence(recorded, "sv", names), en=sentence(recorded, "en", names))
    return Told(recorded.gsn, recorded.recorded_at, said)
