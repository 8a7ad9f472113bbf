"""The keys of a register: one that seals its texts, one that signs its checkpoints. They are kept beside the database,
never in it: who has a copy of the database alone can read no sealed text."""

from __future__ import annotations

import base64
import binascii
import json
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from domain.core import Refused

LENGTH = 32


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """sealing: AES-256 key of the texts. signing: Ed25519 seed of the checkpoints. 32 bytes each."""

    sealing: bytes
    signing: bytes


@dataclass(frozen=True, slots=True, repr=False)
class KeyPlace:
    """Where a register's keys are: a file; sealing and signing (base64), where they are given, take its place."""

    file: Path
    sealing: str | None = None
    signing: str | None = None

    def read(self) -> Keys | None:
        """The keys; None when nothing has been kept there yet. Refused when what is there is no key."""
        kept = _parsed(self.file)
        sealing, signing = (kept.sealing, kept.signing) if kept else (None, None)
        sealing = _decoded(self.sealing, "SAMVERKAN_SEALING_KEY") if self.sealing else sealing
        signing = _decoded(self.signing, "SAMVERKAN_SIGNING_KEY") if self.signing else signing
        if sealing is None:
            return None
        # a register without a signing key of its own signs with one that follows from the other
        return Keys(sealing, signing if signing is not None else _derived(sealing))

    def begin(self) -> Keys:
        """The keys that are there, or new ones, kept in the file (which its owner alone may read)."""
        found = self.read()
        if found is not None:
            return found
        signing = _decoded(self.signing, "SAMVERKAN_SIGNING_KEY") if self.signing else secrets.token_bytes(LENGTH)
        _keep(self.file, Keys(secrets.token_bytes(LENGTH), signing), replacing=False)
        return self.begin()  # somebody else may have been faster: then theirs are read

    @property
    def coming(self) -> KeyPlace:
        """Where the next keys stand while the texts are sealed anew: the file's name with .new."""
        return KeyPlace(self.file.with_name(f"{self.file.name}.new"), None, self.signing)

    def prepare(self, keys: Keys) -> None:
        """Keep the next keys beside the ones in use."""
        _keep(self.coming.file, keys, replacing=True)

    def take_over(self) -> None:
        """The next keys become the ones in use."""
        os.replace(self.coming.file, self.file)


def renewed(keys: Keys) -> Keys:
    """The same, with a new sealing key."""
    return replace(keys, sealing=secrets.token_bytes(LENGTH))


def missing(place: KeyPlace) -> Refused:
    """The register has its key somewhere else."""
    return Refused(
        "key-missing",
        f"Registrets nyckel saknas: {place.file} finns inte. Texterna i registret är förseglade med den. Lägg tillbaka "
        "nyckelfilen, eller ange var den finns i SAMVERKAN_KEYS.",
        f"The register's key is missing: {place.file} does not exist. The texts of the register are sealed with it. "
        "Put the key file back, or say where it is in SAMVERKAN_KEYS.",
    )


def wrong(place: KeyPlace) -> Refused:
    """There is a key, of another register or of another time."""
    source = "SAMVERKAN_SEALING_KEY" if place.sealing else str(place.file)
    return Refused(
        "key-wrong",
        f"Nyckeln i {source} hör inte till det här registret. Lägg tillbaka den nyckel som registrets texter är "
        "förseglade med.",
        f"The key in {source} does not belong to this register. Put back the key that the register's texts are sealed "
        "with.",
    )


def changed() -> Refused:
    """Another process has sealed the texts anew since this one opened the register."""
    return Refused(
        "key-changed",
        "Registrets nyckel har bytts. Starta om programmet, så att det läser den nya.",
        "The register's key has been changed. Start the program again, so that it reads the new one.",
    )


def _derived(sealing: bytes) -> bytes:
    return HKDF(SHA256(), LENGTH, None, b"samverkan signing").derive(sealing)


def _decoded(written: str, name: str) -> bytes:
    try:
        key = base64.b64decode(written, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != LENGTH:
        raise Refused(
            "key-unreadable",
            f"{name} är ingen nyckel: skriv 32 byte i base64 (44 tecken).",
            f"{name} is no key: write 32 bytes in base64 (44 characters).",
        )
    return key


def _parsed(file: Path) -> Keys | None:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        sealing, signing = str(content["sealing"]), str(content["signing"])
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError):
        raise Refused(
            "key-unreadable",
            f"{file} är ingen nyckelfil. Lägg tillbaka registrets nyckelfil.",
            f"{file} is no key file. Put the register's key file back.",
        ) from None
    return Keys(_decoded(sealing, str(file)), _decoded(signing, str(file)))


def _keep(file: Path, keys: Keys, *, replacing: bool) -> None:
    """Whole or not at all, on the disk, readable by its owner alone; one that is there stays unless `replacing`."""
    written = {"sealing": _encoded(keys.sealing), "signing": _encoded(keys.signing)}
    content = json.dumps({"samverkan_keys": 1, **written}, indent=1) + "\n"
    draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as target:
            target.write(content)
            target.flush()
            os.fsync(target.fileno())
        if replacing:
            os.replace(draft, file)
        else:
            with suppress(FileExistsError):
                os.link(draft, file)
        _settle(file.parent)
    finally:
        draft.unlink(missing_ok=True)


def _settle(folder: Path) -> None:
    """The new name itself must reach the disk before a text is sealed with what stands under it."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _encoded(key: bytes) -> str:
    return base64.b64encode(key).decode("ascii")
