"""From what the organisation's sign-in says of somebody to an account: by rules, or by an account made beforehand."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any, NoReturn

from pydantic import TypeAdapter, ValidationError

from adapters.accounts import Accounts, Grade, KeptAccount, Party, check_party
from adapters.openid import Client, OpenId
from adapters.subscriptions import is_address
from domain.core import Refused, Short, Value, refuse
from service.keeping import Keeping
from service.register import Clock
from service.settings import Settings

ANSWERS_AT = "/logga-in/svar"
SAID_OF_A_PERSON = ("name", "email")
LONGEST_KEY = 100
_NO_ROLE = "no-role"


class Rule(Value):
    """Whoever's claim holds the value is let in, as this. claim: its name, or a path such as realm_access.roles."""

    claim: Short
    value: Short
    grade: Grade
    party: Party
    role: Short
    organisation: Short

    def fits(self, claims: Mapping[str, Any]) -> bool:
        """Whether the claim is the value, or a list that has it."""
        found = _at(claims, self.claim)
        return self.value in found if isinstance(found, list) else self.value == found


Rules = tuple[Rule, ...]
_RULES = TypeAdapter(Rules)


def read_rules(settings: Settings) -> Rules:
    """The rules out of the settings' file; none without one. Refused names what does not fit."""
    if not settings.oidc_roles:
        return ()
    try:
        rules = _RULES.validate_json(Path(settings.oidc_roles).read_bytes())
        for rule in rules:
            check_party(rule.grade, rule.party)
    except OSError as wrong:
        _bad_file(f"filen går inte att läsa ({wrong.strerror})", f"the file cannot be read ({wrong.strerror})")
    except ValidationError as wrong:
        fault = wrong.errors()[0]
        where = ".".join(str(part) for part in fault["loc"])
        _bad_file(f"{where}: {fault['msg']}", f"{where}: {fault['msg']}")
    except Refused as refused:
        _bad_file(refused.sv, refused.en)
    return rules


def open_sign_in(settings: Settings, clock: Clock) -> OpenId:
    """The organisation's sign-in as the settings describe it. Refused where they do not fit."""
    if not settings.oidc_client_id:
        refuse(
            "bad-setting",
            "Inställningen SAMVERKAN_OIDC_CLIENT_ID saknas: skriv det id som tjänsten har hos inloggningstjänsten.",
            "The setting SAMVERKAN_OIDC_CLIENT_ID is missing: write the id that the provider knows this service by.",
        )
    secret = settings.oidc_client_secret
    back = f"{settings.base_url}{ANSWERS_AT}"
    key = secret.get_secret_value() if secret else None
    return OpenId(Client(settings.oidc_issuer, settings.oidc_client_id, key, back), clock)


def looked_at(rules: Rules) -> set[str]:
    """The claims that the rules look at."""
    return {rule.claim.partition(".")[0] for rule in rules if "://" not in rule.claim}


def admitted(keeping: Keeping, rules: Rules, issuer: str, claims: Mapping[str, Any]) -> KeptAccount:
    """The account of who signed in, made or brought up to date. Refused: "no-role", or "account-closed".

    The first rule that fits decides. Without one an account lets in that was made by hand, and is bound to this
    sign-in or waits for its verified e-mail. One that a rule had made is closed, until a rule fits again.
    """
    accounts, subject = keeping.keepers.accounts, str(claims["sub"])
    found = accounts.of_subject(issuer, subject) or _waiting(accounts, claims)
    if found is not None and found.closed and not found.lapsed:
        _refuse_closed()
    rule = next((rule for rule in rules if rule.fits(claims)), None)
    if rule is None and (found is None or found.by_rule):
        if found is not None:
            keeping.lapse(found.key)
        refuse(
            _NO_ROLE,
            "Du är inloggad hos din organisation, men ingen roll i Samverkan är kopplad till dig. Be administratören "
            "om en roll.",
            "You are signed in with your organisation, but no role in Samverkan belongs to you. Ask the administrator "
            "for a role.",
        )
    if found is None:
        assert rule is not None
        return _added(keeping, rule, issuer, claims)
    seen = replace(found, issuer=issuer, subject=subject, closed=False, lapsed=False, seen_at=keeping.now)
    account = _told(seen, rule, claims)
    if not keeping.let_in(account, had_lapsed=found.lapsed):
        _refuse_closed()
    return account


def _refuse_closed() -> NoReturn:
    refuse(
        "account-closed",
        "Ditt konto är stängt. Be administratören om du behöver det igen.",
        "Your account is closed. Ask the administrator if you need it again.",
    )


def _waiting(accounts: Accounts, claims: Mapping[str, Any]) -> KeptAccount | None:
    """The account that waits for an address, where the provider has verified that it is this person's."""
    return accounts.waiting_for(_address(claims))


def _told(account: KeptAccount, rule: Rule | None, claims: Mapping[str, Any]) -> KeptAccount:
    """The account with what the rule gives it, and its person's name and verified address as the sign-in has them."""
    name, email = _text(claims, "name") or account.name, _address(claims) or account.email
    if rule is None:
        return replace(account, name=name, email=email)
    return replace(
        account, name=name, email=email, by_rule=True,
        grade=rule.grade, party=rule.party, role=rule.role, organisation=rule.organisation,
    )  # fmt: skip


def _address(claims: Mapping[str, Any]) -> str:
    """The address that the provider has verified to be this person's; empty without one."""
    email = _text(claims, "email")
    return email if claims.get("email_verified") is True and is_address(email) else ""


def _added(keeping: Keeping, rule: Rule, issuer: str, claims: Mapping[str, Any]) -> KeptAccount:
    subject = str(claims["sub"])
    for key in _keys(rule.role):
        made = KeptAccount(
            key,
            key,
            "",
            rule.grade,
            rule.role,
            rule.organisation,
            rule.party,
            issuer=issuer,
            subject=subject,
            seen_at=keeping.now,
        )
        account = _told(made, rule, claims)
        if keeping.keepers.add(account, keeping.now):
            return account
        bound = keeping.keepers.accounts.of_subject(issuer, subject)
        if bound is not None:  # the same person signs in twice at once
            return bound
    raise AssertionError  # there is no last key


def _keys(role: str) -> Iterator[str]:
    """Keys for an account, the shortest first: samordnare, samordnare-2, … They stand in the history for ever, and so
    they come from the role and name nobody."""
    plain = unicodedata.normalize("NFKD", role).encode("ascii", "ignore").decode().lower()
    key = re.sub(r"[^a-z0-9._-]+", "-", plain)[:LONGEST_KEY].strip("-._") or "konto"
    yield key
    yield from (f"{key}-{number}" for number in count(2))


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    return value.strip()[:200] if isinstance(value, str) else ""


def _at(claims: object, path: str) -> object:
    """What stands at a path. A name that has points in it, such as an address, is a name first."""
    if not isinstance(claims, Mapping):
        return None
    if path in claims:
        return claims[path]
    name, _, rest = path.partition(".")
    return _at(claims.get(name), rest) if rest else None


def _bad_file(sv: str, en: str) -> NoReturn:
    refuse(
        "bad-setting",
        f"Inställningen SAMVERKAN_OIDC_ROLES passar inte: {sv}",
        f"The setting SAMVERKAN_OIDC_ROLES does not fit: {en}",
    )
