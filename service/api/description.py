"""The OpenAPI as it is given out: what the framework makes of the handlers, mended, and with examples."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Litestar
from litestar.serialization import default_serializer, encode_json
from pydantic import BaseModel

from service.api.examples import with_examples


def described(app: Litestar) -> dict[str, Any]:
    """The description as plain JSON."""
    made = encode_json(app.openapi_schema.to_schema(), serializer=_plain)
    return with_examples(_mended(msgspec.json.decode(made)))


def _plain(value: Any) -> Any:
    return value.model_dump(mode="json") if isinstance(value, BaseModel) else default_serializer(value)


def _mended(value: Any) -> Any:
    """A union of types fits one or more of them (the framework says exactly one, and a whole number is a number too);
    and where it takes the dots of tuple[X, ...] for a type that everything fits, X alone is left."""
    if isinstance(value, list):
        return [_mended(each) for each in value]
    if not isinstance(value, dict):
        return value
    kept = {name: _mended(each) for name, each in value.items() if name != "oneOf"}
    fitting = [_mended(each) for each in value.get("oneOf", ()) if each]
    if len(fitting) > 1:
        return kept | {"anyOf": fitting}
    return kept | fitting[0] if fitting else kept
