"""A message as a mail: the same bytes whenever it is written, under an id that says which message it is."""

from __future__ import annotations

from datetime import date, datetime
from email.message import EmailMessage
from typing import TypedDict
from urllib.parse import urlsplit

from adapters.outbox import Message
from adapters.subscriptions import Subscription
from service.alerts.chart import pictures
from service.alerts.digest import digest
from service.alerts.mail import confirm_mail, digest_mail, reminder_mail
from service.alerts.reminders import Reminder, reminders
from service.confirming import KIND, confirm_path
from service.register import LiveRegister
from service.reminder_message import reminded
from service.settings import Settings


class Head(TypedDict):
    """What stands at the head of every mail."""

    to: str
    sender: str
    message_id: str
    unsubscribe: str
    date: datetime
    base_url: str


def mail_of(live: LiveRegister, message: Message, subscription: Subscription, settings: Settings) -> EmailMessage:
    """The mail of a message, as the record was known at its event, and dated when it was put into the outbox."""
    head = Head(
        to=subscription.email,
        sender=settings.mail_from,
        message_id=f"<{message.id}@{urlsplit(settings.base_url).hostname}>",
        unsubscribe=unsubscribe_link(live, subscription.id, settings),
        date=datetime.fromisoformat(message.made_at),
        base_url=settings.base_url,
    )
    if message.kind == KIND:
        return confirm_mail(subscription, confirm_path(live, subscription), **head)
    if message.kind == "reminder":
        day, keys = reminded(message)
        wanted = [one for one in reminders_on(live, subscription, message.gsn, day) if one.key in keys]
        return reminder_mail(wanted, subscription, **head)
    told = digest(live, message.about, subscription, message.gsn)
    return digest_mail(told, pictures(told), **head)


def reminders_on(live: LiveRegister, subscription: Subscription, gsn: int, day: date) -> tuple[Reminder, ...]:
    """What there is to remember on a day, as known at an event."""
    return reminders(live, live.as_of(gsn), day, subscription)


def unsubscribe_link(live: LiveRegister, subscription: str, settings: Settings) -> str:
    """Where a subscription is ended without signing in."""
    token = live.store.vault.token(f"unsubscribe:{subscription}")
    return f"{settings.base_url}/prenumeration/avsluta/{subscription}/{token}"
