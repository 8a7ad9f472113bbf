"""A file's way in through the pages: uploaded or pasted, its columns chosen, tried, taken in, and undone."""

from __future__ import annotations

import csv
import io
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from adapters.files import plain_name
from domain.catalogue import Division, Source
from domain.file_import import FileImport
from service.api.app import create_app
from service.pages.held_files import MINUTES, MOST_EACH, HeldFiles
from service.previewing import preview
from service.register import LiveRegister
from service.settings import Settings
from tests.browsing import Browser
from tests.registers import furnished

SOUND = "Område;Månad;Kategori;Antal\nBäckby;2020-01;Klotter;3\nBäckby;2020-02;Klotter;5\nRåby;2020-01;Rån;0\n"
FAULTY = SOUND + "Bäckbyy;2020-03;Klotter;1\nRåby;2020-03;Rån;-2\nRåby;;Klotter;4\n"
HAND = {"field_district": "Område", "field_period": "Månad", "field_category": "Kategori", "field_count": "Antal"}


@pytest.fixture
def live(fresh_sqlite: str) -> Iterator[LiveRegister]:
    with furnished(fresh_sqlite, lambda: datetime(2020, 11, 18, 9, tzinfo=UTC)) as register:
        yield register


@pytest.fixture
def client(live: LiveRegister, fresh_sqlite: str) -> Iterator[TestClient[Litestar]]:
    settings = Settings(database=fresh_sqlite, largest_upload=100_000)
    with TestClient(create_app(live, settings), base_url="http://127.0.0.1:8000") as c:
        yield c


@pytest.fixture
def person(client: TestClient[Litestar]) -> Browser:
    return Browser(client)


def upload(person: Browser, content: str | bytes, name: str = "antal.csv", **fields: str) -> str:
    """Uploads a file; the path of its columns, or of the page that says what is wrong."""
    person.open("/import")
    data = content.encode() if isinstance(content, str) else content
    person.send("/import/ny", files={"file": (name, data)}, **{"source": "polisen", **fields})
    return person.path


def tried(person: Browser, content: str, **fields: str) -> str:
    """Uploads a file and accepts its columns; the path of its steps."""
    path = upload(person, content, **fields)
    person.send(f"{path}/kolumner", **HAND)
    assert person.path == f"{path}/prov", person.words
    return path


def test_three_faulty_rows_are_told_with_suggestion_left_out_and_the_import_is_undone(
    person: Browser, live: LiveRegister
) -> None:
    before = live.now().position
    path = upload(person, FAULTY)
    assert "Kolumnerna kändes igen" in person.words
    assert '<option value="Antal" selected>' in person.at.text
    person.send(f"{path}/kolumner", **HAND)
    assert re.search("nya 3 .*dubbletter 0 .*felrader 3", person.words)
    for row, words in ((5, "Menade du ”Bäckby”?"), (6, "Talet är negativt"), (7, "Uppgiften saknas")):
        assert re.search(rf"\b{row} (Område|Antal|Månad) \S+ [^0-9]*{re.escape(words)}", person.words), person.words
    assert "--" not in person.words
    assert live.now().position == before

    person.send(f"{path}/las-in")
    assert person.at.status_code == 422
    assert "Filen har fel" in person.words
    assert live.now().position == before
    person.send(f"{path}/las-in", accept_valid="ja")
    assert "Filen är inläst: 3 nya, 0 ändrade, 0 dubbletter, 3 fel." in person.words
    assert [row[3] for row in live.read_tables().counts("polisen")] == [3, 5, 0]

    person.send(f"{person.path}/aterkalla", reason="Fel månad i filen")
    assert "Återkallad den 18 november 2020 av samordnare: Fel månad i filen" in person.words
    assert live.read_tables().counts("polisen") == []
    assert "Återkallad" in person.open("/import").text


def test_the_faulty_rows_are_downloaded_as_a_table_with_the_reasons(person: Browser) -> None:
    path = tried(person, FAULTY)
    answer = person.open(f"{path}/felrader")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    header, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";")
    assert header == ["Område", "Månad", "Kategori", "Antal", "Avvisad för att"]
    assert [row[0] for row in rows] == ["Bäckbyy", "Råby", "Råby"]


def test_a_mended_file_takes_the_place_of_the_faulty_one_with_its_source_and_days(
    person: Browser, client: TestClient[Litestar], live: LiveRegister
) -> None:
    path = tried(person, FAULTY, first="2020-01-01", last="2020-06-30")
    person.send("/import/ny", files={"file": ("rättad.csv", SOUND.encode())})
    assert person.path != path
    person.send(f"{person.path}/kolumner", **HAND)
    person.send(person.path.removesuffix("prov") + "las-in")
    (taken,) = live.now().every(FileImport)
    assert taken.coverage is not None
    assert (taken.file_name, str(taken.coverage.first), str(taken.coverage.last)) == (
        "rättad.csv", "2020-01-01", "2020-06-30",
    )  # fmt: skip
    assert person.open(path).status_code == 422


