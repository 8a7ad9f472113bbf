"""Erasure at work: before it the words are nowhere in plain, after it nowhere, and every process forgets them."""

from __future__ import annotations

import contextlib
import html
import json
import re
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner
from docx import Document
from litestar import Litestar
from litestar.testing import TestClient
from structlog.testing import capture_logs

from adapters.event_store import CommandReused, default_keys, open_store
from adapters.keys import KeyPlace
from adapters.minutes import minutes_docx
from adapters.tables import TABLES, Tables
from domain.catalogue import RegisterSource
from domain.core import ERASED, Actor, Recorded, Refused
from domain.erasure import ApproveErasure, Erasure
from domain.file_import import ReportRows, TakeIn, Tally
from domain.meeting import AgendaItem, Attend, Attendee, CloseMeeting, DecideAtMeeting, OpenMeeting
from domain.observation import Correct, Observation, Observe, Report, Withdraw
from service.api.app import create_app
from service.cli import cli
from service.erasing import chosen, copies, erasures, request, texts_of, told
from service.minutes import agenda, minutes_of
from service.pages.held_files import MINUTES, HeldFiles
from service.register import LiveRegister
from service.settings import Settings
from service.story import sentence
from service.telling import as_json
from service.views.week import week
from tests.given import AGREEMENT
from tests.postgres import PostgresServer
from tests.registers import BY, furnished, opened
from tests.test_week import scene

POLICE = Actor(account="lars", role="kommunpolis", organisation="LPO Västerås")
WORDS = 'Mannen i nummer 7, "Röde Kåre", slår sönder lamporna\noch skriker åt barnen'
"""With what JSON writes in another way: quotation marks, a line end, letters beyond ASCII."""
AS_BYTES = tuple(
    words.encode()
    for words in ("Röde Kåre", "R\\u00f6de K\\u00e5re", "slår sönder lamporna", "skriker åt barnen", "Kåres tunnel")
)
BASIS, REASON = "Dataskyddsförordningen, artikel 17", "Texten pekar ut någon."


def report(text: str = WORDS, place: str = "Kåres tunnel") -> Report:
    return Report(
        kind="unsafe place", district="raby", category="klotter", occurred_on=date(2020, 3, 1), place=place, text=text,
        reporter="Fältgruppen",
    )  # fmt: skip


def written(live: LiveRegister) -> int:
    """A report with the words, in a single event, in a file, quoted in a problem, and in a correction; its gsn."""
    est = RegisterSource(source="est", name="EST", owner="Västerås stad", use="evidence", division="districts")
    live.ask(est, BY)
    answer = live.ask(Observe(observation="o1", source="est", content=report()), BY, command_id="first")
    live.ask(Observe(observation="o2", source="est", content=report("Klotter på muren", "Muren")), BY)
    live.ask(Correct(observation="o1", content=report(place="Tunneln"), reason="Fel plats."), BY)
    rows = ReportRows(
        districts=("raby",), categories=("klotter",), ref=("f1", "f2"), district=(0, 0), category=(0, 0),
        day=("2020-03-01", "2020-03-02"), kind=("unsafe place", "unsafe place"), reporter=("Vakten", "Vakten"),
        place=("Muren", None), text=(WORDS, "Klotter"),
    )  # fmt: skip
    live.ask(
        TakeIn(
            source="est", kind="reports", file_name="r.csv", sha256="a" * 64, coverage=None, compared_at=0,
            tally=Tally(read=2, new=2, corrected=0, unchanged=0, rejected=0), rows=(rows,),
        ), BY,
    )  # fmt: skip
    live.read_tables()
    return answer.first_gsn


def erased(live: LiveRegister, gsn: int) -> str:
    """Asked for by one role, everywhere the words stand, and approved by another; its key."""
    key, _, _ = request(live, BY, gsn, (), legal_basis=BASIS, reason=REASON)
    live.ask(ApproveErasure(erasure=key, on=live.today()), POLICE)
    return key


@pytest.fixture
def live(database_url: str, tmp_path: Path) -> Iterator[LiveRegister]:
    with furnished(database_url) as register:
        yield register


def holding(*contents: bytes) -> list[bytes]:
    """Which of the words stand in some bytes."""
    return [words for words in AS_BYTES if any(words in content for content in contents)]


def in_tables(url: str) -> bytes:
    """Everything that a PostgreSQL database's tables hold, bytes as text."""
    found = []
    with psycopg.connect(url) as connection, connection.cursor() as c:
        c.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        for (table,) in c.fetchall():
            c.execute(psycopg.sql.SQL("SELECT * FROM {}").format(psycopg.sql.Identifier(table)))
            found += [bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for r in c for v in r]
    return b"\n".join(found)


