"""Many series at one period."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from forecasting.farrington import Frequency, detect
from forecasting.panel import Known, Panel, Places, Reference, Run, Settings, assess, assess_as_r, sentence


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


def seen(given: Panel, at: int = -1, **changes: object) -> Run:
    settings = replace(Settings.of(given.freq), **changes)  # type: ignore[arg-type]  # any of the settings
    return assess(given, len(given.periods) + at if at < 0 else at, settings)


def test_every_series_gets_a_finding_in_the_order_of_the_panel() -> None:
    given = panel(5, months(118))
    run = seen(given)
    assert [(f.district, f.category) for f in run.findings] == list(given.series)
    assert {f.period for f in run.findings} == {"2018-10"}
    assert all(f.reading.upper is not None for f in run.findings)
    assert run.looked == 5


def test_weeks_are_compared_with_the_same_season_also_after_a_week_53() -> None:
    given = panel(3, weeks(391))
    summer = np.array([day.month in (6, 7, 8) for day in given.first_days])
    given.counts[:, summer] += 30
    assert given.first_days[-1] == date(2020, 12, 28)
    assert all((f.reading.expected or 99) < 14 for f in seen(given).findings)
    assert all((f.reading.expected or 0) > 30 for f in seen(given, -24).findings)


def test_a_finding_names_the_first_and_last_period_it_was_compared_with() -> None:
    reading = seen(panel(1, months(118))).findings[0].reading
    assert (reading.first, reading.last, reading.periods) == ("2011-10", "2018-03", 78)


def test_a_sudden_rise_and_a_sudden_fall_are_found_and_the_others_are_not() -> None:
    given = panel(40, weeks(391))
    given.counts[8] += 30
    given.counts[7, -1], given.counts[8, -1] = 60, 3
    run = seen(given)
    assert (run.findings[7].flag, run.findings[8].flag) == ("rise", "fall")
    assert sum(f.flag is not None for f in run.findings) <= 4
    assert run.expected_false == pytest.approx(0.1 * sum(f.flag in ("rise", "fall") for f in run.findings))


def test_a_slow_rise_is_flagged_with_its_start_and_not_when_it_is_being_dealt_with() -> None:
    given = panel(3, weeks(391))
    given.counts[1, -25:] += 8
    finding = seen(given).findings[1]
    assert finding.flag == "lasting-rise"
    assert finding.lasting is not None
    assert "Since 2020-W2" in finding.lasting[1] or "Since 2020-W3" in finding.lasting[1]
    dealt_with = Known(since=np.array([0, 391, 0]))
    assert assess(given, 390, Settings.of(52), known=dealt_with).findings[1].flag is None


def test_of_too_many_flags_the_clearest_are_raised_and_the_others_say_so() -> None:
    given = panel(30, weeks(391))
    given.counts[:10, -1] = 60 + np.arange(10)
    run = seen(given, budget=4)
    assert sum(f.flag is not None for f in run.findings) == 4
    assert sum("over-budget" in f.reading.reasons for f in run.findings) >= 6


def test_a_district_without_any_event_is_silent_and_not_calm() -> None:
    rng = np.random.default_rng(3)
    series = tuple((f"D{i}", kind) for i in range(8) for kind in ("theft", "assault", "damage"))
    given = Panel(series, weeks(391), 52, rng.poisson(9, (24, 391)).astype(np.float64))
    given.counts[:3, -1] = 0
    findings = seen(given).findings
    assert all("silent" in f.reading.reasons and f.flag is None for f in findings[:3])
    given.counts[1, -1] = 8
    assert "silent" not in seen(given).findings[0].reading.reasons


def test_a_halted_feed_is_silent_also_where_one_category_is_new() -> None:
    rng = np.random.default_rng(3)
    series = tuple((f"D{i}", kind) for i in range(8) for kind in ("theft", "assault", "damage"))
    given = Panel(series, weeks(391), 52, rng.poisson(9, (24, 391)).astype(np.float64))
    given.counts[:3, -1], given.counts[2, :-1] = 0, math.nan
    findings = seen(given).findings
    assert all("silent" in f.reading.reasons and f.flag is None for f in findings[:3])


def test_a_spike_in_one_district_is_no_lasting_fall_of_the_others() -> None:
    rng = np.random.default_rng(3)
    given = Panel(tuple((f"D{i}", "theft") for i in range(6)), weeks(391), 52, rng.poisson(6, (6, 391)).astype(float))
    given.counts[0, -20] = 1000
    assert [f.flag for f in seen(given).findings] == [None] * 6


def test_every_finding_names_its_own_baseline_also_beside_a_young_district() -> None:
    given = panel(2, weeks(391))
    given.counts[0, :-30] = math.nan
    young, old = (f.reading for f in seen(given).findings)
    assert (old.first, old.last) == (given.periods[26], given.periods[363])
    assert (young.first, young.periods) == (given.periods[361], 22)


def test_an_ended_district_does_not_blind_the_sum_of_the_city() -> None:
    rng = np.random.default_rng(3)
    series = tuple((f"D{i:02d}", "theft") for i in range(22))
    given = Panel(series, weeks(391), 52, rng.poisson(6, (22, 391)).astype(np.float64))
    given.counts[:, -1] = rng.poisson(8.5, 22)
    given.counts[3, 300:] = math.nan
    assert [(f.level, f.flag) for f in seen(given).wider] == [("city", "rise")]


def test_a_rise_of_the_whole_city_that_no_district_shows_is_told_of_the_city() -> None:
    rng = np.random.default_rng(3)
    series = tuple((f"D{i:02d}", "theft") for i in range(22))
    given = Panel(series, weeks(391), 52, rng.poisson(6, (22, 391)).astype(np.float64))
    given.counts[:, -1] = rng.poisson(8.5, 22)
    run = assess(given, 390, Settings.of(52), places=Places(areas={f"D{i:02d}": "North" for i in range(11)}))
    assert ("city", "theft", "rise") in [(f.level, f.category, f.flag) for f in run.wider]
    assert seen(panel(22, weeks(391))).wider == ()


def test_a_flagged_district_explains_the_sum_it_is_part_of() -> None:
    rng = np.random.default_rng(3)
    series = tuple((f"D{i:02d}", "theft") for i in range(5))
    given = Panel(series, weeks(391), 52, rng.poisson(6, (5, 391)).astype(np.float64))
    given.counts[2, -1] = 60
    run = seen(given)
    assert run.findings[2].flag == "rise"
    assert run.wider == ()


def test_a_series_never_covered_is_too_short() -> None:
    given = panel(1, months(118))
    given.counts[:] = math.nan
    reading = seen(given).findings[0].reading
    assert (reading.observed, reading.expected) == (None, None)
    assert "too-short" in reading.reasons


@pytest.mark.parametrize("periods", [weeks(1), weeks(2), weeks(5), months(1), months(3), months(13)])
def test_the_first_periods_of_a_register_are_answered(periods: tuple[str, ...]) -> None:
    for finding in seen(panel(4, periods)).findings:
        assert finding.reading.reasons
        assert sentence(finding, "sv")


def test_later_periods_change_nothing() -> None:
    given = panel(6, weeks(391))
    before = seen(given, 350)
    given.counts[:, 351:] = 99
    after = seen(given, 350)
    assert (after.findings, after.wider) == (before.findings, before.wider)


def test_the_same_counts_give_the_same_findings() -> None:
    one, other = seen(panel(40, weeks(391))), seen(panel(40, weeks(391)))
    assert (one.findings, one.wider) == (other.findings, other.wider)


def test_a_district_that_appears_or_ends_is_answered_as_far_as_it_goes() -> None:
    given = panel(3, weeks(391))
    given.counts[0, :300], given.counts[1, 200:] = math.nan, math.nan
    new, ended, _ = seen(given).findings
    assert "periods-68" in new.reading.reasons
    assert new.reading.p is not None
    assert "missing-current" in ended.reading.reasons
    assert ended.flag is None


def test_the_reference_finds_what_the_readable_form_does() -> None:
    given = panel(3, weeks(330))
    run = assess_as_r(given, 329, Reference.weekly())
    for row, finding in zip(given.counts, run.findings, strict=True):
        cell = detect(row, 329, 52, Reference.weekly(), dates=given.first_days)
        assert finding.reading.upper == cell.upper
        assert finding.reading.p_rise == pytest.approx(cell.p, rel=1e-6)
        assert (finding.flag == "rise") == cell.alarm
    with pytest.raises(IndexError):
        assess_as_r(given, 330, Reference.weekly())


def test_a_panel_without_series_has_no_findings() -> None:
    assert seen(panel(0, months(118))).findings == ()


def test_a_period_outside_the_panel_is_refused() -> None:
    with pytest.raises(IndexError, match="no period at position 118"):
        seen(panel(1, months(118)), 118)


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


@pytest.mark.parametrize("typo", [100, 3_000, 1_000_000])
def test_one_absurd_count_of_the_past_hides_nothing_and_makes_no_lasting_rises_elsewhere(typo: int) -> None:
    counts = np.random.default_rng(3).poisson(20, (10, 60)).astype(np.float64)
    counts[0, -14:] = np.random.default_rng(40).poisson(10, 14)
    given = Panel(tuple((f"D{n}", "graffiti") for n in range(10)), months(60), 12, counts)
    before = seen(given)
    counts[0, 29] = typo
    after = seen(Panel(given.series, given.periods, 12, counts))
    assert [f.flag for f in after.findings] == [f.flag for f in before.findings] == ["lasting-fall"] + [None] * 9
    assert after.findings[0].reading.upper == pytest.approx(before.findings[0].reading.upper, rel=0.35)
