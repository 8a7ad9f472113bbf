"""Whatever a client sends that fits the description, or almost fits it, gets an answer that the description names."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import SkipTest

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import CHECKS
from schemathesis.specs.openapi import checks

from adapters.accounts import Grade, KeptAccount
from adapters.tokens import SCOPES
from domain.agreement import Sign
from domain.problem import Propose
from service.access import rule_of
from service.api.app import create_app
from service.gate import open_keepers
from service.settings import Settings
from tests.registers import BY, furnished
from tests.test_api import PROPOSE, SIGN

HOST = {"Host": "127.0.0.1"}
GRADES: tuple[Grade, ...] = ("coordinator", "administrator", "police")
"""Who asks: the first of them that may."""
EXAMPLES = int(os.environ.get("SAMVERKAN_EXAMPLES", "4"))


@pytest.fixture(scope="module")
def description(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    path: Path = tmp_path_factory.mktemp("api") / "register.db"
    with furnished(f"sqlite:///{path}") as live:
        live.ask(Sign.model_validate_json(json.dumps(SIGN)), BY)
        live.ask(Propose.model_validate_json(json.dumps(PROPOSE)), BY)
        keepers = open_keepers(live)
        tokens = {}
        for grade in GRADES:
            party = ("LPO Västerås", "police") if grade == "police" else ("Västerås stad", "municipality")
            keepers.accounts.add(KeptAccount(grade, "", f"{grade}@example.se", grade, "roll", *party))  # type: ignore[arg-type]  # a tuple of literals is one of strings to the type checker
            tokens[grade] = keepers.tokens.make(grade, "prov", SCOPES, live.clock(), timedelta(days=1))
        limits = {"requests_a_minute": 10**6, "wrong_sign_ins_a_minute": 10**6}
        app = create_app(live, Settings(database=f"sqlite:///{path}", environment="production", **limits))
        yield schemathesis.openapi.from_asgi("/api/v1/openapi.json", app, headers=HOST), tokens


CHECKED = [
    CHECKS.get_one("not_a_server_error"),
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]


WITHOUT_LIMITS = settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
    database=None,
    derandomize="SAMVERKAN_EXAMPLES" not in os.environ,
)


ASKED_ELSEWHERE = ("POST /api/v1/assessments", "GET /api/v1/events/stream")
"""Each of the one would start a process (tests/test_api.py asks for one); the other does not end (test_events.py)."""


def test_no_answer_is_a_server_error_or_undocumented(description: Any) -> None:
    described, tokens = description
    operations = [found.ok() for found in described.get_all_operations()]
    assert len(operations) > 70
    for operation in operations:
        if operation.label not in ASKED_ELSEWHERE:
            for mode in schemathesis.GenerationMode:
                answers_as_described(operation, mode, headers_for(operation, tokens))


def headers_for(operation: Any, tokens: Mapping[Grade, str]) -> dict[str, str]:
    """With the token of somebody who may: a refusal at the gate would say nothing of what lies behind it."""
    if not operation.path.startswith("/api/"):
        return HOST
    rule = rule_of(operation.definition.raw["operationId"])
    assert rule is not None, operation.label
    return {**HOST, "Authorization": f"Bearer {next(tokens[grade] for grade in GRADES if grade in rule.grades)}"}


def answers_as_described(operation: Any, mode: schemathesis.GenerationMode, headers: dict[str, str]) -> None:
    @WITHOUT_LIMITS
    @given(operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        case.call_and_validate(checks=CHECKED, headers=headers)

    with suppress(Unsatisfiable, SkipTest):  # an operation without parameters has no wrong ones
        ask()
