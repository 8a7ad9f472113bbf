"""The proof of the history on a page and over the API."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from adapters.ledger.verify import (
    read_checkpoint,
    read_key,
    read_note,
    verify_consistency,
    verify_inclusion,
)
from service.api.app import create_app
from service.register import LiveRegister
from service.settings import Settings
from tests.browsing import Browser
from tests.registers import opened
from tests.tampering import WITNESS_KEY, a_history

API = "/api/v1/proof"


@pytest.fixture
def served(fresh_sqlite: str) -> Iterator[tuple[TestClient[Litestar], LiveRegister, str]]:
    """A client of a register with some history and a known witness; and the checkpoint that the witness signed."""
    with a_history(fresh_sqlite, reports=6) as (live, kept):
        settings = Settings(database=fresh_sqlite, witnesses=str(WITNESS_KEY))
        with TestClient(create_app(live, settings), base_url="http://127.0.0.1:8000") as client:
            yield client, live, kept


def test_the_page_says_that_nobody_else_has_signed_until_a_witness_has(
    served: tuple[TestClient[Litestar], LiveRegister, str],
) -> None:
    client, live, kept = served
    browser = Browser(client, "samordnare")
    assert "Ingen annan än registret självt" in browser.open("/bevis").text
    told = client.post(f"{API}/cosignatures", content=kept, headers={"Content-Type": "text/plain"})
    assert told.status_code == 204
    page = browser.open("/bevis").text
    assert "också undertecknade av lpo-prov" in page
    assert live.store.ledger.checkpoint(live.store.last_gsn()).root.hex() in page


def test_an_event_is_proved_or_refused_with_a_sentence(
    served: tuple[TestClient[Litestar], LiveRegister, str],
) -> None:
    client, _, _ = served
    browser = Browser(client, "lasare")
    assert "Ja: händelse 3 står bland de" in browser.open("/bevis?gsn=3").text
    for asked, said in (("900", "finns inte bland de"), ("x", "med siffror")):
        answer = client.get(f"/bevis?gsn={asked}")
        assert answer.status_code == 422
        assert said in answer.text


def test_the_page_of_the_past_proves_the_history_as_it_was(
    served: tuple[TestClient[Litestar], LiveRegister, str],
) -> None:
    client, live, _ = served
    browser = Browser(client, "lasare")
    page = browser.open("/bevis?as_of=5").text
    assert live.store.ledger.checkpoint(5).root.hex() in page
    assert client.get("/bevis?as_of=5&gsn=6").status_code == 422


def test_the_api_gives_what_a_stranger_needs_to_check_an_event(
    served: tuple[TestClient[Litestar], LiveRegister, str],
) -> None:
    client, live, _ = served
    register, witness = (read_key(line) for line in client.get(f"{API}/keys").text.splitlines())
    assert witness == WITNESS_KEY
    note = read_note(client.get(f"{API}/checkpoint").text)
    assert note.signed_by(register) == 0
    point = read_checkpoint(note)
    proof = client.get(f"{API}/events/4").json()
    path = [bytes.fromhex(each) for each in proof["path"]]
    assert verify_inclusion(bytes.fromhex(proof["leaf"]), 4, proof["size"], path, point.root)
    grown = client.get(f"{API}/consistency?old=5").json()
    roots = [bytes.fromhex(grown[name]) for name in ("old_root", "new_root")]
    assert verify_consistency(5, grown["new"], [bytes.fromhex(each) for each in grown["path"]], *roots)
    chain = client.get(f"{API}/problems/personran-centrum").json()
    assert [each["gsn"] for each in chain] == sorted(each["gsn"] for each in chain)
    assert {each["stream"].split("-")[0] for each in chain} == {"observation", "problem"}
    early = read_checkpoint(read_note(client.get(f"{API}/checkpoint?as_of=5").text))
    assert (early.size, early.root) == (5, live.store.ledger.checkpoint(5).root)


@pytest.mark.parametrize(
    ("path", "status", "rule"),
    [
        ("events/900", 404, "not-found"),
        ("events/0", 404, "not-found"),
        ("events/1?size=900", 422, "no-such-moment"),
        ("consistency?old=900", 422, "no-such-moment"),
        ("consistency?old=0", 422, "no-such-moment"),
        ("request?since=900", 422, "no-such-moment"),
        ("problems/okand", 404, "not-found"),
        ("checkpoint?as_of=900", 422, "no-such-moment"),
    ],
)
def test_what_cannot_be_proved_is_a_problem_detail(
    served: tuple[TestClient[Litestar], LiveRegister, str], path: str, status: int, rule: str
) -> None:
    answer = served[0].get(f"{API}/{path}")
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{rule}")


@pytest.mark.parametrize("body", [b"", b"nonsense", b"\xff\xfe", "a\n1\n" + "A" * 43 + "=\n\n— a AAAA\n"])
def test_what_is_no_cosignature_is_refused_and_nothing_is_kept(
    served: tuple[TestClient[Litestar], LiveRegister, str], body: bytes
) -> None:
    client, live, _ = served
    before = live.store.ledger.signed()
    assert client.post(f"{API}/cosignatures", content=body).status_code == 422
    assert live.store.ledger.signed() == before


def test_an_empty_register_has_a_page_and_a_checkpoint_too(fresh_sqlite: str) -> None:
    with opened(fresh_sqlite) as live:
        client = TestClient(create_app(live, Settings(database=fresh_sqlite)), base_url="http://127.0.0.1:8000")
        with client:
            assert read_checkpoint(read_note(client.get(f"{API}/checkpoint").text)).size == 0
            browser = Browser(client, "lasare")
            assert "0 händelser" in browser.open("/bevis").text
