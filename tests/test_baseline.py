"""Which periods a period is compared with."""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasting.baseline import blocks, reference_points

REFERENCE = Path(__file__).parent / "reference"
Configuration = tuple[int, int, int, int, int, int]


def blocks_of_r() -> dict[Configuration, list[tuple[int, int]]]:
    """(k, years, half window, periods, freq, excluded) to the 1-based weeks and levels."""
    found: dict[Configuration, list[tuple[int, int]]] = defaultdict(list)
    with gzip.open(REFERENCE / "blocks.csv.gz", "rt") as file:
        for row in csv.DictReader(file):
            k, years, half, periods, freq, excluded, index, level = map(int, row.values())
            found[k, years, half, periods, freq, excluded].append((index, level))
    return found


def mondays(first: date, number: int) -> list[date]:
    return [first + timedelta(weeks=i) for i in range(number)]


@pytest.mark.parametrize("configuration", blocks_of_r())
def test_the_baseline_and_its_season_levels_are_those_of_r(configuration: Configuration) -> None:
    k, years, half_window, periods, freq, excluded = configuration
    baseline = blocks(reference_points(k - 1, years, freq), half_window, periods, excluded)
    ours = list(zip((baseline.weeks + 1).tolist(), baseline.levels.tolist(), strict=True))
    assert ours == blocks_of_r()[configuration]


def test_without_dates_a_year_is_52_weeks_or_12_months() -> None:
    assert reference_points(300, 2, 52) == (300, 248, 196)
    assert reference_points(40, 3, 12) == (40, 28, 16, 4)


def test_with_dates_it_is_the_monday_nearest_to_the_same_day_of_an_earlier_year() -> None:
    weeks = mondays(date.fromisocalendar(2015, 1, 1), 300)
    week = weeks.index(date(2020, 5, 11))
    found = [weeks[point] for point in reference_points(week, 4, 52, weeks)]
    assert found == [date(2020, 5, 11), date(2019, 5, 13), date(2018, 5, 14), date(2017, 5, 8), date(2016, 5, 9)]


def test_week_53_is_compared_with_the_turn_of_other_years() -> None:
    weeks = mondays(date.fromisocalendar(2015, 1, 1), 320)  # 2015 and 2020 have a week 53
    week = weeks.index(date.fromisocalendar(2020, 53, 1))
    found = [weeks[point].isocalendar()[:2] for point in reference_points(week, 5, 52, weeks)]
    assert found == [(2020, 53), (2020, 1), (2019, 1), (2017, 52), (2016, 52), (2015, 53)]


@given(st.integers(0, 600), st.integers(1, 10), st.dates(date(1990, 1, 1), date(2030, 1, 1)))
def test_the_same_week_of_another_year_is_at_most_three_days_off(k: int, years: int, first: date) -> None:
    weeks = mondays(first, k + 1)
    for i, point in enumerate(reference_points(k, years, 52, weeks)):
        if point >= 0:
            day = weeks[k]
            leap = (day.month, day.day) == (2, 29) and i % 4 != 0
            anniversary = date(day.year - i, 3, 1) if leap else day.replace(year=day.year - i)
            assert abs((weeks[point] - anniversary).days) <= 3
        else:
            assert weeks[0] > weeks[k] - timedelta(days=366 * i + 3)


def test_a_missing_date_is_an_error_and_an_earlier_one_is_before_the_series() -> None:
    weeks = mondays(date(2020, 1, 6), 120)
    assert reference_points(119, 3, 52, weeks)[-1] < 0
    with pytest.raises(ValueError, match="equally spaced"):
        reference_points(118, 1, 52, weeks[:67] + weeks[68:])


def test_the_latest_periods_teach_nothing() -> None:
    baseline = blocks(reference_points(299, 5, 52), half_window=3, periods=10, excluded=26)
    assert baseline.weeks.tolist() == list(range(299 - 263, 299 - 26))
    assert sorted(set(baseline.levels.tolist())) == list(range(1, 11))


def test_a_year_too_short_for_its_levels_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot have 11 levels"):
        blocks(reference_points(80, 5, 12), half_window=1, periods=12, excluded=6)


def test_positions_are_whole_numbers() -> None:
    baseline = blocks(reference_points(80, 5, 12), half_window=1, periods=5, excluded=6)
    assert baseline.weeks.dtype == baseline.levels.dtype == np.int64
