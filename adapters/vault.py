"""The vault: texts that people wrote, sealed, beside a history that holds nothing but a mark in the place of each.

A mark is `sealed:1:` and SHA-256(salt ‖ text) in base64url: a commitment. Whoever is given salt and text can check it
with SHA-256 alone; without the salt it says nothing of the text. The vault's row holds nonce ‖ AES-256-GCM(salt ‖ text)
under the mark's 43 characters, which the cipher binds too. Erasing a text removes its row: salt and text are gone,
and the history verifies as before.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import islice

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic_core import to_json

from adapters.database import Cursor, Database
from adapters.keys import KeyPlace, Keys, changed, missing, renewed, wrong
from domain.core import ERASED, SEALED, WITHHELD

SALT, NONCE = 16, 12
IDS_A_QUERY = 500
OWN = "register"
"""The row that is no text: the register's own secret, by which a key is known to be the right one."""
_ID = "[A-Za-z0-9_-]{43}"
MARK = re.compile(f"{SEALED}({_ID})")
_IN_BYTES = re.compile(f'"{SEALED}({_ID})"'.encode())
# of the texts in a read model's body; inside a JSON string a quotation mark is escaped, so nobody can write this
_IN_BODY = re.compile(f'(?<=[{{,])("(?:text|place)":)"{SEALED}({_ID})"')
_SCHEMA = "CREATE TABLE IF NOT EXISTS vault (id TEXT PRIMARY KEY, body {}"
_WITHHELD = "CREATE TABLE withheld (id TEXT PRIMARY KEY)"
restricted: ContextVar[bool] = ContextVar("restricted", default=False)
"""Whether texts that are withheld stay closed: so for requests of readers who may not see them, and for nobody else."""
Opener = Callable[[str], str]


@contextmanager
def restricting(*, closed: bool) -> Iterator[None]:
    """Within, texts that are withheld stay closed, or do not."""
    before = restricted.set(closed)
    try:
        yield
    finally:
        restricted.reset(before)


def commitment(salt: bytes, text: str) -> str:
    """The 43 characters of a mark: what an auditor who is given salt and text computes."""
    return _committed(salt + text.encode())


def _committed(content: bytes) -> str:
    return urlsafe_b64encode(hashlib.sha256(content).digest())[:-1].decode("ascii")


def ids_in(states: Iterable[bytes | memoryview]) -> set[str]:
    """The texts whose marks stand in stored bytes."""
    return {found.decode("ascii") for state in states for found in _IN_BYTES.findall(state)}


def opener(texts: Mapping[str, str]) -> Opener:
    """From a mark to its text among those that have been opened; one that the vault did not have is erased."""

    def opened(mark: str) -> str:
        found = MARK.fullmatch(mark)
        return texts.get(found[1], ERASED) if found else mark

    return opened


class Sealer:
    """Seals the texts of one command, and keeps what has to be stored with its events."""

    def __init__(self, cipher: AESGCM) -> None:
        self._cipher = cipher
        self.rows: list[tuple[str, bytes]] = []
        self.nul = self.closed = False

    def seal(self, text: str) -> str:
        """The mark to be stored in place of the text."""
        self.nul = self.nul or "\0" in text
        self.closed = self.closed or text == WITHHELD
        salt = secrets.token_bytes(SALT)
        key = commitment(salt, text)
        self.rows.append((key, _enclosed(self._cipher, key, salt + text.encode())))
        return SEALED + key


