"""Assess a source: its counts as known now become a panel, the panel findings, the findings events."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Literal

import numpy as np

from adapters.database import Row
from domain.catalogue import Categories, Division, Source
from domain.core import Actor, Refused, must_exist, refuse
from domain.file_import import FileImport
from domain.period import Frequency, NotAPeriod, Period, containing, first_day, frequency, last_complete, last_day, span
from domain.register import Register
from domain.signal import (
    Assessment,
    Caution,
    RecordAssessment,
    Results,
    Sentence,
    Signal,
    Wider,
    assessment_key,
    runs,
    signal_key,
)
from forecasting.coverage import halted_days
from forecasting.finding import Language, why_not
from forecasting.lasting import Neighbourhood
from forecasting.panel import (
    REFERENCE_VERSION,
    VERSION,
    Finding,
    Panel,
    Reference,
    Run,
    Settings,
    assess_as_r,
    sentence,
)
from forecasting.panel import assess as assess_panel
from forecasting.scan import sentence as scan_sentence
from service.beside_counts import known, places, records, settings_for
from service.register import LiveRegister
from service.revised import Revised, revised
from service.sources import of_incidents


@dataclass(frozen=True, slots=True)
class AssessmentOutcome:
    """A run and its alerts, most surprising first. repeated: the period had been assessed before; this is that run.

    revised: what has changed since in the figures that it rests on.
    """

    key: str
    repeated: bool
    assessment: Assessment
    signals: tuple[tuple[str, Signal], ...]
    revised: Revised | None = None


def assess(
    live: LiveRegister,
    source: str,
    *,
    by: Actor,
    period: Period | None = None,
    frequency: Frequency | None = None,
    reference: bool = False,
    again: bool = False,
    number: int | None = None,
) -> AssessmentOutcome:
    """Assess all districts and categories of a source at a period (its latest complete one unless said).

    reference: with Farrington flexible exactly as R has it, in place of the product's method.
    The run and its alerts are recorded as events; a period that has been assessed answers with its latest run. again:
    it is assessed anew, as a run of its own. number: of the run that is wanted, for those who may race for it: one that
    is there already is the answer.
    """
    gsn = live.tables.pull()
    register = live.now()
    panel = counts_panel(live, register, source, _frequency(period, frequency), gsn)
    wanted = _period(panel, period, source, live.today())
    made = runs(register, source, wanted)
    wanted_number = number or (made + 1 if again else 1)
    if made >= wanted_number:
        done = outcome(register, assessment_key(source, wanted, made), repeated=True)
        return replace(done, revised=revised(live, register, source, wanted, done.assessment.data_gsn, gsn))
    key = assessment_key(source, wanted, wanted_number)
    at = panel.periods.index(wanted)
    panel = panel.until(at)
    beside = known(live, register, source, panel, at, gsn)
    share = 1.0 if beside.complete is None else float(beside.complete.share.mean())
    panel = panel.reported(incidents=of_incidents(register, source), complete=share)
    if reference:
        plain = Reference.weekly() if panel.freq == 52 else Reference.monthly()
        run = assess_as_r(panel, at, plain)
        command = _command(source, wanted, gsn, REFERENCE_VERSION, _parameters(plain), run, register)
    else:
        settings = settings_for(register, source, panel)
        run = assess_panel(panel, at, settings, places=places(register, source), known=beside)
        command = _command(source, wanted, gsn, VERSION, _parameters(settings), run, register)
    if run.looked == 0:
        _refuse_unanswered(panel, at, source, run)
    try:
        answer = live.ask(command.model_copy(update={"number": wanted_number}), by)
    except Refused as refused:
        if refused.rule != "already-assessed":  # somebody was faster: theirs is the run
            raise
        return outcome(live.now(), key, repeated=True)
    return outcome(live.now(), key, repeated=answer.repeated)


def _refuse_unanswered(panel: Panel, at: int, source: str, run: Run) -> None:
    """Nothing is recorded of a period in which no series can be assessed."""
    period = panel.periods[at]
    if panel.halted is not None and panel.halted[at]:
        refuse(
            "feed-halted",
            f"Källan ”{source}” har ingenting, eller nästan ingenting, från något område under {period}: flödet "
            "verkar ha stannat. Ingen bedömning är gjord. Läs in det som saknas, eller välj en annan period.",
            f"The source “{source}” has nothing, or next to nothing, from any district in {period}: the feed seems to "
            "have halted. Nothing is assessed. Take in what is missing, or choose another period.",
        )
    sv, en = (why_not([finding.reading.reasons for finding in run.findings], each) for each in ("sv", "en"))
    refuse(
        "nothing-assessable",
        f"Ingen av de {len(run.findings)} serierna i källan ”{source}” kan bedömas för {period}: {sv}. "
        "Inget är registrerat. Läs in fler perioder, eller välj en annan.",
        f"None of the {len(run.findings)} series of the source “{source}” can be assessed for {period}: {en}. "
        "Nothing is recorded. Take in more periods, or choose another one.",
    )


def outcome(register: Register, key: str, *, repeated: bool) -> AssessmentOutcome:
    """What a recorded run says."""
    assessment = must_exist(register.find(Assessment, key), "assessment", "Bedömningen", key)
    results = assessment.results
    series = zip(results.district, results.category, results.flagged, strict=True)
    keys = [signal_key(assessment.source, assessment.period, d, c) for d, c, flag in series if flag]
    found = [(k, register.find(Signal, k)) for k in keys]
    signals = sorted(((k, s) for k, s in found if s is not None), key=lambda item: (item[1].p, -item[1].exceedance))
    return AssessmentOutcome(key, repeated, assessment, tuple(signals))


def counts_panel(live: LiveRegister, register: Register, source: str, wanted: Frequency | None, gsn: int) -> Panel:
    """The source's counts as known at a gsn: a row a series, a column a period; what no file covers is missing."""
    must_exist(register.find(Source, source), "source", "Källan", source)
    imports = [i for i in register.every(FileImport) if i.source == source and not i.withdrawn]
    if any(i.kind == "counts" for i in imports):
        return _count_panel(live.tables.counts(source, at=gsn), source, wanted)
    incidents = [i for i in imports if i.kind == "incidents"]
    if not incidents:
        refuse(
            "nothing-to-assess",
            f"Källan ”{source}” har varken antal eller händelser. Läs in en fil först.",
            f"The source “{source}” has neither counts nor incidents. Take in a file first.",
        )
    freq = wanted or "week"
    rows = live.tables.incident_counts(source, freq, at=gsn)
    return _incident_panel(rows, freq, _covered_days(incidents), live.tables.incident_days(source, at=gsn))


