"""Many series at one period: a row of counts for each district and category, a finding for each."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from forecasting.batch import REASONS, Cells, detect_all
from forecasting.coverage import IMPROBABLE, coverage
from forecasting.farrington import Frequency
from forecasting.farrington import Settings as Reference
from forecasting.finding import Finding, Flag, Level, Reading, Record, most_surprising_first, sentence
from forecasting.lasting import Neighbourhood, lasting, neighbourhoods
from forecasting.many import choose, unexplained
from forecasting.product import Complete, Outcome, Settings, look
from forecasting.slow import Slow
from forecasting.slow import sentence as slow_sentence

__all__ = [
    "REFERENCE_VERSION",
    "VERSION",
    "Complete",
    "Finding",
    "Known",
    "Panel",
    "Places",
    "Record",
    "Reference",
    "Run",
    "Settings",
    "assess",
    "assess_as_r",
    "most_surprising_first",
    "sentence",
]

VERSION = "samverkan 3"  # of the method: raise it when the same counts would give other findings
REFERENCE_VERSION = "farrington-flexible 1"
SLOW_EVERY = 1000.0  # periods of one series for one false alarm of a slow change

_WEEK, _MONTH = re.compile(r"\d{4}-W\d{2}"), re.compile(r"\d{4}-\d{2}")
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Panel:
    """Counts of all series (rows: district and category) in all periods (columns: oldest first, no gaps).

    Periods are ISO weeks (2019-W07, freq 52) or months (2019-07, freq 12). NaN: the period is not covered
    by any source, which is something else than no events. Why, where it is known: silent (S × T), the district reported
    nothing of any kind; halted (T), nobody did. ValueError when the parts do not fit together.
    """

    series: tuple[tuple[str, str], ...]
    periods: tuple[str, ...]
    freq: Frequency
    counts: NDArray[np.float64]
    silent: Flags | None = None
    halted: Flags | None = None

    def __post_init__(self) -> None:
        if self.counts.shape != (len(self.series), len(self.periods)):
            wanted = f"{len(self.series)} series and {len(self.periods)} periods"
            raise ValueError(f"counts of shape {self.counts.shape} do not belong to {wanted}")
        if np.isinf(self.counts).any() or (self.counts < 0).any():
            raise ValueError("a count is a number from 0 up, or NaN where the period is not covered")
        shape = _WEEK if self.freq == 52 else _MONTH
        wrong = [period for period in self.periods if not shape.fullmatch(period)]
        if wrong:
            raise ValueError(f"“{wrong[0]}” is not a period: write 2019-W07 with freq 52, 2019-07 with freq 12")
        apart = (7,) if self.freq == 52 else (28, 29, 30, 31)
        for earlier, later in pairwise(self.first_days):
            if (later - earlier).days not in apart:
                raise ValueError(f"the periods that begin on {earlier} and {later} do not follow each other")

    @property
    def first_days(self) -> tuple[date, ...]:
        """The day each period begins on: a Monday, or the first of a month."""
        if self.freq == 52:
            return tuple(date.fromisocalendar(int(p[:4]), int(p[6:]), 1) for p in self.periods)
        return tuple(date.fromisoformat(f"{p}-01") for p in self.periods)

    def until(self, at: int) -> Panel:
        """As it was at the end of the period of that position."""
        end = at + 1
        silent = None if self.silent is None else self.silent[:, :end]
        halted = None if self.halted is None else self.halted[:end]
        return Panel(self.series, self.periods[:end], self.freq, self.counts[:, :end], silent, halted)

    def of(self, rows: Sequence[int]) -> Panel:
        """Some of the series."""
        silent, chosen = None if self.silent is None else self.silent[rows], tuple(self.series[row] for row in rows)
        return Panel(chosen, self.periods, self.freq, self.counts[rows], silent, self.halted)

    def reported(self, *, incidents: bool = False, complete: float = 1.0) -> Panel:
        """Missing where nobody reported, as `coverage` tells."""
        if not self.counts.size:
            return self
        districts, categories = zip(*self.series, strict=True)
        found = coverage(
            self.counts, districts, categories, self.freq, incidents=incidents, halted=self.halted, complete=complete
        )
        return Panel(self.series, self.periods, self.freq, found.counts, found.silent, found.halted)


@dataclass(frozen=True, slots=True)
class Places:
    """The area of a district, the group of a category, the districts beside a district; what is not named has none."""

    areas: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)
    neighbours: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Known:
    """What is known beside the counts, a row a series of the panel; None: nothing.

    population, left_out: S × T. since: the first position that a slow change may begin at, S; a position after the
    last: one is being dealt with, look for no other.
    """

    population: NDArray[np.float64] | None = None
    left_out: Flags | None = None
    complete: Complete | None = None
    since: NDArray[np.int64] | None = None


@dataclass(frozen=True, eq=False)
class Run:
    """A finding for each series in the panel's order; wider: flagged sums that no flagged part explains.

    together: neighbouring districts that rose together though none of them is flagged.

    looked: series with an answer. expected_false: how many of the flags for a sudden change are to be expected false,
    at most; lasting_false: flags for a slow change that chance gives a period.
    """

    findings: tuple[Finding, ...]
    wider: tuple[Finding, ...]
    looked: int
    expected_false: float
    lasting_false: float
    together: tuple[Neighbourhood, ...] = ()


def assess(
    panel: Panel, at: int, settings: Settings, *, places: Places | None = None, known: Known | None = None
) -> Run:
    """Look at all series at the period of that position (0-based), as if nothing later were known.

    A short history is compared with as much as there is, and its reasons say so. IndexError when there is no such
    period.
    """
    if not 0 <= at < len(panel.periods):
        raise IndexError(f"there is no period at position {at}: the panel has {len(panel.periods)}")
    known = known or Known()
    if at == 0 or not panel.series:
        unknown = [_unknown(panel, at, row) for row in range(len(panel.series))]
        return Run(tuple(_why(panel, at, unknown)), (), 0, 0.0, 0.0)
    outcome = _look(panel, at, settings, known)
    silent = _silent(panel, outcome)
    p_fall = np.where(silent, np.nan, outcome.p_fall)
    chosen = choose(outcome.p_rise, p_fall, outcome.exceedance, settings.false_share, settings.budget)
    slow = lasting(
        panel.counts, at, panel.first_days, panel.freq, settings, SLOW_EVERY,
        groups=[category for _, category in panel.series],
        population=known.population, left_out=known.left_out, since=known.since,
    )  # fmt: skip
    flags = _flags(outcome, chosen.flagged, slow, silent, settings.budget)
    findings = [_finding(panel, at, row, outcome, flags[row], slow) for row in range(len(panel.series))]
    for row in np.flatnonzero(silent):
        findings[row] = _but(findings[row], "silent")
    for row in np.flatnonzero(chosen.over_budget):
        findings[row] = _but(findings[row], "over-budget")
    findings = _why(panel, at, findings)
    watched = int(np.isfinite(slow.statistic).sum())
    places = places or Places()
    wider = _wider(panel, at, settings, places, known, flags)
    beside = neighbourhoods(
        panel.counts, at, panel.first_days, panel.freq, settings, panel.series, places.neighbours
    )  # fmt: skip
    rising = {row for row, flag in enumerate(flags) if flag in ("rise", "lasting-rise")}
    together = tuple(each for each in beside if not rising & set(each.cluster.zone))
    looked = int(np.isfinite(outcome.p_rise).sum())
    return Run(tuple(findings), wider, looked, chosen.expected_false, watched / SLOW_EVERY, together)


def assess_as_r(panel: Panel, at: int, settings: Reference) -> Run:
    """The same with Farrington flexible exactly as R's surveillance has it; rises only, no false share controlled."""
    if not 0 <= at < len(panel.periods):
        raise IndexError(f"there is no period at position {at}: the panel has {len(panel.periods)}")
    dates = panel.first_days if panel.freq == 52 else None
    cells = detect_all(panel.counts, [at], panel.freq, settings, dates=dates)
    findings = _why(panel, at, [_of_cell(panel, at, row, cells) for row in range(len(panel.series))])
    answered = int(np.isfinite(cells.upper).sum())
    return Run(tuple(findings), (), answered, settings.alpha * answered, 0.0)


