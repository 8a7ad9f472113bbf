"""What is wrong with a file's rows: collected, grouped, never raised; rejected rows can be written out."""

from __future__ import annotations

import csv
from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Literal

from adapters.columns import REASON
from adapters.files import Table

MOST_FAULTS = 1000
_FIRST_ROWS = 5
_LONGEST = 200  # characters of a cell that are kept to be shown

# code → (Swedish, English); {other} is what the cell is compared with. What to do stands after the semicolon.
WORDS: dict[str, tuple[str, str]] = {
    "unknown-district": (
        "området finns inte i indelningen; rätta namnet eller lägg till det",
        "the district is not in the division; correct the name or add it",
    ),
    "retired-district": (
        "området används inte längre; välj ett som gäller eller ta i bruk det igen",
        "the district is no longer in use; choose one that is, or take it into use again",
    ),
    "unknown-category": (
        "kategorin finns inte i katalogen; rätta namnet eller lägg till den",
        "the category is not in the catalogue; correct the name or add it",
    ),
    "retired-category": (
        "kategorin används inte längre; välj en som gäller eller ta i bruk den igen",
        "the category is no longer in use; choose one that is, or take it into use again",
    ),
    "missing": ("uppgiften saknas; fyll i den", "the value is missing; fill it in"),
    "not-a-count": ("inget helt tal; skriv till exempel 12", "not a whole number; write for example 12"),
    "not-a-number": ("inget tal; skriv till exempel 12,5", "not a number; write for example 12.5"),
    "negative": (
        "talet är negativt; antal är noll eller fler",
        "the number is negative; counts are zero or more",
    ),
    "fraction": (
        "talet är inte helt; skriv antal utan decimaler och utan tusentalskomma",
        "the number is not whole; write counts without decimals or thousands marks",
    ),
    "too-large": (
        "talet är orimligt stort; kontrollera kolumnen",
        "the number is unreasonably large; check the column",
    ),
    "not-positive": (
        "talet måste vara större än noll; rätta det",
        "the number must be above zero; correct it",
    ),
    "not-a-day": ("inget datum; skriv till exempel 2020-02-29", "not a date; write for example 2020-02-29"),
    "not-a-time": (
        "ingen tidpunkt; skriv till exempel 2020-02-29 9:27:54 +01:00",
        "not a time; write for example 2020-02-29 9:27:54 +01:00",
    ),
    "not-a-period": (
        "ingen månad eller vecka; skriv till exempel 2020-02 eller 2020-W07",
        "not a month or week; write for example 2020-02 or 2020-W07",
    ),
    "no-such-week": (
        "året har ingen sådan vecka; bara vissa år har vecka 53",
        "the year has no such week; only some years have a week 53",
    ),
    "mixed-periods": (
        "filen blandar veckor och månader; lägg dem i var sin fil",
        "the file mixes weeks and months; put them into a file each",
    ),
    "in-future": ("tiden ligger efter i dag; kontrollera den", "the time lies after today; check it"),
    "not-a-choice": (
        "ordet är inte ett av dem som går att välja: {other}",
        "the word is not one of the choices: {other}",
    ),
    "too-long": (
        "texten är för lång; högst {other} tecken",
        "the text is too long; at most {other} characters",
    ),
    "cells": (
        "raden har inte lika många celler som rubriken ({other}); kontrollera avgränsare och citattecken",
        "the row has not as many cells as the header ({other}); check delimiters and quotation marks",
    ),
    "duplicate": (
        "samma uppgift står redan på rad {other}; behåll en av dem",
        "the same stands on row {other} already; keep one of them",
    ),
    "duplicate-more": (
        "samma uppgift står redan på en tidigare rad; behåll en av dem",
        "the same stands on an earlier row already; keep one of them",
    ),
    "not-between": (
        "värdet ligger inte mellan undre och övre gränsen; rätta dem",
        "the value does not lie between the lower and the upper limit; correct them",
    ),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault, or the same one in several rows: `rows` are the first five of them, `times` counts all."""

    code: str
    row: int
    column: str
    value: str
    sv: str
    en: str
    suggestion: str | None
    rows: tuple[int, ...]
    times: int


@dataclass(slots=True)
class _Group:
    code: str
    column: str
    value: str
    other: str
    suggestion: str | None = None
    rows: list[int] = field(default_factory=list)
    times: int = 0
    number: int = 0

    def words(self, language: Literal["sv", "en"]) -> str:
        text = WORDS[self.code][language == "en"].format(other=self.other)
        if self.suggestion:
            text += f". Menade du ”{self.suggestion}”?" if language == "sv" else f". Did you mean “{self.suggestion}”?"
        return f"{self.column}: {text}" if self.column else text

    def fault(self) -> Fault:
        shown = self.value[:80]
        sv = f"Rad {self.rows[0]}" + (f" (”{shown}”), " if shown else ", ") + self.words("sv")
        en = f"Row {self.rows[0]}" + (f" (“{shown}”), " if shown else ", ") + self.words("en")
        return Fault(self.code, self.rows[0], self.column, shown, sv, en, self.suggestion, tuple(self.rows), self.times)


class Faults:
    """Collects faults: `times` counts all, `details` has the first 1,000, rejected rows are numbers."""

    def __init__(self) -> None:
        self.times = 0
        self._groups: dict[tuple[str, str, str, str], _Group] = {}
        self._general: dict[tuple[str, str, str], _Group] = {}
        self._numbered: list[_Group] = []
        self._rows, self._why = array("q"), array("L")

    @property
    def details(self) -> list[Fault]:
        """The faults in the order in which they were first met."""
        return [group.fault() for group in self._groups.values()]

    @property
    def rejected(self) -> list[int]:
        """The numbers of the rows that were not taken in (a wide row: not wholly), rising, each once."""
        return [row for row, _ in groupby(sorted(self._rows))]

    def add(
        self,
        row: int,
        code: str,
        column: str = "",
        value: str = "",
        *,
        other: str = "",
        suggest: Callable[[str], str | None] | None = None,
        rejects: bool = True,
    ) -> None:
        """Note a fault. `other` completes the sentence; `rejects` is False for a fault of the header."""
        self.times += 1
        value = value[:_LONGEST]
        group = self._groups.get((code, column, value, other)) or self._new(code, column, value, other, suggest)
        group.times += 1
        if len(group.rows) < _FIRST_ROWS:
            group.rows.append(row)
        if rejects:
            self._rows.append(row)
            self._why.append(group.number)

    def write_rejected(self, table: Table, path: Path, language: Literal["sv", "en"] = "sv") -> int:
        """Write the rejected rows as in the file, the reason last, to be mended and taken in. How many."""
        order = sorted(range(len(self._rows)), key=self._rows.__getitem__)
        groups = groupby(order, key=self._rows.__getitem__)  # in the order in which the table gives its rows
        written, (row, why) = 0, next(groups, (-1, iter(())))
        with path.open("w", encoding="utf-8-sig", newline="") as target:
            writer = csv.writer(target, delimiter=";")
            writer.writerow([*table.header, REASON])
            for number, cells in table.rows():
                if number == row:
                    reasons = dict.fromkeys(self._numbered[self._why[at]].words(language) for at in why)
                    padding = [""] * (len(table.header) - len(cells))
                    writer.writerow([*cells, *padding, " · ".join(reasons)])
                    written, (row, why) = written + 1, next(groups, (-1, iter(())))
        return written

    def _new(
        self, code: str, column: str, value: str, other: str, suggest: Callable[[str], str | None] | None
    ) -> _Group:
        """A group of its own for the first 1,000; later ones share one per kind and column, without value."""
        if len(self._groups) < MOST_FAULTS:
            group = _Group(code, column, value, other, suggest(value) if suggest else None)
            self._groups[code, column, value, other] = group
        else:
            if code == "duplicate":
                code, other = "duplicate-more", ""
            found = self._general.get((code, column, other))
            if found:
                return found
            group = self._general[code, column, other] = _Group(code, column, "", other)
        group.number = len(self._numbered)
        self._numbered.append(group)
        return group
