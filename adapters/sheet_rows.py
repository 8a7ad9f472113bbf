"""A spreadsheet (xlsx, xls, ods) as rows: the first sheet that has a header with several columns."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import BinaryIO

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from adapters.contents import BadFile, Content, too_large

LARGEST_SHEET = 1024**3
_TITLE_LINES = 10
_BLOCK = 1 << 20
Cell = int | float | str | bool | time | date | datetime | timedelta


def check_unpacked_size(content: Content, largest: int) -> None:
    """Refuse a workbook that unpacks beyond the limit, before it is unpacked into memory."""
    largest = min(largest, LARGEST_SHEET)
    with content.stream() as raw:
        if not content.sample.startswith(b"PK"):
            return
        try:
            total = 0
            with zipfile.ZipFile(raw) as packed:
                for member in packed.infolist():
                    total += _true_size(packed, member, largest - total)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zipfile.zlib.error):  # type: ignore[attr-defined]  # zipfile's own zlib, unstubbed
            raise _broken(content.name) from None
        if total > largest:
            raise too_large(content.name, largest)


def sheet_header(content: Content) -> tuple[int, tuple[str, ...]]:
    """Row number and cells of the first row with several filled cells."""
    with content.stream() as raw:
        _, row, header = _sheet(raw, content.name)
    return row, header


def sheet_rows(content: Content) -> Iterator[tuple[int, list[str]]]:
    """The rows below the header with the numbers that the spreadsheet program shows."""
    with content.stream() as raw:
        sheet, header_row, _ = _sheet(raw, content.name)
        for number, row in enumerate(sheet.iter_rows(), 1):
            if number > header_row:
                cells = [cell if type(cell) is str else _as_text(cell) for cell in row]
                if any(cells):
                    yield number, cells


def _sheet(raw: BinaryIO, name: str) -> tuple[CalamineSheet, int, tuple[str, ...]]:
    try:
        book = CalamineWorkbook.from_filelike(raw)
        for sheet_name in book.sheet_names:
            sheet = book.get_sheet_by_name(sheet_name)
            for number, row in enumerate(islice(sheet.iter_rows(), _TITLE_LINES), 1):
                cells = tuple(_as_text(cell).strip() for cell in row)
                if sum(map(bool, cells)) > 1:
                    return sheet, number, cells
    except CalamineError:
        raise _broken(name) from None
    raise BadFile(
        f"Kalkylbladet {name} har ingen rubrikrad med flera kolumner. Skriv kolumnernas namn överst på första bladet.",
        f"The workbook {name} has no header row with several columns. "
        "Put the columns' names on top of the first sheet.",
    )


def _as_text(cell: Cell) -> str:
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


def _true_size(packed: zipfile.ZipFile, member: zipfile.ZipInfo, allowed: int) -> int:
    """How much the member unpacks to, at most a little over what is allowed: its own header may lie."""
    member.file_size = allowed + 4 * _BLOCK  # read on past the limit; at its end the checksum would be tested
    size = 0
    with packed.open(member) as stream:
        while size <= allowed and (block := stream.read(_BLOCK)):
            size += len(block)
    return size


def _broken(name: str) -> BadFile:
    return BadFile(
        f"Kalkylbladet {name} är skadat eller låst med lösenord. "
        "Öppna det i Excel och spara det på nytt som xlsx eller CSV.",
        f"The workbook {name} is damaged or locked by a password. Open it in Excel and save it anew as xlsx or CSV.",
    )
