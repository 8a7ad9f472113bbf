"""Perioder: months and ISO weeks as text that sorts in the order of time."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.period import Frequency, containing, first_day, following, frequency, last_complete, last_day, span

days = st.dates(date(1900, 3, 1), date(2199, 10, 31))
frequencies: st.SearchStrategy[Frequency] = st.sampled_from(["week", "month"])


@given(days, frequencies)
def test_a_day_lies_in_its_period(day: date, freq: Frequency) -> None:
    period = containing(day, freq)
    assert first_day(period) <= day <= last_day(period)
    assert frequency(period) == freq


@given(days, frequencies)
def test_periods_follow_each_other_without_gap_and_sort_as_text(day: date, freq: Frequency) -> None:
    period = containing(day, freq)
    assert first_day(following(period)) == last_day(period) + timedelta(days=1)
    assert period < following(period)


@given(days, frequencies)
def test_the_latest_complete_period_has_ended_and_the_next_has_not(day: date, freq: Frequency) -> None:
    period = last_complete(day, freq)
    assert last_day(period) <= day < last_day(following(period))


@given(days, st.integers(0, 60), frequencies)
def test_a_span_holds_every_period_once(day: date, length: int, freq: Frequency) -> None:
    first, last = containing(day - timedelta(days=length), freq), containing(day, freq)
    periods = list(span(first, last))
    assert periods == sorted(set(periods))
    assert (periods[0], periods[-1]) == (first, last)


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2020-02", "2020-02-01", "2020-02-29"),
        ("2020-12", "2020-12-01", "2020-12-31"),
        ("2020-W01", "2019-12-30", "2020-01-05"),
        ("2020-W53", "2020-12-28", "2021-01-03"),
    ],
)
def test_a_period_has_its_days(period: str, first: str, last: str) -> None:
    assert (first_day(period).isoformat(), last_day(period).isoformat()) == (first, last)


@pytest.mark.parametrize(
    "text", ["", "2020", "2020-1", "2020-00", "2020-13", "2020-W00", "2021-W53", "2020-w01", "9999-12", "２０２０-02"]
)
def test_other_texts_are_no_periods(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        first_day(text)


def test_a_backward_span_is_empty() -> None:
    assert list(span("2020-03", "2020-02")) == []
