"""Did an action help? Its districts, start and categories become a question, the answer an effect that is recorded."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from domain.action import Action
from domain.computed import EffectEstimated, EffectFigures, Effects, Estimate, RecordEffect, SealedSentence
from domain.core import Actor, must_exist, refuse
from domain.period import Frequency, first_day, last_day
from domain.register import Register
from forecasting import effect_sentence, placebo
from forecasting.effect import VERSION, Effect
from forecasting.effect import estimate as estimate_effect
from forecasting.power import Detectable, minimum_detectable
from service.chain import alerted
from service.complete_counts import division_of
from service.effect_question import YEAR, Asked, Counts, ask, counts_of, others_at, start_of
from service.once import recorded
from service.register import LiveRegister

LEAST = {12: 3, 52: 12}  # months, or weeks, that an estimate takes
AFTER = {12: 12, 52: 48}  # months, or weeks: a year, in whole blocks of four


@dataclass(frozen=True, slots=True)
class EffectOutcome:
    """An estimate; repeated: the same question had been answered before, and this is that answer."""

    action: str
    repeated: bool
    estimate: EffectEstimated


@dataclass(frozen=True, slots=True)
class PlanOutcome:
    """What could be found of an action's effect, judged before its start."""

    action: str
    source: str
    districts: tuple[str, ...]
    categories: tuple[str, ...]
    after: int
    detectable: Detectable
    sentence: SealedSentence


@dataclass(frozen=True, eq=False)
class _Posed:
    """The question as it is put: what is compared with what, from which period on, how many of them."""

    asked: Asked
    counts: Counts
    start: int
    after: int
    flagged: bool

    @property
    def last(self) -> str:
        """The last period looked at: a year's, or the latest one known."""
        return self.asked.panel.periods[min(self.start + self.after, len(self.asked.panel.periods)) - 1]

    @property
    def fields(self) -> dict[str, Any]:
        """In the command's words: two estimates with the same answer the same question."""
        apart = ", ".join(self.counts.districts[i] for i in self.counts.excluded)
        return {
            "source": self.asked.source,
            "districts": self.asked.districts,
            "categories": self.asked.categories,
            "first": self.asked.panel.periods[self.start],
            "last": self.last,
            "method": VERSION,
            "parameters": {"after": self.after, "flagged": self.flagged, "excluded": apart},
        }


def estimate(
    live: LiveRegister,
    action: str,
    *,
    by: Actor,
    source: str | None = None,
    categories: Sequence[str] = (),
    frequency: Frequency | None = None,
    after: int | None = None,
) -> EffectOutcome:
    """Estimate what an action has changed so far, and record it; the same question gets the first answer.

    The period in which it started counts as after.
    """
    posed = _pose(live, ask(live, action, source, categories, frequency), after)
    least = LEAST[posed.asked.panel.freq]
    if posed.after < least:
        refuse(
            "follow-up-too-short",
            f"{posed.after} perioder efter starten är för få för att räkna på. Ange minst {least}.",
            f"{posed.after} periods after the start are too few to work on. Ask for {least} or more.",
        )
    made = _made(live.now(), action, posed)
    if made is not None:
        return EffectOutcome(action, True, made)
    repeated = not recorded(live, _command(live.now(), action, posed), by, "already-estimated")
    made = _made(live.now(), action, posed)
    return EffectOutcome(action, repeated, must_exist(made, "effect", "Effekten", action))


def plan(
    live: LiveRegister,
    action: str,
    *,
    source: str | None = None,
    categories: Sequence[str] = (),
    frequency: Frequency | None = None,
    after: int | None = None,
) -> PlanOutcome:
    """The smallest effect of an action that could be found, from the figures before its start; nothing is recorded."""
    asked = ask(live, action, source, categories, frequency)
    end = len(asked.panel.periods) if asked.action.started_on is None else start_of(asked)
    begins = first_day(asked.panel.periods[end - 1])
    counts = counts_of(live.now(), asked, begins, begins + YEAR)
    length = after or AFTER[asked.panel.freq]
    found = minimum_detectable(
        counts.counts[:, :end], counts.treated, length, excluded=counts.excluded, neighbours=counts.neighbours,
        freq=asked.panel.freq,
    )  # fmt: skip
    said = SealedSentence(sv=effect_sentence.before_start(found, "sv"), en=effect_sentence.before_start(found, "en"))
    return PlanOutcome(action, asked.source, asked.districts, asked.categories, length, found, said)


def _pose(live: LiveRegister, asked: Asked, after: int | None) -> _Posed:
    register, start, periods = live.now(), start_of(asked), asked.panel.periods
    length = after or AFTER[asked.panel.freq]
    last = periods[min(start + length, len(periods)) - 1]
    counts = counts_of(register, asked, first_day(periods[start]), last_day(last))
    assert asked.action.started_on is not None  # start_of has seen to it
    flagged = alerted(register, asked.problem, asked.districts, asked.categories, asked.action.started_on)
    return _Posed(asked, counts, start, length, flagged)


