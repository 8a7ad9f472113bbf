"""Accounts, tokens and the access log on the command line, where the first administrator is made."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.accounts import KeptAccount
from service.compose import open_register
from service.gate import Keepers, open_keepers
from service.register import utc_now
from service.settings import Settings
from tests.test_cli import samverkan

ADMINISTRATOR = (
    "account", "add", "admin-1", "--grade", "administrator", "--name", "Åsa Öberg", "--email", "asa@example.se",
    "--organisation", "Västerås stad", "--party", "municipality", "--role", "administratör",
)  # fmt: skip
KEPT = KeptAccount("admin-1", "Åsa Öberg", "asa@example.se", "administrator", "administratör", "Västerås stad",
                   "municipality")  # fmt: skip


@pytest.fixture
def keepers(tmp_path: Path) -> Iterator[Keepers]:
    live = open_register(Settings(database=f"sqlite:///{tmp_path}/r.db"))
    yield open_keepers(live)
    live.close()


def done(folder: Path, *arguments: str, **environment: str) -> str:
    answer = samverkan(folder, *arguments, **environment)
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


def test_the_first_administrator_is_made_and_waits_for_his_address(tmp_path: Path, keepers: Keepers) -> None:
    assert "admin-1" in done(tmp_path, *ADMINISTRATOR)
    assert keepers.accounts.waiting_for("asa@example.se") == KEPT
    assert done(tmp_path, "account", "list").startswith("admin-1  administrator  municipality  administratör")
    (line,) = keepers.log.lines()
    assert (line.kind, line.account, line.address) == ("account-kept", "admin-1", "kommandorad")
    assert "added as administrator" in done(tmp_path, "access-log", "--kind", "account-kept")


def test_an_account_is_bound_to_a_subject_of_the_provider(tmp_path: Path, keepers: Keepers) -> None:
    issuer = "https://inloggning.example.se"
    done(tmp_path, *ADMINISTRATOR, "--subject", "s1", SAMVERKAN_OIDC_ISSUER=issuer)
    found = keepers.accounts.of_subject(issuer, "s1")
    assert found is not None
    assert found.key == "admin-1"


def test_an_account_is_changed_closed_and_opened(tmp_path: Path, keepers: Keepers) -> None:
    keepers.accounts.add(KEPT)
    done(tmp_path, "account", "change", "admin-1", "--grade", "coordinator", "--role", "samordnare")
    keepers.sessions.begin("n1", "admin-1", "{}", utc_now(), timedelta(hours=1))
    done(tmp_path, "account", "close", "admin-1")
    (closed,) = keepers.accounts.every()
    assert (closed.grade, closed.role, closed.name, closed.closed) == ("coordinator", "samordnare", "Åsa Öberg", True)
    assert keepers.sessions.number_of("admin-1", utc_now()) == 0
    done(tmp_path, "account", "change", "admin-1", "--open")
    (opened,) = keepers.accounts.every()
    assert not opened.closed


def test_a_token_is_printed_once_listed_without_its_secret_and_revoked(tmp_path: Path, keepers: Keepers) -> None:
    keepers.accounts.add(KEPT)
    printed = done(
        tmp_path, "token", "make", "admin-1", "--name", "Statistik", "--scope", "read", "--days", "3"
    ).strip()
    token = keepers.tokens.find(printed)
    assert token is not None
    assert token.expires_at - token.made_at == timedelta(days=3)
    listed = done(tmp_path, "token", "list")
    assert re.match(rf"{token.id}  admin-1  read  until .*  Statistik", listed)
    assert printed not in listed
    done(tmp_path, "token", "revoke", token.id)
    assert "revoked" in done(tmp_path, "token", "list", "--account", "admin-1")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (ADMINISTRATOR, "is there already"),
        (("account", "change", "admin-1", "--party", "other"), "cannot be given to an account of the party"),
        (("account", "change", "admin-1", "--email", "asa"), "write the address as anna@example.se"),
        (("account", "close", "nobody"), "does not exist"),
        (("token", "make", "nobody", "--name", "n", "--scope", "read"), "does not exist"),
        (("token", "make", "bo-1", "--name", "n", "--scope", "administer"), "at most what the account may: read"),
        (("token", "revoke", "0123456789ab"), "does not exist"),
    ],
)  # fmt: skip
def test_what_does_not_fit_ends_with_a_sentence(
    tmp_path: Path, keepers: Keepers, arguments: tuple[str, ...], said: str
) -> None:
    keepers.accounts.add(KEPT)
    keepers.accounts.add(KeptAccount("bo-1", "Bo", "", "reader", "läsare", "Västerås stad", "municipality"))
    answer = samverkan(tmp_path, *arguments)
    assert answer.returncode == 2
    assert said in answer.stderr
    assert "Traceback" not in answer.stderr
