"""Days and hours on which the demonstration's work is done: working days, meeting Tuesdays, quarters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from domain.core import Actor, Command

HERE = ZoneInfo("Europe/Stockholm")
SIGNED = date(2019, 11, 6)
LAST_DAY = date(2023, 3, 1)
COUNCIL = (
    date(2021, 4, 22), date(2021, 9, 16), date(2021, 11, 25),
    date(2022, 2, 17), date(2022, 5, 19), date(2022, 9, 15), date(2022, 11, 24),
)  # fmt: skip
"""When Trygghetsrådet met: the first day is real, the others are invented at its rate of three or four a year."""

_FIXED = {(1, 1), (1, 6), (5, 1), (6, 6), (12, 24), (12, 25), (12, 26), (12, 31)}
_MOVING = {
    date(2020, 4, 10), date(2020, 4, 13), date(2020, 5, 21), date(2020, 6, 19),
    date(2021, 4, 2), date(2021, 4, 5), date(2021, 5, 13), date(2021, 6, 25),
    date(2022, 4, 15), date(2022, 4, 18), date(2022, 5, 26), date(2022, 6, 24),
}  # fmt: skip
_QUARTERS = (*((year, month) for year in (2020, 2021) for month in (1, 4, 7, 10)), (2022, 1))
_FIRST_WEEKLY = date(2022, 3, 6)


@dataclass(frozen=True, slots=True)
class Step:
    """A command with when and by whom it is given; steps at the same moment keep their order."""

    when: datetime
    by: Actor
    command: Command


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """That hour on the day in Västerås, as UTC."""
    return datetime.combine(day, time(hour, minute), HERE).astimezone(UTC)


STOPS = at(date(2023, 2, 28), 9)
"""The morning before the last weekly meeting: what comes after is for those who try the demonstration."""


def workday(day: date) -> date:
    """The day, or the next one on which people work."""
    while day.weekday() > 4 or (day.month, day.day) in _FIXED or day in _MOVING:
        day += timedelta(days=1)
    return day


def weekly(first: date, last: date, weeks: int = 1) -> Iterable[date]:
    """Every so many weeks from first to last, moved to working days."""
    for n in range(0, (last - first).days // 7 + 1, weeks):
        yield min(workday(first + timedelta(weeks=n)), last)


@lru_cache(maxsize=1)
def meeting_days() -> tuple[date, ...]:
    """The Tuesdays with a weekly meeting: not in July, not in the weeks of Christmas and New Year."""
    first = date(2019, 11, 12)
    every = (first + timedelta(weeks=n) for n in range((LAST_DAY - first).days // 7 + 1))
    return tuple(day for day in every if day.month != 7 and day.isocalendar().week not in (52, 53, 1))


def meeting_from(day: date) -> date:
    """The first meeting on or after a day; the one of the last week has yet to be held."""
    return next(one for one in meeting_days() if one >= day)


def meeting_key(day: date) -> str:
    """The key of the meeting held that day: `est-2020-w07`."""
    year, week, _ = day.isocalendar()
    return f"est-{year}-w{week:02d}"


def assessed_weeks() -> tuple[date, ...]:
    """The Sunday that ends each week assessed: the last complete one of a quarter, in the last year every one."""
    ends = (date(year, month, 1) - timedelta(days=1) for year, month in _QUARTERS)
    quarterly = (end - timedelta(days=(end.weekday() + 1) % 7) for end in ends)
    return (*quarterly, *(_FIRST_WEEKLY + timedelta(weeks=n) for n in range(52)))
