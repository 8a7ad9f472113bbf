"""The command line's proof: verify, export, checkpoints, and a witness that cosigns by file and over the API."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from random import Random

from adapters.ledger.verify import read_checkpoint, read_note
from tests.tampering import a_history, alter
from tests.test_api import PROPOSE, SIGN
from tests.test_cli import samverkan
from tests.test_serving import answer, served


def begun(folder: Path) -> None:
    samverkan(folder, "do", "sign", given=json.dumps(SIGN))
    samverkan(folder, "do", "propose", given=json.dumps(PROPOSE))


def test_a_register_is_verified_and_an_alteration_ends_with_exit_code_1(tmp_path: Path) -> None:
    with a_history(f"sqlite:///{tmp_path}/r.db"):
        pass
    done = samverkan(tmp_path, "verify")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "The history is intact.")
    alter(f"sqlite:///{tmp_path}/r.db", lambda attack: attack.set(7, topic="problem.closed"), Random(1))
    done = samverkan(tmp_path, "verify", SAMVERKAN_LANGUAGE="sv")
    assert done.returncode == 1
    assert "! Händelse 7 (" in done.stdout
    assert done.stdout.splitlines()[-1] == "HISTORIKEN ÄR INTE ORÖRD."


def test_an_archive_is_exported_verified_and_refused_when_it_is_none(tmp_path: Path) -> None:
    begun(tmp_path)
    done = samverkan(tmp_path, "export", str(tmp_path / "r.zip"))
    assert "2 events" in done.stdout
    done = samverkan(tmp_path, "verify", str(tmp_path / "r.zip"))
    assert (done.returncode, "hangs together" in done.stdout.splitlines()[-1]) == (0, True)
    key = samverkan(tmp_path, "checkpoint", "--key").stdout.strip()
    done = samverkan(tmp_path, "verify", str(tmp_path / "r.zip"), "--key", key)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "The history is intact.")
    (tmp_path / "none.zip").write_bytes(b"PK nothing")
    done = samverkan(tmp_path, "verify", str(tmp_path / "none.zip"))
    assert (done.returncode, "cannot be read" in done.stderr, "Traceback" in done.stderr) == (2, True, False)
    assert len(samverkan(tmp_path, "events").stdout.splitlines()) == 2


def test_the_program_of_the_archive_answers_like_the_command(tmp_path: Path) -> None:
    begun(tmp_path)
    samverkan(tmp_path, "export", str(tmp_path / "r.zip"), "--without-texts")
    with zipfile.ZipFile(tmp_path / "r.zip") as archive:
        archive.extract("verify.py", tmp_path)
    alone = [sys.executable, "-I", "-S", str(tmp_path / "verify.py"), str(tmp_path / "r.zip")]
    done = subprocess.run(alone, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, "hänger ihop" in done.stdout.splitlines()[-1]) == (0, True)
    done = subprocess.run([*alone[:-1], str(tmp_path / "no.zip")], capture_output=True, text=True, check=False)
    assert (done.returncode, "cannot be read" in done.stderr) == (2, True)


def witness(folder: Path, request: str, trust: str, *more: str) -> subprocess.CompletedProcess[str]:
    own = ("--keys", str(folder / "polisen.keys"), "--name", "polisen")
    return samverkan(
        folder, "witness", "cosign", request, *own, "--trust", trust, "--kept", str(folder / "kept.txt"), *more,
        SAMVERKAN_DATABASE=f"sqlite:///{folder}/police.db",
    )  # fmt: skip


def test_a_witness_cosigns_by_file_and_refuses_a_history_that_was_shortened(tmp_path: Path) -> None:
    begun(tmp_path)
    trust = samverkan(tmp_path, "checkpoint", "--key").stdout.strip()
    key = samverkan(tmp_path, "witness", "key", "--keys", str(tmp_path / "polisen.keys"), "--name", "polisen")
    request, cosigned = tmp_path / "request.txt", tmp_path / "cosigned.txt"
    samverkan(tmp_path, "checkpoint", "--since", "0", "--output", str(request))
    done = witness(tmp_path, str(request), trust, "--output", str(cosigned))
    assert (done.returncode, "Cosigned: 2 events." in done.stderr) == (0, True)
    known = {"SAMVERKAN_WITNESSES": key.stdout.strip()}
    assert "2 events is kept" in samverkan(tmp_path, "checkpoint", "--add", str(cosigned), **known).stdout
    unknown = samverkan(tmp_path, "checkpoint", "--add", str(cosigned))
    assert (unknown.returncode, "SAMVERKAN_WITNESSES" in unknown.stderr) == (2, True)
    assert samverkan(tmp_path, "verify", "--checkpoint", str(tmp_path / "kept.txt"), **known).returncode == 0
    again = witness(tmp_path, str(request), trust)
    assert (again.returncode, "since event 2" in again.stderr) == (2, True)
    wrong = witness(tmp_path, str(request), key.stdout.strip())
    assert (wrong.returncode, "not signed by a key that is trusted" in wrong.stderr) == (2, True)


def test_a_witness_cosigns_over_the_api(tmp_path: Path) -> None:
    begun(tmp_path)
    key = samverkan(tmp_path, "witness", "key", "--keys", str(tmp_path / "polisen.keys"), "--name", "polisen")
    trust = samverkan(tmp_path, "checkpoint", "--key").stdout.strip()
    with served(tmp_path, SAMVERKAN_WITNESSES=key.stdout.strip()) as address:
        assert trust in answer(f"{address}/api/v1/proof/keys").decode().splitlines()
        for _ in range(2):
            done = witness(tmp_path, f"{address}/api/v1", trust)
            assert (done.returncode, "Cosigned: 2 events." in done.stderr) == (0, True)
        (latest, *_) = json.loads(answer(f"{address}/api/v1/proof/checkpoints"))
        note = answer(f"{address}/api/v1/proof/checkpoint").decode()
    assert [name for name, _ in latest["signers"]][1:] == ["polisen"]
    assert read_checkpoint(read_note(note)).size == 2
    assert "— polisen " in note
    done = witness(tmp_path, "http://127.0.0.1:9/api/v1", trust)
    assert (done.returncode, "does not answer" in done.stderr) == (2, True)


def test_a_proof_is_printed_as_json_or_refused(tmp_path: Path) -> None:
    begun(tmp_path)
    assert json.loads(samverkan(tmp_path, "prove", "1").stdout)["gsn"] == 1
    assert [each["gsn"] for each in json.loads(samverkan(tmp_path, "prove", "--problem", "ran").stdout)] == [2]
    assert json.loads(samverkan(tmp_path, "prove", "--since", "1").stdout)["new"] == 2
    for arguments in (["prove", "3"], ["prove"], ["prove", "--problem", "x"], ["checkpoint", "--stamp"]):
        done = samverkan(tmp_path, *arguments)
        assert (done.returncode, "Traceback" in done.stderr) == (2, False)


def test_a_register_whose_read_models_were_changed_is_found_and_not_exported(tmp_path: Path) -> None:
    with a_history(f"sqlite:///{tmp_path}/r.db", reports=4):
        pass
    alter(f"sqlite:///{tmp_path}/r.db", lambda attack: attack.c.execute("DELETE FROM observations"), Random(1))
    done = samverkan(tmp_path, "verify")
    assert (done.returncode, "samverkan rebuild" in done.stdout) == (1, True)
    done = samverkan(tmp_path, "export", str(tmp_path / "r.zip"))
    assert (done.returncode, "--anyway" in done.stderr, (tmp_path / "r.zip").exists()) == (2, True, False)
    assert samverkan(tmp_path, "export", str(tmp_path / "r.zip"), "--anyway").returncode == 0
    samverkan(tmp_path, "rebuild")
    assert samverkan(tmp_path, "verify").returncode == 0


def test_the_archive_tells_the_history_in_words(tmp_path: Path) -> None:
    begun(tmp_path)
    samverkan(tmp_path, "export", str(tmp_path / "r.zip"))
    with zipfile.ZipFile(tmp_path / "r.zip") as archive:
        told = archive.read("history.txt").decode().splitlines()
    assert [line.split("\t")[0] for line in told] == ["1", "2"]
    assert "Rån mot unga" in told[1]


def test_what_cannot_be_used_to_check_against_accuses_nobody(tmp_path: Path) -> None:
    begun(tmp_path)
    (tmp_path / "no.txt").write_text("no checkpoint")
    for arguments in (["--checkpoint", "no.txt"], ["--checkpoint", "missing.txt"], ["--key", "abc"]):
        done = samverkan(tmp_path, "verify", *(str(tmp_path / a) if a.endswith(".txt") else a for a in arguments))
        assert (done.returncode, "NOT INTACT" in done.stdout + done.stderr) == (2, False)
        assert "Traceback" not in done.stderr


def test_a_register_without_a_history_is_not_said_to_be_intact(tmp_path: Path) -> None:
    done = samverkan(tmp_path, "verify")
    assert (done.returncode, "has no history to check" in done.stderr, done.stdout) == (2, True, "")
