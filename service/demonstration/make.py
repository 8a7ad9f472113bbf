"""Make the demonstration register through the same doors as real use, with a clock that shows the time of the story."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from adapters.event_store import CommandReused
from domain.agreement import Agreement
from domain.core import Actor, Command, refuse
from domain.erasure import ApproveErasure
from domain.observation import Observation
from domain.period import Frequency, containing
from domain.signal import Signal, assessment_key
from service.assessing import assess
from service.backtests import backtest
from service.compose import open_register
from service.demonstration.catalogue import AGREEMENT, INCIDENTS
from service.demonstration.life import DemonstrationClock, Summary, build
from service.demonstration.life import Progress as Told
from service.demonstration.planted import END, planted_json
from service.demonstration.reports import LAST_REPORT
from service.effects import estimate
from service.erasing import erasures, request, texts_of
from service.importing import Wishes, take_in_file
from service.outlooks import forecast
from service.register import Answer, LiveRegister
from service.settings import Settings
from service.wording import some

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

    def assess(self, source: str, period: str, by: Actor) -> Sequence[tuple[str, Signal]]:
        """As the analyst would before the meeting."""
        return assess(self.live, source, by=by, period=period).signals

    def forecast(self, source: str, frequency: Frequency, by: Actor) -> None:
        """Beside the assessment."""
        forecast(self.live, source, by=by, frequency=frequency)

    def backtest(self, source: str, frequency: Frequency, by: Actor) -> None:
        """Once, for the model card."""
        backtest(self.live, source, by=by, frequency=frequency)

    def estimate_effect(self, action: str, by: Actor) -> None:
        """For the meeting and the annual review."""
        estimate(self.live, action, by=by)

    def request_erasure(self, observation: str, by: Actor, *, legal_basis: str, reason: str) -> None:
        """Of the words alone: where it was and what kind of thing it was may stay."""
        gsn = min(recorded.gsn for recorded in self.live.store.stream(f"{Observation.KIND}-{observation}"))
        if any(text.gsn == gsn for _, state in erasures(self.live.now()) for text in state.texts):
            return
        words = [one.number for one in texts_of(self.live, gsn) if one.place == "content.text"]
        request(self.live, by, gsn, words, legal_basis=legal_basis, reason=reason)

    def approve_erasures(self, by: Actor) -> None:
        """As a second role would, after reading them."""
        for key, state in erasures(self.live.now()):
            if state.standing == "requested":
                self.live.ask(ApproveErasure(erasure=key, on=self.live.today()), by)


@dataclass(frozen=True, slots=True)
class Made:
    """What was made; summary is None when the register had been made before."""

    database: str
    planted_in: Path
    events: int
    summary: Summary | None
    assessment: str = assessment_key(INCIDENTS, containing(END, "week"))

    def lines(self) -> Iterator[tuple[str, str]]:
        """What to tell the user, in Swedish and English."""
        if self.summary is None:
            yield "Demonstrationsregistret finns redan.", "The demonstration register has been made before."
        else:
            s = self.summary
            assessments = (
                some(s.assessments, "bedömning", "bedömningar"),
                some(s.assessments, "assessment", "assessments"),
            )
            yield (
                f"{s.incidents} syntetiska händelser i {s.files} filer, {s.commands} kommandon, {assessments[0]}.",
                f"{s.incidents} synthetic incidents in {s.files} files, {s.commands} commands, {assessments[1]}.",
            )
        yield (
            f"Register: {self.database}, {self.events} händelser. Planterade avvikelser: {self.planted_in}",
            f"Register: {self.database}, {self.events} events. Planted divergences: {self.planted_in}",
        )


def make(settings: Settings, *, assessments: bool = True, progress: Progress | None = None) -> Made:
    """Make the register, go on with one that was interrupted, or find it made. Refuses a register of something else."""
    clock = DemonstrationClock()
    planted_in, summary = _beside(settings), None
    with closing(open_register(settings, clock)) as live:
        if not _made_before(live, settings):
            told = (lambda _, done, of: progress(done, of)) if progress else None
            summary = _build(live, clock, assessments, told)
            planted_in.write_text(planted_json(summary.planted), encoding="utf-8")
        return Made(settings.database_name, planted_in, live.tables.pull(), summary)


def _build(live: LiveRegister, clock: DemonstrationClock, assessments: bool, told: Told | None) -> Summary:
    try:
        return build(_Doors(live), clock, assessments=assessments, progress=told)
    except CommandReused:  # a register that an earlier version began: its commands were others
        refuse(
            "another-demonstration",
            "Registret innehåller en demonstration från en annan version. Ta bort det, eller välj ett annat med "
            "--database.",
            "The register holds a demonstration of another version. Remove it, or choose another with --database.",
        )


def _made_before(live: LiveRegister, settings: Settings) -> bool:
    """Whether the story's last report is there: whatever else was to happen in it happened before."""
    register = live.now()
    if register.position and register.find(Agreement, AGREEMENT) is None:
        refuse(
            "not-empty",
            f"Registret {settings.database_name} är inte tomt. Välj ett annat med --database.",
            f"The register {settings.database_name} is not empty. Choose another with --database.",
        )
    return register.find(Observation, LAST_REPORT) is not None


def _beside(settings: Settings) -> Path:
    file = settings.database.removeprefix("sqlite:///")
    return Path(f"{file}.planted.json" if file != settings.database else "samverkan-demo.planted.json")
