"""The examples in the OpenAPI: every operation has them, they fit, they are what the operations answer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema_rs
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from service.api.app import create_app
from service.api.description import described
from service.api.examples import PLACE, operations
from service.personal_data import find
from service.settings import Settings
from tests.proof.api_examples import examples, written
from tests.registers import furnished


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Litestar]:
    url = f"sqlite:///{tmp_path_factory.mktemp('examples')}/register.db"
    with furnished(url) as live:
        yield create_app(live, Settings(database=url))


@pytest.fixture(scope="module")
def description(app: Litestar) -> Mapping[str, Any]:
    return described(app)


def contents(operation: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Where, and the content: of the body in each media type that is sent, of each success."""
    yield from operation.get("requestBody", {}).get("content", {}).items()
    for status, response in operation["responses"].items():
        if status.startswith("2"):
            yield from (
                (f"{status} {media_type}", content) for media_type, content in response.get("content", {}).items()
            )


def needs_telling(parameter: Mapping[str, Any]) -> bool:
    """Whether its schema does not say already what it can be: one of some words, a truth, a number."""
    schema = parameter["schema"]
    return bool(parameter.get("required")) or not ("enum" in schema or schema.get("type") in ("boolean", "integer"))


def test_every_operation_has_examples_of_what_is_sent_and_answered(description: Mapping[str, Any]) -> None:
    without = []
    for operation in operations(description):
        name = operation["operationId"]
        told = [p for p in operation.get("parameters", ()) if needs_telling(p)]
        without += [(name, p["name"]) for p in told if "example" not in p]
        body = operation.get("requestBody", {}).get("content", {})
        if body and not any("example" in content for content in body.values()):
            without.append((name, "body"))
        answers = [(where, content) for where, content in contents(operation) if where[:1] == "2"]
        without += [(name, where) for where, content in answers if "example" not in content]
    assert without == []
    assert len(list(operations(description))) > 150


def test_every_example_fits_its_schema(description: Mapping[str, Any]) -> None:
    wrong = []
    for operation in operations(description):
        shown = [(p["name"], p) for p in operation.get("parameters", ())] + list(contents(operation))
        for where, described_there in shown:
            if "example" in described_there:
                schema = {**described_there["schema"], "components": description["components"]}
                validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
                faults = validator.iter_errors(described_there["example"])
                wrong += [(operation["operationId"], where, fault.message[:200]) for fault in faults]
    assert wrong == []


def test_the_examples_speak_of_nobody_and_of_made_up_places_on_the_network() -> None:
    texts = list(strings(json.loads(PLACE.read_text())))
    hosts = {host for text in texts for host in re.findall(r"(?:https?://|@)([\w.-]+)", text)}
    assert hosts <= {"samverkan.example.se", "mottagare.example.se", "example.se", "www.w3.org"}
    suspect = {text for text in texts if len(text) < 5000 and find(text)} - {"samordnare@example.se"}
    assert suspect == set()


def strings(value: Any) -> Iterator[str]:
    """Every text that is shown, keys and numbers of the register left out."""
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from strings(each)
    elif isinstance(value, str) and not re.fullmatch(r"[a-z0-9][a-z0-9._:+-]*", value):
        yield value


def test_the_examples_are_what_the_operations_answer_today() -> None:
    assert written(examples()) == PLACE.read_text(), "run python -m tests.proof.api_examples, and read the difference"


def test_the_description_is_the_same_every_time(app: Litestar, description: Mapping[str, Any]) -> None:
    assert json.dumps(described(app)) == json.dumps(description)


def test_the_documentation_page_shows_them(app: Litestar) -> None:
    with TestClient(app, base_url="http://127.0.0.1:8000") as client:
        page = client.get("/api/docs").text
    assert "<pre>" in page
    assert "Två unga rånades på sina telefoner." in page
    assert "such as <code>2020-11-18</code>" in page
    assert "<script" not in page
