"""What is said of a finding."""

from __future__ import annotations

from dataclasses import replace

import pytest

from forecasting.farrington import Cell
from forecasting.finding import Finding, most_surprising_first, sentence

CELL = Cell(
    observed=14,
    expected=4.31,
    upper=11,
    alarm=True,
    exceedance=1.45,
    p=0.0007,
    phi=1.2,
    mu0=4.31,
    first=0,
    last=236,
    weeks=237,
)
WEEK = Finding("Råby", "skadegörelse", "2019-W07", CELL, ("2014-W04", "2018-W32"))
REASONS = (
    "too-short",
    "short-history",
    "no-baseline",
    "no-events",
    "no-fit",
    "no-bound",
    "missing-current",
    "not-enough-cases",
)


def but(**changes: object) -> Finding:
    return replace(WEEK, cell=replace(CELL, **changes))  # type: ignore[arg-type]  # any field of a cell


def test_a_rise_is_told_with_its_expectation_bound_odds_and_baseline() -> None:
    assert sentence(WEEK, "en") == (
        "Råby, skadegörelse, 2019-W07: 14 events; about 4.3 expected, above the upper bound of 11; "
        "chance gives so many or more in about 1 period in 1,400 if nothing has changed "
        "(compared with 237 weeks, 2014-W04 to 2018-W32)."
    )
    assert sentence(WEEK, "sv") == (
        "Råby, skadegörelse, 2019-W07: 14 händelser; väntat omkring 4,3, över gränsen 11; "
        "så många eller fler ger slumpen i ungefär 1 period på 1\u00a0400 om inget har ändrats "
        "(jämfört med 237 veckor, 2014-W04 till 2018-W32)."
    )


def test_a_usual_count_is_told_in_per_cent() -> None:
    usual = but(observed=5.0, alarm=False, p=0.43)
    assert "5 events; about 4.3 expected, within the upper bound of 11; " in sentence(usual, "en")
    assert "about 43 periods in 100" in sentence(usual, "en")
    assert "ungefär 43 perioder på 100" in sentence(usual, "sv")


@pytest.mark.parametrize(
    ("p", "odds"), [(1e-9, "less than 1 period in 10,000"), (0.0123, "1 period in 81"), (0.05, "1 period in 20 ")]
)
def test_odds_are_told_with_two_figures(p: float, odds: str) -> None:
    assert odds in sentence(but(p=p), "en")


def test_one_event_is_not_events() -> None:
    assert ": 1 event;" in sentence(but(observed=1.0), "en")
    assert ": 1 händelse;" in sentence(but(observed=1.0), "sv")


def test_large_and_small_numbers_are_readable() -> None:
    assert "about 12,346 expected" in sentence(but(mu0=12345.6), "en")
    assert "väntat omkring 12\u00a0346" in sentence(but(mu0=12345.6), "sv")
    assert "väntat mindre än 0,1," in sentence(but(mu0=1e-5), "sv")


def test_months_are_called_months() -> None:
    month = replace(WEEK, period="2018-10", baseline=("2013-09", "2018-03"))
    assert "237 months, 2013-09 to 2018-03" in sentence(month, "en")
    assert "237 månader, 2013-09 till 2018-03" in sentence(month, "sv")


@pytest.mark.parametrize("reason", REASONS)
def test_what_is_not_assessed_says_why(reason: str) -> None:
    silent = Finding("Råby", "rån", "2019-W07", Cell(3.0, reasons=(reason,)))
    assert "not assessed" in sentence(silent, "en")
    assert "bedöms inte" in sentence(silent, "sv")
    assert sentence(silent, "sv").count("\n") == 0


def test_a_missing_figure_is_not_a_zero() -> None:
    assert ": no figure; " in sentence(Finding("Råby", "rån", "2019-W07", Cell(None, reasons=("too-short",))), "en")


def test_a_short_baseline_is_told() -> None:
    assert "; only 3 years to compare with" in sentence(but(reasons=("years-3",)), "en")
    assert "; bara ett år att jämföra med" in sentence(but(reasons=("years-1",)), "sv")


def test_the_most_surprising_comes_first_and_the_unassessed_last() -> None:
    unassessed = replace(WEEK, district="Bäckby", cell=Cell(2.0, reasons=("too-short",)))
    equal = but(exceedance=2.0)
    usual = but(p=0.4)
    assert most_surprising_first([unassessed, usual, WEEK, equal]) == (equal, WEEK, usual, unassessed)
