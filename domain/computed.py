"""Computed figures as facts: effects of actions and model cards of sources. No arithmetic here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from domain.action import Action
from domain.catalogue import Source
from domain.core import Asked, Command, Event, Key, Known, Short, Text, Value, must_exist, not_in_future, refuse
from domain.forecast import Columns, Level, Parameters
from domain.period import Period, first_day, frequency, last_day
from domain.signal import Number, Sentence, Signal


class Estimate(Value):
    """A change as a share (-0.25: a quarter fewer) with its 95 % interval and two-sided p; error of log(1 + change)."""

    change: float = Field(ge=-1)
    lower: float = Field(ge=-1)
    upper: float
    p: float = Field(ge=0, le=1)
    error: float = Field(ge=0)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.lower <= self.change <= self.upper:
            raise ValueError("change must lie between lower and upper")
        return self


class Trend(Value):
    """Change a year against the comparison districts before the start, as a share, and its two-sided p."""

    a_year: float
    p: float


class Displacement(Value):
    """The neighbours' own change; the change of district and neighbours together in events; the quotient of the two."""

    neighbours: Estimate
    events: float
    lower: float
    upper: float
    quotient: Number
    quotient_lower: Number
    quotient_upper: Number


class Regression(Value):
    """Changes as shares: recent against its own level, after against recent, and what of that comes by itself.

    explained: that as a share of the fall.
    """

    recent: float
    fell: float
    by_itself: float
    explained: Number


class EffectFigures(Value):
    """An effect with all that stands beside it. None: not to be had, and reasons say why.

    observed, expected: events in the periods after. neighbours: where events may have moved; comparisons: the districts
    compared with; weights: those that the synthetic control is made of, with their weights; misfit: of that control
    before, as a share of the mean. before, after: how many periods; weeks: how many known ones after, when it was by
    week. flagged: chosen because it stood high. grade: 1 to 5 as in the Maryland Scientific Methods Scale.
    """

    observed: Number
    expected: Number
    combined: Estimate | None
    difference: Estimate | None
    synthetic: Estimate | None
    interrupted: Estimate | None
    detectable: Number
    trend: Trend | None
    displacement: Displacement | None
    regression: Regression | None
    neighbours: tuple[Key, ...]
    comparisons: tuple[Key, ...]
    weights: tuple[tuple[Key, float], ...]
    misfit: Number
    before: int = Field(ge=0)
    after: int = Field(ge=0)
    flagged: bool
    grade: int = Field(ge=1, le=5)
    reasons: tuple[str, ...]
    weeks: int | None = None

    @model_validator(mode="after")
    def _answered(self) -> Self:
        if self.combined is None and not self.reasons:
            raise ValueError("without an estimate the reasons say why")
        return self


class Verdicts(Columns):
    """The alerts of each district: how many were raised, and judged true, false or explained. The rest are open."""

    district: tuple[Key, ...] = ()
    raised: tuple[int, ...] = ()
    true: tuple[int, ...] = ()
    false: tuple[int, ...] = ()
    explained: tuple[int, ...] = ()


class Rivals(Columns):
    """Scaled CRPS (in units of the seasonal naive's error in the history) of each method, the source's own first.

    better_by: by what share the own method is better, with its 95 % interval and two-sided p; None in its own row.
    """

    method: tuple[Short, ...] = ()
    crps: tuple[Number, ...] = ()
    better_by: tuple[Number, ...] = ()
    low: tuple[Number, ...] = ()
    high: tuple[Number, ...] = ()
    p: tuple[Number, ...] = ()


class Calibration(Columns):
    """Share of what came that lay in the central interval of each level."""

    level: tuple[Level, ...] = ()
    covered: tuple[Number, ...] = ()


class Parts(Columns):
    """The own method's scaled CRPS, share within the 95 % interval and over its upper limit, for parts of the whole."""

    by: tuple[Literal["horizon", "district", "category"], ...] = ()
    label: tuple[Short, ...] = ()
    series: tuple[int, ...] = ()
    crps: tuple[Number, ...] = ()
    covered: tuple[Number, ...] = ()
    above: tuple[Number, ...] = ()


class ModelCard(Value):
    """What the forecasts and alerts of a source are worth, tried on its own past. None: not to be had.

    series, origins: how many were tried; left_out: series too rare to be. pit: shares of the probability integral
    transform in bins of equal width, equal when calibrated. above: share over the 97.5 % limit. flags: alerts a week (a
    month for monthly figures).
    """

    series: int = Field(ge=0)
    origins: int = Field(ge=0)
    left_out: int = Field(default=0, ge=0)
    pit: tuple[float, ...] = ()
    within: Calibration = Calibration()
    above: Number = None
    rivals: Rivals = Rivals()
    parts: Parts = Parts()
    flags: Number = None
    verdicts: Verdicts = Verdicts()
    reasons: tuple[str, ...] = ()


class SealedSentence(Sentence):
    """A sentence that names actions by the titles that people gave them, and is sealed as they are."""

    sv: Text
    en: Text


# What happens


class EffectEstimated(Event):
    """What an action changed was estimated, from its start to a period, on the counts of a source."""

    TOPIC: ClassVar[str] = "effect.estimated"
    source: Key
    districts: tuple[Key, ...]
    categories: tuple[Key, ...]
    first: Period
    last: Period
    data_gsn: int
    method: Short
    parameters: Parameters
    figures: EffectFigures
    sentence: SealedSentence
    synthetic: bool


