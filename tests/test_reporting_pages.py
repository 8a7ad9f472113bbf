"""Reports through the pages: written on a phone, warned of personal data, corrected, withdrawn, reviewed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from domain.agreement import Sign
from domain.catalogue import RegisterSource
from domain.core import WITHHELD, Refused
from domain.observation import Correct, Observation, Observe, Report
from domain.period import first_day
from service.api.app import create_app
from service.importing import take_in_file
from service.register import LiveRegister
from service.settings import Settings
from tests.browsing import Browser
from tests.registers import BY, furnished
from tests.test_api import SIGN

REPORT = {
    "kind": "incident", "district": "raby", "category": "klotter", "place": "Gångtunneln vid skolan",
    "occurred_on": "2020-11-17", "occurred_time": "21:30", "text": "Ny klottrad vägg.", "reporter": "Fältgruppen",
}  # fmt: skip


@pytest.fixture
def live(fresh_sqlite: str) -> Iterator[LiveRegister]:
    with furnished(fresh_sqlite, lambda: datetime(2020, 11, 18, 9, tzinfo=UTC)) as register:
        est = RegisterSource(
            source="est", name="EST-rapporter", owner="Västerås stad", use="evidence", division="districts"
        )
        register.ask(est, BY)
        yield register


@pytest.fixture
def client(live: LiveRegister, fresh_sqlite: str) -> Iterator[TestClient[Litestar]]:
    with TestClient(create_app(live, Settings(database=fresh_sqlite)), base_url="http://127.0.0.1:8000") as c:
        yield c


@pytest.fixture
def reporter(client: TestClient[Litestar]) -> Browser:
    return Browser(client, "rapportor")


def written(live: LiveRegister) -> list[Observation]:
    return list(live.now().every(Observation))


def report(person: Browser, **changed: str) -> None:
    person.open("/rapportera")
    person.send("/rapportera", **{**REPORT, **changed})


def seen(live: LiveRegister, week: str, reporter: str, n: int = 0) -> None:
    """A report of a week, recorded without the pages."""
    content = Report(
        kind="order disturbance", district="backby", category="klotter", occurred_on=first_day(week), reporter=reporter,
        text=f"Rapport {n} från {reporter}",
    )  # fmt: skip
    live.ask(Observe(observation=f"r-{live.now().position}", source="est", content=content), BY)


def test_a_report_is_recorded_thanked_for_and_shown(reporter: Browser, live: LiveRegister) -> None:
    report(reporter)
    (one,) = written(live)
    assert isinstance(one.content, Report)
    assert one.source == "est"
    assert (one.content.district, one.content.text, one.content.reporter) == (
        "raby",
        "Ny klottrad vägg.",
        "Fältgruppen",
    )
    assert one.content.occurred_at is not None
    assert one.content.occurred_at.isoformat() == "2020-11-17T21:30:00+01:00"
    assert "Tack! Rapporten är registrerad." in reporter.words
    assert "den 17 november 2020 kl. 21:30" in reporter.words
    assert 'href="/rapportera"' in reporter.at.text
    assert "Ny klottrad vägg." in reporter.open("/rapportera/mina").text


def test_the_role_is_filled_in_from_the_account_and_then_as_it_was_written_last(reporter: Browser) -> None:
    assert 'value="Rapportör"' in reporter.open("/rapportera").text
    report(reporter)
    assert 'value="Fältgruppen"' in reporter.open("/rapportera").text


def test_what_is_missing_is_asked_for_at_its_field_and_what_was_written_is_kept(
    reporter: Browser, live: LiveRegister
) -> None:
    report(reporter, kind="", district="", occurred_time="kvart i", category="")
    assert reporter.at.status_code == 422
    assert "Välj ett av alternativen." in reporter.words
    assert "Skriv klockslaget som 18:30." in reporter.words
    assert "Ny klottrad vägg." in reporter.at.text
    reporter.send("/rapportera", **{**REPORT, "district": ""})
    assert "Fyll i fältet." in reporter.words
    assert written(live) == []


def test_a_report_of_the_future_is_refused_unless_it_is_a_planned_event(reporter: Browser, live: LiveRegister) -> None:
    report(reporter, occurred_on="2020-12-24")
    assert "ligger i framtiden" in reporter.words
    reporter.send("/rapportera", **{**REPORT, "kind": "planned event", "occurred_on": "2020-12-24"})
    assert len(written(live)) == 1


def test_a_form_sent_twice_is_one_report(reporter: Browser, client: TestClient[Litestar], live: LiveRegister) -> None:
    reporter.open("/rapportera")
    form = {**reporter.hidden("/rapportera"), **REPORT}
    assert client.post("/rapportera", data=form).url == client.post("/rapportera", data=form).url
    assert len(written(live)) == 1


@pytest.mark.parametrize("field", ["text", "place", "reporter"])
def test_a_personal_number_must_go_and_is_neither_stored_nor_logged(
    reporter: Browser, live: LiveRegister, field: str, capsys: pytest.CaptureFixture[str]
) -> None:
    report(reporter, **{field: "Klottraren är 850709-9805"}, confirmed="ja")
    assert reporter.at.status_code == 422
    assert "personnummer: ”850709-9805”. Ta bort det" in reporter.words
    assert 'name="confirmed"' not in reporter.at.text
    assert written(live) == []
    assert "850709" not in "".join(capsys.readouterr())


def test_other_personal_data_is_stored_only_when_it_is_confirmed_to_be_none(
    reporter: Browser, live: LiveRegister
) -> None:
    text = "Ring väktarnas växel 021-39 00 00"
    report(reporter, text=text)
    assert "telefonnummer: ”021-39 00 00”" in reporter.words
    assert written(live) == []
    confirmed = reporter.at.text.partition('name="confirmed" value="')[2].partition('"')[0]
    other = text.replace("39 00 00", "39 00 01")
    reporter.send("/rapportera", **{**REPORT, "text": other, "confirmed": confirmed})
    assert reporter.at.status_code == 422, "another number has not been confirmed"
    reporter.send("/rapportera", **{**REPORT, "text": text, "confirmed": confirmed})
    assert [one.content.text for one in written(live) if isinstance(one.content, Report)] == [text]


def test_ones_own_report_is_corrected_and_withdrawn_with_a_reason(reporter: Browser, live: LiveRegister) -> None:
    report(reporter)
    path = reporter.path
    reporter.send(f"{path}/ratta", **{**REPORT, "text": "Två väggar."}, reason="")
    assert reporter.at.status_code == 422
    reporter.send(f"{path}/ratta", **{**REPORT, "text": "Två väggar."}, reason="Ring 070-123 45 67")
    assert "telefonnummer" in reporter.words
    reporter.send(f"{path}/ratta", **{**REPORT, "text": "Två väggar."}, reason="Räknade fel")
    assert "Rapporten är rättad." in reporter.words
    assert "Två väggar." in reporter.words
    assert "Rättad en gång" in reporter.words
    reporter.send(f"{path}/aterkalla", reason="Redan rapporterad av vaktbolaget")
    assert "Rapporten är återkallad" in reporter.words
    assert "/ratta" not in reporter.at.text
    (one,) = written(live)
    assert one.withdrawn


def test_a_correction_of_what_somebody_changed_meanwhile_is_not_made(
    reporter: Browser, client: TestClient[Litestar]
) -> None:
    report(reporter)
    path = reporter.path
    old = reporter.hidden(f"{path}/ratta")
    reporter.send(f"{path}/ratta", **{**REPORT, "text": "Två väggar."}, reason="Räknade fel")
    answer = client.post(f"{path}/ratta", data={**old, **REPORT, "text": "Tre väggar.", "reason": "Räknade fel"})
    assert answer.status_code == 422
    assert "Någon annan ändrade detta under tiden" in answer.text


def test_a_reporter_changes_no_report_but_the_own_ones_and_a_coordinator_any(
    reporter: Browser, client: TestClient[Litestar], live: LiveRegister
) -> None:
    seen(live, "2020-W46", "Mimer")
    (ref,) = live.now().states[Observation.KIND]
    reporter.open("/rapportera")
    token = reporter.hidden("/rapportera")
    assert f"/rapportera/{ref}/ratta" not in reporter.open(f"/rapportera/{ref}").text
    answer = client.post(f"/rapportera/{ref}/aterkalla", data={**token, "reason": "Vill inte"})
    assert "någon annans" in answer.text
    assert not written(live)[0].withdrawn
    coordinator = Browser(client, "samordnare")
    coordinator.open(f"/rapportera/{ref}")
    coordinator.send(f"/rapportera/{ref}/aterkalla", reason="Dubbel")
    assert written(live)[0].withdrawn


def test_a_reader_is_told_that_the_role_does_not_report(client: TestClient[Litestar]) -> None:
    reader = Browser(client, "lasare")
    reader.open("/rapportera")
    assert "Din roll rapporterar inte" in reader.words
    assert "<textarea" not in reader.at.text


def test_the_source_with_most_reports_is_chosen_and_another_can_be(reporter: Browser, live: LiveRegister) -> None:
    for n in range(2):
        seen(live, "2020-W46", "Mimer", n)
    rows = "område;kategori;datum;slag;rapportör;plats;text\nRåby;Klotter;2020-11-10;händelse;Mimer;port 3;Tagg\n"
    take_in_file(live, rows.encode(), "mimer.csv", source="polisen", by=BY)
    assert 'name="source" value="est"' in reporter.open("/rapportera").text
    assert 'name="source" value="polisen"' in reporter.open("/rapportera?kalla=polisen").text
    reporter.send("/rapportera", **REPORT)
    assert written(live)[-1].source == "polisen"


def test_the_review_begins_with_who_fell_silent_and_pages_through_the_reports(
    client: TestClient[Litestar], live: LiveRegister
) -> None:
    for week in ("2020-W41", "2020-W42", "2020-W44"):
        seen(live, week, "Ordningsvakter")
    for n in range(25):
        seen(live, "2020-W46", "Fältgruppen", n)
    person = Browser(client)
    person.open("/granska")
    assert "Har tystnat" in person.words
    assert "Ordningsvakter 0,4 v. 44 2020 2" in person.words
    assert person.at.text.count("Rapporterad av: Fältgruppen") == 20
    more = person.at.text.partition('href="/granska?efter=')[2].partition('"')[0].replace("&amp;", "&")
    person.open(f"/granska?efter={more}")
    assert person.at.text.count("Rapporterad av: Fältgruppen") == 5
    assert "Äldre rapporter" not in person.words


def test_the_review_is_filtered_by_district_category_reporter_and_week(
    client: TestClient[Litestar], live: LiveRegister, reporter: Browser
) -> None:
    report(reporter)
    seen(live, "2020-W45", "Mimer")
    seen(live, "2020-W30", "Mimer")
    person = Browser(client)
    for query, number in (
        ("", 2), ("omrade=raby", 1), ("omrade=backby", 1), ("kategori=ran", 0), ("rapportor=Mimer", 1),
        ("vecka=2020-W30", 1), ("vecka=2020-W47&rapportor=Mimer", 0), ("vecka=nej", 2),
    ):  # fmt: skip
        assert person.open(f"/granska?{query}").text.count("Rapporterad av:") == number, query
    assert person.open("/granska?efter=trasig").status_code == 422


def test_the_review_offers_what_each_may_do(client: TestClient[Litestar], live: LiveRegister) -> None:
    seen(live, "2020-W46", "Mimer")
    (ref,) = live.now().states[Observation.KIND]
    coordinator = Browser(client)
    text = coordinator.open("/granska").text
    assert f'href="/problem/ny?observation={ref}"' in text
    assert f"/rapportera/{ref}?andra=ratta#ratta" in text
    reader = Browser(client, "lasare")
    assert "/problem/ny" not in reader.open("/granska").text


def test_the_review_of_then_shows_what_was_known_then(client: TestClient[Litestar], live: LiveRegister) -> None:
    before = live.now().position
    seen(live, "2020-W46", "Mimer")
    person = Browser(client)
    assert "Rapporterad av: Mimer" in person.open("/granska").text
    assert "Rapporterad av: Mimer" not in person.open(f"/granska?as_of={before}").text


def test_reports_in_files_are_reviewed_too_but_not_changed_by_themselves(
    client: TestClient[Litestar], live: LiveRegister
) -> None:
    rows = "område;kategori;datum;slag;rapportör;plats;text\nRåby;Klotter;2020-11-10;händelse;Mimer;port 3;Tagg\n"
    take_in_file(live, rows.encode(), "mimer.csv", source="est", by=BY)
    person = Browser(client)
    person.open("/granska")
    assert "Rapporterad av: Mimer · ur en fil" in person.words
    assert "andra=ratta" not in person.at.text


def test_what_was_written_is_escaped(reporter: Browser) -> None:
    report(reporter, text="<script>alert(1)</script>", place='"><b>')
    assert "<script>alert" not in reporter.at.text
    assert "&lt;script&gt;" in reporter.at.text


def test_the_pages_speak_english_too(client: TestClient[Litestar], reporter: Browser) -> None:
    client.cookies.set("samverkan-language", "en")
    report(reporter, text="Han heter Kalle")
    assert "This looks like a name: “Han heter Kalle”." in reporter.words
    assert reporter.open("/granska").status_code == 403
    assert "Your account is for reporting." in reporter.words
    coordinator = Browser(client)
    coordinator.open("/granska")
    assert "Review reports" in coordinator.words


def test_the_day_of_the_past_is_that_of_its_last_event(client: TestClient[Litestar], live: LiveRegister) -> None:
    seen(live, "2020-W47", "Mimer")
    assert date(2020, 11, 18) - timedelta(days=2) == first_day("2020-W47")
    person = Browser(client)
    assert 'value="2020-W47"' in person.open(f"/granska?as_of={live.now().position}").text


def test_the_police_share_their_report_and_until_then_readers_do_not_see_what_it_says(
    client: TestClient[Litestar], live: LiveRegister
) -> None:
    live.ask(Sign.model_validate(SIGN), BY)
    police = Browser(client, "kommunpolis")
    report(police)
    path = police.path
    reader = Browser(client, "lasare")
    reader.open(path)
    assert "polisens text, inte delad" in reader.words
    assert REPORT["text"] not in reader.at.text
    assert "Dela rapporten" not in reader.words
    police = Browser(client, "kommunpolis")
    police.open(path)
    police.send(f"{path}/dela", reason="")
    assert "Fyll i fältet." in police.words
    police.send(f"{path}/dela", reason="Fältgruppen behöver veta var.")
    assert "Rapporten är delad med kommunen." in police.words
    assert "Dela rapporten" not in police.words
    reader = Browser(client, "lasare")
    reader.open(path)
    assert REPORT["text"] in reader.at.text


def test_who_may_not_read_a_report_cannot_correct_it(client: TestClient[Litestar], live: LiveRegister) -> None:
    live.ask(Sign.model_validate(SIGN), BY)
    police = Browser(client, "kommunpolis")
    report(police)
    path = police.path
    worker = Browser(client, "enhetschef")
    worker.open(path)
    assert "Rätta rapporten" not in worker.words
    (one,) = written(live)
    assert isinstance(one.content, Report)
    hidden = one.content.model_copy(update={"text": WITHHELD})
    with pytest.raises(Refused, match="Ask the municipal police officer"):
        live.ask(Correct(observation=path.rpartition("/")[2], content=hidden, reason="Prov."), BY)
