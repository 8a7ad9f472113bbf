"""Delimited text as rows: which delimiter, which line is the header, and the cells below it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import closing
from itertools import islice

from adapters.contents import LONGEST_CELL, MOST_ROWS, BadFile, Content, long_cell, too_many_rows

DELIMITERS = "\t;,"
_LOOK_AT = 60
_TITLE_LINES = 10
csv.field_size_limit(LONGEST_CELL)  # of the whole process, which reads no other CSV


def find_header(content: Content) -> tuple[int, str, tuple[str, ...]]:
    """Row number, delimiter and cells of the header; a title or `sep=;` above it is skipped."""
    text = content.sample.decode(content.encoding, "ignore")
    if not content.whole and (end := max(text.rfind("\n"), text.rfind("\r"))) > 0:
        text = text[:end]  # the sample may have cut its last line
    found = [(score, delimiter) for delimiter in DELIMITERS if (score := _score(text, delimiter))]
    if not found:
        raise _no_header(content.name, text)
    (_, above, _, _), delimiter = max(found, key=lambda one: one[0])
    header = _beginning(text, delimiter)[-above]
    return 1 - above, delimiter, tuple(cell.strip() for cell in header)


def text_rows(content: Content, delimiter: str, header_row: int) -> Iterator[tuple[int, list[str]]]:
    """The rows below the header with their numbers; blank lines are numbered, not given."""
    number = 0
    with closing(content.lines()) as lines:
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        try:
            for number, row in enumerate(reader, 1):
                if number > MOST_ROWS:
                    raise too_many_rows(content.name)
                if row and number > header_row:
                    yield number, row
        except csv.Error as wrong:
            if "field limit" in str(wrong):
                raise long_cell(content.name, number + 1) from None
            raise _unclosed(content.name, number + 1) from None


def _score(text: str, delimiter: str) -> tuple[bool, int, float, int] | None:
    """How well the delimiter fits: most rows agree with the header; how high it stands; share; width."""
    rows = _beginning(text, delimiter)
    starts = (at for at, row in enumerate(rows[:_TITLE_LINES]) if sum(1 for cell in row if cell.strip()) > 1)
    at = next(starts, None)
    if at is None:
        return None
    filled = [row for row in rows if row]
    agree = sum(1 for row in rows[at:] if len(row) == len(rows[at])) / len(filled)
    return agree > 0.5, -at, agree, len(rows[at])


def _beginning(text: str, delimiter: str) -> list[list[str]]:
    try:
        return list(islice(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), _LOOK_AT))
    except csv.Error:  # a quotation mark that runs through the whole sample under the wrong delimiter
        return []


def _no_header(name: str, text: str) -> BadFile:
    first = (text.strip().splitlines() or [""])[0][:60]
    return BadFile(
        f"Filen {name} har ingen rubrikrad med flera kolumner (rad 1 är ”{first}”). Skilj kolumnerna med "
        "semikolon, tabb eller komma och skriv kolumnernas namn överst.",
        f"The file {name} has no header with several columns (line 1 is “{first}”). Separate the columns by "
        "semicolon, tab or comma and put the columns' names on top.",
    )


def _unclosed(name: str, row: int) -> BadFile:
    return BadFile(
        f"Filen {name}, rad {row}: ett citattecken öppnas men stängs inte rätt. Rätta raden eller spara filen på nytt.",
        f"The file {name}, row {row}: a quotation mark is opened but not closed properly. "
        "Mend the row or save the file anew.",
    )
