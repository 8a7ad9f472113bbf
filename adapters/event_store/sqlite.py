"""Events in a SQLite file: write-ahead log, a full sync at each commit, one writer at a time."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, Literal, cast

from eventsourcing.persistence import IntegrityError, OperationalError, PersistenceError, StoredEvent
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteConnection, SQLiteConnectionPool, SQLiteDatastore

from adapters.database import Cursor, DatabaseUnavailable, Row
from adapters.event_store.transaction import TABLE, Unit, insert, stored
from adapters.ledger import log as ledger

try:  # SQLite before 3.51.3 can lose a transaction when its write-ahead log is reset; the wheel brings a newer one
    import pysqlite3.dbapi2 as sqlite3
except ImportError:  # no wheel for this platform
    import sqlite3

LOCK_SECONDS = 60
SWEEPS = 10
# secure_delete: what is removed is overwritten
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "temp_store=MEMORY", "cache_size=-65536", "secure_delete=ON")
GSN = "rowid"
SCHEMA = (
    f"CREATE TABLE IF NOT EXISTS {TABLE} ("
    "rowid INTEGER PRIMARY KEY, originator_id TEXT NOT NULL, originator_version INTEGER NOT NULL, "
    "topic TEXT NOT NULL, state BLOB NOT NULL, recorded_at TEXT NOT NULL, "
    "UNIQUE (originator_id, originator_version))",
    "CREATE TABLE IF NOT EXISTS commands (id TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, "
    "first_gsn INTEGER NOT NULL, last_gsn INTEGER NOT NULL) WITHOUT ROWID",
    f"CREATE TRIGGER IF NOT EXISTS {TABLE}_stand BEFORE UPDATE ON {TABLE} "
    "BEGIN SELECT RAISE(ABORT, 'a stored event is never changed'); END",
    f"CREATE TRIGGER IF NOT EXISTS {TABLE}_stay BEFORE DELETE ON {TABLE} "
    "BEGIN SELECT RAISE(ABORT, 'a stored event is never removed'); END",
)


class _Cursor:
    """Runs SQL on a cursor of the driver."""

    def __init__(self, cursor: sqlite3.Cursor) -> None:
        self._cursor = cursor

    def execute(self, sql: str, params: Sequence[object] = ()) -> None:
        self._cursor.execute(sql, tuple(params))

    def executemany(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        self._cursor.executemany(sql, rows)

    def fetchall(self) -> list[Row]:
        return cast("list[Row]", self._cursor.fetchall())

    def fetchone(self) -> Row | None:
        return cast("Row | None", self._cursor.fetchone())


class _Connection(SQLiteConnection):
    """Begins a write with the lock in hand, so that what a transaction reads is what it writes on."""

    @contextmanager
    def transaction(self, *, commit: bool) -> Iterator[Any]:
        cursor = self._sqlite_conn.cursor()
        try:
            cursor.execute("BEGIN IMMEDIATE" if commit else "BEGIN")
            try:
                yield cursor
            except BaseException:
                self._sqlite_conn.rollback()
                raise
            if commit:
                self._sqlite_conn.commit()
            else:
                self._sqlite_conn.rollback()
        except sqlite3.IntegrityError as e:
            raise IntegrityError(e) from e
        except sqlite3.OperationalError as e:
            raise OperationalError(e) from e
        except sqlite3.Error as e:
            raise PersistenceError(e) from e
        finally:
            cursor.close()


class _Pool(SQLiteConnectionPool):
    def _create_connection(self) -> SQLiteConnection:
        try:
            connection = sqlite3.connect(
                self.db_name, isolation_level=None, check_same_thread=False, timeout=LOCK_SECONDS, cached_statements=256
            )
        except sqlite3.Error as e:
            raise OperationalError(e) from e
        try:
            for pragma in PRAGMAS:
                connection.execute(f"PRAGMA {pragma}")
        except sqlite3.Error as e:
            connection.close()
            raise OperationalError(e) from e
        return _Connection(connection, self.max_age)


class SQLiteRecorder(SQLiteApplicationRecorder):
    """The library's recorder with our columns and our transaction."""

    def __init__(self, path: str) -> None:
        datastore = SQLiteDatastore(path, originator_id_type="text")
        datastore.pool = _Pool(db_name=path, pool_size=8, max_overflow=64, pool_timeout=LOCK_SECONDS)
        super().__init__(datastore)
        self._writer = threading.Lock()
        with self.writing() as c:
            for statement in SCHEMA:
                c.execute(statement)
            ledger.set_up(c, self.dialect, partial(stored, gsn_column=GSN))

    @property
    def gsn_column(self) -> str:
        """The column that holds the global sequence number."""
        return GSN

    @property
    def dialect(self) -> Literal["sqlite", "postgresql"]:
        """Which database it is."""
        return "sqlite"

    @contextmanager
    def _transaction(self, *, commit: bool) -> Iterator[Cursor]:
        pool = self.datastore.pool
        try:
            # not as the pool's writer: while that one is waited for, the pool gives nobody a connection to read
            connection = pool.get_connection()
            try:
                with connection.transaction(commit=commit) as cursor:
                    yield _Cursor(cast("sqlite3.Cursor", cursor))
            finally:
                pool.put_connection(connection)
        except OperationalError as e:
            raise DatabaseUnavailable(str(e)) from e

    def reading(self) -> Any:
        """A transaction that sees one state and writes nothing."""
        return self._transaction(commit=False)

    def glance(self, sql: str) -> Any:
        """The one value that a question has, which needs no transaction: it is asked before every kept answer."""
        pool = self.datastore.pool
        try:
            connection = pool.get_connection()
            try:
                cursor: Any = connection.cursor()
                cursor.execute(sql)
                return cursor.fetchone()[0]
            finally:
                pool.put_connection(connection)
        except (OperationalError, sqlite3.OperationalError) as e:
            raise DatabaseUnavailable(str(e)) from e

    def snapshot(self) -> Any:
        """The same."""
        return self._transaction(commit=False)

    @contextmanager
    def writing(self) -> Iterator[Cursor]:
        """A transaction that holds the write lock from its start."""
        if not self._writer.acquire(timeout=LOCK_SECONDS):  # this process's writers queue here, others at the file
            raise DatabaseUnavailable(f"another writer has held the database for {LOCK_SECONDS} seconds")
        try:
            with self._transaction(commit=True) as c:
                yield c
        finally:
            self._writer.release()

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int]:
        """Store the events of one command; kwargs: unit, beside."""
        unit: Unit = kwargs["unit"]
        with self.writing() as c:
            return insert(c, GSN, stored_events, unit, kwargs.get("beside"))

    def sweep(self) -> None:
        """Leave nothing of removed rows on the disk: they are overwritten in the file, and the log beside it emptied.

        While somebody reads, the log cannot be emptied; it is tried for some seconds, and then left to the next time.
        """
        for _ in range(SWEEPS):
            connection = self.datastore.pool.get_connection()
            cursor: Any = connection.cursor()
            try:
                cursor.execute("PRAGMA busy_timeout=500")  # the command that waits for this is done already
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                busy = cursor.fetchone()[0]
            except (sqlite3.Error, PersistenceError):
                busy = True
            finally:
                cursor.execute(f"PRAGMA busy_timeout={LOCK_SECONDS * 1000}")
                self.datastore.pool.put_connection(connection)
            if not busy:
                return
            time.sleep(0.2)

    def close(self) -> None:
        """Close all connections."""
        self.datastore.close()
