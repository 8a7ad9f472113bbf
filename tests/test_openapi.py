"""Whatever a client sends that fits the description, or almost fits it, gets an answer that the description names."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from unittest import SkipTest

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import CHECKS
from schemathesis.specs.openapi import checks

from domain.agreement import Sign
from domain.problem import Propose
from service.api.app import create_app
from service.settings import Settings
from tests.registers import BY, furnished
from tests.test_api import PROPOSE, SIGN

HOST = {"Host": "127.0.0.1"}
EXAMPLES = int(os.environ.get("SAMVERKAN_EXAMPLES", "4"))


@pytest.fixture(scope="module")
def description(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    path: Path = tmp_path_factory.mktemp("api") / "register.db"
    with furnished(f"sqlite:///{path}") as live:
        live.ask(Sign.model_validate_json(json.dumps(SIGN)), BY)
        live.ask(Propose.model_validate_json(json.dumps(PROPOSE)), BY)
        app = create_app(live, Settings(database=f"sqlite:///{path}"))
        yield schemathesis.openapi.from_asgi("/api/v1/openapi.json", app, headers=HOST)


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


def test_no_answer_is_a_server_error_or_undocumented(description: Any) -> None:
    operations = [found.ok() for found in description.get_all_operations()]
    assert len(operations) > 70
    for operation in operations:
        if operation.label != "POST /api/v1/assessments":  # each would start a process; tests/test_api.py asks for one
            for mode in schemathesis.GenerationMode:
                answers_as_described(operation, mode)


def answers_as_described(operation: Any, mode: schemathesis.GenerationMode) -> None:
    @WITHOUT_LIMITS
    @given(operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        case.call_and_validate(checks=CHECKED, headers=HOST)

    with suppress(Unsatisfiable, SkipTest):  # an operation without parameters has no wrong ones
        ask()
