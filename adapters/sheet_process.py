"""A spreadsheet's rows as JSON lines, read in a process of its own: python -P sheet_process.py LARGEST < WORKBOOK.

A workbook of a kilobyte can say that it has a thousand million cells, and the library that reads it ends its process
when the memory does. So it is given little, and the server goes on. The first line is [row number, cells] of the
header, then one for each row below it. LARGEST: bytes that it may unpack to; 0 when that has been looked at.
It imports nothing of ours, and ends with one of the codes below, or as the memory or the time ended it.
"""

from __future__ import annotations

import json
import sys
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import BinaryIO

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

BROKEN, NO_HEADER, TOO_LARGE = 3, 4, 5
MEMORY, SECONDS = 1024**3, 120
_TITLE_LINES = 10
_BLOCK = 1 << 20
Cell = int | float | str | bool | time | date | datetime | timedelta


def main() -> int:
    """The code to end with."""
    _limit()
    largest = int(sys.argv[1])
    try:
        if largest and _is_larger(sys.stdin.buffer, largest):
            return TOO_LARGE
        sheet, header, cells = _sheet(sys.stdin.buffer)
    except (CalamineError, zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error):
        return BROKEN
    if sheet is None:
        return NO_HEADER
    _write(header, cells)
    for number, row in enumerate(sheet.iter_rows(), 1):
        if number > header and any(shown := [_as_text(cell) for cell in row]):
            _write(number, shown)
    return 0


def _limit() -> None:
    """No more memory and time than a large workbook takes, and no picture of the memory where it ends."""
    try:
        import resource
    except ImportError:  # Windows, which has no such limits
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _is_larger(raw: BinaryIO, largest: int) -> bool:
    """Whether a packed workbook unpacks beyond the limit; its own headers may lie about it."""
    packed = raw.read(2) == b"PK"
    raw.seek(0)
    if not packed:
        return False
    total = 0
    with zipfile.ZipFile(raw) as members:
        for member in members.infolist():
            total += _true_size(members, member, largest - total)
    raw.seek(0)
    return total > largest


def _true_size(packed: zipfile.ZipFile, member: zipfile.ZipInfo, allowed: int) -> int:
    """How much the member unpacks to, at most a little over what is allowed."""
    member.file_size = allowed + 4 * _BLOCK  # read on past the limit; at its end the checksum would be tested
    size = 0
    with packed.open(member) as stream:
        while size <= allowed and (block := stream.read(_BLOCK)):
            size += len(block)
    return size


def _sheet(raw: BinaryIO) -> tuple[CalamineSheet | None, int, list[str]]:
    """The first sheet that has a row with several filled cells near its top, that row's number, and its cells."""
    book = CalamineWorkbook.from_filelike(raw)
    for name in book.sheet_names:
        sheet = book.get_sheet_by_name(name)
        for number, cells in _beginning(sheet):
            if sum(map(bool, cells)) > 1:
                return sheet, number, cells
    return None, 0, []


def _beginning(sheet: CalamineSheet) -> Iterator[tuple[int, list[str]]]:
    for number, row in enumerate(islice(sheet.iter_rows(), _TITLE_LINES), 1):
        yield number, [_as_text(cell).strip() for cell in row]


def _as_text(cell: Cell) -> str:
    """As the spreadsheet program shows it."""
    match cell:
        case str():
            return cell
        case bool():
            return "true" if cell else "false"
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime() if cell.time() == time():
            return cell.date().isoformat()
        case datetime() | date() | time():
            return cell.isoformat()
        case _:
            return str(cell)


def _write(number: int, cells: list[str]) -> None:
    sys.stdout.write(json.dumps([number, cells]) + "\n")


if __name__ == "__main__":
    sys.exit(main())
