"""Neighbouring districts together: is there a group of them where more (or less) happens of late than expected?

Expectation-based space-time scan: Kulldorff (2001, J. R. Statist. Soc. A 164, 61-72) with the expectations of Neill et
al. (2005, Proc. KDD, 218-227). Every zone of districts × every window that ends now; the ratio is that of
`forecasting.slow`, with the zone's dispersion. How often chance alone gives as large a one in any zone and window is
counted in replicates: negative binomial counts with each district's mean and dispersion.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numba import njit
from numpy.typing import NDArray

from forecasting.slow import log_ratio

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Zone = tuple[int, ...]
Direction = Literal["rise", "fall"]
Language = Literal["sv", "en"]
Unit = Literal["week", "month"]

_AT_ONCE = 100  # replicates in memory
_compiled = njit(cache=True, nogil=True, error_model="numpy")


@dataclass(frozen=True, slots=True)
class Cluster:
    """A zone (positions of districts) and its latest periods; p: of as large a statistic anywhere by chance."""

    zone: Zone
    window: int
    observed: float
    expected: float
    statistic: float
    p: float


@dataclass(frozen=True, slots=True)
class _Windows:
    """Zones × windows: expected events, dispersion; zones as one list of districts and where each one ends."""

    expected: Floats
    phi: Floats
    members: Integers
    ends: Integers


def nearest(points: Floats, up_to: int = 6) -> tuple[Zone, ...]:
    """Each district with its nearest ones: zones of 1 to up_to districts, by their centres (D, 2). Each zone once."""
    if points.ndim != 2 or not np.isfinite(points).all():
        raise ValueError("a district's centre is two numbers: points are districts × 2")
    apart = ((points[:, None] - points[None]) ** 2).sum(axis=2)
    np.fill_diagonal(apart, -1.0)
    order = np.argsort(apart, axis=1, kind="stable")[:, :up_to]
    zones = (tuple(sorted(int(d) for d in row[:size])) for row in order for size in range(1, len(row) + 1))
    return tuple(dict.fromkeys(zones))


def connected(neighbours: Sequence[Sequence[int]], up_to: int = 6, most: int = 100_000) -> tuple[Zone, ...]:
    """All sets of 1 to up_to districts that hang together, given each district's neighbours.

    ValueError when there are more than `most`: take fewer districts to a zone.
    """
    outside = [n for row in neighbours for n in row if not 0 <= n < len(neighbours)]
    if outside:
        raise ValueError(f"there is no district {outside[0]}: neighbours has {len(neighbours)} districts")
    zones: dict[Zone, None] = dict.fromkeys((d,) for d in range(len(neighbours)))
    latest = list(zones)
    for _ in range(up_to - 1):
        latest = list(dict.fromkeys(zone for smaller in latest for zone in _larger(smaller, neighbours)))
        zones.update(dict.fromkeys(latest))
        if len(zones) > most:
            raise ValueError(f"more than {most} zones of up to {up_to} districts: choose fewer districts a zone")
    return tuple(zones)


def _larger(zone: Zone, neighbours: Sequence[Sequence[int]]) -> Iterator[Zone]:
    for other in dict.fromkeys(n for district in zone for n in neighbours[district]):
        if other not in zone:
            yield tuple(sorted((*zone, other)))


def scan(
    counts: Floats,
    means: Floats,
    phi: Floats | float,
    zones: Sequence[Zone],
    rng: np.random.Generator,
    *,
    windows: int = 12,
    replicates: int = 999,
    error: Floats | float = 0.0,
    direction: Direction = "rise",
    most: int = 3,
) -> tuple[Cluster, ...]:
    """The zone and window that stand out most and, while p is .05 or less, others that share no district with it.

    counts and means: districts × periods, NaN: missing; looked at are the latest `windows` periods. phi: variance over
    mean, (D,) or one for all. error: standard error of the log means, (D,) or one; the replicates' means vary by it.
    At most `most` clusters; none when no zone has more (fewer) events than expected. ValueError when these do
    not fit.
    """
    y, mu, sizes, errors = _checked(counts, means, phi, error, zones, windows)
    laid = _laid_out(mu, sizes, zones)
    sign = 1.0 if direction == "rise" else -1.0
    ratios = _ratios(_by_window(y), laid.expected, laid.phi, laid.members, laid.ends, sign)
    highest = np.concatenate(
        [
            _highest(_by_window(some), laid.expected, laid.phi, laid.members, laid.ends, sign)
            for some in _replicates(mu, sizes, errors, replicates, rng)
        ]
    )
    found: list[Cluster] = []
    for each in np.argsort(-ratios.max(axis=1), kind="stable"):
        zone, at = zones[each], int(ratios[each].argmax())
        ratio = float(ratios[each, at])
        p = float((1 + (highest >= ratio).sum()) / (1 + replicates))
        if len(found) == most or ratio <= 0 or (found and p > 0.05):
            break
        if not any(set(zone) & set(other.zone) for other in found):
            observed = float(y[list(zone), -(at + 1) :].sum())
            found.append(Cluster(zone, at + 1, observed, float(laid.expected[each, at]), ratio, p))
    return tuple(found)


def _checked(
    counts: Floats, means: Floats, phi: Floats | float, error: Floats | float, zones: Sequence[Zone], windows: int
) -> tuple[Floats, Floats, Floats, Floats]:
    """The latest periods of counts and means, 0 where either is missing; phi and error of each district."""
    if counts.ndim != 2 or counts.shape != means.shape or not 1 <= windows <= counts.shape[1]:
        raise ValueError("counts and means are districts × periods, and have a period at least for each window")
    if (counts < 0).any() or np.isinf(counts).any() or (means <= 0).any() or np.isinf(means).any():
        raise ValueError("a count is a number from 0 up, a mean a number above 0, or NaN where it is missing")
    if not zones or any(not zone or not 0 <= min(zone) <= max(zone) < len(counts) for zone in zones):
        raise ValueError(f"a zone is one or more of the {len(counts)} districts, and there is one at least")
    sizes, errors = (np.array(np.broadcast_to(each, len(counts)), dtype=np.float64) for each in (phi, error))
    if not (sizes >= 1).all() or not (errors >= 0).all():
        raise ValueError("phi is 1 or more, the standard error of the log means 0 or more")
    y, mu = counts[:, -windows:], means[:, -windows:]
    missing = np.isnan(y) | np.isnan(mu)
    return np.where(missing, 0.0, y), np.where(missing, 0.0, mu), sizes, errors


def _laid_out(mu: Floats, phi: Floats, zones: Sequence[Zone]) -> _Windows:
    members = np.array([district for zone in zones for district in zone], dtype=np.int64)
    ends = np.cumsum([len(zone) for zone in zones])
    latest = _by_window(mu)
    starts = np.concatenate([[0], ends[:-1]])
    expected = np.add.reduceat(latest[members], starts, axis=0)
    spread = np.add.reduceat((phi[:, None] * latest)[members], starts, axis=0)
    return _Windows(expected, spread / np.maximum(expected, 1e-300), members, ends)


def _by_window(counts: Floats) -> Floats:
    """Sums over the latest 1, 2, … periods, the second axis."""
    return np.ascontiguousarray(counts[:, ::-1].cumsum(axis=1))


def _replicates(mu: Floats, phi: Floats, error: Floats, replicates: int, rng: np.random.Generator) -> Iterator[Floats]:
    over = phi[:, None, None] - 1
    for first in range(0, replicates, _AT_ONCE):
        number = min(_AT_ONCE, replicates - first)
        shaken = mu[..., None] * np.exp(error[:, None, None] * rng.standard_normal((len(mu), 1, number)))
        if (over == 0).all():
            yield rng.poisson(shaken).astype(np.float64)
        else:  # a gamma mixture of Poisson counts is negative binomial; phi 1 and mean 0 are among them
            rate = np.where(over > 0, over * rng.standard_gamma(shaken / np.where(over > 0, over, 1)), shaken)
            yield rng.poisson(rate).astype(np.float64)


@_compiled
def _ratios(counts: Floats, expected: Floats, phi: Floats, members: Integers, ends: Integers, sign: float) -> Floats:
    """Of each zone and window; 0 where the change is of the other sign. counts: D × W."""
    ratios = np.zeros(expected.shape)
    begin = 0
    for zone in range(expected.shape[0]):
        for w in range(expected.shape[1]):
            events = 0.0
            for member in members[begin : ends[zone]]:
                events += counts[member, w]
            if expected[zone, w] > 0 and sign * (events - expected[zone, w]) > 0:
                ratios[zone, w] = log_ratio(events, expected[zone, w], phi[zone, w])
        begin = ends[zone]
    return ratios


@_compiled
def _highest(counts: Floats, expected: Floats, phi: Floats, members: Integers, ends: Integers, sign: float) -> Floats:
    """The largest ratio of each replicate (counts: D × W × R), without the logarithms that cannot matter."""
    replicates = counts.shape[2]
    highest, events = np.zeros(replicates), np.zeros(replicates)
    begin = 0
    for zone in range(expected.shape[0]):
        for w in range(expected.shape[1]):
            wanted, size = expected[zone, w], phi[zone, w]
            if wanted <= 0:
                continue
            events[:] = 0.0
            for member in members[begin : ends[zone]]:
                events += counts[member, w]
            for r in range(replicates):
                over = sign * (events[r] - wanted)
                bend = wanted * size if sign > 0 else events[r] * (1.0 + (size - 1.0) * events[r] / wanted)
                if over > 0 and over * over > 2.0 * bend * highest[r]:
                    highest[r] = max(highest[r], log_ratio(events[r], wanted, size))
        begin = ends[zone]
    return highest


def sentence(
    cluster: Cluster, names: Sequence[str], language: Language, unit: Literal["week", "month"] = "week"
) -> str:
    """One plain sentence: where, how many in how long, how many were to be expected, how often chance gives that."""
    words = _WORDS[language]
    shown = [names[district] for district in cluster.zone]
    where = words["and"].join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else shown[0]
    time = words[unit] if cluster.window == 1 else words[unit + "s"].format(number=cluster.window)
    more = words["more" if cluster.observed > cluster.expected else "less"]
    events = words["one" if cluster.observed == 1 else "events"].format(number=f"{cluster.observed:.0f}")
    expected = f"{cluster.expected:.0f}" if cluster.expected >= 20 else f"{cluster.expected:.1f}"
    expected = expected.replace(".", ",") if language == "sv" else expected
    chance = words["chance"].format(more=more, percent=math.ceil(round(100 * cluster.p, 6)))
    return words["whole"].format(where=where, events=events, time=time, expected=expected, chance=chance)


_WORDS: dict[Language, dict[str, str]] = {
    "sv": {
        "whole": "{where}: {events} {time}, väntat omkring {expected}; {chance}.",
        "and": " och ",
        "events": "{number} händelser",
        "one": "1 händelse",
        "week": "den senaste veckan",
        "weeks": "de senaste {number} veckorna",
        "month": "den senaste månaden",
        "months": "de senaste {number} månaderna",
        "more": "så mycket mer",
        "less": "så mycket mindre",
        "chance": "{more} än väntat någonstans ger slumpen i högst {percent} fall av 100",
    },
    "en": {
        "whole": "{where}: {events} {time}, about {expected} expected; {chance}.",
        "and": " and ",
        "events": "{number} events",
        "one": "1 event",
        "week": "in the latest week",
        "weeks": "in the latest {number} weeks",
        "month": "in the latest month",
        "months": "in the latest {number} months",
        "more": "so much more",
        "less": "so much less",
        "chance": "chance gives {more} than expected somewhere in {percent} of 100 cases at most",
    },
}
