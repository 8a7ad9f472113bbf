"""Actions in the browser: the list with its filters, the life of an action, and what it changed."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from litestar.testing import TestClient

from domain.action import Action
from domain.core import Actor
from service.api.app import create_app
from service.settings import Settings
from service.views.action_view import action_list
from tests.given import (
    ADOPT_PLAN,
    CITY,
    COMMIT,
    FOUNDED,
    OBSERVE,
    OWNER,
    PRIORITISE,
    PROPOSE,
    RECORD_EFFECT,
    START,
    VALUE,
    Scene,
    but,
    day,
    given,
)
from tests.registers import opened
from tests.test_problem_pages import NOW, Desk

KEY = "vandringar"
LATER = but(COMMIT, action="brev", title="Brev hem", due=day("2021-02-14"), owner=but(OWNER, role="skolchef"))
LIFE = (*FOUNDED, OBSERVE, PROPOSE, VALUE, PRIORITISE, ADOPT_PLAN, COMMIT, LATER)


@pytest.fixture
def desk(fresh_sqlite: str) -> Iterator[Desk]:
    """A register with two actions, one of them due; the coordinator is signed in."""
    with opened(fresh_sqlite, lambda: NOW) as live:
        app = create_app(live, Settings(database=fresh_sqlite))
        with TestClient(app, base_url="http://127.0.0.1:8000") as client:
            yield Desk(client, live).past(*LIFE)


def action(desk: Desk, key: str = KEY) -> Action:
    """The action as it stands."""
    found = desk.live.now().find(Action, key)
    assert found is not None
    return found


def scene() -> Scene:
    """The same history without a desk."""
    return given(*LIFE, START)


def test_the_list_has_ongoing_actions_first_and_marks_the_late_one() -> None:
    made = action_list(scene().register, day("2020-12-01"))
    assert [(row.key, row.late, row.due_week) for row in made.rows] == [
        (KEY, True, "2020-W40"), ("brev", False, "2021-W06"),
    ]  # fmt: skip
    assert (made.of, made.late, made.owners) == (2, 1, ("områdesutvecklare", "skolchef"))
    assert made.districts == {"centrum": "Centrum"}


@pytest.mark.parametrize(
    ("wanted", "keys"),
    [
        ({"state": "started"}, [KEY]),
        ({"state": "ongoing"}, [KEY, "brev"]),
        ({"state": "late"}, [KEY]),
        ({"state": "unverified"}, []),
        ({"owner": "skolchef"}, ["brev"]),
        ({"district": "centrum"}, [KEY, "brev"]),
        ({"district": "raby"}, []),
        ({"state": "nonsense"}, []),
    ],
)
def test_the_list_is_filtered_by_state_owner_and_district(wanted: dict[str, str], keys: list[str]) -> None:
    rows = action_list(scene().register, day("2020-12-01"), **wanted).rows
    assert [row.key for row in rows] == keys


def test_the_page_of_the_list_says_what_is_late_and_keeps_the_filter(desk: Desk) -> None:
    page = desk.read("/atgarder?lage=late&agare=&omrade=centrum")
    assert "1 av 2 åtgärder visas." in page
    assert "1 är försenad." in page
    assert '<option value="late" selected>' in page
    assert "Brev hem" not in page


def test_an_action_lives_from_start_to_verified_and_followed_up(desk: Desk) -> None:
    at = f"/atgarder/{KEY}"
    for form, fields in (
        ("starta", {}),
        ("utfort", {"amount": "2", "unit": "vandringar", "hours": "7,5", "note": "Regn."}),
        ("klar", {"note": "Alla gjorda."}),
        ("kontrollera", {"how": "Protokollen lästes."}),
        ("folj-upp", {
            "production": "Två av sju.", "process": "Sen start.", "hours": "9", "effect_design": "före och efter",
            "effect_estimate": "-2,5", "effect_low": "-6", "effect_high": "1", "effect_words": "Ingen tydlig effekt.",
        }),
    ):  # fmt: skip
        answer = desk.give(f"{at}/{form}", fields)
        assert (answer.status_code, answer.headers.get("location")) == (303, at), answer.text
    state = action(desk)
    assert (state.progress, state.logged_hours) == ("verified done", 7.5)
    assert state.followed_up is not None
    assert state.followed_up.effect.estimate == -2.5
    page = desk.read(at)
    for words in (
        "Kontrollerad klar",
        "Regn.",
        "Ingen tydlig effekt.",
        "Sen start.",
        "Samordnaren (Västerås stad) påbörjade",
    ):
        assert words in page
    assert f'action="{at}/' not in page


def test_reported_done_and_verified_done_are_two_things_on_the_page(desk: Desk) -> None:
    desk.give(f"/atgarder/{KEY}/starta", {})
    desk.give(f"/atgarder/{KEY}/klar", {})
    for path in ("/atgarder", f"/atgarder/{KEY}"):
        page = desk.read(path)
        assert re.search("inte kontrollerad", page, re.IGNORECASE)
    assert "Rapporterad 1 dec 2020" in desk.read("/atgarder")


def test_the_owners_own_role_is_told_that_another_role_verifies(desk: Desk) -> None:
    mine = but(COMMIT, action="egen", title="Egen", owner=but(OWNER, role="samordnare"))
    desk.past(mine)
    desk.give("/atgarder/egen/starta", {})
    desk.give("/atgarder/egen/klar", {})
    assert "En annan roll kontrollerar att den är gjord" in desk.read("/atgarder/egen")
    answer = desk.give("/atgarder/egen/kontrollera", {"how": "Jag minns det."})
    assert (answer.status_code, action(desk, "egen").progress) == (422, "reported done")
    assert "kan inte själv kontrollera" in answer.text


def test_an_action_is_changed_with_a_reason_and_the_reason_stands(desk: Desk) -> None:
    fields = {"reason": "Snö.", "due_week": "2021-W10", "owner_role": "", "owner_organisation": "", "planned_hours": ""}
    assert desk.give(f"/atgarder/{KEY}/andra", fields).status_code == 303
    assert (action(desk).due, action(desk).owner) == (day("2021-03-14"), COMMIT.owner)
    assert "Snö." in desk.read(f"/atgarder/{KEY}")


@pytest.mark.parametrize(
    ("begun", "form", "progress"), [(False, "paborjas-inte", "not started"), (True, "avbryt", "cancelled")]
)
def test_an_action_is_left_or_broken_off_only_with_a_reason(desk: Desk, begun: bool, form: str, progress: str) -> None:
    if begun:
        desk.give(f"/atgarder/{KEY}/starta", {})
    assert desk.give(f"/atgarder/{KEY}/{form}", {"reason": ""}).status_code == 422
    assert desk.give(f"/atgarder/{KEY}/{form}", {"reason": "Ingen personal."}).status_code == 303
    assert action(desk).progress == progress
    assert "Ingen personal." in desk.read(f"/atgarder/{KEY}")


def test_the_police_may_work_with_an_action_but_not_break_it_off(desk: Desk) -> None:
    desk.signed_in("kommunpolis")
    page = desk.read(f"/atgarder/{KEY}")
    assert f'action="/atgarder/{KEY}/starta"' in page
    assert f'action="/atgarder/{KEY}/paborjas-inte"' not in page
    assert desk.give(f"/atgarder/{KEY}/paborjas-inte", {"reason": "Nej."}).status_code == 403
    assert action(desk).progress == "committed"


def test_a_recorded_effect_stands_with_its_interval_design_and_smallest_visible_change(desk: Desk) -> None:
    desk.past(START)
    analyst = Actor(account="analytiker", role="analytiker", organisation=CITY)
    desk.live.ask(but(RECORD_EFFECT, synthetic=True), analyst)
    page = desk.read(f"/atgarder/{KEY}")
    change = "−25 % (mellan −46 % och +4 %)".replace(" %", "\N{NO-BREAK SPACE}%")
    for words in ("Ingen tydlig effekt.", change, "3 av 5", "42\N{NO-BREAK SPACE}%", "syntetiska uppgifter"):
        assert words in page
    assert "ingen tydlig effekt, syntetiska uppgifter" in desk.read("/atgarder")


def test_the_page_of_an_action_speaks_english_too(desk: Desk) -> None:
    desk.client.get("/sprak/en", follow_redirects=False)
    page = desk.read(f"/atgarder/{KEY}")
    assert "Verified done" in page
    assert "Smallest effect" not in page
    assert "No effect has been estimated" in page
    assert "The coordinator (Västerås stad) committed" in page
