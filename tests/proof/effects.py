"""Whether effects are found where there are any: python -m tests.proof.effects [PART …] [--data FOLDER].

Made-up cities of known effects: a district with an action and others without, three to five years of months
before and twelve after. Districts differ in size; each has a trend of its own, a rate that wanders, and more
than Poisson noise; the city has a season, shocks and a walk in common. An effect is made by leaving out events
after the start at random. Prints how often 95 % intervals cover the truth (.93 to .97 is aimed at; its standard
error is .007 with 1,000 replicates), how often an effect is found, whether the detectable effect announced before
the start is found in 80 of 100 cases, what displacement finds where nothing moved, and the estimates for the
actions planted in the demonstration. With --data, a folder with edmonton_neighbourhood_month.csv.gz: coverage
on real counts where nothing was done.
"""

from __future__ import annotations

import argparse
import csv
import gzip
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from time import process_time

import numpy as np
from numpy.typing import NDArray

from forecasting.comparison import Contrast
from forecasting.counterfactual import counterfactual
from forecasting.districts import choose, windows
from forecasting.effect import Effect, estimate
from forecasting.interrupted import interrupted
from forecasting.placebo import Scale, judge
from forecasting.power import minimum_detectable
from service.demonstration.catalogue import CATEGORIES, DISTRICTS
from service.demonstration.incidents import Incidents, generate, week_of
from service.demonstration.life import SEED
from service.demonstration.planted import Planted, planted

Floats = NDArray[np.float64]
Prepared = list[tuple[Contrast, Scale]]  # by estimator: the district's own contrast, and the error placebos show

BEFORE, AFTER, LATEST = 60, 12, 6
EFFECTS = (0.0, -0.10, -0.20, -0.25, -0.30, -0.40, -0.50)
ESTIMATORS = ("combined", "difference", "synthetic", "interrupted", "before/after")


@dataclass(frozen=True, slots=True)
class World:
    """What districts do with nothing done: standard deviations of log rates, variance over mean of counts."""

    trend: float = 0.04  # a year
    wander: float = 0.15
    hold: float = 0.8  # of the wandering from month to month
    extra: float = 1.2
    unlike: float = 0.4  # of the districts' sizes

    def counts(self, mean: float, districts: int, rng: np.random.Generator) -> Floats:
        """Districts × months; all means a month are `mean` times a size of their own but the first."""
        months = np.arange(BEFORE + AFTER)
        size = mean * np.concatenate([[1.0], rng.lognormal(-(self.unlike**2) / 2, self.unlike, districts - 1)])
        own = rng.normal(0, self.trend, districts)[:, None] * (months - months.mean()) / 12
        own = own + self.wander * self._wandering(districts, rng)
        city = 0.2 * np.cos(2 * np.pi * months / 12) + np.cumsum(rng.normal(0, 0.03, months.size))
        rate = size[:, None] * np.exp(own + city + rng.normal(0, 0.05, months.size))
        counts = rng.negative_binomial(rate / (self.extra - 1), 1 / self.extra)
        return np.asarray(counts, dtype=np.float64)

    def _wandering(self, districts: int, rng: np.random.Generator) -> Floats:
        steps: Floats = rng.normal(size=(districts, BEFORE + AFTER))
        for month in range(1, BEFORE + AFTER):
            steps[:, month] = self.hold * steps[:, month - 1] + np.sqrt(1 - self.hold**2) * steps[:, month]
        return steps


WORLDS = {
    "Poisson, all alike but in size": World(trend=0.0, wander=0.0, extra=1.01),
    "overdispersed, no drift": World(trend=0.0, wander=0.0, extra=1.8),
    "own trends": World(trend=0.12, wander=0.05),
    "rates that wander for long": World(hold=0.95, wander=0.25),
    "rates that jump each month": World(hold=0.0, wander=0.3),
    "sizes far apart": World(unlike=1.0),
}


