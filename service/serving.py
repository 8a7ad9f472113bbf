"""Serve the pages and the API with granian, on loopback: until there is sign-in, nobody else may reach it."""

from __future__ import annotations

import ipaddress
import os

from granian.constants import Interfaces
from granian.server import Server

from domain.core import refuse
from service.settings import Settings


def serve(settings: Settings, host: str, port: int) -> None:
    """Serve until interrupted. Refuses a host that other machines could reach."""
    if not _is_loopback(host):
        refuse(
            "not-loopback",
            f"”{host}” kan nås från andra datorer, och inloggning finns inte än. Använd 127.0.0.1.",
            f"“{host}” can be reached from other machines, and there is no sign-in yet. Use 127.0.0.1.",
        )
    os.environ["SAMVERKAN_DATABASE"] = settings.database  # the worker process composes the application from these
    if settings.starts_at:
        os.environ["SAMVERKAN_STARTS_AT"] = settings.starts_at.isoformat()
    server = Server(
        "service.compose:make_app", factory=True, interface=Interfaces.ASGI, address=host, port=port, workers=1,
        log_access=False, websockets=False,
    )  # fmt: skip
    server.serve()


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
