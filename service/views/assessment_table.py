"""What assessments found, as one flat table: a row for each district and category of a run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from adapters.tabular import Cell, Column, Tabular
from domain.catalogue import Source
from domain.core import must_exist
from domain.period import frequency
from domain.register import Register
from domain.signal import Assessment, latest_run
from service.views.picture_view import as_period
from service.views.scope import category_name, district_name
from service.views.series_table import EVENTS, KNOWN_AT, PLACE_AND_KIND, SYNTHETIC

COLUMNS = (
    Column("assessment", "text", "The run's key."),
    Column("source", "text", "The source's key."),
    Column("period", "text", "The ISO week (2020-W07) or month (2020-02) that was assessed."),
    Column("number", "whole", "Which of the period's runs it is, from 1."),
    *PLACE_AND_KIND,
    Column("observed", "number", "Events as known when the run was made.", EVENTS),
    Column("expected", "number", "Events to be expected; empty: not assessed, and reasons say why.", EVENTS),
    Column("lower", "number", "Fewer than this surprise.", EVENTS),
    Column("upper", "number", "More than this surprise.", EVENTS),
    Column("p", "number", "How probable so many or more are when nothing has changed.", "probability, 0 to 1"),
    Column("p_fall", "number", "How probable so few or fewer are.", "probability, 0 to 1"),
    Column("exceedance", "number", "(observed - expected) / (bound - expected); beyond 1 or -1 it surprises.", "ratio"),
    Column("dispersion", "number", "Variance over mean: 1 is Poisson.", "ratio"),
    Column("trend", "number", "The change of the log mean.", "per year"),
    Column("common", "number", "The factor of the whole city within expected.", "ratio"),
    Column("periods", "whole", "How many earlier periods it is compared with.", "periods"),
    Column("flag", "text", "How it diverges, where it is flagged: rise, fall, lasting-rise or lasting-fall."),
    Column("reasons", "text", "Codes that say what was left out or held back, parted by semicolons."),
    Column("method", "text", "The method and its version."),
    Column("data_gsn", "whole", "The number of the last event that the run knew of."),
    KNOWN_AT,
    SYNTHETIC,
)


def assessment_table(
    register: Register, source: str, *, first: str | None = None, last: str | None = None, key: str | None = None
) -> Tabular:
    """The latest run of each period, from one period to another (or day); or one run, by its key."""
    state = must_exist(register.find(Source, source), "source", "Källan", source)
    runs = [(key, _run(register, source, key))] if key else _latest(register, source, first, last)
    made_up = "; synthetic: made up for demonstration" if state.synthetic else ""
    rows = [row for name, run in runs for row in _rows(register, name, run, state.division)]
    return Tabular("assessments", f"{state.name} ({source}){made_up}", COLUMNS, rows)


def _run(register: Register, source: str, key: str) -> Assessment:
    found = register.find(Assessment, key)
    mine = found if found is not None and found.source == source else None
    return must_exist(mine, "assessment", "Bedömningen", key)


def _latest(register: Register, source: str, first: str | None, last: str | None) -> Iterable[tuple[str, Assessment]]:
    periods = sorted({run.period for run in register.every(Assessment) if run.source == source})
    runs = (latest_run(register, source, period) for period in periods if _within(period, first, last))
    return [run for run in runs if run is not None]


def _within(period: str, first: str | None, last: str | None) -> bool:
    begin, end = (as_period(each, frequency(period)) for each in (first, last))
    return (begin or "") <= period <= (end or "9999")


def _rows(register: Register, key: str, run: Assessment, division: str) -> Iterator[Sequence[Cell]]:
    r = run.results
    for i, (district, category) in enumerate(zip(r.district, r.category, strict=True)):
        later = (r.lower, r.p_fall, r.common, r.periods)  # empty in runs of the first method
        lower, p_fall, common, periods = (column[i] if column else None for column in later)
        yield (
            key, run.source, run.period, run.number, district, district_name(register, division, district), category,
            category_name(register, category), r.observed[i], r.expected[i], lower, r.bound[i], r.p[i], p_fall,
            r.exceedance[i], r.dispersion[i], r.trend[i], common, periods, r.at(i) if r.flagged[i] else None,
            ";".join(r.reasons[i]), run.method, run.data_gsn, register.position, run.synthetic,
        )  # fmt: skip
