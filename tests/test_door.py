"""What stands before the pages: nobody asks without end, and nobody fills the access log by being refused."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from service.api.app import create_app
from service.api.problems import status_of
from service.gate import open_keepers
from service.register import LiveRegister
from service.settings import Settings
from tests.browsing import Browser
from tests.registers import furnished


@pytest.fixture
def live(fresh_sqlite: str) -> Iterator[LiveRegister]:
    with furnished(fresh_sqlite) as register:
        yield register


@contextmanager
def asked_of(live: LiveRegister, requests_a_minute: int) -> Iterator[TestClient[Litestar]]:
    app = create_app(live, Settings(requests_a_minute=requests_a_minute))
    with TestClient(app, base_url="http://127.0.0.1:8000") as client:
        yield client


def test_who_asks_too_often_is_told_when_to_come_again_and_others_are_answered(live: LiveRegister) -> None:
    with asked_of(live, 12) as client:
        reader = Browser(client, "lasare")
        answers = [reader.open("/mote") for _ in range(13)]
        assert [each.status_code for each in answers][:3] == [200] * 3
        assert (answers[-1].status_code, answers[-1].headers["retry-after"]) == (429, "60")
        assert "Vänta en minut och försök igen." in answers[-1].text
        assert "default-src 'none'" in answers[-1].headers["content-security-policy"]
        client.cookies.clear()
        assert Browser(client, "samordnare").open("/mote").status_code == 200


def test_a_refusal_is_written_down_once_a_minute_for_each_account_and_page(live: LiveRegister) -> None:
    with asked_of(live, 1000) as client:
        for account in ("rapportor", "lasare"):
            person = Browser(client, account)
            for _ in range(3):
                assert person.open("/utskick").status_code == 403
                assert person.open("/webhookar").status_code == 403
        refused = [(line.account, line.what) for line in open_keepers(live).log.lines(kind="refused")]
    assert sorted(refused) == [
        (account, page) for account in ("lasare", "rapportor") for page in ("/utskick", "/webhookar")
    ]


def test_what_may_be_tried_again_is_answered_as_such() -> None:
    assert status_of("busy") == 503