def test_rows_pasted_from_excel_go_the_same_way(person: Browser, live: LiveRegister) -> None:
    person.open("/import")
    person.send("/import/ny", files={"file": ("", b"")}, source="polisen", pasted=SOUND.replace(";", "\t"))
    person.send(f"{person.path}/kolumner", **HAND)
    person.send(person.path.removesuffix("prov") + "las-in")
    (taken,) = live.now().every(FileImport)
    assert (taken.file_name, taken.tally.new) == ("inklistrat-2020-11-18.tsv", 3)


def test_columns_with_odd_names_are_chosen_by_hand_and_remembered_for_the_source(
    person: Browser, live: LiveRegister
) -> None:
    odd = SOUND.replace("Område", "Geo").replace("Antal", "Xyz")
    path = upload(person, odd)
    assert "De här uppgifterna kändes inte igen" in person.words
    person.send(f"{path}/kolumner", **{**HAND, "field_district": "", "field_count": ""})
    assert person.at.status_code == 422
    assert "inte valda" in person.words
    person.send(f"{path}/kolumner", **{**HAND, "field_district": "Geo", "field_count": "Xyz"})
    person.send(f"{path}/las-in")
    source = live.now().find(Source, "polisen")
    assert source is not None
    assert source.columns["counts"]["district"] == "Geo"
    upload(person, odd.replace("2020-02", "2020-03"))
    assert '<option value="Geo" selected>' in person.at.text


def test_the_kind_of_file_decides_which_fields_are_asked_for(person: Browser) -> None:
    path = upload(person, SOUND)
    assert 'name="field_count"' in person.at.text
    person.open(f"{path}?slag=reports")
    assert 'name="field_reporter"' in person.at.text
    assert "Rapportör" in person.words


def test_a_file_with_a_column_for_each_month_is_recognised_and_taken_in(person: Browser, live: LiveRegister) -> None:
    path = upload(person, "Område;Kategori;2020-01;2020-02\nBäckby;Klotter;3;5\nRåby;Rån;0;1\n")
    assert "Varje period har en egen kolumn: 2020-01, 2020-02." in person.words
    person.send(f"{path}/kolumner", field_district="Område", field_category="Kategori")
    person.send(f"{path}/las-in")
    assert [tuple(row) for row in live.read_tables().counts("polisen")] == [
        ("backby", "klotter", "2020-01", 3), ("backby", "klotter", "2020-02", 5),
        ("raby", "ran", "2020-01", 0), ("raby", "ran", "2020-02", 1),
    ]  # fmt: skip
    path = upload(person, "Område;Kategori;2020-03\nBäckby;Klotter;3\n")
    assert "Varje period har en egen kolumn: 2020-03." in person.words


def test_a_broken_row_far_down_leads_back_to_the_columns_with_a_sentence(person: Browser) -> None:
    path = upload(person, SOUND * 200 + 'Bäckby;2020-04;"Klotter;1\n')
    person.send(f"{path}/kolumner", **HAND)
    assert person.at.status_code == 422
    assert "ett citattecken öppnas" in person.words
    assert 'name="field_count"' in person.at.text


def test_a_file_that_was_taken_in_is_not_offered_again_and_a_second_confirmation_adds_nothing(
    person: Browser, live: LiveRegister
) -> None:
    path = tried(person, SOUND)
    form = person.hidden(f"{path}/las-in")
    person.send(f"{path}/las-in")
    position = live.now().position
    again = tried(person, SOUND)
    assert "Just den här filen är redan inläst" in person.words
    assert f'action="{again}/las-in"' not in person.at.text
    person.open(again)
    assert person.client.post(f"{again}/las-in", data=form).url.path.startswith("/import/polisen-")
    assert live.now().position == position


def test_an_import_that_a_later_one_rests_on_is_not_undone_first_and_the_page_says_why(person: Browser) -> None:
    person.send(f"{tried(person, SOUND)}/las-in")
    first = person.path
    person.send(f"{tried(person, SOUND.replace(';5', ';6'))}/las-in")
    person.open(first)
    person.send(f"{first}/aterkalla", reason="Fel fil")
    assert person.at.status_code == 422
    assert "Återkalla den först" in person.words
    assert 'value="Fel fil"' in person.at.text


