"""Assessments and trend alerts as facts, and the verdicts on them. No arithmetic here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import count
from typing import Annotated, ClassVar, Literal, Self, assert_never

from pydantic import Field, model_validator

from domain.catalogue import Source
from domain.core import (
    Asked,
    Command,
    Event,
    Key,
    Known,
    MaybeText,
    Plain,
    Short,
    Text,
    Value,
    must_exist,
    not_in_future,
    refuse,
)
from domain.period import Period, last_day

Number = float | None
Flag = Literal["rise", "fall", "lasting-rise", "lasting-fall"]
SignalKey = Annotated[str, Field(max_length=400)]


class Results(Value):
    """One run's whole result, in columns of equal length, a position for each district × category.

    observed, expected, lower and bound (the upper) are events per period; p is the probability of so many or more
    when nothing has changed, p_fall of so few or fewer; exceedance is (observed - expected) / (bound - expected), or
    to lower and negative when fewer came; trend is the change of log mean a year; common the factor of the whole
    city within expected; flag how a flagged one diverges. None: not assessed, and reasons say why. The columns
    after reasons are empty in runs of the first method.
    """

    district: tuple[Key, ...]
    category: tuple[Key, ...]
    observed: tuple[Number, ...]
    expected: tuple[Number, ...]
    bound: tuple[Number, ...]
    p: tuple[Number, ...]
    exceedance: tuple[Number, ...]
    dispersion: tuple[Number, ...]
    trend: tuple[Number, ...]
    flagged: tuple[bool, ...]
    reasons: tuple[tuple[str, ...], ...]
    lower: tuple[Number, ...] = ()
    p_fall: tuple[Number, ...] = ()
    common: tuple[Number, ...] = ()
    periods: tuple[int, ...] = ()
    flag: tuple[Flag | None, ...] = ()

    @model_validator(mode="after")
    def _equal_lengths(self) -> Self:
        lengths = {name: len(getattr(self, name)) for name in type(self).model_fields}
        later = {lengths.pop(name) for name in ("lower", "p_fall", "common", "periods", "flag")}
        if len(set(lengths.values())) != 1 or (later != {0} and later != set(lengths.values())):
            raise ValueError("all columns must be equally long")
        if self.flag and any((one is None) == told for one, told in zip(self.flag, self.flagged, strict=True)):
            raise ValueError("a flagged series says how it diverges, and no other does")
        numbers = (self.observed, self.expected, self.bound, self.p, self.exceedance)
        if any(None in row for row, flag in zip(zip(*numbers, strict=True), self.flagged, strict=True) if flag):
            raise ValueError("a flagged series needs observed, expected, bound, p and exceedance")
        return self

    def at(self, i: int) -> Flag:
        """How the flagged series at that position diverges; in runs of the first method all flags are rises."""
        return (self.flag[i] if self.flag else None) or "rise"


class Sentence(Value):
    """What an alert says, in both languages."""

    sv: Plain
    en: Plain


class Wider(Value):
    """A sum that diverges though no flagged district within it does: of an area, the city, a group of categories, or
    districts side by side (which have no bounds)."""

    level: Literal["area", "city", "group", "neighbours"]
    place: str
    kind: str
    observed: float
    expected: float
    lower: float | None
    upper: float | None
    p: float
    flag: Flag
    sentence: Sentence


class Caution(Value):
    """How sure a run's flags are together: series looked at, flags to be expected false, of sudden and slow change."""

    looked: int = Field(ge=0)
    expected_false: float = Field(ge=0)
    lasting_false: float = Field(ge=0)


# What happens


class Assessed(Event):
    """All series of a source were assessed for one period, on the counts as known at a position of the history."""

    TOPIC: ClassVar[str] = "assessment.made"
    source: Key
    period: Period
    data_gsn: int
    method: Short
    parameters: dict[str, float | int | str | bool]
    results: Results
    synthetic: bool
    wider: tuple[Wider, ...] = ()
    caution: Caution | None = None
    number: int = 1


