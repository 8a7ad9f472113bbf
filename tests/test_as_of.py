"""As it stood: the register and the tables at any gsn, and on any day, are what they were when that was now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest

from domain.core import Recorded, Refused
from domain.register import Register
from service.register import HERE, LiveRegister, end_of
from tests.plausible import (
    BY,
    PlainRows,
    SetClock,
    Writer,
    founded,
    open_live,
    plain_rows,
    propose,
    standing_rows,
)

COMMANDS = 400
SAMPLES = 200


@dataclass
class Witness:
    """Writes down, at each gsn while it is the latest, what the register and the tables say."""

    live: LiveRegister
    register: Register = field(default_factory=Register)
    plain: PlainRows = field(default_factory=PlainRows)
    states: dict[int, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    rows: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    moments: dict[int, datetime] = field(default_factory=dict)

    def look(self) -> None:
        """Step through what is new, one event at a time; at the end the live register must agree."""
        for recorded in self.live.store.read(self.register.position, limit=10**6):
            assert isinstance(recorded, Recorded)
            self.register.apply(recorded)
            self.plain.apply(recorded)
            self.states[recorded.gsn] = copied(self.register)
            self.rows[recorded.gsn] = plain_rows(self.plain)
            self.moments[recorded.gsn] = recorded.recorded_at
        live = self.live.now()
        assert (copied(live), live.versions) == (copied(self.register), self.register.versions)
        assert standing_rows(self.live.read_tables()) == plain_rows(self.plain)


def copied(register: Register) -> Mapping[str, Mapping[str, Any]]:
    return {kind: dict(states) for kind, states in register.states.items()}


def witnessed(live: LiveRegister, clock: SetClock, random: Random, commands: int) -> Witness:
    """A random history over some months, with what was seen at each step."""
    witness, writer = Witness(live), Writer(live, random)
    witness.look()
    for _ in range(commands):
        clock.advance(timedelta(minutes=random.randrange(-5, 600)))
        try:
            live.ask(writer.next(), BY)
        except Refused:
            continue
        witness.look()
    return witness


@pytest.fixture
def clock() -> SetClock:
    return SetClock(datetime(2026, 3, 20, 8, tzinfo=UTC))


@pytest.fixture
def live(database_url: str, clock: SetClock) -> Iterator[LiveRegister]:
    opened = founded(database_url, clock)
    yield opened
    opened.close()


def test_the_record_at_a_gsn_is_what_it_was_when_that_gsn_was_the_latest(
    live: LiveRegister, clock: SetClock, database_url: str
) -> None:
    random = Random(20260320)
    witness = witnessed(live, clock, random, COMMANDS)
    assert len(witness.states) == live.store.last_gsn() > COMMANDS
    fresh = open_live(database_url)
    tables = fresh.read_tables()
    for gsn in random.sample(sorted(witness.states), SAMPLES):
        then = fresh.as_of(gsn)
        assert (then.position, copied(then)) == (gsn, witness.states[gsn])
        assert standing_rows(tables, gsn) == witness.rows[gsn]
    fresh.close()


def test_the_record_on_a_day_is_what_it_was_at_the_end_of_that_day(live: LiveRegister, clock: SetClock) -> None:
    witness = witnessed(live, clock, Random(20260321), 120)
    first, last = (witness.moments[gsn].astimezone(HERE).date() for gsn in (1, live.store.last_gsn()))
    for n in range((last - first).days + 2):
        day = first + timedelta(days=n)
        gsn = max(gsn for gsn, moment in witness.moments.items() if moment.astimezone(HERE).date() <= day)
        assert live.gsn_on(day) == gsn
        assert copied(live.as_of(live.gsn_on(day))) == witness.states[gsn]
    assert live.gsn_on(first - timedelta(days=1)) == 0
    assert copied(live.as_of(0)) == copied(Register())


def at_gsns(live: LiveRegister, clock: SetClock, moments: Mapping[str, datetime]) -> dict[str, int]:
    """Propose a problem at each moment; its gsn."""
    found = {}
    for name, moment in moments.items():
        clock.moment = moment
        found[name] = live.ask(propose(name, live.today()), BY).last_gsn
    return found


@pytest.mark.parametrize(
    ("day", "hours", "midnight"),
    [
        (date(2026, 1, 15), 24, "2026-01-15T23:00"),  # winter time: an hour before midnight UTC
        (date(2026, 7, 15), 24, "2026-07-15T22:00"),  # summer time: two hours
        (date(2026, 3, 29), 23, "2026-03-29T22:00"),  # the clocks go forward
        (date(2026, 10, 25), 25, "2026-10-25T23:00"),  # the clocks go back
        (date(2026, 12, 31), 24, "2026-12-31T23:00"),
    ],
)
def test_a_day_ends_at_midnight_in_stockholm(fresh_sqlite: str, day: date, hours: int, midnight: str) -> None:
    ends = datetime.fromisoformat(midnight).replace(tzinfo=UTC)
    clock = SetClock(ends - timedelta(days=3))
    live = founded(fresh_sqlite, clock)
    tick = timedelta(microseconds=1)
    gsns = at_gsns(
        live,
        clock,
        {
            "eve": ends - timedelta(hours=hours) - tick,
            "start": ends - timedelta(hours=hours),
            "end": ends - tick,
            "next": ends,
        },
    )
    assert end_of(day) == ends - tick
    assert live.gsn_on(day - timedelta(days=1)) == gsns["eve"]
    assert live.gsn_on(day) == gsns["end"]
    assert live.gsn_on(day + timedelta(days=1)) == gsns["next"]
    live.close()


def test_the_day_of_a_command_is_the_day_in_stockholm(fresh_sqlite: str) -> None:
    clock = SetClock(datetime(2026, 6, 30, 21, 59, tzinfo=UTC))
    live = founded(fresh_sqlite, clock)
    assert live.today() == date(2026, 6, 30)
    with pytest.raises(Refused, match="2026-06-30 at the latest"):
        live.ask(propose("p1", date(2026, 7, 1)), BY)
    clock.advance(timedelta(minutes=1))
    assert live.today() == date(2026, 7, 1)
    live.ask(propose("p1", date(2026, 7, 1)), BY)
    live.close()


def test_a_clock_that_was_set_back_leaves_the_days_in_the_order_of_the_record(fresh_sqlite: str) -> None:
    clock = SetClock(datetime(2026, 5, 10, 12, tzinfo=UTC))
    live = founded(fresh_sqlite, clock)
    gsns = at_gsns(
        live,
        clock,
        {"ahead": datetime(2026, 5, 12, 12, tzinfo=UTC), "back": datetime(2026, 5, 11, 12, tzinfo=UTC)},
    )
    assert live.gsn_on(date(2026, 5, 11)) == gsns["ahead"] - 1
    assert live.gsn_on(date(2026, 5, 12)) == gsns["back"]
    live.close()
