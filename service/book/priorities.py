"""The year's decisions about problems, in order of date: what was chosen, what was not, what ended, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from adapters.documents.content import Block, Column, Facts, Paragraph, Section, Table
from domain.core import Recorded
from domain.meeting import Meeting
from domain.problem import Closed, Prioritised, Problem, Reopened, SetAside
from domain.register import Register
from service.book.work_words import CRITERIA, OUTCOMES, Both, counted, named, of_day, quoted, word
from service.book.year import Year
from service.book.year_end import at_year_end, last_seen, streams
from service.register import HERE
from service.views.valuation import valuation
from service.wording import day, figure, short_week, who

Decision = Prioritised | SetAside | Reopened | Closed
_DONE: Mapping[type[Decision], Both] = {
    Prioritised: ("Prioriterades", "Prioritised"),
    SetAside: ("Bortprioriterades", "Set aside"),
    Reopened: ("Togs upp igen", "Reopened"),
    Closed: ("Avslutades", "Closed"),
}
_NUMBERS: Mapping[type[Decision], tuple[Both, Both]] = {
    Prioritised: (("prioritering", "prioritised"), ("prioriteringar", "prioritised")),
    SetAside: (("bortprioritering", "set aside"), ("bortprioriteringar", "set aside")),
    Reopened: (("återupptagen problembild", "reopened"), ("återupptagna problembilder", "reopened")),
    Closed: (("avslutad problembild", "closed"), ("avslutade problembilder", "closed")),
}


@dataclass(frozen=True, slots=True)
class Taken:
    """A decision, with the problem as it stood when it was taken (the decision itself included)."""

    recorded: Recorded
    event: Decision
    problem: Problem


def priorities(year: Year) -> Section:
    """What was decided of the agreement's problems in the year."""
    taken = decisions(year)
    title = year.say("Årets prioriteringsbeslut", "The year's priority decisions")
    blocks: list[Block] = [Paragraph(_summary(year, taken), strong=True), *_waiting(year)]
    if taken:
        blocks += [_table(year, taken), *_unweighed(year, taken)]
    parts = tuple(_part(year, one, number) for number, one in enumerate(taken, start=1))
    return Section("priorities", title, tuple(blocks), parts)


def decisions(year: Year) -> tuple[Taken, ...]:
    """The decisions of the year about the agreement's problems, in order of date."""
    found = [one for events in streams(year, Problem).values() for one in _taken(year, events)]
    return tuple(sorted(found, key=lambda one: (one.event.on, one.recorded.gsn)))


def _taken(year: Year, events: Sequence[Recorded]) -> Iterator[Taken]:
    register = Register()
    for one in events:
        register.apply(one)
        state: Problem = register.states[Problem.KIND][one.stream.partition("-")[2]]
        if isinstance(one.event, Prioritised | SetAside | Reopened | Closed) and _counts(year, one.event, state):
            yield Taken(one, one.event, state)


def _counts(year: Year, event: Decision, state: Problem) -> bool:
    return year.holds(event.on) and state.was_under(year.key)


# What is said first


def _summary(year: Year, taken: Sequence[Taken]) -> str:
    if not taken:
        return year.say(
            f"Inget beslut om problembilder är antecknat för {year.year}.",
            f"No decision about problems is recorded for {year.year}.",
        )
    numbers = Counter(type(one.event) for one in taken)
    parts = [counted(year, numbers[kind], *words) for kind, words in _NUMBERS.items() if numbers[kind]]
    dissent = sum(bool(_dissent(one)) for one in taken)
    against = (
        counted(year, dissent, ("beslut har en avvikande mening", "decision has a dissent"),
                ("beslut har en avvikande mening", "decisions have a dissent"))
        if dissent else year.say("inget har en avvikande mening antecknad", "none has a recorded dissent")
    )  # fmt: skip
    all_of_them = counted(year, len(taken), ("beslut", "decision"), ("beslut", "decisions"))
    return year.say(
        f"Under {year.year} fattades {all_of_them}: {named(year, parts)}; {against}.",
        f"{all_of_them} in {year.year}: {named(year, parts)}; {against}.",
    )


def _waiting(year: Year) -> tuple[Block, ...]:
    problems = at_year_end(year).every(Problem)
    own = [one for one in problems if one.was_under(year.key) and one.standing == "proposed"]
    if not own:
        return ()
    told = [f"{quoted(year, one.title)} ({year.say('sedan', 'since')} {of_day(one.decided_on or one.proposed_on)})"
            for one in own]  # fmt: skip
    on = last_seen(year)
    waits = named(year, told)
    text = year.say(f"Utan beslut {day(on, 'sv')}: {waits}.", f"Without a decision on {day(on, 'en')}: {waits}.")
    return (Paragraph(text),)


