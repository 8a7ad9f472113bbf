"""Made-up weekly counts with known outbreaks: the scenarios of Noufaily et al. (2013), and seasons that no harmonic is.

Noufaily et al. (2013), Statist. Med. 32, 1206-1222, section 3: negative binomial counts of 624 weeks, mean
exp(theta + beta t + season), variance phi × mean; four outbreaks in weeks 313 to 575, one in weeks 576 to
624. An outbreak of size k adds a Poisson number of events with mean k standard deviations of the week it
begins in, spread over the weeks after by a lognormal (0, 0.5).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

WEEKS, PAST, LATEST = 624, 312, 575  # in all, where outbreaks begin to be, where the assessed weeks begin
_WEEK = np.arange(1, WEEKS + 1, dtype=np.float64)

# theta, beta, gamma1, gamma2, phi: seven kinds of series from rare to frequent
_KINDS = (
    (0.10, 0.0025, 0.60, 0.60, 1.5),
    (-2.00, 0.0050, 0.10, 0.30, 2.0),
    (1.50, 0.0030, 0.20, -0.40, 1.0),
    (0.50, 0.0020, 0.50, 0.50, 5.0),
    (2.50, 0.0010, 1.00, 0.10, 3.0),
    (3.75, 0.0010, 0.10, -0.10, 1.1),
    (5.00, 0.0001, 0.05, 0.01, 1.2),
)


@dataclass(frozen=True, slots=True)
class Scenario:
    """Weekly means without outbreaks (624) and the variance over the mean."""

    name: str
    means: Floats
    phi: float


@dataclass(frozen=True, slots=True)
class Simulated:
    """R replicates: counts (R × 624) with past outbreaks, the current outbreak's events (R × 49) apart."""

    counts: Floats
    current: Floats


def scenarios() -> tuple[Scenario, ...]:
    """The 42: each kind without and with a trend, with no, one or two harmonics."""
    made = []
    for (number, (theta, beta, gamma1, gamma2, phi)), trend, harmonics in product(
        enumerate(_KINDS, start=1), (0, 1), (0, 1, 2)
    ):
        season = sum(
            (gamma1 * np.cos(2 * np.pi * j * _WEEK / 52) + gamma2 * np.sin(2 * np.pi * j * _WEEK / 52))
            for j in range(1, harmonics + 1)
        )
        name = f"kind {number}, trend {trend}, harmonics {harmonics}"
        made.append(Scenario(name, np.exp(theta + trend * beta * _WEEK + season), phi))
    return tuple(made)


def other_seasons() -> tuple[Scenario, ...]:
    """Seasons that are not harmonic, for each kind: a summer that begins at once, holidays, a phase that drifts."""
    shapes: tuple[tuple[str, Callable[[Floats], Floats]], ...] = (
        ("a summer of steps", lambda t: np.where((t % 52 >= 22) & (t % 52 < 34), 0.5, 0.0)),
        ("holidays", lambda t: np.where(np.isin(t % 52, (0, 1, 16, 25, 26, 51)), 0.7, 0.0)),
        ("a drifting phase", lambda t: 0.5 * np.cos(2 * np.pi * (t - 2.5 * (t // 52)) / 52)),
    )
    return tuple(
        Scenario(f"kind {number}, {name}", np.exp(theta + shape(_WEEK)), phi)
        for (number, (theta, _, _, _, phi)), (name, shape) in product(enumerate(_KINDS, start=1), shapes)
    )


def simulate(scenario: Scenario, replicates: int, rng: np.random.Generator) -> Simulated:
    """That many series of the scenario, each with four past outbreaks and a current one of size 1 to 10."""
    means, phi = scenario.means, scenario.phi
    counts = noise(np.broadcast_to(means, (replicates, WEEKS)), phi, rng)
    deviation = np.sqrt(phi * means)
    current = np.zeros((replicates, WEEKS - LATEST))
    for row in range(replicates):
        for _ in range(4):
            counts[row] += _outbreak(int(rng.integers(PAST, LATEST)), deviation, rng)[:WEEKS]
        current[row] = _outbreak(int(rng.integers(LATEST, WEEKS)), deviation, rng)[LATEST:WEEKS]
    return Simulated(counts, current)


def noise(means: Floats, phi: float, rng: np.random.Generator) -> Floats:
    """Counts of these means and variance phi × mean."""
    if phi == 1:
        return rng.poisson(means).astype(np.float64)
    return rng.negative_binomial(means / (phi - 1), 1 / phi).astype(np.float64)


def _outbreak(start: int, deviation: Floats, rng: np.random.Generator) -> Floats:
    size = rng.poisson(rng.integers(1, 11) * deviation[start])
    weeks = start + np.floor(rng.lognormal(0.0, 0.5, size)).astype(np.int64)
    return np.bincount(weeks, minlength=WEEKS).astype(np.float64)
