"""Which periods a source has figures for: what no file covers is not known, which is not the same as none."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date, timedelta

from domain.file_import import FileImport
from domain.period import Frequency, containing, first_day, last_complete, last_day, span
from domain.register import Register

Days = tuple[date, date]
A_DAY = timedelta(days=1)


def covered_spans(register: Register, source: str) -> tuple[Days, ...]:
    """Spans of days (first, last) that the standing files of incidents cover, in order, without overlap."""
    given = sorted(
        (i.coverage.first, i.coverage.last)
        for i in register.every(FileImport)
        if i.source == source and not i.withdrawn and i.kind == "incidents" and i.coverage is not None
        and i.coverage.absent == "zero"
    )  # fmt: skip
    return tuple(_joined(given))


def _joined(spans: Iterable[Days]) -> Iterable[Days]:
    first: date | None = None
    last = date.min
    for begin, end in spans:
        if first is not None and begin <= last + A_DAY:
            last = max(last, end)
            continue
        if first is not None:
            yield first, last
        first, last = begin, end
    if first is not None:
        yield first, last


def periods_within(spans: tuple[Days, ...], frequency: Frequency) -> tuple[str, ...]:
    """All periods from the first day covered to the last one that has ended by the last day covered."""
    if not spans:
        return ()
    return tuple(span(containing(spans[0][0], frequency), last_complete(spans[-1][1], frequency)))


def is_covered(spans: tuple[Days, ...], period: str) -> bool:
    """Whether every day of the period is covered."""
    at = bisect_right(spans, (first_day(period), date.max)) - 1
    return at >= 0 and spans[at][0] <= first_day(period) and last_day(period) <= spans[at][1]
