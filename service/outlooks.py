"""Forecast a source: counts as known now become an outlook, recorded; what has come is laid beside earlier ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from domain.agreement import Agreement
from domain.catalogue import Division
from domain.core import Actor, must_exist
from domain.forecast import Forecast, Outlook, Reach, RecordForecast, RecordScore, Scores, forecast_key, issued
from domain.period import Frequency
from domain.register import Register
from forecasting import outlook as ahead
from forecasting import score
from forecasting.gamma_poisson import Floats
from forecasting.hierarchy import add_up
from forecasting.panel import Panel
from service.complete_counts import complete_panel, division_of
from service.once import recorded
from service.register import LiveRegister
from service.revised import Revised, revised

Progress = Callable[[int, int], None]
METHOD = "outlook 2"  # raise it when the same counts would give another forecast
HORIZON = 12
LEVELS = (0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.975)
_SAME = 1e-3  # events: means that differ by more are not of the same parts


@dataclass(frozen=True, slots=True)
class ForecastOutcome:
    """A forecast; repeated: it had been made before. scored: earlier forecasts, each with a period that has come.

    revised: what has changed since in the figures that it rests on.
    """

    key: str
    repeated: bool
    forecast: Forecast
    scored: tuple[tuple[str, str], ...]
    revised: Revised | None = None


@dataclass(frozen=True, slots=True)
class _Sum:
    """A sum of series, by their positions: those of one category in an area or in the whole municipality."""

    name: str
    category: str
    level: Reach
    parts: tuple[int, ...]


def forecast(
    live: LiveRegister,
    source: str,
    *,
    by: Actor,
    frequency: Frequency | None = None,
    horizon: int = HORIZON,
    again: bool = False,
    progress: Progress | None = None,
) -> ForecastOutcome:
    """Forecast all series of a source, and their sums, from its latest complete period on.

    A period that has been forecast from answers with its latest forecast; again: it is made anew, as one of its own.
    Earlier ones are scored where figures have come.
    """
    gsn = live.tables.pull()
    register = live.now()
    panel = complete_panel(live, register, source, frequency, gsn)
    origin = panel.periods[-1]
    made = issued(register, source, origin)
    repeated = made > 0 and not again
    number = made if repeated else made + 1
    if not repeated:
        command = _command(register, source, panel, gsn, horizon).model_copy(update={"number": number})
        repeated = not recorded(live, command, by, "already-forecast")
    scored = _score(live, source, panel, gsn, by, progress)
    key = forecast_key(source, origin, number)
    state = must_exist(live.now().find(Forecast, key), "forecast", "Prognosen", key)
    changed = revised(live, register, source, origin, state.data_gsn, gsn) if repeated else None
    return ForecastOutcome(key, repeated, state, scored, changed)


def _command(register: Register, source: str, panel: Panel, gsn: int, horizon: int) -> RecordForecast:
    state, division = division_of(register, source)
    categories = [category for _, category in panel.series]
    made = ahead.forecast(panel.counts, panel.freq, horizon, categories, panel.first_days, levels=LEVELS)
    sums = _sums(panel.series, division, _municipality(register, division))
    return RecordForecast(
        source=source,
        origin=panel.periods[-1],
        horizon=horizon,
        data_gsn=gsn,
        method=METHOD,
        parameters={"periods a year": panel.freq, "periods known": len(panel.periods)},
        quantile_levels=LEVELS,
        outlook=_figures(panel.series, made, sums),
        synthetic=state.synthetic,
    )


def _municipality(register: Register, division: Division) -> str:
    parties = [p for agreement in register.every(Agreement) for p in agreement.parties if p.kind == "municipality"]
    return parties[-1].organisation if parties else division.name


def _sums(series: Sequence[tuple[str, str]], division: Division, city: str) -> list[_Sum]:
    """Of each category the whole, and the areas where there are several."""
    areas = {d: found.area for d, _ in series if (found := division.districts.get(d)) is not None and found.area}
    names = sorted(set(areas.values())) if len(set(areas.values())) > 1 else []
    sums = []
    for category in dict.fromkeys(c for _, c in series):
        of = [i for i, (_, c) in enumerate(series) if c == category]
        sums.append(_Sum(city, category, "city", tuple(of)))
        within = [(name, tuple(i for i in of if areas.get(series[i][0]) == name)) for name in names]
        sums += [_Sum(name, category, "area", parts) for name, parts in within if parts]
    return sums


def _figures(series: Sequence[tuple[str, str]], made: ahead.Outlook, sums: Sequence[_Sum]) -> Outlook:
    added = add_up(made, {f"{s.level} {s.name} {s.category}": s.parts for s in sums})
    lacking = [(f"parts-without-{n}",) if n else () for n in added.missing]
    means, quantiles = np.vstack([made.mean, added.mean]), np.vstack([made.quantiles, added.quantiles])
    known = [not each for each in np.isnan(means[:, 0])]
    return Outlook(
        district=(*(district for district, _ in series), *(s.name for s in sums)),
        category=(*(category for _, category in series), *(s.category for s in sums)),
        level=(*("district" for _ in series), *(s.level for s in sums)),
        quantiles=tuple(_steps(q) if there else None for q, there in zip(quantiles, known, strict=True)),
        mean=tuple(tuple(np.round(m, 6).tolist()) if there else None for m, there in zip(means, known, strict=True)),
        reasons=(*made.reasons, *lacking),
    )


def _steps(quantiles: Floats) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(step) for step in quantiles.tolist())


# What came


def _score(
    live: LiveRegister, source: str, panel: Panel, gsn: int, by: Actor, progress: Progress | None
) -> tuple[tuple[str, str], ...]:
    register = live.now()
    todo = [(key, period) for key, state in _open(register, source) for period in _come(state, panel)]
    areas = {key: d.area for key, d in division_of(register, source)[1].districts.items()}
    done = []
    for number, (key, period) in enumerate(todo, start=1):
        state = must_exist(live.now().find(Forecast, key), "forecast", "Prognosen", key)
        if state.outlook is not None:
            scores = _scores(state.outlook, state.quantile_levels, state.periods.index(period), panel, period, areas)
            command = RecordScore(forecast=key, period=period, data_gsn=gsn, interval=_interval(state), scores=scores)
            if recorded(live, command, by, "already-scored"):
                done.append((key, period))
        if progress is not None:
            progress(number, len(todo))
    return tuple(done)


def _open(register: Register, source: str) -> Iterable[tuple[str, Forecast]]:
    found: dict[str, Forecast] = register.states[Forecast.KIND]
    return [(key, state) for key, state in found.items() if state.source == source and state.outlook is not None]


def _come(state: Forecast, panel: Panel) -> list[str]:
    there = set(panel.periods)
    return [period for period in state.periods if period in there and period not in state.scored]


def _interval(state: Forecast) -> float:
    """How much lies between the forecast's first and last quantile."""
    return round(state.quantile_levels[-1] - state.quantile_levels[0], 6)


