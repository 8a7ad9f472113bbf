"""Reports and imports as they are read: every report once through all pages, filters, names, the past."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from domain.core import Refused
from domain.file_import import WithdrawFile
from domain.observation import Correct, Observe, Report, Withdraw
from service.importing import take_in_file
from service.register import LiveRegister
from service.views.imports import imports, one_import
from service.views.report_list import (
    ReportItem,
    one_report,
    own_reports,
    recorded_by,
    report_list,
    reported_about,
    reporting,
)
from service.wording import alphabetical
from tests.registers import BY, furnished

FIRST, LAST = date(2020, 1, 1), date(2020, 12, 31)
FILE = "område;kategori;datum;slag;rapportör;plats;text\nRåby;Klotter;2020-03-{day:02};händelse;Mimer;port {day};Tagg\n"


@pytest.fixture
def live(database_url: str) -> Iterator[LiveRegister]:
    with furnished(database_url) as register:
        yield register


def content(day: date, **changed: str) -> Report:
    plain = {"kind": "incident", "district": "raby", "category": "klotter", "reporter": "Fältgruppen", **changed}
    return Report.model_validate({**plain, "occurred_on": day})


def observed(live: LiveRegister, key: str, day: date, **changed: str) -> None:
    live.ask(Observe(observation=key, source="polisen", content=content(day, **changed)), BY)


def test_every_report_comes_once_through_all_pages_latest_day_first(live: LiveRegister) -> None:
    for n in range(45):
        observed(live, f"r{n:02}", FIRST + timedelta(days=n // 4))
    tables, register = live.read_tables(), live.now()
    seen: list[ReportItem] = []
    after = None
    while True:
        page = report_list(tables, register, None, FIRST, LAST, after=after)
        seen += page.items
        after = page.next
        if after is None:
            break
    assert sorted(one.ref for one in seen) == [f"r{n:02}" for n in range(45)]
    assert [one.day for one in seen] == sorted((one.day for one in seen), reverse=True)


def test_a_report_has_the_names_of_its_place_and_category_and_says_whether_it_came_in_a_file(
    live: LiveRegister,
) -> None:
    observed(live, "r1", FIRST, place="torget", text="Ny tagg")
    take_in_file(live, FILE.format(day=4).encode(), "est.csv", source="polisen", by=BY)
    filed, single = report_list(live.read_tables(), live.now(), None, FIRST, LAST).items
    assert (single.district_name, single.category_name, single.source_name) == ("Råby", "Klotter", "Polisens utdrag")
    assert (single.single, filed.single, filed.kind, filed.place) == (True, False, "incident", "port 4")


def test_filters_are_by_district_category_and_reporter(live: LiveRegister) -> None:
    observed(live, "r1", FIRST)
    observed(live, "r2", FIRST, district="backby", reporter="Mimer")
    observed(live, "r3", FIRST, category="ran", reporter="Mimer")
    tables, register = live.read_tables(), live.now()

    def refs(**by: str) -> set[str]:
        return {one.ref for one in report_list(tables, register, None, FIRST, LAST, **by).items}

    assert refs() == {"r1", "r2", "r3"}
    assert refs(district="backby") == {"r2"}
    assert refs(category="ran") == {"r3"}
    assert refs(reporter="Mimer") == {"r2", "r3"}
    assert refs(reporter="Mimer", district="raby") == {"r3"}
    with pytest.raises(Refused, match="no such page"):
        refs(after="[1]")


def test_a_corrected_report_is_shown_as_corrected_and_a_withdrawn_one_not_among_those_that_count(
    live: LiveRegister,
) -> None:
    observed(live, "r1", FIRST)
    observed(live, "r2", FIRST)
    before = live.now().position
    live.ask(Correct(observation="r1", content=content(FIRST, text="Två"), reason="Räknade fel"), BY)
    live.ask(Withdraw(observation="r2", reason="Dubbel"), BY)
    tables, register = live.read_tables(), live.now()
    (one,) = report_list(tables, register, None, FIRST, LAST).items
    assert (one.ref, one.text, one.corrections) == ("r1", "Två", 1)
    assert len(report_list(tables, live.as_of(before), before, FIRST, LAST).items) == 2
    gone = one_report(register, "r2")
    assert gone is not None
    assert gone.withdrawn
    assert one_report(register, "r3") is None


def test_ones_own_reports_are_those_that_the_account_recorded(live: LiveRegister) -> None:
    other = BY.model_copy(update={"account": "bo"})
    observed(live, "r1", FIRST)
    live.ask(Observe(observation="r2", source="polisen", content=content(FIRST)), other)
    live.ask(Correct(observation="r2", content=content(FIRST, text="Två"), reason="Räknade fel"), BY)
    assert [one.ref for one in own_reports(live.store, live.now(), BY.account)] == ["r1"]
    assert [one.ref for one in own_reports(live.store, live.now(), "bo")] == ["r2"]
    assert (recorded_by(live.store, "r2"), recorded_by(live.store, "r9")) == ("bo", None)


def test_what_a_report_may_be_about_is_in_the_order_of_the_alphabet(live: LiveRegister) -> None:
    observed(live, "r1", FIRST, reporter="Ängsvakten")
    observed(live, "r2", FIRST, reporter="Zonvakten")
    about = reporting(live.read_tables(), live.now(), None, LAST)
    assert about.districts == (("backby", "Bäckby"), ("raby", "Råby"))
    assert about.reporters == ("Zonvakten", "Ängsvakten")
    assert about.sources == (("polisen", "Polisens utdrag"),)
    assert reported_about(live.read_tables(), live.now(), None, LAST)[2] == about.reporters


def test_the_letters_after_z_come_after_it() -> None:
    names = ["Örtagård", "Zon", "Ängen", "Åsen", "Bäckby", "Backen", "Anna"]
    assert sorted(names, key=alphabetical) == ["Anna", "Backen", "Bäckby", "Zon", "Åsen", "Ängen", "Örtagård"]


def test_imports_come_latest_first_with_who_took_them_in_and_why_they_were_withdrawn(live: LiveRegister) -> None:
    first = take_in_file(live, FILE.format(day=4).encode(), "a.csv", source="polisen", by=BY)
    second = take_in_file(live, FILE.format(day=5).encode(), "b.csv", source="polisen", by=BY)
    before = live.now().position
    live.ask(WithdrawFile(file_import=first.file_import, reason="Fel fil"), BY)
    tables = live.read_tables()
    page = imports(tables, live.store, live.now(), None)
    assert [one.file_name for one in page.items] == ["b.csv", "a.csv"]
    assert (page.items[0].by.role, page.items[0].withdrawn, page.pages) == ("samordnare", None, 1)
    assert page.items[1].withdrawn is not None
    assert page.items[1].withdrawn.reason == "Fel fil"
    then = imports(tables, live.store, live.as_of(before), before, page=9)
    assert [one.withdrawn for one in then.items] == [None, None]
    found = one_import(tables, live.store, live.now(), None, second.file_import)
    assert found is not None
    assert found.tally.new == 1
