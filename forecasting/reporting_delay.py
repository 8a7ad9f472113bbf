"""How much of a period is reported by now, read off how complete earlier periods were when they were as young.

A reporting triangle with one column: of each earlier period, what was known at the age that the tested one
has, and what is known today. A district's share is drawn to that of all (beta-binomial, empirical Bayes);
what shares vary by from period to period beyond chance is the error that the tested period's has.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from forecasting.product import Complete

Floats = NDArray[np.float64]

_LEAST_PERIODS = 4
_OWN = 20.0  # events' worth of belief that a district reports as all do


def completeness(early: Floats, final: Floats) -> Complete | None:
    """Of D districts: the share known at that age, and its error on the log scale. None: nothing to learn from.

    early, final: districts × earlier periods, events known at that age and in the end; NaN: not known then.
    """
    use = ~np.isnan(early) & ~np.isnan(final) & (final > 0)
    if use.any(axis=0).sum() < _LEAST_PERIODS:
        return None
    known, all_of = np.where(use, early, 0.0), np.where(use, final, 0.0)
    pooled = np.clip(known.sum() / all_of.sum(), 1e-3, 1.0)
    share = np.clip((known.sum(axis=1) + _OWN * pooled) / (all_of.sum(axis=1) + _OWN), 1e-3, 1.0)
    between = _between(known, all_of, use, share)
    learnt = (1 - share) / (share * (all_of.sum(axis=1) + _OWN))
    return Complete(share, np.sqrt(between / share**2 + learnt))


def _between(known: Floats, all_of: Floats, use: NDArray[np.bool_], share: Floats) -> Floats:
    """The variance of a district's share from period to period beyond binomial chance, pooled and its own by half."""
    expected = share[:, None] * all_of
    excess = np.where(use, (known - expected) ** 2 - expected * (1 - share[:, None]), 0.0)
    squares = np.where(use, all_of**2, 0.0)
    pooled = max(excess.sum() / squares.sum(), 0.0)
    own = np.maximum(excess.sum(axis=1) / np.maximum(squares.sum(axis=1), 1.0), 0.0)
    return np.asarray(np.maximum((own + pooled) / 2, pooled))
