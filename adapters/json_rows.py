"""JSON as rows: an object a line, or an array of objects; nested ones become columns like `location.name`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from adapters.contents import BadFile, Content, too_large

LARGEST_ARRAY = 256 * 1024**2


def json_header(content: Content, *, array: bool) -> tuple[str, ...]:
    """All keys of all objects, in the order in which they first appear."""
    names: dict[str, None] = {}
    for _, found in _objects(content, array=array):
        if not found.keys() <= names.keys():
            names.update(dict.fromkeys(found))
    if len(names) < 2:
        raise BadFile(
            f"Filen {content.name} har inga JSON-objekt med flera fält. Kontrollera filen.",
            f"The file {content.name} has no JSON objects with several fields. Check the file.",
        )
    return tuple(names)


def json_rows(content: Content, header: tuple[str, ...], *, array: bool) -> Iterator[tuple[int, list[str]]]:
    """The line's number (in an array the object's, from 1) and its cells in the header's order."""
    for number, found in _objects(content, array=array):
        get = found.get
        yield number, [_as_text(get(name)) for name in header]


def _objects(content: Content, *, array: bool) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for number, value in _array(content) if array else _lines(content):
        if not isinstance(value, dict):
            raise _not_object(content.name, number)
        yield number, _flat(value)


def _lines(content: Content) -> Iterator[tuple[int, Any]]:
    with content.text() as text:
        for number, line in enumerate(text, 1):
            if line.strip():
                try:
                    yield number, json.loads(line)
                except (ValueError, RecursionError):
                    raise _not_object(content.name, number) from None


def _array(content: Content) -> Iterator[tuple[int, Any]]:
    if content.size > LARGEST_ARRAY:  # an array is held in memory as a whole; lines are not
        raise too_large(content.name, LARGEST_ARRAY)
    with content.text() as text:
        try:
            yield from enumerate(json.load(text), 1)
        except (ValueError, RecursionError) as wrong:
            raise _not_object(content.name, getattr(wrong, "lineno", 1)) from None


def _flat(value: dict[str, Any]) -> Mapping[str, Any]:
    if dict not in map(type, value.values()):
        return value
    flat: dict[str, Any] = {}
    for name, inner in value.items():
        if isinstance(inner, dict):
            flat.update({f"{name}.{deeper}": one for deeper, one in inner.items()})
        else:
            flat[name] = inner
    return flat


def _as_text(value: Any) -> str:
    if isinstance(value, str):  # JSON can spell half a character (a lone surrogate), which no database stores
        return value if value.isascii() else value.encode("utf-8", "replace").decode()
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return json.dumps(value, ensure_ascii=False)


def _not_object(name: str, line: int) -> BadFile:
    return BadFile(
        f"Filen {name}, rad {line}: här står inget helt JSON-objekt. "
        "Skriv ett objekt per rad eller en lista av objekt.",
        f"The file {name}, line {line}: this is not a complete JSON object. "
        "Write one object a line, or a list of objects.",
    )
