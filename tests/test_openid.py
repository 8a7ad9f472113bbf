"""Signing in with the organisation's account: what is asked, and every answer that may not be believed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc.jwk import ECKey, OKPKey
from structlog.testing import capture_logs

from adapters.openid import Begun, Client, OpenId
from domain.core import Refused
from tests.postgres import free_port
from tests.provider import CLIENT, Key, Provider, provider, rsa

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
BACK = "http://127.0.0.1:8000/logga-in/svar"
SIGNER, OTHER = rsa(), rsa("k2")


class Clock:
    """Shows what it is set to."""

    now = NOW

    def __call__(self) -> datetime:
        return self.now


def asking(there: Provider, secret: str | None = "hemligt & + %") -> tuple[OpenId, Clock]:
    clock = Clock()
    return OpenId(Client(there.address, CLIENT, secret, BACK), clock), clock


@pytest.fixture
def there() -> Iterator[Provider]:
    with provider(SIGNER) as found:
        yield found


def begin(openid: OpenId, there: Provider, clock: Clock) -> Begun:
    """Begin a sign-in; the provider is about to say what a good one says."""
    _, begun = openid.begin()
    at = int(clock().timestamp())
    there.claims = {"iss": there.address, "sub": "s1", "aud": CLIENT, "exp": at + 300, "iat": at, "nonce": begun.nonce}
    return begun


def refused(openid: OpenId, begun: Begun, **answer: str) -> str:
    """The name of the rule; what was refused stands in no log."""
    with capture_logs() as logged, pytest.raises(Refused) as why:
        openid.finish(begun, {"code": "c1", **answer})
    assert "eyJ" not in str(logged)
    assert why.value.sv
    assert why.value.en
    return why.value.rule


def test_the_browser_is_sent_with_a_challenge_and_without_the_secret(there: Provider) -> None:
    openid, _ = asking(there)
    address, begun = openid.begin()
    asked = {name: value for name, (value,) in parse_qs(urlsplit(address).query).items()}
    digest = coded(hashlib.sha256(begun.verifier.encode()).digest())
    assert address.startswith(f"{there.address}/authorize?")
    assert asked == {
        "response_type": "code", "client_id": CLIENT, "redirect_uri": BACK, "scope": "openid profile email",
        "state": begun.state, "nonce": begun.nonce, "code_challenge": digest, "code_challenge_method": "S256",
    }  # fmt: skip


def test_a_code_is_exchanged_for_what_the_provider_says(there: Provider) -> None:
    openid, clock = asking(there)
    begun = begin(openid, there, clock)
    assert openid.finish(begun, {"code": "c1"}) == there.claims
    (sent,) = there.exchanged
    assert (sent["code"], sent["code_verifier"], sent["redirect_uri"]) == ("c1", begun.verifier, BACK)
    told = base64.b64decode(sent["authorization"].removeprefix("Basic ")).decode()
    assert told == "samverkan:hemligt+%26+%2B+%25"
    assert "client_secret" not in sent


@pytest.mark.parametrize(("secret", "sent"), [("s", "s"), (None, None)])
def test_a_provider_that_takes_no_basic_gets_the_secret_in_the_form_and_one_without_gets_none(
    there: Provider, secret: str | None, sent: str | None
) -> None:
    there.metadata = {"token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"]}
    openid, clock = asking(there, secret)
    openid.finish(begin(openid, there, clock), {"code": "c1"})
    assert there.exchanged[0].get("client_secret") == sent
    assert there.exchanged[0]["authorization"] == ""
    assert there.exchanged[0]["client_id"] == CLIENT


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")  # in favour of the name Ed25519; providers use it
@pytest.mark.parametrize(
    ("key", "algorithm"),
    [(SIGNER, "PS256"), (ECKey.generate_key("P-256"), "ES256"), (OKPKey.generate_key("Ed25519"), "EdDSA"),
     (rsa(None), "RS256")],
)  # fmt: skip
def test_every_algorithm_that_is_believed_is(key: Key, algorithm: str) -> None:
    with provider(key) as there:
        openid, clock = asking(there)
        there.algorithm = algorithm
        assert openid.finish(begin(openid, there, clock), {"code": "c1"})["sub"] == "s1"


def unsigned(there: Provider, algorithm: str = "none") -> str:
    parts = ({"alg": algorithm, "kid": "k1"}, there.claims)
    return ".".join(coded(json.dumps(part).encode()) for part in parts) + "."


def signed_with_the_public_key(there: Provider) -> str:
    written = unsigned(there, "HS256").rstrip(".")
    mac = hmac.new(SIGNER.as_pem(private=False), written.encode(), hashlib.sha256).digest()
    return f"{written}.{coded(mac)}"


def changed(there: Provider) -> str:
    head, _, signature = there.signs().split(".")
    there.claims["sub"] = "another"
    return f"{head}.{unsigned(there).split('.')[1]}.{signature}"


def coded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


FORGED: dict[str, Callable[[Provider], str]] = {
    "signed by another under a known number": lambda there: there.signs(OTHER, kid="k1"),
    "signed by another under his own": lambda there: there.signs(OTHER),
    "unsigned": unsigned,
    "signed with the public key as a secret": signed_with_the_public_key,
    "of another algorithm": lambda there: there.signs(algorithm="RS512"),
    "cut short": lambda there: there.signs()[:-20],
    "changed afterwards": changed,
    "no token": lambda there: "hej",
}


@pytest.mark.parametrize("how", FORGED)
def test_a_forged_token_is_refused(there: Provider, how: str) -> None:
    openid, clock = asking(there)
    begun = begin(openid, there, clock)
    there.token = FORGED[how](there)
    assert refused(openid, begun) == "bad-id-token"


@pytest.mark.parametrize(
    "wrong",
    [
        {"aud": "another"}, {"aud": ["another", "third"]}, {"aud": None}, {"iss": "https://another.example.se"},
        {"nonce": "another"}, {"nonce": None}, {"sub": ""}, {"sub": None}, {"azp": "another"},
        {"aud": [CLIENT, "another"]}, {"iat": int(NOW.timestamp()) + 61}, {"exp": None}, {"exp": "soon"},
        {"nbf": int(NOW.timestamp()) + 61}, {"iat": None},
    ],
)  # fmt: skip
def test_a_token_for_another_or_in_answer_to_something_else_is_refused(there: Provider, wrong: dict[str, Any]) -> None:
    openid, clock = asking(there)
    begun = begin(openid, there, clock)
    there.claims = {name: value for name, value in (there.claims | wrong).items() if value is not None}
    assert refused(openid, begun) == "bad-id-token"


def test_a_token_for_several_is_good_where_it_says_that_it_was_made_for_us(there: Provider) -> None:
    openid, clock = asking(there)
    begun = begin(openid, there, clock)
    there.claims |= {"aud": [CLIENT, "another"], "azp": CLIENT}
    assert openid.finish(begun, {"code": "c1"})["sub"] == "s1"


def test_a_token_is_good_for_a_minute_after_its_end_since_clocks_differ(there: Provider) -> None:
    openid, clock = asking(there)
    begun = begin(openid, there, clock)
    clock.now = NOW + timedelta(seconds=300 + 59)
    assert openid.finish(begun, {"code": "c1"})["sub"] == "s1"
    clock.now = NOW + timedelta(seconds=300 + 60)
    assert refused(openid, begun) == "sign-in-expired"


def test_new_keys_are_fetched_once_when_none_fits(there: Provider) -> None:
    openid, clock = asking(there)
    begun = begin(openid, there, clock)
    there.key, there.published = OTHER, [SIGNER, OTHER]
    assert openid.finish(begun, {"code": "c1"})["sub"] == "s1"
    assert there.asked.count("GET /keys") == 2
    openid.finish(begun, {"code": "c1"})
    assert there.asked.count("GET /keys") == 2
    there.published = [SIGNER]
    there.key = rsa("k3")
    assert refused(openid, begun) == "bad-id-token"
    assert there.asked.count("GET /keys") == 3


def test_what_the_provider_says_of_itself_is_asked_once_an_hour(there: Provider) -> None:
    openid, clock = asking(there)
    for minutes, times in ((0, 1), (59, 1), (60, 2)):
        clock.now = NOW + timedelta(minutes=minutes)
        openid.begin()
        assert there.asked.count("GET /.well-known/openid-configuration") == times


def test_a_provider_that_could_not_be_asked_is_not_asked_again_for_half_a_minute(there: Provider) -> None:
    there.metadata = {"jwks_uri": None}
    openid, clock = asking(there)
    for seconds, times in ((0, 1), (29, 1), (30, 2)):
        clock.now = NOW + timedelta(seconds=seconds)
        with pytest.raises(Refused, match="cannot be used"):
            openid.begin()
        assert len(there.asked) == times
    there.metadata = {}
    clock.now += timedelta(seconds=30)
    openid.begin()


def test_while_one_asks_a_silent_provider_others_wait_a_second_at_most() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, ThreadPoolExecutor(4) as pool:
        openid, _ = asking(Provider(f"http://127.0.0.1:{silent.getsockname()[1]}", SIGNER, []))
        first = pool.submit(openid.begin)
        held, _ = silent.accept()
        began = monotonic()
        others = [pool.submit(openid.begin) for _ in range(3)]
        rules = [type(other.exception(5)) for other in others]
        took = monotonic() - began
        held.close()
        assert rules == [Refused] * 3
        assert took < 3
        assert not first.done() or first.exception() is not None


def test_whom_nothing_is_known_of_is_not_taken_for_nobody_while_userinfo_does_not_answer(there: Provider) -> None:
    there.metadata = {"userinfo_endpoint": f"{there.address}/elsewhere"}
    openid, clock = asking(there)
    begun = begin(openid, there, clock)
    with pytest.raises(Refused, match="cannot be used"):
        openid.finish(begun, {"code": "c1"}, ["groups"], ["groups"])
    there.claims["groups"] = ["x"]
    assert openid.finish(begun, {"code": "c1"}, ["name"], ["groups"])["groups"] == ["x"]


def test_claims_that_the_token_lacks_are_asked_for_and_never_replace_what_is_signed(there: Provider) -> None:
    there.userinfo = {"sub": "s1", "name": "Anna", "iss": "forged"}
    openid, clock = asking(there)
    begun = begin(openid, there, clock)
    claims = openid.finish(begun, {"code": "c1"}, ["name"])
    assert (claims["name"], claims["iss"]) == ("Anna", there.address)
    there.userinfo = {"sub": "another", "name": "Bo"}
    assert "name" not in openid.finish(begun, {"code": "c1"}, ["name"])
    there.claims["name"] = "Anna"
    openid.finish(begun, {"code": "c1"}, ["name"])
    assert there.asked.count("GET /userinfo") == 2


@pytest.mark.parametrize(
    ("answer", "rule"),
    [
        ({"error": "access_denied", "code": ""}, "sign-in-refused"), ({"error": "server_error"}, "provider-unfit"),
        ({"code": ""}, "provider-unfit"), ({"iss": "https://another.example.se"}, "provider-unfit"),
    ],
)  # fmt: skip
def test_an_answer_that_brings_no_code_of_this_provider_is_refused(
    there: Provider, answer: dict[str, str], rule: str
) -> None:
    openid, clock = asking(there)
    assert refused(openid, begin(openid, there, clock), **answer) == rule
    assert there.exchanged == []


@pytest.mark.parametrize(
    ("metadata", "rule"),
    [
        ({"issuer": "https://another.example.se"}, "issuer-mismatch"), ({"jwks_uri": None}, "provider-unfit"),
        ({"token_endpoint": "http://inloggning.example.se/token"}, "bad-setting"),
    ],
)  # fmt: skip
def test_a_provider_that_does_not_fit_is_refused(there: Provider, metadata: dict[str, Any], rule: str) -> None:
    there.metadata = metadata
    openid, _ = asking(there)
    with pytest.raises(Refused) as why:
        openid.begin()
    assert why.value.rule == rule


def test_a_provider_that_does_not_answer_is_said_to_be_silent() -> None:
    there = Provider(f"http://127.0.0.1:{free_port()}", SIGNER, [])
    openid, _ = asking(there)
    with pytest.raises(Refused, match="does not answer") as why:
        openid.begin()
    assert why.value.rule == "provider-silent"


@pytest.mark.parametrize("issuer", ["http://inloggning.example.se", "ftp://127.0.0.1", "inloggning.example.se", ""])
def test_only_this_machine_is_asked_without_https(issuer: str) -> None:
    with pytest.raises(Refused, match="https"):
        OpenId(Client(issuer, CLIENT, None, BACK), Clock())
