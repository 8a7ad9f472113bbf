"""What this machine manages: `python -m tests.bench [--large N] [--data FOLDER]` (`make bench`).

Each figure stands beside a named baseline on the same bytes, measured in the same run: the driver alone, with the same
tables, the same columns and the same durability (SQLite: WAL and a full sync at each commit). Blocks of both alternate,
so that a machine that gets slower slows both; the ratio is the median over the blocks.
"""

from __future__ import annotations

import argparse
import gc
import multiprocessing
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import islice, product
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Protocol, cast

import psycopg
from rich.console import Console
from rich.table import Table

from adapters.event_store import Unit
from adapters.tables import TABLES, Tables
from domain.catalogue import Category, District, PublishCategories, PublishDivision, RegisterSource
from domain.core import Command, Event, Key
from domain.observation import Observe
from domain.problem import ValueProblem
from domain.register import EVENTS as TOPICS
from service.importing import take_in_file
from service.register import LiveRegister, utc_now
from tests.plausible import BY, CATEGORIES, DISTRICTS, EST, founded, open_live, propose, report
from tests.postgres import NoServer, PostgresServer

try:  # the same SQLite as the store's
    import pysqlite3.dbapi2 as sqlite3
except ImportError:  # no wheel for this platform
    import sqlite3

BLOCKS, BLOCK = 21, 60
REPEATS = 5
EVENTS = 20_000
ROWS = 300_000
MOST_ROWS_A_FILE = 1_000_000
YEARS = range(1960, 2025)
DAY = date(2026, 3, 28)
GSN = {"sqlite": "rowid", "postgresql": "notification_id"}
EVENT_COLUMNS = "originator_id, originator_version, topic, state, recorded_at"
PUT_COMMAND = "INSERT INTO commands (id, fingerprint, first_gsn, last_gsn) VALUES (?, ?, ?, ?)"
Row = Sequence[Any]


@dataclass(frozen=True)
class Figure:
    """One line of the table: per second here, per second of the baseline, and the ratio (goal: at least)."""

    what: str
    unit: str
    ours: float
    baseline: str
    theirs: float
    ratio: float
    goal: str = ""

    def cells(self) -> tuple[str, ...]:
        """As printed."""
        ours, theirs = (f"{n:,.0f}" if n else "" for n in (self.ours, self.theirs))
        return (
            self.what,
            f"{ours} {self.unit}",
            theirs,
            self.baseline,
            f"{self.ratio:.2f}" if self.ratio else "",
            self.goal,
        )


class Driver(Protocol):
    """The driver alone, on a database that has the same tables."""

    def single(self, statements: Sequence[tuple[str, Row]]) -> None:
        """One transaction."""
        ...

    def many(self, sql: str, rows: Iterable[Row]) -> None:
        """Many rows in one transaction."""
        ...

    def select(self, sql: str) -> list[Row]:
        """All rows."""
        ...


class SQLiteDriver:
    """sqlite3 with the pragmas of the store."""

    def __init__(self, url: str) -> None:
        path = url.removeprefix("sqlite:///")
        self._connection = sqlite3.connect(path, isolation_level=None, cached_statements=256)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "temp_store=MEMORY", "cache_size=-65536"):
            self._connection.execute(f"PRAGMA {pragma}")

    def single(self, statements: Sequence[tuple[str, Row]]) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        for sql, row in statements:
            self._connection.execute(sql, row)
        self._connection.execute("COMMIT")

    def many(self, sql: str, rows: Iterable[Row]) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.executemany(sql, rows)
        self._connection.execute("COMMIT")

    def select(self, sql: str) -> list[Row]:
        return cast("list[Row]", self._connection.execute(sql).fetchall())

    def close(self) -> None:
        self._connection.close()


