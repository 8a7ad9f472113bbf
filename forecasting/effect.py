"""Did the action help? Events after its start against what comparison districts lead to expect.

Two estimates and their average, each with an error from placebo districts: difference-in-differences (ratio
of means, quasi-Poisson) and synthetic control; a controlled interrupted time series as a check. What stands
beside them: the smallest effect that could have been found, the trend before, what moved next door, how much
a district chosen when it stood high falls by itself, and what kind of comparison it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special

from forecasting.comparison import WEEKS_A_BLOCK, Frequency, Windows
from forecasting.counterfactual import Counterfactual, counterfactual
from forecasting.displacement import Displacement, displacement
from forecasting.districts import Districts, checked, choose, in_periods, lacking, windows
from forecasting.interrupted import interrupted, trends
from forecasting.placebo import Estimate, scale_of
from forecasting.regression_to_mean import Regression, regression
from forecasting.spikes import calm

VERSION = "effect 3"  # of the method: raise it when the same counts would give another effect

Floats = NDArray[np.float64]
Grade = Literal[1, 2, 3, 4, 5]

_MANY_DISTRICTS = 10
_APART = 0.05  # p of the trend before, below which comparison districts went another way
_SMALL_WEIGHT = 0.01


@dataclass(frozen=True, slots=True)
class Trend:
    """Change a year against the comparison districts before the start, as a share, and its two-sided p."""

    a_year: float
    p: float


@dataclass(frozen=True, slots=True)
class Effect:
    """Changes as shares (-0.25: a quarter fewer). None: not to be had, and `reasons` says why.

    observed, expected: events in the periods after (expected by the average of the two estimates). detectable: the
    smallest fall found in 80 of 100 cases, as placebos show it after the start; None beside an estimate: not even
    one by 99 %. weights: comparison district and weight in the synthetic control, largest first; misfit: its root
    mean squared misfit before as a share of the mean. before, after: known months, or blocks of four weeks; weeks:
    those known after. grade: 1 to 5 as in the Maryland Scientific Methods Scale (Sherman et al. 1998), 5 being a
    randomised trial, which nothing here is.
    """

    observed: float | None = None
    expected: float | None = None
    combined: Estimate | None = None
    difference: Estimate | None = None
    synthetic: Estimate | None = None
    interrupted: Estimate | None = None
    detectable: float | None = None
    trend: Trend | None = None
    displacement: Displacement | None = None
    regression: Regression | None = None
    treated: tuple[int, ...] = ()
    neighbours: tuple[int, ...] = ()
    comparisons: tuple[int, ...] = ()
    weights: tuple[tuple[int, float], ...] = ()
    misfit: float | None = None
    before: int = 0
    after: int = 0
    weeks: int | None = None
    freq: Frequency = 12
    flagged: bool = False
    grade: Grade = 1
    reasons: tuple[str, ...] = ()


def estimate(
    counts: Floats,
    treated: int | Sequence[int],
    start: int,
    *,
    after: int = 12,
    excluded: Sequence[int] = (),
    neighbours: Sequence[int] = (),
    flagged: bool = False,
    freq: Frequency = 12,
) -> Effect:
    """The effect in district(s) `treated` of counts (D × T, NaN missing) of an action from position start on.

    after: periods looked at from the start; fewer where the series ends (reason `after-7`: only 7 of them). Weeks
    are taken in blocks of four. excluded, neighbours: never compared with; neighbours are where events may have
    moved. flagged: chosen because it stood high. A past divergence that was confirmed and is over is best given as
    missing, or the level before will have it in.

    Reasons why there is no estimate: short-before, short-after, few-districts, no-events, few-events (before).
    ValueError, with a sentence, for positions outside, negative counts and the like.
    """
    who = checked(counts, treated, start, after, (excluded, neighbours), freq)
    counts = np.hstack([calm(counts[:, :start]), counts[:, start:]])  # an absurd figure of the past is no level
    periods, begin = in_periods(counts, start, after, freq)
    over = windows(begin, periods.shape[1], max(periods.shape[1] - begin, 1))
    districts = choose(periods, who, excluded, neighbours, over)
    near = tuple(dict.fromkeys(int(d) for d in neighbours))
    effect = Effect(treated=who, neighbours=near, comparisons=districts.positions, freq=freq, flagged=flagged)
    if reason := lacking(districts, over[0] if over else None):
        return replace(effect, reasons=(reason,))
    effect = _estimated(effect, districts, over)
    if freq == 52:
        effect = _of_known_weeks(effect, counts[list(who), start : start + after], districts.unit[over[0].after])
    used = (periods.shape[1] - begin) * (1 if freq == 12 else WEEKS_A_BLOCK)
    cut = (f"after-{used}",) if used < after else ()
    return replace(effect, reasons=(*cut, *(("neighbours-no-events",) if near and not effect.displacement else ())))


def _of_known_weeks(effect: Effect, weeks: Floats, blocks: Floats) -> Effect:
    """What is said was seen, and expected, is of the weeks that are known; the estimate fills a block's others in."""
    counted = weeks[:, : blocks.size * WEEKS_A_BLOCK] + np.repeat(np.where(np.isnan(blocks), np.nan, 0), WEEKS_A_BLOCK)
    known = ~np.isnan(counted)
    share = known.sum() / max(len(weeks) * int((~np.isnan(blocks)).sum()) * WEEKS_A_BLOCK, 1)
    expected = None if effect.expected is None else effect.expected * float(share)
    return replace(effect, observed=float(np.nansum(counted)), expected=expected, weeks=int(known.all(axis=0).sum()))