class AlertRaised(Event):
    """A series diverged: observed against expected, and how surprising that is (p: so many or more; a fall: so few)."""

    TOPIC: ClassVar[str] = "signal.raised"
    assessment: Key
    source: Key
    period: Period
    district: Key
    category: Key
    observed: float
    expected: float
    bound: float
    p: float
    exceedance: float
    sentence: Sentence
    synthetic: bool
    flag: Flag = "rise"
    lower: float | None = None


class Judged(Event):
    """Somebody judged the alert: what to do, and whether it was right. A later verdict replaces an earlier one."""

    TOPIC: ClassVar[str] = "signal.judged"
    on: date
    response: Literal["act", "watch", "dismiss"]
    finding: Literal["true", "false", "explained", "open"]
    explained_by: Text | None
    reason: Text
    meeting: Key | None


SignalEvent = AlertRaised | Judged

# What there is


@dataclass(frozen=True, slots=True)
class Assessment:
    """A run as it was made. A fact: it never changes. number: of the runs of that source and period, from 1."""

    KIND: ClassVar[str] = "assessment"
    source: str
    period: str
    data_gsn: int
    method: str
    parameters: Mapping[str, float | int | str | bool]
    results: Results
    synthetic: bool
    wider: tuple[Wider, ...] = ()
    caution: Caution | None = None
    number: int = 1


@dataclass(frozen=True, slots=True)
class Signal:
    """An alert with its latest verdict."""

    KIND: ClassVar[str] = "signal"
    assessment: str
    source: str
    period: str
    district: str
    category: str
    observed: float
    expected: float
    bound: float
    p: float
    exceedance: float
    sentence: Sentence
    synthetic: bool
    flag: str = "rise"
    lower: float | None = None
    response: str | None = None
    finding: str | None = None
    explained_by: str | None = None
    reason: str | None = None
    judged_on: date | None = None


def evolve_assessment(state: Assessment | None, event: Assessed) -> Assessment:
    """The run after the event."""
    return Assessment(event.source, event.period, event.data_gsn, event.method, event.parameters,
                      event.results, event.synthetic, event.wider, event.caution, event.number)  # fmt: skip


def evolve_signal(state: Signal | None, event: SignalEvent) -> Signal:
    """The signal after the event."""
    if isinstance(event, AlertRaised):
        return Signal(event.assessment, event.source, event.period, event.district, event.category, event.observed,
                      event.expected, event.bound, event.p, event.exceedance, event.sentence,
                      event.synthetic, event.flag, event.lower)  # fmt: skip
    assert state is not None
    match event:
        case Judged():
            return replace(
                state,
                response=event.response,
                finding=event.finding,
                explained_by=event.explained_by,
                reason=event.reason,
                judged_on=event.on,
            )
        case _:
            assert_never(event)


def assessment_key(source: str, period: str, number: int = 1) -> str:
    """One run per source, period and number: two workers that race produce one run. The first has no number."""
    return f"{source}-{period.lower()}" + (f"-{number}" if number > 1 else "")


def runs(known: Known, source: str, period: str) -> int:
    """How many times the period has been assessed; the latest run is what counts."""
    return next(n for n in count() if known.find(Assessment, assessment_key(source, period, n + 1)) is None)


def latest_run(known: Known, source: str, period: str) -> tuple[str, Assessment] | None:
    """The key and state of a period's latest run; None when it has not been assessed."""
    key = assessment_key(source, period, runs(known, source, period))
    found = known.find(Assessment, key)
    return None if found is None else (key, found)


def signal_key(source: str, period: str, district: str, category: str) -> str:
    """The key of a series' alert in a period; no key of a district or category holds a colon."""
    return f"{source}-{period.lower()}-{district}:{category}"


# What can be asked


