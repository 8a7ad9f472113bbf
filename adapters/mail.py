"""Sends mail through the organisation's own server. What it says and to whom is never logged, nor told in a fault."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Literal, NoReturn, cast
from urllib.parse import SplitResult, unquote, urlsplit

from adapters.outcome import Never, NotNow, Outcome, Sent
from adapters.subscriptions import is_address
from domain.core import refuse

SECONDS = 20
"""How long to wait for each answer of the server."""
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
LOOPBACK = ("localhost", "127.0.0.1", "::1")
_ENHANCED = re.compile(rb"[245]\.\d{1,3}\.\d{1,3}\b")
Scheme = Literal["smtp", "smtp+starttls", "smtps"]


@dataclass(frozen=True, slots=True)
class Mailer:
    """A mail server, and who writes. password: for the user that the address names."""

    scheme: Scheme
    host: str
    port: int
    user: str
    password: str
    sender: Address

    @contextmanager
    def line(self) -> Iterator[Line]:
        """One connection for several mails, opened with the first of them."""
        made = Line(self)
        try:
            yield made
        finally:
            made.hang_up()

    def connect(self) -> smtplib.SMTP:
        """A connection, signed in. Certificates are verified; without encryption no password is sent."""
        trust = ssl.create_default_context()
        if self.scheme == "smtps":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=SECONDS, context=trust)
        else:
            smtp = smtplib.SMTP(self.host, self.port, timeout=SECONDS)
        try:
            if self.scheme == "smtp+starttls":
                smtp.starttls(context=trust)
            if self.user:
                smtp.login(self.user, self.password)
        except BaseException:
            smtp.close()
            raise
        return smtp


def mailer(server_url: str, password: str | None, sender: str) -> Mailer:
    """From the settings. Refused says which of them does not fit."""
    parts = urlsplit(server_url)
    port, host = _port(parts), parts.hostname
    if port is None or not host or parts.path.strip("/"):
        _refuse("SERVER", "skriv smtp+starttls://namn@server:587, smtps:// eller smtp://",
                "write smtp+starttls://user@server:587, smtps:// or smtp://")  # fmt: skip
    if parts.password:
        _refuse("SERVER", "skriv lösenordet i SAMVERKAN_MAIL_PASSWORD", "write the password in SAMVERKAN_MAIL_PASSWORD")
    if password and parts.scheme == "smtp" and host not in LOOPBACK:
        _refuse("SERVER", "lösenordet skulle skickas okrypterat. Välj smtp+starttls:// eller smtps://",
                "the password would be sent unencrypted. Choose smtp+starttls:// or smtps://")  # fmt: skip
    if password and not parts.username:
        _refuse("SERVER", "lösenordet hör till en användare: skriv namn@server",
                "the password belongs to a user: write user@server")  # fmt: skip
    if not (password or "").isascii():
        _refuse("PASSWORD", "e-postservrar tar bara emot a–z, siffror och vanliga tecken",
                "mail servers take plain letters, digits and signs only")  # fmt: skip
    return Mailer(
        cast("Scheme", parts.scheme), host, port, unquote(parts.username or ""), password or "",
        _sender(sender),
    )  # fmt: skip


def _port(parts: SplitResult) -> int | None:
    try:
        return PORTS.get(parts.scheme) if parts.port is None else parts.port
    except ValueError:
        return None


def _sender(written: str) -> Address:
    found = re.fullmatch(r"\s*(?:(?P<name>[^<>\r\n\0]*?)\s*<(?P<in>[!-;=?-~]+)>|(?P<bare>[!-;=?-~]+))\s*", written)
    try:
        if found:
            return Address((found["name"] or "").strip('"'), addr_spec=found["in"] or found["bare"])
    except ValueError:  # which the library says of an address that is none
        pass
    _refuse("FROM", "skriv Samverkan <samverkan@kommun.se>", "write Samverkan <samverkan@example.org>")


def _refuse(setting: str, sv: str, en: str) -> NoReturn:
    name = f"SAMVERKAN_MAIL_{setting}"
    refuse("bad-setting", f"Inställningen {name} passar inte: {sv}.", f"The setting {name} does not fit: {en}.")


class Line:
    """A connection to the mail server. Once it has failed to come about, the rest of its mails wait too."""

    def __init__(self, mailer: Mailer) -> None:
        self._mailer = mailer
        self._smtp: smtplib.SMTP | None = None
        self._down: NotNow | None = None

    def send(self, mail: EmailMessage, to: str) -> Outcome:
        """Hand a mail over to the server, for one receiver."""
        if not is_address(to):
            return Never("the address cannot be written")
        if self._down is not None:
            return self._down
        try:
            content = mail.as_bytes(policy=mail.policy.clone(linesep="\r\n", cte_type="7bit"))  # what any server takes
        except (ValueError, UnicodeError, LookupError):  # what the library says of what would break a mail
            return Never("it cannot be written as a mail")
        try:
            smtp = self._connected()
        except (OSError, smtplib.SMTPException, UnicodeError) as failure:
            self._down = NotNow(_no_connection(failure))
            return self._down
        return self._hand_over(smtp, to, content)

    def hang_up(self) -> None:
        """Close the connection, if there is one."""
        if self._smtp is not None:
            with suppress(OSError, smtplib.SMTPException):
                self._smtp.quit()
            self._smtp.close()
            self._smtp = None

    def _connected(self) -> smtplib.SMTP:
        if self._smtp is None or self._smtp.sock is None:  # which it is after an answer 421
            self._smtp = None
            self._smtp = self._mailer.connect()
        return self._smtp

    def _hand_over(self, smtp: smtplib.SMTP, to: str, content: bytes) -> Outcome:
        try:
            smtp.sendmail(self._mailer.sender.addr_spec, [to], content)
        except smtplib.SMTPRecipientsRefused as refused:
            code, why = next(iter(refused.recipients.values()))
            return _answered("the receiver", code, why)
        except smtplib.SMTPSenderRefused as refused:  # not the receiver's fault: other mails would fare no better
            return NotNow(f"the mail server refused the sender{_code(refused.smtp_code, refused.smtp_error)}")
        except smtplib.SMTPDataError as refused:
            return _answered("the mail", refused.smtp_code, refused.smtp_error)
        except (OSError, smtplib.SMTPException) as broken:
            smtp.close()
            if isinstance(broken, TimeoutError):
                self._down = NotNow("the mail server does not answer in time")
            return self._down or NotNow("the mail server broke off")
        return Sent()


def _no_connection(failure: Exception) -> str:
    match failure:
        case smtplib.SMTPAuthenticationError():
            return f"the mail server refused the sign-in{_code(failure.smtp_code, failure.smtp_error)}"
        case smtplib.SMTPNotSupportedError():
            return "the mail server does not offer encryption or sign-in"
        case smtplib.SMTPResponseException():
            return f"the mail server refused the connection{_code(failure.smtp_code, failure.smtp_error)}"
        case ssl.SSLError():
            return "the mail server's certificate is not trusted"
        case TimeoutError():
            return "the mail server does not answer in time"
        case _:
            return "the mail server does not answer"


def _answered(what: str, code: int, why: bytes | str) -> Outcome:
    said = f"the mail server refused {what}{_code(code, why)}"
    return Never(said) if 500 <= code < 600 else NotNow(said)


def _code(code: int, why: bytes | str) -> str:
    """The numbers of an answer; its words may repeat the address."""
    enhanced = _ENHANCED.match(why if isinstance(why, bytes) else why.encode())
    return f" ({code}{f' {enhanced[0].decode()}' if enhanced else ''})"
