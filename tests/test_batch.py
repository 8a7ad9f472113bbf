"""The batched detector: the same cells as R, and as the readable form, for many series and periods at once."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from numpy.typing import NDArray

from forecasting.batch import REASONS, detect_all
from forecasting.bound import count_bound
from forecasting.counting import bounds
from forecasting.farrington import Frequency, Settings, detect
from tests.test_farrington import ROUNDING, SETTINGS, close, series, settings_of, values_of_r

Counts = NDArray[np.float64]


def made_up(rows: int = 70, weeks: int = 330, seed: int = 3) -> Counts:
    """Rare to frequent, with gaps, an outbreak, and rows that nothing ever happens in."""
    rng = np.random.default_rng(seed)
    means = np.exp(rng.uniform(-3, 4, rows))[:, None] * (1 + 0.4 * np.cos(np.arange(weeks) * 2 * np.pi / 52))
    counts = rng.negative_binomial(means / 1.5, 0.4).astype(np.float64)
    counts[rng.random(counts.shape) < 0.03] = np.nan
    counts[0], counts[1] = 0.0, np.nan
    counts[2, 150:170] *= 8
    return counts


@pytest.mark.parametrize("setting", values_of_r())
def test_alarms_and_bounds_are_those_of_r(setting: str) -> None:
    by_series = defaultdict(list)
    for row in values_of_r()[setting]:
        by_series[row["series"]].append(row)
    population = series()[setting[-4:]][0] if "_pop" in setting else None
    freq: Frequency = 12 if "_m_" in setting else 52
    wrong = []
    for name, rows in by_series.items():
        counts, days = series()[name.removesuffix("_index")]
        dates = None if "_index" in setting or not days[0] else [date.fromisoformat(day) for day in days]
        weeks = [int(row["week"]) - 1 for row in rows]
        cells = detect_all(counts[None], weeks, freq, settings_of(setting), population=population, dates=dates)
        for i, row in enumerate(rows):
            bound = None if math.isnan(cells.upper[0, i]) else float(cells.upper[0, i])
            relative = ROUNDING.get((name, setting, int(row["week"])), 1e-8)
            if not close(bound, row["upperbound"], relative) or bool(cells.alarm[0, i]) != (row["alarm"] == "1"):
                wrong.append((name, row["week"], bound, row["upperbound"]))
    assert wrong == []


@pytest.mark.parametrize("name", SETTINGS)
def test_every_cell_is_that_of_the_readable_form(name: str) -> None:
    counts, positions = made_up(), [60, 300, 327, 329]
    cells = detect_all(counts, positions, 52, SETTINGS[name])
    for s, k in np.ndindex(cells.p.shape):
        one = detect(counts[s], positions[k], 52, SETTINGS[name])
        for column in ("observed", "mu0", "upper", "exceedance", "p", "phi", "trend"):
            ours, theirs = float(getattr(cells, column)[s, k]), getattr(one, column)
            assert ours == pytest.approx(math.nan if theirs is None else theirs, rel=1e-6, abs=1e-9, nan_ok=True), (
                column, s, positions[k],
            )  # fmt: skip
        assert bool(cells.alarm[s, k]) == one.alarm
        assert int(cells.weeks[s, k]) == one.weeks
        if reason := REASONS[cells.reasons[s, k]]:
            assert reason in one.reasons


def test_with_dates_a_year_of_53_weeks_is_counted_as_the_readable_form_counts_it() -> None:
    counts = made_up(20, 400)
    days = [date(2015, 1, 5) + timedelta(weeks=week) for week in range(400)]
    cells = detect_all(counts, [399], 52, Settings.weekly(), dates=days)
    ones = [detect(row, 399, 52, Settings.weekly(), dates=days) for row in counts]
    expected = [math.nan if one.upper is None else one.upper for one in ones]
    np.testing.assert_allclose(cells.upper[:, 0], expected, rtol=1e-6)


def test_a_series_gets_the_same_cell_alone_as_among_others() -> None:
    counts = made_up(130)
    together = detect_all(counts, [329], 52, Settings.weekly())
    for row in (0, 1, 2, 64, 129):
        alone = detect_all(counts[row : row + 1], [329], 52, Settings.weekly())
        np.testing.assert_array_equal(alone.mu0[0], together.mu0[row])
        np.testing.assert_array_equal(alone.p[0], together.p[row])


def test_a_position_outside_the_series_is_refused() -> None:
    with pytest.raises(ValueError, match="outside"):
        detect_all(made_up(3), [330], 52, Settings.weekly())


def test_bounds_of_counts_are_those_of_the_library_also_in_the_far_tail() -> None:
    rng = np.random.default_rng(1)
    means, phis = np.exp(rng.uniform(-6, 9, 400)), np.where(rng.random(400) < 0.3, 1.0, 1 + rng.exponential(2, 400))
    observed = np.floor(means + rng.exponential(6, 400) * np.sqrt(phis * means))
    upper, p = bounds(observed, means, phis, 0.005)
    for i in range(400):
        expected = count_bound(float(observed[i]), float(means[i]), float(phis[i]), 0.005)
        assert upper[i] == expected[0]
        assert p[i] == pytest.approx(expected[1], rel=1e-7)


def test_no_mean_gives_no_bound_and_no_count_gives_no_p() -> None:
    upper, p = bounds(np.array([3.0, np.nan]), np.array([np.nan, 2.0]), np.ones(2), 0.05)
    assert math.isnan(upper[0])
    assert math.isnan(p[0])
    assert upper[1] == 5
    assert math.isnan(p[1])


def test_without_recent_events_there_is_no_alarm() -> None:
    counts = made_up(4)[3:]
    counts[0, -4:] = (0, 0, 0, 3)
    settings = replace(Settings.weekly(), alpha=0.5)
    assert not detect_all(counts, [329], 52, settings).enough[0, 0]
    assert detect_all(counts, [329], 52, replace(settings, limit_cases=3)).enough[0, 0]
