"""The valuation matrix: means, ranges, and where the raters disagree."""

from __future__ import annotations

import pytest

from domain.problem import CRITERIA, Problem, ValueProblem
from service.views.valuation import Valuation, valuation
from tests.given import PROPOSED, day, given


def matrix(**scores: dict[str, int]) -> Valuation:
    """The matrix after these raters have scored."""
    scene = given(*PROPOSED)
    for rater, given_scores in scores.items():
        given_by = {"problem": "personran-centrum", "on": day("2020-02-04"), "rater": rater, "scores": given_scores}
        scene.and_given(ValueProblem.model_validate(given_by))
    return valuation(scene.now(Problem, "personran-centrum"))


def everything(score: int) -> dict[str, int]:
    """The same score on every criterion."""
    return dict.fromkeys(CRITERIA, score)


def test_before_anyone_has_scored_all_nine_criteria_stand_there_empty() -> None:
    made = matrix()
    assert [row.criterion for row in made.criteria] == list(CRITERIA)
    assert (made.raters, made.total, made.most, len(made.unscored)) == ((), None, 36, 9)


def test_each_criterion_has_its_mean_and_range_over_those_who_scored_it() -> None:
    made = matrix(samordnare={"harm": 4, "common": 1}, kommunpolis={"harm": 3})
    harm = next(row for row in made.criteria if row.criterion == "harm")
    common = next(row for row in made.criteria if row.criterion == "common")
    assert (harm.scores, harm.mean, harm.low, harm.high) == ((4, 3), 3.5, 3, 4)
    assert (common.scores, common.mean) == ((1, None), 1.0)


@pytest.mark.parametrize(("low", "high", "disagree"), [(2, 2, False), (2, 3, False), (2, 4, True), (0, 4, True)])
def test_raters_disagree_when_they_differ_by_two_points_or_more(low: int, high: int, disagree: bool) -> None:
    made = matrix(samordnare={"harm": low}, kommunpolis={"harm": high})
    assert made.disagreements == (("harm",) if disagree else ())


def test_the_total_is_the_sum_of_the_means_once_every_criterion_is_scored() -> None:
    made = matrix(samordnare=everything(3), kommunpolis=everything(2))
    assert (made.total, made.totals) == (22.5, (27, 18))


def test_no_total_is_given_over_fewer_criteria() -> None:
    made = matrix(samordnare=everything(3) | {}, kommunpolis={"harm": 1})
    assert (made.total is not None, made.totals) == (True, (27, None))
    assert matrix(kommunpolis={"harm": 1}).total is None


def test_a_raters_later_score_replaces_the_earlier_one() -> None:
    scene = given(*PROPOSED)
    for score in (1, 4):
        scene.and_given(
            ValueProblem(problem="personran-centrum", on=day("2020-02-04"), rater="samordnare", scores={"harm": score})
        )
    made = valuation(scene.now(Problem, "personran-centrum"))
    assert (made.raters, made.totals) == (("samordnare",), (None,))
    assert next(row.scores for row in made.criteria if row.criterion == "harm") == (4,)
