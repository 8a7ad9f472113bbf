"""The periodic run: every source assessed for each week or month that is due, once, and anew when figures changed.

Several workers may do this at once, and any of them may die at any moment. Nobody holds a lock: all compute, and the
event store takes one assessment of each source, period and number, and one run of each period and number. Whoever comes
second is answered with what is there. So whoever follows a dead worker finds his assessments, and completes the run.

Late figures: each day, at the time of the cron text, the last few runs are looked at anew (4 weeks, 2 months). Where
figures of the period itself differ from those that its assessment rests on, or where a source that could not be
assessed now can be, the period is run once more, with the next number. A period gets one run a day at most, so that a
feed that trickles in makes one run of it a day and not one for each file.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from threading import Event

import structlog

from domain.core import Actor, Refused
from domain.period import Frequency, Period
from domain.register import Register
from domain.run import RecordRun, Run, Skipped
from domain.signal import Assessment, Sentence, latest_run
from service.assessing import assess
from service.register import LiveRegister
from service.revised import revised
from service.schedule import FREQUENCIES, cron, daily, due, last_due
from service.settings import Settings
from service.sources import of_incidents, sources_with_counts

LOOKED_BACK: Mapping[Frequency, int] = {"week": 4, "month": 2}
"""How many of the latest runs are looked at anew."""
Bar = Callable[[str], AbstractContextManager[Callable[[int, int], None]]]
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """A run. repeated: another worker had recorded it; this is his."""

    key: str
    run: Run
    repeated: bool


@contextmanager
def no_bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """Where nobody watches."""
    yield lambda done, of: None


class Periodic:
    """The worker's step: runs what is due, then, once a day, looks at earlier runs. It says how many runs it made."""

    def __init__(self, live: LiveRegister, settings: Settings, stop: Event, bar: Bar = no_bar) -> None:
        self._live, self._settings, self._stop, self._bar = live, settings, stop, bar
        self._looked: dict[Frequency, datetime] = {}

    def __call__(self, now: datetime) -> int:
        return sum(self._due(now, each) + self._changed(now, each) for each in FREQUENCIES)

    def _due(self, now: datetime, frequency: Frequency) -> int:
        periods = due(self._live.now(), now, self._settings, frequency)
        if not periods or not sources_by(self._live, frequency):
            return 0
        made = 0
        with self._bar(f"{periods[0]} – {periods[-1]}") if len(periods) > 1 else no_bar("") as progress:
            for done, period in enumerate(periods):
                progress(done, len(periods))
                if self._stop.is_set():
                    break
                made += not run_period(self._live, self._settings, frequency, period).repeated
        return made

    def _changed(self, now: datetime, frequency: Frequency) -> int:
        looked = last_due(daily(cron(self._settings, frequency)), now)
        if looked is None or self._looked.get(frequency) == looked:
            return 0
        made = 0
        for run in latest_runs(self._live.now(), frequency):
            if self._stop.is_set():
                return made
            if run.on < looked.date():
                outcome = run_again(self._live, self._settings, run)
                made += outcome is not None and not outcome.repeated
        self._looked[frequency] = looked
        return made


def latest_runs(register: Register, frequency: Frequency) -> list[Run]:
    """Of each of the last few periods that were run, the latest run; oldest period first."""
    latest = {run.period: run for run in register.every(Run) if run.frequency == frequency}
    return [latest[period] for period in sorted(latest)[-LOOKED_BACK[frequency] :]]


def run_period(live: LiveRegister, settings: Settings, frequency: Frequency, period: Period) -> RunOutcome:
    """Assess each source of that frequency for the period, with the figures known now, and record the run."""
    return _recorded(live, settings, _run(live, settings, frequency, period, 1, ()))


def run_again(live: LiveRegister, settings: Settings, before: Run) -> RunOutcome | None:
    """The run after this one, of the same period; None when nothing would be said that it has not said."""
    wanted = _run(live, settings, before.frequency, before.period, before.number + 1, before.assessments)
    if set(wanted.assessments) == set(before.assessments):
        return None
    return _recorded(live, settings, wanted)


def sources_by(live: LiveRegister, frequency: Frequency) -> list[str]:
    """The sources that are assessed by week (incidents, weekly counts), or those that have counts by month only."""
    register, tables = live.now(), live.read_tables()
    frequencies = {
        source: "week" if of_incidents(register, source) else tables.frequency_of(source)
        for source in sources_with_counts(register)
    }
    return [source for source, own in frequencies.items() if own == frequency]


def acts(settings: Settings) -> Actor:
    """Who acts when the worker does."""
    return Actor(account="worker", role="schemalagd körning", organisation=settings.organisation)


def _run(
    live: LiveRegister, settings: Settings, frequency: Frequency, period: Period, number: int, before: Collection[str]
) -> RecordRun:
    by = acts(settings)
    came = [_assessed(live, by, source, period, before) for source in sources_by(live, frequency)]
    return RecordRun(
        period=period,
        number=number,
        assessments=tuple(one for one in came if isinstance(one, str)),
        skipped=tuple(one for one in came if isinstance(one, Skipped)),
    )


def _recorded(live: LiveRegister, settings: Settings, command: RecordRun) -> RunOutcome:
    repeated = False
    try:
        live.ask(command, acts(settings))
    except Refused as refused:
        if refused.rule != "already-run":  # otherwise somebody was faster: his is the run
            raise
        repeated = True
    register = live.now()
    run = register.find(Run, command.key)
    assert run is not None
    if not repeated:
        made = [found for key in run.assessments if (found := register.find(Assessment, key)) is not None]
        alerts = sum(sum(each.results.flagged) for each in made)
        log.info("run made", run=command.key, assessments=len(made), alerts=alerts, skipped=len(run.skipped))
    return RunOutcome(command.key, run, repeated)


def _assessed(live: LiveRegister, by: Actor, source: str, period: Period, before: Collection[str]) -> str | Skipped:
    """The key of the source's assessment for a run that follows one with the assessments `before`; or why there is
    none. One that the run before had is made anew where figures changed, and stands where that is refused."""
    found = latest_run(live.now(), source, period)
    try:
        if found is None:
            return assess(live, source, by=by, period=period).key
        key, made = found
        if key not in before or not _has_changed(live, made):
            return key  # made by another worker, or by hand
        # workers that race for the next one want the same number
        return assess(live, source, by=by, period=period, number=made.number + 1).key
    except Refused as refused:
        why = Skipped(source=source, rule=refused.rule, sentence=Sentence(sv=refused.sv, en=refused.en))
    except (ValueError, ArithmeticError):  # one source with absurd figures must not keep the others from being assessed
        log.exception("fault in an assessment", source=source, period=period)
        why = Skipped(source=source, rule="fault", sentence=FAULT)
    return why if found is None else found[0]


def _has_changed(live: LiveRegister, made: Assessment) -> bool:
    """Whether figures of the period itself are others now than those that it was assessed on."""
    gsn = live.tables.pull()
    change = revised(live, live.now(), made.source, made.period, made.data_gsn, gsn)
    return change is not None and change.cells > 0


FAULT = Sentence(
    sv="Det gick inte att räkna på källans uppgifter; felet är vårt. Se efter om någon siffra är orimlig, och anmäl "
    "felet.",
    en="The source's figures could not be worked on; the fault is ours. See whether a figure is absurd, and report the "
    "fault.",
)
