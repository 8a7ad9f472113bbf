"""Workers that race over a year of weeks in simulated time, and are killed at random: nothing is lost, nothing doubled.

`python -m tests.proof.racing_workers [--weeks 53] [--workers 4] [--kills 80] [--seed 1]`, on SQLite and PostgreSQL.
The workers are real processes over one database; a file holds the moment that it is for all of them. The parent steps
it on, at times over several weeks, takes in figures as they come (some are corrected afterwards), kills workers with
SIGKILL and starts others, and has the mail server. Runs are due on Sundays at half past two: an hour that one Sunday
lacks and another has twice.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from functools import partial
from pathlib import Path
from random import Random
from threading import Event
from typing import Any
from urllib.parse import quote

import structlog
from aiosmtpd.controller import Controller
from rich.console import Console
from rich.progress import track
from rich.table import Table

from adapters.outbox import LEASE, Outbox
from adapters.subscriptions import Subscription
from domain.core import Recorded
from domain.period import containing, first_day, following, last_day
from domain.run import Run, RunMade, run_key
from domain.signal import AlertRaised, Assessment
from service.office import open_office
from service.register import LiveRegister
from service.schedule import next_moment
from service.settings import Settings
from service.steps import steps_of
from service.worker import Worker
from tests.plausible import SetClock, open_live
from tests.postgres import PostgresServer, free_port
from tests.weeks_of_figures import FIRST_WEEK, SURGE, at, founded, take

SOURCE, CRON = "polisen", "30 2 * * 0"
CORRECTED_EVERY, CAUGHT_UP_EVERY = 4, 5
SECONDS = 180.0
"""How long is waited, in real time, for workers to do what is due."""
STUCK = 4.0
"""So many seconds without a delivery, and whoever had claimed the rest is taken to be dead."""
CHANGES = {
    "2020-W12": datetime(2020, 3, 29, 1, 0, tzinfo=UTC),  # half past two is not there: at three
    "2020-W42": datetime(2020, 10, 25, 0, 30, tzinfo=UTC),  # it is there twice: at the first
}
"""When the runs of these weeks are due, because of summer time."""


@dataclass
class Found:
    """What was there in the end. early: runs recorded before they were due."""

    weeks: int = 0
    runs: int = 0
    owed_runs: int = 0
    lost_runs: int = 0
    doubled_runs: int = 0
    doubled_assessments: int = 0
    early: int = 0
    kills: int = 0
    alerts: int = 0
    untold_alerts: int = 0
    owed_mails: int = 0
    distinct_mails: int = 0
    lost_mails: int = 0
    mails_again: int = 0

    @property
    def damage(self) -> int:
        """What must not be. A mail that a killed worker sent and could not note comes again, under the same id."""
        return (
            self.lost_runs + self.doubled_runs + self.doubled_assessments + self.early + self.untold_alerts
            + self.lost_mails + (self.distinct_mails - self.owed_mails)
        )  # fmt: skip


class SharedClock:
    """A clock that all processes read from one file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __call__(self) -> datetime:
        return datetime.fromisoformat(self._path.read_text())

    def set(self, moment: datetime) -> None:
        """It is this moment now, for everybody."""
        beside = self._path.with_suffix(".next")
        beside.write_text(moment.astimezone(UTC).isoformat())
        os.replace(beside, self._path)


class MailServer:
    """Takes every mail, and remembers its Message-ID and what it says."""

    def __init__(self) -> None:
        self.ids: Counter[str] = Counter()
        self.said: dict[str, str] = {}

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:  # noqa: N802 - the library's name
        """Called for each mail."""
        mail = message_from_bytes(envelope.content, policy=default)
        key, text = str(mail["Message-ID"]), mail.get_body(("plain",))
        self.ids[key] += 1
        self.said[key] = text.get_content() if text else ""
        return "250 OK"


@contextmanager
def mail_server() -> Iterator[tuple[MailServer, str]]:
    """A mail server on this machine, and its address for the settings."""
    server = MailServer()
    controller = Controller(server, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield server, f"smtp://127.0.0.1:{controller.port}"
    finally:
        controller.stop()


# The workers


def work(url: str, folder: str, mail: str) -> None:
    """One worker's process."""
    log = (Path(folder) / "workers.log").open("a", buffering=1)
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(log), cache_logger_on_first_use=False)
    clock, settings, stop = SharedClock(Path(folder) / "clock"), settings_for(url, mail), Event()
    live = open_live(url, clock)
    Worker(steps_of(live, settings, stop), clock, partial(next_moment, settings), stop, pause=0.1).run()


