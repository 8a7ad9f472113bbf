"""Every shape an event was ever stored in can still be read. Lines are added to stored_events.jsonl, never removed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from domain.core import Event
from domain.register import EVENTS, LIFECYCLES, Evolve

STORED = (Path(__file__).parent / "stored_events.jsonl").read_text(encoding="utf-8").splitlines()
LINES: list[dict[str, Any]] = [json.loads(line) for line in STORED]
EVOLVE: dict[str, tuple[str, Evolve]] = {
    event.TOPIC: (state.KIND, evolve)
    for state, (union, evolve) in LIFECYCLES.items()
    for event in EVENTS.values()
    if event in getattr(union, "__args__", (union,))
}


def read(line: dict[str, Any]) -> Event:
    return EVENTS[line["topic"]].model_validate_json(json.dumps(line["event"]))


def test_every_topic_has_a_stored_line() -> None:
    assert {line["topic"] for line in LINES} == EVENTS.keys()


def test_no_line_stands_twice() -> None:
    assert len(set(STORED)) == len(STORED)


@pytest.mark.parametrize("line", LINES, ids=[f"{n}-{line['topic']}" for n, line in enumerate(LINES, 1)])
def test_a_stored_line_can_be_read_and_stored_again(line: dict[str, Any]) -> None:
    event = read(line)
    assert type(event).model_validate_json(event.model_dump_json()) == event


def test_what_was_stored_makes_a_history() -> None:
    """The lines stand in the order of their lifecycles: folded from the first, each finds the state that it changes."""
    states: dict[str, Any] = {}
    for line in LINES:
        kind, evolve = EVOLVE[line["topic"]]
        states[kind] = evolve(states.get(kind), read(line))
        assert states[kind] is not None
    assert states.keys() == {state.KIND for state in LIFECYCLES}
