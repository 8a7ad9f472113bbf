"""How many alterations of a stored history are found, and how often an untouched one is suspected.

`python -m tests.proof.tampering [--number 1000] [--seed 1]`: alterations of a register's database (SQLite; every kind
in turn) and of an archive, against what a witness kept; then as many untouched registers, a part of them after a
rebuild, a backup that was restored, and an erasure.
"""

from __future__ import annotations

import argparse
import io
import os
import shutil
import tempfile
import zipfile
from collections import Counter
from pathlib import Path
from random import Random

from rich.progress import track

from adapters.event_store import open_store
from adapters.ledger.verify import UNREADABLE, Fault, verify_archive
from adapters.tables import Tables
from domain.core import Actor, Refused
from domain.erasure import ApproveErasure, HeldText, RequestErasure
from service.archive import write_archive
from service.proof import register_key, verify
from service.register import LiveRegister
from tests.given import COORDINATOR
from tests.tampering import ALTERATIONS, WITNESS_KEY, a_history, alter

SECOND = Actor(account="olle", role="chef", organisation="Västerås stad")


def main() -> None:
    """Print the tables."""
    asks = argparse.ArgumentParser(description=__doc__)
    asks.add_argument("--number", type=int, default=1000)
    asks.add_argument("--seed", type=int, default=1)
    asked = asks.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder) / "base.db"
        with a_history(f"sqlite:///{base}", reports=40) as (live, kept):
            write_archive(live.store, Path(folder) / "base.zip", papers={"book/prov-2020.pdf": b"%PDF a book" * 90})
            keys = (str(register_key(live.store)), str(WITNESS_KEY))
        _altered(Path(folder), kept, Random(asked.seed), asked.number)
        _altered_archives(Path(folder) / "base.zip", kept, keys, Random(asked.seed), asked.number // 2)
        _untouched(Path(folder), kept, asked.number)


def _copy(folder: Path, number: int) -> str:
    """A copy of the base register, with its keys; its URL."""
    path = folder / f"copy-{number}.db"
    for suffix in ("", ".keys", "-wal"):
        if (source := folder / f"base.db{suffix}").exists():
            shutil.copy(source, f"{path}{suffix}")
    return f"sqlite:///{path}"


def _remove(url: str) -> None:
    path = url.removeprefix("sqlite:///")
    for suffix in ("", ".keys", "-wal", "-shm"):
        Path(path + suffix).unlink(missing_ok=True)


def _altered(folder: Path, kept: str, random: Random, number: int) -> None:
    found, placed, sought = Counter[str](), Counter[str](), Counter[str]()
    rounds = Counter[str]()
    for n in track(range(number), "altered"):
        alteration = ALTERATIONS[n % len(ALTERATIONS)]
        url, name = _copy(folder, n), str(alteration.__name__)
        at = alter(url, alteration, random)
        faults = _faults(url, kept)
        rounds[name] += 1
        found[name] += bool(faults)
        sought[name] += at is not None
        placed[name] += at is not None and bool(faults) and faults[0].gsn == at
        _remove(url)
    print(f"{'alteration of the register':40} {'number':>7} {'found':>7} {'place known':>12} {'place named':>12}")
    for name in rounds:
        print(f"{name:40} {rounds[name]:7} {found[name]:7} {sought[name]:12} {placed[name]:12}")
    total = [sum(each.values()) for each in (rounds, found, sought, placed)]
    print(f"{'all':40} {total[0]:7} {total[1]:7} {total[2]:12} {total[3]:12}")


def _faults(url: str, kept: str) -> list[Fault]:
    """What verify says; a register that cannot even be opened is a finding too."""
    try:
        store = open_store(url)
    except Refused as why:
        return [Fault(None, why.sv, why.en)]
    try:
        Tables(store)
        return verify(store, (WITNESS_KEY,), (("witness", kept),)).faults
    finally:
        store.close()


def _altered_archives(base: Path, kept: str, keys: tuple[str, ...], random: Random, number: int) -> None:
    """One bit of one file of the archive, packed again properly."""
    content = _unpacked(base)
    found = Counter[str]()
    rounds = Counter[str]()
    for n in track(range(number), "archives"):
        name = sorted(content)[n % len(content)]
        changed = bytearray(content[name])
        changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
        path = base.with_name(f"altered-{n}.zip")
        with zipfile.ZipFile(path, "w") as archive:
            for other, body in content.items():
                archive.writestr(other, bytes(changed) if other == name else body)
        try:
            faults = bool(verify_archive(path, (("vittnet", kept),), keys).faults)
        except UNREADABLE:
            faults = True  # said as a sentence by the command, with exit code 2
        kind = name.split("/")[0]
        rounds[kind] += 1
        found[kind] += faults
        os.unlink(path)
    print(f"\n{'a bit of a file of the archive':40} {'number':>7} {'found':>7}")
    for name in rounds:
        print(f"{name:40} {rounds[name]:7} {found[name]:7}")


def _unpacked(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _untouched(folder: Path, kept: str, number: int) -> None:
    """Copies that are only used: read anew, backed up and restored, with texts erased by decision."""
    alarms = Counter[str]()
    rounds = Counter[str]()
    for n in track(range(number), "untouched"):
        what = ("as it is", "rebuilt", "backed up and restored", "erased")[n % 4]
        url = _copy(folder, n)
        _use(url, what)
        rounds[what] += 1
        alarms[what] += bool(_faults(url, kept))
        _remove(url)
    print(f"\n{'an untouched register':40} {'number':>7} {'alarms':>7}")
    for what in rounds:
        print(f"{what:40} {rounds[what]:7} {alarms[what]:7}")


def _use(url: str, what: str) -> None:
    store = open_store(url)
    try:
        live = LiveRegister(store, Tables(store))
        if what == "rebuilt":
            live.tables.rebuild()
        elif what == "erased":
            _erase(live)
        elif what == "backed up and restored":
            path = Path(url.removeprefix("sqlite:///"))
            with store.database.writing() as c:
                c.execute("SELECT 1")
            store.close()
            shutil.copy(path, path.with_suffix(".backup"))
            os.replace(path.with_suffix(".backup"), path)
    finally:
        store.close()


def _erase(live: LiveRegister) -> None:
    gsn, key = next(
        (gsn, key) for gsn in range(1, live.store.last_gsn()) for key, *_ in live.store.disclosed(gsn - 1, 1)
    )
    today = live.today()
    asked = RequestErasure(
        erasure="prov", on=today, legal_basis="Dataskyddsförordningen artikel 17", reason="Prov av radering",
        texts=(HeldText(gsn=gsn, id=key),),
    )  # fmt: skip
    live.ask(asked, COORDINATOR)
    live.ask(ApproveErasure(erasure="prov", on=today), SECOND)


if __name__ == "__main__":
    main()
