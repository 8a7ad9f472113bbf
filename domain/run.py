"""The periodic run: a week or a month was assessed for all its sources, once. What was computed stands elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import ClassVar

from pydantic import Field

from domain.core import Asked, Command, Event, Key, Known, Value, must_exist, not_in_future, refuse
from domain.period import Frequency, Period, frequency, last_day
from domain.signal import Assessment, Sentence


class Skipped(Value):
    """A source that could not be assessed: the rule that said so, and its sentence in both languages."""

    source: Key
    rule: Key
    sentence: Sentence


# What happens


class RunMade(Event):
    """All sources that report by week, or by month, were assessed for one period; some of them could not be.

    on: the day on which it was made. assessments: the keys of what was computed. number: of the runs of that period,
    from 1; 2 and on were made because figures had changed.
    """

    TOPIC: ClassVar[str] = "run.made"
    on: date
    frequency: Frequency
    period: Period
    number: int = 1
    assessments: tuple[Key, ...] = ()
    skipped: tuple[Skipped, ...] = ()


# What there is


@dataclass(frozen=True, slots=True)
class Run:
    """A periodic run as it was made. A fact: it never changes."""

    KIND: ClassVar[str] = "run"
    on: date
    frequency: Frequency
    period: str
    number: int
    assessments: tuple[str, ...]
    skipped: tuple[Skipped, ...]


def evolve(state: Run | None, event: RunMade) -> Run:
    """The run after the event."""
    return Run(event.on, event.frequency, event.period, event.number, event.assessments, event.skipped)


def run_key(period: str, number: int = 1) -> str:
    """One run per period and number: workers that race make one run. The first has no number."""
    return period.lower() + (f"-{number}" if number > 1 else "")


def latest_run(known: Known, period: str) -> tuple[str, Run] | None:
    """The key and state of a period's latest run; None when there has been none."""
    number = next(n for n in count() if known.find(Run, run_key(period, n + 1)) is None)
    found = known.find(Run, run_key(period, number))
    return None if found is None else (run_key(period, number), found)


# What can be asked


class RecordRun(Command):
    """Record that a period's run is complete. Whoever asks second for the same period and number is refused."""

    NAME: ClassVar[str] = "record-run"
    period: Period
    number: int = Field(default=1, ge=1)
    assessments: tuple[Key, ...] = ()
    skipped: tuple[Skipped, ...] = ()

    @property
    def key(self) -> str:
        """Of the run."""
        return run_key(self.period, self.number)

    @property
    def stream(self) -> str:
        return f"{Run.KIND}-{self.key}"

    def decide(self, known: Known, asked: Asked) -> Sequence[Event]:
        not_in_future(last_day(self.period), asked)
        if known.find(Run, self.key) is not None:
            refuse(
                "already-run",
                f"Körningen {self.key} är redan gjord. Läs den i stället.",
                f"The run {self.key} has been made already. Read that one instead.",
            )
        if self.number > 1:
            earlier = run_key(self.period, self.number - 1)
            must_exist(known.find(Run, earlier), "run", "Körningen", earlier)
        for each in self.assessments:
            must_exist(known.find(Assessment, each), "assessment", "Bedömningen", each)
        return [RunMade(on=asked.today, frequency=frequency(self.period), **self.model_dump())]
