"""Time stamps of checkpoints by an authority: a real one (OpenSSL's) on loopback, and answers that do not hold."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from adapters.ledger.stamps import NotStamped, stamp, stamped_at
from tests.test_api import SIGN
from tests.test_cli import samverkan

TEXT = "samverkan/prov\n7\nAAAA\n"
CONFIG = """
[tsa]
default_tsa = own
[own]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1
ess_cert_id_alg = sha256
"""


def _key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _certificate(
    name: str, key: ec.EllipticCurvePrivateKey, issuer: str, by: ec.EllipticCurvePrivateKey, *, authority: bool
) -> bytes:
    def named(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(named(name))
        .issuer_name(named(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False)
    )
    if not authority:
        made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return made.sign(by, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


class _Authority(HTTPServer):
    """Answers with what OpenSSL's time stamping says, or with what a test puts in its place."""

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.folder = folder
        self.instead: bytes | None = None
        self.roots = folder / "root.pem"
        self.url = f"http://127.0.0.1:{self.server_port}/"


class _Handler(BaseHTTPRequestHandler):
    server: _Authority

    def do_POST(self) -> None:
        (self.server.folder / "query").write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
        command = ["openssl", "ts", "-reply", "-config", "openssl.cnf", "-section", "own", "-queryfile", "query"]
        done = subprocess.run(command, cwd=self.server.folder, capture_output=True, timeout=30, check=True)
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.end_headers()
        self.wfile.write(self.server.instead or done.stdout)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Authority]:
    """A time stamping authority with a root certificate of its own."""
    folder = tmp_path_factory.mktemp("authority")
    root, own = _key(), _key()
    (folder / "root.pem").write_bytes(_certificate("Root", root, "Root", root, authority=True))
    (folder / "tsa.pem").write_bytes(_certificate("Stamps", own, "Root", root, authority=False))
    (folder / "tsa.key").write_bytes(
        own.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    (folder / "serial").write_text("01\n")
    (folder / "openssl.cnf").write_text(CONFIG.format(folder=folder))
    server = _Authority(folder)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join(10)


def test_a_checkpoint_is_stamped_and_the_stamp_is_verified_years_later(authority: _Authority) -> None:
    given = stamp(authority.url, TEXT, authority.roots)
    assert abs(stamped_at(given, TEXT, authority.roots) - datetime.now(UTC)) < timedelta(minutes=1)
    with pytest.raises(NotStamped, match="does not hold"):
        stamped_at(given, TEXT + "x", authority.roots)


def test_a_stamp_by_another_authority_does_not_hold(authority: _Authority, tmp_path: Path) -> None:
    given, other = stamp(authority.url, TEXT, authority.roots), _key()
    (tmp_path / "other.pem").write_bytes(_certificate("Root", other, "Root", other, authority=True))
    with pytest.raises(NotStamped, match="does not hold"):
        stamped_at(given, TEXT, tmp_path / "other.pem")


def test_an_old_answer_and_nonsense_are_not_taken_for_a_stamp(authority: _Authority) -> None:
    authority.instead = stamp(authority.url, TEXT, authority.roots)
    try:
        with pytest.raises(NotStamped, match="does not hold"):
            stamp(authority.url, TEXT, authority.roots)
        authority.instead = b"nonsense"
        with pytest.raises(NotStamped, match="does not hold"):
            stamp(authority.url, TEXT, authority.roots)
    finally:
        authority.instead = None


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "file:///etc/passwd", "nonsense"])
def test_an_address_where_nobody_stamps_is_said(url: str, authority: _Authority) -> None:
    with pytest.raises(NotStamped, match=r"does not answer|not an http"):
        stamp(url, TEXT, authority.roots)


def test_the_command_keeps_the_stamp_and_the_archive_has_it(authority: _Authority, tmp_path: Path) -> None:
    set_up = {"SAMVERKAN_STAMPS": authority.url, "SAMVERKAN_STAMP_ROOTS": str(authority.roots)}
    samverkan(tmp_path, "do", "sign", given=json.dumps(SIGN))
    done = samverkan(tmp_path, "checkpoint", "--stamp", **set_up)
    assert (done.returncode, done.stderr) == (0, "")
    samverkan(tmp_path, "export", str(tmp_path / "r.zip"), **set_up)
    unpacked = tmp_path / "unpacked"
    subprocess.run([sys.executable, "-m", "zipfile", "-e", str(tmp_path / "r.zip"), str(unpacked)], check=True)
    note = (unpacked / "checkpoints" / "000000001.txt").read_text(encoding="utf-8")
    given = (unpacked / "timestamps" / "000000001.tsr").read_bytes()
    moment = stamped_at(given, note.partition("\n\n")[0] + "\n", authority.roots)
    assert abs(moment - datetime.now(UTC)) < timedelta(minutes=2)
