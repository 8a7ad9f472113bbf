"""The yearly book: opened, read, adopted by each party, and the same wherever and whenever it is read."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from docx import Document as Word
from litestar import Litestar
from litestar.testing import TestClient

from adapters.documents.content import Bullets
from adapters.documents.terminal import text_file
from domain.core import Actor
from domain.review import AdoptReview, OpenReview, Review
from service.api.app import create_app
from service.book.book import SECTIONS, book
from service.book.kept import books_of
from service.cli import cli
from service.register import LiveRegister
from service.settings import Settings
from tests.browsing import Browser
from tests.given import AGREEMENT, ASSESS, CITY, COORDINATOR, FOUNDED, OBSERVE, POLICE, PROPOSE
from tests.registers import opened
from tests.test_erasure import APPROVE, ASKED

NOW = datetime(2021, 2, 3, 9, tzinfo=UTC)
BOOK = "/arsuppfoljning/2020"
VIEW = "/api/v1/views/reviews/2020"
PARAGRAPH_KINDS = {"paragraph", "bullets", "facts", "table", "figure", "note"}


@pytest.fixture
def live(fresh_sqlite: str) -> Iterator[LiveRegister]:
    with opened(fresh_sqlite, lambda: NOW) as register:
        for command in (*FOUNDED, OBSERVE, ASSESS, PROPOSE):
            register.ask(command, COORDINATOR)
        yield register


@pytest.fixture
def client(live: LiveRegister, fresh_sqlite: str) -> Iterator[TestClient[Litestar]]:
    with TestClient(create_app(live, Settings(database=fresh_sqlite)), base_url="http://127.0.0.1:8000") as c:
        yield c


@pytest.fixture
def coordinator(client: TestClient[Litestar]) -> Browser:
    return Browser(client)


def review(live: LiveRegister) -> Review:
    """The review of 2020, as it stands."""
    found = live.now().find(Review, f"{AGREEMENT}-2020")
    assert found is not None
    return found


def opens(live: LiveRegister) -> None:
    live.ask(OpenReview(agreement=AGREEMENT, year=2020, on=NOW.date(), as_known_at=live.now().position), COORDINATOR)


def test_a_year_is_listed_as_a_draft_and_opened_by_the_coordinator(live: LiveRegister, coordinator: Browser) -> None:
    coordinator.open("/arsuppfoljning")
    assert "Årsuppföljning 2020 utkast" in coordinator.words
    before = live.now().position
    coordinator.send(f"{BOOK}/oppna")
    assert coordinator.path == BOOK
    assert "Året är öppnat för uppföljning." in coordinator.words
    assert review(live).as_known_at == before
    coordinator.open("/arsuppfoljning")
    assert "Årsuppföljning 2020 öppnad" in coordinator.words
    assert f'action="{BOOK}/oppna"' not in coordinator.at.text


def test_a_form_sent_twice_opens_once_and_a_later_position_is_not_believed(
    live: LiveRegister, coordinator: Browser
) -> None:
    coordinator.open("/arsuppfoljning")
    hidden = coordinator.hidden(f"{BOOK}/oppna")
    coordinator.send(f"{BOOK}/oppna", as_known_at="999999")
    assert review(live).as_known_at <= live.now().position - 1
    again = coordinator.client.post(f"{BOOK}/oppna", data={**hidden, "as_known_at": "999999"}, follow_redirects=False)
    assert again.status_code in (303, 422)
    assert live.now().version(f"review-{AGREEMENT}-2020") == 1


def test_only_who_may_open_and_adopt_sees_the_forms(live: LiveRegister, client: TestClient[Litestar]) -> None:
    reader = Browser(client, "lasare")
    assert "/oppna" not in reader.open("/arsuppfoljning").text
    opens(live)
    assert "/anta" not in reader.open(BOOK).text
    ids = re.findall(r' id="([^"]+)"', Browser(client).open(BOOK).text)
    assert len(ids) == len(set(ids))
    assert f"{BOOK}/anta" in Browser(client, "kommunpolis").open(BOOK).text


def test_each_party_adopts_for_itself_and_the_book_says_what_it_learnt(
    live: LiveRegister, client: TestClient[Litestar]
) -> None:
    opens(live)
    city = Browser(client)
    city.open(BOOK)
    assert f"Anta årsuppföljningen för {CITY}" in city.words
    city.send(f"{BOOK}/anta", learnt="Vi <b>mötte</b> varje vecka.", proposed_priorities="Råby\n\n  Centrum \n")
    assert "Årsuppföljningen är antagen." in city.words
    assert "&lt;b&gt;mötte&lt;/b&gt;" in city.at.text
    assert f"{BOOK}/anta" not in city.at.text
    (adopted,) = review(live).adopted
    assert (adopted.party, adopted.proposed_priorities) == ("municipality", ("Råby", "Centrum"))
    police = Browser(client, "kommunpolis")
    police.open(BOOK)
    police.send(f"{BOOK}/anta", learnt="Tiderna följde platserna.")
    assert review(live).complete
    assert "Antagen av båda parter" in police.words
    assert live.now().version(f"review-{AGREEMENT}-2020") == 3


def test_an_adoption_without_text_is_shown_again_with_what_was_given(live: LiveRegister, coordinator: Browser) -> None:
    opens(live)
    coordinator.open(BOOK)
    coordinator.send(f"{BOOK}/anta", learnt=" ", proposed_priorities="Råby")
    assert coordinator.at.status_code == 422
    assert "Fyll i fältet." in coordinator.words
    assert ">Råby</textarea>" in coordinator.at.text
    assert review(live).adopted == ()


def test_the_page_has_every_section_in_order_with_its_anchor_and_the_files(coordinator: Browser) -> None:
    page = coordinator.open(BOOK).text
    names = [make.__name__ for make in SECTIONS]
    places = [page.index(f'id="{name}"') for name in names]
    assert places == sorted(places)
    assert all(f'href="#{name}"' in page for name in names)
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    pdf, word = coordinator.open(f"{BOOK}/pdf"), coordinator.open(f"{BOOK}/docx")
    assert pdf.content.startswith(b"%PDF")
    assert pdf.headers["content-disposition"] == 'attachment; filename="arsuppfoljning-2020.pdf"'
    assert Word(io.BytesIO(word.content)).core_properties.title == "Årsuppföljning 2020"


def test_the_past_has_the_book_as_it_was_then_and_no_forms(live: LiveRegister, coordinator: Browser) -> None:
    before = live.now().position
    opens(live)
    after = live.now().position
    then = coordinator.open(f"{BOOK}?as_of={before}")
    assert "Detta är ett utkast." in coordinator.words
    assert "/anta" not in then.text
    assert f"{BOOK}/pdf?key={AGREEMENT}&amp;as_of={before}" in then.text
    assert "/oppna" not in coordinator.open(f"/arsuppfoljning?as_of={before}").text
    files = [coordinator.open(f"{BOOK}/pdf?as_of={moment}").content for moment in (before, after)]
    assert files[0] != files[1]


def test_a_year_outside_the_agreement_or_an_agreement_that_is_not_there_is_refused(coordinator: Browser) -> None:
    assert coordinator.open("/arsuppfoljning/2001").status_code == 422
    assert "utanför överenskommelsens tid" in coordinator.words
    assert coordinator.open(f"{BOOK}?key=nej").status_code == 404
    assert coordinator.open("/arsuppfoljning/nej").status_code == 404
    assert coordinator.open("/arsuppfoljning?key=nej").status_code == 404


def test_an_opened_book_is_the_same_whatever_happens_afterwards(live: LiveRegister) -> None:
    opens(live)
    made = books_of(live).file(AGREEMENT, 2020, "sv", "pdf")
    read = book(live, AGREEMENT, 2020, "sv")
    later = PROPOSE.model_copy(update={"problem": "nytt", "title": "Något annat", "on": NOW.date()})
    live.ask(later, COORDINATOR)
    assert book(live, AGREEMENT, 2020, "sv") == read
    assert books_of(live).file(AGREEMENT, 2020, "sv", "pdf") is made
    books_of(live)._made.clear()
    assert books_of(live).file(AGREEMENT, 2020, "sv", "pdf") == made


def test_what_was_made_before_an_erasure_is_not_kept(live: LiveRegister) -> None:
    opens(live)
    made = books_of(live).document(AGREEMENT, 2020, "sv")
    assert books_of(live).document(AGREEMENT, 2020, "sv") is made
    live.ask(ASKED.model_copy(update={"on": NOW.date()}), COORDINATOR)
    approver = Actor(account="chef", role="administratör", organisation=CITY)
    live.ask(APPROVE.model_copy(update={"on": NOW.date()}), approver)
    assert books_of(live).document(AGREEMENT, 2020, "sv") is not made


def test_the_state_says_who_has_adopted_and_the_day_of_the_last_event_is_the_book_s(live: LiveRegister) -> None:
    assert "utkast" in said(live)
    opens(live)
    assert "Antagen av Lokalpolisområde Västerås: inte än" in said(live)
    chief = Actor(account="chef", role="LPO-chef", organisation=POLICE)
    live.ask(AdoptReview(agreement=AGREEMENT, year=2020, on=NOW.date(), party="police", learnt="Tider"), chief)
    assert "Läge: Antagen av en part" in said(live)
    assert book(live, AGREEMENT, 2020, "en").made_on == NOW.date()
    assert book(live, AGREEMENT, 2020, "en").title == "Annual review 2020"


def said(live: LiveRegister) -> str:
    return text_file(book(live, AGREEMENT, 2020, "sv"), 200)


def test_the_conclusion_is_at_most_six_sentences(live: LiveRegister) -> None:
    (found,) = [block for block in book(live, AGREEMENT, 2020, "sv").lead if isinstance(block, Bullets)]
    assert 1 <= len(found.items) <= 6


# For tools


def test_the_api_gives_the_book_as_blocks_of_a_kind_and_as_files(client: TestClient[Litestar]) -> None:
    whole = client.get(VIEW, params={"language": "en"}).json()
    assert whole["title"] == "Annual review 2020"
    assert [section["key"] for section in whole["sections"]] == [make.__name__ for make in SECTIONS]
    kinds = {block["kind"] for section in whole["sections"] for block in section["blocks"]}
    assert {"paragraph"} <= kinds <= PARAGRAPH_KINDS
    assert client.get(f"{VIEW}/pdf").content.startswith(b"%PDF")
    word = client.get(f"{VIEW}/docx", params={"agreement": AGREEMENT})
    assert word.headers["content-type"].startswith("application/vnd.openxmlformats")
    page = Browser(client)
    assert page.open(f"{BOOK}/pdf").content == client.get(f"{VIEW}/pdf").content


@pytest.mark.parametrize("form", ["", "/pdf", "/docx"])
def test_the_api_refuses_with_a_problem(client: TestClient[Litestar], form: str) -> None:
    for path, query, status in (
        (f"/api/v1/views/reviews/2001{form}", {}, 422),
        (f"{VIEW}{form}", {"agreement": "nej"}, 404),
        (f"{VIEW}{form}", {"as_of": "999999"}, 422),
        (f"{VIEW}{form}", {"language": "fi"}, 400),
        (f"{VIEW}{form}", {"as_of": "1"}, 422),
    ):
        answer = client.get(path, params=query)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), path


def test_the_api_describes_the_book_and_its_files(client: TestClient[Litestar]) -> None:
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    for form, kind in (("", "application/json"), ("/pdf", "application/pdf")):
        operation = paths["/api/v1/views/reviews/{year}" + form]["get"]
        assert {each["name"] for each in operation["parameters"]} == {"year", "agreement", "language", "as_of"}
        assert kind in operation["responses"]["200"]["content"]


# On the command line


def samverkan(url: str, *arguments: str) -> tuple[int, str]:
    """The exit code and what was printed, as from the shell."""
    done = CliRunner().invoke(cli, ["--database", url, *arguments])
    return done.exit_code, done.output + (str(done.exception) if done.exception else "")


@pytest.mark.usefixtures("live")
def test_the_command_line_prints_the_book_or_writes_it(fresh_sqlite: str, tmp_path: Path) -> None:
    for ending, begins in (("pdf", b"%PDF"), ("docx", b"PK"), ("html", b"<!doctype html>"), ("txt", "Väs".encode())):
        path = tmp_path / f"bok.{ending}"
        code, text = samverkan(fresh_sqlite, "review", "2020", "--output", str(path))
        assert (code, "Boken är skriven" in text) == (0, True), text
        assert path.read_bytes().startswith(begins)
    assert "ANNUAL REVIEW 2020" in samverkan(fresh_sqlite, "review", "2020", "--language", "en", "--format", "text")[1]
    page = (tmp_path / "bok.html").read_text()
    assert "<link" not in page
    assert "<script" not in page


@pytest.mark.usefixtures("live")
def test_the_command_line_refuses_with_a_sentence(fresh_sqlite: str, tmp_path: Path) -> None:
    for arguments, told in (
        (["2001"], "lies outside the agreement"),
        (["2020", "--agreement", "nej"], "does not exist"),
        (["2020", "--as-of", "i går"], "an event number"),
        (["2020", "--output", str(tmp_path / "nej" / "bok.pdf")], "cannot be written"),
        (["nej"], "not a valid integer"),
    ):
        code, text = samverkan(fresh_sqlite, "review", *arguments)
        assert code != 0
        assert told in text