def _look(panel: Panel, at: int, settings: Settings, known: Known) -> Outcome:
    return look(
        panel.counts, at, panel.first_days, panel.freq, settings,
        groups=[category for _, category in panel.series],
        population=known.population, left_out=known.left_out, complete=known.complete,
    )  # fmt: skip


def _silent(panel: Panel, outcome: Outcome) -> Flags:
    """The series of districts that had no event of any kind, where that is next to impossible unless nobody reports."""
    names = np.array([district for district, _ in panel.series])
    silent = np.zeros(len(names), dtype=np.bool_)
    for name in np.unique(names):
        rows = (names == name) & ~np.isnan(outcome.observed)
        if rows.any() and not outcome.observed[rows].any():
            silent[rows] = np.nanprod(outcome.p_fall[rows]) < IMPROBABLE
    return silent


def _flags(outcome: Outcome, flagged: Flags, slow: Slow, silent: Flags, budget: int) -> list[Flag | None]:
    """A sudden change goes before a slow one, and of the slow ones the clearest fill what is left of the budget."""
    made: list[Flag | None] = [None] * len(flagged)
    for row in np.flatnonzero(flagged):
        made[row] = "rise" if outcome.p_rise[row] < outcome.p_fall[row] else "fall"
    clear = np.where(slow.alarm & ~flagged & ~silent, slow.statistic / slow.threshold, -np.inf)
    left = max(budget - int(flagged.sum()), 0)
    for row in np.argsort(-clear, kind="stable")[:left]:
        if np.isfinite(clear[row]):
            made[row] = "lasting-rise" if slow.direction[row] > 0 else "lasting-fall"
    return made