def _scores(
    outlook: Outlook, levels: Sequence[float], step: int, panel: Panel, period: str, areas: dict[str, str | None]
) -> Scores:
    observed = _observed(outlook, step, panel, period, areas)
    nothing = (np.nan,) * len(levels)
    issued = np.array([nothing if q is None else q[step] for q in outlook.quantiles])
    crps = score.crps(issued, levels, observed)
    inside = (issued[:, 0] <= observed) & (observed <= issued[:, -1])
    judged = ~np.isnan(crps)
    return Scores(
        crps=tuple(float(max(value, 0.0)) if there else None for value, there in zip(crps, judged, strict=True)),
        covered=tuple(bool(value) if there else None for value, there in zip(inside, judged, strict=True)),
        observed=tuple(None if np.isnan(value) else float(value) for value in observed),
    )


def _observed(outlook: Outlook, step: int, panel: Panel, period: str, areas: dict[str, str | None]) -> Floats:
    """What came in each series and sum (NaN: not known). A sum speaks of those parts only that were forecast.

    Where districts have moved between areas since, its mean is not theirs, and it is not scored.
    """
    now = dict(zip(panel.series, panel.counts[:, panel.periods.index(period)].tolist(), strict=True))
    rows = list(zip(outlook.district, outlook.category, outlook.level, outlook.mean, strict=True))
    parts = [(d, c, mean[step], now.get((d, c), np.nan)) for d, c, level, mean in rows if level == "district" and mean]
    came = []
    for name, category, level, mean in rows:
        if level == "district":
            came.append(now.get((name, category), np.nan))
            continue
        of = [p for p in parts if p[1] == category and (level == "city" or areas.get(p[0]) == name)]
        same = mean is not None and abs(sum(p[2] for p in of) - mean[step]) < _SAME
        came.append(sum(p[3] for p in of) if same else np.nan)
    return np.array(came, dtype=np.float64)
