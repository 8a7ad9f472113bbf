"""The digest of a periodic run for one subscriber: what diverges of what he chose, the most surprising first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from adapters.subscriptions import Subscription
from adapters.tables import Tables
from domain.catalogue import Source
from domain.core import Refused, must_exist
from domain.period import Frequency, containing, first_day, last_day
from domain.register import Register
from domain.run import Run
from domain.signal import Assessment, Sentence, Signal, signal_key
from service.alerts.at_work import ProblemThere, at_work
from service.alerts.run_difference import assessments, difference
from service.alerts.wanted import is_within, one_in, told, watched
from service.naming import Names as StoryNames
from service.register import LiveRegister
from service.views.run_changes import run_changes
from service.views.scope import Counted, counted, scope
from service.views.series import Series, series_in
from service.views.signal_words import in_short
from service.views.track_record import TrackRecord, track_record
from service.views.week_calendar import judged_in
from service.views.week_names import Names
from service.views.week_signals import place

IN_FULL = 8
"""So many signals are told with chart and all; the rest by a line each."""
PERIODS = 26


@dataclass(frozen=True, slots=True)
class FlagTold:
    """A series that diverges, with the figures of this run.

    one_in: nothing having changed, one comes in so many periods. record: how often such a flag was right. new: raised
    by this run and not by the one before it of the same period. response: what was answered, if it has been judged.
    series: its last 26 periods, for the flags told in full; None where they are not counted any more.
    """

    key: str
    district: str
    category: str
    source: str
    synthetic: bool
    flag: str
    observed: float
    expected: float
    lower: float | None
    upper: float | None
    one_in: float
    in_short: Sentence
    record: TrackRecord
    at_work: tuple[ProblemThere, ...]
    new: bool
    response: str | None
    series: Series | None = None


@dataclass(frozen=True, slots=True)
class Gone:
    """A series that the run before flagged and this one does not, with what this one found; None: not assessed."""

    key: str
    district: str
    category: str
    observed: float | None
    expected: float | None


@dataclass(frozen=True, slots=True)
class SkippedTold:
    """A source that could not be assessed, and why."""

    source: str
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Digest:
    """What a subscriber is told of a run.

    flags: the most surprising first. looked: series with an answer among those chosen. raised: flags of the whole run,
    of which so many (expected_false) are to be expected false. wider: sentences on the city, areas, groups and
    districts side by side. gone, figures: what no longer diverges, and how many figures had changed; None unless the
    run was made anew. chosen: names of the districts and categories
    that the subscriber chose. meeting: the week whose meeting judges it.
    """

    run: str
    frequency: Frequency
    period: str
    number: int
    subscription: Subscription
    flags: tuple[FlagTold, ...]
    looked: int
    raised: int
    expected_false: float
    wider: tuple[Sentence, ...]
    skipped: tuple[SkippedTold, ...]
    gone: tuple[Gone, ...] | None
    figures: int | None
    sources: tuple[str, ...]
    chosen: tuple[str, ...]
    synthetic: bool
    meeting: str


def digest(live: LiveRegister, run_key: str, subscription: Subscription, gsn: int) -> Digest:
    """The digest of a run, of what was known at a gsn and nothing later. Refused where there is no such run."""
    register, tables = live.as_of(gsn), live.read_tables()
    run = must_exist(register.find(Run, run_key), "run", "Körningen", run_key)
    made, names = assessments(register, run), Names(register)
    day = live.recorded_on(gsn) or last_day(run.period)
    flags = sorted(_flags(register, run, made, subscription, day), key=lambda each: (-each.one_in, each.key))
    cautions = [one.caution for one in made.values() if one.caution]
    return Digest(
        run=run_key, frequency=run.frequency, period=run.period, number=run.number, subscription=subscription,
        flags=tuple(_with_series(register, tables, run, flags)),
        looked=sum(_looked(one, subscription) for one in made.values()),
        raised=sum(sum(one.results.flagged) for one in made.values()),
        expected_false=sum(each.expected_false + each.lasting_false for each in cautions),
        wider=tuple(_wider(register, made, subscription)),
        skipped=tuple(SkippedTold(names.source(each.source), each.sentence) for each in run.skipped),
        gone=_gone(register, run, made, subscription), figures=_figures(live, run_key, gsn),
        sources=tuple(names.source(one.source) for one in made.values()),
        chosen=tuple(_chosen(register, subscription)),
        synthetic=any(one.synthetic for one in made.values()),
        meeting=judged_in(run.period),
    )  # fmt: skip


def _flags(
    register: Register, run: Run, made: Mapping[str, Assessment], subscription: Subscription, day: date
) -> Iterator[FlagTold]:
    changed = difference(register, run)
    for one in made.values():
        for i in (i for i, flag in enumerate(one.results.flagged) if flag):
            signal = _as_assessed(register, one, i)
            seldom = one_in(signal.flag, signal.p) if signal else 0.0
            if signal is None or not watched(subscription, signal.district, signal.category):
                continue
            if told(subscription, signal.flag, seldom):
                key = signal_key(one.source, one.period, signal.district, signal.category)
                yield _told(register, key, signal, seldom, day, new=changed is not None and key in changed.new)


def _as_assessed(register: Register, one: Assessment, i: int) -> Signal | None:
    """The signal with the figures of this run: one that stood already keeps those that it was raised with."""
    r = one.results
    signal = register.find(Signal, signal_key(one.source, one.period, r.district[i], r.category[i]))
    if signal is None:
        return None
    flag = r.at(i)
    p = r.p_fall[i] if flag.endswith("fall") and r.p_fall else r.p[i]
    return replace(
        signal, observed=r.observed[i] or 0.0, expected=r.expected[i] or 0.0, bound=r.bound[i] or 0.0, p=p or 0.0,
        lower=r.lower[i] if r.lower else None, flag=flag,
    )  # fmt: skip


def _told(register: Register, key: str, signal: Signal, seldom: float, day: date, *, new: bool) -> FlagTold:
    names, source = Names(register), register.find(Source, signal.source)
    return FlagTold(
        key=key, district=names.district(signal.source, signal.district) or signal.district,
        category=names.category(signal.category) or signal.category, source=names.source(signal.source),
        synthetic=signal.synthetic, flag=signal.flag, observed=signal.observed, expected=signal.expected,
        lower=signal.lower, upper=signal.bound, one_in=seldom, in_short=in_short(signal),
        record=track_record(register, signal.source, signal.district, signal.category),
        at_work=at_work(register, source.division, signal.district, signal.category, day) if source else (),
        new=new, response=signal.response,
    )  # fmt: skip


def _with_series(register: Register, tables: Tables, run: Run, flags: list[FlagTold]) -> Iterator[FlagTold]:
    back = (PERIODS - 1) * (7 if run.frequency == "week" else 30)
    first = containing(date.fromordinal(first_day(run.period).toordinal() - back), run.frequency)
    known: dict[str, Counted] = {}
    for n, each in enumerate(flags):
        signal = register.find(Signal, each.key)
        if signal is None or n >= IN_FULL:
            yield each
            continue
        of = known.setdefault(signal.source, counted(register, tables, signal.source))
        try:
            what = scope(register, of, signal.district, signal.category)
        except Refused:  # a district or category that was retired meanwhile is counted no more
            yield each
            continue
        found = series_in(register, tables, register.position, of, what, run.frequency, first=first)
        yield replace(each, series=replace(found.within(first, run.period), marks=(), ahead=()))


def _looked(one: Assessment, subscription: Subscription) -> int:
    r = one.results
    series = zip(r.district, r.category, r.p, strict=True)
    return sum(p is not None and watched(subscription, district, category) for district, category, p in series)


def _wider(register: Register, made: Mapping[str, Assessment], subscription: Subscription) -> Iterator[Sentence]:
    for one in made.values():
        source = register.find(Source, one.source)
        within = is_within(subscription, register, source.division if source else "")
        for each in one.wider:
            if within(each) and told(subscription, each.flag, one_in(each.flag, each.p)):
                yield each.sentence


def _gone(
    register: Register, run: Run, made: Mapping[str, Assessment], subscription: Subscription
) -> tuple[Gone, ...] | None:
    changed, names = difference(register, run), Names(register)
    if changed is None:
        return None
    by_source = {one.source: one for one in made.values()}
    signals = [(key, signal) for key in changed.gone if (signal := register.find(Signal, key))]
    return tuple(
        Gone(key, names.district(s.source, s.district) or s.district, names.category(s.category) or s.category,
             *_found(by_source.get(s.source), s))
        for key, s in signals
        if watched(subscription, s.district, s.category)
    )  # fmt: skip


def _figures(live: LiveRegister, run: str, gsn: int) -> int | None:
    changes = run_changes(live, run, gsn)
    return sum(each.revised.cells for each in changes.sources if each.revised) if changes else None


def _found(one: Assessment | None, signal: Signal) -> tuple[float | None, float | None]:
    at = place(one.results.district, one.results.category, signal.district, signal.category) if one else None
    return (one.results.observed[at], one.results.expected[at]) if one and at is not None else (None, None)


def _chosen(register: Register, subscription: Subscription) -> Iterator[str]:
    names = StoryNames(register)
    yield from (names.district(key) for key in subscription.districts)
    yield from (names.category(key) for key in subscription.categories)
