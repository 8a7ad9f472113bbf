"""Computed figures by request: forecasts, backtests and effects in a process of their own; need, read as it stands."""

from dataclasses import dataclass
from typing import Any

import structlog
from litestar import Response, Router, get, post
from litestar.params import FromPath, FromQuery, JSONBody
from pydantic import Field

from domain.action import Action
from domain.catalogue import Source
from domain.computed import BacktestMade, EffectEstimated, Effects, ModelCards
from domain.core import Key, Value, must_exist
from domain.forecast import Forecast
from domain.period import Frequency
from domain.signal import Sentence
from service.api.answers import OF_THE_RECORD
from service.api.asking import AsOf, By
from service.api.outside import Changed, changed, compute, options
from service.api.problems import documented
from service.moments import register_at
from service.needs import NeedOutcome
from service.needs import need as need_of
from service.register import LiveRegister
from service.settings import Settings

log = structlog.get_logger()


class ForecastAsked(Value):
    """Which source to forecast, and how many periods ahead of its latest complete one.

    again: a period that has been forecast from is forecast from anew, as a forecast of its own.
    """

    source: Key
    frequency: Frequency | None = None
    horizon: int = Field(default=12, ge=1, le=60)
    again: bool = False


class BacktestAsked(Value):
    """Which source to try, how far ahead, and from how many periods of its past."""

    source: Key
    frequency: Frequency | None = None
    horizon: int = Field(default=12, ge=1, le=60)
    origins: int = Field(default=12, ge=1, le=156)


class EffectAsked(Value):
    """Which action, and what to judge it by; left out: its district's main series, its problem's categories, a year."""

    action: Key
    source: Key | None = None
    categories: tuple[Key, ...] = ()
    frequency: Frequency | None = None
    after: int | None = Field(default=None, ge=1, le=260)


@dataclass(frozen=True, slots=True)
class Scored:
    """A period of an earlier forecast that has come."""

    forecast: str
    period: str


@dataclass(frozen=True, slots=True)
class Forecasted:
    """The forecast's key, whether it had been made before, and which earlier ones were scored.

    revised: what has changed since in the figures that it rests on.
    """

    key: str
    repeated: bool
    scored: tuple[Scored, ...]
    revised: Changed | None = None


@dataclass(frozen=True, slots=True)
class Tried:
    """The source's model card, and whether it had been made before on the same figures and verdicts."""

    key: str
    repeated: bool
    made: BacktestMade


@dataclass(frozen=True, slots=True)
class Estimated:
    """The action's effect, and whether the same question had been answered before."""

    key: str
    repeated: bool
    estimate: EffectEstimated


@dataclass(frozen=True, slots=True)
class Findable:
    """The smallest fall (a share) of an action's events that is found in 80 of 100 cases; None, and reasons say why.

    expected: events in the periods after when nothing has an effect; comparisons: districts compared with.
    """

    action: str
    source: str
    districts: tuple[str, ...]
    categories: tuple[str, ...]
    after: int
    fall: float | None
    expected: float | None
    comparisons: int
    reasons: tuple[str, ...]
    sentence: Sentence


def routes(live: LiveRegister, settings: Settings) -> list[Router]:
    """What is computed when it is asked for."""
    effects = [_effect(live, settings), _plan(live, settings)]
    return [
        Router("/forecasts", route_handlers=[_forecast(live, settings)], tags=["forecasts"]),
        Router("/backtests", route_handlers=[_backtest(live, settings)], tags=["backtests"]),
        Router("/effects", route_handlers=effects, tags=["effects"]),
        Router("/need", route_handlers=[_need(live)], tags=["reading"], opt={OF_THE_RECORD: True}),
    ]