class PostgresDriver:
    """psycopg."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True)

    def single(self, statements: Sequence[tuple[str, Row]]) -> None:
        with self._connection.transaction(), self._connection.cursor() as cursor:
            for sql, row in statements:
                cursor.execute(_marked(sql), row)

    def many(self, sql: str, rows: Iterable[Row]) -> None:
        with self._connection.transaction(), self._connection.cursor() as cursor:
            cursor.executemany(_marked(sql), rows)

    def select(self, sql: str) -> list[Row]:
        return cast("list[Row]", self._connection.execute(_marked(sql)).fetchall())

    def close(self) -> None:
        self._connection.close()


def _marked(sql: str) -> Any:  # psycopg wants a literal; replacing the marks makes it a plain str
    return sql.replace("?", "%s")


@dataclass
class Place:
    """Where to measure: a register in use, and the driver alone on a database of its own with the same tables."""

    name: str
    live: LiveRegister
    driver: Driver

    @property
    def gsn(self) -> str:
        """The column of the global sequence number."""
        return GSN[self.live.store.database.dialect]

    def log(self, after: int = 0) -> list[Row]:
        """The stored bytes."""
        with self.live.store.database.reading() as c:
            c.execute(
                f"SELECT {self.gsn}, {EVENT_COLUMNS} FROM stored_events WHERE {self.gsn} > ? ORDER BY 1", (after,)
            )
            return c.fetchall()

    def commands(self, after: int) -> list[Row]:
        """The stored commands."""
        with self.live.store.database.reading() as c:
            c.execute(
                "SELECT id, fingerprint, first_gsn, last_gsn FROM commands WHERE first_gsn > ? ORDER BY 3", (after,)
            )
            return c.fetchall()

    @property
    def put_event(self) -> str:
        """The same columns as the store's own insert."""
        return f"INSERT INTO stored_events ({self.gsn}, {EVENT_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)"


@contextmanager
def on_sqlite(folder: Path, name: str) -> Iterator[Place]:
    """A place on SQLite."""
    ours, bare = (f"sqlite:///{folder}/{name}-{which}.db" for which in ("register", "driver"))
    live, driver = founded(ours), _with_tables(bare, SQLiteDriver)
    yield Place("SQLite", live, driver)
    driver.close()
    live.close()


@contextmanager
def on_postgresql(server: PostgresServer) -> Iterator[Place]:
    """A place on PostgreSQL."""
    with server.fresh_database() as ours, server.fresh_database() as bare:
        live, driver = founded(ours), _with_tables(bare, PostgresDriver)
        yield Place("PostgreSQL", live, driver)
        driver.close()
        live.close()


def _with_tables(url: str, driver: Callable[[str], Any]) -> Any:
    open_live(url).close()
    return driver(url)


# Measuring


def timed(work: Callable[[], object]) -> float:
    """Seconds, with the rubbish taken out before and not during the work."""
    gc.collect()
    gc.disable()
    start = time.perf_counter()
    work()
    seconds = time.perf_counter() - start
    gc.enable()
    return seconds


def figure(what: str, unit: str, n: int, pairs: Sequence[tuple[float, float]], baseline: str, goal: str = "") -> Figure:
    """From (ours, theirs) in seconds for n things."""
    ours, theirs = (n / statistics.median(column) for column in zip(*pairs, strict=True))
    return Figure(what, unit, ours, baseline, theirs, statistics.median(b / a for a, b in pairs), goal)


# Single commands


def single_commands(place: Place) -> Figure:
    """Observations and valuations, one transaction each, against the driver storing the same event and command."""
    live, pairs = place.live, []
    live.ask(propose("p1", live.today()), BY)
    place.driver.many(place.put_event, place.log())
    for block in range(BLOCKS):
        wanted, before = list(commands(live, block)), live.store.last_gsn()
        ours = timed(partial(ask_all, live, wanted))
        stored = list(zip(place.log(before), place.commands(before), strict=True))
        statements = [[(place.put_event, event), (PUT_COMMAND, command)] for event, command in stored]
        theirs = timed(partial(store_each, place.driver, statements))
        pairs.append((ours, theirs))
    goal = "0.50" if place.name == "SQLite" else ""
    return figure(
        f"{place.name}: a command, asked and stored", "/s", BLOCK, pairs[1:], "driver, the same two inserts", goal
    )


def ask_all(live: LiveRegister, wanted: Sequence[Command]) -> None:
    """One transaction each."""
    for command in wanted:
        live.ask(command, BY)


def store_each(driver: Driver, statements: Sequence[Sequence[tuple[str, Row]]]) -> None:
    """One transaction each."""
    for each in statements:
        driver.single(each)


def commands(live: LiveRegister, block: int) -> Iterator[Command]:
    """As many commands as a block has, of two kinds."""
    for n in range(BLOCK):
        text = f"Klotter på skolans vägg mot parken, nr {n}"
        if n % 2:
            yield ValueProblem(problem="p1", on=live.today(), rater=f"Skattare {n % 9}", scores={"common": n % 5})
        else:
            content = report(live.today(), DISTRICTS[n % 4], CATEGORIES[n % 3], text)
            yield Observe(observation=f"o{block}-{n}", source=EST, content=content)


# The log, folded and followed


