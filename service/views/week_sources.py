"""How fresh each source is: through which day it speaks, when its latest file came, and whether it is late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from adapters.event_store import Bare
from domain.catalogue import Source
from domain.core import Recorded
from domain.file_import import FileImport, FileTaken
from domain.observation import Observation, day_of
from domain.period import last_complete, last_day
from domain.register import Register
from service.register import LiveRegister

Condition = Literal["fresh", "late", "silent", "irregular", "empty"]
_USUAL = timedelta(days=14)  # reports come every week, some every other
_SILENT = {"week": timedelta(days=28), "month": timedelta(days=92)}


@dataclass(frozen=True, slots=True)
class SourceState:
    """A source on the day of the meeting.

    latest: the last day that its files cover, or of its latest observation. due: the day through which figures can be
    expected; None for sources without a rhythm (dialogues, surveys). taken_in, file_name, preliminary: of its latest
    file. condition: late is behind `due`; silent is behind it by more than four weeks (a quarter for monthly figures).
    """

    key: str
    name: str
    owner: str
    use: str
    synthetic: bool
    latest: date | None
    due: date | None
    taken_in: datetime | None
    file_name: str | None
    preliminary: bool
    condition: Condition


def sources(live: LiveRegister, register: Register, day: date, at: int | None) -> tuple[SourceState, ...]:
    """Every source as it stood on a day, the main series first."""
    files = live.read_tables().latest_imports(at=at)
    seen = _latest_seen(register, day)
    there: dict[str, Source] = register.states[Source.KIND]
    found = [_state(live, register, key, one, day, files.get(key), seen.get(key)) for key, one in there.items()]
    return tuple(sorted(found, key=lambda one: one.use != "main series"))


def _latest_seen(register: Register, day: date) -> dict[str, date]:
    """Source to the latest day, up to that day, of what was recorded one by one."""
    found: dict[str, date] = {}
    for each in register.every(Observation):
        on = day_of(each.content)
        if not each.withdrawn and on <= day and on > found.get(each.source, date.min):
            found[each.source] = on
    return found


def _state(
    live: LiveRegister, register: Register, key: str, source: Source, day: date, gsn: int | None, seen: date | None
) -> SourceState:
    imports = [one for one in register.every(FileImport) if one.source == key and not one.withdrawn]
    covered = [one.coverage.last for one in imports if one.coverage is not None]
    latest = max([*covered, *([seen] if seen else [])], default=None)
    taken = _taken(live, gsn)
    due = _due(source, imports, day, reports=seen is not None)
    newest = taken.event if taken and isinstance(taken.event, FileTaken) else None
    return SourceState(
        key, source.name, source.owner, source.use, source.synthetic, latest, due,
        taken.recorded_at if taken else None, newest.file_name if newest else None,
        newest.preliminary if newest else False, _condition(latest, due, imports, empty=latest is None and not imports),
    )  # fmt: skip


def _taken(live: LiveRegister, gsn: int | None) -> Recorded | None:
    found = live.store.read(gsn - 1, limit=1) if gsn is not None else []
    return found[0] if found and not isinstance(found[0], Bare) else None


def _frequency(imports: Sequence[FileImport]) -> Literal["week", "month"]:
    newest = next((one.coverage for one in reversed(imports) if one.coverage is not None), None)
    return "month" if newest is not None and newest.frequency == "month" else "week"


def _due(source: Source, imports: Sequence[FileImport], day: date, *, reports: bool) -> date | None:
    """The main series by whole weeks or months; reports within two weeks; the rest comes when it comes."""
    if source.use == "main series":
        return last_day(last_complete(day - timedelta(days=1), _frequency(imports)))
    told = any(one.kind in ("reports", "notices") for one in imports) or reports
    return day - _USUAL if source.use == "context" and told else None


def _condition(latest: date | None, due: date | None, imports: Sequence[FileImport], *, empty: bool) -> Condition:
    if empty:
        return "empty"
    if due is None or latest is None:
        return "irregular"
    if latest >= due:
        return "fresh"
    return "silent" if latest < due - _SILENT[_frequency(imports)] else "late"
