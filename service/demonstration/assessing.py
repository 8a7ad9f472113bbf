"""Which periods are assessed in the demonstration, and the verdicts on what the assessments raise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.meeting import DecideAtMeeting
from domain.period import containing, first_day, last_day
from domain.problem import AddEvidence, Evidence
from domain.signal import Judge, signal_key
from service.demonstration import problems
from service.demonstration.catalogue import CATEGORIES, COORDINATOR, DISTRICTS, INCIDENTS, example
from service.demonstration.days import Step, at, meeting_days, meeting_key, quarter_weeks, workday
from service.demonstration.planted import Planted, planted

UNJUDGED = 2
"""So many of the runs that raise several alerts leave the least of them unjudged."""

_GRAVE = ("hot", "personran", "misshandel-utomhus", "inbrott-bostad", "anlagd-brand")


@dataclass(frozen=True, slots=True)
class Run:
    """An assessment to be made: of which week, and on which day."""

    period: str
    on: date


def runs() -> tuple[Run, ...]:
    """One a quarter, on the working day after the quarter's last complete week, when its file has come."""
    return tuple(Run(containing(day, "week"), workday(day + timedelta(days=1))) for day in quarter_weeks())


def verdicts(run: Run, raised: Sequence[str], *, leave: bool) -> Iterator[Step]:
    """A verdict on each alert; `leave` omits the last one. Those that hold become evidence and decisions."""
    day, meeting = _day(run.on)
    series = {signal_key(INCIDENTS, run.period, d, c): (d, c) for d in DISTRICTS for c in CATEGORIES}
    known = sorted(raised, key=lambda key: (_behind(*series[key], run.period) is None, key))
    for n, key in enumerate(known[:-1] if leave else known):
        when = at(day, 14, 25) + timedelta(seconds=45 * n)
        yield from _answer(key, *series[key], run, when, meeting)


def _day(assessed: date) -> tuple[date, str | None]:
    """The next meeting, or a working day without one where the meeting is too far off."""
    following = next((one for one in meeting_days() if one > assessed), None)
    if following and following - assessed <= timedelta(days=14):
        return following, meeting_key(following)
    return workday(assessed + timedelta(days=8)), None


def _answer(key: str, district: str, category: str, run: Run, when: datetime, meeting: str | None) -> Iterator[Step]:
    day = when.date()
    change = _behind(district, category, run.period)
    concerned = problems.concerned(district, category, day)
    verdict = _judgement(change, category, has_problem=concerned is not None)
    judged = Judge.model_validate({"signal": key, "on": day, "meeting": meeting, **verdict})
    yield Step(when, COORDINATOR, judged)
    if verdict["response"] == "act" and meeting:
        yield Step(when, COORDINATOR, _decision(key, meeting))
    if verdict["finding"] == "true" and concerned:
        problem, on = concerned
        evidence = Evidence(kind="signal", ref=key, note=example("varningen bedömdes som riktig."))
        added = AddEvidence(problem=problem, on=on, evidence=(evidence,))
        yield Step(when if on == day else at(on, 11), COORDINATOR, added)


def _decision(signal: str, meeting: str) -> DecideAtMeeting:
    return DecideAtMeeting(
        meeting=meeting,
        what="Platsen får fotpatrull och platsbesök i två veckor; följs upp på nästa möte.",
        reason=example("varningen bedömdes som riktig och kräver handling nu."),
        owner_role="kommunpolis",
        signal=signal,
    )


def _behind(district: str, category: str, period: str) -> Planted | None:
    """The planted rise that the alert is about, its building up included."""
    first, last = first_day(period), last_day(period)
    return next(
        (
            one
            for one in planted()
            if (one.district, one.category) == (district, category)
            and one.factor > 1
            and one.first - timedelta(weeks=one.ramp) <= last
            and first <= one.last
        ),
        None,
    )


def _judgement(change: Planted | None, category: str, *, has_problem: bool) -> dict[str, str]:
    if change and change.explained_by:
        reason = example("toppen följer ett känt arrangemang och ger ingen åtgärd.")
        return {"response": "dismiss", "finding": "explained", "explained_by": change.explained_by, "reason": reason}
    if change:
        response = "act" if has_problem or change.factor >= 4 else "watch"
        return {"response": response, "finding": "true", "reason": example(f"{change.note} Rapporterna stämmer.")}
    if category in _GRAVE:
        reason = example("allvarligt brott men få händelser; bevakas varje vecka till nästa bedömning.")
        return {"response": "watch", "finding": "open", "reason": reason}
    reason = example("genomgången visar enstaka händelser utan samband.")
    return {"response": "dismiss", "finding": "false", "reason": reason}
