"""The valuation matrix of a problem: raters × criteria, and where the raters disagree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from domain.problem import CRITERIA, Problem

FAR_APART = 2  # points on the scale 0 to 4
MOST = 4


@dataclass(frozen=True, slots=True)
class ValuedCriterion:
    """A criterion with the raters' scores, in the order of the raters; None: not scored by that rater.

    mean, low, high: of those who scored it, None when nobody has. apart: high minus low. disagree: two raters differ by
    two points or more.
    """

    criterion: str
    scores: tuple[int | None, ...]
    mean: float | None
    low: int | None
    high: int | None

    @property
    def apart(self) -> int:
        """How many points lie between the lowest and the highest score."""
        return 0 if self.low is None or self.high is None else self.high - self.low

    @property
    def disagree(self) -> bool:
        """Whether two raters differ by two points or more."""
        return self.apart >= FAR_APART


@dataclass(frozen=True, slots=True)
class Valuation:
    """All nine criteria, valued or not.

    totals: each rater's sum, None for a rater who has not scored every criterion, for sums over fewer criteria do not
    compare. total: the sum of the criteria's means, None until every criterion is scored by somebody; most: the
    highest total there can be.
    """

    raters: tuple[str, ...]
    criteria: tuple[ValuedCriterion, ...]
    totals: tuple[int | None, ...]
    total: float | None
    most: int = MOST * len(CRITERIA)

    @property
    def disagreements(self) -> tuple[str, ...]:
        """The criteria on which two raters differ by two points or more."""
        return tuple(one.criterion for one in self.criteria if one.disagree)

    @property
    def unscored(self) -> tuple[str, ...]:
        """The criteria that nobody has scored."""
        return tuple(one.criterion for one in self.criteria if one.mean is None)


def valuation(problem: Problem) -> Valuation:
    """The matrix of a problem as it stands; each rater's latest scores."""
    raters = tuple(problem.valuations)
    rows = tuple(_row(name, [problem.valuations[rater].get(name) for rater in raters]) for name in CRITERIA)
    means = [row.mean for row in rows if row.mean is not None]
    total = sum(means) if len(means) == len(CRITERIA) else None
    return Valuation(raters, rows, tuple(_sum(problem.valuations[rater]) for rater in raters), total)


def _row(criterion: str, scores: list[int | None]) -> ValuedCriterion:
    given = [score for score in scores if score is not None]
    if not given:
        return ValuedCriterion(criterion, tuple(scores), None, None, None)
    return ValuedCriterion(criterion, tuple(scores), sum(given) / len(given), min(given), max(given))


def _sum(scores: Mapping[str, int]) -> int | None:
    return sum(scores.values()) if scores.keys() >= set(CRITERIA) else None
