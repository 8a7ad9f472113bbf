"""Which weeks are assessed in the demonstration, and the verdicts of the weekly meeting on what that raises."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.meeting import DecideAtMeeting
from domain.period import containing
from domain.problem import AddEvidence, Evidence
from domain.signal import Judge, Signal
from service.demonstration import problems
from service.demonstration.catalogue import COORDINATOR, example
from service.demonstration.days import Step, assessed_weeks, at, meeting_days, meeting_key, workday
from service.demonstration.verdicts import behind, judgement

# what is decided on an alert that holds, and who does it
_MEASURES: dict[str, tuple[str, str]] = {
    "skadegorelse": ("Bovärd och fältgrupp går rundan varje kväll till nästa möte; trasigt lagas inom ett dygn.",
                     "enhetschef fältgrupp"),
    "klotter": ("Märkena fotograferas och saneras inom ett dygn; bilderna jämförs med andra områden.", "förvaltare"),
    "inbrott-bostad": ("Grannsamverkan får besked i dag, och patrullerna kör förbi dagtid i två veckor.",
                       "kommunpolis"),
    "cykelstold": ("Cykelrummen gås igenom med bostadsbolaget, och ramlås delas ut på lördag.", "förvaltare"),
    "stold-ur-fordon": ("Parkeringarna får nattrunda i två veckor, och lappar i vindrutorna.", "kommunpolis"),
}  # fmt: skip
_USUAL = ("Platsen får fotpatrull och platsbesök i två veckor; följs upp på nästa möte.", "kommunpolis")


@dataclass(frozen=True, slots=True)
class Run:
    """An assessment to be made: of which week, and on which day."""

    period: str
    on: date


def runs() -> tuple[Run, ...]:
    """Each on the working day after its week, when the week's file has come."""
    return tuple(Run(containing(day, "week"), workday(day + timedelta(days=1))) for day in assessed_weeks())


def verdicts(run: Run, raised: Sequence[tuple[str, Signal]]) -> Iterator[Step]:
    """A verdict on each alert, at the next meeting. Those that hold become evidence and decisions."""
    day, meeting = _day(run.on)
    for n, (key, signal) in enumerate(sorted(raised, key=lambda one: (behind(one[1]) is None, one[0]))):
        yield from _answer(key, signal, at(day, 14, 25) + timedelta(seconds=45 * n), meeting)


def _day(assessed: date) -> tuple[date, str | None]:
    """The next meeting, or a working day without one where the meeting is too far off."""
    following = next((one for one in meeting_days() if one > assessed), None)
    if following and following - assessed <= timedelta(days=14):
        return following, meeting_key(following)
    return workday(assessed + timedelta(days=8)), None


def _answer(key: str, signal: Signal, when: datetime, meeting: str | None) -> Iterator[Step]:
    day = when.date()
    concerned = problems.concerned(signal.district, signal.category, day)
    verdict = judgement(signal, key, has_problem=concerned is not None)
    yield Step(when, COORDINATOR, Judge.model_validate({"signal": key, "on": day, "meeting": meeting, **verdict}))
    if verdict["response"] == "act" and meeting:
        now = concerned[0] if concerned and concerned[1] == day else None
        yield Step(when, COORDINATOR, _decision(key, signal, day, meeting, now))
    if verdict["finding"] == "true" and concerned:
        problem, on = concerned
        evidence = Evidence(kind="signal", ref=key, note=example("varningen bedömdes som riktig."))
        added = AddEvidence(problem=problem, on=on, evidence=(evidence,))
        yield Step(when if on == day else at(on, 11), COORDINATOR, added)


def _decision(key: str, signal: Signal, day: date, meeting: str, problem: str | None) -> DecideAtMeeting:
    what, owner = _MEASURES.get(signal.category, _USUAL)
    return DecideAtMeeting(
        meeting=meeting,
        what=what,
        reason=example("varningen bedömdes som riktig och kräver handling nu."),
        owner_role=owner,
        due=day + timedelta(days=14),
        problem=problem,
        signal=key,
    )
