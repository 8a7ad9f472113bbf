"""Where is most needed, and where do the hours go? Harm expected in each district beside planned and spent hours.

A series' total over the steps ahead is a negative binomial with the forecast's mean and variance. What of the variance
is more than Poisson's is taken as doubt about the level, the same at all steps; series are taken as independent given
the forecast. Intervals are of the harm that will come, not only of its mean, and hold for all districts together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from forecasting.survey import Language, percent, points

VERSION = "need 1"  # of the method: raise it when the same forecast and hours would give another balance

Floats = NDArray[np.float64]
Basis = Literal["planned", "spent"]

_LEVEL, _DRAWS = 0.95, 2000
_MANY = 1e6  # events from which on a Poisson count is drawn as a normal one
_LEAST_EVENTS = 0.5  # expected everywhere, for shares of them
_EMPTY = 0.01  # more draws than this without an event anywhere: too few events to share out


@dataclass(frozen=True, slots=True)
class Compared:
    """need, hours, events: a district's shares (0 to 1) of what all districts compared have; difference: need - hours.

    events: of the expected events, each counted as one, to stand beside the weighted need. The 95 % intervals of the
    differences hold for all districts at once; clear: it leaves out no difference.
    """

    need: float
    hours: float
    events: float
    difference: float
    lower: float
    upper: float
    clear: bool


@dataclass(frozen=True, slots=True)
class DistrictNeed:
    """events: expected over all steps, of the categories that weigh something; expected: these times their weights.

    lower, upper: the 95 % interval of what will come; share: of all need.
    planned, spent: the need beside those hours. None: not to be had, and reasons say why.
    """

    events: float | None = None
    expected: float | None = None
    lower: float | None = None
    upper: float | None = None
    share: float | None = None
    planned_hours: float | None = None
    spent_hours: float | None = None
    planned: Compared | None = None
    spent: Compared | None = None
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Balance:
    """A district at each position of the input. weighted: by harm, else events are counted.

    left_out: categories (positions) that have no weight and so are in no figure.
    """

    districts: tuple[DistrictNeed, ...]
    weighted: bool
    left_out: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Need:
    """For D districts: expected events and need (D, NaN unknown), and draws of the need (n × D)."""

    events: Floats
    expected: Floats
    draws: Floats


@dataclass(frozen=True, slots=True)
class _Side:
    """The districts (by position) that can be compared on one basis; why: what keeps all of them from it."""

    districts: dict[int, Compared]
    why: str = ""


def balance(
    mean: Floats,
    quantiles: Floats,
    levels: Sequence[float],
    planned: Floats,
    spent: Floats,
    random: np.random.Generator,
    *,
    weights: Floats | None = None,
    draws: int = _DRAWS,
) -> Balance:
    """mean (D × C × H) and quantiles (D × C × H × Q) of districts, categories and steps ahead; hours (D); weights (C).

    NaN is missing: a category without weight is left out everywhere; a district lacking the forecast of a category
    that weighs something gets no figure (no-forecast). Other reasons: no-planned-hours, no-spent-hours (the
    district's, or everybody's), one-district (nothing to compare with), too-few-events. ValueError, with a sentence,
    for shapes that do not fit and negative numbers.
    """
    each = np.ones(mean.shape[1]) if weights is None else np.asarray(weights, dtype=np.float64)
    _checked(mean, quantiles, levels, (planned, spent), each)
    need = _need(mean, quantiles, np.asarray(levels, dtype=np.float64), each, random, draws)
    sides = _beside(need, planned), _beside(need, spent)
    districts = tuple(_district(need, i, planned, spent, sides) for i in range(need.expected.size))
    return Balance(districts, weights is not None, tuple(int(c) for c in np.flatnonzero(np.isnan(each))))


def variance(quantiles: Floats, levels: Floats, mean: Floats) -> Floats:
    """Variance (…) of counts from quantiles (… × Q, Q ≥ 2) at levels (Q) around mean (…), at least Poisson's.

    Between quantiles, and beyond the last, the count is taken as linear in the normal score of its level: exact for
    a normal distribution, within a tenth for most negative binomials (a fourth where the mean is .3).
    """
    normal = NormalDist()
    z = np.array([normal.inv_cdf(level) for level in levels])
    density = np.array([normal.pdf(score) for score in z])
    slope = np.diff(quantiles, axis=-1) / np.diff(z)
    start = quantiles[..., :-1] - mean[..., None] - slope * z[:-1]
    mass = np.diff(np.concatenate([[0.0], levels[1:-1], [1.0]]))
    first = -np.diff(np.concatenate([[0.0], density[1:-1], [0.0]]))  # ∫ z φ(z) dz over each piece
    second = mass - np.diff(np.concatenate([[0.0], (z * density)[1:-1], [0.0]]))  # ∫ z² φ(z) dz
    found = (start**2 * mass + 2 * start * slope * first + slope**2 * second).sum(axis=-1)
    return np.asarray(np.maximum(found, mean), dtype=np.float64)


def _need(
    mean: Floats, quantiles: Floats, levels: Floats, weights: Floats, random: np.random.Generator, draws: int
) -> _Need:
    used = np.nan_to_num(weights) > 0
    mean, quantiles, weights = mean[:, used], quantiles[:, used], weights[used]
    total = mean.sum(axis=2)
    excess = np.sqrt(variance(quantiles, levels, mean) - mean).sum(axis=2) ** 2
    known = ~np.isnan(total + excess).any(axis=1)
    drawn = np.full((draws, mean.shape[0]), np.nan)
    drawn[:, known] = 0.0
    for c, weight in enumerate(weights):  # a category at a time: the draws of all would be large
        drawn[:, known] += weight * _drawn(total[known, c], excess[known, c], random, draws)
    events = np.where(known, total.sum(axis=1), np.nan)
    return _Need(events, np.where(known, total @ weights, np.nan), drawn)


def _drawn(mean: Floats, excess: Floats, random: np.random.Generator, draws: int) -> Floats:
    """Negative-binomial totals (draws × D): Poisson around a level of this mean and variance."""
    doubt = np.maximum(excess, 1e-9 * np.maximum(mean, 1.0))
    level = random.gamma(mean**2 / doubt, doubt / np.where(mean > 0, mean, 1.0), size=(draws, mean.size))
    drawn = random.poisson(np.minimum(level, _MANY)).astype(np.float64)
    many = level > _MANY
    drawn[many] = level[many] + np.sqrt(level[many]) * random.standard_normal(int(many.sum()))
    return drawn


def _beside(need: _Need, hours: Floats) -> _Side:
    both = np.flatnonzero(~(np.isnan(need.expected) | np.isnan(hours)))
    if not np.nansum(hours) > 0:
        return _Side({}, "no-hours")
    if both.size < 2 or not hours[both].sum() > 0:
        return _Side({}, "one-district")
    totals = need.draws[:, both].sum(axis=1)
    if (totals <= 0).mean() > _EMPTY:
        return _Side({}, "too-few-events")
    shares = need.draws[totals > 0][:, both] / totals[totals > 0, None]
    point, given, events = (part[both] / part[both].sum() for part in (need.expected, hours, need.events))
    reach = _reach(shares, point)
    lower, upper = np.maximum(point - reach, 0) - given, np.minimum(point + reach, 1) - given
    clear = (lower > 0) | (upper < 0)
    columns = (point, given, events, point - given, lower, upper)
    rows = zip(both, *(column.tolist() for column in columns), clear.tolist(), strict=True)
    return _Side({int(i): Compared(*row) for i, *row in rows})


def _reach(shares: Floats, point: Floats) -> Floats:
    """How far to either side of its point (D) each share (n × D) lies, all of them at once, in 95 of 100 draws."""
    error = np.sqrt(((shares - point) ** 2).mean(axis=0))
    scaled = np.abs(shares - point) / np.where(error > 0, error, 1.0)
    return np.asarray(np.quantile(scaled.max(axis=1), _LEVEL) * error, dtype=np.float64)


def _district(need: _Need, i: int, planned: Floats, spent: Floats, sides: tuple[_Side, _Side]) -> DistrictNeed:
    lacking = (_lacking(need, i, "planned", planned, sides[0].why), _lacking(need, i, "spent", spent, sides[1].why))
    given = DistrictNeed(
        planned_hours=_known(planned[i]),
        spent_hours=_known(spent[i]),
        reasons=tuple(dict.fromkeys(reason for reason in lacking if reason)),
    )
    if np.isnan(need.expected[i]):
        return given
    low, high = np.quantile(need.draws[:, i], [(1 - _LEVEL) / 2, (1 + _LEVEL) / 2])
    everything = float(np.nansum(need.expected))
    shared = everything > 0 and float(np.nansum(need.events)) >= _LEAST_EVENTS
    return replace(
        given,
        events=float(need.events[i]),
        expected=float(need.expected[i]),
        lower=float(low),
        upper=float(high),
        share=float(need.expected[i]) / everything if shared else None,
        planned=sides[0].districts.get(i),
        spent=sides[1].districts.get(i),
    )


def _known(hours: float) -> float | None:
    return None if np.isnan(hours) else float(hours)


def _lacking(need: _Need, i: int, basis: Basis, hours: Floats, why: str) -> str:
    if np.isnan(need.expected[i]):
        return "no-forecast"
    if np.isnan(hours[i]) or why == "no-hours":
        return f"no-{basis}-hours"
    return why


def _checked(
    mean: Floats, quantiles: Floats, levels: Sequence[float], hours: tuple[Floats, Floats], weights: Floats
) -> None:
    if mean.ndim != 3 or quantiles.shape != (*mean.shape, len(levels)):
        raise ValueError(f"a mean of {mean.shape} and {len(levels)} levels do not fit quantiles of {quantiles.shape}")
    if len(levels) < 2 or not (np.diff(levels) > 0).all() or not 0 < levels[0] < levels[-1] < 1:
        raise ValueError("levels must be two or more and rise between 0 and 1")
    if any(each.shape != mean.shape[:1] for each in hours) or weights.shape != mean.shape[1:2]:
        raise ValueError(
            f"there must be hours for {mean.shape[0]} districts and weights for {mean.shape[1]} categories"
        )
    if any((np.asarray(each) < 0).any() for each in (mean, quantiles, *hours, weights)):
        raise ValueError("events, hours and weights cannot be negative")
    if not np.nansum(weights) > 0:
        raise ValueError("at least one category must weigh something")


def sentence(found: Balance, names: Sequence[str], basis: Basis, language: Language) -> str:
    """One or two plain sentences: where the share of need and the share of hours differ most, if anywhere clearly."""
    words = _WORDS[language]
    sides = [getattr(each, basis) for each in found.districts]
    there = [(name, side) for name, side in zip(names, sides, strict=True) if side is not None]
    if not there:
        return words["nothing"].format(hours=words[basis], why=words[_why(found, basis)])
    more = max((each for each in there if each[1].clear and each[1].difference > 0), key=_difference, default=None)
    less = min((each for each in there if each[1].clear and each[1].difference < 0), key=_difference, default=None)
    told = [_told(each, words["clear"], basis, language, found.weighted) for each in (more, less) if each is not None]
    if not told:
        widest = max(there, key=lambda each: abs(_difference(each)))
        told = [_told(widest, words["unclear"], basis, language, found.weighted)]
    return " ".join([*told, *_remarks(found, len(there), words)])


def _why(found: Balance, basis: Basis) -> str:
    """Why no district can be compared."""
    reasons = [each.reasons for each in found.districts]
    if all(f"no-{basis}-hours" in each for each in reasons):
        return "no-hours"
    return next((why for why in ("one-district", "too-few-events") if any(why in each for each in reasons)), "lacking")


def _difference(named: tuple[str, Compared]) -> float:
    return named[1].difference


def _told(item: tuple[str, Compared], template: str, basis: Basis, language: Language, weighted: bool) -> str:
    name, side = item
    return template.format(
        name=name,
        need=percent(side.need, language),
        share=percent(side.hours, language),
        events=_WORDS[language]["events"].format(events=percent(side.events, language)) if weighted else "",
        hours=_WORDS[language][basis],
        difference=points(side.difference, language),
        lower=points(side.lower, language),
        upper=points(side.upper, language),
    )


def _remarks(found: Balance, compared: int, words: dict[str, str]) -> list[str]:
    remarks = [words["weighted" if found.weighted else "counted"]]
    if found.left_out:
        remarks.append(words["left-out"].format(number=len(found.left_out)))
    if compared < len(found.districts):
        remarks.append(words["compared"].format(compared=compared, all=len(found.districts)))
    return remarks


_WORDS: dict[Language, dict[str, str]] = {
    "sv": {
        "clear": "{name} har {need} procent av det väntade behovet{events} och {share} procent av de {hours} timmarna "
        "(skillnad {difference} procentenheter, 95-procentigt intervall {lower} till {upper}).",
        "unclear": "Inget områdes andel av de {hours} timmarna skiljer sig tydligt från dess andel av det väntade "
        "behovet; störst är skillnaden i {name}, {difference} procentenheter (95-procentigt intervall {lower} till "
        "{upper}).",
        "nothing": "Behovet kan inte jämföras med de {hours} timmarna: {why}.",
        "no-hours": "inga sådana timmar är registrerade i områdena",
        "one-district": "det finns bara ett område med både prognos och timmar",
        "too-few-events": "det väntas för få händelser för att fördela",
        "lacking": "områdena saknar prognos eller timmar",
        "events": " ({events} procent av antalet händelser)",
        "planned": "planerade",
        "spent": "nedlagda",
        "weighted": "Behovet är väntade händelser vägda efter skada.",
        "counted": "Behovet är antalet väntade händelser, alla lika tunga.",
        "left-out": "Kategorier utan vikt ({number}) är inte med.",
        "compared": "{compared} av {all} områden kan jämföras.",
    },
    "en": {
        "clear": "{name} has {need} per cent of the expected need{events} and {share} per cent of the {hours} hours "
        "(difference {difference} percentage points, 95 per cent interval {lower} to {upper}).",
        "unclear": "No district's share of the {hours} hours differs clearly from its share of the expected need; the "
        "difference is largest in {name}, {difference} percentage points (95 per cent interval {lower} to {upper}).",
        "nothing": "The need cannot be compared with the {hours} hours: {why}.",
        "no-hours": "no such hours are recorded in the districts",
        "one-district": "there is but one district with both a forecast and hours",
        "too-few-events": "too few events are expected to be shared out",
        "lacking": "the districts lack a forecast or hours",
        "events": " ({events} per cent of the number of events)",
        "planned": "planned",
        "spent": "spent",
        "weighted": "The need is the events expected, weighted by harm.",
        "counted": "The need is the number of events expected, each counted as one.",
        "left-out": "Categories without a weight ({number}) are left out.",
        "compared": "{compared} of {all} districts can be compared.",
    },
}
