"""Examples in the OpenAPI: what was sent and answered when each operation was carried out on a made-up register.

They stand in examples.json, which tests/proof/api_examples.py writes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

PLACE = Path(__file__).with_name("examples.json")
METHODS = ("get", "post", "put", "patch", "delete")


@cache
def examples() -> Mapping[str, Any]:
    """Of each operation, by its id: parameters by name, request by media type, response by status and media type."""
    found: Mapping[str, Any] = msgspec.json.decode(PLACE.read_bytes()) if PLACE.exists() else {}
    return found


def with_examples(schema: dict[str, Any]) -> dict[str, Any]:
    """The OpenAPI, with them in it."""
    for operation in operations(schema):
        example = examples().get(operation["operationId"], {})
        for parameter in operation.get("parameters", ()):
            if parameter["name"] in example.get("parameters", {}):
                parameter["example"] = example["parameters"][parameter["name"]]
        _add(operation.get("requestBody", {}), example.get("request", {}))
        for status, answers in example.get("response", {}).items():
            _add(operation["responses"][status], answers)
    return schema


def operations(schema: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Every operation that is described."""
    for item in schema["paths"].values():
        yield from (item[method] for method in METHODS if method in item)


def _add(described: Mapping[str, Any], shown: Mapping[str, Any]) -> None:
    for media_type, value in shown.items():
        described["content"][media_type]["example"] = value
