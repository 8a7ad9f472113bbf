"""The hand-over and the law check as people meet them: step by step in the browser, over the API, on a command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from click.testing import CliRunner
from litestar.testing import TestClient

from domain.action import Action
from domain.agreement import Agreement, Amend, SixItems
from domain.problem import Problem
from domain.signal import Sentence
from service.api.app import create_app
from service.cli import cli
from service.pages.law import found_at
from service.register import LiveRegister
from service.settings import Settings
from service.views.law_facts import Evidence, Kind
from tests.browsing import Browser
from tests.given import AGREEMENT, COMMIT, COMMITTED, COORDINATOR, EST, PUBLISH, SIGN, START, but
from tests.registers import opened

NOW = datetime(2023, 3, 15, 9, tzinfo=UTC)
NEXT, KEY = "vasteras-2023", "personran-centrum"
HERE = f"/overlamning/{AGREEMENT}"
SIGNING: dict[str, Any] = {
    "title": "Samverkansöverenskommelse 2023", "agreement": NEXT, "first_day": "2023-03-02", "last_day": "2027-03-01",
    "signed_on": "2023-03-02", "parties_0_organisation": "Västerås stad", "parties_0_signed_by_role": "KS-ordförande",
    "parties_1_organisation": "Lokalpolisområde Västerås", "parties_1_signed_by_role": "LPO-chef",
    "goals_0_key": "brott", "goals_0_wording": "Färre brott.", "goals_0_indicator": "Anmälda brott",
    "goals_0_unit": "per år", "goals_0_direction": "down", "goals_0_baseline": "18 400,5", "goals_1_direction": "down",
    "items_goals": "Färre brott.",
}  # fmt: skip


@pytest.fixture
def live(fresh_sqlite: str) -> Iterator[LiveRegister]:
    """A register whose agreement has run out, with one open problem, a started action and one not begun."""
    with opened(fresh_sqlite, lambda: NOW) as there:
        for command in (*COMMITTED, but(COMMIT, action="ljus", title="Ljus i tunneln"), START):
            there.ask(command, COORDINATOR)
        yield there


@pytest.fixture
def client(live: LiveRegister, fresh_sqlite: str) -> Iterator[TestClient[Any]]:
    """The application over it."""
    with TestClient(create_app(live, Settings(database=fresh_sqlite)), base_url="http://127.0.0.1:8000") as each:
        yield each


def signed_in(client: TestClient[Any], account: str) -> Browser:
    browser = Browser(client, account)
    browser.open("/overlamning")
    return browser


def handed_over(client: TestClient[Any]) -> Browser:
    """The administrator's three steps."""
    admin = signed_in(client, "administrator")
    admin.send(f"{HERE}/avsluta", on="2023-03-01", reason="Tiden gick ut.")
    admin.send(f"{HERE}/underteckna", **SIGNING)
    admin.send(f"{HERE}/eftertrad", on="2023-03-15", successor=NEXT)
    return signed_in(client, "samordnare")


def test_an_agreement_is_handed_over_step_by_step(client: TestClient[Any], live: LiveRegister) -> None:
    admin = signed_in(client, "administrator")
    assert "1. Avsluta överenskommelsen: återstår nu" in admin.words
    assert "1 behöver ett beslut när efterträdaren är angiven." in admin.words
    admin.send(f"{HERE}/avsluta", on="2023-03-01", reason="Tiden gick ut.")
    assert "2. Registrera nästa: återstår nu" in admin.words
    assert 'value="vasteras-2023"' in admin.at.text
    admin.send(f"{HERE}/underteckna", **SIGNING)
    signed = live.now().find(Agreement, NEXT)
    assert signed is not None
    (goal,) = signed.goals
    assert (goal.key, goal.baseline, signed.items.goals) == ("brott", 18400.5, "Färre brott.")
    admin.send(f"{HERE}/eftertrad", on="2023-03-15", successor=NEXT)
    assert "4. Besluta om varje öppet problem: återstår nu" in admin.words
    assert "1 är lämnat utan beslut." in admin.words
    assert "Lämnad utan beslut" in admin.words


