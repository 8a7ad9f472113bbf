"""A district chosen when it stood high falls on its own: how far, told by how long a high lasts elsewhere.

Empirical Bayes (Morris 1983): of a deviation in the latest periods so much is expected to last as the
covariance of recent and later deviations over all districts, in relation to the variance of a recent one,
which is larger the smaller the district.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecasting.comparison import Contrast, Windows, against
from forecasting.placebo import scale

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Regression:
    """Changes as shares: recent, the latest periods against the district's own level; fell, after against recent.

    by_itself: what after against recent was to be expected with nothing done; explained: its share of the
    fall (0 to 1), None where there was no fall.
    """

    recent: float
    fell: float
    by_itself: float
    explained: float | None


@dataclass(frozen=True, slots=True)
class Lasting:
    """What of the latest deviation (log, n) is to be expected after, with nothing done, and its variance (n)."""

    by: Floats
    variance: Floats


def lasting(
    counts: Floats, factor: Floats, over: Sequence[Windows], part: Floats, placebos: int, phi: float
) -> list[Lasting]:
    """For each window. counts, factor (n × T), of which the first so many are placebos; part (n): see `Districts`.

    Seasons and shocks are taken out by the comparison; deviations are from the level before the latest periods.
    The variance is that of the placebos' regression of later on recent deviations, with the windows, which are not
    independent, taken as one. In units of φ, as that of a `Contrast`.
    """
    recent = [against(counts, factor, each.before, each.latest) for each in over]
    later = np.concatenate([against(counts, factor, each.before, each.after).log_ratio[:placebos] for each in over])
    deviation = np.concatenate([each.log_ratio[:placebos] for each in recent])
    known = np.concatenate([each.variance[:placebos] for each in recent])
    shared = float(np.mean(deviation * later - phi * known))
    heterogeneity = scale([each[:placebos] for each in recent], phi).heterogeneity
    shares = [_share(each, shared * part, heterogeneity * part, phi) for each in recent]
    rest = later - deviation * np.concatenate([share[:placebos] for share in shares])
    error = float(np.mean(rest**2) / max(np.sum(deviation**2) / len(over), 1e-9)) / phi
    return [Lasting(r.log_ratio * share, r.log_ratio**2 * error) for r, share in zip(recent, shares, strict=True)]


def regression(unit: Floats, factor: Floats, window: Windows, lasts: float) -> Regression:
    """unit and factor (T), the real window, and what `lasting` says of it."""
    deviation, after = (
        float(against(unit[None], factor[None], window.before, then).log_ratio[0])
        for then in (window.latest, window.after)
    )
    fell, by_itself = after - deviation, lasts - deviation
    explained = float(np.clip(by_itself / fell, 0.0, 1.0)) if fell < 0 else None
    return Regression(float(np.expm1(deviation)), float(np.expm1(fell)), float(np.expm1(by_itself)), explained)


def _share(recent: Contrast, shared: Floats, heterogeneity: Floats, phi: float) -> Floats:
    """Covariance over variance; what a level before that is known from few events adds to both."""
    level = phi * recent.variance
    variance = level + phi / (recent.expected + 0.5) + heterogeneity
    return np.clip((shared + level) / variance, 0.0, 1.0)
