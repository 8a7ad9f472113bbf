"""What later meetings say of earlier decisions: done, ongoing, not done; and some that are never taken up again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from zlib import crc32

from domain.meeting import DecideAtMeeting, FollowUpDecision, Outcome
from service.demonstration.catalogue import COORDINATOR, example
from service.demonstration.days import Step, at, meeting_days, meeting_from, meeting_key

_DONE = ("klart, och platsen är kontrollerad.", "gjort i tid; rapportörerna har fått besked.", None, None)
_ONGOING = ("påbörjat, men inte färdigt.", "hälften är gjort; resten tas till nästa möte.")
_NOT_DONE = (
    "sjukdom hos ansvarig; ingen ersättare utsågs.",
    "ansvarig hade inte fått beslutet.",
    "läget på platsen hade ändrats, så det behövdes inte.",
)
_LINES: dict[Outcome | None, str] = {"done": "Gjort.", "ongoing": "Pågår.", "not done": "Inte gjort.", None: "–"}


@dataclass(frozen=True, slots=True)
class _Word:
    outcome: Outcome
    comment: str | None


def steps(decision: DecideAtMeeting, number: int) -> Iterator[Step]:
    """The words of the first meeting from its day on, and where it went on, of the meeting after that.

    number: the decision's, within its meeting.
    """
    day = decision.due
    for word in _words(decision.meeting, number):
        if day is None:
            return
        day = meeting_from(day)
        follow_up = FollowUpDecision(
            meeting=meeting_key(day),
            earlier=decision.meeting,
            number=number,
            outcome=word.outcome,
            comment=example(word.comment) if word.comment else None,
        )
        yield Step(at(day, 13, 8), COORDINATOR, follow_up)
        day = _next(day)


def line(decision: DecideAtMeeting, number: int) -> str:
    """The decision with its word in short, for the agenda."""
    first = next(_words(decision.meeting, number), None)
    return f"{decision.what} {_LINES[first.outcome if first else None]}"


def _words(meeting: str, number: int) -> Iterator[_Word]:
    """Picked by the key alone: the random draws of the story stay as they are."""
    drawn = crc32(f"{meeting}-{number}".encode())
    share = drawn % 100
    if share < 56:
        yield _Word("done", _DONE[drawn // 100 % len(_DONE)])
    elif share < 74:
        yield _Word("ongoing", _ONGOING[drawn // 100 % len(_ONGOING)])
        if share < 70:
            yield _Word("done", "klart till detta möte.")
    elif share < 84:
        yield _Word("not done", _NOT_DONE[drawn // 100 % len(_NOT_DONE)])


def _next(day: date) -> date | None:
    """The day after, unless the last meeting has been held by then."""
    following = day + timedelta(days=1)
    return following if following <= meeting_days()[-1] else None
