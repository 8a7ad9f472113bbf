"""The press notices of the police, as their API gives them: context, never a rate."""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby, islice
from typing import Any

from adapters.cells import HERE, MONTHS, BadCell, words
from adapters.reading import Chunk, Reading
from domain.file_import import ROWS_PER_EVENT

_LONGEST = {"ref": 100, "name": 1000, "summary": 4000, "url": 1000, "type": 200, "location": 200, "gps": 100}
_NEEDED = ("ref", "name")
_LONGEST_BACK = timedelta(days=200)  # of 60,637 notices none was published more than two months after the event
_PUBLISHED = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d+)?)? ?(Z|[+-]\d\d:?\d\d)", re.ASCII)
_NAMED = re.compile(r"(\d{1,2}) ([a-zåäö]+)\.?,? (?:kl\.? ?)?(\d{1,2})[.:](\d{2})(?:,|$| )", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NoticeChunk(Chunk):
    """Press notices. Times as ISO 8601 with offset; `occurred` is read from the name, if it can be."""

    ref: tuple[str, ...]
    published: tuple[str, ...]
    occurred: tuple[str | None, ...]
    name: tuple[str, ...]
    summary: tuple[str, ...]
    url: tuple[str, ...]
    type: tuple[str, ...]
    location: tuple[str, ...]
    gps: tuple[str, ...]


Notice = tuple[Any, ...]  # row number, then the values in NoticeChunk's order


class NoticeReading(Reading[NoticeChunk]):
    """Reads notices. Versions of one come oldest first and never in the same chunk, so the later corrects.

    `without_time` counts why a time of the event could not be read: "no time in the name", "impossible time",
    "after publication".
    """

    def _chunks(self) -> Iterator[NoticeChunk]:
        self.without_time: Counter[str] = Counter()
        several = self._refs_with_several_rows()
        held: list[Notice] = []
        yield from self._packed(self._single(several, held))
        versions = [_unlike(list(same)) for _, same in groupby(sorted(held, key=_by_age), key=lambda one: one[1])]
        for age in range(max(map(len, versions), default=0)):
            yield from self._packed(iter([one[age] for one in versions if len(one) > age]))

    def _refs_with_several_rows(self) -> frozenset[str]:
        """A pass of its own: holding only the repeated ones keeps a large file out of memory."""
        at, width = self._at["ref"], len(self.table.header)
        times = Counter(row[at].strip() for _, row in self.table.rows() if len(row) >= width)
        return frozenset(ref for ref, often in times.items() if often > 1)

    def _single(self, several: frozenset[str], held: list[Notice]) -> Iterator[Notice]:
        for number, row in self._rows():
            notice = self._notice(number, row)
            if notice is not None and notice[1] in several:
                held.append(notice)
            elif notice is not None:
                yield notice

    def _notice(self, number: int, row: Sequence[str]) -> Notice | None:
        found: dict[str, str] = {}
        for field, most in _LONGEST.items():
            try:
                found[field] = words(row[self._at[field]], most, needed=field in _NEEDED) or ""
            except BadCell as bad:
                self._bad(number, row, field, bad.code, str(most))
        at = self._published(number, row)
        if at is None or len(found) < len(_LONGEST):
            return None
        ref, *rest = found.values()
        return number, ref, at.isoformat(), self._occurred(found["name"], at), *rest

    def _published(self, number: int, row: Sequence[str]) -> datetime | None:
        try:
            at = published(row[self._at["published"]])
            if at.astimezone(HERE).date() > self.today:
                raise BadCell("in-future")
        except BadCell as bad:
            self._bad(number, row, "published", bad.code)
            return None
        return at

    def _occurred(self, name: str, at: datetime) -> str | None:
        when = occurred(name, at)
        if isinstance(when, datetime):
            return when.isoformat()
        self.without_time[when] += 1
        return None

    def _packed(self, notices: Iterator[Notice]) -> Iterator[NoticeChunk]:
        while batch := list(islice(notices, ROWS_PER_EVENT)):
            rows, *columns = zip(*batch, strict=True)
            self._cover([at[:10] for at in columns[1]])
            yield NoticeChunk(array("q", rows), *columns)


def published(text: str) -> datetime:
    """The time of publication; the API does not pad its hour: `2022-09-26 9:27:54 +02:00`."""
    found = _PUBLISHED.fullmatch(text.strip())
    if not found:
        raise BadCell("missing" if not text.strip() else "not-a-time")
    on, hour, minute, second, shift = found.groups()
    try:
        return datetime.fromisoformat(f"{on}T{hour:0>2}:{minute}:{second or '00'}{'+00:00' if shift == 'Z' else shift}")
    except ValueError:
        raise BadCell("not-a-time") from None


def occurred(name: str, at: datetime) -> datetime | str:
    """The time of the event from a name like `26 september 14.21, Rån, Västerås`, or why there is none.

    The name has no year: it is the one that puts the event nearest before its publication.
    """
    found = _NAMED.match(name.strip())
    month = MONTHS.get(found[2].casefold()) if found else None
    if not found or not month:
        return "no time in the name"
    here = at.astimezone(HERE)
    why = "impossible time"
    for year in (here.year, here.year - 1):
        try:
            when = datetime(year, month, int(found[1]), int(found[3]), int(found[4]), tzinfo=HERE)
        except ValueError:
            continue
        if timedelta() <= at - when <= _LONGEST_BACK:
            return when
        why = "after publication" if when > at else why
    return why


def _by_age(notice: Notice) -> tuple[str, datetime, int]:
    return notice[1], datetime.fromisoformat(notice[2]), notice[0]


def _unlike(versions: list[Notice]) -> list[Notice]:
    """Versions that differ from the one before."""
    return [one for at, one in enumerate(versions) if not at or one[1:] != versions[at - 1][1:]]
