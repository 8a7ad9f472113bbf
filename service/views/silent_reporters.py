"""Who fell silent: reporters who used to report and no longer do. Fewer reports is not less crime."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from adapters.tables import Tables
from domain.period import containing, first_day, last_day
from domain.register import Register

LOOKED_BACK = 26  # weeks; who has been silent longer has left, rather than fallen silent
USUAL = 8
ACTIVE = 3
QUIET = 2


@dataclass(frozen=True, slots=True)
class SilentReporter:
    """A reporter who was heard in at least 3 of 8 weeks and then in none of the last 2 or more.

    reporter: the role or organisation as it stands in the reports. usual_per_week: mean number of reports in the 8
    weeks that ended with the last one heard. last_week: that week. weeks_silent: weeks since then, up to the week
    asked for.
    """

    reporter: str
    usual_per_week: float
    last_week: str
    weeks_silent: int


def silent_reporters(
    tables: Tables, register: Register, at: int | None, week: str, *, heard_by: date | None = None
) -> tuple[SilentReporter, ...]:
    """Who has sent nothing in the two weeks up to and with `week`, the one missed most first.

    A report belongs to the week in which it happened; what is planned for later weeks does not count. The 26 weeks up
    to `week` are looked at, as known at a gsn (None: now). heard_by: who has reported after `week`, and up to that day,
    is silent no longer.
    """
    first = first_day(week) - timedelta(weeks=LOOKED_BACK - 1)
    rows = tables.report_weeks(first, max(last_day(week), heard_by or last_day(week)), at=at)
    found = []
    for reporter, own in groupby(rows, key=lambda row: row[0]):
        one = _silent(str(reporter), {first_day(heard): number for _, heard, number in own}, first_day(week))
        if one is not None:
            found.append(one)
    return tuple(sorted(found, key=lambda one: (-one.usual_per_week, one.reporter)))


def _silent(reporter: str, heard: Mapping[date, int], monday: date) -> SilentReporter | None:
    """heard: the number of reports by the Monday of their week."""
    last = max(heard)
    silent = (monday - last).days // 7
    usual = [number for on, number in heard.items() if on > last - timedelta(weeks=USUAL)]
    if silent < QUIET or len(usual) < ACTIVE:
        return None
    return SilentReporter(reporter, sum(usual) / USUAL, containing(last, "week"), silent)
