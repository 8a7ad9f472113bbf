"""What leaves the register: messages are put into the outbox as the log goes on, and delivered when they are due."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from threading import Event

import structlog

from adapters.database import DatabaseUnavailable
from adapters.event_store import Bare
from adapters.mail import Line, Mailer, mailer
from adapters.outbox import WAITS, Message
from adapters.outcome import Never, NotNow, Outcome, Sent
from adapters.subscriptions import Subscription
from adapters.webhooks import Webhook
from domain.core import Recorded, Refused
from domain.run import RunMade, run_key
from service.access import Account, seeing
from service.clocks import running_from
from service.confirming import may_go
from service.mailing import mail_of, reminders_on
from service.office import Office
from service.register import HERE, PAGE, Clock, LiveRegister, utc_now
from service.reminder_message import reminded, reminder
from service.settings import Settings
from service.subscribing import subscriber
from service.webhooks import deliver_webhook, messages_for

BATCH = 20
ROUND = timedelta(seconds=60)
"""How many messages one round of delivering takes up, and how long it begins new ones: other steps have their turn."""
HELD_BACK = WAITS[0]
"""How long a webhook's other messages wait after one has failed: one address that is slow holds up nobody else."""
KEPT = timedelta(days=400)
"""How long it can be seen what became of a message."""
MORNING = 6
"""The hour, in Swedish time, from which the day's reminders are sent."""
WITHOUT_SERVER = timedelta(minutes=10)
"""How long mails wait, with no mail server set, until the setting is looked at again."""
LONG_AGO = 2000
"""Earlier mails with reminders that are looked through: one a day, so several years."""
log = structlog.get_logger()


def mailer_of(settings: Settings) -> Mailer | None:
    """The mail server of the settings; None where none is set. Refused where they do not fit together."""
    if not settings.mail_server:
        return None
    password = settings.mail_password.get_secret_value() if settings.mail_password else None
    return mailer(settings.mail_server, password, settings.mail_from)


def follow(live: LiveRegister, office: Office, now: datetime, settings: Settings) -> int:
    """Put what new events bring into the outbox; how many messages. What was before a subscription is not told."""

    def wanted(after: int) -> tuple[list[Message], int]:
        page = list(islice(live.history(after=after), PAGE))
        subscriptions = [one for one, _ in _receiving(live, office, settings)] if any(map(_is_run, page)) else []
        webhooks = office.webhooks.every()
        told = [m for each in page for m in (*_mails(each, subscriptions), *messages_for(webhooks, each))]
        return told, page[-1].gsn if page else after

    return office.outbox.follow("outbox", now, _begin(live, office), wanted)


def _begin(live: LiveRegister, office: Office) -> int:
    """Where a worker begins that has never followed: as early as anybody has wanted to be told."""
    asked: list[Subscription | Webhook] = [*office.subscriptions.every(), *office.webhooks.every()]
    return min((one.since for one in asked), default=live.store.last_gsn())


def _is_run(recorded: Recorded | Bare) -> bool:
    return isinstance(recorded, Recorded) and isinstance(recorded.event, RunMade)


def _receiving(live: LiveRegister, office: Office, settings: Settings) -> Iterator[tuple[Subscription, Account]]:
    """The subscriptions by mail that may be sent anything, and whose they are."""
    for one in office.subscriptions.every():
        account = subscriber(live, office, settings, one)
        if one.channel == "mail" and one.confirmed and account is not None:
            yield one, account


def _mails(recorded: Recorded | Bare, subscriptions: list[Subscription]) -> Iterator[Message]:
    if isinstance(recorded, Recorded) and isinstance(made := recorded.event, RunMade):
        key = run_key(made.period, made.number)
        for one in subscriptions:
            wished = one.weekly if made.frequency == "week" else one.monthly
            if wished and one.since < recorded.gsn:
                yield Message(f"digest.{key}.{one.id}", "mail", one.id, "digest", key, recorded.gsn)


def remind(live: LiveRegister, office: Office, now: datetime, settings: Settings) -> int:
    """Put the day's reminders into the outbox, once a day: one mail for each subscriber who has any; how many mails.

    What a subscriber has been reminded of stands in the earlier mails of the outbox: nothing is told twice.
    """
    here = now.astimezone(HERE)
    today = here.toordinal() if here.hour >= MORNING else here.toordinal() - 1

    def wanted(after: int) -> tuple[list[Message], int]:  # days as numbers, in place of events
        if after >= today:
            return [], after
        return list(_reminders(live, office, settings, date.fromordinal(today))), today

    return office.outbox.follow("reminders", now, here.toordinal() - 1, wanted)


