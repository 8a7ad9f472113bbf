"""How a number stands against what was expected, in seven classes that mean the same on every page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from domain.signal import Sentence
from service.views.expectations import Expected

Class = Literal["far-above", "above", "expected", "below", "far-below", "too-few", "unknown"]
CLASSES: tuple[Class, ...] = ("far-below", "below", "expected", "above", "far-above", "too-few", "unknown")
CLEAR = 1.0
"""Beyond the bound itself."""
SLIGHT = 0.5
"""Halfway from what was expected to the bound."""
FEW = 1.0
"""Fewer expected than this in a period: one event more or less says nothing."""

WORDS: dict[Class, Sentence] = {
    "far-above": Sentence(sv="långt över det väntade", en="far above what was expected"),
    "above": Sentence(sv="över det väntade", en="above what was expected"),
    "expected": Sentence(sv="som väntat", en="as expected"),
    "below": Sentence(sv="under det väntade", en="below what was expected"),
    "far-below": Sentence(sv="långt under det väntade", en="far below what was expected"),
    "too-few": Sentence(sv="för få för att bedöma", en="too few to judge"),
    "unknown": Sentence(sv="inte bedömt", en="not assessed"),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """A period's number beside its expectation.

    observed: as known at the moment looked at; judged: as known when it was assessed, which is what the expectation is
    compared with; change: (judged - expected) / expected, None where too few are expected for a share to mean anything.
    """

    observed: float | None
    expected: float | None
    lower: float | None
    upper: float | None
    change: float | None
    kind: Class
    judged: float | None = None

    @property
    def grown(self) -> bool:
        """Whether more or fewer are known now than when it was assessed."""
        return self.judged is not None and self.judged != self.observed

    @property
    def words(self) -> Sentence:
        """What the class means."""
        return WORDS[self.kind]


def standing(observed: float | None, expected: Expected | None) -> Standing:
    """The number's standing. Without bounds, or without a number, it is not assessed."""
    if expected is None or observed is None:
        return Standing(observed, expected.expected if expected else None, None, None, None, "unknown")
    base, judged = expected.expected, observed if expected.observed is None else expected.observed
    change = (judged - base) / base if base >= FEW else None
    return Standing(observed, base, expected.lower, expected.upper, change, _class(judged, expected), judged)


def _class(observed: float, expected: Expected) -> Class:
    if expected.expected < FEW:
        return "too-few"
    exceedance = expected.exceedance(observed)
    if exceedance is None:
        return "expected" if observed == expected.expected else "unknown"
    if abs(exceedance) < SLIGHT:
        return "expected"
    if abs(exceedance) <= CLEAR:
        return "above" if exceedance > 0 else "below"
    return "far-above" if exceedance > 0 else "far-below"
