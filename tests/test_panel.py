"""Many series at one period."""

from __future__ import annotations

import math
from datetime import date, timedelta

import numpy as np
import pytest

from forecasting.farrington import Frequency, detect
from forecasting.panel import Panel, Settings, assess


def weeks(number: int, last: str = "2020-W53") -> tuple[str, ...]:
    end = date.fromisocalendar(int(last[:4]), int(last[6:]), 1)
    days = (end - timedelta(weeks=i) for i in reversed(range(number)))
    return tuple(f"{day.isocalendar().year}-W{day.isocalendar().week:02d}" for day in days)


def months(number: int, last: int = 2018 * 12 + 9) -> tuple[str, ...]:
    return tuple(f"{m // 12}-{m % 12 + 1:02d}" for m in range(last - number + 1, last + 1))


def panel(series: int, periods: tuple[str, ...], seed: int = 1) -> Panel:
    freq: Frequency = 52 if "W" in periods[0] else 12
    counts = np.random.default_rng(seed).negative_binomial(8, 0.5, (series, len(periods))).astype(np.float64)
    return Panel(tuple((f"District {i:02d}", "burglary") for i in range(series)), periods, freq, counts)


def test_every_series_gets_a_finding_in_the_order_of_the_panel() -> None:
    given = panel(5, months(118))
    findings = assess(given, 117, Settings.monthly())
    assert [(f.district, f.category) for f in findings] == list(given.series)
    assert {f.period for f in findings} == {"2018-10"}
    assert all(f.cell.upper is not None for f in findings)


def test_months_are_assessed_as_one_series_is() -> None:
    given = panel(3, months(118))
    for row, finding in zip(given.counts, assess(given, 110, Settings.monthly()), strict=True):
        assert finding.cell == detect(row, 110, 12, Settings.monthly())


def test_weeks_are_compared_with_the_same_week_also_after_a_week_53() -> None:
    given = panel(3, weeks(330))
    days = given.first_days
    for row, finding in zip(given.counts, assess(given, 329, Settings.weekly()), strict=True):
        assert finding.cell == detect(row, 329, 52, Settings.weekly(), dates=days)
    assert days[-1] == date(2020, 12, 28)


def test_a_finding_names_the_first_and_last_period_it_was_compared_with() -> None:
    finding = assess(panel(1, months(118)), 117, Settings.monthly())[0]
    assert finding.baseline == ("2013-09", "2018-03")
    assert finding.cell.weeks == 55


def test_a_sudden_rise_is_found_and_the_others_are_not() -> None:
    given = panel(40, weeks(330))
    given.counts[7, 329] = 60
    findings = assess(given, 329, Settings.weekly())
    assert findings[7].cell.alarm
    assert sum(f.cell.alarm for f in findings) <= 3


def test_a_short_history_is_compared_with_fewer_years_and_says_so() -> None:
    given = panel(6, weeks(340))
    first_covered = [0, 100, 150, 200, 250, 320]
    for row, first in zip(given.counts, first_covered, strict=True):
        row[:first] = math.nan
    cells = [f.cell for f in assess(given, 339, Settings.weekly())]
    assert [c.reasons for c in cells] == [
        (),
        ("years-4",),
        ("years-3",),
        ("years-2",),
        ("years-1",),
        ("too-short",),
    ]
    assert [c.upper is None for c in cells] == [False] * 5 + [True]
    assert [c.trend is None for c in cells][3:] == [True] * 3
    assert cells[5].observed == given.counts[5, 339]


def test_a_young_panel_is_compared_with_the_years_it_has() -> None:
    assert assess(panel(1, weeks(60)), 59, Settings.weekly())[0].cell.reasons == ("years-1",)
    assert assess(panel(1, weeks(54)), 53, Settings.weekly())[0].cell.reasons == ("too-short",)
    assert assess(panel(1, months(14)), 13, Settings.monthly())[0].cell.reasons == ("years-1",)
    assert assess(panel(1, months(13)), 12, Settings.monthly())[0].cell.reasons == ("too-short",)


def test_a_series_never_covered_is_too_short() -> None:
    given = panel(1, months(118))
    given.counts[:] = math.nan
    cell = assess(given, 117, Settings.monthly())[0].cell
    assert (cell.observed, cell.reasons) == (None, ("too-short",))


def test_later_periods_change_nothing() -> None:
    given = panel(3, weeks(340))
    before = assess(given, 330, Settings.weekly())
    given.counts[:, 331:] = 99
    assert assess(given, 330, Settings.weekly()) == before


def test_the_number_of_workers_changes_nothing() -> None:
    given = panel(40, months(118))
    steps: list[tuple[int, int]] = []
    alone = assess(given, 117, Settings.monthly(), workers=1)
    together = assess(given, 117, Settings.monthly(), workers=2, progress=lambda done, of: steps.append((done, of)))
    assert together == alone
    assert steps == [(32, 40), (40, 40)]


def test_a_panel_without_series_has_no_findings() -> None:
    assert assess(panel(0, months(118)), 117, Settings.monthly(), workers=2) == ()


def test_a_period_outside_the_panel_is_refused() -> None:
    with pytest.raises(IndexError, match="no period at position 118"):
        assess(panel(1, months(118)), 118, Settings.monthly())


def test_a_panel_whose_parts_do_not_fit_is_refused() -> None:
    key = (("Centrum", "burglary"),)
    with pytest.raises(ValueError, match="1 series and 2 periods"):
        Panel(key, ("2019-01", "2019-02"), 12, np.zeros((2, 2)))
    with pytest.raises(ValueError, match="do not follow each other"):
        Panel(key, ("2019-01", "2019-03"), 12, np.zeros((1, 2)))
    with pytest.raises(ValueError, match="do not follow each other"):
        Panel(key, ("2020-W52", "2021-W01"), 52, np.zeros((1, 2)))
    with pytest.raises(ValueError, match="from 0 up"):
        Panel(key, ("2019-01", "2019-02"), 12, np.array([[3.0, -1.0]]))
    with pytest.raises(ValueError, match="not a period"):
        Panel(key, ("2019-01", "2019-02"), 52, np.zeros((1, 2)))
