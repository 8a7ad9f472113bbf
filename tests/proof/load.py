"""How many requests a second the API answers, beside a handler that does nothing in the same framework and server.

`python -m tests.proof.load DATABASE [--seconds 8] [--connections 8]` copies a register (the demonstration, say), serves
it as in production with a token, and asks with wrk, by turns with the bare handler. wrk has to be installed.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from litestar import Litestar, get

from adapters.accounts import KeptAccount
from adapters.tokens import SCOPES
from service.compose import open_register
from service.gate import open_keepers
from service.settings import Settings
from tests.postgres import free_port
from tests.test_serving import answer

READS = {
    "what is new (events after a cursor)": "/events?after={before_end}",
    "the week's meeting": "/views/weeks/{week}",
    "the signals": "/signals?limit=100",
    "a series": "/views/series?source={source}&district={district}&category={category}",
    "the districts as GeoJSON": "/data/districts.geojson?source={source}",
}
REPORT = (
    '{"source":"%s","content":{"kind":"incident","district":"%s","category":"%s","occurred_on":"%s",'
    '"text":"Klotter på gaveln mot parken.","reporter":"Prov"}}'
)
POST = 'wrk.method = "POST"\nwrk.headers["Content-Type"] = "application/json"\nwrk.body = [==[%s]==]\n'


@get("/", sync_to_thread=False)
def nothing() -> dict[str, str]:
    """The least that a handler can do."""
    return {"hello": "world"}


def bare() -> Litestar:
    """The framework and the server, and nothing of ours."""
    return Litestar([nothing], openapi_config=None, logging_config=None)


@dataclass(frozen=True)
class Measured:
    """Requests a second, the 99th percentile in milliseconds, answers that were no success, bytes of one answer."""

    rate: float
    p99: float
    failed: int
    size: int = 0


def asked(url: str, seconds: int, connections: int, *, token: str = "", script: Path | None = None) -> Measured:
    """What wrk says."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency"]
    command += ["-H", f"Authorization: Bearer {token}"] if token else []
    command += ["-s", str(script)] if script else []
    said = subprocess.run([*command, url], check=True, capture_output=True, text=True).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s)", said)
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    requests, read = re.search(r"(\d+) requests in", said), re.search(r"([\d.]+)(KB|MB|GB|B) read", said)
    assert rate is not None, said
    assert p99 is not None, said
    assert requests is not None, said
    assert read is not None, said
    size = float(read[1]) * {"B": 1, "KB": 1e3, "MB": 1e6, "GB": 1e9}[read[2]] / max(1, int(requests[1]))
    unit = {"us": 1e-3, "ms": 1.0, "s": 1e3}[p99[2]]
    return Measured(float(rate[1]), float(p99[1]) * unit, int(failed[1]) if failed else 0, round(size))


@contextmanager
def serving(command: list[str], port: int, path: str, **environment: str) -> Iterator[str]:
    """A server in a process of its own."""
    with Path(os.devnull).open("wb") as nowhere:
        server = subprocess.Popen(command, env=os.environ | environment, stdout=nowhere, stderr=nowhere)
    try:
        answer(f"http://127.0.0.1:{port}{path}", 60)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(30)


def furnish(settings: Settings) -> tuple[str, dict[str, str]]:
    """A token for everything, and what the paths are filled in with."""
    live = open_register(settings)
    try:
        keepers = open_keepers(live)
        party = "Prov"
        keepers.accounts.add(KeptAccount("load", "", "", "coordinator", "samordnare", party, "police"))
        token = keepers.tokens.make("load", "load", SCOPES, live.clock(), timedelta(days=1))
        register = live.now()
        signal = list(register.states["signal"].values())[-1]
        meeting = list(register.states["meeting"])[-1]
        filling = {
            "before_end": str(register.position - 3), "week": meeting.upper().replace("VASTERAS-", "")[-8:],
            "source": signal.source, "district": signal.district, "category": signal.category,
        }  # fmt: skip
        return token, filling
    finally:
        live.close()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database", type=Path)
    parser.add_argument("--seconds", type=int, default=8)
    parser.add_argument("--connections", type=int, default=8)
    given = parser.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("wrk is not installed (on Debian: apt-get install wrk)")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "register.db"
        for name in (given.database, given.database.with_name(f"{given.database.name}.keys")):
            shutil.copy(name, copy.with_name(copy.name + name.name.removeprefix(given.database.name)))
        settings = Settings(database=f"sqlite:///{copy}", environment="production", requests_a_minute=10**9)
        measure(settings, Path(folder), given.seconds, given.connections)


def measure(settings: Settings, folder: Path, seconds: int, connections: int) -> None:
    """Ask both servers by turns."""
    token, filling = furnish(settings)
    plain_port, port = free_port(), free_port()
    plain = [sys.executable, "-m", "granian", "--interface", "asgi", "--host", "127.0.0.1", "--port", str(plain_port),
             "--workers", "1", "--factory", "--no-ws", "--no-access-log", "tests.proof.load:bare"]  # fmt: skip
    ours = [sys.executable, "-m", "service.cli", "serve", "--port", str(port)]
    environment = {
        "SAMVERKAN_DATABASE": settings.database, "SAMVERKAN_ENVIRONMENT": "production",
        "SAMVERKAN_REQUESTS_A_MINUTE": str(settings.requests_a_minute),
    }  # fmt: skip
    with serving(plain, plain_port, "/") as bare_url, serving(ours, port, "/health", **environment) as url:
        for name, path in READS.items():
            there = f"{url}/api/v1{path.format(**filling)}"
            asked(there, 1, connections, token=token)
            told(name, asked(f"{bare_url}/", seconds, connections), asked(there, seconds, connections, token=token))
        script = folder / "report.lua"
        report = REPORT % (filling["source"], filling["district"], filling["category"], "2023-02-20")
        script.write_text(POST % report)
        wrote = asked(f"{url}/api/v1/reports", seconds, connections, token=token, script=script)
        told("a report is recorded", asked(f"{bare_url}/", seconds, connections), replace(wrote))


def told(name: str, bare_one: Measured, ours: Measured) -> None:
    """One line."""
    print(
        f"{name:38} {ours.rate:8.0f}/s  p99 {ours.p99:7.2f} ms  {ours.size:7} bytes  failed {ours.failed}   "
        f"bare {bare_one.rate:8.0f}/s  p99 {bare_one.p99:6.2f} ms   ratio {ours.rate / bare_one.rate:.2f}",
        flush=True,
    )


if __name__ == "__main__":
    main()
