"""One signal from all sides: what was counted, by which rule, how often it was right here, and what was decided."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from domain.core import must_exist
from domain.meeting import Decided, Meeting
from domain.period import Frequency, containing, frequency
from domain.problem import Problem
from domain.register import Register
from domain.signal import Assessment, Sentence, Signal, latest_run, signal_key
from service.naming import Names as StoryNames
from service.register import LiveRegister
from service.story import sentence
from service.views.track_record import TrackRecord, track_record
from service.views.week_calendar import judged_in
from service.views.week_names import Names
from service.views.week_signals import SignalCard, card, place, recent
from service.views.week_since import Told
from service.views.week_work import Link


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """A period of the series: the count as known at the moment looked at, None where missing; what its run had."""

    period: str
    count: int | None
    assessed: float | None
    expected: float | None
    lower: float | None
    upper: float | None
    flag: str | None


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The same category and period in another district. ratio: observed to expected; signal: its key if raised."""

    district: str
    name: str
    observed: float
    expected: float
    ratio: float | None
    signal: str | None


@dataclass(frozen=True, slots=True)
class SignalView:
    """A signal with its assessment.

    data_gsn: the figures were those known at that event. baseline: so many periods were compared with; None for the
    first method. one_in: nothing having changed, so many periods pass between two such counts; None for slow changes,
    which are told by sums over many. neighbours: districts, the one most alike in what was expected first. history:
    verdicts and decisions that name it, in order. problems: those that rest on it. meeting: the key of the one going
    on. week: of the meeting that judges it. known_at: the gsn at which it was raised.
    """

    card: SignalCard
    assessment: str
    method: str
    parameters: Mapping[str, float | int | str | bool]
    data_gsn: int
    baseline: int | None
    p: float
    rows: tuple[PeriodRow, ...]
    record: TrackRecord
    neighbours: tuple[Neighbour, ...]
    history: tuple[Told, ...]
    problems: tuple[Link, ...]
    decisions: int
    meeting: str | None
    week: str
    frequency: Frequency
    one_in: int | None
    known_at: int


def signal_view(live: LiveRegister, register: Register, key: str, at: int | None = None) -> SignalView:
    """The signal `key`. Refused when there is none."""
    one = must_exist(register.find(Signal, key), "signal", "Signalen", key)
    run = must_exist(register.find(Assessment, one.assessment), "assessment", "Bedömningen", one.assessment)
    tables, at_place = live.read_tables(), place(run.results.district, run.results.category, one.district, one.category)
    rows = tuple(_row(register, one, period, count) for period, count in recent(tables, register, one, at))
    later = register if at is not None else live.now()  # a moment that was chosen shows no later verdict
    deciding = _deciding(register, key)
    history = _history(live, StoryNames(register), key, deciding, at)
    return SignalView(
        card=card(tables, register, later, key, at), assessment=one.assessment, method=run.method,
        parameters=run.parameters, data_gsn=run.data_gsn,
        baseline=run.results.periods[at_place] if run.results.periods and at_place is not None else None,
        p=one.p, rows=rows, record=track_record(register, one.source, one.district, one.category),
        neighbours=_neighbours(register, one, run), history=history,
        problems=_problems(register, key), decisions=len(deciding), meeting=_open_meeting(register, live),
        week=judged_in(one.period), frequency=frequency(one.period), one_in=_one_in(one),
        known_at=history[0].gsn,
    )  # fmt: skip


def _row(register: Register, one: Signal, period: str, count: int | None) -> PeriodRow:
    run = latest_run(register, one.source, period)
    at = place(run[1].results.district, run[1].results.category, one.district, one.category) if run else None
    if run is None or at is None:
        return PeriodRow(period, count, None, None, None, None, None)
    r = run[1].results
    flag = r.at(at) if r.flagged[at] else None
    return PeriodRow(period, count, r.observed[at], r.expected[at], r.lower[at] if r.lower else None, r.bound[at], flag)


def _neighbours(register: Register, one: Signal, run: Assessment) -> tuple[Neighbour, ...]:
    names, r, found = Names(register), run.results, []
    for i, (district, category) in enumerate(zip(r.district, r.category, strict=True)):
        observed, expected = r.observed[i], r.expected[i]
        if category != one.category or district == one.district or observed is None or expected is None:
            continue
        key = signal_key(one.source, one.period, district, category) if r.flagged[i] else None
        ratio = observed / expected if expected > 0 else None
        name = names.district(one.source, district) or district
        found.append(Neighbour(district, name, observed, expected, ratio, key))
    own = math.log(one.expected + 0.1)
    return tuple(sorted(found, key=lambda n: abs(math.log(n.expected + 0.1) - own)))


def _deciding(register: Register, key: str) -> list[str]:
    """The keys of the meetings that decided something about it."""
    there: dict[str, Meeting] = register.states[Meeting.KIND]
    return [meeting for meeting, one in there.items() if any(d.signal == key for d in one.decisions)]


def _history(live: LiveRegister, names: StoryNames, key: str, deciding: list[str], at: int | None) -> tuple[Told, ...]:
    events = [*live.store.stream(f"{Signal.KIND}-{key}")]
    for meeting in deciding:
        own = live.store.stream(f"{Meeting.KIND}-{meeting}")
        events += [one for one in own if isinstance(one.event, Decided) and one.event.signal == key]
    known = [one for one in events if at is None or one.gsn <= at]
    return tuple(
        Told(one.gsn, one.recorded_at, Sentence(sv=sentence(one, "sv", names), en=sentence(one, "en", names)))
        for one in sorted(known, key=lambda one: one.gsn)
    )


def _problems(register: Register, key: str) -> tuple[Link, ...]:
    there: dict[str, Problem] = register.states[Problem.KIND]
    return tuple(
        Link(problem, one.title, one.standing)
        for problem, one in there.items()
        if any(each.kind == "signal" and each.ref == key for each in one.evidence)
    )


def _one_in(one: Signal) -> int | None:
    """In round numbers: at most two figures that are not zero, and a million at most."""
    if one.flag.startswith("lasting"):
        return None
    periods = 1 / max(one.p, 1e-6)
    return int(round(periods, 1 - int(math.log10(periods)))) if periods >= 100 else round(periods)


def _open_meeting(register: Register, live: LiveRegister) -> str | None:
    """The key of the meeting that is going on, if any: a verdict given now is part of it."""
    there: dict[str, Meeting] = register.states[Meeting.KIND]
    week = containing(live.today(), "week")
    return next((key for key, one in reversed(there.items()) if not one.closed and one.week == week), None)
