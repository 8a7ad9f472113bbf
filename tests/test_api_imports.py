"""Files by the API: as strong as the command line's import, and unmoved by whatever is sent in place of a file."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from adapters import contents
from adapters.faults import Faults
from adapters.files import BadFile, open_table
from adapters.names import Names
from domain.catalogue import Categories, Division, DivisionRevised, Source
from domain.core import Recorded
from domain.file_import import FileImport, FileTaken
from service.api.app import create_app
from service.register import LiveRegister
from service.settings import Settings
from tests.browser.conftest import serving
from tests.proof.hostile_bodies import Hostile, far_apart, gzip_bomb, send
from tests.registers import furnished

IMPORTS = "/api/v1/imports"
COUNTS = "Område;Månad;Kategori;Antal\nBäckby;2020-01;Klotter;3\nRåby;2020-01;Klotter;4\n"
ODD = "Ort;Tid;Slag;N\nBäckby;2020-02;Klotter;x\nRåby;2020-02;Klotter;7\n"
BY_HAND = ["district=Ort", "period=Tid", "category=Slag", "count=N"]


@pytest.fixture
def live(fresh_sqlite: str) -> Iterator[LiveRegister]:
    with furnished(fresh_sqlite) as register:
        yield register


@pytest.fixture
def client(live: LiveRegister, fresh_sqlite: str) -> Iterator[TestClient[Litestar]]:
    settings = Settings(database=fresh_sqlite, largest_upload=200_000)
    with TestClient(create_app(live, settings), base_url="http://127.0.0.1:8000") as c:
        yield c


def post(client: TestClient[Litestar], content: Any, path: str = "", **query: Any) -> Any:
    headers = query.pop("headers", {})
    body = content.encode() if isinstance(content, str) else content
    return client.post(f"{IMPORTS}{path}", params={"source": "polisen", **query}, content=body, headers=headers)


def test_json_lines_are_taken_in_under_the_name_that_their_type_tells(
    live: LiveRegister, client: TestClient[Litestar]
) -> None:
    lines = '{"Område": "Bäckby", "Månad": "2020-01", "Kategori": "Klotter", "Antal": 3}\n'
    answer = post(client, lines, headers={"content-type": "application/x-ndjson"})
    assert (answer.status_code, answer.json()["tally"]["new"]) == (201, 1)
    taken = live.now().find(FileImport, answer.json()["file_import"])
    assert taken is not None
    assert taken.file_name == "fil.jsonl"


def test_a_json_array_and_a_packed_file_are_taken_in_too(client: TestClient[Litestar]) -> None:
    rows = [
        {"Område": district, "Månad": "2020-01", "Kategori": "Klotter", "Antal": number}
        for district, number in (("Bäckby", 3), ("Råby", 4))
    ]
    assert post(client, json.dumps(rows), file_name="a.json").json()["tally"]["new"] == 2
    packed = post(client, gzip.compress(COUNTS.replace(";4", ";5").encode()), file_name="a.csv.gz")
    assert packed.json()["tally"] == {"read": 2, "new": 0, "corrected": 1, "unchanged": 1, "rejected": 0}


def test_columns_are_mapped_by_hand_and_remembered(live: LiveRegister, client: TestClient[Litestar]) -> None:
    sound = ODD.replace(";x", ";1")
    assert post(client, sound, kind="counts").json()["type"] == "/problems/columns-not-found"
    assert post(client, sound, kind="counts", column=BY_HAND).status_code == 201
    source = live.now().find(Source, "polisen")
    assert source is not None
    assert source.columns["counts"]["district"] == "Ort"
    assert post(client, sound.replace("2020-02", "2020-03")).status_code == 201
    wrong = post(client, sound, column=["Ort"])
    assert (wrong.status_code, wrong.json()["type"]) == (422, "/problems/bad-column")


def test_a_repeated_request_adds_nothing_by_its_key_or_by_its_content(
    live: LiveRegister, client: TestClient[Litestar]
) -> None:
    key = {"idempotency-key": "natt-1"}
    first = post(client, COUNTS, headers=key)
    after = live.store.last_gsn()
    again, without = post(client, COUNTS, headers=key), post(client, COUNTS)
    packed = post(client, gzip.compress(COUNTS.encode()))
    for answer in (again, without, packed):
        assert (answer.status_code, answer.json()["repeated"]) == (200, True)
        assert answer.json()["file_import"] == first.json()["file_import"]
    other = post(client, COUNTS.replace(";3", ";9"), headers=key)
    assert (other.status_code, other.json()["type"]) == (422, "/problems/command-reused")
    assert live.store.last_gsn() == after


def test_a_fault_names_row_and_column_and_nothing_is_taken_in_not_even_new_names(
    live: LiveRegister, client: TestClient[Litestar]
) -> None:
    before = live.store.last_gsn()
    answer = post(client, COUNTS + "Skälby;2020-13;Rån;1\n", new_names=True)
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == ["/4/Månad"]
    assert live.store.last_gsn() == before


def test_new_names_come_into_the_catalogues_with_the_file_in_one_transaction(
    live: LiveRegister, client: TestClient[Litestar]
) -> None:
    answer = post(client, COUNTS + "Skälby;2020-01;Cykelstöld;2\n", new_names=True)
    assert answer.status_code == 201
    division, categories = live.now().find(Division, "districts"), live.now().find(Categories, "all")
    assert division is not None
    assert categories is not None
    assert division.districts["skalby"].name == "Skälby"
    assert categories.categories["cykelstold"].name == "Cykelstöld"
    said = [r for r in live.history() if isinstance(r, Recorded)]
    (revised,) = (r for r in said if isinstance(r.event, DivisionRevised))
    (taken,) = (r for r in said if isinstance(r.event, FileTaken))
    assert revised.command_id == taken.command_id


def test_the_sound_rows_are_taken_in_and_the_others_come_back_to_be_mended(client: TestClient[Litestar]) -> None:
    query: dict[str, Any] = {"kind": "counts", "column": BY_HAND}
    taken = post(client, ODD, accept_valid=True, **query).json()
    assert (taken["tally"]["new"], taken["tally"]["rejected"], taken["fault_count"]) == (1, 1, 1)
    assert taken["faults"][0]["pointer"] == "/2/N"
    rejected = post(client, ODD, "/rejected", **query)
    assert rejected.headers["content-type"].startswith("text/csv")
    lines = rejected.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Ort;Tid;Slag;N;")
    assert lines[1].startswith("Bäckby;2020-02;Klotter;x;")
    mended = post(client, rejected.content.replace(b";x;", b";5;"), **query)
    assert (mended.status_code, mended.json()["tally"]["new"]) == (201, 1)


def test_looking_for_rejected_rows_stores_nothing_and_is_empty_for_a_sound_file(
    live: LiveRegister, client: TestClient[Litestar]
) -> None:
    before = live.store.last_gsn()
    assert post(client, COUNTS, "/rejected").content == b""
    assert post(client, COUNTS + "Skälby;2020-01;Klotter;2\n", "/rejected", new_names=True).content == b""
    assert b"Sk\xc3\xa4lby" in post(client, COUNTS + "Skälby;2020-01;Klotter;2\n", "/rejected").content
    assert live.store.last_gsn() == before


def test_days_preliminary_figures_and_the_name_are_recorded_as_said(
    live: LiveRegister, client: TestClient[Litestar]
) -> None:
    file = "Område;Datum;Kategori\nBäckby;2020-01-07;Klotter\n"
    query: dict[str, Any] = {
        "first": "2020-01-01",
        "last": "2020-01-31",
        "preliminary": True,
        "file_name": "../a\x00/utdrag.csv",
    }
    taken = live.now().find(FileImport, post(client, file, **query).json()["file_import"])
    assert taken is not None
    assert taken.coverage is not None
    assert (str(taken.coverage.last), taken.preliminary, taken.file_name) == ("2020-01-31", True, "utdrag.csv")
    assert post(client, COUNTS, first="2020-01-01").json()["type"] == "/problems/bad-days"


def test_a_body_over_the_limit_is_a_problem_detail_also_when_its_length_is_not_told(
    client: TestClient[Litestar],
) -> None:
    block = b"x" * 50_000
    for body in (block * 5, iter([block] * 5)):
        answer = post(client, body)
        assert (answer.status_code, answer.json()["type"]) == (413, "/problems/too-large")


HOSTILE = {
    "empty": b"",
    "deep arrays": b"[" * 90_000,
    "deep objects": b'{"a":' * 30_000,
    "NUL": COUNTS.encode() + b"\0",
    "UTF-16 without mark": COUNTS.encode("utf-16-le"),
    "not UTF-8 to its end": COUNTS.encode() + b"\xff\xfe;1;2;3\n",
    "broken workbook": b"PK\x03\x04" + b"x" * 1000,
    "two cells far apart": far_apart(),
    "gzip bomb": gzip_bomb(70),
    "gzip, cut off": gzip.compress(COUNTS.encode() * 100)[:-9],
    "a PDF": b"%PDF-1.7\n",
}


def test_a_hostile_body_is_refused_with_a_sentence_and_nothing_is_stored(
    live: LiveRegister, client: TestClient[Litestar]
) -> None:
    before = live.store.last_gsn()
    for name, body in HOSTILE.items():
        answer = post(client, body, file_name="fil")
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/bad-file"), name
    assert live.store.last_gsn() == before


# What the readers of files refuse before it fills the memory


def test_a_workbook_that_says_it_has_thousands_of_millions_of_cells_does_not_end_the_program() -> None:
    with pytest.raises(BadFile, match="too many cells"):
        open_table(far_apart(), "a.xlsx")


def test_a_file_that_unpacks_to_hundreds_of_times_its_size_is_refused() -> None:
    with pytest.raises(BadFile, match="200 times"):
        open_table(gzip_bomb(70), "a.csv.gz")


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_a_line_without_end_is_refused(name: str) -> None:
    begin = b'{"a": 1, "b": "' if name.endswith("l") else b"a;b\n1;"
    with pytest.raises(BadFile, match="longer than"):
        list(open_table(begin + b"x" * (contents.LONGEST_LINE + 10) + b"\n", name).rows())


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("a.csv", b"a;b\n1;" + b"x" * (contents.LONGEST_CELL + 1) + b"\n"),
        ("a.csv", b'a;b\n1;"' + b"x\n" * contents.LONGEST_CELL + b'"\n'),
        ("a.jsonl", b'{"a": 1, "b": "' + b"x" * (contents.LONGEST_CELL + 1) + b'"}\n'),
    ],
)
def test_a_cell_that_is_longer_than_any_cell_is_refused(name: str, body: bytes) -> None:
    with pytest.raises(BadFile, match="a cell has more than"):
        list(open_table(body, name).rows())


def test_objects_with_a_field_of_their_own_each_are_refused() -> None:
    lines = b"".join(b'{"a": 1, "k%d": 2}\n' % n for n in range(1100))
    with pytest.raises(BadFile, match=r"line 1000: .* different fields"):
        open_table(lines, "a.jsonl")


def test_more_rows_than_any_source_has_are_refused() -> None:
    blank = b"a;b\n" + b"\n" * (contents.MOST_ROWS + 1)
    with pytest.raises(BadFile, match="rows"):
        list(open_table(blank, "a.csv").rows())


@pytest.mark.parametrize("space", ["", " ", "\n \t" * 20_000])
def test_a_json_array_is_read_value_by_value_however_its_blanks_fall(space: str) -> None:
    values = [f'{{"a":{space}{n},"b": "x,]}}"}}' for n in range(3)]
    table = open_table(f"{space}[{space}{f'{space},{space}'.join(values)}{space}]{space}".encode(), "a.json")
    assert [cells for _, cells in table.rows()] == [["0", "x,]}"], ["1", "x,]}"], ["2", "x,]}"]]


@pytest.mark.parametrize("tail", ["", "1]", ',{"a": 1}', "}", ","])
def test_a_json_array_that_does_not_end_as_one_is_refused(tail: str) -> None:
    with pytest.raises(BadFile, match="not a complete JSON object"):
        list(open_table(f'[{{"a": 1, "b": 2}}{tail}'.encode(), "a.json").rows())


def test_a_long_name_and_a_long_value_do_not_stay_in_memory() -> None:
    names, faults = Names({}), Faults()
    long = "x" * 30_000
    assert (names[long], names.is_retired(long), names.suggestion(long), len(names)) == (None, False, None, 0)
    faults.add(2, "unknown-district", "Område", long)
    assert faults.details[0].value == long[:80]


def test_a_real_server_refuses_a_body_without_end_and_a_workbook_without_end_and_goes_on(fresh_sqlite: str) -> None:
    with furnished(fresh_sqlite):
        pass
    with serving(Path(fresh_sqlite.removeprefix("sqlite:///"))) as address:
        endless = send(address, Hostile("", "a.csv", None), {})
        workbook = send(address, Hostile("", "a.xlsx", far_apart()), {})
        sound = send(address, Hostile("", "a.csv", COUNTS.encode()), {})
    assert (endless, workbook, sound[0]) == ((413, "/problems/too-large"), (422, "/problems/bad-file"), 201)
