"""Assess a source: its counts as known now become a panel, the panel findings, the findings events."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta

import numpy as np

from adapters.database import Row
from domain.catalogue import Categories, Division, Source
from domain.core import Actor, Refused, must_exist, refuse
from domain.file_import import FileImport
from domain.period import Frequency, Period, containing, first_day, frequency, last_complete, last_day, span
from domain.register import Register
from domain.signal import Assessment, RecordAssessment, Results, Sentence, Signal, assessment_key, signal_key
from forecasting.panel import VERSION, Finding, Panel, Settings, sentence
from forecasting.panel import assess as assess_panel
from service.register import LiveRegister

Progress = Callable[[int, int], None]
WORTH_SPREADING = 500  # series; a process of its own takes two seconds to start


@dataclass(frozen=True, slots=True)
class AssessmentOutcome:
    """A run and its alerts, most surprising first. repeated: the period had been assessed before; this is that run."""

    key: str
    repeated: bool
    assessment: Assessment
    signals: tuple[tuple[str, Signal], ...]


def assess(
    live: LiveRegister,
    source: str,
    *,
    by: Actor,
    period: Period | None = None,
    frequency: Frequency | None = None,
    workers: int = 1,
    progress: Progress | None = None,
) -> AssessmentOutcome:
    """Assess all districts and categories of a source at a period (its latest complete one unless said).

    The run and its alerts are recorded as events; a period that has been assessed answers with that run.
    """
    gsn = live.tables.pull()
    register = live.now()
    panel = counts_panel(live, register, source, frequency, gsn)
    wanted = _period(panel, period, source)
    key = assessment_key(source, wanted)
    if register.find(Assessment, key) is not None:
        return outcome(register, key, repeated=True)
    settings = Settings.weekly() if panel.freq == 52 else Settings.monthly()
    spread = workers if len(panel.series) >= WORTH_SPREADING else 1
    findings = assess_panel(panel, panel.periods.index(wanted), settings, workers=spread, progress=progress)
    command = _command(source, wanted, gsn, settings, findings, register)
    try:
        answer = live.ask(command, by)
    except Refused as refused:
        if refused.rule != "already-assessed":  # somebody was faster: theirs is the run
            raise
        return outcome(live.now(), key, repeated=True)
    return outcome(live.now(), key, repeated=answer.repeated)


def outcome(register: Register, key: str, *, repeated: bool) -> AssessmentOutcome:
    """What a recorded run says."""
    assessment = must_exist(register.find(Assessment, key), "assessment", "Bedömningen", key)
    results = assessment.results
    series = zip(results.district, results.category, results.flagged, strict=True)
    keys = [signal_key(assessment.source, assessment.period, d, c) for d, c, flag in series if flag]
    found = [(k, register.find(Signal, k)) for k in keys]
    signals = sorted(((k, s) for k, s in found if s is not None), key=lambda item: (item[1].p, -item[1].exceedance))
    return AssessmentOutcome(key, repeated, assessment, tuple(signals))


def sources_with_counts(register: Register) -> list[str]:
    """The sources that can be assessed: those with counts or incidents that have not been withdrawn."""
    found = {i.source for i in register.every(FileImport) if not i.withdrawn and i.kind in ("counts", "incidents")}
    return sorted(found)


def counts_panel(live: LiveRegister, register: Register, source: str, wanted: Frequency | None, gsn: int) -> Panel:
    """The source's counts as known at a gsn: a row a series, a column a period; what no file covers is missing."""
    must_exist(register.find(Source, source), "source", "Källan", source)
    imports = [i for i in register.every(FileImport) if i.source == source and not i.withdrawn]
    if any(i.kind == "counts" for i in imports):
        return _count_panel(live.tables.counts(source, at=gsn), wanted)
    incidents = [i for i in imports if i.kind == "incidents"]
    if not incidents:
        refuse(
            "nothing-to-assess",
            f"Källan ”{source}” har varken antal eller händelser. Läs in en fil först: samverkan import FIL.",
            f"The source “{source}” has neither counts nor incidents. Take in a file first: samverkan import FILE.",
        )
    freq = wanted or "week"
    rows = live.tables.incident_counts(source, freq, at=gsn)
    return _incident_panel(rows, freq, _covered_days(incidents))


