"""The archive: everything that an auditor needs in one file, which checks itself with Python alone."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from adapters.database import Cursor
from adapters.event_store import EventStore
from adapters.ledger import verify
from adapters.ledger.notes import signed
from adapters.ledger.verify import CHECKPOINTS, EVENTS, KEYS, LEDGER, MANIFEST, MARK, TEXTS, Key
from service.proof import keep_checkpoint, register_key

AT_ONCE = 1000
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
README = """Samverkan: ett registers hela historik. The whole history of a register.

Kontrollera den / check it:      python3 verify.py          (Python 3.11, inget annat / nothing else)
Då prövas arkivet mot sig självt. Ange nyckeln du fått från registrets ägare eller vittnet, och vittnets kontrollpunkt:
That checks the archive against itself. Give the key that you had from the register's owner or the witness, and the
witness's checkpoint:            python3 verify.py --key KEY --checkpoint THEIRS.txt
Den som inte litar på arkivet hämtar verify.py från annat håll.
Who does not trust the archive takes verify.py from elsewhere.

events.jsonl    en händelse per rad / an event a line: gsn, stream, version, topic, recorded_at, stored bytes (as text)
ledger.bin      händelsernas hashar / the hash of each event, 32 bytes each (RFC 9162; see LEAF.txt)
checkpoints/    undertecknade kontrollpunkter / signed checkpoints (C2SP signed note, checkpoint, cosignature)
timestamps/     tidsstämplar / time stamps (RFC 3161) over the SHA-256 of the checkpoint's text; openssl ts -verify
keys.txt        publika nycklar: registrets och vittnenas / public keys: the register's and the witnesses'
texts.jsonl     texterna med salt / the texts, with the salt of each; a text that is not here was erased or left out
history.txt     historiken i ord, en händelse per rad / the history in words, an event a line
book/           årsuppföljningarna / the yearly reviews
MANIFEST.txt    SHA-256 för varje fil, undertecknad / SHA-256 of every file, signed by the register
"""
LEAF = """The hash of event n, version 1 (frozen):

  SHA-256( 00 | "samverkan-leaf-v1" | gsn (8 bytes) | version (8) | length of stream (4) | length of topic (4) |
           length of recorded_at (4) | length of the stored bytes (4) | stream | topic | recorded_at | stored bytes )

Numbers are unsigned, most significant byte first; texts are UTF-8. gsn: 1, 2, 3 … without gaps. version: 1, 2, 3 …
within the stream. recorded_at: UTC with microseconds, never running backwards.

The tree over these hashes is that of RFC 9162 section 2.1: an inner node is SHA-256( 01 | left | right ).

Within the stored bytes (JSON), a text that a person wrote stands as "sealed:1:" and 43 characters: base64url, without
padding, of SHA-256( salt (16 bytes) | text in UTF-8 ). texts.jsonl holds salt and text.
"""


def write_archive(
    store: EventStore, path: Path, *, papers: Mapping[str, bytes], witnesses: Sequence[Key] = (), texts: bool = True,
    progress: Callable[[int], None] | None = None,
) -> int:  # fmt: skip
    """Write the archive as a .zip, whole or not at all; the number of events in it.

    papers: what people read, by name in the archive (history.txt, book/…). texts: False leaves out what people wrote,
    and then no paper may hold it.
    """
    keep_checkpoint(store)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
            number = _fill(_Packer(archive), store, papers, witnesses, texts, progress)
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    return number


class _Packer:
    """Puts files into the archive, the same way every time, and notes the hash of each."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.listed: dict[str, str] = {}

    def put(self, name: str, pieces: Iterable[bytes]) -> None:
        """A file, from its pieces."""
        entry, digest = zipfile.ZipInfo(name, ZIP_EPOCH), hashlib.sha256()
        entry.compress_type = zipfile.ZIP_DEFLATED
        with self._archive.open(entry, "w", force_zip64=True) as file:
            for piece in pieces:
                digest.update(piece)
                file.write(piece)
        self.listed[name] = digest.hexdigest()


def _fill(
    packer: _Packer, store: EventStore, papers: Mapping[str, bytes], witnesses: Sequence[Key], texts: bool,
    progress: Callable[[int], None] | None,
) -> int:  # fmt: skip
    packer.put("README.txt", [README.encode()])
    packer.put("LEAF.txt", [LEAF.encode()])
    packer.put("verify.py", [Path(verify.__file__).read_bytes()])
    packer.put(KEYS, [f"{key}\n".encode() for key in (register_key(store), *witnesses)])
    with store.database.snapshot() as c:  # one moment of the history, though others write on
        size = _put_history(packer, store, c, progress, texts=texts)
    for name, content in sorted(papers.items()):
        packer.put(name, [content])
    listed = "".join(f"{digest}  {name}\n" for name, digest in sorted(packer.listed.items()))
    packer.put(MANIFEST, [signed(f"{MARK}\n{listed}", register_key(store).name, store.vault.keys.signing).encode()])
    return size


def _put_history(
    packer: _Packer, store: EventStore, c: Cursor, progress: Callable[[int], None] | None, *, texts: bool
) -> int:
    last: list[int] = [0]
    packer.put(EVENTS, _event_lines(store, c, last, progress))
    packer.put(LEDGER, store.ledger.leaves(last[0], c))
    for at, note, stamp in store.ledger.signed(c):
        packer.put(f"{CHECKPOINTS}{at:09d}.txt", [note.encode()])
        if stamp is not None:
            packer.put(f"timestamps/{at:09d}.tsr", [stamp])
    if texts:
        packer.put(TEXTS, _text_lines(store, c, last[0]))
    return last[0]


def _event_lines(
    store: EventStore, c: Cursor, last: list[int], progress: Callable[[int], None] | None
) -> Iterator[bytes]:
    """The events, a line each; `last` is given the number of the latest."""
    while page := store.raw(last[0], AT_ONCE, c):
        for *envelope, state in page:
            yield _line([*envelope, state.decode()])
        last[0] = page[-1][0]
        if progress:
            progress(last[0])


def _text_lines(store: EventStore, c: Cursor, size: int) -> Iterator[bytes]:
    for after in range(0, size, AT_ONCE):
        for key, salt, text in store.disclosed(after, min(AT_ONCE, size - after), c):
            yield _line({"id": key, "salt": base64.b64encode(salt).decode(), "text": text})


def _line(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