def _count_panel(rows: Sequence[Row], source: str, wanted: Frequency | None) -> Panel:
    if not rows:
        refuse(
            "nothing-to-assess",
            f"Källan ”{source}” har inga antal. Läs in en fil med antal.",
            f"The source “{source}” has no counts. Take in a file of counts.",
        )
    freq = wanted or frequency(rows[0][2])
    there = {frequency(row[2]) for row in rows}
    if freq not in there:
        (other,) = there
        refuse(
            "no-such-frequency",
            f"Källan ”{source}” har antal per {_UNIT[other][0]}, inte per {_UNIT[freq][0]} ({freq}). "
            f"Fråga per {_UNIT[other][0]} ({other}), eller välj en annan källa.",
            f"The source “{source}” has counts by {other}, not by {freq}. Ask by {other}, or choose another source.",
        )
    rows = [row for row in rows if frequency(row[2]) == freq]
    series = sorted({(row[0], row[1]) for row in rows})
    return _fill(rows, series, min(row[2] for row in rows), max(row[2] for row in rows), freq)


def _incident_panel(rows: Sequence[Row], freq: Frequency, covered: set[date], by_day: Sequence[Row]) -> Panel:
    districts, categories = sorted({row[0] for row in rows}), sorted({row[1] for row in rows})
    series = [(d, c) for d in districts for c in categories]
    first, last = min(covered), max(covered)
    panel = _fill(rows, series, containing(first, freq), last_complete(last, freq), freq)
    counts = panel.counts.copy()
    for column, period in enumerate(panel.periods):
        whole = _is_covered(period, covered)
        counts[:, column] = np.where(np.isnan(counts[:, column]), 0.0, counts[:, column]) if whole else math.nan
    halted = _halted_days(by_day, covered)
    stopped = [any(first_day(period) <= day <= last_day(period) for day in halted) for period in panel.periods]
    return Panel(panel.series, panel.periods, panel.freq, counts, None, np.array(stopped, dtype=np.bool_))


def _halted_days(by_day: Sequence[Row], covered: set[date]) -> list[date]:
    """Days on which the whole source was silent for longer than chance explains."""
    first = min(covered)
    days = [first + timedelta(days=i) for i in range((max(covered) - first).days + 1)]
    number = {date.fromisoformat(day): count for day, count in by_day}
    counts = np.array([number.get(day, 0) for day in days], dtype=np.float64)
    halted = halted_days(counts, np.array([day in covered for day in days]))
    return [days[at] for at in np.flatnonzero(halted)]


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


_UNIT: dict[Frequency, tuple[str, str]] = {"week": ("vecka", "week"), "month": ("månad", "month")}


def _frequency(period: str | None, wanted: Frequency | None) -> Frequency | None:
    """That of the period, if one is named. Refuses a period that does not exist, and one of another frequency."""
    if period is None:
        return wanted
    try:
        first_day(period)
    except NotAPeriod as wrong:
        refuse("not-a-period", f"{wrong.sv}.", f"{wrong}.")
    if wanted not in (None, frequency(period)):
        refuse(
            "not-a-period",
            f"{period} är ingen {_UNIT[wanted][0]} ({wanted}). Ange en {_UNIT[wanted][0]}, eller bara perioden.",
            f"{period} is not a {wanted}. Name a {wanted}, or the period alone.",
        )
    return frequency(period)


