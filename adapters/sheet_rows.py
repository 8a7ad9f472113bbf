"""A spreadsheet (xlsx, xls, ods) as rows: the first sheet that has a header with several columns."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from threading import BoundedSemaphore
from typing import Any

import msgspec

from adapters import sheet_process
from adapters.contents import BadFile, Content, too_large
from domain.core import Refused

MOST_AT_ONCE, MOST_WAITING, WAIT = 2, 2, 30.0  # seconds
"""How many workbooks are read at once, each by a process with its own memory, and how many wait for that."""
LARGEST_SHEET = 320 * 1024**2
Line = tuple[int, list[str]]
_PROGRAM = str(Path(sheet_process.__file__))
_reading, _there = BoundedSemaphore(MOST_AT_ONCE), BoundedSemaphore(MOST_AT_ONCE + MOST_WAITING)


def sheet_header(content: Content, largest: int) -> tuple[int, tuple[str, ...]]:
    """Row number and cells of the first row with several filled cells. Refuses what unpacks beyond the limit."""
    largest = min(largest, LARGEST_SHEET)
    with _lines(content, largest) as lines:
        row, cells = next(lines)
    return row, tuple(cells)


def sheet_rows(content: Content) -> Iterator[Line]:
    """The rows below the header with the numbers that the spreadsheet program shows."""
    with _lines(content, 0) as lines:
        next(lines)
        yield from lines


@contextmanager
def _lines(content: Content, largest: int) -> Iterator[Iterator[Line]]:
    """What the process of its own writes, as it comes; it is ended when no more is wanted."""
    with _turn(content.name), TemporaryFile() as copy:
        with content.stream() as raw:
            shutil.copyfileobj(raw, copy)
        copy.seek(0)
        command = [sys.executable, "-P", _PROGRAM, str(largest)]
        streams: dict[str, Any] = {"stdin": copy, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        with subprocess.Popen(command, **streams) as process:  # noqa: S603 - a program of our own, and a number
            try:
                yield _read(process, content.name, largest or LARGEST_SHEET)
            finally:
                process.kill()


@contextmanager
def _turn(name: str) -> Iterator[None]:
    """Within, the process may run. Refused where too many others are read."""
    if not _there.acquire(blocking=False):
        raise _busy(name)
    try:
        if not _reading.acquire(timeout=WAIT):
            raise _busy(name)
        try:
            yield
        finally:
            _reading.release()
    finally:
        _there.release()


def _busy(name: str) -> Refused:
    return Refused(
        "busy",
        f"Andra kalkylblad läses just nu, så {name} får vänta. Försök igen om en minut, eller spara det som CSV.",
        f"Other workbooks are being read, so {name} has to wait. Try again in a minute, or save it as CSV.",
    )


def _read(process: subprocess.Popen[bytes], name: str, largest: int) -> Iterator[Line]:
    assert process.stdout is not None
    decode = msgspec.json.Decoder(tuple[int, list[str]]).decode
    for line in process.stdout:
        if line.endswith(b"\n"):  # else it was ended in the middle of it
            yield decode(line)
    if code := process.wait():
        raise _refusal(code, name, largest)


def _refusal(code: int, name: str, largest: int) -> BadFile:
    match code:
        case sheet_process.BROKEN:
            return BadFile(
                f"Kalkylbladet {name} är skadat eller låst med lösenord. "
                "Öppna det i Excel och spara det på nytt som xlsx eller CSV.",
                f"The workbook {name} is damaged or locked by a password. "
                "Open it in Excel and save it anew as xlsx or CSV.",
            )
        case sheet_process.NO_HEADER:
            return BadFile(
                f"Kalkylbladet {name} har ingen rubrikrad med flera kolumner. "
                "Skriv kolumnernas namn överst på första bladet.",
                f"The workbook {name} has no header row with several columns. "
                "Put the columns' names on top of the first sheet.",
            )
        case sheet_process.TOO_LARGE:
            return too_large(name, largest)
        case _:  # as the memory or the time ended it
            return BadFile(
                f"Kalkylbladet {name} har för många celler för att läsas. Spara det som CSV, eller dela det.",
                f"The workbook {name} has too many cells to be read. Save it as CSV, or split it.",
            )
