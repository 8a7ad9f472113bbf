"""How quick and how heavy the pages are: python -m tests.proof.pages DATABASE [--million] [--times 30].

DATABASE is a file with the demonstration register (`make demo` makes one); a copy of it is served. --million first
takes in so many more synthetic incidents that the copy holds a million observations. For each page: the median and the
95th percentile of the time to its whole answer on loopback, one request after another, and the bytes that a first
visit loads, compressed as a browser would ask for them (text by gzip), pictures of charts apart.
"""

from __future__ import annotations

import argparse
import gzip
import http.client
import re
import shutil
import statistics
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import numpy as np

from adapters.event_store import open_store
from adapters.tables import Tables
from domain.action import Action
from domain.catalogue import Source
from domain.core import Actor
from domain.problem import Problem
from domain.promise import Promise
from domain.signal import Signal
from service.importing import Wishes, take_in_file
from service.register import LiveRegister
from tests.browser.conftest import keys_of, serving

BY = Actor(account="matning", role="system", organisation="Västerås stad")
MILLION, A_FILE = 1_000_000, 100_000
SOURCE = "polisens-utdrag"
PATHS = (
    "/mote/2023-W09", "/mote/2020-W46", "/lagesbild", "/omrade/centrum", "/problem", "/atgarder", "/loften", "/kedjan",
    "/rapportera", "/granska", "/import", "/historik", "/overenskommelse", "/installningar", "/hjalp",
    "/tillganglighet",
)  # fmt: skip


def main() -> None:
    """Serve a copy and measure every page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("database", type=Path)
    parser.add_argument("--million", action="store_true")
    parser.add_argument("--times", type=int, default=30)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "register.db"
        shutil.copy(given.database, copy)
        keys = keys_of(given.database)
        if keys.exists():  # a register from before there were seals has none
            shutil.copy(keys, keys_of(copy))
        paths = _prepared(copy, million=given.million)
        with serving(copy) as address:
            visitor = Visitor(address)
            for path in paths:
                print(visitor.line(path, given.times), flush=True)


def _prepared(copy: Path, *, million: bool) -> list[str]:
    store = open_store(f"sqlite:///{copy}")
    live = LiveRegister(store, Tables(store))
    if million:
        _fill(live)
    tables = live.read_tables()
    with store.database.reading() as c:
        c.execute("SELECT COUNT(*) FROM observations")
        row = c.fetchone()
    register = live.now()
    kinds = (("signal", Signal), ("problem", Problem), ("atgarder", Action), ("loften", Promise))
    keyed = [f"/{path}/{next(reversed(register.states[kind.KIND]))}" for path, kind in kinds]
    print(f"{row[0] if row else 0} observations, {tables.pull()} events")
    store.close()
    return [*PATHS, *keyed]


def _fill(live: LiveRegister) -> None:
    """Incidents spread evenly over districts, categories and the days before the demonstration's last week."""
    register, rng = live.now(), np.random.default_rng(1)
    division = register.states["division"][register.states[Source.KIND][SOURCE].division]
    districts = [each.name for key, each in division.districts.items() if key not in division.retired]
    kinds = ("Skadegörelse", "Klotter", "Cykelstöld", "Snatteri", "Hot", "Narkotika")
    first = date(2016, 3, 1)
    with live.store.database.reading() as c:
        c.execute("SELECT COUNT(*) FROM observations")
        row = c.fetchone()
    there = int(row[0]) if row else 0
    for start in range(there, MILLION, A_FILE):
        lines = ["Referens;Område;Brott;Datum"]
        for i in range(start, min(start + A_FILE, MILLION)):
            on = first + timedelta(days=int(rng.integers(0, 2530)))
            lines.append(f"M-{i};{districts[rng.integers(len(districts))]};{kinds[rng.integers(len(kinds))]};{on}")
        content = "\n".join(lines).encode()
        take_in_file(live, content, f"m{start}.csv", source=SOURCE, by=BY, kind="incidents", wishes=Wishes())


class Visitor:
    """A coordinator's browser without the browser: one connection, signed in."""

    def __init__(self, address: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
        self._cookies: dict[str, str] = {}
        page = self.get("/logga-in").decode()
        token = re.search(r'name="_csrf_token" value="([^"]+)"', page)
        assert token
        form = urlencode({"_csrf_token": token[1], "account": "samordnare", "till": "/"})
        self.get("/logga-in", form)

    def get(self, path: str, form: str | None = None) -> bytes:
        """The body of an answer."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request("GET" if form is None else "POST", path, form, headers)
        answer = self._connection.getresponse()
        body = answer.read()
        assert answer.status < 400, f"{path}: {answer.status}"
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self._cookies[key] = rest.partition(";")[0]
        return body

    def line(self, path: str, times: int) -> str:
        """Milliseconds and kilobytes of a page."""
        body = self.get(path)  # the first visit fills what is kept
        taken = []
        for _ in range(times):
            begun = time.perf_counter()
            self.get(path)
            taken.append(1000 * (time.perf_counter() - begun))
        loaded = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', body.decode()))
        weight = len(gzip.compress(body)) + sum(self._weight(each) for each in loaded)
        late = statistics.quantiles(taken, n=20)[-1]
        return f"{path:60} median {statistics.median(taken):7.1f} ms  95 % {late:7.1f} ms  {weight / 1000:6.1f} kB"

    def _weight(self, path: str) -> int:
        body = self.get(path.replace("&amp;", "&"))
        fonts = sum(self._weight(f"/static/{url.decode()}") for url in re.findall(rb'url\("(vendor/[^"]+)"\)', body))
        return fonts + (len(body) if path.endswith(".woff2") else len(gzip.compress(body)))


if __name__ == "__main__":
    main()
