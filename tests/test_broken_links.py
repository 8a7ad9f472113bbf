"""Every kind of broken link is found from the day on which it is broken, and is gone once it is mended."""

from __future__ import annotations

from datetime import date

from domain.action import Cancel, DoNotStart
from domain.core import Command
from domain.meeting import AgendaItem, Attend, CloseMeeting, DecideAtMeeting, OpenMeeting
from domain.problem import AnalyseCauses, Cause, Close, SetProblemAside
from domain.promise import MeasureReport, ReportBack
from domain.signal import Judge
from service.views.broken_links import KINDS, BrokenLink, Kind, broken_links
from tests.given import (
    ADOPT_PLAN,
    AGREEMENT,
    ASSESS,
    ATTEND,
    COMMIT,
    COMMITTED,
    FOLLOW_UP,
    FOUNDED,
    OPEN_MEETING,
    PRIORITISED,
    PROPOSED,
    PUBLISH,
    REPORT_DONE,
    SIGNAL,
    START,
    VERIFY,
    Scene,
    but,
    day,
    given,
)

PROBLEM = "personran-centrum"
CAUSES = AnalyseCauses(
    problem=PROBLEM,
    on=day("2020-02-15"),
    causes=(Cause(side="victim", cause="Går ensamma hem", finding="confirmed", ground="Samtal i skolan."),),
    method="Platsbesök.",
)


def found(scene: Scene, on: str, kind: Kind) -> tuple[BrokenLink, ...]:
    """The broken links of a kind on a day; the counts agree with them."""
    broken = broken_links(scene.register, day(on))
    assert broken.counts == {one: len(broken.items[one]) for one in KINDS}
    assert broken.total == sum(len(links) for links in broken.items.values())
    return broken.items[kind]


def test_a_register_without_anything_has_no_broken_link_and_every_kind() -> None:
    broken = broken_links(given().register, date(2020, 1, 1))
    assert (broken.total, tuple(broken.counts)) == (0, KINDS)


def test_a_prioritised_problem_lacks_its_cause_analysis_a_week_after_the_decision_until_it_is_made() -> None:
    scene = given(*PRIORITISED)
    assert found(scene, "2020-02-18", "problem-without-causes") == ()  # a week's grace
    (link,) = found(scene, "2020-02-19", "problem-without-causes")
    assert (link.key, link.title, link.since) == (PROBLEM, "Personrån mot unga i centrum", day("2020-02-11"))
    assert found(scene.and_given(CAUSES), "2020-02-20", "problem-without-causes") == ()


def test_a_problem_that_is_proposed_or_set_aside_needs_neither_causes_nor_plan() -> None:
    scene = given(*PROPOSED)
    assert broken_links(scene.register, day("2021-01-01")).total == 0
    aside = SetProblemAside(problem=PROBLEM, on=day("2020-03-01"), reason="Andra går före.")
    assert broken_links(scene.and_given(aside).register, day("2021-01-01")).total == 0


def test_a_prioritised_problem_lacks_a_plan_and_a_plan_lacks_actions_each_after_a_week() -> None:
    scene = given(*PRIORITISED)
    assert found(scene, "2020-02-18", "problem-without-plan") == ()
    assert [link.key for link in found(scene, "2020-02-19", "problem-without-plan")] == [PROBLEM]
    scene.and_given(ADOPT_PLAN)
    assert ADOPT_PLAN.on == day("2020-02-18")
    assert found(scene, "2020-02-25", "problem-without-plan") == ()
    assert found(scene, "2020-02-25", "plan-without-actions") == ()
    assert [link.since for link in found(scene, "2020-02-26", "plan-without-actions")] == [ADOPT_PLAN.on]
    assert found(scene.and_given(COMMIT), "2020-02-26", "plan-without-actions") == ()


def test_an_ongoing_action_whose_problem_was_closed_has_lost_its_problem_and_an_ended_one_has_not() -> None:
    close = Close(problem=PROBLEM, on=day("2020-06-01"), reason="Rånen har upphört.", outcome="solved")
    scene = given(*COMMITTED, START, close)
    (link,) = found(scene, "2020-06-02", "action-without-problem")
    assert (link.key, link.problem, link.since) == ("vandringar", PROBLEM, day("2020-06-01"))
    scene.and_given(Cancel(action="vandringar", on=day("2020-06-03"), reason="Behövs inte mer."))
    assert found(scene, "2020-06-04", "action-without-problem") == ()


def test_an_action_is_late_from_the_day_after_it_was_due_until_it_is_reported_done() -> None:
    scene = given(*COMMITTED, START)
    assert found(scene, "2020-09-30", "action-late") == ()
    assert [link.since for link in found(scene, "2020-10-01", "action-late")] == [COMMIT.due]
    scene.and_given(but(REPORT_DONE, on=day("2020-10-02")))
    assert found(scene, "2020-10-03", "action-late") == ()


