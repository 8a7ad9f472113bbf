"""The signals that a weekly meeting judges: what was counted and expected, for how long, and what was judged so far."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from adapters.tables import Tables
from domain.file_import import FileImport
from domain.period import containing, first_day, frequency, last_day, span
from domain.register import Register
from domain.signal import Assessment, Caution, Sentence, Signal, Wider, latest_run
from service.views.coverage import covered_spans, is_covered
from service.views.signal_words import in_short
from service.views.week_names import Names
from service.views.week_spark import Spark, spark

PERIODS = 26
MOST = 60


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was judged: the response (act, watch, dismiss), whether the signal was right, and why."""

    response: str
    finding: str
    explained_by: str | None
    reason: str
    on: date


@dataclass(frozen=True, slots=True)
class SignalCard:
    """A signal to judge.

    expected, lower, upper: as the assessment had them, per period. in_a_row: so many periods in a row, this one
    included, lay on the same side of what was expected (of those assessed). counts: the last 26 periods', the oldest
    first, as known at the moment looked at. version: of the signal's stream, for judging it. later: a verdict that was
    given after the moment looked at. sentence: as the assessment recorded it; in_short: to be read aloud.
    """

    key: str
    source: str
    source_name: str
    period: str
    district: str
    district_name: str
    category: str
    category_name: str
    observed: float
    expected: float
    lower: float | None
    upper: float
    flag: str
    sentence: Sentence
    in_short: Sentence
    synthetic: bool
    in_a_row: int
    counts: tuple[int | None, ...]
    spark: Spark
    verdict: Verdict | None
    later: Verdict | None
    version: int


@dataclass(frozen=True, slots=True)
class RunTold:
    """One assessment: its period and method, and the sums and neighbours that diverge without a flagged district."""

    key: str
    source: str
    source_name: str
    period: str
    method: str
    raised: int
    wider: tuple[Wider, ...]
    caution: Caution | None
    synthetic: bool


@dataclass(frozen=True, slots=True)
class Signals:
    """The latest assessment's signals, older ones without a verdict (or judged this week), and the assessments.

    unjudged: how many of both have no verdict. more: so many older ones beyond the 60 latest are left out.
    """

    latest: tuple[SignalCard, ...]
    older: tuple[SignalCard, ...]
    runs: tuple[RunTold, ...]
    unjudged: int
    more: int


def signals(tables: Tables, register: Register, now: Register, day: date, week: str, at: int | None) -> Signals:
    """Those that a meeting on that day and in that week judges. now: the register as it is, for later verdicts."""
    runs = _latest_runs(register, day)
    there: dict[str, Signal] = register.states[Signal.KIND]
    latest = [key for key, one in there.items() if one.assessment in runs]
    older = [
        key
        for key, one in there.items()
        if one.assessment not in runs and last_day(one.period) < day and _is_open(one, week)
    ]
    latest.sort(key=lambda key: (there[key].response is not None, there[key].p, -there[key].exceedance))
    older.sort(key=lambda key: (there[key].period, -there[key].p), reverse=True)
    unjudged = sum(there[key].response is None for key in (*latest, *older))

    def cards(keys: Iterable[str]) -> tuple[SignalCard, ...]:
        return tuple(card(tables, register, now, key, at) for key in keys)

    return Signals(
        cards(latest), cards(older[:MOST]), tuple(_run(register, key) for key in runs), unjudged,
        max(0, len(older) - MOST),
    )  # fmt: skip


def _is_open(signal: Signal, week: str) -> bool:
    """Not judged, or judged in that week: what a meeting has judged stays on its table."""
    return signal.judged_on is None or containing(signal.judged_on, "week") == week


def _latest_runs(register: Register, day: date) -> tuple[str, ...]:
    """The keys of each source's latest assessment of a period that was over before the day; none of long ago."""
    found: dict[str, Assessment] = {}
    for one in register.every(Assessment):
        recent = day - timedelta(days=45 if frequency(one.period) == "month" else 14) <= last_day(one.period) < day
        if recent and (one.source not in found or last_day(found[one.source].period) < last_day(one.period)):
            found[one.source] = one
    runs = (latest_run(register, one.source, one.period) for one in found.values())
    return tuple(run[0] for run in runs if run)


