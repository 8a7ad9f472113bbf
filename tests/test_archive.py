"""The archive: it checks itself with Python alone, and says what is not as it was exported."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from adapters.ledger import verify
from adapters.ledger.notes import signed
from adapters.ledger.verify import EVENTS, MANIFEST, TEXTS, Checkpoint, verify_archive
from domain.erasure import ApproveErasure, HeldText, RequestErasure
from domain.observation import Observe
from service.archive import write_archive
from service.proof import register_key, sign_checkpoint
from service.register import LiveRegister
from tests.given import COORDINATOR, EST, REPORT, but
from tests.tampering import WITNESS_KEY, a_history

BOOKS = {"book/vasteras-2019-2020.pdf": b"%PDF-1.7 the book"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[LiveRegister, Path, str]]:
    """A register, its archive, and the checkpoint that a witness kept."""
    folder = tmp_path_factory.mktemp("archive")
    with a_history(f"sqlite:///{folder / 'r.db'}") as (live, kept):
        write_archive(live.store, folder / "r.zip", papers=BOOKS, witnesses=(WITNESS_KEY,))
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
    known = (str(register_key(live.store)), str(WITNESS_KEY))
    verdict = verify_archive(archive, (("vittnet", kept),), known)
    assert verdict.faults == ()
    assert verdict.events == verdict.believed == live.store.last_gsn()
    assert verdict.conclusion[1] == "The history is intact."
    told = " ".join(en for _, en in verdict.told)
    assert f"lpo-prov has signed 1 checkpoint, the latest over {verdict.events} events." in told
    assert "0 were erased" in told


def test_without_a_key_from_elsewhere_it_only_hangs_together(made: tuple[LiveRegister, Path, str]) -> None:
    for trusted in ((), ("",), (" ",)):
        verdict = verify_archive(made[1], (), trusted)
        assert (verdict.faults, verdict.believed) == ((), 0)
        assert "Who signed it was not checked" in verdict.conclusion[1]


def test_a_witness_alone_vouches_for_the_events_and_not_for_the_list_of_files(
    made: tuple[LiveRegister, Path, str],
) -> None:
    verdict = verify_archive(made[1], (("vittnet", made[2]),), (str(WITNESS_KEY),))
    assert verdict.conclusion[1] == "The history is intact."
    assert any("who made the list was not checked" in en for _, en in verdict.told)
    nobody = verify_archive(made[1], (), (str(WITNESS_KEY),))
    assert "Who signed it was not checked" in nobody.conclusion[1]


def test_a_forged_history_with_keys_of_its_own_is_not_believed(
    made: tuple[LiveRegister, Path, str], tmp_path: Path
) -> None:
    """Another history under the same name, signed by an attacker who puts the attacker's keys into the archive."""
    live, _, kept = made
    with a_history(f"sqlite:///{tmp_path / 'other.db'}", reports=3) as (other, _):
        write_archive(other.store, tmp_path / "forged.zip", papers={}, witnesses=(WITNESS_KEY,))
    verdict = verify_archive(tmp_path / "forged.zip", (), (str(register_key(live.store)),))
    assert "not signed" in " ".join(fault.en for fault in verdict.faults)
    assert verify_archive(tmp_path / "forged.zip", (("vittnet", kept),), (str(WITNESS_KEY),)).faults


