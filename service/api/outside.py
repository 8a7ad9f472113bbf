"""Long work outside the web process, which so never loads what computes: the command line, in a process of its own."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from domain.core import Actor, Refused, refuse
from domain.signal import Sentence
from service.settings import Settings

LONGEST = 600  # seconds


@dataclass(frozen=True, slots=True)
class Changed:
    """Since event `since`, which the answer rests on, so many of the `of` figures of the period are others.

    earlier: and so many of earlier periods.
    """

    period: str
    since: int
    cells: int
    of: int
    earlier: int
    sentence: Sentence


def changed(told: dict[str, Any] | None) -> Changed | None:
    """As the command line tells it."""
    return None if told is None else Changed(**told | {"sentence": Sentence.model_validate(told["sentence"])})


async def compute(settings: Settings, by: Actor, command: str, wanted: Sequence[str]) -> Any:
    """What the command prints with --json. Raises the refusal that it ended with."""
    acting = options(account=by.account, role=by.role, organisation=by.organisation)
    return json.loads(await _in_its_own_process(settings, [*acting, command, "--json", *wanted]))


async def _in_its_own_process(settings: Settings, arguments: list[str]) -> bytes:
    place = settings.key_place
    keys = {"KEYS": str(place.file), "SEALING_KEY": place.sealing, "SIGNING_KEY": place.signing}
    environment = os.environ | {"SAMVERKAN_DATABASE": settings.database}
    environment |= {f"SAMVERKAN_{name}": value for name, value in keys.items() if value}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "service.cli", *arguments, env=environment, stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        printed, said = await asyncio.wait_for(process.communicate(), LONGEST)
    except TimeoutError:
        process.kill()
        await process.wait()
        refuse("too-slow", "Beräkningen tog för lång tid.", "The computation took too long.")
    if process.returncode == 2:
        raise _refusal(said)
    if process.returncode:
        raise RuntimeError(f"the computation ended with {process.returncode}")
    return printed


def _refusal(said: bytes) -> Refused:
    """What the command line says with --json: the rule and the sentences, on its last line."""
    told: dict[str, str] = json.loads(said.decode().splitlines()[-1])
    return Refused(told["rule"], told["sv"], told["en"])


def options(**given: object) -> list[str]:
    """Options of the command line for what is not None; a tuple is given once for each of its members."""
    written = []
    for name, value in given.items():
        for each in value if isinstance(value, tuple) else (value,):
            written += [f"--{name}={each}"] if each is not None else []
    return written
