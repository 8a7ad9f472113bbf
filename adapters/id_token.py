"""An ID token: who signed it, for whom, when, in answer to what. What does not hold is refused; it is never logged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn

import structlog
from joserfc import jws, jwt
from joserfc.errors import BadSignatureError, ExpiredTokenError, InvalidKeyTypeError, JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey

from domain.core import refuse

ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
"""Never none, and none that signs with a secret: a public key could be used as that secret."""
LEEWAY = 60
"""Seconds that the provider's clock may differ from ours."""
_TYPES: Mapping[str, type[RSAKey] | type[ECKey] | type[OKPKey]] = {"RSA": RSAKey, "EC": ECKey, "OKP": OKPKey}
_FOR: Mapping[str, str] = {"RS256": "RSA", "PS256": "RSA", "ES256": "EC", "EdDSA": "OKP"}
Key = RSAKey | ECKey | OKPKey
Keys = tuple[Key, ...]
Claims = dict[str, Any]
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Expected:
    """What an ID token must say. now: what our clock shows."""

    issuer: str
    client: str
    nonce: str
    now: datetime


def read_keys(told: Mapping[str, Any]) -> Keys:
    """The provider's keys that sign (RFC 7517); those that cannot be read are left out."""
    listed = told.get("keys")
    made = (_key(each) for each in listed if isinstance(each, dict)) if isinstance(listed, list) else ()
    return tuple(key for key in made if key is not None)


def read_token(token: str, keys: Keys, expected: Expected) -> Claims | None:
    """The token's claims; None where none of the keys has signed it. Refused where it does not hold."""
    try:
        header = jws.extract_compact(token.encode()).headers()
        algorithm = header["alg"]
        if algorithm not in ALGORITHMS:
            _bad("algorithm")
        for key in keys:
            if key.key_type == _FOR[algorithm] and ("kid" not in header or key.kid == header["kid"]):
                claims = _signed(token, key, algorithm)
                if claims is not None:
                    return _checked(claims, expected)
    except ExpiredTokenError:
        refuse(
            "sign-in-expired",
            "Inloggningen tog för lång tid och gäller inte längre. Logga in igen.",
            "The sign-in took too long and is no longer good. Sign in again.",
        )
    except (JoseError, ValueError, TypeError, KeyError) as wrong:
        _bad(type(wrong).__name__)
    return None


def no_key_fits() -> NoReturn:
    """Refuses a token that none of the provider's keys has signed."""
    _bad("signature")


def _key(told: dict[str, Any]) -> Key | None:
    kind = _TYPES.get(told.get("kty", ""))
    if kind is None or told.get("use", "sig") != "sig":
        return None
    try:
        return kind.import_key(told)
    except (JoseError, ValueError, TypeError, KeyError):
        return None


def _signed(token: str, key: Key, algorithm: str) -> Claims | None:
    try:
        return jwt.decode(token, key, algorithms=[algorithm]).claims
    except (BadSignatureError, InvalidKeyTypeError):
        return None


def _checked(claims: Claims, expected: Expected) -> Claims:
    """The claims, when they are this provider's, for us, good now and in answer to what we asked."""
    jwt.JWTClaimsRegistry(
        now=int(expected.now.timestamp()),
        leeway=LEEWAY,
        iss={"essential": True, "value": expected.issuer},
        sub={"essential": True},
        aud={"essential": True, "value": expected.client},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": expected.nonce},
    ).validate(claims)
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", None if several else expected.client) != expected.client:
        _bad("azp")
    return claims


def _bad(why: str) -> NoReturn:
    log.warning("an ID token does not hold", why=why)
    refuse(
        "bad-id-token",
        "Svaret från inloggningstjänsten gick inte att lita på, och du är inte inloggad. Försök igen; hjälper det "
        "inte, be den som sköter tjänsten att se i loggen.",
        "The answer of the sign-in provider could not be trusted, and you are not signed in. Try again; if that does "
        "not help, ask whoever runs this service to look in the log.",
    )
