"""The read models: what stands now, what stood at any gsn, and that a rebuild says the same."""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import permutations
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.event_store import open_store
from adapters.tables import TABLES, Tables
from domain.core import Recorded, Refused
from domain.file_import import WithdrawFile
from domain.observation import Correct, Dialogue, Observe, SurveyResult, Withdraw
from service.register import LiveRegister
from tests.plausible import (
    BY,
    CATEGORIES,
    DISTRICTS,
    EST,
    EXTRACT,
    TABLE,
    Cell,
    Incident,
    PlainRows,
    Writer,
    counts_file,
    founded,
    incidents_file,
    open_live,
    plain_rows,
    report,
    source,
    standing_rows,
)

DAY = date(2026, 3, 28)
JANUARY: Cell = ("raby", "stold", "2025-01")
FEBRUARY: Cell = ("raby", "stold", "2025-02")
MARCH: Cell = ("raby", "stold", "2025-03")
# one register serves all examples, each with a source of its own
shared = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)


@pytest.fixture
def live(database_url: str) -> Iterator[LiveRegister]:
    opened = founded(database_url)
    yield opened
    opened.close()


def take_counts(live: LiveRegister, values: Mapping[Cell, int], source: str = TABLE) -> str:
    """Take in a file; the key of its import."""
    answer = live.ask(counts_file(live, source, values), BY)
    return import_of(live, answer.last_gsn)


def take_incidents(live: LiveRegister, values: Mapping[str, Incident]) -> str:
    answer = live.ask(incidents_file(live, EXTRACT, values), BY)
    return import_of(live, answer.last_gsn)


def import_of(live: LiveRegister, gsn: int) -> str:
    [last] = live.store.read(gsn - 1, limit=1)
    return last.stream.removeprefix("import-")


def counts(live: LiveRegister, source: str = TABLE, at: int | None = None) -> dict[Cell, int]:
    return {(d, c, p): value for d, c, p, value in live.read_tables().counts(source, at=at)}


def singles(live: LiveRegister, at: int | None = None) -> dict[str, tuple[Any, ...]]:
    rows = live.read_tables().observations(at=at)
    return {ref: (source, kind, district, category, day) for source, ref, kind, district, category, day, *_ in rows}


# Files


def test_counts_stand_as_the_file_says(live: LiveRegister) -> None:
    take_counts(live, {JANUARY: 4, FEBRUARY: 0})
    assert counts(live) == {JANUARY: 4, FEBRUARY: 0}


def test_a_later_file_corrects_single_figures_and_both_stay_readable(live: LiveRegister) -> None:
    take_counts(live, {JANUARY: 4, FEBRUARY: 2})
    preliminary = live.now().position
    take_counts(live, {JANUARY: 5, FEBRUARY: 2, MARCH: 1})
    assert counts(live) == {JANUARY: 5, FEBRUARY: 2, MARCH: 1}
    assert counts(live, at=preliminary) == {JANUARY: 4, FEBRUARY: 2}


def test_when_a_correcting_file_is_withdrawn_what_it_replaced_counts_again(live: LiveRegister) -> None:
    take_counts(live, {JANUARY: 4, FEBRUARY: 2})
    corrected = take_counts(live, {JANUARY: 5, MARCH: 1})
    before = live.now().position
    live.ask(WithdrawFile(file_import=corrected, reason="Fel fil"), BY)
    assert counts(live) == {JANUARY: 4, FEBRUARY: 2}
    assert counts(live, at=before) == {JANUARY: 5, FEBRUARY: 2, MARCH: 1}


