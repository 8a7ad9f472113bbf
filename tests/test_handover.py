"""Överlämning: closing the books of an agreement that has ended, and carrying open problems over to the next one."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from domain.action import Action, Cancel, CarriedOver, DoNotStart, LogDose, Plan, PlanCarriedOver
from domain.agreement import Agreement, End, Succeed
from domain.core import Command
from domain.handover import CarryOver
from domain.problem import CarriedOver as ProblemCarriedOver
from domain.problem import Close, Problem, SetProblemAside
from domain.promise import MeasureReport, ReportBack
from domain.register import Register
from domain.review import AdoptReview, Review
from service.views.handover import actions_under, handing_over, handover_view, problems_under
from service.views.week_calendar import agreement_in_force, agreement_on
from tests.given import (
    ADOPT_PLAN,
    AGREEMENT,
    COMMIT,
    COMMITTED,
    FOLLOW_UP,
    FREEZE_WEIGHTS,
    IMPORT_WEIGHTS,
    OPEN_MEETING,
    OPEN_REVIEW,
    POLICE,
    PRIORITISE,
    PRIORITISED,
    PROPOSE,
    PROPOSED,
    PUBLISH,
    REPORT_DONE,
    SIGN,
    START,
    VALUE,
    VERIFY,
    Scene,
    but,
    day,
    given,
)

NEXT, LAST, KEY = "vasteras-2023", "vasteras-2027", "personran-centrum"
END = End(agreement=AGREEMENT, on=day("2023-03-01"), reason="Tiden gick ut.")
SIGN_NEXT = but(
    SIGN, agreement=NEXT, title="Samverkansöverenskommelse 2023", first_day=day("2023-03-02"),
    last_day=day("2027-03-01"), signed_on=day("2023-03-02"),
)  # fmt: skip
SUCCEED = Succeed(agreement=AGREEMENT, on=day("2023-03-02"), successor=NEXT)
HANDED = (END, SIGN_NEXT, SUCCEED)
CARRY = CarryOver(
    problem=KEY, successor=NEXT, on=day("2023-03-15"), reason="Rånen är färre men inte borta.", actions=("vandringar",)
)
STARTED = (*COMMITTED, START)
DONE = (*STARTED, REPORT_DONE)
LIGHTS = but(COMMIT, action="ljus", title="Ljus i tunneln")


# What closes the books


@pytest.mark.parametrize(
    ("history", "command"),
    [
        (DONE, but(VERIFY, on=day("2023-03-20"))),
        (DONE, but(FOLLOW_UP, on=day("2023-03-20"))),
        (STARTED, but(REPORT_DONE, on=day("2023-03-01"))),
        (STARTED, Cancel(action="vandringar", on=day("2023-03-20"), reason="Ingen tar över.")),
        (COMMITTED, DoNotStart(action="vandringar", on=day("2023-03-20"), reason="Hann inte.")),
        (COMMITTED, Close(problem=KEY, on=day("2023-03-20"), reason="Inga rån på två år.", outcome="solved")),
        ((*COMMITTED, PUBLISH), ReportBack(promise="lofte-2020", on=day("2023-03-20"), outcome="better",
            measures=(MeasureReport(done="yes", words="Sex."), MeasureReport(done="no", words="0.")), words="Färre.")),
    ],
)  # fmt: skip
@pytest.mark.parametrize("ended", [True, False])
def test_the_books_are_closed_after_the_end_whether_it_was_recorded_or_the_time_ran_out(
    history: tuple[Command, ...], command: Command, ended: bool
) -> None:
    given(*history, *((END,) if ended else ())).as_role("controller").when(command).then_accepted()


def test_a_year_is_reviewed_and_adopted_after_the_end() -> None:
    opened = but(OPEN_REVIEW, year=2023, on=day("2023-04-01"))
    adopt = AdoptReview(agreement=AGREEMENT, year=2023, on=day("2023-04-20"), party="police", learnt="Börja tidigare.")
    scene = given(*COMMITTED, END).when(opened).then_accepted()
    scene.as_role("LPO-chef", POLICE).when(adopt).then_accepted()
    assert not scene.now(Review, f"{AGREEMENT}-2023").complete


@pytest.mark.parametrize(
    ("history", "command"),
    [
        (PROPOSED, but(PROPOSE, problem="annat")),
        (PROPOSED, VALUE),
        (PROPOSED, SetProblemAside(problem=KEY, on=day("2020-02-12"), reason="Inte nu.")),
        ((*PROPOSED, VALUE), PRIORITISE),
        (PRIORITISED, ADOPT_PLAN),
        ((*PRIORITISED, ADOPT_PLAN), COMMIT),
        (COMMITTED, START),
        (STARTED, LogDose(action="vandringar", on=day("2020-04-01"), amount=1, unit="pass", hours=2)),
        (COMMITTED, PUBLISH),
        (COMMITTED, OPEN_MEETING),
        ((*COMMITTED, IMPORT_WEIGHTS), FREEZE_WEIGHTS),
    ],
)
def test_nothing_new_is_recorded_after_the_end_not_even_for_an_earlier_day(
    history: tuple[Command, ...], command: Command
) -> None:
    given(*history, END).when(command).then_refused("agreement-ended")


def test_what_is_reported_done_was_done_by_the_end() -> None:
    late = but(REPORT_DONE, on=day("2023-03-02"))
    given(*STARTED, END).when(late).then_refused("outside-period")
    given(*STARTED).when(late).then_refused("outside-period")
    given(*STARTED, but(END, on=day("2022-06-01"))).when(but(REPORT_DONE, on=day("2022-06-02"))).then_refused(
        "outside-period"
    )


# Carrying over


def test_a_problem_goes_over_with_its_plan_and_the_actions_that_go_on() -> None:
    scene = given(*STARTED, LIGHTS, *HANDED).when(but(CARRY, actions=("vandringar", "ljus")))
    went = {"on": CARRY.on, "former": AGREEMENT, "agreement": NEXT}
    scene.then(
        (f"problem-{KEY}", ProblemCarriedOver(**went, reason=CARRY.reason, actions=("vandringar", "ljus"))),
        (f"plan-{KEY}", PlanCarriedOver(**went)),
        ("action-vandringar", CarriedOver(**went)),
        ("action-ljus", CarriedOver(**went)),
    )
    problem = scene.now(Problem, KEY)
    assert (problem.agreement, problem.standing, problem.rank) == (NEXT, "prioritised", 1)
    assert problem.valuations.keys() == {"samordnare"}
    assert (scene.now(Plan, KEY).agreement, scene.now(Action, "vandringar").agreement) == (NEXT, NEXT)
    for state in (problem, scene.now(Plan, KEY), scene.now(Action, "ljus")):
        assert state.was_under(AGREEMENT)
        assert state.was_under(NEXT)
        assert not state.was_under(LAST)


def test_a_problem_without_a_plan_goes_over_alone() -> None:
    scene = given(*PRIORITISED, *HANDED).when(but(CARRY, actions=()))
    scene.then_accepted()
    assert scene.register.version(f"plan-{KEY}") == 0


def test_what_has_ended_stays_where_it_was_done() -> None:
    scene = given(*DONE, *HANDED).when(but(CARRY, actions=())).then_accepted()
    assert scene.now(Action, "vandringar").agreement == AGREEMENT
    scene.as_role("controller").when(but(VERIFY, on=day("2023-03-20"))).then_accepted()
    scene.when(but(FOLLOW_UP, on=day("2023-03-21"))).then_accepted()


def test_work_goes_on_under_the_successor() -> None:
    scene = given(*COMMITTED, *HANDED, CARRY)
    scene.when(but(START, on=day("2023-03-01"))).then_refused("outside-period")
    scene.when(but(START, on=day("2023-03-16"))).then_accepted()
    scene.when(but(VALUE, on=day("2023-03-17"))).then_accepted()
    again = but(COMMIT, action="ljus", on=day("2023-03-20"), due=day("2023-09-01"), follow_up=LATER)
    assert scene.when(again).then_accepted().now(Action, "ljus").agreement == NEXT


LATER = COMMIT.follow_up.model_copy(update={"on": day("2023-12-01")})


def test_every_open_action_is_decided_on() -> None:
    scene = given(*STARTED, LIGHTS, *HANDED).when(CARRY).then_refused("actions-undecided")
    assert isinstance(scene.answer, Exception)
    assert "Ljus i tunneln" in str(scene.answer)
    scene.and_given(DoNotStart(action="ljus", on=day("2023-03-14"), reason="Tunneln rivs.")).when(CARRY).then_accepted()


def test_only_an_open_action_of_the_problem_goes_on() -> None:
    given(*DONE, *HANDED).when(CARRY).then_refused("action-not-open")
    other = (but(PROPOSE, problem="annat"), but(VALUE, problem="annat"), but(PRIORITISE, problem="annat"))
    scene = given(*COMMITTED, *other, *HANDED)
    scene.when(but(CARRY, problem="annat")).then_refused("action-not-open")
    scene.when(but(CARRY, actions=("okand",))).then_refused("not-found")
    with pytest.raises(ValidationError, match="each action once"):
        but(CARRY, actions=("ljus", "ljus"))


def test_a_problem_goes_over_to_an_agreement_that_has_been_named_as_successor() -> None:
    given(*COMMITTED, END, SIGN_NEXT).when(CARRY).then_refused("not-a-successor")
    given(*COMMITTED).when(CARRY).then_refused("not-found")
    given(*COMMITTED, *HANDED).when(but(CARRY, problem="okand")).then_refused("not-found")
    given(*COMMITTED, *HANDED, CARRY).when(but(CARRY, on=day("2023-03-20"))).then_refused("already-carried-over")


def test_it_goes_over_on_a_day_when_the_successor_is_in_force() -> None:
    scene = given(*COMMITTED, *HANDED)
    scene.when(but(CARRY, on=day("2023-03-01"))).then_refused("outside-period")
    scene.when(but(CARRY, on=day("2024-01-01"))).then_refused("date-in-future")
    scene.and_given(but(END, agreement=NEXT, on=day("2023-06-01"))).when(CARRY).then_refused("agreement-ended")


def test_it_does_not_go_over_before_its_latest_step() -> None:
    early = but(END, on=day("2020-02-20"))
    soon = but(SIGN_NEXT, first_day=day("2020-02-21"), signed_on=day("2020-02-21"))
    scene = given(*COMMITTED).on("2020-12-01")
    scene.and_given(early, soon, but(SUCCEED, on=day("2020-02-21")), but(CARRY, on=day("2020-03-01")))
    scene.and_given(but(START, on=day("2020-04-01")), but(END, agreement=NEXT, on=day("2020-05-01")))
    third = but(soon, agreement=LAST, first_day=day("2020-05-02"), signed_on=day("2020-02-21"))
    scene.and_given(third, but(SUCCEED, agreement=NEXT, successor=LAST, on=day("2020-05-02")))
    scene.when(but(CARRY, successor=LAST, on=day("2020-05-02"))).then_accepted()
    closed = but(PRIORITISE, problem="annat", on=day("2023-02-28"))
    again = given(*COMMITTED, but(PROPOSE, problem="annat"), but(VALUE, problem="annat"), closed, *HANDED)
    again.when(but(CARRY, problem="annat", actions=(), on=day("2023-03-02"))).then_accepted()


def test_a_closing_recorded_late_comes_before_the_carry_over() -> None:
    late = Cancel(action="vandringar", on=day("2023-03-20"), reason="Ingen tar över.")
    aside = SetProblemAside(problem=KEY, on=day("2020-02-25"), reason="Andra går före.")
    given(*COMMITTED, aside, *HANDED).when(CARRY).then_accepted()
    given(*STARTED, late, *HANDED).when(but(CARRY, actions=())).then_accepted()


def test_a_problem_that_was_decided_on_after_the_day_does_not_go_over_on_it() -> None:
    scene = given(*COMMITTED, *HANDED, CARRY).on("2023-06-01")
    aside = SetProblemAside(problem=KEY, on=day("2023-05-02"), reason="Andra går före.")
    third = but(SIGN_NEXT, agreement=LAST, first_day=day("2023-04-02"), signed_on=day("2023-04-02"))
    scene.and_given(aside, but(END, agreement=NEXT, on=day("2023-04-01")), third)
    scene.and_given(but(SUCCEED, agreement=NEXT, successor=LAST, on=day("2023-04-02")))
    scene.when(but(CARRY, successor=LAST, on=day("2023-05-01"))).then_refused("out-of-order")
    scene.when(but(CARRY, successor=LAST, on=day("2023-05-02"))).then_accepted()


def test_a_closed_problem_stays_closed() -> None:
    close = Close(problem=KEY, on=day("2021-09-01"), reason="Löst.", outcome="solved")
    given(*COMMITTED, close, *HANDED).when(CARRY).then_refused("problem-closed")


def test_a_problem_that_was_left_behind_goes_straight_to_the_one_after_next() -> None:
    third = but(SIGN_NEXT, agreement=LAST, first_day=day("2023-06-02"), signed_on=day("2023-06-02"))
    ended = but(END, agreement=NEXT, on=day("2023-06-01"))
    scene = given(*COMMITTED, *HANDED, ended, third, but(SUCCEED, agreement=NEXT, successor=LAST, on=day("2023-06-02")))
    scene.when(but(CARRY, successor=LAST, on=day("2023-06-15"))).then_accepted()
    problem = scene.now(Problem, KEY)
    assert problem.agreement == LAST
    assert problem.was_under(AGREEMENT)
    assert not problem.was_under(NEXT)


# Two agreements in one register


def life() -> Scene:
    """From the signing of the first agreement into the time of the second."""
    scene = given(*STARTED, LIGHTS, but(PROPOSE, problem="lamnat", title="Buskörning"))
    scene.on("2023-03-02").and_given(*HANDED)
    scene.on("2023-03-15").and_given(
        DoNotStart(action="ljus", on=day("2023-03-15"), reason="Tunneln rivs."),
        CARRY,
        but(OPEN_MEETING, meeting="est-2023-v11", agreement=NEXT, on=day("2023-03-14")),
    )
    return (
        scene.on("2023-06-20")
        .as_role("controller")
        .and_given(but(REPORT_DONE, on=day("2023-06-15")), but(VERIFY, on=day("2023-06-20")))
    )


def as_of(scene: Scene, position: int) -> Register:
    register = Register()
    for recorded in scene.history[:position]:
        register.apply(recorded)
    return register


def test_before_the_carry_over_the_register_shows_the_old_agreement_and_after_it_the_new_one() -> None:
    scene = life()
    (went,) = [r.gsn for r in scene.history if isinstance(r.event, ProblemCarriedOver)]
    before, after = as_of(scene, went - 1), as_of(scene, scene.history[-1].gsn)
    there, now = before.find(Problem, KEY), after.find(Problem, KEY)
    assert there is not None
    assert now is not None
    assert (there.agreement, there.handovers) == (AGREEMENT, ())
    assert (now.agreement, now.was_under(AGREEMENT)) == (NEXT, True)
    assert [one.former for one in now.handovers] == [AGREEMENT]


def test_the_old_agreements_book_has_its_problems_also_when_it_is_read_afterwards() -> None:
    register = life().register
    assert list(problems_under(register, AGREEMENT)) == [KEY, "lamnat"]
    assert list(problems_under(register, NEXT)) == [KEY]
    assert list(actions_under(register, AGREEMENT)) == ["vandringar", "ljus"]
    assert list(actions_under(register, NEXT)) == ["vandringar"]


def test_a_problem_about_which_nothing_is_decided_is_seen_as_left() -> None:
    view = handover_view(life().register, AGREEMENT, day("2023-06-20"))
    assert (view.step, view.left, view.to and view.to.key) == ("decide", 1, NEXT)
    (left,) = view.undecided
    assert (left.key, left.left, left.needed) == ("lamnat", True, True)
    (went,) = view.decided
    assert (went.key, went.actions, went.to and went.to.key) == (KEY, ("Trygghetsvandringar",), NEXT)


def test_the_hand_over_goes_step_by_step() -> None:
    scene = given(*COMMITTED)

    def step() -> str:
        return handover_view(scene.register, AGREEMENT, day("2023-03-15")).step

    steps = [step()]
    for command in (END, SIGN_NEXT, SUCCEED, CARRY):
        scene.and_given(command)
        steps.append(step())
    assert steps == ["end", "sign", "succeed", "decide", "done"]


def test_a_problem_is_decided_on_by_closing_it_and_one_set_aside_needs_no_decision() -> None:
    scene = given(*PRIORITISED, but(PROPOSE, problem="annat"), *HANDED)
    aside = given(*PROPOSED, SetProblemAside(problem=KEY, on=day("2020-02-12"), reason="Inte nu."), *HANDED)
    scene.and_given(Close(problem=KEY, on=day("2023-03-15"), reason="Löst.", outcome="solved"))
    view = handover_view(scene.register, AGREEMENT, day("2023-03-20"))
    assert [(one.key, one.outcome, one.to) for one in view.decided] == [(KEY, "solved", None)]
    assert [one.key for one in view.undecided] == ["annat"]
    stays = handover_view(aside.register, AGREEMENT, day("2023-03-20"))
    assert ([one.needed for one in stays.undecided], stays.step) == ([False], "done")


def test_a_closed_problem_with_an_open_action_still_needs_a_decision() -> None:
    closed = Close(problem=KEY, on=day("2022-01-10"), reason="Löst.", outcome="solved")
    view = handover_view(given(*COMMITTED, closed, *HANDED).register, AGREEMENT, day("2023-03-20"))
    assert [(one.standing, [a.key for a in one.actions]) for one in view.undecided] == [("closed", ["vandringar"])]
    assert view.step == "decide"


def test_what_is_left_of_the_books_is_listed_once_the_agreement_is_over() -> None:
    scene = given(*DONE, PUBLISH)
    assert handover_view(scene.register, AGREEMENT, day("2023-02-01")).books == ()
    scene.and_given(END)
    books = handover_view(scene.register, AGREEMENT, day("2023-03-02")).books
    assert [one.kind for one in books[:3]] == ["action-unverified", "action-without-follow-up", "promise-not-reported"]
    assert [one.key for one in books[3:]] == ["2019", "2020", "2021", "2022", "2023"]


def test_the_agreement_to_hand_over_is_the_one_that_has_ended_and_is_not_done() -> None:
    scene = given(SIGN)
    assert handing_over(scene.register, day("2023-02-01")) == AGREEMENT
    scene.and_given(END, SIGN_NEXT)
    assert handing_over(scene.register, day("2023-03-15")) == AGREEMENT
    scene.and_given(SUCCEED)
    assert handing_over(scene.register, day("2023-03-15")) == NEXT
    assert handing_over(Register(), day("2023-03-15")) is None


def test_no_new_work_is_offered_on_the_day_of_an_early_end_while_that_day_is_still_the_agreements() -> None:
    scene = given(SIGN, but(END, on=day("2022-06-01")))
    on, after = agreement_on(scene.register, day("2022-06-01")), agreement_on(scene.register, day("2022-06-02"))
    assert on is not None
    assert (on[0], after) == (AGREEMENT, None)
    assert agreement_in_force(scene.register, day("2022-06-01")) is None
    assert agreement_in_force(given(SIGN).register, day("2022-06-01")) == AGREEMENT
    assert scene.now(Agreement, AGREEMENT).end == day("2022-06-01")
