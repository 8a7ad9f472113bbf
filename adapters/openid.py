"""The organisation's own sign-in: OpenID Connect, authorization code with PKCE. Nothing of a token is ever logged."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

import httpx
import structlog

from adapters.id_token import Claims, Expected, Keys, no_key_fits, read_keys, read_token
from adapters.openid_provider import Metadata, check_address, read_metadata, silent, unfit
from domain.core import Refused, refuse

SCOPE = "openid profile email"
SECONDS = 10
METADATA_LASTS = timedelta(hours=1)
FAILURE_LASTS = timedelta(seconds=30)
"""So long a provider that could not be asked is not asked again."""
PATIENCE = 1  # seconds that others wait for the one who asks the provider
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Client:
    """This installation as the provider knows it. back: the address that it sends people back to."""

    issuer: str
    id: str
    secret: str | None
    back: str


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in that has begun: what its answer must fit. It stays on this side, in the browser's session."""

    state: str
    nonce: str
    verifier: str


class OpenId:
    """One provider, asked over https; over http only on this machine. Safe to use from several threads.

    Refused where the issuer's address does not fit.
    """

    def __init__(self, client: Client, clock: Callable[[], datetime]) -> None:
        self.client, self._clock = client, clock
        check_address(client.issuer)
        self._known: tuple[datetime, Metadata, Keys] | None = None
        self._failed: tuple[datetime, Refused] | None = None
        self._asking = Lock()

    def begin(self) -> tuple[str, Begun]:
        """The provider's address to send somebody to, and what the answer must fit. Refused if it does not answer."""
        metadata, _ = self._provider()
        begun = Begun(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48))
        asked = {
            "response_type": "code",
            "client_id": self.client.id,
            "redirect_uri": self.client.back,
            "scope": SCOPE,
            "state": begun.state,
            "nonce": begun.nonce,
            "code_challenge": _challenge(begun.verifier),
            "code_challenge_method": "S256",
        }
        joint = "&" if urlsplit(metadata.authorization_endpoint).query else "?"
        return f"{metadata.authorization_endpoint}{joint}{urlencode(asked)}", begun

    def finish(
        self, begun: Begun, answer: Mapping[str, str], wanted: Collection[str] = (), needed: Collection[str] = ()
    ) -> Claims:
        """What the provider says of who signed in. answer: the query that the browser came back with, whose state the
        caller has compared. wanted: claims that are asked for once more where the ID token lacks them. needed: those
        without any of which an answer that did not come is not taken for one that says nothing. Refused by name."""
        metadata, keys = self._provider()
        code = _code(answer, metadata)
        tokens = self._exchange(metadata, code, begun.verifier)
        token = tokens.get("id_token")
        if not isinstance(token, str):
            unfit("id_token")
        expected = Expected(metadata.issuer, self.client.id, begun.nonce, self._clock())
        claims = read_token(token, keys, expected)
        if claims is None:  # the provider has other keys now
            claims = read_token(token, self._renewed_keys(metadata), expected) or no_key_fits()
        if metadata.userinfo_endpoint and not set(wanted) <= claims.keys():
            may_fail = not needed or not claims.keys().isdisjoint(needed)
            return self._more(metadata.userinfo_endpoint, tokens.get("access_token"), claims, may_fail) | claims
        return claims

    def _provider(self) -> tuple[Metadata, Keys]:
        """What the provider says of itself. One asks at a time, so that a silent provider holds up one only."""
        known = self._remembered()
        if known is None:
            if not self._asking.acquire(timeout=PATIENCE):
                silent("asked already")
            try:
                known = self._remembered() or self._look_up()
            finally:
                self._asking.release()
        return known

    def _remembered(self) -> tuple[Metadata, Keys] | None:
        """What was told within the hour. Refused as a moment ago, where the provider could not be asked then."""
        now, known, failed = self._clock(), self._known, self._failed
        if known is not None and known[0] <= now < known[0] + METADATA_LASTS:
            return known[1], known[2]
        if failed is not None and failed[0] <= now < failed[0] + FAILURE_LASTS:
            raise Refused(failed[1].rule, failed[1].sv, failed[1].en)
        return None

    def _look_up(self) -> tuple[Metadata, Keys]:
        try:
            told = self._get(f"{self.client.issuer.rstrip('/')}/.well-known/openid-configuration")
            metadata = read_metadata(told, self.client.issuer)
            keys = self._keys(metadata)
        except Refused as refused:
            self._failed = (self._clock(), refused)
            raise
        self._known = (self._clock(), metadata, keys)
        return metadata, keys

    def _keys(self, metadata: Metadata) -> Keys:
        return read_keys(self._get(metadata.jwks_uri))

    def _renewed_keys(self, metadata: Metadata) -> Keys:
        keys = self._keys(metadata)
        self._known = (self._clock(), metadata, keys)
        return keys

    def _exchange(self, metadata: Metadata, code: str, verifier: str) -> Mapping[str, Any]:
        asked = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.client.back,
            "code_verifier": verifier,
            "client_id": self.client.id,
        }
        basic = None
        if self.client.secret and "client_secret_basic" in metadata.token_endpoint_auth_methods_supported:
            basic = httpx.BasicAuth(quote_plus(self.client.id), quote_plus(self.client.secret))  # RFC 6749, 2.3.1
        elif self.client.secret:
            asked["client_secret"] = self.client.secret
        return self._json("POST", metadata.token_endpoint, data=asked, **({"auth": basic} if basic else {}))

    def _more(self, address: str, token: object, claims: Claims, may_fail: bool) -> Claims:
        """What the provider's userinfo adds. Where it may fail, what it would have said is lacking then."""
        try:
            told = self._json("GET", address, headers={"Authorization": f"Bearer {token}"})
        except Refused as refused:
            log.warning("userinfo does not answer", rule=refused.rule)
            if not may_fail:
                raise
            return {}
        return dict(told) if told.get("sub") == claims["sub"] else {}

    def _get(self, address: str) -> Mapping[str, Any]:
        return self._json("GET", address)

    def _json(self, method: str, address: str, **given: Any) -> Mapping[str, Any]:
        headers = {"Accept": "application/json"} | given.pop("headers", {})
        try:
            with httpx.Client(timeout=SECONDS, follow_redirects=False) as http:
                answer = http.request(method, address, headers=headers, **given)
            told = answer.json() if answer.status_code == httpx.codes.OK else None
        except (httpx.HTTPError, httpx.InvalidURL) as wrong:
            silent(type(wrong).__name__)
        except ValueError:
            unfit("no JSON")
        if answer.is_server_error:
            silent(str(answer.status_code))
        if not isinstance(told, dict):
            unfit(str(answer.status_code))
        return told


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _code(answer: Mapping[str, str], metadata: Metadata) -> str:
    """The code out of the provider's answer, which must be this provider's (RFC 9207)."""
    issuer = answer.get("iss", None if metadata.authorization_response_iss_parameter_supported else metadata.issuer)
    if issuer != metadata.issuer:
        unfit("iss")
    if answer.get("error") in ("access_denied", "consent_required", "interaction_required", "login_required"):
        refuse(
            "sign-in-refused",
            "Inloggningen avbröts hos inloggningstjänsten, eller så fick du inte logga in där. Försök igen.",
            "The sign-in was ended at the sign-in provider, or you were not let in there. Try again.",
        )
    code = answer.get("code")
    if "error" in answer or not code:
        unfit("answer")
    return code