def settings_for(url: str, mail: str) -> Settings:
    """Of every process alike."""
    return Settings(database=url, weekly=CRON, mail_server=mail, public_url="https://samverkan.example.se")


class Workers:
    """Processes of workers, of which one is killed now and then; another takes its place."""

    def __init__(self, number: int, url: str, folder: Path, mail: str) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["service.steps"])  # it takes seconds to load
        self._process = partial(context.Process, target=work, args=(url, str(folder), mail), daemon=True)
        self._running = [self._started() for _ in range(number)]
        self.kills = 0

    def kill(self, random: Random) -> None:
        """Kill one of them, wherever it is."""
        place = random.randrange(len(self._running))
        self._end(self._running[place])
        self._running[place] = self._started()
        self.kills += 1

    def end(self) -> None:
        """Kill them all."""
        for each in self._running:
            self._end(each)

    def _started(self) -> Any:
        process = self._process()
        process.start()
        return process

    def _end(self, process: Any) -> None:
        process.kill()
        process.join()
        process.close()


# The year


@dataclass
class Year:
    """What the parent does while the workers race. kill_rate: kills at each step of the clock.

    own_clock: the parent's, which goes ahead: figures are there before their runs are due.
    """

    live: LiveRegister
    own_clock: SetClock
    outbox: Outbox
    clock: SharedClock
    workers: Workers
    random: Random
    kill_rate: float
    owed: list[str]

    def week(self, weeks: Sequence[str], *, corrected: bool) -> None:
        """The weeks' figures come in, their runs become due together, and a figure of the last may be corrected."""
        last = weeks[-1]
        moment = when_due(last)
        self.own_clock.moment = moment
        take(self.live, SOURCE, weeks[0], last, surges=True)
        self.clock.set(when_due(weeks[0]) - timedelta(minutes=1))
        time.sleep(0.2)  # nothing is due yet; a worker that is early shows in the log
        self._step(moment)
        for each in weeks:
            self.wait_for(run_key(each))
        self._mails_are_out()
        self._step(moment + timedelta(hours=1, minutes=1))  # the hour that comes twice is over
        if corrected:
            take(self.live, SOURCE, last, last, corrected=SURGE + len(self.owed))
            self._step(moment + timedelta(days=1, hours=2))
            self.wait_for(run_key(last, 2))
            self._mails_are_out()

    def _mails_are_out(self) -> None:
        """Time goes on until nothing waits: what a killed worker had claimed is somebody else's after a while."""
        until = time.monotonic() + SECONDS
        before, since = self._undelivered(), time.monotonic()
        while (left := self._undelivered()) or not self._followed():
            assert time.monotonic() < until, f"not delivered: {left}"
            if left != before:
                before, since = left, time.monotonic()
            elif time.monotonic() > since + STUCK:
                self.clock.set(self.clock() + LEASE)
                since = time.monotonic()
            time.sleep(0.05)

    def _undelivered(self) -> list[str]:
        return [each.id for each in self.outbox.messages(standing="waiting")]

    def _followed(self) -> bool:
        with self.live.store.database.reading() as c:
            c.execute("SELECT gsn FROM positions WHERE name = 'outbox'")
            row = c.fetchone()
        return row is not None and row[0] >= self.live.store.last_gsn()

    def _step(self, moment: datetime) -> None:
        self.clock.set(max(moment, self.clock()))
        kills = int(self.kill_rate) + (self.random.random() < self.kill_rate % 1)
        for _ in range(kills):
            time.sleep(self.random.uniform(0, 0.6))
            self.workers.kill(self.random)

    def wait_for(self, run: str) -> None:
        """It is owed from now on, and must come."""
        self.owed.append(run)
        until = time.monotonic() + SECONDS
        while self.live.now().find(Run, run) is None:
            assert time.monotonic() < until, f"no run {run}"
            time.sleep(0.05)


def when_due(week: str) -> datetime:
    """On the Sunday after the week, at half past two."""
    return CHANGES.get(week) or at(f"{last_day(week) + timedelta(days=7)}T02:30").astimezone(UTC)


