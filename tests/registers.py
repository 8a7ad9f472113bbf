"""Live registers for tests that need one whole: opened on a database, with a district, a category and a source."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from adapters.event_store import open_store
from adapters.tables import Tables
from domain.catalogue import Category, District, PublishCategories, PublishDivision, RegisterSource
from domain.core import Actor
from service.register import Clock, LiveRegister, utc_now

BY = Actor(account="anna", role="samordnare", organisation="Västerås stad")
DAY = date(2020, 1, 1)


@contextmanager
def opened(url: str, clock: Clock = utc_now) -> Iterator[LiveRegister]:
    """A register that is closed afterwards."""
    store = open_store(url)
    try:
        yield LiveRegister(store, Tables(store), clock)
    finally:
        store.close()


@contextmanager
def furnished(url: str, clock: Clock = utc_now) -> Iterator[LiveRegister]:
    """With the districts Bäckby and Råby, the categories Klotter and Rån, and the source `polisen`."""
    with opened(url, clock) as live:
        districts = (District(key="backby", name="Bäckby"), District(key="raby", name="Råby"))
        live.ask(PublishDivision(division="districts", name="Områden", on=DAY, districts=districts), BY)
        kinds = (Category(key="klotter", name="Klotter"), Category(key="ran", name="Rån"))
        live.ask(PublishCategories(on=DAY, reason="De första", categories=kinds), BY)
        source = RegisterSource(
            source="polisen", name="Polisens utdrag", owner="LPO", use="main series", division="districts"
        )
        live.ask(source, BY)
        yield live
