"""The worker: does its steps one after another, again and again, until it is told to stop. No fault ends it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Event
from time import monotonic

import structlog

Step = Callable[[datetime], int]
"""Takes the moment that it is; answers how much it did."""
PAUSE = 30.0
LONGEST_PAUSE = 15 * 60.0
log = structlog.get_logger()


@dataclass(slots=True)
class Turn:
    """A step and how it has gone: faults in a row, and when it is tried next (in seconds of this process's clock)."""

    name: str
    step: Step
    faults: int = 0
    next_try: float = 0.0


class Worker:
    """Steps in order, by name. Between rounds it waits until the moment that `next_moment` names, `pause` seconds at
    most. After a fault a step is left alone for a while, longer each time; the other steps go on.

    stop: set it, and the worker ends after the step that it is at.
    """

    def __init__(
        self,
        steps: Mapping[str, Step],
        clock: Callable[[], datetime],
        next_moment: Callable[[datetime], datetime | None],
        stop: Event,
        pause: float = PAUSE,
    ) -> None:
        self._turns = [Turn(name, step) for name, step in steps.items()]
        self._clock, self._next_moment, self._stop, self._pause = clock, next_moment, stop, pause

    def run(self) -> bool:
        """Until it is stopped, which is well."""
        log.info("worker begins", steps=[turn.name for turn in self._turns])
        while not self._stop.is_set():
            if self._round() == 0:
                self._stop.wait(self._seconds())
        log.info("worker ends")
        return True

    def run_once(self) -> bool:
        """Until there is nothing left to do, or a step has failed; whether all went well."""
        while self._round() > 0 and not self._stop.is_set():
            pass
        return not any(turn.faults for turn in self._turns)

    def _round(self) -> int:
        return sum(self._took(turn) for turn in self._turns)

    def _took(self, turn: Turn) -> int:
        if self._stop.is_set() or monotonic() < turn.next_try:
            return 0
        try:
            done = turn.step(self._clock())
        except Exception as fault:  # whatever it was, the other steps go on, and this one is tried again
            self._failed(turn, fault)
            return 0
        turn.faults = 0
        if done:
            log.info("step done", step=turn.name, number=done)
        return done

    def _failed(self, turn: Turn, fault: Exception) -> None:
        turn.faults += 1
        wait = min(self._pause * 2 ** (turn.faults - 1), LONGEST_PAUSE)
        turn.next_try = monotonic() + wait
        log.error("step failed", step=turn.name, faults=turn.faults, again_in=wait, exc_info=fault)

    def _seconds(self) -> float:
        now = self._clock()
        moment = self._next_moment(now)
        return self._pause if moment is None else min(self._pause, (moment - now).total_seconds())
