"""What has changed in a source's counts since something was computed from them: the history keeps what was said."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.database import Row
from domain.period import frequency
from domain.register import Register
from domain.signal import Sentence
from service.register import LiveRegister
from service.sources import of_incidents


@dataclass(frozen=True, slots=True)
class Revised:
    """Counts that differ now from those known at event `since`: so many of a period's cells, and of earlier ones."""

    period: str
    since: int
    cells: int
    of: int
    earlier: int

    @property
    def sentence(self) -> Sentence:
        """In both languages."""
        return Sentence(
            sv=f"Siffrorna har ändrats sedan händelse {self.since}, som svaret bygger på: {self.cells} av {self.of} "
            f"uppgifter för {self.period} är andra nu, och {self.earlier} för tidigare perioder.",
            en=f"The figures have changed since event {self.since}, which the answer rests on: {self.cells} of "
            f"{self.of} figures of {self.period} are others now, and {self.earlier} of earlier periods.",
        )


def revised(live: LiveRegister, register: Register, source: str, period: str, then: int, now: int) -> Revised | None:
    """Of a source's counts up to a period, known at one event and at a later one. None: they are the same."""
    if not any(each.stream == f"source-{source}" for each in live.history(after=then)):
        return None
    before, after = (_cells(live, register, source, period, gsn) for gsn in (then, now))
    differ = {cell for cell in before.keys() | after.keys() if before.get(cell) != after.get(cell)}
    if not differ:
        return None
    here = {cell for cell in before.keys() | after.keys() if cell[2] == period}
    return Revised(period, then, len(differ & here), len(here), len(differ - here))


def _cells(
    live: LiveRegister, register: Register, source: str, period: str, gsn: int
) -> dict[tuple[str, str, str], float]:
    freq = frequency(period)
    rows: list[Row]
    if of_incidents(register, source):
        rows = live.tables.incident_counts(source, freq, at=gsn)
    else:
        rows = live.tables.counts(source, at=gsn)
    return {(row[0], row[1], row[2]): row[3] for row in rows if frequency(row[2]) == freq and row[2] <= period}
