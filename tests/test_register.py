"""The register: live equals replayed, in any order of the streams; every fact can be stored; every rule is tried."""

from __future__ import annotations

import ast
import pickle
import re
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import get_args

import hypothesis
import pytest
from hypothesis import strategies as st

from domain.agreement import Agreement
from domain.core import Asked, Refused, refuse
from domain.problem import Problem
from domain.register import COMMANDS, EVENTS, LIFECYCLES, ROW_TOPICS, STATES, Consulted, Register
from tests.given import FOUNDED, OPEN_MEETING, PRIORITISED, SIGN, TAKE_IN, Scene, but, day, given
from tests.strategies import THOUGHTS, Imagination, Told, histories, history, interleavings

HOUSE = Path(__file__).parent.parent


def replayed(scene: Scene) -> Register:
    register = Register()
    for recorded in scene.history:
        register.apply(recorded)
    return register


# Laws


@hypothesis.given(histories())
def test_the_live_register_is_the_replayed_one(scene: Scene) -> None:
    assert replayed(scene) == scene.register


@hypothesis.given(st.data())
def test_the_order_between_streams_makes_no_difference(data: st.DataObject) -> None:
    scene = data.draw(histories(most=25))
    register = Register()
    for gsn, place in enumerate(data.draw(interleavings(scene)), 1):
        register.apply(replace(scene.history[place], gsn=gsn))
    assert register == scene.register


@hypothesis.given(histories())
def test_every_fact_comes_back_from_its_stored_form(scene: Scene) -> None:
    for recorded in scene.history:
        event = recorded.event
        assert type(event).model_validate_json(event.model_dump_json()) == event
        assert EVENTS[event.TOPIC] is type(event)


@hypothesis.given(histories(), st.integers(0, 60))
def test_the_register_as_of_a_position_is_the_fold_stopped_there(scene: Scene, position: int) -> None:
    stop = min(position, len(scene.history))
    register = Register()
    for recorded in scene.history[:stop]:
        register.apply(recorded)
    assert register.position == stop
    for recorded in scene.history[stop:]:
        register.apply(recorded)
    assert register == scene.register


@hypothesis.given(histories())
def test_rows_change_no_state(scene: Scene) -> None:
    register = Register()
    for recorded in scene.history:
        if recorded.event.TOPIC in ROW_TOPICS:
            register.skip(recorded.gsn, recorded.stream, recorded.version)
        else:
            register.apply(recorded)
    assert register == scene.register


@pytest.fixture(scope="module")
def imagined() -> list[Imagination]:
    return [history(Random(seed).choice, 90) for seed in range(75)]


def test_imagined_histories_are_plausible(imagined: list[Imagination]) -> None:
    """More than 30 % of the commands are accepted, and every command sometimes."""
    happened = {recorded.event.TOPIC for each in imagined for recorded in each.scene.history}
    accepted = sum(told.accepted for each in imagined for told in each.told)
    assert 0.3 < accepted / sum(len(each.told) for each in imagined) < 0.95
    assert EVENTS.keys() - happened == ROW_TOPICS - {"import.counts"}
    assert set(THOUGHTS) == set(COMMANDS)


def test_a_decision_is_pure(imagined: list[Imagination]) -> None:
    """The same register and circumstances give the same facts or the same refusal, and stay as they were."""
    register = imagined[0].scene.register
    before = deepcopy(register)
    for told in imagined[0].told:
        assert _decided(told, register) == _decided(told, register)
    assert register == before


def _decided(told: Told, register: Register) -> object:
    try:
        return list(told.command.facts(register, told.asked))
    except Refused as refused:
        return refused.rule, refused.sv, refused.en


# What a decision looked at


def test_a_decision_remembers_the_streams_and_kinds_it_looked_at() -> None:
    scene = given(*FOUNDED)
    seen = Consulted(scene.register)
    next_one = but(SIGN, agreement="nasta", first_day=day("2023-03-02"), last_day=day("2025-01-01"))
    next_one.facts(seen, Asked(scene.by, scene.today))
    assert seen.versions() == {"agreement-nasta": 0, "agreement-*": 1}
    OPEN_MEETING.facts(seen, Asked(scene.by, scene.today))
    assert seen.versions()["agreement-vasteras-2019"] == 1
    assert seen.versions()["meeting-est-2020-v08"] == 0


def test_a_stream_that_begins_meanwhile_moves_its_kind() -> None:
    scene = given(*FOUNDED)
    seen = Consulted(scene.register)
    assert len(list(seen.every(Problem))) == 0
    before = seen.versions()
    scene.and_given(*PRIORITISED[len(FOUNDED) :])
    assert before == {"problem-*": 0}
    assert seen.versions() == {"problem-*": 3}


