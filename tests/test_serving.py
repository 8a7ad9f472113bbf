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
        missing = json.loads(answer(f"{address}/api/v1/problems/hemligt-ord"))
    assert (health["status"], health["database"]) == ("ok", "sqlite")
    assert missing["status"] == 404
    text = (tmp_path / "log").read_text()
    logged = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    requests = [(line["route"], line["status"]) for line in logged if line["event"] == "request"]
    assert requests[-1] == ("/api/v1/problems/{key}", 404)
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
