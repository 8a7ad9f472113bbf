"""`make client`: the Python client in docs/client, from the OpenAPI of the application as it is."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from adapters.event_store import open_store
from adapters.tables import Tables
from service.api.app import create_app
from service.api.description import described
from service.api.examples import METHODS
from service.register import LiveRegister
from service.settings import Settings

FOLDER = Path(__file__).parents[1] / "docs" / "client"
PLACE, BASIS = FOLDER / "samverkan_client.py", Path(__file__).with_name("samverkan_client.py.in")
TYPES, OPERATIONS = "# Types of the API stand here\n", "    # Operations of the API stand here\n"
FILES = ("text/csv", "application/pdf", "application/vnd.", "application/octet-stream")
SIMPLE = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
Schema = Mapping[str, Any]


def main() -> None:
    """Write the client anew."""
    PLACE.write_text(client(description()))


def description() -> dict[str, Any]:
    """The OpenAPI of an empty register."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/register.db"
        store = open_store(url)
        try:
            return described(create_app(LiveRegister(store, Tables(store)), Settings(database=url)))
        finally:
            store.close()


def client(api: Schema) -> str:
    """The client as a Python file."""
    methods = [(path, m, item[m]) for path, item in api["paths"].items() for m in METHODS if m in item]
    schemas = api["components"]["schemas"] | dict(row for _, _, described in methods for row in rows(described))
    types = "\n\n".join(typed(name, schema) for name, schema in sorted(schemas.items()))
    operations = "\n".join(text for each in methods for text in operation(*each))
    written = BASIS.read_text().replace(TYPES, types + "\n").replace(OPERATIONS, operations + "\n")
    return formatted(written)


def formatted(text: str) -> str:
    """As ruff would have it."""
    command = [str(Path(sys.executable).with_name("ruff")), "format", "--stdin-filename", str(PLACE), "-"]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout


# Types


def class_name(name: str) -> str:
    """Page_domain.problem.Problem_ as PageOfProblem; domain_problem_Place as DomainProblemPlace."""
    if generic := re.fullmatch(r"(\w+?)_[\w.]*?(\w+)_", name):
        return f"{generic[1]}Of{generic[2]}"
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def rows(described: Schema) -> Iterator[tuple[str, Schema]]:
    """The rows of a table that an operation answers with, under a name of their own, as which they are then known."""
    for response in described["responses"].values():
        schema = response.get("content", {}).get("application/json", {}).get("schema", {})
        if "properties" in schema.get("items", {}):
            name = "".join(part.title() for part in snake(described["operationId"]).split("_")) + "Row"
            yield name, schema["items"]
            schema["items"] = {"$ref": f"#/components/schemas/{name}"}


def typed(name: str, schema: Schema) -> str:
    """A TypedDict. Fields that may be left out are NotRequired."""
    required = schema.get("required", ())
    fields = {each: type_of(of, each in required) for each, of in schema.get("properties", {}).items()}
    lines = "".join(f"    {each}: {of}\n" for each, of in fields.items()) or "    pass\n"
    return f"class {class_name(name)}(TypedDict):\n{lines}"


def type_of(schema: Schema, required: bool = True) -> str:
    """A schema as a type."""
    return _type(schema) if required else f"NotRequired[{_type(schema)}]"


