"""The live register: asking twice, asking on an old version, being refused, and going on when the database was away."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import date

import pytest

from adapters.database import DatabaseUnavailable
from adapters.event_store import CommandReused
from domain.catalogue import RememberColumns, Source
from domain.core import Asked, Event, Known, Refused
from domain.file_import import WithdrawFile
from domain.observation import Observe
from domain.problem import Problem, Valued, ValueProblem
from service.register import LiveRegister, Stale
from tests.plausible import BY, EST, TABLE, Cell, counts_file, founded, open_live, propose, report
from tests.postgres import PostgresServer

DAY = date(2026, 3, 28)
JANUARY: Cell = ("raby", "stold", "2025-01")


@pytest.fixture
def live(database_url: str) -> Iterator[LiveRegister]:
    opened = founded(database_url)
    yield opened
    opened.close()


def value(problem: str, score: int, rater: str = "Skattare") -> ValueProblem:
    return ValueProblem(problem=problem, on=DAY, rater=rater, scores={"common": score})


def test_an_answer_says_where_the_events_stand(live: LiveRegister) -> None:
    before = live.now().position
    proposed = live.ask(propose("p1", DAY), BY)
    valued = live.ask(value("p1", 3), BY)
    assert (proposed.stream, proposed.version, proposed.first_gsn, proposed.last_gsn, proposed.repeated) == (
        *("problem-p1", 1, before + 1, before + 1),
        False,
    )
    assert (valued.version, valued.first_gsn) == (2, before + 2)


def test_a_command_that_touches_two_streams_answers_for_its_own(live: LiveRegister) -> None:
    taken = live.ask(counts_file(live, TABLE, {JANUARY: 4}), BY)
    assert (taken.stream, taken.version) == (f"source-{TABLE}", 2)
    assert taken.last_gsn - taken.first_gsn == 2
    [import_key] = live.now().states["import"]
    withdrawn = live.ask(WithdrawFile(file_import=import_key, reason="Fel fil"), BY)
    assert (withdrawn.stream, withdrawn.version) == (f"import-{import_key}", 3)


def test_the_same_command_asked_twice_is_recorded_once(live: LiveRegister) -> None:
    first = live.ask(propose("p1", DAY), BY, command_id="c1")
    again = live.ask(propose("p1", DAY), BY, command_id="c1")
    assert (again.first_gsn, again.last_gsn, again.repeated) == (first.first_gsn, first.last_gsn, True)
    assert live.store.last_gsn() == first.last_gsn


def test_a_command_asked_twice_gets_its_first_answer_from_another_process_too(
    live: LiveRegister, database_url: str
) -> None:
    live.ask(propose("p1", DAY), BY)
    first = live.ask(value("p1", 2), BY, command_id="c1", expected=1)
    live.ask(value("p1", 3), BY)
    other = open_live(database_url)
    again = other.ask(value("p1", 2), BY, command_id="c1", expected=1)
    assert (again.first_gsn, again.repeated) == (first.first_gsn, True)
    other.close()


def test_a_file_taken_in_twice_under_one_command_id_is_recorded_once(live: LiveRegister) -> None:
    command = counts_file(live, TABLE, {JANUARY: 4})
    first = live.ask(command, BY, command_id="c1")
    assert live.ask(command, BY, command_id="c1").first_gsn == first.first_gsn
    with pytest.raises(Refused) as refused:
        live.ask(command, BY, command_id="c2")
    assert refused.value.rule == "already-imported"


def test_a_wish_that_changes_nothing_is_answered_and_stored_under_its_id(live: LiveRegister) -> None:
    command = RememberColumns(source=TABLE, kind="counts", columns={"count": "Antal"})
    live.ask(command, BY)
    first = live.ask(command, BY, command_id="c1")
    live.ask(propose("p1", DAY), BY)
    again = live.ask(command, BY, command_id="c1")
    assert (again.first_gsn, again.last_gsn, again.repeated) == (first.first_gsn, first.last_gsn, True)


def test_another_command_under_a_used_id_is_refused(live: LiveRegister) -> None:
    live.ask(propose("p1", DAY), BY, command_id="c1")
    with pytest.raises(CommandReused):
        live.ask(propose("p2", DAY), BY, command_id="c1")
    with pytest.raises(CommandReused):
        live.ask(propose("p1", DAY), BY.model_copy(update={"account": "kommunpolis"}), command_id="c1")
    assert live.now().find(Problem, "p2") is None


def test_a_refused_command_leaves_nothing_behind_and_its_id_free(live: LiveRegister) -> None:
    before = live.store.last_gsn()
    with pytest.raises(Refused):
        live.ask(value("p1", 3), BY, command_id="c1")
    assert live.store.last_gsn() == before
    live.ask(propose("p1", DAY), BY)
    assert not live.ask(value("p1", 3), BY, command_id="c1").repeated


def test_a_change_on_an_old_version_says_which_version_there_is(live: LiveRegister) -> None:
    live.ask(propose("p1", DAY), BY)
    live.ask(value("p1", 3), BY, expected=1)
    with pytest.raises(Stale, match="problem-p1 is at version 2, not 1"):
        live.ask(value("p1", 4), BY, expected=1)
    live.ask(value("p1", 4), BY, expected=2)


def test_a_file_compared_with_old_figures_is_refused(live: LiveRegister) -> None:
    early = counts_file(live, TABLE, {JANUARY: 4})
    live.ask(counts_file(live, TABLE, {JANUARY: 5}), BY)
    with pytest.raises(Refused) as refused:
        live.ask(early, BY)
    assert refused.value.rule == "source-has-moved"


def test_what_one_process_writes_the_other_decides_on(live: LiveRegister, database_url: str) -> None:
    other = open_live(database_url)
    live.ask(propose("p1", DAY), BY)
    other.ask(value("p1", 3), BY)
    with pytest.raises(Refused) as refused:
        other.ask(propose("p1", DAY), BY)
    assert refused.value.rule == "already-exists"
    assert live.now().find(Problem, "p1") == other.now().find(Problem, "p1")
    other.close()


def test_the_history_is_told_in_order_page_after_page(live: LiveRegister) -> None:
    live.ask(counts_file(live, TABLE, {JANUARY: 4}), BY)
    gsns = [recorded.gsn for recorded in live.history()]
    assert gsns == list(range(1, live.store.last_gsn() + 1))
    assert [recorded.gsn for recorded in live.history(after=3, stop=6)] == [4, 5, 6]


def test_a_history_longer_than_a_page_is_folded_to_its_end(fresh_sqlite: str) -> None:
    live = founded(fresh_sqlite)
    columns = [{"count": f"Antal {n}"} for n in range(2)]
    for n in range(2101):
        live.ask(RememberColumns(source=TABLE, kind="counts", columns=columns[n % 2]), BY)
    other = open_live(fresh_sqlite)
    register = other.now()
    state = register.find(Source, TABLE)
    assert state is not None
    assert (register.position, state.columns) == (live.store.last_gsn(), {"counts": columns[0]})
    assert len(list(other.history())) == register.position
    other.close()
    live.close()


def together(*work: Callable[[], object]) -> None:
    """Do the work in as many threads; what fails in one, fails here."""
    failures = list[BaseException]()

    def guarded(each: Callable[[], object]) -> None:
        try:
            each()
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=guarded, args=(each,)) for each in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(55)
    assert not any(thread.is_alive() for thread in threads)
    assert failures == []


def test_reading_and_asking_from_many_threads_never_wait_for_each_other_in_vain(live: LiveRegister) -> None:
    def ask(name: str) -> None:
        for n in range(10):
            live.ask(Observe(observation=f"{name}-{n}", source=EST, content=report(DAY)), BY)

    def read() -> None:
        for _ in range(10):
            live.read_tables().observations()
            live.now()

    together(*[lambda name=f"w{n}": ask(name) for n in range(8)], *[read] * 40)
    assert len(live.read_tables().observations(limit=1000)) == 80


def test_deciding_while_readers_fold_in_what_another_process_writes_loses_no_decision(
    live: LiveRegister, database_url: str
) -> None:
    """Each accepted version-bound change rests on all before it, whoever folded them in."""
    live.ask(propose("p1", DAY), BY)
    other = open_live(database_url)
    accepted = list[int]()
    done = threading.Event()

    def change(register: LiveRegister, rater: str) -> None:
        for n in range(60):
            seen = register.now().version("problem-p1")
            try:
                answer = register.ask(value("p1", n % 5, rater), BY, expected=seen)
            except Stale:
                continue
            accepted.append(answer.last_gsn)
            [stored] = register.store.read(answer.last_gsn - 1, limit=1)
            assert stored.version == seen + 1

    def read() -> None:
        while not done.is_set():
            live.now()

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    try:
        together(lambda: change(live, "A"), lambda: change(other, "B"))
    finally:
        done.set()
        for reader in readers:
            reader.join()
    assert live.now().version("problem-p1") == 1 + len(accepted)
    assert len(accepted) == len(set(accepted)) >= 60
    other.close()


def test_a_decision_is_taken_again_when_news_came_while_it_was_taken(live: LiveRegister, database_url: str) -> None:
    live.ask(propose("p1", DAY), BY)
    other = open_live(database_url)
    readers = list[threading.Thread]()

    class ValueAfterAll(ValueProblem):
        """Scores by how many raters there were when it looked, and looks for long the first time."""

        def decide(self, known: Known, asked: Asked) -> Sequence[Event]:
            state = known.find(Problem, "p1")
            assert state is not None
            if not readers:
                other.ask(value("p1", 4, "Annan"), BY)
                readers.append(threading.Thread(target=live.now))
                readers[0].start()
                readers[0].join(0.3)  # it folds in the news, or waits until the decision has been taken
            return [Valued(on=DAY, rater=self.rater, scores={"harm": len(state.valuations)})]

    live.ask(ValueAfterAll(problem="p1", on=DAY, rater="Skattare", scores={"harm": 0}), BY)
    readers[0].join()
    state = live.now().find(Problem, "p1")
    assert state is not None
    assert state.valuations == {"Annan": {"common": 4}, "Skattare": {"harm": 1}}
    other.close()


def test_a_register_goes_on_after_its_server_was_restarted() -> None:
    with PostgresServer() as server, server.fresh_database() as url:
        live = founded(url)
        live.ask(propose("p1", DAY), BY)
        server.kill9()
        with pytest.raises(DatabaseUnavailable):
            live.now()
        server.start()
        for score in range(4):
            live.ask(value("p1", score), BY, command_id=f"c{score}")
        assert live.now().version("problem-p1") == 5
        live.close()