def _estimated(effect: Effect, districts: Districts, over: Sequence[Windows]) -> Effect:
    of, real, row = counterfactual(districts, over), over[0], len(districts.others)
    check = [interrupted(districts.rows, districts.factor, _course(each, effect.flagged), each.after) for each in over]
    trend = _trend(districts, real.before, of.dispersion, 12 if effect.freq == 12 else 13)
    known = ~np.isnan(districts.unit)
    return replace(
        effect,
        observed=float(of.combined[0].observed[row]),
        expected=float(of.combined[0].expected[row]),
        combined=of.judged(of.combined),
        difference=of.judged(of.difference),
        synthetic=of.judged(of.synthetic),
        interrupted=of.judged(check),
        detectable=of.detectable(),
        trend=trend,
        weights=_largest(districts.positions, of.control.weights[row]),
        misfit=float(of.control.misfit[row]),
        displacement=_displacement(of),
        regression=regression(districts.rows[row], districts.factor[row], real, float(of.lasts[row])),
        before=int(known[real.before].sum() + known[real.latest].sum()),
        after=int(known[real.after].sum()),
        grade=_grade(row, trend, effect.flagged),
    )


def _course(window: Windows, flagged: bool) -> slice:
    """What a trend is drawn through: without the latest periods where they were what the district was chosen for."""
    return window.before if flagged else slice(window.before.start, window.latest.stop)


def _trend(districts: Districts, before: slice, phi: float, a_year: int) -> Trend:
    slope, variance = trends(districts.rows, districts.factor, before)
    row = len(districts.others)
    of = scale_of(slope[:row], phi * variance[:row], phi)
    error = float(np.sqrt(phi * variance[row] + districts.part[row] * of.heterogeneity))
    p = float(2 * special.stdtr(of.freedom, -abs(slope[row]) / error))
    return Trend(float(np.expm1(a_year * slope[row])), p)


def _largest(positions: Sequence[int], weights: Floats) -> tuple[tuple[int, float], ...]:
    order = np.argsort(-weights, kind="stable")
    return tuple((positions[i], float(weights[i])) for i in order if weights[i] >= _SMALL_WEIGHT)


def _displacement(of: Counterfactual) -> Displacement | None:
    row, real = len(of.districts.others), of.combined[0]
    if of.districts.neighbours is None or not real.expected[row + 1] > 0:
        return None
    one, two, both = (real[k : k + 1] for k in range(row, row + 3))
    return displacement(one, two, both, of.scale(of.combined), of.districts.part[row:])


def _grade(comparisons: int, trend: Trend, flagged: bool) -> Grade:
    if trend.p < _APART:
        return 2
    return 4 if comparisons >= _MANY_DISTRICTS and not flagged else 3
