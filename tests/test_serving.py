"""The server as it is run: it answers on loopback, logs JSON in production without a word of the user's, and stops."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
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


def test_the_server_answers_on_loopback_logs_json_and_stops_when_asked(tmp_path: Path) -> None:
    port = free_port()
    environment = os.environ | {
        "SAMVERKAN_DATABASE": f"sqlite:///{tmp_path}/r.db",
        "SAMVERKAN_ENVIRONMENT": "production",
    }
    command = [sys.executable, "-m", "service.cli", "serve", "--port", str(port)]
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        health = json.loads(answer(f"http://127.0.0.1:{port}/health"))
        missing = json.loads(answer(f"http://127.0.0.1:{port}/api/v1/problems/hemligt-ord"))
    finally:
        server.terminate()
        server.wait(30)
    assert (health["status"], health["database"]) == ("ok", "sqlite")
    assert missing["status"] == 404
    text = (tmp_path / "log").read_text()
    logged = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    requests = [(line["route"], line["status"]) for line in logged if line["event"] == "request"]
    assert requests[-1] == ("/api/v1/problems/{key}", 404)
    assert "hemligt-ord" not in text