def test_when_the_first_file_is_withdrawn_what_corrected_it_stands(live: LiveRegister) -> None:
    first = take_counts(live, {JANUARY: 4, FEBRUARY: 2})
    take_counts(live, {JANUARY: 5, MARCH: 1})
    live.ask(WithdrawFile(file_import=first, reason="Fel fil"), BY)
    assert counts(live) == {JANUARY: 5, MARCH: 1}


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_three_files_withdrawn_in_any_order_leave_nothing(live: LiveRegister, order: tuple[int, ...]) -> None:
    files = [{JANUARY: 4, FEBRUARY: 2}, {JANUARY: 5, MARCH: 1}, {JANUARY: 6, FEBRUARY: 3}]
    keys = [take_counts(live, values) for values in files]
    left = set(range(3))
    for withdrawn in order:
        live.ask(WithdrawFile(file_import=keys[withdrawn], reason="Fel fil"), BY)
        left.remove(withdrawn)
        expected: dict[Cell, int] = {}
        for n in sorted(left):
            expected |= files[n]
        assert counts(live) == expected


def test_a_withdrawn_file_may_be_taken_in_again(live: LiveRegister) -> None:
    first = take_counts(live, {JANUARY: 4})
    live.ask(WithdrawFile(file_import=first, reason="Fel fil"), BY)
    assert counts(live) == {}
    again = take_counts(live, {JANUARY: 4})
    assert again != first
    assert counts(live) == {JANUARY: 4}


def test_incidents_are_counted_by_the_week_and_the_month_in_which_they_happened(live: LiveRegister) -> None:
    take_incidents(
        live,
        {
            "k1": ("raby", "stold", "2024-12-30"),
            "k2": ("raby", "stold", "2025-01-02"),
            "k3": ("centrum", "stold", "2025-01-02"),
        },
    )
    take_incidents(live, {"k3": ("raby", "narkotika", "2025-01-02")})
    tables = live.read_tables()
    assert tables.incident_counts(EXTRACT, "week") == [
        ("raby", "narkotika", "2025-W01", 1),
        ("raby", "stold", "2025-W01", 2),
    ]
    assert tables.incident_counts(EXTRACT, "month") == [
        ("raby", "narkotika", "2025-01", 1),
        ("raby", "stold", "2024-12", 1),
        ("raby", "stold", "2025-01", 1),
    ]


figures = st.dictionaries(st.sampled_from([JANUARY, FEBRUARY, MARCH]), st.integers(0, 3), max_size=3)
steps = st.lists(st.one_of(figures, st.integers(0, 5)), min_size=1, max_size=10)


@shared
@given(steps=steps)
def test_the_standing_figure_is_that_of_the_latest_file_that_stands(
    live: LiveRegister, steps: list[dict[Cell, int] | int]
) -> None:
    key = f"kalla-{live.now().position}"
    live.ask(source(key), BY)
    plain, position, known = PlainRows(), live.now().position, list[str]()
    said: dict[int, dict[Cell, int]] = {position: {}}
    refusals = set[str]()
    for step in steps:
        try:
            if isinstance(step, dict):
                known.append(take_counts(live, step, key))
            elif known:
                live.ask(WithdrawFile(file_import=known[step % len(known)], reason="Fel fil"), BY)
        except Refused as refused:
            refusals.add(refused.rule)
        for recorded in live.store.read(position, limit=100):
            assert isinstance(recorded, Recorded)
            plain.apply(recorded)
            position = recorded.gsn
            said[position] = plain.standing("counts", key)
        assert counts(live, key) == said[position]
    assert {gsn: counts(live, key, at=gsn) for gsn in said} == said
    assert refusals <= {"already-imported", "already-withdrawn", "repeated-later"}


# Single observations


def test_an_observation_stands_as_it_was_last_corrected(live: LiveRegister) -> None:
    live.ask(Observe(observation="o1", source=EST, content=report(DAY)), BY)
    recorded = live.now().position
    live.ask(Correct(observation="o1", content=report(DAY, "raby"), reason="Fel område"), BY)
    assert singles(live) == {"o1": (EST, "order disturbance", "raby", "skadegorelse", "2026-03-28")}
    assert singles(live, at=recorded) == {"o1": (EST, "order disturbance", "centrum", "skadegorelse", "2026-03-28")}


