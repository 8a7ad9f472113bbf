"""The year that a book is about, and the moments of the history that it is seen from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from adapters.tables import Tables
from domain.agreement import Agreement
from domain.core import must_exist
from domain.register import Register
from domain.review import Review, review_key
from service.register import LiveRegister
from service.wording import Language


@dataclass(frozen=True, slots=True)
class Year:
    """What every part of the book is made from.

    first, last: the days of the year on which the agreement was in force. then: the gsn at the end of `last`: what was
    known when the year had gone. at: the gsn at which the book is opened: what it tells is what was known there.
    opened_on: the day of that. end: the gsn that the book is printed at, which has the parties' adoptions; the book
    looks at nothing after it. register, before: the record as known at `at` and at `then`. review: as it stands at
    `end`; None for a draft of a year that nobody has opened.
    """

    live: LiveRegister
    key: str
    agreement: Agreement
    year: int
    first: date
    last: date
    then: int
    at: int
    end: int
    opened_on: date
    register: Register
    before: Register
    review: Review | None
    language: Language

    @property
    def tables(self) -> Tables:
        """The read models, to be asked with `at=year.at` (or `at=year.then`)."""
        return self.live.read_tables()

    def say(self, sv: str, en: str) -> str:
        """The text in the book's language."""
        return en if self.language == "en" else sv

    def holds(self, day: date | None) -> bool:
        """Whether a day lies within the year."""
        return day is not None and self.first <= day <= self.last


def year_of(live: LiveRegister, agreement: str, year: int, language: Language, *, at: int | None = None) -> Year:
    """The year as its review opened it; without a review, as known at `at` (now).

    at: the gsn to look from: a review or an adoption after it does not exist yet. Raises Refused for an agreement that
    does not exist there, or a year outside it.
    """
    seen = live.at(at)
    key = review_key(agreement, year)
    review = seen.find(Review, key)
    end = _last_of(live, key, seen.position) if review else seen.position
    opened = review.as_known_at if review else end
    register = live.as_of(opened)
    state = must_exist(register.find(Agreement, agreement), "agreement", "Överenskommelsen", agreement)
    first, last = state.days_of(year)
    then = min(live.gsn_on(last), opened)
    on = review.opened_on if review else live.recorded_on(end) or live.today()
    before = live.as_of(then)
    return Year(
        live, agreement, state, year, first, last, then, opened, end, on, register, before, review, language,
    )  # fmt: skip


def _last_of(live: LiveRegister, key: str, limit: int) -> int:
    """The gsn of the last event of a review up to `limit`."""
    return max(recorded.gsn for recorded in live.store.stream(f"{Review.KIND}-{key}") if recorded.gsn <= limit)
