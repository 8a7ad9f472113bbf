"""The Python client: it is what the OpenAPI says, and reads and reports against a server as it is run."""

from __future__ import annotations

import os
import re
import runpy
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from litestar import Router, get
from litestar.testing import create_test_client
from samverkan_client import Problem, Samverkan

from adapters.accounts import KeptAccount
from adapters.tokens import Scope
from service.api.description import described
from service.api.examples import operations
from service.api.withdrawing import withdrawn
from service.gate import open_keepers
from tests.given import ASSESS, CITY, COORDINATOR, EST, EXTRACT, FOUNDED, OBSERVE, TAKE_IN
from tests.registers import opened
from tests.test_serving import answer, served

HOUSE = Path(__file__).parents[1]
GENERATOR, CLIENT = HOUSE / ".ci" / "client.py", HOUSE / "docs" / "client" / "samverkan_client.py"
EXAMPLE = HOUSE / "docs" / "client" / "example.py"
SERIES = f"""{EXTRACT}, centrum, personran
period    count  expected  flag
2020-01       9       3.0  rise
"""


def made(folder: Path, *scopes: Scope) -> str:
    """A register with a source that has been assessed; the token of an account with these scopes."""
    with opened(f"sqlite:///{folder}/r.db") as live:
        for command in (*FOUNDED, TAKE_IN, ASSESS, OBSERVE):
            live.ask(command, COORDINATOR)
        keepers = open_keepers(live)
        account = KeptAccount("verktyg", "", "", "coordinator", "samordnare", CITY, "municipality")
        keepers.accounts.add(account)
        return keepers.tokens.make("verktyg", "exempel", scopes, live.clock(), timedelta(days=1))


