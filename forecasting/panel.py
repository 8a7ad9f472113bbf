"""Many series at one period: a row of counts for each district and category, a finding for each."""

from __future__ import annotations

import multiprocessing
import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from forecasting.baseline import reference_points
from forecasting.farrington import Cell, Frequency, Settings, detect
from forecasting.finding import Finding, most_surprising_first, sentence

__all__ = ["VERSION", "Finding", "Panel", "Settings", "assess", "most_surprising_first", "sentence"]

VERSION = "farrington-flexible 1"  # of the method: raise it when the same counts would give other findings

_AT_ONCE = 32  # series a process takes at a time: few enough to show progress, enough not to wait for work
_WEEK, _MONTH = re.compile(r"\d{4}-W\d{2}"), re.compile(r"\d{4}-\d{2}")


@dataclass(frozen=True, eq=False)
class Panel:
    """Counts of all series (rows: district and category) in all periods (columns: oldest first, no gaps).

    Periods are ISO weeks (2019-W07, freq 52) or months (2019-07, freq 12). NaN: the period is not covered
    by any source, which is something else than no events. ValueError when the parts do not fit together.
    """

    series: tuple[tuple[str, str], ...]
    periods: tuple[str, ...]
    freq: Frequency
    counts: NDArray[np.float64]

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


def assess(
    panel: Panel,
    at: int,
    settings: Settings,
    *,
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Finding, ...]:
    """A finding for each series, in the panel's order, at the period of that position (0-based).

    A history too short for settings.years is compared with as many years as it has, and its reasons say so
    (`years-3`); below one year it is `too-short`. workers: processes to spread over; 1 stays in this one.
    Spawned processes import the program anew: its start must stand under `if __name__ == "__main__"`.
    progress is called with (series done, series in all). The findings do not depend on the number of
    workers. IndexError when there is no such period.
    """
    if not 0 <= at < len(panel.periods):
        raise IndexError(f"there is no period at position {at}: the panel has {len(panel.periods)}")
    counts = panel.counts[:, : at + 1]  # what came later is not known yet
    dates = panel.first_days[: at + 1] if panel.freq == 52 else None  # a year can have 53 weeks
    judge = partial(_assess_rows, freq=panel.freq, settings=settings, dates=dates)
    groups = [counts[start : start + _AT_ONCE] for start in range(0, len(counts), _AT_ONCE)]
    cells: list[Cell] = []
    for group in _spread(judge, groups, workers):
        cells.extend(group)
        if progress is not None:
            progress(len(cells), len(counts))
    return tuple(_finding(panel, at, key, cell) for key, cell in zip(panel.series, cells, strict=True))


def _spread(
    judge: Callable[[NDArray[np.float64]], list[Cell]], groups: Sequence[NDArray[np.float64]], workers: int
) -> Iterator[list[Cell]]:
    workers = min(workers, len(groups))
    if workers <= 1:
        yield from map(judge, groups)
        return
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield from pool.map(judge, groups)


def _assess_rows(
    counts: NDArray[np.float64], freq: Frequency, settings: Settings, dates: Sequence[date] | None
) -> list[Cell]:
    points = reference_points(counts.shape[1] - 1, settings.years, freq, dates)
    return [_assess_row(row, points, freq, settings, dates) for row in counts]


def _assess_row(
    counts: NDArray[np.float64],
    points: Sequence[int],
    freq: Frequency,
    settings: Settings,
    dates: Sequence[date] | None,
) -> Cell:
    now = counts.size - 1
    years = _years_covered(counts, points, settings.half_window)
    if years == 0:
        return Cell(None if np.isnan(counts[now]) else float(counts[now]), reasons=("too-short",))
    cell = detect(counts, now, freq, replace(settings, years=years), dates=dates)
    if years == settings.years:
        return cell
    return replace(cell, reasons=(*cell.reasons, f"years-{years}"))


def _years_covered(counts: NDArray[np.float64], points: Sequence[int], half_window: int) -> int:
    covered = np.flatnonzero(~np.isnan(counts))
    if not covered.size:
        return 0
    return sum(point - half_window >= covered[0] for point in points[1:])


def _finding(panel: Panel, at: int, key: tuple[str, str], cell: Cell) -> Finding:
    span = None
    if cell.first is not None and cell.last is not None:
        span = panel.periods[cell.first], panel.periods[cell.last]
    return Finding(key[0], key[1], panel.periods[at], cell, span)
