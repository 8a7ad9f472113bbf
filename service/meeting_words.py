"""Words for the figures of a weekly meeting: how often somebody reports, and how many signals may be false."""

from __future__ import annotations

import math

from service.wording import Language

_SV = ("noll", "en", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv")
_EN = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_WEEKS_A_MONTH = 52 / 12


def in_words(number: int, language: Language) -> str:
    """Up to twelve as a word, more in figures."""
    words = _EN if language == "en" else _SV
    return words[number] if 0 <= number < len(words) else str(number)


def how_often(per_week: float, language: Language) -> str:
    """A rate of reports as one would say it: `ungefär en rapport i veckan`, `ungefär två rapporter i månaden`."""
    weekly = per_week >= 0.8
    number = max(1, round(per_week if weekly else per_week * _WEEKS_A_MONTH))
    said = in_words(number, language)
    if language == "en":
        return f"about {said} {'report' if number == 1 else 'reports'} a {'week' if weekly else 'month'}"
    return f"ungefär {said} {'rapport' if number == 1 else 'rapporter'} i {'veckan' if weekly else 'månaden'}"


def false_alarms(expected: float, language: Language) -> str:
    """How many of the signals may be false: `av signalerna väntas högst en vara falskt larm`."""
    number = max(1, math.ceil(round(expected, 6)))
    said = in_words(number, language)
    if language == "en":
        return f"at most {said} of the signals is expected to be a false alarm" if number == 1 else (
            f"at most {said} of the signals are expected to be false alarms"
        )  # fmt: skip
    return f"av signalerna väntas högst {said} vara {'falskt' if number == 1 else 'falska'} larm"
