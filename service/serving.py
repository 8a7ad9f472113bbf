"""Serve the pages and the API with granian; without sign-in on loopback only, so that nobody else may reach it."""

from __future__ import annotations

import ipaddress
import os
from urllib.parse import urlsplit

from granian.constants import Interfaces
from granian.server import Server

from domain.core import refuse
from service.register import utc_now
from service.settings import Settings
from service.sign_in import open_sign_in, read_rules

TO_END = 10  # seconds; a client that never reads its answer would hold up a stop without end


def serve(settings: Settings, host: str, port: int) -> None:
    """Serve until interrupted. Refuses a host that other machines could reach without signing in."""
    check_reach(settings, host)
    os.environ["SAMVERKAN_DATABASE"] = settings.database  # the worker process composes the application from these
    os.environ["SAMVERKAN_PORT"] = str(port)
    if settings.starts_at:
        os.environ["SAMVERKAN_STARTS_AT"] = settings.starts_at.isoformat()
    server = Server(
        "service.compose:make_app", factory=True, interface=Interfaces.ASGI, address=host, port=port, workers=1,
        log_access=False, websockets=False, workers_kill_timeout=TO_END,
    )  # fmt: skip
    server.serve()


def check_reach(settings: Settings, host: str) -> None:
    """Refuses what would let people in without signing in, send sessions in the clear, or fail at the first sign-in."""
    if settings.has_sign_in:
        read_rules(settings)
        open_sign_in(settings, utc_now)
        _check_public(settings)
    elif not _is_loopback(host):
        refuse(
            "not-loopback",
            f"”{host}” kan nås från andra datorer, och inloggning är inte inställd. Använd 127.0.0.1, eller ställ in "
            "SAMVERKAN_OIDC_ISSUER och SAMVERKAN_PUBLIC_URL (docs/sign-in.md).",
            f"“{host}” can be reached from other machines, and sign-in is not set up. Use 127.0.0.1, or set "
            "SAMVERKAN_OIDC_ISSUER and SAMVERKAN_PUBLIC_URL (docs/sign-in.md).",
        )


def _check_public(settings: Settings) -> None:
    if not settings.is_encrypted and not _is_loopback(urlsplit(settings.base_url).hostname or ""):
        refuse(
            "bad-setting",
            "Inställningen SAMVERKAN_PUBLIC_URL passar inte: skriv adressen som andra når tjänsten på, med https.",
            "The setting SAMVERKAN_PUBLIC_URL does not fit: write the address that others reach this service at, "
            "with https.",
        )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
