"""The pages Konto and Åtkomst: tokens, shown once and no wider than the account; who keeps the accounts of others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from adapters.accounts import KeptAccount
from adapters.subscriptions import Subscription
from service.access import demonstration_accounts
from service.api.app import create_app
from service.gate import Keepers
from service.settings import Settings
from tests.browsing import Browser
from tests.registers import furnished

BO = KeptAccount("bo-1", "Bo Ek", "bo@example.se", "reader", "läsare", "Västerås stad", "municipality")
NOW = datetime(2020, 11, 18, 9, tzinfo=UTC)


@pytest.fixture
def client(fresh_sqlite: str) -> Iterator[TestClient[Litestar]]:
    with furnished(fresh_sqlite, lambda: NOW) as live:
        app = create_app(live, Settings(database=fresh_sqlite))
        with TestClient(app, base_url="http://127.0.0.1:8000") as c:
            yield c


@pytest.fixture
def keepers(client: TestClient[Litestar]) -> Keepers:
    found: Keepers = client.app.state.keepers
    return found


def offered(person: Browser) -> list[str]:
    return re.findall(r'name="scope" id="[^"]+" value="([^"]+)"', person.at.text)


def takes_a_kept_one(client: TestClient[Litestar], keepers: Keepers, key: str) -> Browser:
    """A person with one of the accounts to try things with, which is kept as well."""
    account = demonstration_accounts("Västerås stad", "Polisen")[key]
    by = account.by
    keepers.accounts.add(KeptAccount(key, "", "", account.grade, by.role, by.organisation, account.party))
    return Browser(client, key)


def fields(**given: str) -> dict[str, str]:
    person = {"key": "bo-1", "name": "Bo Ek", "email": "bo@example.se", "grade": "reader", "party": "municipality",
              "role": "läsare", "organisation": "Västerås stad"}  # fmt: skip
    return person | given


def test_the_account_is_told_in_words(client: TestClient[Litestar]) -> None:
    person = Browser(client, "kommunpolis")
    person.open("/konto")
    assert "kommunpolis" in person.words
    assert "Polisen: bedömer, värderar" in person.words


@pytest.mark.parametrize(
    ("account", "scopes"),
    [("lasare", ["read", "work"]), ("rapportor", ["read", "report"]), ("samordnare", ["read", "report", "work"]),
     ("administrator", ["read", "report", "work", "administer"])],
)  # fmt: skip
def test_a_token_is_offered_for_no_more_than_the_account_may(
    client: TestClient[Litestar], keepers: Keepers, account: str, scopes: list[str]
) -> None:
    person = takes_a_kept_one(client, keepers, account)
    person.open("/konto")
    assert offered(person) == scopes


def test_an_account_to_try_things_with_has_no_tokens(client: TestClient[Litestar], keepers: Keepers) -> None:
    person = Browser(client, "administrator")
    person.open("/konto")
    assert "ett konto att prova med, och det kan inte ha några nycklar" in person.words
    assert offered(person) == []
    csrf = person.hidden("/logga-ut/overallt")
    answer = client.post("/konto/nycklar", data=csrf | {"name": "x", "scope": "read", "days": "30"})
    assert answer.status_code == 422
    assert keepers.tokens.every() == []


def test_adding_an_account_ends_what_was_left_under_its_key_and_adding_it_again_ends_nothing(
    client: TestClient[Litestar], keepers: Keepers
) -> None:
    def left() -> tuple[bool, bool, bool]:
        (token,) = keepers.tokens.every("bo-1")
        here = keepers.sessions.find("n1", NOW) is not None
        return here, token.is_good(NOW), keepers.subscriptions.of_account("bo-1") is not None

    def leave(number: str) -> None:
        keepers.sessions.begin(number, "bo-1", "{}", NOW, timedelta(hours=1))
        keepers.subscriptions.keep(Subscription("s1", "bo-1", "anybody@example.se"))

    leave("n1")
    keepers.tokens.make("bo-1", "prov", ("read",), NOW, timedelta(days=1))
    person = Browser(client, "administrator")
    person.open("/atkomst")
    person.send("/atkomst/konton", **fields())
    assert left() == (False, False, False)
    leave("n1")
    person.open("/atkomst")
    assert person.send("/atkomst/konton", **fields()).status_code == 422
    assert left() == (True, False, True)


def test_closing_an_account_ends_its_subscription(client: TestClient[Litestar], keepers: Keepers) -> None:
    keepers.accounts.add(BO)
    keepers.subscriptions.keep(Subscription("s1", "bo-1", "bo@example.se"))
    person = Browser(client, "administrator")
    person.open("/atkomst/konton/bo-1")
    person.send("/atkomst/konton/bo-1/stang")
    assert keepers.subscriptions.of_account("bo-1") is None


def test_it_is_told_which_accounts_have_lapsed_or_rest(client: TestClient[Litestar], keepers: Keepers) -> None:
    keepers.accounts.add(replace(BO, by_rule=True, seen_at=NOW - timedelta(days=31)))
    person = Browser(client, "administrator")
    for path in ("/atkomst", "/atkomst/konton/bo-1"):
        person.open(path)
        assert "vilar: ingen inloggning på 30 dagar" in person.words
    keepers.accounts.lapse("bo-1")
    for path in ("/atkomst", "/atkomst/konton/bo-1"):
        person.open(path)
        assert "stängt: ingen roll längre" in person.words


def test_a_token_is_shown_once_works_and_can_be_revoked(client: TestClient[Litestar], keepers: Keepers) -> None:
    person = takes_a_kept_one(client, keepers, "lasare")
    person.open("/konto")
    person.send("/konto/nycklar", name="Statistik", scope="read", days="30")
    (written,) = re.findall(r"sam_[0-9a-f]{12}_[\w-]{43}", person.at.text)
    token = keepers.tokens.find(written)
    assert token is not None
    assert (token.account, token.scopes, token.expires_at) == ("lasare", ("read",), NOW + timedelta(days=30))
    person.open("/konto")
    assert written not in person.at.text
    assert "Statistik" in person.words
    person.send(f"/konto/nycklar/{token.id}/aterkalla")
    assert "Nyckeln är återkallad." in person.words
    found = keepers.tokens.find(written)
    assert found is not None
    assert found.revoked_at == NOW


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"scope": "administer"}, "högst det som kontot får: read"), ({}, "Välj vad nyckeln får användas till"),
        ({"scope": "read", "days": "367"}, "mellan 1 och 366 dagar"), ({"scope": "read", "days": "0"}, "mellan 1 och"),
        ({"scope": "read", "days": "många"}, "mellan 1 och"), ({"scope": "read", "name": " "}, "Ge nyckeln ett namn"),
    ],
)  # fmt: skip
def test_a_token_that_is_too_wide_or_too_long_is_not_made(
    client: TestClient[Litestar], keepers: Keepers, given: dict[str, str], said: str
) -> None:
    person = takes_a_kept_one(client, keepers, "lasare")
    person.open("/konto")
    person.send("/konto/nycklar", **({"name": "Statistik", "days": "30"} | given))
    assert person.at.status_code == 422
    assert said in person.words
    assert keepers.tokens.every() == []


def test_nobody_revokes_anothers_token_from_his_own_page(client: TestClient[Litestar], keepers: Keepers) -> None:
    keepers.tokens.make("samordnare", "Statistik", ("read",), NOW, timedelta(days=30))
    (token,) = keepers.tokens.every()
    person = Browser(client, "lasare")
    person.open("/konto")
    csrf = person.hidden("/logga-ut/overallt")
    answer = client.post(f"/konto/nycklar/{token.id}/aterkalla", data=csrf)
    assert answer.status_code == 404
    assert keepers.tokens.every() == [token]


@pytest.mark.parametrize("account", ["lasare", "rapportor", "enhetschef", "kommunpolis", "samordnare"])
def test_only_the_administrator_keeps_accounts(client: TestClient[Litestar], keepers: Keepers, account: str) -> None:
    keepers.accounts.add(BO)
    person = Browser(client, account)
    for path in ("/atkomst", "/atkomst/konton/bo-1"):
        assert person.open(path).status_code == 403
    person.open("/konto")
    csrf = person.hidden("/logga-ut/overallt")
    for path in (
        "/atkomst/konton",
        "/atkomst/konton/bo-1",
        "/atkomst/konton/bo-1/stang",
        "/atkomst/nycklar/x/aterkalla",
    ):
        assert client.post(path, data=csrf | fields(grade="administrator")).status_code == 403
    assert keepers.accounts.every() == [BO]


def test_the_administrator_adds_changes_closes_and_opens(client: TestClient[Litestar], keepers: Keepers) -> None:
    person = Browser(client, "administrator")
    person.open("/atkomst")
    person.send("/atkomst/konton", **fields())
    assert "Kontot är tillagt." in person.words
    assert keepers.accounts.every() == [BO]
    person.open("/atkomst/konton/bo-1")
    person.send("/atkomst/konton/bo-1", **fields(grade="coordinator", role="samordnare"))
    changed = replace(BO, grade="coordinator", role="samordnare")
    assert keepers.accounts.every() == [changed]
    keepers.sessions.begin("n1", "bo-1", "{}", NOW, timedelta(hours=1))
    person.open("/atkomst/konton/bo-1")
    person.send("/atkomst/konton/bo-1/stang")
    assert keepers.accounts.every() == [replace(changed, closed=True)]
    assert keepers.sessions.find("n1", NOW) is None
    person.open("/atkomst/konton/bo-1")
    person.send("/atkomst/konton/bo-1/oppna")
    assert keepers.accounts.every() == [changed]
    whats = [line.what for line in keepers.log.lines(account="bo-1")]
    assert sorted(whats) == sorted(
        f"{what}, by administrator" for what in ("opened", "closed", "changed to coordinator", "added as reader")
    )


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"key": "Bo Ek"}, "små bokstäver"), ({"email": "bo"}, "Värdet passar inte"),
        ({"email": "bo@exempel"}, "Värdet passar inte"),
        ({"role": ""}, "Fyll i fältet"),
        ({"grade": "police"}, "kan inte ges till ett konto hos parten"), ({"grade": "boss"}, "Välj ett av"),
        ({"key": "asa"}, "finns redan"),
    ],
)  # fmt: skip
def test_an_account_that_does_not_fit_is_not_added(
    client: TestClient[Litestar], keepers: Keepers, given: dict[str, str], said: str
) -> None:
    there = replace(BO, key="asa")
    keepers.accounts.add(there)
    person = Browser(client, "administrator")
    person.open("/atkomst")
    person.send("/atkomst/konton", **fields(**given))
    assert person.at.status_code == 422
    assert said in person.words
    assert keepers.accounts.every() == [there]


def test_an_account_that_is_used_changes_at_once_and_its_own_is_not_changed(
    client: TestClient[Litestar], keepers: Keepers
) -> None:
    person = Browser(client, "administrator")
    keepers.accounts.add(replace(BO, key="administrator", grade="administrator"))
    person.open("/atkomst/konton/administrator")
    assert "Det är ditt eget konto" in person.words
    person.open("/konto")
    csrf = person.hidden("/logga-ut/overallt")
    client.post("/atkomst/konton/administrator/stang", data=csrf)
    assert person.open("/atkomst").status_code == 200
    keepers.accounts.change(replace(BO, key="administrator", grade="reader"))
    assert person.open("/atkomst").status_code == 403
    keepers.accounts.close("administrator")
    assert person.open("/konto").url.path == "/logga-in"


def test_the_log_is_looked_through_by_kind_and_account(client: TestClient[Litestar], keepers: Keepers) -> None:
    keepers.log.note("refused", "", "no-role", "192.0.2.7", NOW)
    person = Browser(client, "administrator")
    person.open("/atkomst")
    assert "no-role" in person.words
    assert "taken" in person.words
    person.open("/atkomst?slag=refused")
    assert "no-role" in person.words
    assert "taken" not in person.words
    person.open("/atkomst?konto=administrator&slag=")
    assert "no-role" not in person.words


def test_without_a_provider_nobody_comes_in_in_production(fresh_sqlite: str) -> None:
    with furnished(fresh_sqlite, lambda: NOW) as live:
        app = create_app(live, Settings(database=fresh_sqlite, environment="production"))
        with TestClient(app, base_url="http://127.0.0.1:8000") as client:
            shown = client.get("/mote")
            assert shown.url.path == "/logga-in"
            assert shown.status_code == 503
            assert "SAMVERKAN_OIDC_ISSUER" in shown.text
            assert client.post("/logga-in", data={"account": "samordnare"}).status_code in (403, 405)