def _wider(
    panel: Panel, at: int, settings: Settings, places: Places, known: Known, flags: Sequence[Flag | None]
) -> tuple[Finding, ...]:
    """The sums over areas, the city and groups of categories that diverge without a part that does."""
    sums = _sums(panel, at, places)
    if not sums:
        return ()
    rows = [list(members) for _, _, _, members in sums]
    counts = np.stack([panel.counts[members].sum(axis=0) for members in rows])
    people = None
    if known.population is not None:
        people = np.stack([known.population[members].sum(axis=0) for members in rows])
    late = None if known.complete is None else _together(known.complete, rows)
    left_out = None if known.left_out is None else np.stack([known.left_out[members].any(axis=0) for members in rows])
    outcome = look(
        counts, at, panel.first_days, panel.freq, settings, population=people, left_out=left_out, complete=late
    )  # fmt: skip
    chosen = choose(outcome.p_rise, outcome.p_fall, outcome.exceedance, settings.false_share, settings.budget)
    up, down = (np.array([(flag or "").endswith(way) for flag in flags]) for way in ("rise", "fall"))
    rising = chosen.flagged & (outcome.p_rise < outcome.p_fall)
    alone = unexplained(rising, chosen.flagged & ~rising, rows, up, down)
    above = Panel(tuple((name, kind) for _, name, kind, _ in sums), panel.periods, panel.freq, counts)
    found = [
        replace(_finding(above, at, row, outcome, "rise" if rising[row] else "fall", None), level=sums[row][0])
        for row in map(int, np.flatnonzero(alone))
    ]
    return most_surprising_first(found)


def _sums(panel: Panel, at: int, places: Places) -> list[tuple[Level, str, str, tuple[int, ...]]]:
    """Level, place, kind and rows of every sum of two series or more; each set of rows once, at its lowest level."""
    members: dict[tuple[Level, str, str], list[int]] = {}
    # A series that has ended, or has just begun, would leave a sum without a figure, or without a history.
    known = (~np.isnan(panel.counts[:, : at + 1])).sum(axis=1)
    goes_on = ~np.isnan(panel.counts[:, at]) & (known >= known.max(initial=0) / 2)
    for row, (district, category) in enumerate(panel.series):
        if not goes_on[row]:
            continue
        if area := places.areas.get(district):
            members.setdefault(("area", area, category), []).append(row)
        if group := places.groups.get(category):
            members.setdefault(("group", district, group), []).append(row)
        members.setdefault(("city", "", category), []).append(row)
    once: dict[tuple[int, ...], tuple[Level, str, str]] = {}
    for key, rows in members.items():
        if len(rows) > 1:
            once.setdefault(tuple(rows), key)
    return [(*key, rows) for rows, key in once.items()]