@dataclass(frozen=True, slots=True)
class Tally:
    """By effect (rows) and estimator (columns): the share that covers the truth, the share found as a fall."""

    covered: Floats
    found: Floats


def flagged(counts: Floats) -> int:
    """The district that stood highest of all in the latest months, against the three years before and the others."""
    latest, long_run = counts[:, BEFORE - LATEST : BEFORE].sum(axis=1), counts[:, BEFORE - 36 : BEFORE - LATEST]
    return int(np.argmax(latest / (long_run.sum(axis=1) + 1)))


def simulate(
    world: World, mean: float, comparisons: int, replicates: int, rng: np.random.Generator, *, select: bool = False
) -> Tally:
    """The product's estimate for every effect, in so many cities."""
    covered, found = (np.zeros((len(EFFECTS), len(ESTIMATORS))) for _ in range(2))
    for _ in range(replicates):
        counts = world.counts(mean, comparisons + 1, rng)
        district = flagged(counts) if select else 0
        of = _prepared(counts, district, select=select)
        for row, effect in enumerate(EFFECTS):
            fewer = rng.binomial(counts[district, BEFORE:].astype(np.int64), 1 + effect).sum()
            intervals = list(_intervals(of, counts[district], float(fewer)))
            covered[row] += [low <= effect <= high for low, high in intervals]
            found[row] += [high < 0 for _, high in intervals]
    return Tally(covered / replicates, found / replicates)


def _prepared(counts: Floats, district: int, *, select: bool) -> Prepared:
    over = windows(BEFORE, BEFORE + AFTER, AFTER)
    chosen = choose(counts, (district,), (), (), over)
    back = [each.before if select else slice(each.before.start, each.latest.stop) for each in over]
    checks = [interrupted(chosen.rows, chosen.factor, b, each.after) for b, each in zip(back, over, strict=True)]
    of = counterfactual(chosen, over)
    return [(each[0][-1:], of.scale(each)) for each in (of.combined, of.difference, of.synthetic, checks)]


def _intervals(of: Prepared, own: Floats, after: float) -> Iterator[tuple[float, float]]:
    """With so many events after; only the observed of the district's own row depends on them, but for the check."""
    for real, scale in of:
        judged = judge(Contrast(np.array([after]), real.expected, real.variance), scale)
        yield judged.lower, judged.upper
    before = own[BEFORE - 12 : BEFORE].sum()
    middle, reach = np.log((after + 0.5) / (before + 0.5)), 1.96 * np.sqrt(1 / (after + 0.5) + 1 / (before + 0.5))
    yield float(np.expm1(middle - reach)), float(np.expm1(middle + reach))


def announced(
    world: World, mean: float, comparisons: int, replicates: int, rng: np.random.Generator
) -> tuple[float, float]:
    """The median detectable fall said before the start, and how often a fall of the size said is then found."""
    falls, found = [], 0
    for _ in range(replicates):
        counts = world.counts(mean, comparisons + 1, rng)
        fall = minimum_detectable(counts[:, :BEFORE], 0, AFTER).fall
        falls.append(0.99 if fall is None else fall)
        of = _prepared(counts, 0, select=False)
        after = rng.binomial(counts[0, BEFORE:].astype(np.int64), 1 - falls[-1]).sum()
        found += next(_intervals(of, counts[0], float(after)))[1] < 0
    return float(np.median(falls)), found / replicates


def moved(world: World, mean: float, replicates: int, rng: np.random.Generator) -> tuple[float, float]:
    """With nothing done: how often a district and four neighbours are said to change, by the product and by Poisson."""
    ours = poisson = 0
    for _ in range(replicates):
        counts = world.counts(mean, 25, rng)
        result = estimate(counts, 0, BEFORE, neighbours=(1, 2, 3, 4)).displacement
        assert result is not None
        ours += not result.lower <= 0 <= result.upper
        poisson += not _poisson_covers(counts)
    return ours / replicates, poisson / replicates


