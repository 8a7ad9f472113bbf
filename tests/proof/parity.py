"""Every value of R's farringtonFlexible against the batched detector: python -m tests.proof.parity FOLDER.

FOLDER holds series and R's values for them (sim_*, shipped_*, edge_*.csv). Prints for each set the cells
compared, the mismatches of alarm, missing and trend, and the largest relative difference of a bound.
"""

from __future__ import annotations

import csv
import gzip
import math
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from forecasting import baseline
from forecasting.batch import Cells, detect_all
from forecasting.farrington import Frequency, Settings
from tests.test_farrington import ROUNDING, settings_of

Floats = NDArray[np.float64]
Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Series:
    """counts, population (T), dates or None, and how many periods a year has."""

    counts: Floats
    freq: Frequency
    dates: tuple[date, ...] | None
    population: Floats


@dataclass(slots=True)
class Tally:
    """What was compared and what was not equal. known: the cells where rounding decides whether a trend is nil."""

    cells: int = 0
    alarms: int = 0
    missing: int = 0
    trends: int = 0
    nil_trends: int = 0
    bound: float = 0.0
    known: float = 0.0


def main(folder: Path) -> None:
    """Compare everything in the folder."""
    totals = 0
    for name in ("sim", "shipped", "edge"):
        tally = compare(folder, name)
        totals += tally.cells
        print(
            f"{name:8} cells {tally.cells:6}  alarm {tally.alarms}  missing {tally.missing}  trend {tally.trends} "
            f"(nil trends {tally.nil_trends})  bound {tally.bound:.1e}  known cell {tally.known:.1e}"
        )
    print(f"blocks   {blocks(folder)}")
    print(f"in all {totals} cells")


def compare(folder: Path, name: str) -> Tally:
    """One set: a run of the detector for each setting and length, all its series and weeks at once."""
    series, rows = _series(folder, name), _read(folder / f"{name}_farringtonFlexible.csv.gz")
    groups: dict[tuple[str, str, int, int], list[Row]] = defaultdict(list)
    for row in rows:
        one = series[_key(row, name)]
        calendar = row["series"] if one.dates else ""
        groups[row["setting"], calendar, one.counts.size, one.freq].append(row)
    tally = Tally()
    for (setting, *_), some in groups.items():
        _compare_group(setting, some, [series[_key(row, name)] for row in some], tally, folder)
    return tally


def blocks(folder: Path) -> str:
    """The season levels of the baseline."""
    groups: dict[tuple[str, ...], list[tuple[int, int]]] = defaultdict(list)
    for row in _read(folder / "blocks.csv.gz"):
        key = tuple(row[column] for column in ("k", "b", "w", "noPeriods", "freq", "pastWeeksNotIncluded"))
        groups[key].append((int(row["index"]), int(row["level"])))
    right = 0
    for (k, b, w, periods, freq, excluded), expected in groups.items():
        points = baseline.reference_points(int(k) - 1, int(b), 52 if freq == "52" else 12, None)
        found = baseline.blocks(points, int(w), int(periods), int(excluded))
        right += [(i + 1, level) for i, level in zip(found.weeks, found.levels, strict=True)] == expected
    return f"{right} of {len(groups)} baselines equal, {sum(map(len, groups.values()))} weeks"


def _compare_group(setting: str, rows: Sequence[Row], series: Sequence[Series], tally: Tally, folder: Path) -> None:
    names = list(dict.fromkeys(row["series"] for row in rows))
    by_name = {row["series"]: one for row, one in zip(rows, series, strict=True)}
    weeks = sorted({int(row["week"]) - 1 for row in rows})
    first = by_name[names[0]]
    counts = np.stack([by_name[name].counts for name in names])
    cells = detect_all(
        counts, weeks, first.freq, _settings(setting, names[0], first.freq),
        population=_population(setting, [by_name[name] for name in names], folder), dates=first.dates,
    )  # fmt: skip
    place_s = {name: i for i, name in enumerate(names)}
    place_k = {week: i for i, week in enumerate(weeks)}
    for row in rows:
        _compare_cell(row, cells, (place_s[row["series"]], place_k[int(row["week"]) - 1]), tally)


