"""The check of a live register: every stored event against the ledger, and the ledger against what was signed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence

from adapters.database import Cursor, Database
from adapters.event_store.transaction import stored
from adapters.ledger.verify import Audit, Event, Fault, Key, Note, read_checkpoint, read_note
from adapters.vault import Vault, ids_in
from domain.erasure import Approved

AT_ONCE = 2_000


def audit(
    database: Database, gsn_column: str, keys: Sequence[Key], kept: Sequence[tuple[str, str]],
    texts: Texts | None = None, progress: Callable[[int], None] | None = None,
) -> Audit:  # fmt: skip
    """Check the register. keys: of the register and of witnesses. kept: checkpoints (name, note), its own and others'.

    texts: what looks at the texts that the events name. The audit's faults name the first bad event where that can be
    said; none: the history is intact.
    """
    notes, unreadable = _notes(kept)
    found = Audit(frozenset(read_checkpoint(note).size for _, note in notes))
    found.faults += unreadable
    with database.reading() as c:  # one moment of the database, though others write on
        sound = all(_step(found, page, progress, texts, c) for page in _pages(c, gsn_column))
        if sound:
            found.faults += [*_beyond(c, found.tree.size), *(texts.faults() if texts else ())]
    if sound:
        for name, note in notes:
            found.check(name, note, keys)
    return found


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
            sv = f"{len(lacking)} text{'er' if len(lacking) > 1 else ''} saknas eller är ändrad utan beslut om radering"
            en = f"{len(lacking)} text{'s' if len(lacking) > 1 else ''} lacking or altered without a decision to erase"
            yield Fault(gsn, f"Händelse {gsn}: {sv}.", f"Event {gsn}: {en}.")


def _notes(kept: Sequence[tuple[str, str]]) -> tuple[list[tuple[str, Note]], list[Fault]]:
    notes, faults = [], []
    for name, written in kept:
        try:
            note = read_note(written)
            read_checkpoint(note)
            notes.append((name, note))
        except ValueError as wrong:
            faults.append(Fault(None, f"{name}: ingen giltig kontrollpunkt ({wrong}).", f"{name}: {wrong}."))
    return notes, faults


Page = tuple[list[Event], list[bytes]]


def _pages(c: Cursor, gsn_column: str) -> Iterator[Page]:
    """Events and what the ledger has for them, side by side."""
    after = 0
    while True:
        events = stored(c, after, AT_ONCE, gsn_column=gsn_column)
        c.execute("SELECT nodes FROM ledger WHERE size > ? ORDER BY size LIMIT ?", (after, AT_ONCE))
        ledger: list[bytes] = [row[0] for row in c.fetchall()]
        if events or ledger:
            yield events, ledger
        if len(events) < AT_ONCE and len(ledger) < AT_ONCE:
            return
        after += AT_ONCE


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


_TRACES = ("SELECT COALESCE(MAX(last_gsn), 0) FROM commands", "SELECT COALESCE(MAX(gsn), 0) FROM positions")


def _beyond(c: Cursor, size: int) -> Iterator[Fault]:
    """Traces of events after the last one: answers to commands, and how far the read models had come."""
    for question in _TRACES:
        c.execute(question)
        row = c.fetchone()
        last = int(row[0]) if row else 0
        if last > size:
            yield Fault(
                size + 1,
                f"Historiken slutar med händelse {size}, men registret har haft minst {last}: slutet är borttaget.",
                f"The history ends with event {size}, but the register has had at least {last}: the end was removed.",
            )
            return
