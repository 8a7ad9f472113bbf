"""Periods of counts: ISO weeks (`2020-W53`) and months (`2020-02`), as sortable text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import Annotated, Literal

from pydantic import AfterValidator

Frequency = Literal["week", "month"]


class NotAPeriod(ValueError):  # noqa: N818 - a sentence for a person
    """A text that is no week and no month that exists; sv: the sentence in Swedish."""

    def __init__(self, period: str) -> None:
        super().__init__(f"“{period}” is not a period: write a month as 2020-02 or an ISO week as 2020-W07")
        self.sv = f"”{period}” är ingen period som finns: skriv en månad som 2020-02 eller en ISO-vecka som 2020-W07"


_SHAPE = re.compile(r"((?:19|20|21)\d{2})-(?:W(\d{2})|(\d{2}))", re.ASCII)


@lru_cache(maxsize=8192)
def first_day(period: str) -> date:
    """The period's first day. NotAPeriod when there is none of that name (2021 has no W53)."""
    found = _SHAPE.fullmatch(period)
    if not found:
        raise NotAPeriod(period)
    year, week, month = found.groups()
    try:
        return date.fromisocalendar(int(year), int(week), 1) if week else date(int(year), int(month), 1)
    except ValueError:
        raise NotAPeriod(period) from None


@lru_cache(maxsize=8192)
def last_day(period: str) -> date:
    """The period's last day."""
    start = first_day(period)
    if frequency(period) == "week":
        return start + timedelta(days=6)
    return (start.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def frequency(period: str) -> Frequency:
    """`week` or `month`."""
    return "week" if "W" in period else "month"


def containing(day: date, freq: Frequency) -> str:
    """The period in which a day lies."""
    if freq == "month":
        return f"{day:%Y-%m}"
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def following(period: str) -> str:
    """The next period."""
    return containing(last_day(period) + timedelta(days=1), frequency(period))


def span(first: str, last: str) -> Iterator[str]:
    """All periods from first to last, both included."""
    while first <= last:
        yield first
        first = following(first)


def last_complete(day: date, freq: Frequency) -> str:
    """The latest period that has ended on or before a day."""
    period = containing(day, freq)
    if last_day(period) <= day:
        return period
    return containing(first_day(period) - timedelta(days=1), freq)


def _checked(period: str) -> str:
    first_day(period)
    return period


Period = Annotated[str, AfterValidator(_checked)]