class Vault:
    """The vault of one register, opened with its keys.

    withholds_past: it is new to withholding; what the log holds from before has to be gone through once.
    """

    def __init__(self, database: Database, place: KeyPlace) -> None:
        self._database, self._place = database, place
        kind = "BLOB NOT NULL) WITHOUT ROWID" if database.dialect == "sqlite" else "bytea NOT NULL)"
        with database.writing() as c:
            if database.dialect == "postgresql":
                c.execute("SELECT pg_advisory_xact_lock(20191106)")  # processes that start at once make it once
            c.execute(_SCHEMA.format(kind))
            self.withholds_past = not _exists(c, database.dialect, "withheld")
            if self.withholds_past:
                c.execute(_WITHHELD)
            self._own = _own(c)
            if self._own is None:  # a register that begins, or one from before there were seals
                self.keys = place.begin()
                self._own = _enclosed(AESGCM(self.keys.sealing), OWN, secrets.token_bytes(32))
                c.execute("INSERT INTO vault (id, body) VALUES (?, ?)", (OWN, self._own))
            else:
                self.keys = self._fitting(self._own)
        self._cipher = AESGCM(self.keys.sealing)
        self._secret = _disclosed(self._cipher, OWN, self._own) or b""

    def _fitting(self, own: bytes) -> Keys:
        """The keys at their place; those that were to come, if the change was broken off just before its end."""
        keys, coming = self._place.read(), self._place.coming.read()
        if keys is not None and _fits(keys, own):
            return keys
        if coming is not None and _fits(coming, own) and not self._place.sealing:
            self._place.take_over()
            return coming
        raise missing(self._place) if keys is None else wrong(self._place)

    def sealer(self) -> Sealer:
        """What seals the texts of one command."""
        return Sealer(self._cipher)

    def put(self, c: Cursor, rows: Sequence[tuple[str, bytes]]) -> None:
        """Store what a command sealed, in the transaction of its events. Refused if the key has been changed."""
        if rows:
            if _own(c) != self._own:
                raise changed()
            c.executemany("INSERT INTO vault (id, body) VALUES (?, ?)", rows)

    def withhold(self, c: Cursor, ids: Iterable[str]) -> None:
        """Let only those open these texts who may."""
        c.executemany("INSERT INTO withheld VALUES (?) ON CONFLICT (id) DO NOTHING", [(key,) for key in ids])

    def share(self, c: Cursor, ids: Iterable[str]) -> None:
        """Let everybody open them."""
        c.executemany("DELETE FROM withheld WHERE id = ?", [(key,) for key in ids])

    def withheld(self, c: Cursor, ids: Iterable[str]) -> set[str]:
        """Those among them that are withheld from whoever reads now."""
        return self.closed(c, ids) if restricted.get() else set()

    def closed(self, c: Cursor, ids: Iterable[str]) -> set[str]:
        """Those among them that are not for everybody."""
        found: set[str] = set()
        for chunk in _chunks(ids):
            marks = ", ".join("?" * len(chunk))
            c.execute(f"SELECT id FROM withheld WHERE id IN ({marks})", chunk)  # noqa: S608 - question marks only
            found.update(str(row[0]) for row in c.fetchall())
        return found

    def open(self, c: Cursor, ids: Iterable[str]) -> dict[str, str]:
        """The texts by id; those that were erased lack, and those withheld from whoever reads now are not told."""
        ids = set(ids)
        closed = self.withheld(c, ids)
        found = dict.fromkeys(self.present(c, closed), WITHHELD)
        for key, body in self._bodies(c, ids - closed):
            content = _disclosed(self._cipher, key, body)
            if content is None:
                raise changed()
            found[key] = content[SALT:].decode()
        return found

    def disclose(self, c: Cursor, ids: Iterable[str]) -> Iterator[tuple[str, bytes, str]]:
        """(id, salt, text) of those that have not been erased and are not withheld from whoever reads now, for an
        auditor who is to check them."""
        ids = set(ids)
        for key, body in self._bodies(c, ids - self.withheld(c, ids)):
            content = _disclosed(self._cipher, key, body)
            if content is None:
                raise changed()
            yield key, content[:SALT], content[SALT:].decode()

    def sound(self, c: Cursor, ids: Iterable[str]) -> set[str]:
        """Those whose text is there and is the one that was written."""
        found = ((key, _disclosed(self._cipher, key, body)) for key, body in self._bodies(c, ids))
        return {key for key, text in found if text is not None and _committed(text) == key}

    def open_bodies(self, c: Cursor, bodies: Sequence[str]) -> list[str]:
        """The bodies of read models with their texts in place of the marks."""
        ids = {found[2] for body in bodies for found in _IN_BODY.finditer(body)}
        if not ids:
            return list(bodies)
        texts = self.open(c, ids)
        return [_IN_BODY.sub(lambda found: found[1] + _quoted(texts.get(found[2], ERASED)), body) for body in bodies]

    def present(self, c: Cursor, ids: Iterable[str]) -> set[str]:
        """Those that have not been erased."""
        return {key for key, _ in self._bodies(c, ids)}

    def destroy(self, c: Cursor, ids: Iterable[str]) -> None:
        """Erase texts."""
        gone = [(key,) for key in set(ids) - {OWN}]
        c.executemany("DELETE FROM vault WHERE id = ?", gone)
        c.executemany("DELETE FROM withheld WHERE id = ?", gone)

    def fingerprint(self, plain: str) -> str:
        """A command's fingerprint as it is stored: nobody without the key can try texts against it."""
        return "k1:" + hmac.new(self._secret, plain.encode(), hashlib.sha256).hexdigest()

    def token(self, purpose: str) -> str:
        """43 characters that this register alone can make for a purpose: links need no row to be known again."""
        made = hmac.new(self._secret, b"token:" + purpose.encode(), hashlib.sha256).digest()
        return urlsafe_b64encode(made)[:-1].decode("ascii")

    def same(self, stored: str, plain: str) -> bool:
        """Whether a stored fingerprint is that of the command. Registers from before the vault hold plain ones."""
        return hmac.compare_digest(stored, self.fingerprint(plain)) or hmac.compare_digest(stored, plain)

    def rotate(self) -> int:
        """Seal every text anew under a new key, and keep that key in the file; how many texts. The marks stay.

        Other processes that have the register open are refused from then on until they are started again.
        """
        fresh = renewed(self.keys)
        cipher = AESGCM(fresh.sealing)
        self._place.prepare(fresh)  # before the commit: whichever of the two a crash leaves, one of them fits
        number = 0
        with self._database.writing() as c:
            if self._database.dialect == "postgresql":
                c.execute("LOCK TABLE vault IN ACCESS EXCLUSIVE MODE")
            if _own(c) != self._own:
                raise changed()
            c.execute("SELECT id FROM vault")
            ids = [str(row[0]) for row in c.fetchall()]
            for chunk in _chunks(ids):
                c.executemany("UPDATE vault SET body = ? WHERE id = ?", self._resealed(c, cipher, chunk))
                number += len(chunk)
            own = _own(c)
        self._place.take_over()
        self.keys, self._cipher, self._own = fresh, cipher, own
        return number - 1

    def _resealed(self, c: Cursor, cipher: AESGCM, ids: Sequence[str]) -> list[tuple[bytes, str]]:
        rows = []
        for key, body in self._bodies(c, ids):
            content = _disclosed(self._cipher, key, body)
            if content is None:
                raise changed()
            rows.append((_enclosed(cipher, key, content), key))
        return rows

    @staticmethod
    def _bodies(c: Cursor, ids: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        for chunk in _chunks(ids):
            marks = ", ".join("?" * len(chunk))
            c.execute(f"SELECT id, body FROM vault WHERE id IN ({marks})", chunk)  # noqa: S608 - question marks only
            for key, body in c.fetchall():
                yield (
                    str(key),
                    body if isinstance(body, bytes) else bytes(body) if isinstance(body, memoryview) else b"",
                )


def _exists(c: Cursor, dialect: str, table: str) -> bool:
    there = "SELECT 1 FROM sqlite_master WHERE name = ?" if dialect == "sqlite" else (
        "SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = ?"
    )  # fmt: skip
    c.execute(there, (table,))
    return c.fetchone() is not None


def _own(c: Cursor) -> bytes | None:
    c.execute("SELECT body FROM vault WHERE id = ?", (OWN,))
    row = c.fetchone()
    return bytes(row[0]) if row else None


def _fits(keys: Keys, own: bytes) -> bool:
    return _disclosed(AESGCM(keys.sealing), OWN, own) is not None


def _enclosed(cipher: AESGCM, key: str, content: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE)
    return nonce + cipher.encrypt(nonce, content, key.encode("ascii"))


def _disclosed(cipher: AESGCM, key: str, body: bytes) -> bytes | None:
    """None when the key is another one, or the row was tampered with."""
    try:
        return cipher.decrypt(body[:NONCE], body[NONCE:], key.encode("ascii"))
    except (InvalidTag, ValueError, TypeError):  # a row that is too short, or no bytes, was tampered with too
        return None


def _quoted(text: str) -> str:
    return to_json(text).decode()  # as the bodies were written


def _chunks(ids: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(ids)
    while chunk := list(islice(rest, IDS_A_QUERY)):
        yield chunk
