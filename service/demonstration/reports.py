"""The weekly EST reports of the demonstration, drawn at random: some wrong and corrected, a few withdrawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

import numpy as np

from domain.core import Actor
from domain.observation import Correct, Observe, Report, Withdraw
from service.demonstration.catalogue import (
    BURDEN,
    COORDINATOR,
    DISTRICTS,
    EST,
    HOUSING,
    HOUSING_EST,
    POPULATION,
    district_of,
    housing_districts,
)
from service.demonstration.days import HERE, SIGNED, Step, at, workday
from service.demonstration.planted import END
from service.demonstration.problem_stories import STORIES, Story
from service.demonstration.report_words import CENTRAL_PLACES, FITTING, PLACES, REPORTERS, WORDS, Reporter

_WRONG, _VOID = 0.03, 0.012
_WRONG_DAY = "Datumet var rapportens dag, inte händelsens."
_TWICE = "Samma händelse är redan rapporterad."
LAST_REPORT = "est-20230228-000001"
"""The story's last report is no random one: by its key it is seen that the story has been told to its end."""


@dataclass(frozen=True, slots=True)
class Reported:
    """A report on its way into the register. district: in the division of the twenty-two areas."""

    key: str
    when: datetime
    by: Actor
    source: str
    district: str
    content: Report
    fate: Literal["stands", "corrected", "withdrawn"]

    def is_about(self, districts: Sequence[str], categories: Sequence[str]) -> bool:
        """Whether it speaks of these places and kinds."""
        return self.district in districts and self.content.category in categories


def draw(rng: np.random.Generator) -> list[Reported]:
    """All reports, in the order in which they were recorded."""
    mondays = [SIGNED - timedelta(days=2) + timedelta(weeks=n) for n in range((END - SIGNED).days // 7 + 1)]
    drawn = [
        _report(rng, reporter, monday)
        for monday in mondays
        for reporter in REPORTERS
        for _ in range(rng.poisson(reporter.weekly))
        if not reporter.is_silent(monday)
    ]
    drawn += [one for story in STORIES for one in _foreboding(rng, story)]
    return sorted((one for one in drawn if one.when.date() > SIGNED), key=lambda one: (one.when, one.key))


def steps(reports: Sequence[Reported]) -> Iterator[Step]:
    """The commands that record them, and correct or withdraw some a few days later."""
    for one in reports:
        observe = Observe(observation=one.key, source=one.source, content=one.content)
        yield Step(one.when, one.by, observe)
        later = workday(one.when.date() + timedelta(days=3))
        if one.fate == "corrected":
            content = one.content.model_copy(update={"occurred_on": _day_before(one), "occurred_at": None})
            yield Step(at(later, 9, 20), one.by, Correct(observation=one.key, content=content, reason=_WRONG_DAY))
        elif one.fate == "withdrawn":
            yield Step(at(later, 9, 20), COORDINATOR, Withdraw(observation=one.key, reason=_TWICE))


def last_step() -> Step:
    """A report on the morning before the last weekly meeting; nothing comes after it."""
    content = Report(
        kind="planned event",
        district="centrum",
        category="arrangemang",
        occurred_on=date(2023, 3, 4),
        place="Stora torget",
        text="Manifestation på lördag kl. 14 till 15, väntas ge omkring 300 besökare.",
        reporter="Evenemangsenheten",
    )
    by = next(one.by for one in REPORTERS if one.name == content.reporter)
    return Step(at(date(2023, 2, 28), 8, 50), by, Observe(observation=LAST_REPORT, source=EST, content=content))


def _day_before(one: Reported) -> date:
    return one.content.occurred_on - timedelta(days=1)


def _foreboding(rng: np.random.Generator, story: Story) -> Iterator[Reported]:
    """Some reports in the weeks before a problem is proposed, where somebody reports such things from there."""
    monday = story.proposed - timedelta(days=story.proposed.weekday())
    fitting = [
        (reporter, district, category)
        for reporter in REPORTERS
        for district in story.districts
        for category in story.categories
        if reporter.by.organisation != HOUSING and category in reporter.categories
        if district in (reporter.districts or DISTRICTS)
    ]
    for weeks in range(1, 5):
        begun = monday - timedelta(weeks=weeks)
        heard = [one for one in fitting if not one[0].is_silent(begun)]
        if heard:
            reporter, district, category = heard[int(rng.integers(len(heard)))]
            yield _report(rng, reporter, begun, district, category)


def _report(
    rng: np.random.Generator,
    reporter: Reporter,
    monday: date,
    district: str | None = None,
    category: str | None = None,
) -> Reported:
    category = category or str(rng.choice(reporter.categories))
    kind, texts = WORDS[category]
    occurred, written = _times(rng, monday, planned=kind == "planned event")
    housed = reporter.by.organisation == HOUSING
    if district is None:
        district = str(rng.choice(housing_districts())) if housed else _district(rng, reporter)
    planned = kind == "planned event" or written.date() > END - timedelta(days=7)
    serial = f"{int(rng.integers(16**6)):06x}"
    content = Report.model_validate({
        "kind": kind,
        "district": district,
        "category": category,
        "occurred_on": occurred.date(),
        "occurred_at": occurred if rng.random() < 0.4 else None,
        "place": str(rng.choice(_places(reporter, district, category))),
        "text": str(rng.choice(texts)).replace("{n}", str(rng.integers(2, 10))),
        "reporter": reporter.name,
    })  # fmt: skip
    return Reported(
        key=f"est-{written:%Y%m%d}-{serial}",
        when=written,
        by=reporter.by,
        source=HOUSING_EST if housed else EST,
        district=district_of(district) if housed else district,
        content=content,
        fate="stands" if planned else _fate(rng.random()),
    )


def _places(reporter: Reporter, district: str, category: str) -> tuple[str, ...]:
    if reporter.name == "Biblioteken":
        return ("Biblioteket",)
    if district in ("centrum", "mimer-city"):
        return CENTRAL_PLACES
    return FITTING.get(category, PLACES)


def _fate(drawn: float) -> Literal["stands", "corrected", "withdrawn"]:
    if drawn < _WRONG:
        return "corrected"
    return "withdrawn" if drawn < _WRONG + _VOID else "stands"


def _district(rng: np.random.Generator, reporter: Reporter) -> str:
    among = reporter.districts or DISTRICTS
    weights = np.array([POPULATION[n] * BURDEN[n] for n, key in enumerate(DISTRICTS) if key in among])
    inside = [key for key in DISTRICTS if key in among]
    return str(rng.choice(inside, p=weights / weights.sum()))


def _times(rng: np.random.Generator, monday: date, *, planned: bool) -> tuple[datetime, datetime]:
    """When it happened (local time), and when it was written down, on a working day before the next meeting."""
    day = monday + timedelta(days=int(rng.integers(0, 7)))
    written = at(workday(day + timedelta(days=1)), int(rng.integers(8, 16)), int(rng.integers(60)))
    happened = day + timedelta(days=9) if planned else day
    hour, minute = int(rng.choice([7, 12, 15, 17, 18, 19, 20, 21, 22, 23])), 5 * int(rng.integers(12))
    return datetime(happened.year, happened.month, happened.day, hour, minute, tzinfo=HERE), written