def _together(complete: Complete, rows: Sequence[Sequence[int]]) -> Complete:
    """Parts of a sum are late together: the plain mean of their shares and of their errors."""
    share = np.array([complete.share[list(members)].mean() for members in rows])
    return Complete(share, np.array([complete.error[list(members)].mean() for members in rows]))


def _finding(panel: Panel, at: int, row: int, outcome: Outcome, flag: Flag | None, slow: Slow | None) -> Finding:
    told = None
    if slow is not None and slow.alarm[row] and flag is not None and slow.start[row] < at:
        told = slow_sentence(slow, row, panel.periods, "sv"), slow_sentence(slow, row, panel.periods, "en")
    district, category = panel.series[row]
    return Finding(district, category, panel.periods[at], _reading(panel, row, outcome), flag, told)


def _reading(panel: Panel, row: int, outcome: Outcome) -> Reading:
    known = outcome.periods[row] > 0
    return Reading(
        observed=_number(outcome.observed[row]),
        expected=_number(outcome.expected[row]),
        lower=_number(outcome.lower[row]),
        upper=_number(outcome.upper[row]),
        p_rise=_number(outcome.p_rise[row]),
        p_fall=_number(outcome.p_fall[row]),
        exceedance=_number(outcome.exceedance[row]),
        dispersion=_number(outcome.dispersion[row]),
        trend=_number(outcome.trend[row]),
        common=float(f"{outcome.common[row]:.9g}"),
        periods=int(outcome.periods[row]),
        first=panel.periods[outcome.first[row]] if known else None,
        last=panel.periods[outcome.last[row]] if known else None,
        reasons=outcome.reasons[row],
    )


def _number(value: float) -> float | None:
    """Nine figures: what two machines agree on."""
    return float(f"{value:.9g}") if np.isfinite(value) else None


def _but(finding: Finding, reason: str) -> Finding:
    return replace(finding, reading=replace(finding.reading, reasons=(*finding.reading.reasons, reason)))


def _why(panel: Panel, at: int, findings: list[Finding]) -> list[Finding]:
    """A missing count says why it is missing, where that is known."""
    halted = panel.halted is not None and bool(panel.halted[at])
    silent = np.zeros(len(findings), dtype=np.bool_) if panel.silent is None else panel.silent[:, at]
    return [
        _instead(finding, "halted" if halted else "silent") if halted or missing else finding
        for finding, missing in zip(findings, silent.tolist(), strict=True)
    ]


def _instead(finding: Finding, reason: str) -> Finding:
    others = tuple(each for each in finding.reading.reasons if each != "missing-current")
    return replace(finding, reading=replace(finding.reading, reasons=(reason, *others)))


def _unknown(panel: Panel, at: int, row: int) -> Finding:
    reading = Reading(_number(panel.counts[row, at]), reasons=("too-short",))
    return Finding(*panel.series[row], panel.periods[at], reading)


def _of_cell(panel: Panel, at: int, row: int, cells: Cells) -> Finding:
    reasons = [REASONS[cells.reasons[row, 0]]] if cells.reasons[row, 0] else []
    if np.isnan(cells.observed[row, 0]):
        reasons.append("missing-current")
    elif not reasons and not cells.enough[row, 0]:
        reasons.append("not-enough-cases")
    known = cells.weeks[row, 0] > 0
    trend = cells.trend[row, 0] * panel.freq
    reading = Reading(
        observed=_number(cells.observed[row, 0]),
        expected=_number(cells.mu0[row, 0]),
        upper=_number(cells.upper[row, 0]),
        p_rise=_number(cells.p[row, 0]),
        exceedance=_number(cells.exceedance[row, 0]),
        dispersion=_number(cells.phi[row, 0]),
        trend=_number(trend),
        periods=int(cells.weeks[row, 0]),
        first=panel.periods[cells.first[row, 0]] if known else None,
        last=panel.periods[cells.last[row, 0]] if known else None,
        reasons=tuple(reasons),
    )
    flag: Flag | None = "rise" if cells.alarm[row, 0] else None
    return Finding(*panel.series[row], panel.periods[at], reading, flag)