def _made(register: Register, action: str, posed: _Posed) -> EffectEstimated | None:
    done = register.find(Effects, action) or Effects()
    same = (each for each in done.estimates if all(getattr(each, n) == value for n, value in posed.fields.items()))
    return next(same, None)


# The answer


def _command(register: Register, action: str, posed: _Posed) -> RecordEffect:
    asked, counts = posed.asked, posed.counts
    found = estimate_effect(
        counts.counts, counts.treated, posed.start, after=posed.after, excluded=counts.excluded,
        neighbours=counts.neighbours, flagged=posed.flagged, freq=asked.panel.freq,
    )  # fmt: skip
    silent = _silent(posed)
    if found.combined is None and any(since >= posed.start for d, since in silent.items() if d in asked.districts):
        found = replace(found, reasons=("silent",))
    return RecordEffect(
        action=action,
        data_gsn=asked.gsn,
        figures=_figures(found, counts.districts),
        sentence=_sentence(register, posed, found, silent),
        synthetic=division_of(register, asked.source)[0].synthetic,
        **posed.fields,
    )


def _silent(posed: _Posed) -> dict[str, int]:
    """Districts that reported nothing of any kind for longer than chance explains, with the first such position.

    Of those that the question is of or that could be compared with, in the periods that it looks at.
    """
    panel, apart = posed.asked.panel, {posed.counts.districts[i] for i in posed.counts.excluded}
    if panel.silent is None:
        return {}
    looked = slice(max(posed.start - 3 * panel.freq, 0), posed.start + posed.after)
    found: dict[str, int] = {}
    for (district, _), silent in zip(panel.series, panel.silent[:, looked], strict=True):
        if silent.any() and district not in apart:
            found.setdefault(district, looked.start + int(silent.argmax()))
    return found


def _sentence(register: Register, posed: _Posed, found: Effect, silent: Mapping[str, int]) -> SealedSentence:
    asked, division = posed.asked, division_of(register, posed.asked.source)[1]
    names = {d: division.districts[d].name if d in division.districts else d for d in posed.counts.districts}
    listed = list(names.values())
    sv, en = effect_sentence.sentence(found, listed, "sv"), effect_sentence.sentence(found, listed, "en")
    own = [f"{names[d]} ({asked.panel.periods[since]})" for d, since in silent.items() if d in asked.districts]
    others = [f"{names[d]} ({asked.panel.periods[since]})" for d, since in silent.items() if d not in asked.districts]
    if own:
        sv += f" Obs: inget alls är rapporterat i {', '.join(own)} från den perioden: det saknas, och är inte noll."
        en += f" Note: nothing at all is reported in {', '.join(own)} from that period on: missing, and not none."
    if others:
        sv += f" Tyst, och inte jämfört med medan det varade: {', '.join(others)}."
        en += f" Silent, and not compared with while it lasted: {', '.join(others)}."
    assert asked.action.started_on is not None
    also = [
        _titled(register, key)
        for key, places in others_at(register, asked, asked.action.started_on, last_day(posed.last))
        if places & set(asked.districts)
    ]
    if also:
        sv += f" Samtidigt pågick här också {', '.join(also)}: vad var och en bidrog med går inte att skilja åt."
        en += f" At the same time, here too: {', '.join(also)}. What each of them did cannot be told apart."
    return SealedSentence(sv=sv[:4000], en=en[:4000])


def _titled(register: Register, action: str) -> str:
    state = register.find(Action, action)
    return f"”{state.title}” ({action})" if state else action


def _figures(found: Effect, districts: Sequence[str]) -> EffectFigures:
    given = {name: getattr(found, name) for name in EffectFigures.model_fields}
    given |= {name: _estimate(given[name]) for name in ("combined", "difference", "synthetic", "interrupted")}
    given |= {name: _plain(given[name]) for name in ("trend", "displacement", "regression")}
    given |= {name: tuple(districts[i] for i in given[name]) for name in ("neighbours", "comparisons")}
    return EffectFigures(**given | {"weights": tuple((districts[i], weight) for i, weight in found.weights)})


def _estimate(found: placebo.Estimate | None) -> Estimate | None:
    """None where the figures are too few for any limit."""
    return Estimate(**asdict(found)) if found is not None and _finite(asdict(found).values()) else None


def _plain(found: Any) -> dict[str, Any] | None:
    return None if found is None else asdict(found)


def _finite(values: Iterable[float]) -> bool:
    return all(math.isfinite(value) for value in values)
