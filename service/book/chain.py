"""Every problem that was open in the year, with its chain from observation to follow-up, and where it is broken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from adapters.documents.content import Block, Column, Note, Paragraph, Section, Table
from domain.problem import Prioritised, Problem, Proposed, Reopened
from domain.register import Register
from service.book.broken import broken_table, where_broken
from service.book.work_words import EVIDENCE, OUTCOMES, STANDINGS, Both, counted, named, of_day, quoted, word
from service.book.year import Year
from service.book.year_end import Streams, at_year_end, last_seen, stood, streams
from service.views.broken_links import BrokenLinks, broken_links
from service.views.chain_view import ChainRow, Step, chain_row
from service.wording import alphabetical, day

OPEN = ("proposed", "prioritised")
_STATES: Mapping[str, tuple[Both, Both]] = {  # one, more
    "whole": (("hel", "was whole"), ("hela", "were whole")),
    "broken": (("bruten", "was broken"), ("brutna", "were broken")),
    "short": (
        ("avslutad utan alla steg", "was closed without all steps"),
        ("avslutade utan alla steg", "were closed without all steps"),
    ),
    "aside": (
        ("bortprioriterad utan behov av fler steg", "was set aside and needed no further steps"),
        ("bortprioriterade utan behov av fler steg", "were set aside and needed no further steps"),
    ),
    "waiting": (("på väg", "was under way"), ("på väg", "were under way")),
}


def chain(year: Year) -> Section:
    """What became of each problem that was open in the year, as it stood at the year's end."""
    register, events = at_year_end(year), streams(year, Problem)
    broken = broken_links(register, last_seen(year))
    keys = open_in(year, register, events)
    rows = sorted((chain_row(register, key, broken) for key in keys), key=_order)
    title = year.say("Från observation till uppföljning", "From observation to follow-up")
    if not rows:
        none = year.say(
            f"Ingen problembild var öppen under {year.year}, så det finns ingen kedja att följa.",
            f"No problem was open in {year.year}, so there is no chain to follow.",
        )
        return Section("chain", title, (Paragraph(none, strong=True), *broken_table(year, register, broken)))
    blocks = (
        Paragraph(_summary(year, rows, broken), strong=True),
        *_without_causes(year, register, events, keys),
        _table(year, rows),
        *broken_table(year, register, broken),
    )
    return Section("chain", title, blocks)


def open_in(year: Year, register: Register, events: Streams) -> list[str]:
    """The keys of the agreement's problems that were proposed or prioritised at some time in the year."""
    there: dict[str, Problem] = register.states[Problem.KIND]
    return [key for key, one in there.items() if one.was_under(year.key) and _was_open(year, events[key])]


def _was_open(year: Year, events: Sequence[Any]) -> bool:
    if any(isinstance(one.event, Proposed | Reopened | Prioritised) and year.holds(one.event.on) for one in events):
        return True
    before = stood(tuple(one for one in events if one.event.on < year.first), year.first)
    return before is not None and before.standing in OPEN


def _order(row: ChainRow) -> tuple[int, int, str]:
    standings = ("prioritised", "proposed", "set aside", "closed")
    return standings.index(row.standing), row.rank or 1_000, alphabetical(row.title)


# What is said first


def _summary(year: Year, rows: Sequence[ChainRow], broken: BrokenLinks) -> str:
    states = Counter(_state(row) for row in rows)
    shown = [_number(year, states[state], *words) for state, words in _STATES.items()
             if states[state] or state in ("whole", "broken")]  # fmt: skip
    number = counted(year, len(rows), ("problembild", "problem"), ("problembilder", "problems"))
    was = year.say("som var öppen", "that was open") if len(rows) == 1 else year.say("som var öppna", "that were open")
    on = last_seen(year)
    stands = year.say(
        f"Av kedjorna från observation till uppföljning för {number} {was} under {year.year} var {day(on, 'sv')} "
        f"{named(year, shown)}.",
        f"Of the chains from observation to follow-up of {number} {was} in {year.year}, on {day(on, 'en')} "
        f"{named(year, shown)}.",
    )
    own = [link for row in rows for step in row.steps for link in step.broken]
    return f"{stands} {where_broken(year, own)}".strip()


def _number(year: Year, number: int, one: Both, more: Both) -> str:
    return counted(year, number, one, more) if number else year.say(f"ingen {one[0]}", f"none {one[1]}")


