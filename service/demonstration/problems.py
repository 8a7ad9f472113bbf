"""The problems of the demonstration, all invented: proposed, valued, prioritised or set aside, analysed, closed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from domain.action import AdoptPlan
from domain.problem import (
    CRITERIA,
    Alternative,
    AnalyseCauses,
    Cause,
    Close,
    Evidence,
    Place,
    Prioritise,
    Propose,
    Reopen,
    SetProblemAside,
    ValueProblem,
)
from service.demonstration.catalogue import AGREEMENT, COORDINATOR, DIVISION, OFFICER, STEERING, example, role
from service.demonstration.days import Step, at, meeting_from, meeting_key, workday
from service.demonstration.problem_stories import STORIES, Story
from service.demonstration.reports import Reported

_RATERS = ((COORDINATOR, "samordnare"), (OFFICER, "kommunpolis"), (COORDINATOR, "bostadsbolag"))
_METHOD = "Brottstriangeln, en arbetsgrupp per problembild, två möten och genomgång av rapporter och utdrag."


@dataclass(frozen=True, slots=True)
class Running:
    """A problem while it is prioritised: what decisions and verdicts may be linked to it."""

    key: str
    title: str
    districts: tuple[str, ...]
    categories: tuple[str, ...]
    first: date
    last: date


def running(day: date) -> list[Running]:
    """The problems that are prioritised on a day."""
    return [one for one in _running() if one.first < day < one.last]


def concerned(district: str, category: str, day: date) -> tuple[str, date] | None:
    """The problem that an alert judged that day is evidence for, and when: now, or when it is proposed soon after."""
    now = next((p for p in running(day) if district in p.districts and category in p.categories), None)
    if now:
        return now.key, day
    for story in STORIES:
        if district in story.districts and category in story.categories:
            proposed = workday(story.proposed)
            if day < proposed <= day + timedelta(days=60):
                return story.key, workday(proposed + timedelta(days=1))
    return None


def steps(rng: np.random.Generator, reports: Sequence[Reported]) -> Iterator[Step]:
    """All commands about problems and their plans; actions have a file of their own."""
    for story in STORIES:
        yield from _beginning(story, reports)
        yield from _valuations(rng, story)
        yield from _decision(story)
        yield from _analysis(story)
        yield from _ending(story)


def decided_on(story: Story) -> date | None:
    """The meeting that decided whether the problem is prioritised."""
    return meeting_from(story.decided) if story.decided else None


def _running() -> Iterator[Running]:
    for story in STORIES:
        first = decided_on(story)
        if first and story.rank:
            last = meeting_from(story.closed[0]) if story.closed else date(2023, 3, 1)
            yield Running(story.key, story.title, story.districts, story.categories, first, last)


def _beginning(story: Story, reports: Sequence[Reported]) -> Iterator[Step]:
    day = workday(story.proposed)
    yield Step(
        at(day, 10, 15),
        COORDINATOR,
        Propose(
            problem=story.key,
            on=day,
            agreement=AGREEMENT,
            title=story.title,
            description=example(story.description),
            places=tuple(Place(division=DIVISION, district=key) for key in story.districts),
            categories=story.categories,
            evidence=(*_from_reports(story, reports, day), _document(story)),
        ),
    )


def _from_reports(story: Story, reports: Sequence[Reported], day: date) -> tuple[Evidence, ...]:
    known = [r for r in reports if r.when.date() < day and r.fate != "withdrawn"]
    about = [r for r in known if r.is_about(story.districts, story.categories)]
    return tuple(Evidence(kind="observation", ref=r.key) for r in about[-4:])


def _document(story: Story) -> Evidence:
    return Evidence(kind="document", ref=f"underlag-{story.key}", note=example(story.ground))


def _valuations(rng: np.random.Generator, story: Story) -> Iterator[Step]:
    first = workday(story.proposed) + timedelta(days=5)
    for n, (actor, rater) in enumerate(_RATERS[: 2 + len(story.key) % 2]):
        day = workday(first + timedelta(days=n))
        around = rng.integers(-1, 2, len(CRITERIA)) * (rng.random(len(CRITERIA)) < 0.4)
        scores = {c: int(np.clip(s + d, 0, 4)) for c, s, d in zip(CRITERIA, story.scores, around, strict=True)}
        yield Step(
            at(day, 9, 30 + n),
            actor,
            ValueProblem.model_validate({"problem": story.key, "on": day, "rater": rater, "scores": scores}),
        )


def _decision(story: Story) -> Iterator[Step]:
    day = decided_on(story)
    if day is None:
        return
    common = {
        "problem": story.key,
        "on": day,
        "reason": example(story.reason),
        "alternatives": tuple(Alternative(what=what, reason=why) for what, why in story.alternatives),
        "dissent": example(story.dissent) if story.dissent else None,
        "meeting": meeting_key(day),
    }
    kind = Prioritise if story.rank else SetProblemAside
    rank = {"rank": story.rank} if story.rank else {}
    yield Step(at(day, 13, 40), STEERING, kind.model_validate(common | rank))


def _analysis(story: Story) -> Iterator[Step]:
    decided = decided_on(story)
    if decided is None or story.rank is None:
        return
    if story.causes:
        day = workday(decided + timedelta(days=16))
        causes = tuple(
            Cause.model_validate({"side": side, "cause": cause, "finding": finding, "ground": ground})
            for side, cause, finding, ground in story.causes
        )
        analysed = AnalyseCauses(problem=story.key, on=day, causes=causes, method=example(_METHOD))
        yield Step(at(day, 14, 0), COORDINATOR, analysed)
    planned = workday(decided + timedelta(days=18))
    plan = AdoptPlan(problem=story.key, on=planned, aim=example(story.aim), owner=role(story.owner))
    yield Step(at(planned, 9, 0), COORDINATOR, plan)


def _ending(story: Story) -> Iterator[Step]:
    if story.reopened:
        day = workday(story.reopened[0])
        again = Reopen(problem=story.key, on=day, reason=example(story.reopened[1]))
        yield Step(at(day, 10, 0), COORDINATOR, again)
    if story.closed:
        day = meeting_from(story.closed[0])
        _, reason, outcome = story.closed
        ending = {"problem": story.key, "on": day, "reason": example(reason), "outcome": outcome}
        yield Step(at(day, 14, 20), STEERING, Close.model_validate(ending))
