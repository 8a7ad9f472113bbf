"""Our forecasts against those of other packages: real cities, rolling origins, the same series in the same run.

python -m tests.proof.forecasts [--data FOLDER] [--rivals PYTHON] [--keep FOLDER] [--panel NAME] [--models NAMES]
[--sums]

FOLDER holds edmonton_neighbourhood_month.csv.gz, london_borough_month.csv.gz and nyc_precinct_week.csv.gz
(district, period, category, count). PYTHON is an interpreter that has statsforecast; without one only our own
figures are printed. What the rivals forecast is kept in the folder of --keep, so that a run can be taken up.

Series have 0.1 events a period or more in the three years before the first origin. Monthly, only districts of
an odd checksum are scored, since the others were looked at while the method was made, and of these a random
sample; weekly, all districts are scored, at origins later than any looked at. AutoARIMA gets fewer series.
Scores are CRPS over in-sample seasonal-naive error. A rival's quantiles are scored as issued, and rounded to
whole numbers, which none of them does and which helps all of them where counts are small. cov95 and over97.5
count whole numbers within the interval and over it, which for rare events is more than 95 % and less than
2.5 % by nature; “exact”, ours only, counts the stretch of probability of each number (forecasting/score.py).
p: Diebold & Mariano's test, interval: bootstrap, both with whole districts as what is independent.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import subprocess
import time
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from forecasting import gamma_poisson, score
from forecasting.gamma_poisson import Floats
from forecasting.hierarchy import add_up
from forecasting.outlook import LEVELS, Frequency, forecast

HORIZON, AT_ONCE, EVERY = 12, 5, 6
MODELS = ("naive", "theta", "theta-sqrt", "ets", "ets-sqrt", "arima", "arima-sqrt")
RIVAL = Path(__file__).parents[1] / "rivals" / "statsforecast_rival.py"


@dataclass(frozen=True, slots=True)
class City:
    """A panel, where it is scored (numbers of periods known), and how many series the rivals get."""

    file: str
    freq: Frequency
    origins: tuple[int, ...]
    halved: bool
    sample: int
    slow_sample: int


CITIES = {
    "edmonton": City("edmonton_neighbourhood_month.csv.gz", 12, (82, 88, 94, 100, 106), True, 200, 20),
    "london": City("london_borough_month.csv.gz", 12, (81, 87, 93, 99, 105), True, 120, 20),
    "new-york": City("nyc_precinct_week.csv.gz", 52, tuple(range(536, 719, 26)), False, 999, 2),
}
MADE_UP = {
    "made-up-months": City("", 12, (82, 94), False, 24, 4),
    "made-up-weeks": City("", 52, (312,), False, 12, 1),
}


@dataclass(frozen=True, eq=False)
class Sample:
    """Series of a city (rows into its counts) to be scored at origins, with what came (N × O × H) and the scale."""

    city: City
    counts: Floats
    series: tuple[tuple[str, str], ...]
    days: tuple[date, ...]
    rows: NDArray[np.int64]
    origins: tuple[int, ...]

    @property
    def came(self) -> Floats:
        return np.stack([self.counts[self.rows, origin : origin + HORIZON] for origin in self.origins], axis=1)

    @property
    def scale(self) -> Floats:
        known = [score.naive_error(self.counts[self.rows, :origin], self.city.freq) for origin in self.origins]
        return np.stack(known, axis=1)[..., None]

    @property
    def districts(self) -> list[str]:
        return [self.series[row][0] for row in self.rows]

    def slow(self) -> Sample:
        """For AutoARIMA, which takes a second and more a fit: every sixth series, weekly at one origin only."""
        rows = self.rows[::EVERY][: self.city.slow_sample]
        return replace(self, rows=rows, origins=self.origins if self.city.freq == 12 else self.origins[:1])


@dataclass(frozen=True, eq=False)
class Scored:
    """Of one model on one sample: scaled CRPS by series (N), interval figures, milliseconds a series and origin."""

    by_series: Floats
    covered: float
    over: float
    milliseconds: float


def main() -> None:
    asked = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    asked.add_argument("--data", type=Path, help="without it made-up cities are forecast, AutoARIMA left out")
    asked.add_argument("--rivals", help="an interpreter that has statsforecast")
    asked.add_argument("--keep", type=Path, default=Path("forecasts.kept"))
    asked.add_argument("--panel", choices=sorted(CITIES | MADE_UP), action="append")
    asked.add_argument("--sums", action="store_true", help="districts added up against sums forecast directly, instead")
    asked.add_argument("--models", default=",".join(MODELS))
    given = asked.parse_args()
    for name in given.panel or (CITIES if given.data else MADE_UP):
        sample = _sample(given.data, CITIES[name]) if given.data else _made_up(MADE_UP[name])
        if given.sums:
            print(f"\n{name}: the sum of its parts' forecasts, and a forecast of the sum itself")
            for line in _sums(sample):
                print(line, flush=True)
            continue
        models = given.models.split(",") if given.rivals else []
        if not given.data:
            models = [model for model in models if not model.startswith("arima")]
        for line in _table(name, sample, models, given.rivals, given.keep):
            print(line, flush=True)


def _sample(folder: Path, city: City) -> Sample:
    with gzip.open(folder / city.file, "rt") as file:
        read = [(row["district"], row["category"], row["period"], float(row["count"])) for row in csv.DictReader(file)]
    series = sorted({row[:2] for row in read})
    periods = sorted({row[2] for row in read})
    row_of, column_of = ({each: i for i, each in enumerate(keys)} for keys in (series, periods))
    counts = np.full((len(series), len(periods)), np.nan)
    for district, category, period, count in read:
        counts[row_of[district, category], column_of[period]] = count
    first = city.origins[0]
    chosen = counts[:, first - 3 * city.freq : first].mean(axis=1) >= 0.1
    if city.halved:
        chosen &= np.array([zlib.crc32(district.encode()) % 2 == 1 for district, _ in series])
    rows = np.random.default_rng(20).permutation(np.flatnonzero(chosen))[: city.sample]
    return Sample(city, counts, tuple(series), tuple(map(_first_day, periods)), np.sort(rows), city.origins)


def _made_up(city: City) -> Sample:
    """Twelve districts and four categories: levels that wander, a season and a course of the whole city in common."""
    rng, periods = np.random.default_rng(20), city.origins[-1] + HORIZON
    series = tuple((f"district {i:02d}", f"category {k}") for i in range(12) for k in range(4))
    t, a_year = np.arange(periods), city.freq
    path = np.cumsum(rng.normal(0, 0.15 / np.sqrt(a_year), (4, periods)), axis=1)
    season = rng.uniform(0.1, 0.4, 4)[:, None] * np.cos(2 * np.pi * (t / a_year - rng.uniform(0, 1, 4)[:, None]))
    own = np.cumsum(rng.normal(0, 0.2 / np.sqrt(a_year), (48, periods)), axis=1)
    level = rng.normal(1.5 if a_year == 12 else 0.3, 1, 48)
    means = np.exp(level[:, None] + own + np.tile(path + season, (12, 1)))
    counts = rng.negative_binomial(means / 0.4, 1 / 1.4).astype(np.float64)
    first = date(2013, 1, 7)
    days = [
        first + timedelta(weeks=int(i)) if a_year == 52 else date(2013 + i // 12, i % 12 + 1, 1) for i in range(periods)
    ]
    rows = np.sort(rng.permutation(48)[: city.sample])
    return Sample(city, counts, series, tuple(days), rows, city.origins)


def _first_day(period: str) -> date:
    if "W" in period:
        return date.fromisocalendar(int(period[:4]), int(period[6:]), 1)
    return date.fromisoformat(f"{period}-01")


def _table(name: str, sample: Sample, models: Sequence[str], python: str | None, keep: Path) -> Iterator[str]:
    ours, within, over = _ours(sample)
    usual = sample.counts[sample.rows].mean(axis=1)
    yield (
        f"\n{name}: {len(sample.rows)} of {len(sample.series)} series, origins {sample.origins}, "
        f"events a period {usual.min():.2f} to {usual.max():.0f} (median {np.median(usual):.2f})"
    )
    yield f"{'':12}{'series':>7}{'CRPS':>8}{'cov95':>7}{'over97.5':>9}{'ms':>8}   ours better by (95 % interval, p)"
    yield _row("ours", ours, "") + f"   exact: cov95 {within:.3f}, over97.5 {over:.4f}"
    slow = sample.slow()
    for model in models:
        part = slow if model.startswith("arima") else sample
        issued, whole = _theirs(part, model, python or "", keep, name)
        same = ours if part is sample else _ours(part)[0]
        yield _row(model, issued, _difference(same, issued, part))
        yield _row("  rounded", whole, _difference(same, whole, part))


def _row(name: str, scored: Scored, rest: str) -> str:
    mean, number = np.nanmean(scored.by_series), int((~np.isnan(scored.by_series)).sum())
    figures = f"{mean:8.4f}{scored.covered:7.3f}{scored.over:9.4f}{scored.milliseconds:8.1f}"
    return f"{name:12}{number:7}{figures}   {rest}"


def _difference(ours: Scored, theirs: Scored, sample: Sample) -> str:
    found = score.compare(ours.by_series, theirs.by_series, sample.districts, np.random.default_rng(1))
    interval = f"{100 * found.low:.1f} to {100 * found.high:.1f}"
    return f"{100 * found.better_by:.1f} % ({interval}, p {found.p:.1g}); ours {np.nanmean(ours.by_series):.4f}"


def _ours(sample: Sample) -> tuple[Scored, float, float]:
    """The whole panel is forecast, since series learn from each other; only the sample is scored."""
    parents = [category for _, category in sample.series]
    issued, stretches, seconds = [], [], 0.0
    for origin in sample.origins:
        begun = time.process_time()
        known, days = sample.counts[:, :origin], sample.days[:origin]
        outlook = forecast(known, sample.city.freq, HORIZON, parents, days)
        seconds += time.process_time() - begun
        issued.append(outlook.quantiles[sample.rows])
        moments = outlook.mean[sample.rows], outlook.variance[sample.rows]
        stretches.append(gamma_poisson.below_and_at(sample.counts[sample.rows, origin : origin + HORIZON], *moments))
    below, at = (np.stack(each) for each in zip(*stretches, strict=True))
    _, within, over = score.calibration(below, at)
    taken = seconds / len(sample.series) / len(sample.origins)
    return _scored(sample, np.stack(issued, axis=1), taken), within, over


def _theirs(sample: Sample, model: str, python: str, keep: Path, name: str) -> tuple[Scored, Scored]:
    """As issued, and as whole numbers; asked for a few series at a time, so that a run can be taken up."""
    keep.mkdir(parents=True, exist_ok=True)
    issued, seconds = [], 0.0
    for start in range(0, len(sample.rows), AT_ONCE):
        rows = sample.rows[start : start + AT_ONCE]
        stem = f"{name}_{model}_{zlib.crc32(repr((rows.tolist(), sample.origins)).encode()):08x}"
        kept, asked = keep / f"{stem}.npz", keep / f"{stem}.asked.npz"
        if not kept.exists():
            counts, freq = sample.counts[rows], sample.city.freq
            np.savez_compressed(
                asked, counts=counts, origins=sample.origins, freq=freq, horizons=HORIZON, levels=LEVELS
            )
            subprocess.run([python, RIVAL, asked, kept, model], check=True)
        found = np.load(kept)
        issued.append(found["quantiles"])
        seconds += float(found["seconds"])
    taken = seconds / len(sample.rows) / len(sample.origins)
    quantiles = np.concatenate(issued)
    return _scored(sample, quantiles, taken), _scored(sample, np.round(quantiles), taken)


def _sums(sample: Sample) -> Iterator[str]:
    """Whole districts, areas (an eighth of the districts) by category, categories, the city."""
    districts, categories = (np.array(each) for each in zip(*sample.series, strict=True))
    areas = np.array([f"{category} {zlib.crc32(district.encode()) % 8}" for district, category in sample.series])
    whole = np.full(len(districts), "city")
    for name, labels in (("district", districts), ("area", areas), ("category", categories), ("city", whole)):
        parts = {str(label): np.flatnonzero(labels == label).tolist() for label in np.unique(labels)}
        totals = np.array([sample.counts[rows].sum(axis=0) for rows in parts.values()])
        before = totals[:, sample.origins[0] - 3 * sample.city.freq : sample.origins[0]]
        kept = np.flatnonzero(before.mean(axis=1) >= 0.1)
        parents = [categories[rows[0]] if name == "area" else "" for rows in parts.values()]
        figures = [_added(sample, totals, origin, parts, parents, kept) for origin in sample.origins]
        added, direct, within, direct_within = np.mean(figures, axis=0)
        errors, held = f"CRPS {added:.4f} (direct {direct:.4f})", f"cov95 {within:.3f} ({direct_within:.3f})"
        yield f"{name:9}{len(kept):5} sums: {errors}, {held}"


def _added(
    sample: Sample,
    totals: Floats,
    origin: int,
    parts: dict[str, list[int]],
    parents: list[str],
    kept: NDArray[np.int64],
) -> tuple[float, ...]:
    freq, days = sample.city.freq, sample.days[:origin]
    outlook = forecast(sample.counts[:, :origin], freq, HORIZON, [category for _, category in sample.series], days)
    scale = score.naive_error(totals[:, :origin], freq)[kept, None]
    came = totals[kept, origin : origin + HORIZON]
    ways = (add_up(outlook, parts), forecast(totals[:, :origin], freq, HORIZON, parents, days))
    errors = [float(np.nanmean(score.crps(way.quantiles[kept], LEVELS, came) / scale)) for way in ways]
    held = [score.calibration(*gamma_poisson.below_and_at(came, way.mean[kept], way.variance[kept])) for way in ways]
    return (*errors, *(within for _, within, _ in held))


def _scored(sample: Sample, quantiles: Floats, seconds: float) -> Scored:
    came = sample.came
    low, high = (quantiles[..., LEVELS.index(level)] for level in (0.025, 0.975))
    scaled = score.crps(quantiles, LEVELS, came) / sample.scale
    inside = (came >= low) & (came <= high)
    return Scored(scaled.mean(axis=(1, 2)), float(inside.mean()), float((came > high).mean()), 1000 * seconds)


if __name__ == "__main__":
    main()
