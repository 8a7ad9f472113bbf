"""Prognosen: issued with all its figures, and scored as its periods come. Figures as facts: no arithmetic here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count, pairwise
from typing import Annotated, ClassVar, Literal, Self, assert_never

from pydantic import Field, model_validator

from domain.catalogue import Source
from domain.core import Asked, Command, Event, Key, Known, Short, Value, must_exist, not_in_future, refuse
from domain.period import Period, following, last_day

Parameters = dict[str, float | int | str | bool]
Level = Annotated[float, Field(gt=0, lt=1)]
Count = Annotated[float, Field(ge=0)]
Reach = Literal["district", "area", "city"]
Steps = tuple[Count, ...]


class Columns(Value):
    """Columns of equal length."""

    @model_validator(mode="after")
    def _equal_lengths(self) -> Self:
        if len({len(getattr(self, name)) for name in type(self).model_fields}) > 1:
            raise ValueError("all columns must be equally long")
        return self


class Outlook(Columns):
    """A forecast of many series, a position for each.

    district: a district's key, an area's name or the municipality's, as level says. quantiles: for each step ahead
    the events a period at each of the forecast's quantile levels; mean: for each step. Both None: no forecast, and
    reasons say why.
    """

    district: tuple[Short, ...]
    category: tuple[Key, ...]
    level: tuple[Reach, ...]
    quantiles: tuple[tuple[Steps, ...] | None, ...]
    mean: tuple[Steps | None, ...]
    reasons: tuple[tuple[str, ...], ...]

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if len(set(zip(self.district, self.category, self.level, strict=True))) != len(self.district):
            raise ValueError("each series stands once")
        for quantiles, mean, reasons in zip(self.quantiles, self.mean, self.reasons, strict=True):
            if (quantiles is None) != (mean is None) or (mean is None and not reasons):
                raise ValueError("a series has quantiles and mean, or a reason for having neither")
            if any(low > high for step in quantiles or () for low, high in pairwise(step)):
                raise ValueError("quantiles must not fall")
        return self

    def fits(self, horizon: int, levels: int) -> bool:
        """Whether every series that is forecast has so many steps with so many quantiles each."""
        steps = all(len(mean) == horizon for mean in self.mean if mean is not None)
        shapes = {tuple(len(step) for step in quantiles) for quantiles in self.quantiles if quantiles is not None}
        return steps and shapes <= {(levels,) * horizon}


class Scores(Columns):
    """How a forecast's series turned out in one period, in the forecast's order.

    crps: continuous ranked probability score, in events, smaller is better; covered: whether observed lies in the
    forecast's central interval. None: no forecast, or no figure to judge it by.
    """

    crps: tuple[Count | None, ...]
    covered: tuple[bool | None, ...]
    observed: tuple[Count | None, ...]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        for crps, covered, observed in zip(self.crps, self.covered, self.observed, strict=True):
            if (crps is None) != (covered is None) or (crps is not None and observed is None):
                raise ValueError("a score needs crps, covered and observed")
        return self


# What happens


class ForecastIssued(Event):
    """All series of a source were forecast from a period on, with the counts as known at a position of the history."""

    TOPIC: ClassVar[str] = "forecast.issued"
    source: Key
    origin: Period
    horizon: int
    data_gsn: int
    method: Short
    parameters: Parameters
    quantile_levels: tuple[Level, ...]
    outlook: Outlook
    synthetic: bool
    number: int = 1


class ForecastScored(Event):
    """One of the forecast's periods came, and its figures were laid beside the forecast."""

    TOPIC: ClassVar[str] = "forecast.scored"
    period: Period
    data_gsn: int
    interval: Level
    scores: Scores


ForecastEvent = ForecastIssued | ForecastScored

# What there is


@dataclass(frozen=True, slots=True)
class Forecast:
    """A forecast, and the scores of the periods that have come.

    When the last of them has, it is spent: its figures stand in the history and are no longer kept here. number: of the
    forecasts from that period, from 1.
    """

    KIND: ClassVar[str] = "forecast"
    source: str
    origin: str
    horizon: int
    data_gsn: int
    method: str
    parameters: Mapping[str, float | int | str | bool]
    quantile_levels: tuple[float, ...]
    series: int
    outlook: Outlook | None
    synthetic: bool
    scored: Mapping[str, ForecastScored] = field(default_factory=dict)
    number: int = 1

    @property
    def periods(self) -> tuple[str, ...]:
        """The periods that it speaks of."""
        return _after(self.origin, self.horizon)


