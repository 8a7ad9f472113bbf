"""The years of an agreement, and how far the review of each has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.agreement import Agreement
from domain.core import must_exist
from domain.register import Register
from domain.review import Review, review_key


@dataclass(frozen=True, slots=True)
class ReviewedYear:
    """A year of an agreement. first, last: its days in force. over: whether the last has gone. review: None for a year
    that has not been opened for review."""

    year: int
    first: date
    last: date
    over: bool
    review: Review | None


def review_list(register: Register, agreement: str, today: date) -> tuple[ReviewedYear, ...]:
    """The years of an agreement that have begun, latest first. Refused: there is no such agreement."""
    state = must_exist(register.find(Agreement, agreement), "agreement", "Överenskommelsen", agreement)
    years = range(state.first_day.year, min(state.end, today).year + 1)
    return tuple(_year(register, agreement, state, year, today) for year in reversed(years))


def _year(register: Register, key: str, state: Agreement, year: int, today: date) -> ReviewedYear:
    first, last = state.days_of(year)
    return ReviewedYear(year, first, last, last < today, register.find(Review, review_key(key, year)))
