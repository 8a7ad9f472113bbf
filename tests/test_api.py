"""The API as a tool meets it: commands in, states out, the past readable, and every refusal a problem detail."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from service.api.app import create_app
from service.register import LiveRegister
from service.settings import Settings
from tests.registers import furnished
from tests.test_assessing import weekly_file

SIGN = {
    "agreement": "vasteras",
    "title": "Samverkansöverenskommelse",
    "parties": [
        {"organisation": "Västerås stad", "kind": "municipality", "signed_by_role": "KS-ordförande"},
        {"organisation": "LPO Västerås", "kind": "police", "signed_by_role": "LPO-chef"},
    ],
    "first_day": "2019-11-06",
    "last_day": "2099-03-01",
    "signed_on": "2019-11-06",
    "goals": [{"key": "g", "wording": "Färre rån", "indicator": "rån", "unit": "antal", "direction": "down"}],
}
PROPOSE = {
    "problem": "ran",
    "on": "2020-02-01",
    "agreement": "vasteras",
    "title": "Rån mot unga",
    "description": "Vid stationen, kvällstid.",
    "evidence": [{"kind": "document", "ref": "Polisens lägesbild"}],
}
API = "/api/v1"


@pytest.fixture
def live(database_url: str) -> Iterator[LiveRegister]:
    with furnished(database_url) as register:
        yield register


@pytest.fixture
def client(live: LiveRegister, database_url: str) -> Iterator[TestClient[Litestar]]:
    with TestClient(create_app(live, Settings(database=database_url)), base_url="http://127.0.0.1:8000") as c:
        yield c


@pytest.fixture
def begun(client: TestClient[Litestar]) -> TestClient[Litestar]:
    """With an agreement and a proposed problem."""
    assert client.post(f"{API}/agreements", json=SIGN).status_code == 201
    assert client.post(f"{API}/problems", json=PROPOSE).status_code == 201
    return client


def value(client: TestClient[Litestar], **headers: str) -> Any:
    body = {"on": "2020-02-02", "rater": "samordnare", "scores": {"harm": 4}}
    return client.post(f"{API}/problems/ran/value", json=body, headers=headers)


def test_what_is_created_is_read_back_with_its_version_as_etag(begun: TestClient[Litestar]) -> None:
    answer = begun.get(f"{API}/problems/ran")
    assert answer.status_code == 200
    assert answer.headers["etag"] == '"1"'
    assert answer.json()["state"]["title"] == "Rån mot unga"
    assert answer.json()["state"]["standing"] == "proposed"


def test_a_key_is_drawn_where_none_is_given(begun: TestClient[Litestar]) -> None:
    answer = begun.post(f"{API}/problems", json={k: v for k, v in PROPOSE.items() if k != "problem"})
    assert answer.status_code == 201
    assert answer.headers["location"] == f"{API}/problems/{answer.json()['key']}"
    assert begun.get(answer.headers["location"]).status_code == 200


def test_a_command_under_the_same_idempotency_key_gets_the_first_answer(begun: TestClient[Litestar]) -> None:
    first, again = (value(begun, **{"Idempotency-Key": "v-1"}) for _ in range(2))
    assert (first.json()["repeated"], again.json()["repeated"]) == (False, True)
    assert first.json()["last_gsn"] == again.json()["last_gsn"]
    other = begun.post(
        f"{API}/problems/ran/value",
        json={"on": "2020-02-02", "rater": "polis", "scores": {"harm": 1}},
        headers={"Idempotency-Key": "v-1"},
    )
    assert (other.status_code, other.json()["type"]) == (422, "/problems/command-reused")


def test_one_of_sixteen_writers_with_the_same_etag_wins_and_the_others_succeed_after_reload(
    begun: TestClient[Litestar],
) -> None:
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: value(begun, **{"If-Match": '"1"'}).status_code, range(16)))
    assert sorted(answers) == [200] + [409] * 15
    etag = begun.get(f"{API}/problems/ran").headers["etag"]
    assert value(begun, **{"If-Match": etag}).status_code == 200


def test_a_refusal_is_a_problem_detail_in_the_readers_language(begun: TestClient[Litestar]) -> None:
    body = {"on": "2020-02-03", "reason": "Störst påverkan"}
    swedish = begun.post(f"{API}/problems/ran/prioritise", json=body)
    english = begun.post(f"{API}/problems/ran/prioritise", json=body, headers={"Accept-Language": "en-GB"})
    assert swedish.status_code == english.status_code == 422
    assert swedish.headers["content-type"] == "application/problem+json"
    assert swedish.json()["type"] == "/problems/not-valued"
    assert "inte värderad" in swedish.json()["detail"]
    assert "has not been valued" in english.json()["detail"]
    assert begun.get(swedish.json()["type"]).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/problems/none", None, 404),
        ("GET", "/nowhere", None, 404),
        ("DELETE", "/problems/ran", None, 405),
        ("POST", "/problems", {"title": 7}, 400),
        ("POST", "/problems/ran/value", {"on": "2020-02-02", "rater": "a", "scores": {"harm": 9}}, 400),
        ("GET", "/problems?as_of=tomorrow", None, 400),
        ("GET", "/problems?as_of=999999", None, 422),
        ("GET", "/counts?source=none", None, 404),
        ("GET", "/observations?after=x", None, 422),
    ],
)
def test_every_mistake_is_a_problem_detail(
    begun: TestClient[Litestar], method: str, path: str, body: object, status: int
) -> None:
    answer = begun.request(method, f"{API}{path}", json=body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status


def test_the_verifier_acts_in_the_role_that_the_header_names(begun: TestClient[Litestar]) -> None:
    value(begun)
    for command, body in (
        ("prioritise", {"reason": "Störst påverkan"}),
        ("adopt-plan", {"aim": "Färre rån", "owner": {"role": "områdespolis", "organisation": "LPO"}}),
    ):
        assert begun.post(f"{API}/problems/ran/{command}", json={"on": "2020-02-03", **body}).status_code == 200
    commit = {
        "action": "fot", "on": "2020-02-04", "problem": "ran", "title": "Fotpatrull", "description": "Kvällar",
        "owner": {"role": "områdespolis", "organisation": "LPO"}, "due": "2020-06-01", "planned_hours": 40,
        "expected_effect": "Färre rån", "follow_up": {"on": "2020-09-01", "owner_role": "analytiker", "measure": "rån"},
    }  # fmt: skip
    assert begun.post(f"{API}/actions", json=commit).status_code == 201
    assert begun.post(f"{API}/actions/fot/start", json={"on": "2020-02-05"}).status_code == 200
    assert begun.post(f"{API}/actions/fot/report-done", json={"on": "2020-03-05"}).status_code == 200
    verify = {"on": "2020-03-06", "how": "Platsbesök"}
    owner = begun.post(f"{API}/actions/fot/verify", json=verify, headers={"Samverkan-Role": "omr%C3%A5despolis"})
    assert (owner.status_code, owner.json()["type"]) == (422, "/problems/verified-by-owner")
    assert begun.post(f"{API}/actions/fot/verify", json=verify).status_code == 200
    assert begun.get(f"{API}/actions/fot").json()["state"]["progress"] == "verified done"


def test_any_read_shows_the_register_as_it_was_known_then(begun: TestClient[Litestar]) -> None:
    before = begun.get(f"{API}/position").json()["gsn"]
    value(begun)
    then = begun.get(f"{API}/problems/ran", params={"as_of": before}).json()
    assert (then["version"], then["state"]["valuations"]) == (1, {})
    assert begun.get(f"{API}/problems/ran").json()["version"] == 2
    assert begun.get(f"{API}/problems", params={"as_of": "2019-01-01"}).json() == {"items": [], "next": None}


def test_a_collection_comes_in_pages(begun: TestClient[Litestar]) -> None:
    for n in range(4):
        begun.post(f"{API}/problems", json={**PROPOSE, "problem": f"p{n}"})
    first = begun.get(f"{API}/problems", params={"limit": 3}).json()
    second = begun.get(f"{API}/problems", params={"limit": 3, "after": first["next"]}).json()
    assert [i["key"] for i in first["items"] + second["items"]] == ["ran", "p0", "p1", "p2", "p3"]
    assert second["next"] is None


def test_the_history_is_told_in_both_languages_and_filtered(begun: TestClient[Litestar]) -> None:
    swedish = begun.get(f"{API}/history", params={"problem": "ran"}).json()["items"]
    english = begun.get(f"{API}/history", params={"problem": "ran", "language": "en"}).json()["items"]
    assert [told["topic"] for told in swedish] == ["problem.proposed"]
    assert swedish[0]["sentence"] != english[0]["sentence"]
    assert "Rån mot unga" in swedish[0]["sentence"]


def test_a_file_goes_in_is_counted_and_can_be_withdrawn(begun: TestClient[Litestar]) -> None:
    data = "Område;Månad;Kategori;Antal\nBäckby;2020-01;Klotter;3\n".encode()
    query = {"source": "polisen", "file_name": "antal.csv"}
    taken = begun.post(f"{API}/imports", params=query, content=data)
    assert (taken.status_code, taken.json()["tally"]["new"]) == (201, 1)
    assert begun.post(f"{API}/imports", params=query, content=data).status_code == 200
    assert begun.get(f"{API}/counts", params={"source": "polisen"}).json()["items"] == [
        {"district": "backby", "category": "klotter", "period": "2020-01", "count": 3}
    ]
    faulty = begun.post(f"{API}/imports", params=query, content=data.replace(b"2020-01", b"2020-13"))
    assert (faulty.status_code, faulty.json()["errors"][0]["pointer"]) == (422, "/2/Månad")
    withdrawn = begun.post(f"{taken.headers['location']}/withdraw-file", json={"reason": "Fel fil"})
    assert withdrawn.status_code == 200
    assert begun.get(f"{API}/counts", params={"source": "polisen"}).json()["items"] == []


def test_what_does_not_fit_is_said_in_the_reader_s_language_and_without_options_of_the_command_line(
    begun: TestClient[Litestar],
) -> None:
    swedish, english = {"accept-language": "sv"}, {"accept-language": "en"}
    asked = {"source": "polisen", "period": "2021-W53"}
    for language, said in ((swedish, "är ingen period som finns"), (english, "is not a period")):
        answer = begun.post(f"{API}/assessments", json=asked, headers=language).json()
        assert said in answer["errors"][0]["detail"], answer
    missing = begun.post(f"{API}/problems", json={"title": "x"}, headers=swedish).json()
    assert {each["detail"] for each in missing["errors"]} == {"saknas"}
    need = begun.get(f"{API}/need", headers=swedish).json()
    assert need["errors"] == [{"pointer": "/source", "detail": "saknas"}]
    assert begun.get(f"{API}/forecasts/nej", headers=swedish).json()["detail"].startswith("Prognosen ”nej” finns inte.")
    faulty = "Område;Månad;Kategori;Antal\nBäkby;2020-13;Klotter;x\n".encode()
    query = {"source": "polisen", "file_name": "f.csv"}
    assert "--" not in begun.post(f"{API}/imports", params=query, content=faulty).json()["detail"]


def test_an_assessment_runs_outside_the_web_process_and_answers_again_with_the_first_run(
    begun: TestClient[Litestar],
) -> None:
    begun.post(f"{API}/imports", params={"source": "polisen", "file_name": "v.csv"}, content=weekly_file(21))
    first = begun.post(f"{API}/assessments", json={"source": "polisen"})
    assert first.status_code == 201, first.text
    (signal,) = first.json()["signals"]
    again = begun.post(f"{API}/assessments", json={"source": "polisen"})
    assert (again.status_code, again.json()["repeated"]) == (200, True)
    verdict = {"on": "2026-01-05", "response": "watch", "reason": "Första veckan"}
    assert begun.post(f"{API}/signals/{signal}/judge", json=verdict).status_code == 200
    assert begun.get(f"{API}/signals/{signal}").json()["state"]["response"] == "watch"
    refused = begun.post(f"{API}/assessments", json={"source": "polisen", "period": "1999-W01"})
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/period-not-covered")


def test_the_export_holds_every_event_in_its_envelope(begun: TestClient[Litestar]) -> None:
    lines = [json.loads(line) for line in begun.get(f"{API}/export").text.splitlines()]
    assert [line["gsn"] for line in lines] == list(range(1, len(lines) + 1))
    assert lines[-1]["topic"] == "problem.proposed"
    assert lines[-1]["by"]["role"] == "samordnare"


def test_the_documentation_is_served_without_any_script_and_health_says_where_the_log_ends(
    begun: TestClient[Litestar],
) -> None:
    page = begun.get("/api/docs")
    assert page.status_code == 200
    assert "<script" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    health = begun.get("/health").json()
    assert health["status"] == "ok"
    assert health["gsn"] == health["read_models"]


def test_another_host_name_is_not_answered(client: TestClient[Litestar]) -> None:
    assert client.get("/health", headers={"Host": "evil.example"}).status_code == 400


def test_the_web_process_loads_neither_statsmodels_nor_scipy_nor_pandas() -> None:
    program = "import sys, service.api.app; print([m for m in ('statsmodels', 'scipy', 'pandas') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_page_of_another_site_cannot_command(client: TestClient[Litestar]) -> None:
    for origin, status in (("https://evil.example", 400), ("null", 400), ("http://127.0.0.1:8000", 201)):
        asked = client.post(
            f"{API}/agreements", content=json.dumps(SIGN), headers={"origin": origin, "content-type": "text/plain"}
        )
        assert asked.status_code == status, asked.text
    reading = client.get(f"{API}/agreements", headers={"origin": "https://evil.example"})
    assert reading.status_code == 200
