"""How much a count has changed from one span of days to another, and how sure that is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from service.wording import Language

FEW = 10
"""Fewer events than this in both spans together: a share of them says nothing."""
Z = 1.959964
Sure = Literal["fewer", "more", "no", "few"]


@dataclass(frozen=True, slots=True)
class Change:
    """now, before: events in two spans. share: change of the events a day (-0.1: a tenth fewer), with a 95 % interval.

    share is None where there are too few. phi: how many times the variance exceeds a Poisson count's.
    """

    now: float
    before: float
    share: float | None
    low: float | None
    high: float | None
    phi: float = 1.0

    @property
    def sure(self) -> Sure:
        """Whether the interval lies on one side of no change."""
        if self.share is None or self.low is None or self.high is None:
            return "few"
        return "fewer" if self.high < 0 else "more" if self.low > 0 else "no"


def change(now: float, before: float, days: int, days_before: int, phi: float = 1.0) -> Change:
    """The quotient of two rates, its logarithm taken as normal with variance phi (1/now + 1/before).

    Quasi-Poisson: McCullagh & Nelder 1989, chapter 6. The interval holds chance alone, not what changes reporting.
    """
    if now + before < FEW or not now or not before:
        return Change(now, before, None, None, None, phi)
    centre = math.log(now / days) - math.log(before / days_before)
    reach = Z * math.sqrt(phi * (1 / now + 1 / before))
    share, low, high = (math.expm1(x) for x in (centre, centre - reach, centre + reach))
    return Change(now, before, share, low, high, phi)


def percent(share: float, language: Language) -> str:
    """A change in whole per cent with its sign; with one decimal where it is less than ten."""
    return _percent(share, language, _decimals(share))


def between(low: float, high: float, language: Language) -> str:
    """`−12 till −4 %`, `−12% to −4%`; with one decimal where both are less than ten, or one would be nought."""
    decimals = _decimals(low, high)
    first, last = (_percent(each, language, decimals) for each in (low, high))
    return f"{first} to {last}" if language == "en" else f"{first.removesuffix(_per_cent('sv'))} till {last}"


def _decimals(*shares: float) -> int:
    near = any(round(100 * share) == 0 for share in shares)
    return 1 if near or max(abs(100 * share) for share in shares) < 9.95 else 0


def _percent(share: float, language: Language, decimals: int) -> str:
    value = round(100 * share, decimals)
    sign = "+" if value > 0 else "−" if value < 0 else "±"
    text = f"{abs(value):.{decimals}f}"
    return f"{sign}{text.replace('.', ',') if language == 'sv' else text}{_per_cent(language)}"


def _per_cent(language: Language) -> str:
    return "%" if language == "en" else "\N{NO-BREAK SPACE}%"


SURE: dict[Sure, tuple[str, str]] = {
    "fewer": ("ja, färre", "yes, fewer"),
    "more": ("ja, fler", "yes, more"),
    "no": ("nej", "no"),
    "few": ("för få för att säga", "too few to say"),
}


def told(of: Change, language: Language) -> str:
    """The change with its interval; a dash where there are too few."""
    if of.share is None or of.low is None or of.high is None:
        return "–"
    decimals = _decimals(of.low, of.high)
    return f"{_percent(of.share, language, decimals)} ({between(of.low, of.high, language)})"


def beyond_chance(of: Change, language: Language) -> str:
    """Whether the change is more than chance gives, in a word or two."""
    return SURE[of.sure][language == "en"]
