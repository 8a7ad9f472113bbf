"""Clocks: the real one, or one that begins at another moment and goes at the usual pace."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from time import monotonic

from service.register import Clock, utc_now
from service.settings import Settings


def clock_of(settings: Settings) -> Clock:
    """The real clock, or one that starts at a moment of the settings and runs on from there."""
    return running_from(settings.starts_at) if settings.starts_at else utc_now


def running_from(moment: datetime) -> Clock:
    """A clock that shows the moment now, and goes at the usual pace."""
    start, began = moment.astimezone(UTC), monotonic()
    return lambda: start + timedelta(seconds=monotonic() - began)