def _reminders(live: LiveRegister, office: Office, settings: Settings, day: date) -> Iterator[Message]:
    gsn = live.store.last_gsn()
    for one, account in _receiving(live, office, settings):
        if one.reminders:
            earlier = office.outbox.messages(receiver=one.id, kind="reminder", limit=LONG_AGO)
            told = {key for each in earlier for key in reminded(each)[1]}
            with seeing(account):
                keys = [each.key for each in reminders_on(live, one, gsn, day) if each.key not in told]
            if keys:
                yield reminder(one.id, day, keys, gsn)


def clear(office: Office, now: datetime) -> int:
    """Remove, once a day, what was sent or given up long ago; it puts nothing into the outbox."""
    today = now.astimezone(HERE).toordinal()

    def wanted(after: int) -> tuple[list[Message], int]:  # days as numbers, in place of events
        if after < today:
            number = office.outbox.clear(now - KEPT, [one.id for one in office.subscriptions.every()])
            log.info("outbox cleared", number=number)
        return [], max(after, today)

    return office.outbox.follow("clearing", now, today - 1, wanted)


def deliver(live: LiveRegister, office: Office, now: datetime, settings: Settings, stop: Event | None = None) -> int:
    """Deliver what is due, in one round of BATCH messages at most; how many were taken up, delivered or not.

    Mails go first. What there was no time for, or what is left when `stop` is set, is due as before.
    """
    clock, server = running_from(now), mailer_of(settings)
    batch = office.outbox.claim(clock(), BATCH)
    with server.line() if server else nullcontext() as line:
        delivery = Delivery(live, office, settings, clock, line)
        office.outbox.release(delivery.round(batch, stop))
    return len(batch)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What delivering needs. line: to the mail server; None where none is set. failed: the webhooks that have failed,
    and whose other messages wait."""

    live: LiveRegister
    office: Office
    settings: Settings
    clock: Clock
    line: Line | None
    failed: set[str] = field(default_factory=set)

    def round(self, batch: Sequence[Message], stop: Event | None) -> Sequence[Message]:
        """Deliver one after the other; those that there was no time for."""
        until = self.clock() + ROUND
        for number, message in enumerate(batch):
            if self.clock() >= until or (stop is not None and stop.is_set()):
                return batch[number:]
            if message.receiver not in self.failed:
                self._deliver(message)
        return ()

    def _deliver(self, message: Message) -> None:
        """Deliver one message, and record what came of it."""
        outbox = self.office.outbox
        if message.channel == "mail" and self.line is None:
            log.warning("mail waits", why="no mail server is set")
            outbox.put_off(message, self.clock() + WITHOUT_SERVER, "no mail server is set")
            return
        outcome = self._try(message)
        match outcome:
            case Sent():
                outbox.sent(message, self.clock())
            case NotNow(why):
                self._failed(message, why)
            case Never(why):
                outbox.dead(message, self.clock(), why)
            case None:
                outbox.drop(message)
        said = "dropped" if outcome is None else type(outcome).__name__
        log.info("delivering", channel=message.channel, kind=message.kind, outcome=said)

    def _failed(self, message: Message, why: str) -> None:
        now = self.clock()
        self.office.outbox.failed(message, now, why)
        if message.channel == "webhook":
            self.failed.add(message.receiver)
            self.office.outbox.hold_back(message, now, now + HELD_BACK)

    def _try(self, message: Message) -> Outcome | None:
        try:
            return self._webhook(message) if message.channel == "webhook" else self._mail(message)
        except DatabaseUnavailable:
            raise
        except Refused as refused:
            gone = refused.rule == "not-found"  # what it is about; anything else, such as a changed key, passes
            return Never(refused.en) if gone else NotNow(refused.en)
        except Exception as fault:  # one message that cannot be written must not hold up the others
            log.error("fault", kind=type(fault).__name__, exc_info=fault)  # noqa: TRY400 - structlog, with its own fields
            return NotNow(f"it could not be written ({type(fault).__name__})")

    def _mail(self, message: Message) -> Outcome | None:
        """None where nobody is to be told any longer: the subscription has ended, or the right to it."""
        subscription = self.office.subscriptions.find(message.receiver)
        if subscription is None or subscription.channel != "mail" or not may_go(self.live, message, subscription):
            return None
        account = subscriber(self.live, self.office, self.settings, subscription)
        if account is None:
            return None
        with seeing(account):
            mail = mail_of(self.live, message, subscription, self.settings)
        assert self.line is not None
        return self.line.send(mail, subscription.email)

    def _webhook(self, message: Message) -> Outcome:
        return deliver_webhook(self.live, self.office.webhooks, message, utc_now(), self.settings)
