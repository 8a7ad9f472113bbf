"""A file as a table: delimited text, spreadsheet or JSON, plain or gzipped, read row by row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, assert_never

from adapters.contents import LARGEST, BadFile, Content, look_through
from adapters.json_rows import json_header, json_rows
from adapters.sheet_rows import sheet_header, sheet_rows
from adapters.text_rows import find_header, text_rows

__all__ = ["LARGEST", "BadFile", "Form", "Row", "Table", "open_table", "plain_name"]

Form = Literal["text", "sheet", "json lines", "json array"]
Row = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class Table:
    """A file that has been looked through, with its header. Row numbers are the file's own, from 1."""

    content: Content
    form: Form
    header: tuple[str, ...]
    header_row: int
    delimiter: str = ""

    @property
    def name(self) -> str:
        """The file's name."""
        return self.content.name

    @property
    def sha256(self) -> str:
        """Of the uncompressed content, in hex: a file and its .gz have the same."""
        return self.content.sha256

    def rows(self) -> Iterator[Row]:
        """The rows below the header with their numbers and cells as text. Each call reads from the start."""
        match self.form:
            case "text":
                return text_rows(self.content, self.delimiter, self.header_row)
            case "sheet":
                return sheet_rows(self.content)
            case "json lines" | "json array":
                return json_rows(self.content, self.header, array=self.form == "json array")
            case _:
                assert_never(self.form)


def open_table(origin: Path | bytes, name: str | None = None, *, largest: int = LARGEST) -> Table:
    """Open a path, or bytes with their file name. Raises BadFile; `largest` is in uncompressed bytes."""
    content = look_through(origin, name or (origin.name if isinstance(origin, Path) else "fil"), largest)
    form = _form(content)
    match form:
        case "sheet":
            row, header = sheet_header(content, largest)
            return Table(content, form, header, row)
        case "text":
            row, delimiter, header = find_header(content)
            return Table(content, form, header, row, delimiter)
        case "json lines" | "json array":
            return Table(content, form, json_header(content, array=form == "json array"), 0)
        case _:
            assert_never(form)


def plain_name(name: str) -> str:
    """The name alone, without folders and control characters, fit for the record."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(letter for letter in last if letter.isprintable()).strip()
    return kept[-150:] or "fil.csv"


def _form(content: Content) -> Form:
    if not content.encoding:
        return "sheet"
    start = content.sample.decode(content.encoding, "ignore").lstrip()[:1]
    plain = content.name.casefold().removesuffix(".gz").endswith((".csv", ".tsv", ".txt"))
    if plain or start not in ("{", "["):
        return "text"
    return "json lines" if start == "{" else "json array"