def test_a_withdrawn_observation_stands_no_more_but_did_then(live: LiveRegister) -> None:
    live.ask(Observe(observation="o1", source=EST, content=report(DAY)), BY)
    recorded = live.now().position
    live.ask(Withdraw(observation="o1", reason="Dubblett"), BY)
    assert singles(live) == {}
    assert set(singles(live, at=recorded)) == {"o1"}
    assert singles(live, at=recorded - 1) == {}


def test_dialogues_and_survey_results_stand_beside_reports(live: LiveRegister) -> None:
    dialogue = Dialogue(kind="citizen dialogue", held_on=DAY, organisation="Mimer", text="Mörkt vid skolan")
    survey = SurveyResult(indicator="Otrygg", wave="2025", fielded_on=DAY, value=31.5, n=412, method="Enkät")
    live.ask(Observe(observation="o1", source=EST, content=dialogue), BY)
    live.ask(Observe(observation="o2", source=EST, content=survey), BY)
    assert singles(live) == {
        "o1": (EST, "citizen dialogue", None, None, "2026-03-28"),
        "o2": (EST, "survey result", None, None, "2026-03-28"),
    }


def test_a_row_of_a_file_and_an_observation_may_bear_the_same_name(live: LiveRegister) -> None:
    """References are the sources' own; nothing keeps them from being keys of observations as well."""
    live.ask(Observe(observation="k1", source=EXTRACT, content=report(DAY, "raby")), BY)
    taken = take_incidents(live, {"k1": ("centrum", "stold", "2025-01-02")})
    live.ask(Correct(observation="k1", content=report(DAY, "hammarby"), reason="Fel område"), BY)
    rows = live.read_tables().observations()
    assert [(ref, kind, district) for _, ref, kind, district, *_ in rows] == [
        ("k1", "order disturbance", "hammarby"),
        ("k1", "incidents", "centrum"),
    ]
    live.ask(WithdrawFile(file_import=taken, reason="Fel fil"), BY)
    assert [row[3] for row in live.read_tables().observations()] == ["hammarby"]


