"""Reminders by mail: once a day, each occasion once; and digests with charts, the same bytes at every sending."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from adapters.outbox import LEASE
from service.office import Office, open_office
from service.outgoing import KEPT, clear, deliver, follow, remind
from service.register import LiveRegister
from service.reminder_message import reminded
from service.settings import Settings
from tests.alerted import SURGES, assessed, monday_after, ran, scene, worked_on
from tests.mail_server import MailServer
from tests.plausible import SetClock
from tests.subscribed import subscribe

HOUR = timedelta(hours=1)


@dataclass
class Told:
    """A register with a clock, and its office."""

    live: LiveRegister
    clock: SetClock
    office: Office

    def remind(self) -> int:
        """As the worker does it, again and again."""
        return remind(self.live, self.office, self.clock(), Settings())

    @property
    def keys(self) -> list[list[str]]:
        """What each mail with reminders is about, the earliest first."""
        return [reminded(m)[1] for m in reversed(self.office.outbox.messages(kind="reminder"))]


@pytest.fixture
def told(database_url: str) -> Iterator[Told]:
    live, clock = scene(database_url)
    yield Told(live, clock, open_office(live))
    live.close()


def test_a_days_reminders_come_in_one_mail_and_each_occasion_once(told: Told) -> None:
    subscribe(told.live, told.office, "anna")
    ran(told.live, assessed(SURGES))
    worked_on(told.live, due=monday_after(told.clock, told.live, 2) + timedelta(days=3))
    monday_after(told.clock, told.live, 1)
    assert told.remind() == 1
    assert told.remind() == 0
    signals = [key for key in told.keys[0] if key.startswith("signal:")]
    assert len(signals) == 2
    for _ in range(7 * 24):
        told.clock.advance(HOUR)
        told.remind()
    again = [key for mail in told.keys for key in mail]
    assert len(again) == len(set(again))
    assert [key for key in again if key.startswith("action-due:laga:")]


def test_reminders_come_in_the_morning_where_the_register_is_kept(told: Told) -> None:
    subscribe(told.live, told.office, "anna")
    ran(told.live, assessed(SURGES))
    monday_after(told.clock, told.live, 1)
    assert told.clock.moment.hour == 6  # seven in Sweden
    told.clock.advance(-2 * HOUR)
    assert told.remind() == 0
    told.clock.advance(HOUR)
    assert told.remind() == 1


def test_who_wants_no_reminders_gets_none(told: Told) -> None:
    subscribe(told.live, told.office, "anna", reminders=False)
    subscribe(told.live, told.office, "bo", channel="feed")
    ran(told.live, assessed(SURGES))
    monday_after(told.clock, told.live, 1)
    assert told.remind() == 0


def test_who_may_not_be_told_any_longer_is_reminded_of_nothing(told: Told) -> None:
    anna = subscribe(told.live, told.office, "anna", confirmed=False)
    subscribe(told.live, told.office, "bo")
    told.office.keepers.accounts.close("bo")
    ran(told.live, assessed(SURGES))
    monday_after(told.clock, told.live, 1)
    assert told.remind() == 0
    told.office.subscriptions.confirm(anna.id, anna.email)
    told.clock.advance(24 * HOUR)
    assert told.remind() == 1


def test_what_was_reminded_of_long_ago_is_not_told_again_though_the_outbox_is_cleared(told: Told) -> None:
    for name in ("anna", "bo"):
        subscribe(told.live, told.office, name)
    ran(told.live, assessed(SURGES))
    monday_after(told.clock, told.live, 1)
    assert told.remind() == 2
    for message in told.office.outbox.claim(told.clock()):
        told.office.outbox.sent(message, told.clock())
    told.office.subscriptions.end("s-bo")
    told.clock.advance(KEPT + 24 * HOUR)
    clear(told.office, told.clock())
    assert [m.receiver for m in told.office.outbox.messages()] == ["s-anna"]
    told.remind()
    again = [key for mail in told.keys for key in mail]
    assert len(again) == len(set(again))


def test_a_mail_is_the_same_bytes_whenever_it_is_sent_though_the_record_has_gone_on(told: Told) -> None:
    subscribe(told.live, told.office, "anna")
    ran(told.live, assessed(SURGES))
    monday_after(told.clock, told.live, 1)
    follow(told.live, told.office, told.clock(), Settings())
    told.remind()
    with MailServer() as server:
        settings = Settings(mail_server=server.url)
        claimed = told.office.outbox.claim(told.clock())  # by somebody who dies without a word
        assert len(claimed) == 2
        told.clock.advance(LEASE)
        assert deliver(told.live, told.office, told.clock(), settings) == 2
        _forget_that_they_were_sent(told)
        worked_on(told.live)
        monday_after(told.clock, told.live, 3)
        assert deliver(told.live, told.office, told.clock(), settings) == 2
        first, second = server.mails[:2], server.mails[2:]
        assert sorted(each.content for each in first) == sorted(each.content for each in second)
        assert any(b"Content-Type: image/png" in each.content for each in first)


def _forget_that_they_were_sent(told: Told) -> None:
    with told.live.store.database.writing() as c:
        c.execute("UPDATE outbox SET standing = 'waiting', claimed_until = ''")
