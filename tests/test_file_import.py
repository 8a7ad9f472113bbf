"""Filen: taken in once with its rows, withdrawn as a whole, and then perhaps taken in again."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from domain.catalogue import FileDelisted, FileListed, PublishCategories, ReviseDivision, Source
from domain.file_import import (
    EVENTS_PER_FILE,
    CountRows,
    Coverage,
    FileImport,
    FileTaken,
    FileWithdrawn,
    IncidentRows,
    NoticeRows,
    ReportRows,
    Rows,
    SurveyRows,
    TakeIn,
    WithdrawFile,
    import_key,
    row_count,
)
from tests.given import DIVISION, EXTRACT, FOUNDED, TAKE_IN, day, given

KEY = "polisens-utdrag-abababababababab-1"
ROWS = TAKE_IN.rows[0]
INCIDENTS = IncidentRows(
    districts=("centrum",), categories=("personran",), ref=("K1", "K2"), district=(0, 0), category=(0, 0),
    day=("2020-01-03", "2020-01-04"),
)  # fmt: skip
REPORTS = ReportRows(
    districts=("raby",), categories=("skadegorelse",), ref=("r1",), district=(0,), category=(0,),
    day=("2020-01-03",), kind=("incident",), reporter=("parkskötare",), place=(None,), text=("Krossade rutor.",),
)  # fmt: skip
SURVEY = SurveyRows(
    ref=("s1",), wave=("2022",), day=("2022-10-15",), indicator=("otrygg",), district=(None,), value=(31.0,),
    unit=("%",), n=(212,), low=(25.0,), high=(37.0,), method=("enkät",),
)  # fmt: skip
NOTICES = NoticeRows(
    ref=("524031",), published=("2020-01-05T10:11:00+01:00",), occurred=(None,), name=("05 januari, Rån",),
    summary=("Ett rån.",), url=("/aktuellt/1",), type=("Rån",), location=("Västerås",), gps=("59.6,16.5",),
)  # fmt: skip
WITHDRAW = WithdrawFile(file_import=KEY, reason="Fel månad levererades.")


def with_changes(**changes: Any) -> TakeIn:
    return TAKE_IN.model_copy(update=changes)


def test_a_file_is_listed_with_its_source_and_its_rows_follow_the_header() -> None:
    header = FileTaken(**{name: getattr(TAKE_IN, name) for name in FileTaken.model_fields})
    scene = given(*FOUNDED).when(TAKE_IN)
    scene.then(
        ("source-polisens-utdrag", FileListed(file_import=KEY, sha256="ab" * 32)),
        (f"import-{KEY}", header),
        (f"import-{KEY}", ROWS),
    )
    assert scene.now(FileImport, KEY).tally.new == 2
    assert scene.now(Source, EXTRACT).files == {"ab" * 32: KEY}


def test_the_same_file_adds_nothing() -> None:
    given(*FOUNDED, TAKE_IN).when(with_changes(compared_at=1)).then_refused("already-imported")


def test_a_file_compared_with_what_has_changed_since_is_read_again() -> None:
    given(*FOUNDED, TAKE_IN).when(with_changes(sha256="cd" * 32)).then_refused("source-has-moved")
    given(*FOUNDED, TAKE_IN).when(with_changes(sha256="cd" * 32, compared_at=1)).then_accepted()


def test_a_file_has_a_most() -> None:
    too_many = (ROWS,) * (EVENTS_PER_FILE + 1)
    given(*FOUNDED).when(with_changes(rows=too_many)).then_refused("file-too-large")


def test_a_file_does_not_speak_of_days_to_come() -> None:
    assert TAKE_IN.coverage
    given(*FOUNDED).on("2019-12-31").when(TAKE_IN).then_refused("date-in-future")
    given(*FOUNDED).on("2020-01-01").when(TAKE_IN).then_accepted()
    given(*FOUNDED).on("2019-12-31").when(with_changes(coverage=None)).then_accepted()


def test_a_file_comes_from_a_registered_source() -> None:
    given(*FOUNDED[:2]).when(TAKE_IN).then_refused("not-found")


def test_the_rows_speak_of_districts_and_categories_in_use() -> None:
    assert isinstance(ROWS, CountRows)
    nowhere = ROWS.model_copy(update={"districts": ("centrum", "atlantis")})
    given(*FOUNDED).when(with_changes(rows=(nowhere,))).then_refused("unknown-district")
    unknown = ROWS.model_copy(update={"categories": ("sjorov",)})
    given(*FOUNDED).when(with_changes(rows=(unknown,))).then_refused("unknown-category")


def test_the_rows_speak_of_nothing_retired() -> None:
    no_raby = ReviseDivision(division=DIVISION, on=day("2020-01-07"), reason="Delas.", retired=("raby",))
    no_robbery = PublishCategories(on=day("2020-01-07"), reason="Delas.", retired=("personran",))
    given(*FOUNDED, no_raby).when(TAKE_IN).then_refused("unknown-district")
    given(*FOUNDED, no_robbery).when(TAKE_IN).then_refused("unknown-category")


def test_an_import_is_withdrawn_as_a_whole_and_leaves_its_source() -> None:
    scene = given(*FOUNDED, TAKE_IN).when(WITHDRAW)
    scene.then(
        (f"import-{KEY}", FileWithdrawn(reason="Fel månad levererades.")),
        ("source-polisens-utdrag", FileDelisted(file_import=KEY)),
    )
    assert scene.now(FileImport, KEY).withdrawn
    assert scene.now(Source, EXTRACT).files == {}


def test_an_import_is_withdrawn_once() -> None:
    given(*FOUNDED, TAKE_IN, WITHDRAW).when(WITHDRAW).then_refused("already-withdrawn")
    given(*FOUNDED).when(WITHDRAW).then_refused("not-found")


def test_a_withdrawn_file_can_be_taken_in_again_as_another_import() -> None:
    scene = given(*FOUNDED, TAKE_IN, WITHDRAW).when(with_changes(compared_at=2)).then_accepted()
    again = import_key(EXTRACT, "ab" * 32, 3)
    assert not scene.now(FileImport, again).withdrawn
    assert scene.now(Source, EXTRACT).files == {"ab" * 32: again}


@pytest.mark.parametrize(("rows", "number"), [(ROWS, 2), (INCIDENTS, 2), (REPORTS, 1), (SURVEY, 1), (NOTICES, 1)])
def test_every_kind_of_rows_can_be_taken_in_and_counted(rows: Rows, number: int) -> None:
    assert row_count(rows) == number
    given(*FOUNDED).when(with_changes(rows=(rows,))).then_accepted()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"day": ("2020-01-03",)}, "equally long"),
        ({"ref": (), "district": (), "category": (), "day": ()}, "at least one row"),
        ({"corrects": (2,)}, "corrects must point at rows"),
        ({"district": (0, 1)}, "district must point into districts"),
    ],
)
def test_rows_are_whole(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        IncidentRows.model_validate({**INCIDENTS.model_dump(), **changes})


def test_a_repeated_file_is_the_same_wish_whatever_it_was_compared_with() -> None:
    assert TAKE_IN.identity() == with_changes(compared_at=7, rows=()).identity()
    assert TAKE_IN.identity() != with_changes(preliminary=True).identity()


def test_what_a_file_covers_says_what_an_absent_row_means() -> None:
    with pytest.raises(ValidationError):
        Coverage.model_validate({"first": "2020-01-01", "last": "2020-01-31", "frequency": "month"})


def test_a_file_whose_figures_a_later_file_only_repeated_is_withdrawn_after_that_one() -> None:
    tally = TAKE_IN.tally.model_copy(update={"unchanged": 1})
    repeated = with_changes(sha256="cd" * 32, compared_at=1, tally=tally)
    given(*FOUNDED, TAKE_IN, repeated).when(WITHDRAW).then_refused("repeated-later")
    later = WithdrawFile(file_import=import_key("polisens-utdrag", "cd" * 32, 2), reason="Fel fil.")
    scene = given(*FOUNDED, TAKE_IN, repeated, later).when(WITHDRAW).then_accepted()
    assert scene.now(FileImport, KEY).withdrawn
