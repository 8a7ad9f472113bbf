"""The weekly meeting: everything that is on its table, in the order of its agenda, as known at one moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from domain.meeting import Attendee, Meeting
from domain.period import containing, last_day
from domain.register import Register
from service.register import LiveRegister
from service.views.broken_links import BrokenLinks, broken_links
from service.views.silent_reporters import SilentReporter, silent_reporters
from service.views.week_calendar import A_WEEK, agreement_in_force, agreement_on, meeting_of, previous_meeting
from service.views.week_made import Made, made
from service.views.week_reports import Reports, reports
from service.views.week_signals import Signals, signals
from service.views.week_since import Since, since
from service.views.week_sources import SourceState, sources
from service.views.week_work import (
    ActionTold,
    DecisionTold,
    PromiseTold,
    Ranked,
    actions,
    decisions,
    follow_up,
    promises,
    ranking,
)

ATTENDEES = 24


@dataclass(frozen=True, slots=True)
class Table:
    """The meeting itself: its key, day and roles. version: of its stream.

    made: the priorities, plans and actions that were recorded while it sat, beside its own decisions.
    """

    key: str
    agreement: str
    on: date
    closed: bool
    attendees: tuple[Attendee, ...]
    decisions: tuple[DecisionTold, ...]
    made: tuple[Made, ...]
    version: int


@dataclass(frozen=True, slots=True)
class Counts:
    """What the first screen tells: how many of each wait for the meeting. follow_up: decisions not yet followed up."""

    signals: int
    late: int
    due: int
    follow_up: int
    reports: int
    silent: int
    promises: int
    broken: int
    sources: int


@dataclass(frozen=True, slots=True)
class Week:
    """One week's meeting and what is on its table, at a gsn (None: now).

    day: of the meeting; before one is opened today, and the last day of a week that is over. previous: the key and week
    of the meeting before. next_day: a week after this one. can_open: an agreement is in force today, in this very week,
    and there is no meeting yet. suggested: roles seen at earlier meetings, the most frequent first, without those that
    are noted.
    """

    week: str
    day: date
    at: int | None
    agreement: str | None
    meeting: Table | None
    previous: tuple[str, str] | None
    next_day: date
    can_open: bool
    sources: tuple[SourceState, ...]
    since: Since
    follow_up: tuple[DecisionTold, ...]
    broken: BrokenLinks
    reports: Reports
    silent: tuple[SilentReporter, ...]
    signals: Signals
    actions: tuple[ActionTold, ...]
    promises: tuple[PromiseTold, ...]
    ranking: tuple[Ranked, ...]
    suggested: tuple[Attendee, ...]
    counts: Counts
    synthetic: bool


def week(
    live: LiveRegister, register: Register, key: str, at: int | None = None, *, later: Register | None = None
) -> Week:  # fmt: skip
    """The week `key` (2023-W09). register: as known at `at`, or now when that is None.

    later: where verdicts that came afterwards are looked up; now unless it is given. The register itself shows none.
    """
    held, today, tables = meeting_of(register, key), live.today(), live.read_tables()
    day = held[1].on if held else (today if containing(today, "week") == key else last_day(key))
    before, agreement = previous_meeting(register, day), agreement_on(register, day)
    previous = (before[0], before[1].week) if before else None
    news = since(live, previous, held[0] if held else None, day, at)
    fresh = reports(tables, register, day, news.after, at)
    judged = signals(tables, register, later or live.now(), day, key, at)
    raised = [(one.district, one.category) for one in judged.latest]
    table = _table(live, register, *held, at) if held else None
    states, deeds, chain = sources(live, register, day, at), actions(register, day), broken_links(register, day)
    followed, waiting = follow_up(register, before, day), promises(register, day)
    heard = {line.reporter for group in fresh.groups for line in group.items}
    quiet = silent_reporters(tables, register, at, containing(day - A_WEEK, "week"), heard_by=day)
    silent = tuple(one for one in quiet if one.reporter not in heard)
    to_follow = sum(one.waits(held[0] if held else None) for one in followed)
    this_week = at is None and containing(today, "week") == key
    return Week(
        week=key, day=day, at=at, agreement=agreement[0] if agreement else None, meeting=table, previous=previous,
        next_day=day + A_WEEK, sources=states, since=news,
        can_open=this_week and held is None and agreement_in_force(register, day) is not None,
        follow_up=followed, broken=chain, reports=fresh, silent=silent, signals=judged, actions=deeds,
        promises=waiting, ranking=ranking(register, fresh, raised, day), suggested=_suggested(register, table),
        counts=_counts(judged, deeds, states, to_follow, fresh.number, len(silent), len(waiting), chain.total),
        synthetic=any(one.synthetic for one in states),
    )  # fmt: skip


def _counts(
    judged: Signals, deeds: Sequence[ActionTold], states: Sequence[SourceState], follow_up: int, reports: int,
    silent: int, promises: int, broken: int,
) -> Counts:  # fmt: skip
    late = sum(one.what == "late" for one in deeds)
    behind = sum(one.condition in ("late", "silent") for one in states)
    return Counts(judged.unjudged, late, len(deeds) - late, follow_up, reports, silent, promises, broken, behind)


def _table(live: LiveRegister, register: Register, key: str, state: Meeting, at: int | None) -> Table:
    told, also = decisions(register, key, state, state.on), made(live.store, register, key, at)
    version = register.version(f"{Meeting.KIND}-{key}")
    return Table(key, state.agreement, state.on, state.closed, state.attendees, told, also, version)


def _suggested(register: Register, table: Table | None) -> tuple[Attendee, ...]:
    seen: Counter[tuple[str, str]] = Counter()
    for one in register.every(Meeting):
        seen.update((each.role, each.organisation) for each in one.attendees)
    noted = {(each.role, each.organisation) for each in table.attendees} if table else set()
    fresh = [pair for pair, _ in seen.most_common() if pair not in noted][:ATTENDEES]
    return tuple(Attendee(role=role, organisation=of) for role, of in fresh)
