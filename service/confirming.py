"""An address that somebody typed is asked by mail first whether it wants to be told; nothing else goes there before."""

from __future__ import annotations

from datetime import datetime

from adapters.outbox import Message
from adapters.subscriptions import Subscription
from service.gate import is_open
from service.office import Office
from service.register import LiveRegister
from service.settings import Settings

KIND = "confirm"


def needs_no_question(office: Office, settings: Settings, account: str, email: str) -> bool:
    """Whether the address is the account's own, which its sign-in vouches for, or anybody may try things here."""
    kept = office.keepers.accounts.find(account)
    is_own = kept is not None and kept.email != "" and kept.email.casefold() == email.casefold()
    return is_own or is_open(settings)


def ask_to_confirm(live: LiveRegister, office: Office, subscription: Subscription, now: datetime) -> bool:
    """Put the question into the outbox, once an hour at most for an address; whether it was put in."""
    mark = _mark(live, subscription)
    key = f"{KIND}.{subscription.id}.{mark}.{now:%Y%m%d%H}"
    return office.outbox.put(
        Message(key, "mail", subscription.id, KIND, mark, live.store.last_gsn()),
        now,
    )


def may_go(live: LiveRegister, message: Message, subscription: Subscription) -> bool:
    """Whether the message may be sent to the address that the subscription has now."""
    if message.kind == KIND:
        return not subscription.confirmed and message.about == _mark(live, subscription)
    return subscription.confirmed


def confirm_path(live: LiveRegister, subscription: Subscription) -> str:
    """Where an address is confirmed without signing in; good for this address alone."""
    return f"/prenumeration/bekrafta/{subscription.id}/{confirm_token(live, subscription)}"


def confirm_token(live: LiveRegister, subscription: Subscription) -> str:
    """What only the receiver of the mail knows."""
    return live.store.vault.token(f"confirm:{subscription.id}:{subscription.email}")


def _mark(live: LiveRegister, subscription: Subscription) -> str:
    """Of which address the question is; it tells neither the address nor the link."""
    return live.store.vault.token(f"address:{subscription.id}:{subscription.email}")[:16]
