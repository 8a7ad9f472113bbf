"""Surges planted into real series, and flags to be looked at: python -m tests.proof.surges --data FOLDER [--show].

FOLDER holds edmonton_neighbourhood_month.csv.gz and nyc_precinct_week.csv.gz (district, period, category, count).
A surge multiplies what a district is usually like by 1.5, 2 or 3 for 4, 8 or 13 weeks (1, 2 or 3 months), in three
series of a hundred at a time. Every method flags as many of the untouched series in a period (half of one per cent):
flex_nb by its p, the product by its p, and by p and slow change together, half of the flags each. --show prints
twenty of the product's flags with what followed.
"""

from __future__ import annotations

import argparse
import csv
import gzip
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from forecasting.batch import detect_all
from forecasting.farrington import Frequency
from forecasting.farrington import Settings as Reference
from forecasting.lasting import lasting
from forecasting.panel import Panel, assess, sentence
from forecasting.product import Settings, look

Floats = NDArray[np.float64]

CITIES: dict[str, tuple[str, Frequency]] = {
    "edmonton": ("edmonton_neighbourhood_month.csv.gz", 12),
    "new-york": ("nyc_precinct_week.csv.gz", 52),
}
FACTORS, WEEKS = (1.5, 2.0, 3.0), (4, 8, 13)
LEAST_MEAN, FLAGGED, PLANTED = 1.0, 0.005, 0.03


@dataclass(frozen=True, slots=True)
class Scores:
    """How surprising every series is at a period (S,), larger is more: by each method."""

    reference: Floats
    sudden: Floats
    slow: Floats