def race(url: str, folder: Path, *, first: str, weeks: int, workers: int, kills: int, seed: str) -> Found:
    """So many weeks from the first on."""
    random, clock, owed = Random(seed), SharedClock(folder / "clock"), list[str]()
    own_clock = SetClock(when_due(first) - timedelta(days=7, minutes=-30))
    clock.set(own_clock())
    live = open_live(url, own_clock)
    before = containing(first_day(first) - timedelta(days=7), "week")
    founded(live, SOURCE)
    take(live, SOURCE, FIRST_WEEK, before)
    subscribe(live)
    with mail_server() as (mails, address):
        at_work = Workers(workers, url, folder, address)
        try:
            steps = weeks * 1.8  # of the clock, about
            year = Year(live, own_clock, open_office(live).outbox, clock, at_work, random, kills / steps, owed)
            year.wait_for(run_key(before))
            for part in track(list(parts(first, weeks)), "weeks", disable=not sys.stdout.isatty()):
                year.week(part, corrected=len(owed) % CORRECTED_EVERY == 0)
        finally:
            at_work.end()
        found = examined(live, owed, mails)
    found.weeks, found.kills = weeks, at_work.kills
    live.close()
    return found


def parts(first: str, weeks: int) -> Iterator[list[str]]:
    """Mostly a week at a time, at times several whose runs were missed."""
    week, done, part = first, 0, 0
    while done < weeks:
        part += 1
        number = min(3 if part % CAUGHT_UP_EVERY == 0 else 1, weeks - done)
        several = [week]
        while len(several) < number:
            several.append(following(several[-1]))
        yield several
        week, done = following(several[-1]), done + number


SUBSCRIBERS = ("samordnare", "kommunpolis", "enhetschef")


def subscribe(live: LiveRegister) -> None:
    """Some accounts want every digest from now on, and no reminders."""
    office, since = open_office(live), live.store.last_gsn()
    for account in SUBSCRIBERS:
        office.subscriptions.keep(
            Subscription(account, account, f"{account}@example.org", reminders=False, since=since, confirmed=True)
        )


def examined(live: LiveRegister, owed: Sequence[str], mails: MailServer) -> Found:
    """The log beside what is owed, and what came by mail."""
    log = [each for each in live.store.read(0, limit=10**6) if isinstance(each, Recorded)]
    runs = [each for each in log if isinstance(each.event, RunMade)]
    made = Counter(run_key(each.event.period, each.event.number) for each in runs if isinstance(each.event, RunMade))
    named = Counter(key for each in runs if isinstance(each.event, RunMade) for key in each.event.assessments)
    assessed = live.now().states[Assessment.KIND]
    alerts = [each.stream.removeprefix("signal-") for each in log if isinstance(each.event, AlertRaised)]
    owed_mails = {f"<digest.{run}.{one}@samverkan.example.se>" for run in owed for one in SUBSCRIBERS}
    return Found(
        runs=len(runs),
        owed_runs=len(owed),
        lost_runs=len(set(owed) - made.keys()),
        doubled_runs=made.total() - len(set(owed)),
        doubled_assessments=len(assessed) - len(named) + named.total() - len(named),
        early=sum(each.clock_at < when_due(each.event.period) for each in runs if isinstance(each.event, RunMade)),
        alerts=len(alerts),
        untold_alerts=sum(not told(mails, alert) for alert in alerts),
        owed_mails=len(owed_mails),
        distinct_mails=len(mails.ids),
        lost_mails=len(owed_mails - mails.ids.keys()),
        mails_again=mails.ids.total() - len(mails.ids),
    )


def told(mails: MailServer, alert: str) -> bool:
    """Whether every subscriber has had a mail that links to the alert."""
    link = f"/signal/{quote(alert, safe='')}"
    return all(any(link in said for key, said in mails.said.items() if f".{one}@" in key) for one in SUBSCRIBERS)


# The full numbers


@contextmanager
def databases() -> Iterator[dict[str, Callable[[Path], str]]]:
    """Where the race is run."""
    with PostgresServer() as server, server.fresh_database() as url:
        yield {"SQLite": lambda folder: f"sqlite:///{folder}/register.db", "PostgreSQL": lambda _: url}


def main() -> None:
    """A year on both."""
    asked = ArgumentParser(description=__doc__)
    for name, usual in (("weeks", 53), ("workers", 4), ("kills", 80)):
        asked.add_argument(f"--{name}", type=int, default=usual)
    asked.add_argument("--seed", default="1")
    given = vars(asked.parse_args())
    found = {}
    with databases() as places:
        for name, url in places.items():
            with tempfile.TemporaryDirectory() as folder:
                found[name] = race(url(Path(folder)), Path(folder), first="2020-W01", **given)
    table = Table("", *found, title=f"{given['workers']} workers race and are killed, seed {given['seed']}")
    for field in fields(Found):
        table.add_row(field.name.replace("_", " "), *(str(getattr(each, field.name)) for each in found.values()))
    Console(width=100).print(table)
    sys.exit(any(each.damage for each in found.values()))


if __name__ == "__main__":
    main()
