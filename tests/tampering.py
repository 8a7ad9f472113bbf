"""Ways to alter a stored history behind Samverkan's back, with the triggers switched off: what `verify` must find.

Each takes a cursor in a writing transaction and a random generator, and says at which event it can be found at the
earliest (None: nowhere in particular).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from random import Random

from adapters.database import Cursor
from adapters.event_store import EventStore, open_store
from adapters.event_store.transaction import TABLE, stored
from adapters.ledger.notes import public_key, signed, witnessed
from adapters.ledger.verify import Checkpoint, Key, Tree, leaf_hash, origin_of
from adapters.tables import Tables
from domain.observation import Observe
from service.proof import keep_checkpoint, register_key, request_cosignature
from service.register import LiveRegister
from tests.given import ATTEND, COORDINATOR, EST, OPEN_MEETING, PRIORITISED, REPORT, but

WITNESS, WITNESS_SEED = "lpo-prov", b"\7" * 32
WITNESS_KEY: Key = public_key(WITNESS, WITNESS_SEED, witness=True)
Alteration = Callable[["Attack"], int | None]


class Attack:
    """What an alteration works with: the store, an open cursor, a generator, and the size of the history."""

    def __init__(self, store: EventStore, c: Cursor, random: Random) -> None:
        self.store, self.c, self.random = store, c, random
        self.gsn, self.size = store.gsn_column, store.last_gsn()

    def any_gsn(self, last: int | None = None) -> int:
        """An event, at random."""
        return self.random.randint(1, last or self.size)

    def event(self, gsn: int) -> tuple[str, int, str, str, bytes]:
        """(stream, version, topic, recorded_at, stored bytes)."""
        (found,) = stored(self.c, gsn - 1, 1, gsn_column=self.gsn)
        return found[1:]

    def set(self, gsn: int, **columns: object) -> None:
        """Change columns of an event."""
        given = ", ".join(f"{name} = ?" for name in columns)
        self.c.execute(f"UPDATE {TABLE} SET {given} WHERE {self.gsn} = ?", (*columns.values(), gsn))

    def remove(self, first: int, last: int) -> None:
        """Delete events."""
        self.c.execute(f"DELETE FROM {TABLE} WHERE {self.gsn} >= ? AND {self.gsn} <= ?", (first, last))

    def move(self, first: int, last: int, by: int) -> None:
        """Renumber events, by way of numbers that nobody has."""
        for step in (10_000_000 + by, -10_000_000):
            self.c.execute(
                f"UPDATE {TABLE} SET {self.gsn} = {self.gsn} + ? WHERE {self.gsn} >= ? AND {self.gsn} <= ?",
                (step, first, last) if step > 0 else (step, first + 10_000_000 + by, last + 10_000_000 + by),
            )

    def add(self, gsn: int, stream: str = "observation-smugglad", version: int = 1) -> None:
        """Insert an event that looks like another one."""
        _, _, topic, recorded_at, state = self.event(self.any_gsn() if gsn > self.size else gsn)
        self.c.execute(
            f"INSERT INTO {TABLE} ({self.gsn}, originator_id, originator_version, topic, recorded_at, state) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            (gsn, stream, version, topic, recorded_at, state),
        )

    def ledger_row(self, size: int) -> bytes:
        """What the ledger holds for an event."""
        self.c.execute("SELECT nodes FROM ledger WHERE size = ?", (size,))
        row = self.c.fetchone()
        assert row is not None
        return bytes(row[0])

    def rewrite_ledger(self, size: int) -> bytes:
        """Make the ledger anew for the first `size` events as they are now; the tree's hash."""
        self.c.execute("DELETE FROM ledger")
        grown = Tree()
        for event in stored(self.c, 0, size, gsn_column=self.gsn):
            self.c.execute(
                "INSERT INTO ledger (size, nodes) VALUES (?, ?)", (event[0], b"".join(grown.add(leaf_hash(*event))))
            )
        return grown.root()

    def sign_again(self) -> None:
        """What an administrator with the register's key can do: new checkpoints over the altered history."""
        self.c.execute("SELECT size FROM checkpoints ORDER BY size")
        sizes = [row[0] for row in self.c.fetchall()]
        grown, origin = Tree(), ""
        for event in stored(self.c, 0, self.size, gsn_column=self.gsn):
            grown.add(leaf_hash(*event))
            origin = origin or origin_of(leaf_hash(*event))
            if event[0] in sizes:
                note = signed(Checkpoint(origin, event[0], grown.root()).text, origin, self.store.vault.keys.signing)
                self.c.execute("UPDATE checkpoints SET note = ? WHERE size = ?", (note, event[0]))
        self.c.execute("DELETE FROM checkpoints WHERE size > ?", (grown.size,))


def a_byte(a: Attack) -> int:
    """One bit of an event's stored bytes."""
    gsn = a.any_gsn()
    state = bytearray(a.event(gsn)[4])
    state[a.random.randrange(len(state))] ^= 1 << a.random.randrange(8)
    a.set(gsn, state=bytes(state))
    return gsn


