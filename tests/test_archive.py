"""The archive: it checks itself with Python alone, and says what is not as it was exported."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.ledger.notes import signed
from adapters.ledger.verify import EVENTS, MANIFEST, TEXTS, Checkpoint, verify_archive
from domain.erasure import ApproveErasure, HeldText, RequestErasure
from service.archive import write_archive
from service.proof import register_key
from service.register import LiveRegister
from tests.given import COORDINATOR, but
from tests.tampering import WITNESS_KEY, a_history

BOOKS = {"vasteras-2019-2020.pdf": b"%PDF-1.7 the book"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[LiveRegister, Path, str]]:
    """A register, its archive, and the checkpoint that a witness kept."""
    folder = tmp_path_factory.mktemp("archive")
    with a_history(f"sqlite:///{folder / 'r.db'}") as (live, kept):
        write_archive(live.store, folder / "r.zip", books=BOOKS, witnesses=(WITNESS_KEY,))
        yield live, folder / "r.zip", kept


def packed(source: Path, target: Path, **changes: bytes | None) -> Path:
    """A copy of the archive with some files changed (or left out)."""
    with zipfile.ZipFile(source) as given, zipfile.ZipFile(target, "w") as copy:
        for name in given.namelist():
            content = changes.get(name, given.read(name))
            if content is not None:
                copy.writestr(name, content)
    return target


def read(archive: Path, name: str) -> bytes:
    with zipfile.ZipFile(archive) as content:
        return content.read(name)


def test_an_archive_is_intact_and_says_what_it_holds(made: tuple[LiveRegister, Path, str]) -> None:
    live, archive, kept = made
    verdict = verify_archive(archive, (kept,), (str(register_key(live.store)),))
    assert verdict.faults == ()
    assert verdict.events == live.store.last_gsn()
    told = " ".join(en for _, en in verdict.told)
    assert "signed by lpo-prov" in told
    assert "0 were erased" in told
    assert "the archive's own" not in told


def test_the_program_in_it_needs_nothing_but_python(made: tuple[LiveRegister, Path, str], tmp_path: Path) -> None:
    with zipfile.ZipFile(made[1]) as archive:
        archive.extractall(tmp_path)
    alone = [sys.executable, "-I", "-S", "verify.py", "--english"]  # no other packages, no paths, no environment
    done = subprocess.run(alone, cwd=tmp_path, env={}, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "The history is intact."
    (tmp_path / "book" / "vasteras-2019-2020.pdf").write_bytes(b"%PDF-1.7 another book")
    done = subprocess.run(alone, cwd=tmp_path, env={}, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "book/vasteras-2019-2020.pdf: not as exported." in done.stdout
    assert done.stdout.splitlines()[-1] == "THE HISTORY IS NOT INTACT."


def test_the_same_history_gives_the_same_bytes(made: tuple[LiveRegister, Path, str], tmp_path: Path) -> None:
    live, archive, _ = made
    write_archive(live.store, tmp_path / "again.zip", books=BOOKS, witnesses=(WITNESS_KEY,))
    assert (tmp_path / "again.zip").read_bytes() == archive.read_bytes()


def test_an_altered_event_is_named(made: tuple[LiveRegister, Path, str], tmp_path: Path) -> None:
    lines = read(made[1], EVENTS).split(b"\n")
    lines[4] = lines[4].replace(b"anna", b"olle")
    verdict = verify_archive(packed(made[1], tmp_path / "a.zip", **{EVENTS: b"\n".join(lines)}))
    assert verdict.faults[0].gsn == 5
    assert "Event 5" in verdict.faults[0].en


def test_a_text_that_was_altered_or_left_out_is_named(made: tuple[LiveRegister, Path, str], tmp_path: Path) -> None:
    lines = read(made[1], TEXTS).decode().splitlines()
    first = json.loads(lines[0])
    changed = json.dumps(first | {"text": "något annat"})
    for n, content in enumerate(("\n".join([changed, *lines[1:]]), "\n".join(lines[1:]))):
        verdict = verify_archive(packed(made[1], tmp_path / f"{n}.zip", **{TEXTS: content.encode()}))
        assert "lacking or was altered" in verdict.faults[0].en
        assert first["id"] in verdict.faults[0].en


def test_a_book_that_is_missing_and_a_file_that_was_added_are_named(
    made: tuple[LiveRegister, Path, str], tmp_path: Path
) -> None:
    target = packed(made[1], tmp_path / "a.zip", **{"book/vasteras-2019-2020.pdf": None})
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr("book/vasteras-2019-2021.pdf", b"%PDF smuggled")
        archive.writestr("__MACOSX/._book", b"what a system adds by itself")
    names = [fault.en.split(":")[0] for fault in verify_archive(target).faults]
    assert names == ["book/vasteras-2019-2020.pdf", "book/vasteras-2019-2021.pdf"]


def test_a_list_of_files_that_the_register_did_not_sign_is_refused(
    made: tuple[LiveRegister, Path, str], tmp_path: Path
) -> None:
    forged = signed("samverkan-archive-v1\n", "samverkan/forged", b"\5" * 32)
    verdict = verify_archive(packed(made[1], tmp_path / "a.zip", **{MANIFEST: forged.encode()}))
    assert "MANIFEST.txt" in verdict.faults[0].en


def test_a_checkpoint_that_somebody_else_kept_is_decisive(made: tuple[LiveRegister, Path, str], tmp_path: Path) -> None:
    live, archive, kept = made
    key = live.store.vault.keys.signing
    origin = register_key(live.store).name
    other = signed(Checkpoint(origin, 10, bytes(32)).text, origin, key)
    assert "the history up to event 10 is not" in verify_archive(archive, (other,)).faults[0].en
    longer = signed(Checkpoint(origin, 10_000, bytes(32)).text, origin, key)
    assert "the end of the history is missing" in verify_archive(archive, (longer,)).faults[0].en
    unsigned = kept.replace("lpo-prov", "nobody").replace(origin, "nobody", 0)
    assert verify_archive(archive, (unsigned,)).faults == ()


def test_without_texts_the_history_still_verifies(made: tuple[LiveRegister, Path, str], tmp_path: Path) -> None:
    write_archive(made[0].store, tmp_path / "bare.zip", books={}, texts=False)
    with zipfile.ZipFile(tmp_path / "bare.zip") as archive:
        assert TEXTS not in archive.namelist()
        assert not any(b"lampan" in archive.read(name) for name in archive.namelist())
    assert verify_archive(tmp_path / "bare.zip").faults == ()


def test_an_erased_text_is_in_no_later_archive_and_its_absence_is_no_fault(tmp_path: Path) -> None:
    with a_history(f"sqlite:///{tmp_path / 'r.db'}", reports=2) as (live, _):
        store = live.store
        gsn = store.last_gsn()
        held = tuple(HeldText(gsn=gsn, id=key) for key, _, text in store.disclosed(gsn - 1, 1) if "lampan" in text)
        asked = RequestErasure(erasure="e", on=live.today(), legal_basis="Artikel 17", reason="Fel.", texts=held)
        live.ask(asked, COORDINATOR)
        live.ask(ApproveErasure(erasure="e", on=live.today()), but(COORDINATOR, account="olle", role="chef"))
        write_archive(store, tmp_path / "r.zip", books={})
    verdict = verify_archive(tmp_path / "r.zip")
    assert verdict.faults == ()
    assert any("1 were erased" in en for _, en in verdict.told)
    with zipfile.ZipFile(tmp_path / "r.zip") as archive:
        assert not any(b"Rapport 1: lampan" in archive.read(name) for name in archive.namelist())


def test_a_broken_archive_is_never_half_written(tmp_path: Path) -> None:
    def broken(_: int) -> None:
        raise RuntimeError("the disk is full")

    with a_history(f"sqlite:///{tmp_path / 'r.db'}", reports=2) as (live, _):
        with pytest.raises(RuntimeError, match="full"):
            write_archive(live.store, tmp_path / "r.zip", books={}, progress=broken)
        assert [path.name for path in tmp_path.iterdir() if "zip" in path.name] == []
