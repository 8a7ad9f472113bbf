"""Tokens: shown once and kept as a hash; good until they end or are revoked; their use is noted sparingly."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from adapters.database import Database
from adapters.event_store import open_store
from adapters.tokens import LONGEST, USE_NOTED, Token, Tokens

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
WEEK = timedelta(days=7)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    store = open_store(database_url)
    yield store.database
    store.close()


@pytest.fixture
def tokens(database: Database) -> Tokens:
    return Tokens(database)


def found(tokens: Tokens, written: str) -> Token:
    token = tokens.find(written)
    assert token is not None
    return token


def test_a_token_is_known_again_with_what_it_is_for(tokens: Tokens) -> None:
    written = tokens.make("anna", "Statistik", ("read", "report"), NOW, WEEK)
    token = found(tokens, written)
    assert (token.account, token.name, token.scopes) == ("anna", "Statistik", ("read", "report"))
    assert (token.made_at, token.expires_at, token.used_at, token.revoked_at) == (NOW, NOW + WEEK, None, None)
    assert tokens.every("anna") == [token]
    assert tokens.every("bo") == []


def test_what_is_kept_does_not_hold_the_secret(database: Database, tokens: Tokens) -> None:
    written = tokens.make("anna", "Statistik", ("read",), NOW, WEEK)
    secret = written.split("_", 2)[2]
    with database.reading() as c:
        c.execute("SELECT * FROM tokens")
        kept = [str(value) for row in c.fetchall() for value in row]
    assert kept
    assert not any(secret in value for value in kept)


def test_another_secret_under_a_known_number_opens_nothing(tokens: Tokens) -> None:
    first, second = (tokens.make("anna", "Statistik", ("read",), NOW, WEEK) for _ in range(2))
    assert tokens.find(f"{first[:16]}_{second[17:]}") is None
    last = "A" if first[-5] != "A" else "B"
    assert tokens.find(f"{first[:-5]}{last}{first[-4:]}") is None


@pytest.mark.parametrize("written", ["", "sam_", "Bearer", "sam_0123456789ab_short", "sam_0123456789ab_" + "x" * 43])
def test_what_is_no_token_of_ours_is_none(tokens: Tokens, written: str) -> None:
    assert tokens.find(written) is None
    good = tokens.make("anna", "Statistik", ("read",), NOW, WEEK)
    assert tokens.find(good + "\n") is None


def test_a_token_is_good_until_the_moment_that_it_ends(tokens: Tokens) -> None:
    token = found(tokens, tokens.make("anna", "Statistik", ("read",), NOW, WEEK))
    assert token.is_good(NOW + WEEK - timedelta(seconds=1))
    assert not token.is_good(NOW + WEEK)


def test_no_token_lasts_longer_than_a_year(tokens: Tokens) -> None:
    token = found(tokens, tokens.make("anna", "Statistik", ("read",), NOW, timedelta(days=4000)))
    assert token.expires_at == NOW + LONGEST


def test_a_revoked_token_is_good_no_more_and_is_revoked_once(tokens: Tokens) -> None:
    written = tokens.make("anna", "Statistik", ("read",), NOW, WEEK)
    key = found(tokens, written).id
    assert tokens.revoke(key, NOW)
    assert not tokens.revoke(key, NOW + WEEK)
    assert not tokens.revoke("0123456789ab", NOW)
    revoked = found(tokens, written)
    assert revoked.revoked_at == NOW
    assert not revoked.is_good(NOW)


def test_every_token_of_an_account_is_revoked_and_nobody_elses(tokens: Tokens) -> None:
    first, second, other = (tokens.make(each, "Statistik", ("read",), NOW, WEEK) for each in ("anna", "anna", "bo"))
    tokens.revoke_all("anna", NOW)
    assert [found(tokens, each).is_good(NOW) for each in (first, second, other)] == [False, False, True]


def test_that_it_is_used_is_written_down_at_most_once_a_minute(tokens: Tokens) -> None:
    written = tokens.make("anna", "Statistik", ("read",), NOW, WEEK)
    tokens.note_use(found(tokens, written), NOW)
    tokens.note_use(found(tokens, written), NOW + USE_NOTED / 2)
    assert found(tokens, written).used_at == NOW
    tokens.note_use(found(tokens, written), NOW + USE_NOTED)
    assert found(tokens, written).used_at == NOW + USE_NOTED


def test_the_latest_stands_first(tokens: Tokens) -> None:
    for number, account in enumerate(("anna", "bo", "anna")):
        tokens.make(account, str(number), ("read",), NOW + number * WEEK, WEEK)
    assert [token.name for token in tokens.every()] == ["2", "1", "0"]
    assert [token.name for token in tokens.every("anna")] == ["2", "0"]
