"""The picture's and a district's pages, and the files of their figures, as a browser meets them."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from service.api.app import create_app
from service.pages.charts import as_csv
from service.register import LiveRegister
from service.settings import Settings
from tests import given as g
from tests.pictured import JUDGE, SIGNAL, pictured

SERIES = "source=polisens-utdrag&district=centrum&category=personran&frequency=week"


@pytest.fixture
def live(fresh_sqlite: str) -> Iterator[LiveRegister]:
    with pictured(fresh_sqlite) as register:
        yield register


@pytest.fixture
def client(live: LiveRegister, fresh_sqlite: str) -> Iterator[TestClient[Litestar]]:
    with TestClient(create_app(live, Settings(database=fresh_sqlite)), base_url="http://127.0.0.1:8000") as c:
        token = re.search(r'name="_csrf_token" value="([^"]+)"', c.get("/logga-in").text)
        assert token
        c.post("/logga-in", data={"_csrf_token": token[1], "account": "lasare"})
        yield c


class Ids(HTMLParser):
    """What a page holds twice, and its headings' levels."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.levels: list[int] = []
        self.styles = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids += [value for name, value in attrs if name == "id" and value]
        self.levels += [int(tag[1])] if re.fullmatch(r"h[1-6]", tag) else []
        self.styles += "style" in given or tag == "style"


PAGES = (
    "/lagesbild",
    "/lagesbild?district=centrum&category=personran",
    "/omrade/centrum",
    "/omrade/backby?frequency=month",
)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_one_first_heading_no_id_twice_and_no_style_of_its_own(
    client: TestClient[Litestar], path: str
) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    page = Ids(answer.text)
    assert page.levels.count(1) == 1
    assert all(b - a <= 1 for a, b in zip(page.levels, page.levels[1:], strict=False))
    assert len(page.ids) == len(set(page.ids))
    assert page.styles == 0


def test_the_picture_shows_finding_map_table_and_words(client: TestClient[Litestar]) -> None:
    page = client.get("/lagesbild?category=personran").text
    assert 'alt="Diagram: Personrån, Hela kommunen.' in page
    assert 'aria-label="Centrum: 9, väntat 2. Långt över väntat. Signal: Ökning."' in page
    assert "Schematisk karta" in page
    assert "syntetiska uppgifter" in page
    assert "Rånen sker nu vid stationen." in page
    assert "Justerad en gång" in page


def test_a_row_that_sums_series_says_how_many_signals_are_in_it_and_a_series_says_which(
    client: TestClient[Litestar],
) -> None:
    def row(path: str) -> str:
        found = re.search(
            r'<tr>\s*<th scope="row"><a[^>]*>(?:Centrum|Personrån)</a>.*?</tr>', client.get(path).text, re.S
        )
        assert found
        return " ".join(re.sub("<[^>]+>", " ", found[0]).split())

    assert "1 signal" in row("/lagesbild")
    assert "Ökning" not in row("/lagesbild")
    assert "▲ Ökning" in row("/lagesbild?category=personran")
    assert "▲ Ökning" in row("/lagesbild?district=centrum")


def test_in_english_every_text_is_english(client: TestClient[Litestar]) -> None:
    client.cookies.set("samverkan-language", "en")
    page = client.get("/lagesbild?category=personran").text
    assert "Joint situational picture 2020" in page
    assert 'aria-label="Centrum: 9, expected 2. Far above expected. Signal: Rise."' in page
    assert "väntat" not in page.lower()


def test_what_cannot_be_shown_is_said_on_the_page_with_its_choices(client: TestClient[Litestar]) -> None:
    answer = client.get("/lagesbild?last=strax")
    assert answer.status_code == 422
    assert "Skriv perioden som en vecka" in answer.text
    assert '<select class="ds-input" id="category"' in answer.text
    later = client.get("/lagesbild?first=2020-06-01")
    assert later.status_code == 200
    assert "Inga uppgifter finns för de valda perioderna" in later.text
    assert client.get("/omrade/finns-inte").status_code == 404


def test_an_earlier_moment_is_kept_in_every_link(client: TestClient[Litestar], live: LiveRegister) -> None:
    then = live.store.last_gsn()
    live.ask(JUDGE, g.COORDINATOR)
    assert "Avskriven" in client.get("/omrade/centrum").text
    before = client.get(f"/omrade/centrum?as_of={then}").text
    assert "Inte bedömd" in before
    assert f"category=personran&amp;frequency=week&amp;as_of={then}" in before


