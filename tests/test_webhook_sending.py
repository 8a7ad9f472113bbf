"""Webhooks on their way: signed so that others recognise it, and never into a private network."""

from __future__ import annotations

import datetime as dt
import re
import ssl
from base64 import b64encode
from collections.abc import Sequence
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from standardwebhooks import Webhook as Oracle
from standardwebhooks import WebhookVerificationError

from adapters.outbox import WAITS
from adapters.outcome import Never, NotNow, Outcome, Sent
from adapters.webhook_sending import GONE, SECONDS, Guard, Sender, is_public, signed
from domain.core import Refused
from tests.receivers import Answer, Receiver, receiving, status

DESCRIPTION = (Path(__file__).parents[1] / "docs" / "webhooks.md").read_text(encoding="utf-8")
OLD = "whsec_" + b64encode(bytes(range(32))).decode()
NEW = "whsec_" + b64encode(bytes(range(100, 132))).decode()
BODY = '{"type":"test","data":{"gsn":1,"sentence":"Råby"}}'.encode()
PUBLIC = "93.184.215.14"
NAME = "mottagare.example"


def resolving(*answers: Sequence[str]) -> tuple[Guard, list[str]]:
    """A guard for which every name leads to the next of the answers, and the names that it asked for."""
    rest, asked = iter(answers), []

    def resolve(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return next(rest)

    return Guard(resolve=resolve), asked


def inner(*answers: Sequence[str], seconds: float = 5, trust: ssl.SSLContext | None = None) -> Sender:
    """Sends to this machine too; every name leads to the next of the answers."""
    guard = Guard(to_private=True, resolve=resolving(*answers)[0].resolve) if answers else Guard(to_private=True)
    return Sender(guard, trust or ssl.create_default_context(), seconds)


def sent(sender: Sender, url: str, secrets: Sequence[str] = (NEW,)) -> Outcome:
    return sender.send(url, secrets, "msg_w_7", datetime.now(UTC), BODY)


def refusal(guard: Guard, url: str) -> str:
    with pytest.raises(Refused) as refused:
        guard.check(url)
    return refused.value.rule


def certificate(place: Path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context with a certificate for the name, made for this test, and a context that trusts it alone."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(issuer)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    place.write_bytes(private + pem)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(place)
    return server, ssl.create_default_context(cadata=pem.decode())


# Signatures


def test_what_is_sent_is_recognised_by_the_library_of_the_specification() -> None:
    with receiving() as receiver:
        assert sent(inner(), receiver.url) == Sent()
    (request,) = receiver.requests
    assert Oracle(NEW).verify(request.body, dict(request.headers))["data"] == {"gsn": 1, "sentence": "Råby"}
    assert request.body == BODY
    assert request.path == "/webhook"
    assert request.headers["webhook-id"] == "msg_w_7"
    assert request.headers["Content-Type"] == "application/json"
    assert request.headers["User-Agent"] == "Samverkan"


@pytest.mark.parametrize("known", [OLD, NEW])
def test_during_a_change_of_secrets_the_old_and_the_new_one_both_fit(known: str) -> None:
    headers = signed((NEW, OLD), "msg_1", datetime.now(UTC), BODY)
    assert Oracle(known).verify(BODY, headers)["type"] == "test"
    assert headers["webhook-signature"].count("v1,") == 2


def test_another_secret_another_body_and_another_id_are_not_recognised() -> None:
    headers = signed((NEW,), "msg_1", datetime.now(UTC), BODY)
    for secret, body, changed in (
        (OLD, BODY, headers),
        (NEW, BODY + b" ", headers),
        (NEW, BODY, {**headers, "webhook-id": "msg_2"}),
    ):
        with pytest.raises(WebhookVerificationError, match="No matching"):
            Oracle(secret).verify(body, changed)


def test_the_signature_is_the_one_of_the_specifications_own_example() -> None:
    """From github.com/standard-webhooks, the tests of its libraries."""
    at = datetime.fromtimestamp(1614265330, UTC)
    headers = signed(
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",), "msg_p5jXN8AQM9LWM0D4loKWxJek", at, b'{"test": 2432232314}'
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert headers["webhook-timestamp"] == "1614265330"


def test_the_description_for_receivers_verifies_what_is_sent() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", DESCRIPTION, re.DOTALL)
    written: dict[str, Any] = {}
    exec(code, written)
    is_ours, now = written["is_ours"], datetime.now(UTC)
    for secrets in ((NEW,), (NEW, OLD), (OLD, NEW)):
        assert is_ours(NEW, signed(secrets, "msg_1", now, BODY), BODY)
    assert not is_ours(NEW, signed((OLD,), "msg_1", now, BODY), BODY)
    assert not is_ours(NEW, signed((NEW,), "msg_1", now, BODY), BODY + b" ")
    assert not is_ours(NEW, signed((NEW,), "msg_1", now - dt.timedelta(minutes=6), BODY), BODY)


def test_the_description_for_receivers_tells_how_long_is_waited() -> None:
    told = [in_words(wait) for wait in WAITS]
    assert f"after {', '.join(told[:-1])} and {told[-1]}: ten attempts" in DESCRIPTION
    assert len(WAITS) + 1 == 10
    assert f"within {SECONDS} seconds" in DESCRIPTION


def in_words(wait: dt.timedelta) -> str:
    """30 s, 5 min, 2 h."""
    for unit, seconds in (("h", 3600), ("min", 60)):
        if wait >= dt.timedelta(seconds=seconds):
            return f"{wait // dt.timedelta(seconds=seconds)} {unit}"
    return f"{wait // dt.timedelta(seconds=1)} s"


# Where it may go


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.1", "0x7f000001", "2130706433", "localhost", "0.0.0.0", "10.0.0.1",
        "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1", "255.255.255.255", "[::1]", "[::]",
        "[::ffff:10.0.0.1]", "[::ffff:127.0.0.1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::7f00:1]",
        "[2002:7f00:1::]", "[2001::7f00:1]", "[fe80::1]", "[fec0::1]", "[fc00::1]", "[ff02::1]", "[2001:db8::1]",
    ],
)  # fmt: skip
def test_a_private_address_is_refused_in_every_disguise(host: str) -> None:
    assert refusal(Guard(), f"https://{host}/webhook") == "webhook-private"
    assert isinstance(sent(Sender(Guard()), f"https://{host}/webhook"), Never)


@pytest.mark.parametrize("addresses", [["10.0.0.8"], [PUBLIC, "10.0.0.8"], ["fd00::1"], ["::ffff:192.168.0.1"]])
def test_a_name_that_leads_to_a_private_address_is_refused(addresses: list[str]) -> None:
    guard, _ = resolving(addresses)
    assert refusal(guard, f"https://{NAME}/webhook") == "webhook-private"


@pytest.mark.parametrize("address", [PUBLIC, "2606:4700:4700::1111", "64:ff9b::5db8:d70e", "::ffff:93.184.215.14"])
def test_a_public_address_is_allowed_at_any_port(address: str) -> None:
    guard, _ = resolving([address], [address])
    assert guard.check(f"https://{NAME}/a").url.host == address
    assert guard.check(f"https://{NAME}:9443/a?b=c").url.port == 9443
    assert is_public(address)


@pytest.mark.parametrize(
    ("url", "rule"),
    [
        ("http://mottagare.example/", "webhook-url"),
        ("ftp://mottagare.example/", "webhook-url"),
        ("mottagare.example", "webhook-url"),
        ("https://", "webhook-url"),
        ("https://mottagare.example:0/", "webhook-url"),
        ("https://mottagare.example:65536/", "webhook-url"),
        ("https://mottagare.example:x/", "webhook-url"),
        ("https://0177.0.0.1/", "webhook-url"),
        ("", "webhook-url"),
        ("https://anna:hemligt@mottagare.example/", "webhook-credentials"),
    ],
)
def test_what_is_no_address_by_https_is_refused(url: str, rule: str) -> None:
    guard, asked = resolving()
    assert refusal(guard, url) == rule
    assert asked == []


def test_a_name_that_nobody_knows_is_refused_when_kept_and_tried_again_when_sent() -> None:
    guard, _ = resolving([], [])
    assert refusal(guard, f"https://{NAME}/") == "webhook-name-unknown"
    assert isinstance(sent(Sender(guard), f"https://{NAME}/"), NotNow)


def test_private_addresses_and_http_are_allowed_where_the_settings_say_so() -> None:
    assert Guard(to_private=True).check("http://127.0.0.1:8080/").url.host == "127.0.0.1"
    assert refusal(Guard(to_private=True), "https://anna:hemligt@127.0.0.1/") == "webhook-credentials"


def test_a_name_is_looked_up_once_and_the_connection_goes_to_that_address() -> None:
    """A name that leads to a public address when it is checked, and to a private one when it is connected to."""
    guard, asked = resolving([PUBLIC], ["127.0.0.1"])
    target = guard.check(f"https://{NAME}:8443/a")
    assert (target.url.host, target.name, target.host) == (PUBLIC, NAME, f"{NAME}:8443")
    assert asked == [NAME]
    with receiving() as receiver:  # a second question would have no answer
        assert sent(inner(["127.0.0.1"]), f"http://{NAME}:{receiver.port}/a") == Sent()
    assert receiver.requests[0].headers["Host"] == f"{NAME}:{receiver.port}"


def test_the_certificate_has_to_be_for_the_name_though_the_connection_goes_to_an_address(tmp_path: Path) -> None:
    server, trust = certificate(tmp_path / "key.pem", NAME)
    names: list[str | None] = []
    server.sni_callback = lambda _socket, name, _context: names.append(name)
    with receiving(tls=server) as receiver:
        assert sent(inner(["127.0.0.1"], trust=trust), f"https://{NAME}:{receiver.port}/") == Sent()
        other = sent(inner(["127.0.0.1"], trust=trust), f"https://annan.example:{receiver.port}/")
        unknown = sent(inner(["127.0.0.1"]), f"https://{NAME}:{receiver.port}/")
    assert names[0] == NAME
    assert [request.headers["Host"] for request in receiver.requests] == [f"{NAME}:{receiver.port}"]
    assert other == unknown == NotNow("could not be reached (ConnectError)")


def test_no_proxy_of_the_machine_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with receiving() as receiver:
        assert sent(inner(), receiver.url) == Sent()


# What comes of it


@pytest.mark.parametrize("code", [200, 201, 204, 299])
def test_a_receiver_that_accepts_has_it(code: int) -> None:
    with receiving(status(code)) as receiver:
        assert sent(inner(), receiver.url) == Sent()


@pytest.mark.parametrize("code", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(code: int) -> None:
    with receiving() as elsewhere, receiving(status(code, Location=elsewhere.url)) as receiver:
        assert sent(inner(), receiver.url) == NotNow(f"answered {code}")
    assert len(receiver.requests) == 1
    assert elsewhere.requests == []


@pytest.mark.parametrize("code", [400, 404, 429, 500, 503])
def test_a_receiver_that_does_not_accept_is_tried_again(code: int) -> None:
    with receiving(status(code)) as receiver:
        assert sent(inner(), receiver.url) == NotNow(f"answered {code}")


def test_a_receiver_that_is_gone_is_never_tried_again() -> None:
    with receiving(status(410)) as receiver:
        assert sent(inner(), receiver.url) == Never(GONE)


def test_a_receiver_that_is_not_there_is_tried_again() -> None:
    with receiving() as receiver:
        pass
    assert sent(inner(), receiver.url) == NotNow("could not be reached (ConnectError)")


def silent(_: BaseHTTPRequestHandler, receiver: Receiver) -> None:
    """Never answers."""
    receiver.ended.wait(20)


def dripping(request: BaseHTTPRequestHandler, receiver: Receiver) -> None:
    """Answers with one header after the other, for ever."""
    request.wfile.write(b"HTTP/1.1 200 OK\r\n")
    while not receiver.ended.wait(0.02):
        request.wfile.write(b"x: y\r\n")


@pytest.mark.parametrize("answer", [silent, dripping])
def test_a_receiver_gets_so_long_to_answer_and_no_longer(answer: Answer) -> None:
    with receiving(answer) as receiver:
        before = datetime.now(UTC)
        assert sent(inner(seconds=0.3), receiver.url) == NotNow("no answer within 0.3 seconds")
        assert datetime.now(UTC) - before < dt.timedelta(seconds=3)


def test_five_gigabytes_of_answer_are_not_read() -> None:
    written = []

    def endless(request: BaseHTTPRequestHandler, receiver: Receiver) -> None:
        request.send_response(200)
        request.send_header("Content-Length", str(5 * 2**30))
        request.end_headers()
        while not receiver.ended.is_set():
            request.wfile.write(bytes(2**20))
            written.append(2**20)

    with receiving(endless) as receiver:
        assert sent(inner(), receiver.url) == Sent()
    assert sum(written) < 2**26
