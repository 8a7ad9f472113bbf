"""Mail to a server: encrypted where it says so, to one receiver, and never with a header that nobody meant."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from adapters.mail import Mailer, mailer
from adapters.outcome import Never, NotNow, Outcome, Sent
from domain.core import Refused
from tests.mail_server import MailServer
from tests.postgres import free_port

FROM = "Samverkan i Västerås <samverkan@vasteras.example.se>"


def letter(subject: str = "Läget vecka 8") -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"], made["Message-ID"] = FROM, "anna@example.se", subject, "<a@example.se>"
    made.set_content("Två fler än väntat.\n.\nPunkten ovan står ensam.\n")
    return made


def sent(to: Mailer, *receivers: str) -> list[Outcome]:
    with to.line() as line:
        return [line.send(letter(), each) for each in receivers]


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that nobody vouches for, and its key."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    files = tmp_path / "certificate.pem", tmp_path / "key.pem"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return files


@pytest.fixture
def encrypted(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context


def test_several_mails_go_over_one_connection_as_they_were_written() -> None:
    with MailServer() as server:
        assert sent(mailer(server.url, None, FROM), "anna@example.se", "bo@example.se") == [Sent(), Sent()]
        assert [each.to for each in server.mails] == ["anna@example.se", "bo@example.se"]
        assert server.sessions == 1
        (mail, _) = (each.mail for each in server.mails)
        assert (mail["Subject"], mail["From"]) == ("Läget vecka 8", FROM)
        assert mail.get_content().splitlines() == ["Två fler än väntat.", ".", "Punkten ovan står ensam."]


@pytest.mark.parametrize(("scheme", "at_once"), [("smtps", True), ("smtp+starttls", False)])
def test_an_encrypted_connection_needs_a_certificate_that_somebody_vouches_for(
    scheme: str,
    at_once: bool,
    encrypted: ssl.SSLContext,
    certificate: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with MailServer(tls=encrypted, at_once=at_once) as server:
        url = f"{scheme}://127.0.0.1:{server.port}"
        assert sent(mailer(url, None, FROM), "anna@example.se") == [
            NotNow("the mail server's certificate is not trusted")
        ]
        assert server.mails == []
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))  # as an administrator would
        assert sent(mailer(url, None, FROM), "anna@example.se") == [Sent()]
        assert len(server.mails) == 1


def test_a_server_without_encryption_is_given_nothing_where_encryption_was_asked_for() -> None:
    with MailServer() as server:
        to = mailer(f"smtp+starttls://127.0.0.1:{server.port}", None, FROM)
        assert sent(to, "anna@example.se") == [NotNow("the mail server does not offer encryption or sign-in")]
        assert server.mails == []


def test_whoever_signs_in_must_know_the_password_and_a_wrong_one_is_no_fault_of_the_receivers() -> None:
    with MailServer(password="right") as server:
        url = f"smtp://samverkan@127.0.0.1:{server.port}"
        assert sent(mailer(url, "right", FROM), "anna@example.se") == [Sent()]
        assert sent(mailer(url, "wrong", FROM), "anna@example.se", "bo@example.se") == 2 * [
            NotNow("the mail server refused the sign-in (535 5.7.8)")
        ]


def test_no_server_is_no_fault_of_the_receivers() -> None:
    to = mailer(f"smtp://127.0.0.1:{free_port()}", None, FROM)
    assert sent(to, "anna@example.se") == [NotNow("the mail server does not answer")]


def test_a_server_that_breaks_off_gets_the_next_mail_over_a_new_connection() -> None:
    with MailServer(to_mail={"anna@example.se": "421 4.3.2 closing down"}) as server:
        first, second = sent(mailer(server.url, None, FROM), "anna@example.se", "bo@example.se")
        assert isinstance(first, NotNow)
        assert second == Sent()
        assert server.sessions == 2


def test_what_a_server_says_of_the_address_is_not_repeated() -> None:
    with MailServer(to_receiver={"anna@example.se": "550 5.1.1 anna@example.se is unknown"}) as server:
        assert sent(mailer(server.url, None, FROM), "anna@example.se") == [
            Never("the mail server refused the receiver (550 5.1.1)")
        ]


@pytest.mark.parametrize("subject", ["Läget\r\nBcc: x@example.com", "Läget\nBcc: x@example.com", "a\rb"])
def test_no_text_becomes_a_header_of_its_own(subject: str) -> None:
    with pytest.raises(ValueError, match=r"newline|linefeed"):
        letter(subject)


@pytest.mark.parametrize("address", ["å@example.se", "a@example.se\r\nRCPT TO:<x@example.com>", ""])
def test_an_address_that_cannot_be_written_is_never_tried_as_another(address: str) -> None:
    with MailServer() as server:
        (outcome,) = sent(mailer(server.url, None, FROM), address)
        assert not isinstance(outcome, Sent)
        assert server.mails == []


@pytest.mark.parametrize(
    ("url", "password", "sender", "setting"),
    [
        ("http://mail.example.se", None, FROM, "SERVER"),
        ("smtp://", None, FROM, "SERVER"),
        ("smtp://mail.example.se:notaport", None, FROM, "SERVER"),
        ("smtp://mail.example.se/path", None, FROM, "SERVER"),
        ("smtps://user:secret@mail.example.se", None, FROM, "SERVER"),
        ("smtp://user@mail.example.se", "secret", FROM, "SERVER"),  # unencrypted
        ("smtps://mail.example.se", "secret", FROM, "SERVER"),  # whose?
        ("smtps://user@mail.example.se", "hemligt-å", FROM, "PASSWORD"),
        ("smtps://mail.example.se", None, "Samverkan", "FROM"),
        ("smtps://mail.example.se", None, "Samverkan <å@example.se>", "FROM"),
        ("smtps://mail.example.se", None, "Samverkan <a@example.se>\r\nBcc: x@example.com", "FROM"),
    ],
)
def test_settings_that_do_not_fit_are_refused_by_name(
    url: str, password: str | None, sender: str, setting: str
) -> None:
    with pytest.raises(Refused) as refused:
        mailer(url, password, sender)
    assert refused.value.rule == "bad-setting"
    assert f"SAMVERKAN_MAIL_{setting}" in refused.value.sv
    assert "secret" not in refused.value.en


@pytest.mark.parametrize(
    ("url", "port"),
    [("smtp://127.0.0.1", 25), ("smtp+starttls://mail.example.se", 587), ("smtps://mail.example.se", 465),
     ("smtps://anna%40example.se@mail.example.se:1465", 1465)],
)  # fmt: skip
def test_each_way_has_its_usual_port(url: str, port: int) -> None:
    made = mailer(url, None, FROM)
    assert (made.port, made.user) == (port, "anna@example.se" if "anna" in url else "")
