"""The counts that forecasts, backtests and effects rest on: up to the latest complete period, of what is in use."""

from __future__ import annotations

import numpy as np

from domain.catalogue import Categories, Division, Source
from domain.core import must_exist, refuse
from domain.file_import import FileImport
from domain.period import Frequency, last_day
from domain.register import Register
from forecasting.panel import Panel
from service.assessing import counts_panel
from service.register import LiveRegister
from service.sources import of_incidents


def complete_panel(live: LiveRegister, register: Register, source: str, frequency: Frequency | None, gsn: int) -> Panel:
    """A row a series, a column a period, to the last that is over and has figures; retired districts are left out."""
    raw = counts_panel(live, register, source, frequency, gsn)
    today = live.today()
    over = [at for at, period in enumerate(raw.periods) if last_day(period) <= today]
    panel = raw.until(over[-1]).reported(incidents=of_incidents(register, source)) if over else raw
    panel = panel.of(_in_use(panel, register, source))
    known = np.any(~np.isnan(panel.counts), axis=0).tolist()
    over = [at for at in over if known[at]]
    if not over:
        refuse(
            "nothing-to-forecast",
            f"Källan ”{source}” har ingen period som är över och har uppgifter. Läs in fler, eller vänta till dess.",
            f"The source “{source}” has no period that is over and has figures. Take in more, or wait until then.",
        )
    return panel.until(over[-1])


def division_of(register: Register, source: str) -> tuple[Source, Division]:
    """The source and the division of its districts."""
    state = must_exist(register.find(Source, source), "source", "Källan", source)
    return state, must_exist(register.find(Division, state.division), "division", "Indelningen", state.division)


def monthly_where_possible(register: Register, source: str) -> Frequency | None:
    """Months for a source of incidents; None, its own period, for one of counts."""
    kinds = {i.kind for i in register.every(FileImport) if i.source == source and not i.withdrawn}
    return None if "counts" in kinds else "month"


def _in_use(panel: Panel, register: Register, source: str) -> list[int]:
    _, division = division_of(register, source)
    categories = register.find(Categories, "all")
    gone = categories.retired if categories else frozenset()
    return [i for i, (d, c) in enumerate(panel.series) if d not in division.retired and c not in gone]