def on_disk(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file() and not path.name.endswith(".keys")]


# Nowhere in plain


def test_on_sqlite_the_words_are_never_in_plain_on_the_disk(fresh_sqlite: str, tmp_path: Path) -> None:
    with furnished(fresh_sqlite) as live:
        gsn = written(live)
        assert (tmp_path / "register.db-wal").stat().st_size > 0
        assert holding(*on_disk(tmp_path)) == []
        live.tables.rebuild()
        erased(live, gsn)
        assert holding(*on_disk(tmp_path)) == []
    assert holding(*on_disk(tmp_path)) == []


def test_on_sqlite_nothing_of_the_sealed_text_is_left_in_the_file_or_its_log(fresh_sqlite: str, tmp_path: Path) -> None:
    """Not even what it was sealed as: whoever keeps the key and finds the disk later can open nothing."""
    with furnished(fresh_sqlite) as live:
        gsn = written(live)
        ids = [one.id for one in texts_of(live, gsn)]
        with live.store.database.reading() as c:
            c.execute("SELECT body FROM vault WHERE id IN (?, ?)", ids)
            bodies = [bytes(row[0]) for row in c.fetchall()]
        assert len(bodies) == 2
        assert all(any(body in content for content in on_disk(tmp_path)) for body in bodies)
        erased(live, gsn)
        assert not any(body[:24] in content for body in bodies for content in on_disk(tmp_path))


def test_on_postgresql_the_words_are_never_in_plain_in_a_table_or_a_file(tmp_path: Path) -> None:
    with PostgresServer(fsync=False) as server, server.fresh_database() as url:
        place = KeyPlace(tmp_path / "register.keys")
        store = open_store(url, place)
        store.close()
        with furnished_at(url, place) as live:
            gsn = written(live)
            assert holding(in_tables(url)) == []
            erased(live, gsn)
            assert holding(in_tables(url)) == []
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CHECKPOINT")
            (folder,) = connection.execute("SHOW data_directory").fetchone() or ("",)
        with contextlib.suppress(PermissionError):
            assert holding(*on_disk(Path(folder))) == []


@contextlib.contextmanager
def furnished_at(url: str, place: KeyPlace) -> Iterator[LiveRegister]:
    """As `furnished`, with the keys at a place of the test's own."""
    default = default_keys(url)
    before = default.exists()
    kept = default.read_bytes() if before else b""
    default.write_bytes(place.file.read_bytes())
    try:
        with furnished(url) as live:
            yield live
    finally:
        default.write_bytes(kept) if before else default.unlink()


# What is told afterwards


def test_everything_that_is_read_says_that_it_is_erased(live: LiveRegister) -> None:
    gsn = written(live)
    assert any(WORDS in row[6] or "Röde Kåre" in row[6] for row in live.read_tables().observations(source="est"))
    erased(live, gsn)
    content = live.now().states[Observation.KIND]["o1"].content
    assert (content.place, content.text) == ("Tunneln", ERASED)
    bodies = "\n".join(str(row[6]) for row in live.read_tables().observations(source="est"))
    export = "\n".join(as_json(live.store))
    story = "\n".join(sentence(r, "sv") for r in live.history() if isinstance(r, Recorded))
    assert holding(*(text.encode() for text in (bodies, export, story))) == []
    assert ERASED in bodies
    assert ERASED in export
    assert "Klotter på muren" in bodies


def test_copies_are_found_in_corrections_and_files_and_covered_by_the_request(live: LiveRegister) -> None:
    gsn = written(live)
    texts = texts_of(live, gsn)
    assert [(one.number, one.place, one.text) for one in texts] == [
        (1, "content.place", "Kåres tunnel"),
        (2, "content.text", WORDS),
    ]
    found = copies(live, chosen(texts, {2}))
    assert {(one.topic, one.place) for one in found} == {
        ("observation.corrected", "content.text"),
        ("import.reports", "text.1"),
    }
    _, _, number = request(live, BY, gsn, {2}, legal_basis=BASIS, reason=REASON)
    assert number == 3


def test_a_text_of_a_few_words_is_only_searched_for_when_asked(live: LiveRegister) -> None:
    written(live)
    gsn = live.ask(Observe(observation="o3", source="est", content=report("Annat", "Muren")), BY).first_gsn
    assert request(live, BY, gsn, {1}, legal_basis=BASIS, reason=REASON)[2] == 1
    assert request(live, BY, gsn, {1}, legal_basis=BASIS, reason=REASON, everywhere=True)[2] == 3


