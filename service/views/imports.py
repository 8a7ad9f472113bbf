"""The files taken in: which, when, by whom, what they brought, and which were withdrawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from adapters.database import Row
from adapters.event_store import EventStore
from adapters.tables import Tables
from domain.core import Actor, Recorded
from domain.file_import import Coverage, FileImport, FileWithdrawn, Tally
from domain.register import Register
from service.views.week_names import Names

PAGE = 20


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """When an import was withdrawn, by whom, and why."""

    on: datetime
    by: Actor
    reason: str


@dataclass(frozen=True, slots=True)
class ImportItem:
    """An import with what it brought: rows read, new, corrected, unchanged, rejected; what it speaks of."""

    key: str
    source: str
    source_name: str
    kind: str
    file_name: str
    on: datetime
    by: Actor
    tally: Tally
    coverage: Coverage | None
    preliminary: bool
    synthetic: bool
    withdrawn: Withdrawal | None


@dataclass(frozen=True, slots=True)
class ImportPage:
    """The latest first. page: from 1; pages: how many there are, at least one."""

    items: tuple[ImportItem, ...]
    page: int
    pages: int


def imports(tables: Tables, store: EventStore, register: Register, at: int | None, page: int = 1) -> ImportPage:
    """One page of the imports, as known at a gsn (None: now)."""
    rows = _known(tables, register, at)
    pages = max(1, -(-len(rows) // PAGE))
    page = min(max(page, 1), pages)
    shown = rows[(page - 1) * PAGE : page * PAGE]
    return ImportPage(tuple(_item(store, register, *row) for row in shown), page, pages)


def one_import(tables: Tables, store: EventStore, register: Register, at: int | None, key: str) -> ImportItem | None:
    """An import as known at a gsn (None: now)."""
    return next((_item(store, register, *row) for row in _known(tables, register, at) if row[0] == key), None)


def _known(tables: Tables, register: Register, at: int | None) -> list[Row]:
    """Without those that came after the register was read."""
    return [row for row in tables.imported(at=at) if register.find(FileImport, row[0])]


def _item(store: EventStore, register: Register, key: str, begun: int, ended: int | None) -> ImportItem:
    state = register.find(FileImport, key)
    assert state is not None
    names, taken = Names(register), _at(store, begun)
    return ImportItem(
        key, state.source, names.source(state.source), state.kind, state.file_name, taken.recorded_at, taken.by,
        state.tally, state.coverage, state.preliminary, state.synthetic,
        _withdrawal(_at(store, ended)) if ended is not None else None,
    )  # fmt: skip


def _withdrawal(recorded: Recorded) -> Withdrawal:
    return Withdrawal(recorded.recorded_at, recorded.by, cast("FileWithdrawn", recorded.event).reason)


def _at(store: EventStore, gsn: int) -> Recorded:
    """The event at a gsn."""
    (found,) = store.read(gsn - 1, limit=1, stop=gsn)
    assert isinstance(found, Recorded)
    return found