def test_the_coordinator_decides_on_each_problem_and_its_actions(client: TestClient[Any], live: LiveRegister) -> None:
    desk = handed_over(client)
    answer = desk.send(f"{HERE}/{KEY}/for-over", on="2023-03-15", reason="Oron finns kvar.", actions=["vandringar"])
    assert answer.status_code == 422
    assert "Öppna åtgärder som inte förs över måste först ha avslutats: ”Ljus i tunneln”." in desk.words
    assert "Oron finns kvar." in desk.at.text
    assert 'name="choice_ljus"' in desk.at.text
    desk.open("/overlamning")
    desk.send(f"{HERE}/ljus/inte-paborja", on="2023-03-15", reason="Tunneln rivs.")
    desk.send(f"{HERE}/{KEY}/for-over", on="2023-03-15", reason="Oron finns kvar.", actions=["vandringar"])
    register = live.now()
    problem, walks, lights = (
        register.find(Problem, KEY),
        register.find(Action, "vandringar"),
        register.find(Action, "ljus"),
    )
    assert problem is not None
    assert walks is not None
    assert lights is not None
    assert (problem.agreement, walks.agreement, lights.agreement) == (NEXT, NEXT, AGREEMENT)
    desk.open(f"/overlamning?key={AGREEMENT}")
    assert "Överlämningen är klar." in desk.words
    assert "överförd till Samverkansöverenskommelse 2023 (2 mars 2023 – 1 mars 2027)" in desk.words
    assert "med ”Trygghetsvandringar”" in desk.words
    desk.open(f"/problem/{KEY}")
    assert "Överfört : Samverkansöverenskommelse 2023" in desk.words or "Överfört: Samverkans" in desk.words


def test_an_action_that_does_not_go_along_is_ended_in_the_same_form(
    client: TestClient[Any], live: LiveRegister
) -> None:
    desk = handed_over(client)
    before = live.store.last_gsn()
    choices = {"choice_vandringar": "goes", "choice_ljus": "ends", "on": "2023-03-15", "reason": "Oron finns kvar."}
    answer = desk.send(f"{HERE}/{KEY}/for-over", **choices)
    assert answer.status_code == 422
    assert "Skäl saknas. Inget är sparat" in desk.words
    assert live.store.last_gsn() == before
    desk.send(f"{HERE}/{KEY}/for-over", **choices, why_ljus="Tunneln rivs.")
    assert "Problembilden är överförd. Följde inte med: ”Ljus i tunneln” (påbörjas inte)." in desk.words
    register = live.now()
    problem, walks, lights = (register.states[kind][key] for kind, key in (
        (Problem.KIND, KEY), (Action.KIND, "vandringar"), (Action.KIND, "ljus"),
    ))  # fmt: skip
    assert (problem.agreement, walks.agreement, lights.agreement) == (NEXT, NEXT, AGREEMENT)
    assert (lights.progress, walks.progress) == ("not started", "started")


def test_what_was_ended_is_said_when_the_problem_is_not_carried_over(
    client: TestClient[Any], live: LiveRegister
) -> None:
    desk = handed_over(client)
    answer = desk.send(
        f"{HERE}/{KEY}/for-over", choice_vandringar="ends", why_vandringar="Färdigt.", on="2023-03-15", reason="Kvar."
    )
    assert answer.status_code == 422
    assert "Det här är sparat: ”Trygghetsvandringar” (avbruten). Problembilden är inte överförd." in desk.words
    assert "måste först ha avslutats: ”Ljus i tunneln”" in desk.words
    walks = live.now().find(Action, "vandringar")
    assert walks is not None
    assert walks.progress == "cancelled"