def _count_panel(rows: Sequence[Row], wanted: Frequency | None) -> Panel:
    freq = wanted or (frequency(rows[0][2]) if rows else "month")
    rows = [row for row in rows if frequency(row[2]) == freq]
    if not rows:
        refuse(
            "nothing-to-assess",
            "Källan har inga antal med den perioden. Välj --frequency week eller month.",
            "The source has no counts with that period. Choose --frequency week or month.",
        )
    series = sorted({(row[0], row[1]) for row in rows})
    return _fill(rows, series, min(row[2] for row in rows), max(row[2] for row in rows), freq)


def _incident_panel(rows: Sequence[Row], freq: Frequency, covered: set[date]) -> Panel:
    districts, categories = sorted({row[0] for row in rows}), sorted({row[1] for row in rows})
    series = [(d, c) for d in districts for c in categories]
    first, last = min(covered), max(covered)
    panel = _fill(rows, series, containing(first, freq), last_complete(last, freq), freq)
    counts = panel.counts.copy()
    for column, period in enumerate(panel.periods):
        whole = _is_covered(period, covered)
        counts[:, column] = np.where(np.isnan(counts[:, column]), 0.0, counts[:, column]) if whole else math.nan
    return Panel(panel.series, panel.periods, panel.freq, counts)


def _fill(rows: Sequence[Row], series: Sequence[tuple[str, str]], first: str, last: str, freq: Frequency) -> Panel:
    periods = tuple(span(first, last))
    row_of, column_of = {s: i for i, s in enumerate(series)}, {p: i for i, p in enumerate(periods)}
    counts = np.full((len(series), len(periods)), math.nan)
    for district, category, period, value in rows:
        if period in column_of:
            counts[row_of[district, category], column_of[period]] = value
    return Panel(tuple(series), periods, 52 if freq == "week" else 12, counts)


def _covered_days(imports: Iterable[FileImport]) -> set[date]:
    days: set[date] = set()
    for each in imports:
        if each.coverage is not None and each.coverage.absent == "zero":
            length = (each.coverage.last - each.coverage.first).days + 1
            days.update(each.coverage.first + timedelta(days=i) for i in range(length))
    return days


def _is_covered(period: str, days: set[date]) -> bool:
    start, end = first_day(period), last_day(period)
    return all(start + timedelta(days=i) in days for i in range((end - start).days + 1))


def _period(panel: Panel, period: str | None, source: str) -> str:
    if period is None:
        known = ~np.isnan(panel.counts).all(axis=0)
        return panel.periods[int(np.flatnonzero(known)[-1])]
    if period not in panel.periods:
        span_of = f"{panel.periods[0]} – {panel.periods[-1]}"
        refuse(
            "period-not-covered",
            f"{period} finns inte i källan ”{source}” ({span_of}). Välj en däremellan.",
            f"{period} is not in the source “{source}” ({span_of}). Choose one in between.",
        )
    return period


def _command(
    source: str, period: str, gsn: int, settings: Settings, findings: Sequence[Finding], register: Register
) -> RecordAssessment:
    state = must_exist(register.find(Source, source), "source", "Källan", source)
    flagged = [_named(f, register, state.division) for f in findings if f.cell.alarm]
    return RecordAssessment(
        source=source,
        period=period,
        data_gsn=gsn,
        method=VERSION,
        parameters={k: v for k, v in asdict(settings).items() if isinstance(v, float | int | str | bool)},
        results=_results(findings),
        sentences=tuple(Sentence(sv=sentence(f, "sv"), en=sentence(f, "en")) for f in flagged),
        synthetic=state.synthetic,
    )


def _results(findings: Sequence[Finding]) -> Results:
    cells = [f.cell for f in findings]
    return Results(
        district=tuple(f.district for f in findings),
        category=tuple(f.category for f in findings),
        observed=tuple(_number(c.observed) for c in cells),
        expected=tuple(_number(c.mu0) for c in cells),
        bound=tuple(_number(c.upper) for c in cells),
        p=tuple(_number(c.p) for c in cells),
        exceedance=tuple(_number(c.exceedance) for c in cells),
        dispersion=tuple(_number(c.phi) for c in cells),
        trend=tuple(_number(c.trend) for c in cells),
        flagged=tuple(bool(c.alarm) for c in cells),
        reasons=tuple(tuple(c.reasons) for c in cells),
    )


def _number(value: float | None) -> float | None:
    return float(value) if value is not None and math.isfinite(value) else None


def _named(finding: Finding, register: Register, division: str) -> Finding:
    """The finding with the names that people use in place of keys."""
    districts, categories = register.find(Division, division), register.find(Categories, "all")
    assert districts is not None
    assert categories is not None
    name, kind = districts.districts[finding.district].name, categories.categories[finding.category].name
    return replace(finding, district=name, category=kind)
