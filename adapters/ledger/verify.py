#!/usr/bin/env python3
"""Checks the history of a Samverkan register: every event, their order, the ledger, and who signed for it.

This one file needs Python 3.11 and nothing else. It lies in every archive, beside what it checks; who does not trust
the archive takes it from elsewhere:

    python3 verify.py                                    the unpacked archive that it lies in
    python3 verify.py ARCHIVE.zip --key KEY              with a key known from elsewhere: only it is believed
    python3 verify.py ARCHIVE.zip --key KEY --checkpoint THEIRS.txt      and a checkpoint that somebody else kept

It stands on RFC 9162 section 2.1 (Merkle tree), RFC 8032 (Ed25519) and the C2SP texts on signed notes, checkpoints and
cosignatures. The register itself uses the same functions for its leaves and its tree.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from struct import Struct, unpack
from struct import error as struct_error

# The tree: leaves are numbered from 1, as events are; leaf n is event n.

LEAF = b"\x00samverkan-leaf-v1"
NODE = b"\x01"
EMPTY = hashlib.sha256().digest()
_sha256 = hashlib.sha256


_HEAD = Struct(">QQIIII").pack


def leaf_hash(gsn: int, stream: str, version: int, topic: str, recorded_at: str, state: bytes) -> bytes:
    """SHA-256 of an event as it is stored: the mark, then gsn and version (8 bytes each, most significant first), the
    lengths of the four texts (4 bytes each), and the texts: stream, topic, time of recording, stored bytes."""
    s, t, r = stream.encode(), topic.encode(), recorded_at.encode()
    head = _HEAD(gsn, version, len(s), len(t), len(r), len(state))
    return _sha256(b"".join((LEAF, head, s, t, r, state))).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees together (RFC 9162 section 2.1.1)."""
    return _sha256(NODE + left + right).digest()


class Tree:
    """A Merkle tree that only grows: it holds the complete subtrees on its right edge, one for each bit of its size."""

    def __init__(self, size: int = 0, edge: dict[int, bytes] | None = None) -> None:
        self.size, self.edge = size, dict(edge or {})

    def add(self, leaf: bytes) -> list[bytes]:
        """Add a leaf; the subtrees that it completes, the smallest (the leaf itself) first."""
        done, level, n = [leaf], 0, self.size
        while n & 1:
            leaf = _sha256(NODE + self.edge[level] + leaf).digest()
            done.append(leaf)
            n >>= 1
            level += 1
        self.edge[level] = leaf
        self.size += 1
        return done

    def root(self) -> bytes:
        """The hash of the whole tree."""
        levels = [level for level in range(self.size.bit_length()) if self.size >> level & 1]
        if not levels:
            return EMPTY
        root = self.edge[levels[0]]
        for level in levels[1:]:
            root = node_hash(self.edge[level], root)
        return root


