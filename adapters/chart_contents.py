"""What a chart shows: plain numbers, marks and words, whichever drawing is made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Language = Literal["sv", "en"]


@dataclass(frozen=True, slots=True)
class Flagged:
    """A signal: at which position of the periods, at which number, and whether it was dismissed (drawn hollow).

    shape: rise, fall, lasting-rise or lasting-fall.
    """

    position: int
    value: float
    shape: str
    dismissed: bool


@dataclass(frozen=True, slots=True)
class Stretch:
    """Something on the time axis, in positions of periods (a half is the middle of the next); end None: goes on."""

    kind: Literal["action", "break", "promise"]
    label: str
    begin: float
    end: float | None


@dataclass(frozen=True, slots=True)
class Fan:
    """A forecast's figures for one period after the last."""

    median: float
    low80: float
    high80: float
    low95: float
    high95: float


@dataclass(frozen=True, slots=True)
class Words:
    """What stands in the chart, in the reader's language. notes: lines below it (what the marks' labels stand for)."""

    title: str
    subtitle: str
    unit: str
    legend: Mapping[str, str]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """What a chart shows. ahead_periods follow periods; every tuple of numbers is as long as its periods.

    judged: the number as known when expected was computed, drawn where it differs from observed.
    """

    periods: tuple[str, ...]
    observed: tuple[float | None, ...]
    judged: tuple[float | None, ...]
    expected: tuple[float | None, ...]
    lower: tuple[float | None, ...]
    upper: tuple[float | None, ...]
    flags: tuple[Flagged, ...]
    stretches: tuple[Stretch, ...]
    ahead_periods: tuple[str, ...]
    ahead: tuple[Fan, ...]
    words: Words
    language: Language