def test_a_copy_that_was_cut_off_is_found(live: LiveRegister) -> None:
    gsn = written(live)
    live.ask(Withdraw(observation="o2", reason='Samma som ”Mannen i nummer 7, "Röde Kåre", slår sönd…”'), BY)
    assert "observation.withdrawn" in {one.topic for one in copies(live, chosen(texts_of(live, gsn), {2}))}


def test_what_was_written_after_the_request_is_pointed_at(live: LiveRegister) -> None:
    gsn = written(live)
    key, _, _ = request(live, BY, gsn, (), legal_basis=BASIS, reason=REASON)
    live.ask(Observe(observation="o9", source="est", content=report(place="Annan plats")), BY)
    state = live.now().find(Erasure, key)
    assert state is not None
    assert [one.topic for one in told(live, key, state, search=True).uncovered] == ["observation.recorded"]


def test_a_reason_that_repeats_the_text_or_names_a_person_by_number_is_refused(live: LiveRegister) -> None:
    gsn = written(live)
    for reason in (f"Det står: {WORDS}", "Gäller 19811228-9874."):
        with pytest.raises(Refused) as refused:
            request(live, BY, gsn, (), legal_basis=BASIS, reason=reason)
        assert refused.value.rule == "reason-repeats-it"
    assert erasures(live.now()) == ()


def test_events_and_texts_that_are_not_there_are_refused(live: LiveRegister) -> None:
    gsn = written(live)
    for asked, rule in (((0, ()), "no-such-event"), ((99_999, ()), "no-such-event"), ((gsn, {7}), "no-such-text")):
        with pytest.raises(Refused) as refused:
            request(live, BY, *asked, legal_basis=BASIS, reason=REASON)
        assert refused.value.rule == rule


def test_the_command_that_brought_the_text_cannot_be_repeated_or_tried_out(live: LiveRegister) -> None:
    """Its fingerprint rests on the text, so it goes with it."""
    gsn = written(live)
    erased(live, gsn)
    with pytest.raises(CommandReused):
        live.store.receipt("first", "f" * 64)
    with live.store.database.reading() as c:
        c.execute("SELECT fingerprint FROM commands WHERE id = 'first'")
        assert c.fetchall()[0][0] == ""


def test_minutes_that_quote_it_say_that_it_is_erased(fresh_sqlite: str) -> None:
    live, _ = scene(fresh_sqlite)
    line = "Röde Kåre slår sönder lamporna vid tunneln varje natt"
    on = date(2020, 2, 25)
    live.ask(OpenMeeting(meeting="m9", agreement=AGREEMENT, on=on), BY)
    there = (Attendee(role="samordnare", organisation="Västerås stad"),)
    live.ask(Attend(meeting="m9", attendees=there), BY)
    decided = live.ask(DecideAtMeeting(meeting="m9", what=line, reason="Rapporterna."), BY).first_gsn
    others = AgendaItem(title="Övrigt", lines=(f"Det sades igen: {line}.",))
    live.ask(CloseMeeting(meeting="m9", agenda=(*agenda(week(live, live.now(), "2020-W09")), others)), BY)

    def words() -> str:
        found = minutes_of(live, live.now(), "m9", "sv")
        document = Document(BytesIO(minutes_docx(found, "sv")))
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])

    assert words().count("Röde Kåre") >= 2
    key, _, number = request(live, BY, decided, {1}, legal_basis=BASIS, reason=REASON)
    assert number == 2
    live.ask(ApproveErasure(erasure=key, on=live.today()), POLICE)
    assert "Röde Kåre" not in words()
    assert ERASED in words()
    live.close()


# Every process forgets


def test_a_process_that_had_the_text_in_memory_forgets_it_now_and_in_its_pasts(
    live: LiveRegister, database_url: str
) -> None:
    with opened(database_url) as other:
        gsn = written(live)
        assert other.now().states[Observation.KIND]["o1"].content.text == WORDS
        before = other.as_of(gsn)
        assert before.states[Observation.KIND]["o1"].content.text == WORDS
        erased(live, gsn)
        assert other.as_of(gsn).states[Observation.KIND]["o1"].content.text == ERASED
        assert other.now().states[Observation.KIND]["o1"].content.text == ERASED
        assert other.now() == live.now()
        assert live.as_of(gsn).states[Observation.KIND]["o1"].content.text == ERASED


