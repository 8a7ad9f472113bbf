"""How often signals have been right, from their verdicts: here, for the category, for the district, and in all."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from domain.register import Register
from domain.signal import Signal

Z = 1.959963984540054  # the normal distribution's 97.5 per cent point


@dataclass(frozen=True, slots=True)
class Record:
    """Signals of a scope and how they were judged.

    right: true or explained, for something real was behind those; share: of those that were settled (true, false or
    explained), with its 95 % interval after Wilson; None where nothing is settled. open: judged without settling it.
    """

    raised: int
    judged: int
    true: int
    false: int
    explained: int
    open: int
    share: float | None
    low: float | None
    high: float | None

    @property
    def right(self) -> int:
        """How many were right to be raised."""
        return self.true + self.explained

    @property
    def settled(self) -> int:
        """How many it is known of."""
        return self.true + self.false + self.explained


@dataclass(frozen=True, slots=True)
class TrackRecord:
    """The records of one series, of its district, of its category, and of the source."""

    here: Record
    district: Record
    category: Record
    whole: Record


def track_record(register: Register, source: str, district: str, category: str) -> TrackRecord:
    """Of a source's series, from the latest verdict on each of its signals."""
    own = [one for one in register.every(Signal) if one.source == source]
    return TrackRecord(
        record(one for one in own if (one.district, one.category) == (district, category)),
        record(one for one in own if one.district == district),
        record(one for one in own if one.category == category),
        record(own),
    )


def record(signals: Iterable[Signal]) -> Record:
    """Counted over some signals."""
    findings = [one.finding for one in signals]
    true, false, explained, undecided = (findings.count(f) for f in ("true", "false", "explained", "open"))
    settled = true + false + explained
    low, high = wilson(true + explained, settled) if settled else (None, None)
    share = (true + explained) / settled if settled else None
    judged = settled + undecided
    return Record(len(findings), judged, true, false, explained, undecided, share, low, high)


def wilson(right: int, number: int) -> tuple[float, float]:
    """The 95 % interval of a share, by Wilson (1927), doi 10.1080/01621459.1927.10502953: fit for few cases.

    centre ± half, where centre = (p + z²/2n) / (1 + z²/n) and half = z √(p(1−p)/n + z²/4n²) / (1 + z²/n).
    """
    p, whole = right / number, 1 + Z**2 / number
    centre = (p + Z**2 / (2 * number)) / whole
    half = Z * math.sqrt(p * (1 - p) / number + Z**2 / (4 * number**2)) / whole
    return max(0.0, centre - half), min(1.0, centre + half)
