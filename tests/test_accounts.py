"""Accounts: which grade a party can have, which sign-in they are bound to, and what is never undone by chance."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from adapters.accounts import GRADES, UNSEEN, Accounts, Grade, KeptAccount, Party, check_party
from adapters.event_store import open_store
from domain.core import Refused

ISSUER = "https://inloggning.example.se"
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ANNA = KeptAccount("anna", "Anna", "anna@example.se", "municipality", "enhetschef", "Västerås stad", "municipality")


@pytest.fixture
def accounts(database_url: str) -> Iterator[Accounts]:
    store = open_store(database_url)
    yield Accounts(store.database)
    store.close()


def test_an_account_is_found_as_it_was_kept(accounts: Accounts) -> None:
    kept = replace(ANNA, issuer=ISSUER, subject="s1", closed=True, by_rule=True, lapsed=True, seen_at=NOW)
    assert accounts.add(kept)
    assert accounts.find("anna") == kept
    assert accounts.of_subject(ISSUER, "s1") == kept
    assert accounts.every() == [kept]
    assert accounts.find("bo") is None
    assert accounts.of_subject("https://another.example.se", "s1") is None


def test_a_new_account_never_takes_anothers_key_or_sign_in(accounts: Accounts) -> None:
    bound = replace(ANNA, issuer=ISSUER, subject="s1")
    assert accounts.add(bound)
    assert not accounts.add(replace(ANNA, name="En annan Anna"))
    assert not accounts.add(replace(bound, key="anna-2"))
    assert accounts.every() == [bound]


def test_of_many_who_come_at_once_one_gets_the_key(accounts: Accounts) -> None:
    people = [replace(ANNA, issuer=ISSUER, subject=f"s{number}") for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(accounts.add, people)) == 1
    assert len(accounts.every()) == 1


def test_an_account_that_is_bound_is_not_bound_to_another_sign_in(accounts: Accounts) -> None:
    accounts.add(ANNA)
    assert accounts.signed_in(replace(ANNA, issuer=ISSUER, subject="s1", seen_at=NOW))
    assert not accounts.signed_in(replace(ANNA, issuer=ISSUER, subject="s2", seen_at=NOW))
    assert accounts.find("anna") == replace(ANNA, issuer=ISSUER, subject="s1", seen_at=NOW)


@pytest.mark.parametrize("by_rule", [False, True])
def test_what_had_read_an_account_before_it_was_closed_does_not_open_it(accounts: Accounts, by_rule: bool) -> None:
    read = replace(ANNA, issuer=ISSUER, subject="s1", by_rule=by_rule, seen_at=NOW)
    accounts.add(read)
    accounts.close("anna")
    assert not accounts.signed_in(replace(read, name="Anna Berg"))
    assert not accounts.lapse("anna")
    accounts.change(replace(read, name="Anna Ek"))
    assert accounts.find("anna") == replace(read, name="Anna Ek", closed=True)


def test_a_sign_in_leaves_what_was_changed_by_hand_meanwhile(accounts: Accounts) -> None:
    accounts.add(ANNA)
    accounts.change(replace(ANNA, grade="reader", role="läsare"))
    assert accounts.signed_in(replace(ANNA, issuer=ISSUER, subject="s1", seen_at=NOW))
    found = accounts.find("anna")
    assert found is not None
    assert (found.grade, found.role, found.subject) == ("reader", "läsare", "s1")


def test_only_an_account_that_a_rule_made_lapses_and_a_sign_in_opens_it(accounts: Accounts) -> None:
    made = replace(ANNA, key="anna-2", issuer=ISSUER, subject="s1", by_rule=True, seen_at=NOW)
    accounts.add(ANNA)
    accounts.add(made)
    assert (accounts.lapse("anna"), accounts.lapse("anna-2")) == (False, True)
    assert accounts.every() == [ANNA, replace(made, closed=True, lapsed=True)]
    assert accounts.signed_in(made)
    assert accounts.find("anna-2") == made


def test_an_account_that_a_rule_made_answers_for_thirty_days_after_a_sign_in() -> None:
    made = replace(ANNA, by_rule=True, seen_at=NOW)
    assert made.answers(NOW + UNSEEN - timedelta(seconds=1))
    assert not made.answers(NOW + UNSEEN)
    assert not replace(made, seen_at=None).answers(NOW)
    assert not replace(made, closed=True).answers(NOW)
    assert ANNA.answers(NOW + 100 * UNSEEN)


def test_secret_links_begin_anywhere(accounts: Accounts) -> None:
    for key in ("a", "b"):
        accounts.add(KeptAccount(key, "", "", "reader", "läsare", "Västerås stad", "municipality"))
    first, second = (each.links for each in accounts.every())
    assert len({1, first, second}) == 3


def test_many_accounts_may_wait_without_a_sign_in(accounts: Accounts) -> None:
    accounts.add(ANNA)
    accounts.add(replace(ANNA, key="bo", email="bo@example.se"))
    assert len(accounts.every()) == 2


def test_secret_links_that_were_renewed_do_not_come_back_with_an_older_state(accounts: Accounts) -> None:
    accounts.add(ANNA)
    accounts.renew_links("anna")
    accounts.change(replace(ANNA, name="Anna Berg"))
    found = accounts.find("anna")
    assert found is not None
    assert (found.name, found.links) == ("Anna Berg", ANNA.links + 1)


def test_an_account_waits_for_its_address_until_it_is_bound_or_closed(accounts: Accounts) -> None:
    accounts.add(ANNA)
    assert accounts.waiting_for("ANNA@example.se") == ANNA
    assert accounts.waiting_for("") is None
    accounts.close("anna")
    assert accounts.waiting_for("anna@example.se") is None
    accounts.open("anna")
    assert accounts.signed_in(replace(ANNA, issuer=ISSUER, subject="s1", seen_at=NOW))
    assert accounts.waiting_for("anna@example.se") is None


def test_an_address_that_several_wait_for_lets_nobody_in(accounts: Accounts) -> None:
    accounts.add(ANNA)
    accounts.add(replace(ANNA, key="anna-2"))
    assert accounts.waiting_for("anna@example.se") is None


@pytest.mark.parametrize(
    ("grade", "party"),
    [
        ("municipality", "police"), ("municipality", "other"), ("police", "municipality"), ("police", "other"),
        ("coordinator", "other"), ("administrator", "other"),
    ],
)  # fmt: skip
def test_a_grade_that_the_party_cannot_have_is_refused(accounts: Accounts, grade: Grade, party: Party) -> None:
    for put in (accounts.change, accounts.add):
        with pytest.raises(Refused, match="Choose one of") as refused:
            put(replace(ANNA, grade=grade, party=party))
        assert refused.value.rule == "grade-of-another-party"
    assert accounts.every() == []


def test_readers_and_reporters_may_be_anybodys() -> None:
    parties: tuple[Party, ...] = ("municipality", "police", "other")
    refused = []
    for grade in GRADES:
        for party in parties:
            try:
                check_party(grade, party)
            except Refused:
                refused.append((grade, party))
    assert len(refused) == 6
    assert {grade for grade, _ in refused}.isdisjoint({"reader", "reporter"})


def test_accounts_are_still_there_when_the_register_is_opened_again(database_url: str) -> None:
    for _ in range(2):
        store = open_store(database_url)
        Accounts(store.database).add(ANNA)
        assert Accounts(store.database).every() == [ANNA]
        store.close()