def _poisson_covers(counts: Floats) -> bool:
    """The weighted displacement difference (Wheeler & Ratcliffe 2018) with the sum of the counts as its variance."""
    before, after = counts[:, BEFORE - 12 : BEFORE].sum(axis=1), counts[:, BEFORE:].sum(axis=1)
    change = (after - before)[:5].sum() - (after - before)[5:10].sum()
    return bool(abs(change) <= 1.96 * np.sqrt((before + after)[:10].sum()))


def demonstration() -> list[tuple[Planted, Effect]]:
    """The estimate for each action planted in the demonstration, as the register would ask for it."""
    incidents = generate(np.random.default_rng(SEED).spawn(2)[0], planted())
    actions = [one for one in planted() if one.action]
    return [(one, _planted(incidents, one, actions)) for one in actions]


def _planted(incidents: Incidents, one: Planted, actions: list[Planted]) -> Effect:
    counts = incidents.counts[:, :, CATEGORIES.index(one.category)].T.astype(np.float64)
    district, start = DISTRICTS.index(one.district), week_of(one.first)
    flag = False
    for rise in (each for each in planted() if each.category == one.category and not each.action):
        began, over = week_of(rise.first) - rise.ramp, week_of(rise.last) + 1
        counts[DISTRICTS.index(rise.district), began:over] = np.nan  # a divergence that was confirmed, and is over
        flag |= rise.district == one.district and began < start <= over + 26
    acted = {DISTRICTS.index(each.district) for each in actions if each.category == one.category} - {district}
    return estimate(counts, district, start, after=52, excluded=sorted(acted), flagged=flag, freq=52)


def quiet(folder: Path, replicates: int, rng: np.random.Generator, *, select: bool) -> tuple[int, Floats]:
    """Real districts with nothing done: how many could be judged, and the share of intervals with nil in them."""
    data, covered = _months(folder / "edmonton_neighbourhood_month.csv.gz"), []
    for _ in range(replicates):
        counts = data[rng.integers(len(data))]
        start = int(rng.integers(BEFORE, counts.shape[1] - AFTER))
        level = counts[:, start - 36 : start].mean(axis=1)
        least = rng.choice([1.0, 2.0, 4.0])
        alike = np.flatnonzero((level >= least) & (level < 4 * least))
        if alike.size < 25:
            continue
        part = counts[rng.choice(alike, 25, replace=False), start - BEFORE : start + AFTER]
        effect = estimate(part, flagged(part) if select else 0, BEFORE, flagged=select)
        if effect.combined:
            each = (effect.combined, effect.difference, effect.synthetic, effect.interrupted)
            covered.append([one is not None and one.lower <= 0 <= one.upper for one in each])
    return len(covered), np.mean(covered, axis=0)


