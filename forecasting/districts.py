"""Which districts an action's district is compared with, and over which periods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecasting.comparison import Frequency, Windows, factors, in_blocks

Floats = NDArray[np.float64]

LEAST_BEFORE = 12  # periods, months or blocks of four weeks: a year or nearly
LONGEST_BEFORE = 36
LATEST = 6  # what a district is flagged by
LEAST_AFTER = 3
LEAST_DISTRICTS = 5
_LEAST_EVENTS = 5
_LEAST_KNOWN = 0.75
_PLACEBO_STARTS = 2


@dataclass(frozen=True, slots=True)
class Districts:
    """unit (T), the treated districts' sum; others (C × T) and their positions; neighbours (T) or None.

    rows (n × T): the others, the unit and, where there are any, the neighbours and both together; factor (n × T):
    what each is compared by; part (n): of the noise in a district's rate, so much is left in a row that is a sum.
    """

    unit: Floats
    others: Floats
    positions: tuple[int, ...]
    neighbours: Floats | None
    rows: Floats
    factor: Floats
    part: Floats


def checked(
    counts: Floats, treated: int | Sequence[int], start: int, after: int, others: Sequence[Sequence[int]], freq: int
) -> tuple[int, ...]:
    """The treated districts, each once. ValueError when something is not what it should be."""
    wanted = (treated,) if isinstance(treated, int | np.integer) else tuple(treated)
    if counts.ndim != 2:
        raise ValueError("counts must have a row for each district and a column for each period")
    if np.isinf(counts).any() or (counts < 0).any():
        raise ValueError("a count is a number from 0 up, or NaN where the period is not covered")
    if freq not in (12, 52):
        raise ValueError("freq is 12 (months) or 52 (weeks)")
    if not wanted:
        raise ValueError("an action has at least one district")
    outside = [d for d in (*wanted, *(d for group in others for d in group)) if not 0 <= d < len(counts)]
    if outside:
        raise ValueError(f"there is no district {outside[0]}: counts has {len(counts)} districts")
    if set(wanted) & {d for group in others for d in group}:
        raise ValueError("a district with the action is not a neighbour or an excluded district as well")
    if not 0 < start <= counts.shape[1] or after < 1:
        raise ValueError("the start must lie within the series, after its first period, and after is 1 or more")
    return tuple(dict.fromkeys(int(d) for d in wanted))


def in_periods(counts: Floats, start: int, after: int, freq: Frequency) -> tuple[Floats, int]:
    """Months as they are, weeks in whole blocks of four; nothing later than the periods after. Also the start there."""
    counts = counts[:, : start + after]
    return (counts, start) if freq == 12 else in_blocks(counts, start)


def windows(start: int, length: int, after: int) -> tuple[Windows, ...]:
    """The windows of a start in a series of that length first, then those of starts `after` and twice `after` earlier.

    All look back equally far, because what drifts is further off the longer one looks back. None where there is
    too little before.
    """
    back = min(start, LONGEST_BEFORE)
    if back < LEAST_BEFORE:
        return ()
    starts = [start - k * after for k in range(1 + _PLACEBO_STARTS) if start - k * after >= back]
    ends = [length, *(s + after for s in starts[1:])]
    return tuple(
        Windows(slice(s - back, s - LATEST), slice(s - LATEST, s), slice(s, end))
        for s, end in zip(starts, ends, strict=True)
    )


def choose(
    counts: Floats, treated: tuple[int, ...], apart: Sequence[int], near: Sequence[int], over: Sequence[Windows]
) -> Districts:
    """All districts but the treated, those apart (excluded) and near that are known well enough in all windows."""
    near, left = list(dict.fromkeys(near)), {*treated, *apart, *near}
    use = [d for d in np.flatnonzero(_serve(counts, over)).tolist() if d not in left]
    others = counts[use]
    unknown = np.where(np.isnan(others).all(axis=0) & bool(use), np.nan, 0.0)  # no district to compare with then
    unit, nearby = counts[list(treated)].sum(axis=0) + unknown, counts[near].sum(axis=0) + unknown
    units = [unit, nearby, unit + nearby] if near else [unit]
    groups = [list(treated), near, [*treated, *near]][: len(units)]
    factor = factors(others)
    return Districts(
        unit=unit,
        others=others,
        positions=tuple(use),
        neighbours=nearby if near else None,
        rows=np.vstack([others, *units]),
        factor=np.vstack([factor, *[factor[-1]] * (len(units) - 1)]),
        part=np.array([*np.ones(len(use)), *(_part(counts[group], others) for group in groups)]),
    )


def lacking(districts: Districts, window: Windows | None) -> str | None:
    """Why nothing can be computed, or None."""
    known, events = ~np.isnan(districts.unit), np.nan_to_num(districts.unit)
    if window is None or known[window.before].sum() < LEAST_BEFORE - LATEST:
        return "short-before"
    if known[window.after].sum() < LEAST_AFTER:
        return "short-after"
    if events[window.before].sum() == 0:
        return "no-events"
    if events[window.before].sum() < _LEAST_EVENTS:
        return "few-events"
    return "few-districts" if len(districts.others) < LEAST_DISTRICTS else None


def _serve(counts: Floats, over: Sequence[Windows]) -> NDArray[np.bool_]:
    """Which districts (D) are known well enough, and have events before, in all windows."""
    known = ~np.isnan(counts)
    events, serves = np.where(known, counts, 0.0), np.ones(len(counts), dtype=np.bool_)
    for each in over:
        serves &= events[:, each.before].sum(axis=1) >= _LEAST_EVENTS
        for part in (each.before, each.latest, each.after):
            serves &= known[:, part].sum(axis=1) >= _LEAST_KNOWN * (part.stop - part.start)
    return serves


def _part(counts: Floats, others: Floats) -> float:
    """1 for one district, towards 1 / n for n alike; what the comparison districts add is the same for any row."""
    added = _concentration(others)
    return (_concentration(counts) + added) / (1 + added)


def _concentration(counts: Floats) -> float:
    """Σ share²."""
    sums = np.nansum(counts, axis=1)
    return float(np.sum((sums / sums.sum()) ** 2)) if sums.sum() > 0 else 1.0
