"""Events into the log and out of it again, in their envelopes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from eventsourcing.persistence import EventStore as LibraryStore
from eventsourcing.persistence import JSONTranscoder, RecordConflictError

from adapters.database import Cursor, Database, Row
from adapters.event_store.mapper import Draft, EventMapper
from adapters.event_store.transaction import TABLE, AlreadyStored, as_text, stored
from adapters.event_store.transaction import Unit as Unit
from adapters.keys import KeyPlace
from adapters.ledger import Ledger
from adapters.ledger.verify import Event as Stored
from adapters.vault import Vault, ids_in, opener
from domain import erasure, sharing
from domain.core import Actor, Event, Recorded


class Conflict(Exception):  # noqa: N818 - an answer, not an error
    """Somebody else changed what the decision rested on. Reload, decide again, save."""


class CommandReused(Exception):  # noqa: N818 - an answer, not an error
    """The command id belongs to another command."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where a command's events stand. repeated: the command had been stored before; nothing was added now."""

    first: int
    last: int
    repeated: bool


@dataclass(frozen=True, slots=True)
class Bare:
    """The place of an event whose content was not asked for."""

    gsn: int
    stream: str
    version: int


class EventStore:
    """The log of one register."""

    def __init__(self, recorder: Any, keys: KeyPlace) -> None:
        self._recorder = recorder
        self.vault = Vault(recorder, keys)
        self._mapper = EventMapper(JSONTranscoder())
        self._library: LibraryStore[Any] = LibraryStore(self._mapper, recorder)
        self._gsn = recorder.gsn_column

    @property
    def database(self) -> Database:
        """The same database, for read models."""
        database: Database = self._recorder
        return database

    @property
    def gsn_column(self) -> str:
        """The column of the log that holds the global sequence number."""
        return str(self._gsn)

    @property
    def ledger(self) -> Ledger:
        """The ledger over this log."""
        return Ledger(self.database)

    def raw(self, after: int, limit: int, cursor: Cursor | None = None) -> list[Stored]:
        """(gsn, stream, version, topic, recorded_at, stored bytes) of up to `limit` events after a gsn, in order."""
        with nullcontext(cursor) if cursor else self.database.reading() as c:
            return stored(c, after, limit, gsn_column=self._gsn)

    def disclosed(self, after: int, limit: int, cursor: Cursor | None = None) -> list[tuple[str, bytes, str]]:
        """(id, salt, text) of the texts in up to `limit` events after a gsn, in order of the ids."""
        with nullcontext(cursor) if cursor else self.database.reading() as c:
            ids = ids_in(each[5] for each in stored(c, after, limit, gsn_column=self._gsn))
            return sorted(self.vault.disclose(c, ids))

    def append(
        self, events: Iterable[tuple[str, int, Event]], by: Actor, unit: Unit, *, withheld: frozenset[str] = frozenset()
    ) -> Receipt:
        """Store events (stream, version, event) in one transaction, or raise Conflict or CommandReused.

        withheld: the streams whose texts are not for everybody.
        """
        open_texts, closed_texts = self.vault.sealer(), self.vault.sealer()
        drafts: Any = [
            Draft(s, v, by, unit.clock, unit.command_id, e, closed_texts if s in withheld else open_texts)
            for s, v, e in events
        ]
        erased = [text for d in drafts if isinstance(d.event, erasure.Approved) for text in d.event.texts]
        shared = [d.event.of for d in drafts if isinstance(d.event, sharing.Shared)]

        def beside(c: Cursor) -> None:
            self.vault.put(c, [*open_texts.rows, *closed_texts.rows])
            self.vault.withhold(c, (key for key, _ in closed_texts.rows))
            for stream in shared:
                c.execute(f"SELECT state FROM {TABLE} WHERE originator_id = ?", (stream,))
                self.vault.share(c, ids_in(row[0] for row in c.fetchall()))
            if erased:
                self._destroy(c, erased)

        kept = replace(unit, fingerprint=self.vault.fingerprint(unit.fingerprint))
        try:
            recordings = self._library.put(drafts, unit=kept, beside=beside)
        except AlreadyStored as stored:
            return self._repeated(stored, unit)
        except RecordConflictError as e:
            raise Conflict(str(e)) from e
        if erased:
            self._recorder.sweep()
        gsns = [r.notification.id for r in recordings]
        return Receipt(gsns[0], gsns[-1], False) if gsns else Receipt(unit.position, unit.position, False)

    def receipt(self, command_id: str, fingerprint: str) -> Receipt | None:
        """The first answer to a command that has been stored; None if it has not. Raises CommandReused."""
        with self.database.reading() as c:
            c.execute("SELECT fingerprint, first_gsn, last_gsn FROM commands WHERE id = ?", (command_id,))
            row = c.fetchone()
        if row is None:
            return None
        if not self.vault.same(row[0], fingerprint):
            raise CommandReused(command_id)
        return Receipt(row[1], row[2], True)

    def read(
        self,
        after: int,
        *,
        limit: int,
        stop: int | None = None,
        bare: Sequence[str] = (),
        opened: bool = True,
        cursor: Cursor | None = None,
    ) -> list[Recorded | Bare]:
        """Up to `limit` events after a gsn (and up to `stop`), in order; those of `bare` topics without content.

        opened: with texts as they were written; otherwise with the marks that stand in the log.
        cursor: the transaction to read in. Who holds one must pass it: waiting there for another connection can be
        waiting for somebody who waits for this one.
        """
        marks = ", ".join("?" * len(bare)) or "NULL"
        with nullcontext(cursor) if cursor else self.database.reading() as c:
            c.execute(
                f"SELECT {self._gsn}, originator_id, originator_version, topic, "
                f"CASE WHEN topic IN ({marks}) THEN NULL ELSE state END, recorded_at "
                f"FROM {TABLE} WHERE {self._gsn} > ? AND {self._gsn} <= ? ORDER BY {self._gsn} LIMIT ?",
                (*bare, after, stop if stop is not None else 2**62, limit),
            )
            rows = c.fetchall()
            opening = self._opening(c, rows) if opened else None
        mapped = self._mapper.to_recorded
        return [Bare(r[0], r[1], r[2]) if r[4] is None else mapped(*r, opening=opening) for r in rows]

    def _opening(self, c: Cursor, rows: Sequence[Row]) -> dict[str, Any] | None:
        """The texts of some rows, read in the same transaction as they, as the domain's types ask for them."""
        ids = ids_in(row[4] for row in rows if row[4] is not None)
        return {"open": opener(self.vault.open(c, ids))} if ids else None

    def stream(self, stream: str) -> Iterator[Recorded]:
        """All events of one stream, in order."""
        with self.database.reading() as c:
            c.execute(
                f"SELECT {self._gsn}, originator_id, originator_version, topic, state, recorded_at "
                f"FROM {TABLE} WHERE originator_id = ? ORDER BY originator_version",
                (stream,),
            )
            rows = c.fetchall()
            opening = self._opening(c, rows)
        return (self._mapper.to_recorded(*r, opening=opening) for r in rows)

    def last_gsn(self) -> int:
        """The end of the log, 0 when it is empty."""
        return int(self._recorder.glance(f"SELECT COALESCE(MAX({self._gsn}), 0) FROM {TABLE}"))

    def recorded_at(self, gsn: int) -> datetime | None:
        """When an event was recorded (UTC); None for a gsn that the log does not have."""
        with self.database.reading() as c:
            c.execute(f"SELECT recorded_at FROM {TABLE} WHERE {self._gsn} = ?", (gsn,))
            row = c.fetchone()
        return datetime.fromisoformat(row[0]) if row else None

    def gsn_at(self, moment: datetime) -> int:
        """The last gsn recorded at or before a moment (by halving: recorded_at never runs backwards along gsn)."""
        sought, low, high = as_text(moment), 0, self.last_gsn()
        with self.database.reading() as c:
            while low < high:
                middle = (low + high + 1) // 2
                c.execute(f"SELECT recorded_at FROM {TABLE} WHERE {self._gsn} = ?", (middle,))
                row = c.fetchone()
                low, high = (middle, high) if row and row[0] <= sought else (low, middle - 1)
        return low

    def sealed_states(self, after: int, stop: int, *, without: Sequence[str] = ()) -> list[tuple[int, str, bytes]]:
        """(gsn, topic, stored bytes) of events with sealed texts, after a gsn up to another; not of some topics."""
        marks = ", ".join("?" * len(without)) or "''"
        with self.database.reading() as c:
            c.execute(
                f"SELECT {self._gsn}, topic, state FROM {TABLE} WHERE {self._gsn} > ? AND {self._gsn} <= ? "
                f"AND topic NOT IN ({marks}) ORDER BY {self._gsn}",
                (after, stop, *without),
            )
            found = [(int(gsn), str(topic), bytes(state)) for gsn, topic, state in c.fetchall()]
        return [one for one in found if ids_in([one[2]])]

    def texts(self, ids: Iterable[str]) -> dict[str, str]:
        """Sealed texts by id, opened; those that were erased lack."""
        with self.database.reading() as c:
            return self.vault.open(c, ids)

    def is_closed(self, stream: str) -> bool:
        """Whether a stream holds texts that are not for everybody."""
        with self.database.reading() as c:
            c.execute(f"SELECT state FROM {TABLE} WHERE originator_id = ?", (stream,))
            return bool(self.vault.closed(c, ids_in(row[0] for row in c.fetchall())))

    def withhold_past(self, is_withheld: Callable[[Recorded], bool]) -> None:
        """Withhold the texts of the log's events that fit, once: in a register from before texts were withheld."""
        end, after = self.last_gsn(), 0
        while after < end:
            page = self.read(after, limit=500, opened=False)
            gsns = [each.gsn for each in page if isinstance(each, Recorded) and is_withheld(each)]
            with self.database.writing() as c:
                for gsn in gsns:
                    self.vault.withhold(c, ids_in(each[5] for each in stored(c, gsn - 1, 1, gsn_column=self._gsn)))
            after = page[-1].gsn

    def destroy_erased(self) -> int:
        """Erase again what was erased and has come back with an old copy of the vault; how many texts that were."""
        with self.database.reading() as c:
            begins = f"{erasure.Erasure.KIND}-"
            c.execute(
                f"SELECT {self._gsn}, originator_id, originator_version, topic, state, recorded_at FROM {TABLE} "
                # '.' is the character after '-': the range holds every stream of the kind and uses the index
                "WHERE originator_id >= ? AND originator_id < ? AND topic = ?",
                (begins, begins[:-1] + ".", erasure.Approved.TOPIC),
            )
            events: list[Any] = [self._mapper.to_recorded(*row).event for row in c.fetchall()]
            erased = [text for event in events for text in event.texts]
            back = self.vault.present(c, {text.id for text in erased})
        if back:
            with self.database.writing() as c:
                self._destroy(c, erased)
            self._recorder.sweep()
        return len(back)

    def _destroy(self, c: Cursor, texts: Sequence[erasure.HeldText]) -> None:
        """Texts, and the fingerprints of the commands that brought them, which rest on the texts too."""
        self.vault.destroy(c, {text.id for text in texts})
        c.executemany(
            "UPDATE commands SET fingerprint = '' WHERE first_gsn <= ? AND last_gsn >= ?",
            [(gsn, gsn) for gsn in sorted({text.gsn for text in texts})],
        )

    def rotate_keys(self) -> int:
        """Seal every text anew under a new key; how many."""
        number = self.vault.rotate()
        self._recorder.sweep()
        return number

    def close(self) -> None:
        """Close all connections."""
        self._recorder.close()

    def _repeated(self, stored: AlreadyStored, unit: Unit) -> Receipt:
        if not self.vault.same(stored.fingerprint, unit.fingerprint):
            raise CommandReused(unit.command_id)
        return Receipt(stored.first, stored.last, True)


