"""A writer to be killed: `python -m tests.crash_writer URL SEED`.

It asks one command after another, each under an id of its own, and prints the id when the register has answered. When
the database is away it asks the same command again under the same id, as a client should.
"""

from __future__ import annotations

import sys
import time
from random import Random

from adapters.database import DatabaseUnavailable
from domain.core import Command, Refused
from service.register import LiveRegister
from tests.plausible import BY, Writer, founded

PATIENCE = 60  # seconds for which it asks again


def write(url: str, seed: str) -> None:
    """Write until killed."""
    live = founded(url)
    writer = Writer(live, Random(seed), name=f"w{seed}")
    print("ready", flush=True)
    while True:
        ask(live, think(writer), f"{seed}-{writer.number}")


def think(writer: Writer) -> Command:
    """The next command, as soon as the database answers."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return writer.next()
        except DatabaseUnavailable:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def ask(live: LiveRegister, command: Command, command_id: str) -> None:
    """Ask, and say so when it has been answered; a refusal is not acknowledged."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            live.ask(command, BY, command_id=command_id)
        except Refused:
            return
        except DatabaseUnavailable:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            print(command_id, flush=True)
            return


if __name__ == "__main__":
    write(*sys.argv[1:])