def test_the_next_agreement_begins_as_the_former_was_and_what_is_odd_is_said(
    client: TestClient[Any], live: LiveRegister
) -> None:
    goal = but(SIGN.goals[0], baseline=18400.5, baseline_period="2018", target=16000)
    described = SixItems(causes="Få vuxna i rörelse.", period="2019-11-06 till 2023-03-01.")
    amend = Amend(agreement=AGREEMENT, on=date(2023, 2, 1), reason="Mätbart.", goals=(goal,), items=described)
    live.ask(amend, COORDINATOR)
    admin = signed_in(client, "administrator")
    admin.send(f"{HERE}/avsluta", on="2023-03-01", reason="Tiden gick ut.")
    assert 'value="Samverkansöverenskommelse 2023–2027"' in admin.at.text
    for name, value in (("baseline", "18400,5"), ("baseline_period", "2018"), ("target", "16000")):
        assert f'name="goals_0_{name}" value="{value}"' in admin.at.text
    assert "Få vuxna i rörelse." in admin.at.text
    assert "2023-03-02 till 2027-03-01." in admin.at.text
    assert "Inte beskrivet i den förra: problembilder, mål" in admin.words
    assert "Undertecknandet kommer efter första dagen." in admin.words
    admin.send(f"{HERE}/underteckna", **SIGNING | {"signed_on": "2023-03-10"})
    assert "Inte beskrivet än: Problembilder, Orsaker, Dokumentation" in admin.words
    assert "Den är undertecknad efter sin första dag." in admin.words


def test_the_meeting_opens_this_week_under_the_one_that_took_over(client: TestClient[Any]) -> None:
    desk = signed_in(client, "samordnare")
    desk.open("/mote")
    assert "Ingen överenskommelse gäller i dag. Därför kan inget nytt möte öppnas." in desk.words
    assert 'href="/overlamning"' in desk.at.text
    handed_over(client)
    assert client.get("/mote", follow_redirects=False).headers["location"] == "/mote/2023-W11"
    desk.open("/mote")
    assert "Ingen överenskommelse gäller i dag." not in desk.words
    assert "Öppna mötet" in desk.words


def test_a_problem_is_closed_at_the_hand_over(client: TestClient[Any], live: LiveRegister) -> None:
    desk = handed_over(client)
    desk.send(f"{HERE}/{KEY}/stang", on="2023-03-15", reason="Inga rån på ett år.", outcome="solved")
    problem = live.now().find(Problem, KEY)
    assert problem is not None
    assert (problem.standing, problem.agreement) == ("closed", AGREEMENT)
    assert "avslutad (löst)" in desk.words
    assert "Öppna åtgärder" in desk.words, "its two open actions still need a decision"


def test_who_may_not_sees_no_form_and_is_told_who_may(client: TestClient[Any]) -> None:
    desk = signed_in(client, "samordnare")
    assert "Det gör administratören." in desk.words
    assert f'action="{HERE}' not in desk.at.text
    reader = signed_in(client, "lasare")
    assert f'action="{HERE}' not in reader.at.text


def test_what_is_wrong_with_a_signing_is_said_and_what_was_written_is_kept(client: TestClient[Any]) -> None:
    admin = signed_in(client, "administrator")
    admin.send(f"{HERE}/avsluta", on="2023-03-01", reason="Tiden gick ut.")
    answer = admin.send(f"{HERE}/underteckna", **SIGNING | {"first_day": "2023-02-01", "title": "Ny tid"})
    assert answer.status_code == 422
    assert "Tiden överlappar" in admin.words
    assert 'value="Ny tid"' in admin.at.text
    answer = admin.send(f"{HERE}/underteckna", **SIGNING | {"agreement": "Västerås 2023"})
    assert answer.status_code == 422
    assert "Använd små bokstäver" in admin.words


def test_a_form_that_is_not_there_is_not_found(client: TestClient[Any]) -> None:
    admin = signed_in(client, "administrator")
    hidden = admin.hidden(f"{HERE}/avsluta")
    assert client.post(f"{HERE}/nagot", data=hidden).status_code == 404
    assert client.post(f"{HERE}/{KEY}/nagot", data=hidden).status_code == 404
    assert client.get("/overlamning?key=okand").status_code == 404


def test_the_past_shows_the_hand_over_as_it_was_known(client: TestClient[Any], live: LiveRegister) -> None:
    before = live.store.last_gsn()
    desk = handed_over(client)
    desk.open(f"/overlamning?as_of={before}")
    assert "1. Avsluta överenskommelsen: återstår nu" in desk.words
    assert f'action="{HERE}' not in desk.at.text
    assert client.get("/api/v1/views/handover").json()["step"] == "decide"
    assert client.get(f"/api/v1/views/handover?as_of={before}").json()["step"] == "end"
    seen = client.get(f"/api/v1/views/handover?agreement={AGREEMENT}").json()
    assert [(one["key"], one["left"], one["needed"]) for one in seen["undecided"]] == [(KEY, True, True)]


