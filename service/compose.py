"""The one composition root: which database, which clock, which application."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.event_store import open_store
from adapters.tables import Tables
from service.clocks import clock_of
from service.logs import set_up_logs
from service.register import Clock, LiveRegister
from service.settings import Settings, load_settings

if TYPE_CHECKING:
    from litestar.types import ASGIApp


def open_register(settings: Settings, clock: Clock | None = None) -> LiveRegister:
    """The register behind the settings' database, begun if it is new."""
    store = open_store(settings.database, settings.key_place)
    return LiveRegister(store, Tables(store), clock or clock_of(settings))


def make_app() -> ASGIApp:
    """The application as the environment sets it up; what trusted proxies say of the browser is believed."""
    from granian.utils.proxies import wrap_asgi_with_proxy_headers

    from service.api.app import create_app  # the command line has no use for the web framework

    settings = load_settings()
    set_up_logs(settings)
    app = create_app(open_register(settings), settings)
    proxies = settings.trusted_proxies.split()
    return wrap_asgi_with_proxy_headers(app, proxies) if proxies else app