def _unweighed(year: Year, taken: Sequence[Taken]) -> tuple[Block, ...]:
    """How many choices between problems have no alternatives recorded: said once, and not under each of them."""
    chosen = [one.event for one in taken if isinstance(one.event, Prioritised | SetAside)]
    without = sum(not one.alternatives for one in chosen)
    if not without:
        return ()
    return (Paragraph(year.say(
        f"Av {len(chosen)} prioriteringar och bortprioriteringar saknar {without} antecknade alternativ: vad de "
        "vägdes mot går inte att läsa i efterhand.",
        f"Of {len(chosen)} decisions to prioritise or set aside, {without} have no alternatives recorded: what they "
        "were weighed against cannot be read afterwards.",
    )),)  # fmt: skip


def _table(year: Year, taken: Sequence[Taken]) -> Table:
    say = year.say
    columns = (
        Column(say("Dag", "Day"), share=0.9), Column(say("Problembild", "Problem"), share=3.0),
        Column(say("Beslut", "Decision"), share=1.8), Column(say("Veckomöte", "Weekly meeting"), share=1.2),
    )  # fmt: skip
    rows = tuple(
        (of_day(one.event.on), one.problem.title, _what(year, one), _meeting(year, one) or "–") for one in taken
    )
    return Table(say(f"Besluten {year.year} i tidsordning", f"The decisions of {year.year} in order"), columns, rows)


def _what(year: Year, one: Taken) -> str:
    done = word(year, {"": _DONE[type(one.event)]}, "")
    if isinstance(one.event, Prioritised) and one.event.rank is not None:
        return done + year.say(f", plats {one.event.rank}", f", rank {one.event.rank}")
    return f"{done}: {word(year, OUTCOMES, one.event.outcome)}" if isinstance(one.event, Closed) else done


def _meeting(year: Year, one: Taken) -> str | None:
    key = getattr(one.event, "meeting", None)
    held = year.register.find(Meeting, key) if key else None
    return short_week(held.week, year.language) if held else None


def _dissent(one: Taken) -> str | None:
    dissent: str | None = getattr(one.event, "dissent", None)
    return dissent


# One decision


def _part(year: Year, one: Taken, number: int) -> Section:
    title = f"{of_day(one.event.on)}: {one.problem.title}"
    return Section(f"decision-{number}", title, (Paragraph(f"{_what(year, one)}."), Facts(tuple(_facts(year, one)))))


def _facts(year: Year, one: Taken) -> Iterator[tuple[str, str]]:
    say = year.say
    yield say("Skäl", "Reason"), one.event.reason
    if isinstance(one.event, Prioritised | SetAside):
        yield say("Värdering", "Valuation"), _scores(year, one.problem)
        for other in one.event.alternatives:
            yield say("Vägdes mot", "Weighed against"), f"{other.what}: {other.reason}"
        if one.event.dissent:
            yield say("Avvikande mening", "Dissent"), one.event.dissent
    meeting = _meeting(year, one)
    if meeting is not None:
        yield say("Fattades på", "Taken at"), say(f"veckomötet {meeting}", f"the weekly meeting of {meeting}")
    yield say("Antecknades av", "Recorded by"), _by(year, one.recorded)


def _by(year: Year, recorded: Recorded) -> str:
    on = recorded.recorded_at.astimezone(HERE).date()
    return f"{who(recorded.by, year.language)}, {day(on, year.language)}"


def _scores(year: Year, problem: Problem) -> str:
    """The raters' mean on each criterion, out of 4, the highest first; the total where it is whole; who disagree."""
    matrix = valuation(problem)
    if not matrix.raters:
        return year.say("Ingen värdering är antecknad.", "No valuation recorded.")
    given = sorted((one for one in matrix.criteria if one.mean is not None), key=lambda one: -(one.mean or 0.0))
    scores = ", ".join(
        f"{word(year, CRITERIA, one.criterion)} {figure(one.mean or 0.0, year.language)}" for one in given
    )
    whole = matrix.total is not None
    total = year.say(f"Summa {figure(matrix.total or 0.0, 'sv')} av {matrix.most}. ",
                     f"Total {figure(matrix.total or 0.0, 'en')} of {matrix.most}. ") if whole else ""  # fmt: skip
    by = year.say(f"Bedömare: {named(year, matrix.raters)}.", f"Raters: {named(year, matrix.raters)}.")
    apart = [word(year, CRITERIA, criterion) for criterion in matrix.disagreements]
    differ = year.say(f" Oense om: {named(year, apart)}.", f" They disagree on: {named(year, apart)}.") if apart else ""
    return f"{total}{year.say('Medel av 4', 'Mean out of 4')}: {scores}. {by}{differ}"
