"""The one composition root: which database, which clock, which application."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING

from adapters.event_store import open_store
from adapters.tables import Tables
from service.logs import set_up_logs
from service.register import Clock, LiveRegister, utc_now
from service.settings import Settings, load_settings

if TYPE_CHECKING:
    from litestar import Litestar


def open_register(settings: Settings, clock: Clock | None = None) -> LiveRegister:
    """The register behind the settings' database, begun if it is new."""
    store = open_store(settings.database, settings.key_place)
    return LiveRegister(store, Tables(store), clock or clock_of(settings))


def clock_of(settings: Settings) -> Clock:
    """The real clock, or one that starts at a moment of the settings and runs on from there."""
    return running_from(settings.starts_at) if settings.starts_at else utc_now


def running_from(moment: datetime) -> Clock:
    """A clock that shows the moment now, and goes at the usual pace."""
    start, began = moment.astimezone(UTC), monotonic()
    return lambda: start + timedelta(seconds=monotonic() - began)


def make_app() -> Litestar:
    """The application as the environment sets it up."""
    from service.api.app import create_app  # the command line has no use for the web framework

    settings = load_settings()
    set_up_logs(settings)
    return create_app(open_register(settings), settings)