def test_observations_are_found_by_what_they_are_and_read_page_by_page(live: LiveRegister) -> None:
    for n in range(12):
        day = date(2026, 3, 1 + n // 3)
        content = report(day, DISTRICTS[n % 2], CATEGORIES[n % 3])
        live.ask(Observe(observation=f"o{n:02d}", source=EST, content=content), BY)
    tables = live.read_tables()

    def found(**wanted: Any) -> list[str]:
        return [row[1] for row in tables.observations(**wanted)]

    assert found(district="raby") == ["o09", "o11", "o07", "o03", "o05", "o01"]
    assert found(category="stold", first=date(2026, 3, 2), last=date(2026, 3, 3)) == ["o08", "o05"]
    assert found(source=TABLE) == found(kind="incidents") == []
    assert len(found()) == 12


@pytest.mark.parametrize("size", [1, 2, 5])
def test_a_page_goes_on_where_the_one_before_ended_whatever_the_sources_call_their_rows(
    live: LiveRegister, size: int
) -> None:
    live.ask(source("annan"), BY)
    rows = {ref: ("raby", "stold", day) for ref, day in (("1", "2025-01-02"), ("2", "2025-01-02"), ("3", "2025-01-01"))}
    for key in (EXTRACT, "annan"):
        live.ask(incidents_file(live, key, rows), BY)
    content = report(date(2025, 1, 2))
    live.ask(Observe(observation="1", source=EXTRACT, content=content), BY)
    tables = live.read_tables()
    pages, after = list[Any](), None
    while page := tables.observations(limit=size, after=after):
        pages += page
        last = page[-1]
        after = last[5], last[1], last[0], last[8]
    assert pages == tables.observations()
    assert len(pages) == 7


# The follower


def write_history(live: LiveRegister, seed: int, commands: int) -> PlainRows:
    """A random history; what its rows say, read plainly."""
    writer, plain, start = Writer(live, Random(seed), name=f"h{seed}"), PlainRows(), live.now().position
    for _ in range(commands):
        try:
            live.ask(writer.next(), BY)
        except Refused:
            continue
    for recorded in live.store.read(start, limit=10**6):
        assert isinstance(recorded, Recorded)
        plain.apply(recorded)
    return plain


def test_a_rebuild_gives_the_same_rows(live: LiveRegister) -> None:
    plain = write_history(live, 1, 200)
    tables = live.read_tables()
    before = {table: tables.rows(table) for table in TABLES}
    assert all(before.values())
    reached = list[int]()
    assert tables.rebuild(reached.append) == live.store.last_gsn() == reached[-1]
    assert {table: tables.rows(table) for table in TABLES} == before
    assert standing_rows(tables) == plain_rows(plain)


def test_a_reader_sees_what_it_has_just_written(live: LiveRegister, database_url: str) -> None:
    reader = open_live(database_url)
    for n in range(20):
        live.ask(Observe(observation=f"o{n}", source=EST, content=report(DAY)), BY)
        assert len(singles(live)) == len(singles(reader)) == n + 1
    reader.close()


def follow(url: str, start: Any) -> None:
    """Open the tables and follow the log, at the moment when the others do so too."""
    store = open_store(url)
    tables = Tables(store)
    start.wait(30)
    tables.pull()
    store.close()


def test_two_processes_that_follow_at_once_take_in_each_event_once(live: LiveRegister, database_url: str) -> None:
    plain = write_history(live, 2, 60)
    with live.store.database.writing() as c:  # a follower that starts from nothing
        for table in TABLES:
            c.execute(f"DELETE FROM {table}")
        c.execute("UPDATE positions SET gsn = 0")
    processes = multiprocessing.get_context("spawn")
    start = processes.Barrier(2)
    followers = [processes.Process(target=follow, args=(database_url, start)) for _ in range(2)]
    for follower in followers:
        follower.start()
    for follower in followers:
        follower.join(60)
    assert [follower.exitcode for follower in followers] == [0, 0]
    assert standing_rows(live.read_tables()) == plain_rows(plain)


def test_a_rebuild_waits_for_a_follower_in_the_middle_of_its_work(fresh_postgres: str) -> None:
    live = founded(fresh_postgres)
    for n in range(3):
        live.ask(Observe(observation=f"o{n}", source=EST, content=report(DAY)), BY)
    tables = live.read_tables()
    rows, end = tables.rows("observations"), live.store.last_gsn()
    with live.store.database.writing() as c:
        c.execute("DELETE FROM observations")
        c.execute("UPDATE positions SET gsn = 0")
    with ThreadPoolExecutor(1) as pool:
        with live.store.database.writing() as c:  # another process's follower, about to commit
            c.execute("SELECT gsn FROM positions FOR UPDATE")
            c.executemany(f"INSERT INTO observations VALUES ({', '.join('?' * 11)})", rows)
            c.execute("UPDATE positions SET gsn = ?", (end,))
            rebuilding = pool.submit(tables.rebuild)
            time.sleep(0.3)
            assert not rebuilding.done()
        assert rebuilding.result(30) == end
    assert tables.rows("observations") == rows
    live.close()


def test_a_rebuild_while_others_write_and_read_gives_the_same_rows(live: LiveRegister, database_url: str) -> None:
    failures = list[BaseException]()

    def guarded(work: Any) -> None:
        try:
            work()
        except BaseException as failure:
            failures.append(failure)
            raise

    other = open_live(database_url)
    plain = write_history(live, 3, 40)

    def write() -> None:
        for n in range(60):
            other.ask(Observe(observation=f"z{n}", source=EST, content=report(DAY)), BY)
            other.read_tables()

    def rebuild() -> None:
        for _ in range(8):
            live.tables.rebuild()

    threads = [threading.Thread(target=guarded, args=(work,)) for work in (write, rebuild, live.read_tables)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    expected = dict(plain_rows(plain))
    expected["singles"] |= {f"z{n}": (EST, "centrum", "skadegorelse", "2026-03-28") for n in range(60)}
    assert standing_rows(live.read_tables()) == expected
    other.close()
