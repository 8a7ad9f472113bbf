"""The views over the API: what a page shows is what a tool gets, now and as of then."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from service.api.app import create_app
from service.moments import day_at
from service.settings import Settings
from service.views.broken_links import KINDS
from tests.given import ASSESS, COORDINATOR, FOUNDED, OBSERVE, PROPOSE, SIGNAL
from tests.plausible import SetClock
from tests.registers import opened

NOW = datetime(2020, 12, 1, 9, tzinfo=UTC)
VIEWS = "/api/v1/views"


@pytest.fixture
def client(fresh_sqlite: str) -> Iterator[TestClient[Litestar]]:
    with opened(fresh_sqlite, lambda: NOW) as live:
        for command in (*FOUNDED, OBSERVE, ASSESS, PROPOSE):
            live.ask(command, COORDINATOR)
        app = create_app(live, Settings(database=fresh_sqlite))
        with TestClient(app, base_url="http://127.0.0.1:8000") as c:
            yield c


def test_the_week_says_what_is_on_the_table(client: TestClient[Litestar]) -> None:
    week = client.get(f"{VIEWS}/weeks/2020-W49").json()
    assert (week["week"], week["day"], week["meeting"]) == ("2020-W49", "2020-12-01", None)
    assert week["counts"]["signals"] == 1


def test_a_week_that_does_not_exist_or_lies_outside_gets_a_sentence(client: TestClient[Litestar]) -> None:
    for key, status in (("2021-W53", 422), ("nej", 422), ("2020-11", 422), ("1999-W10", 404)):
        answer = client.get(f"{VIEWS}/weeks/{key}")
        assert (answer.status_code, key in answer.json()["detail"]) == (status, True)


def test_a_signal_is_shown_with_its_rule_and_its_record(client: TestClient[Litestar]) -> None:
    seen = client.get(f"{VIEWS}/signals/{SIGNAL}").json()
    assert seen["card"]["key"] == SIGNAL
    assert client.get(f"{VIEWS}/signals/nej").status_code == 404


def test_the_chain_and_its_broken_links_can_be_read_as_of_then(client: TestClient[Litestar]) -> None:
    now, then = (client.get(f"{VIEWS}/chain", params=at).json()["groups"] for at in ({}, {"as_of": 1}))
    assert len(now["proposed"]) == 1
    assert not then.get("proposed")
    assert set(client.get(f"{VIEWS}/broken-links").json()["counts"]) == set(KINDS)


def test_the_other_views_answer_or_say_what_is_not_there(client: TestClient[Litestar]) -> None:
    assert client.get(f"{VIEWS}/silent-reporters", params={"week": "2020-W48"}).json() == []
    assert client.get(f"{VIEWS}/silent-reporters", params={"week": "x"}).status_code == 422
    wanted = {"source": "nej", "district": "centrum", "category": "klotter"}
    assert client.get(f"{VIEWS}/series", params=wanted).status_code == 404
    assert client.get(f"{VIEWS}/track-record", params=wanted).status_code == 404


def test_the_day_that_counts_is_the_day_or_the_events_day_asked_for_and_never_one_to_come(fresh_sqlite: str) -> None:
    clock = SetClock(NOW)
    with opened(fresh_sqlite, clock) as live:
        live.ask(FOUNDED[0], COORDINATOR)
        clock.moment = NOW + timedelta(days=9)
        asked = (None, "2020-12-05", "1", "0", "2099-01-01")
        days = [day_at(live, as_of).isoformat() for as_of in asked]
    assert days == ["2020-12-10", "2020-12-05", "2020-12-01", "2020-12-10", "2020-12-10"]
