"""Try a source's forecasts on its own past: what they would have been worth, and how its alerts were judged."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from domain.computed import (
    BacktestMade,
    Calibration,
    ModelCard,
    ModelCards,
    Parts,
    RecordBacktest,
    Rivals,
    Verdicts,
    verdicts_on,
)
from domain.core import Actor, must_exist, refuse
from domain.period import Frequency, frequency
from domain.register import Register
from domain.signal import Assessment, Signal
from forecasting import rolling_origin
from forecasting.panel import Panel
from forecasting.rolling_origin import Card, Summary
from forecasting.score import Difference
from service.complete_counts import complete_panel, division_of
from service.once import recorded
from service.outlooks import HORIZON, METHOD
from service.register import LiveRegister

Progress = Callable[[int, int], None]
ORIGINS = 12
_YEARS_TRIED = 3


@dataclass(frozen=True, slots=True)
class BacktestOutcome:
    """A source's model card; repeated: neither its figures nor the verdicts have changed since it was made."""

    source: str
    repeated: bool
    made: BacktestMade


def backtest(
    live: LiveRegister,
    source: str,
    *,
    by: Actor,
    frequency: Frequency | None = None,
    horizon: int = HORIZON,
    origins: int = ORIGINS,
    progress: Progress | None = None,
) -> BacktestOutcome:
    """Forecast from so many periods of the last three years, knowing only what came before, and score what came."""
    gsn = live.tables.pull()
    register = live.now()
    panel = complete_panel(live, register, source, frequency, gsn)
    chosen = _origins(len(panel.periods), panel.freq, horizon, origins)
    question = _question(panel, chosen, horizon)
    made = _latest(register, source, question)
    if made is not None and not _changed(live, source, made.data_gsn):
        return BacktestOutcome(source, True, made)
    card = _card(_tried(source, panel, chosen, horizon, progress), register, source, panel)
    synthetic = division_of(register, source)[0].synthetic
    command = RecordBacktest(source=source, data_gsn=gsn, card=card, synthetic=synthetic, **question)
    repeated = not recorded(live, command, by, "already-tried")
    made = _latest(live.now(), source, question)
    return BacktestOutcome(source, repeated, must_exist(made, "model card", "Modellkortet", source))


def _question(panel: Panel, origins: Sequence[int], horizon: int) -> dict[str, Any]:
    """What is asked, in the command's words: two cards with the same answer the same question."""
    return {
        "first": panel.periods[origins[0]],
        "last": panel.periods[min(origins[-1] + horizon, len(panel.periods)) - 1],
        "method": METHOD,
        "parameters": {"horizon": horizon, "origins": len(origins)},
    }


def _latest(register: Register, source: str, question: Mapping[str, Any]) -> BacktestMade | None:
    """The source's latest card that answers the question."""
    cards = reversed((register.find(ModelCards, source) or ModelCards()).cards)
    return next((card for card in cards if all(getattr(card, n) == value for n, value in question.items())), None)


def _tried(source: str, panel: Panel, origins: Sequence[int], horizon: int, progress: Progress | None) -> Card:
    try:
        return rolling_origin.backtest(
            panel.counts, panel.freq, origins, panel.series, panel.first_days, horizon=horizon, progress=progress
        )
    except ValueError:  # the origins are sound, so no series is frequent enough
        refuse(
            "nothing-to-score",
            f"Ingen serie i källan ”{source}” har händelser nog för att prövas. Läs in fler perioder.",
            f"No series of the source “{source}” has events enough to be tried. Take in more periods.",
        )


def _changed(live: LiveRegister, source: str, since: int) -> bool:
    """Whether files of the source came or went, or its alerts were raised or judged, after that event."""
    begins = (f"{Signal.KIND}-{source}-", f"{Assessment.KIND}-{source}-")
    news = live.history(after=since)
    return any(each.stream == f"source-{source}" or each.stream.startswith(begins) for each in news)


def _origins(known: int, freq: int, horizon: int, number: int) -> list[int]:
    """Evenly spread over three years, the whole horizon known; with two years to learn from, where there are."""
    latest = max(known - horizon, min(known - 1, freq + 1))
    earliest = min(max(latest - _YEARS_TRIED * freq, 2 * freq), latest)
    chosen = sorted({int(n) for n in np.linspace(earliest, latest, number)})
    chosen = [origin for origin in chosen if freq < origin < known]
    if not chosen:
        refuse(
            "too-short",
            f"Historiken är {known} perioder. För att pröva prognoser behövs mer än ett år före och en period efter.",
            f"The history is {known} periods. To try forecasts takes more than a year before, and a period after.",
        )
    return chosen


def _card(card: Card, register: Register, source: str, panel: Panel) -> ModelCard:
    whole, signals = card.whole, [s for s in register.every(Signal) if s.source == source]
    flags = _flags(register, source, "week" if panel.freq == 52 else "month")
    return ModelCard(
        series=whole.series,
        origins=len(card.origins),
        left_out=card.left_out,
        pit=card.histogram,
        within=Calibration(level=(0.8, 0.95), covered=(_number(whole.within_80), _number(whole.within_95))),
        above=_number(whole.over),
        rivals=_rivals(card),
        parts=_parts(card),
        flags=flags,
        verdicts=verdicts_on(signals) if signals else Verdicts(),
        reasons=() if flags is not None else ("no-assessments",),
    )


def _flags(register: Register, source: str, freq: Frequency) -> float | None:
    """Alerts in each period that was assessed."""
    made = sorted((a for a in register.every(Assessment) if a.source == source), key=lambda each: each.number)
    latest = {run.period: sum(run.results.flagged) for run in made if frequency(run.period) == freq}
    return sum(latest.values()) / len(latest) if latest else None


def _rivals(card: Card) -> Rivals:
    whole, against = card.whole, (None, card.against_naive, card.against_mean)
    return Rivals(
        method=(METHOD, "same time last year", "mean of the last year"),
        crps=(_number(whole.crps), _number(whole.crps_naive), _number(whole.crps_mean)),
        better_by=_column(against, "better_by"),
        low=_column(against, "low"),
        high=_column(against, "high"),
        p=_column(against, "p"),
    )


def _column(against: Sequence[Difference | None], name: str) -> tuple[float | None, ...]:
    return tuple(None if each is None else _number(getattr(each, name)) for each in against)


def _parts(card: Card) -> Parts:
    found: list[tuple[str, Summary]] = [
        *(("horizon", part) for part in card.by_horizon),
        *(("district", part) for part in card.by_district),
        *(("category", part) for part in card.by_category),
    ]
    return Parts.model_validate(
        {
            "by": tuple(by for by, _ in found),
            "label": tuple(part.label for _, part in found),
            "series": tuple(part.series for _, part in found),
            "crps": tuple(_number(part.crps) for _, part in found),
            "covered": tuple(_number(part.within_95) for _, part in found),
            "above": tuple(_number(part.over) for _, part in found),
        }
    )


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