def write_log(live: LiveRegister, events: int) -> None:
    """Single observations and valuations, 500 a transaction."""
    live.ask(propose("p2", live.today()), BY)
    version = 1
    drafts: list[tuple[str, int, Event]] = []
    for n in range(events):
        if n % 2:
            version += 1
            command: Command = ValueProblem(problem="p2", on=DAY, rater=f"Skattare {n % 9}", scores={"harm": n % 5})
            state = command.model_dump(exclude={"problem"})
            drafts.append(("problem-p2", version, _event("problem.valued", state)))
        else:
            day = DAY - timedelta(days=n % 300)
            content = report(day, DISTRICTS[n % 4], CATEGORIES[n % 3], f"Nr {n}")
            drafts.append((f"observation-l{n}", 1, _event("observation.recorded", {"source": EST, "content": content})))
        if len(drafts) == 500:
            unit = Unit(f"log-{n}", "f", utc_now(), live.store.last_gsn(), {})
            live.store.append(drafts, BY, unit)
            drafts = []


def _event(topic: str, fields: dict[str, Any]) -> Event:
    return TOPICS[topic](**fields)


def fresh(place: Place) -> LiveRegister:
    """The register as another process would open it, with nothing folded yet."""
    return LiveRegister(place.live.store, place.live.tables)


def folding(place: Place) -> Figure:
    """The register made anew from the log, against the driver reading the same rows."""
    end = place.live.store.last_gsn()
    place.driver.many(place.put_event, place.log(place.driver.select("SELECT COUNT(*) FROM stored_events")[0][0]))
    select = f"SELECT {place.gsn}, {EVENT_COLUMNS} FROM stored_events ORDER BY {place.gsn}"
    pairs = [
        (timed(lambda: fresh(place).as_of(end)), timed(lambda: place.driver.select(select))) for _ in range(REPEATS)
    ]
    return figure(f"{place.name}: replay of {end:,} events", "/s", end, pairs, "driver, SELECT of the same rows")


def following(place: Place) -> tuple[Figure, Figure]:
    """The tables filled from the log, as news and as a rebuild, against the driver inserting the same rows."""
    tables, first, again = place.live.tables, [], []
    end = place.live.store.last_gsn()
    for _ in range(REPEATS):
        forget(tables, place)
        ours = timed(tables.pull)
        theirs = put_rows(place, tables)
        first.append((ours, theirs))
        again.append((timed(tables.rebuild), theirs))
    what = f"{place.name}: follower, {end:,} events (half observations)"
    baseline = "driver, the same table rows, 500 a transaction"
    return (
        figure(what, "/s", end, first, baseline, "25,000 /s" if place.name == "SQLite" else ""),
        figure(f"{place.name}: rebuild of these", "/s", end, again, baseline),
    )


def forget(tables: Tables, place: Place) -> None:
    """The follower begins from nothing."""
    with place.live.store.database.writing() as c:
        for table in TABLES:
            c.execute(f"DELETE FROM {table}")
        c.execute("UPDATE positions SET gsn = 0")


def put_rows(place: Place, tables: Tables, size: int = 500) -> float:
    """Seconds that the driver takes to store what the tables hold."""
    for table in TABLES:
        place.driver.many(f"DELETE FROM {table} WHERE ? = ?", [(1, 1)])
    work = []
    for table in TABLES:
        # in the order in which they came, with each text once in memory, as the follower has them
        rows = map(_interned, sorted(tables.rows(table), key=lambda row: row[-2]))
        width = {"imports": 6, "counts": 8, "observations": 11}[table]
        sql = f"INSERT INTO {table} VALUES ({', '.join('?' * width)})"
        while part := list(islice(rows, size)):
            work.append((sql, part))
    return timed(partial(store_parts, place.driver, work))


def _interned(row: Row) -> Row:
    return tuple(sys.intern(value) if type(value) is str else value for value in row)


def store_parts(driver: Driver, work: Sequence[tuple[str, Sequence[Row]]]) -> None:
    """One transaction a part."""
    for sql, part in work:
        driver.many(sql, part)


# Files


@dataclass(frozen=True)
class Imported:
    """What a process of its own found when it took in the files."""

    seconds: float
    peak: int
    followed: float
    rebuilt: float
    driver: float