def a_word(a: Attack) -> int:
    """A sensible change of what was said: another account did it."""
    gsn = a.any_gsn()
    state = a.event(gsn)[4].replace(b'"account":"anna"', b'"account":"olle"')
    a.set(gsn, state=state)
    return gsn


def the_time(a: Attack) -> int:
    """The time of recording, moved by up to a year."""
    gsn = a.any_gsn()
    moment = datetime.fromisoformat(a.event(gsn)[3]) + timedelta(
        seconds=a.random.choice((-1, 1)) * a.random.random() * 3e7
    )
    a.set(gsn, recorded_at=moment.astimezone(UTC).isoformat(timespec="microseconds"))
    return gsn


def the_topic(a: Attack) -> int:
    """What kind of event it is."""
    gsn = a.any_gsn()
    a.set(gsn, topic=a.event(gsn)[2] + "x")
    return gsn


def the_stream(a: Attack) -> int:
    """What the event is about."""
    gsn = a.any_gsn()
    a.set(gsn, originator_id=f"observation-annan-{a.random.random()}")
    return gsn


def the_order(a: Attack) -> int:
    """Two events change places."""
    first, second = sorted(a.random.sample(range(1, a.size + 1), 2))
    a.move(first, first, 20_000_000)
    a.move(second, second, first - second)
    a.move(first + 20_000_000, first + 20_000_000, second - first - 20_000_000)
    return first


def one_removed(a: Attack) -> int:
    """An event is gone, and its number with it."""
    gsn = a.any_gsn()
    a.remove(gsn, gsn)
    return gsn


def one_removed_and_the_gap_closed(a: Attack) -> int:
    """An event is gone, and the later ones have moved up."""
    gsn = a.any_gsn(a.size - 1)
    a.remove(gsn, gsn)
    a.move(gsn + 1, a.size, -1)
    return gsn


def one_added_at_the_end(a: Attack) -> int:
    """An event that no command brought."""
    a.add(a.size + 1)
    return a.size + 1


def one_slipped_in(a: Attack) -> int:
    """An event between others, which have moved down."""
    gsn = a.any_gsn()
    a.move(gsn, a.size, 1)
    a.c.execute(
        f"INSERT INTO {TABLE} ({a.gsn}, originator_id, originator_version, topic, recorded_at, state) "
        f"SELECT {gsn}, 'observation-smugglad', 1, topic, recorded_at, state FROM {TABLE} WHERE {a.gsn} = {gsn + 1}"
    )
    return gsn


def the_tail(a: Attack) -> int:
    """The last events are gone."""
    first = a.any_gsn()
    a.remove(first, a.size)
    return first


def the_tail_with_its_ledger(a: Attack) -> int | None:
    """The last events are gone, and their rows of the ledger; the checkpoints and traces are not."""
    first = a.any_gsn()
    a.remove(first, a.size)
    a.c.execute("DELETE FROM ledger WHERE size >= ?", (first,))
    return first


def the_tail_with_all_its_traces(a: Attack) -> None:
    """As if the last events had never been: only who kept a checkpoint knows."""
    first = a.any_gsn()
    a.remove(first, a.size)
    a.c.execute("DELETE FROM ledger WHERE size >= ?", (first,))
    a.c.execute("DELETE FROM checkpoints WHERE size >= ?", (first,))
    a.c.execute("DELETE FROM commands WHERE last_gsn >= ?", (first,))
    a.c.execute("UPDATE positions SET gsn = ? WHERE gsn >= ?", (first - 1, first))


def a_row_of_the_ledger(a: Attack) -> int:
    """One bit of a hash that the ledger keeps."""
    gsn = a.any_gsn()
    nodes = bytearray(a.ledger_row(gsn))
    nodes[a.random.randrange(len(nodes))] ^= 1 << a.random.randrange(8)
    a.c.execute("UPDATE ledger SET nodes = ? WHERE size = ?", (bytes(nodes), gsn))
    return gsn


def a_shorter_row_of_the_ledger(a: Attack) -> int:
    """A row without its larger subtrees, or without anything."""
    gsn = a.any_gsn()
    nodes = a.ledger_row(gsn)
    a.c.execute("UPDATE ledger SET nodes = ? WHERE size = ?", (nodes[: len(nodes) - 32], gsn))
    return gsn


def a_row_of_the_ledger_removed(a: Attack) -> int:
    """A row of the ledger is gone; what follows stands beside other events."""
    gsn = a.any_gsn()
    a.c.execute("DELETE FROM ledger WHERE size = ?", (gsn,))
    return gsn


def an_event_and_its_row(a: Attack) -> int | None:
    """An event is changed, and its hash in the ledger made to fit; the sums over it and its neighbours tell."""
    gsn = a.any_gsn()
    stream, version, topic, recorded_at, state = a.event(gsn)
    changed = state.replace(b'"account":"anna"', b'"account":"olle"')
    a.set(gsn, state=changed)
    nodes = leaf_hash(gsn, stream, version, topic, recorded_at, changed) + a.ledger_row(gsn)[32:]
    a.c.execute("UPDATE ledger SET nodes = ? WHERE size = ?", (nodes, gsn))
    summed = gsn + gsn % 2
    return summed if summed <= a.size else None


