"""A goal about perceived safety: the survey question of the goal's name, wave against wave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from domain.agreement import Goal
from service.book.goal_answer import Answer, pandemic
from service.book.verdict import Span, verdict
from service.book.waves import Asked, asked, comparable, difference, differing, interval, limits, shown
from service.book.year import Year
from service.views.survey import Wave
from service.wording import grouped, listed, short

_SAFETY = ("trygg", "oro", "safe", "fear")


def about_safety(year: Year, goal: Goal) -> bool:
    """Whether a survey asks what the goal's indicator names, or the indicator speaks of safety in general words."""
    words = goal.indicator.casefold()
    general = any(words.startswith(word) or f" {word}" in words for word in _SAFETY)
    return general or any(each.name.casefold() == words for each in asked(year))


def of_safety(year: Year, goal: Goal) -> Answer:
    """The answer, or which questions there are instead."""
    found = [each for each in asked(year) if each.whole]
    named = next((each for each in found if each.name.casefold() == goal.indicator.casefold()), None)
    if named is None:
        return _unnamed(year, goal, found)
    latest = named.whole[-1]
    if not year.holds(date.fromisoformat(latest.day)):
        why = year.say(
            f"Frågan ställdes inte {year.year}; den senaste mätningen är {latest.wave}.",
            f"The question was not asked in {year.year}; the latest wave is {latest.wave}.",
        )
        return Answer("unsaid", why, synthetic=named.state.synthetic)
    return _judged(year, goal, _Read(named, latest, _first(year, named)))


@dataclass(frozen=True, slots=True)
class _Read:
    """A question, its wave of the year, and the earliest wave that it can be compared with."""

    asked: Asked
    now: Wave
    before: Wave | None


def _first(year: Year, named: Asked) -> Wave | None:
    """The last comparable wave before the agreement began, else the first one under it."""
    waves = comparable(named.whole)[:-1]
    earlier = [w for w in waves if date.fromisoformat(w.day) < year.agreement.first_day]
    return earlier[-1] if earlier else waves[0] if waves else None


def _judged(year: Year, goal: Goal, read: _Read) -> Answer:
    found = interval(read.now)
    now = (found[0], found[1]) if found else None
    changed = _change(goal, read, now)
    facts = [(year.say(f"Värde {read.now.wave}", f"Value {read.now.wave}"), _with_interval(year, read.now))]
    if read.before:
        facts.append(
            (
                year.say(f"Jämfört med {read.before.wave}", f"Compared with {read.before.wave}"),
                _with_interval(year, read.before),
            )
        )
    return Answer(
        verdict(goal.direction, now, changed, goal.target),
        _why(year, goal, read, changed),
        (_method(year, read),),
        tuple(_cautions(year, read)),
        tuple(facts),
        synthetic=read.asked.state.synthetic,
    )


def _change(goal: Goal, read: _Read, now: Span | None) -> Span | None:
    """Against the agreement's baseline, with the uncertainty of the wave that it was read from; else against a wave.

    A baseline that no wave of the register gave has no uncertainty of its own.
    """
    if goal.baseline is not None and not (read.before and round(read.before.value - goal.baseline, 1) == 0):
        return (now[0] - goal.baseline, now[1] - goal.baseline) if now else None
    return difference(read.now, read.before) if read.before else None


def _why(year: Year, goal: Goal, read: _Read, changed: Span | None) -> str:
    told = year.say(
        f"{read.asked.name}: {_with_interval(year, read.now)}.", f"{read.asked.name}: {_with_interval(year, read.now)}."
    )
    if changed is None:
        return told + year.say(
            " Det finns inget tidigare jämförbart mätvärde och inget utgångsvärde.",
            " There is no earlier comparable wave and no baseline.",
        )
    told_by = differing(changed, read.now.unit, year.language)
    against = (
        year.say("utgångsvärdet", "the baseline")
        if goal.baseline is not None
        else read.before.wave
        if read.before
        else ""
    )
    return told + year.say(
        f" Mot {against} är skillnaden {told_by} (95\N{NO-BREAK SPACE}% intervall).",
        f" Against {against} the difference is {told_by} (95% interval).",
    )


def _with_interval(year: Year, wave: Wave) -> str:
    return year.say(
        f"{shown(wave, 'sv')} (95\N{NO-BREAK SPACE}% intervall {limits(wave, 'sv')}, n\N{NO-BREAK SPACE}"
        f"{grouped(wave.n, 'sv')})",
        f"{shown(wave, 'en')} (95% interval {limits(wave, 'en')}, n\N{NO-BREAK SPACE}{grouped(wave.n, 'en')})",
    )


def _method(year: Year, read: _Read) -> str:
    return year.say(f"Metod: {short(read.now.method, 300)}", f"Method: {short(read.now.method, 300)}")


def _cautions(year: Year, read: _Read) -> list[str]:
    told = []
    if len(comparable(read.asked.whole)) < len(read.asked.whole):
        told.append(
            year.say(
                "Äldre mätningar gjordes på annat sätt och är inte jämförda.",
                "Older waves were made in another way and are not compared.",
            )
        )
    if read.before:
        now, before = (date.fromisoformat(w.day) for w in (read.now, read.before))
        told.append(pandemic(year, (now, now), (before, before)) or "")
    return [text for text in told if text]


def _unnamed(year: Year, goal: Goal, found: Sequence[Asked]) -> Answer:
    name = short(goal.indicator, 80)
    fresh = [each for each in found if year.holds(date.fromisoformat(each.whole[-1].day))]
    if not fresh:
        return Answer(
            "unsaid",
            year.say(
                f"Ingen undersökning i registret mätte tryggheten i kommunen {year.year}.",
                f"No survey in the register measured safety in the municipality in {year.year}.",
            ),
        )
    questions = listed((year.say(f"”{each.name}”", f"“{each.name}”") for each in fresh), year.say("och", "and"), 6, 100)
    one = all(len(comparable(each.whole)) == 1 for each in fresh)
    alone = (
        year.say(
            " Det finns inte heller något att jämföra med: frågorna har ställts en gång.",
            " There is nothing to compare with either: the questions have been asked once.",
        )
        if one
        else ""
    )
    return Answer(
        "unsaid",
        year.say(
            f"Målets mått ”{name}” är ingen fråga i en undersökning, så det är inte sagt vilken fråga målet ska "
            f"bedömas på. {year.year} ställdes {questions}.{alone}",
            f"The goal's indicator “{name}” is no question of a survey, so it is not said which one the goal shall be "
            f"judged by. Asked in {year.year}: {questions}.{alone}",
        ),
        (
            year.say(
                "Bestäm i nästa överenskommelse vilken fråga som gäller, med utgångsvärde och målvärde.",
                "Decide in the next agreement which question counts, with a baseline and a target.",
            ),
        ),
        facts=tuple((each.name, _with_interval(year, each.whole[-1])) for each in fresh),
        synthetic=any(each.state.synthetic for each in fresh),
    )
