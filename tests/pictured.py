"""A small register with all that lies on a time axis: figures with a gap, a signal, an action, a break, a forecast."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

from domain.action import Commit
from domain.catalogue import DeclareBreak, DrawDivision
from domain.file_import import Coverage, TakeIn, Tally
from domain.forecast import Outlook, RecordForecast
from domain.observation import Observe, SurveyResult
from domain.picture import AdjustPicture
from domain.promise import Measure, Publish
from domain.signal import Judge, RecordAssessment, Results, Sentence
from service.register import LiveRegister
from tests import given as g
from tests.given import but, day
from tests.plausible import SetClock, incident_rows
from tests.registers import opened

SIGNAL = "polisens-utdrag-2020-w09-centrum:personran"
FIRST_FILE, SECOND_FILE = (day("2019-11-04"), day("2020-01-19")), (day("2020-01-27"), day("2020-03-01"))
"""W45 to W03, and W05 to W09: week 4 of 2020 is covered by neither."""
SQUARES = {
    key: (((x, 0.0), (x + 8.0, 0.0), (x + 8.0, 9.0), (x, 9.0)),)
    for key, x in (("centrum", 0.0), ("raby", 9.0), ("backby", 18.0))
}


def file_of(span: tuple[date, date], compared_at: int) -> TakeIn:
    """Incidents: each week two robberies and one damage in Centrum, one robbery in Råby; nine in the last week."""
    first, last = span
    rows = []
    for week in range(((last - first).days + 1) // 7):
        monday = first + timedelta(weeks=week)
        robberies = 9 if monday == day("2020-02-24") else 2
        rows += [(f"{monday}-{n}", ("centrum", "personran", str(monday))) for n in range(robberies)]
        rows += [(f"{monday}-s", ("centrum", "skadegorelse", str(monday + timedelta(days=6))))]
        rows += [(f"{monday}-r", ("raby", "personran", str(monday + timedelta(days=1))))]
    return TakeIn(
        source=g.EXTRACT,
        kind="incidents",
        file_name="utdrag.csv",
        sha256=hashlib.sha256(str(first).encode()).hexdigest(),
        columns={"ref": "Nr"},
        coverage=Coverage(
            districts=("centrum", "raby", "backby"), categories=("personran", "skadegorelse"), first=first, last=last,
            frequency="day", absent="zero",
        ),
        tally=Tally(read=len(rows), new=len(rows), corrected=0, unchanged=0, rejected=0),
        compared_at=compared_at,
        rows=(incident_rows(rows),),
    )  # fmt: skip


ASSESS = RecordAssessment(
    source=g.EXTRACT,
    period="2020-W09",
    data_gsn=9,
    method="product 2",
    parameters={"alpha": 0.01},
    results=Results(
        district=("centrum", "raby", "centrum", "raby"),
        category=("personran", "personran", "skadegorelse", "skadegorelse"),
        observed=(9.0, 1.0, 1.0, 0.0), expected=(2.0, 1.5, 1.0, 0.2), bound=(6.0, 5.5, 4.0, 2.0),
        p=(0.001, 0.6, 0.5, 0.9), exceedance=(1.75, -0.3, 0.0, -1.0), dispersion=(1.0,) * 4, trend=(0.0,) * 4,
        flagged=(True, False, False, False), reasons=((),) * 4, lower=(0.0, 0.0, 0.0, 0.0), p_fall=(1.0,) * 4,
        common=(1.0,) * 4, periods=(50,) * 4, flag=("rise", None, None, None),
    ),
    sentences=(Sentence(sv="Nio personrån; två väntades.", en="Nine robberies; two expected."),),
    synthetic=True,
)  # fmt: skip
JUDGE = Judge(
    signal=SIGNAL,
    on=day("2020-03-02"),
    response="dismiss",
    finding="false",
    reason="En händelse anmäld flera gånger.",
)
BREAK = DeclareBreak(source=g.EXTRACT, on=day("2020-01-01"), reason="Ny kodning av rån.")
FORECAST = RecordForecast(
    source=g.EXTRACT,
    origin="2020-W09",
    horizon=2,
    data_gsn=9,
    method="outlook 1",
    parameters={},
    quantile_levels=(0.025, 0.1, 0.5, 0.9, 0.975),
    outlook=Outlook(
        district=("centrum", "Västerås"), category=("personran",) * 2, level=("district", "city"),
        quantiles=(((0.0, 1.0, 2.0, 4.0, 6.0), (0.0, 1.0, 3.0, 5.0, 7.0)), ((1.0, 2.0, 4.0, 6.0, 8.0),) * 2),
        mean=((2.1, 3.1), (4.0, 4.0)), reasons=((), ()),
    ),
    synthetic=True,
)  # fmt: skip
DRAW = DrawDivision(
    division=g.DIVISION, on=day("2020-03-02"), outlines=SQUARES, schematic=True, source="Ritad för provet."
)
ADJUST = AdjustPicture(
    agreement=g.AGREEMENT, year=2020, on=day("2020-02-25"), reason="Rånen har flyttat.",
    findings=(but(g.FINDING, key="nya", words="Rånen sker nu vid stationen."),), dropped=("ran-centrum",),
)  # fmt: skip
PROMISE = Publish(
    promise="lofte", on=day("2020-03-02"), agreement=g.AGREEMENT, title="Löfte mot rån", words="Färre rån.",
    first_day=day("2020-03-01"), last_day=day("2020-08-31"), measures=(Measure(what="Vandra", action="vandringar"),),
    indicator="Anmälda rån.",
)  # fmt: skip
COMMIT: Commit = g.COMMIT


def survey(key: str, wave: str, value: float, method: str, district: str | None = "centrum") -> Observe:
    """A figure of a safety survey."""
    result = SurveyResult(
        indicator="Trygg ute", wave=wave, fielded_on=day(f"{wave}-01"), district=district, value=value, n=120,
        low=value - 5, high=value + 5, method=method,
    )  # fmt: skip
    return Observe(observation=key, source=g.EST, content=result)


@contextmanager
def pictured(url: str) -> Iterator[LiveRegister]:
    """The register, on Monday 2020-03-02."""
    clock = SetClock(datetime(2020, 3, 2, 9, tzinfo=UTC))
    with opened(url, clock) as live:
        for command in (
            g.PUBLISH_DIVISION, g.PUBLISH_CATEGORIES, g.REGISTER_EST, but(g.REGISTER_EXTRACT, synthetic=True), g.SIGN,
            g.OBSERVE, g.PROPOSE, g.VALUE, g.PRIORITISE, g.ADOPT_PLAN, COMMIT, g.START, file_of(FIRST_FILE, 0),
            file_of(SECOND_FILE, 1), BREAK, ASSESS, FORECAST, DRAW, PROMISE, g.CITY_PICTURE, g.POLICE_PICTURE,
            g.JOINT_PICTURE, ADJUST,
            survey("s1", "2018-10", 60, "Post"), survey("s2", "2019-10", 55, "Webb"),
            survey("s3", "2019-10", 70, "Webb", None),
        ):  # fmt: skip
            live.ask(command, g.OFFICER if command is g.POLICE_PICTURE else g.COORDINATOR)
        yield live
