"""What the forecasts of a panel would have been worth: made again at past periods, and scored on what came.

At each origin only what was known by then is looked at. Two dull rivals are scored on the same cells: the
count of a year before, and the mean of the last year. The card is what a register shows of its own model.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from forecasting import gamma_poisson, score
from forecasting.gamma_poisson import Floats
from forecasting.outlook import LEVELS, Frequency, forecast

Language = Literal["sv", "en"]

_POINT = re.compile(r"(?<=\d)\.(?=\d)")  # of a decimal number
LEAST_EVENTS = 0.1  # a period: a rarer series is not scored


@dataclass(frozen=True, slots=True)
class Summary:
    """Of the series of one district or category, or at one horizon: scaled CRPS, ours and the rivals', calibration."""

    label: str
    series: int
    crps: float
    crps_naive: float
    crps_mean: float
    within_80: float
    within_95: float
    over: float


@dataclass(frozen=True, slots=True)
class Card:
    """The model card. Scores are CRPS over the series' in-sample seasonal-naive error, averaged over series.

    within_80, within_95 and over (the 97.5 % limit) in `whole` count the stretch of probability that a count takes
    up, so that they are .80, .95 and .025 for a right model of counts of any size (score.py). histogram: the
    probability integral transform in ten bins, .1 each when right. left_out: series too rare to be scored.
    against_naive and against_mean: by how much ours is better; None where there are fewer than two districts.
    """

    origins: tuple[int, ...]
    horizon: int
    cells: int
    left_out: int
    whole: Summary
    log_score: float
    histogram: tuple[float, ...]
    against_naive: score.Difference | None
    against_mean: score.Difference | None
    by_horizon: tuple[Summary, ...]
    by_district: tuple[Summary, ...]
    by_category: tuple[Summary, ...]


