"""Personal data in what people wrote in a file of reports: which rows look like holding it, before any is stored."""

from __future__ import annotations

from adapters.columns import Columns
from adapters.files import Table
from service.personal_check import PersonalDataFound, Suspect
from service.personal_data import Kind, find

WRITTEN = ("place", "text", "reporter")


def suspect_rows(table: Table, columns: Columns) -> tuple[tuple[int, tuple[Kind, ...]], ...]:
    """(row, kinds) of the rows of reports whose words look like personal data; other files hold no words of people."""
    if columns.kind != "reports":
        return ()
    at = [table.header.index(columns.fields[name]) for name in WRITTEN if name in columns.fields]
    found = []
    for row, cells in table.rows():
        kinds = dict.fromkeys(one.kind for n in at if n < len(cells) for one in find(cells[n]))
        if kinds:
            found.append((row, tuple(kinds)))
    return tuple(found)


def check_rows(table: Table, columns: Columns) -> None:
    """Refuses a file of reports with rows that look like holding personal data; the refusal names the rows."""
    if found := suspect_rows(table, columns):
        raise PersonalDataFound([Suspect((str(row), "text"), kinds) for row, kinds in found])
