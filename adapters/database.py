"""The database as read models and the event store see it: one SQL, with `?` for values, on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Literal, Protocol

Row = Sequence[Any]


class DatabaseUnavailable(Exception):  # noqa: N818 - reads as the sentence that it is
    """The database does not answer, or is too busy."""


class Cursor(Protocol):
    """What runs SQL inside one transaction."""

    def execute(self, sql: str, params: Sequence[object] = ()) -> None:
        """Run one statement."""
        ...

    def executemany(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Run one statement for many rows."""
        ...

    def fetchall(self) -> list[Row]:
        """All rows of the last statement, as sequences."""
        ...

    def fetchone(self) -> Row | None:
        """The next row of the last statement."""
        ...


class Database(Protocol):
    """One register's database."""

    @property
    def dialect(self) -> Literal["sqlite", "postgresql"]:
        """Which of the two it is."""
        ...

    def reading(self) -> AbstractContextManager[Cursor]:
        """A transaction that writes nothing; on PostgreSQL each of its statements sees what is committed by then."""
        ...

    def snapshot(self) -> AbstractContextManager[Cursor]:
        """A transaction that writes nothing and sees one state of the database, however long it takes."""
        ...

    def writing(self) -> AbstractContextManager[Cursor]:
        """A transaction that commits when the block ends well, and otherwise leaves no trace."""
        ...
