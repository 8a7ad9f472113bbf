"""The command line: a mistake ends with one sentence and exit code 2, and what went well can be read back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from service.cli import _sentences
from tests.test_api import PROPOSE, SIGN


def samverkan(folder: Path, *arguments: str, given: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "service.cli", *arguments],
        input=given, capture_output=True, text=True, cwd=Path(__file__).parents[1], timeout=120, check=False,
        env={"PATH": os.environ["PATH"], "SAMVERKAN_DATABASE": f"sqlite:///{folder}/r.db", "SAMVERKAN_LANGUAGE": "en"}
        | environment,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["judge", "nosuch", "act", "--reason", "x"], "The signal “nosuch” does not exist."),
        (["import", "nofile.csv", "--source", "s"], "The source “s” does not exist."),
        (["do", "propose"], "The input does not fit"),
        (["--database", "oracle://x", "init"], "The setting SAMVERKAN_DATABASE does not fit"),
        (["--database", "postgresql://h/r?schema=1-", "init"], "The setting SAMVERKAN_DATABASE does not fit"),
        (["--database", "sqlite:////no/such/folder/r.db", "init"], "The database does not answer"),
        (["as-of", "tomorrow"], "neither a day"),
        (["serve", "--host", "0.0.0.0"], "sign-in is not set up"),
        (["nonsense"], "No such command"),
    ],
)
def test_a_mistake_ends_with_a_sentence_and_exit_code_2(tmp_path: Path, arguments: list[str], said: str) -> None:
    done = samverkan(tmp_path, *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_the_sentence_is_swedish_unless_english_is_asked_for(tmp_path: Path) -> None:
    done = samverkan(tmp_path, "judge", "nosuch", "act", "--reason", "x", SAMVERKAN_LANGUAGE="sv")
    assert "Signalen ”nosuch” finns inte." in done.stderr
    done = samverkan(tmp_path, "as-of", "igår", SAMVERKAN_LANGUAGE="sv")
    assert "”igår” är varken en dag (2020-11-18) eller ett händelsenummer." in done.stderr
    assert done.returncode == 2


def test_a_file_that_is_not_there_is_named_in_swedish_with_the_words_of_the_system() -> None:
    sv, en = _sentences(FileNotFoundError(2, "No such file or directory", "borta.csv"))
    assert sv == "Filen ”borta.csv” finns inte. Kontrollera namnet och katalogen (No such file or directory)."
    assert en == "[Errno 2] No such file or directory: 'borta.csv'"
    assert _sentences(OSError("fullt"))[0] == "Något gick inte att läsa eller skriva (fullt)."


def test_any_command_can_be_given_as_json_and_repeated_under_its_id(tmp_path: Path) -> None:
    samverkan(tmp_path, "do", "sign", given=json.dumps(SIGN))
    for _ in range(2):
        done = samverkan(tmp_path, "do", "propose", "--command-id", "p-1", given=json.dumps(PROPOSE))
        assert done.stdout == "Recorded: problem-ran, version 1, event 2.\n"
    told = samverkan(tmp_path, "history", "--problem", "ran", "--actor", "samordnare").stdout
    assert len(told.splitlines()) == 1
    assert "Rån mot unga" in told
    assert "problem ran: Rån mot unga (proposed)" in samverkan(tmp_path, "as-of", "2").stdout
    assert "problem ran" not in samverkan(tmp_path, "as-of", "1").stdout
    assert "problem ran: Rån mot unga (föreslagen)" in samverkan(tmp_path, "as-of", "2", SAMVERKAN_LANGUAGE="sv").stdout


def test_rejected_rows_are_written_beside_the_file(tmp_path: Path) -> None:
    samverkan(tmp_path, "source", "s", "--name", "S", "--owner", "O")
    file = tmp_path / "antal.csv"
    file.write_text("Område;Månad;Kategori;Antal\nRåby;2020-01;Klotter;3\nRåby;2020-13;Klotter;1\n", encoding="cp1252")
    refused = samverkan(tmp_path, "import", str(file), "--source", "s", "--new-names")
    assert (refused.returncode, "Row 3" in refused.stderr) == (2, True)
    done = samverkan(tmp_path, "import", str(file), "--source", "s", "--new-names", "--accept-valid")
    assert "1 new, 0 corrected, 0 unchanged, 1 rejected of 2 rows" in done.stdout
    assert "2020-13" in (tmp_path / "antal.csv.rejected.csv").read_text(encoding="utf-8-sig")
    key = done.stdout.split(":")[0]
    assert samverkan(tmp_path, "withdraw", key, "--reason", "Fel fil").returncode == 0
    assert samverkan(tmp_path, "rebuild").returncode == 0


def test_an_assessment_that_is_refused_says_why_as_json_too(tmp_path: Path) -> None:
    samverkan(tmp_path, "source", "s", "--name", "S", "--owner", "O")
    done = samverkan(tmp_path, "assess", "--source", "s", "--json")
    assert done.returncode == 2
    assert json.loads(done.stderr)["rule"] == "nothing-to-assess"


def test_what_could_not_be_assessed_and_short_baselines_are_told_with_the_reasons(tmp_path: Path) -> None:
    samverkan(tmp_path, "source", "s", "--name", "S", "--owner", "O")
    rows = [f"Råby;2020-{m:02};Klotter;{m % 3}" for m in range(1, 9)] + ["Bäckby;2020-07;Klotter;3"]
    file = tmp_path / "antal.csv"
    file.write_text("\n".join(["Område;Månad;Kategori;Antal", *rows]), encoding="utf-8")
    samverkan(tmp_path, "import", str(file), "--source", "s", "--new-names")
    done = samverkan(tmp_path, "assess").stdout
    assert "Could not be assessed: 1 lack a figure for the period." in done
    assert "Less than a year to compare with: 1 (6 months at least)" in done
    refused = samverkan(tmp_path, "assess", "--period", "2020-01")
    assert "None of the 2 series of the source “s” can be assessed for 2020-01" in refused.stderr


def test_rejected_rows_have_their_reasons_in_the_reader_s_language(tmp_path: Path) -> None:
    samverkan(tmp_path, "source", "s", "--name", "S", "--owner", "O")
    file = tmp_path / "antal.csv"
    file.write_text("Område;Månad;Kategori;Antal\nRåby;2020-01;Klotter;3\nRåby;2020-02;Klotter;x\n", encoding="utf-8")
    refused = samverkan(tmp_path, "import", str(file), "--source", "s", "--new-names")
    assert ": 1 fault." in refused.stderr
    assert "take in the sound rows only. (--accept-valid, --new-names)" in refused.stderr
    samverkan(tmp_path, "import", str(file), "--source", "s", "--new-names", "--accept-valid")
    assert "number" in (tmp_path / "antal.csv.rejected.csv").read_text(encoding="utf-8-sig")


def test_what_a_library_says_of_its_arguments_is_not_what_the_user_reads() -> None:
    for said in _sentences(ValueError("lam value too large")):
        assert "lam" not in said
        assert said.endswith(("anmäl felet.", "report the fault."))
