"""Reminders: each occasion once, by a key that stays the same, of what the subscriber chose."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from adapters.subscriptions import Subscription
from domain.action import ReportDone, Verify
from domain.meeting import AgendaItem, Attend, Attendee, CloseMeeting, DecideAtMeeting, FollowUpDecision, OpenMeeting
from domain.observation import Observe
from domain.promise import Measure, MeasureReport, Publish, ReportBack
from domain.signal import Judge, signal_key
from service.alerts.reminder_letter import reminder_letter
from service.alerts.reminders import RECENT, Reminder, reminders
from service.register import LiveRegister
from tests.alerted import ANNA, SURGES, WEEK, Surge, asked, assessed, ran, scene, worked_on
from tests.plausible import AGREEMENT, BY, EST, TABLE, SetClock, report

RABY, CENTRUM = signal_key(TABLE, WEEK, "raby", "skadegorelse"), signal_key(TABLE, WEEK, "centrum", "stold")
MONDAY = date(2026, 2, 23)


@pytest.fixture
def kept(fresh_sqlite: str) -> Iterator[tuple[LiveRegister, SetClock]]:
    made, clock = scene(fresh_sqlite)
    yield made, clock
    made.close()


@pytest.fixture
def live(kept: tuple[LiveRegister, SetClock]) -> LiveRegister:
    return kept[0]


def on(live: LiveRegister, day: date, subscription: Subscription = ANNA) -> tuple[Reminder, ...]:
    """What there is to remember on a day."""
    return reminders(live, live.now(), day, subscription)


def keys(found: tuple[Reminder, ...]) -> list[str]:
    return [each.key for each in found]


def test_a_signal_that_nobody_judges_is_reminded_of_a_week_after_it_was_raised(live: LiveRegister) -> None:
    ran(live, assessed(SURGES))
    assert on(live, MONDAY + timedelta(days=6)) == ()
    found = on(live, MONDAY + timedelta(days=7))
    assert keys(found) == [f"signal:{CENTRUM}:2026-03-02", f"signal:{RABY}:2026-03-02"]
    assert keys(on(live, MONDAY + timedelta(days=20))) == keys(found)
    assert found[1].path == "/signal/polisens-tabell-2026-w08-raby%3Askadegorelse"
    assert found[1].sentence.sv == (
        "Signalen om Skadegorelse, Raby (v. 8 2026) kom den 23 februari 2026 och är inte bedömd."
    )
    assert found[1].sentence.en == (
        "The signal on Skadegorelse, Raby (week 8, 2026) was raised on 23 February 2026 and has not been judged."
    )
    live.ask(Judge(signal=RABY, on=MONDAY, response="watch", reason="Vi följer det."), BY)
    assert keys(on(live, MONDAY + timedelta(days=7))) == [f"signal:{CENTRUM}:2026-03-02"]


def test_only_signals_that_the_subscriber_chose_are_reminded_of(live: LiveRegister) -> None:
    ran(live, assessed({**SURGES, ("backby", "narkotika"): Surge(1, 0.4, "lasting-fall")}))
    day = MONDAY + timedelta(days=7)
    for chosen, expected in (
        ({"districts": ("raby",)}, ["raby:skadegorelse"]),
        ({"direction": "fall"}, ["backby:narkotika"]),
        ({"least_surprise": 5000}, ["raby:skadegorelse"]),
        ({"reminders": False}, []),
    ):
        found = on(live, day, replace(ANNA, **chosen))
        assert [each.key.split("w08-")[1].removesuffix(":2026-03-02") for each in found] == expected


def test_an_action_is_reminded_of_in_the_week_before_its_day_and_once_more_when_it_is_late(live: LiveRegister) -> None:
    worked_on(live, due=date(2026, 3, 12))
    assert on(live, date(2026, 3, 4)) == ()
    (due,), (last,), (late,) = (on(live, date(2026, 3, day)) for day in (5, 12, 13))
    assert due == last
    assert (due.key, due.late) == ("action-due:laga:2026-03-12", False)
    assert (late.key, late.late) == ("action-late:laga:2026-03-12", True)
    assert due.sentence.sv == "Åtgärden ”Laga muren” ska vara klar den 12 mars 2026. Ansvarig: förvaltare, Mimer."
    assert late.sentence.en == "The action “Laga muren” was due on 12 March 2026. Responsible: förvaltare, Mimer."
    assert late.path == "/atgarder/laga"
    assert on(live, date(2026, 3, 13), replace(ANNA, districts=("centrum",))) == ()
    assert on(live, date(2026, 3, 13), replace(ANNA, districts=("raby",), categories=("skadegorelse",))) == (late,)


def test_what_fell_due_long_ago_is_left_to_the_meeting(live: LiveRegister) -> None:
    worked_on(live, due=date(2026, 3, 12))
    assert len(on(live, date(2026, 3, 12) + RECENT)) == 1
    assert on(live, date(2026, 3, 13) + RECENT) == ()


def test_a_follow_up_is_reminded_of_when_its_day_has_come(kept: tuple[LiveRegister, SetClock]) -> None:
    live, clock = kept
    worked_on(live, due=date(2026, 3, 12))
    clock.moment = datetime.combine(date(2026, 3, 11), time(9), UTC)
    live.ask(ReportDone(action="laga", on=date(2026, 3, 11)), BY)
    other = BY.model_copy(update={"role": "controller", "account": "kerstin"})
    live.ask(Verify(action="laga", on=date(2026, 3, 11), how="Synades."), other)
    assert on(live, date(2026, 4, 10)) == ()
    (found,) = on(live, date(2026, 4, 11))
    assert (found.key, found.kind, found.late) == ("follow-up:laga:2026-04-11", "follow-up", False)
    assert found.sentence.sv == "Åtgärden ”Laga muren” ska följas upp den 11 april 2026."


def test_a_decision_is_reminded_of_until_a_meeting_has_followed_it_up(kept: tuple[LiveRegister, SetClock]) -> None:
    live, clock = kept
    there = (Attendee(role="samordnare", organisation="Västerås stad"),)
    attend, close = Attend(meeting="m1", attendees=there), CloseMeeting(meeting="m1", agenda=(AgendaItem(title="1"),))
    decide = DecideAtMeeting(
        meeting="m1", what="Fotpatrull två kvällar.", reason="Oro.", owner_role="kommunpolis", due=date(2026, 3, 3)
    )
    asked(live, OpenMeeting(meeting="m1", agreement=AGREEMENT, on=MONDAY), attend, decide, close)
    assert on(live, date(2026, 3, 2)) == ()
    (found,) = on(live, date(2026, 3, 4))
    assert (found.key, found.late, found.path) == ("decision:m1.1:2026-03-03", True, "/mote/2026-W10")
    assert found.sentence.sv == (
        "Beslutet ”Fotpatrull två kvällar” (veckomötet v. 9 2026) skulle vara klart den 3 mars 2026 och är inte "
        "uppföljt. Ansvarig: kommunpolis."
    )
    clock.moment = datetime.combine(date(2026, 3, 4), time(9), UTC)
    word = FollowUpDecision(meeting="m2", earlier="m1", number=1, outcome="done")
    asked(live, OpenMeeting(meeting="m2", agreement=AGREEMENT, on=date(2026, 3, 4)), word)
    assert on(live, date(2026, 3, 4)) == ()


def test_a_promise_is_reminded_of_until_the_residents_have_been_told(kept: tuple[LiveRegister, SetClock]) -> None:
    live, clock = kept
    promise = Publish(
        promise="p1", on=MONDAY, agreement=AGREEMENT, title="Hela murar", words="Vi lagar.", first_day=MONDAY,
        last_day=date(2026, 3, 31), measures=(Measure(what="Muren"),), indicator="Antal",
    )  # fmt: skip
    live.ask(promise, BY)
    assert on(live, date(2026, 3, 23)) == ()
    (due,), (late,) = on(live, date(2026, 3, 24)), on(live, date(2026, 4, 1), replace(ANNA, districts=("centrum",)))
    assert [due.key, late.key] == ["promise-due:p1:2026-03-31", "promise-late:p1:2026-03-31"]
    assert due.sentence.sv == "Medborgarlöftet ”Hela murar” tar slut den 31 mars 2026 och ska återrapporteras."
    assert late.sentence.en == "The citizen promise “Hela murar” ended on 31 March 2026 and is to be reported back."
    clock.moment = datetime.combine(date(2026, 4, 1), time(9), UTC)
    told = MeasureReport(done="yes", words="Lagad.")
    live.ask(ReportBack(promise="p1", on=date(2026, 4, 1), measures=(told,), outcome="better", words="Bättre."), BY)
    assert on(live, date(2026, 4, 1)) == ()


def test_who_has_fallen_silent_is_told_with_how_often_they_used_to_report_and_no_name_in_the_key(
    kept: tuple[LiveRegister, SetClock],
) -> None:
    live, clock = kept
    for week in range(4):
        day = date(2026, 1, 20) + timedelta(weeks=week)
        live.ask(Observe(observation=f"o{week}", source=EST, content=report(day)), BY)
    clock.moment = datetime.combine(date(2026, 3, 3), time(9), UTC)
    (found,) = on(live, live.today())
    assert found.sentence.sv == (
        "Trygghetsvärd brukar lämna ungefär två rapporter i månaden men har inte hörts sedan v. 7 2026."
    )
    assert found.kind == "silent"
    assert found.due == date(2026, 3, 1)
    assert "trygg" not in found.key
    assert found.key.startswith("silent:")
    assert found.key.endswith(":2026-03-01")
    live.ask(Observe(observation="o9", source=EST, content=report(date(2026, 3, 2))), BY)
    assert on(live, live.today()) == ()


def test_the_letter_counts_them_by_kind_and_asks_for_what_to_do(live: LiveRegister) -> None:
    ran(live, assessed(SURGES))
    worked_on(live, due=date(2026, 3, 1))
    found = on(live, date(2026, 3, 3))
    assert reminder_letter(found, ANNA).subject == "Påminnelse: 2 signaler att bedöma och 1 åtgärd (1 försenad)"
    english = reminder_letter(found, replace(ANNA, language="en"))
    assert english.subject == "Reminder: 2 signals to judge and 1 action (1 late)"
    texts = [getattr(block, "text", "") for block in english.blocks]
    assert "Judge: Skadegorelse, Raby" in texts
    assert "Open: Laga muren" in texts
    assert reminder_letter(found[-1:], ANNA).subject == "Påminnelse: 1 åtgärd (1 försenad)"