def _compare_cell(row: Row, cells: Cells, at: tuple[int, int], tally: Tally) -> None:
    theirs, ours = row["upperbound"], cells.upper[at]
    if row["setting"].startswith("flex_muan") and float(row["mu0"] or 0) > 1e5:
        return
    tally.cells += 1
    tally.alarms += bool(cells.alarm[at]) != (row["alarm"] == "1")
    tally.missing += (theirs == "") != math.isnan(ours)
    trended = not math.isnan(cells.trend[at])
    if not (theirs == "" and row["mu0"] == "") and trended != (row["trend_used"] == "1"):
        nil = abs(cells.trend[at]) if trended else abs(float(row["trend_coef"] or 0))
        tally.nil_trends += nil < 1e-12
        tally.trends += nil >= 1e-12
    if theirs and not math.isnan(ours):
        apart = abs(ours - float(theirs)) / max(abs(float(theirs)), 1e-9)
        if (row["series"], row["setting"], int(row["week"])) in ROUNDING:
            tally.known = max(tally.known, apart)
        else:
            tally.bound = max(tally.bound, apart)


def _settings(setting: str, series: str, freq: Frequency) -> Settings:
    name = re.sub(r"_b\d_a05|_popoff|_pop[ABC]", "", setting)
    settings = settings_of(name)
    if found := re.search(r"_b(\d)_a05", setting):
        settings = replace(settings, years=int(found[1]), alpha=0.05)
    if freq == 12 and "_m_" not in setting:  # rotaBB and meningo.age
        one = settings.periods == 1
        rota = series.startswith("rotaBB")
        settings = replace(
            settings, half_window=1, periods=1 if one else (5 if rota else 4), excluded=3 if one or not rota else 6
        )
    return settings


def _population(setting: str, series: Sequence[Series], folder: Path) -> Floats | None:
    if setting.endswith("_popoff"):
        return np.stack([one.population for one in series])
    if found := re.search(r"_(pop[ABC])$", setting):
        return np.array([float(row[found[1]]) for row in _read(folder / "sim_population.csv")])
    return None


def _key(row: Row, name: str) -> str:
    return row["series"].removesuffix("_index") + ("#" if "_index" in row["setting"] else "")


def _series(folder: Path, name: str) -> dict[str, Series]:
    if name == "shipped":
        return _shipped(folder)
    found: dict[str, Series] = {}
    rows = list(_read(folder / f"{name}_series.csv.gz"))
    for column in rows[0]:
        if column != "week":
            counts = np.array([float(row[column] or "nan") for row in rows])
            found[column] = Series(counts, 52, None, np.ones(counts.size))
    if name == "edge":
        found |= _dated(folder)
    return found


def _dated(folder: Path) -> dict[str, Series]:
    grouped: dict[str, list[Row]] = defaultdict(list)
    for row in _read(folder / "edge_dates_series.csv"):
        grouped[row["series"]].append(row)
    found = {}
    for name, rows in grouped.items():
        counts = np.array([float(row["y"] or "nan") for row in rows])
        days = tuple(date.fromisoformat(row["date"]) for row in rows)
        freq: Frequency = 52 if (days[1] - days[0]).days == 7 else 12
        found[name] = Series(counts, freq, days, np.ones(counts.size))
        found[f"{name}#"] = replace(found[name], dates=None)
    return found


def _shipped(folder: Path) -> dict[str, Series]:
    grouped: dict[str, list[Row]] = defaultdict(list)
    for row in _read(folder / "shipped_series.csv.gz"):
        grouped[row["series"]].append(row)
    found = {}
    for name, rows in grouped.items():
        counts = np.array([float(row["observed"] or "nan") for row in rows])
        people = np.array([float(row["population"] or "1") for row in rows])
        dated = rows[0]["epochAsDate"] in ("1", "TRUE")
        days = tuple(date.fromisoformat(row["date"]) for row in rows) if dated else None
        found[name] = Series(counts, 52 if rows[0]["freq"] == "52" else 12, days, people)
    return found


def _read(path: Path) -> Iterator[Row]:
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as file:
        yield from csv.DictReader(file)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
