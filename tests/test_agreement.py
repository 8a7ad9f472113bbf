"""Överenskommelsen: signed by both, amended, ended, succeeded; and what an agreement in force means."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from domain.agreement import (
    Agreement,
    Amend,
    Amended,
    End,
    Ended,
    Goal,
    Party,
    Signed,
    SixItems,
    Succeed,
    Succeeded,
)
from tests.given import AGREEMENT, CITY, OPEN_MEETING, POLICE, SIGN, but, day, given

END = End(agreement=AGREEMENT, on=day("2023-03-01"), reason="Tiden gick ut.")
NEXT = but(SIGN, agreement="vasteras-2023", first_day=day("2023-03-02"), last_day=day("2027-03-01"))
SUCCEED = Succeed(agreement=AGREEMENT, on=day("2023-03-02"), successor="vasteras-2023")
LONGER = Amend(agreement=AGREEMENT, on=day("2022-11-01"), reason="Ett år till.", last_day=day("2024-03-01"))
GOAL = SIGN.goals[0]


def test_the_parties_sign() -> None:
    signed = Signed(**SIGN.model_dump(exclude={"agreement"}))
    scene = given().when(SIGN).then(("agreement-vasteras-2019", signed))
    assert scene.now(Agreement, AGREEMENT).covers(day("2023-03-01"))
    assert not scene.now(Agreement, AGREEMENT).covers(day("2023-03-02"))


def test_an_agreement_is_signed_once() -> None:
    given(SIGN).when(SIGN).then_refused("already-exists")


def test_a_signing_lies_in_the_past() -> None:
    given().on("2019-11-05").when(SIGN).then_refused("date-in-future")


def test_two_agreements_never_cover_the_same_day() -> None:
    given(SIGN).when(but(NEXT, first_day=day("2023-03-01"))).then_refused("periods-overlap")
    given(SIGN).when(NEXT).then_accepted()


def test_the_days_after_an_early_end_are_free_for_the_next_agreement() -> None:
    early = but(NEXT, first_day=day("2022-06-02"))
    given(SIGN, but(END, on=day("2022-06-01"))).when(early).then_accepted()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"last_day": date(2019, 11, 6)}, "last_day must come after first_day"),
        ({"parties": SIGN.parties[:1]}, "at least 2 items"),
        ({"parties": (SIGN.parties[0], SIGN.parties[0])}, "a municipality and a police area"),
        ({"goals": ()}, "at least 1 item"),
        ({"goals": (GOAL, GOAL)}, "a key of its own"),
        ({"agreement": "Västerås 2019"}, "should match pattern"),
        ({"title": "   "}, "at least 1 character"),
        ({"signed_by": "Anna"}, "Extra inputs are not permitted"),
    ],
)
def test_an_unsound_signing_cannot_be_worded(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        but(SIGN, **changes)


def test_more_than_two_parties_may_sign() -> None:
    third = Party(organisation="Regionen", kind="municipality", signed_by_role="ordförande")
    assert len(but(SIGN, parties=(*SIGN.parties, third)).parties) == 3


def test_an_amendment_changes_what_it_names_and_nothing_else() -> None:
    scene = given(SIGN).when(LONGER)
    scene.then(Amended(on=day("2022-11-01"), reason="Ett år till.", last_day=day("2024-03-01")))
    after = scene.now(Agreement, AGREEMENT)
    assert (after.last_day, after.goals, after.items) == (day("2024-03-01"), SIGN.goals, SixItems())


def test_goals_and_described_items_can_be_amended() -> None:
    goal = Goal(key="trygghet", wording="Tryggare.", indicator="NTU", unit="%", direction="up")
    items = SixItems(goals="Mätbara mål.", period="Till 2023.")
    change = but(LONGER, last_day=None, goals=(goal,), items=items)
    after = given(SIGN).when(change).then_accepted().now(Agreement, AGREEMENT)
    assert (after.goals, after.last_day) == ((goal,), SIGN.last_day)
    assert after.items.missing() == ("problems", "causes", "documentation", "follow_up")


@pytest.mark.parametrize("same", [{}, {"last_day": SIGN.last_day}, {"goals": SIGN.goals}, {"items": SIGN.items}])
def test_an_amendment_changes_something(same: dict[str, Any]) -> None:
    given(SIGN).when(but(LONGER, last_day=None).model_copy(update=same)).then_refused("nothing-changed")


def test_an_amendment_keeps_the_goals_apart() -> None:
    with pytest.raises(ValidationError, match="a key of its own"):
        but(LONGER, goals=(GOAL, GOAL))


def test_an_amendment_cannot_end_the_agreement_backwards() -> None:
    given(SIGN).when(but(LONGER, last_day=day("2022-11-01"))).then_refused("period-too-short")


def test_an_amendment_cannot_reach_into_the_next_agreement() -> None:
    given(SIGN, NEXT).when(LONGER).then_refused("periods-overlap")


def test_an_amendment_that_stops_before_the_next_agreement_is_fine() -> None:
    later = but(NEXT, first_day=day("2024-03-02"))
    given(SIGN, later).when(LONGER).then_accepted()


def test_an_amendment_is_made_while_the_agreement_is_in_force() -> None:
    given(SIGN).when(but(LONGER, on=day("2023-03-02"))).then_refused("outside-period")
    given(SIGN, END).when(LONGER).then_refused("agreement-ended")
    given(SIGN).on("2022-10-31").when(LONGER).then_refused("date-in-future")
    given().when(LONGER).then_refused("not-found")


def test_an_agreement_ends_with_a_reason() -> None:
    scene = given(SIGN).when(END).then(Ended(on=day("2023-03-01"), reason="Tiden gick ut."))
    assert scene.now(Agreement, AGREEMENT).ended_on == day("2023-03-01")


def test_an_agreement_ends_once() -> None:
    given(SIGN, END).when(END).then_refused("agreement-ended")


def test_an_end_lies_in_the_past_and_within_the_period() -> None:
    given(SIGN).on("2023-02-28").when(END).then_refused("date-in-future")
    given(SIGN).when(but(END, on=day("2023-03-02"))).then_refused("outside-period")


def test_no_work_is_recorded_outside_the_period() -> None:
    given(SIGN).when(but(OPEN_MEETING, on=day("2019-11-05"))).then_refused("outside-period")
    given(SIGN).when(but(OPEN_MEETING, on=day("2023-03-02"))).then_refused("outside-period")


def test_no_work_is_recorded_under_an_agreement_that_has_ended() -> None:
    given(SIGN, END).when(OPEN_MEETING).then_refused("agreement-ended")


def test_another_agreement_takes_over() -> None:
    scene = given(SIGN, END, NEXT).when(SUCCEED)
    scene.then(Succeeded(on=day("2023-03-02"), successor="vasteras-2023"))
    assert scene.now(Agreement, AGREEMENT).successor == "vasteras-2023"


def test_a_successor_waits_for_the_end() -> None:
    given(SIGN, NEXT).when(SUCCEED).then_refused("not-a-successor")


def test_an_earlier_agreement_is_no_successor() -> None:
    earlier = but(SIGN, agreement="forsok-2018", first_day=day("2018-09-01"), last_day=day("2019-08-31"))
    given(earlier, SIGN, END).when(but(SUCCEED, successor="forsok-2018")).then_refused("not-a-successor")


def test_an_agreement_does_not_succeed_itself() -> None:
    ended_at_once = but(END, on=SIGN.first_day)
    given(SIGN, ended_at_once).when(but(SUCCEED, successor=AGREEMENT)).then_refused("not-a-successor")


def test_an_agreement_has_one_successor() -> None:
    given(SIGN, END, NEXT, SUCCEED).when(SUCCEED).then_refused("already-succeeded")


def test_a_successor_is_an_agreement_of_this_register() -> None:
    given(SIGN, END).when(SUCCEED).then_refused("not-found")
    given(NEXT).when(SUCCEED).then_refused("not-found")
    given(SIGN, END, NEXT).on("2023-03-01").when(SUCCEED).then_refused("date-in-future")


def test_the_agreement_names_its_parties() -> None:
    parties = given(SIGN).now(Agreement, AGREEMENT).parties
    assert [(p.organisation, p.kind) for p in parties] == [(CITY, "municipality"), (POLICE, "police")]
