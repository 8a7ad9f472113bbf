"""The access log: the latest first, by account and by kind, and nothing older than it may be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from adapters.access_log import LONGEST, RETENTION, AccessLog, Noted
from adapters.event_store import open_store

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def log(database_url: str) -> Iterator[AccessLog]:
    store = open_store(database_url)
    yield AccessLog(store.database)
    store.close()


def test_a_line_tells_who_what_from_where_and_when(log: AccessLog) -> None:
    log.note("refused", "", "no-role", "192.0.2.7", NOW)
    assert log.lines() == [Noted(NOW, "refused", "", "no-role", "192.0.2.7")]


def test_the_latest_come_first_of_an_account_or_a_kind(log: AccessLog) -> None:
    for minute, (kind, account) in enumerate(
        (("signed-in", "anna"), ("signed-in", "bo"), ("signed-out", "anna"))
    ):  # fmt: skip
        log.note(kind, account, str(minute), "", NOW + timedelta(minutes=minute))  # type: ignore[arg-type]  # both are
    assert [line.what for line in log.lines()] == ["2", "1", "0"]
    assert [line.what for line in log.lines(account="anna")] == ["2", "0"]
    assert [line.what for line in log.lines(kind="signed-in")] == ["1", "0"]
    assert [line.what for line in log.lines(account="anna", kind="signed-in")] == ["0"]
    assert [line.what for line in log.lines(limit=1)] == ["2"]


def test_what_is_older_than_it_may_be_is_removed_with_the_next_line(log: AccessLog) -> None:
    log.note("signed-in", "anna", "old", "", NOW)
    log.note("signed-in", "anna", "new", "", NOW + RETENTION)
    assert [line.what for line in log.lines()] == ["new", "old"]
    log.note("signed-in", "anna", "newest", "", NOW + RETENTION + timedelta(seconds=1))
    assert [line.what for line in log.lines()] == ["newest", "new"]


def test_what_is_noted_is_short(log: AccessLog) -> None:
    log.note("refused", "", "x" * 5000, "", NOW)
    (line,) = log.lines()
    assert len(line.what) == LONGEST