def test_a_problem_goes_over_through_the_api(client: TestClient[Any]) -> None:
    handed_over(client)
    body = {"successor": NEXT, "on": "2023-03-15", "reason": "Kvar.", "actions": ["vandringar", "ljus"]}
    assert client.post(f"/api/v1/problems/{KEY}/carry-over", json=body).status_code == 200
    found = client.get(f"/api/v1/problems/{KEY}").json()["state"]
    assert (found["agreement"], [one["former"] for one in found["handovers"]]) == (NEXT, [AGREEMENT])
    assert client.post(f"/api/v1/problems/{KEY}/carry-over", json=body).json()["type"].endswith("already-carried-over")


def test_the_pages_are_linked_from_the_agreement_and_are_in_english_too(client: TestClient[Any]) -> None:
    desk = handed_over(client)
    page = desk.open(f"/overenskommelse?key={AGREEMENT}").text
    assert f"/overlamning?key={AGREEMENT}" in page
    assert f"/lagen?key={AGREEMENT}" in page
    client.cookies.set("samverkan-language", "en")
    assert "1 is left without a decision." in desk.open("/overlamning").text
    desk.open(f"/lagen?key={NEXT}")
    assert "The law comes into force on 1 July 2023." in desk.words
    assert "§ 4" in desk.words or "4 §" in desk.words


def test_the_law_check_says_when_the_law_does_not_apply_and_what_is_lacking(client: TestClient[Any]) -> None:
    desk = signed_in(client, "lasare")
    desk.open("/lagen")
    assert "Gäller inte: överenskommelsen har sin sista dag den 1 mars 2023" in desk.words
    handed_over(client)
    desk.open(f"/lagen?key={NEXT}")
    assert "Lagen träder i kraft den 1 juli 2023. Så här långt har ni kommit." in desk.words
    assert "Överenskommelsen har ingen gemensam lägesbild." in desk.words
    assert f'href="/overenskommelse?key={NEXT}"' in desk.at.text
    view = client.get(f"/api/v1/views/law-check?agreement={NEXT}").json()
    assert [one["number"] for one in view["sections"]] == [4, 4, 4, 5, 6, 9, 10, 12, 13]
    assert client.get("/api/v1/views/law-check?agreement=okand").status_code == 404


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("agreement", AGREEMENT), ("reports", EST), ("problem", KEY), ("action", "vandringar"), ("meeting", "2020-W08"),
        ("review", "2020"), ("promise", "lofte-2020"),
    ],
)  # fmt: skip
def test_every_piece_of_evidence_leads_to_a_page(
    client: TestClient[Any], live: LiveRegister, kind: Kind, key: str
) -> None:
    signed_in(client, "samordnare")
    live.ask(but(PUBLISH, measures=PUBLISH.measures[1:]), COORDINATOR)
    path, query = found_at(Evidence(kind, key, date(2020, 1, 1), Sentence(sv="Så.", en="So.")), AGREEMENT)
    assert client.get(path, params=query).status_code == 200, path


def told(*arguments: str, database: str) -> str:
    run = CliRunner().invoke(cli, ["--database", database, *arguments], catch_exceptions=False)
    assert run.exit_code == 0, run.output
    return run.output


def test_the_command_line_tells_both(live: LiveRegister, client: TestClient[Any], fresh_sqlite: str) -> None:
    handed_over(client)
    assert "samverkan do carry-over" in told("handover", "--agreement", AGREEMENT, database=fresh_sqlite)
    seen = json.loads(told("handover", "--agreement", AGREEMENT, "--json", database=fresh_sqlite))
    assert (seen["step"], seen["undecided"][0]["key"]) == ("decide", KEY)
    law = told("--language", "en", "law", "--agreement", NEXT, database=fresh_sqlite)
    assert "§ 9: shown. Agreements on collaboration" in law
    assert "Does not apply" in told("--language", "en", "law", "--agreement", AGREEMENT, database=fresh_sqlite)
    assert json.loads(told("law", "--agreement", NEXT, "--json", database=fresh_sqlite))["applies"] is True
