"""The worker: does its steps until it is stopped, and no fault ends it; several race, and are killed, to no harm."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from itertools import pairwise
from pathlib import Path
from threading import Event, Thread

import pytest
from structlog.testing import capture_logs

from adapters.database import DatabaseUnavailable
from domain.run import Run
from service.schedule import next_moment
from service.settings import Settings
from service.worker import Step, Worker
from tests.plausible import SetClock
from tests.proof.racing_workers import race
from tests.registers import opened
from tests.weeks_of_figures import FIRST_WEEK, at, founded, take

MONDAY = at("2020-01-27T06:00")


def working(stop: Event, **steps: Step) -> Worker:
    return Worker(steps, SetClock(MONDAY), partial(next_moment, Settings()), stop, pause=0.01)


def stops_after(stop: Event, rounds: int) -> Step:
    """A step that does nothing, and tells the worker to stop after so many rounds."""
    turns = iter(range(1, rounds + 1))

    def step(now: datetime) -> int:
        if next(turns) == rounds:
            stop.set()
        return 0

    return step


def noting(done: list[tuple[str, datetime]], name: str) -> Step:
    """A step that notes that it was done, and when."""

    def step(now: datetime) -> int:
        done.append((name, now))
        return 0

    return step


def failing(times: int, fault: Exception) -> tuple[Step, list[datetime]]:
    """A step that fails so many times, and then goes well; and when it went well."""
    left, well = iter(range(times)), list[datetime]()

    def step(now: datetime) -> int:
        if next(left, None) is not None:
            raise fault
        well.append(now)
        return 0

    return step, well


def test_the_steps_are_done_in_order_with_the_registers_time_until_it_is_stopped() -> None:
    stop, done = Event(), list[tuple[str, datetime]]()
    steps = {name: noting(done, name) for name in ("assess", "follow")}
    assert working(stop, **steps, end=stops_after(stop, 2)).run()
    assert done == [("assess", MONDAY), ("follow", MONDAY)] * 2


@pytest.mark.parametrize("fault", [DatabaseUnavailable("gone"), OSError("no space"), ValueError("absurd")])
def test_a_step_that_fails_is_tried_again_and_the_others_go_on(fault: Exception) -> None:
    stop = Event()
    step, well = failing(2, fault)
    with capture_logs() as logged:
        assert working(stop, broken=step, end=stops_after(stop, 20)).run()
    assert well
    failures = [(line["step"], line["faults"], line["again_in"]) for line in logged if line["event"] == "step failed"]
    assert failures == [("broken", 1, 0.01), ("broken", 2, 0.02)]


def test_a_step_that_goes_on_failing_is_left_alone_for_longer_and_longer() -> None:
    stop, tried = Event(), list[float]()

    def step(now: datetime) -> int:
        tried.append(time.monotonic())
        if len(tried) == 5:
            stop.set()
        raise DatabaseUnavailable("gone")

    working(stop, broken=step).run()
    waits = [later - earlier for earlier, later in pairwise(tried)]
    assert all(wait >= 0.01 * 2**n for n, wait in enumerate(waits))


def test_once_goes_on_while_there_is_something_to_do_and_says_whether_all_went_well() -> None:
    left = iter((3, 1, 0))
    assert working(Event(), deliver=lambda now: next(left)).run_once()
    assert next(left, None) is None
    step, _ = failing(1, OSError("no space"))
    assert not working(Event(), broken=step).run_once()


def test_nothing_is_begun_after_it_was_told_to_stop() -> None:
    stop, done = Event(), list[tuple[str, datetime]]()
    working(stop, end=stops_after(stop, 1), after=noting(done, "after")).run()
    assert done == []


def test_it_wakes_up_when_it_is_told_to_stop_however_long_it_would_wait() -> None:
    stop = Event()
    slow = Worker({"idle": lambda now: 0}, SetClock(MONDAY), partial(next_moment, Settings()), stop)
    thread = Thread(target=slow.run)
    thread.start()
    stop.set()
    thread.join(10)
    assert not thread.is_alive()


# The command


@contextmanager
def command(url: str, *options: str, starts_at: datetime = MONDAY) -> Iterator[subprocess.Popen[str]]:
    """`samverkan worker` as a process of its own, at another time."""
    environment = {**os.environ, "SAMVERKAN_STARTS_AT": starts_at.isoformat(), "SAMVERKAN_DATABASE": url}
    process = subprocess.Popen(
        [sys.executable, "-m", "service.cli", "worker", *options], env=environment, stderr=subprocess.PIPE, text=True
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def test_the_command_assesses_what_is_due_and_ends_when_it_is_to_do_so_once(fresh_sqlite: str) -> None:
    with opened(fresh_sqlite, SetClock(MONDAY)) as live:
        founded(live, "polisen")
        take(live, "polisen", FIRST_WEEK, "2020-W04")
        with command(fresh_sqlite, "--once") as process:
            _, logged = process.communicate(timeout=60)
        assert process.returncode == 0, logged
        assert list(live.now().states[Run.KIND]) == ["2020-w04"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_command_ends_well_when_it_is_told_to(fresh_sqlite: str, number: signal.Signals) -> None:
    with command(fresh_sqlite) as process:
        assert process.stderr is not None
        assert any("worker begins" in line for line in process.stderr)
        process.send_signal(number)
        assert process.wait(30) == 0


def test_workers_that_race_and_are_killed_lose_nothing_and_double_nothing(database_url: str, tmp_path: Path) -> None:
    found = race(database_url, tmp_path, first="2020-W50", weeks=6, workers=3, kills=4, seed="1")
    assert (found.runs, found.damage) == (found.owed_runs, 0), found
    assert found.kills > 0
    assert found.alerts > 0
    assert found.distinct_mails == found.owed_mails > 0
