"""Reports as they are read: filtered, paged, with their names; one's own; and what a new one may be about."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from adapters.event_store import EventStore
from adapters.tables import Tables
from domain.catalogue import Categories, Category, District, Division, Source
from domain.core import Recorded, refuse
from domain.observation import Observation, Observed, Report
from domain.register import EVENTS, Register
from service.views.week_names import Names
from service.wording import alphabetical

PAGE = 20
OWN = 10
LOOKED_THROUGH = 3  # pages of the log, from its end, for one's own reports
LOG_PAGE = 1000
A_YEAR = timedelta(days=365)
AHEAD = timedelta(days=366)  # planned events


@dataclass(frozen=True, slots=True)
class ReportItem:
    """A report as it stands, with the names of its place and category.

    at: with clock time where it was given. single: recorded by itself, so that it can be corrected by itself; others
    came in a file. withdrawn: does not count any more (shown among one's own only). corrections: how many. recorded:
    the gsn that brought this version, 0 where only the state is known.
    """

    ref: str
    source: str
    source_name: str
    synthetic: bool
    kind: str
    district: str
    district_name: str
    category: str
    category_name: str
    day: date
    at: datetime | None
    place: str | None
    text: str | None
    reporter: str
    single: bool
    corrections: int = 0
    withdrawn: bool = False
    recorded: int = 0


@dataclass(frozen=True, slots=True)
class ReportPage:
    """Latest day first. next: pass it as `after`; None at the end."""

    items: tuple[ReportItem, ...]
    next: str | None
    synthetic: bool


@dataclass(frozen=True, slots=True)
class Reporting:
    """What a new report to a source may be about, and who has reported: districts and categories in use, by name."""

    source: str
    source_name: str
    sources: tuple[tuple[str, str], ...]
    districts: tuple[tuple[str, str], ...]
    categories: tuple[tuple[str, str], ...]
    reporters: tuple[str, ...]


def report_list(
    tables: Tables, register: Register, at: int | None, first: date, last: date, *, district: str | None = None,
    category: str | None = None, reporter: str | None = None, after: str | None = None,
) -> ReportPage:  # fmt: skip
    """The reports of some days that stand, as known at a gsn. Refused when `after` is no cursor."""
    rows = tables.reports(
        first, last, at=at, district=district, category=category, reporter=reporter, limit=PAGE + 1,
        after=_cursor(after) if after else None,
    )  # fmt: skip
    names = Names(register)
    items = tuple(_of_row(register, names, *row) for row in rows[:PAGE])
    last_row = rows[PAGE - 1] if len(rows) > PAGE else None
    end = json.dumps([last_row[4], last_row[1], last_row[0], last_row[7]]) if last_row else None
    return ReportPage(items, end, any(item.synthetic for item in items))


def one_report(register: Register, ref: str) -> ReportItem | None:
    """A report that was recorded by itself, also when it has been withdrawn."""
    state = register.find(Observation, ref)
    return _of_state(Names(register), ref, state) if state and isinstance(state.content, Report) else None


def own_reports(store: EventStore, register: Register, account: str) -> tuple[ReportItem, ...]:
    """The latest reports that an account recorded, among the last 3,000 events of the register, latest first."""
    found = []
    for ref in _own(store, register.position, account):
        item = one_report(register, ref)
        if item is not None:
            found.append(item)
        if len(found) == OWN:
            break
    return tuple(found)


def recorded_by(store: EventStore, ref: str) -> str | None:
    """The account that recorded an observation."""
    first = next(store.stream(f"{Observation.KIND}-{ref}"), None)
    return first.by.account if first else None


def reporting(tables: Tables, register: Register, at: int | None, day: date, source: str | None = None) -> Reporting:
    """What may be reported to `source`, or to the one that got most reports in the year before `day`."""
    first, last = day - A_YEAR, day + AHEAD
    sources = _sources(register, [row[0] for row in tables.report_sources(first, last, at=at)])
    if not sources:
        refuse(
            "no-source",
            "Det finns ingen källa för rapporter. Be administratören registrera en.",
            "There is no source for reports. Ask the administrator to register one.",
        )
    chosen = source if source in dict(sources) else sources[0][0]
    owner = register.find(Source, chosen)
    division = register.find(Division, owner.division) if owner else None
    kinds = register.find(Categories, "all")
    reporters = dict.fromkeys(str(row[0]) for row in tables.report_weeks(first, last, at=at))
    return Reporting(
        chosen,
        dict(sources)[chosen],
        sources,
        _in_use(division.districts, division.retired) if division else (),
        _in_use(kinds.categories, kinds.retired) if kinds else (),
        tuple(sorted(reporters, key=alphabetical)),
    )


def reported_about(
    tables: Tables, register: Register, at: int | None, day: date
) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...], tuple[str, ...]]:
    """What reports can be filtered by: districts (of every division that is reported by), categories, reporters."""
    first, last = day - A_YEAR, day + AHEAD
    districts: dict[str, str] = {}
    for key, _ in _sources(register, [row[0] for row in tables.report_sources(first, last, at=at)]):
        owner = register.find(Source, key)
        division = register.find(Division, owner.division) if owner else None
        for district in division.districts.values() if division else ():
            districts.setdefault(district.key, district.name)
    kinds = register.find(Categories, "all")
    reporters = dict.fromkeys(str(row[0]) for row in tables.report_weeks(first, last, at=at))
    by_name = sorted(districts.items(), key=lambda item: alphabetical(item[1]))
    categories = _in_use(kinds.categories, frozenset()) if kinds else ()
    return tuple(by_name), categories, tuple(sorted(reporters, key=alphabetical))


def _in_use(
    there: Mapping[str, District] | Mapping[str, Category], retired: frozenset[str]
) -> tuple[tuple[str, str], ...]:
    pairs = ((key, one.name) for key, one in there.items() if key not in retired)
    return tuple(sorted(pairs, key=lambda pair: alphabetical(pair[1])))


def _sources(register: Register, with_reports: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Those that hold reports; where none does, those that may hold evidence or context."""
    states: Mapping[str, Source] = register.states[Source.KIND]
    keys = [key for key in with_reports if key in states]
    for use in ("evidence", "context", "main series"):
        keys = keys or [key for key, state in states.items() if state.use == use]
    return tuple((key, states[key].name) for key in keys)


def _own(store: EventStore, position: int, account: str) -> Iterator[str]:
    others = tuple(sorted(EVENTS.keys() - {Observed.TOPIC}))
    for page in range(LOOKED_THROUGH):
        stop = position - page * LOG_PAGE
        if stop <= 0:
            return
        for one in reversed(store.read(max(0, stop - LOG_PAGE), limit=LOG_PAGE, stop=stop, bare=others)):
            if isinstance(one, Recorded) and one.by.account == account:
                yield one.stream.partition("-")[2]


def _of_row(
    register: Register, names: Names, source: str, ref: str, district: str, category: str, day: str, body: str,
    file_import: str | None, gsn: int,
) -> ReportItem:  # fmt: skip
    said = json.loads(body)
    state = register.find(Observation, ref) if file_import is None else None
    at = said.get("occurred_at")
    return _item(
        names, source, ref, {**said, "district": district, "category": category},
        day=date.fromisoformat(day[:10]), at=datetime.fromisoformat(at) if at else None, single=file_import is None,
        corrections=state.corrections if state else 0, recorded=gsn,
    )  # fmt: skip


def _of_state(names: Names, ref: str, state: Observation) -> ReportItem:
    content = state.content
    assert isinstance(content, Report)
    return _item(
        names, state.source, ref, content.model_dump(), day=content.occurred_on, at=content.occurred_at, single=True,
        corrections=state.corrections, withdrawn=state.withdrawn,
    )  # fmt: skip


def _item(names: Names, source: str, ref: str, said: Mapping[str, Any], **more: Any) -> ReportItem:
    return ReportItem(
        ref=ref,
        source=source,
        source_name=names.source(source),
        synthetic=names.is_synthetic(source),
        kind=said["kind"],
        district=said["district"],
        district_name=names.district(source, said["district"]) or said["district"],
        category=said["category"],
        category_name=names.category(said["category"]) or said["category"],
        place=said.get("place"),
        text=said.get("text"),
        reporter=said["reporter"],
        **more,
    )


def _cursor(after: str) -> tuple[str, str, str, int]:
    """Where the page before ended, as its `next` said."""
    try:
        day, ref, source, gsn = json.loads(after)
        if all(isinstance(text, str) and "\0" not in text for text in (day, ref, source)) and 0 <= int(gsn) < 2**62:
            return day, ref, source, int(gsn)
    except (ValueError, TypeError):
        pass
    refuse("bad-cursor", "Sidan finns inte. Börja om från den första.", "There is no such page. Begin with the first.")
