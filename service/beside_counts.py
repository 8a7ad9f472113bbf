"""What the register knows beside a source's counts: areas, verdicts, declared breaks, and how late reports come."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from domain.catalogue import Categories, Division, Source, neighbours
from domain.core import must_exist
from domain.file_import import FileImport
from domain.period import Frequency, last_day
from domain.register import Register
from domain.signal import Signal
from forecasting.panel import Complete, Known, Panel, Places, Record, Settings
from forecasting.reporting_delay import completeness
from service.register import LiveRegister

Floats = NDArray[np.float64]

_GROWN_UP = timedelta(weeks=10)  # a period this old is complete
_LEARN_FROM = 26  # periods


def settings_for(register: Register, source: str, panel: Panel) -> Settings:
    """The product's settings, with the breaks that were declared for the source."""
    state = must_exist(register.find(Source, source), "source", "Källan", source)
    plain = Settings.of(panel.freq)
    return Settings(excluded=plain.excluded, breaks=tuple(sorted(state.breaks)))


def places(register: Register, source: str) -> Places:
    """The area and the neighbours of every district, and the group of every category."""
    state = must_exist(register.find(Source, source), "source", "Källan", source)
    division, categories = register.find(Division, state.division), register.find(Categories, "all")
    districts = {} if division is None else division.districts
    kinds = {} if categories is None else categories.categories
    return Places(
        {key: one.area for key, one in districts.items() if one.area},
        {key: one.group for key, one in kinds.items() if one.group},
        {} if division is None else neighbours(division),
    )


def records(register: Register, source: str) -> Mapping[str, Record]:
    """For each district how often its judged signals were right; one that is explained was right to be raised."""
    judged, right = Counter[str](), Counter[str]()
    for signal in register.every(Signal):
        if signal.source == source and signal.finding in ("true", "false", "explained"):
            judged[signal.district] += 1
            right[signal.district] += signal.finding != "false"
    return {district: Record(right[district], number) for district, number in judged.items()}


def known(live: LiveRegister, register: Register, source: str, panel: Panel, at: int, gsn: int) -> Known:
    """What `forecasting.panel.assess` may know when it looks at that position."""
    row_of = {series: row for row, series in enumerate(panel.series)}
    column_of = {period: column for column, period in enumerate(panel.periods)}
    left_out = np.zeros(panel.counts.shape, dtype=np.bool_)
    since = np.zeros(len(panel.series), dtype=np.int64)
    for signal in register.every(Signal):
        row, column = row_of.get((signal.district, signal.category)), column_of.get(signal.period, at)
        if signal.source != source or row is None or column >= at:
            continue
        if signal.flag.startswith("lasting"):
            # Unjudged, the same change is not told again; after a verdict only what came later counts.
            since[row] = max(since[row], len(panel.periods) if signal.response is None else column + 1)
        elif signal.finding == "true":
            left_out[row, column] = True
    return Known(left_out=left_out, complete=_complete(live, register, source, panel, at, gsn), since=since)


def _complete(live: LiveRegister, register: Register, source: str, panel: Panel, at: int, gsn: int) -> Complete | None:
    """How complete the period is by now, from how complete earlier ones were at that age; None: no telling, or all."""
    age = live.today() - last_day(panel.periods[at])
    imports = [i for i in register.every(FileImport) if i.source == source and not i.withdrawn]
    if age > _GROWN_UP or any(i.kind == "counts" for i in imports):
        return None
    districts = sorted({district for district, _ in panel.series})
    earlier = [p for p in panel.periods[:at] if live.today() - last_day(p) > _GROWN_UP][-_LEARN_FROM:]
    freq: Frequency = "week" if panel.freq == 52 else "month"
    early, final = _triangle(live, source, districts, earlier, age, freq, gsn)
    found = completeness(early, final)
    if found is None:
        return None
    rows = [districts.index(district) for district, _ in panel.series]
    return Complete(found.share[rows], found.error[rows])


def _triangle(
    live: LiveRegister,
    source: str,
    districts: list[str],
    periods: list[str],
    age: timedelta,
    frequency: Frequency,
    gsn: int,
) -> tuple[Floats, Floats]:
    """Districts × periods: events known at that age, and today. NaN where nothing of the period was known then."""
    early, final = np.zeros((2, len(districts), len(periods)))
    column_of, row_of = {p: i for i, p in enumerate(periods)}, {d: i for i, d in enumerate(districts)}
    then = [live.gsn_on(last_day(period) + age) for period in periods]
    for district, period, came, number in live.tables.arrivals(source, frequency, at=gsn):
        if period in column_of and district in row_of:
            row, column = row_of[district], column_of[period]
            final[row, column] += number
            early[row, column] += number if came <= then[column] else 0
    early[:, early.sum(axis=0) == 0] = math.nan
    return early, final
