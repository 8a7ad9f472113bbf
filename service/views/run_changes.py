"""What a run that was made anew says otherwise than the one before it, and which figures had changed meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from domain.core import must_exist
from domain.register import Register
from domain.run import Run, run_key
from domain.signal import Assessment, Sentence
from service.alerts.run_difference import difference
from service.register import LiveRegister
from service.revised import Revised, revised
from service.wording import some


@dataclass(frozen=True, slots=True)
class Anew:
    """A source that was assessed anew, or for the first time. before, after: keys of its assessments.

    revised: what had changed in the figures between the two; None for a source that could not be assessed before.
    """

    source: str
    before: str | None
    after: str
    revised: Revised | None


@dataclass(frozen=True, slots=True)
class RunChanges:
    """before: the key of the run before. appeared, gone: keys of signals that only the later run has, or the earlier.

    A signal that is gone stands in the history all the same: it was raised, and may have been judged.
    """

    before: str
    appeared: tuple[str, ...]
    gone: tuple[str, ...]
    sources: tuple[Anew, ...]

    @property
    def sentence(self) -> Sentence:
        """In both languages."""
        cells = sum(each.revised.cells for each in self.sources if each.revised)
        first = sum(each.before is None for each in self.sources)
        counted = ((cells, _CELLS), (first, _FIRST), (len(self.appeared), _APPEARED), (len(self.gone), _GONE))
        parts = [_counted(number, words) for number, words in counted if number]
        return Sentence(
            sv=f"Sedan förra körningen: {'; '.join(sv for sv, _ in parts) or 'inget har ändrats'}.",
            en=f"Since the run before: {'; '.join(en for _, en in parts) or 'nothing has changed'}.",
        )


def run_changes(live: LiveRegister, key: str, gsn: int | None = None) -> RunChanges | None:
    """Between a run and the one before it, as known now or at a gsn; None for a period's first run."""
    register = live.at(gsn)
    run = must_exist(register.find(Run, key), "run", "Körningen", key)
    found = difference(register, run)
    if found is None:
        return None
    before = run_key(run.period, run.number - 1)
    earlier = must_exist(register.find(Run, before), "run", "Körningen", before)
    states: dict[str, Assessment] = register.states[Assessment.KIND]
    was = {states[each].source: each for each in earlier.assessments}
    changed = tuple(_anew(live, register, run, was))
    return RunChanges(before, tuple(sorted(found.new)), found.gone, changed)


def _anew(live: LiveRegister, register: Register, run: Run, was: Mapping[str, str]) -> Iterator[Anew]:
    """was: the keys of the assessments of the run before, by source."""
    for after in run.assessments:
        made = must_exist(register.find(Assessment, after), "assessment", "Bedömningen", after)
        before = was.get(made.source)
        if before is None:
            yield Anew(made.source, None, after, None)
        elif before != after:
            old = must_exist(register.find(Assessment, before), "assessment", "Bedömningen", before)
            change = revised(live, register, made.source, run.period, old.data_gsn, made.data_gsn)
            yield Anew(made.source, before, after, change)


Words = tuple[tuple[str, str], tuple[str, str]]  # of one and of more, in Swedish and in English
_CELLS: Words = (
    ("uppgift för perioden har ändrats", "uppgifter för perioden har ändrats"),
    ("figure of the period has changed", "figures of the period have changed"),
)
_FIRST: Words = (
    ("källa som inte gick att bedöma har bedömts", "källor som inte gick att bedöma har bedömts"),
    ("source that could not be assessed has been", "sources that could not be assessed have been"),
)
_APPEARED: Words = (("trendvarning är ny", "trendvarningar är nya"), ("alert is new", "alerts are new"))
_GONE: Words = (
    ("trendvarning står inte kvar", "trendvarningar står inte kvar"),
    ("alert no longer stands", "alerts no longer stand"),
)


def _counted(number: int, words: Words) -> tuple[str, str]:
    sv, en = words
    return some(number, *sv), some(number, *en)
