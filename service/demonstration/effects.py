"""Estimates of the effect of actions, for the follow-ups of the demonstration."""

from __future__ import annotations

from datetime import date, timedelta
from math import exp, log, sqrt

from domain.action import Effect
from service.demonstration.catalogue import CATEGORIES, DISTRICTS, example
from service.demonstration.incidents import Incidents, Ints, week_of
from service.demonstration.planted import planted

_DESIGN = "Före–efter mot övriga områden (kvot av kvoter)"
_DISPERSION = 1.4  # variance over mean, that of the synthetic counts


def measured_effect(incidents: Incidents, district: str, category: str, works_from: date, on: date) -> Effect:
    """The change in per cent against the other districts, a year (or what there is) before and after.

    Ratio of ratios with the usual standard error of its logarithm, √(φ(1/a + 1/b + 1/c + 1/d)).
    """
    start = week_of(works_from)
    end = min(start + 52, week_of(on - timedelta(days=10)))
    before, after = slice(start - 52, start), slice(start, end)
    own = incidents.series(district, category)
    others = _others(incidents, district, category)
    a, b, c, d = (max(int(x.sum()), 1) for x in (own[after], own[before], others[after], others[before]))
    middle = log(a / b * d / c)
    reach = 1.96 * sqrt(_DISPERSION * (1 / a + 1 / b + 1 / c + 1 / d))
    estimate, low, high = (round(100 * (exp(x) - 1), 1) for x in (middle, middle - reach, middle + reach))
    words = example(_words(estimate, low, high) + _caution(district, category, works_from))
    return Effect(design=_DESIGN, estimate=estimate, low=low, high=high, words=words)


def _others(incidents: Incidents, district: str, category: str) -> Ints:
    changed = {one.district for one in planted() if one.category == category} | {district}
    left = [n for n, key in enumerate(DISTRICTS) if key not in changed]
    together: Ints = incidents.counts[:, left, CATEGORIES.index(category)].sum(axis=1)
    return together


def _words(estimate: float, low: float, high: float) -> str:
    if high < 0:
        return f"Färre händelser än i jämförelseområdena ({_percent(estimate)}); intervallet ligger helt under noll."
    if low > 0:
        return f"Fler händelser än i jämförelseområdena ({_percent(estimate)}); intervallet ligger helt över noll."
    return "Ingen tydlig effekt: intervallet rymmer både en minskning och en ökning."


def _percent(value: float) -> str:
    return f"{value:+.0f} %".replace("-", "−")


def _caution(district: str, category: str, works_from: date) -> str:
    rising = any(
        one.holds(district, category, works_from - timedelta(weeks=n))
        for one in planted()
        for n in range(1, 53)
        if one.kind in ("spike", "step")
    )
    return " Området valdes när nivån var hög, så en del kan vara återgång till det vanliga." if rising else ""
