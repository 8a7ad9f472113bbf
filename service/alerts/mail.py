"""Letters as mail: text and HTML that say the same, pictures inside, the same bytes every time."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.message import EmailMessage, MIMEPart
from email.policy import EmailPolicy
from functools import cache, partial
from pathlib import Path
from typing import cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from adapters.subscriptions import Subscription
from service.alerts.chart import SHOWN
from service.alerts.confirm_letter import confirm_letter
from service.alerts.digest import Digest
from service.alerts.digest_letter import digest_letter
from service.alerts.letter import Letter, Picture, pick
from service.alerts.reminder_letter import reminder_letter
from service.alerts.reminders import Reminder

CHANGE = "/prenumeration"
_WHOLE = "List-Unsubscribe"


def digest_mail(
    digest: Digest, pictures: Mapping[str, bytes], *, to: str, sender: str, message_id: str, unsubscribe: str,
    date: datetime, base_url: str,
) -> EmailMessage:  # fmt: skip
    """A digest as mail. pictures: PNG by the key of their flag, see chart.pictures; without them alt texts stand there.

    message_id: with its angle brackets; used as it is. unsubscribe: the address that ends the subscription by POST.
    base_url: what the pages' addresses begin with.
    """
    head = {"to": to, "sender": sender, "message_id": message_id}
    return _mail(digest_letter(digest), pictures, head, unsubscribe, date, base_url)


def reminder_mail(
    reminders: Sequence[Reminder], subscription: Subscription, *, to: str, sender: str, message_id: str,
    unsubscribe: str, date: datetime, base_url: str,
) -> EmailMessage:  # fmt: skip
    """One or several reminders as one mail. The rest as for a digest."""
    head = {"to": to, "sender": sender, "message_id": message_id}
    return _mail(reminder_letter(reminders, subscription), {}, head, unsubscribe, date, base_url)


def confirm_mail(
    subscription: Subscription, path: str, *, to: str, sender: str, message_id: str, unsubscribe: str, date: datetime,
    base_url: str,
) -> EmailMessage:  # fmt: skip
    """The question whether an address wants to be told. path: of the page with the button; the rest as for a digest."""
    head = {"to": to, "sender": sender, "message_id": message_id}
    return _mail(confirm_letter(subscription, path), {}, head, unsubscribe, date, base_url)


def _mail(
    letter: Letter, pictures: Mapping[str, bytes], head: Mapping[str, str], unsubscribe: str, date: datetime,
    base_url: str,
) -> EmailMessage:  # fmt: skip
    made, given = (
        EmailMessage(_Policy(linesep="\r\n")),
        [b for b in letter.blocks if isinstance(b, Picture) and b.name in pictures],
    )
    made["From"], made["To"], made["Subject"] = head["sender"], head["to"], " ".join(letter.subject.split())
    made["Date"], made["Message-ID"] = date, head["message_id"]
    made["List-Unsubscribe"], made["List-Unsubscribe-Post"] = f"<{unsubscribe}>", "List-Unsubscribe=One-Click"
    made["Auto-Submitted"] = "auto-generated"
    ids = {each.name: _content_id(each.name, head["message_id"]) for each in given}
    links = {"base_url": base_url, "change": f"{base_url}{CHANGE}", "unsubscribe": unsubscribe}
    context = {"letter": letter, "pictures": ids, "shown": SHOWN, "say": partial(pick, letter.language), **links}
    text, html = (_environment().get_template(f"letter.{form}").render(context) for form in ("txt", "html"))
    made.set_content(text, cte="quoted-printable")
    made.add_alternative(html, subtype="html", cte="quoted-printable")
    _, with_pictures = cast("list[MIMEPart]", made.get_payload())
    for each in given:
        with_pictures.add_related(pictures[each.name], "image", "png", cid=f"<{ids[each.name]}>", disposition="inline")
    made["Content-Language"] = letter.language  # not before: new content clears what is said of content
    _set_boundaries((made, with_pictures), head["message_id"])
    return made


class _Policy(EmailPolicy):
    """As for SMTP, but an address in a header stays whole: the library would encode one that is longer than a line."""

    def fold(self, name: str, value: str) -> str:
        """The header as it is sent."""
        return f"{name}: {value}{self.linesep}" if name == _WHOLE else super().fold(name, value)

    def fold_binary(self, name: str, value: str) -> bytes:
        """The same as bytes."""
        return self.fold(name, value).encode("ascii", "surrogateescape")


def _content_id(name: str, message_id: str) -> str:
    """Of a picture: alike in each sending of the mail, and unlike in every other mail."""
    made = hashlib.sha256(f"{message_id} {name}".encode()).hexdigest()[:24]
    return f"{made}@{message_id.strip('<>').rpartition('@')[2] or 'samverkan'}"


def _set_boundaries(parts: Sequence[MIMEPart], message_id: str) -> None:
    """The library draws them by lot."""
    for n, part in enumerate(parts):
        if part.is_multipart():
            part.set_boundary(f"=_{hashlib.sha256(f'{message_id} {n}'.encode()).hexdigest()[:40]}")


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    made.filters["kind"] = lambda block: type(block).__name__
    return made
