"""Computed figures over the API: made in a process of their own, read back as facts, and need as it stands."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from service.api.app import create_app
from service.settings import Settings
from tests.registers import opened
from tests.test_figures import STARTED, clock, commit_to, prepared

__all__ = ["prepared"]  # a fixture
API = "/api/v1"


@pytest.fixture(scope="module")
def client(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient[Litestar]]:
    path = tmp_path_factory.mktemp("api") / "register.db"
    shutil.copy(prepared, path)
    shutil.copy(f"{prepared}.keys", f"{path}.keys")
    with opened(f"sqlite:///{path}", clock) as live:
        commit_to(live, "sanering", district="d00", started=STARTED)
        settings = Settings(database=f"sqlite:///{path}")
        with TestClient(create_app(live, settings), base_url="http://127.0.0.1:8000") as c:
            yield c


def test_each_figure_is_computed_outside_the_web_process_and_read_back(client: TestClient[Litestar]) -> None:
    before = client.get(f"{API}/position").json()["gsn"]
    asked = [
        ("POST", "/forecasts", {"source": "anmalda"}),
        ("POST", "/backtests", {"source": "anmalda", "origins": 2}),
        ("POST", "/effects", {"action": "sanering", "categories": ["klotter"]}),
        ("GET", "/effects/sanering/plan", None),
    ]
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda each: client.request(each[0], API + each[1], json=each[2]), asked))
    assert [answer.status_code for answer in answers] == [201, 201, 201, 200], [answer.text for answer in answers]
    issued, tried, estimated, plan = (answer.json() for answer in answers)
    assert (issued["key"], issued["repeated"], issued["scored"]) == ("anmalda-2022-12", False, [])
    assert client.get(answers[0].headers["location"]).json()["state"]["series"] == 30
    assert client.get(answers[1].headers["location"]).json()["state"]["cards"] == [tried["made"]]
    assert client.get(answers[2].headers["location"]).json()["state"]["estimates"] == [estimated["estimate"]]
    assert estimated["estimate"]["figures"]["combined"]["upper"] < 0
    assert (plan["source"], plan["districts"], plan["reasons"]) == ("anmalda", ["d00"], [])
    assert "80 cases of 100" in plan["sentence"]["en"]
    shows_the_need(client, before)


def test_what_was_made_before_says_what_has_changed_and_is_made_anew_when_asked(client: TestClient[Litestar]) -> None:
    first = client.post(f"{API}/assessments", json={"source": "anmalda"}).json()
    assert (first["key"], first["revised"]) == ("anmalda-2022-12", None)
    late = "district,period,category,count\nd03,2022-12,ran,4"
    client.post(f"{API}/imports", params={"source": "anmalda", "file_name": "r.csv"}, content=late.encode())
    repeated = client.post(f"{API}/assessments", json={"source": "anmalda"})
    assert (repeated.status_code, repeated.json()["revised"]["cells"]) == (200, 1)
    assert "1 of 24 figures of 2022-12" in repeated.json()["revised"]["sentence"]["en"]
    anew = client.post(f"{API}/assessments", json={"source": "anmalda", "again": True})
    assert (anew.status_code, anew.json()["key"], anew.json()["revised"]) == (201, "anmalda-2022-12-2", None)
    assert client.get(anew.headers["location"]).json()["state"]["number"] == 2


def shows_the_need(client: TestClient[Litestar], before: int) -> None:
    """As it stands now, and as it was known before there was a forecast."""
    found = client.get(f"{API}/need", params={"source": "anmalda"}).json()
    assert (found["forecast"], len(found["districts"]), found["weights"]) == ("anmalda-2022-12", 12, None)
    figures = {each["district"]: each["figures"] for each in found["districts"]}
    assert figures["d00"]["planned_hours"] == 100
    assert figures["d00"]["planned"]["clear"]
    then = client.get(f"{API}/need", params={"source": "anmalda", "as_of": before})
    assert (then.status_code, then.json()["type"]) == (422, "/problems/no-forecast")


@pytest.mark.parametrize(
    ("method", "asked", "body", "status"),
    [
        ("POST", "/forecasts", {"source": "nej"}, 404),
        ("POST", "/forecasts", {"source": "anmalda", "horizon": 0}, 400),
        ("POST", "/backtests", {"source": "nej"}, 404),
        ("POST", "/effects", {"action": "nej"}, 404),
        ("POST", "/effects", {"action": "sanering", "source": "nej"}, 404),
        ("GET", "/effects/nej/plan", None, 404),
        ("GET", "/need?source=nej", None, 404),
        ("GET", "/need", None, 400),
    ],
)
def test_what_is_not_there_is_said_before_a_process_is_started(
    client: TestClient[Litestar], method: str, asked: str, body: object, status: int
) -> None:
    answer = client.request(method, f"{API}{asked}", json=body)
    assert (answer.status_code, answer.json()["status"]) == (status, status)
