"""The API's guard: by whom it lets somebody in, how often, and that answers given before are given to nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from time import monotonic
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from adapters.accounts import KeptAccount
from adapters.tokens import SCOPES
from domain.agreement import Sign
from domain.problem import Propose
from service.api import answers, guard
from service.api.app import create_app
from service.gate import SESSION, Keepers, open_keepers
from service.register import LiveRegister
from service.settings import Settings
from tests.registers import BY, furnished
from tests.test_api import PROPOSE, SIGN

API = "/api/v1"
ANNA = KeptAccount("anna", "", "", "reader", "läsare", "Västerås stad", "municipality")


@pytest.fixture
def live(fresh_sqlite: str) -> Iterator[LiveRegister]:
    with furnished(fresh_sqlite) as register:
        register.ask(Sign.model_validate(SIGN), BY)
        yield register


@pytest.fixture
def keepers(live: LiveRegister) -> Keepers:
    kept = open_keepers(live)
    kept.accounts.add(ANNA)
    return kept


@pytest.fixture
def client(live: LiveRegister, keepers: Keepers, fresh_sqlite: str) -> Iterator[TestClient[Litestar]]:
    settings = Settings(database=fresh_sqlite, environment="production", wrong_sign_ins_a_minute=5)
    with TestClient(create_app(live, settings), base_url="http://127.0.0.1:8000") as tool:
        yield tool


@pytest.fixture
def anna(live: LiveRegister, keepers: Keepers) -> dict[str, str]:
    return bearer(keepers.tokens.make("anna", "prov", ("read",), live.clock(), timedelta(days=1)))


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_token_lets_its_account_in_and_its_use_is_written_down(
    client: TestClient[Litestar], keepers: Keepers, anna: dict[str, str]
) -> None:
    assert client.get(f"{API}/agreements", headers=anna).status_code == 200
    (token,) = keepers.tokens.every("anna")
    assert token.used_at is not None


def test_without_a_token_the_answer_says_what_to_do(client: TestClient[Litestar]) -> None:
    answer = client.get(f"{API}/agreements", headers={"Accept-Language": "en"})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert "samverkan token make" in answer.json()["detail"]


def test_what_is_revoked_has_ended_or_belongs_to_a_closed_account_opens_nothing(
    client: TestClient[Litestar], keepers: Keepers, live: LiveRegister
) -> None:
    revoked = keepers.tokens.make("anna", "a", ("read",), live.clock(), timedelta(days=1))
    keepers.tokens.revoke(keepers.tokens.every("anna")[0].id, live.clock())
    ended = keepers.tokens.make("anna", "b", ("read",), live.clock(), timedelta(days=-1))
    keepers.accounts.add(KeptAccount("bo", "", "", "reader", "läsare", "Västerås stad", "municipality", closed=True))
    closed = keepers.tokens.make("bo", "c", ("read",), live.clock(), timedelta(days=1))
    for written in (revoked, ended, closed, "sam_0_0", "", "x" * 9000):
        assert client.get(f"{API}/agreements", headers=bearer(written)).status_code in (401, 429)


def test_a_token_that_is_revoked_works_for_a_second_at_most(
    client: TestClient[Litestar], keepers: Keepers, live: LiveRegister, anna: dict[str, str]
) -> None:
    assert client.get(f"{API}/agreements", headers=anna).status_code == 200
    keepers.tokens.revoke(keepers.tokens.every("anna")[0].id, live.clock())
    until = monotonic() + 2 * guard.KNOWN_FOR
    while client.get(f"{API}/agreements", headers=anna).status_code == 200:
        assert monotonic() < until


def test_wrong_tokens_are_soon_not_looked_at_and_good_ones_from_the_same_address_still_are(
    client: TestClient[Litestar], anna: dict[str, str]
) -> None:
    tried = [client.get(f"{API}/agreements", headers=bearer(f"sam_{n}")) for n in range(7)]
    assert [answer.status_code for answer in tried] == [401] * 5 + [429] * 2
    assert tried[-1].headers["retry-after"] == "60"
    assert client.get(f"{API}/agreements", headers=anna).status_code == 200


def test_more_requests_than_the_limit_are_told_to_wait(live: LiveRegister, keepers: Keepers, fresh_sqlite: str) -> None:
    settings = Settings(database=fresh_sqlite, environment="production", requests_a_minute=3)
    sent = bearer(keepers.tokens.make("anna", "prov", ("read",), live.clock(), timedelta(days=1)))
    with TestClient(create_app(live, settings), base_url="http://127.0.0.1:8000") as tool:
        statuses = [tool.get(f"{API}/agreements", headers=sent).status_code for _ in range(5)]
    assert statuses == [200, 200, 200, 429, 429]


def test_a_session_reads_and_changes_nothing(
    client: TestClient[Litestar], keepers: Keepers, live: LiveRegister
) -> None:
    keepers.accounts.add(KeptAccount("eva", "", "", "coordinator", "samordnare", "Västerås stad", "municipality"))
    keepers.sessions.begin("nummer", "eva", "{}", live.clock(), timedelta(hours=1))
    cookie = {"Cookie": f"{SESSION}=nummer"}
    assert client.get(f"{API}/agreements", headers=cookie).status_code == 200
    assert client.post(f"{API}/problems", json=PROPOSE, headers=cookie).status_code == 401


def test_while_developing_whoever_is_here_says_who_he_is(live: LiveRegister, fresh_sqlite: str) -> None:
    said = {
        "Samverkan-Account": "lars",
        "Samverkan-Role": "kommunpolis",
        "Samverkan-Organisation": "LPO V%C3%A4ster%C3%A5s",
    }
    with TestClient(create_app(live, Settings(database=fresh_sqlite)), base_url="http://127.0.0.1:8000") as tool:
        assert tool.post(f"{API}/problems", json=PROPOSE, headers=said).status_code == 201
        told = tool.get(f"{API}/history").json()["items"][-1]
    assert (told["account"], told["role"], told["organisation"]) == ("lars", "kommunpolis", "LPO Västerås")


# Answers that were given before


def test_an_answer_is_given_again_until_something_is_recorded(
    client: TestClient[Litestar], live: LiveRegister, anna: dict[str, str]
) -> None:
    first = client.get(f"{API}/position", headers=anna).json()
    assert client.get(f"{API}/position", headers=anna).json() == first
    live.ask(Propose.model_validate(PROPOSE), BY)
    assert client.get(f"{API}/position", headers=anna).json()["gsn"] == first["gsn"] + 1


def test_an_answer_is_given_again_to_nobody_who_may_not_have_it(
    client: TestClient[Litestar], keepers: Keepers, live: LiveRegister, anna: dict[str, str]
) -> None:
    assert client.get(f"{API}/agreements", headers=anna).status_code == 200
    assert client.get(f"{API}/agreements").status_code == 401
    keepers.accounts.add(KeptAccount("vakt", "", "", "reporter", "vakt", "Bevakning AB", "other"))
    other = bearer(keepers.tokens.make("vakt", "prov", SCOPES, live.clock(), timedelta(days=1)))
    assert client.get(f"{API}/agreements", headers=other).status_code == 403
    assert client.get(f"{API}/agreements", headers={**anna, "Host": "evil.example"}).status_code == 400


@pytest.mark.parametrize("headers", [{"Accept-Language": "sv"}, {"Accept-Language": "en"}])
def test_an_answer_is_given_again_in_the_language_that_is_asked_for(
    client: TestClient[Litestar], anna: dict[str, str], headers: dict[str, str]
) -> None:
    answer = client.get(f"{API}/signals/ingen", headers={**anna, **headers}).json()
    assert ("does not exist" in answer["detail"]) is (headers["Accept-Language"] == "en")


def test_what_is_kept_is_bounded_whatever_is_asked(live: LiveRegister) -> None:
    start: Any = {"status": 200, "headers": [(b"a", b"b" * 1000)]}
    kept = answers.Answers(live)
    for n in range(answers.MOST // answers.LARGEST + 5):
        kept._keep(b"%d" % n, [start, {"body": b"x" * (answers.LARGEST - 10_000)}])
    assert kept._bytes <= answers.MOST
    assert len(kept._kept) < answers.MOST // answers.LARGEST + 5
    kept._keep(b"large", [start, {"body": b"x" * answers.LARGEST}])
    assert b"large" not in kept._kept
