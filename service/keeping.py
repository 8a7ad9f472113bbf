"""Keeping accounts and tokens: what a page and the command line do alike. Each deed is written in the access log."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from adapters.access_log import Kind
from adapters.accounts import Grade, KeptAccount, Party
from adapters.subscriptions import is_address
from adapters.tokens import LONGEST, SCOPES, Scope, Token
from domain.core import Key, Short, Value, must_exist, refuse
from domain.register import COMMANDS
from service.access import OPERATIONS, Account, rule_of
from service.gate import Keepers


class NotAnAddress(ValueError):  # noqa: N818 - a sentence for a person
    """A text that is no e-mail address; sv: the sentence in Swedish."""

    def __init__(self) -> None:
        super().__init__("write the address as anna@example.se")
        self.sv = "skriv adressen som anna@example.se"


def _is_an_address(email: str) -> str:
    if email and not is_address(email):
        raise NotAnAddress
    return email


Email = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_is_an_address)]


class Person(Value):
    """What is written of an account by hand."""

    key: Key
    name: Short
    email: Email = ""
    grade: Grade
    party: Party
    role: Short
    organisation: Short


@dataclass(frozen=True, slots=True)
class Keeping:
    """Somebody keeps accounts and tokens. by: the account that does; address: from where; now: when."""

    keepers: Keepers
    by: str
    address: str
    now: datetime

    def add(self, person: Person, issuer: str = "", subject: str = "") -> None:
        """Add an account. Refused where the key is taken."""
        made = KeptAccount(**dict(person), issuer=issuer, subject=subject)
        if not self.keepers.add(made, self.now):
            refuse(
                "already-an-account",
                f"Kontot ”{person.key}” finns redan, eller så hör inloggningen till ett annat. Välj en annan nyckel.",
                f"The account “{person.key}” is there already, or the sign-in belongs to another. Choose another key.",
            )
        self._note("account-kept", person.key, f"added as {person.grade}")

    def change(self, person: Person) -> None:
        """Change an account: at once, also for browsers and tokens that it is using."""
        found = self._found(person.key)
        self._not_oneself(person.key)
        self.keepers.accounts.change(replace(found, **dict(person)))
        self._note("account-kept", person.key, f"changed to {person.grade}")

    def close(self, key: str) -> None:
        """Close an account, and end its sessions and its subscription: nobody comes in by it, whatever its tokens
        say."""
        self._found(key)
        self._not_oneself(key)
        self.keepers.accounts.close(key)
        self.keepers.end(key)
        self._note("account-kept", key, "closed")

    def open(self, key: str) -> None:
        """Open a closed account again."""
        self._found(key)
        self.keepers.accounts.open(key)
        self._note("account-kept", key, "opened")

    def lapse(self, key: str) -> None:
        """Close an account that no rule fits any longer, until one does; as thoroughly as by hand."""
        if self.keepers.accounts.lapse(key):
            self.keepers.end(key)
            self._note("account-kept", key, "closed, no rule fits")

    def let_in(self, account: KeptAccount, *, had_lapsed: bool) -> bool:
        """Keep what a sign-in says of an account; False where it was closed meanwhile."""
        if not self.keepers.accounts.signed_in(account):
            return False
        if had_lapsed:
            self._note("account-kept", account.key, "opened, a rule fits")
        return True

    def make_token(self, account: Account, name: str, scopes: tuple[Scope, ...], days: int) -> str:
        """A new token, as its bearer writes it: this is the only time that it is told."""
        if self.keepers.accounts.find(account.by.account) is None:
            refuse(
                "account-not-kept",
                "Det här är ett konto att prova med, och det kan inte ha några nycklar. Lägg till ett konto först.",
                "This is an account to try things with, and it can have no tokens. Add an account first.",
            )
        too_wide = [each for each in scopes if each not in scopes_of(account)]
        if not scopes or too_wide:
            refuse(
                "bad-scopes",
                f"Välj vad nyckeln får användas till, högst det som kontot får: {', '.join(scopes_of(account))}.",
                f"Choose what the token may be used for, at most what the account may: "
                f"{', '.join(scopes_of(account))}.",
            )
        if not name.strip() or not 1 <= days <= LONGEST.days:
            refuse(
                "bad-token",
                f"Ge nyckeln ett namn, och låt den gälla mellan 1 och {LONGEST.days} dagar.",
                f"Give the token a name, and let it last between 1 and {LONGEST.days} days.",
            )
        made = self.keepers.tokens.make(account.by.account, name.strip()[:200], scopes, self.now, timedelta(days=days))
        self._note("token-made", account.by.account, " ".join(scopes))
        return made

    def revoke(self, token: Token) -> None:
        """End a token for good."""
        if self.keepers.tokens.revoke(token.id, self.now):
            self._note("token-revoked", token.account, token.id)

    def token(self, key: str, account: str | None = None) -> Token:
        """The token of that number, among an account's or all. Refused where there is none."""
        found = next((each for each in self.keepers.tokens.every(account) if each.id == key), None)
        return must_exist(found, "token", "Nyckeln", key)

    def _found(self, key: str) -> KeptAccount:
        return must_exist(self.keepers.accounts.find(key), "account", "Kontot", key)

    def _not_oneself(self, key: str) -> None:
        if key == self.by:
            refuse(
                "own-account",
                "Du kan inte ändra eller stänga ditt eget konto: då kunde ingen administratör finnas kvar. Be en "
                "annan administratör, eller använd kommandoraden.",
                "You cannot change or close your own account: then no administrator might be left. Ask another "
                "administrator, or use the command line.",
            )

    def _note(self, kind: Kind, account: str, what: str) -> None:
        said = what if account == self.by else f"{what}, by {self.by}"
        self.keepers.log.note(kind, account, said, self.address, self.now)


def scopes_of(account: Account) -> tuple[Scope, ...]:
    """The scopes that a token of the account can have: those with something in them that it may do."""
    rules = [rule for each in (*COMMANDS, *OPERATIONS) if (rule := rule_of(each)) is not None]
    may = {rule.scope for rule in rules if rule.allows(account)}
    return tuple(each for each in SCOPES if each in may)