def _period(panel: Panel, period: str | None, source: str, today: date) -> str:
    known = np.flatnonzero((~np.isnan(panel.counts)).sum(axis=0))
    over = [panel.periods[column] for column in known if last_day(panel.periods[column]) <= today]
    if not over:
        refuse(
            "nothing-to-assess",
            f"Källan ”{source}” har uppgifter, men ingen hel vecka eller månad är över och täckt än. "
            "Läs in en fil som täcker en hel period, och säg vilka dagar den täcker.",
            f"The source “{source}” has figures, but no whole week or month is over and covered yet. "
            "Take in a file that covers a whole period, and say which days it covers.",
        )
    if period is None:
        return over[-1]
    if period not in panel.periods:
        span_of = f"{panel.periods[0]} – {panel.periods[-1]}"
        refuse(
            "period-not-covered",
            f"{period} finns inte i källan ”{source}” ({span_of}). Välj en däremellan.",
            f"{period} is not in the source “{source}” ({span_of}). Choose one in between.",
        )
    return period


def _command(
    source: str,
    period: str,
    gsn: int,
    method: str,
    parameters: dict[str, float | int | str | bool],
    run: Run,
    register: Register,
) -> RecordAssessment:
    state = must_exist(register.find(Source, source), "source", "Källan", source)
    record = records(register, source)
    told = [(_named(f, register, state.division), record.get(f.district)) for f in run.findings if f.flag]
    return RecordAssessment(
        source=source,
        period=period,
        data_gsn=gsn,
        method=method,
        parameters=parameters,
        results=_results(run.findings),
        sentences=tuple(Sentence(sv=sentence(f, "sv", r), en=sentence(f, "en", r)) for f, r in told),
        synthetic=state.synthetic,
        wider=(
            *(_wider(f, register, state.division) for f in run.wider),
            *(_together(each, period, register, state.division) for each in run.together),
        ),
        caution=Caution(
            looked=run.looked,
            expected_false=round(run.expected_false, 3),
            lasting_false=round(run.lasting_false, 3),
        ),
    )


def _parameters(settings: Settings | Reference) -> dict[str, float | int | str | bool]:
    given = asdict(settings)
    if breaks := given.pop("breaks", ()):
        given["breaks"] = " ".join(str(day) for day in breaks)
    return given


def _results(findings: Sequence[Finding]) -> Results:
    readings = [f.reading for f in findings]
    return Results(
        district=tuple(f.district for f in findings),
        category=tuple(f.category for f in findings),
        observed=tuple(r.observed for r in readings),
        expected=tuple(r.expected for r in readings),
        bound=tuple(r.upper for r in readings),
        p=tuple(r.p_rise for r in readings),
        exceedance=tuple(r.exceedance for r in readings),
        dispersion=tuple(r.dispersion for r in readings),
        trend=tuple(r.trend for r in readings),
        flagged=tuple(f.flag is not None for f in findings),
        reasons=tuple(r.reasons for r in readings),
        lower=tuple(r.lower for r in readings),
        p_fall=tuple(r.p_fall for r in readings),
        common=tuple(r.common for r in readings),
        periods=tuple(r.periods for r in readings),
        flag=tuple(f.flag for f in findings),
    )


def _wider(finding: Finding, register: Register, division: str) -> Wider:
    named, r = _named(finding, register, division), finding.reading
    assert finding.level != "district"
    assert finding.flag is not None
    return Wider(
        level=finding.level,
        place=named.district,
        kind=named.category,
        observed=r.observed or 0.0,
        expected=r.expected or 0.0,
        lower=r.lower or 0.0,
        upper=r.upper or 0.0,
        p=r.p or 0.0,
        flag=finding.flag,
        sentence=Sentence(sv=_plain(named, "sv"), en=_plain(named, "en")),
    )


def _together(found: Neighbourhood, period: str, register: Register, division: str) -> Wider:
    named = [_name(register, division, district, found.category) for district in found.districts]
    names, kind = [name for name, _ in named], named[0][1]
    unit: Literal["week", "month"] = "week" if "W" in period else "month"
    cluster = replace(found.cluster, zone=tuple(range(len(names))))  # its sentence takes positions among names
    return Wider(
        level="neighbours",
        place=", ".join(names),
        kind=kind,
        observed=cluster.observed,
        expected=cluster.expected,
        lower=None,
        upper=None,
        p=cluster.p,
        flag="lasting-rise",
        sentence=Sentence(
            sv=f"{kind}, {period}: {scan_sentence(cluster, names, 'sv', unit)}",
            en=f"{kind}, {period}: {scan_sentence(cluster, names, 'en', unit)}",
        ),
    )


def _plain(finding: Finding, language: Language) -> str:
    if finding.level == "city":
        finding = replace(finding, district="Hela kommunen" if language == "sv" else "The whole municipality")
    return sentence(finding, language)


def _named(finding: Finding, register: Register, division: str) -> Finding:
    """The finding with the names that people use in place of keys."""
    district, category = _name(register, division, finding.district, finding.category)
    return replace(finding, district=district, category=category)


def _name(register: Register, division: str, district: str, category: str) -> tuple[str, str]:
    districts, categories = register.find(Division, division), register.find(Categories, "all")
    assert districts is not None
    assert categories is not None
    place, kind = districts.districts.get(district), categories.categories.get(category)
    return place.name if place else district, kind.name if kind else category
