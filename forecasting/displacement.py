"""Did it move next door? Events in the district and its neighbours together, and what each lost or gained.

The weighted displacement difference (Wheeler & Ratcliffe 2018) and the displacement quotient (Bowers &
Johnson 2003), with what the comparison districts lead to expect as the counterfactual, so that districts of
unlike size can be compared, and with errors from placebo districts in place of Poisson's, which find
displacement in one quiet case of three.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from forecasting.comparison import Contrast
from forecasting.placebo import Estimate, Scale, judge

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Displacement:
    """neighbours: their own change. events: change of district and neighbours together in number of events.

    quotient: change of the neighbours ÷ change of the district, in events; below 0 moved away, -1 all of it,
    above 0 spread as a benefit. The quotient and its limits are None where the district's own change is not
    clear: then it may be any number.
    """

    neighbours: Estimate
    events: float
    lower: float
    upper: float
    quotient: float | None
    quotient_lower: float | None
    quotient_upper: float | None


def displacement(district: Contrast, neighbours: Contrast, both: Contrast, of: Scale, share: Floats) -> Displacement:
    """Contrasts of one row each. share (3): what part of τ² district, neighbours and both have, as sums of districts.

    Noise in the districts' rates is taken as independent; where it goes together in adjoining districts the
    intervals are too narrow.
    """
    total = judge(both, of, float(share[2]))
    after = float(both.observed[0]) + 0.5
    quotient, lower, upper = _quotient(district, neighbours, of, share)
    return Displacement(
        neighbours=judge(neighbours, of, float(share[1])),
        events=_events(after, total.change),
        lower=_events(after, total.lower),
        upper=_events(after, total.upper),
        quotient=quotient,
        quotient_lower=lower,
        quotient_upper=upper,
    )


def _events(after: float, change: float) -> float:
    """What so many events after are more or fewer than without the change."""
    return after * (1 - 1 / (1 + change))


def _quotient(
    district: Contrast, neighbours: Contrast, of: Scale, share: Floats
) -> tuple[float | None, float | None, float | None]:
    """With the interval of a ratio of two normal numbers (Fieller 1954)."""
    below, variance_below = _gained(district, of, float(share[0]))
    above, variance_above = _gained(neighbours, of, float(share[1]))
    limit = float(special.stdtrit(of.freedom, 0.975)) ** 2
    a, b, c = below**2 - limit * variance_below, above * below, above**2 - limit * variance_above
    if a <= 0:
        return None, None, None
    root = max(b**2 - a * c, 0.0) ** 0.5
    return above / below, (b - root) / a, (b + root) / a


def _gained(of_one: Contrast, of: Scale, share: float) -> tuple[float, float]:
    """Events over those expected, and the variance of that difference."""
    observed, expected = float(of_one.observed[0]), float(of_one.expected[0])
    rate = of.dispersion * float(of_one.variance[0]) + share * of.heterogeneity
    return observed - expected, of.dispersion * (observed + 0.5) + expected**2 * rate
