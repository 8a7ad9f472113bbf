"""Kills workers at random moments while they deliver: is a mail lost, or sent as another one?

`python -m tests.proof.mail_kills --number 100` puts so many mails in an outbox and starts one worker after another, a
process of its own each, that is killed with SIGKILL somewhere in its work; a third of them as the server takes a mail.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from random import Random

from adapters.outbox import LEASE, WAITS
from service.office import Office
from service.outgoing import follow
from service.register import utc_now
from service.settings import Settings
from tests.mail_server import MailServer, Taken
from tests.subscribed import run, subscribe, with_office

HERE = Path(__file__).parent.parent.parent
LONGEST_LIFE = 0.06
"""Seconds that a worker has before it is killed, at most; a mail takes about 20 ms."""
A_LIFE = LEASE.total_seconds() / 60 + WAITS[0].total_seconds() / 60 + 1
"""Minutes between workers by their own clock, so that what the dead one had claimed is free again."""


@dataclass
class Counted:
    """What came of it. changed: ids under which mails of unlike bytes came; repeated: further mails under an id."""

    sent: int = 0
    lost: int = 0
    changed: int = 0
    repeated: int = 0
    kills: int = 0


def kill_and_deliver(url: str, number: int, random: Random) -> Counted:
    """Deliver to so many subscribers, with workers that are killed; the last is left alone."""
    counted, victims = Counted(), Victims(random)
    with MailServer(taking=victims.maybe_kill) as server, with_office(url) as (live, office):
        for each in range(number):
            subscribe(live, office, f"n{each:04}")
        run(live)
        assert follow(live, office, utc_now(), Settings()) == number
        while _waits(office):
            # after so many kills the rest is delivered in peace
            victims.kill_one(url, server, counted.kills * A_LIFE, peaceful=counted.kills >= number)
            counted.kills += 1
        standing = office.outbox.counts()
    return _counted(server.mails, number, counted.kills - 1, standing["sent"])


def _waits(office: Office) -> bool:
    return office.outbox.counts()["waiting"] > 0


class Victims:
    """Starts workers and kills them."""

    def __init__(self, random: Random) -> None:
        self._random, self._at_mail, self._pid = random, 0, 0

    def kill_one(self, url: str, server: MailServer, minutes: float, *, peaceful: bool) -> None:
        """A worker from its beginning to its end."""
        # at the server's acceptance of its first to fifth mail, or whenever it is
        self._at_mail = self._random.randint(1, 5) if not peaceful and self._random.random() < 1 / 3 else 0
        command = [sys.executable, "-m", "tests.mail_worker", url, server.url, str(minutes)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=HERE, stderr=subprocess.DEVNULL) as child:
            self._pid = child.pid
            assert child.stdout is not None
            assert child.stdout.readline() == "ready\n"
            if not peaceful and not self._at_mail:
                time.sleep(self._random.uniform(0, LONGEST_LIFE))
                child.kill()
            child.wait(120)

    def maybe_kill(self, _: Taken) -> None:
        """When the server has a mail, before anybody knows."""
        if self._at_mail == 1:
            os.kill(self._pid, signal.SIGKILL)
        self._at_mail -= 1


def _counted(mails: list[Taken], number: int, kills: int, recorded: int) -> Counted:
    versions: dict[str, list[Taken]] = defaultdict(list)
    for each in mails:
        versions[each.id].append(each)
    receivers = {each.to for each in mails}
    assert recorded == number
    return Counted(
        sent=len(receivers),
        lost=number - len(receivers),
        changed=sum(len(set(each)) > 1 for each in versions.values()) + len(versions) - len(receivers),
        repeated=len(mails) - len(versions),
        kills=kills,
    )


def main() -> None:
    """Print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/register.db"
        began = time.monotonic()
        c = kill_and_deliver(url, given.number, Random(given.seed))
    print(f"{given.number} mails, {c.kills} workers killed, {time.monotonic() - began:.0f} s")
    print(f"sent: {c.sent}")
    print(f"lost: {c.lost}")
    print(f"ids whose mails differ: {c.changed}")
    print(f"sent again under the same id, byte by byte the same: {c.repeated}")
    sys.exit(1 if c.lost or c.changed else 0)


if __name__ == "__main__":
    main()
