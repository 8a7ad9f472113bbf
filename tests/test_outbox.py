"""The outbox: each message is claimed by one, none is lost, and an id is never told twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest

from adapters.event_store import open_store
from adapters.outbox import LEASE, WAITS, Message, Outbox

NOW = datetime(2023, 2, 27, 6, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@contextmanager
def outbox(url: str) -> Iterator[Outbox]:
    store = open_store(url)
    try:
        yield Outbox(store.database)
    finally:
        store.close()


def message(key: str, **given: object) -> Message:
    made = Message(key, "mail", "s1", "digest", "2023-w08", 7)
    return replace(made, **given)  # type: ignore[arg-type]  # the fields are named in the tests below


def test_a_message_is_put_in_once_under_its_id(database_url: str) -> None:
    with outbox(database_url) as box:
        assert box.put(message("a"), NOW)
        assert not box.put(message("a", about="something else"), NOW)
        (kept,) = box.messages()
        assert (kept.about, kept.standing, kept.made_at) == (
            "2023-w08",
            "waiting",
            NOW.isoformat(timespec="microseconds"),
        )


def test_a_claimed_message_is_nobody_elses_until_the_claim_has_run_out(database_url: str) -> None:
    with outbox(database_url) as box:
        box.put(message("a"), NOW)
        assert [m.id for m in box.claim(NOW)] == ["a"]
        assert box.claim(NOW + LEASE - SECOND) == []
        assert [m.id for m in box.claim(NOW + LEASE)] == ["a"]  # whoever had it died


def test_what_is_sent_is_never_claimed_again(database_url: str) -> None:
    with outbox(database_url) as box:
        box.put(message("a"), NOW)
        (claimed,) = box.claim(NOW)
        box.sent(claimed, NOW + SECOND)
        assert box.claim(NOW + 10 * LEASE) == []
        (kept,) = box.messages()
        assert (kept.standing, kept.tries, kept.fault) == ("sent", 1, "")


def test_each_failure_waits_longer_until_the_message_is_a_dead_letter(database_url: str) -> None:
    with outbox(database_url) as box:
        box.put(message("a"), NOW)
        at = NOW
        for wait in WAITS:
            (claimed,) = box.claim(at)
            assert box.failed(claimed, at, "no answer") == "waiting"
            assert box.claim(at + wait - SECOND) == []
            at += wait
        (last,) = box.claim(at)
        assert box.failed(last, at, "no answer") == "dead"
        (kept,) = box.messages(standing="dead")
        assert (kept.tries, kept.fault) == (len(WAITS) + 1, "no answer")
        assert at - NOW > timedelta(days=3)  # a mail server may be away over a weekend
        assert box.claim(at + timedelta(days=30)) == []


def test_a_dead_letter_can_be_tried_again_and_nothing_else(database_url: str) -> None:
    with outbox(database_url) as box:
        for key in ("a", "b"):
            box.put(message(key), NOW)
        first, second = box.claim(NOW)
        box.dead(first, NOW, "refused")
        box.sent(second, NOW)
        assert box.again("a", NOW + SECOND)
        assert not box.again("a", NOW + SECOND)  # it waits already
        assert not box.again("b", NOW + SECOND)  # it has been sent
        assert not box.again("c", NOW + SECOND)
        (again,) = box.claim(NOW + SECOND)
        assert (again.id, again.tries, again.done_at, again.fault) == ("a", 0, "", "refused")
        assert box.counts() == {"waiting": 1, "sent": 1, "dead": 0}


def test_who_has_held_a_message_for_too_long_takes_it_from_nobody(database_url: str) -> None:
    with outbox(database_url) as box:
        box.put(message("a"), NOW)
        (slow,) = box.claim(NOW)
        (quick,) = box.claim(NOW + LEASE)
        box.failed(slow, NOW + LEASE + SECOND, "too slow")
        box.dead(slow, NOW + LEASE + SECOND, "too slow")
        box.put_off(slow, NOW, "too slow")
        assert box.claim(NOW + LEASE + SECOND) == []  # it is still the quick one's
        box.failed(quick, NOW + LEASE + SECOND, "no answer")
        (kept,) = box.messages()
        assert (kept.standing, kept.tries, kept.fault) == ("waiting", 1, "no answer")


def test_a_message_that_was_sent_after_all_is_sent_even_if_another_gave_it_up(database_url: str) -> None:
    with outbox(database_url) as box:
        box.put(message("a"), NOW)
        (slow,) = box.claim(NOW)
        (quick,) = box.claim(NOW + LEASE)
        box.dead(quick, NOW + LEASE, "refused")
        box.sent(slow, NOW + LEASE + SECOND)
        assert [m.standing for m in box.messages()] == ["sent"]


def test_putting_off_is_no_failure(database_url: str) -> None:
    with outbox(database_url) as box:
        box.put(message("a"), NOW)
        (claimed,) = box.claim(NOW)
        box.put_off(claimed, NOW + SECOND, "no mail server is set")
        assert box.claim(NOW) == []
        (again,) = box.claim(NOW + SECOND)
        assert (again.tries, again.fault) == (0, "no mail server is set")


def test_what_was_claimed_and_not_tried_is_free_for_anybody_and_what_nobody_wants_is_gone(database_url: str) -> None:
    with outbox(database_url) as box:
        for key in ("a", "b"):
            box.put(message(key), NOW)
        first, second = box.claim(NOW)
        box.release([first])
        box.drop(second)
        assert [m.id for m in box.claim(NOW)] == ["a"]
        box.drop(first)  # by somebody whose claim it is no longer, had a moment passed
        box.release([replace(first, claimed_until="")])
        assert box.counts()["waiting"] <= 1


def test_a_receivers_other_messages_wait_but_not_those_that_somebody_else_is_sending(database_url: str) -> None:
    with outbox(database_url) as box:
        for key in ("a", "b", "c", "d"):
            box.put(message(key, channel="webhook"), NOW)
        box.put(message("other", channel="webhook", receiver="s2"), NOW)
        box.claim(NOW, 1)  # another worker has a
        mine = box.claim(NOW + SECOND, 2)
        box.hold_back(mine[0], NOW + SECOND, NOW + 60 * SECOND)
        assert [m.id for m in box.claim(NOW + 2 * SECOND)] == ["other"]
        assert [m.id for m in box.claim(NOW + 60 * SECOND)] == ["b", "c", "d"]
        assert {m.tries for m in box.messages()} == {0}


def test_several_who_claim_at_once_share_the_messages_between_them(database_url: str) -> None:
    many, workers = 120, 6
    with outbox(database_url) as box:
        for number in range(many):
            box.put(message(f"m{number:03}"), NOW)
        start = Barrier(workers)

        def work(_: int) -> list[str]:
            start.wait()
            taken = []
            while batch := box.claim(NOW, 7):
                for one in batch:
                    box.sent(one, NOW)
                    taken.append(one.id)
            return taken

        with ThreadPoolExecutor(workers) as pool:
            taken = Counter(key for keys in pool.map(work, range(workers)) for key in keys)
        assert len(taken) == many  # on PostgreSQL a worker may pass over what another looks at; nobody leaves it
        assert set(taken.values()) == {1}
        assert box.counts() == {"waiting": 0, "sent": many, "dead": 0}


def test_followers_that_race_put_in_each_message_once_and_leave_none_out(database_url: str) -> None:
    end, workers = 60, 4
    with outbox(database_url) as box:
        start = Barrier(workers)

        def wanted(after: int) -> tuple[Sequence[Message], int]:
            reached = min(after + 7, end)
            return [message(f"e{gsn}", gsn=gsn) for gsn in range(after + 1, reached + 1)], reached

        def work(_: int) -> int:
            start.wait()
            return box.follow("outbox", NOW, 10, wanted)

        with ThreadPoolExecutor(workers) as pool:
            put = sum(pool.map(work, range(workers)))
        assert put == end - 10
        assert sorted(m.gsn for m in box.messages()) == list(range(11, end + 1))


def test_a_follower_goes_on_from_where_it_was_and_begins_once(database_url: str) -> None:
    with outbox(database_url) as box:
        log = [5]

        def wanted(after: int) -> tuple[Sequence[Message], int]:
            return [message(f"e{gsn}", gsn=gsn) for gsn in range(after + 1, log[0] + 1)], max(after, log[0])

        assert box.follow("outbox", NOW, 5, wanted) == 0
        log[0] = 7
        assert box.follow("outbox", NOW, 7, wanted) == 2  # it had begun at 5
        assert box.follow("outbox", NOW, 7, wanted) == 0


def test_a_follower_that_breaks_off_leaves_nothing_half_done(database_url: str) -> None:
    with outbox(database_url) as box:

        def broken() -> Iterator[Message]:
            yield message("a")
            raise LookupError

        with pytest.raises(LookupError):
            box.follow("outbox", NOW, 0, lambda _: (broken(), 3))  # type: ignore[arg-type,return-value]  # it is only gone through
        assert box.messages() == []
        assert box.follow("outbox", NOW, 0, lambda after: ([message("a")], 3) if after < 3 else ([], after)) == 1


def test_the_latest_messages_come_first_and_can_be_asked_for_by_receiver_and_kind(database_url: str) -> None:
    with outbox(database_url) as box:
        box.put(message("old"), NOW)
        box.put(message("new", receiver="s2"), NOW + SECOND)
        box.put(message("reminder", kind="reminder"), NOW + 2 * SECOND)
        assert [m.id for m in box.messages()] == ["reminder", "new", "old"]
        assert [m.id for m in box.messages(limit=1)] == ["reminder"]
        assert [m.id for m in box.messages(receiver="s1", kind="digest")] == ["old"]
