"""Proof of the history: signed checkpoints, what shows that an event stands in them, witnesses, and the whole check."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from adapters.event_store import EventStore
from adapters.ledger.audit import Texts, audit
from adapters.ledger.notes import Request, joined, only_by, public_key, said, signed
from adapters.ledger.verify import (
    Audit,
    Checkpoint,
    Key,
    Note,
    leaf_hash,
    origin_of,
    read_checkpoint,
    read_key,
    read_note,
)
from domain.action import Action, Plan
from domain.computed import Effects
from domain.core import must_exist, refuse
from domain.file_import import FileImport
from domain.observation import Observation
from domain.problem import Problem
from domain.register import ROW_TOPICS, Register
from domain.signal import Signal

CLOCKS_APART = 600  # seconds


@dataclass(frozen=True, slots=True)
class Inclusion:
    """What shows that an event is part of the history that a checkpoint vouches for.

    leaf, path, root: SHA-256 hashes as hexadecimal; path: those beside the way from the leaf to the root, RFC 9162
    section 2.1.3. note: the signed checkpoint.
    """

    gsn: int
    stream: str
    version: int
    topic: str
    leaf: str
    size: int
    path: tuple[str, ...]
    root: str
    note: str


@dataclass(frozen=True, slots=True)
class Consistency:
    """What shows that the history of `new` events begins with the `old` ones (RFC 9162 section 2.1.4)."""

    old: int
    new: int
    path: tuple[str, ...]
    old_root: str
    new_root: str
    note: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A checkpoint that was kept: how many events, its hash, who has signed it (and when, seconds since 1970, where a
    witness says so), and whether an outside authority has stamped it with the time."""

    size: int
    root: str
    signers: tuple[tuple[str, int], ...]
    stamped: bool
    note: str


def register_key(store: EventStore) -> Key:
    """The register's public key, under the register's own name."""
    return public_key(_origin(store), store.vault.keys.signing)


def _origin(store: EventStore) -> str:
    """The register's name, from its first event as it is stored."""
    first = store.raw(0, 1)
    return origin_of(leaf_hash(*first[0])) if first else "samverkan"


def sign_checkpoint(store: EventStore, size: int | None = None) -> str:
    """The signed checkpoint over the first `size` events (None: all); the same every time."""
    return _signed(store, store.ledger.checkpoint(_within(store, size)))


def _signed(store: EventStore, point: Checkpoint) -> str:
    return signed(point.text, point.origin, store.vault.keys.signing)


def witnessed_checkpoint(store: EventStore, size: int | None = None) -> str:
    """The same with the signatures that are kept under it."""
    point = store.ledger.checkpoint(_within(store, size))
    note, kept = _signed(store, point), store.ledger.note(point.size)
    return joined(note, kept) if kept and said(kept) == point.text else note


def keep_checkpoint(store: EventStore) -> str:
    """Sign a checkpoint over all events and keep it; the note. Refused if another key signed the one before."""
    point, key = store.ledger.checkpoint(store.ledger.size()), register_key(store)
    readable = (parsed for _, note, _ in reversed(store.ledger.signed()) if (parsed := _parsed(note)))
    before = next(readable, None)
    if before is not None and not before.lines_of(key):
        refuse(
            "signing-key-changed",
            "Nyckeln som registret skriver under med är inte den som förra kontrollpunkten undertecknades med. Lägg "
            "tillbaka nyckelfilen, eller rätta SAMVERKAN_SIGNING_KEY.",
            "The key that the register signs with is not the one that signed the last checkpoint. Put the key file "
            "back, or correct SAMVERKAN_SIGNING_KEY.",
        )
    note = _signed(store, point)
    if point.size:  # an empty history has no name yet
        store.ledger.keep(point.size, note)
    return note


def _parsed(note: str) -> Note | None:
    try:
        return read_note(note)
    except ValueError:
        return None  # damaged: verify tells


def _within(store: EventStore, size: int | None) -> int:
    last = store.ledger.size()
    if size is None:
        return last
    if not 0 <= size <= last:
        refuse(
            "no-such-moment",
            f"Historiken har {last} händelser; ange ett antal från 0 till {last}.",
            f"The history has {last} events; give a number from 0 to {last}.",
        )
    return size


def checkpoints(
    store: EventStore, keys: Sequence[Key], *, last: int | None = None, most: int = 100
) -> tuple[Kept, ...]:
    """The latest `most` that were kept over no more than `last` events, the latest first, and which of the keys have
    signed each. One that is damaged has nobody's signature and no hash."""
    kept = [each for each in store.ledger.signed() if last is None or each[0] <= last]
    return tuple(_told(size, note, stamp, keys) for size, note, stamp in reversed(kept[-most:]))


def latest_witnessed(store: EventStore, witnesses: Sequence[Key], *, last: int | None = None) -> Kept | None:
    """The latest checkpoint over no more than `last` events that one of the witnesses has signed."""
    for size, written, stamp in reversed(store.ledger.signed()):
        note = _parsed(written) if last is None or size <= last else None
        if note and any(note.lines_of(key) for key in witnesses):
            told = _told(size, written, stamp, witnesses)
            if told.signers:
                return told
    return None


def _told(size: int, written: str, stamp: bytes | None, keys: Sequence[Key]) -> Kept:
    note = _parsed(written)
    times = [(key.name, note.signed_by(key)) for key in keys] if note else []
    signers = tuple((name, time) for name, time in times if time is not None)
    root = read_checkpoint(note).root.hex() if note and signers else ""
    return Kept(size, root, signers, stamp is not None, written)