class BacktestMade(Event):
    """A source's forecasts and alerts were tried on its past, from one period to another."""

    TOPIC: ClassVar[str] = "backtest.made"
    first: Period
    last: Period
    data_gsn: int
    method: Short
    parameters: Parameters
    card: ModelCard
    synthetic: bool


# What there is


@dataclass(frozen=True, slots=True)
class Effects:
    """The estimates of an action's effect, oldest first; the key is the action's."""

    KIND: ClassVar[str] = "effect"
    estimates: tuple[EffectEstimated, ...] = ()


@dataclass(frozen=True, slots=True)
class ModelCards:
    """The model cards of a source, oldest first; the key is the source's."""

    KIND: ClassVar[str] = "backtest"
    cards: tuple[BacktestMade, ...] = ()


def evolve_effects(state: Effects | None, event: EffectEstimated) -> Effects:
    """The estimates after the event."""
    return Effects((*(state or Effects()).estimates, event))


def evolve_cards(state: ModelCards | None, event: BacktestMade) -> ModelCards:
    """The cards after the event."""
    return ModelCards((*(state or ModelCards()).cards, event))


def verdicts_on(signals: Iterable[Signal]) -> Verdicts:
    """How the alerts of each district were judged, as their latest verdicts say."""
    found = Counter((signal.district, signal.finding) for signal in signals)
    districts = tuple(sorted({district for district, _ in found}))
    raised = Counter[str]()
    for (district, _), number in found.items():
        raised[district] += number
    true, false, explained = (tuple(found[d, word] for d in districts) for word in ("true", "false", "explained"))
    return Verdicts(
        district=districts, raised=tuple(raised[d] for d in districts), true=true, false=false, explained=explained
    )


# What can be asked


class RecordEffect(Command):
    """Record an estimate of an action's effect, from the first to the last period after its start."""

    NAME: ClassVar[str] = "record-effect"
    action: Key
    source: Key
    districts: Annotated[tuple[Key, ...], Field(min_length=1)]
    categories: Annotated[tuple[Key, ...], Field(min_length=1)]
    first: Period
    last: Period
    data_gsn: int = Field(ge=0)
    method: Short
    parameters: Parameters
    figures: EffectFigures
    sentence: SealedSentence
    synthetic: bool = False

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        _in_order(self.first, self.last)
        return self

    @property
    def stream(self) -> str:
        return f"{Effects.KIND}-{self.action}"

    def decide(self, known: Known, asked: Asked) -> Sequence[Event]:
        state = must_exist(known.find(Action, self.action), "action", "Åtgärden", self.action)
        must_exist(known.find(Source, self.source), "source", "Källan", self.source)
        not_in_future(last_day(self.last), asked)
        _must_follow(state.started_on, last_day(self.first))
        done = known.find(Effects, self.action) or Effects()
        if any(_same_question(self, estimate) for estimate in done.estimates):
            refuse(
                "already-estimated",
                f"Effekten till och med {self.last} är redan skattad på samma sätt. Läs den skattningen i stället.",
                f"The effect up to {self.last} has been estimated in the same way already. Read that estimate instead.",
            )
        return [EffectEstimated(**_fields(self, EffectEstimated))]


def _must_follow(started_on: date | None, first: date) -> None:
    if started_on is None:
        refuse(
            "not-started",
            "Åtgärden har inte påbörjats och kan inte ha haft någon effekt. Registrera starten först.",
            "The action has not started and cannot have had an effect. Record its start first.",
        )
    if first < started_on:
        refuse(
            "before-its-start",
            f"Åtgärden påbörjades {started_on}. Räkna effekten från en period som slutar då eller senare.",
            f"The action started on {started_on}. Count the effect from a period that ends then or later.",
        )


def _same_question(asked: RecordEffect, made: EffectEstimated) -> bool:
    names = ("source", "districts", "categories", "first", "last", "method", "parameters")
    return all(getattr(asked, name) == getattr(made, name) for name in names)


class RecordBacktest(Command):
    """Record the model card of a source, tried from the first to the last period."""

    NAME: ClassVar[str] = "record-backtest"
    source: Key
    first: Period
    last: Period
    data_gsn: int = Field(ge=0)
    method: Short
    parameters: Parameters
    card: ModelCard
    synthetic: bool = False

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        _in_order(self.first, self.last)
        return self

    @property
    def stream(self) -> str:
        return f"{ModelCards.KIND}-{self.source}"

    def decide(self, known: Known, asked: Asked) -> Sequence[Event]:
        must_exist(known.find(Source, self.source), "source", "Källan", self.source)
        not_in_future(last_day(self.last), asked)
        made = known.find(ModelCards, self.source) or ModelCards()
        names = ("first", "last", "data_gsn", "method", "parameters")
        if any(all(getattr(self, name) == getattr(card, name) for name in names) for card in made.cards):
            refuse(
                "already-tried",
                f"Källan ”{self.source}” är redan prövad på dessa uppgifter till och med {self.last}. Läs det kortet.",
                f"The source “{self.source}” has been tried on this data up to {self.last} already. Read that card.",
            )
        return [BacktestMade(**_fields(self, BacktestMade))]


def _fields(command: Command, event: type[Event]) -> dict[str, object]:
    return {name: getattr(command, name) for name in event.model_fields}


def _in_order(first: str, last: str) -> None:
    if frequency(first) != frequency(last) or first_day(last) < first_day(first):
        raise ValueError("first and last are weeks or months, and last does not come before first")
