"""The proof of the history as people read it: how far it goes, who has signed for it, and one event's place in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from adapters.ledger.verify import Key, verify_inclusion
from domain.core import Recorded
from service.naming import Names
from service.proof import Inclusion, Kept, checkpoints, latest_witnessed, prove_event, register_key
from service.register import HERE, LiveRegister
from service.story import sentence
from service.wording import Language

MOST = 20


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signed a checkpoint, and on which day where the signature says so."""

    name: str
    on: date | None


@dataclass(frozen=True, slots=True)
class Signed:
    """A kept checkpoint: the history up to event `size`, recorded on a day; witnesses: those beside the register."""

    size: int
    on: date | None
    root: str
    witnesses: tuple[Signer, ...]
    stamped: bool


@dataclass(frozen=True, slots=True)
class Proved:
    """One event, told as a sentence, and what shows that it stands in the history. holds: whether it does."""

    told: str
    proof: Inclusion
    holds: bool


@dataclass(frozen=True, slots=True)
class Proof:
    """size: the number of events; root, key, origin: see the ledger. witness: the latest checkpoint that somebody
    beside the register has signed, and `behind` how many events have come since; None: nobody has yet. more: kept
    checkpoints that are not shown."""

    size: int
    root: str
    origin: str
    key: str
    signed: tuple[Signed, ...]
    more: int
    witness: Signed | None
    behind: int


def proof(live: LiveRegister, witnesses: Sequence[Key], at: int | None) -> Proof:
    """How far the history is proved, as known at a gsn."""
    store = live.store
    size = store.last_gsn() if at is None else at
    point, key = store.ledger.checkpoint(size), register_key(store)
    told = tuple(_signed(live, each) for each in checkpoints(store, witnesses, last=size, most=MOST))
    more = sum(at <= size for at, _, _ in store.ledger.signed()) - len(told)
    latest = latest_witnessed(store, witnesses, last=size)
    witness = _signed(live, latest) if latest else None
    return Proof(
        size, point.root.hex(), point.origin, str(key), told, more, witness, size - latest.size if latest else 0
    )  # fmt: skip


def _signed(live: LiveRegister, kept: Kept) -> Signed:
    signers = tuple(Signer(name, _of(time)) for name, time in kept.signers)
    return Signed(kept.size, live.recorded_on(kept.size), kept.root, signers, kept.stamped)


def proved(live: LiveRegister, gsn: int, at: int | None, language: Language) -> Proved:
    """One event of the history as known at a gsn. Raises Refused where there is none."""
    made = prove_event(live.store, gsn, at)
    (found,) = live.store.read(gsn - 1, limit=1, stop=gsn)
    assert isinstance(found, Recorded)
    path = [bytes.fromhex(each) for each in made.path]
    holds = verify_inclusion(bytes.fromhex(made.leaf), gsn, made.size, path, bytes.fromhex(made.root))
    return Proved(sentence(found, language, Names(live.at(at))), made, holds)


def _of(seconds: int) -> date | None:
    """The day of a signature; None where it says none, or none that there is."""
    try:
        return datetime.fromtimestamp(seconds, UTC).astimezone(HERE).date() if seconds else None
    except (ValueError, OverflowError, OSError):
        return None
