"""From claims to an account: the first rule that fits, an account made by hand, or a refusal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.accounts import Accounts, KeptAccount
from adapters.subscriptions import Subscription
from domain.core import Refused
from service.gate import account_named, open_keepers
from service.keeping import Keeping
from service.register import LiveRegister
from service.settings import Settings
from service.sign_in import Rule, Rules, admitted, looked_at, read_rules
from tests.registers import opened

ISSUER = "https://inloggning.example.se"
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)
RULES: Rules = (
    Rule(claim="groups", value="samverkan-samordnare", grade="coordinator", party="municipality", role="samordnare",
         organisation="Västerås stad"),
    Rule(claim="realm_access.roles", value="polis", grade="police", party="police", role="kommunpolis",
         organisation="Polisen Västerås"),
    Rule(claim="https://example.se/claims/unit", value="falt", grade="municipality", party="municipality",
         role="fältarbetare", organisation="Västerås stad"),
    Rule(claim="groups", value="alla", grade="reader", party="municipality", role="läsare",
         organisation="Västerås stad"),
)  # fmt: skip
BY_HAND = KeptAccount("admin", "Åsa", "asa@example.se", "administrator", "administratör", "Västerås stad",
                      "municipality")  # fmt: skip


class Calendar:
    """A clock that stands still until it is wound on."""

    now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def calendar() -> Calendar:
    return Calendar()


@pytest.fixture
def live(database_url: str, calendar: Calendar) -> Iterator[LiveRegister]:
    with opened(database_url, calendar) as register:
        yield register


@pytest.fixture
def keeping(live: LiveRegister) -> Keeping:
    return Keeping(open_keepers(live), "inloggning:openid", "192.0.2.7", NOW)


@pytest.fixture
def accounts(keeping: Keeping) -> Accounts:
    return keeping.keepers.accounts


def claims(subject: str = "s1", **told: Any) -> dict[str, Any]:
    return {"sub": subject, "name": "Åsa Öberg", "preferred_username": "Åsa.Öberg@example.se"} | told


def signs_in(keeping: Keeping, told: dict[str, Any], rules: Rules = RULES) -> KeptAccount:
    account = admitted(keeping, rules, ISSUER, told)
    assert keeping.keepers.accounts.find(account.key) == account
    return account


def refusal(keeping: Keeping, told: dict[str, Any], rules: Rules = RULES) -> str:
    before = keeping.keepers.accounts.every()
    with pytest.raises(Refused) as why:
        admitted(keeping, rules, ISSUER, told)
    after = keeping.keepers.accounts.every()
    assert [replace(each, closed=False, lapsed=False) for each in after] == [
        replace(each, closed=False, lapsed=False) for each in before
    ]
    return why.value.rule


@pytest.mark.parametrize(
    ("told", "grade"),
    [
        ({"groups": ["alla", "samverkan-samordnare"]}, "coordinator"), ({"groups": "alla"}, "reader"),
        ({"realm_access": {"roles": ["x", "polis"]}, "groups": ["alla"]}, "police"),
        ({"https://example.se/claims/unit": "falt"}, "municipality"),
    ],
)  # fmt: skip
def test_the_first_rule_that_fits_wins(keeping: Keeping, told: dict[str, Any], grade: str) -> None:
    assert signs_in(keeping, claims(**told)).grade == grade


@pytest.mark.parametrize(
    "told",
    [{}, {"groups": ["samverkan"]}, {"groups": {"alla": True}}, {"groups": 7}, {"realm_access": ["polis"]},
     {"groups": "samverkan-samordnare-2"}],
)  # fmt: skip
def test_whom_no_rule_fits_is_refused(keeping: Keeping, told: dict[str, Any]) -> None:
    assert refusal(keeping, claims(**told)) == "no-role"


def test_a_new_account_is_all_that_the_rule_and_the_claims_say(keeping: Keeping) -> None:
    assert signs_in(keeping, claims(groups=["alla"], email="asa@example.se", email_verified=True)) == KeptAccount(
        "lasare", "Åsa Öberg", "asa@example.se", "reader", "läsare", "Västerås stad", "municipality", ISSUER, "s1",
        by_rule=True, seen_at=NOW,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("role", "key"), [("Samordnare, förort", "samordnare-forort"), ("李", "konto"), ("._-", "konto")]
)
def test_a_key_is_made_from_the_role_and_names_nobody(keeping: Keeping, role: str, key: str) -> None:
    rule = RULES[-1].model_copy(update={"role": role})
    assert signs_in(keeping, claims(groups="alla", preferred_username="asa.oberg"), rules=(rule,)).key == key


def test_two_people_of_one_role_get_accounts_of_their_own(keeping: Keeping) -> None:
    keys = [signs_in(keeping, claims(subject, groups="alla")).key for subject in ("s1", "s2", "s3", "s1")]
    assert keys == ["lasare", "lasare-2", "lasare-3", "lasare"]


def test_another_role_and_another_name_are_brought_up_to_date_under_the_same_key(keeping: Keeping) -> None:
    first = signs_in(keeping, claims(groups="alla"))
    told = claims(groups="samverkan-samordnare", name="Åsa Ek", preferred_username="asa.ek")
    assert signs_in(keeping, told) == replace(first, name="Åsa Ek", grade="coordinator", role="samordnare")


@pytest.mark.parametrize(
    "told", [{}, {"email_verified": False}, {"email_verified": "true"}, {"email_verified": True, "email": "asa"}]
)
def test_an_address_that_nobody_has_verified_is_not_kept(keeping: Keeping, told: dict[str, Any]) -> None:
    said = claims(groups="alla", **({"email": "another@example.se"} | told))
    assert signs_in(keeping, said).email == ""
    verified = claims(groups="alla", email="asa@example.se", email_verified=True)
    assert signs_in(keeping, verified).email == signs_in(keeping, said).email == "asa@example.se"


def test_who_lost_the_group_is_let_in_no_more_and_everything_that_the_account_had_ends(
    keeping: Keeping, live: LiveRegister
) -> None:
    key, keepers = signs_in(keeping, claims(groups="samverkan-samordnare")).key, keeping.keepers
    keepers.sessions.begin("n1", key, "{}", NOW, DAY)
    keepers.subscriptions.keep(Subscription("s1", key, "asa@example.se"))
    assert account_named(live, keepers, Settings(), key) is not None
    for _ in range(2):
        assert refusal(keeping, claims()) == "no-role"
    assert account_named(live, keepers, Settings(), key) is None
    assert keepers.sessions.find("n1", NOW) is None
    assert keepers.subscriptions.of_account(key) is None
    assert [line.what for line in keepers.log.lines()] == ["closed, no rule fits, by inloggning:openid"]


def test_a_rule_that_fits_again_opens_what_the_loss_of_one_closed(keeping: Keeping, live: LiveRegister) -> None:
    first = signs_in(keeping, claims(groups="samverkan-samordnare"))
    refusal(keeping, claims())
    assert signs_in(keeping, claims(groups="samverkan-samordnare")) == first
    assert account_named(live, keeping.keepers, Settings(), first.key) is not None
    whats = {line.what for line in keeping.keepers.log.lines()}
    assert "opened, a rule fits, by inloggning:openid" in whats


def test_an_administrator_closes_for_good_also_what_had_lapsed(keeping: Keeping, accounts: Accounts) -> None:
    key = signs_in(keeping, claims(groups="samverkan-samordnare")).key
    refusal(keeping, claims())
    keeping.close(key)
    assert refusal(keeping, claims(groups="samverkan-samordnare")) == "account-closed"
    assert refusal(keeping, claims()) == "account-closed"
    keeping.open(key)
    assert signs_in(keeping, claims(groups="samverkan-samordnare")).key == key


def test_an_account_of_a_rule_answers_for_thirty_days_and_again_after_a_sign_in(
    keeping: Keeping, accounts: Accounts, live: LiveRegister, calendar: Calendar
) -> None:
    key = signs_in(keeping, claims(groups="alla")).key
    accounts.add(BY_HAND)
    calendar.now = NOW + 30 * DAY
    assert account_named(live, keeping.keepers, Settings(), key) is None
    assert account_named(live, keeping.keepers, Settings(), "admin") is not None
    signs_in(replace(keeping, now=calendar.now), claims(groups="alla"))
    assert account_named(live, keeping.keepers, Settings(), key) is not None


def test_an_account_made_by_hand_is_not_closed_where_no_rule_fits(keeping: Keeping, accounts: Accounts) -> None:
    accounts.add(replace(BY_HAND, issuer=ISSUER, subject="s1"))
    assert not signs_in(keeping, claims(), rules=RULES).closed


def test_what_was_left_from_trying_opens_nothing_of_an_account_that_a_rule_makes(
    keeping: Keeping, live: LiveRegister
) -> None:
    keepers = keeping.keepers
    written = keepers.tokens.make("lasare", "prov", ("read",), NOW, DAY)
    keepers.sessions.begin("n1", "lasare", "{}", NOW, DAY)
    keepers.subscriptions.keep(Subscription("s1", "lasare", "anybody@example.se"))
    assert signs_in(keeping, claims(groups="alla")).key == "lasare"
    token = keepers.tokens.find(written)
    assert token is not None
    assert not token.is_good(NOW)
    assert keepers.sessions.find("n1", NOW) is None
    assert keepers.subscriptions.every() == []


def test_an_account_made_by_hand_is_bound_by_its_verified_address_and_keeps_its_grade(
    keeping: Keeping, accounts: Accounts
) -> None:
    accounts.add(BY_HAND)
    assert refusal(keeping, claims(email="asa@example.se")) == "no-role"
    assert refusal(keeping, claims(email="asa@example.se", email_verified="true")) == "no-role"
    bound = signs_in(keeping, claims(email="ASA@example.se", email_verified=True))
    assert (bound.key, bound.grade, bound.subject, bound.by_rule) == ("admin", "administrator", "s1", False)
    assert signs_in(keeping, claims(email="another@example.se")).key == "admin"
    assert refusal(keeping, claims("s2", email="ASA@example.se", email_verified=True)) == "no-role"


def test_an_account_made_for_a_subject_waits_for_that_sign_in(keeping: Keeping, accounts: Accounts) -> None:
    accounts.add(replace(BY_HAND, issuer=ISSUER, subject="s1"))
    assert signs_in(keeping, claims(), rules=()).key == "admin"
    assert refusal(keeping, claims("s2"), rules=()) == "no-role"


def test_the_same_subject_of_another_provider_is_somebody_else(keeping: Keeping, accounts: Accounts) -> None:
    accounts.add(replace(BY_HAND, issuer="https://another.example.se", subject="s1"))
    assert refusal(keeping, claims()) == "no-role"


def test_a_closed_account_is_refused_whatever_rule_fits(keeping: Keeping, accounts: Accounts) -> None:
    accounts.close(signs_in(keeping, claims(groups="alla")).key)
    assert refusal(keeping, claims(groups="samverkan-samordnare")) == "account-closed"


def test_what_the_rules_look_at_is_worth_asking_for() -> None:
    assert looked_at(RULES) == {"groups", "realm_access"}


def written(folder: Path, text: str) -> Settings:
    (folder / "roles.json").write_text(text)
    return Settings(oidc_roles=str(folder / "roles.json"))


def test_rules_are_read_as_they_are_written(tmp_path: Path) -> None:
    assert read_rules(written(tmp_path, json.dumps([rule.model_dump() for rule in RULES]))) == RULES
    assert read_rules(Settings()) == ()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "JSON"), ('[{"claim": "groups"}]', "0.value"),
        (json.dumps([RULES[0].model_dump() | {"party": "other"}]), "coordinator"),
        (json.dumps([RULES[0].model_dump() | {"grade": "boss"}]), "0.grade"),
    ],
)  # fmt: skip
def test_rules_that_do_not_fit_are_refused_with_the_place(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(Refused, match=f"SAMVERKAN_OIDC_ROLES.*{says}"):
        read_rules(written(tmp_path, text))


def test_a_file_of_rules_that_is_not_there_is_refused() -> None:
    with pytest.raises(Refused, match="SAMVERKAN_OIDC_ROLES"):
        read_rules(Settings(oidc_roles="/nowhere/roles.json"))
