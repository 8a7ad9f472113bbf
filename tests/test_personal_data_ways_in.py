"""Whatever way a text comes in, what looks like personal data is told before it is stored; looked at, it may be."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest
from click.testing import CliRunner
from litestar import Litestar
from litestar.testing import TestClient

from domain.problem import Problem
from domain.register import COMMANDS
from service.api.app import create_app
from service.cli import cli
from service.personal_check import MADE_BY_MACHINES, PersonalDataFound, check, suspects, texts
from service.register import LiveRegister
from service.settings import Settings
from tests import given as g
from tests.browsing import Browser
from tests.given import but, day
from tests.registers import opened

NOW = datetime(2020, 3, 2, 9, tzinfo=UTC)
NUMBER, PHONE, MAIL = "910413-2387", "070-123 45 67", "anna@exempel.se"
PROBLEM = "personran-centrum"
HEADER = "Nr;Slag;Område;Kategori;Datum;Plats;Rapportör;Text"
ROW = "{nr};händelse;Centrum;Personrån;2020-02-01;Torget;Trygghetsvärd;"


@pytest.fixture
def live(fresh_sqlite: str) -> Iterator[LiveRegister]:
    with opened(fresh_sqlite, lambda: NOW) as register:
        for command in (*g.PRIORITISED, g.ADOPT_PLAN, g.COMMIT):
            register.ask(command, g.COORDINATOR)
        yield register


@pytest.fixture
def client(live: LiveRegister, fresh_sqlite: str) -> Iterator[TestClient[Litestar]]:
    with TestClient(create_app(live, Settings(database=fresh_sqlite)), base_url="http://127.0.0.1:8000") as found:
        yield found


# Any command


def test_every_text_of_a_command_is_looked_through_wherever_it_stands() -> None:
    placed = but(g.PROPOSE, title=f"Ring {PHONE}", evidence=(but(g.PROPOSE.evidence[0], note=f"Av {MAIL}, {NUMBER}"),))
    assert [(s.place, s.kinds) for s in suspects(placed)] == [
        (("title",), ("phone",)),
        (("evidence", "0", "note"), ("e-mail", "personal number")),
    ]


def test_keys_and_what_machines_make_are_left_alone() -> None:
    assert suspects(but(g.PROPOSE, problem=NUMBER, categories=(PHONE.replace(" ", "-"),))) == ()
    assert suspects(but(g.TAKE_IN, file_name=f"{NUMBER}.csv")) == ()
    assert set(COMMANDS) >= MADE_BY_MACHINES
    assert "problem" not in {place[0] for place, _ in texts(g.PROPOSE)}


def test_a_refusal_names_the_place_and_the_kind_and_never_the_text() -> None:
    with pytest.raises(PersonalDataFound) as found:
        check(but(g.PRIORITISE, reason=f"Klagomål av {NUMBER}"), checked=False)
    assert found.value.rule == "personal-data-found"
    for said, kind in ((found.value.sv, "personnummer"), (found.value.en, "personal number")):
        assert f"reason ({kind})" in said
        assert NUMBER not in said
    check(but(g.PRIORITISE, reason=f"Klagomål av {NUMBER}"), checked=True)


# The API


def test_the_api_refuses_such_a_text_and_takes_it_when_it_has_been_checked(
    client: TestClient[Litestar], live: LiveRegister, capsys: pytest.CaptureFixture[str]
) -> None:
    path = f"/api/v1/problems/{PROBLEM}/close"
    body = {"on": "2020-03-01", "reason": f"Ring {PHONE} eller {MAIL}.", "outcome": "solved"}
    before = live.store.last_gsn()
    refused = client.post(path, json=body, headers={"accept-language": "en"})
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/personal-data-found")
    assert refused.json()["errors"] == [{"pointer": "/reason", "detail": "telephone number, e-mail address"}]
    assert "?personal_data=checked" in refused.json()["detail"]
    assert live.store.last_gsn() == before
    told = capsys.readouterr()
    assert not any(text in told.out + told.err + refused.text for text in (PHONE, MAIL))
    assert client.post(f"{path}?personal_data=checked", json=body).status_code == 200
    assert live.now().states[Problem.KIND][PROBLEM].reason == body["reason"]


def test_the_way_out_is_documented_for_every_command_that_people_give(client: TestClient[Litestar]) -> None:
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    given = {
        operation["operationId"]: {p["name"] for p in operation.get("parameters", ())}
        for item in paths.values() for method, operation in item.items() if method == "post"
    }  # fmt: skip
    people = (COMMANDS.keys() - MADE_BY_MACHINES) & given.keys()
    assert len(people) > 30
    assert [name for name in sorted(people | {"take-in"}) if "personal_data" not in given[name]] == []
    assert client.post("/api/v1/problems/x/close?personal_data=ja", json={}).status_code == 400


def test_a_file_of_reports_is_refused_by_its_rows_and_taken_when_checked(client: TestClient[Litestar]) -> None:
    lines = [HEADER, f"{ROW.format(nr=1)}Lugnt", f"{ROW.format(nr=2)}Ring {PHONE}"]
    asked = {"source": g.EST, "kind": "reports", "file_name": "rapporter.csv"}
    refused = client.post("/api/v1/imports", params=asked, content="\n".join(lines).encode())
    assert refused.json()["type"] == "/problems/personal-data-found", refused.text
    assert refused.json()["errors"] == [{"pointer": "/3/text", "detail": "telefonnummer"}]
    assert client.get("/api/v1/imports").json()["items"] == []
    checked = {**asked, "personal_data": "checked"}
    taken = client.post("/api/v1/imports", params=checked, content="\n".join(lines).encode())
    assert taken.status_code == 201, taken.text


# The pages


def test_a_form_is_shown_again_with_its_texts_and_a_box_and_nothing_is_stored(
    client: TestClient[Litestar], live: LiveRegister, capsys: pytest.CaptureFixture[str]
) -> None:
    browser, before = Browser(client), live.store.last_gsn()
    browser.open(f"/problem/{PROBLEM}")
    browser.send(f"/problem/{PROBLEM}/avsluta", on="2020-03-01", reason=f"Ring <{PHONE}>", outcome="solved")
    assert browser.at.status_code == 422
    assert "Se efter innan det sparas" in browser.words
    assert f"Det ser ut som ett telefonnummer: ”{PHONE}”." in browser.words
    assert f'aria-describedby="text-1-fynd">Ring &lt;{PHONE}&gt;</textarea>' in browser.at.text
    assert browser.hidden(f"/problem/{PROBLEM}/avsluta")["outcome"] == "solved"
    assert live.store.last_gsn() == before
    assert PHONE not in capsys.readouterr().out


def test_what_was_rewritten_is_stored_without_a_box_and_what_was_looked_at_with_it(
    client: TestClient[Litestar], live: LiveRegister
) -> None:
    browser = Browser(client)
    browser.open(f"/problem/{PROBLEM}")
    action = f"/problem/{PROBLEM}/avsluta"
    browser.send(action, on="2020-03-01", reason=f"Ring {PHONE}", outcome="solved")
    browser.send(action, reason="Ring vaktbolaget")
    assert live.now().states[Problem.KIND][PROBLEM].reason == "Ring vaktbolaget"
    browser.open(f"/problem/{PROBLEM}")
    action = f"/problem/{PROBLEM}/ateruppta"
    browser.send(action, on="2020-03-01", reason=f"Vaktbolaget {PHONE}")
    assert live.now().states[Problem.KIND][PROBLEM].standing == "closed"
    browser.send(action, reason=f"Vaktbolaget {PHONE}", personal_data="checked")
    assert live.now().states[Problem.KIND][PROBLEM].standing == "proposed"
    assert browser.at.status_code == 200


def test_a_card_that_was_sent_by_itself_gets_the_question_in_its_place(
    live: LiveRegister, client: TestClient[Litestar]
) -> None:
    live.ask(g.ASSESS, g.COORDINATOR)
    browser = Browser(client)
    browser.open(f"/signal/{g.SIGNAL}")
    path = f"/signal/{g.SIGNAL.replace(':', '%3A')}"
    verdict = {"response": "watch", "finding": "open", "reason": f"Ring {PHONE}", "week": "2020-W10"}
    answer = client.post(path, data={**browser.hidden(path), **verdict}, headers={"hx-request": "true"})
    assert answer.status_code == 422
    assert "<html" not in answer.text
    assert "Jag har sett efter; texten får sparas" in unescape(answer.text)


# The command line


def run(url: str, *arguments: str, input: str | None = None) -> tuple[int, str]:
    result = CliRunner().invoke(cli, ["--database", url, *arguments], input=input)
    refused = result.exception if isinstance(result.exception, PersonalDataFound) else None
    assert result.exit_code == 0 or refused, result.output
    return result.exit_code, str(refused or result.output)


def test_the_command_line_refuses_such_a_text_unless_it_has_been_checked(live: LiveRegister, fresh_sqlite: str) -> None:
    body = json.dumps({"problem": PROBLEM, "on": "2020-03-01", "reason": f"Av {MAIL}", "outcome": "solved"})
    code, said = run(fresh_sqlite, "do", "close", input=body)
    assert (code, "reason (e-mail address)" in said, MAIL in said) == (1, True, False)
    assert run(fresh_sqlite, "do", "--personal-data-checked", "close", input=body)[0] == 0
    assert live.now().states[Problem.KIND][PROBLEM].standing == "closed"


def test_files_of_reports_are_looked_through_on_the_command_line_too(
    live: LiveRegister, fresh_sqlite: str, tmp_path: Path
) -> None:
    file = tmp_path / "rapporter.csv"
    file.write_text(f"{HEADER}\n{ROW.format(nr=1)}Hon är {NUMBER}\n")
    wanted = ("import", str(file), "--source", g.EST, "--kind", "reports")
    assert run(fresh_sqlite, *wanted)[0] == 1
    assert run(fresh_sqlite, *wanted, "--personal-data-checked")[0] == 0
    assert day("2020-03-02") == live.today()