def test_a_district_shows_signals_problems_actions_reports_and_surveys(client: TestClient[Litestar]) -> None:
    page = client.get("/omrade/centrum").text
    for words in (
        "9 händelser v. 9 2020. Omkring 2 väntades",
        "Personrån mot unga i centrum",
        "Trygghetsvandringar",
        "Gångtunneln",
        "Trygg ute",
        "Metoden ändrades här",
    ):
        assert words in page
    assert f"/signal/{SIGNAL.replace(':', '%3A')}" in page


def test_the_chart_is_a_picture_that_the_browser_may_keep(client: TestClient[Litestar], live: LiveRegister) -> None:
    first = client.get(f"/serie.svg?{SERIES}")
    assert first.headers["content-type"].startswith("image/svg+xml")
    assert first.headers["content-security-policy"] == "default-src 'none'; style-src 'unsafe-inline'"
    assert first.text.startswith("<svg")
    tag = {"If-None-Match": first.headers["etag"]}
    assert client.get(f"/serie.svg?{SERIES}", headers=tag).status_code == 304
    assert client.get(f"/serie.svg?{SERIES}&size=narrow", headers=tag).status_code == 200
    live.ask(JUDGE, g.COORDINATOR)
    assert client.get(f"/serie.svg?{SERIES}", headers=tag).status_code == 200


def test_a_saved_chart_explains_its_marks_and_has_a_name(client: TestClient[Litestar]) -> None:
    saved = client.get(f"/serie.svg?{SERIES}&download=true")
    assert saved.headers["content-disposition"] == 'attachment; filename="polisens-utdrag-centrum-personran-week.svg"'
    assert "M1: Ny kodning av rån." in saved.text


def test_figures_are_saved_as_the_language_writes_them_and_say_that_they_are_synthetic(
    client: TestClient[Litestar],
) -> None:
    content = client.get(f"/serie.csv?{SERIES}").content
    assert content.startswith(b"\xef\xbb\xbf# Syntetiska uppgifter")
    lines = content.decode("utf-8-sig").splitlines()
    rows = list(csv.reader([line for line in lines if not line.startswith("#")], delimiter=";"))
    assert rows[0] == ["period", "antal", "känt vid bedömningen", "väntat", "lägst", "högst", "signal"]
    assert rows[-1] == ["2020-W09", "9", "9", "2", "0", "6", "rise"]
    assert ["2020-W04", "", "", "", "", "", ""] in rows
    client.cookies.set("samverkan-language", "en")
    assert "2020-W09,9,9,2,0,6,rise" in client.get(f"/serie.csv?{SERIES}").text


def test_the_whole_picture_is_saved_with_expectations(client: TestClient[Litestar]) -> None:
    answer = client.get("/lagesbild.csv")
    assert 'filename="lagesbild-polisens-utdrag-2020-W09.csv"' in answer.headers["content-disposition"]
    assert "centrum;Centrum;2020-W09;10;10;3;" in answer.text
    assert re.search(r"raby;Råby;2020-W09;1;1;1,7;[\d,]+;[\d,]+\r\n", answer.text)


def test_figures_are_shown_only_to_who_has_signed_in(client: TestClient[Litestar]) -> None:
    client.cookies.clear()
    for path in ("/lagesbild", "/omrade/centrum", f"/serie.svg?{SERIES}", f"/serie.csv?{SERIES}", "/lagesbild.csv"):
        answer = client.get(path, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"].split("?")[0]) == (303, "/logga-in")


def test_the_filters_work_without_scripts(client: TestClient[Litestar]) -> None:
    page = client.get("/lagesbild").text
    assert re.search(r'<form[^>]*method="get" action="/lagesbild"', page)
    assert 'value="group:' not in page  # these categories have no groups
    assert client.get("/lagesbild?source=&district=&category=&first=&last=&frequency=week").status_code == 200


def test_no_cell_of_a_file_is_a_formula_not_even_in_a_note() -> None:
    made = as_csv([["område", "antal"], ["=1+1", -2], ["", None]], "sv", ['Källan;=HYPERLINK(1), x, @y; "=2";-3'])
    note, *table = made.decode("utf-8-sig").splitlines()
    assert table == ["område;antal", "'=1+1;-2", ";"]
    cells = [cell for row in csv.reader([note], delimiter=";") for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
