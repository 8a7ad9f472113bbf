"""JSON as rows: an object a line, or an array of objects; nested ones become columns like `location.name`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from adapters.contents import LONGEST_CELL, LONGEST_LINE, MOST_ROWS, BadFile, Content, long_cell, too_many_rows

MOST_COLUMNS = 1000
_BLOCK = 1 << 18
_DECODER = json.JSONDecoder()
_BLANK = re.compile(r"\s*")
_AFTER = re.compile(r"\s*([,\]])\s*")


def json_header(content: Content, *, array: bool) -> tuple[str, ...]:
    """All keys of all objects, in the order in which they first appear."""
    names: dict[str, None] = {}
    for number, found in _objects(content, array=array):
        if not found.keys() <= names.keys():
            names.update(dict.fromkeys(found))
            if len(names) > MOST_COLUMNS:
                raise _too_many_names(content.name, number)
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
        cells = [_as_text(get(name)) for name in header]
        if len(max(cells, key=len)) > LONGEST_CELL:
            raise long_cell(content.name, number)
        yield number, cells


def _objects(content: Content, *, array: bool) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for number, value in _array(content) if array else _lines(content):
        if not isinstance(value, dict):
            raise _not_object(content.name, number)
        if number > MOST_ROWS:
            raise too_many_rows(content.name)
        yield number, _flat(value)


def _lines(content: Content) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(content.lines(), 1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except (ValueError, RecursionError):
                raise _not_object(content.name, number) from None


def _array(content: Content) -> Iterator[tuple[int, Any]]:
    """One value after another, so that a long array is never held as a whole."""
    with content.text() as text:
        held = text.read(_BLOCK)
        at = _space(held, _space(held, 0) + 1)  # past the bracket that told that it is an array
        number, line, ended = 1, 1, held[at:] == "]"
        while not ended:
            found = _next(content.name, held, at, line)
            if found is not None:
                value, at, ended = found
                yield number, value
                number += 1
            elif len(held) - at <= LONGEST_LINE and (more := text.read(_BLOCK)):
                line += held.count("\n", 0, at)
                held = held[at:] + more
                at = _space(held, 0)
            else:
                raise _not_object(content.name, line + _lines_to_fault(held, at))


def _lines_to_fault(held: str, at: int) -> int:
    """How many lines end before what is no JSON."""
    try:
        _, at = _DECODER.raw_decode(held, at)  # the value is sound, and what follows it is not
    except json.JSONDecodeError as wrong:
        at = wrong.pos
    return held.count("\n", 0, at)


def _space(held: str, at: int) -> int:
    """Where what is not blank begins."""
    found = _BLANK.match(held, at)
    return found.end() if found else at


def _next(name: str, held: str, at: int, line: int) -> tuple[Any, int, bool] | None:
    """The value that begins there, where the next one does, and whether it was the last; None: more must be read."""
    try:
        value, end = _DECODER.raw_decode(held, at)
    except ValueError:
        return None
    except RecursionError:
        raise _not_object(name, line + held.count("\n", 0, at)) from None
    after = _AFTER.match(held, end)
    return (value, after.end(), after[1] == "]") if after else None


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


def _too_many_names(name: str, line: int) -> BadFile:
    return BadFile(
        f"Filen {name}, rad {line}: objekten har tillsammans fler än {MOST_COLUMNS} olika fält. "
        "Skriv samma fält i varje objekt.",
        f"The file {name}, line {line}: the objects have more than {MOST_COLUMNS} different fields together. "
        "Write the same fields in each object.",
    )
