"""A consumer to be killed: `python -m tests.feed_reader ADDRESS FILE batch|stream [UNTIL]`.

It writes the number of each event down in a file of its own, in the same transaction as its cursor, as docs/feeds.md
tells a consumer to; that is all that exactly once takes. With UNTIL it ends when its cursor is there.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from time import sleep
from typing import Any
from urllib.parse import urlsplit

TAKEN_AT_ONCE = 10  # events of a stream that are written down together


def opened(file: str) -> sqlite3.Connection:
    """The consumer's own file: `seen`, in which nothing keeps an event from being written down twice, and `cursor`."""
    db = sqlite3.connect(file, isolation_level=None, timeout=30)
    db.execute("PRAGMA synchronous = FULL")  # a commit is on the disk when it returns
    db.execute("CREATE TABLE IF NOT EXISTS seen (gsn INTEGER NOT NULL)")
    db.execute("CREATE TABLE IF NOT EXISTS cursor (one INTEGER PRIMARY KEY CHECK (one = 1), at INTEGER NOT NULL)")
    return db


def cursor(db: sqlite3.Connection) -> int:
    """Where the consumer is."""
    row = db.execute("SELECT at FROM cursor").fetchone()
    return int(row[0]) if row else 0


def take(db: sqlite3.Connection, gsns: list[int], at: int) -> None:
    """Write events down and move on, both or neither."""
    db.execute("BEGIN IMMEDIATE")
    db.executemany("INSERT INTO seen VALUES (?)", [(gsn,) for gsn in gsns])
    db.execute("INSERT OR REPLACE INTO cursor VALUES (1, ?)", (at,))
    db.execute("COMMIT")


def by_batch(connection: HTTPConnection, db: sqlite3.Connection) -> None:
    """The next batch; a moment's rest at the end."""
    after = cursor(db)
    connection.request("GET", f"/api/v1/events?after={after}&limit=150", headers=_headers())
    response = connection.getresponse()
    body = response.read()
    if response.status != 200:  # too busy, or asked too often
        sleep(1)
        return
    batch: list[dict[str, Any]] = json.loads(body)
    following = int(response.headers["Samverkan-Next"])
    take(db, [int(event["id"]) for event in batch], following)
    if following == after:
        sleep(0.05)


def by_stream(connection: HTTPConnection, db: sqlite3.Connection) -> None:
    """Events as they come, until the server ends the stream."""
    connection.request("GET", "/api/v1/events/stream", headers=_headers() | {"Last-Event-ID": str(cursor(db))})
    response = connection.getresponse()
    if response.status != 200:
        sleep(1)
    waiting: list[int] = []
    for gsn in streamed(iter(response.readline, b"")):
        waiting.append(gsn)
        if len(waiting) == TAKEN_AT_ONCE:
            take(db, waiting, gsn)
            waiting = []


def streamed(lines: Iterator[bytes]) -> Iterator[int]:
    """The ids of the events with data; one whose blank line has not come yet is not whole."""
    number, has_data = 0, False
    for line in lines:
        if line.startswith(b"id: "):
            number = int(line[4:])
        elif line.startswith(b"data: "):
            has_data = json.loads(line[6:])["id"] == str(number)
        elif line == b"\n":
            if has_data:
                yield number
            has_data = False


def _headers() -> dict[str, str]:
    token = os.environ.get("SAMVERKAN_TOKEN")
    return {"Authorization": f"Bearer {token}"} if token else {}


def consume(address: str, file: str, how: str, until: int | None = None) -> None:
    """Read on until killed, or until the cursor is there."""
    host = urlsplit(address).netloc
    with closing(opened(file)) as db:
        while until is None or cursor(db) < until:
            with closing(HTTPConnection(host, timeout=30)) as connection:
                try:
                    (by_stream if how == "stream" else by_batch)(connection, db)
                except (OSError, HTTPException):
                    sleep(0.1)


if __name__ == "__main__":
    where, own, way, *end = sys.argv[1:]
    consume(where, own, way, int(end[0]) if end else None)
