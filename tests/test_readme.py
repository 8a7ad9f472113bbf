"""The README's commands do what it says: each is executed, and its output is compared line by line."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from fnmatch import fnmatchcase
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"
CONSOLE = re.compile(r"```console\n(.*?)```", re.DOTALL)


def steps(text: str) -> list[tuple[str, list[str]]]:
    """Each command of the console blocks, with the lines that it shall print; `…` stands for anything."""
    found: list[tuple[str, list[str]]] = []
    for block in CONSOLE.findall(text):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], []))
            elif line.startswith("> "):
                command, printed = found[-1]
                found[-1] = f"{command}\n{line[2:]}", printed
            else:
                found[-1][1].append(line)
    return found


def test_every_command_of_the_tour_prints_what_the_readme_says(tmp_path: Path) -> None:
    tour = steps(README.read_text(encoding="utf-8"))
    script = "\n".join(f"echo '@@{n}'\n{command}" for n, (command, _) in enumerate(tour))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {"PATH": path, "HOME": str(tmp_path), "LANG": "C.UTF-8", "COLUMNS": "120"}
    done = subprocess.run(
        ["bash"], input=script, capture_output=True, text=True, cwd=tmp_path, env=environment, timeout=300, check=False
    )
    assert done.stderr == ""
    outputs = re.split(r"^@@\d+\n", done.stdout, flags=re.MULTILINE)[1:]
    assert len(outputs) == len(tour) > 10
    for (command, wanted), printed in zip(tour, outputs, strict=True):
        compare(command, wanted, printed.splitlines())


def compare(command: str, wanted: list[str], printed: list[str]) -> None:
    """Line by line; a line `…` stands for any number of lines."""
    if "…" in wanted:
        cut = wanted.index("…")
        tail = wanted[cut + 1 :]
        wanted, printed = wanted[:cut] + tail, printed[:cut] + printed[len(printed) - len(tail) :]
    assert len(printed) == len(wanted), f"{command}\n" + "\n".join(printed)
    for line, pattern in zip(printed, wanted, strict=True):
        literal = re.sub(r"([\[\]*?])", r"[\1]", pattern).replace("…", "*")
        assert fnmatchcase(line, literal), f"{command}\nprinted: {line}\nwanted:  {pattern}"