def test_a_restored_copy_of_the_vault_is_erased_again(live: LiveRegister, database_url: str) -> None:
    gsn = written(live)
    with live.store.database.reading() as c:
        c.execute("SELECT id, body FROM vault")
        kept = [(row[0], bytes(row[1])) for row in c.fetchall()]
    erased(live, gsn)
    for again in (lambda: open_store(database_url).close(), lambda: Tables(live.store).rebuild()):
        with live.store.database.writing() as c:
            c.executemany("INSERT INTO vault (id, body) VALUES (?, ?) ON CONFLICT (id) DO NOTHING", kept)
        assert texts_of(live, gsn)[1].text == WORDS
        again()
        assert [one.text for one in texts_of(live, gsn)] == [None, None]
        assert texts_of(live, gsn + 1)[1].text == "Klotter på muren"


def test_the_read_models_hold_marks_and_are_the_same_when_made_anew(live: LiveRegister) -> None:
    gsn = written(live)
    before = {table: live.tables.rows(table) for table in TABLES}
    assert "sealed:1:" in str(before["observations"])
    live.tables.rebuild()
    assert {table: live.tables.rows(table) for table in TABLES} == before
    erased(live, gsn)
    live.tables.rebuild()
    assert {table: live.tables.rows(table) for table in TABLES} == before


def test_a_file_is_still_compared_with_what_stands(live: LiveRegister) -> None:
    written(live)
    found = live.read_tables().standing_rows("est", ["f1"])
    assert "Röde Kåre" in found["f1"][3]


# On the pages


@pytest.fixture
def client(fresh_sqlite: str) -> Iterator[tuple[TestClient[Litestar], LiveRegister]]:
    with (
        furnished(fresh_sqlite) as live,
        TestClient(create_app(live, Settings(database=fresh_sqlite)), base_url="http://127.0.0.1:8000") as c,
    ):
        yield c, live


def sign_in(c: TestClient[Litestar], account: str) -> None:
    page = c.get("/logga-in", headers={"accept": "text/html"})
    send(c, "/logga-in", {"account": account, "till": "/radering"}, page.text)


def send(c: TestClient[Litestar], path: str, data: dict[str, Any], page: str) -> Any:
    form = next((f for f in re.findall(r"<form.*?</form>", page, re.S) if f'action="{path}"' in f), page)
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
    return c.post(path, data=hidden | data, headers={"accept": "text/html"}, follow_redirects=False)


def see(c: TestClient[Litestar], path: str) -> str:
    answer = c.get(path, headers={"accept": "text/html", "accept-language": "sv"})
    assert answer.status_code == 200, answer.text[:400]
    return html.unescape(answer.text)


def test_one_role_asks_and_another_approves_on_the_page(client: tuple[TestClient[Litestar], LiveRegister]) -> None:
    c, live = client
    gsn = written(live)
    with capture_logs() as logs:
        sign_in(c, "samordnare")
        assert "Röde Kåre" in see(c, f"/radering?handelse={gsn}")
        page = see(c, f"/radering?handelse={gsn}&n=2")
        ticked = re.findall(r'name="text" id="[^"]+" value="([^"]+)" checked', page)
        assert len(ticked) == 3
        sent = send(
            c, "/radering", {"text": ticked, "legal_basis": BASIS, "reason": f"Det står {WORDS}"}, page
        )  # fmt: skip
        assert sent.status_code == 422
        assert send(c, "/radering", {"text": ticked, "legal_basis": BASIS, "reason": REASON}, page).status_code == 303
        page = see(c, "/radering")
        assert "Godkänn och radera" not in page
        ((key, _),) = erasures(live.now())
        assert send(c, f"/radering/{key}/godkann", {}, page).status_code == 422

        sign_in(c, "administrator")
        page = see(c, "/radering")
        assert "Godkänn och radera" in page
        assert send(c, f"/radering/{key}/godkann", {}, page).status_code == 303
    page = see(c, "/radering")
    assert ERASED in page
    for path in (
        "/radering",
        f"/radering?handelse={gsn}",
        "/historik",
        "/granska",
        "/api/v1/export",
        "/api/v1/reports",
    ):
        assert holding(c.get(path, headers={"accept": "text/html"}).content) in ([], [b"K\xc3\xa5res tunnel"])
    assert holding(str(logs).encode()) == []


def test_it_is_declined_with_a_reason(client: tuple[TestClient[Litestar], LiveRegister]) -> None:
    c, live = client
    gsn = written(live)
    key, _, _ = request(live, BY, gsn, (), legal_basis=BASIS, reason=REASON)
    sign_in(c, "administrator")
    path = f"/radering/{key}/avsla"
    assert send(c, path, {"reason": ""}, see(c, "/radering")).status_code == 422
    assert send(c, path, {"reason": "Ingen är utpekad."}, see(c, "/radering")).status_code == 303
    assert "Ingen är utpekad." in see(c, "/radering")
    assert live.now().states[Observation.KIND]["o1"].content.text == WORDS


