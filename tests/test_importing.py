"""Files go in whole or not at all, once, and what a later file says differently becomes a correction."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from domain.catalogue import Division, Source
from domain.core import Refused
from domain.file_import import FileImport, WithdrawFile
from service.importing import FileHasFaults, ImportOutcome, Wishes, take_in_file
from service.register import LiveRegister
from tests.registers import BY, furnished

COUNTS = "Område;Månad;Kategori;Antal\nBäckby;2020-01;Klotter;3\nBäckby;2020-02;Klotter;5\nRåby;2020-01;Rån;0\n"


@pytest.fixture
def live(database_url: str) -> Iterator[LiveRegister]:
    with furnished(database_url) as register:
        yield register


def take(live: LiveRegister, text: str, name: str = "antal.csv", **wishes: object) -> ImportOutcome:
    return take_in_file(live, text.encode(), name, source="polisen", by=BY, wishes=Wishes(**wishes))  # type: ignore[arg-type]  # each test says which


def counts(live: LiveRegister, at: int | None = None) -> dict[tuple[str, str, str], int]:
    return {(d, c, p): n for d, c, p, n in live.read_tables().counts("polisen", at=at)}


def test_the_counts_read_back_are_those_of_the_file_and_zero_is_a_count(live: LiveRegister) -> None:
    outcome = take(live, COUNTS)
    assert (outcome.tally.new, outcome.tally.read, outcome.repeated) == (3, 3, False)
    assert counts(live) == {
        ("backby", "klotter", "2020-01"): 3,
        ("backby", "klotter", "2020-02"): 5,
        ("raby", "ran", "2020-01"): 0,
    }


def test_the_same_file_again_adds_nothing_under_whatever_name(live: LiveRegister) -> None:
    first = take(live, COUNTS)
    position = live.now().position
    again = take(live, COUNTS, "kopia.csv")
    assert again.repeated
    assert again.file_import == first.file_import
    assert live.now().position == position


def test_a_revised_file_adds_its_corrections_only_and_the_old_figures_stay_readable(live: LiveRegister) -> None:
    take(live, COUNTS)
    before = live.now().position
    outcome = take(live, COUNTS.replace("2020-02;Klotter;5", "2020-02;Klotter;7"))
    assert (outcome.tally.new, outcome.tally.corrected, outcome.tally.unchanged) == (0, 1, 2)
    assert counts(live)["backby", "klotter", "2020-02"] == 7
    assert counts(live, before)["backby", "klotter", "2020-02"] == 5


def test_a_file_with_faults_takes_in_nothing_and_names_row_and_suggestion(live: LiveRegister) -> None:
    position = live.now().position
    with pytest.raises(FileHasFaults) as refused:
        take(live, COUNTS + "Bäckbyy;2020-03;Klotter;1\nRåby;2020-13;Rån;x\n")
    assert live.now().position == position
    assert "Rad 5" in refused.value.sv
    assert "Menade du ”Bäckby”?" in refused.value.sv
    assert {fault.row for fault in refused.value.faults} == {5, 6}


def test_the_sound_rows_go_in_on_request_and_the_others_are_written_out(live: LiveRegister, tmp_path: Path) -> None:
    rejected = tmp_path / "rejected.csv"
    outcome = take(live, COUNTS + "Bäckbyy;2020-03;Klotter;1\n", accept_valid=True, rejected_to=rejected)
    assert (outcome.tally.new, outcome.tally.rejected) == (3, 1)
    assert "Bäckbyy;2020-03;Klotter;1" in rejected.read_text(encoding="utf-8-sig")


def test_a_file_without_one_sound_row_is_refused_even_so(live: LiveRegister) -> None:
    with pytest.raises(FileHasFaults):
        take(live, "Område;Månad;Kategori;Antal\nFel;2020-01;Klotter;3\n", accept_valid=True)


def test_unknown_names_are_taken_into_the_catalogue_on_request(live: LiveRegister) -> None:
    take(live, COUNTS + "Skälby;2020-01;Klotter;2\n", new_names=True)
    division = live.now().find(Division, "districts")
    assert division is not None
    assert division.districts["skalby"].name == "Skälby"
    assert counts(live)["skalby", "klotter", "2020-01"] == 2


def test_a_column_mapped_by_hand_is_remembered_for_the_source(live: LiveRegister) -> None:
    odd = COUNTS.replace("Område", "Geo").replace("Antal", "Xyz")
    hand = {"district": "Geo", "count": "Xyz"}
    take_in_file(live, odd.encode(), "a.csv", source="polisen", by=BY, kind="counts", columns=hand)
    source = live.now().find(Source, "polisen")
    assert source is not None
    assert source.columns["counts"]["district"] == "Geo"
    later = take(live, odd.replace("2020-02", "2020-03"))
    assert later.tally.new == 1


def test_a_withdrawn_import_no_longer_counts_and_may_be_taken_in_again(live: LiveRegister) -> None:
    first = take(live, COUNTS)
    second = take(live, COUNTS.replace(";3\n", ";4\n"))
    live.ask(WithdrawFile(file_import=second.file_import, reason="Fel fil"), BY)
    assert counts(live)["backby", "klotter", "2020-01"] == 3
    live.ask(WithdrawFile(file_import=first.file_import, reason="Fel källa"), BY)
    assert counts(live) == {}
    again = take(live, COUNTS)
    assert again.tally.new == 3
    assert again.file_import != first.file_import


def test_incidents_count_per_period_and_an_absent_one_is_zero_within_what_the_file_covers(live: LiveRegister) -> None:
    text = "id;område;kategori;datum\n1;Bäckby;Klotter;2020-01-06\n2;Bäckby;Klotter;2020-01-07\n3;Råby;Rån;2020-01-20\n"
    outcome = take(live, text, covers=(date(2020, 1, 1), date(2020, 1, 31)))
    assert outcome.coverage is not None
    assert (outcome.coverage.first, outcome.coverage.last, outcome.coverage.absent) == (
        date(2020, 1, 1),
        date(2020, 1, 31),
        "zero",
    )
    rows = live.read_tables().incident_counts("polisen", "week")
    assert [tuple(row) for row in rows] == [("backby", "klotter", "2020-W02", 2), ("raby", "ran", "2020-W04", 1)]


def test_an_edited_notice_becomes_a_correction(live: LiveRegister) -> None:
    def notice(summary: str) -> str:
        return json.dumps(
            {
                "id": 7, "datetime": "2022-09-26 9:27:54 +02:00", "name": "26 september 08:21, Rån, Västerås",
                "summary": summary, "url": "/x/", "type": "Rån", "location": {"name": "Västerås", "gps": "59.6,16.5"},
            }
        )  # fmt: skip

    take(live, notice("Ett rån.") + "\n", "events.jsonl")
    outcome = take(live, notice("Ett rån vid stationen.") + "\n", "events-2.jsonl")
    assert (outcome.tally.new, outcome.tally.corrected) == (0, 1)
    (row,) = live.read_tables().observations(kind="notices")
    assert json.loads(row[6])["summary"] == "Ett rån vid stationen."
    assert row[5].startswith("2022-09-26T08:21")


def test_reports_and_survey_results_come_in_files_too(live: LiveRegister) -> None:
    reports = (
        "område;kategori;datum;slag;rapportör;plats;text\nRåby;Klotter;2020-01-07;händelse;vaktbolag;torget;Ny tagg\n"
    )
    assert take(live, reports, "est.csv").tally.new == 1
    survey = "indikator;omgång;datum;värde;n;metod\nTrygg kväll;2022;2022-10-01;61,5;800;enkät\n"
    assert take(live, survey, "trygghet.csv").tally.new == 1
    kinds = {row[2] for row in live.read_tables().observations(source="polisen")}
    assert kinds == {"reports", "survey"}


def test_a_source_that_is_not_registered_is_refused_by_name(live: LiveRegister) -> None:
    with pytest.raises(Refused, match="oknown"):
        take_in_file(live, COUNTS.encode(), "a.csv", source="oknown", by=BY)


def test_an_import_knows_its_file(live: LiveRegister) -> None:
    outcome = take(live, COUNTS)
    state = live.now().find(FileImport, outcome.file_import)
    assert state is not None
    assert (state.file_name, state.kind, state.source) == ("antal.csv", "counts", "polisen")


def test_a_file_with_a_header_only_is_refused_unless_it_says_of_which_days_it_has_no_incidents(
    live: LiveRegister,
) -> None:
    position = live.now().position
    with pytest.raises(Refused, match="no rows") as refused:
        take(live, COUNTS.splitlines()[0] + "\n")
    assert (refused.value.rule, live.now().position) == ("no-rows", position)
    quiet = take(live, "id;område;kategori;datum\n", "h.csv", covers=(date(2020, 1, 6), date(2020, 1, 12)))
    assert quiet.tally.read == 0
