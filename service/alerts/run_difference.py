"""What a run that was made anew says otherwise than the one before it: signals that are new, and that are no longer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from domain.register import Register
from domain.run import Run, run_key
from domain.signal import Assessment, signal_key


@dataclass(frozen=True, slots=True)
class Difference:
    """Keys of signals: raised by the later run only, and by the earlier run only."""

    new: frozenset[str]
    gone: tuple[str, ...]


def difference(register: Register, run: Run) -> Difference | None:
    """Beside the run before it of the same period; None for the first."""
    earlier = register.find(Run, run_key(run.period, run.number - 1)) if run.number > 1 else None
    if earlier is None:
        return None
    now, before = _flagged(register, run), _flagged(register, earlier)
    return Difference(frozenset(now - before), tuple(sorted(before - now)))


def _flagged(register: Register, run: Run) -> set[str]:
    return {
        signal_key(each.source, each.period, district, category)
        for each in assessments(register, run).values()
        for district, category, flag in zip(
            each.results.district, each.results.category, each.results.flagged, strict=True
        )
        if flag
    }


def assessments(register: Register, run: Run) -> Mapping[str, Assessment]:
    """What the run computed, by key."""
    found = ((key, register.find(Assessment, key)) for key in run.assessments)
    return {key: one for key, one in found if one is not None}
