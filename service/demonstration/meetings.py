"""The weekly EST meetings: who was there, what the reports led to, and the agenda as it was frozen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import numpy as np

from domain.meeting import AgendaItem, Attend, Attendee, CloseMeeting, DecideAtMeeting, OpenMeeting
from service.demonstration import actions, followed_up, problems
from service.demonstration.catalogue import (
    AGREEMENT,
    CITY,
    COORDINATOR,
    DISTRICT_NAMES,
    DISTRICTS,
    HOUSING,
    POLICE,
    example,
)
from service.demonstration.days import COUNCIL, STOPS, Step, assessed_weeks, at, meeting_days, meeting_key
from service.demonstration.report_words import REPORTERS
from service.demonstration.reports import Reported

_ALWAYS = (
    Attendee(role="samordnare", organisation=CITY),
    Attendee(role="kommunpolis", organisation=POLICE),
)
_OFTEN = (
    Attendee(role="enhetschef fältgrupp", organisation=CITY),
    Attendee(role="förvaltare", organisation=HOUSING),
    Attendee(role="trygghetssamordnare skola", organisation=CITY),
    Attendee(role="arbetsledare park", organisation=CITY),
    Attendee(role="gruppledare ordningsvakter", organisation="Ordningsvakter centrum"),
    Attendee(role="enhetschef bibliotek", organisation=CITY),
)
# category: what is decided about it, and who does it
_MEASURES: dict[str, tuple[str, str]] = {
    "skadegorelse": ("Skadan lagas före nästa möte, och platsen kontrolleras två gånger.", "förvaltare"),
    "klotter": ("Saneras inom ett dygn och fotograferas före.", "förvaltare"),
    "nedskrapning": ("Hämtning i morgon och extra tömning i två veckor.", "arbetsledare park"),
    "otrygg-plats": ("Felanmälan i dag och gemensamt platsbesök efter mörkrets inbrott.", "arbetsledare park"),
    "samling": ("Fältgrupp och ordningsvakt går förbi tre kvällar.", "enhetschef fältgrupp"),
    "buskorning": ("Trafikkontroll två kvällar och kontakt med skolan.", "kommunpolis"),
    "vald": ("Fotpatrull fredag och lördag kl. 21 till 01.", "kommunpolis"),
    "inbrott": ("Ägaren byter lås och informerar de boende.", "förvaltare"),
    "narkotika": ("Fotpatrull på skiftande tider och städning varje morgon.", "kommunpolis"),
    "hot-mot-anstalld": ("Genomgång av stängningsrutinen med arbetsplatsen.", "enhetschef bibliotek"),
    "arrangemang": ("Avstämning med arrangören om vakter, ljus och städning.", "samordnare"),
    "anlagd-brand": ("Containern flyttas från fasaden.", "förvaltare"),
}
_USUAL = ("Bevakas till nästa möte; rapportörerna ombeds notera tid och plats.", "samordnare")


def steps(rng: np.random.Generator, reports: Sequence[Reported]) -> Iterator[Step]:
    """All meetings held; verdicts on alerts come between their decisions and their end."""
    days = meeting_days()
    before: tuple[str, ...] = ()
    for n, day in enumerate(day for day in days if at(day, 13) < STOPS):
        since = days[n - 1] if n else day - timedelta(days=7)
        fresh = [r for r in reports if at(since, 13) <= r.when < at(day, 13)]
        decisions = list(_decisions(rng, day, fresh, days[n + 1]))
        yield from _meeting(rng, day, fresh, decisions, before)
        before = tuple(followed_up.line(d, number) for number, d in enumerate(decisions, 1))


def _meeting(
    rng: np.random.Generator,
    day: date,
    fresh: Sequence[Reported],
    decisions: Sequence[DecideAtMeeting],
    before: tuple[str, ...],
) -> Iterator[Step]:
    key = meeting_key(day)
    there = (*_ALWAYS, *(a for a in _OFTEN if rng.random() < 0.72))
    yield Step(at(day, 13), COORDINATOR, OpenMeeting(meeting=key, agreement=AGREEMENT, on=day))
    yield Step(at(day, 13, 5), COORDINATOR, Attend(meeting=key, attendees=there))
    for n, decision in enumerate(decisions):
        yield Step(at(day, 14, n), COORDINATOR, decision)
    closing = CloseMeeting(meeting=key, agenda=_agenda(day, fresh, decisions, before))
    yield Step(at(day, 14, 55), COORDINATOR, closing)


def _decisions(
    rng: np.random.Generator, day: date, fresh: Sequence[Reported], following: date
) -> Iterator[DecideAtMeeting]:
    """What the most reported places lead to; the linked problem and action are under way that day."""
    counted = Counter((r.district, r.content.category) for r in fresh).most_common(int(rng.integers(0, 4)))
    for (district, category), number in counted:
        what, owner = _MEASURES.get(category, _USUAL)
        place = next(r.content.place for r in fresh if r.is_about((district,), (category,)))
        problem = next((p for p in problems.running(day) if _covers(p, district, category)), None)
        deeds = [d for d in actions.running(day) if problem and d.problem == problem.key]
        yield DecideAtMeeting(
            meeting=meeting_key(day),
            what=f"{place}, {_name(district)}: {what}",
            reason=example(f"{number} {'rapport' if number == 1 else 'rapporter'} om detta sedan förra mötet."),
            owner_role=owner,
            due=following,
            problem=problem.key if problem else None,
            action=deeds[0].key if deeds and rng.random() < 0.6 else None,
        )


def _covers(problem: problems.Running, district: str, category: str) -> bool:
    return district in problem.districts and category in problem.categories


def _name(district: str) -> str:
    return DISTRICT_NAMES[DISTRICTS.index(district)]


def _agenda(
    day: date, fresh: Sequence[Reported], decisions: Sequence[DecideAtMeeting], before: tuple[str, ...]
) -> tuple[AgendaItem, ...]:
    areas = Counter(r.district for r in fresh).most_common(3)
    focus = ", ".join(f"{_name(district)} ({number})" for district, number in areas) or "inget område utmärker sig"
    lasting = [p.title for p in problems.running(day) if (day - p.first).days % 91 < 7]
    council = [f"Trygghetsrådet möttes {met}." for met in COUNCIL if met < day <= met + timedelta(days=7)]
    return (
        AgendaItem(title="1 Förra mötets beslut (syntetiskt exempel)", lines=before or ("Inga beslut att följa upp.",)),
        AgendaItem(title="2 Nya rapporter, och vilka som inte rapporterat", lines=_reported(day, fresh)),
        AgendaItem(title="3 Varningar", lines=(_alerts(day),)),
        AgendaItem(
            title="4 Fokus till nästa möte",
            lines=(f"Flest rapporter: {focus}.", *(d.what for d in decisions)),
        ),
        AgendaItem(title="5 Styrgruppen och Trygghetsrådet", lines=(*lasting, *council) or ("Inget.",)),
        AgendaItem(title="6 Återkoppling", lines=("Rapportörerna får besluten i morgon.",)),
    )  # fmt: skip


def _reported(day: date, fresh: Sequence[Reported]) -> tuple[str, ...]:
    by_name = Counter(r.content.reporter for r in fresh)
    told = ", ".join(f"{name} ({number})" for name, number in sorted(by_name.items())) or "inga rapporter"
    quiet = [r.name for r in REPORTERS if r.weekly >= 0.5 and r.is_silent(day - timedelta(days=7))]
    lines = (f"{len(fresh)} nya: {told}.",)
    return (*lines, f"Tyst sedan en tid: {', '.join(quiet)}. Samordnaren ringer.") if quiet else lines


def _alerts(day: date) -> str:
    recent = any(timedelta() < day - sunday <= timedelta(days=14) for sunday in assessed_weeks())
    return "Bedömningen är gjord; varje varning får ett svar." if recent else "Ingen ny bedömning."
