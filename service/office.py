"""The office: what leaves the register, and for whom."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.outbox import Outbox
from adapters.subscriptions import Subscriptions
from adapters.webhooks import Webhooks
from service.gate import Keepers, open_keepers
from service.register import LiveRegister


@dataclass(frozen=True, slots=True)
class Office:
    """What waits to be told, who wants to be told, and what they may see."""

    outbox: Outbox
    subscriptions: Subscriptions
    webhooks: Webhooks
    keepers: Keepers


def open_office(live: LiveRegister) -> Office:
    """The office of a register, in the same database."""
    database, keepers = live.store.database, open_keepers(live)
    return Office(Outbox(database), keepers.subscriptions, Webhooks(database, live.store.vault), keepers)
