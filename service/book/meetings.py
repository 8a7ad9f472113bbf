"""The year's weekly meetings: which weeks, who came, what was decided and followed up; and the reporters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from adapters.documents.content import Block, Column, Paragraph, Section, Table
from domain.meeting import Meeting, outcomes
from domain.period import containing, last_day, span
from service.book.reporters import reporters
from service.book.weeks import stretches
from service.book.work_words import Both, counted, named
from service.book.year import Year
from service.book.year_end import at_year_end, last_seen
from service.views.broken_links import broken_links
from service.wording import alphabetical, day

_WORDS: dict[str, tuple[Both, Both]] = {  # one, more
    "done": (("gjort", "done"), ("gjorda", "done")),
    "ongoing": (("pågår", "ongoing"), ("pågår", "ongoing")),
    "not done": (("inte gjort", "not done"), ("inte gjorda", "not done")),
}


def meetings(year: Year) -> Section:
    """The agreement's meetings of the weeks of the year, with the words on their decisions known at the opening."""
    held, weeks = meetings_of(year), weeks_of(year)
    blocks: list[Block] = [Paragraph(_summary(year, held, weeks), strong=True), *_without(year, held, weeks)]
    if held:
        blocks += [_attendance(year, held), Paragraph(_decisions(year, held))]
    title = year.say("Veckomöten och rapportörer", "Weekly meetings and reporters")
    return Section("meetings", title, tuple(blocks), (reporters(year, weeks),))


def weeks_of(year: Year) -> tuple[str, ...]:
    """The ISO weeks of the year, within the agreement's time, that were over when the book was opened."""
    every = span(containing(year.first, "week"), containing(year.last, "week"))
    return tuple(one for one in every if one[:4] == str(year.year) and last_day(one) <= year.opened_on)


def meetings_of(year: Year) -> Mapping[str, Meeting]:
    """The agreement's meetings of the weeks that the year has, also of one that was not over at the opening."""
    there: Mapping[str, Meeting] = year.register.states[Meeting.KIND]
    of = str(year.year)
    return {key: one for key, one in there.items() if one.agreement == year.key and one.week[:4] == of}


def _summary(year: Year, held: Mapping[str, Meeting], weeks: Sequence[str]) -> str:
    met = {one.week for one in held.values()}
    number = counted(year, len(held), ("veckomöte hölls", "weekly meeting was held"),
                     ("veckomöten hölls", "weekly meetings were held"))  # fmt: skip
    closed = sum(one.closed for one in held.values())
    without = counted(year, len(set(weeks) - met), ("vecka", "week"), ("veckor", "weeks"))
    of = year.say(f"{without} av {len(weeks)} hade inget möte", f"{without} of {len(weeks)} had no meeting")
    if not held:
        return year.say(f"Inget veckomöte är antecknat för {year.year}; {of}.",
                        f"No weekly meeting is recorded for {year.year}; {of}.")  # fmt: skip
    return year.say(f"{number} {year.year}, {closed} är avslutade med låst dagordning; {of}.",
                    f"{number} in {year.year}, {closed} closed with a frozen agenda; {of}.")  # fmt: skip


def _without(year: Year, held: Mapping[str, Meeting], weeks: Sequence[str]) -> tuple[Block, ...]:
    met = {one.week for one in held.values()}
    missing = [one for one in weeks if one not in met]
    if not missing or not held:
        return ()
    told = named(year, stretches(missing, weeks))
    return (Paragraph(year.say(f"Utan möte: vecka {told}.", f"Without a meeting: week {told}.")),)


# Who came


def _attendance(year: Year, held: Mapping[str, Meeting]) -> Table:
    say, came, roles = year.say, Counter[str](), dict[str, Counter[str]]()
    for one in held.values():
        came.update({each.organisation for each in one.attendees})
        for each in one.attendees:
            roles.setdefault(each.organisation, Counter()).update([each.role])
    signed = [party.organisation for party in year.agreement.parties]
    order = [*signed, *sorted(came.keys() - set(signed), key=alphabetical)]
    columns = (
        Column(say("Organisation", "Organisation"), share=2.0), Column(say("Möten", "Meetings"), "right", share=0.8),
        Column(say("Andel", "Share"), "right", share=0.8),
        Column(say("Roller, med antal möten", "Roles, with meetings"), share=4.0),
    )  # fmt: skip
    rows = tuple(
        (name, str(came[name]), f"{round(100 * came[name] / len(held))} %", _roles(year, roles.get(name, Counter())))
        for name in order
    )
    caption = say(
        f"Närvaro på {len(held)} veckomöten {year.year}", f"Attendance at {len(held)} weekly meetings of {year.year}"
    )
    return Table(caption, columns, rows)


def _roles(year: Year, roles: Counter[str]) -> str:
    ordered = sorted(roles.items(), key=lambda item: (-item[1], alphabetical(item[0])))
    return ", ".join(f"{role} {number}" for role, number in ordered) or year.say("Ingen antecknad", "None recorded")


# What was decided


def _decisions(year: Year, held: Mapping[str, Meeting]) -> str:
    every: Mapping[str, Meeting] = year.register.states[Meeting.KIND]
    words = {about: word.outcome for about, (_, word) in outcomes(every).items()}
    made = [(key, number) for key, one in held.items() for number in range(1, len(one.decisions) + 1)]
    if not made:
        return year.say("Inget beslut är antecknat på mötena.", "No decision is recorded of the meetings.")
    said = Counter[str](words[one] for one in made if one in words)
    linked = sum(bool(d.problem or d.signal or d.action) for one in held.values() for d in one.decisions)
    number = counted(year, len(made), ("beslut antecknades", "decision was recorded"),
                     ("beslut antecknades", "decisions were recorded"))  # fmt: skip
    begins = year.say(
        f"{number}, {linked} med länk till en problembild, signal eller åtgärd.",
        f"{number}, {linked} linked to a problem, a signal or an action.",
    )
    return f"{begins} {_followed(year, len(made), said)} {_overdue(year, held)}"


def _followed(year: Year, made: int, said: Counter[str]) -> str:
    if not said:
        return year.say(
            "Inget av dem har följts upp med ett antecknat ord på ett senare möte.",
            "None of them was followed up with a recorded word at a later meeting.",
        )
    parts = named(year, [counted(year, said[one], *words) for one, words in _WORDS.items() if said[one]])
    return year.say(
        f"{said.total()} av {made} har följts upp på ett senare möte: {parts}.",
        f"{said.total()} of {made} were followed up at a later meeting: {parts}.",
    )


def _overdue(year: Year, held: Mapping[str, Meeting]) -> str:
    on = last_seen(year)
    late = [one for one in broken_links(at_year_end(year), on).items["decision-overdue"] if one.key in held]
    if not late:
        return year.say(
            f"Inget beslut från året hade passerat sin dag utan fortsättning {day(on, 'sv')}.",
            f"No decision of the year had passed its day without a sequel on {day(on, 'en')}.",
        )
    number = counted(year, len(late), ("beslut från året hade", "decision of the year had"),
                     ("beslut från året hade", "decisions of the year had"))  # fmt: skip
    return year.say(
        f"{number} passerat sin dag utan fortsättning {day(on, 'sv')}; de står bland de brutna länkarna.",
        f"{number} passed their day without a sequel on {day(on, 'en')}; they stand among the broken links.",
    )
