"""The actions of the demonstration: committed, carried out in doses, ended in every way, followed up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np

from domain.action import (
    Cancel,
    Change,
    Commit,
    DoNotStart,
    Effect,
    FollowUp,
    LogDose,
    PlannedFollowUp,
    ReportDone,
    Start,
    Verify,
)
from service.demonstration.action_stories import DEEDS, Deed
from service.demonstration.catalogue import CONTROLLER, COORDINATOR, example, role
from service.demonstration.days import Step, at, weekly, workday
from service.demonstration.effects import measured_effect
from service.demonstration.incidents import Incidents

_COMPARISON = "Samma serie i övriga områden under samma tid."
_NO_MEASURE = Effect(
    design="Ingen effektmätning",
    words="Åtgärden är en del av planen och dess egen verkan går inte att skilja från de andra åtgärdernas.",
)


def steps(rng: np.random.Generator, incidents: Incidents) -> Iterator[Step]:
    """All commands about actions."""
    for deed in DEEDS:
        yield _commitment(deed)
        yield from _changes(deed)
        yield from _carrying_out(rng, deed)
        yield from _ending(deed)
        if deed.followed_up:
            yield _follow_up(deed, incidents)


def started_on(deed: Deed) -> date | None:
    """The day on which work begins, a week after the commitment; None when it never does."""
    begins = deed.ended_as not in ("committed", "not started")
    return workday(deed.committed + timedelta(days=7)) if begins else None


def running(day: date) -> list[Deed]:
    """The actions under way on a day."""
    return [d for d in DEEDS if (begun := started_on(d)) and begun <= day < d.ended]


def _commitment(deed: Deed) -> Step:
    day = workday(deed.committed)
    due = deed.moved[1] - timedelta(days=120) if deed.moved else deed.ended + timedelta(days=10)
    later = deed.followed_up or due + timedelta(days=90)
    return Step(
        at(day, 15, 20),
        COORDINATOR,
        Commit(
            action=deed.key,
            on=day,
            problem=deed.problem,
            title=deed.title,
            description=example(deed.description),
            owner=role(deed.owner),
            due=max(due, day),
            planned_hours=deed.hours,
            expected_effect=example(_expected(deed)),
            follow_up=PlannedFollowUp(
                on=max(later, day),
                owner_role="controller",
                measure=_measure(deed),
                comparison=_COMPARISON if deed.measured else None,
            ),
        ),
    )


def _expected(deed: Deed) -> str:
    if deed.measured:
        return "minst en femtedel färre händelser i området än utan åtgärden."
    return f"åtgärden utförs enligt planen (mätt i {deed.doses.unit}), och rapporterna från platsen blir färre."


def _measure(deed: Deed) -> str:
    if deed.measured:
        return "Händelser per vecka i området, ett år före och efter."
    return f"Antal {deed.doses.unit}, nedlagda timmar och rapporter från platsen."


def _changes(deed: Deed) -> Iterator[Step]:
    if deed.moved:
        day, due, reason = deed.moved
        change = Change(action=deed.key, on=day, reason=example(reason), due=due)
        yield Step(at(workday(day), 11, 10), COORDINATOR, change)


def _carrying_out(rng: np.random.Generator, deed: Deed) -> Iterator[Step]:
    begun = started_on(deed)
    if begun is None:
        return
    yield Step(at(begun, 8, 40), COORDINATOR, Start(action=deed.key, on=begun))
    for day in weekly(begun + timedelta(days=3), deed.ended - timedelta(days=1), deed.doses.weeks):
        amount = max(1, round(deed.doses.amount * float(rng.uniform(0.7, 1.2))))
        hours = round(deed.doses.hours * float(rng.uniform(0.75, 1.25)), 1)
        dose = LogDose(action=deed.key, on=day, amount=amount, unit=deed.doses.unit, hours=hours)
        yield Step(at(day, 16, 5), COORDINATOR, dose)


def _ending(deed: Deed) -> Iterator[Step]:
    day = workday(deed.ended)
    match deed.ended_as:
        case "not started":
            refrain = DoNotStart(action=deed.key, on=day, reason=example(deed.why))
            yield Step(at(day, 14, 10), COORDINATOR, refrain)
        case "cancelled":
            yield Step(at(day, 14, 10), COORDINATOR, Cancel(action=deed.key, on=day, reason=example(deed.why)))
        case "reported done" | "verified done":
            note = example("Ägaren rapporterar att allt i beslutet är utfört.")
            yield Step(at(day, 16, 30), COORDINATOR, ReportDone(action=deed.key, on=day, note=note))
    if deed.ended_as == "verified done":
        checked = workday(day + timedelta(days=5))
        how = example(
            f"Stickprov mot dagboken och besök på platsen; antalet {deed.doses.unit} stämmer med det rapporterade."
        )
        yield Step(at(checked, 10, 50), CONTROLLER, Verify(action=deed.key, on=checked, how=how))


def _follow_up(deed: Deed, incidents: Incidents) -> Step:
    assert deed.followed_up is not None
    day = workday(deed.followed_up)
    effect = _NO_MEASURE
    if deed.measured and deed.works_from:
        effect = measured_effect(incidents, *deed.measured, deed.works_from, day)
    return Step(
        at(day, 11, 30),
        CONTROLLER,
        FollowUp(
            action=deed.key,
            on=day,
            production=example(_production(deed)),
            process=example(
                "Stegen följde planen; ägaren lämnade underlag i tid." if not deed.moved else deed.moved[2]
            ),
            hours=round(deed.hours * 1.05, 1),
            effect=effect,
        ),
    )


def _production(deed: Deed) -> str:
    if deed.ended_as == "cancelled":
        return f"Avbröts {deed.ended}. {deed.why}"
    return f"{deed.title}: utfört enligt beslutet, redovisat i {deed.doses.unit}."
