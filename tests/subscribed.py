"""A register with subscribers, and runs that they are told of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from adapters.accounts import KeptAccount
from adapters.subscriptions import Subscription
from domain.core import Actor
from domain.run import RecordRun
from service.office import Office, open_office
from service.register import Clock, LiveRegister, utc_now
from tests.registers import furnished

BY = Actor(account="system", role="system", organisation="Västerås stad")


@contextmanager
def with_office(url: str, clock: Clock = utc_now) -> Iterator[tuple[LiveRegister, Office]]:
    """A furnished register with its office."""
    with furnished(url, clock) as live:
        yield live, open_office(live)


def subscribe(live: LiveRegister, office: Office, name: str, **wishes: object) -> Subscription:
    """An account of that name that subscribes by mail, from now on."""
    office.keepers.accounts.add(
        KeptAccount(
            name, name.title(), f"{name}@example.se", "coordinator", "samordnare", "Västerås stad", "municipality"
        )
    )
    made = Subscription(f"s-{name}", name, f"{name}@example.se", since=live.store.last_gsn(), confirmed=True)
    made = replace(made, **wishes)  # type: ignore[arg-type]  # the fields are named in the tests
    office.subscriptions.keep(made)
    return made


def run(live: LiveRegister, period: str = "2023-W08") -> str:
    """A run of a period in which nothing could be assessed; its key."""
    command = RecordRun(period=period)
    live.ask(command, BY)
    return command.key
