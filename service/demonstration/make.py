"""Make the demonstration register through the same doors as real use, with a clock that shows the time of the story."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from domain.agreement import Agreement
from domain.core import Actor, Command, refuse
from service.assessing import assess
from service.compose import open_register
from service.demonstration.catalogue import AGREEMENT, INCIDENTS
from service.demonstration.life import DemonstrationClock, Summary, build
from service.demonstration.planted import planted_json
from service.importing import Wishes, take_in_file
from service.register import Answer, LiveRegister
from service.settings import Settings

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class _Doors:
    """The live register, as the story uses it."""

    live: LiveRegister

    def ask(self, command: Command, by: Actor, *, command_id: str | None = None) -> Answer:
        """As a person would."""
        return self.live.ask(command, by, command_id=command_id)

    def import_file(
        self, data: bytes, file_name: str, *, source: str, kind: str, by: Actor, covers: tuple[date, date] | None,
        synthetic: bool,
    ) -> object:  # fmt: skip
        """As the weekly extract would come."""
        wishes = Wishes(covers=covers, synthetic=synthetic)
        return take_in_file(self.live, data, file_name, source=source, kind=kind, by=by, wishes=wishes)

    def assess(self, source: str, period: str, by: Actor) -> Sequence[str]:
        """As the coordinator would before the meeting."""
        done = assess(self.live, source, by=by, period=period)
        return [key for key, _ in done.signals]


@dataclass(frozen=True, slots=True)
class Made:
    """What was made; summary is None when the register had been made before."""

    database: str
    planted_in: Path
    events: int
    summary: Summary | None
    source: str = INCIDENTS

    def lines(self) -> Iterator[tuple[str, str]]:
        """What to tell the user, in Swedish and English."""
        if self.summary is None:
            yield "Demonstrationsregistret finns redan.", "The demonstration register has been made before."
        else:
            s = self.summary
            yield (
                f"{s.incidents} syntetiska händelser i {s.files} filer, {s.commands} kommandon, {s.assessments} bedömningar.",
                f"{s.incidents} synthetic incidents in {s.files} files, {s.commands} commands, {s.assessments} assessments.",
            )
        yield (
            f"Register: {self.database}, {self.events} händelser. Planterade avvikelser: {self.planted_in}",
            f"Register: {self.database}, {self.events} events. Planted divergences: {self.planted_in}",
        )


def make(settings: Settings, *, assessments: bool = True, progress: Progress | None = None) -> Made:
    """Make the register, go on with one that was interrupted, or find it made. Refuses a register of something else."""
    clock = DemonstrationClock()
    live = open_register(settings, clock)
    state = live.now().find(Agreement, AGREEMENT)
    if state is None and live.now().position:
        refuse(
            "not-empty",
            f"Registret {settings.database_name} är inte tomt. Välj ett annat med --database.",
            f"The register {settings.database_name} is not empty. Choose another with --database.",
        )
    summary = None
    if state is None or state.ended_on is None:
        told = (lambda _, done, of: progress(done, of)) if progress else None
        summary = build(_Doors(live), clock, assessments=assessments, progress=told)
    planted_in = _beside(settings)
    if summary is not None:
        planted_in.write_text(planted_json(summary.planted), encoding="utf-8")
    position = live.tables.pull()
    live.close()
    return Made(settings.database_name, planted_in, position, summary)


def _beside(settings: Settings) -> Path:
    file = settings.database.removeprefix("sqlite:///")
    return Path(f"{file}.planted.json" if file != settings.database else "samverkan-demo.planted.json")
