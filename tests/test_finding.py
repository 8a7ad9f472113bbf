"""What is said of a finding."""

from __future__ import annotations

from dataclasses import replace

import pytest

from forecasting.batch import REASONS
from forecasting.finding import Finding, Reading, Record, most_surprising_first, sentence

READING = Reading(
    observed=14,
    expected=4.31,
    lower=0,
    upper=11,
    p_rise=0.0007,
    p_fall=0.9999,
    exceedance=1.45,
    dispersion=1.2,
    periods=338,
    first="2012-W04",
    last="2018-W32",
)
WEEK = Finding("Råby", "skadegörelse", "2019-W07", READING, "rise")
NOT_ASSESSED = ("too-short", "missing-current", "not-enough-cases", *REASONS[1:])


def but(**changes: object) -> Finding:
    return replace(WEEK, reading=replace(READING, **changes))  # type: ignore[arg-type]  # any field of a reading


def test_a_rise_is_told_with_its_expectation_interval_odds_baseline_and_record() -> None:
    assert sentence(WEEK, "en", Record(3, 4)) == (
        "Råby, skadegörelse, 2019-W07: 14 events; about 4.3 expected, in 99 cases of 100 between 0 and 11; "
        "chance gives so many or more in about 1 period in 1,400 if nothing has changed "
        "(compared with 338 weeks, 2012-W04 to 2018-W32). Signals judged here so far: 4, of which right: 3."
    )
    assert sentence(WEEK, "sv") == (
        "Råby, skadegörelse, 2019-W07: 14 händelser; väntat omkring 4,3, i 99 fall av 100 mellan 0 och 11; "
        "så många eller fler ger slumpen i ungefär 1 period på 1\u00a0400 om inget har ändrats "
        "(jämfört med 338 veckor, 2012-W04 till 2018-W32). Hur ofta signaler är riktiga här är inte känt än."
    )


def test_a_fall_is_told_by_the_probability_of_so_few() -> None:
    fall = replace(but(observed=0.0, p_rise=1.0, p_fall=0.002), flag="fall")
    assert "0 events; about 4.3 expected" in sentence(fall, "en")
    assert "chance gives so few or fewer in about 1 period in 500 if nothing has changed" in sentence(fall, "en")
    assert "så få eller färre ger slumpen i ungefär 1 period på 500" in sentence(fall, "sv")


def test_what_is_within_expectation_gets_no_odds() -> None:
    usual = replace(but(observed=5.0, p_rise=0.43), flag=None)
    assert "5 events; about 4.3 expected, in 99 cases of 100 between 0 and 11 (" in sentence(usual, "en")


def test_a_slow_change_adds_its_own_sentence() -> None:
    slow = replace(WEEK, flag="lasting-rise", lasting=("Sedan i våras fler.", "More since spring."))
    assert sentence(slow, "sv").endswith(
        "2018-W32). Sedan i våras fler. Hur ofta signaler är riktiga här är inte känt än."
    )
    assert "More since spring." in sentence(slow, "en")


@pytest.mark.parametrize(
    ("p", "odds"),
    [
        (0.00003, "in less than 1 period in 10,000 if"),
        (0.00042, "in about 1 period in 2,400 if"),
        (0.0012, "in about 1 period in 830 if"),
        (0.013, "in about 1 period in 77 if"),
        (0.21, "in about 21 periods in 100 if"),
    ],
)
def test_odds_are_told_with_two_figures(p: float, odds: str) -> None:
    assert odds in sentence(but(p_rise=p), "en")


def test_one_event_is_not_events() -> None:
    assert "2019-W07: 1 event; " in sentence(but(observed=1.0), "en")
    assert "2019-W07: 1 händelse; " in sentence(but(observed=1.0), "sv")


def test_large_and_small_numbers_are_readable() -> None:
    many = but(observed=12345.0, expected=10400.4, lower=10000.0, upper=11000.0)
    assert "12\u00a0345 händelser; väntat omkring 10\u00a0400, i 99 fall av 100 mellan 10\u00a0000 och" in sentence(
        many, "sv"
    )
    assert "less than 0.1 expected" in sentence(but(expected=0.004), "en")


def test_months_are_called_months() -> None:
    month = replace(but(first="2012-04", last="2018-09", periods=78), period="2019-02")
    assert "(compared with 78 months, 2012-04 to 2018-09)" in sentence(month, "en")
    assert "(jämfört med 78 månader" in sentence(month, "sv")


@pytest.mark.parametrize("reason", NOT_ASSESSED)
def test_what_is_not_assessed_says_why(reason: str) -> None:
    nothing = Finding("Råby", "skadegörelse", "2019-W07", Reading(3.0, reasons=(reason,)))
    assert "not assessed" in sentence(nothing, "en")
    assert "bedöms inte" in sentence(nothing, "sv")


def test_a_missing_figure_is_not_a_zero() -> None:
    assert "2019-W07: no figure; about 4.3 expected" in sentence(but(observed=None, p_rise=None, p_fall=None), "en")


@pytest.mark.parametrize(
    ("reason", "english"),
    [
        ("periods-37", "only 37 periods to compare with"),
        ("late-82", "about 82% of the period's events are expected to be reported by now, which is allowed for"),
        ("declared-break", "the level after a known break in the figures is worked out by itself"),
        ("silent", "the district has reported nothing at all"),
        ("over-budget", "diverges, but is not among the clearest"),
    ],
)
def test_what_an_answer_lacks_is_told(reason: str, english: str) -> None:
    assert english in sentence(but(reasons=(reason,)), "en")
    assert sentence(but(reasons=(reason,)), "sv") != sentence(WEEK, "sv")


def test_what_the_whole_city_did_is_told_from_five_per_cent() -> None:
    assert "the whole city is about 12% above the usual" in sentence(but(common=1.12), "en")
    assert "hela staden ligger omkring 20 % under det vanliga" in sentence(but(common=0.8), "sv")
    assert "whole city" not in sentence(but(common=1.03), "en")


def test_the_most_surprising_comes_first_and_the_unassessed_last() -> None:
    unknown = replace(but(p_rise=None, p_fall=None, exceedance=None), district="A")
    rare = replace(but(p_rise=0.0001), district="B")
    fall = replace(but(p_rise=1.0, p_fall=0.00001), district="C")
    assert [f.district for f in most_surprising_first([unknown, WEEK, rare, fall])] == ["C", "B", "Råby", "A"]
