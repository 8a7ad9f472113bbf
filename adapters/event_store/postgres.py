"""Events in a PostgreSQL schema: inserts take the table lock, so gsn has no gaps and follows the order of commits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache, partial
from typing import Any, Literal, cast
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import psycopg
from eventsourcing.persistence import InterfaceError, OperationalError, PersistenceError, StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from eventsourcing.utils import retry
from psycopg.rows import tuple_row

from adapters.database import Cursor, DatabaseUnavailable, Row
from adapters.event_store.transaction import TABLE, Unit, insert, stored
from adapters.ledger import log as ledger

LOCK_SECONDS = 60
CONNECT_SECONDS = 10
GSN = "notification_id"
SCHEMA = (
    f"CREATE TABLE IF NOT EXISTS {TABLE} ("
    'notification_id bigint PRIMARY KEY, originator_id text COLLATE "C" NOT NULL, originator_version bigint NOT NULL, '
    'topic text NOT NULL, state bytea NOT NULL, recorded_at text COLLATE "C" NOT NULL, '
    "UNIQUE (originator_id, originator_version))",
    "CREATE TABLE IF NOT EXISTS commands (id text PRIMARY KEY, fingerprint text NOT NULL, "
    "first_gsn bigint NOT NULL, last_gsn bigint NOT NULL)",
    f"CREATE OR REPLACE FUNCTION {TABLE}_stand() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'a stored event is never changed or removed'; END $$",
    f"CREATE OR REPLACE TRIGGER {TABLE}_stand BEFORE UPDATE OR DELETE OR TRUNCATE ON {TABLE} "
    f"FOR EACH STATEMENT EXECUTE FUNCTION {TABLE}_stand()",
)


@lru_cache(maxsize=512)
def _psycopg_sql(sql: str) -> Any:  # psycopg wants a literal; replacing the marks makes it a plain str
    return sql.replace("?", "%s")  # only our own constant SQL passes here; values travel as parameters


class _Cursor:
    """Runs our SQL (values as `?`) on a cursor of the driver."""

    def __init__(self, cursor: psycopg.Cursor[Row]) -> None:
        self._cursor = cursor

    def execute(self, sql: str, params: Sequence[object] = ()) -> None:
        self._cursor.execute(_psycopg_sql(sql), params)

    def executemany(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        rows = list(rows)
        if len(rows) == 1:  # the driver would open a pipeline for it
            self.execute(sql, rows[0])
        else:
            self._cursor.executemany(_psycopg_sql(sql), rows)

    def fetchall(self) -> list[Row]:
        return self._cursor.fetchall()

    def fetchone(self) -> Row | None:
        return self._cursor.fetchone()


def _split_schema(url: str) -> tuple[dict[str, Any], str]:
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    schema = query.pop("schema", "public")
    if not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", schema):
        raise ValueError(f"“{schema}” is not a schema name: use a-z, 0-9 and _, beginning with a letter")
    plain = urlunsplit(parts._replace(query=urlencode(query)))
    try:
        return psycopg.conninfo.conninfo_to_dict(plain), schema
    except psycopg.ProgrammingError as e:
        raise ValueError(f"not a PostgreSQL URL: {e}") from e


def _datastore(url: str) -> PostgresDatastore:
    options, schema = _split_schema(url)
    try:  # the pool would wait a minute and then not say why
        psycopg.connect(**{"dbname": "samverkan", "connect_timeout": CONNECT_SECONDS, **options}).close()
    except psycopg.OperationalError as e:
        raise DatabaseUnavailable(str(e)) from e
    own = f"-c search_path={schema} -c lock_timeout={LOCK_SECONDS}s {options.pop('options', '')}"
    datastore = PostgresDatastore(
        dbname=options.get("dbname", "samverkan"),
        host=options.get("host", ""),
        port=options.get("port", ""),
        user=options.get("user", ""),
        password=options.get("password", ""),
        pool_size=2,
        max_overflow=30,
        connect_timeout=LOCK_SECONDS,
        lock_timeout=LOCK_SECONDS,
        schema=schema,
        originator_id_type="text",
        enable_db_functions=False,
    )
    # whatever else the URL says (sslmode, application_name, …) is for the driver
    datastore.pool.kwargs = {**options, **cast("dict[str, Any]", datastore.pool.kwargs), "options": own.strip()}
    return datastore


class PostgresRecorder(PostgresApplicationRecorder):
    """The library's recorder with our columns and our transaction."""

    def __init__(self, url: str) -> None:
        super().__init__(_datastore(url))
        self.schema = _split_schema(url)[1]
        with self.writing() as c:
            c.execute("SELECT pg_advisory_xact_lock(20191106)")  # two processes that start at once make the tables once
            c.execute(f'CREATE SCHEMA IF NOT EXISTS "{self.schema}"')
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
        return "postgresql"

    @contextmanager
    def _transaction(self, *, commit: bool) -> Iterator[Cursor]:
        try:
            with (
                self.datastore.get_connection() as conn,
                conn.transaction(force_rollback=not commit),
                conn.cursor(row_factory=tuple_row) as cursor,
            ):
                yield _Cursor(cursor)
        except (OperationalError, InterfaceError) as e:
            self.datastore.pool.check()  # a server that restarted has broken every idle connection, not this one alone
            raise DatabaseUnavailable(str(e)) from e

    def reading(self) -> Any:
        """A transaction that writes nothing."""
        return self._transaction(commit=False)

    def glance(self, sql: str) -> Any:
        """The one value that a question has."""
        with self.reading() as c:
            c.execute(sql)
            row = c.fetchone()
        return row[0] if row else None

    @contextmanager
    def snapshot(self) -> Iterator[Cursor]:
        """A transaction that writes nothing and sees one state of the database."""
        with self._transaction(commit=False) as c:
            c.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield c

    def writing(self) -> Any:
        """A transaction that commits when its block ends well."""
        return self._transaction(commit=True)

    @retry(DatabaseUnavailable, max_attempts=3, wait=0.2)
    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int]:
        """Store the events of one command; kwargs: unit, beside.

        Tried again when the connection broke: if the lost answer was that of a COMMIT, the command id is found.
        """
        unit: Unit = kwargs["unit"]
        with self._transaction(commit=True) as c:
            c.execute(f"LOCK TABLE {TABLE} IN EXCLUSIVE MODE")
            return insert(c, GSN, stored_events, unit, kwargs.get("beside"))

    def sweep(self) -> None:
        """Leave nothing of removed rows in the tables: the vault is written anew, the commands are cleared.

        Where somebody holds the tables for long, the server's own vacuum does it later.
        """
        with suppress(PersistenceError, psycopg.Error), self.datastore.get_connection() as conn:
            conn.execute("VACUUM (FULL) vault")
            conn.execute("VACUUM commands")

    def close(self) -> None:
        """Close all connections."""
        self.datastore.close()
