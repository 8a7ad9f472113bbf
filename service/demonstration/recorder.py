"""What the demonstration needs of the register that it is told to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from domain.core import Actor, Command
from domain.period import Frequency
from domain.signal import Signal


class Answered(Protocol):
    """What a command came to; last_gsn is the position of its last event."""

    @property
    def last_gsn(self) -> int: ...


class Recorder(Protocol):
    """The register as the demonstration uses it. A repeated command id gets the first answer."""

    def ask(self, command: Command, by: Actor, *, command_id: str | None = None) -> Answered:
        """Decide and store. Raises domain.core.Refused."""
        ...

    def import_file(
        self,
        data: bytes,
        file_name: str,
        *,
        source: str,
        kind: str,
        by: Actor,
        covers: tuple[date, date] | None,
        synthetic: bool,
    ) -> object:
        """Take in a file; one that has been taken in before adds nothing."""
        ...

    def assess(self, source: str, period: str, by: Actor) -> Sequence[tuple[str, Signal]]:
        """The signals raised, by key, on the counts as known now; a period assessed before answers again."""
        ...

    def forecast(self, source: str, frequency: Frequency, by: Actor) -> None:
        """A forecast from the counts as known now, and scores of earlier ones; what is there already stays."""
        ...

    def backtest(self, source: str, frequency: Frequency, by: Actor) -> None:
        """A model card; what is there already stays."""
        ...

    def estimate_effect(self, action: str, by: Actor) -> None:
        """An estimate of what an action has changed so far; what is there already stays."""
        ...

    def request_erasure(self, observation: str, by: Actor, *, legal_basis: str, reason: str) -> None:
        """Ask for what was reported to be erased; asked for before, it stays as it is."""
        ...

    def approve_erasures(self, by: Actor) -> None:
        """Approve every erasure that waits."""
        ...
