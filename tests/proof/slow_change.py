"""Slow change and neighbouring districts, measured on made-up counts: `python -m tests.proof.slow_change`.

Printed: how often chance raises an alarm, against the stated number, with known means and with means that a five-year
baseline estimates week by week; a step of +30 % and a fourfold week at five events a week, for weekly exceedance and
for the likelihood ratio at equal false alarms; how long +50 % takes by level; a weak cluster of six districts, for the
scan and for single districts; the scan's speed. All of it takes five minutes, one part (`--only clusters`) a minute or
two. `--table` prints the thresholds that forecasting/slow.py holds (five minutes).
"""

from __future__ import annotations

import argparse
import math
import time

import numpy as np
from numba import njit
from scipy import stats
from statsmodels.stats.multitest import multipletests

from forecasting.expectation import design, expect
from forecasting.quasi_poisson import Floats
from forecasting.scan import nearest, scan
from forecasting.slow import Course, course, log_ratio, slowest
from tests.proof.simulated import noise

LEVEL, BASELINE, LEFT_OUT, WATCHED, CHANGE = 5.0, 237, 26, 156, 52
Bools = np.typing.NDArray[np.bool_]


def means_of(level: float, periods: int) -> Floats:
    """A year's wave of ± 25 % around the level."""
    return level * (1 + 0.25 * np.cos(2 * np.pi * np.arange(periods) / 52))


def false_alarms() -> None:
    """Levels and dispersions between those of the table."""
    print("\nperiods for one false alarm, rises and falls together; known means, 400 series of 2,500 periods")
    print(f"{'level':>7}{'phi':>6}" + "".join(f"{f'stated {every}':>13}" for every in (200, 500, 1000)))
    rng = np.random.default_rng(1)
    for level, phi in (
        (0.15, 1.2),
        (0.3, 1.7),
        (0.7, 1.2),
        (1.4, 3.0),
        (3.0, 1.0),
        (5.0, 1.3),
        (7.0, 2.5),
        (60.0, 3.0),
    ):
        means = np.tile(means_of(level, 2500), (400, 1))
        counts = noise(means, phi, rng)
        found = [means.size / course(counts, means, phi, every=every).alarm.sum() for every in (200, 500, 1000)]
        print(f"{level:7}{phi:6}" + "".join(f"{each:13.0f}" for each in found))


