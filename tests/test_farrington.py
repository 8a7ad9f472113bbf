"""The detector: against R's values, against closed forms, and what it does where there is little to go by."""

from __future__ import annotations

import csv
import gzip
import math
from collections import defaultdict
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as run
from hypothesis import strategies as st
from numpy.typing import NDArray

from forecasting.farrington import Cell, Frequency, Settings, detect

REFERENCE = Path(__file__).parent / "reference"
Counts = NDArray[np.float64]

SETTINGS = {
    "orig": Settings.original(),
    "flex_nb": Settings.weekly(),
    "flex_delta": replace(Settings.weekly(), method="delta"),
    "flex_muan": replace(Settings.weekly(), method="muan"),
    "plain": Settings(
        periods=1,
        excluded=3,
        reweight=False,
        trend=False,
        method="delta",
        exponent=1,
        alpha=0.01,
        limit_cases=0,
    ),
    "alt": Settings(
        years=4,
        half_window=2,
        periods=7,
        excluded=13,
        trend_p=0.05,
        method="delta",
        exponent=1 / 2,
        alpha=0.05,
        limit_cases=0,
    ),
    "alt_nb": Settings(years=3, periods=5, excluded=8, reweight=False, trend_p=0.05, alpha=0.025, limit_cases=0),
}
# A trend of exactly nil: whether its p is 1 or the next number below, so whether it is kept, is rounding, and the
# processor's.
ROUNDING = {("one_case_per_year", "flex_delta_nolimit", week): 1e-4 for week in (600, 610, 615, 620)}


@cache
def series() -> dict[str, tuple[Counts, list[str]]]:
    """Counts and dates (empty: none) by name; the populations are among them."""
    counts: dict[str, list[float]] = defaultdict(list)
    dates: dict[str, list[str]] = defaultdict(list)
    with gzip.open(REFERENCE / "series.csv.gz", "rt") as file:
        for row in csv.DictReader(file):
            counts[row["series"]].append(float(row["count"] or "nan"))
            dates[row["series"]].append(row["date"])
    return {name: (np.array(values), dates[name]) for name, values in counts.items()}


@cache
def values_of_r() -> dict[str, list[dict[str, str]]]:
    """By setting: rows of series, week (1-based) and what R gives; empty: NA."""
    found: dict[str, list[dict[str, str]]] = defaultdict(list)
    with gzip.open(REFERENCE / "farrington.csv.gz", "rt") as file:
        for row in csv.DictReader(file):
            found[row["setting"]].append(row)
    return found


def settings_of(name: str) -> Settings:
    """flex_nb_nolimit, orig_m_index (monthly), flex_muan_popB (with a population) and so on."""
    settings = SETTINGS[max((known for known in SETTINGS if name.startswith(known)), key=len)]
    if "_m_" in name:
        periods = 1 if settings.periods == 1 else 4
        return replace(settings, half_window=1, periods=periods, excluded=6, limit_cases=5, limit_periods=2)
    return replace(settings, limit_cases=0) if "_nolimit" in name else settings


def detect_as_r(row: dict[str, str]) -> Cell:
    name = row["setting"]
    counts, days = series()[row["series"].removesuffix("_index")]
    freq: Frequency = 12 if "_m_" in name else 52
    dates = None if "_index" in name or not days[0] else [date.fromisoformat(day) for day in days]
    population = series()[name[-4:]][0] if "_pop" in name else None
    return detect(counts, int(row["week"]) - 1, freq, settings_of(name), population=population, dates=dates)


def close(ours: float | None, theirs: str, relative: float) -> bool:
    if ours is None or theirs == "":
        return ours is None and theirs == ""
    return math.isclose(ours, float(theirs), rel_tol=relative, abs_tol=1e-9)


@pytest.mark.parametrize("setting", values_of_r())
def test_alarms_and_bounds_are_those_of_r(setting: str) -> None:
    wrong = []
    for row in values_of_r()[setting]:
        cell = detect_as_r(row)
        where = (row["series"], setting, int(row["week"]))
        bound = close(cell.upper, row["upperbound"], ROUNDING.get(where, 1e-6))
        rest = (
            cell.upper is None or close(cell.expected, row["expected"], 1e-6),  # without a bound R's is a filler
            close(cell.phi, row["phi"], 1e-9),
            close(cell.p, row["pvalue"], 1e-6),
            close(cell.score_r, row["score"], 1e-6),
        )
        if not (bound and all(rest)) or cell.alarm != (row["alarm"] == "1"):
            wrong.append((where, cell, row))
    assert wrong == []


