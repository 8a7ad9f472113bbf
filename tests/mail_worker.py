"""A worker to be killed: `python -m tests.mail_worker DATABASE SERVER MINUTES`.

It delivers what is due, so many minutes later than it is, and prints `ready` before.
"""

from __future__ import annotations

import sys
from datetime import timedelta

from adapters.event_store import open_store
from adapters.tables import Tables
from service.office import open_office
from service.outgoing import deliver
from service.register import LiveRegister, utc_now
from service.settings import Settings


def work(database: str, server: str, minutes: str) -> None:
    """Round after round, until nothing is due."""
    store = open_store(database)
    live = LiveRegister(store, Tables(store))
    office = open_office(live)
    print("ready", flush=True)
    while deliver(live, office, utc_now() + timedelta(minutes=float(minutes)), Settings(mail_server=server)):
        pass
    live.close()


if __name__ == "__main__":
    work(*sys.argv[1:])
