"""Problembilden: proposed with evidence, valued, prioritised or set aside with a reason, analysed, closed, reopened."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from domain.core import Command
from domain.file_import import WithdrawFile
from domain.observation import Withdraw
from domain.problem import (
    AddEvidence,
    Alternative,
    AnalyseCauses,
    Cause,
    CausesAnalysed,
    Close,
    Closed,
    Evidence,
    EvidenceAdded,
    Place,
    Prioritise,
    Prioritised,
    Problem,
    Proposed,
    Reopen,
    Reopened,
    SetAside,
    SetProblemAside,
    Valued,
    ValueProblem,
)
from tests.given import (
    ASSESS,
    FOUNDED,
    OBSERVE,
    PRIORITISE,
    PRIORITISED,
    PROPOSE,
    PROPOSED,
    SIGNAL,
    TAKE_IN,
    VALUE,
    but,
    day,
    given,
)
from tests.test_agreement import END

KEY = "personran-centrum"
DOCUMENT = Evidence(kind="document", ref="skrivelse-2020-02", note="Rektorernas skrivelse.")
ADD = AddEvidence(problem=KEY, on=day("2020-02-05"), evidence=(DOCUMENT,))
ASIDE = SetProblemAside(
    problem=KEY,
    on=day("2020-02-11"),
    reason="Andra problem skadar fler.",
    alternatives=(Alternative(what="Vänta till hösten", reason="Rånen ökar när det blir mörkt."),),
    dissent="Polisen ville prioritera.",
)
CAUSE = Cause(side="place/situation", cause="Mörk tunnel", finding="confirmed", ground="Platsbesök.")
ANALYSE = AnalyseCauses(problem=KEY, on=day("2020-02-15"), causes=(CAUSE,), method="Brottstriangeln.")
CLOSE = Close(problem=KEY, on=day("2021-09-01"), reason="Nivån är lägre sedan ett år.", outcome="reduced")
REOPEN = Reopen(problem=KEY, on=day("2021-11-01"), reason="Rånen är tillbaka.")
CLOSED = (*PRIORITISED, CLOSE)
SET_ASIDE = (*PROPOSED, ASIDE)


def resting_on(kind: str, ref: str) -> Any:
    return but(PROPOSE, evidence=({"kind": kind, "ref": ref},))


def test_a_problem_is_proposed_with_its_evidence() -> None:
    scene = given(*FOUNDED, OBSERVE).when(PROPOSE)
    scene.then(("problem-personran-centrum", Proposed(**PROPOSE.model_dump(exclude={"problem"}))))
    state = scene.now(Problem, KEY)
    assert (state.standing, state.proposed_on, state.decided_on) == ("proposed", PROPOSE.on, None)


def test_a_problem_is_proposed_once() -> None:
    given(*PROPOSED).when(PROPOSE).then_refused("already-exists")


def test_a_problem_rests_on_evidence() -> None:
    given(*FOUNDED).when(but(PROPOSE, evidence=())).then_refused("no-evidence")


@pytest.mark.parametrize(
    ("kind", "ref"),
    [
        ("observation", "obs-1"),
        ("signal", SIGNAL),
        ("import", "polisens-utdrag-abababababababab-1"),
        ("document", "skrivelse"),
    ],
)
def test_observations_signals_imports_and_documents_are_evidence(kind: str, ref: str) -> None:
    given(*FOUNDED, OBSERVE, TAKE_IN, ASSESS).when(resting_on(kind, ref)).then_accepted()


@pytest.mark.parametrize("kind", ["observation", "signal", "import"])
def test_evidence_of_the_register_exists(kind: str) -> None:
    given(*FOUNDED).when(resting_on(kind, "finns-inte")).then_refused("not-found")
    added = but(ADD, evidence=({"kind": kind, "ref": "finns-inte"},))
    given(*PROPOSED).when(added).then_refused("not-found")


def test_what_has_been_withdrawn_is_no_evidence() -> None:
    no_observation = Withdraw(observation="obs-1", reason="Dubblett.")
    given(*FOUNDED, OBSERVE, no_observation).when(PROPOSE).then_refused("evidence-withdrawn")
    key = "polisens-utdrag-abababababababab-1"
    no_import = WithdrawFile(file_import=key, reason="Fel månad.")
    given(*FOUNDED, TAKE_IN, no_import).when(resting_on("import", key)).then_refused("evidence-withdrawn")


def test_a_problem_has_known_places_and_categories() -> None:
    place = Place(division="omraden", district="atlantis")
    given(*FOUNDED, OBSERVE).when(but(PROPOSE, places=(place,))).then_refused("unknown-district")
    given(*FOUNDED, OBSERVE).when(but(PROPOSE, categories=("sjorov",))).then_refused("unknown-category")


def test_a_problem_is_proposed_while_its_agreement_is_in_force() -> None:
    given(*FOUNDED, OBSERVE).when(but(PROPOSE, on=day("2023-03-02"))).then_refused("outside-period")
    given(*FOUNDED, OBSERVE, END).when(PROPOSE).then_refused("agreement-ended")
    given(*FOUNDED, OBSERVE).on("2020-02-02").when(PROPOSE).then_refused("date-in-future")


def test_more_evidence_is_put_to_a_problem() -> None:
    scene = given(*PROPOSED).when(ADD).then(EvidenceAdded(on=ADD.on, evidence=(DOCUMENT,)))
    assert [e.ref for e in scene.now(Problem, KEY).evidence] == ["obs-1", "skrivelse-2020-02"]


def test_two_raters_value_a_problem_and_a_later_score_replaces_the_same_raters_earlier() -> None:
    scene = given(*PROPOSED).when(VALUE)
    scene.then(Valued(on=VALUE.on, rater="samordnare", scores={"harm": 4, "rising": 3}))
    scene.when(but(VALUE, rater="kommunpolis", scores={"harm": 2})).then_accepted()
    scene.when(but(VALUE, scores={"rising": 1, "visible": 2})).then_accepted()
    assert scene.now(Problem, KEY).valuations == {
        "samordnare": {"harm": 4, "rising": 1, "visible": 2},
        "kommunpolis": {"harm": 2},
    }


@pytest.mark.parametrize("scores", [{}, {"harm": 5}, {"harm": -1}, {"political": 3}])
def test_a_valuation_gives_zero_to_four_on_known_criteria(scores: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        but(VALUE, scores=scores)


def test_the_steering_group_prioritises_with_reason_rank_alternatives_and_dissent() -> None:
    decision = but(PRIORITISE, alternatives=ASIDE.alternatives, dissent="En ledamot ville vänta.")
    scene = given(*PROPOSED, VALUE).when(decision)
    scene.then(Prioritised(**decision.model_dump(exclude={"problem"})))
    state = scene.now(Problem, KEY)
    assert (state.standing, state.rank, state.decided_on, state.reason) == (
        "prioritised",
        1,
        PRIORITISE.on,
        "Störst skada för unga.",
    )


@pytest.mark.parametrize("reason", ["", "   \n"])
def test_a_priority_decision_has_a_reason(reason: str) -> None:
    given(*PROPOSED, VALUE).when(but(PRIORITISE, reason=reason)).then_refused("reason-missing")
    given(*PROPOSED).when(but(ASIDE, reason=reason)).then_refused("reason-missing")


def test_a_reason_is_kept_without_the_space_around_it_and_is_not_endless() -> None:
    scene = given(*PROPOSED, VALUE).when(but(PRIORITISE, reason="  Störst skada.\n")).then_accepted()
    assert scene.now(Problem, KEY).reason == "Störst skada."
    with pytest.raises(ValidationError, match="at most 4000 characters"):
        but(PRIORITISE, reason="x" * 4001)


def test_a_problem_is_valued_before_it_is_prioritised() -> None:
    given(*PROPOSED).when(PRIORITISE).then_refused("not-valued")


def test_a_problem_is_set_aside_with_a_reason() -> None:
    scene = given(*PROPOSED).when(ASIDE).then(SetAside(**ASIDE.model_dump(exclude={"problem"})))
    assert scene.now(Problem, KEY).standing == "set aside"


def test_a_problem_set_aside_may_be_prioritised_later_and_the_other_way_round() -> None:
    scene = given(*PROPOSED, VALUE, ASIDE).when(but(PRIORITISE, on=day("2020-06-01"))).then_accepted()
    scene.when(but(ASIDE, on=day("2020-09-01"))).then_accepted()
    assert scene.now(Problem, KEY).rank is None


def test_the_causes_of_a_prioritised_problem_are_analysed() -> None:
    scene = given(*PRIORITISED).when(ANALYSE)
    scene.then(CausesAnalysed(on=ANALYSE.on, causes=(CAUSE,), method="Brottstriangeln."))
    assert scene.now(Problem, KEY).causes == (CAUSE,)


def test_a_problem_is_closed_with_its_outcome() -> None:
    scene = given(*PRIORITISED).when(CLOSE)
    scene.then(Closed(on=CLOSE.on, reason=CLOSE.reason, outcome="reduced"))
    state = scene.now(Problem, KEY)
    assert (state.standing, state.outcome, state.rank) == ("closed", "reduced", None)


@pytest.mark.parametrize("history", [CLOSED, SET_ASIDE])
def test_a_problem_closed_or_set_aside_is_reopened(history: tuple[Command, ...]) -> None:
    scene = given(*history).when(REOPEN).then(Reopened(on=REOPEN.on, reason="Rånen är tillbaka."))
    assert (scene.now(Problem, KEY).standing, scene.now(Problem, KEY).outcome) == ("proposed", None)


@pytest.mark.parametrize(
    ("history", "command"),
    [
        (PRIORITISED, PRIORITISE),
        (SET_ASIDE, ASIDE),
        (PROPOSED, ANALYSE),
        (SET_ASIDE, ANALYSE),
        (PROPOSED, REOPEN),
        (PRIORITISED, REOPEN),
        *((CLOSED, command) for command in (ADD, VALUE, PRIORITISE, ASIDE, ANALYSE, CLOSE)),
    ],
)
def test_a_step_that_does_not_follow_is_refused(history: tuple[Command, ...], command: Command) -> None:
    given(*history).when(command).then_refused("wrong-standing")


@pytest.mark.parametrize("command", [ADD, VALUE, PRIORITISE, ASIDE, ANALYSE, CLOSE, REOPEN])
def test_a_step_is_taken_with_a_problem_that_exists(command: Command) -> None:
    given(*FOUNDED).when(command).then_refused("not-found")


@pytest.mark.parametrize(
    ("history", "command"),
    [
        (PROPOSED, but(ADD, on=day("2020-02-02"))),
        (PROPOSED, but(VALUE, on=day("2020-02-02"))),
        (PROPOSED, but(ASIDE, on=day("2020-02-02"))),
        ((*PROPOSED, VALUE, ASIDE), but(PRIORITISE, on=day("2020-02-10"))),
        (PRIORITISED, but(ASIDE, on=day("2020-02-10"))),
        (PRIORITISED, but(ANALYSE, on=day("2020-02-10"))),
        (PRIORITISED, but(CLOSE, on=day("2020-02-10"))),
        (CLOSED, but(REOPEN, on=day("2021-08-31"))),
    ],
)
def test_no_step_is_dated_before_the_one_it_follows(history: tuple[Command, ...], command: Command) -> None:
    given(*history).when(command).then_refused("out-of-order")


@pytest.mark.parametrize("command", [ADD, VALUE, ASIDE])
def test_a_step_is_taken_under_an_agreement_in_force_on_a_day_that_has_come(command: Command) -> None:
    given(*PROPOSED).on("2020-02-03").when(command).then_refused("date-in-future")
    given(*PROPOSED, END).when(command).then_refused("agreement-ended")
    given(*PROPOSED).when(command.model_copy(update={"on": day("2023-03-02")})).then_refused("outside-period")


def test_a_valuation_may_be_dated_before_the_decision_that_was_recorded_first() -> None:
    earlier = ValueProblem(problem=KEY, on=day("2020-02-04"), rater="kommunpolis", scores={"common": 2})
    given(*PRIORITISED).when(earlier).then_accepted()


def test_a_rank_begins_at_one() -> None:
    with pytest.raises(ValidationError):
        Prioritise(problem=KEY, on=day("2020-02-11"), reason="Skäl.", rank=0)