def weekly(seed: int, mean: float = 8, weeks: int = 320) -> Counts:
    return np.random.default_rng(seed).negative_binomial(mean, 0.5, weeks).astype(np.float64)


def growth() -> Counts:
    return np.array([round(math.exp(1 + 3 * week / 319)) for week in range(320)], dtype=np.float64)


def windows(k: int, settings: Settings) -> list[int]:
    half = settings.half_window
    return [k - 52 * i + j for i in range(1, settings.years + 1) for j in range(-half, half + 1)]


@given(st.integers(0, 10_000))
@run(max_examples=20)
def test_without_trend_and_season_the_mean_is_that_of_the_windows(seed: int) -> None:
    counts, settings = weekly(seed), SETTINGS["plain"]
    past = counts[windows(319, settings)]
    cell = detect(counts, 319, 52, settings)
    phi = max(past.var(ddof=1) / past.mean(), 1)
    assert cell.mu0 == pytest.approx(past.mean())
    assert cell.phi == pytest.approx(phi, rel=1e-3)  # R's is computed one step before the fit has settled
    spread = math.sqrt(phi * past.mean() + past.var(ddof=1) / past.size)
    assert cell.upper == pytest.approx(past.mean() + 2.326348 * spread, rel=1e-3)


@given(st.integers(0, 10_000))
@run(max_examples=20)
def test_with_seasons_and_no_trend_the_mean_is_that_of_the_season(seed: int) -> None:
    counts, settings = weekly(seed), replace(Settings.weekly(), trend=False, reweight=False)
    cell = detect(counts, 319, 52, settings)
    assert cell.mu0 == pytest.approx(counts[windows(319, settings)].mean())


@given(st.integers(0, 10_000))
@run(max_examples=10)
def test_a_past_outbreak_is_weighted_down(seed: int) -> None:
    counts = weekly(seed)
    counts[319 - 104] = 400
    taught = detect(counts, 319, 52, replace(Settings.weekly(), trend=False, reweight=False))
    wary = detect(counts, 319, 52, replace(Settings.weekly(), trend=False))
    assert wary.mu0 is not None
    assert taught.mu0 is not None
    assert wary.mu0 < taught.mu0


@given(st.integers(0, 10_000), st.sampled_from(sorted(SETTINGS)))
@run(max_examples=20)
def test_a_population_that_does_not_change_changes_nothing(seed: int, name: str) -> None:
    counts, settings = weekly(seed), SETTINGS[name]
    without = detect(counts, 319, 52, settings)
    cell = detect(counts, 319, 52, settings, population=np.full(320, 155_000.0))
    assert cell.alarm == without.alarm
    assert cell.upper == pytest.approx(without.upper, rel=1e-4)
    assert cell.mu0 == pytest.approx(without.mu0, rel=1e-4)


def test_a_population_twice_as_large_is_expected_to_see_twice_as_much() -> None:
    settings = replace(Settings.weekly(), trend=False, reweight=False)
    population = np.full(320, 1000.0)
    population[319] = 2000
    one = detect(weekly(1), 319, 52, settings, population=np.full(320, 1000.0))
    two = detect(weekly(1), 319, 52, settings, population=population)
    assert one.mu0 is not None
    assert two.mu0 == pytest.approx(2 * one.mu0)


def test_missing_is_not_zero() -> None:
    counts = weekly(2)
    zero, missing = counts.copy(), counts.copy()
    zero[100:150], missing[100:150] = 0, np.nan
    settings = replace(Settings.weekly(), trend=False)
    full, less, gap = (detect(each, 319, 52, settings) for each in (counts, zero, missing))
    assert gap.weeks == full.weeks - 50
    assert gap.mu0 is not None
    assert less.mu0 is not None
    assert full.mu0 is not None
    assert less.mu0 < gap.mu0
    assert gap.mu0 == pytest.approx(full.mu0, rel=0.2)


def test_a_missing_week_is_never_an_alarm() -> None:
    counts = weekly(3)
    counts[319] = np.nan
    cell = detect(counts, 319, 52, Settings.weekly())
    assert (cell.observed, cell.alarm, cell.upper, cell.p) == (None, False, None, None)
    assert cell.reasons == ("missing-current",)
    assert cell.mu0 is not None


def test_few_events_of_late_give_no_bound_but_keep_the_expectation() -> None:
    counts = weekly(4)
    counts[316:] = 1
    cell = detect(counts, 319, 52, Settings.weekly())
    assert (cell.upper, cell.alarm, cell.reasons) == (None, False, ("not-enough-cases",))
    assert cell.mu0 is not None
    assert cell.p is not None