def _months(file: Path) -> list[Floats]:
    """Districts × months for each category."""
    values: dict[str, dict[str, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
    with gzip.open(file, "rt") as lines:
        for row in csv.DictReader(lines):
            values[row["category"]][row["district"]][row["period"]] = float(row["count"])
    months = sorted({period for rows in values.values() for row in rows.values() for period in row})
    return [np.array([[row.get(m, np.nan) for m in months] for row in rows.values()]) for rows in values.values()]


def _print_coverage(tally: Tally, title: str) -> None:
    print(f"\n{title}: coverage / found as a fall")
    print(" effect " + "".join(f"{name:>16}" for name in ESTIMATORS))
    for effect, covered, found in zip(EFFECTS, tally.covered, tally.found, strict=True):
        cells = "".join(f"{c:>10.3f} /{f:.2f}" for c, f in zip(covered, found, strict=True))
        print(f"{effect:>7.0%} {cells}")


def _print_demonstration() -> None:
    print("\nactions planted in the demonstration: truth, estimate, 95 % interval, detectable fall, grade")
    for one, effect in demonstration():
        assert effect.combined is not None
        assert effect.expected is not None
        e, flag = effect.combined, " flagged" if effect.flagged else ""
        fall = f"{effect.detectable:.0%}" if effect.detectable else "none"
        print(
            f"{one.action:>18} {one.factor - 1:>5.0%} {e.change:>5.0%} [{e.lower:>4.0%}, {e.upper:>4.0%}] "
            f"{fall:>4} {effect.grade} expected {effect.expected:.0f}{flag}"
        )


def _print_all_coverage(replicates: int, seed: int) -> None:
    for mean, select in product((6, 30), (False, True)):
        words = "the one that stood highest of 25" if select else "a district chosen beforehand"
        tally = simulate(World(), mean, 24, replicates, np.random.default_rng([seed, mean, select]), select=select)
        _print_coverage(tally, f"mean {mean} a month, 24 comparison districts, {words}")


def _print_worlds(replicates: int, seed: int) -> None:
    print("\nother worlds, mean 15: coverage of nil and of -25% by the combined estimate, any district / the highest")
    for name, world in WORLDS.items():
        cells = []
        for select in (False, True):
            rng = np.random.default_rng([seed, list(WORLDS).index(name), select])
            covered = simulate(world, 15, 24, replicates, rng, select=select).covered[:, 0]
            cells.append(f"{covered[0]:.3f} {covered[EFFECTS.index(-0.25)]:.3f}")
        print(f"{name:>30} " + " / ".join(cells), flush=True)


def _print_power(replicates: int, seed: int) -> None:
    print("\npower of the combined estimate by number of comparison districts")
    print("   mean districts " + "".join(f"{effect:>7.0%}" for effect in EFFECTS[1:]) + "   announced: fall, found")
    for mean, comparisons in product((6, 30), (8, 24, 48)):
        rng = np.random.default_rng([seed, mean, comparisons])
        tally = simulate(World(), mean, comparisons, replicates, rng)
        fall, found = announced(World(), mean, comparisons, replicates, rng)
        cells = "".join(f"{value:>7.2f}" for value in tally.found[1:, 0])
        print(f"{mean:>7} {comparisons:>9} {cells}      {fall:>6.0%} {found:.2f}", flush=True)


def _print_moved(replicates: int, seed: int) -> None:
    print("\nquiet: district and neighbours said to change, by the product and by Poisson's variance")
    for mean in (6, 30):
        ours, poisson = moved(World(), mean, replicates, np.random.default_rng([seed, mean]))
        print(f"mean {mean:>2}: {ours:.3f} / {poisson:.3f}")


def _print_quiet(folder: Path, replicates: int, seed: int) -> None:
    for select in (False, True):
        judged, covered = quiet(folder, replicates, np.random.default_rng(seed), select=select)
        cells = " ".join(f"{name} {value:.3f}" for name, value in zip(ESTIMATORS, covered, strict=False))
        print(f"\nreal districts, nothing done, {'standing highest' if select else 'any'} ({judged}): {cells}")


def main() -> None:
    """All parts, or those that are asked for."""
    parts = ("coverage", "worlds", "power", "moved", "demonstration", "real")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", nargs="*", help=", ".join(parts))
    parser.add_argument("--replicates", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--data", type=Path)
    asked = parser.parse_args()
    began, wanted, n, seed = process_time(), asked.part or parts, asked.replicates, asked.seed
    if "coverage" in wanted:
        _print_all_coverage(n, seed)
    if "worlds" in wanted:
        _print_worlds(n // 4, seed)
    if "power" in wanted:
        _print_power(n // 4, seed)
    if "moved" in wanted:
        _print_moved(n // 2, seed)
    if "demonstration" in wanted:
        _print_demonstration()
    if "real" in wanted and asked.data:
        _print_quiet(asked.data, n, seed)
    print(f"\n{process_time() - began:.0f} seconds of one core")


if __name__ == "__main__":
    main()