def test_reported_done_is_a_broken_link_until_another_role_has_verified_it() -> None:
    scene = given(*COMMITTED, START, REPORT_DONE)
    assert [link.since for link in found(scene, "2020-09-26", "action-unverified")] == [REPORT_DONE.on]
    assert found(scene.and_given(VERIFY), "2020-10-06", "action-unverified") == ()


def test_a_planned_follow_up_is_missing_from_the_day_after_and_an_action_never_started_needs_none() -> None:
    scene = given(*COMMITTED, START, REPORT_DONE, VERIFY)
    assert found(scene, "2020-11-01", "action-without-follow-up") == ()
    assert [link.key for link in found(scene, "2020-11-02", "action-without-follow-up")] == ["vandringar"]
    assert found(scene.and_given(FOLLOW_UP), "2020-11-03", "action-without-follow-up") == ()
    never = given(*COMMITTED, DoNotStart(action="vandringar", on=day("2020-03-01"), reason="Ingen tid."))
    assert found(never, "2021-01-01", "action-without-follow-up") == ()


def test_a_signal_has_a_week_to_be_judged_in_and_is_called_by_its_category_and_district() -> None:
    scene = given(*FOUNDED, ASSESS)
    assert found(scene, "2020-02-07", "signal-without-verdict") == ()
    (link,) = found(scene, "2020-02-08", "signal-without-verdict")
    assert (link.key, link.title, link.since) == (SIGNAL, "Personrån, Centrum", day("2020-01-31"))
    scene.and_given(Judge(signal=SIGNAL, on=day("2020-02-11"), response="watch", reason="En grupp är på väg bort."))
    assert found(scene, "2020-03-01", "signal-without-verdict") == ()


def test_a_promise_is_to_be_reported_back_when_its_period_is_over() -> None:
    scene = given(*COMMITTED, PUBLISH)
    assert found(scene, "2021-03-31", "promise-not-reported") == ()
    assert [link.key for link in found(scene, "2021-04-01", "promise-not-reported")] == ["lofte-2020"]
    answers = tuple(MeasureReport(done="yes", words="Gjort.") for _ in PUBLISH.measures)
    told = ReportBack(
        promise="lofte-2020", on=day("2021-04-23"), measures=answers, outcome="better", words="Rånen blev färre."
    )
    assert found(scene.and_given(told), "2021-04-24", "promise-not-reported") == ()


def decided(**about: str) -> tuple[Command, ...]:
    """A meeting that decided something to be done within a week."""
    decision = DecideAtMeeting(
        meeting="est-2020-v08", what="Felanmäl lampan.", reason="Mörkt.", due=day("2020-02-25"), **about
    )
    return OPEN_MEETING, ATTEND, decision, CloseMeeting(meeting="est-2020-v08", agenda=(AgendaItem(title="Beslut"),))


def next_meeting() -> tuple[Command, ...]:
    """The meeting of the week after, closed."""
    key = "est-2020-v09"
    return (
        OpenMeeting(meeting=key, agreement=AGREEMENT, on=day("2020-02-25")),
        Attend(meeting=key, attendees=ATTEND.attendees),
        CloseMeeting(meeting=key, agenda=(AgendaItem(title="Förra mötets beslut"),)),
    )


def test_a_decision_is_overdue_until_a_meeting_on_its_due_day_or_later_has_been_closed() -> None:
    scene = given(*FOUNDED, *decided())
    assert found(scene, "2020-02-25", "decision-overdue") == ()
    (link,) = found(scene, "2020-02-26", "decision-overdue")
    assert (link.key, link.week, link.title) == ("est-2020-v08", "2020-W08", "Felanmäl lampan.")
    assert found(scene.and_given(*next_meeting()), "2020-02-26", "decision-overdue") == ()


def test_a_decision_about_an_action_is_overdue_until_the_action_has_ended() -> None:
    scene = given(*COMMITTED, *decided(action="vandringar", problem=PROBLEM), *next_meeting())
    assert [link.problem for link in found(scene, "2020-03-01", "decision-overdue")] == [PROBLEM]
    scene.and_given(START, REPORT_DONE)
    assert found(scene, "2020-09-26", "decision-overdue") == ()


def test_a_decision_about_a_signal_is_overdue_until_the_signal_is_judged() -> None:
    scene = given(*FOUNDED, ASSESS, *decided(signal=SIGNAL), *next_meeting())
    assert len(found(scene, "2020-03-01", "decision-overdue")) == 1
    scene.and_given(Judge(signal=SIGNAL, on=day("2020-03-02"), response="dismiss", reason="Ett fel i utdraget."))
    assert found(scene, "2020-03-03", "decision-overdue") == ()


def test_the_links_of_a_problem_hold_those_of_its_actions() -> None:
    scene = given(*COMMITTED, START)
    broken = broken_links(scene.register, day("2020-12-01"))
    assert {link.kind for link in broken.of_problem(PROBLEM)} == {
        "problem-without-causes", "action-late", "action-without-follow-up",
    }  # fmt: skip
    assert [link.kind for link in broken.of("vandringar", "action-late")] == ["action-late"]
    assert broken.of_problem("another") == ()