def evolve(state: Forecast | None, event: ForecastEvent) -> Forecast:
    """The forecast after the event."""
    if isinstance(event, ForecastIssued):
        return Forecast(event.source, event.origin, event.horizon, event.data_gsn, event.method, event.parameters,
                        event.quantile_levels, len(event.outlook.district), event.outlook, event.synthetic,
                        number=event.number)  # fmt: skip
    assert state is not None
    match event:
        case ForecastScored(period=period):
            scored = {**state.scored, period: event}
            return replace(state, scored=scored, outlook=state.outlook if len(scored) < state.horizon else None)
        case _:
            assert_never(event)


def forecast_key(source: str, origin: str, number: int = 1) -> str:
    """One per source, period of origin and number: two workers that race issue one. The first has no number."""
    return f"{source}-{origin.lower()}" + (f"-{number}" if number > 1 else "")


def issued(known: Known, source: str, origin: str) -> int:
    """How many forecasts there are from that period; the latest is what counts."""
    return next(n for n in count() if known.find(Forecast, forecast_key(source, origin, n + 1)) is None)


def _after(origin: str, horizon: int) -> tuple[str, ...]:
    periods = [origin]
    for _ in range(horizon):
        periods.append(following(periods[-1]))
    return tuple(periods[1:])


# What can be asked


class RecordForecast(Command):
    """Record a forecast with all its figures. origin: the last period that it has seen.

    number: 2 and on, a forecast is made anew on purpose.
    """

    NAME: ClassVar[str] = "record-forecast"
    source: Key
    origin: Period
    horizon: int = Field(ge=1, le=60)
    data_gsn: int = Field(ge=0)
    method: Short
    parameters: Parameters
    quantile_levels: Annotated[tuple[Level, ...], Field(min_length=1)]
    outlook: Outlook
    synthetic: bool = False
    number: int = Field(default=1, ge=1)

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        if any(low >= high for low, high in pairwise(self.quantile_levels)):
            raise ValueError("quantile levels must rise")
        if not self.outlook.fits(self.horizon, len(self.quantile_levels)):
            raise ValueError("each series that is forecast needs every step, with a quantile for each level")
        return self

    @property
    def stream(self) -> str:
        return f"{Forecast.KIND}-{forecast_key(self.source, self.origin, self.number)}"

    def decide(self, known: Known, asked: Asked) -> Sequence[Event]:
        must_exist(known.find(Source, self.source), "source", "Källan", self.source)
        not_in_future(last_day(self.origin), asked)
        if known.find(Forecast, forecast_key(self.source, self.origin, self.number)) is not None:
            refuse(
                "already-forecast",
                f"Det finns redan en prognos från {self.origin} för ”{self.source}”. Läs den i stället.",
                f"There is a forecast from {self.origin} for “{self.source}” already. Read that one instead.",
            )
        if self.number > 1:
            earlier = forecast_key(self.source, self.origin, self.number - 1)
            must_exist(known.find(Forecast, earlier), "forecast", "Prognosen", earlier)
        return [ForecastIssued(**{name: getattr(self, name) for name in ForecastIssued.model_fields})]


class RecordScore(Command):
    """Record how a forecast turned out in one of its periods. forecast: its key."""

    NAME: ClassVar[str] = "record-score"
    forecast: Key
    period: Period
    data_gsn: int = Field(ge=0)
    interval: Level
    scores: Scores

    @property
    def stream(self) -> str:
        return f"{Forecast.KIND}-{self.forecast}"

    def decide(self, known: Known, asked: Asked) -> Sequence[Event]:
        state = must_exist(known.find(Forecast, self.forecast), "forecast", "Prognosen", self.forecast)
        if self.period not in state.periods:
            refuse(
                "outside-horizon",
                f"Prognosen gäller {state.periods[0]} till {state.periods[-1]}, inte {self.period}.",
                f"The forecast is of {state.periods[0]} to {state.periods[-1]}, not of {self.period}.",
            )
        not_in_future(last_day(self.period), asked)
        if self.period in state.scored:
            refuse(
                "already-scored",
                f"Prognosen är redan jämförd med utfallet för {self.period}. Läs den jämförelsen i stället.",
                f"The forecast has been compared with {self.period} already. Read that comparison instead.",
            )
        if len(self.scores.observed) != state.series:
            refuse(
                "series-differ",
                f"Prognosen har {state.series} serier; lämna en jämförelse för var och en.",
                f"The forecast has {state.series} series; give a comparison for each of them.",
            )
        return [ForecastScored(**{name: getattr(self, name) for name in ForecastScored.model_fields})]
