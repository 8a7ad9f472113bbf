"""Sends webhooks as github.com/standard-webhooks describes, and to nobody but public addresses.

Whoever keeps a webhook chooses where this machine connects to, so the address is looked up and checked here, when the
webhook is kept and again each time it is sent; the connection goes to exactly the address that was checked, for a name
may lead elsewhere at the next question. Redirects are not followed and no proxy is asked, since neither is checked.
Any port is allowed: receivers stand on many, and the address decides what can be reached, not the port.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import socket
import ssl
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

import httpx

from adapters.outcome import Never, NotNow, Outcome, Sent
from adapters.webhooks import PREFIX
from domain.core import Refused, refuse

SECONDS = 10
"""For a whole attempt, after the name has been looked up: a receiver that answers drop by drop gets no longer."""
GONE = "answered 410 Gone"
Resolve = Callable[[str, int], Sequence[str]]
_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")


def looked_up(host: str, port: int) -> list[str]:
    """The addresses of a name, best first. It also reads 127.1, 0x7f000001 and the like as addresses."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(where[0]) for *_, where in found))


def is_public(address: str) -> bool:
    """Whether anybody on the internet means the same machine by it; an address inside another one counts as itself."""
    ip = ip_address(address)
    if isinstance(ip, IPv4Address):
        return ip.is_global and not ip.is_multicast
    inner = _inner(ip)
    return is_public(str(inner)) if inner else ip in _UNICAST and ip.is_global


def _inner(ip: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that a mapped, 6to4 or NAT64 address stands for."""
    nat64 = IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else None
    return ip.ipv4_mapped or ip.sixtofour or nat64


@dataclass(frozen=True, slots=True)
class Target:
    """Where to connect to: a URL whose host is the address that was checked, and the name that stood there."""

    url: httpx.URL
    name: str
    host: str


@dataclass(frozen=True, slots=True)
class Guard:
    """Decides where webhooks may go. to_private: also to private addresses, and by http."""

    to_private: bool = False
    resolve: Resolve = looked_up

    def check(self, given: str) -> Target:
        """The one address to connect to. Refused says what is wrong with the URL, and how it can be mended."""
        url = self._read(given)
        name = url.raw_host.decode("ascii")
        port = url.port or (443 if url.scheme == "https" else 80)
        try:
            addresses = self.resolve(name, port)
        except (OSError, UnicodeError):
            addresses = []
        if not addresses:
            refuse(
                "webhook-name-unknown",
                f"Namnet {name} går inte att slå upp. Kontrollera stavningen, eller försök igen om en stund.",
                f"The name {name} cannot be looked up. Check the spelling, or try again in a while.",
            )
        if not self.to_private and not all(is_public(address) for address in addresses):
            refuse(
                "webhook-private",
                f"{name} leder till en adress i ett slutet nät, och dit skickas inga webhookar. Ange en publik adress, "
                "eller be den som driver tjänsten att tillåta det (SAMVERKAN_WEBHOOKS_TO_PRIVATE).",
                f"{name} leads to an address of a private network, where no webhooks are sent. Give a public address, "
                "or ask whoever runs the service to allow it (SAMVERKAN_WEBHOOKS_TO_PRIVATE).",
            )
        return Target(url.copy_with(host=addresses[0]), name, url.netloc.decode("ascii"))

    def _read(self, given: str) -> httpx.URL:
        schemes = ("https", "http") if self.to_private else ("https",)
        try:
            url = httpx.URL(given)
        except httpx.InvalidURL:
            url = httpx.URL("")
        if url.scheme not in schemes or not url.host or (url.port is not None and not 0 < url.port < 2**16):
            refuse(
                "webhook-url",
                "Adressen går inte att använda. Skriv den med https, till exempel https://exempel.se/webhook.",
                "The address cannot be used. Write it with https, such as https://example.com/webhook.",
            )
        if url.userinfo:
            refuse(
                "webhook-credentials",
                "Skriv inget lösenord i adressen. Mottagaren känner igen oss på signaturen.",
                "Write no password in the address. The receiver knows us by the signature.",
            )
        return url.copy_with(fragment=None)


def signed(secrets: Sequence[str], key: str, at: datetime, body: bytes) -> dict[str, str]:
    """The three headers of the specification; a signature for each secret, so that either of two is recognised."""
    seconds = str(int(at.timestamp()))
    content = b".".join((key.encode("ascii"), seconds.encode("ascii"), body))
    made = (hmac.digest(b64decode(secret.removeprefix(PREFIX)), content, hashlib.sha256) for secret in secrets)
    signatures = " ".join(f"v1,{b64encode(each).decode('ascii')}" for each in made)
    return {"webhook-id": key, "webhook-timestamp": seconds, "webhook-signature": signatures}


def trusted() -> ssl.SSLContext:
    """What the usual authorities vouch for, and those that this machine trusts besides."""
    context = httpx.create_ssl_context()
    context.load_default_certs()
    return context


@dataclass(frozen=True, slots=True)
class Sender:
    """Makes one attempt to deliver."""

    guard: Guard
    trust: ssl.SSLContext = field(default_factory=trusted)
    seconds: float = SECONDS

    def send(self, url: str, secrets: Sequence[str], key: str, at: datetime, body: bytes) -> Outcome:
        """POST the body once. Nothing of the answer is read but its status, however much follows."""
        try:
            target = self.guard.check(url)
        except Refused as refused:
            return NotNow(refused.en) if refused.rule == "webhook-name-unknown" else Never(refused.en)
        try:
            status = asyncio.run(self._post(target, signed(secrets, key, at, body), body))
        except TimeoutError:
            return NotNow(f"no answer within {self.seconds:g} seconds")
        except httpx.HTTPError as failure:
            return NotNow(f"could not be reached ({type(failure).__name__})")
        if 200 <= status < 300:
            return Sent()
        return Never(GONE) if status == httpx.codes.GONE else NotNow(f"answered {status}")

    async def _post(self, target: Target, headers: dict[str, str], body: bytes) -> int:
        """The status, within the time that an attempt has."""
        own = {"Host": target.host, "Content-Type": "application/json", "User-Agent": "Samverkan"}
        async with (
            asyncio.timeout(self.seconds),
            httpx.AsyncClient(verify=self.trust, trust_env=False, timeout=None) as client,  # noqa: S113 - the line above
            client.stream(
                "POST", target.url, content=body, headers=own | headers, extensions={"sni_hostname": target.name}
            ) as answer,
        ):
            return answer.status_code
