"""What was decided between two positions of the register and changes no fact: the joint picture and the meetings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from domain.core import Event, Recorded
from domain.meeting import Decided, Meeting
from domain.picture import Adjusted, Finding, JointPictureDefined, Picture
from domain.problem import Problem
from domain.register import Register
from domain.signal import Sentence, Signal
from service.register import LiveRegister
from service.views.comparison_states import About, Difference, StateKind, about, events_of, wanted_in
from service.views.comparison_words import noun
from service.wording import day, short, short_week

Told = tuple[str, Sentence]  # the fact, what happened in words
_OPENED: dict[StateKind, tuple[type[Event], ...]] = {"picture": (JointPictureDefined, Adjusted), "meeting": (Decided,)}


def happened(
    live: LiveRegister, then: Register, now: Register, kinds: Sequence[StateKind], source: str | None,
    district: str | None, category: str | None,
) -> Iterator[Difference]:  # fmt: skip
    """Every joining and weekly adjustment of a picture and every decision of a meeting, in order, each with its event.

    Adjustments are counted in their year, decisions in their meeting, from 1 on. before is None: they add to what was.
    """
    opened = {event.TOPIC for kind in kinds for event in _OPENED.get(kind, ())}
    numbers = _numbers(then)
    for recorded in events_of(live, then.position, now.position, opened) if opened else ():
        numbers[recorded.stream] += not isinstance(recorded.event, JointPictureDefined)
        if wanted_in(_concerned(now, recorded.event), source, district, category):
            yield _told(now, recorded, numbers[recorded.stream])


def _numbers(then: Register) -> Counter[str]:
    """How many adjustments and decisions each stream had."""
    counted: Counter[str] = Counter()
    counted.update({f"picture-{key}": state.adjustments for key, state in then.states[Picture.KIND].items()})
    counted.update({f"meeting-{key}": len(state.decisions) for key, state in then.states[Meeting.KIND].items()})
    return counted


def _concerned(now: Register, event: Event) -> About:
    match event:
        case Decided(signal=str(key)):
            return about(now, Signal.KIND, key)
        case Decided(problem=str(key)):
            return about(now, Problem.KIND, key)
        case Decided(action=str(key)):
            return about(now, "action", key)
        case Adjusted(findings=findings) | JointPictureDefined(findings=findings) if findings:
            places = {place.district for one in findings for place in one.places if place.district}
            return places or None, {key for one in findings for key in one.categories} or None, None
        case _:
            return None, None, None


def _told(now: Register, recorded: Recorded, number: int) -> Difference:
    kind, _, key = recorded.stream.partition("-")
    state: Any = now.states[kind][key]
    if isinstance(state, Meeting):
        title = Sentence(sv=short_week(state.week, "sv"), en=short_week(state.week, "en"))
        fact, words, path = "decision", _decision(recorded.event, number), f"/mote/{state.week}"
    else:
        title = Sentence(sv=f"{state.year}", en=f"{state.year}")
        fact, words = _picture(recorded.event, number)
        path = "/lagesbild"
    what, name = noun(kind), noun(fact)
    sentence = Sentence(
        sv=f"{what.sv} {title.sv}: {words.sv.rstrip('.')}.", en=f"{what.en} {title.en}: {words.en.rstrip('.')}."
    )
    asked: Any = kind
    return Difference(asked, key, title, fact, name, None, words, recorded.gsn, sentence, path)


def _decision(event: Any, number: int) -> Sentence:
    what = short(event.what, 160).rstrip(".")
    sv = [*([f"ansvarig {event.owner_role}"] if event.owner_role else [])]
    en = [*([f"responsible: {event.owner_role}"] if event.owner_role else [])]
    if event.due:
        sv.append(f"senast {day(event.due, 'sv')}")
        en.append(f"by {day(event.due, 'en')}")
    return Sentence(
        sv=f"beslut {number}, ”{what}”" + (f" ({', '.join(sv)})" if sv else ""),
        en=f"decision {number}, “{what}”" + (f" ({', '.join(en)})" if en else ""),
    )


def _picture(event: Any, number: int) -> Told:
    if isinstance(event, JointPictureDefined):
        sv, en = _findings(event.findings)
        return "joint", Sentence(sv=f"gemensam bild fastställd, {sv}", en=f"joint picture defined, {en}")
    why = short(event.reason, 160).rstrip(".")
    parts = [_findings(event.findings)] if event.findings else []
    if event.dropped:
        gone = len(event.dropped)
        parts.append((f"{gone} gäller inte längre", f"{gone} no longer {'holds' if gone == 1 else 'hold'}"))
    sv, en = ", ".join(one for one, _ in parts), ", ".join(one for _, one in parts)
    return "adjusted", Sentence(sv=f"justering {number}, ”{why}” ({sv})", en=f"adjustment {number}, “{why}” ({en})")


def _findings(findings: Sequence[Finding]) -> tuple[str, str]:
    """How many there are, and the first in words."""
    number, first = len(findings), short(findings[0].words, 80).rstrip(".")
    more_sv, more_en = (f" och {number - 1} till", f" and {number - 1} more") if number > 1 else ("", "")
    return f"iakttagelse: {first}{more_sv}", f"finding: {first}{more_en}"
