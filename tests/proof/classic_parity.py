"""The older detectors against R's values, every row: `python -m tests.proof.classic_parity --golden FOLDER`.

FOLDER holds other_series.csv.gz and other_detectors.csv.gz, made with R 4.2.2 and surveillance 1.20.3. Printed for each
detector: cells compared, cells where only one of the two has a value, cells with another alarm, the largest relative
difference (of numbers below a thousandth the absolute one, in thousandths), the largest absolute one.
"""

from __future__ import annotations

import argparse
import csv
import gzip
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import log
from pathlib import Path

import numpy as np

from forecasting.classic import Chart, cusum, ears, expected_nb, farrington_1996, glr, lr_cusum
from forecasting.quasi_poisson import Floats

SMALL = 1e-3


@dataclass(frozen=True, slots=True)
class Values:
    """Of one series under one detector: 1-based weeks, R's bound or statistic, R's alarm (NaN: NA)."""

    weeks: Sequence[int]
    level: Floats
    alarm: Floats


def _glr(
    counts: Floats, start: int, alpha: float | None, trend: bool = False, window: int | None = None, down: bool = False
) -> Chart:
    means, alpha = expected_nb(counts, start, alpha, trend=trend)
    return glr(counts[start:], means, alpha, window=window, direction="fall" if down else "rise")


def _lr(counts: Floats, start: int) -> Chart:
    means, alpha = expected_nb(counts, start, 0.2)
    return lr_cusum(counts[start:], means, alpha, log(1.5), threshold=4.0)


FROM_START: Mapping[str, Callable[[Floats, int], Chart]] = {
    "cusum_standard": partial(cusum, transform="standard"),
    "cusum_rossi": partial(cusum, transform="rossi"),
    "cusum_anscombe": partial(cusum, transform="anscombe"),
    "cusum_pearsonNegBin": partial(cusum, transform="pearsonNegBin"),
    "glrnb_int": partial(_glr, alpha=None, trend=True),
    "glrnb_int_alpha02": partial(_glr, alpha=0.2, window=52),
    "glrnb_dec_alpha02": partial(_glr, alpha=0.2, window=52, down=True),
    "lrnb_theta": _lr,
}
AT_POSITIONS: Mapping[str, Callable[[Floats, Sequence[int]], Chart]] = {
    "farrington_b4": partial(farrington_1996, years=4),
    "farrington_b4_norew": partial(farrington_1996, years=4, reweight=False, alpha=0.05, exponent=1 / 2, limit=(0, 4)),
    "ears_C1": partial(ears, kind="C1"),
    "ears_C2": partial(ears, kind="C2"),
    "ears_C3": partial(ears, kind="C3"),
    "ears_C1_base14_minsig1": partial(ears, kind="C1", baseline=14, alpha=0.01, least_deviation=1.0),
}


def run(detector: str, counts: Floats, weeks: Sequence[int]) -> tuple[Floats, Floats]:
    """Level (bound or statistic) and alarm (NaN where there is no level), as R's run of that name."""
    if detector in AT_POSITIONS:
        chart = AT_POSITIONS[detector](counts, [week - 1 for week in weeks])
    else:
        chart = FROM_START[detector](counts[: weeks[-1]], weeks[0] - 1)
    level = chart.upper if not np.isnan(chart.upper).all() else chart.statistic
    return level, np.where(np.isnan(level), np.nan, chart.alarm.astype(np.float64))


def read(series: Path, values: Path) -> tuple[dict[str, Floats], dict[tuple[str, str], Values]]:
    """Counts by series, and R's values by detector and series."""
    counts: dict[str, list[float]] = defaultdict(list)
    with gzip.open(series, "rt") as file:
        for row in csv.DictReader(file):
            counts[row["series"]].append(_number(row["y"]))
    found: dict[tuple[str, str], list[tuple[int, float, float]]] = defaultdict(list)
    with gzip.open(values, "rt") as file:
        for row in csv.DictReader(file):
            numbers = int(row["week"]), _number(row["upperbound"]), _number(row["alarm"])
            found[row["detector"], row["series"]].append(numbers)
    table = {key: Values([r[0] for r in rows], *np.array(rows).T[1:]) for key, rows in found.items()}
    return {name: np.array(numbers) for name, numbers in counts.items()}, table


def _number(text: str) -> float:
    return float("nan") if text in ("", "NA") else float(text)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--golden", type=Path, required=True)
    folder = parser.parse_args().golden
    counts, table = read(folder / "other_series.csv.gz", folder / "other_detectors.csv.gz")
    print(f"{'detector':24}{'cells':>7}{'missing':>9}{'alarms':>8}{'relative':>11}{'absolute':>11}")
    for detector in dict.fromkeys(key[0] for key in table):
        cells = missing = alarms = 0
        relative = absolute = 0.0
        for (name, series), r in table.items():
            if name != detector:
                continue
            level, alarm = run(detector, counts[series], r.weeks)
            both = ~np.isnan(level) & ~np.isnan(r.level)
            cells += level.size
            missing += int((np.isnan(level) != np.isnan(r.level)).sum())
            alarms += int((~np.isclose(alarm, r.alarm, equal_nan=True)).sum())
            apart = np.abs(level - r.level)[both]
            absolute = max(absolute, apart.max())
            relative = max(relative, (apart / np.maximum(np.abs(r.level[both]), SMALL)).max())
        print(f"{detector:24}{cells:7}{missing:9}{alarms:8}{relative:11.1e}{absolute:11.1e}")


if __name__ == "__main__":
    main()
