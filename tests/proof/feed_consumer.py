"""A consumer of the event feed, killed at random points while others write: what it missed and what it took twice.

`python -m tests.proof.feed_consumer [--events 100000] [--kills 200] [--url sqlite:///…|postgresql]`: a real server, two
writers (single commands, imported files, and commands of up to 40 events), and a consumer (tests/feed_reader.py) that
is killed with SIGKILL and started again, in turn by batch and by stream. `--url postgresql` starts a server of its own.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

from adapters.event_store import Conflict, EventStore, Unit, default_keys
from domain.core import Refused
from domain.observation import Observed
from service.register import utc_now
from tests.feed_reader import cursor
from tests.plausible import BY, CATEGORIES, DISTRICTS, EST, Writer, founded, open_live, report
from tests.postgres import PostgresServer
from tests.test_serving import answer, served

HOW = ("batch", "stream")
LONGEST = 5.0  # seconds that a consumer is given to take something before it is killed


@dataclass(frozen=True, slots=True)
class Figures:
    """What came of it. midway: kills of a consumer that had taken events since it was started; writing: kills while
    the log was still growing."""

    events: int
    kills: int
    midway: int
    writing: int
    missed: int
    doubled: int
    seconds: float


def killed(folder: Path, url: str, events: int, kills: int, random: Random) -> Figures:
    """Write, read, kill and start again; then read to the end, and count."""
    begun = time.monotonic()
    live = founded(url)
    file = str(folder / "consumer.db")
    midway = writing = 0
    with _served(folder, url) as address, _writers(url, events, kills) as done:
        answer(f"{address}/health")
        for number in range(kills):
            before, written = _at(file), live.store.last_gsn()
            _killed(random, address, file, HOW[number % 2])
            midway += _at(file) > before
            writing += live.store.last_gsn() > written
            done.value = number + 1
        while live.store.last_gsn() < events:
            time.sleep(0.1)
        done.value = -1
        end = _end(live.store)
        subprocess.run([*_consumer(address, file, "batch"), str(end)], check=True, timeout=600)
    live.close()
    with closing(sqlite3.connect(file)) as db:
        seen = [int(gsn) for (gsn,) in db.execute("SELECT gsn FROM seen")]
    missed, doubled = len(set(range(1, end + 1)) - set(seen)), len(seen) - len(set(seen))
    return Figures(end, kills, midway, writing, missed, doubled, time.monotonic() - begun)


def _served(folder: Path, url: str) -> AbstractContextManager[str]:
    """A server over the register, which has its keys where this process has them."""
    keys = str(default_keys(url).absolute())
    return served(folder, SAMVERKAN_DATABASE=url, SAMVERKAN_KEYS=keys, SAMVERKAN_REQUESTS_A_MINUTE="1000000")


def _end(store: EventStore) -> int:
    """The end of the log, once the writers have stopped."""
    end = -1
    while end != store.last_gsn():
        end = store.last_gsn()
        time.sleep(0.5)
    return end


def _consumer(address: str, file: str, how: str) -> list[str]:
    return [sys.executable, "-m", "tests.feed_reader", address, file, how]


def _killed(random: Random, address: str, file: str, how: str) -> None:
    """Start the consumer and kill it: one time in four whenever, else some time after it has taken something."""
    before = _at(file)
    consumer = subprocess.Popen(_consumer(address, file, how))
    patience = time.monotonic() + (LONGEST if random.random() < 0.75 else 0)
    while time.monotonic() < patience and _at(file) == before:
        time.sleep(0.01)
    time.sleep(random.uniform(0.0, 0.7))
    assert consumer.poll() is None, "the consumer ended by itself"
    consumer.kill()
    consumer.wait()


def _at(file: str) -> int:
    """The consumer's cursor; 0 before it has made its file."""
    with closing(sqlite3.connect(file, timeout=30)) as db, suppress(sqlite3.OperationalError):
        return cursor(db)
    return 0


@contextmanager
def _writers(url: str, events: int, kills: int) -> Iterator[Any]:
    """Two processes that write. Shared with them: how many kills there have been (-1: stop); they keep its pace."""
    spawning = multiprocessing.get_context("spawn")
    done = spawning.Value("i", 0)
    writers = [spawning.Process(target=write, args=(url, events, kills, n, done)) for n in range(2)]
    for each in writers:
        each.start()
    try:
        yield done
    finally:
        done.value = -1
        for each in writers:
            each.join(60)


def write(url: str, events: int, kills: int, seed: int, done: Any) -> None:
    """Write until told to stop, not further ahead than the share of the kills that have been."""
    live, random = open_live(url), Random(seed)
    writer = Writer(live, random, name=f"w{seed}")
    while done.value >= 0:
        if live.store.last_gsn() >= min(events, events * (done.value + 1) // kills):
            time.sleep(0.02)
            continue
        with suppress(Refused, Conflict):
            live.ask(writer.next(), BY)
        several(live.store, random)
    live.close()


def several(store: EventStore, random: Random) -> None:
    """Up to 40 events in one transaction."""
    content = report(utc_now().date(), random.choice(DISTRICTS), random.choice(CATEGORIES), "Bråk vid torget")
    event = Observed(source=EST, content=content)
    command = uuid4().hex
    drafts = [(f"observation-{command}-{n}", 1, event) for n in range(random.randint(1, 40))]
    store.append(drafts, BY, Unit(command, command, utc_now(), store.last_gsn(), {}))


def main() -> None:
    """Print the figures."""
    asks = argparse.ArgumentParser(description=__doc__)
    asks.add_argument("--events", type=int, default=100_000)
    asks.add_argument("--kills", type=int, default=200)
    asks.add_argument("--url", default="")
    asks.add_argument("--seed", type=int, default=1)
    asked = asks.parse_args()
    with tempfile.TemporaryDirectory() as folder, _database(asked.url, Path(folder)) as url:
        found = killed(Path(folder), url, asked.events, asked.kills, Random(asked.seed))
    print(
        f"{found.events:,} events, {found.kills} kills ({found.midway} midway, {found.writing} while it was being "
        f"written): {found.missed} missed, {found.doubled} doubled, {found.seconds:.0f} s"
    )
    sys.exit(found.missed + found.doubled > 0)


@contextmanager
def _database(url: str, folder: Path) -> Iterator[str]:
    if url == "postgresql":
        with PostgresServer() as server, server.fresh_database() as made:
            yield made
    else:
        yield url or f"sqlite:///{folder}/register.db"


if __name__ == "__main__":
    main()
