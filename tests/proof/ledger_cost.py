"""What the ledger costs, and how fast a history is proved and verified.

`python -m tests.proof.ledger_cost [--events 1000000]`: a single command and a batch of 1,000 events, stored with the
ledger and without it in turn, on SQLite and PostgreSQL; then a register of many events: the proof of one, the proof
between two sizes, and the check of all.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from adapters.database import Cursor
from adapters.event_store import EventStore, Unit, open_store, transaction
from adapters.keys import KeyPlace
from adapters.ledger import log as ledger
from adapters.ledger.audit import audit
from adapters.ledger.verify import leaf_hash, verify_consistency, verify_inclusion
from adapters.tables import Tables
from domain.core import Event
from domain.observation import Observed
from service.register import utc_now
from tests.given import COORDINATOR, EST, REPORT, but
from tests.postgres import PostgresServer

SINGLES, BATCHES, BATCH = 400, 12, 1000
WITHOUT: Any = SimpleNamespace(append=lambda c, last, leaves, rows: None)
_end_of_log = transaction._end_of_log


def _plain_end(c: Cursor, gsn_column: str, expected: int) -> tuple[int, str, None]:
    """The end of the log as it was asked for before there was a ledger."""
    c.execute(f"SELECT {gsn_column}, recorded_at FROM {transaction.TABLE} ORDER BY {gsn_column} DESC LIMIT 1")
    row = c.fetchone()
    return (row[0], row[1], None) if row else (0, "", None)


def main() -> None:
    """Print the figures."""
    asks = argparse.ArgumentParser(description=__doc__)
    asks.add_argument("--events", type=int, default=1_000_000)
    asked = asks.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        _cost("SQLite", lambda name: f"sqlite:///{folder}/{name}.db", Path(folder))
        with PostgresServer() as server, server.fresh_database() as url:
            _cost("PostgreSQL", lambda name: f"{url}?schema={name}", Path(folder))
        _large(f"sqlite:///{folder}/large.db", asked.events)


def _cost(title: str, url: Callable[[str], str], folder: Path) -> None:
    stores = [open_store(url(name), KeyPlace(folder / f"{title}.{name}.keys")) for name in ("with_ledger", "without")]
    for what, number, size in (("a single command", SINGLES, 1), (f"a batch of {BATCH} events", BATCHES, BATCH)):
        times: tuple[list[float], list[float]] = ([], [])
        for _ in range(number):  # in turn, so that both have the same neighbours
            for place, store in enumerate(stores):
                with _ledger(kept=place == 0):
                    times[place].append(_append(store, size))
        one, other = (median(each) * 1e3 for each in times)
        print(f"{title:11} {what:24} with {one:7.2f} ms, without {other:7.2f} ms: {one / other:.2f} ×")
    for store in stores:
        store.close()


@contextmanager
def _ledger(*, kept: bool) -> Iterator[None]:
    """The store as it is, or as it would be without a ledger."""
    given: Any = transaction
    if not kept:
        given.ledger, given.leaf_hash, given._end_of_log = WITHOUT, lambda *event: b"", _plain_end
    try:
        yield
    finally:
        given.ledger, given.leaf_hash, given._end_of_log = ledger, leaf_hash, _end_of_log


def _append(store: EventStore, size: int) -> float:
    position = store.last_gsn()
    events: list[tuple[str, int, Event]] = [
        (f"observation-{uuid4().hex}", 1, Observed(source=EST, content=but(REPORT, text=f"Rapport {n}: mörkt.")))
        for n in range(size)
    ]
    begun = perf_counter()
    store.append(events, COORDINATOR, Unit(uuid4().hex, uuid4().hex, utc_now(), position, {}))
    return perf_counter() - begun


def _large(url: str, events: int) -> None:
    store, random = open_store(url), Random(1)
    Tables(store)
    _fill(store, events)
    ours = store.ledger
    last = store.last_gsn()
    root = ours.checkpoint(last).root
    times = []
    for gsn in random.sample(range(1, last + 1), 300):
        begun = perf_counter()
        path = ours.inclusion(gsn, last)
        times.append(perf_counter() - begun)
        assert verify_inclusion(leaf_hash(*store.raw(gsn - 1, 1)[0]), gsn, last, path, root)
    print(f"proof of one event among {last:,}: median {median(times) * 1e3:.2f} ms, {len(path)} hashes")
    times = []
    for old in random.sample(range(1, last), 300):
        old_root = ours.checkpoint(old).root
        begun = perf_counter()
        path = ours.consistency(old, last)
        times.append(perf_counter() - begun)
        assert verify_consistency(old, last, path, old_root, root)
    print(f"proof from one size to {last:,}: median {median(times) * 1e3:.2f} ms")
    begun = perf_counter()
    found = audit(store.database, store.gsn_column, (), ())
    seconds = perf_counter() - begun
    assert not found.faults
    assert found.tree.root() == root
    print(f"every event verified: {last:,} in {seconds:.1f} s, {last / seconds:,.0f} events a second")
    store.close()


def _fill(store: EventStore, events: int) -> None:
    """As many events as of reports, written in large transactions; their bytes have a report's length."""
    state = (
        b'{"by":{"account":"anna","role":"samordnare","organisation":"V\xc3\xa4ster\xc3\xa5s stad"},"event":'
        + b"x" * 420
    )
    recorded = "2020-01-01T00:00:00.000000+00:00"
    for first in range(1, events + 1, 20_000):
        rows = [
            (n, f"observation-{n}", 1, "observation.recorded", state + b"%010d}" % n, recorded)
            for n in range(first, min(first + 20_000, events + 1))
        ]
        with store.database.writing() as c:
            c.executemany(
                f"INSERT INTO {transaction.TABLE} ({store.gsn_column}, originator_id, originator_version, topic, "
                "state, recorded_at) VALUES (?, ?, ?, ?, ?, ?)",
                rows,
            )
            ledger.append(c, first - 1, [leaf_hash(n, s, v, t, at, body) for n, s, v, t, body, at in rows])


if __name__ == "__main__":
    main()
