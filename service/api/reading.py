"""Reads that are rows or lines: observations, counts, the history, the export, the position, health."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, Literal

from litestar import Router, get
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromQuery
from litestar.response import Stream

from adapters.database import Row
from domain.catalogue import Source
from domain.core import Recorded, must_exist, refuse
from domain.period import Frequency
from service.api.answers import OF_THE_RECORD
from service.api.asking import AsOf, Limit
from service.api.problems import documented
from service.moments import position
from service.register import LiveRegister
from service.story import sentence, subjects
from service.telling import as_json, matches


@dataclass(frozen=True, slots=True)
class ObservationRow:
    """An observation, single or from a file. body: what its kind holds besides. recorded: the gsn that brought it."""

    source: str
    ref: str
    kind: str
    district: str | None
    category: str | None
    day: str
    body: dict[str, Any]
    file_import: str | None
    recorded: int
    synthetic: bool


@dataclass(frozen=True, slots=True)
class Observations:
    """Latest day first. next: pass it as `after`; None at the end."""

    items: tuple[ObservationRow, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Count:
    """A count of one district, category and period (2020-02 or 2020-W07)."""

    district: str
    category: str
    period: str
    count: int


@dataclass(frozen=True, slots=True)
class Counts:
    """A source's counts as known at an event number."""

    source: str
    known_at: int
    synthetic: bool
    items: tuple[Count, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """One event as a sentence, with who and when, and what it is about (keys by kind)."""

    gsn: int
    recorded_at: str
    account: str
    role: str
    organisation: str
    topic: str
    stream: str
    version: int
    sentence: str
    about: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Story:
    """Some of the history, in order. next: pass it as `after`; None at the end."""

    items: tuple[Told, ...]
    next: int | None


@dataclass(frozen=True, slots=True)
class Position:
    """An event number: the last one, or the last one recorded on or before the day asked for."""

    gsn: int


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the register answers, and how far its read models have come."""

    status: Literal["ok"]
    database: str
    gsn: int
    read_models: int


def health(live: LiveRegister) -> Any:
    """The health check."""

    @get(
        "/health",
        responses=documented(),
        sync_to_thread=True,
        operation_id="health",
        summary="Whether the register answers.",
        tags=["operation"],
    )
    def handler() -> Health:
        return Health("ok", live.store.database.dialect, live.store.last_gsn(), live.tables.pull())

    return handler


def routes(live: LiveRegister) -> list[Router]:
    """The reads of rows and lines."""
    reads = (_observations(live), _counts(live), _history(live), _position(live), _export(live))
    return [Router("/", route_handlers=reads, tags=["reading"], opt={OF_THE_RECORD: True})]


def _observations(live: LiveRegister) -> Any:
    @get(
        "/observations",
        responses=documented(422),
        sync_to_thread=True,
        operation_id="list_observations",
        summary="Observations, single or from files, latest day first.",
    )
    def handler(
        source: FromQuery[str | None] = None,
        kind: FromQuery[str | None] = None,
        district: FromQuery[str | None] = None,
        category: FromQuery[str | None] = None,
        first: FromQuery[date | None] = None,
        last: FromQuery[date | None] = None,
        after: FromQuery[str | None] = None,
        as_of: AsOf = None,
        limit: Limit = 100,
    ) -> Observations:
        at = position(live, as_of)
        rows = live.read_tables().observations(
            at=at, source=source, kind=kind, district=district, category=category, first=first, last=last,
            limit=limit + 1, after=_cursor(after) if after else None,
        )  # fmt: skip
        made_up = {key for key, state in live.at(at).states[Source.KIND].items() if state.synthetic}
        items = tuple(_observation(row, row[0] in made_up) for row in rows[:limit])
        end = items[-1] if len(rows) > limit else None
        return Observations(items, json.dumps([end.day, end.ref, end.source, end.recorded]) if end else None)

    return handler


def _observation(row: Row, synthetic: bool) -> ObservationRow:
    source, ref, kind, district, category, day, body, file_import, gsn = row
    return ObservationRow(source, ref, kind, district, category, day, json.loads(body), file_import, gsn, synthetic)


def _cursor(after: str) -> tuple[str, str, str, int]:
    """Where the page before ended, as its `next` said."""
    try:
        day, ref, source, gsn = json.loads(after)
        if all(isinstance(text, str) and "\0" not in text for text in (day, ref, source)) and 0 <= int(gsn) < 2**62:
            return day, ref, source, int(gsn)
    except (ValueError, TypeError):
        pass
    refuse("bad-cursor", "after är det som next gav på sidan före.", "after is what next gave on the page before.")


def _counts(live: LiveRegister) -> Any:
    @get(
        "/counts",
        responses=documented(404, 422),
        sync_to_thread=True,
        operation_id="list_counts",
        summary="A source's counts per district, category and period.",
    )
    def handler(source: FromQuery[str], frequency: FromQuery[Frequency] = "month", as_of: AsOf = None) -> Counts:
        at = position(live, as_of)
        tables = live.read_tables()
        state = must_exist(live.at(at).find(Source, source), "source", "Källan", source)
        rows = tables.counts(source, at=at) or tables.incident_counts(source, frequency, at=at)
        items = tuple(Count(*row) for row in rows)
        return Counts(source, live.store.last_gsn() if at is None else at, state.synthetic, items)

    return handler


def _history(live: LiveRegister) -> Any:
    @get(
        "/history",
        responses=documented(422),
        sync_to_thread=True,
        operation_id="history",
        summary="The story, one sentence an event.",
    )
    def handler(
        problem: FromQuery[str | None] = None,
        action: FromQuery[str | None] = None,
        district: FromQuery[str | None] = None,
        agreement: FromQuery[str | None] = None,
        actor: FromQuery[str | None] = None,
        first: FromQuery[date] = date.min,
        last: FromQuery[date] = date.max,
        after: FromQuery[int] = 0,
        language: FromQuery[Literal["sv", "en"]] = "sv",
        as_of: AsOf = None,
        limit: Limit = 100,
    ) -> Story:
        asked = {"problems": problem, "actions": action, "districts": district, "agreements": agreement}
        wanted = {kind: key for kind, key in asked.items() if key is not None}
        at = position(live, as_of)
        events = live.history(after=min(max(after, 0), 2**62), stop=at)
        told = (
            _told(r, language) for r in events if isinstance(r, Recorded) and matches(r, wanted, actor, (first, last))
        )
        items = tuple(islice(told, limit))
        return Story(items, items[-1].gsn if len(items) == limit else None)

    return handler


def _told(r: Recorded, language: Literal["sv", "en"]) -> Told:
    by = r.by
    return Told(
        r.gsn, r.recorded_at.isoformat(), by.account, by.role, by.organisation, type(r.event).TOPIC, r.stream,
        r.version, sentence(r, language), subjects(r),
    )  # fmt: skip


def _position(live: LiveRegister) -> Any:
    @get(
        "/position",
        responses=documented(),
        sync_to_thread=True,
        operation_id="position",
        summary="The last event number, or the last one of a day.",
    )
    def handler(day: FromQuery[date | None] = None) -> Position:
        return Position(live.store.last_gsn() if day is None else live.gsn_on(min(day, date(9998, 1, 1))))

    return handler


def _export(live: LiveRegister) -> Any:
    lines = ResponseSpec(
        str, media_type="application/x-ndjson", description="A JSON object a line.", generate_examples=False
    )

    @get(
        "/export",
        responses={200: lines, **documented(422)},
        sync_to_thread=True,
        operation_id="export",
        summary="Every event in its envelope, a JSON object a line.",
        media_type="application/x-ndjson",
    )
    def handler(after: FromQuery[int] = 0, as_of: AsOf = None) -> Stream:
        at = position(live, as_of)
        return Stream(_lines(live, min(max(after, 0), 2**62), at), media_type="application/x-ndjson")

    return handler


def _lines(live: LiveRegister, after: int, stop: int | None) -> Iterator[str]:
    for line in as_json(live.store, after=after, stop=stop):
        yield line + "\n"