def example(address: str, token: str | None = None) -> subprocess.CompletedProcess[str]:
    """The example, as somebody runs it who builds on the API."""
    wanted = [
        "--url",
        address,
        "--source",
        EXTRACT,
        "--category",
        "personran",
        "--report-to",
        EST,
        "--day",
        "2023-02-27",
    ]
    environment = os.environ | ({"SAMVERKAN_TOKEN": token} if token else {})
    return subprocess.run(
        [sys.executable, EXAMPLE, *wanted], env=environment, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server in development."""
    folder = tmp_path_factory.mktemp("client")
    made(folder, "read")
    with served(folder) as url:
        answer(f"{url}/health")
        yield url


@pytest.fixture(scope="module")
def generator() -> dict[str, Any]:
    """What makes the client; `api`: the OpenAPI that it makes it from."""
    found = runpy.run_path(str(GENERATOR))
    return found | {"api": found["description"]()}


@pytest.fixture
def samverkan(address: str) -> Iterator[Samverkan]:
    with Samverkan(address, language="en") as client:
        yield client


def test_the_client_is_what_the_openapi_says_today(generator: dict[str, Any]) -> None:
    assert generator["client"](deepcopy(generator["api"])) == CLIENT.read_text(), "run make client"


def test_every_operation_has_a_method_of_its_own(generator: dict[str, Any]) -> None:
    names = [generator["snake"](operation["operationId"]) for operation in operations(generator["api"])]
    assert len(names) == len(set(names)) > 150
    assert [name for name in names if not hasattr(Samverkan, name)] == []


def test_the_example_reads_a_series_and_reports_once(address: str) -> None:
    first, second = example(address), example(address)
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout.startswith(SERIES)
    reported = first.stdout.removeprefix(SERIES).removesuffix(".\n")
    assert second.stdout == f"{SERIES}{reported} (reported before: the first answer).\n"


def test_in_production_the_example_needs_a_token_with_both_scopes(tmp_path: Path) -> None:
    token = made(tmp_path, "read", "report")
    with opened(f"sqlite:///{tmp_path}/r.db") as live:
        only_reads = open_keepers(live).tokens.make("verktyg", "läser", ("read",), live.clock(), timedelta(days=1))
    with served(tmp_path, SAMVERKAN_ENVIRONMENT="production") as url:
        answer(f"{url}/health")
        nobody, reads, reports = (example(url, given) for given in (None, only_reads, token))
    assert (nobody.returncode, nobody.stdout) == (1, "")
    assert nobody.stderr.startswith("Ingen är inloggad: ")
    assert (reads.returncode, reads.stdout) == (1, SERIES)
    assert reads.stderr.startswith("Det får du inte göra: ")
    assert (reports.returncode, reports.stderr) == (0, "")
    assert reports.stdout.startswith(f"{SERIES}Report exempel-")


def test_a_refusal_is_a_problem_with_its_rule_and_the_way_out(samverkan: Samverkan) -> None:
    with pytest.raises(Problem) as raised:
        samverkan.read_problems("finns-inte")
    problem = raised.value
    assert (problem.status, problem.type, problem.title) == (404, "/problems/not-found", "Not found")
    assert "finns-inte" in problem.detail
    with pytest.raises(Problem) as raised:
        samverkan.observe({"source": EST, "content": {"kind": "incident"}})  # type: ignore[typeddict-item]  # a part of it
    assert raised.value.errors[0]["pointer"] == "/content/incident/district"


def test_pages_files_lines_and_events_come_as_what_they_are(samverkan: Samverkan) -> None:
    assert [found["key"] for found in samverkan.every(samverkan.list_sources, limit=1)] == [EST, EXTRACT]
    assert samverkan.view_series_data_file(source=EXTRACT, format="parquet").startswith(b"PAR1")
    assert [event["gsn"] for event in samverkan.export(after=2)] == list(range(3, samverkan.position()["gsn"] + 1))
    first = next(iter(samverkan.view_event_stream(after=0, topic="agreement.*")))
    assert (first["type"], first["data"]["title"]) == ("se.samverkan.agreement.signed", FOUNDED[-1].title)
    assert samverkan.proof_checkpoint().count("\n") > 3
    taken = samverkan.take_in("Område;Månad;Brott;Antal\nRåby;2020-02;Personrån;3\n".encode(), source=EXTRACT)
    assert taken["tally"]["new"] == 1


@contextmanager
def busy(statuses: Sequence[int]) -> Iterator[tuple[str, list[str]]]:
    """A server that answers with these statuses, one after the other; the requests that came."""
    left, came = list(statuses), []

    class Busy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            came.append(self.command)
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(left.pop(0))
            for name, value in (("Retry-After", "0"), ("Content-Length", "2")):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(b"{}")

        do_POST = do_GET  # noqa: N815 - as above

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Busy)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", came
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(("key", "requests"), [("k-1", 2), (None, 1)])
def test_only_what_can_be_repeated_is_sent_again_when_the_server_is_busy(key: str | None, requests: int) -> None:
    with busy([503, 201]) as (url, came), Samverkan(url) as samverkan:
        if key is None:
            with pytest.raises(Problem, match="503"):
                samverkan.start("vandringar", {"on": "2020-03-02"})
        else:
            samverkan.start("vandringar", {"on": "2020-03-02"}, idempotency_key=key)
    assert came == ["POST"] * requests
    with busy([429, 429, 429]) as (url, came), Samverkan(url) as samverkan, pytest.raises(Problem, match="429"):
        samverkan.list_problems()
    assert came == ["GET"] * 3


def test_a_withdrawn_operation_says_so_for_a_year() -> None:
    @get(
        "/old", sync_to_thread=False, operation_id="old", **withdrawn(date(2026, 1, 1), date(2027, 1, 1), "/api/v1/new")
    )
    def old() -> str:
        return "as before"

    with create_test_client([Router("/api/v1", route_handlers=[old])]) as client:
        response = client.get("/api/v1/old")
        (operation,) = (item["get"] for item in described(client.app)["paths"].values())
    assert response.text == "as before"
    assert response.headers["Deprecation"] == "@1767225600"
    assert response.headers["Sunset"] == "Fri, 01 Jan 2027 00:00:00 GMT"
    assert response.headers["Link"] == '</api/v1/new>; rel="successor-version"'
    assert operation["deprecated"]
    assert {"Deprecation", "Sunset", "Link"} <= operation["responses"]["200"]["headers"].keys()
    with pytest.raises(ValueError, match="365 days"):
        withdrawn(date(2026, 1, 1), date(2026, 6, 1), "/api/v1/new")


def test_the_page_for_builders_names_only_what_is_there(generator: dict[str, Any]) -> None:
    page = (HOUSE / "docs" / "api.md").read_text()
    for name in re.findall(r"\]\(([\w./-]+)\)", page):
        assert (HOUSE / "docs" / name).is_file(), name
    ids = {operation["operationId"] for operation in operations(generator["api"])}
    assert {"assess", "forecast", "backtest", "effect", "plan_effect"} <= ids & set(re.findall(r"`(\w+)`", page))
    assert set(re.findall(r"\.se(/api/v1/[a-z]+)", page)) <= generator["api"]["paths"].keys()
