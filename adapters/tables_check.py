"""Whether the read models are what the history makes them: they are made anew beside, and compared.

Pages and books read these tables; whoever can write to the database can change them without touching the history.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from adapters.database import Database, Row
from adapters.event_store import EventStore
from adapters.event_store.sqlite import SQLiteRecorder
from adapters.ledger.verify import Fault
from adapters.table_rows import KEYS
from adapters.tables import TABLES, Tables

AT_ONCE = 5000
WHOLE = 2**256
Sums = dict[tuple[str, str], int]


def check_tables(store: EventStore, tables: Tables, progress: Callable[[int], None] | None = None) -> Iterator[Fault]:
    """A fault for each read model and source whose rows are not those that the history gives. Reads the log twice:
    first the register's own tables are caught up with it."""
    tables.pull()
    with tempfile.TemporaryDirectory(prefix="samverkan-") as folder:
        beside = SQLiteRecorder(str(Path(folder) / "tables.db"))
        try:
            Tables(store, beside).pull(progress)
            told, made = _sums(store.database), _sums(beside)
        finally:
            beside.close()
    for table, source in sorted(told.keys() | made.keys()):
        if told.get((table, source)) != made.get((table, source)):
            yield Fault(
                None,
                f"Läsmodellen ”{table}” är inte den som historiken ger för källan ”{source}”. Sidor och böcker läser "
                "den: gör om den med samverkan rebuild, och fråga varför.",
                f"The read model “{table}” is not what the history gives for the source “{source}”. Pages and books "
                "read it: make it anew with samverkan rebuild, and ask why.",
            )


def _sums(database: Database) -> Sums:
    """For each table and source the sum of its rows' hashes: in whatever order a database gives them."""
    found: Sums = {}
    for table in TABLES:
        for row in _rows(database, table):
            place = table, str(row[1] if table == "imports" else row[0])
            digest = hashlib.sha256(repr(tuple(row)).encode()).digest()
            found[place] = (found.get(place, 0) + int.from_bytes(digest, "big")) % WHOLE
    return found


def _rows(database: Database, table: str) -> Iterator[Row]:
    """Every row, some thousands at a time."""
    key = ("id",) if table == "imports" else (*KEYS[table], "from_gsn")
    marks, columns = ", ".join("?" * len(key)), ", ".join(key)
    after: tuple[object, ...] = ()
    while True:
        where = f"WHERE ({columns}) > ({marks})" if after else ""
        with database.reading() as c:
            c.execute(f"SELECT {columns}, {table}.* FROM {table} {where} ORDER BY {columns} LIMIT {AT_ONCE}", after)  # noqa: S608 - names are constants of ours
            page = c.fetchall()
        yield from (row[len(key) :] for row in page)
        if len(page) < AT_ONCE:
            return
        after = tuple(page[-1][: len(key)])
