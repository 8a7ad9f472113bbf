"""Time stamps by an outside authority (RFC 3161): that a checkpoint existed at a time that nobody here can choose."""

from __future__ import annotations

import urllib.request
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.x509 import load_pem_x509_certificates
from rfc3161_client import TimestampRequestBuilder, VerificationError, VerifierBuilder, decode_timestamp_response

SECONDS = 20
LARGEST = 100_000
QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"


class NotStamped(Exception):  # noqa: N818 - reads as the sentence that it is
    """The authority gave no time stamp that holds."""


def stamp(url: str, text: str, roots: Path) -> bytes:
    """The authority's answer (a DER TimeStampResp) for a checkpoint's text, once it has been verified."""
    asked = TimestampRequestBuilder().data(text.encode()).build()
    if urlsplit(url).scheme not in ("http", "https"):
        raise NotStamped(f"“{url}” is not an http address")
    request = urllib.request.Request(url, asked.as_bytes(), {"Content-Type": QUERY, "Accept": REPLY})  # noqa: S310 - http only, see above
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310 - the same
            given: bytes = answer.read(LARGEST)
    except OSError as wrong:
        raise NotStamped(f"the authority at {urlsplit(url).netloc} does not answer: {wrong}") from wrong
    stamped_at(given, text, roots, nonce=asked.nonce)
    return given


def stamped_at(given: bytes, text: str, roots: Path, *, nonce: int | None = None) -> datetime:
    """When the authority saw the text (UTC). Raises NotStamped where the stamp does not hold, or is of something else.

    roots: a PEM file of the certificates that the authority's own must lead to.
    """
    try:
        answer = decode_timestamp_response(given)
        builder = VerifierBuilder(roots=load_pem_x509_certificates(roots.read_bytes()), nonce=nonce)
        builder.build().verify_message(answer, text.encode())
    except (OSError, ValueError, VerificationError) as wrong:
        raise NotStamped(f"the time stamp does not hold: {wrong}") from wrong
    found: datetime = answer.tst_info.gen_time
    return found
