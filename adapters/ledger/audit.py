"""The check of a live register: every stored event against the ledger, and the ledger against what was signed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence

from adapters.database import Cursor, Database
from adapters.event_store.transaction import TABLE, stored
from adapters.ledger.log import exists
from adapters.ledger.verify import Audit, Event, Fault, Key, Note, brought_note, read_checkpoint, read_note
from adapters.vault import Vault, ids_in
from domain.erasure import Approved

AT_ONCE = 2_000


def audit(
    database: Database, gsn_column: str, keys: Sequence[Key], theirs: Sequence[tuple[str, str]],
    texts: Texts | None = None, progress: Callable[[int], None] | None = None,
) -> Audit:  # fmt: skip
    """Check the register at one moment of its database, though others write on: every event, and every checkpoint.

    keys: of the register and of witnesses. theirs: checkpoints (name, note) that others kept. texts: what looks at the
    texts that the events name. The audit's faults name the first bad event where that can be said; none: the history
    is intact.
    """
    found = Audit()
    with database.snapshot() as c:
        notes = [*_own(found, c), *((name, brought_note(name, written, keys)) for name, written in theirs)]
        found.wanted = frozenset(read_checkpoint(note).size for _, note in notes)
        if _events(found, c, gsn_column, texts, progress):
            found.faults += [
                *_beyond(c, database.dialect, found.tree.size, gsn_column),
                *(texts.faults() if texts else ()),
            ]
            for name, note in notes:
                found.check(name, note, keys)
    return found


def _events(
    found: Audit, c: Cursor, gsn_column: str, texts: Texts | None, progress: Callable[[int], None] | None
) -> bool:
    """Every event against the ledger; whether all of it agrees."""
    try:
        return all(_step(found, page, progress, texts, c) for page in _pages(c, gsn_column))
    except Exception:
        c.execute("SELECT 1")  # if the database itself does not answer, that is no finding
        found.cannot_read()
        return False


class Texts:
    """Whether the texts that the events name are there and as they were written, or were erased by a decision."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._lacking: dict[str, int] = {}
        self._erased: set[str] = set()

    def look(self, c: Cursor, events: Sequence[Event]) -> None:
        """At the texts of some events; c is free to be used when they have been read."""
        for gsn, _, _, topic, _, state in events:
            if topic == Approved.TOPIC:
                self._erased |= {text["id"] for text in json.loads(state)["event"]["texts"]}
            for key in ids_in([state]):
                self._lacking[key] = gsn
        for key in self._vault.sound(c, tuple(self._lacking)):
            del self._lacking[key]

    def faults(self) -> Iterator[Fault]:
        """The first text that should be there and is not."""
        lacking = {key: gsn for key, gsn in self._lacking.items() if key not in self._erased}
        for gsn in sorted(lacking.values())[:1]:
            one = len(lacking) == 1
            what = "en text saknas eller är ändrad" if one else f"{len(lacking)} texter saknas eller är ändrade"
            sv, en = f"{what} utan beslut om radering", f"{len(lacking)} text{'' if one else 's'} lacking or altered"
            yield Fault(gsn, f"Händelse {gsn}: {sv}.", f"Event {gsn}: {en} without a decision to erase.")


def _own(found: Audit, c: Cursor) -> Iterator[tuple[str, Note]]:
    """The checkpoints that the register kept."""
    c.execute("SELECT size, note FROM checkpoints ORDER BY size")
    for size, written in c.fetchall():
        name = f"kontrollpunkt/checkpoint {size}"
        try:
            note = read_note(written if isinstance(written, str) else "")
            if read_checkpoint(note).size != size:
                raise ValueError("it is over another number of events")
            yield name, note
        except ValueError as wrong:
            found.faults.append(Fault(None, f"{name}: ingen giltig kontrollpunkt ({wrong}).", f"{name}: {wrong}."))


Page = tuple[list[Event], list[bytes]]


def _pages(c: Cursor, gsn_column: str) -> Iterator[Page]:
    """Events and what the ledger has for them, side by side; one by one where a page cannot be read as a whole."""
    after, size = 0, AT_ONCE
    while True:
        try:
            page = _page(c, gsn_column, after, size)
        except Exception:
            if size == 1:
                raise
            size = 1
            continue
        if any(page):
            yield page
        if max(len(page[0]), len(page[1])) < size:
            return
        after += size


def _page(c: Cursor, gsn_column: str, after: int, size: int) -> Page:
    events = stored(c, after, size, gsn_column=gsn_column)
    c.execute("SELECT nodes FROM ledger WHERE size > ? ORDER BY size LIMIT ?", (after, size))
    return events, [row[0] for row in c.fetchall()]


def _step(found: Audit, page: Page, progress: Callable[[int], None] | None, texts: Texts | None, c: Cursor) -> bool:
    events, ledger = page
    together = min(len(events), len(ledger))
    if not found.take(events[:together], ledger[:together]):
        return False
    if texts:
        texts.look(c, events)
    if progress:
        progress(found.tree.size)
    if len(events) != len(ledger):
        found.faults.append(_ends_apart(found.tree.size + 1, len(events) < len(ledger)))
        return False
    return True


def _ends_apart(gsn: int, events_lack: bool) -> Fault:
    if events_lack:
        return Fault(
            gsn,
            f"Händelse {gsn} saknas, men står i liggaren: slutet av historiken är borttaget.",
            f"Event {gsn} is missing, but stands in the ledger: the end of the history was removed.",
        )
    return Fault(
        gsn,
        f"Händelse {gsn} står inte i liggaren: den är tillagd utanför Samverkan, eller så är liggaren avkortad.",
        f"Event {gsn} is not in the ledger: it was added outside Samverkan, or the ledger was cut.",
    )


_TRACES = {
    "commands": "SELECT COALESCE(MAX(last_gsn), 0) FROM commands",
    "positions": "SELECT COALESCE(MAX(gsn), 0) FROM positions",
}


def _beyond(c: Cursor, dialect: str, size: int, gsn_column: str) -> Iterator[Fault]:
    """What stands outside the numbers of the history: before its first event, or traces of events after its last."""
    events = f"SELECT COUNT(*) FROM {TABLE} WHERE {gsn_column} < 1"  # noqa: S608 - names are constants of ours
    for question in (events, "SELECT COUNT(*) FROM ledger WHERE size < 1"):
        if _number(c, question):
            sv, en = "Det finns rader före händelse 1", "There are rows before event 1"
            yield Fault(0, f"{sv}: de är tillagda utanför Samverkan.", f"{en}: they were added outside Samverkan.")
    for table, question in _TRACES.items():
        last = _number(c, question) if exists(c, dialect, table) else 0
        if last > size:
            yield Fault(
                size + 1,
                f"Historiken slutar med händelse {size}, men registret har haft minst {last}: slutet är borttaget.",
                f"The history ends with event {size}, but the register has had at least {last}: the end was removed.",
            )
            return


def _number(c: Cursor, question: str) -> int:
    c.execute(question)
    row = c.fetchone()
    found = row[0] if row else 0
    return found if isinstance(found, int) else 2**62  # no number: somebody has written there