def main() -> None:
    """Both cities."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--surges", type=int, default=120, help="so many at least, in each city")
    parser.add_argument("--show", action="store_true")
    given = parser.parse_args()
    for name, (file, freq) in CITIES.items():
        panel = read(given.data / file, freq)
        print(
            f"{name}: {len(panel.series)} series, {np.nanmean(panel.counts, axis=1).min():.1f} events or more",
            flush=True,
        )
        if given.show:
            show(panel)
        else:
            at_once = max(int(PLANTED * len(panel.series)), 6)
            plant(panel, -(-given.surges // at_once), np.random.default_rng(2026))


def read(path: Path, freq: Frequency) -> Panel:
    """The series that have events enough."""
    with gzip.open(path, "rt") as file:
        rows = list(csv.DictReader(file))
    series = sorted({(row["district"], row["category"]) for row in rows})
    periods = sorted({row["period"] for row in rows})
    row_of, column_of = {s: i for i, s in enumerate(series)}, {p: i for i, p in enumerate(periods)}
    counts = np.full((len(series), len(periods)), np.nan)
    for row in rows:
        counts[row_of[row["district"], row["category"]], column_of[row["period"]]] = float(row["count"])
    least = LEAST_MEAN if freq == 12 else LEAST_MEAN / 5
    keep = np.nanmean(counts, axis=1) >= least
    return Panel(tuple(s for s, kept in zip(series, keep, strict=True) if kept), tuple(periods), freq, counts[keep])


def plant(panel: Panel, replicates: int, rng: np.random.Generator) -> None:
    """Print the share found and the median delay for each factor and length."""
    last = panel.counts.shape[1] - 1
    first = int(0.75 * last)
    starts = [int(k) for k in np.linspace(first, last - 13, replicates)]
    limits = _limits(panel, range(first, last + 1))
    for weeks in WEEKS:
        length = weeks if panel.freq == 52 else max(round(weeks / 4.35), 1)
        for factor in FACTORS:
            _surge(panel, starts, length, factor, limits, rng)


def _limits(panel: Panel, periods: Iterable[int]) -> dict[str, float]:
    """What half a per cent of all series exceed in all periods in which surges are planted, before any is."""
    quiet = [_scores(panel, panel.counts, k) for k in periods]
    limits = {
        name: float(np.quantile(np.concatenate([getattr(each, name) for each in quiet]), 1 - share))
        for name, share in (("reference", FLAGGED), ("sudden", FLAGGED))
    }
    for name in ("sudden", "slow"):
        every = np.concatenate([getattr(each, name) for each in quiet])
        limits[f"{name} of both"] = float(np.quantile(every, 1 - FLAGGED / 2))
    return limits


def _surge(
    panel: Panel, starts: list[int], length: int, factor: float, limits: dict[str, float], rng: np.random.Generator
) -> None:
    delays: dict[str, list[float]] = {"flex_nb": [], "product p": [], "product p + slow": []}
    for start in starts:
        chosen = rng.choice(len(panel.series), max(int(PLANTED * len(panel.series)), 6), replace=False)
        counts = panel.counts.copy()
        usual = np.nanmean(counts[chosen, start - panel.freq : start], axis=1)
        counts[chosen, start : start + length] += rng.poisson((factor - 1) * usual[:, None], (chosen.size, length))
        found: dict[str, Floats] = {name: np.full(chosen.size, np.inf) for name in delays}
        for k in range(start, start + length):
            scores = _scores(panel, counts, k)
            hits = {
                "flex_nb": scores.reference > limits["reference"],
                "product p": scores.sudden > limits["sudden"],
                "product p + slow": (scores.sudden > limits["sudden of both"]) | (scores.slow > limits["slow of both"]),
            }
            for name, hit in hits.items():
                found[name] = np.where(np.isinf(found[name]) & hit[chosen], k - start + 1, found[name])
        for name, each in found.items():
            delays[name].extend(each)
    unit = "week" if panel.freq == 52 else "month"
    told = []
    for name, every in delays.items():
        array = np.array(every)
        hit = np.isfinite(array)
        delay = f"{np.median(array[hit]):.0f}" if hit.any() else "–"
        told.append(f"{name} {hit.mean():.3f} (found in {unit} {delay})")
    print(f"  ×{factor} for {length} {unit}s, {len(array)} surges: " + "   ".join(told), flush=True)


def _scores(panel: Panel, counts: Floats, k: int) -> Scores:
    plain = Reference.weekly() if panel.freq == 52 else Reference.monthly()
    dates = panel.first_days if panel.freq == 52 else None
    cells = detect_all(counts, [k], panel.freq, plain, dates=dates)
    settings, groups = Settings.of(panel.freq), [category for _, category in panel.series]
    seen = look(counts, k, panel.first_days, panel.freq, settings, groups=groups)
    slow = lasting(counts, k, panel.first_days, panel.freq, settings, 1000.0, groups=groups)
    usable = cells.enough[:, 0] & ~np.isnan(cells.p[:, 0])
    return Scores(
        reference=np.where(usable, -np.log(np.maximum(np.nan_to_num(cells.p[:, 0], nan=1.0), 1e-300)), 0.0),
        sudden=-np.log(np.maximum(np.nan_to_num(seen.p_rise, nan=1.0), 1e-300)),
        slow=np.where(slow.direction > 0, np.nan_to_num(slow.statistic / slow.threshold), 0.0),
    )


def show(panel: Panel) -> None:
    """Twenty flags, most surprising first, from periods spread over the last third, and what came before and after."""
    last = panel.counts.shape[1] - 1
    row_of = {series: row for row, series in enumerate(panel.series)}
    told: set[tuple[str, str]] = set()
    for k in np.linspace(int(0.6 * last), last - 3, 24 if panel.freq == 12 else 60):
        for series, text in _flagged(panel, int(k), row_of):
            if series not in told:
                print(f"  {text}", flush=True)
                told.add(series)
            if len(told) == 20:
                return


def _flagged(panel: Panel, k: int, row_of: dict[tuple[str, str], int]) -> Iterator[tuple[tuple[str, str], str]]:
    run = assess(panel, k, Settings.of(panel.freq))
    flagged = [finding for finding in run.findings if finding.flag is not None]
    sudden = [finding for finding in flagged if finding.flag in ("rise", "fall")][:1]
    for finding in sudden + [finding for finding in flagged if finding not in sudden][:1]:
        row = row_of[finding.district, finding.category]
        around = panel.counts[row, max(k - 14, 0) : k + 4].astype(int).tolist()
        text = f"[{finding.flag}] {sentence(finding, 'en')}\n      last fifteen periods and the next three: {around}"
        yield (finding.district, finding.category), text


if __name__ == "__main__":
    main()
