"""The demonstration from the first day to the last: every command at the moment when it was given."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import chain
from typing import Protocol

import numpy as np

from domain.meeting import DecideAtMeeting
from service.demonstration import (
    actions,
    agreement,
    assessing,
    erased,
    figures,
    followed_up,
    meetings,
    ntu,
    pictures,
    problems,
    reports,
    voices,
    weights,
)
from service.demonstration.catalogue import ANALYST, COORDINATOR, INCIDENTS
from service.demonstration.days import HERE, SIGNED, STOPS, Step, at, workday
from service.demonstration.incidents import Extract, Incidents, extracts, generate, measured
from service.demonstration.planted import Planted, planted
from service.demonstration.recorder import Recorder
from service.demonstration.reviews import REVIEWS, Year

SEED = 20191106


class SettableClock(Protocol):
    """A clock that is set before each command."""

    def set(self, moment: datetime) -> None:
        """From now on it is this moment (UTC)."""
        ...

    def __call__(self) -> datetime: ...


class DemonstrationClock:
    """Shows what it was set to."""

    def __init__(self) -> None:
        self._now = at(SIGNED, 8)

    def set(self, moment: datetime) -> None:
        """From now on it is this moment."""
        self._now = moment.astimezone(UTC)

    def __call__(self) -> datetime:
        return self._now


@dataclass(slots=True)
class Summary:
    """What was made. planted: with baseline and observed weekly means."""

    planted: tuple[Planted, ...]
    incidents: int
    late_share: float
    commands: int = 0
    files: int = 0
    assessments: int = 0
    signals: int = 0
    verdicts: int = 0


Thunk = Callable[[], None]
Progress = Callable[[str, int, int], None]


@dataclass(slots=True)
class _Life:
    """What is still to happen, in order of time; what happens may add to it."""

    recorder: Recorder
    clock: SettableClock
    summary: Summary
    position: int = 0
    asked: int = 0
    asked_on_alerts: int = 0
    decided: Counter[str] = field(default_factory=Counter)
    _ahead: list[tuple[datetime, int, Thunk]] = field(default_factory=list)
    _added: int = 0

    def add(self, when: datetime, thunk: Thunk) -> None:
        """At that moment, after what was added for the same moment earlier; not once the story has stopped."""
        self._added += 1
        if when < STOPS:
            heapq.heappush(self._ahead, (when, self._added, thunk))

    def add_step(self, step: Step) -> None:
        """A command of the script."""
        self.add(step.when, partial(self.give, step))

    def live(self, progress: Progress | None) -> None:
        """Let everything happen."""
        done = 0
        while self._ahead:
            when, _, thunk = heapq.heappop(self._ahead)
            self.clock.set(when)
            thunk()
            done += 1
            if progress:
                progress(when.astimezone(HERE).date().isoformat(), done, done + len(self._ahead))

    def give(self, step: Step) -> None:
        """Ask; the id says which command of the script it is."""
        self.asked += 1
        self._ask(step, f"demo-{self.asked:06d}")

    def give_verdict(self, step: Step) -> None:
        """Ask what follows from an assessment: numbered apart, since it depends on what was raised."""
        self.summary.verdicts += step.command.NAME == "judge"
        self.asked_on_alerts += 1
        self._ask(step, f"demo-alert-{self.asked_on_alerts:06d}")

    def _ask(self, step: Step, command_id: str) -> None:
        self.position = self.recorder.ask(step.command, step.by, command_id=command_id).last_gsn
        self.summary.commands += 1
        if isinstance(step.command, DecideAtMeeting):
            self._decided(step.command)

    def _decided(self, decision: DecideAtMeeting) -> None:
        """Schedule what later meetings say of it."""
        self.decided[decision.meeting] += 1
        number = self.decided[decision.meeting]
        for n, step in enumerate(followed_up.steps(decision, number)):
            self.add(step.when, partial(self._ask, step, f"demo-{decision.meeting}-{number}-{n}"))

    def take_in(self, extract: Extract) -> None:
        """Import one file of the source."""
        self.recorder.import_file(
            extract.data,
            extract.name,
            source=INCIDENTS,
            kind="incidents",
            by=ANALYST,
            covers=(extract.first, extract.last),
            synthetic=True,
        )
        self.summary.files += 1

    def open_review(self, review: Year) -> None:
        """Open a review at the position that the register has reached."""
        self.give(review.opening(self.position))

    def assess(self, run: assessing.Run) -> None:
        """Assess a week and schedule the verdicts."""
        raised = self.recorder.assess(INCIDENTS, run.period, ANALYST)
        self.summary.assessments += 1
        self.summary.signals += len(raised)
        for step in assessing.verdicts(run, raised):
            self.add(step.when, partial(self.give_verdict, step))


def build(
    recorder: Recorder,
    clock: SettableClock,
    *,
    seed: int = SEED,
    assessments: bool = True,
    progress: Progress | None = None,
) -> Summary:
    """Make the demonstration register. The same seed makes the same; a rerun adds nothing.

    Without assessments only the last week is assessed, and nothing else is computed.
    """
    incidents_rng, words_rng = np.random.default_rng(seed).spawn(2)
    incidents = generate(incidents_rng, planted())
    summary = Summary(measured(incidents, planted()), len(incidents), incidents.late_share())
    life = _Life(recorder, clock, summary)
    for step in script(words_rng, incidents):
        life.add_step(step)
    _schedule_files(life, incidents)
    _schedule_reviews(life)
    _schedule_erasure(life)
    runs = assessing.runs()
    for run in runs if assessments else runs[-1:]:
        life.add(at(run.on, 10, 30), partial(life.assess, run))
    if assessments:
        _schedule_figures(life)
    life.live(progress)
    return summary


def script(rng: np.random.Generator, incidents: Incidents) -> Iterable[Step]:
    """All commands that are known beforehand; not in order of time."""
    drawn = reports.draw(rng)
    return chain(
        agreement.steps(incidents),
        weights.steps(),
        ntu.steps(),
        reports.steps(drawn),
        erased.steps(),
        voices.steps(rng),
        problems.steps(rng, drawn),
        actions.steps(rng, incidents),
        pictures.steps(),
        meetings.steps(rng, drawn),
        (reports.last_step(),),
    )


def _schedule_files(life: _Life, incidents: Incidents) -> None:
    for extract in extracts(incidents):
        day = workday(extract.last + timedelta(days=1))
        when = max(at(day, 8, 10), at(SIGNED + timedelta(days=1), 9))
        life.add(when, partial(life.take_in, extract))


def _schedule_reviews(life: _Life) -> None:
    for review in REVIEWS:
        life.add(review.opens(), partial(life.open_review, review))
        for step in review.adoptions():
            life.add_step(step)


def _schedule_erasure(life: _Life) -> None:
    ask = partial(life.recorder.request_erasure, legal_basis=erased.LEGAL_BASIS, reason=erased.REASON)
    life.add(at(erased.ASKED, 10), partial(ask, erased.NAMING, COORDINATOR))
    life.add(at(erased.APPROVED, 9), partial(life.recorder.approve_erasures, erased.ADMINISTRATOR))


def _schedule_figures(life: _Life) -> None:
    recorder = life.recorder
    for day, action in figures.effects_before_reviews():
        life.add(at(day, 14), partial(recorder.estimate_effect, action, ANALYST))
    for frequency, day in figures.FORECASTS:
        life.add(at(day, 11), partial(recorder.forecast, INCIDENTS, frequency, ANALYST))
    for frequency in figures.BACKTESTS:
        life.add(at(figures.LAST_MONDAY, 13), partial(recorder.backtest, INCIDENTS, frequency, ANALYST))
    for action in figures.effects():
        life.add(at(figures.LAST_MONDAY, 14), partial(recorder.estimate_effect, action, ANALYST))
