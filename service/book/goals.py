"""Nåddes målen? Goal by goal a verdict in words with its uncertainty, before the figures that it rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from adapters.documents.content import Block, Facts, Note, Paragraph, Section
from domain.agreement import Goal
from service.book import made_up
from service.book.goal_answer import Answer
from service.book.goal_crime import about_crime, of_crime
from service.book.goal_safety import about_safety, of_safety
from service.book.made_up import without_prefix
from service.book.verdict import WORDS, Verdict
from service.book.year import Year
from service.wording import grouped, listed, short

MOST_NAMED = 2


def goals(year: Year) -> Section:
    """Every goal of the agreement, as its goals stood when the book was opened."""
    answers = [(goal, _answer(year, goal)) for goal in year.agreement.goals]
    sure = _repeated(answer.how_sure for _, answer in answers)
    cautions = _repeated(answer.cautions for _, answer in answers)
    parts = tuple(
        _part(year, goal, replace(
            answer, how_sure=tuple(text for text in answer.how_sure if text not in sure),
            cautions=tuple(text for text in answer.cautions if text not in cautions),
        ))
        for goal, answer in answers
    )  # fmt: skip
    lead: tuple[Block, ...] = (
        Paragraph(_in_short(year, [(goal, answer.verdict) for goal, answer in answers]), strong=True),
        _how_to_read(year),
        *(Paragraph(text) for text in sure),
        *(Note(text, "caution") for text in cautions),
    )
    return Section("goals", year.say("Nåddes målen?", "Were the goals reached?"), lead, parts)


def _repeated(texts: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """What is said of more than one goal, to be said once."""
    counted = Counter(text for each in texts for text in each)
    return tuple(text for text, number in counted.items() if number > 1)


def _answer(year: Year, goal: Goal) -> Answer:
    if about_safety(year, goal):
        return of_safety(year, goal)
    if about_crime(year, goal):
        return of_crime(year, goal)
    return Answer(
        "unsaid",
        year.say(
            f"Registret har inget mått som heter ”{short(goal.indicator, 80)}”, så målet kan inte följas upp med "
            "siffror.",
            f"The register has no measure called “{short(goal.indicator, 80)}”, so the goal cannot be followed up in "
            "figures.",
        ),
    )


def _in_short(year: Year, judged: Sequence[tuple[Goal, Verdict]]) -> str:
    verdicts = [each for _, each in judged]
    counted = Counter(verdicts)
    sv = {"reached": "har nåtts", "on-way": "är på väg", "not": "har inte nåtts", "unsaid": "kan inte bedömas"}
    en = {"reached": "reached", "on-way": "on the way", "not": "not reached", "unsaid": "cannot be judged"}
    names = {v: _names(year, [goal for goal, each in judged if each == v]) for v in WORDS}
    told = listed(
        (f"{counted[v]} {year.say(sv[v], en[v])}{names[v]}" for v in WORDS if counted[v]),
        year.say("och", "and"),
        4,
        400,
    )
    number = len(verdicts)
    if number == 1:
        word = year.say(*WORDS[verdicts[0]])
        return year.say(f"Överenskommelsens enda mål: {word.lower()}.", f"The agreement's only goal: {word.lower()}.")
    return year.say(f"Av överenskommelsens {number} mål: {told}.", f"Of the agreement's {number} goals: {told}.")


def _names(year: Year, of: Sequence[Goal]) -> str:
    """The goals in brackets, in their own words; nothing where they are too many for a sentence."""
    if not of or len(of) > MOST_NAMED:
        return ""
    words = [year.say("”{}”", "“{}”").format(short(without_prefix(goal.wording).rstrip("."), 120)) for goal in of]
    return f" ({listed(words, year.say('och', 'and'), MOST_NAMED, 130)})"


def _how_to_read(year: Year) -> Paragraph:
    return Paragraph(
        year.say(
            "Ett omdöme står bara där hela osäkerheten pekar åt samma håll. Ryms båda svaren är svaret ”Kan inte "
            "sägas”. Omdömet säger hur det gick, inte varför: vad åtgärderna betydde står i avsnittet om effekter.",
            "A verdict stands only where the whole uncertainty points the same way. Where it holds both answers the "
            "verdict is “Cannot be said”. It says how things went, not why: what the actions did stands in the "
            "section on effects.",
        )
    )


def _part(year: Year, goal: Goal, answer: Answer) -> Section:
    word = WORDS[answer.verdict][year.language == "en"]
    blocks: list[Block] = [Paragraph(f"{word}. {answer.why}", strong=True)]
    blocks += [Paragraph(text) for text in answer.how_sure]
    if answer.synthetic:
        blocks.append(made_up.note(year))
    blocks += [Note(text, "caution") for text in answer.cautions]
    blocks.append(Facts((*_goal_facts(year, goal), *answer.facts)))
    blocks += answer.blocks
    return Section(f"goal-{goal.key}", short(goal.wording, 120).rstrip("."), tuple(blocks))


def _goal_facts(year: Year, goal: Goal) -> tuple[tuple[str, str], ...]:
    when = f" ({goal.baseline_period})" if goal.baseline_period else ""
    base = "" if goal.baseline is None else f"{grouped(goal.baseline, year.language)} {goal.unit}{when}"
    target = "" if goal.target is None else f"{grouped(goal.target, year.language)} {goal.unit}"
    down = goal.direction == "down"
    return (
        (year.say("Mått", "Indicator"), f"{goal.indicator} ({goal.unit})"),
        (
            year.say("Riktning", "Direction"),
            year.say("ska minska", "is to fall") if down else year.say("ska öka", "is to rise"),
        ),
        *(((year.say("Utgångsvärde", "Baseline"), base),) if base else ()),
        *(((year.say("Målvärde", "Target"), target),) if target else ()),
    )
