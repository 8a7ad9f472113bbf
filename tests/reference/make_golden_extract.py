"""Make the extract of R's values that the tests compare with: `python make_golden_extract.py FOLDER`.

FOLDER holds what R 4.2.2 with surveillance 1.20.3 (farringtonFlexible) gave on made-up series: `sim_*` (simulated
after Noufaily et al. 2013), `edge_*` (degenerate series) and `blocks.csv.gz`. The extract keeps some weeks of some
series under every setting, and the baselines whole. Written beside this file; the same input gives the same bytes.
"""

from __future__ import annotations

import csv
import gzip
import io
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

HERE = Path(__file__).parent
Row = Mapping[str, str]

SIMULATED = {f"p_sc{number}_r1" for number in ("001", "007", "014", "020", "026", "033", "040", "101", "103", "104")}
EVERY = {"sim": 7, "edge": 5}  # weeks kept
ALWAYS = {616, 618, 620, 624}  # of edge: a mean at the floor of floating point; a trend of exactly nil
ASKED = ("series", "setting", "week", "upperbound", "alarm", "score", "pvalue", "phi", "mu0", "expected", "trend_coef")


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a csv file, compressed or not; NA is read as empty."""
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as file:
        return [{k: "" if v == "NA" else v for k, v in row.items()} for row in csv.DictReader(file)]


def write(name: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A compressed csv file beside this one, without the time in it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    (HERE / name).write_bytes(gzip.compress(text.getvalue().encode(), mtime=0))


def golden(folder: Path) -> list[Row]:
    """R's values: simulated series under every setting, with population runs, and all edge series."""
    sim = [row for row in read(folder / "sim_farringtonFlexible.csv.gz") if int(row["week"]) % EVERY["sim"] == 0]
    kept: list[Row] = [row for row in sim if row["series"] in SIMULATED or "_pop" in row["setting"]]
    edge = read(folder / "edge_farringtonFlexible.csv.gz")
    return kept + [row for row in edge if int(row["week"]) % EVERY["edge"] == 0 or int(row["week"]) in ALWAYS]


def counts(folder: Path, wanted: set[str]) -> Iterator[tuple[str, str, str]]:
    """Series, date (empty: none) and count, in time order; the populations are series as well."""
    for name in ("sim_series.csv.gz", "edge_series.csv.gz", "sim_population.csv"):
        rows = read(folder / name)
        for series in rows[0]:
            if series in wanted or series.startswith("pop"):
                yield from ((series, "", row[series]) for row in rows)
    for row in read(folder / "edge_dates_series.csv"):
        yield row["series"], row["date"], row["y"]


def main(folder: Path) -> None:
    """Write the three files."""
    values = golden(folder)
    write("farrington.csv.gz", ASKED, ([row[c] for c in ASKED] for row in values))
    write("series.csv.gz", ("series", "date", "count"), counts(folder, {row["series"] for row in values}))
    blocks = read(folder / "blocks.csv.gz")
    write("blocks.csv.gz", tuple(blocks[0]), ([*row.values()] for row in blocks))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
