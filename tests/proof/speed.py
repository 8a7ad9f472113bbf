"""How quick the detector is: python -m tests.proof.speed [--golden FOLDER].

Reference mode: flex_nb of 184 weekly series at 49 weeks, all at once, beside the same cells one at a time with
statsmodels (a sample of them, in the same run, blocks of both alternating). FOLDER holds sim_series.csv.gz, the series
that R's values are known for; without it series are drawn as they were. Product mode: one week of 1,000 to 100,000
series, and of 76,560 (290 registers of 22 districts and 12 categories), with the memory it takes.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import resource
import statistics
import time
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from forecasting.batch import detect_all
from forecasting.farrington import Settings as Reference
from forecasting.farrington import detect
from forecasting.many import choose
from forecasting.product import Settings, look
from tests.proof.simulated import LATEST, WEEKS, scenarios, simulate

Floats = NDArray[np.float64]

BLOCKS, ONE_AT_A_TIME = 5, 150
NATIONAL = 290 * 22 * 12
SIZES = (1_000, 10_000, NATIONAL, 100_000)
HISTORY = 391


def main() -> None:
    """Both modes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--golden", type=Path)
    given = parser.parse_args()
    reference(golden(given.golden) if given.golden else drawn())
    for size in SIZES:
        product(size)


def reference(counts: Floats) -> None:
    """Print series-weeks a second of both, and the ratio: the median over blocks."""
    weeks, settings = list(range(LATEST, WEEKS)), Reference.weekly()
    rng = np.random.default_rng(1)
    detect_all(counts[:70], weeks[:2], 52, settings)  # compiles, or reads what was compiled
    detect(counts[0], weeks[0], 52, settings)
    quick, slow = [], []
    for _ in range(BLOCKS):
        begun = time.perf_counter()
        cells = detect_all(counts, weeks, 52, settings)
        quick.append(counts.shape[0] * len(weeks) / (time.perf_counter() - begun))
        sample = [(int(rng.integers(len(counts))), int(rng.integers(len(weeks)))) for _ in range(ONE_AT_A_TIME)]
        begun = time.perf_counter()
        ones = [detect(counts[s], weeks[k], 52, settings) for s, k in sample]
        slow.append(ONE_AT_A_TIME / (time.perf_counter() - begun))
        assert [bool(cells.alarm[at]) for at in sample] == [one.alarm for one in ones]
    ratio = statistics.median(one / other for one, other in zip(quick, slow, strict=True))
    print(
        f"reference flex_nb, {counts.shape[0]} series × {len(weeks)} weeks: {statistics.median(quick):,.0f} "
        f"series-weeks a second; one at a time with statsmodels {statistics.median(slow):,.0f}; {ratio:,.0f} ×",
        flush=True,
    )


def product(series: int) -> None:
    """Print the seconds of one week, and the memory of the process at its largest."""
    rng = np.random.default_rng(series)
    means = np.exp(rng.normal(0.5, 1.2, series))[:, None].astype(np.float32)
    counts = rng.poisson(means, (series, HISTORY)).astype(np.float64)
    days = [date(2014, 1, 6) + timedelta(weeks=week) for week in range(HISTORY)]
    groups = [f"{row // 264} {row % 12}" for row in range(series)]  # each register's categories are its own
    look(counts[:300], HISTORY - 1, days, 52, Settings.of(52), groups=groups[:300])
    begun = time.perf_counter()
    seen = look(counts, HISTORY - 1, days, 52, Settings.of(52), groups=groups)
    choose(seen.p_rise, seen.p_fall, seen.exceedance, 0.1, series)
    seconds = time.perf_counter() - begun
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(f"product, one week of {series:,} series: {seconds:.2f} s, at most {memory:.2f} GB of memory", flush=True)


def drawn() -> Floats:
    """Series like those that R's values are known for: four of each of 42 scenarios, and some more."""
    rng = np.random.default_rng(1)
    return np.concatenate([simulate(scenario, 4, rng).counts for scenario in scenarios()])


def golden(folder: Path) -> Floats:
    """The series themselves."""
    with gzip.open(folder / "sim_series.csv.gz", "rt") as file:
        rows = list(csv.DictReader(file))
    return np.array([[float(row[name]) for row in rows] for name in rows[0] if name != "week"])


if __name__ == "__main__":
    main()
