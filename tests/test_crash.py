"""Killed in the middle of writing: what was acknowledged is there, what is there is whole.

`python -m tests.test_crash` kills 40 writers on SQLite and the server of 6 on PostgreSQL, and prints what was found.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from random import Random

from rich.console import Console
from rich.table import Table

from adapters.tables import TABLES
from domain.catalogue import FileListed
from domain.core import Recorded
from domain.file_import import FileTaken, Rows, row_count
from domain.register import Register
from service.register import LiveRegister
from tests.plausible import BY, TABLE, PlainRows, counts_file, founded, open_live, plain_rows, standing_rows
from tests.postgres import PostgresServer

HOUSE = Path(__file__).parent.parent
KILLS_A_DATABASE = 5


@dataclass
class Found:
    """What was found after the kills."""

    kills: int = 0
    acknowledged: int = 0
    stored: int = 0
    events: int = 0
    imports: int = 0
    lost: int = 0
    torn: int = 0
    gaps: int = 0
    differing_tables: int = 0
    replays_that_differ: int = 0

    def add(self, other: Found) -> None:
        """Count in what another database showed."""
        for field in fields(self):
            setattr(self, field.name, getattr(self, field.name) + getattr(other, field.name))

    @property
    def damage(self) -> int:
        """All that should be 0."""
        return self.lost + self.torn + self.gaps + self.differing_tables + self.replays_that_differ


class RunningWriter:
    """The writer in a process of its own; `acknowledged` fills as it writes."""

    def __init__(self, url: str, seed: str) -> None:
        command = [sys.executable, "-m", "tests.crash_writer", url, seed]
        self._process = subprocess.Popen(command, cwd=HOUSE, stdout=subprocess.PIPE, text=True)
        self.acknowledged: list[str] = []
        self.ready = threading.Event()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line == "ready\n":
                self.ready.set()
            elif line.endswith("\n"):
                self.acknowledged.append(line.strip())
        self.ready.set()

    def kill(self) -> None:
        """SIGKILL; it must have been alive until then."""
        assert self._process.poll() is None, "the writer ended by itself"
        self._process.kill()
        self._process.wait()
        self._reader.join()
        assert self._process.stdout is not None
        self._process.stdout.close()


@contextmanager
def writing(url: str, seed: str) -> Iterator[RunningWriter]:
    """A writer at work, killed at the end of the block."""
    writer = RunningWriter(url, seed)
    try:
        assert writer.ready.wait(60)
        yield writer
    finally:
        writer.kill()


def kill_writers(url: str, kills: int, random: Random) -> Found:
    """One writer after another on the same database, each killed after up to a second."""
    acknowledged, found = set[str](), Found()
    for _ in range(kills):
        with writing(url, f"{random.randrange(10**6)}") as writer:
            time.sleep(random.uniform(0.0, 1.0))
        acknowledged |= set(writer.acknowledged)
        found = examined(url, acknowledged)
        if found.damage:
            break
    found.kills = kills
    return found


def kill_servers(server: PostgresServer, url: str, kills: int, random: Random) -> Found:
    """Kill the server while a writer writes: the writer dies with it, or (every other time) goes on afterwards."""
    acknowledged, found = set[str](), Found()
    for number in range(kills):
        with writing(url, f"{random.randrange(10**6)}") as writer:
            time.sleep(random.uniform(0.2, 1.2))
            server.kill9()
            if number % 2:
                server.start()
                before = len(writer.acknowledged)
                wait_until_more(writer, before + 20)
        if not number % 2:
            server.start()
        acknowledged |= set(writer.acknowledged)
        found = examined(url, acknowledged)
        if found.damage:
            break
    found.kills = kills
    return found


def wait_until_more(writer: RunningWriter, acknowledged: int) -> None:
    """The writer goes on."""
    until = time.monotonic() + 60
    while len(writer.acknowledged) < acknowledged:
        assert time.monotonic() < until, "the writer did not go on when the server was back"
        time.sleep(0.05)


def examined(url: str, acknowledged: set[str]) -> Found:
    """Open the database as a new process would, and look at everything in it."""
    live = open_live(url)
    log = [recorded for recorded in live.store.read(0, limit=10**7) if isinstance(recorded, Recorded)]
    with live.store.database.reading() as c:
        c.execute("SELECT id, first_gsn, last_gsn FROM commands")
        commands = {name: (first, last) for name, first, last in c.fetchall()}
    streams: dict[str, list[Recorded]] = {}
    for recorded in log:
        streams.setdefault(recorded.stream, []).append(recorded)
    imports = {stream: events for stream, events in streams.items() if stream.startswith("import-")}
    found = Found(
        acknowledged=len(acknowledged),
        stored=len(commands),
        events=len(log),
        imports=len(imports),
        lost=len(acknowledged - commands.keys()),
        torn=torn_commands(log, commands) + torn_imports(log, imports),
        gaps=sum(recorded.gsn != gsn for gsn, recorded in enumerate(log, start=1)),
        differing_tables=differing_tables(live, log),
        replays_that_differ=int(not replays(live, log)),
    )
    live.close()
    return found


def torn_commands(log: list[Recorded], commands: dict[str, tuple[int, int]]) -> int:
    """Commands whose events are not exactly those that their receipt names."""
    events: dict[str, list[int]] = {}
    for recorded in log:
        events.setdefault(recorded.command_id, []).append(recorded.gsn)
    whole = sum(gsns == list(range(*_half_open(commands.get(name)))) for name, gsns in events.items())
    return len(events) - whole


def _half_open(receipt: tuple[int, int] | None) -> tuple[int, int]:
    return (receipt[0], receipt[1] + 1) if receipt else (0, 0)


def torn_imports(log: list[Recorded], imports: dict[str, list[Recorded]]) -> int:
    """Imports without a listing, listings without an import, and imports with other rows than their tally says."""
    listed = {f"import-{r.event.file_import}" for r in log if isinstance(r.event, FileListed)}
    torn = len(listed ^ imports.keys())
    for recorded in imports.values():
        header = recorded[0].event
        rows = sum(row_count(each.event) for each in recorded if isinstance(each.event, Rows))
        whole = isinstance(header, FileTaken) and rows == header.tally.new + header.tally.corrected
        torn += not whole
    return torn


def differing_tables(live: LiveRegister, log: list[Recorded]) -> int:
    """Tables that a rebuild makes different, or that say something else than a plain reading of the log."""
    tables = live.read_tables()
    before = {table: tables.rows(table) for table in TABLES}
    tables.rebuild()
    plain = PlainRows()
    for recorded in log:
        plain.apply(recorded)
    return sum(tables.rows(table) != before[table] for table in TABLES) + (standing_rows(tables) != plain_rows(plain))


def replays(live: LiveRegister, log: list[Recorded]) -> bool:
    """Whether the log, folded one event at a time, gives the register that was opened."""
    register = Register()
    for recorded in log:
        register.apply(recorded)
    now = live.now()
    return (register.position, register.versions, register.states) == (now.position, now.versions, now.states)


def test_what_a_killed_writer_was_promised_is_there_and_whole(tmp_path: Path) -> None:
    found = kill_writers(f"sqlite:///{tmp_path / 'register.db'}", 4, Random(1))
    assert found.acknowledged > 0
    assert found.imports > 0
    assert found.damage == 0, found


def test_what_was_promised_before_the_server_was_killed_is_there_and_whole() -> None:
    with PostgresServer() as server, server.fresh_database() as url:
        found = kill_servers(server, url, 2, Random(2))
    assert found.acknowledged > 0
    assert found.imports > 0
    assert found.damage == 0, found


def test_the_examination_sees_what_is_lost_and_what_is_torn(fresh_sqlite: str) -> None:
    live = founded(fresh_sqlite)
    for n in range(2):
        live.ask(counts_file(live, TABLE, {("raby", "stold", "2025-01"): n}), BY, command_id=f"c{n}")
    live.read_tables()
    assert examined(fresh_sqlite, {"c0", "c1"}).damage == 0
    with live.store.database.writing() as c:
        c.execute("DROP TRIGGER stored_events_stay")
        c.execute("DELETE FROM commands WHERE id = 'c0'")
        c.execute("DELETE FROM stored_events WHERE rowid = (SELECT MAX(rowid) FROM stored_events)")
    found = examined(fresh_sqlite, {"c0", "c1"})
    assert (found.lost, found.torn, found.gaps, found.differing_tables) == (1, 3, 0, 1)
    live.close()


def on_sqlite(kills: int, random: Random) -> Found:
    """All kills, on a new database after every fifth."""
    total = Found()
    for done in range(0, kills, KILLS_A_DATABASE):
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:///{folder}/register.db"
            total.add(kill_writers(url, min(KILLS_A_DATABASE, kills - done), random))
    return total


def on_postgresql(kills: int, random: Random) -> Found:
    """All kills of one server."""
    with PostgresServer() as server, server.fresh_database() as url:
        return kill_servers(server, url, kills, random)


def main(seed: str = "1") -> None:
    """The full numbers."""
    table = Table("", *(field.name.replace("_", " ") for field in fields(Found)), title=f"Killed, seed {seed}")
    found = {"SQLite": on_sqlite(40, Random(seed)), "PostgreSQL (server)": on_postgresql(6, Random(seed))}
    for name, each in found.items():
        table.add_row(name, *map(str, astuple(each)))
    Console(width=140).print(table)
    sys.exit(any(each.damage for each in found.values()))


if __name__ == "__main__":
    main(*sys.argv[1:])
