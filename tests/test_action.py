"""Åtgärden: committed under the plan, started, dosed, changed; not started, cancelled, done, verified, followed up."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from domain.action import (
    Action,
    Cancel,
    Cancelled,
    Change,
    Changed,
    Committed,
    DoNotStart,
    DoseLogged,
    Effect,
    FollowedUp,
    LogDose,
    NotStarted,
    Owner,
    Plan,
    PlanAdopted,
    ReportedDone,
    Started,
    VerifiedDone,
)
from domain.core import Command
from tests.given import (
    ADOPT_PLAN,
    CITY,
    COMMIT,
    COMMITTED,
    FOLLOW_UP,
    OWNER,
    POLICE,
    PRIORITISED,
    PROPOSED,
    REPORT_DONE,
    START,
    VERIFY,
    Scene,
    but,
    day,
    given,
)
from tests.test_agreement import END
from tests.test_problem import ASIDE, CLOSE

KEY = "vandringar"
DOSE = LogDose(action=KEY, on=day("2020-03-19"), amount=1, unit="vandring", hours=6.5, note="Tolv deltog.")
CHANGE = Change(action=KEY, on=day("2020-04-02"), reason="Smittläget.", due=day("2020-12-31"), planned_hours=60)
REFRAIN = DoNotStart(action=KEY, on=day("2020-03-02"), reason="Tjänsten är vakant.")
CANCEL = Cancel(action=KEY, on=day("2020-05-04"), reason="Elevråden har slutat delta.")
STARTED = (*COMMITTED, START)
DONE = (*STARTED, REPORT_DONE)
CONTROLLER = "controller"


def the_action(scene: Scene) -> Action:
    return scene.now(Action, KEY)


def test_a_prioritised_problem_gets_its_plan() -> None:
    scene = given(*PRIORITISED).when(ADOPT_PLAN)
    scene.then(
        (
            "plan-personran-centrum",
            PlanAdopted(on=ADOPT_PLAN.on, agreement="vasteras-2019", aim=ADOPT_PLAN.aim, owner=OWNER),
        )
    )
    assert scene.now(Plan, "personran-centrum").owner == OWNER


def test_a_problem_has_one_plan() -> None:
    given(*PRIORITISED, ADOPT_PLAN).when(ADOPT_PLAN).then_refused("already-exists")


def test_only_a_prioritised_problem_gets_a_plan_and_actions() -> None:
    given(*PROPOSED).when(ADOPT_PLAN).then_refused("not-prioritised")
    aside = but(ASIDE, on=day("2020-02-19"))
    given(*PRIORITISED, ADOPT_PLAN, aside).when(COMMIT).then_refused("not-prioritised")
    given().when(ADOPT_PLAN).then_refused("not-found")


def test_work_does_not_begin_on_a_problem_that_has_been_set_aside_or_closed() -> None:
    given(*COMMITTED, but(ASIDE, on=day("2020-02-25"))).when(START).then_refused("not-prioritised")
    given(*COMMITTED, but(CLOSE, on=day("2020-02-25"))).when(START).then_refused("not-prioritised")


def test_work_under_way_can_be_ended_when_its_problem_has_been_set_aside() -> None:
    aside = but(ASIDE, on=day("2020-04-01"))
    given(*STARTED, aside).when(CANCEL).then_accepted()
    given(*STARTED, aside).when(REPORT_DONE).then_accepted()


def test_an_action_is_committed_with_owner_due_date_and_planned_follow_up() -> None:
    scene = given(*PRIORITISED, ADOPT_PLAN).when(COMMIT)
    scene.then(Committed(agreement="vasteras-2019", **COMMIT.model_dump(exclude={"action"})))
    state = the_action(scene)
    assert (state.progress, state.owner, state.due) == ("committed", OWNER, day("2020-09-30"))


def test_an_action_is_committed_once_and_under_a_plan() -> None:
    given(*COMMITTED).when(COMMIT).then_refused("already-exists")
    given(*PRIORITISED).when(COMMIT).then_refused("not-found")


def test_due_date_and_follow_up_come_after_the_commitment() -> None:
    scene = given(*PRIORITISED, ADOPT_PLAN)
    scene.when(but(COMMIT, due=day("2020-02-19"))).then_refused("due-before-commitment")
    early = COMMIT.follow_up.model_copy(update={"on": day("2020-02-19")})
    scene.when(but(COMMIT, follow_up=early)).then_refused("due-before-commitment")


def test_the_plan_follows_the_decision_and_the_commitment_follows_the_plan() -> None:
    given(*PRIORITISED).when(but(ADOPT_PLAN, on=day("2020-02-10"))).then_refused("out-of-order")
    given(*PRIORITISED, ADOPT_PLAN).when(but(COMMIT, on=day("2020-02-17"))).then_refused("out-of-order")


@pytest.mark.parametrize("command", [ADOPT_PLAN, COMMIT])
def test_plans_and_commitments_are_made_while_the_agreement_is_in_force(command: Command) -> None:
    history = PRIORITISED if command is ADOPT_PLAN else (*PRIORITISED, ADOPT_PLAN)
    given(*history, END).when(command).then_refused("agreement-ended")
    late = command.model_copy(update={"on": day("2023-03-02")})
    given(*history).when(late).then_refused("outside-period")
    given(*history).on("2020-02-17").when(command).then_refused("date-in-future")


def test_work_begins() -> None:
    scene = given(*COMMITTED).when(START).then(Started(on=START.on))
    assert (the_action(scene).progress, the_action(scene).started_on) == ("started", day("2020-03-02"))


def test_what_is_carried_out_adds_up() -> None:
    scene = given(*STARTED).when(DOSE).then(DoseLogged(**DOSE.model_dump(exclude={"action"})))
    scene.when(but(DOSE, on=day("2020-04-16"), hours=3)).then_accepted()
    assert (the_action(scene).doses, the_action(scene).logged_hours) == (2, 9.5)


@pytest.mark.parametrize("amount", [0, -1, float("inf"), float("nan")])
def test_a_dose_is_a_positive_number_that_can_be_stored(amount: float) -> None:
    with pytest.raises(ValidationError):
        but(DOSE, amount=amount)
    with pytest.raises(ValidationError):
        LogDose.model_validate_json(
            f'{{"action": "a", "on": "2020-03-19", "amount": {amount}, "unit": "h", "hours": 1}}'
        )


def test_a_change_has_a_reason_and_leaves_the_rest() -> None:
    scene = given(*STARTED).when(CHANGE)
    scene.then(
        Changed(on=CHANGE.on, reason="Smittläget.", description=None, owner=None, due=CHANGE.due, planned_hours=60)
    )
    state = the_action(scene)
    assert (state.due, state.planned_hours, state.owner, state.progress) == (CHANGE.due, 60, OWNER, "started")


def test_a_change_changes_something() -> None:
    same = but(CHANGE, due=COMMIT.due, planned_hours=COMMIT.planned_hours)
    given(*STARTED).when(same).then_refused("nothing-changed")
    given(*STARTED).when(but(CHANGE, due=None, planned_hours=None)).then_refused("nothing-changed")


def test_a_new_due_date_comes_after_the_change() -> None:
    given(*STARTED).when(but(CHANGE, due=day("2020-04-01"))).then_refused("due-before-commitment")


def test_an_action_that_is_not_started_says_why() -> None:
    scene = given(*COMMITTED).when(REFRAIN).then(NotStarted(on=REFRAIN.on, reason="Tjänsten är vakant."))
    assert (the_action(scene).progress, the_action(scene).reason) == ("not started", "Tjänsten är vakant.")


def test_an_action_that_is_broken_off_says_why() -> None:
    scene = given(*STARTED).when(CANCEL).then(Cancelled(on=CANCEL.on, reason=CANCEL.reason))
    assert (the_action(scene).progress, the_action(scene).ended_on) == ("cancelled", CANCEL.on)


def test_reported_done_is_not_verified_done() -> None:
    scene = given(*STARTED).when(REPORT_DONE).then(ReportedDone(on=REPORT_DONE.on, note=None))
    assert (the_action(scene).progress, the_action(scene).verified_on) == ("reported done", None)


def test_another_role_than_the_owners_verifies() -> None:
    scene = given(*DONE).as_role(CONTROLLER).when(VERIFY)
    scene.then(VerifiedDone(on=VERIFY.on, by_role=CONTROLLER, how=VERIFY.how))
    assert (the_action(scene).progress, the_action(scene).verified_on) == ("verified done", VERIFY.on)


@pytest.mark.parametrize("organisation", [CITY, POLICE])
@pytest.mark.parametrize("role", ["områdesutvecklare", "Områdesutvecklare"])
def test_the_owners_role_does_not_verify_its_own_action(role: str, organisation: str) -> None:
    given(*DONE).as_role(role, organisation).when(VERIFY).then_refused("verified-by-owner")


def test_the_new_owner_does_not_verify_and_the_former_may() -> None:
    moved = but(CHANGE, owner=Owner(role="parkchef", organisation=CITY))
    scene = given(*STARTED, moved, REPORT_DONE)
    scene.as_role("parkchef").when(VERIFY).then_refused("verified-by-owner")
    scene.as_role("områdesutvecklare").when(VERIFY).then_accepted()


@pytest.mark.parametrize("verified", [False, True])
def test_a_finished_action_is_followed_up(verified: bool) -> None:
    scene = given(*DONE).as_role(CONTROLLER).and_given(*((VERIFY,) if verified else ()))
    followed = FollowedUp(**FOLLOW_UP.model_dump(exclude={"action"}))
    assert the_action(scene.when(FOLLOW_UP).then(followed)).followed_up == followed


def test_a_cancelled_action_is_followed_up_too() -> None:
    given(*STARTED, CANCEL).when(FOLLOW_UP).then_accepted()


def test_an_estimate_comes_with_its_interval() -> None:
    with pytest.raises(ValidationError, match="an estimate needs its interval"):
        Effect(design="före och efter", estimate=-2.0, low=-5.0, words="Kanske.")


@pytest.mark.parametrize(
    ("history", "command"),
    [
        *((COMMITTED, command) for command in (DOSE, CANCEL, REPORT_DONE, VERIFY, FOLLOW_UP)),
        *((STARTED, command) for command in (START, REFRAIN, VERIFY, FOLLOW_UP)),
        *((DONE, command) for command in (START, DOSE, CHANGE, CANCEL, REPORT_DONE)),
        *(((*COMMITTED, REFRAIN), command) for command in (START, CHANGE, REFRAIN, FOLLOW_UP)),
        *(((*STARTED, CANCEL), command) for command in (DOSE, CHANGE, CANCEL, REPORT_DONE, VERIFY)),
    ],
)
def test_a_step_that_does_not_follow_is_refused(history: tuple[Command, ...], command: Command) -> None:
    given(*history).as_role(CONTROLLER).when(command).then_refused("wrong-progress")


@pytest.mark.parametrize(
    ("history", "command"),
    [
        (COMMITTED, but(START, on=day("2020-02-19"))),
        (COMMITTED, but(REFRAIN, on=day("2020-02-19"))),
        (STARTED, but(DOSE, on=day("2020-03-01"))),
        (STARTED, but(CHANGE, on=day("2020-03-01"))),
        (STARTED, but(CANCEL, on=day("2020-03-01"))),
        (STARTED, but(REPORT_DONE, on=day("2020-03-01"))),
        (DONE, but(VERIFY, on=day("2020-09-24"))),
        (DONE, but(FOLLOW_UP, on=day("2020-09-24"))),
    ],
)
def test_no_step_is_dated_before_the_one_it_follows(history: tuple[Command, ...], command: Command) -> None:
    given(*history).as_role(CONTROLLER).when(command).then_refused("out-of-order")


@pytest.mark.parametrize("command", [START, DOSE, CHANGE, REFRAIN, CANCEL, REPORT_DONE, VERIFY, FOLLOW_UP])
def test_a_step_is_taken_with_an_action_that_exists_on_a_day_that_has_come(command: Command) -> None:
    given().when(command).then_refused("not-found")
    given(*DONE).on("2020-03-01").when(command).then_refused("date-in-future")


@pytest.mark.parametrize(("history", "command"), [(COMMITTED, START), (STARTED, DOSE), (STARTED, CHANGE)])
def test_no_new_work_is_recorded_after_the_agreement_has_ended(history: tuple[Command, ...], command: Command) -> None:
    given(*history, END).when(command).then_refused("agreement-ended")