def prove_event(store: EventStore, gsn: int, size: int | None = None) -> Inclusion:
    """What shows that an event is among the first `size` (None: all)."""
    size = _within(store, size)
    if not 1 <= gsn <= size:
        refuse(
            "not-found",
            f"Händelse {gsn} finns inte bland de {size} första. Ange ett nummer från 1 till {size}.",
            f"Event {gsn} is not among the first {size}. Give a number from 1 to {size}.",
        )
    (event,) = store.raw(gsn - 1, 1)
    path, point = store.ledger.inclusion(gsn, size), store.ledger.checkpoint(size)
    return Inclusion(
        gsn, event[1], event[2], event[3], leaf_hash(*event).hex(), size, _hex(path), point.root.hex(),
        _signed(store, point),
    )  # fmt: skip


def chain_events(store: EventStore, register: Register, problem: str) -> tuple[int, ...]:
    """The events of a problem's chain, in order: its evidence, itself, its plan, its actions and their effects.

    Of a file that is evidence: the event that it was taken in with, not its rows. Raises Refused.
    """
    state = must_exist(register.find(Problem, problem), "problem", "Problembilden", problem)
    streams = [f"{Problem.KIND}-{problem}", f"{Plan.KIND}-{problem}"]
    for action, each in register.states[Action.KIND].items():
        if each.problem == problem:
            streams += [f"{Action.KIND}-{action}", f"{Effects.KIND}-{action}"]
    streams += [f"{_EVIDENCE[each.kind]}-{each.ref}" for each in state.evidence if each.kind in _EVIDENCE]
    found = {r.gsn for s in streams for r in store.stream(s) if type(r.event).TOPIC not in ROW_TOPICS}
    return tuple(sorted(gsn for gsn in found if gsn <= register.position))


_EVIDENCE = {"observation": Observation.KIND, "signal": Signal.KIND, "import": FileImport.KIND}


def prove_growth(store: EventStore, old: int, new: int | None = None) -> Consistency:
    """What shows that the history at `new` (None: now) still begins with the first `old` events as they were."""
    new = _within(store, new)
    if not 1 <= old <= new:
        refuse(
            "no-such-moment",
            f"Ange ett tidigare antal händelser, från 1 till {new}.",
            f"Give an earlier number of events, from 1 to {new}.",
        )
    path = store.ledger.consistency(old, new)
    before, after = (store.ledger.checkpoint(size) for size in (old, new))
    return Consistency(old, new, _hex(path), before.root.hex(), after.root.hex(), _signed(store, after))


def _hex(path: Sequence[bytes]) -> tuple[str, ...]:
    return tuple(each.hex() for each in path)


def request_cosignature(store: EventStore, old: int) -> Request:
    """What a witness that has cosigned the first `old` events (0: none) is asked to sign now."""
    point = store.ledger.checkpoint(store.ledger.size())
    return Request(old, tuple(store.ledger.consistency(_within(store, old), point.size)), _signed(store, point))


def take_cosignature(store: EventStore, written: str, witnesses: Sequence[Key], now: int) -> Checkpoint:
    """Keep a witness's signature: a cosigned checkpoint, as the witness sends it back. now: seconds since 1970."""
    try:
        point = read_checkpoint(read_note(written))
    except ValueError as wrong:
        refuse("bad-checkpoint", f"Det är ingen kontrollpunkt: {wrong}.", f"That is no checkpoint: {wrong}.")
    own = sign_checkpoint(store, point.size) if 0 < point.size <= store.ledger.size() else ""
    if said(own) != said(written):
        refuse(
            "not-our-checkpoint",
            "Kontrollpunkten är ingen som det här registret har lämnat ut. Borde den vara det: kör samverkan verify.",
            "The checkpoint is not one that this register gave out. Run samverkan verify if it ought to be.",
        )
    try:
        theirs = only_by(written, witnesses)
    except ValueError:
        refuse(
            "unknown-witness",
            "Ingen underskrift är av ett vittne som registret känner. Lägg till nyckeln i SAMVERKAN_WITNESSES.",
            "No signature is by a witness that the register knows. Add the key to SAMVERKAN_WITNESSES.",
        )
    times = [read_note(theirs).signed_by(key) for key in witnesses]
    if any(time is not None and not 0 < time <= now + CLOCKS_APART for time in times):
        refuse(
            "time-to-come",
            "Underskriften säger att den är gjord i framtiden. Ställ vittnets klocka rätt och skriv under på nytt.",
            "The signature says that it was made in the future. Set the witness's clock right, and sign again.",
        )
    store.ledger.keep(point.size, joined(own, theirs))
    return point


def witness_keys(written: str) -> tuple[Key, ...]:
    """The keys of a setting: their lines, parted by commas or white space. Raises Refused."""
    try:
        return tuple(read_key(each) for each in written.replace(",", " ").split())
    except ValueError as wrong:
        refuse("bad-key", f"En nyckel passar inte: {wrong}.", f"A key does not fit: {wrong}.")


def verify(
    store: EventStore, witnesses: Sequence[Key] = (), theirs: Sequence[tuple[str, str]] = (),
    progress: Callable[[int], None] | None = None,
) -> Audit:  # fmt: skip
    """Check every event against the ledger, and the ledger against every checkpoint that is kept here or by others.

    theirs: (name, note) of checkpoints that others kept.
    """
    keys = (register_key(store), *witnesses)
    return audit(store.database, store.gsn_column, keys, theirs, Texts(store.vault), progress)