def _run(register: Register, key: str) -> RunTold:
    one = register.find(Assessment, key)
    assert one is not None
    return RunTold(
        key, one.source, Names(register).source(one.source), one.period, one.method, sum(one.results.flagged),
        one.wider, one.caution, one.synthetic,
    )  # fmt: skip


def card(tables: Tables, register: Register, now: Register, key: str, at: int | None) -> SignalCard:
    """One signal. KeyError when there is none."""
    one: Signal = register.states[Signal.KIND][key]
    names = Names(register)
    counts = tuple(number for _, number in recent(tables, register, one, at))
    judged, today = verdict_of(one), now.find(Signal, key)
    later = verdict_of(today) if today else None
    return SignalCard(
        key, one.source, names.source(one.source), one.period, one.district,
        names.district(one.source, one.district) or one.district, one.category,
        names.category(one.category) or one.category, one.observed, one.expected, one.lower, one.bound, one.flag,
        one.sentence, in_short(one), one.synthetic, in_a_row(register, one), counts, spark(counts, one.expected),
        judged, later if later != judged else None, register.version(f"{Signal.KIND}-{key}"),
    )  # fmt: skip


def verdict_of(signal: Signal) -> Verdict | None:
    """The signal's latest verdict."""
    if signal.response is None or signal.finding is None or signal.judged_on is None:
        return None
    return Verdict(signal.response, signal.finding, signal.explained_by, signal.reason or "", signal.judged_on)


def recent(tables: Tables, register: Register, signal: Signal, at: int | None) -> list[tuple[str, int | None]]:
    """(period, count) of the 26 periods that end with the signal's, as known at a gsn; None where no file covers it."""
    freq = frequency(signal.period)
    back = first_day(signal.period) - timedelta(weeks=PERIODS - 1)
    if freq == "month":
        back = first_day(signal.period) - timedelta(days=30 * (PERIODS - 1))
    periods = list(span(containing(back, freq), signal.period))[-PERIODS:]
    ready_made = has_counts(register, signal.source)
    rows = tables.sums(
        signal.source, freq, by=None, districts=(signal.district,), categories=(signal.category,), first=periods[0],
        last=periods[-1], at=at, incidents=not ready_made,
    )  # fmt: skip
    found = {row[1]: int(row[2]) for row in rows}
    covered = () if ready_made else covered_spans(register, signal.source)
    return [(period, found.get(period, 0 if is_covered(covered, period) else None)) for period in periods]


def has_counts(register: Register, source: str) -> bool:
    """Whether the source brings counts; otherwise its incidents are counted."""
    return any(
        one.source == source and one.kind == "counts" and not one.withdrawn for one in register.every(FileImport)
    )


def in_a_row(register: Register, signal: Signal) -> int:
    """How many assessed periods in a row, back from the signal's, had more than expected (for a fall: fewer)."""
    number, period, up = 0, signal.period, not signal.flag.endswith("fall")
    while run := latest_run(register, signal.source, period):
        results = run[1].results
        at = place(results.district, results.category, signal.district, signal.category)
        observed, expected = (results.observed[at], results.expected[at]) if at is not None else (None, None)
        if observed is None or expected is None or (observed <= expected if up else observed >= expected):
            break
        number += 1
        period = containing(first_day(period) - timedelta(days=1), frequency(period))
    return number


def place(districts: Sequence[str], categories: Sequence[str], district: str, category: str) -> int | None:
    """The position of a series in a run's columns, which nearly always are in the order of district and category."""
    wanted = district, category
    i = bisect_left(range(len(districts)), wanted, key=lambda i: (districts[i], categories[i]))
    if i < len(districts) and (districts[i], categories[i]) == wanted:
        return i
    pairs = enumerate(zip(districts, categories, strict=True))
    return next((i for i, pair in pairs if pair == wanted), None)
