"""Rows of sessions: under a hash, until they end; one that was ended stays ended; all of an account end at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from adapters.database import Database
from adapters.event_store import open_store
from adapters.sessions import WHOLE, KeptSession, Sessions

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    store = open_store(database_url)
    yield store.database
    store.close()


@pytest.fixture
def sessions(database: Database) -> Sessions:
    return Sessions(database)


def rows(database: Database) -> list[list[str]]:
    with database.reading() as c:
        c.execute("SELECT * FROM sessions")
        return [[str(value) for value in row] for row in c.fetchall()]


def test_a_session_is_found_until_it_ends(sessions: Sessions) -> None:
    sessions.begin("n1", "anna", "{}", NOW, HOUR)
    assert sessions.find("n1", NOW) == KeptSession("anna", "{}", NOW + HOUR)
    assert sessions.account_of("n1", NOW) == "anna"
    assert sessions.find("n1", NOW + HOUR) is None
    assert sessions.account_of("n1", NOW + HOUR) == ""
    assert sessions.find("n2", NOW) is None


def test_the_browsers_number_is_not_kept(database: Database, sessions: Sessions) -> None:
    sessions.begin("a-random-number", "anna", "{}", NOW, HOUR)
    (row,) = rows(database)
    assert not any("a-random-number" in value for value in row)


def test_a_session_lasts_while_it_is_used_but_not_longer_than_the_whole(sessions: Sessions) -> None:
    sessions.begin("n1", "anna", "{}", NOW, HOUR)
    for passed in range(1, 24):
        sessions.keep("n1", str(passed), NOW + passed * HOUR / 2, HOUR)
    found = sessions.find("n1", NOW + WHOLE - timedelta(seconds=1))
    assert found is not None
    assert found.body == "23"
    assert sessions.number_of("anna", NOW + WHOLE - timedelta(seconds=1)) == 1
    assert sessions.find("n1", NOW + WHOLE) is None
    assert sessions.number_of("anna", NOW + WHOLE) == 0


def test_a_session_that_was_ended_is_not_kept_again(sessions: Sessions) -> None:
    sessions.begin("n1", "anna", "{}", NOW, HOUR)
    assert sessions.end("n1")
    assert not sessions.end("n1")
    assert not sessions.keep("n1", "{}", NOW, HOUR)
    assert sessions.find("n1", NOW) is None


def test_everywhere_means_every_browser_of_that_account_only(sessions: Sessions) -> None:
    for number, account in (("n1", "anna"), ("n2", "anna"), ("n3", "bo")):
        sessions.begin(number, account, "{}", NOW, HOUR)
    sessions.begin("n4", "", "{}", NOW, HOUR)
    assert sessions.number_of("anna", NOW) == 2
    assert sessions.end_all("anna") == 2
    assert [sessions.account_of(number, NOW) for number in ("n1", "n2", "n3")] == ["", "", "bo"]
    assert sessions.end_all("") == 0
    assert sessions.find("n4", NOW) is not None


def test_those_that_have_ended_go_away_when_others_begin(database: Database, sessions: Sessions) -> None:
    sessions.begin("n1", "anna", "{}", NOW, HOUR)
    sessions.begin("n2", "bo", "{}", NOW + HOUR, HOUR)
    assert len(rows(database)) == 1