def test_the_program_in_it_needs_nothing_but_python(made: tuple[LiveRegister, Path, str], tmp_path: Path) -> None:
    with zipfile.ZipFile(made[1]) as archive:
        archive.extractall(tmp_path)
    alone = [sys.executable, "-I", "-S", "verify.py", "--english"]  # no other packages, no paths, no environment
    done = subprocess.run(alone, cwd=tmp_path, env={}, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1].startswith("The archive hangs together.")
    (tmp_path / "THEIRS.txt").write_text(made[2], encoding="utf-8")
    believed = [*alone, "--checkpoint", "THEIRS.txt", "--key", str(WITNESS_KEY)]
    done = subprocess.run(believed, cwd=tmp_path, env={}, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "The history is intact.")
    (tmp_path / "book" / "vasteras-2019-2020.pdf").write_bytes(b"%PDF-1.7 another book")
    done = subprocess.run(alone, cwd=tmp_path, env={}, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "book/vasteras-2019-2020.pdf: not as exported." in done.stdout
    assert done.stdout.splitlines()[-1] == "THE HISTORY IS NOT INTACT."


def test_the_same_history_gives_the_same_bytes(made: tuple[LiveRegister, Path, str], tmp_path: Path) -> None:
    live, archive, _ = made
    write_archive(live.store, tmp_path / "again.zip", papers=BOOKS, witnesses=(WITNESS_KEY,))
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
    assert "the history up to event 10 is not" in verify_archive(archive, (("x", other),)).faults[0].en
    longer = signed(Checkpoint(origin, 10_000, bytes(32)).text, origin, key)
    assert "the end of the history is missing" in verify_archive(archive, (("x", longer),)).faults[0].en
    stranger = signed(Checkpoint(origin, 10, live.store.ledger.checkpoint(10).root).text, "nobody", b"\4" * 32)
    for unusable in (stranger, "no note"):
        with pytest.raises(verify.CannotCheck, match=r"not signed by any of the keys|no checkpoint"):
            verify_archive(archive, (("x", unusable),))
    with pytest.raises(verify.CannotCheck, match="is no key"):
        verify_archive(archive, (), ("x",))
    spoiled = kept.replace("\n\n", "\next\n\n", 1)
    assert "its signature is not valid" in verify_archive(archive, (("x", spoiled),)).faults[0].en
    assert verify_archive(archive, (("vittnet", kept),)).faults == ()


def test_without_texts_the_history_still_verifies(made: tuple[LiveRegister, Path, str], tmp_path: Path) -> None:
    write_archive(made[0].store, tmp_path / "bare.zip", papers={}, texts=False)
    with zipfile.ZipFile(tmp_path / "bare.zip") as archive:
        assert TEXTS not in archive.namelist()
        assert not any(b"lampan" in archive.read(name) for name in archive.namelist())
    assert verify_archive(tmp_path / "bare.zip").faults == ()


def test_an_erased_text_is_in_no_later_archive_and_its_absence_is_no_fault(tmp_path: Path) -> None:
    with a_history(f"sqlite:///{tmp_path / 'r.db'}", reports=2) as (live, _):
        store = live.store
        gsn = store.last_gsn()
        held = tuple(HeldText(gsn=gsn, id=key) for key, _, text in store.disclosed(gsn - 1, 1) if "lampan" in text)
        asked = RequestErasure(erasure="e", on=live.today(), legal_basis="Artikel 17", reason="Fel uppgift", texts=held)
        live.ask(asked, COORDINATOR)
        live.ask(ApproveErasure(erasure="e", on=live.today()), but(COORDINATOR, account="olle", role="chef"))
        write_archive(store, tmp_path / "r.zip", papers={})
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
            write_archive(live.store, tmp_path / "r.zip", papers={}, progress=broken)
        assert [path.name for path in tmp_path.iterdir() if "zip" in path.name] == []


def test_a_name_that_is_there_twice_is_a_fault(made: tuple[LiveRegister, Path, str], tmp_path: Path) -> None:
    target = packed(made[1], tmp_path / "a.zip")
    with zipfile.ZipFile(target, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("README.txt", b"evil")
    assert "README.txt is there twice." in [fault.en for fault in verify_archive(target).faults]


def test_a_file_that_somebody_laid_beside_an_unpacked_archive_is_told_and_no_fault(
    made: tuple[LiveRegister, Path, str], tmp_path: Path
) -> None:
    with zipfile.ZipFile(made[1]) as archive:
        archive.extractall(tmp_path)
    (tmp_path / "anteckningar.txt").write_text("mina")
    verdict = verify_archive(tmp_path)
    assert verdict.faults == ()
    assert "anteckningar.txt does not belong to the archive." in [en for _, en in verdict.told]
    (tmp_path / "book" / "falsk-2022.pdf").write_bytes(b"%PDF")
    assert "book/falsk-2022.pdf" in verify_archive(tmp_path).faults[0].en


@pytest.mark.parametrize("cut", [1, 500])
def test_an_archive_that_lacks_its_last_events_is_named(
    made: tuple[LiveRegister, Path, str], tmp_path: Path, cut: int
) -> None:
    events = read(made[1], EVENTS).split(b"\n")[:-1][:-1] if cut == 1 else []
    verdict = verify_archive(packed(made[1], tmp_path / "a.zip", **{EVENTS: b"".join(e + b"\n" for e in events)}))
    assert verdict.faults[0].gsn == len(events) + 1


def test_others_may_write_while_an_archive_is_written(tmp_path: Path) -> None:
    with a_history(f"sqlite:///{tmp_path / 'r.db'}", reports=4) as (live, _):
        numbers = iter(range(1000))

        def meanwhile(_: int) -> None:
            content = but(REPORT, text="Under tiden.")
            live.ask(Observe(observation=f"sen-{next(numbers)}", source=EST, content=content), COORDINATOR)
            live.store.ledger.keep(live.store.last_gsn(), sign_checkpoint(live.store))

        write_archive(live.store, tmp_path / "r.zip", papers={}, progress=meanwhile)
        assert next(numbers) > 0
    assert verify_archive(tmp_path / "r.zip").faults == ()


def test_nonsense_in_an_archive_is_a_finding_or_unreadable_and_never_a_crash(
    made: tuple[LiveRegister, Path, str], tmp_path: Path
) -> None:
    random = Random(4)
    content = {name: read(made[1], name) for name in (EVENTS, TEXTS, MANIFEST, "keys.txt", "ledger.bin")}
    strange = [b"[" * 100_000, b"-1", b"1e99", b'{"text":5}', b"\xff", b"null", b"\x1b[2J\n", b"9" * 5000]
    for n in range(60):
        name = random.choice(sorted(content))
        at = random.randrange(len(content[name]))
        changed = content[name][:at] + random.choice(strange) + content[name][at + random.randrange(40) :]
        done = subprocess.run(
            [sys.executable, "-I", "-S", verify.__file__, str(packed(made[1], tmp_path / "a.zip", **{name: changed}))],
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode in (1, 2), (n, name, done.stdout)
        assert "Traceback" not in done.stderr
        assert "\x1b" not in done.stdout + done.stderr
