"""What would have been with nothing done: two estimates, and their average, for an action's district and for placebos.

Difference-in-differences and synthetic control, each from the level of the long run before, corrected by how
much of the latest periods' deviation is to be expected to last: a district that was chosen because it stood
high is compared with what such a district falls to, and one that was not loses nothing by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecasting.comparison import Contrast, Windows, against, complete, dispersion
from forecasting.districts import Districts
from forecasting.placebo import Estimate, Scale, detectable, judge, scale
from forecasting.regression_to_mean import lasting
from forecasting.synthetic_control import Synthetic, synthetic

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """For each window, the real one first: contrasts of the rows of `districts`.

    lasts (n): what is expected to last, on the log scale; control: weights and misfit; both of the real window.
    """

    districts: Districts
    dispersion: float
    difference: tuple[Contrast, ...]
    synthetic: tuple[Contrast, ...]
    combined: tuple[Contrast, ...]
    lasts: Floats
    control: Synthetic

    def scale(self, contrasts: Sequence[Contrast]) -> Scale:
        """The error that the comparison districts, as placebos, show."""
        return scale([each[: len(self.districts.others)] for each in contrasts], self.dispersion)

    def judged(self, contrasts: Sequence[Contrast]) -> Estimate:
        """The estimate for the action's district."""
        row = len(self.districts.others)
        return judge(contrasts[0][row : row + 1], self.scale(contrasts), float(self.districts.part[row]))

    def detectable(self) -> float | None:
        """The smallest fall that the combined estimate finds for the action's district, see `placebo.detectable`."""
        row, real = len(self.districts.others), self.combined[0]
        numbers = float(real.expected[row]), float(real.variance[row])
        return detectable(*numbers, self.scale(self.combined), float(self.districts.part[row]))


def counterfactual(districts: Districts, over: Sequence[Windows]) -> Counterfactual:
    """Of all rows, over the windows."""
    rows, factor, phi = districts.rows, districts.factor, dispersion(districts.others)
    donors, placebos = complete(districts.others), len(districts.others)
    lasts = lasting(rows, factor, over, districts.part, placebos, phi)
    controls = [synthetic(rows, donors, each) for each in over]
    ratios = [against(rows, factor, each.before, each.after) for each in over]
    first = tuple(each.shifted(last.by, last.variance) for each, last in zip(ratios, lasts, strict=True))
    second = tuple(each.contrast.shifted(last.by, last.variance) for each, last in zip(controls, lasts, strict=True))
    combined = tuple(_averaged(one, other) for one, other in zip(first, second, strict=True))
    return Counterfactual(districts, phi, first, second, combined, lasts[0].by, controls[0])


def _averaged(first: Contrast, second: Contrast) -> Contrast:
    """Two estimates of the same thing, on the log scale."""
    expected = np.sqrt((first.expected + 0.5) * (second.expected + 0.5)) - 0.5
    return Contrast(first.observed, expected, (first.variance + second.variance) / 2)