def backtest(
    counts: Floats,
    freq: Frequency,
    origins: Sequence[int],
    series: Sequence[tuple[str, str]],
    first_days: Sequence[date],
    *,
    parents: Sequence[str] | None = None,
    horizon: int = 12,
    seed: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Card:
    """Forecast S series (district, category) of T counts at each origin, a number of periods known, and score.

    parents: what each series is a part of; its category when not given. A series is scored at an origin when it
    had 0.1 events a period or more in the last three years known there, and a year before to be scaled by.
    progress is called with (origins done, origins in all). ValueError when an origin leaves nothing to
    forecast from or to score, or when no series is frequent enough.
    """
    wrong = [origin for origin in origins if not freq < origin < counts.shape[1]]
    if wrong or not origins:
        raise ValueError(f"origins lie between {freq + 1} and {counts.shape[1] - 1} periods known, not {wrong}")
    parents = [category for _, category in series] if parents is None else parents
    scored = []
    for done, origin in enumerate(origins, start=1):
        scored.append(_score(counts, freq, origin, horizon, parents, first_days))
        if progress is not None:
            progress(done, len(origins))
    cells = _Cells(*(np.stack(each, axis=1) for each in zip(*map(_parts, scored), strict=True)))
    if np.isnan(cells.ours).all():
        raise ValueError(f"no series has {LEAST_EVENTS} events a period and a count to be scored by")
    return _card(cells, tuple(origins), series, np.random.default_rng(seed))


@dataclass(frozen=True, slots=True)
class _Cells:
    """Scores (S × H at an origin, S × O × H together), NaN where there is nothing to score."""

    ours: Floats
    naive: Floats
    mean: Floats
    below: Floats
    at: Floats


def _parts(cells: _Cells) -> tuple[Floats, ...]:
    return cells.ours, cells.naive, cells.mean, cells.below, cells.at


def _score(
    counts: Floats, freq: Frequency, origin: int, horizon: int, parents: Sequence[str], first_days: Sequence[date]
) -> _Cells:
    known = counts[:, :origin]
    came = np.full((len(counts), horizon), np.nan)
    ahead = counts[:, origin : origin + horizon]
    came[:, : ahead.shape[1]] = ahead
    came[~frequent(known, freq)] = np.nan
    scale = score.naive_error(known, freq)[:, None]
    came[np.isnan(scale[:, 0])] = np.nan
    outlook = forecast(known, freq, horizon, parents, first_days[:origin])
    below, at = gamma_poisson.below_and_at(came, outlook.mean, outlook.variance)
    issued = (
        outlook.quantiles,
        score.seasonal_naive(known, freq, horizon, LEVELS),
        score.last_year(known, freq, horizon, LEVELS),
    )
    ours, naive, mean = (score.crps(quantiles, LEVELS, came) / scale for quantiles in issued)
    return _Cells(ours, naive, mean, below, at)


def frequent(known: Floats, freq: int) -> NDArray[np.bool_]:
    """Which series have had 0.1 events a period or more in the last three years."""
    latest = known[:, -3 * freq :]
    number = (~np.isnan(latest)).sum(axis=1)
    return np.asarray(np.nansum(latest, axis=1) >= np.maximum(LEAST_EVENTS * number, 1e-9))


def model_card(card: Card, language: Language) -> tuple[str, ...]:
    """The card in plain words: how good, how honest, and where it is better or worse than on the whole."""
    words, whole = _WORDS[language], card.whole
    lines = [
        words["scored"].format(card=card, whole=whole, origins=len(card.origins)),
        words["error"].format(whole=whole),
    ]
    for found, rival in ((card.against_naive, words["naive"]), (card.against_mean, words["mean"])):
        if found is not None:
            lines.append(
                words["better" if found.better_by >= 0 else "worse"].format(
                    rival=rival, percent=100 * abs(found.better_by), low=100 * found.low, high=100 * found.high
                )
            )
    lines.append(words["honest"].format(whole=whole))
    parts = (*card.by_category, *card.by_district)
    told = [_decimal(line, language) for line in lines]
    return (*told, *(f"{part.label}: {_decimal(words['part'].format(part=part), language)}" for part in parts))


def _decimal(line: str, language: Language) -> str:
    return _POINT.sub(",", line) if language == "sv" else line


def _card(cells: _Cells, origins: tuple[int, ...], series: Sequence[tuple[str, str]], rng: np.random.Generator) -> Card:
    districts = np.array([district for district, _ in series])
    categories = np.array([category for _, category in series])
    everything = np.ones(len(series), dtype=np.bool_)
    horizon = cells.ours.shape[2]
    ahead = [_summary(_at(cells, h), everything, str(h + 1)) for h in range(horizon)]
    ours, naive, mean = (_by_series(each) for each in (cells.ours, cells.naive, cells.mean))
    return Card(
        origins=origins,
        horizon=horizon,
        cells=int((~np.isnan(cells.ours)).sum()),
        left_out=int(np.isnan(ours).sum()),
        whole=_summary(cells, everything, ""),
        log_score=float(np.nanmean(score.log_score(cells.at))),
        histogram=tuple(score.histogram(cells.below, cells.at).tolist()),
        against_naive=_difference(ours, naive, districts, rng),
        against_mean=_difference(ours, mean, districts, rng),
        by_horizon=tuple(each for each in ahead if each.series),
        by_district=_summaries(cells, districts),
        by_category=_summaries(cells, categories),
    )


def _at(cells: _Cells, ahead: int) -> _Cells:
    return _Cells(*(each[:, :, ahead : ahead + 1] for each in _parts(cells)))


def _by_series(scores: Floats) -> Floats:
    """The mean over origins and horizons (S), NaN where nothing was scored."""
    flat = scores.reshape(len(scores), -1)
    number = (~np.isnan(flat)).sum(axis=1)
    return np.where(number > 0, np.nansum(flat, axis=1) / np.maximum(number, 1), np.nan)


def _summaries(cells: _Cells, labels: NDArray[np.str_]) -> tuple[Summary, ...]:
    made = (_summary(cells, labels == label, str(label)) for label in np.unique(labels))
    return tuple(each for each in made if each.series)


def _summary(cells: _Cells, chosen: NDArray[np.bool_], label: str) -> Summary:
    """Every series weighs the same, however many of its cells were scored."""
    scores = [_by_series(each[chosen]) for each in (cells.ours, cells.naive, cells.mean)]
    number = int((~np.isnan(scores[0])).sum())
    if not number:
        return Summary(label, 0, *([float("nan")] * 6))
    within_80, within_95, over = score.calibration(cells.below[chosen], cells.at[chosen])
    ours, naive, mean = (float(np.nanmean(each)) for each in scores)
    return Summary(label, number, ours, naive, mean, within_80, within_95, over)


def _difference(
    ours: Floats, theirs: Floats, districts: NDArray[np.str_], rng: np.random.Generator
) -> score.Difference | None:
    both = ~(np.isnan(ours) | np.isnan(theirs))
    if np.unique(districts[both]).size < 2:
        return None
    return score.compare(ours, theirs, districts.tolist(), rng)


_WORDS: dict[Language, dict[str, str]] = {
    "sv": {
        "scored": "{whole.series} serier prövade vid {origins} tillfällen, 1 till {card.horizon} perioder framåt"
        " ({card.cells} värden); {card.left_out} serier för sällsynta för att prövas",
        "error": "fel (CRPS, 1 = så mycket som fjolårets värde brukar missa med): {whole.crps:.3f};"
        " samma tid förra året {whole.crps_naive:.3f}, senaste årets medel {whole.crps_mean:.3f}",
        "naive": "samma tid förra året",
        "mean": "senaste årets medel",
        "better": "{percent:.1f} % mindre fel än {rival} (95 %-intervall {low:.1f} till {high:.1f})",
        "worse": "{percent:.1f} % större fel än {rival} (skillnadens 95 %-intervall {low:.1f} till {high:.1f})",
        "honest": "inom 80 %-intervallet {whole.within_80:.3f}, inom 95 %-intervallet {whole.within_95:.3f},"
        " över övre gränsen {whole.over:.3f} (ska vara 0.800, 0.950 och 0.025)",
        "part": "fel {part.crps:.3f} mot {part.crps_naive:.3f} och {part.crps_mean:.3f},"
        " inom 95 %-intervallet {part.within_95:.3f}, {part.series} serier",
    },
    "en": {
        "scored": "{whole.series} series tried at {origins} times, 1 to {card.horizon} periods ahead"
        " ({card.cells} values); {card.left_out} series too rare to be tried",
        "error": "error (CRPS, 1 = what last year's value usually misses by): {whole.crps:.3f};"
        " the same time last year {whole.crps_naive:.3f}, the last year's mean {whole.crps_mean:.3f}",
        "naive": "the same time last year",
        "mean": "the last year's mean",
        "better": "{percent:.1f} % less error than {rival} (95 % interval {low:.1f} to {high:.1f})",
        "worse": "{percent:.1f} % more error than {rival} (95 % interval of the difference {low:.1f} to {high:.1f})",
        "honest": "within the 80 % interval {whole.within_80:.3f}, within the 95 % interval {whole.within_95:.3f},"
        " over the upper limit {whole.over:.3f} (should be 0.800, 0.950 and 0.025)",
        "part": "error {part.crps:.3f} against {part.crps_naive:.3f} and {part.crps_mean:.3f},"
        " within the 95 % interval {part.within_95:.3f}, {part.series} series",
    },
}