class RecordAssessment(Command):
    """Record a run with its whole result, and raise its alerts.

    number: 2 and on, the period is assessed anew on purpose, and an alert that stands already is not raised again.
    """

    NAME: ClassVar[str] = "record-assessment"
    source: Key
    period: Period
    data_gsn: int = Field(ge=0)
    method: Short
    parameters: dict[str, float | int | str | bool]
    results: Results
    sentences: tuple[Sentence, ...]
    synthetic: bool = False
    wider: tuple[Wider, ...] = ()
    caution: Caution | None = None
    number: int = Field(default=1, ge=1)

    @property
    def key(self) -> str:
        """Of the run."""
        return assessment_key(self.source, self.period, self.number)

    @property
    def stream(self) -> str:
        return f"{Assessment.KIND}-{self.key}"

    def facts(self, known: Known, asked: Asked) -> Sequence[tuple[str, Event]]:
        must_exist(known.find(Source, self.source), "source", "Källan", self.source)
        not_in_future(last_day(self.period), asked)
        if known.find(Assessment, self.key) is not None:
            refuse(
                "already-assessed",
                f"{self.period} är redan bedömd för ”{self.source}”. Läs den bedömningen i stället.",
                f"{self.period} has been assessed already for “{self.source}”. Read that assessment instead.",
            )
        if self.number > 1:
            earlier = assessment_key(self.source, self.period, self.number - 1)
            must_exist(known.find(Assessment, earlier), "assessment", "Bedömningen", earlier)
        if len(self.sentences) != sum(self.results.flagged):
            refuse("sentences-missing", "Varje larm behöver en mening.", "Every alert needs a sentence.")
        made = Assessed(**{name: getattr(self, name) for name in Assessed.model_fields})
        return [(self.stream, made), *(alert for alert in self._alerts() if not self._raised(known, alert[0]))]

    def _raised(self, known: Known, stream: str) -> bool:
        """Whether an earlier run of the period raised it. What a first run raises can't have been."""
        return self.number > 1 and known.find(Signal, stream.removeprefix(f"{Signal.KIND}-")) is not None

    def _alerts(self) -> list[tuple[str, Event]]:
        flagged = [i for i, flag in enumerate(self.results.flagged) if flag]
        return [self._alert(i, sentence) for i, sentence in zip(flagged, self.sentences, strict=True)]

    def _alert(self, i: int, sentence: Sentence) -> tuple[str, Event]:
        r, flag = self.results, self.results.at(i)
        p = r.p_fall[i] if flag.endswith("fall") and r.p_fall else r.p[i]
        key = signal_key(self.source, self.period, r.district[i], r.category[i])
        alert = AlertRaised(
            assessment=self.key,
            source=self.source,
            period=self.period,
            district=r.district[i],
            category=r.category[i],
            observed=r.observed[i] or 0.0,
            expected=r.expected[i] or 0.0,
            bound=r.bound[i] or 0.0,
            p=p or 0.0,
            exceedance=r.exceedance[i] or 0.0,
            sentence=sentence,
            synthetic=self.synthetic,
            flag=flag,
            lower=r.lower[i] if r.lower else None,
        )
        return f"{Signal.KIND}-{key}", alert


class Judge(Command):
    """Judge an alert: act, watch or dismiss, whether it was true, and why."""

    NAME: ClassVar[str] = "judge"
    signal: SignalKey
    on: date
    response: Literal["act", "watch", "dismiss"]
    finding: Literal["true", "false", "explained", "open"] = "open"
    explained_by: Text | None = None
    reason: MaybeText = ""
    meeting: Key | None = None

    @property
    def stream(self) -> str:
        return f"{Signal.KIND}-{self.signal}"

    def decide(self, known: Known, asked: Asked) -> Sequence[Event]:
        not_in_future(self.on, asked)
        state = must_exist(known.find(Signal, self.signal), "signal", "Signalen", self.signal)
        if not self.reason:
            refuse(
                "reason-missing",
                "En bedömning behöver ett skäl. Skriv vad ni vet och varför ni gör så.",
                "A verdict needs a reason. Write what you know and why you do this.",
            )
        if (self.finding == "explained") != (self.explained_by is not None):
            refuse(
                "explanation-missing",
                "Säg vad som förklarar signalen, och bara när bedömningen är att den är förklarad.",
                "Say what explains the signal, and only when the finding is “explained”.",
            )
        if self.on < last_day(state.period):
            refuse(
                "before-it-was-seen",
                f"Signalen gäller {state.period} och kan inte bedömas före {last_day(state.period)}.",
                f"The signal is about {state.period} and cannot be judged before {last_day(state.period)}.",
            )
        return [Judged(**self.model_dump(exclude={"signal"}))]
