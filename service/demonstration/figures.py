"""What is computed beside the assessments: forecasts before the last meetings, a model card, effects of actions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from domain.period import Frequency
from service.demonstration.action_stories import DEEDS
from service.demonstration.actions import started_on
from service.demonstration.planted import planted

LAST_MONDAY = date(2023, 2, 27)
BEFORE_REVIEWS = (date(2021, 1, 25), date(2022, 1, 24), date(2023, 1, 16))
"""When effects are estimated for the year's review, some days before it is opened."""
FORECASTS: tuple[tuple[Frequency, date], ...] = (
    ("month", date(2023, 1, 9)),
    ("month", date(2023, 2, 6)),
    ("week", date(2023, 2, 20)),
    ("week", LAST_MONDAY),
)
"""Of each kind the latest, and the one before, beside which what has come can be laid."""
_LEAST, _FULL = 6, 12  # months after the start
BACKTESTS: tuple[Frequency, ...] = ("week", "month")


def effects() -> tuple[str, ...]:
    """The actions whose effect was planted, one or none."""
    return tuple(one.action for one in planted() if one.action)


def effects_before_reviews() -> Iterator[tuple[date, str]]:
    """For each review the actions with six whole months after their start, until twelve have been looked at."""
    begun = {deed.key: started_on(deed) for deed in DEEDS}
    for before, day in pairwise((date.min, *BEFORE_REVIEWS)):
        for action in effects():
            start = begun[action]
            if start is not None and _months(start, day) >= _LEAST and _months(start, before) < _FULL:
                yield day, action


def _months(start: date, day: date) -> int:
    """Whole months known on a day, from the one of the start on."""
    return 12 * (day.year - start.year) + day.month - start.month
