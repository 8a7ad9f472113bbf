"""The weeks a week is compared with: the same season of earlier years, and other weeks by their season level.

Noufaily et al. (2013): instead of only the windows around the same week of earlier years
(Farrington et al. 1996), the whole of the past is used, and each year is cut into periods with a level of
its own. Weeks stand for periods of any length here; positions in a series are 0-based.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Baseline:
    """Positions of the weeks to compare with, in time order, and the season level (1 to periods) of each."""

    weeks: NDArray[np.int64]
    levels: NDArray[np.int64]


def reference_points(k: int, years: int, freq: int, dates: Sequence[date] | None = None) -> tuple[int, ...]:
    """Positions of week k and of the same week 1, 2, … years earlier; negative: before the series began.

    Without dates a year is freq steps (52 or 12). With dates (one for each position, ascending, equally
    spaced) it is a calendar year, so a year of 53 weeks moves nothing. ValueError when a date within the
    series is missing.
    """
    if dates is None:
        return tuple(k - freq * i for i in range(years + 1))
    same_day = _same_weekday if freq == 52 else _same_day
    return tuple(_position(dates, same_day(dates[k], i)) for i in range(years + 1))


def _same_day(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return date(day.year - years, 3, 1)


def _same_weekday(day: date, years: int) -> date:
    then = _same_day(day, years)
    return then + timedelta(days=(day.weekday() - then.weekday() + 3) % 7 - 3)  # the nearest: 3 days at most


def _position(dates: Sequence[date], wanted: date) -> int:
    if wanted < dates[0]:
        return -1
    position = bisect_left(dates, wanted)
    if position == len(dates) or dates[position] != wanted:
        raise ValueError(f"no period begins on {wanted}: the dates of a series must be equally spaced")
    return position


def blocks(points: Sequence[int], half_window: int, periods: int, excluded: int) -> Baseline:
    """The baseline of the week points[0], given the same week of earlier years (points[1:], latest first).

    Weeks within half_window of a reference point get the last level, as the tested week has; the weeks
    between two windows are cut into periods - 1 runs of equal length (the first ones a week longer where
    that does not divide), levels 1, 2, … in time order. The tested week and the `excluded` weeks before it
    are left out: what goes on now must not teach what is normal. ValueError when a year has too few weeks
    for so many levels.
    """
    k = points[0]
    level = np.zeros(k + 1, dtype=np.int64)
    level[k - half_window :] = periods
    for later, point in pairwise(points):
        level[point - half_window : point + half_window + 1] = periods
        if periods > 1:
            between = np.arange(point + half_window + 1, later - half_window)
            if len(between) < periods - 1:
                raise ValueError(f"{len(between)} periods between windows cannot have {periods - 1} levels")
            for number, run in enumerate(np.array_split(between, periods - 1), start=1):
                level[run] = number
    level[max(k - excluded, 0) :] = 0
    weeks = np.flatnonzero(level)
    return Baseline(weeks, level[weeks])