def _type(schema: Schema) -> str:
    if "$ref" in schema:
        return class_name(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        return _union(_type(each) for each in schema["anyOf"])
    if "enum" in schema:
        return f"Literal[{', '.join(map(repr, schema['enum']))}]"
    if "const" in schema:
        return f"Literal[{schema['const']!r}]"
    if isinstance(schema.get("type"), list):
        return _union(SIMPLE[each] for each in schema["type"])
    return _of_kind(schema)


def _of_kind(schema: Schema) -> str:
    match schema.get("type"):
        case "array" if "prefixItems" in schema:
            return f"list[{_union(map(_type, schema['prefixItems']))}]"
        case "array":
            return f"list[{_type(schema.get('items', {}))}]"
        case "object":
            return f"dict[str, {_type(schema.get('additionalProperties') or {})}]"
        case str(simple):
            return SIMPLE[simple]
    return "Any"


def _union(members: Iterator[str] | map[str]) -> str:
    found = list(dict.fromkeys(members))
    return "Any" if "Any" in found else " | ".join(found)


# Operations


def snake(name: str) -> str:
    """An operation's id as a name of Python."""
    return name.replace("-", "_").lower()


def operation(path: str, method: str, described: Schema) -> Iterator[str]:
    """The method of an operation; a table that also comes as a file has a second one for that."""
    status = next(each for each in described["responses"] if each.startswith("2"))
    contents = described["responses"][status].get("content", {})
    kinds = list(contents) or [""]
    name = snake(described["operationId"])
    asked = [p for p in described.get("parameters", ()) if p["name"] != "format" or len(kinds) == 1]
    body = described.get("requestBody", {}).get("content", {})
    yield method_text(name, method, path, described["summary"], asked, body, kinds[0], contents.get(kinds[0], {}))
    if len(kinds) > 1:
        form = {"name": "format", "in": "query", "required": True, "schema": {"enum": ["csv", "parquet"]}}
        summary = f"{described['summary']} As a file."
        yield method_text(f"{name}_file", method, path, summary, [*asked, form], body, kinds[1], {})


def method_text(
    name: str, method: str, path: str, summary: str, asked: list[Schema], body: Schema, kind: str, content: Schema
) -> str:
    """The method as text."""
    places = {where: [p for p in asked if p["in"] == where] for where in ("path", "query", "header")}
    takes, body_given = _body(body)
    positional = [f"{snake(p['name'])}: {_type(p['schema'])}" for p in places["path"]] + takes
    named = [_named(p) for p in sorted(places["query"] + places["header"], key=lambda p: not p.get("required"))]
    arguments = ", ".join(["self", *positional, *(["*", *named] if named else [])])
    address = "f" + repr(re.sub(r"\{(\w+)\}", r"{_written(\1)}", path)) if places["path"] else repr(path)
    given = [repr(method.upper()), address]
    given += [f"query={_pairs(places['query'])}"] if places["query"] else []
    given += [f"headers={_pairs(places['header'])}"] if places["header"] else []
    answer, statement = _answer(kind, content, ", ".join(given + body_given))
    return f'    def {name}({arguments}) -> {answer}:\n        """{summary}"""\n        {statement}\n'


def _body(body: Schema) -> tuple[list[str], list[str]]:
    """What a method takes for the body, and what it passes on."""
    if not body:
        return [], []
    if list(body) == ["application/json"]:
        return [f"body: {_type(body['application/json']['schema'])}"], ["body=body"]
    first = next(iter(body))
    return ["content: bytes", f"media_type: str = {first!r}"], ["content=content", "media_type=media_type"]


def _named(parameter: Schema) -> str:
    kind = _type(parameter["schema"])
    if parameter.get("required"):
        return f"{snake(parameter['name'])}: {kind}"
    return f"{snake(parameter['name'])}: {kind if 'None' in kind else f'{kind} | None'} = None"


def _pairs(parameters: list[Schema]) -> str:
    return "{" + ", ".join(f"{p['name']!r}: {snake(p['name'])}" for p in parameters) + "}"


def _answer(kind: str, content: Schema, asked: str) -> tuple[str, str]:
    """The type of the answer, and the statement that gives it."""
    match kind:
        case "":
            return "None", f"self._send({asked})"
        case "text/event-stream":
            return "Iterator[CloudEvent]", f"return self._stream({asked})"
        case "application/x-ndjson":
            return "Iterator[dict[str, Any]]", f"return self._lines({asked})"
        case "text/plain":
            return "str", f"return self._send({asked}).text"
        case _ if kind.startswith(FILES):
            return "bytes", f"return self._send({asked}).content"
    answer = _type(content["schema"])
    return answer, f"return cast({answer!r}, self._send({asked}).json())"


if __name__ == "__main__":
    main()
