"""The reports that have come since the previous meeting, by district and category."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from adapters.tables import Tables
from domain.observation import Observation
from domain.register import Register
from service.views.week_names import Names

LOOKED_BACK = timedelta(days=35)  # an older one that comes now is told by the history
MOST = 200


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A report: where, which category, the day it happened, what was written, and who reported (a role).

    single: it was recorded by itself, so that it can be evidence; not a row of a file.
    """

    source: str
    ref: str
    district: str | None
    district_name: str | None
    category: str | None
    category_name: str | None
    day: date
    kind: str
    place: str | None
    text: str | None
    reporter: str | None
    recorded: int
    single: bool


@dataclass(frozen=True, slots=True)
class ReportGroup:
    """The reports of one category in one district."""

    district_name: str
    category_name: str
    items: tuple[ReportLine, ...]


@dataclass(frozen=True, slots=True)
class Reports:
    """New reports: the places with most of them first. more: whether there are more than the 200 latest."""

    number: int
    more: bool
    groups: tuple[ReportGroup, ...]
    places: tuple[tuple[str, int], ...]
    synthetic: bool


def reports(tables: Tables, register: Register, day: date, after: int, at: int | None) -> Reports:
    """The reports that came after a gsn, of the five weeks before a day (planned events: also of those to come)."""
    last = day + LOOKED_BACK
    rows = tables.reports_between(day - LOOKED_BACK, last, after=after, at=at, limit=MOST + 1)
    names = Names(register)
    lines = [_line(register, names, *row) for row in rows[:MOST]]
    groups = _grouped(lines)
    by_place: dict[str, int] = {}
    for group in groups:
        by_place[group.district_name] = by_place.get(group.district_name, 0) + len(group.items)
    places = sorted(by_place.items(), key=lambda item: (-item[1], item[0]))
    groups.sort(key=lambda g: (-by_place[g.district_name], g.district_name, -len(g.items), g.category_name))
    synthetic = any(names.is_synthetic(line.source) for line in lines)
    return Reports(len(lines), len(rows) > MOST, tuple(groups), tuple(places), synthetic)


def _line(
    register: Register,
    names: Names,
    source: str,
    ref: str,
    district: str | None,
    category: str | None,
    day: str,
    body: str,
    gsn: int,
) -> ReportLine:
    said = json.loads(body)
    return ReportLine(
        source, ref, district, names.district(source, district), category, names.category(category),
        date.fromisoformat(day[:10]), said.get("kind") or "", said.get("place"), said.get("text"),
        said.get("reporter"), gsn, register.find(Observation, ref) is not None,
    )  # fmt: skip


def _grouped(lines: list[ReportLine]) -> list[ReportGroup]:
    def by(line: ReportLine) -> tuple[str, str]:
        return line.district_name or "", line.category_name or ""

    ordered = sorted(lines, key=lambda line: (*by(line), -line.day.toordinal()))
    return [ReportGroup(*key, tuple(items)) for key, items in groupby(ordered, key=by)]
