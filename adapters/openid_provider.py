"""What a sign-in provider says of itself (OpenID Connect Discovery 1.0), and the refusals of one that does not fit."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any, NoReturn
from urllib.parse import urlsplit

import structlog
from pydantic import BaseModel, ValidationError

from domain.core import refuse

log = structlog.get_logger()


class Metadata(BaseModel):
    """The part of it that is of use here."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    authorization_response_iss_parameter_supported: bool = False


def check_address(issuer: str) -> None:
    """The issuer, and whatever it names, is reached over https, unless it is on this machine."""
    parts = urlsplit(issuer)
    if parts.hostname and (parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.hostname))):
        return
    refuse(
        "bad-setting",
        "Inställningen SAMVERKAN_OIDC_ISSUER passar inte: skriv inloggningstjänstens adress med https, "
        "till exempel https://inloggning.example.se/realms/kommunen.",
        "The setting SAMVERKAN_OIDC_ISSUER does not fit: write the provider's address with https, "
        "such as https://inloggning.example.se/realms/kommunen.",
    )


def read_metadata(told: Mapping[str, Any], issuer: str) -> Metadata:
    """The metadata out of its answer. Refused where it is another issuer's, or does not fit."""
    try:
        metadata = Metadata.model_validate(told)
    except ValidationError:
        unfit("discovery")
    if metadata.issuer != issuer:
        refuse(
            "issuer-mismatch",
            "Inloggningstjänsten uppger en annan adress än den som är inställd. Be den som sköter tjänsten att "
            "kontrollera SAMVERKAN_OIDC_ISSUER.",
            "The sign-in provider gives another address than the one that is set. Ask whoever runs this service to "
            "check SAMVERKAN_OIDC_ISSUER.",
        )
    named = (metadata.authorization_endpoint, metadata.token_endpoint, metadata.jwks_uri, metadata.userinfo_endpoint)
    for address in filter(None, named):
        check_address(address)
    return metadata


def silent(why: str) -> NoReturn:
    """Refuses for a provider that does not answer."""
    log.warning("the sign-in provider does not answer", why=why)
    refuse(
        "provider-silent",
        "Organisationens inloggningstjänst svarar inte. Försök igen om en stund.",
        "The organisation's sign-in provider does not answer. Try again in a while.",
    )


def unfit(why: str) -> NoReturn:
    """Refuses for an answer that does not hold."""
    log.warning("the sign-in provider's answer does not fit", why=why)
    refuse(
        "provider-unfit",
        "Organisationens inloggningstjänst svarade något som inte går att använda. Försök igen; hjälper det inte, be "
        "den som sköter tjänsten att se i loggen.",
        "The organisation's sign-in provider answered something that cannot be used. Try again; if that does not "
        "help, ask whoever runs this service to look in the log.",
    )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