def estimated(counts: Floats) -> tuple[Floats, Floats, Floats]:
    """Means of the last WATCHED periods, each by the baseline before it; phi and standard error at the middle one."""
    years = np.append(np.arange(-BASELINE - LEFT_OUT, -LEFT_OUT), 0) / 52
    baseline = design(years, years % 1, 2)
    evenly = np.ones((len(counts), BASELINE))
    found = []
    for at in range(counts.shape[1] - WATCHED, counts.shape[1]):
        past = counts[:, at - BASELINE - LEFT_OUT : at - LEFT_OUT]
        found.append(expect(past, evenly, 0 * evenly, baseline))
    middle = found[WATCHED // 2]
    return np.exp(np.column_stack([each.log_mean for each in found])), middle.phi, middle.error


def with_estimated_means() -> None:
    """What the standard error of the means does to the false alarms, and what allowing for it gives back."""
    print("\nthe same with estimated means (baseline of 237 weeks, 26 left out, fitted anew each week), stated 500")
    print(f"{'level':>7}{'phi':>6}{'se':>7}{'not allowed for':>17}{'allowed for':>13}")
    rng = np.random.default_rng(2)
    for level, phi in ((1.0, 1.0), (5.0, 1.3), (20.0, 1.5)):
        counts = noise(np.tile(means_of(level, BASELINE + LEFT_OUT + WATCHED), (400, 1)), phi, rng)
        means, sizes, error = estimated(counts)
        watched = counts[:, -WATCHED:]
        plain, allowed = (course(watched, means, sizes, error=each).alarm.sum() for each in (0.0, error))
        print(f"{level:7}{phi:6}{error.mean():7.3f}{watched.size / plain:17.0f}{watched.size / allowed:13.0f}")


def step_and_spike() -> None:
    """Rises alone, so that both rules have the same false alarms, each at its own randomised bound."""
    print(f"\nat {LEVEL:g} events a week, equal false alarms: +30 % found within 52 weeks (median), one fourfold week")
    print(f"{'phi':>5}{'every':>7}{'means':>11}{'exceedance':>18}{'likelihood ratio':>19}{'spike':>8}{'':>6}")
    rng = np.random.default_rng(3)
    for phi in (1.0, 1.3):
        real = np.tile(means_of(LEVEL, BASELINE + LEFT_OUT + WATCHED), (400, 1))
        later = np.arange(real.shape[1]) >= real.shape[1] - WATCHED + CHANGE
        step = noise(np.where(later, 1.3 * real, real), phi, rng)
        spike = noise(real, phi, rng)
        spike[:, -WATCHED + CHANGE] = noise(4 * real[:, -WATCHED + CHANGE], phi, rng)
        for kind in ("known", "estimated"):
            (step_means, sizes, error), (spike_means, *_) = (
                estimated(each) if kind == "estimated" else (real[:, -WATCHED:], phi, 0.0) for each in (step, spike)
            )
            for every in (200, 500, 1000):
                cells = [
                    _line(step[:, -WATCHED:], step_means, sizes, error, every),
                    _line(spike[:, -WATCHED:], spike_means, sizes, error, every, weeks=1),
                ]
                (over, over_at), (ratio, ratio_at) = cells[0]
                print(f"{phi:5}{every:7}{kind:>11}{over:11.2f} ({over_at:4.0f}){ratio:12.2f} ({ratio_at:4.0f})", end="")
                print(f"{cells[1][0][0]:9.2f}{cells[1][1][0]:6.2f}")


def _line(
    counts: Floats, means: Floats, phi: Floats | float, error: Floats | float, every: int, weeks: int = 52
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Share found and median delay, by exceedance and by the ratio."""
    sizes, errors = (np.broadcast_to(each, len(counts))[:, None] for each in (phi, error))
    over = _exceeds(counts, means, sizes + errors**2 * means, 1 / every)
    seen: Course = course(counts, means, phi, error=error, every=every, watch="rise")
    return _found(over, weeks), _found(seen.alarm, weeks)


def _found(alarm: Bools, weeks: int) -> tuple[float, float]:
    alarm = alarm[:, CHANGE:]
    delay = np.where(alarm.any(axis=1), alarm.argmax(axis=1) + 1.0, np.inf)
    return float((delay <= weeks).mean()), float(np.median(delay))


def _exceeds(counts: Floats, means: Floats, phi: Floats, alpha: float) -> Bools:
    """p at most alpha, where p is drawn between those of `more` and `as many or more`: exactly alpha by chance."""
    if np.all(phi == 1):
        more, equal = stats.poisson.sf(counts, means), stats.poisson.pmf(counts, means)
    else:
        size = means / np.maximum(phi - 1, 1e-6)
        more, equal = (f(counts, size, 1 / np.maximum(phi, 1 + 1e-6)) for f in (stats.nbinom.sf, stats.nbinom.pmf))
    return np.asarray(more + np.random.default_rng(4).uniform(size=counts.shape) * equal <= alpha)


def delays() -> None:
    """How long a step of +50 % takes."""
    print("\n+50 %, both directions watched, one false alarm in 500: median weeks, share found within 52")
    for level in (0.2, 0.5, 1.0, 2.0, 5.0, 20.0):
        delay = slowest(level)
        print(f"{level:7}{delay.median:8.0f}{delay.found:8.2f}")


def clusters() -> None:
    """Six neighbours of 90 districts rise together, over the latest weeks; found: p ≤ .05 and a district in common."""
    print("\na cluster of six of 90 districts, 200 runs: found by scan, by single districts (scan, weekly BH at .10)")
    print(f"{'level':>7}{'phi':>6}{'factor':>8}{'weeks':>7}{'scan':>7}{'single':>8}{'weekly':>8}")
    points = np.random.default_rng(5).uniform(0, 10, (90, 2))
    zones, singles = nearest(points, 6), nearest(points, 1)
    six = np.argsort(((points - points[7]) ** 2).sum(axis=1))[:6]
    for level, phi, factor, weeks in ((1.0, 1.3, 1.0, 4), (1.0, 1.3, 1.5, 4), (1.0, 1.3, 1.4, 8), (1.0, 1.3, 1.8, 4)):
        hits, rng = np.zeros(3), np.random.default_rng(6)
        means = np.full((90, 12), level)
        real = means.copy()
        real[six, -weeks:] *= factor
        for _ in range(200):
            counts = noise(real, phi, rng)
            for at, choice in enumerate((zones, singles)):
                first = scan(counts, means, phi, choice, rng, replicates=199)
                hits[at] += bool(first and first[0].p <= 0.05 and (factor == 1 or set(first[0].zone) & set(six)))
            p = stats.nbinom.sf(counts[:, -1] - 1, means[:, -1] / (phi - 1), 1 / phi)
            flags = multipletests(p, 0.10, method="fdr_bh")[0]
            hits[2] += bool(flags.any() if factor == 1 else flags[six].any())
        print(f"{level:7}{phi:6}{factor:8}{weeks:7}{hits[0] / 200:7.2f}{hits[1] / 200:8.2f}{hits[2] / 200:8.2f}")


def speed() -> None:
    """Of the scan, and of looking at many series."""
    rng = np.random.default_rng(7)
    zones = nearest(rng.uniform(0, 10, (90, 2)), 36)
    means = np.ones((90, 12))
    for phi in (1.0, 1.3):
        counts = noise(means, phi, rng)
        scan(counts, means, phi, zones, rng, replicates=9)
        start = time.perf_counter()
        scan(counts, means, phi, zones, rng)
        print(
            f"\nscan of {len(zones)} zones × 12 windows × 999, phi {phi}: {time.perf_counter() - start:.2f} s", end=""
        )
    print()


EVERY = (50, 200, 500, 1000, 2000)
LEVELS = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 100.0)
PHIS = (1.0, 1.5, 2.0, 4.0, 8.0)
RUNS, PERIODS = 800, 3000


def table() -> None:
    """By direction, phi, level, and periods for one false alarm."""
    highest = np.empty((RUNS, PERIODS))
    for down in (False, True):
        for phi in PHIS:
            for level in LEVELS:
                rng = np.random.default_rng([int(down), int(10 * phi), int(100 * level)])
                means = means_of(level, PERIODS)
                counts = noise(np.broadcast_to(means, (RUNS, PERIODS)), phi, rng)
                # A long stretch of nothing must be able to reach the threshold, or there is none to be found.
                share = 1.0 if phi == 1 else math.log(phi) / (phi - 1)
                window = min(max(52, math.ceil(10 / (level * share))), 1000) if down else 52
                _highest(counts, means, phi, window, down, highest)
                print(*(f"{_threshold(highest, every):.2f}" for every in EVERY), end="  ", flush=True)
            print()


def _threshold(highest: Floats, every: float) -> float:
    """Passed once in `every` periods: periods watched over passages, anew after each."""
    low, high = 0.0, 50.0
    while high - low > 1e-3:
        middle = (low + high) / 2
        first = (highest < middle).sum(axis=1)
        watched = np.minimum(first + 1, PERIODS).sum()
        low, high = (middle, high) if watched < every * (first < PERIODS).sum() else (low, middle)
    return high


@njit(cache=True, nogil=True, error_model="numpy")
def _highest(counts: Floats, means: Floats, phi: float, window: int, down: bool, highest: Floats) -> None:
    """The largest ratio so far in each run (counts: R × T, means: T), one direction."""
    for run in range(counts.shape[0]):
        best = 0.0
        for at in range(counts.shape[1]):
            events, expected = 0.0, 0.0
            for start in range(at, max(at - window, -1), -1):
                events += counts[run, start]
                expected += means[start]
                over = events - expected
                if (over < 0) == down:
                    bend = events * (1.0 + (phi - 1.0) * events / expected) if down else expected * phi
                    if over * over > 2.0 * bend * best:
                        best = max(best, log_ratio(events, expected, phi))
            highest[run, at] = best


def main() -> None:
    """Print the figures, or the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--table", action="store_true")
    parser.add_argument("--only", choices=[part.__name__ for part in PARTS])
    asked = parser.parse_args()
    for part in [table] if asked.table else PARTS:
        if asked.only in (None, part.__name__):
            part()


PARTS = (false_alarms, with_estimated_means, step_and_spike, delays, clusters, speed)

if __name__ == "__main__":
    main()