def _forecast(live: LiveRegister, settings: Settings) -> Any:
    @post(
        "/",
        responses=documented(404, 409, 413, 415, 422),
        operation_id="forecast",
        summary="Forecast a source, and score earlier forecasts, in a process of its own.",
    )
    async def handler(
        by: By,
        data: JSONBody[ForecastAsked],
    ) -> Response[Forecasted]:
        must_exist(live.now().find(Source, data.source), "source", "Källan", data.source)
        wanted = options(source=data.source, frequency=data.frequency, horizon=data.horizon)
        wanted += ["--again"] if data.again else []
        (run,) = await compute(settings, by, "forecast", wanted)
        must_exist(live.now().find(Forecast, run["forecast"]), "forecast", "Prognosen", run["forecast"])
        scored = tuple(Scored(*each) for each in run["scored"])
        content = Forecasted(run["forecast"], run["repeated"], scored, changed(run["revised"]))
        log.info("forecast", forecast=content.key, scored=len(content.scored), repeated=content.repeated)
        return _made(content, f"forecasts/{content.key}", repeated=content.repeated)

    return handler


def _backtest(live: LiveRegister, settings: Settings) -> Any:
    @post(
        "/",
        responses=documented(404, 409, 413, 415, 422),
        operation_id="backtest",
        summary="Try a source's forecasts on its own past, in a process of its own.",
    )
    async def handler(
        by: By,
        data: JSONBody[BacktestAsked],
    ) -> Response[Tried]:
        must_exist(live.now().find(Source, data.source), "source", "Källan", data.source)
        wanted = options(source=data.source, frequency=data.frequency, horizon=data.horizon, origins=data.origins)
        (run,) = await compute(settings, by, "backtest", wanted)
        must_exist(live.now().find(ModelCards, run["source"]), "model card", "Modellkortet", run["source"])
        content = Tried(run["source"], run["repeated"], BacktestMade.model_validate(run["card"]))
        log.info("backtest", source=content.key, repeated=content.repeated)
        return _made(content, f"backtests/{content.key}", repeated=content.repeated)

    return handler


def _effect(live: LiveRegister, settings: Settings) -> Any:
    @post(
        "/",
        responses=documented(404, 409, 413, 415, 422),
        operation_id="effect",
        summary="Estimate whether an action helped, in a process of its own.",
    )
    async def handler(
        by: By,
        data: JSONBody[EffectAsked],
    ) -> Response[Estimated]:
        _existing(live, data.action, data.source)
        wanted = options(source=data.source, category=data.categories, frequency=data.frequency, after=data.after)
        (run,) = await compute(settings, by, "effect", [*wanted, data.action])
        must_exist(live.now().find(Effects, run["action"]), "effect", "Effekten", run["action"])
        content = Estimated(run["action"], run["repeated"], EffectEstimated.model_validate(run["estimate"]))
        log.info("effect", action=content.key, repeated=content.repeated)
        return _made(content, f"effects/{content.key}", repeated=content.repeated)

    return handler


def _plan(live: LiveRegister, settings: Settings) -> Any:
    @get(
        "/{key:str}/plan",
        responses=documented(404, 422),
        operation_id="plan_effect",
        summary="The smallest effect of an action that could be found, from the figures before its start.",
    )
    async def handler(
        by: By,
        key: FromPath[str],
        source: FromQuery[str | None] = None,
        frequency: FromQuery[Frequency | None] = None,
    ) -> Findable:
        _existing(live, key, source)
        wanted = options(source=source, frequency=frequency)
        (run,) = await compute(settings, by, "effect", ["--plan", *wanted, key])
        sentence = Sentence.model_validate(run.pop("sentence"))
        return Findable(**run.pop("detectable"), **run, sentence=sentence)

    return handler


def _existing(live: LiveRegister, action: str, source: str | None) -> None:
    """Refuses what is not there before a process is started."""
    register = live.now()
    must_exist(register.find(Action, action), "action", "Åtgärden", action)
    if source is not None:
        must_exist(register.find(Source, source), "source", "Källan", source)


def _made(content: Any, path: str, *, repeated: bool) -> Response[Any]:
    return Response(content, status_code=200 if repeated else 201, headers={"Location": f"/api/v1/{path}"})


def _need(live: LiveRegister) -> Any:
    @get(
        "/",
        responses=documented(404, 422),
        sync_to_thread=True,
        operation_id="need",
        summary="The need that the latest forecast leads to expect beside the actions' hours, by district.",
    )
    def handler(
        source: FromQuery[str], frequency: FromQuery[Frequency | None] = None, as_of: AsOf = None
    ) -> NeedOutcome:
        return need_of(register_at(live, as_of), source, frequency)

    return handler
