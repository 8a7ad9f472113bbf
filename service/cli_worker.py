"""The command line's worker: assesses what is due and tells those who want to know, until it is stopped."""

from __future__ import annotations

import signal
import sys
from functools import partial
from threading import Event

import click

from service.schedule import next_moment
from service.session import Session, progress_bar


@click.command()
@click.option("--once", is_flag=True, help="Do what is due now, and end; for a schedule of your own.")
@click.pass_obj
def worker(session: Session, once: bool) -> None:
    """Run the periodic assessments when they are due, and send what they bring, until stopped. Several may run.

    When they are due: SAMVERKAN_WEEKLY, SAMVERKAN_MONTHLY.
    """
    from service.steps import steps_of  # numba and scipy take seconds to load
    from service.worker import Worker

    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    live, settings = session.live, session.settings
    at_work = Worker(steps_of(live, settings, stop, progress_bar), live.clock, partial(next_moment, settings), stop)
    try:
        well = at_work.run_once() if once else at_work.run()
    finally:
        live.close()
    sys.exit(not well)
