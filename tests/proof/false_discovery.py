"""How many flags are false, of 420 series; and late or halted reports: python -m tests.proof.false_discovery.

Weekly negative binomial counts with trends, seasons and dispersions of their own, six in a hundred of them truly up by
a half to four times, with no, a usual and a strong shock common to the city. False discovery: the mean share of
false flags. Delays: part of each week's events is known only later, by a share that differs between districts and
from week to week; a fall is false whenever one is found.
"""

from __future__ import annotations

import argparse
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from forecasting.many import choose
from forecasting.panel import Known, Panel, assess
from forecasting.product import Settings, look
from forecasting.reporting_delay import completeness

Floats = NDArray[np.float64]

SERIES, WEEKS, CATEGORIES = 420, 390, 12
SHARES = (0.05, 0.10, 0.20)
DAYS = tuple(date(2014, 1, 6) + timedelta(weeks=i) for i in range(WEEKS))


def main() -> None:
    """All parts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=200)
    parser.add_argument("--seed", type=int, default=2026)
    given = parser.parse_args()
    for shock in (0.0, 0.15, 0.3):
        discoveries(shock, given.replicates, np.random.default_rng(given.seed))
    delays(given.replicates, np.random.default_rng(given.seed))
    halted(given.replicates, np.random.default_rng(given.seed))


def discoveries(shock: float, replicates: int, rng: np.random.Generator) -> None:
    """Print the false share, its standard error, flags a week and power at each q."""
    groups = [f"category {i % CATEGORIES}" for i in range(SERIES)]
    false, flags, found = (np.zeros((replicates, len(SHARES))) for _ in range(3))
    for r in range(replicates):
        means, phi = means_and_phi(shock, rng)
        up = rng.random(SERIES) < 0.06
        means[:, -1] *= np.where(up, rng.uniform(1.5, 4, SERIES), 1)
        seen = look(drawn(means, phi, rng), WEEKS - 1, DAYS, 52, Settings.of(52), groups=groups)
        for column, share in enumerate(SHARES):
            flagged = choose(seen.p_rise, seen.p_fall, seen.exceedance, share, SERIES).flagged
            right = flagged & up & (seen.p_rise < seen.p_fall)
            flags[r, column] = flagged.sum()
            false[r, column] = (flagged & ~right).sum() / max(flagged.sum(), 1)
            found[r, column] = right.sum() / max(up.sum(), 1)
    for column, share in enumerate(SHARES):
        error = false[:, column].std() / np.sqrt(replicates)
        print(
            f"common shock {shock:.2f}  q {share:.2f}: false share {false[:, column].mean():.3f} (±{error:.3f})  "
            f"flags a week {flags[:, column].mean():.1f}  found {found[:, column].mean():.2f}",
            flush=True,
        )


def delays(replicates: int, rng: np.random.Generator) -> None:
    """Print the share of falls at alpha when the latest week is 50 to 95 % complete, allowed for and not."""
    districts = SERIES // CATEGORIES
    shares: dict[str, list[float]] = {"allowed for": [], "not allowed for": []}
    flagged = 0
    for _ in range(replicates):
        means, phi = means_and_phi(0.0, rng)
        final = drawn(means, phi, rng)
        usual = np.repeat(rng.uniform(0.5, 0.95, districts), CATEGORIES)[:, None]
        each = np.repeat(rng.beta(30, 30, (districts, 40)), CATEGORIES, axis=0) - 0.5
        complete = np.clip(usual + 0.4 * each, 0.05, 1)
        early = rng.binomial(final[:, -40:].astype(np.int64), complete).astype(np.float64)
        now = final.copy()
        now[:, -1] = early[:, -1]
        by_district = early[:, :-11].reshape(districts, CATEGORIES, -1).sum(axis=1)
        in_the_end = final[:, -40:-11].reshape(districts, CATEGORIES, -1).sum(axis=1)
        learnt = completeness(by_district, in_the_end)
        assert learnt is not None
        rows = np.repeat(np.arange(districts), CATEGORIES)
        late = type(learnt)(learnt.share[rows], learnt.error[rows])
        for name, given in (("allowed for", late), ("not allowed for", None)):
            seen = look(now, WEEKS - 1, DAYS, 52, Settings.of(52), complete=given)
            shares[name].append(float(np.mean(seen.p_fall <= 0.01)))
            if given is not None:
                flagged += int(choose(seen.p_rise, seen.p_fall, seen.exceedance, 0.1, SERIES).flagged.sum())
    for name, found in shares.items():
        print(f"late reports, {name}: falls at .01: {np.mean(found):.4f}")
    print(f"late reports, allowed for: flags a week {flagged / replicates:.2f}", flush=True)


def halted(replicates: int, rng: np.random.Generator) -> None:
    """Print the flags raised in a district whose feed has stopped."""
    falls = 0
    series = tuple((f"district {i // CATEGORIES}", f"category {i % CATEGORIES}") for i in range(SERIES))
    periods = tuple(f"{day.isocalendar().year}-W{day.isocalendar().week:02d}" for day in DAYS)
    for _ in range(max(replicates // 10, 1)):
        means, phi = means_and_phi(0.0, rng)
        counts = drawn(means, phi, rng)
        counts[:CATEGORIES, -1] = 0
        run = assess(Panel(series, periods, 52, counts), WEEKS - 1, Settings.of(52), known=Known())
        falls += sum(finding.flag is not None for finding in run.findings[:CATEGORIES])
    print(f"a halted feed: {falls} flags in {max(replicates // 10, 1)} weeks of a district that reports nothing")


def means_and_phi(shock: float, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Weekly means (series × weeks) and variance over mean (series)."""
    level, phi = np.exp(rng.normal(np.log(4), 1.2, SERIES)), 1 + rng.exponential(0.5, SERIES)
    amplitude, phase, slope = rng.uniform(0, 0.4, SERIES), rng.uniform(0, 1, SERIES), rng.normal(0, 0.05, SERIES)
    t = np.arange(WEEKS)
    season = amplitude[:, None] * np.cos(2 * np.pi * (t / 52.18 - phase[:, None]))
    common = rng.normal(0, shock, WEEKS) - shock**2 / 2
    return level[:, None] * np.exp(season + slope[:, None] * (t - WEEKS) / 52 + common), phi


def drawn(means: Floats, phi: Floats, rng: np.random.Generator) -> Floats:
    """Negative binomial counts."""
    excess = np.maximum(phi - 1, 1e-3)[:, None]
    return rng.negative_binomial(means / excess, 1 / (1 + excess)).astype(np.float64)


if __name__ == "__main__":
    main()
