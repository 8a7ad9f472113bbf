"""The server as it is run: it answers on loopback, logs JSON in production without a word of the user's, and stops."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from litestar.testing import TestClient

from domain.core import Refused
from service.api.app import create_app
from service.compose import open_register
from service.gate import open_keepers
from service.serving import check_reach
from service.settings import Settings, load_settings
from tests.postgres import free_port

ROOT = Path(__file__).parents[1]


def answer(url: str, seconds: float = 30) -> bytes:
    """The body, once the server is up; a client error's body too."""
    until = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as response:
                return bytes(response.read())
        except urllib.error.HTTPError as refused:
            return bytes(refused.read())
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


@contextmanager
def served(folder: Path, **settings: str) -> Iterator[str]:
    """The address of a server over a new register, which is stopped afterwards; it writes to `log` in the folder."""
    port = free_port()
    environment = os.environ | {"SAMVERKAN_DATABASE": f"sqlite:///{folder}/r.db"} | settings
    command = [sys.executable, "-m", "service.cli", "serve", "--port", str(port)]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(30)


def test_the_server_answers_on_loopback_logs_json_and_stops_when_asked(tmp_path: Path) -> None:
    with served(tmp_path, SAMVERKAN_ENVIRONMENT="production") as address:
        health = json.loads(answer(f"{address}/health"))
        stranger = json.loads(answer(f"{address}/api/v1/problems/hemligt-ord"))
        answer(f"{address}/problem/hemligt-ord")
    assert (health["status"], health["database"]) == ("ok", "sqlite")
    assert stranger["status"] == 401
    text = (tmp_path / "log").read_text()
    logged = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    requests = [(line["route"], line["status"]) for line in logged if line["event"] == "request"]
    assert requests[-2:] == [("/problem/{key}", 303), ("/logga-in", 503)]
    assert "hemligt-ord" not in text


def test_the_server_can_be_tried_at_another_time_and_says_where_it_is(tmp_path: Path) -> None:
    with served(tmp_path, SAMVERKAN_STARTS_AT="2023-02-28T09:00", SAMVERKAN_LANGUAGE="sv") as address:
        answer(f"{address}/health")
        division = {"division": "d", "name": "D", "on": "2023-02-28", "districts": []}
        asked = urllib.request.Request(
            f"{address}/api/v1/divisions", json.dumps(division).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(asked, timeout=30) as response:
            assert response.status == 201
        (told,) = json.loads(answer(f"{address}/api/v1/history"))["items"]
    assert told["recorded_at"].startswith("2023-02-28T08:0")
    said = (tmp_path / "log").read_text().splitlines()[0]
    assert said == f"Veckomötet: {address}/  ·  API: {address}/api/docs  (avsluta med Ctrl+C)"


PROVIDER = {"oidc_issuer": "https://inloggning.example.se", "oidc_client_id": "samverkan"}


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_without_sign_in_this_machine_alone_is_served(host: str) -> None:
    check_reach(Settings(), host)
    with pytest.raises(Refused, match=r"docs/sign-in\.md"):
        check_reach(Settings(), "0.0.0.0")


def test_with_sign_in_others_are_served_over_https() -> None:
    check_reach(Settings(public_url="https://samverkan.example.se", **PROVIDER), "0.0.0.0")
    check_reach(Settings(**PROVIDER), "127.0.0.1")
    for public in ("http://samverkan.example.se", "http://10.0.0.7:8000"):
        with pytest.raises(Refused, match="SAMVERKAN_PUBLIC_URL"):
            check_reach(Settings(public_url=public, **PROVIDER), "0.0.0.0")


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"oidc_issuer": "http://inloggning.example.se"}, "SAMVERKAN_OIDC_ISSUER"),
        ({"oidc_client_id": ""}, "SAMVERKAN_OIDC_CLIENT_ID"), ({"oidc_roles": "/nowhere"}, "SAMVERKAN_OIDC_ROLES"),
    ],
)  # fmt: skip
def test_a_sign_in_that_cannot_work_is_refused_at_the_start(given: dict[str, str], named: str) -> None:
    with pytest.raises(Refused, match=named):
        check_reach(Settings(public_url="https://samverkan.example.se", **PROVIDER | given), "0.0.0.0")


@pytest.mark.parametrize(("trusted", "address"), [("10.0.0.0/8 127.0.0.1", "192.0.2.7"), ("10.0.0.0/8", "127.0.0.1")])
def test_only_a_trusted_proxy_is_believed_about_where_somebody_comes_from(
    tmp_path: Path, trusted: str, address: str
) -> None:
    with served(tmp_path, SAMVERKAN_TRUSTED_PROXIES=trusted) as there:
        answer(f"{there}/health")
        asked = urllib.request.Request(
            f"{there}/api/v1/history", headers={"Authorization": "Bearer x", "X-Forwarded-For": "1.1.1.1, 192.0.2.7"}
        )
        with pytest.raises(urllib.error.HTTPError, match="401"):
            urllib.request.urlopen(asked, timeout=30)
    live = open_register(Settings(database=f"sqlite:///{tmp_path}/r.db"))
    (line,) = open_keepers(live).log.lines()
    live.close()
    assert (line.kind, line.address) == ("refused", address)


def test_the_public_name_is_answered_and_no_other(fresh_sqlite: str) -> None:
    settings = Settings(database=fresh_sqlite, public_url="https://samverkan.example.se")
    app = create_app(open_register(settings), settings)
    with TestClient(app) as client:
        for name, status in (("samverkan.example.se", 200), ("127.0.0.1:8000", 200), ("rebound.example.se", 400)):
            assert client.get("/health", headers={"Host": name}).status_code == status
        cookie = client.get("/logga-in", headers={"Host": "samverkan.example.se"}).headers["set-cookie"]
    assert "Secure" in cookie


@pytest.mark.parametrize("written", ["10.0.0.1/8", "proxy", "*"])
def test_a_proxy_that_is_no_address_is_refused(written: str) -> None:
    with pytest.raises(Refused, match="SAMVERKAN_TRUSTED_PROXIES"):
        load_settings(trusted_proxies=written)
