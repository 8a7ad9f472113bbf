"""The register as it was known at one moment beside what was known at another: figures, decisions and states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, NoReturn, get_args

from domain.catalogue import Division
from domain.core import refuse
from domain.period import NotAPeriod, first_day, last_complete, last_day
from service.register import HERE, LiveRegister
from service.views.comparison_figures import Figures, SumRow, figures
from service.views.comparison_happened import happened
from service.views.comparison_states import Difference, StateKind, differences
from service.views.history import day_asked
from service.views.scope import category_name, countable
from service.wording import alphabetical

Kind = Literal["figures", "agreement", "review", "picture", "meeting", "problem", "action", "signal", "promise"]
KINDS: tuple[Kind, ...] = get_args(Kind)
STATES: tuple[StateKind, ...] = get_args(StateKind)
MONTHS = 12
LAST_DAY = date(9998, 1, 1)


@dataclass(frozen=True, slots=True)
class Seen:
    """A moment to look from: a gsn (0: before anything was recorded), and the day of it. week: when one was asked for.

    text: how it can be asked for again.
    """

    gsn: int
    day: date
    week: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What is compared: days of figures from first to last, and only one source, district, category or kind.

    None leaves a condition out. kind: figures, or one kind of decisions and states.
    """

    first: date
    last: date
    source: str | None = None
    district: str | None = None
    category: str | None = None
    kind: Kind | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was known at `earlier` and what was known at `later`, where they differ.

    figures: the series whose counts differ, with sums a source. differences: decisions and states that differ, the
    kinds in the order of KINDS, and within each in the order in which they changed. synthetic: whether any of the
    figures is made up.
    """

    earlier: Seen
    later: Seen
    asked: Asked
    figures: Figures
    differences: tuple[Difference, ...]
    synthetic: bool

    def of(self, kind: StateKind) -> tuple[Difference, ...]:
        """The differences of one kind."""
        return tuple(one for one in self.differences if one.kind == kind)

    @property
    def sums(self) -> tuple[SumRow, ...]:
        """The sums of the sources."""
        return self.figures.sums


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be chosen, as known at the later moment: pairs of key and name."""

    sources: tuple[tuple[str, str], ...]
    districts: tuple[tuple[str, str], ...]
    categories: tuple[tuple[str, str], ...]


def seen(live: LiveRegister, text: str | None, *, limit: int | None = None) -> Seen:
    """What somebody means by a day, a week (`v. 46 2020`) or a gsn; None is the last event. Refused for anything else.

    limit: a gsn that may not be passed, where the register is looked at as it was.
    """
    last = live.store.last_gsn() if limit is None else limit
    if text is None or not text.strip():
        return Seen(last, _day_of(live, last), None, f"{last}")
    text = text.strip()[:40]
    if text.isascii() and text.isdigit() and len(text) < 16:
        gsn = int(text)
        if gsn > last:
            _no_moment(last)
        return Seen(gsn, _day_of(live, gsn), None, text)
    day, week = day_asked(text) or _no_moment(last)
    return Seen(min(live.gsn_on(min(day, LAST_DAY)), last), day, week, week or f"{day}")


def _no_moment(last: int) -> NoReturn:
    refuse(
        "no-such-moment",
        f"Skriv en dag som 2020-11-18, en vecka som v. 46 2020 eller ett händelsenummer från 0 till {last}.",
        f"Write a day such as 2020-11-18, a week such as v. 46 2020, or an event number from 0 to {last}.",
    )


def _day_of(live: LiveRegister, gsn: int) -> date:
    """The day on which an event was recorded, where the register is kept; today for 0."""
    moment = live.store.recorded_at(gsn) if gsn else None
    return moment.astimezone(HERE).date() if moment else live.today()


def both(live: LiveRegister, a: str | None, b: str | None, *, limit: int | None = None) -> tuple[Seen, Seen]:
    """The two moments, the earlier first. Left out: b is the last event, and a the end of the year before b's."""
    later = seen(live, b, limit=limit)
    earlier = seen(live, a or f"{later.day.year - 1}-12-31", limit=limit)
    return (earlier, later) if earlier.gsn <= later.gsn else (later, earlier)


def days_asked(earlier: Seen, first: str | None, last: str | None) -> tuple[date, date]:
    """The days of the figures, from periods (2021-01, 2021-W03); left out: the twelve whole months up to the earlier
    moment. Refused for what is no period, and for a last before the first."""
    try:
        end = last_day(last.strip() if last and last.strip() else last_complete(earlier.day, "month"))
        begin = first_day(first.strip()) if first and first.strip() else _months_back(end)
    except NotAPeriod as wrong:
        refuse("no-such-period", f"{str(wrong.sv)[:120]}.", f"{str(wrong)[:120]}.")
    if end < begin:
        refuse(
            "bad-days",
            "Den sista perioden ligger före den första. Byt plats på dem.",
            "The last period lies before the first. Change their places.",
        )
    return begin, end


def _months_back(end: date) -> date:
    """The first day of the twelfth month back, counted with the end's own."""
    first = end.replace(day=1)
    for _ in range(MONTHS - 1):
        first = (first - timedelta(days=1)).replace(day=1)
    return first


def compare(live: LiveRegister, earlier: Seen, later: Seen, asked: Asked) -> Comparison:
    """The register at two moments, where it differs."""
    then, now = live.as_of(earlier.gsn), live.as_of(later.gsn)
    wanted = (asked.district, asked.category)
    found = (
        figures(live.read_tables(), then, now, asked.first, asked.last, asked.source, *wanted)
        if asked.kind in (None, "figures")
        else Figures((), ())
    )
    kinds = tuple(kind for kind in STATES if asked.kind in (None, kind))
    changed = differences(live, then, now, kinds)
    kept = [one for one in changed if one.concerns(now, asked.source, *wanted)]
    kept += happened(live, then, now, kinds, asked.source, *wanted)
    kept.sort(key=lambda one: STATES.index(one.kind))
    return Comparison(earlier, later, asked, found, tuple(kept), any(row.synthetic for row in found.sums))


def choices(live: LiveRegister, later: Seen) -> Choices:
    """What can be chosen."""
    register = live.as_of(later.gsn)
    counted = countable(register, live.read_tables())
    names = {key: one.name for each in register.every(Division) for key, one in each.districts.items()}
    districts = dict.fromkeys(key for one in counted for key in one.districts)
    categories = dict.fromkeys(key for one in counted for key in one.categories)
    return Choices(
        tuple((one.key, one.name) for one in counted),
        _by_name({key: names.get(key, key) for key in districts}),
        _by_name({key: category_name(register, key) for key in categories}),
    )


def _by_name(named: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(named.items(), key=lambda pair: alphabetical(pair[1])))
