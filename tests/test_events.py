"""The events as another tool reads them: in batches and as a stream, from a cursor on, without a gap."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import timedelta
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from random import Random
from sqlite3 import connect
from threading import Lock
from time import sleep
from typing import Any
from urllib.parse import urlsplit

import anyio
import psutil
import pytest
from cloudevents.core.formats.json import JSONFormat
from httpx import Response
from litestar import Litestar, get
from litestar.response import Stream
from litestar.testing import TestClient

from adapters.accounts import KeptAccount
from adapters.database import DatabaseUnavailable
from domain.action import Action, Start
from domain.agreement import Sign
from domain.core import WITHHELD
from domain.observation import Observe
from domain.sharing import Share
from service.access import Account
from service.api.app import create_app
from service.api.streams import MOST_EACH, MOST_STREAMS, READS, Streams
from service.cloud_events import LARGEST_LOOK, Look, Wanted, look
from service.gate import open_keepers
from service.register import LiveRegister
from service.settings import Settings
from tests import given as g
from tests.proof.feed_consumer import killed
from tests.registers import BY, furnished, opened
from tests.test_api import SIGN
from tests.test_serving import answer, served
from tests.test_week import scene
from tests.test_withholding import OFFICER, REPORT, TOLD

DOCUMENT = Path(__file__).parents[1] / "docs" / "feeds.md"
EVENTS = "/api/v1/events"
BASE = "https://samverkan.example.se"
FORMAT = JSONFormat()


@contextmanager
def asked_of(live: LiveRegister) -> Iterator[TestClient[Litestar]]:
    app = create_app(live, Settings(public_url=BASE))
    with TestClient(app, base_url="http://127.0.0.1:8000") as client:
        yield client


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveRegister]:
    """One register for all: what a test adds to it is nothing that another asks for."""
    register, _ = scene(f"sqlite:///{tmp_path_factory.mktemp('events')}/register.db")
    yield register
    register.close()


@pytest.fixture(scope="module")
def client(live: LiveRegister) -> Iterator[TestClient[Litestar]]:
    with asked_of(live) as asked:
        yield asked


def walked(client: TestClient[Litestar], **asked: Any) -> list[dict[str, Any]]:
    """All events from the first on, a batch at a time, as the Link of each says."""
    found: list[dict[str, Any]] = []
    response = client.get(EVENTS, params=asked)
    while response.json():
        found += response.json()
        response = client.get(following(response))
    return found


def following(response: Response) -> str:
    """Where the Link of a batch leads."""
    assert response.status_code == 200, response.text
    return str(response.links["next"]["url"])


def test_every_event_is_a_cloud_event_for_the_sdk(client: TestClient[Litestar], live: LiveRegister) -> None:
    response = client.get(EVENTS, params={"limit": 1000})
    assert response.headers["content-type"] == "application/cloudevents-batch+json"
    made = [FORMAT.read(None, json.dumps(one)) for one in response.json()]
    assert [int(one.get_id()) for one in made] == list(range(1, live.store.last_gsn() + 1))
    assert {one.get_source() for one in made} == {f"{BASE}/register"}
    sorted_by_sequence = sorted(made, key=lambda one: str(one.get_extension("sequence")))
    assert sorted_by_sequence == made
    raised = next(one for one in made if one.get_type() == "se.samverkan.signal.raised")
    moment, data = raised.get_time(), raised.get_data()
    assert moment is not None
    assert moment.isoformat() == "2020-02-24T10:00:00+00:00"
    assert isinstance(data, dict)
    assert data["sentence"]["sv"] == "Nio personrån mot tre väntade."


def test_the_batches_follow_on_each_other_on_both_databases_and_end_where_the_log_ends(database_url: str) -> None:
    with furnished(database_url) as live, asked_of(live) as client:
        assert [int(one["id"]) for one in walked(client, limit=1)] == [1, 2, 3]
        end = client.get(EVENTS, params={"after": 3})
        assert (end.json(), end.headers["samverkan-next"]) == ([], "3")
        live.ask(Observe(observation="r1", source="polisen", content=REPORT), OFFICER)
        assert [one["type"] for one in client.get(following(end)).json()] == ["se.samverkan.observation.recorded"]


def test_imported_rows_come_with_what_they_hold(client: TestClient[Litestar]) -> None:
    (rows,) = walked(client, topic="import.counts")
    assert rows["data"]["count"] == [2, 5, 9, 1, 0, 2]


def test_a_topic_or_all_of_a_kind_is_chosen_and_the_cursor_passes_what_was_not_wanted(
    client: TestClient[Litestar], live: LiveRegister
) -> None:
    assert [one["type"] for one in walked(client, topic="signal.raised")] == ["se.samverkan.signal.raised"]
    meeting = [one["type"].removeprefix("se.samverkan.") for one in walked(client, topic="meeting.*")]
    assert meeting == ["meeting.opened", "meeting.attended", "meeting.decided", "meeting.closed"]
    nothing = client.get(EVENTS, params={"topic": "erasure.*"})
    assert (nothing.json(), nothing.headers["samverkan-next"]) == ([], str(live.store.last_gsn()))


def test_a_problem_brings_what_happens_with_its_actions(client: TestClient[Litestar], live: LiveRegister) -> None:
    key = next(iter(live.now().states[Action.KIND]))
    live.ask(Start(action=key, on=live.today()), g.COORDINATOR)
    found = [one["type"].removeprefix("se.samverkan.") for one in walked(client, problem="personran-centrum")]
    assert found[0] == "problem.proposed"
    assert {"plan.adopted", "meeting.decided", "action.committed", "action.started"} <= set(found)
    assert not any(one.startswith(("import.", "signal.", "source.")) for one in found)
    assert walked(client, problem="ett-annat") == []


def test_a_district_brings_its_reports_rows_and_signals(client: TestClient[Litestar]) -> None:
    kinds = {one["type"].removeprefix("se.samverkan.") for one in walked(client, district="centrum")}
    assert {"import.counts", "observation.recorded", "signal.raised"} <= kinds
    (rows,) = walked(client, district="raby", topic="import.*")
    assert "raby" in rows["data"]["districts"]


def test_a_topic_that_there_is_not_is_refused_with_the_way_out(client: TestClient[Litestar]) -> None:
    refused = client.get(EVENTS, params={"topic": "signal.lowered"}, headers={"accept-language": "en"})
    assert refused.status_code == 422
    assert "signal.*" in refused.json()["detail"]
    assert client.get(EVENTS, params={"topic": "*"}).status_code == 400


def test_a_cursor_beyond_the_end_is_refused_since_the_register_has_lost_its_end(client: TestClient[Litestar]) -> None:
    for path in (EVENTS, f"{EVENTS}/stream"):
        refused = client.get(path, params={"after": 10_000})
        assert (refused.status_code, refused.json()["type"]) == (422, "/problems/cursor-ahead")


def test_a_look_ends_where_the_answer_is_large(live: LiveRegister) -> None:
    text = "å" * 4000
    for n in range(20):
        content = g.but(g.REPORT, text=text, occurred_on=live.today())
        live.ask(Observe(observation=f"long-{n}", source=g.EST, content=content), g.COORDINATOR)
    whole = look(live, Wanted(), 0, 1000, BASE)
    assert whole.position == live.store.last_gsn()
    assert sum(len(one.body) for one in whole.found) < LARGEST_LOOK


def test_what_the_police_have_not_shared_comes_withheld_until_it_is_shared(fresh_sqlite: str) -> None:
    with furnished(fresh_sqlite) as live, asked_of(live) as client:
        live.ask(Sign.model_validate(SIGN), BY)
        live.ask(Observe(observation="r1", source="polisen", content=REPORT), OFFICER)
        headers = {"authorization": f"Bearer {token_of_a_reader(live)}"}
        asked = {"topic": "observation.*"}
        (one,) = client.get(EVENTS, params=asked, headers=headers).json()
        assert one["data"]["content"]["text"] == WITHHELD
        (whole,) = client.get(EVENTS, params=asked).json()
        assert TOLD[1] in whole["data"]["content"]["text"]
        live.ask(Share(what="observation", key="r1", on=live.today(), reason="Fältgruppen behöver den."), OFFICER)
        (shared,) = client.get(EVENTS, params=asked, headers=headers).json()
        assert TOLD[1] in shared["data"]["content"]["text"]


def token_of_a_reader(live: LiveRegister) -> str:
    """A token with which an account of the municipality reads, which may not read what is withheld."""
    keepers = open_keepers(live)
    keepers.accounts.add(
        KeptAccount("lena", "Lena Ek", "lena@example.se", "reader", "läsare", "Västerås stad", "municipality")
    )
    return keepers.tokens.make("lena", "Statistikverktyget", ("read",), live.clock(), timedelta(days=30))


# The stream


@contextmanager
def streaming(address: str, path: str, **headers: str) -> Iterator[HTTPResponse]:
    with closing(HTTPConnection(urlsplit(address).netloc, timeout=20)) as connection:
        connection.request("GET", f"{EVENTS}/stream{path}", headers=headers)
        yield connection.getresponse()


def messages(response: HTTPResponse, number: int) -> list[dict[str, str]]:
    """So many messages of a stream, by the names of their fields; comments are under an empty name."""
    found: list[dict[str, str]] = []
    fields: dict[str, str] = {}
    while len(found) < number:
        line = response.readline().decode().rstrip("\n")
        if line:
            name, _, value = line.partition(": ")
            fields[name] = value
        else:
            found.append(fields)
            fields = {}
    return found


def test_a_stream_goes_on_after_the_last_event_id_and_brings_what_is_new(tmp_path: Path) -> None:
    with served(tmp_path) as address, opened(f"sqlite:///{tmp_path}/r.db") as live:
        answer(f"{address}/health")
        for n in range(3):
            live.ask(g.but(g.PUBLISH_DIVISION, division=f"d{n}"), BY)
        with streaming(address, "?after=1", **{"Last-Event-ID": "2"}) as response:
            assert response.headers["content-type"].startswith("text/event-stream")
            retry, third = messages(response, 2)
            assert retry == {"retry": "1000"}
            assert (third["id"], third["event"]) == ("3", "se.samverkan.division.published")
            assert FORMAT.read(None, third["data"]).get_id() == "3"
            live.ask(g.but(g.PUBLISH_DIVISION, division="d3"), BY)
            assert messages(response, 1)[0]["id"] == "4"
        with streaming(address, "?topic=signal.*") as response:
            assert messages(response, 2)[1] == {"id": "4"}


def test_the_consumer_of_the_documentation_takes_each_event_once(tmp_path: Path) -> None:
    example: dict[str, Any] = {}
    exec(DOCUMENT.read_text().partition("```python\n")[2].partition("```")[0], example)
    with served(tmp_path) as address, opened(f"sqlite:///{tmp_path}/r.db") as live, closing(connect(":memory:")) as db:
        answer(f"{address}/health")
        token = token_of_a_reader(live)
        db.executescript("CREATE TABLE cursor (at); CREATE TABLE events (id, data)")
        for n in range(3):
            live.ask(g.but(g.PUBLISH_DIVISION, division=f"d{n}"), BY)
            assert example["take_next"](db, address, token) == n + 1
            assert example["take_next"](db, address, token) == n + 1
        assert db.execute("SELECT id FROM events").fetchall() == [("1",), ("2",), ("3",)]


def stop(address: str) -> None:
    """Ask the server at an address to stop, as a service manager would."""
    port = address.rpartition(":")[2]
    (server,) = (one for one in psutil.Process().children() if one.cmdline()[-2:] == ["--port", port])
    server.terminate()


def taken(streams: Streams, number: int, read: Any, **times: float) -> list[bytes]:
    """The first parts of a stream."""

    async def take() -> list[bytes]:
        found: list[bytes] = []
        following = streams.follow(read, 0, **times)
        async for part in following:
            found.append(part)
            if len(found) == number:
                break
        await following.aclose()  # type: ignore[attr-defined]  # it is a generator
        return found

    return anyio.run(take)


def test_a_quiet_stream_says_now_and_then_that_it_is_there() -> None:
    quiet = Look((), 0)
    assert taken(Streams(), 3, lambda _: quiet, heartbeat=0.01) == [b"retry: 1000\n\n", b": \n\n", b": \n\n"]


def test_a_stream_ends_after_a_while_and_with_the_database() -> None:
    def away(_: int) -> Look:
        raise DatabaseUnavailable

    assert taken(Streams(), 9, lambda _: Look((), 0), longest=0.0) == [b"retry: 1000\n\n"]
    assert taken(Streams(), 9, away) == [b"retry: 1000\n\n"]


def test_a_client_that_does_not_read_is_let_go_and_leaves_its_place() -> None:
    streams = Streams(patience=0.1)
    took: list[Any] = []

    @get("/", middleware=[streams], sync_to_thread=False)
    def handler() -> Stream:
        return Stream(streams.follow(lambda after: Look((), min(3, after + 1)), 0, heartbeat=0.01, longest=0.2))

    async def came() -> Any:
        await anyio.sleep_forever()

    async def send(message: Any) -> None:
        took.append((message["type"], streams.open))
        if len(took) == 3:
            await anyio.sleep_forever()

    async def ask() -> None:
        with anyio.fail_after(5):
            await app(scope, came, send)

    app = Litestar([handler])
    account = Account(BY, "reader")
    scope: Any = {
        "type": "http", "method": "GET", "path": "/", "raw_path": b"/", "query_string": b"", "headers": [],
        "user": account, "scheme": "http", "server": None, "client": None, "root_path": "", "http_version": "1.1",
    }  # fmt: skip
    anyio.run(ask)
    assert took == [("http.response.start", 1), ("http.response.body", 1), ("http.response.body", 1)]
    assert streams.open == 0


def test_two_streams_at_most_read_at_once_so_that_threads_are_left_for_others() -> None:
    streams, now, most = Streams(), [0], [0]
    counting = Lock()

    def read(_: int) -> Look:
        with counting:
            now[0] += 1
            most[0] = max(most[0], now[0])
        sleep(0.01)
        with counting:
            now[0] -= 1
        return Look((), 0)

    async def one() -> None:
        async for _ in streams.follow(read, 0, heartbeat=0.01, longest=0.1):
            pass

    async def all_of_them() -> None:
        async with anyio.create_task_group() as group:
            for _ in range(6):
                group.start_soon(one)

    anyio.run(all_of_them)
    assert most == [READS]


def test_a_stream_reads_no_more_at_once_than_it_may_hold(live: LiveRegister) -> None:
    part = look(live, Wanted(), 0, 1000, BASE, largest=2000)
    assert part.position < live.store.last_gsn()
    assert sum(len(one.body) for one in part.found[:-1]) < 2000


def test_more_streams_than_there_is_room_for_come_later_and_all_end_whole_with_the_server(tmp_path: Path) -> None:
    with served(tmp_path) as address, ExitStack() as several:
        answer(f"{address}/health")
        accounts = [f"verktyg-{n // MOST_EACH}" for n in range(MOST_STREAMS)]
        streams = [several.enter_context(streaming(address, "", **{"Samverkan-Account": each})) for each in accounts]
        assert all(messages(one, 1) == [{"retry": "1000"}] for one in streams)
        for account, status in ((accounts[0], 429), ("ett-till", 503)):
            with streaming(address, "", **{"Samverkan-Account": account}) as refused:
                assert (refused.status, refused.headers["Retry-After"]) == (status, "30")
                assert json.loads(refused.read())["type"] == "/problems/too-many-streams"
        stop(address)
        # http.client raises IncompleteRead where a stream is broken off
        assert {one.read() for one in streams} == {b""}


def test_a_consumer_that_is_killed_misses_nothing_and_takes_nothing_twice(tmp_path: Path) -> None:
    found = killed(tmp_path, f"sqlite:///{tmp_path}/register.db", 300, 3, Random(1))
    assert (found.kills, found.missed, found.doubled) == (3, 0, 0)
    assert found.events >= 300
