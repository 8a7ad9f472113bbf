"""The gate: what is kept of those who come to a register, and which account a name stands for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from adapters.access_log import AccessLog
from adapters.accounts import Accounts, KeptAccount, Party
from adapters.sessions import Sessions
from adapters.subscriptions import Subscriptions
from adapters.tokens import Tokens
from domain.agreement import Agreement
from domain.core import Actor
from domain.register import Register
from service.access import Account, demonstration_accounts
from service.register import LiveRegister
from service.settings import Settings

SESSION = "samverkan-session"
"""The cookie with a browser's number."""


@dataclass(frozen=True, slots=True)
class Keepers:
    """What a register keeps of those who come to it; nothing of it stands in the history."""

    accounts: Accounts
    tokens: Tokens
    sessions: Sessions
    subscriptions: Subscriptions
    log: AccessLog

    def add(self, account: KeptAccount, now: datetime) -> bool:
        """Add an account; False where its key or its sign-in is another's already. What somebody left under the key
        while trying things is worth nothing any more."""
        if self.accounts.find(account.key) is None:
            self.tokens.revoke_all(account.key, now)
            self.end(account.key)
        return self.accounts.add(account)

    def end(self, key: str) -> None:
        """End the sessions and the subscription of an account."""
        self.sessions.end_all(key)
        subscription = self.subscriptions.of_account(key)
        if subscription is not None:
            self.subscriptions.end(subscription.id)


def open_keepers(live: LiveRegister) -> Keepers:
    """The keepers of a register, made if they are new."""
    database = live.store.database
    return Keepers(
        Accounts(database), Tokens(database), Sessions(database), Subscriptions(database), AccessLog(database)
    )


def is_open(settings: Settings) -> bool:
    """Whether whoever is on this machine takes an account: while developing, and where no sign-in is set up."""
    return settings.environment == "development" and not settings.has_sign_in


def account_of(kept: KeptAccount) -> Account:
    """The account as it acts."""
    return Account(Actor(account=kept.key, role=kept.role, organisation=kept.organisation), kept.grade, kept.party)


def account_named(live: LiveRegister, keepers: Keepers, settings: Settings, key: str) -> Account | None:
    """The account of that name: one that is kept and answers, or one to try things with where that is allowed."""
    kept = keepers.accounts.find(key)
    if kept is not None:
        return account_of(kept) if kept.answers(live.clock()) else None
    return accounts_to_try(live.now()).get(key) if is_open(settings) else None


def accounts_to_try(register: Register) -> Mapping[str, Account]:
    """The accounts that anybody on this machine may take while developing, for the parties of the latest agreement."""
    parties = {p.kind: p.organisation for agreement in register.every(Agreement) for p in agreement.parties}
    return demonstration_accounts(parties.get("municipality", "Kommunen"), parties.get("police", "Polisen"))


def party_of(register: Register, organisation: str) -> Party:
    """The party that an organisation is in any agreement; of none, other."""
    kinds = {p.organisation: p.kind for agreement in register.every(Agreement) for p in agreement.parties}
    return kinds.get(organisation, "other")
