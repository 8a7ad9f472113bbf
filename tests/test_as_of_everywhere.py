"""As known then, everywhere: no page and no read of the API shows at a gsn what was recorded after it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from litestar import Litestar
from litestar.testing import TestClient

from domain.action import Change
from domain.agreement import Amend
from domain.catalogue import Category, District, PublishCategories, RegisterSource, ReviseDivision
from domain.meeting import DecideAtMeeting, OpenMeeting
from domain.observation import Report
from domain.problem import Evidence
from domain.signal import Judge
from service.api.app import create_app
from service.cli import cli
from service.settings import Settings
from tests import given as g
from tests.browsing import Browser
from tests.given import but, day
from tests.pictured import SIGNAL, pictured
from tests.registers import opened

LATER = "zenare"
"""Stands in everything that is recorded after the gsn that is looked at."""
KEY = "efterat"
"""The key of everything that begins after it; a refusal may repeat it."""
MEETING = OpenMeeting(meeting="est-2020-v10", agreement=g.AGREEMENT, on=day("2020-03-02"))
REPORT = Report(
    kind="incident", district="centrum", category="personran", occurred_on=day("2020-03-01"), place="Zenare torget",
    text="Zenare hände detta.", reporter="Zenare värden",
)  # fmt: skip
JUDGED = Judge(signal=SIGNAL, on=day("2020-03-02"), response="watch", finding="open", reason="Zenare bedömd")
AFTERWARDS = (
    ReviseDivision(
        division=g.DIVISION, on=day("2020-03-02"), reason="Zenare område",
        districts=(District(key=KEY, name="Zenareby"),),
    ),
    PublishCategories(
        on=day("2020-03-02"), reason="Zenare kategori", categories=(Category(key=KEY, name="Zenarebrott"),)
    ),
    RegisterSource(source=KEY, name="Zenare källan", owner=g.CITY, use="evidence", division=g.DIVISION),
    but(g.OBSERVE, observation=KEY, content=REPORT),
    but(
        g.PROPOSE, problem=KEY, on=day("2020-03-02"), title="Zenare problemet", description="Zenare sett.",
        evidence=(Evidence(kind="observation", ref=KEY),),
    ),
    Change(action="vandringar", on=day("2020-03-02"), reason="Zenare skäl", description="Zenare vandring"),
    JUDGED,
    MEETING,
    but(g.ATTEND, meeting=MEETING.meeting),
    DecideAtMeeting(meeting=MEETING.meeting, what="Zenare beslutet", reason="Zenare skäl"),
    Amend(
        agreement=g.AGREEMENT, on=day("2020-03-02"), reason="Zenare ändring",
        goals=(but(g.SIGN.goals[0], wording="Zenare målet", indicator="Zenare måttet"),),
    ),
    but(
        g.PUBLISH, promise=KEY, on=day("2020-03-02"), first_day=day("2020-03-02"), title="Zenare löftet",
        words="Zenare löfte", measures=g.PUBLISH.measures[:1],
    ),
)  # fmt: skip

NO_PAST = {
    "/": "leads to the weekly meeting",
    "/api": "says where things are",
    "/api/docs": "documentation",
    "/api/schema": "documentation",
    "/api/schema/openapi.json": "documentation",
    "/api/schema/{path:str}": "documentation",
    "/api/v1/openapi.json": "documentation",
    "/problems/{rule:str}": "what a problem's type stands for",
    "/health": "whether the service answers now",
    "/static/{file_path:path}": "files of the service itself",
    "/sprak/{language:str}": "chooses a language",
    "/hjalp": "help", "/hjalp/motet": "help", "/hjalp/ord": "help", "/hjalp/rapportera": "help",
    "/hjalp/signaler": "help", "/tillganglighet": "help",
    "/import/ny/{key:str}": "a file that is not taken in yet, held for whoever uploaded it",
    "/import/ny/{key:str}/felrader": "a file that is not taken in yet",
    "/import/ny/{key:str}/prov": "a file that is not taken in yet",
    "/api/v1/position": "an event number, which is what as_of is made of",
    "/api/v1/effects/{key:str}/plan": "computed when it is asked for, from what is known now; nothing is recorded",
}  # fmt: skip
"""Routes that have no past, and why. Those of the proof of the history are about the history itself, at any size."""
PROOF = re.compile(r"^/(api/v1/proof|bevis)\b")
NOT_OF_THE_RECORD = re.compile(
    r"^/(logga-in|konto|atkomst|prenumeration|utskick|webhookar|flode)\b|"
    r"^/api/v1/(subscription|deliveries|webhooks|events)\b"
)
"""Accounts, sign-in, and what is told to whom: rows that change. Feeds tell the log itself, from any event on."""
WITH_A_KEY = {
    "/signal/{key:str}": SIGNAL, "/omrade/{key:str}": "centrum", "/problem/{key:str}": "personran-centrum",
    "/atgarder/{key:str}": "vandringar", "/loften/{key:str}": "lofte", "/mote/{key:str}": "2020-W10",
    "/mote/{key:str}/avsluta": "2020-W10", "/rapportera/{ref:str}": "obs-1",
    "/api/v1/views/weeks/{key:str}": "2020-W10", "/api/v1/views/signals/{key:str}": SIGNAL,
    "/api/v1/agreements/{key:str}": g.AGREEMENT, "/api/v1/divisions/{key:str}": g.DIVISION,
    "/api/v1/categories/{key:str}": "all", "/api/v1/sources/{key:str}": g.EXTRACT,
    "/api/v1/problems/{key:str}": "personran-centrum", "/api/v1/actions/{key:str}": "vandringar",
    "/api/v1/promises/{key:str}": "lofte", "/api/v1/signals/{key:str}": SIGNAL,
}  # fmt: skip
"""Something that was there before and is otherwise afterwards; the keys of others are those that came afterwards."""
QUERIES = {
    "/api/v1/need": f"source={g.EXTRACT}",
    "/api/v1/counts": f"source={g.EXTRACT}",
    "/api/v1/views/track-record": f"source={g.EXTRACT}&district=centrum&category=personran",
    "/api/v1/views/series": f"source={g.EXTRACT}",
    "/api/v1/views/silent-reporters": "week=2020-W10",
    "/serie.csv": f"source={g.EXTRACT}", "/serie.svg": f"source={g.EXTRACT}",
    "/api/v1/data/series": f"source={g.EXTRACT}", "/api/v1/data/assessments": f"source={g.EXTRACT}",
    "/api/v1/data/statistics.json": f"source={g.EXTRACT}", "/api/v1/data/districts.geojson": f"source={g.EXTRACT}",
    "/jamfor": "a=0", "/jamfor.csv": "a=0", "/api/v1/views/comparison": "a=0",
}  # fmt: skip
SAID_NOW = {
    "/atgarder/{key:str}", "/granska", "/historik", "/jamfor", "/loften", "/mote/{key:str}", "/overenskommelse",
    "/problem", "/signal/{key:str}", "/api/v1/problems", "/api/v1/reports", "/api/v1/observations", "/api/v1/history",
    "/api/v1/export", "/api/v1/promises", "/api/v1/sources", "/api/v1/divisions/{key:str}", "/api/v1/views/chain",
    "/api/v1/views/weeks/{key:str}", "/api/v1/views/comparison", "/api/v1/agreements/{key:str}", "/installningar",
    "/import", "/rapportera",
}  # fmt: skip
"""Routes that do show something later when they are read now, so that its absence then means something."""


@dataclass(frozen=True)
class Walked:
    """A register that went on after a gsn, as a coordinator sees it."""

    browser: Browser
    app: Litestar
    then: int

    def read(self, route: str, *, at: int | None) -> tuple[int, str]:
        """The status and the words of a route, now or as of a gsn."""
        path = re.sub(r"\{[a-z_]+:str\}", WITH_A_KEY.get(route, KEY), route.replace("{year:int}", "2020"))
        query = QUERIES.get(route, "")
        as_of = "" if at is None else f"as_of={at}"
        answer = self.browser.client.get(f"{path}?{'&'.join(part for part in (query, as_of) if part)}")
        return answer.status_code, answer.text.casefold()


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walked]:
    url = f"sqlite:///{tmp_path_factory.mktemp('then') / 'register.db'}"
    with pictured(url) as live:
        live.ask(but(g.IMPORT_WEIGHTS, on=day("2020-03-01")), g.COORDINATOR)
        then = live.store.last_gsn()
        for command in AFTERWARDS:
            live.ask(command, g.COORDINATOR)
        app = create_app(live, Settings(database=url))
        with TestClient(app, base_url="http://127.0.0.1:8000") as client:
            yield Walked(Browser(client), app, then)


def routes(app: Litestar) -> list[str]:
    """Every path that can be read."""
    return sorted({route.path for route in app.routes if "GET" in getattr(route, "methods", ())})


def has_a_past(route: str) -> bool:
    return route not in NO_PAST and not PROOF.match(route) and not NOT_OF_THE_RECORD.match(route)


def test_no_route_shows_at_a_gsn_what_was_recorded_after_it(walked: Walked) -> None:
    told = []
    for route in filter(has_a_past, routes(walked.app)):
        status, words = walked.read(route, at=walked.then)
        if status >= 500 or LATER in words:
            at = words.find(LATER)
            told.append(f"{route} ({status}): {words[max(0, at - 80) : at + 40] if at >= 0 else words[:200]}")
    assert told == []


def test_read_now_the_routes_do_show_it(walked: Walked) -> None:
    silent = [route for route in sorted(SAID_NOW) if LATER not in walked.read(route, at=None)[1]]
    assert silent == []


def test_every_read_of_the_api_documents_as_of_unless_it_has_no_past(walked: Walked) -> None:
    paths = walked.app.openapi_schema.to_schema()["paths"]
    lacking = [
        path
        for path, item in paths.items()
        if "get" in item and has_a_past(path.replace("}", ":str}"))
        and "as_of" not in {p["name"] for p in item["get"].get("parameters", ())}
    ]  # fmt: skip
    assert lacking == []


def test_the_routes_without_a_past_exist_and_are_few(walked: Walked) -> None:
    assert set(NO_PAST) <= {*routes(walked.app)}
    assert len(NO_PAST) < 25
    assert set(WITH_A_KEY) | set(QUERIES) | SAID_NOW <= {*routes(walked.app)}


def test_a_moment_that_does_not_exist_is_refused_by_every_read(walked: Walked) -> None:
    odd = []
    for route in filter(has_a_past, routes(walked.app)):
        status, _ = walked.read(route, at=10**9)
        if status != 422:
            odd.append((route, status))
    assert odd == []


def test_the_command_line_reads_as_of_then_too(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'register.db'}"
    with pictured(url) as live:
        then = live.store.last_gsn()
        live.ask(AFTERWARDS[-1], g.COORDINATOR)
        live.ask(but(JUDGED, reason="Zenare"), g.COORDINATOR)

    def told(*arguments: str) -> str:
        result = CliRunner().invoke(cli, ["--database", url, *arguments])
        assert result.exit_code == 0, result.output
        return result.output.casefold()

    assert LATER in told("history")
    assert LATER not in told("history", "--as-of", f"{then}")
    assert "[bevaka]" in told("signals")
    assert "[bevaka]" not in told("signals", "--as-of", f"{then}")


def test_the_tables_know_then_which_series_and_which_frequency_a_source_had(fresh_sqlite: str) -> None:
    with opened(fresh_sqlite, lambda: datetime(2020, 3, 2, 9, tzinfo=UTC)) as live:
        for command in (*g.FOUNDED, g.TAKE_IN):
            live.ask(command, g.COORDINATOR)
        tables, end = live.read_tables(), live.store.last_gsn()
        assert tables.frequency_of(g.EXTRACT) == tables.frequency_of(g.EXTRACT, at=end) == "month"
        assert tables.frequency_of(g.EXTRACT, at=5) is None
        assert tables.series_in(g.EXTRACT, incidents=False, at=end) == [("centrum", "personran"), ("raby", "personran")]
        assert tables.series_in(g.EXTRACT, incidents=False, at=5) == []
