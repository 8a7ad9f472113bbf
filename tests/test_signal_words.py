"""What a signal says in short: the recorded numbers in words that can be read aloud, in both languages."""

from __future__ import annotations

import pytest

from domain.signal import Sentence, Signal
from service.views.signal_words import in_short

RECORDED = Sentence(sv="Långt.", en="Long.")


def raised(
    flag: str, observed: float, expected: float, bound: float, lower: float | None = 0.0, p: float = 1e-6,
    period: str = "2023-W08",
) -> Signal:  # fmt: skip
    """A signal with those numbers."""
    return Signal(
        "run", "polisen", period, "centrum", "klotter", observed, expected, bound, p, 2.0, RECORDED, synthetic=False,
        flag=flag, lower=lower,
    )  # fmt: skip


def test_a_rise_says_how_many_came_were_expected_and_are_seldom_passed() -> None:
    told = in_short(raised("rise", 31, 8.04, 18))
    assert told.sv == (
        "31 händelser v. 8 2023. Omkring 8 väntades, sällan fler än 18. Slumpen ensam ger nästan aldrig så många."
    )
    assert told.en == (
        "31 events in week 8, 2023. About 8 were expected, seldom more than 18. "
        "Chance alone almost never gives so many."
    )


def test_a_fall_says_so_few_and_a_month_by_its_name() -> None:
    told = in_short(raised("fall", 1, 1240.6, 1300, lower=1180.2, p=0.002, period="2023-02"))
    assert told.sv == (
        "1 händelse i februari 2023. Omkring 1\N{NO-BREAK SPACE}241 väntades, sällan färre än 1\N{NO-BREAK SPACE}181. "
        "Slumpen ensam ger mycket sällan så få."
    )
    assert told.en.startswith("1 event in February 2023. About 1,241 were expected, seldom fewer than 1,181.")


@pytest.mark.parametrize(("flag", "sv", "en"), [("rise", "Fler", "More"), ("fall", "Färre", "Fewer")])
def test_a_lasting_change_is_told_by_what_lasts_and_not_by_its_last_period(flag: str, sv: str, en: str) -> None:
    told = in_short(raised(f"lasting-{flag}", 0, 0.4, 3, p=0.46))
    assert told.sv.startswith(f"{sv} än väntat under en längre tid, tillsammans så ")
    assert told.sv.endswith("Ingen händelse v. 8 2023. Färre än 1 väntades.")
    assert told.en.startswith(f"{en} than expected for some time")
    assert "Slumpen ensam" not in told.sv


def test_a_bound_that_was_not_passed_or_is_not_known_is_not_told() -> None:
    assert "sällan fler" not in in_short(raised("rise", 18, 8, 18.5, p=0.02)).sv
    assert "sällan färre" not in in_short(raised("fall", 0, 4, 9, lower=None)).sv
    assert in_short(raised("rise", 18, 8, 18.5, p=0.02)).sv.endswith("Slumpen ensam ger sällan så många.")