def test_who_only_reads_can_ask_for_nothing(client: tuple[TestClient[Litestar], LiveRegister]) -> None:
    c, live = client
    gsn = written(live)
    sign_in(c, "lasare")
    page = see(c, f"/radering?handelse={gsn}")
    assert "Röde Kåre" not in page
    assert "Begär att en text raderas" not in page
    sent = send(c, "/radering", {"text": f"{gsn}:{texts_of(live, gsn)[1].id}", "legal_basis": "x", "reason": "y"}, page)
    assert sent.status_code == 403
    assert erasures(live.now()) == ()


def test_an_uploaded_file_that_nobody_comes_back_for_is_removed(tmp_path: Path) -> None:
    now = [0.0]
    files = HeldFiles(lambda: now[0])
    held = files.hold("owner", BytesIO(WORDS.encode()), "r.csv", "est")
    now[0] = MINUTES * 60 + 1
    files.tidy()
    assert not held.path.exists()
    files.close()


def test_a_reason_that_names_the_person_is_refused_on_every_way_in(
    client: tuple[TestClient[Litestar], LiveRegister], fresh_sqlite: str
) -> None:
    c, live = client
    gsn = written(live)
    naming = "Rapporten pekar ut Röde Kåre."
    before = live.store.last_gsn()
    sign_in(c, "samordnare")
    held = texts_of(live, gsn)[1]
    page = see(c, f"/radering?handelse={gsn}&n=2")
    sent = send(c, "/radering", {"text": f"{gsn}:{held.id}", "legal_basis": BASIS, "reason": naming}, page)
    assert sent.status_code == 422
    assert "skriv varför utan att upprepa texten" in html.unescape(sent.text)
    body = {
        "on": live.today().isoformat(), "legal_basis": BASIS, "reason": naming,
        "texts": [{"gsn": gsn, "id": held.id}],
    }  # fmt: skip
    answer = c.post("/api/v1/erasures", json=body, headers={"Personal-Data": "checked"})
    assert answer.json()["type"].endswith("reason-repeats-it"), answer.text
    by_hand = CliRunner().invoke(
        cli, ["--database", fresh_sqlite, "erase", "request", f"{gsn}:2", "--basis", BASIS, "--reason", naming]
    )
    assert isinstance(by_hand.exception, Refused)
    assert by_hand.exception.rule == "reason-repeats-it"
    asked = json.dumps({"erasure": "e", **body})
    any_command = ["--database", fresh_sqlite, "do", "request-erasure", "--personal-data-checked"]
    done = CliRunner().invoke(cli, any_command, input=asked)
    assert isinstance(done.exception, Refused)
    assert done.exception.rule == "reason-repeats-it"
    assert live.store.last_gsn() == before


def test_the_page_says_who_decides_and_a_report_leads_to_it(
    client: tuple[TestClient[Litestar], LiveRegister],
) -> None:
    c, live = client
    gsn = written(live)
    request(live, BY, gsn, (), legal_basis=BASIS, reason=REASON)
    sign_in(c, "kommunpolis")
    assert "Samordnaren eller administratören avgör" in see(c, "/radering")
    assert 'href="/radering?rapport=o1#ny"' in see(c, "/rapportera/o1")
    page = see(c, "/radering?rapport=o1")
    assert re.search(r'name="handelse" value="(\d+)"', page)[1] == str(gsn + 2)  # type: ignore[index]  # it is there
    assert "Röde Kåre" in page, "the corrected report has the same text"
    sign_in(c, "rapportor")
    assert "Begär radering" not in see(c, "/rapportera/o1")


def test_approving_on_the_command_line_asks_first(live: LiveRegister, database_url: str) -> None:
    gsn = written(live)
    key, _, number = request(live, BY, gsn, {2}, legal_basis=BASIS, reason=REASON)
    line = ["--database", database_url, "--account", "lars", "--role", "administratör", "erase", "approve", key]
    no = CliRunner().invoke(cli, line, input="n\n")
    assert f"{number} texter förstörs genast" in no.output
    assert texts_of(live, gsn)[1].text == WORDS
    yes = CliRunner().invoke(cli, [*line, "--yes"])
    assert yes.exit_code == 0, yes.output
    assert texts_of(live, gsn)[1].text is None
    assert no.exit_code != 0