def test_a_gap_of_late_is_not_enough_to_judge_by() -> None:
    counts = weekly(4)
    counts[317] = np.nan
    counts[319] = 100
    cell = detect(counts, 319, 52, Settings.weekly())
    assert (cell.alarm, cell.reasons) == (False, ("not-enough-cases",))


def test_a_history_one_week_too_short_is_not_assessed() -> None:
    enough = 52 * 5 + 3
    assert detect(weekly(5), enough, 52, Settings.weekly()).upper is not None
    assert detect(weekly(5), enough - 1, 52, Settings.weekly()).reasons == ("short-history",)


def test_a_baseline_without_events_gives_no_expectation() -> None:
    counts = np.zeros(320)
    counts[319] = 9
    assert detect(counts, 319, 52, Settings.weekly()).reasons == ("no-events",)


def test_a_season_that_was_never_covered_gives_no_expectation() -> None:
    counts = weekly(6)
    counts[windows(319, Settings.weekly())] = np.nan
    assert detect(counts, 319, 52, Settings.weekly()).reasons == ("no-baseline",)


def test_two_years_know_no_trend() -> None:
    growing = growth()
    assert detect(growing, 319, 52, replace(Settings.weekly(), years=2)).trend is None
    falling = growing[::-1].copy()
    assert detect(falling, 319, 52, Settings.weekly()).trend == pytest.approx(-3 / 319, rel=0.05)


def test_a_trend_is_dropped_where_it_leads_beyond_all_that_was_seen() -> None:
    growing = growth()
    cell = detect(growing, 319, 52, Settings.weekly())
    assert cell.trend is None


@given(st.integers(0, 10_000), st.integers(0, 60))
@run(max_examples=20)
def test_more_events_are_never_less_surprising(seed: int, count: int) -> None:
    counts = weekly(seed)
    counts[319] = count
    less = detect(counts, 319, 52, Settings.weekly())
    counts[319] = count + 1
    more = detect(counts, 319, 52, Settings.weekly())
    assert less.p is not None
    assert more.p is not None
    assert more.p <= less.p
    assert more.alarm >= less.alarm


COUNTS = st.one_of(st.just(0.0), st.just(math.nan), st.integers(0, 20).map(float), st.integers(0, 10**7).map(float))


@given(st.lists(COUNTS, min_size=1, max_size=12), st.integers(0, 10_000), st.integers(1, 5))
@run(max_examples=60)
def test_whatever_the_history_there_is_a_bound_or_a_reason(some: list[float], seed: int, years: int) -> None:
    counts = np.random.default_rng(seed).choice(np.array(some), 80)
    cell = detect(counts, 79, 12, replace(Settings.monthly(), years=years))
    assert (cell.upper is None) == bool(cell.reasons)
    numbers = (cell.upper, cell.p, cell.exceedance, cell.score_r, cell.phi, cell.trend, cell.mu0)
    assert all(number is None or math.isfinite(number) for number in numbers)
    assert not cell.alarm or cell.exceedance is not None


def test_an_alarm_is_a_count_above_the_bound_at_a_p_of_alpha_or_less() -> None:
    counts = weekly(7)
    bound = detect(counts, 319, 52, Settings.weekly()).upper
    assert bound is not None
    counts[319] = bound
    assert not detect(counts, 319, 52, Settings.weekly()).alarm
    counts[319] = bound + 1
    cell = detect(counts, 319, 52, Settings.weekly())
    assert cell.alarm
    assert cell.p is not None
    assert cell.p <= 0.005


def test_a_rare_event_with_a_bound_of_none_is_an_alarm_with_a_finite_exceedance() -> None:
    counts = np.zeros(320)
    counts[100] = 1
    counts[319] = 6
    cell = detect(counts, 319, 52, replace(Settings.weekly(), periods=1, trend=False))
    assert (cell.upper, cell.alarm) == (0, True)
    assert cell.exceedance == pytest.approx(6)


def test_what_comes_later_is_not_looked_at() -> None:
    counts = weekly(8)
    later = counts.copy()
    later[300:] = 999
    assert detect(counts, 299, 52, Settings.weekly()) == detect(later, 299, 52, Settings.weekly())


def test_months_are_compared_with_months() -> None:
    counts = np.tile(np.arange(10.0, 22.0), 8)
    cell = detect(counts, 90, 12, replace(Settings.monthly(), trend=False, reweight=False))
    assert cell.mu0 == pytest.approx(np.mean([15, 16, 17]))


def test_a_week_outside_the_series_is_refused() -> None:
    with pytest.raises(ValueError, match="outside"):
        detect(weekly(9), 320, 52, Settings.weekly())
    with pytest.raises(ValueError, match="outside"):
        detect(weekly(9), -1, 52, Settings.weekly())