def verify_inclusion(leaf: bytes, number: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether leaf `number` (from 1) is in the tree of that size and root (RFC 9162 section 2.1.3.2)."""
    if not 1 <= number <= size:
        return False
    at, last, seen = number - 1, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            seen = node_hash(sibling, seen)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            seen = node_hash(seen, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and seen == root


def verify_consistency(old: int, new: int, path: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Whether the tree of size `new` begins with that of size `old` (RFC 9162 section 2.1.4.2); old = 0 always does."""
    if old == new:
        return not path and old_root == new_root
    if old == 0:
        return not path and old_root == EMPTY
    if old > new or not path:
        return False
    steps = [old_root, *path] if old & (old - 1) == 0 else list(path)
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    first = second = steps[0]
    for each in steps[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            first, second = node_hash(each, first), node_hash(each, second)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            second = node_hash(second, each)
        at, last = at >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root


# Ed25519 (RFC 8032 section 5.1), verification only.

_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_ROOT = pow(2, (_P - 1) // 4, _P)
_Point = tuple[int, int, int, int]  # x, y, z, t with x/z, y/z on the curve and x*y = z*t


def _point(written: bytes) -> _Point | None:
    """The point that 32 bytes stand for; None: none."""
    y = int.from_bytes(written, "little")
    odd, y = y >> 255, y & (2**255 - 1)
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT % _P
    if (x * x - square) % _P or (x == 0 and odd):
        return None
    x = _P - x if x & 1 != odd else x
    return x, y, 1, x * y % _P


def _sum(p: _Point, q: _Point) -> _Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % _P, (p[1] + p[0]) * (q[1] + q[0]) % _P
    c, d = 2 * _D * p[3] * q[3] % _P, 2 * p[2] * q[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times(number: int, p: _Point) -> _Point:
    total: _Point = (0, 1, 1, 0)
    while number:
        if number & 1:
            total = _sum(total, p)
        p, number = _sum(p, p), number >> 1
    return total


_BASE = _point(bytes([0x58]) + bytes([0x66]) * 31)


def verify_signature(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether an Ed25519 signature (64 bytes) of the message is by the key (32 bytes)."""
    if len(signature) != 64 or len(public) != 32:
        return False
    key, r, s = _point(public), _point(signature[:32]), int.from_bytes(signature[32:], "little")
    if key is None or r is None or s >= _L or _BASE is None:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % _L
    left, right = _times(s, _BASE), _sum(r, _times(k, key))
    return not ((left[0] * right[2] - right[0] * left[2]) % _P or (left[1] * right[2] - right[1] * left[2]) % _P)


# Signed notes: a text, an empty line, and lines with signatures.

SIGNS, COSIGNS = 1, 4
"""What a key is for: a register's own signature, or a witness's cosignature with a time."""


@dataclass(frozen=True)
class Key:
    """A public key with the name that it signs under."""

    name: str
    use: int
    public: bytes

    @property
    def number(self) -> bytes:
        """Four bytes by which a signature names its key."""
        return _sha256(self.name.encode() + b"\n" + bytes([self.use]) + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.number.hex()}+{base64.b64encode(bytes([self.use]) + self.public).decode()}"


def read_key(written: str) -> Key:
    """A key from its line `name+number+base64`. Raises ValueError."""
    try:
        name, number, rest = written.strip().split("+", 2)
        raw = base64.b64decode(rest, validate=True)
    except ValueError:
        raise ValueError(f"“{written.strip()[:60]}” is no key: write name+number+base64") from None
    key = Key(name, raw[0] if raw else 0, raw[1:])
    if len(key.public) != 32 or key.use not in (SIGNS, COSIGNS) or key.number.hex() != number or _weak(key.public):
        raise ValueError(f"“{written.strip()[:60]}” is no key that can be used: its number, length or point is wrong")
    return key


def _weak(public: bytes) -> bool:
    """No point of the curve, or one of the few under which a signature says nothing."""
    point = _point(public)
    eighth = _times(8, point) if point else (0, 1, 1, 0)
    return not eighth[0] % _P


@dataclass(frozen=True)
class Note:
    """A text (it ends with a line end) and its signatures: name, then number of the key and signature in one."""

    text: str
    signatures: tuple[tuple[str, bytes], ...]

    def signed_by(self, key: Key) -> int | None:
        """When the key signed it (seconds since 1970; 0 where the signature has no time). None: it did not."""
        for raw in self.lines_of(key):
            if key.use == SIGNS and verify_signature(key.public, self.text.encode(), raw[4:]):
                return 0
            if key.use == COSIGNS and len(raw) == 76:
                time = int(unpack(">Q", raw[4:12])[0])
                if verify_signature(key.public, cosigned(self.text, time), raw[12:]):
                    return time
        return None

    def lines_of(self, key: Key) -> list[bytes]:
        """The signatures that say they are by the key. Those of keys that nobody here knows say nothing."""
        return [raw for name, raw in self.signatures if name == key.name and raw[:4] == key.number]


def cosigned(text: str, time: int) -> bytes:
    """What a witness signs: the time at which it saw the checkpoint, and the checkpoint."""
    return f"cosignature/v1\ntime {time}\n{text}".encode()


MOST_SIGNATURES = 16
_SIGNATURE = re.compile(r"— ([!-*,-~\u00a1-\uffff]+) ([A-Za-z0-9+/]+={0,2})")


def read_note(written: str) -> Note:
    """A note from its lines. Raises ValueError."""
    text, gap, rest = written.partition("\n\n")
    lines = rest.split("\n")
    if not gap or not rest.endswith("\n") or len(lines) - 1 > MOST_SIGNATURES:
        raise ValueError(f"a note is a text, an empty line and 1 to {MOST_SIGNATURES} lines with signatures")
    return Note(text + "\n", tuple(_signature(line) for line in lines[:-1]))


def _signature(line: str) -> tuple[str, bytes]:
    found = _SIGNATURE.fullmatch(line)
    if not found:
        raise ValueError(f"“{_plain(line[:60])}” is no signature: a line is “— name base64”")
    try:
        return found[1], base64.b64decode(found[2], validate=True)
    except ValueError:
        raise ValueError(f"the signature of “{found[1]}” is not base64") from None


def _plain(text: str) -> str:
    """Fit to be printed: what would move the cursor or begin a line is written as a number."""
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)


@dataclass(frozen=True)
class Checkpoint:
    """What was signed: which register, how many events, and the hash of their tree."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """As it is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def read_checkpoint(note: Note) -> Checkpoint:
    """The checkpoint that a note holds. Raises ValueError."""
    lines = note.text.split("\n")
    try:
        size, root = int(lines[1]), base64.b64decode(lines[2], validate=True)
    except (IndexError, ValueError):
        raise ValueError("a checkpoint has three lines: the register, the number of events, the hash") from None
    if not lines[0] or size < 0 or str(size) != lines[1] or len(root) != 32:
        raise ValueError("a checkpoint has three lines: the register, the number of events, the hash")
    return Checkpoint(lines[0], size, root)


def origin_of(first_leaf: bytes) -> str:
    """The register's name in its checkpoints: made from its first event, so that it never changes."""
    return f"samverkan/{first_leaf.hex()[:32]}"


# What is checked.

Event = tuple[int, str, int, str, str, bytes]  # gsn, stream, version, topic, recorded_at, stored bytes


@dataclass(frozen=True)
class Fault:
    """What is wrong, and at which event where that can be said. sv, en: a sentence each."""

    gsn: int | None
    sv: str
    en: str


@dataclass
class Audit:
    """Checks events one after the other, and keeps the tree's hash at the sizes that were asked for."""

    wanted: frozenset[int] = frozenset()
    tree: Tree = field(default_factory=Tree)
    roots: dict[int, bytes] = field(default_factory=dict)
    origin: str = ""
    faults: list[Fault] = field(default_factory=list)
    _versions: dict[str, int] = field(default_factory=dict)
    _recorded_at: str = ""

    def take(self, events: Iterable[Event], ledger: Iterable[bytes], *, leaves_only: bool = False) -> bool:
        """Check events against the hashes that the ledger has for them, as far as the first fault. ledger: for each
        event its leaf, followed by the larger subtrees that it completes unless leaves_only. False: a fault is there.
        """
        try:
            return self._take(events, ledger, leaves_only)
        except (ValueError, TypeError, AttributeError, struct_error, OverflowError):  # of another kind than was stored
            self.cannot_read()
            return False

    def cannot_read(self) -> None:
        """Note that the next event, or what the ledger has for it, cannot be read."""
        gsn = self.tree.size + 1
        sv = f"Händelse {gsn}, eller det liggaren har för den, går inte att läsa eller saknas"
        en = f"Event {gsn}, or what the ledger has for it, cannot be read or is missing"
        self.faults.append(Fault(gsn, f"{sv}.", f"{en}."))

    def _take(self, events: Iterable[Event], ledger: Iterable[bytes], leaves_only: bool) -> bool:
        tree, edge, versions, wanted, hashed = self.tree, self.tree.edge, self._versions, self.wanted, leaf_hash
        last, seen = self._recorded_at, versions.get
        for (gsn, stream, version, topic, recorded_at, state), kept in zip(events, ledger, strict=True):
            leaf = hashed(gsn, stream, version, topic, recorded_at, state)
            if tree.size & 1:
                done = b"".join(tree.add(leaf))
            else:  # half of all leaves complete nothing but themselves
                edge[0] = done = leaf
                tree.size += 1
            before = seen(stream, 0)
            versions[stream] = version
            if (
                gsn != tree.size
                or version != before + 1
                or recorded_at < last
                or kept != (leaf if leaves_only else done)
            ):
                ordered = version == before + 1 and recorded_at >= last
                same_leaf = isinstance(kept, bytes) and kept[:32] == leaf
                self.faults.append(self._named(gsn, f"{stream}, version {version}", ordered, same_leaf))
                return False
            last = recorded_at
            if gsn in wanted:
                self.roots[gsn] = tree.root()
            if gsn == 1:
                self.origin = origin_of(leaf)
        self._recorded_at = last
        return True

    def _named(self, gsn: int, place: str, ordered: bool, same_leaf: bool) -> Fault:
        size = self.tree.size
        if gsn != size:
            sv, en = f"Händelse {size} saknas", f"Event {size} is missing"
            return Fault(size, f"{sv}; efter {size - 1} kommer {gsn}.", f"{en}; {size - 1} is followed by {gsn}.")
        if not ordered:
            sv, en = "ordningen i historiken är bruten", "the order of the history is broken"
        elif same_leaf:
            sv = "den stämmer själv, men inte liggarens summering av historiken dit"
            en = "it is intact itself, but the ledger's sum of the history up to it is not"
        else:
            sv, en = "den är inte den som skrevs in i liggaren", "it is not the one that was entered in the ledger"
        return Fault(gsn, f"Händelse {gsn} ({place}): {sv}.", f"Event {gsn} ({place}): {en}.")

    def check(self, name: str, note: Note, keys: Sequence[Key], *, demanded: bool = True) -> tuple[Key, ...]:
        """Check a checkpoint against the history that was taken in; who signed it.

        demanded: whether one of the keys must have signed it.
        """
        try:
            point = read_checkpoint(note)
        except ValueError as wrong:
            self.faults.append(Fault(None, f"{name}: ingen giltig kontrollpunkt ({wrong}).", f"{name}: {wrong}."))
            return ()
        signers = tuple(key for key in keys if note.signed_by(key) is not None)
        forged = any(note.lines_of(key) and key not in signers for key in keys)
        for sv, en in self._objections(point, unsigned=forged or (demanded and not signers)):
            self.faults.append(Fault(None, f"{name}: {sv}.", f"{name}: {en}."))
        return signers

    def _objections(self, point: Checkpoint, *, unsigned: bool) -> Iterator[tuple[str, str]]:
        if unsigned:
            yield "underskriften är inte giltig", "its signature is not valid"
        elif point.origin != self.origin:
            origin = _plain(point.origin[:60])
            yield (
                f"den hör till ett annat register ({origin}, inte {self.origin})",
                f"it belongs to another register ({origin}, not {self.origin})",
            )
        elif point.size > self.tree.size:
            yield (
                f"den intygar {point.size} händelser, men här finns {self.tree.size}: slutet av historiken saknas",
                f"it vouches for {point.size} events, but here are {self.tree.size}: the end of the history is missing",
            )
        elif self.roots.get(point.size, EMPTY) != point.root:
            yield (
                f"historiken till och med händelse {point.size} är inte den som intygades",
                f"the history up to event {point.size} is not the one that it vouches for",
            )


# An archive: a folder or a .zip.


class Archive:
    """The files of an archive, by name."""

    def __init__(self, path: Path) -> None:
        self._zip = None if path.is_dir() else zipfile.ZipFile(path)
        self._folder = path

    def names(self) -> list[str]:
        """All files but those that systems add by themselves."""
        found = self._zip.namelist() if self._zip else [
            p.relative_to(self._folder).as_posix() for p in self._folder.rglob("*") if p.is_file()
        ]  # fmt: skip
        return [name for name in found if not name.endswith("/") and not _ADDED.search(name)]

    @property
    def packed(self) -> bool:
        """Whether it is a .zip: nobody puts files of their own into it."""
        return self._zip is not None

    def read(self, name: str) -> bytes:
        """A file's bytes."""
        return self._zip.read(name) if self._zip else (self._folder / name).read_bytes()

    def lines(self, name: str) -> Iterator[bytes]:
        """A file's lines."""
        with self._zip.open(name) if self._zip else (self._folder / name).open("rb") as file:
            yield from file


EVENTS, LEDGER, KEYS, TEXTS, MANIFEST = "events.jsonl", "ledger.bin", "keys.txt", "texts.jsonl", "MANIFEST.txt"
CHECKPOINTS = "checkpoints/"
MARK = "samverkan-archive-v1"
UNREADABLE = (
    OSError, ValueError, KeyError, TypeError, AttributeError, RuntimeError, EOFError, struct_error, zipfile.BadZipFile,
    zlib.error,
)  # fmt: skip
"""What the check of something raises that is no archive, or is broken in its form."""
_ADDED = re.compile(r"(^|/)(__MACOSX/|__pycache__/|\.DS_Store$|\._|[Dd]esktop\.ini$|Thumbs\.db$)")
_MARK = re.compile(r'"sealed:1:([A-Za-z0-9_-]{43})"')


class CannotCheck(ValueError):  # noqa: N818 - reads as the sentence that it is
    """What was brought along to check against cannot be used; that says nothing of the history. sv, en: why."""

    def __init__(self, sv: str, en: str) -> None:
        super().__init__(en)
        self.sv, self.en = sv, en


def brought_note(name: str, written: str, keys: Sequence[Key]) -> Note:
    """A checkpoint that somebody else kept. Raises CannotCheck unless one of the keys says that it signed it."""
    try:
        note = read_note(written)
        read_checkpoint(note)
    except ValueError as wrong:
        raise CannotCheck(f"{name} är ingen kontrollpunkt ({wrong})", f"{name} is no checkpoint ({wrong})") from None
    if not any(note.lines_of(key) for key in keys):
        raise CannotCheck(
            f"{name} är inte undertecknad av någon av nycklarna som angetts; ange den som undertecknade den med --key",
            f"{name} is not signed by any of the keys that were given; give the one that signed it with --key",
        )
    return note


def trusted_keys(lines: Sequence[str]) -> list[Key]:
    """Keys known from elsewhere. Raises CannotCheck."""
    try:
        return [read_key(line) for line in lines if line.strip()]
    except ValueError as wrong:
        raise CannotCheck(f"nyckeln går inte att använda ({wrong})", str(wrong)) from None


@dataclass(frozen=True)
class Verdict:
    """What an archive came to. told: what was found in order, as sentences in Swedish and English. believed: how many
    of its events somebody vouches for whose key was known from elsewhere."""

    faults: tuple[Fault, ...]
    told: tuple[tuple[str, str], ...]
    events: int
    believed: int

    @property
    def conclusion(self) -> tuple[str, str]:
        """The last line, in Swedish and English."""
        if self.faults:
            return "HISTORIKEN ÄR INTE ORÖRD.", "THE HISTORY IS NOT INTACT."
        if not self.believed:
            return (
                "Arkivet hänger ihop. Vem som har skrivit under är inte prövat: ange --key med registrets eller "
                "vittnets nyckel, som du har fått från någon annan än arkivet.",
                "The archive hangs together. Who signed it was not checked: give --key with the register's or the "
                "witness's key, had from somebody else than the archive.",
            )
        if self.believed < self.events:
            return (
                f"Historiken är orörd till och med händelse {self.believed}; de {self.events - self.believed} senare "
                "hänger ihop, men ingen känd nyckel intygar dem.",
                f"The history is intact up to event {self.believed}; the {self.events - self.believed} later ones hang "
                "together, but no known key vouches for them.",
            )
        return "Historiken är orörd.", "The history is intact."


def verify_archive(path: Path, theirs: Sequence[tuple[str, str]] = (), trusted: Sequence[str] = ()) -> Verdict:
    """Check an archive. theirs: (name, note) of checkpoints that others kept. trusted: keys (their lines) known from
    elsewhere; they alone are believed. Without any, the archive is checked against itself. Raises CannotCheck for what
    was brought along, and UNREADABLE for the archive."""
    archive = Archive(path)
    names = archive.names()
    missing = [name for name in (EVENTS, LEDGER, KEYS, MANIFEST) if name not in names]
    twice = sorted({name for name in names if names.count(name) > 1})
    if missing or twice:
        lacks = [Fault(None, f"Arkivet saknar {', '.join(missing)}.", f"The archive lacks {', '.join(missing)}.")]
        doubled = [Fault(None, f"{_plain(n)} finns två gånger.", f"{_plain(n)} is there twice.") for n in twice]
        return Verdict((*(lacks if missing else ()), *doubled), (), 0, 0)
    known = trusted_keys(trusted)
    keys = known or [read_key(line) for line in archive.read(KEYS).decode().splitlines() if line.strip()]
    own = [(name, archive.read(name).decode()) for name in sorted(names) if name.startswith(CHECKPOINTS)]
    notes = [(name, read_note(written)) for name, written in own]
    brought = [(name, brought_note(name, text, keys)) for name, text in theirs]
    audit = Audit(frozenset(_sizes(note for _, note in (*notes, *brought))))
    told: list[tuple[str, str]] = []
    named, erased, believed = dict[str, int](), set[str](), 0
    if audit.take(_events(archive, named, erased), _leaves(archive), leaves_only=True):
        told.append((
            f"{audit.tree.size} händelser stämmer med liggaren ({audit.origin}).",
            f"{audit.tree.size} events agree with the ledger ({audit.origin}).",
        ))  # fmt: skip
        believed = _check_notes(audit, [*((n, note, not known) for n, note in notes),
                                        *((n, note, True) for n, note in brought)], keys, told)  # fmt: skip
        _check_texts(audit, archive, named, erased, told)
    _check_manifest(audit, archive, keys, told, demanded=not known)
    return Verdict(tuple(audit.faults), tuple(told), audit.tree.size, believed if known else 0)


def _sizes(notes: Iterable[Note]) -> Iterator[int]:
    for note in notes:
        try:
            yield read_checkpoint(note).size
        except ValueError:
            continue  # it is named when it is checked


def _events(archive: Archive, named: dict[str, int], erased: set[str]) -> Iterator[Event]:
    """The events in order; the texts that they name (with the event), and those that they say were erased."""
    for line in archive.lines(EVENTS):
        gsn, stream, version, topic, recorded_at, state = json.loads(line)
        if "sealed:1:" in state:
            named.update(dict.fromkeys(_MARK.findall(state), gsn))
        if topic == "erasure.approved":
            erased.update(text["id"] for text in json.loads(state)["event"]["texts"])
        yield gsn, stream, version, topic, recorded_at, state.encode()


def _leaves(archive: Archive) -> Iterator[bytes]:
    raw = archive.read(LEDGER)
    return (raw[at : at + 32] for at in range(0, len(raw), 32))


def _check_notes(
    audit: Audit, notes: Sequence[tuple[str, Note, bool]], keys: Sequence[Key], told: list[tuple[str, str]]
) -> int:
    """Each checkpoint (its name, itself, whether it must be signed by one of the keys); up to which event the keys
    vouch for the history."""
    signed: dict[str, list[int]] = {}
    for name, note, demanded in notes:
        for key in audit.check(name, note, keys, demanded=demanded):
            signed.setdefault(key.name, []).append(read_checkpoint(note).size)
    for by, sizes in sorted(signed.items()) if not audit.faults else ():
        last, more = max(sizes), len(sizes) > 1
        sv = f"{by} har undertecknat {len(sizes)} kontrollpunkt{'er' * more}, den senaste över {last} händelser."
        en = f"{by} has signed {len(sizes)} checkpoint{'s' * more}, the latest over {last} events."
        told.append((_plain(sv), _plain(en)))
    return max((max(sizes) for sizes in signed.values()), default=0)


def _check_texts(
    audit: Audit, archive: Archive, named: dict[str, int], erased: set[str], told: list[tuple[str, str]]
) -> None:
    """The texts that the events name by a salted hash: each must be the one that was hashed, or erased by a decision.
    An archive may be written without any text."""
    if TEXTS not in archive.names():
        return
    there = set()
    for line in archive.lines(TEXTS):
        one = json.loads(line)
        said = _sha256(base64.b64decode(one["salt"]) + one["text"].encode()).digest()
        if base64.urlsafe_b64encode(said).decode().rstrip("=") == one["id"]:
            there.add(one["id"])
    wrong = sorted((gsn, key) for key, gsn in named.items() if key not in there and key not in erased)
    for gsn, key in wrong[:1]:
        sv, en = f"texten {key} saknas eller är ändrad", f"the text {key} is lacking or was altered"
        audit.faults.append(Fault(gsn, f"Händelse {gsn}: {sv}.", f"Event {gsn}: {en}."))
        return
    gone = len(named.keys() - there)
    told.append((
        f"{len(there)} texter är de som skrevs; {gone} är raderade genom beslut.",
        f"{len(there)} texts are the ones written; {gone} were erased by decision.",
    ))  # fmt: skip


def _check_manifest(
    audit: Audit, archive: Archive, keys: Sequence[Key], told: list[tuple[str, str]], *, demanded: bool
) -> None:
    """Every other file (the yearly books above all) is the one that the register signed for when it was exported.

    demanded: whether one of the keys must have signed; a witness's key signs no list of files.
    """
    note = read_note(archive.read(MANIFEST).decode())
    first, *lines = note.text.splitlines()
    own = [key for key in keys if key.use == SIGNS]
    signed = any(note.signed_by(key) is not None for key in own)
    if first != MARK or ((own or demanded) and not signed):
        audit.faults.append(Fault(None, f"{MANIFEST}: underskriften är inte giltig.", f"{MANIFEST}: not signed."))
        return
    listed = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    for name in sorted({*listed, *archive.names()} - {MANIFEST}):
        found = _sha256(archive.read(name)).hexdigest() if name in archive.names() else ""
        if name not in listed and not archive.packed and "/" not in name:
            sv, en = f"{name} hör inte till arkivet", f"{name} does not belong to the archive"
            told.append((_plain(f"{sv}."), _plain(f"{en}.")))
        elif listed.get(name) != found:
            sv, en = f"{name}: inte den fil som exporterades", f"{name}: not as exported"
            audit.faults.append(Fault(None, _plain(f"{sv}."), _plain(f"{en}.")))
    who = ("", "") if signed else (" (vem som gjorde listan är inte prövat)", " (who made the list was not checked)")
    told.append((
        f"{len(listed)} filer är de som exporterades{who[0]}.", f"{len(listed)} files are the ones exported{who[1]}."
    ))  # fmt: skip


def _brought(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as wrong:
        raise CannotCheck(f"{path} går inte att läsa ({wrong})", f"{path} cannot be read ({wrong})") from None


def main(arguments: Sequence[str] | None = None) -> int:
    """Check an archive; 0: everything agrees, 1: something does not, 2: it cannot be read."""
    asks = argparse.ArgumentParser(description="Kontrollerar ett arkiv ur Samverkan. Checks a Samverkan archive.")
    asks.add_argument("archive", nargs="?", type=Path, default=Path(__file__).resolve().parent)
    asks.add_argument("--checkpoint", action="append", default=[], type=Path, help="a checkpoint kept by somebody else")
    asks.add_argument("--key", action="append", default=[], help="a key known from elsewhere: name+number+base64")
    asks.add_argument("--english", action="store_true")
    asked = asks.parse_args(arguments)
    try:
        verdict = verify_archive(asked.archive, [(path.name, _brought(path)) for path in asked.checkpoint], asked.key)
    except CannotCheck as why:
        print(f"Kunde inte prövas: {why.sv}. / Could not be checked: {why.en}.", file=sys.stderr)
        return 2
    except UNREADABLE as wrong:
        print(f"Arkivet går inte att läsa / The archive cannot be read: {_plain(str(wrong))}", file=sys.stderr)
        return 2
    for sv, en in verdict.told:
        print("  " + (en if asked.english else sv))
    for fault in verdict.faults:
        print("! " + (fault.en if asked.english else fault.sv))
    print(verdict.conclusion[asked.english])
    return int(bool(verdict.faults))


if __name__ == "__main__":
    sys.exit(main())
