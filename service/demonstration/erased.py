"""A report that named somebody: withdrawn the day after, and its text erased by two roles. All of it is made up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from domain.core import Actor
from domain.observation import Observe, Report, Withdraw
from service.demonstration.catalogue import CITY, COORDINATOR, EST, example
from service.demonstration.days import Step, at
from service.demonstration.report_words import REPORTERS

NAMING = "est-20210520-000001"
ASKED, APPROVED = date(2021, 5, 27), date(2021, 5, 28)
ADMINISTRATOR = Actor(account="administrator", role="administratör", organisation=CITY)

LEGAL_BASIS = "GDPR artikel 17.1: personuppgiften behövs inte för ändamålet"
REASON = example(
    "en rapport namngav en person. Registret ska hålla platser och situationer, aldrig individer; rapporten är "
    "tillbakadragen."
)


def steps() -> Iterator[Step]:
    """The report, and its withdrawal; the reporter is one who reports from there."""
    reporter = next(one for one in REPORTERS if one.name == "Fältgruppen")
    content = Report(
        kind="order disturbance",
        district="vallby-nordanby",
        category="buskorning",
        occurred_on=date(2021, 5, 19),
        place="Gångvägen mot idrottsplatsen",
        text=example(
            "två mopeder på gångvägen strax efter kl. 20; den ena kördes av Kim Exempelsson på Påhittsvägen 1."
        ),
        reporter=reporter.name,
    )
    why = example("Texten namngav en person; den begärs raderad.")
    yield Step(at(date(2021, 5, 20), 10, 15), reporter.by, Observe(observation=NAMING, source=EST, content=content))
    yield Step(at(date(2021, 5, 21), 9, 40), COORDINATOR, Withdraw(observation=NAMING, reason=why))