def default_keys(url: str) -> Path:
    """Where the keys of a register are unless something else is said: beside the file, or in the working directory."""
    return Path(f"{url.removeprefix('sqlite:///')}.keys" if url.startswith("sqlite:///") else "samverkan.keys")


def open_store(url: str, keys: KeyPlace | None = None, *, as_it_is: bool = False) -> EventStore:
    """Open (or begin) the register behind a URL: `sqlite:///path/to/file` or `postgresql://…[?schema=name]`.

    keys: where its keys are; otherwise where `default_keys` says. Refused when they lack or are others.
    as_it_is: to be looked at, without erasing again what has come back with an old copy of the vault.
    """
    recorder = _recorder(url)
    try:
        store = EventStore(recorder, keys or KeyPlace(default_keys(url)))
        if not as_it_is:
            store.destroy_erased()
    except BaseException:
        recorder.close()
        raise
    return store


def _recorder(url: str) -> Any:
    """The one that knows the database behind the URL."""
    if url.startswith(("postgresql://", "postgres://")):
        from adapters.event_store.postgres import PostgresRecorder  # the driver is loaded only where it is used

        return PostgresRecorder(url)
    if url.startswith("sqlite:///"):
        from adapters.event_store.sqlite import SQLiteRecorder  # likewise

        path = url.removeprefix("sqlite:///")
        if not path or ":memory:" in path:
            raise ValueError("no file is named" if not path else "a register is a file, not memory")
        return SQLiteRecorder(path)
    raise ValueError(
        f"“{url.split('://')[0]}” is not a database: write sqlite:///path/to/file or postgresql://host/name"
    )
