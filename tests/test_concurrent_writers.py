"""Several writers change one problem at once: one wins each round, the others hear of it, look again and succeed."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from multiprocessing.connection import Connection
from threading import Barrier

import pytest

from adapters.event_store import Conflict
from domain.core import Recorded
from domain.problem import Valued, ValueProblem
from service.register import LiveRegister, Stale
from tests.plausible import BY, founded, open_live, propose

DAY = date(2026, 3, 28)
PROBLEM, STREAM = "p1", "problem-p1"
ROUNDS = {2: 40, 16: 8}
FOUNDED = 1  # the version that the proposal leaves


@dataclass(frozen=True)
class Turn:
    """How a writer fared in a round: whether its first try was accepted, and on which try it was in the end."""

    won: bool
    tries: int


def take_turn(live: LiveRegister, rater: str, expected: int) -> Turn:
    """Change the problem on the version that everybody saw; when somebody was faster, look again and try again."""
    tries = 0
    while True:
        tries += 1
        command = ValueProblem(problem=PROBLEM, on=DAY, rater=rater, scores={"common": tries % 5})
        try:
            live.ask(command, BY, command_id=f"{rater}-{expected}-{tries}", expected=expected)
        except (Stale, Conflict):
            expected = live.now().version(STREAM)
        else:
            return Turn(tries == 1, tries)


def in_threads(url: str, writers: int, rounds: int, *, share: bool) -> Sequence[Sequence[Turn]]:
    """share: all threads use one live register; otherwise each opens its own."""
    shared = open_live(url)
    barrier = Barrier(writers)

    def work(number: int) -> list[Turn]:
        live = shared if share else open_live(url)
        turns = []
        for turn in range(rounds):
            barrier.wait(60)  # all begin from the version that the round before has left
            turns.append(take_turn(live, f"Skattare {number}", FOUNDED + turn * writers))
        if not share:
            live.close()
        return turns

    with ThreadPoolExecutor(writers) as pool:
        found = list(pool.map(work, range(writers)))
    shared.close()
    return found


def process(url: str, number: int, writers: int, rounds: int, barrier: Barrier, answer: Connection) -> None:
    """A writer in a process of its own."""
    live = open_live(url)
    turns = []
    for turn in range(rounds):
        barrier.wait(60)
        turns.append(take_turn(live, f"Skattare {number}", FOUNDED + turn * writers))
    answer.send(turns)
    live.close()


def in_processes(url: str, writers: int, rounds: int) -> Sequence[Sequence[Turn]]:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.test_concurrent_writers", "adapters.event_store.postgres"])
    barrier = context.Barrier(writers)
    pipes = [context.Pipe(duplex=False) for _ in range(writers)]
    started = [
        context.Process(target=process, args=(url, number, writers, rounds, barrier, send))
        for number, (_, send) in enumerate(pipes)
    ]
    for one in started:
        one.start()
    for _, send in pipes:
        send.close()
    found = [receive.recv() for receive, _ in pipes]
    for one in started:
        one.join(60)
    for receive, _ in pipes:
        receive.close()
    assert [one.exitcode for one in started] == [0] * writers
    return found


def in_own_threads(url: str, writers: int, rounds: int) -> Sequence[Sequence[Turn]]:
    return in_threads(url, writers, rounds, share=False)


def in_sharing_threads(url: str, writers: int, rounds: int) -> Sequence[Sequence[Turn]]:
    return in_threads(url, writers, rounds, share=True)


@pytest.mark.parametrize("writers", [2, 16])
@pytest.mark.parametrize("manner", [in_processes, in_own_threads, in_sharing_threads])
def test_of_all_who_change_the_version_that_they_saw_exactly_one_is_first_and_none_is_lost(
    database_url: str, manner: Callable[[str, int, int], Sequence[Sequence[Turn]]], writers: int
) -> None:
    live = founded(database_url)
    live.ask(propose(PROBLEM, DAY), BY)
    before = live.store.last_gsn()
    rounds = ROUNDS[writers]
    turns = manner(database_url, writers, rounds)
    for each in zip(*turns, strict=True):
        assert sum(turn.won for turn in each) == 1
    accepted = writers * rounds
    assert sum(len(each) for each in turns) == accepted
    assert live.store.last_gsn() - before == accepted
    assert live.now().version(STREAM) == FOUNDED + accepted
    stored = [recorded for recorded in live.store.read(before, limit=10_000) if isinstance(recorded, Recorded)]
    assert [recorded.gsn for recorded in stored] == list(range(before + 1, before + accepted + 1))
    raters = [recorded.event.rater for recorded in stored if isinstance(recorded.event, Valued)]
    assert {rater: raters.count(rater) for rater in raters} == {f"Skattare {n}": rounds for n in range(writers)}
    live.close()


@pytest.mark.parametrize("writers", [2, 16])
def test_writers_of_different_problems_are_all_accepted_at_the_first_try(database_url: str, writers: int) -> None:
    live = founded(database_url)
    before = live.store.last_gsn()

    def write(number: int) -> None:
        own = open_live(database_url)
        for n in range(10):
            own.ask(propose(f"w{number}-{n}", DAY), BY, expected=0)
        own.close()

    with ThreadPoolExecutor(writers) as pool:
        list(pool.map(write, range(writers)))
    assert live.store.last_gsn() - before == 10 * writers
    assert len(live.now().states["problem"]) == 10 * writers
    live.close()


@pytest.mark.parametrize("writers", [8])
def test_a_new_database_may_be_opened_by_many_at_once(database_url: str, writers: int) -> None:
    barrier = Barrier(writers)

    def found(number: int) -> int:
        barrier.wait(60)
        live = founded(database_url)
        position = live.ask(propose(f"w{number}", DAY), BY).last_gsn
        live.close()
        return position

    with ThreadPoolExecutor(writers) as pool:
        positions = list(pool.map(found, range(writers)))
    live = open_live(database_url)
    assert live.store.last_gsn() == max(positions) == 6 + writers
    live.close()