def write_files(folder: Path, rows: int) -> list[Path]:
    """Counts by district, category and week."""
    weeks = [f"{year}-W{week:02d}" for year in YEARS for week in range(1, 53)]
    cells = islice(product(weeks, *_names(rows)), rows)
    paths: list[Path] = []
    while part := list(islice(cells, MOST_ROWS_A_FILE)):
        path = folder / f"antal-{len(paths)}.csv"
        with path.open("w") as file:
            file.write("Område;Brottstyp;Vecka;Antal\n")
            file.writelines(f"{d};{c};{w};{n * 7919 % 13}\n" for n, (w, d, c) in enumerate(part))
        paths.append(path)
    return paths


def _names(rows: int) -> tuple[list[Key], list[Key]]:
    """Districts and categories, enough of them for the rows to find room in the weeks."""
    districts = max(25, -(-rows // (len(YEARS) * 52 * 20)))
    return [f"omrade-{n:02d}" for n in range(districts)], [f"brott-{n:02d}" for n in range(20)]


def import_files(folder: Path, paths: Sequence[Path], rows: int, answer: Connection) -> None:
    """Take in the files; runs in a process of its own, so that its peak memory is the import's."""
    with on_sqlite(folder, "import") as place:
        live = place.live
        names = _names(rows)
        districts = tuple(District(key=key, name=key) for key in names[0])
        categories = tuple(Category(key=key, name=key) for key in names[1])
        live.ask(PublishDivision(division="stora", name="Stora", on=DAY, districts=districts), BY)
        live.ask(PublishCategories(on=DAY, reason="Fler", categories=categories), BY)
        live.ask(RegisterSource(source="antal", name="Antal", owner="Polisen", use="main series", division="stora"), BY)

        seconds = followed = 0.0
        for path in paths:
            seconds += timed(partial(take_in_file, live, path, path.name, source="antal", by=BY))
            followed += timed(live.read_tables)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        assert len(live.tables.counts("antal")) == rows
        rebuilt = timed(live.tables.rebuild)
        driver = statistics.median(put_rows(place, live.tables, MOST_ROWS_A_FILE) for _ in range(3))
        answer.send(Imported(seconds, peak, followed, rebuilt, driver))


def importing(folder: Path, rows: int) -> list[Figure]:
    """A file of counts through the importer, against the driver inserting the same rows in one transaction."""
    paths = write_files(folder, rows)
    context = multiprocessing.get_context("spawn")
    receive, send = context.Pipe(duplex=False)
    process = context.Process(target=import_files, args=(folder, paths, rows, send))
    process.start()
    send.close()
    found: Imported = receive.recv()
    process.join()
    baseline = "driver, the same table rows, one transaction"
    lines = (
        ("read, checked and stored", found.seconds),
        ("followed into the tables", found.followed),
        ("stored and followed", found.seconds + found.followed),
        ("rebuild", found.rebuilt),
    )
    figures = [
        figure(f"SQLite: {rows:,} rows of files, {what}", "rows/s", rows, [(seconds, found.driver)], baseline)
        for what, seconds in lines
    ]
    return [*figures, Figure("SQLite: peak memory of that import", f"{found.peak // 1024} MB", 0, "", 0, 0)]


# All of it


def measured(place: Place) -> Iterator[Figure]:
    """The figures of one database."""
    yield single_commands(place)
    write_log(place.live, EVENTS)
    yield folding(place)
    yield from following(place)


def figures(folder: Path, rows: int) -> Iterator[Figure]:
    """Everything, on SQLite and on PostgreSQL where there is a server."""
    with on_sqlite(folder, "log") as place:
        yield from measured(place)
    yield from importing(folder, rows)
    with ExitStack() as stack:
        try:
            server = stack.enter_context(PostgresServer())
        except NoServer:
            return
        yield from measured(stack.enter_context(on_postgresql(server)))


def main() -> None:
    """Measure, and print each line as soon as it is known."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--large", type=int, default=ROWS, metavar="N", help=f"rows of files ({ROWS:,})")
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="where the databases are made, and left")
    wanted = parser.parse_args()
    console = Console(width=None if Console().is_terminal else 160)
    table = Table(
        "measured", "here", "baseline", "which is", "ratio", "goal", title="Against the driver alone, on the same bytes"
    )
    for column in table.columns[1:3] + table.columns[4:]:
        column.justify = "right"
    with ExitStack() as stack:
        if wanted.data:
            wanted.data.mkdir(parents=True, exist_ok=True)
            folder = Path(tempfile.mkdtemp(prefix="bench-", dir=wanted.data))
        else:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for each in figures(folder, wanted.large):
            console.print(f"[dim]{each.what}[/dim]")
            table.add_row(*each.cells())
    console.print(table)


if __name__ == "__main__":
    main()
