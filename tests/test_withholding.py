"""What the police have not shared stays closed for the municipality's readers, wherever it would be read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from adapters.accounts import Grade, KeptAccount, Party
from adapters.tokens import SCOPES
from adapters.vault import restricted
from domain.agreement import Sign
from domain.core import WITHHELD, Actor
from domain.observation import Correct, Observe, Report
from domain.sharing import Share
from service.access import Account, seeing
from service.api.app import create_app
from service.gate import open_keepers
from service.register import LiveRegister
from service.settings import Settings
from tests.registers import BY, furnished, opened
from tests.test_api import SIGN

OFFICER = Actor(account="lars", role="kommunpolis", organisation="LPO Västerås")
REPORT = Report(
    kind="incident", district="backby", category="klotter", occurred_on=date(2020, 1, 10), place="Gaveln mot parken",
    text="En källa säger att gruppen samlas här.", reporter="kommunpolis",
)  # fmt: skip
TOLD = ("Gaveln mot parken", "En källa säger")
SHARE = Share(what="observation", key="r1", on=date(2020, 2, 3), reason="Fältgruppen behöver den.")
API = "/api/v1"


@pytest.fixture
def live(database_url: str) -> Iterator[LiveRegister]:
    with furnished(database_url) as register:
        register.ask(Sign.model_validate(SIGN), BY)
        register.ask(Observe(observation="r1", source="polisen", content=REPORT), OFFICER)
        yield register


@contextmanager
def reading(grade: Grade = "reader", party: Party = "municipality") -> Iterator[None]:
    with seeing(Account(BY, grade, party)):
        yield


def read(live: LiveRegister) -> str:
    """All that is told of the report: the record, the rows, the history."""
    return repr((live.now().states["observation"], live.read_tables().observations(), list(live.history())))


def test_a_reader_of_the_municipality_sees_that_it_is_there_and_not_what_it_says(live: LiveRegister) -> None:
    with reading():
        assert not any(words in read(live) for words in TOLD)
        assert read(live).count(WITHHELD) == 6
    assert all(words in read(live) for words in TOLD)


def test_the_police_and_the_coordinator_read_it(live: LiveRegister) -> None:
    for grade, party in (("reader", "police"), ("police", "police"), ("coordinator", "municipality")):
        with reading(grade, party):  # type: ignore[arg-type]  # a tuple of literals is one of strings to the type checker
            assert all(words in read(live) for words in TOLD)


def test_in_the_past_too(live: LiveRegister) -> None:
    end = live.store.last_gsn()
    with reading():
        assert not any(words in repr(live.as_of(end).states) for words in TOLD)
    assert all(words in repr(live.as_of(end).states) for words in TOLD)


def test_when_it_is_shared_it_is_read_also_as_it_stood_before_and_as_it_goes_on(live: LiveRegister) -> None:
    end = live.store.last_gsn()
    with reading():
        live.as_of(end)
        live.now()
    live.ask(SHARE, OFFICER)
    corrected = REPORT.model_copy(update={"text": "Gruppen samlas på andra sidan."})
    live.ask(Correct(observation="r1", content=corrected, reason="Fel sida."), OFFICER)
    with reading():
        assert all(words in read(live) for words in (*TOLD, "på andra sidan"))
        assert all(words in repr(live.as_of(end).states) for words in TOLD)


def test_a_share_by_another_process_is_seen(live: LiveRegister, database_url: str) -> None:
    with reading():
        live.now()
    with opened(database_url) as other:
        other.ask(SHARE, OFFICER)
    with reading():
        assert all(words in read(live) for words in TOLD)


def test_a_command_of_a_reader_rests_on_all_that_is_known(live: LiveRegister) -> None:
    with reading():
        same = Correct(observation="r1", content=REPORT, reason="Samma igen.")
        with pytest.raises(Exception, match="changes nothing"):
            live.ask(same, BY)
        assert restricted.get()


def test_a_register_from_before_texts_were_withheld_withholds_them_when_it_is_opened(
    live: LiveRegister, database_url: str
) -> None:
    with live.store.database.writing() as c:
        c.execute("DROP TABLE withheld")
    with opened(database_url) as again, reading():
        assert not any(words in read(again) for words in TOLD)


def test_no_answer_of_the_api_tells_a_reader_what_it_says(live: LiveRegister, database_url: str) -> None:
    settings = Settings(database=database_url, environment="production")
    keepers = open_keepers(live)
    told = {}
    with TestClient(create_app(live, settings), base_url="http://127.0.0.1:8000") as client:
        for grade, party in (("reader", "municipality"), ("police", "police")):
            keepers.accounts.add(
                KeptAccount(f"{grade}-{party}", "", "", grade, "roll", "LPO Västerås", party)  # type: ignore[arg-type]  # as above
            )
            token = keepers.tokens.make(f"{grade}-{party}", "prov", ("read",), live.clock(), timedelta(days=1))
            paths = client.get(f"{API}/openapi.json").json()["paths"]
            plain = [path for path, item in paths.items() if "get" in item and "stream" not in path]
            filled = [p.replace("{key}", "r1").replace("{gsn}", "6").replace("{agreement}", "vasteras") for p in plain]
            answers = [
                client.get(path.replace("{year}", "2020"), headers={"Authorization": f"Bearer {token}"}).text
                for path in filled
            ]
            told[grade] = sum(any(words in answer for words in TOLD) for answer in answers)
    assert told["reader"] == 0
    assert told["police"] >= 5


@pytest.fixture
def client(live: LiveRegister, database_url: str) -> Iterator[TestClient[Litestar]]:
    settings = Settings(database=database_url, environment="production")
    with TestClient(create_app(live, settings), base_url="http://127.0.0.1:8000") as tool:
        yield tool


def headers(live: LiveRegister, key: str, grade: Grade, party: Party, organisation: str) -> dict[str, str]:
    keepers = open_keepers(live)
    keepers.accounts.add(KeptAccount(key, "", "", grade, "roll", organisation, party))
    return {"Authorization": f"Bearer {keepers.tokens.make(key, 'prov', SCOPES, live.clock(), timedelta(days=1))}"}


def content(**changed: str) -> dict[str, object]:
    return REPORT.model_copy(update=changed).model_dump(mode="json")


def test_an_account_of_the_police_writes_for_the_police_however_its_organisation_is_spelled(
    live: LiveRegister, client: TestClient[Litestar]
) -> None:
    for n, organisation in enumerate(("lpo västerås", "Lokalpolisområde Västerås")):
        officer = headers(live, f"polis-{n}", "police", "police", organisation)
        sent = {"observation": f"r2-{n}", "source": "polisen", "content": content(text="En ny källa berättar.")}
        assert client.post(f"{API}/reports", json=sent, headers=officer).status_code == 201
    with reading():
        assert "En ny källa" not in read(live)


def test_what_the_coordinator_corrects_stays_with_the_police(live: LiveRegister) -> None:
    corrected = REPORT.model_copy(update={"text": "En källa säger att de samlas här."})
    live.ask(Correct(observation="r1", content=corrected, reason="Ett ord om källan."), BY)
    with reading():
        assert not any(words in read(live) for words in (*TOLD, "Ett ord om källan"))


@pytest.mark.parametrize(("grade", "status"), [("reporter", 403), ("municipality", 403), ("coordinator", 200)])
def test_nobody_changes_over_the_api_what_he_may_not_read(
    live: LiveRegister, client: TestClient[Litestar], grade: Grade, status: int
) -> None:
    sent = headers(live, f"konto-{grade}", grade, "municipality", "Västerås stad")
    change = {"content": content(text="Ingenting."), "reason": "Prov."}
    assert client.post(f"{API}/reports/r1/correct", json=change, headers=sent).status_code == status
    assert client.post(f"{API}/reports/r1/withdraw", json={"reason": "Prov."}, headers=sent).status_code == status


def test_a_reporter_changes_his_own_reports_alone(live: LiveRegister, client: TestClient[Litestar]) -> None:
    mine, other = (headers(live, key, "reporter", "municipality", "Västerås stad") for key in ("falt-1", "falt-2"))
    sent = {"observation": "r3", "source": "polisen", "content": content()}
    assert client.post(f"{API}/reports", json=sent, headers=mine).status_code == 201
    assert client.post(f"{API}/reports/r3/withdraw", json={"reason": "Prov."}, headers=other).status_code == 403
    assert client.post(f"{API}/reports/r3/withdraw", json={"reason": "Prov."}, headers=mine).status_code == 200
