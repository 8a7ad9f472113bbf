"""Signing: checkpoints as C2SP signed notes, a witness's cosignature, and the list of an archive's files.

C2SP signed-note, tlog-checkpoint, tlog-cosignature (v1) and tlog-witness (the request that a witness is sent).
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, replace
from struct import pack

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from adapters.ledger.verify import (
    COSIGNS,
    SIGNS,
    Checkpoint,
    Key,
    Note,
    cosigned,
    read_checkpoint,
    read_note,
    verify_consistency,
)


def public_key(name: str, seed: bytes, *, witness: bool = False) -> Key:
    """The public side of a signing seed (32 bytes), under a name."""
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    return Key(name, COSIGNS if witness else SIGNS, public)


def signed(text: str, name: str, seed: bytes) -> str:
    """The text as a note with one signature. text: lines, none of them empty, with a line end after the last."""
    key = public_key(name, seed)
    signature = Ed25519PrivateKey.from_private_bytes(seed).sign(text.encode())
    return f"{text}\n{_line(name, key.number + signature)}"


def cosignature(note: Note, name: str, seed: bytes, time: int) -> str:
    """A witness's line under a checkpoint that it saw. time: seconds since 1970."""
    key = public_key(name, seed, witness=True)
    signature = Ed25519PrivateKey.from_private_bytes(seed).sign(cosigned(note.text, time))
    return _line(name, key.number + pack(">Q", time) + signature)


def _line(name: str, raw: bytes) -> str:
    return f"— {name} {base64.b64encode(raw).decode()}\n"


def said(note: str) -> str | None:
    """What a note's signatures are under; None for what is no note."""
    try:
        return read_note(note).text
    except ValueError:
        return None


def joined(note: str, other: str) -> str:
    """A note with the signatures of another one of the same text: one of each key, its own first."""
    ours, theirs = read_note(note), read_note(other)
    there = {(name, raw[:4]) for name, raw in ours.signatures}
    return note + "".join(_line(name, raw) for name, raw in theirs.signatures if (name, raw[:4]) not in there)


def only_by(note: str, keys: Sequence[Key]) -> str:
    """The note with those signatures alone that are by one of the keys, one of each. Raises ValueError: none is."""
    parsed = read_note(note)
    good = [(key.name, raw) for key in keys for raw in parsed.lines_of(key)[:1] if _holds(parsed, key, raw)]
    if not good:
        raise ValueError("no signature in it is by a key that is known here")
    return f"{parsed.text}\n{''.join(_line(name, raw) for name, raw in good)}"


def _holds(note: Note, key: Key, raw: bytes) -> bool:
    return replace(note, signatures=((key.name, raw),)).signed_by(key) is not None


@dataclass(frozen=True, slots=True)
class Request:
    """What a witness is asked to cosign: a checkpoint, and that it continues the one over `old` events."""

    old: int
    path: tuple[bytes, ...]
    note: str

    def __str__(self) -> str:
        hashes = "".join(f"{base64.b64encode(each).decode()}\n" for each in self.path)
        return f"old {self.old}\n{hashes}\n{self.note}"


def read_request(written: str) -> Request:
    """A request from its lines. Raises ValueError."""
    head, _, note = written.partition("\n\n")
    first, *hashes = head.splitlines() or [""]
    if not first.startswith("old ") or not first[4:].isdigit():
        raise ValueError("a request to a witness begins with “old” and a number of events")
    return Request(int(first[4:]), tuple(base64.b64decode(each, validate=True) for each in hashes), note)


class NotContinued(ValueError):  # noqa: N818 - reads as the sentence that it is
    """The checkpoint cannot be cosigned. sv, en: why."""

    def __init__(self, sv: str, en: str) -> None:
        super().__init__(en)
        self.sv, self.en = sv, en


def _continued(old: Checkpoint, new: Checkpoint, request: Request) -> None:
    if old.origin != new.origin:
        raise NotContinued(
            f"kontrollpunkten hör till {new.origin}, den sparade till {old.origin}",
            f"the checkpoint is of {new.origin}, the one kept is of {old.origin}",
        )
    if request.old != old.size:
        raise NotContinued(
            f"begär med bevis från händelse {old.size} (--since {old.size}), som undertecknades senast",
            f"ask with the proof since event {old.size} (--since {old.size}), which is what was cosigned last",
        )
    if not verify_consistency(old.size, new.size, request.path, old.root, new.root):
        raise NotContinued(
            f"historiken till och med händelse {new.size} börjar inte med de {old.size} händelser som undertecknades: "
            "den är ändrad, avkortad eller utbytt. Be om en förklaring",
            f"the history up to event {new.size} does not begin with the {old.size} events that were cosigned: "
            "it has been changed, shortened or replaced. Ask for an explanation",
        )


def witnessed(request: Request, kept: str | None, keys: Sequence[Key], name: str, seed: bytes, time: int) -> str:
    """The checkpoint with a witness's line under it, if it continues the one that the witness kept.

    kept: the note it cosigned last (None: never before). keys: those that it trusts to sign for the register. Raises
    NotContinued, or ValueError for what is no request.
    """
    note = read_note(request.note)
    new = read_checkpoint(note)
    if not any(note.signed_by(key) is not None for key in keys if key.use == SIGNS):
        raise NotContinued(
            f"kontrollpunkten för {new.origin} är inte undertecknad av en nyckel som är betrodd här (--trust)",
            f"the checkpoint of {new.origin} is not signed by a key that is trusted here (--trust)",
        )
    if kept is None and request.old:
        raise NotContinued(
            "inget är undertecknat här förut: begär med --since 0, eller ange filen som sparades förra gången (--kept)",
            "nothing was cosigned here before: ask for a request with --since 0, or name the file kept (--kept)",
        )
    if kept is not None:
        _continued(read_checkpoint(read_note(kept)), new, request)
    return joined(request.note, f"{note.text}\n{cosignature(note, name, seed, time)}")
