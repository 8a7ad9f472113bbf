"""False alarms and detection of both modes in made-up weeks: python -m tests.proof.detection [--replicates 100].

The 42 scenarios of Noufaily et al. (2013) and 21 whose season is no harmonic, 49 weeks each. False alarms: the
share of weeks without an outbreak in which p is at most alpha, over alpha, on average and in the worst scenario.
Detection: the share of outbreaks with an alarm, at thresholds that give both modes as many false alarms.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from forecasting.batch import detect_all
from forecasting.counting import bounds
from forecasting.expectation import design, expect
from forecasting.farrington import Settings
from forecasting.product import HARMONICS, YEARS
from forecasting.spikes import calm
from tests.proof.simulated import LATEST, WEEKS, Scenario, other_seasons, scenarios, simulate

Floats = NDArray[np.float64]

ALPHAS = (0.005, 0.01, 0.05)
EQUAL = (0.005, 0.01)


def main() -> None:
    """Both sets of scenarios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=100)
    parser.add_argument("--seed", type=int, default=2026)
    given = parser.parse_args()
    for name, made in (("harmonic seasons", scenarios()), ("other seasons", other_seasons())):
        print(f"{name}: {len(made)} scenarios × {given.replicates} replicates × {WEEKS - LATEST} weeks", flush=True)
        compare(made, given.replicates, np.random.default_rng(given.seed))


def compare(made: Sequence[Scenario], replicates: int, rng: np.random.Generator) -> None:
    """Print a line for each mode."""
    drawn = [simulate(scenario, replicates, rng) for scenario in made]
    quiet = np.concatenate([one.counts for one in drawn])
    current = np.concatenate([one.current for one in drawn])
    loud = quiet.copy()
    loud[:, LATEST:] += current
    for name, p_values in (("flex_nb", reference), ("product", product)):
        _print(name, p_values(quiet), p_values(loud), current, len(made))


def reference(counts: Floats) -> Floats:
    """p of R's farringtonFlexible with nbPlugin, 1 where it gives no alarm whatever p is."""
    cells = detect_all(counts, range(LATEST, WEEKS), 52, Settings.weekly())
    return np.where(cells.enough & (cells.observed > 0) & ~np.isnan(cells.p), cells.p, 1.0)


def product(counts: Floats) -> Floats:
    """p of so many events or more; years of 52 weeks, as the scenarios have them."""
    found = np.empty((len(counts), WEEKS - LATEST))
    for column, k in enumerate(range(LATEST, WEEKS)):
        weeks = np.append(np.arange(max(k - 52 * YEARS, 0), k - 26), k)
        years = (weeks - k) / 52
        known = calm(counts[:, weeks[:-1]])
        to_come = expect(known, np.ones_like(known), np.zeros_like(known), design(years, years % 1, HARMONICS[52]))
        mean = np.exp(to_come.log_mean)
        found[:, column] = bounds(counts[:, k], mean, to_come.phi + to_come.error**2 * mean, 0.005)[1]
    return found


def _print(name: str, quiet: Floats, loud: Floats, current: Floats, scenarios: int) -> None:
    shares = [((quiet <= alpha).reshape(scenarios, -1).mean(axis=1) / alpha) for alpha in ALPHAS]
    false = "  ".join(
        f"α {alpha}: {share.mean():.2f}, worst {share.max():.2f}" for alpha, share in zip(ALPHAS, shares, strict=True)
    )
    struck = current.any(axis=1)
    found = [((loud <= np.quantile(quiet, share)) & (current > 0))[struck].any(axis=1).mean() for share in EQUAL]
    at = "  ".join(f"at {share}: {one:.4f}" for share, one in zip(EQUAL, found, strict=True))
    print(f"  {name:8} false ÷ nominal  {false}   found {at}", flush=True)


if __name__ == "__main__":
    main()