def _state(row: ChainRow) -> str:
    if row.broken or row.standing == "set aside":
        return "broken" if row.broken else "aside"
    states = {step.state for step in row.steps}
    if "never" in states:
        return "short"
    return "waiting" if "waiting" in states else "whole"


def _without_causes(year: Year, register: Register, events: Streams, keys: Sequence[str]) -> tuple[Block, ...]:
    chosen = [
        key for key in keys
        if any(isinstance(one.event, Prioritised) and one.event.on <= year.last for one in events[key])
    ]  # fmt: skip
    there: dict[str, Problem] = register.states[Problem.KIND]
    without = [quoted(year, there[key].title) for key in chosen if not there[key].causes]
    if not chosen:
        return ()
    if not without:
        text = year.say(
            "Alla problembilder som har prioriterats har en orsaksanalys.",
            "Every problem that was prioritised has a cause analysis.",
        )
        return (Paragraph(text),)
    text = year.say(
        f"Prioriterade utan orsaksanalys: {named(year, without)}. Åtgärder som inte är valda utifrån orsaker är svåra "
        "att bedöma efteråt.",
        f"Prioritised without cause analysis: {named(year, without)}. Actions that were not chosen from causes are "
        "hard to judge afterwards.",
    )
    return (Note(text, "caution"),)


# The table


def _table(year: Year, rows: Sequence[ChainRow]) -> Table:
    say = year.say
    caption = say(
        f"Kedjan för varje problembild som var öppen under {year.year}, som den stod {day(last_seen(year), 'sv')}",
        f"The chain of every problem that was open in {year.year}, as it stood on {day(last_seen(year), 'en')}",
    )
    names = (
        (say("Problembild", "Problem"), 2.8), (say("Underlag", "Evidence"), 1.6), (say("Bedömare", "Raters"), 0.9),
        (say("Beslut", "Decision"), 1.6), (say("Orsaker", "Causes"), 0.9), (say("Plan", "Plan"), 0.8),
        (say("Åtgärder", "Actions"), 1.0), (say("Uppföljt", "Followed up"), 1.1),
    )  # fmt: skip
    return Table(caption, tuple(Column(name, share=share) for name, share in names), tuple(_row(year, r) for r in rows))


def _row(year: Year, row: ChainRow) -> tuple[str, ...]:
    steps = {step.name: step for step in row.steps}
    valued = steps["valuation"].count
    return (
        row.title,
        _evidence(year, row),
        str(valued) if valued else _lacking(year, steps["valuation"]),
        _decision(year, row),
        *(_step(year, steps[name]) for name in ("causes", "plan", "actions", "follow-up")),
    )  # fmt: skip


def _evidence(year: Year, row: ChainRow) -> str:
    return ", ".join(counted(year, row.kinds[kind], *EVIDENCE[kind]) for kind in EVIDENCE if row.kinds.get(kind))


def _decision(year: Year, row: ChainRow) -> str:
    said = word(year, STANDINGS, row.standing)
    if row.rank is not None:
        said += year.say(f", plats {row.rank}", f", rank {row.rank}")
    if row.outcome is not None:
        said += f", {word(year, OUTCOMES, row.outcome)}"
    return f"{said}, {of_day(row.decided_on)}" if row.decided_on else said


def _step(year: Year, step: Step) -> str:
    if step.name == "follow-up" and step.of:
        said = year.say(f"{step.count} av {step.of}", f"{step.count} of {step.of}")
        late = len(step.broken)
        return f"{said}, {counted(year, late, ('utebliven', 'overdue'), ('uteblivna', 'overdue'))}" if late else said
    if not step.count:
        return _lacking(year, step)
    if step.name == "plan":
        return year.say("Finns", "There")
    faults = len(step.broken)
    if not faults:
        return f"{step.count}"
    return f"{step.count}, " + counted(year, faults, ("bruten länk", "broken link"), ("brutna länkar", "broken links"))


def _lacking(year: Year, step: Step) -> str:
    sv, en = {
        "broken": ("Saknas", "Missing"), "never": ("Gjordes aldrig", "Never done"),
        "not needed": ("Behövs inte", "Not needed"),
    }.get(step.state, ("Återstår", "To come"))  # fmt: skip
    return year.say(sv, en)