def test_unknown_names_go_into_the_catalogue_only_by_one_who_keeps_it(
    client: TestClient[Litestar], person: Browser, live: LiveRegister
) -> None:
    new = SOUND + "Skälby;2020-01;Klotter;2\n"
    path = tried(person, new)
    assert "Okända namn: Skälby" in person.words
    assert 'name="new_names"' not in person.at.text
    person.send(f"{path}/las-in", new_names="ja")
    assert person.at.status_code == 422
    keeper = Browser(client, "administrator")
    keeper.send(f"{tried(keeper, new)}/las-in", new_names="ja")
    assert "4 nya" in keeper.words
    division = live.now().find(Division, "districts")
    assert division is not None
    assert division.districts["skalby"].name == "Skälby"


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "tom.csv", "Välj en fil"),
        (b"   ", "tom.csv", "är tom"),
        (b"PK\x03\x04trasig", "x.xlsx", "skadat eller låst"),
        (b"%PDF-1.7", "x.pdf", "en PDF-fil"),
        (b"bara en kolumn\nx\n", "x.csv", "ingen rubrikrad"),
    ],
)
def test_a_file_that_cannot_be_read_gets_a_sentence_and_nothing_is_kept(
    person: Browser, content: bytes, name: str, words: str
) -> None:
    assert upload(person, content, name if content else "") == "/import/ny"
    assert person.at.status_code == 422
    assert words in person.words
    assert '<option value="polisen" selected>' in person.at.text


def test_a_zip_bomb_is_refused_before_it_is_unpacked(person: Browser) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/worksheets/sheet1.xml", b"\0" * 50_000_000)
    assert len(packed.getvalue()) < 100_000
    upload(person, packed.getvalue(), "bomb.xlsx")
    assert person.at.status_code == 422
    assert "MB uppackad" in person.words


def test_a_file_beyond_the_largest_upload_is_not_taken(person: Browser) -> None:
    upload(person, b"a;b\n" * 600_000)
    assert person.at.status_code == 413


def test_days_must_come_in_pairs_and_in_order(person: Browser) -> None:
    upload(person, SOUND, first="2020-02-01", last="2020-01-01")
    assert "både första och sista dagen" in person.words
    assert 'value="2020-02-01"' in person.at.text


def test_who_may_not_take_in_files_sees_the_list_without_the_form(
    client: TestClient[Litestar], person: Browser
) -> None:
    person.send(f"{tried(person, SOUND)}/las-in")
    done = person.path
    person.open("/import")
    token = person.hidden("/import/ny")
    reader = Browser(client, "lasare")
    reader.open("/import")
    assert "antal.csv" in reader.words
    assert 'action="/import/ny"' not in reader.at.text
    answer = client.post("/import/ny", data={**token, "source": "polisen"}, files={"file": ("a.csv", SOUND.encode())})
    assert answer.status_code == 403
    assert "får inte göra detta" in answer.text
    assert "aterkalla" not in reader.open(done).text


@pytest.mark.parametrize(("account", "status"), [("lasare", 403), ("", 303)])
def test_nothing_of_a_file_is_read_from_who_may_not_take_it_in(
    client: TestClient[Litestar], account: str, status: int
) -> None:
    if account:
        Browser(client, account)
    read: list[bytes] = []

    def content() -> Iterator[bytes]:
        for block in (b"--x", b"a;b"):
            read.append(block)
            yield block

    form = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = client.post("/import/ny", content=content(), headers=form, follow_redirects=False)
    assert answer.status_code == status
    assert read == []


def test_a_held_file_is_reached_by_its_own_session_only(client: TestClient[Litestar], person: Browser) -> None:
    path = upload(person, SOUND)
    other = Browser(client)  # signing in begins a session of its own
    assert other.open(path).status_code == 422
    assert "finns inte kvar" in other.words


def test_a_file_of_reports_with_personal_numbers_is_not_taken_in_and_other_data_is_confirmed(
    person: Browser, live: LiveRegister
) -> None:
    head = "område;kategori;datum;slag;rapportör;plats;text\n"
    row = "Råby;Klotter;2020-11-10;händelse;Mimer;{place};{text}\n"
    fields = {"district": "område", "category": "kategori", "date": "datum", "kind": "slag", "reporter": "rapportör"}
    hand = {f"field_{name}": column for name, column in {**fields, "place": "plats", "text": "text"}.items()}
    sound = row.format(place="port 3", text="Tagg") + row.format(place="port 4", text="Ring 021-39 00 00")
    path = upload(person, head + row.format(place="port 5", text="Såg 850709-9805") + sound, "est.csv")
    token = person.hidden(f"{path}/avbryt")
    person.send(f"{path}/kolumner", **hand)
    assert "De verkar stå på rad 2." in person.words
    assert f'action="{path}/las-in"' not in person.at.text
    assert "aldrig sparas här" in person.client.post(f"{path}/las-in", data=token).text
    path = upload(person, head + sound, "est.csv")
    person.send(f"{path}/kolumner", **hand)
    assert "namn verkar stå på rad 3." in person.words
    person.send(f"{path}/las-in")
    assert person.at.status_code == 422
    assert not list(live.now().every(FileImport))
    person.send(f"{path}/las-in", confirmed="ja")
    assert "2 nya" in person.words


