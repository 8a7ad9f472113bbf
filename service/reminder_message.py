"""The message that reminds: which day, and of what. Which they were stands in it, so that nothing is told twice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from adapters.outbox import Message


def reminder(subscription: str, day: date, keys: Iterable[str], gsn: int) -> Message:
    """The message to a subscriber; one a day."""
    about = " ".join((str(day), *keys))
    return Message(f"reminder.{subscription}.{day}", "mail", subscription, "reminder", about, gsn)


def reminded(message: Message) -> tuple[date, list[str]]:
    """The day of such a message, and the keys of what it reminds of."""
    day, *keys = message.about.split()
    return date.fromisoformat(day), keys
