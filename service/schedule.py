"""When the periodic runs are due: by cron text in Swedish time, and which weeks and months then have to be assessed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

from cronsim import CronSim

from domain.period import Frequency, following, last_complete, span
from domain.register import Register
from domain.run import Run
from service.settings import HERE, Settings

FREQUENCIES: tuple[Frequency, ...] = ("week", "month")
_AROUND = timedelta(hours=3)
"""Further than any change of the clocks, so that the hour that comes twice is begun on its safe side."""


def due(register: Register, now: datetime, settings: Settings, frequency: Frequency) -> tuple[str, ...]:
    """The periods to be run now, in order: all after the last one that was run, up to the last that was over on the
    day when a run was last due. Only that one where none has ever been run.

    A day is over when the next has begun in Sweden.
    """
    fired = last_due(cron(settings, frequency), now)
    if fired is None:
        return ()
    latest = last_complete(fired.date() - timedelta(days=1), frequency)
    run = [run.period for run in register.every(Run) if run.frequency == frequency]
    return tuple(span(following(max(run)), latest)) if run else (latest,)


def cron(settings: Settings, frequency: Frequency) -> str:
    """The cron text of the runs of weeks, or of months."""
    return settings.weekly if frequency == "week" else settings.monthly


def daily(text: str) -> str:
    """The same time of the day, every day."""
    return " ".join([*text.split()[:-3], "*", "*", "*"])


def last_due(text: str, now: datetime) -> datetime | None:
    """When a cron text last fired, at `now` at the latest; None when it never has. The hour that comes twice fires
    once, and what falls into the hour that is left out fires when that hour would have ended."""
    return next((at for at in _firings(text, now + _AROUND, back=True) if at.astimezone(UTC) <= now), None)


def next_due(text: str, now: datetime) -> datetime | None:
    """When it fires next, after `now`; None when it never will."""
    return next((at for at in _firings(text, now - _AROUND) if at.astimezone(UTC) > now), None)


def _firings(text: str, start: datetime, *, back: bool = False) -> Iterator[datetime]:
    return CronSim(text, start.astimezone(HERE), reverse=back)


def next_moment(settings: Settings, now: datetime) -> datetime | None:
    """When the worker next has something to do by the clock: a run that is due, or the daily look at earlier ones."""
    texts: Mapping[str, None] = dict.fromkeys(daily(cron(settings, each)) for each in FREQUENCIES)
    moments = [at.astimezone(UTC) for text in texts if (at := next_due(text, now)) is not None]
    return min(moments, default=None)
