"""How large an effect has to be to be found: said before an action starts, from what placebo districts show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecasting.comparison import WEEKS_A_BLOCK, Frequency
from forecasting.counterfactual import counterfactual
from forecasting.districts import checked, choose, in_periods, lacking, windows
from forecasting.placebo import detectable

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Detectable:
    """fall: the smallest found in 80 of 100 cases by a two-sided test at 5 %, as a share; None, and the reasons why.

    expected: events in the periods after when nothing has an effect; comparisons: how many districts are compared with.
    """

    fall: float | None
    expected: float | None
    comparisons: int
    reasons: tuple[str, ...] = ()


def minimum_detectable(
    counts: Floats,
    treated: int | Sequence[int],
    after: int = 12,
    *,
    excluded: Sequence[int] = (),
    neighbours: Sequence[int] = (),
    freq: Frequency = 12,
) -> Detectable:
    """Of the combined estimate, for an action that starts when the series (D × T) ends, looked at `after` periods.

    Placebo districts are followed after starts 1, 2 and 3 times `after` before the end. Reasons: short-history (a
    year and `after` are needed), short-after, few-districts, no-events, few-events; not-found: not even a fall by
    99 % would be. ValueError as in `estimate`.
    """
    start = counts.shape[-1]
    who = checked(counts, treated, start, after, (excluded, neighbours), freq)
    periods, begin = in_periods(counts, start, after, freq)
    length = after if freq == 12 else max(after // WEEKS_A_BLOCK, 1)
    over = windows(begin - length, begin, length)
    districts = choose(periods, who, excluded, neighbours, over)
    if reason := lacking(districts, over[0] if over else None):
        reason = "short-history" if reason == "short-before" else reason
        return Detectable(None, None, len(districts.others), (reason,))
    before = districts.unit[windows(begin, begin, length)[0].before]
    events, known = float(np.nansum(before)), int((~np.isnan(before)).sum())
    expected = events / known * length
    of = counterfactual(districts, over)
    fall = detectable(expected, 1 / (events + 0.5), of.scale(of.combined), float(districts.part[len(districts.others)]))
    return Detectable(fall, expected, len(districts.others), () if fall is not None else ("not-found",))
