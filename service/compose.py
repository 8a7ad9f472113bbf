"""The one composition root: which database, which clock, which application."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.event_store import open_store
from adapters.tables import Tables
from service.logs import set_up_logs
from service.register import Clock, LiveRegister, utc_now
from service.settings import Settings, load_settings

if TYPE_CHECKING:
    from litestar import Litestar


def open_register(settings: Settings, clock: Clock = utc_now) -> LiveRegister:
    """The register behind the settings' database, begun if it is new."""
    store = open_store(settings.database)
    return LiveRegister(store, Tables(store), clock)


def make_app() -> Litestar:
    """The application as the environment sets it up."""
    from service.api.app import create_app  # the command line has no use for the web framework

    settings = load_settings()
    set_up_logs(settings)
    return create_app(open_register(settings), settings)
