"""What is computed beside the assessments: forecasts before the last meetings, a model card, effects of actions."""

from __future__ import annotations

from datetime import date

from domain.period import Frequency
from service.demonstration.planted import planted

LAST_MONDAY = date(2023, 2, 27)
FORECASTS: tuple[tuple[Frequency, date], ...] = (
    ("month", date(2023, 1, 9)),
    ("month", date(2023, 2, 6)),
    ("week", date(2023, 2, 20)),
    ("week", LAST_MONDAY),
)
"""Of each kind the latest, and the one before, beside which what has come can be laid."""
BACKTESTS: tuple[Frequency, ...] = ("week", "month")


def effects() -> tuple[str, ...]:
    """The actions whose effect was planted, one or none."""
    return tuple(one.action for one in planted() if one.action)