def the_ledger_made_anew(a: Attack) -> None:
    """An event is changed, and the whole ledger made anew over it; the checkpoints are as they were."""
    a_word(a)
    a.rewrite_ledger(a.size)


def everything_made_anew_and_signed(a: Attack) -> None:
    """An event is changed, the ledger made anew, and every checkpoint signed anew with the register's own key."""
    a_word(a)
    a.rewrite_ledger(a.size)
    a.sign_again()


def a_checkpoint_of_another_history(a: Attack) -> None:
    """A checkpoint's hash is another one, and its signature is not."""
    a.c.execute("SELECT size, note FROM checkpoints ORDER BY size")
    size, note = a.random.choice(a.c.fetchall())
    lines = str(note).split("\n")
    lines[2] = "A" * 43 + "="
    a.c.execute("UPDATE checkpoints SET note = ? WHERE size = ?", ("\n".join(lines), size))


def a_checkpoint_by_another_key(a: Attack) -> None:
    """A checkpoint that is signed under the register's name by somebody else."""
    a.c.execute("SELECT size FROM checkpoints ORDER BY size")
    size = a.random.choice(a.c.fetchall())[0]
    point = a.store.ledger.checkpoint(size)
    a.c.execute("UPDATE checkpoints SET note = ? WHERE size = ?", (signed(point.text, point.origin, b"\1" * 32), size))


def checkpoints_that_changed_places(a: Attack) -> None:
    """A checkpoint of another register takes the place of one of this."""
    a.c.execute("SELECT size FROM checkpoints ORDER BY size")
    size = a.random.choice(a.c.fetchall())[0]
    other = signed(Checkpoint("samverkan/annan", size, bytes(32)).text, "samverkan/annan", a.store.vault.keys.signing)
    a.c.execute("UPDATE checkpoints SET note = ? WHERE size = ?", (other, size))


def a_text_removed(a: Attack) -> None:
    """A text is gone from the vault, and nobody has decided it."""
    a.c.execute("SELECT id FROM vault WHERE id <> 'register' ORDER BY id")
    a.c.execute("DELETE FROM vault WHERE id = ?", (a.random.choice(a.c.fetchall())[0],))


def a_text_in_place_of_another(a: Attack) -> None:
    """Two sealed texts change places."""
    a.c.execute("SELECT id, body FROM vault WHERE id <> 'register' ORDER BY id")
    (first, one), (second, other) = a.random.sample(a.c.fetchall(), 2)
    for key, body in ((first, other), (second, one)):
        a.c.execute("UPDATE vault SET body = ? WHERE id = ?", (bytes(body), key))


ALTERATIONS: tuple[Alteration, ...] = (
    a_byte, a_word, the_time, the_topic, the_stream, the_order, one_removed, one_removed_and_the_gap_closed,
    one_added_at_the_end, one_slipped_in, the_tail, the_tail_with_its_ledger, the_tail_with_all_its_traces,
    a_row_of_the_ledger, a_shorter_row_of_the_ledger, a_row_of_the_ledger_removed, an_event_and_its_row,
    the_ledger_made_anew, everything_made_anew_and_signed, a_checkpoint_of_another_history,
    a_checkpoint_by_another_key, checkpoints_that_changed_places, a_text_removed, a_text_in_place_of_another,
)  # fmt: skip
SWITCH_OFF: Mapping[str, tuple[str, ...]] = {
    "sqlite": (
        f"DROP TRIGGER {TABLE}_stand", f"DROP TRIGGER {TABLE}_stay", "DROP TRIGGER ledger_stand",
        "DROP TRIGGER ledger_stay",
    ),
    "postgresql": (f"ALTER TABLE {TABLE} DISABLE TRIGGER USER", "ALTER TABLE ledger DISABLE TRIGGER USER"),
}  # fmt: skip


def alter(url: str, alteration: Alteration, random: Random) -> int | None:
    """Alter the history of the register behind a URL; the first event at which it can be found."""
    store = open_store(url)
    try:
        with store.database.writing() as c:
            for statement in SWITCH_OFF[store.database.dialect]:
                c.execute(statement)
            return alteration(Attack(store, c, random))
    finally:
        store.close()


@contextmanager
def a_history(url: str, reports: int = 24) -> Iterator[tuple[LiveRegister, str]]:
    """A register with some history, and the checkpoint over it that a witness has cosigned and kept."""
    store = open_store(url)
    try:
        live = LiveRegister(store, Tables(store))
        for command in (*PRIORITISED, OPEN_MEETING, ATTEND):
            live.ask(command, COORDINATOR)
        keep_checkpoint(store)
        for number in range(reports):
            report = but(REPORT, text=f"Rapport {number}: lampan är trasig.", place=f"gångtunneln {number}")
            live.ask(Observe(observation=f"rapport-{number}", source=EST, content=report), COORDINATOR)
            if number % 10 == 5:
                keep_checkpoint(store)
        live.read_tables()
        asked = request_cosignature(store, 0)
        kept = witnessed(asked, None, (register_key(store),), WITNESS, WITNESS_SEED, 1_600_000_000)
        yield live, kept
    finally:
        store.close()