def test_a_stream_begins_at_version_zero() -> None:
    scene = given(*FOUNDED, TAKE_IN)
    assert scene.register.version("problem-okand") == 0
    assert scene.register.version("source-polisens-utdrag") == 2
    assert [state.title for state in scene.register.every(Agreement)] == [SIGN.title]


# The words of the register


def test_each_event_command_and_state_has_a_name_of_its_own() -> None:
    events = [event for union, _ in LIFECYCLES.values() for event in (get_args(union) or (union,))]
    assert len(EVENTS) == len(events) == len(set(events))
    assert len(STATES) == len(LIFECYCLES)
    assert all(re.fullmatch(r"[a-z]+\.[a-z_]+", topic) for topic in EVENTS)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", name) for name in COMMANDS)
    assert not any("-" in kind for kind in STATES), "the first dash of a stream's name ends its kind"


def test_every_topic_ever_stored_is_still_known() -> None:
    """A topic is added here when it is first stored, and is never removed."""
    assert set(TOPICS.split()) == EVENTS.keys()


TOPICS = """
action.cancelled action.carried_over action.changed action.committed action.dose_logged action.followed_up
action.not_started action.reported_done action.started action.verified_done
agreement.amended agreement.ended agreement.signed agreement.succeeded
assessment.made
backtest.made
categories.published
division.drawn division.mapped division.published division.revised
effect.estimated
erasure.approved erasure.declined erasure.requested
forecast.issued forecast.scored
import.counts import.file_taken import.incidents import.notices import.reports import.survey import.withdrawn
meeting.attended meeting.closed meeting.decided meeting.decision_followed_up meeting.opened
observation.corrected observation.recorded observation.withdrawn
picture.adjusted picture.joint_defined picture.own_made
plan.adopted plan.carried_over
problem.carried_over problem.causes_analysed problem.closed problem.evidence_added problem.prioritised problem.proposed
problem.reopened problem.set_aside problem.valued
promise.published promise.reported_back
review.adopted review.opened
run.made
sharing.decided
signal.judged signal.raised
source.break_declared source.columns_remembered source.file_delisted source.file_listed source.registered
weighting.frozen weights.imported
"""


def test_a_refusal_survives_being_sent_between_processes() -> None:
    with pytest.raises(Refused) as caught:
        refuse("some-rule", "Det går inte.", "It cannot be done.")
    again = pickle.loads(pickle.dumps(caught.value))
    assert (again.rule, again.sv, again.en, str(again)) == (
        "some-rule",
        "Det går inte.",
        "It cannot be done.",
        "It cannot be done.",
    )


# Every rule is tried

HELPERS = {
    "not_in_future": {"date-in-future"},
    "must_exist": {"not-found"},
    "must_be_new": {"already-exists"},
    "in_force": {"agreement-ended", "outside-period"},
    "closing": {"outside-period"},
    "done_by_the_end": {"outside-period"},
    "require_district": {"unknown-district"},
    "require_category": {"unknown-category"},
    "check_evidence": {"evidence-withdrawn"},
}


def rules_of(path: Path) -> set[str]:
    """The rules by which a file of the domain refuses, itself or through what it calls."""
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    named = [(call.func.id, call.args) for call in calls if isinstance(call.func, ast.Name)]
    own = {args[0].value for name, args in named if name == "refuse" and isinstance(args[0], ast.Constant)}
    return {str(rule) for rule in own} | {rule for name, _ in named for rule in HELPERS.get(name, ())}


def rules_tried(path: Path) -> set[str]:
    """The rules that a file of tests expects to be refused by."""
    return set(re.findall(r'then_refused\("([a-z-]+)"\)', path.read_text()))


CONCEPTS = [path.stem for path in sorted((HOUSE / "domain").glob("*.py")) if path.stem not in ("__init__", "core")]


@pytest.mark.parametrize("concept", CONCEPTS)
def test_every_rule_is_tried_in_the_tests_of_its_concept(concept: str) -> None:
    tried = rules_tried(HOUSE / "tests" / f"test_{concept}.py")
    assert rules_of(HOUSE / "domain" / f"{concept}.py") - tried == set()


def test_no_test_expects_a_rule_that_is_not_there() -> None:
    there = {rule for path in (HOUSE / "domain").glob("*.py") for rule in rules_of(path)}
    tried = {rule for path in (HOUSE / "tests").glob("test_*.py") for rule in rules_tried(path)}
    assert tried <= there


def test_every_refusal_names_its_rule_in_place() -> None:
    """`refuse(...)` is given a literal, so that the rules can be listed."""
    for path in (HOUSE / "domain").glob("*.py"):
        calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
        refusals = [c for c in calls if isinstance(c.func, ast.Name) and c.func.id == "refuse"]
        assert all(isinstance(c.args[0], ast.Constant) and len(c.args) == 3 for c in refusals), path.name
