"""What leaves the register: by mail, to a real server, at least once and always as the same mail."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Event

import pytest

from adapters.outbox import LEASE, WAITS, Message
from service.office import Office
from service.outgoing import BATCH, HELD_BACK, KEPT, ROUND, Delivery, clear, deliver, follow
from service.register import LiveRegister, utc_now
from service.settings import Settings
from tests.mail_server import MailServer, Taken
from tests.receivers import Received, Receiver, receiving, status
from tests.subscribed import run, subscribe, with_office

MINUTE = timedelta(minutes=1)
HERE = Path(__file__).parent.parent


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as made:
        yield made


def settings(server: MailServer) -> Settings:
    return Settings(mail_server=server.url, public_url="https://samverkan.example.se")


def test_a_run_is_told_each_subscriber_who_wants_its_frequency_by_mail(database_url: str, server: MailServer) -> None:
    with with_office(database_url) as (live, office):
        subscribe(live, office, "anna")
        subscribe(live, office, "bo", weekly=False)
        subscribe(live, office, "cia", channel="feed")
        run(live, "2023-W08")
        run(live, "2023-01")
        assert follow(live, office, utc_now(), Settings()) == 3
        assert follow(live, office, utc_now(), Settings()) == 0
        assert deliver(live, office, utc_now(), settings(server)) == 3
        assert Counter((each.to, each.id) for each in server.mails) == {
            ("anna@example.se", "<digest.2023-w08.s-anna@samverkan.example.se>"): 1,
            ("anna@example.se", "<digest.2023-01.s-anna@samverkan.example.se>"): 1,
            ("bo@example.se", "<digest.2023-01.s-bo@samverkan.example.se>"): 1,
        }
        assert server.sessions == 1  # one connection for them all
        assert deliver(live, office, utc_now(), settings(server)) == 0


def test_what_was_before_a_subscription_is_not_told(database_url: str) -> None:
    with with_office(database_url) as (live, office):
        run(live, "2023-W06")
        subscribe(live, office, "anna")
        run(live, "2023-W07")
        subscribe(live, office, "bo")
        run(live, "2023-W08")
        assert follow(live, office, utc_now(), Settings()) == 3  # by a worker that has only begun now
        assert sorted((m.about, m.receiver) for m in office.outbox.messages()) == [
            ("2023-w07", "s-anna"),
            ("2023-w08", "s-anna"),
            ("2023-w08", "s-bo"),
        ]


def test_the_mail_says_how_to_end_the_subscription_with_one_click(fresh_sqlite: str, server: MailServer) -> None:
    with with_office(fresh_sqlite) as (live, office):
        subscribe(live, office, "anna")
        run(live)
        follow(live, office, utc_now(), Settings())
        deliver(live, office, utc_now(), settings(server))
        token = live.store.vault.token("unsubscribe:s-anna")
        (taken,) = server.mails
        link = f"https://samverkan.example.se/prenumeration/avsluta/s-anna/{token}"
        assert taken.mail["List-Unsubscribe"] == f"<{link}>"
        assert taken.mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert taken.mail["From"] == "Samverkan <samverkan@localhost>"
        assert max(map(len, taken.content.splitlines())) <= 998
        assert all(byte < 128 for byte in taken.content)


def test_a_server_that_is_away_is_waited_for_and_gets_each_mail_once(database_url: str, server: MailServer) -> None:
    with with_office(database_url) as (live, office):
        for name in ("anna", "bo"):
            subscribe(live, office, name)
        run(live)
        now = utc_now()
        follow(live, office, now, Settings())
        server.stop()
        for wait in WAITS[:3]:
            assert deliver(live, office, now, settings(server)) == 2
            assert {m.fault for m in office.outbox.messages()} == {"the mail server does not answer"}
            now += wait + MINUTE
        server.start()
        assert deliver(live, office, now, settings(server)) == 2
        assert sorted(each.to for each in server.mails) == ["anna@example.se", "bo@example.se"]
        assert {(m.standing, m.tries) for m in office.outbox.messages()} == {("sent", 4)}


def test_a_refused_receiver_is_a_dead_letter_and_the_others_get_theirs(database_url: str, server: MailServer) -> None:
    server.to_receiver["bo@example.se"] = "550 5.1.1 <bo@example.se>: no such user here"
    with with_office(database_url) as (live, office):
        for name in ("anna", "bo", "cia"):
            subscribe(live, office, name)
        run(live)
        follow(live, office, utc_now(), Settings())
        assert deliver(live, office, utc_now(), settings(server)) == 3
        (dead,) = office.outbox.messages(standing="dead")
        assert (dead.receiver, dead.fault) == ("s-bo", "the mail server refused the receiver (550 5.1.1)")
        server.to_receiver.clear()
        assert office.outbox.again(dead.id, utc_now())
        assert deliver(live, office, utc_now() + MINUTE, settings(server)) == 1
        assert sorted(each.to for each in server.mails) == ["anna@example.se", "bo@example.se", "cia@example.se"]


def test_a_server_that_asks_for_patience_gets_the_mail_later(database_url: str, server: MailServer) -> None:
    server.to_receiver["anna@example.se"] = "451 4.7.1 greylisted, try again later"
    server.to_mail["bo@example.se"] = "452 4.3.1 the disk is full"
    with with_office(database_url) as (live, office):
        for name in ("anna", "bo"):
            subscribe(live, office, name)
        run(live)
        now = utc_now()
        follow(live, office, now, Settings())
        assert deliver(live, office, now, settings(server)) == 2
        assert sorted((m.standing, m.fault) for m in office.outbox.messages()) == [
            ("waiting", "the mail server refused the mail (452 4.3.1)"),
            ("waiting", "the mail server refused the receiver (451 4.7.1)"),
        ]
        server.to_receiver.clear()
        server.to_mail.clear()
        assert deliver(live, office, now + WAITS[0] + MINUTE, settings(server)) == 2


def test_mails_wait_as_long_as_no_server_is_set_and_that_is_no_failure(fresh_sqlite: str, server: MailServer) -> None:
    with with_office(fresh_sqlite) as (live, office):
        subscribe(live, office, "anna")
        run(live)
        now = utc_now()
        follow(live, office, now, Settings())
        for days in range(10):
            assert deliver(live, office, now + timedelta(days=days), Settings()) == 1
        (waiting,) = office.outbox.messages()
        assert (waiting.standing, waiting.tries, waiting.fault) == ("waiting", 0, "no mail server is set")
        assert deliver(live, office, now + timedelta(days=10), settings(server)) == 1


def test_who_has_ended_the_subscription_or_lost_the_right_to_it_is_told_nothing_more(
    database_url: str, server: MailServer
) -> None:
    with with_office(database_url) as (live, office):
        for name in ("anna", "bo", "cia", "dan"):
            subscribe(live, office, name)
        run(live)
        follow(live, office, utc_now(), Settings())
        office.subscriptions.end("s-anna")
        office.keepers.accounts.close("bo")
        demote(office, "cia")
        assert deliver(live, office, utc_now(), settings(server)) == 4
        assert [(m.receiver, m.standing) for m in office.outbox.messages()] == [("s-dan", "sent")]  # nor a dead letter
        assert [each.to for each in server.mails] == ["dan@example.se"]


def test_nothing_is_put_in_for_who_may_not_be_told_or_for_an_address_that_is_not_confirmed(fresh_sqlite: str) -> None:
    with with_office(fresh_sqlite) as (live, office):
        for name in ("anna", "bo", "cia"):
            subscribe(live, office, name)
        subscribe(live, office, "dan", confirmed=False)
        office.keepers.accounts.close("anna")
        demote(office, "bo")
        run(live)
        assert follow(live, office, utc_now(), Settings()) == 1
        assert [m.receiver for m in office.outbox.messages()] == ["s-cia"]


def test_an_address_that_was_changed_meanwhile_and_is_not_confirmed_is_sent_nothing(
    fresh_sqlite: str, server: MailServer
) -> None:
    with with_office(fresh_sqlite) as (live, office):
        before = subscribe(live, office, "anna")
        run(live)
        follow(live, office, utc_now(), Settings())
        office.subscriptions.keep(replace(before, email="anybody@example.org", confirmed=False))
        deliver(live, office, utc_now(), settings(server))
        assert (server.mails, office.outbox.messages()) == ([], [])


def demote(office: Office, name: str) -> None:
    """The account only reports from now on."""
    kept = office.keepers.accounts.find(name)
    assert kept is not None
    office.keepers.accounts.change(replace(kept, grade="reporter", role="rapportör"))


def test_a_message_that_cannot_be_written_holds_up_no_other(fresh_sqlite: str, server: MailServer) -> None:
    with with_office(fresh_sqlite) as (live, office):
        subscribe(live, office, "anna")
        key = run(live)
        follow(live, office, utc_now(), Settings())
        (good,) = office.outbox.messages()
        office.outbox.put(type(good)("a", "mail", "s-anna", "digest", "2023-w99", good.gsn), utc_now() - MINUTE)
        assert deliver(live, office, utc_now(), settings(server)) == 2
        assert len(server.mails) == 1
        (dead,) = office.outbox.messages(standing="dead")
        assert dead.about == "2023-w99" != key


def test_a_worker_killed_between_the_servers_acceptance_and_its_record_costs_no_mail_and_makes_no_other(
    database_url: str,
) -> None:
    victim: list[subprocess.Popen[str]] = []

    def kill(_: Taken) -> None:
        if victim:
            os.kill(victim.pop().pid, signal.SIGKILL)

    with MailServer(taking=kill) as server, with_office(database_url) as (live, office):
        for name in ("anna", "bo"):
            subscribe(live, office, name)
        run(live)
        now = utc_now()
        follow(live, office, now, Settings())
        child = worker(database_url, server)
        victim.append(child)
        assert child.wait(30) == -signal.SIGKILL
        assert child.stdout is not None
        child.stdout.close()
        assert len(server.mails) == 1  # the server has it, and nobody knows
        assert {m.standing for m in office.outbox.messages()} == {"waiting"}
        assert deliver(live, office, now + MINUTE, child_settings(server)) == 0  # its claim has not run out
        assert deliver(live, office, utc_now() + LEASE, child_settings(server)) == 2
        first, *later = server.mails
        (again,) = [each for each in later if each.id == first.id]
        assert again == first  # byte by byte
        assert len({each.id for each in server.mails}) == 2


def worker(database_url: str, server: MailServer) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.mail_worker", database_url, server.url, "0"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=HERE)


def child_settings(server: MailServer) -> Settings:
    return Settings(mail_server=server.url)


def test_two_workers_at_once_send_each_mail_once(database_url: str, server: MailServer) -> None:
    names = [f"n{number:02}" for number in range(30)]
    with with_office(database_url) as (live, office):
        for name in names:
            subscribe(live, office, name)
        run(live)
        start = Barrier(2)

        def work(_: int) -> int:
            start.wait()
            now = utc_now()
            follow(live, office, now, Settings())
            return deliver(live, office, now, settings(server))

        with ThreadPoolExecutor(2) as pool:
            sent = sum(pool.map(work, range(2)))
        deliver(live, office, utc_now() + LEASE, settings(server))
        assert sent <= len(names)
        assert Counter(each.to for each in server.mails) == {f"{name}@example.se": 1 for name in names}


def test_webhooks_follow_the_same_log_and_one_that_has_ended_is_a_dead_letter(database_url: str) -> None:
    with with_office(database_url) as (live, office):
        hook, _ = office.webhooks.keep(
            "https://example.com/hook", ("run.*",), (), (), "anna", live.store.last_gsn(), utc_now()
        )
        run(live)
        assert follow(live, office, utc_now(), Settings()) == 1
        assert follow(live, office, utc_now(), Settings()) == 0
        (message,) = office.outbox.messages()
        assert (message.channel, message.kind, message.receiver) == ("webhook", "run.made", hook.id)
        office.webhooks.end(hook.id)
        assert deliver(live, office, utc_now(), Settings()) == 1
        assert [(m.standing, m.fault) for m in office.outbox.messages()] == [("dead", "the webhook has been ended")]


def test_a_round_takes_up_so_many_messages_and_mails_before_webhooks(fresh_sqlite: str, server: MailServer) -> None:
    with with_office(fresh_sqlite) as (live, office), receiving() as receiver:
        hook = hooked(live, office, receiver)
        told(office, hook, 1)
        for number in range(BATCH + 3):
            subscribe(live, office, f"n{number:02}")
        run(live)
        follow(live, office, utc_now(), Settings())
        rounds = [deliver(live, office, utc_now(), to_all(server)) for _ in range(3)]
        assert (rounds, len(server.mails), len(receiver.requests)) == ([BATCH, 5, 0], BATCH + 3, 2)


def test_a_webhook_that_fails_is_tried_once_in_a_round_and_holds_up_nobody_else(
    database_url: str, server: MailServer
) -> None:
    with (
        with_office(database_url) as (live, office),
        receiving(status(503)) as failing,
        receiving() as well,
    ):
        bad, good = hooked(live, office, failing), hooked(live, office, well)
        first = told(office, bad, BATCH + 10)  # due before all others
        last = told(office, good, 3)
        subscribe(live, office, "anna")
        run(live)
        follow(live, office, utc_now(), Settings())
        now = utc_now()
        while deliver(live, office, now, to_all(server)):
            pass
        assert len(failing.requests) == 1
        assert [ids(m) for m in well.requests][:3] == last
        assert len(server.mails) == 1
        waiting = office.outbox.messages(standing="waiting")
        assert Counter(m.tries for m in waiting) == {1: 1, 0: BATCH + 10}  # the run is told too
        deliver(live, office, now + HELD_BACK + MINUTE, to_all(server))
        assert [ids(m) for m in failing.requests] == [first[0], first[0]]


def test_the_messages_of_a_webhook_that_answers_again_come_in_their_order(fresh_sqlite: str) -> None:
    answers = [status(503), *[status(204)] * 9]
    with (
        with_office(fresh_sqlite) as (live, office),
        receiving(lambda request, receiver: answers[len(receiver.requests) - 1](request, receiver)) as receiver,
    ):
        wanted = told(office, hooked(live, office, receiver), 9)
        for now in (utc_now(), utc_now() + HELD_BACK + MINUTE):
            deliver(live, office, now, to_all())
        assert [ids(m) for m in receiver.requests] == [wanted[0], *wanted]


def test_delivering_stops_between_two_messages_and_the_rest_is_free_at_once(database_url: str) -> None:
    stop = Event()
    with MailServer(taking=lambda _: stop.set()) as server, with_office(database_url) as (live, office):
        for name in ("anna", "bo", "cia"):
            subscribe(live, office, name)
        run(live)
        follow(live, office, utc_now(), Settings())
        deliver(live, office, utc_now(), settings(server), stop)
        assert len(server.mails) == 1
        assert len(office.outbox.claim(utc_now())) == 2


def test_no_message_is_begun_after_the_time_of_a_round(fresh_sqlite: str) -> None:
    with with_office(fresh_sqlite) as (live, office), receiving() as receiver:
        told(office, hooked(live, office, receiver), 6)
        now = utc_now()
        batch, clock = office.outbox.claim(now), iter(now + n * ROUND / 8 for n in range(100))
        rest = Delivery(live, office, to_all(), lambda: next(clock), None).round(batch, None)
        assert len(receiver.requests) + len(rest) == 6
        assert 0 < len(rest) < 6


def test_what_was_sent_or_given_up_long_ago_is_removed_once_a_day(database_url: str) -> None:
    with with_office(database_url) as (_, office):
        now = utc_now()
        for key in ("sent", "dead", "waiting"):
            office.outbox.put(Message(key, "mail", "s", "digest", "2023-w08", 1), now - KEPT)
        done = {m.id: m for m in office.outbox.claim(now - KEPT)}
        office.outbox.sent(done["sent"], now - KEPT)
        office.outbox.dead(done["dead"], now - KEPT, "refused")
        clear(office, now - timedelta(days=1))
        assert len(office.outbox.messages()) == 3
        for hours in (1, 2):
            clear(office, now + timedelta(hours=hours))
        assert [m.id for m in office.outbox.messages()] == ["waiting"]


def hooked(live: LiveRegister, office: Office, receiver: Receiver) -> str:
    """A webhook to the receiver that is told of runs; its id."""
    return office.webhooks.keep(receiver.url, ("run.*",), (), (), "anna", live.store.last_gsn(), utc_now())[0].id


def told(office: Office, hook: str, number: int) -> list[str]:
    """So many trials in the outbox; their ids."""
    messages = [Message(f"msg_{hook}_0{n:03}", "webhook", hook, "test", "", 1) for n in range(number)]
    for each in messages:
        office.outbox.put(each, utc_now() - MINUTE)
    return [each.id for each in messages]


def to_all(server: MailServer | None = None) -> Settings:
    """Settings with which mails and webhooks reach this machine."""
    return Settings(mail_server=server.url if server else "", webhooks_to_private=True)


def ids(request: Received) -> str:
    """Of the message."""
    return request.headers["webhook-id"]