def test_leaving_removes_the_file(person: Browser, live: LiveRegister) -> None:
    path = upload(person, SOUND)
    person.send(f"{path}/avbryt")
    assert "Avbrutet" in person.words
    assert person.open(path).status_code == 422
    assert not list(live.now().every(FileImport))


def test_the_past_shows_the_imports_of_then_and_no_form(person: Browser, live: LiveRegister) -> None:
    before = live.now().position
    person.send(f"{tried(person, SOUND)}/las-in")
    assert "antal.csv" not in person.open(f"/import?as_of={before}").text
    then = person.open(f"/import?as_of={live.now().position}")
    assert "antal.csv" in then.text
    assert 'action="/import/ny"' not in then.text


def test_the_pages_speak_english_too(client: TestClient[Litestar], person: Browser) -> None:
    client.cookies.set("samverkan-language", "en")
    path = tried(person, FAULTY)
    assert "This is how the file would be taken in" in person.words
    assert "Did you mean “Bäckby”?" in person.words
    assert "The column of each field" in person.open(path).text


def test_held_files_are_few_and_go_when_their_time_is_up() -> None:
    clock = [0.0]
    files = HeldFiles(lambda: clock[0])
    held = [files.hold("me", io.BytesIO(b"a;b"), f"{n}.csv", "s") for n in range(MOST_EACH + 1)]
    assert not held[0].path.exists()
    assert files.find("me", held[1].key).file_name == "1.csv"
    clock[0] = MINUTES * 60 + 1.0
    files.keep(held[2])
    with pytest.raises(Exception, match="no longer there"):
        files.find("me", held[1].key)
    assert [one.path.exists() for one in held] == [False, False, True, False, False, False]
    files.close()
    assert not held[2].path.exists()


def test_what_a_killed_process_left_behind_is_removed_at_the_next_start_and_what_another_holds_is_not() -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    left, there = (Path(mkdtemp(prefix=f"samverkan-uploads-{pid}-")) for pid in (ended.pid, os.getpid()))
    HeldFiles()
    assert (left.exists(), there.exists()) == (False, True)
    there.rmdir()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        (r"C:\filer\antal.csv", "antal.csv"),
        ("a\x00\nb.csv", "ab.csv"),
        ("/", "fil.csv"),
    ],
)
def test_a_file_name_is_kept_without_folders_and_control_characters(given: str, kept: str) -> None:
    assert plain_name(given) == kept


def test_a_preview_counts_as_taking_in_would_and_stores_nothing(live: LiveRegister) -> None:
    position = live.now().position
    found = preview(live, FAULTY.encode(), "a.csv", source="polisen")
    assert (found.tally.read, found.tally.new, found.tally.rejected, found.fault_count) == (6, 3, 3, 3)
    assert (found.kind, found.new_districts, found.taken_in) == ("counts", ("Bäckbyy",), None)
    assert live.now().position == position


REPORTS = (
    "Referens;Datum;Område;Kategori;Plats;Text;Rapportör;Typ\n"
    "r1;2020-11-01;Bäckby;Klotter;Skolan;Han har 811218-9876;fältgrupp;incident\n"
)


def test_a_file_is_not_taken_in_before_its_columns_are_chosen(person: Browser, live: LiveRegister) -> None:
    path = upload(person, REPORTS)
    before = live.now().position
    token = re.search(r'name="_csrf_token" value="([^"]+)"', person.at.text)
    assert token
    person.at = person.client.post(f"{path}/las-in", data={"_csrf_token": token[1], "accept_valid": "ja"})
    assert (person.path, live.now().position) == (path, before)


def test_a_file_that_replaces_one_whose_time_is_up_goes_on(person: Browser) -> None:
    upload(person, FAULTY)
    person.open("/import")
    hidden = {"source": "polisen", "replaces": "0" * 32}
    person.send("/import/ny", files={"file": ("ny.csv", SOUND.encode())}, **hidden)
    assert person.at.status_code == 200
    assert "Kolumnerna kändes igen" in person.words
