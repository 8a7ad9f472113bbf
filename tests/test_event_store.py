"""The event store: gapless order, honest times, commands stored once, and nothing that changes or vanishes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from eventsourcing.persistence import PersistenceError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.database import DatabaseUnavailable
from adapters.event_store import Bare, CommandReused, Conflict, EventStore, Receipt, Unit, open_store
from adapters.event_store.mapper import UnknownEvent
from domain.catalogue import RememberColumns
from domain.core import Event, Recorded, Refused
from domain.problem import Closed, Proposed, Valued
from domain.register import ROW_TOPICS
from tests.plausible import BY, EXTRACT, TABLE, counts_file, founded, propose

NOON = datetime(2026, 3, 28, 11, tzinfo=UTC)
# one database serves all examples: each appends to what the ones before have left, as in life
shared = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)


@pytest.fixture
def store(database_url: str) -> Iterator[EventStore]:
    opened = open_store(database_url)
    yield opened
    opened.close()


def unit(store: EventStore, clock: datetime = NOON, seen: Mapping[str, int] | None = None, **others: str) -> Unit:
    """A new command, decided on the latest state."""
    known = {"command_id": uuid4().hex, "fingerprint": "f", **others}
    return Unit(known["command_id"], known["fingerprint"], clock, store.last_gsn(), seen or {})


def valued(score: int = 1, comment: str | None = None) -> Event:
    return Valued(on=NOON.date(), rater="Skattare", scores={"common": score}, comment=comment)


def proposed(problem: str) -> Event:
    plain = propose(problem, NOON.date()).model_dump(exclude={"problem"})
    return Proposed(**plain)


def everything(store: EventStore) -> list[Recorded]:
    return [recorded for recorded in store.read(0, limit=10**6) if isinstance(recorded, Recorded)]


def break_off_after(store: EventStore, sql: str) -> None:
    with store.database.writing() as c:
        c.execute(sql)
        raise RuntimeError("the caller broke off")


def execute(store: EventStore, sql: str, *values: object) -> None:
    with store.database.writing() as c:
        c.execute(sql, values)


# Order


def test_events_are_numbered_from_one_across_streams(store: EventStore) -> None:
    first = store.append([("problem-a", 1, proposed("a")), ("problem-b", 1, proposed("b"))], BY, unit(store))
    second = store.append([("problem-a", 2, valued())], BY, unit(store))
    assert (first, second) == (Receipt(1, 2, False), Receipt(3, 3, False))
    assert [(r.gsn, r.stream, r.version) for r in everything(store)] == [
        (1, "problem-a", 1),
        (2, "problem-b", 1),
        (3, "problem-a", 2),
    ]


def test_conflicts_and_broken_transactions_leave_no_gap_in_the_numbers(store: EventStore) -> None:
    for number in range(1, 6):
        store.append([("problem-a", number, valued())], BY, unit(store))
        with pytest.raises(Conflict):
            store.append([("problem-b", number, valued()), ("problem-a", number, valued())], BY, unit(store))
        with pytest.raises(RuntimeError, match="the caller broke off"):
            break_off_after(store, "DELETE FROM commands")
    assert [r.gsn for r in everything(store)] == [1, 2, 3, 4, 5]
    assert {r.stream for r in everything(store)} == {"problem-a"}
    with store.database.reading() as c:
        c.execute("SELECT COUNT(*) FROM commands")
        assert c.fetchone() == (5,)


def test_two_stores_on_the_same_database_see_each_others_events(store: EventStore, database_url: str) -> None:
    other = open_store(database_url)
    store.append([("problem-a", 1, proposed("a"))], BY, unit(store))
    other.append([("problem-a", 2, valued(3))], BY, unit(other))
    assert everything(store) == everything(other)
    assert [r.event for r in store.stream("problem-a")] == [proposed("a"), valued(3)]
    other.close()


def test_the_log_is_read_in_pages_up_to_a_stop(store: EventStore) -> None:
    store.append([("problem-a", n, valued()) for n in range(1, 11)], BY, unit(store))

    def read(after: int, limit: int, stop: int | None) -> Sequence[int]:
        return [r.gsn for r in store.read(after, limit=limit, stop=stop)]

    assert read(0, 4, None) == [1, 2, 3, 4]
    assert read(4, 4, 6) == [5, 6]
    assert read(10, 4, None) == []
    assert read(0, 4, 0) == []


def test_rows_of_files_are_left_in_the_database_when_only_their_place_is_asked_for(database_url: str) -> None:
    live = founded(database_url)
    live.ask(counts_file(live, TABLE, {("raby", "stold", "2025-01"): 4}), BY)
    page = live.store.read(0, limit=1000, bare=tuple(ROW_TOPICS))
    last = page[-1]
    assert isinstance(last, Bare)
    assert (last.gsn, last.version) == (live.store.last_gsn(), 2)
    assert all(isinstance(recorded, Recorded) for recorded in page[:-1])
    live.close()


# Time


@shared
@given(steps=st.lists(st.integers(-10_000, 10_000), min_size=1, max_size=8))
def test_recorded_at_never_runs_backwards_and_the_clock_is_kept_as_it_was(store: EventStore, steps: list[int]) -> None:
    start, clocks, moment = store.last_gsn(), [], NOON
    for minutes in steps:
        moment += timedelta(minutes=minutes, microseconds=minutes)
        clocks.append(moment)
        version = store.last_gsn() + 1
        store.append([("problem-a", version, valued())], BY, unit(store, moment))
    recorded = everything(store)
    assert [r.clock_at for r in recorded[start:]] == clocks
    assert [r.recorded_at for r in recorded] == sorted(r.recorded_at for r in recorded)
    for before, after in pairwise(recorded):
        assert after.recorded_at == max(before.recorded_at, after.clock_at)


@shared
@given(
    steps=st.lists(st.integers(-3, 40), max_size=10),
    sought=st.lists(st.integers(-50, 4000), min_size=1, max_size=5),
)
def test_the_gsn_of_a_moment_by_halving_is_that_of_a_search_from_the_start(
    store: EventStore, steps: list[int], sought: list[int]
) -> None:
    ended = everything(store)[-1].recorded_at if store.last_gsn() else NOON
    for minutes in steps:
        ended += timedelta(minutes=minutes)
        version = store.last_gsn() + 1
        store.append([("problem-a", version, valued())], BY, unit(store, ended))
    recorded = everything(store)
    moments = [NOON + timedelta(minutes=minutes) for minutes in sought] + [r.recorded_at for r in recorded[-5:]]
    for moment in moments:
        assert store.gsn_at(moment) == max((r.gsn for r in recorded if r.recorded_at <= moment), default=0)


# Commands


def test_a_command_id_that_comes_again_gets_the_first_receipt_and_adds_nothing(store: EventStore) -> None:
    asked = unit(store)
    first = store.append([("problem-a", 1, proposed("a")), ("problem-a", 2, valued())], BY, asked)
    store.append([("problem-a", 3, valued())], BY, unit(store))
    again = unit(store, command_id=asked.command_id)
    assert store.append([("problem-a", 4, valued())], BY, again) == Receipt(first.first, first.last, True)
    assert store.receipt(asked.command_id, "f") == Receipt(1, 2, True)
    assert store.last_gsn() == 3


def test_a_command_that_changed_nothing_gets_its_first_receipt_too(store: EventStore) -> None:
    store.append([("problem-a", 1, proposed("a"))], BY, unit(store))
    asked = unit(store)
    first = store.append([], BY, asked)
    store.append([("problem-a", 2, valued())], BY, unit(store))
    assert store.append([], BY, asked) == Receipt(first.first, first.last, True)
    assert store.last_gsn() == 2


def test_another_body_under_a_used_command_id_is_refused(store: EventStore) -> None:
    asked = unit(store)
    store.append([("problem-a", 1, proposed("a"))], BY, asked)
    with pytest.raises(CommandReused):
        store.append([("problem-a", 2, valued())], BY, unit(store, command_id=asked.command_id, fingerprint="g"))
    with pytest.raises(CommandReused):
        store.receipt(asked.command_id, "g")
    assert store.last_gsn() == 1


def test_a_command_id_that_was_never_stored_has_no_receipt(store: EventStore) -> None:
    assert store.receipt("never", "f") is None


# Conflicts


def test_two_that_continue_the_same_version_of_a_stream_conflict(store: EventStore) -> None:
    store.append([("problem-a", 1, proposed("a"))], BY, unit(store))
    store.append([("problem-a", 2, valued(1))], BY, unit(store))
    with pytest.raises(Conflict):
        store.append([("problem-a", 2, valued(4))], BY, unit(store))
    assert [r.event for r in store.stream("problem-a")] == [proposed("a"), valued(1)]


def test_a_stream_that_the_decision_only_looked_at_must_not_have_moved(store: EventStore) -> None:
    store.append([("problem-a", 1, proposed("a"))], BY, unit(store))
    decided = unit(store, seen={"problem-a": 1, "problem-b": 0})
    store.append([("problem-a", 2, valued())], BY, unit(store))
    with pytest.raises(Conflict):
        store.append([("problem-c", 1, proposed("c"))], BY, decided)


def test_a_stream_that_was_looked_for_in_vain_must_not_have_begun(store: EventStore) -> None:
    decided = unit(store, seen={"problem-a": 0})
    store.append([("problem-a", 1, proposed("a"))], BY, unit(store))
    with pytest.raises(Conflict):
        store.append([("problem-c", 1, proposed("c"))], BY, decided)


def test_streams_that_the_decision_did_not_look_at_may_move(store: EventStore) -> None:
    decided = unit(store, seen={"problem-a": 0, "promise-*": 0})
    store.append([("problem-b", 1, proposed("b"))], BY, unit(store))
    assert store.append([("problem-a", 1, proposed("a"))], BY, decided) == Receipt(2, 2, False)


@pytest.mark.parametrize("moved", [("problem-a", 2), ("problem-new", 1)])
def test_a_kind_that_the_decision_went_through_must_not_have_moved(store: EventStore, moved: tuple[str, int]) -> None:
    store.append([("problem-a", 1, proposed("a")), ("problem-z", 1, proposed("z"))], BY, unit(store))
    decided = unit(store, seen={"problem-*": 2})
    store.append([(*moved, valued())], BY, unit(store))
    with pytest.raises(Conflict):
        store.append([("promise-a", 1, valued())], BY, decided)


def test_a_kind_ends_where_the_next_kind_begins(store: EventStore) -> None:
    decided = unit(store, seen={"action-*": 0})
    store.append([("actio-a", 1, valued()), ("action.a", 1, valued()), ("actions-a", 1, valued())], BY, unit(store))
    assert store.append([("problem-a", 1, proposed("a"))], BY, decided) == Receipt(4, 4, False)


# What is stored stays


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE stored_events SET topic = 'problem.closed'",
        "UPDATE stored_events SET recorded_at = recorded_at WHERE originator_version = 1",
        "DELETE FROM stored_events",
        "DELETE FROM stored_events WHERE originator_id = 'problem-a'",
    ],
)
def test_the_database_itself_refuses_to_change_or_remove_an_event(store: EventStore, change: str) -> None:
    store.append([("problem-a", 1, proposed("a"))], BY, unit(store))
    before = everything(store)
    with pytest.raises(PersistenceError, match="a stored event is never"):
        execute(store, change)
    assert everything(store) == before


def test_postgresql_refuses_to_empty_the_log_at_once(fresh_postgres: str) -> None:
    store = open_store(fresh_postgres)
    store.append([("problem-a", 1, proposed("a"))], BY, unit(store))
    with pytest.raises(PersistenceError, match="never changed or removed"):
        execute(store, "TRUNCATE stored_events")
    assert store.last_gsn() == 1
    store.close()


@shared
@given(comment=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=60))
def test_what_is_read_is_what_was_written(store: EventStore, comment: str) -> None:
    event = Valued.model_construct(on=NOON.date(), rater="Skattare", scores={"common": 1}, comment=None)
    if comment.strip():
        event = Valued(on=NOON.date(), rater="Skattare", scores={"common": 1}, comment=comment)
    receipt = store.append([("problem-a", store.last_gsn() + 1, event)], BY, unit(store))
    [read] = store.read(receipt.first - 1, limit=1)
    assert isinstance(read, Recorded)
    assert (read.event, read.by, read.clock_at) == (event, BY, NOON)


def test_a_nul_character_is_refused_before_anything_is_stored(store: EventStore) -> None:
    with pytest.raises(Refused) as refused:
        store.append([("problem-a", 1, proposed("a")), ("problem-a", 2, valued(1, "Kl\x00tter"))], BY, unit(store))
    assert refused.value.rule == "nul-character"
    assert store.last_gsn() == 0
    written = valued(1, r"skrivet \u0000 och \\u0000")
    store.append([("problem-a", 1, written)], BY, unit(store))
    assert [r.event for r in everything(store)] == [written]


def test_the_stored_bytes_are_json_under_our_own_names(store: EventStore) -> None:
    store.append([("problem-a", 1, valued(2, "Återkommer på våren"))], BY, unit(store, command_id="c1"))
    with store.database.reading() as c:
        c.execute("SELECT topic, state FROM stored_events")
        [(topic, state)] = c.fetchall()
    assert topic == "problem.valued"
    assert re.sub("sealed:1:[A-Za-z0-9_-]{43}", "(sealed)", bytes(state).decode()) == (
        '{"by":{"account":"samordnare","role":"samordnare","organisation":"Västerås stad"},'
        '"clock":"2026-03-28T11:00:00.000000+00:00","command":"c1",'
        '"event":{"on":"2026-03-28","rater":"Skattare","scores":{"common":2},"comment":"(sealed)"}}'
    )


def put_raw(store: EventStore, topic: str, event: str) -> None:
    """What another version of this program has left in the log."""
    columns = {"sqlite": "rowid", "postgresql": "notification_id"}[store.database.dialect]
    state = f'{{"by":{BY.model_dump_json()},"clock":"2026-03-28T11:00:00Z","command":"c","event":{event}}}'
    execute(
        store,
        f"INSERT INTO stored_events ({columns}, originator_id, originator_version, topic, state, recorded_at) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        *(1, "problem-a", 1, topic, state.encode(), "2026-03-28T11:00:00.000000+00:00"),
    )


def test_an_event_from_before_a_field_was_added_is_read(store: EventStore) -> None:
    put_raw(store, "problem.valued", '{"on":"2026-03-28","rater":"Skattare","scores":{"common":1}}')
    assert [r.event for r in everything(store)] == [valued(1)]


def test_an_event_that_this_version_does_not_know_is_named(store: EventStore) -> None:
    put_raw(store, "problem.foreseen", "{}")
    with pytest.raises(UnknownEvent, match=r"gsn 1 .* “problem\.foreseen”"):
        store.read(0, limit=10)
    assert store.read(0, limit=10, bare=["problem.foreseen"]) == [Bare(1, "problem-a", 1)]


# Opening


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "write sqlite:///"),
        ("register.db", "write sqlite:///"),
        ("mysql://host/name", "“mysql” is not a database"),
        ("sqlite://register.db", "write sqlite:///"),
        ("sqlite:///", "no file is named"),
        ("sqlite:///:memory:", "a register is a file"),
        ("postgresql://host/name?schema=Nord", "“Nord” is not a schema name"),
        ("postgresql://host/name?schema=a;drop", "is not a schema name"),
        ("postgresql://host/name?colour=red", "colour"),
    ],
)
def test_a_url_that_names_no_database_is_answered_with_how_to_write_one(url: str, says: str) -> None:
    with pytest.raises(ValueError, match=re.escape(says)):
        open_store(url)


@pytest.mark.parametrize(
    ("change", "says"),
    [(("127.0.0.1:", "127.0.0.1:9"), "port"), (("samverkan:", "samverkan:x"), "password"), (("/t", "/u"), "exist")],
)
def test_a_server_that_does_not_let_one_in_is_reported_at_once_with_its_reason(
    fresh_postgres: str, change: tuple[str, str], says: str
) -> None:
    with pytest.raises(DatabaseUnavailable, match=says):
        open_store(fresh_postgres.replace(*change))


def test_a_folder_that_does_not_exist_is_not_a_database(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailable, match="unable to open"):
        open_store(f"sqlite:///{tmp_path}/nowhere/register.db")


def test_a_file_that_is_no_database_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "counts.csv"
    path.write_text("Område;Antal\n" * 200)
    with pytest.raises(DatabaseUnavailable, match="not a database"):
        open_store(f"sqlite:///{path}")
    assert path.read_text() == "Område;Antal\n" * 200


def test_registers_in_two_schemas_of_a_database_do_not_meet(fresh_postgres: str) -> None:
    north, south = open_store(f"{fresh_postgres}?schema=nord"), open_store(f"{fresh_postgres}?schema=syd")
    north.append([("problem-a", 1, proposed("a"))], BY, unit(north))
    assert (north.last_gsn(), south.last_gsn()) == (1, 0)
    south.append([("problem-a", 1, valued())], BY, unit(south))
    with psycopg.connect(fresh_postgres) as connection:
        found = connection.execute("SELECT schemaname FROM pg_tables WHERE tablename = 'stored_events' ORDER BY 1")
        assert found.fetchall() == [("nord",), ("syd",)]
    again = open_store(f"{fresh_postgres}?schema=nord")
    assert [r.event for r in everything(again)] == [proposed("a")]
    for opened in (north, south, again):
        opened.close()


def test_what_a_postgresql_url_says_beyond_the_schema_reaches_the_driver(fresh_postgres: str) -> None:
    store = open_store(f"{fresh_postgres}?schema=nord&application_name=samverkan-prov")
    with store.database.reading() as c:
        c.execute("SELECT current_setting('application_name'), current_schema()")
        assert c.fetchone() == ("samverkan-prov", "nord")
    store.close()


def test_a_register_is_opened_again_where_it_was_left(database_url: str) -> None:
    live = founded(database_url)
    live.ask(RememberColumns(source=EXTRACT, kind="incidents", columns={"day": "Datum"}), BY)
    before = everything(live.store)
    live.close()
    store = open_store(database_url)
    assert everything(store) == before
    assert not [r for r in before if isinstance(r.event, Closed)]
    store.close()
