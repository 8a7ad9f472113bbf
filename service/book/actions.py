"""The year's actions by party: what was committed to, begun, done, checked and given up, in numbers and by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from adapters.documents.content import Block, Column, Paragraph, Section, Table
from domain.action import ActionEvent, Cancelled, Committed, NotStarted, ReportedDone, Started, VerifiedDone
from service.book.action_year import MOST_PARTIES, ActionYear, actions_of, parties
from service.book.promises import promises
from service.book.work_words import counted, named, of_day, owned, quoted
from service.book.year import Year
from service.book.year_end import by_the_end, last_seen
from service.wording import day, grouped, short

Measure = Callable[[ActionYear], float]


def actions(year: Year) -> Section:
    """What the parties did and did not do in the year, and what they had promised the residents."""
    there = actions_of(year)
    title = year.say("Åtgärder per part", "Actions by party")
    if not there:
        none = year.say(f"Ingen åtgärd var beslutad eller pågick under {year.year}.",
                        f"No action was committed to or going on in {year.year}.")  # fmt: skip
        return Section("actions", title, (Paragraph(none, strong=True),), (promises(year),))
    blocks: list[Block] = [Paragraph(_summary(year, there), strong=True), _table(year, there), Paragraph(_note(year))]
    parts = [_given_up(year, there), _unverified(year, there), *_moved(year, there), promises(year)]
    return Section("actions", title, tuple(blocks), tuple(parts))


# In numbers


def _summary(year: Year, there: Sequence[ActionYear]) -> str:
    committed, done, verified = (_number(there, kind) for kind in (Committed, ReportedDone, VerifiedDone))
    up = _number(there, Cancelled) + _number(there, NotStarted)
    timely = sum(one.on_time is True for one in there)
    never = sum(one.state.progress == "reported done" for one in there if one.in_year(ReportedDone))
    reported = counted(year, done, ("rapporterad klar", "reported done"), ("rapporterade klara", "reported done"))
    parts = [
        counted(year, committed, ("beslutad", "committed to"), ("beslutade", "committed to")),
        f"{reported} ({year.say(f'{timely} i tid', f'{timely} on time')})" if done else reported,
        counted(year, verified, ("kontrollerad klar", "verified done"), ("kontrollerade klara", "verified done")),
        counted(
            year, up, ("avbruten eller inte påbörjad", "cancelled or not started"),
            ("avbrutna eller inte påbörjade", "cancelled or not started"),
        ),
    ]  # fmt: skip
    begins = year.say(f"Åtgärder {year.year}: {named(year, parts)}.", f"Actions in {year.year}: {named(year, parts)}.")
    if not done:
        return begins
    end = by_the_end(year)
    if not never:
        return (
            begins
            + " "
            + year.say(
                f"Allt som rapporterades klart hade kontrollerats {end}.", f"All reported done had been verified {end}."
            )
        )
    if done == 1:
        return (
            begins
            + " "
            + year.say(
                f"Den som rapporterades klar hade inte kontrollerats {end}.",
                f"The one reported done had not been verified {end}.",
            )
        )
    return begins + " " + year.say(
        f"Av de {done} som rapporterades klara hade {never} inte kontrollerats {end}.",
        f"Of the {done} reported done, {never} had not been verified {end}.",
    )  # fmt: skip


def _number(there: Sequence[ActionYear], kind: type[ActionEvent]) -> int:
    return sum(one.in_year(kind) is not None for one in there)


def _table(year: Year, there: Sequence[ActionYear]) -> Table:
    say, whose = year.say, parties(year, there)
    shown, others = (
        (whose, ()) if len(whose) <= MOST_PARTIES else (whose[: MOST_PARTIES - 1], whose[MOST_PARTIES - 1 :])
    )
    groups: list[tuple[str, tuple[str, ...]]] = [(party, (party,)) for party in shown]
    if others:
        groups.append((say(f"Övriga ({len(others)})", f"Others ({len(others)})"), others))
    groups.append((say("Alla", "All"), whose))
    rows = []
    for name, measure in _measures(year):
        values = [sum(measure(one) for one in there if one.party in within) for _, within in groups]
        rows.append((name, *(grouped(value, year.language) for value in values)))
    columns = (Column(say("Åtgärder", "Actions"), share=2.6), *(Column(name, "right") for name, _ in groups))
    on = last_seen(year)
    caption = say(
        f"Åtgärder per part, {day(year.first, 'sv')} till {day(on, 'sv')}",
        f"Actions by party, {day(year.first, 'en')} to {day(on, 'en')}",
    )
    return Table(caption, columns, tuple(rows))


def _measures(year: Year) -> tuple[tuple[str, Measure], ...]:
    say = year.say

    def happened(kind: type[ActionEvent]) -> Measure:
        return lambda one: one.in_year(kind) is not None

    def end(sv: str, en: str) -> str:
        return f"{say(sv, en)} {by_the_end(year)}"

    return (
        (say("Beslutade under året", "Committed to in the year"), happened(Committed)),
        (say("Påbörjade", "Started"), happened(Started)),
        (say("Avbrutna", "Cancelled"), happened(Cancelled)),
        (say("Påbörjas inte", "Not to be started"), happened(NotStarted)),
        (say("Rapporterade klara", "Reported done"), happened(ReportedDone)),
        (say("– i tid, mot den dag som först beslutades", "– on time, against the day first committed to"),
         lambda one: one.on_time is True),
        (say("– efter den dagen", "– after that day"), lambda one: one.on_time is False),
        (say("– efter den, men i tid mot en flyttad klardag", "– after it, but by a due day that was moved"),
         lambda one: one.on_time is False and one.by_moved_day),
        (say("Kontrollerade klara", "Verified done"), happened(VerifiedDone)),
        (say("Fick klardagen flyttad", "Had the due day moved"), lambda one: bool(one.due_moves)),
        (end("Pågick", "Going on"), lambda one: one.runs),
        (say("– försenade då", "– late by then"), lambda one: one.runs and one.state.due < last_seen(year)),
        (say("Timmar planerade i årets beslut", "Hours planned in the year's commitments"),
         lambda one: planned.planned_hours if (planned := one.in_year(Committed)) else 0),
        (say("Timmar antecknade under året", "Hours logged in the year"), lambda one: one.hours),
        (say("Timmar planerade för dem som blev klara eller avbröts", "Hours planned for those done or cancelled"),
         lambda one: one.state.planned_hours if _ended(one) else 0),
        (say("Timmar använda för dem", "Hours spent on those"), lambda one: _spent(one) if _ended(one) else 0),
    )  # fmt: skip


def _ended(one: ActionYear) -> bool:
    return one.in_year(ReportedDone) is not None or one.in_year(Cancelled) is not None


def _spent(one: ActionYear) -> float:
    """As the follow-up says, else as logged: also in the years before."""
    return one.state.followed_up.hours if one.state.followed_up else one.state.logged_hours


def _note(year: Year) -> str:
    return year.say(
        f"En åtgärd räknas till den organisation som ägde den {by_the_end(year)}. I tid är den som rapporterades klar "
        "senast den dag som stod i beslutet; en flyttad klardag ändrar inte det. Använda timmar är uppföljningens "
        "uppgift, eller de antecknade där ingen uppföljning är gjord, och rymmer även tidigare år.",
        f"An action belongs to the organisation that owned it {by_the_end(year)}. It is on time when reported done by "
        "the day that the commitment named; moving the due day does not change that. Hours spent are those of the "
        "follow-up, or as logged where there is none, earlier years included.",
    )  # fmt: skip


# By name


def _given_up(year: Year, there: Sequence[ActionYear]) -> Section:
    say, rows = year.say, []
    for one in there:
        for event, words in (
            (one.in_year(Cancelled), say("Avbröts", "Cancelled")),
            (one.in_year(NotStarted), say("Påbörjas inte", "Not started")),
        ):
            if event is not None:
                rows.append((one.state.title, _owner(one), words, of_day(event.on), event.reason))
    title = say("Avbrutna och aldrig påbörjade", "Cancelled, and never started")
    if not rows:
        none = say(
            "Ingen åtgärd avbröts eller ställdes in under året.", "No action was cancelled or given up in the year."
        )
        return Section("actions-given-up", title, (Paragraph(none),))
    columns = (
        Column(say("Åtgärd", "Action"), share=2.0), Column(say("Ägare", "Owner"), share=1.6),
        Column(say("Utfall", "Outcome"), share=1.2), Column(say("Dag", "Day"), share=1.0),
        Column(say("Skäl", "Reason"), share=3.0),
    )  # fmt: skip
    caption = say(f"Avbrutna och inställda åtgärder {year.year}", f"Actions cancelled or not started in {year.year}")
    return Section("actions-given-up", title, (Table(caption, columns, tuple(rows)),))


def _unverified(year: Year, there: Sequence[ActionYear]) -> Section:
    say = year.say
    title = say("Rapporterade klara men inte kontrollerade", "Reported done, but not verified")
    waiting = [one for one in there if one.in_year(ReportedDone) and one.state.progress == "reported done"]
    if not waiting:
        none = say(
            f"Alla som rapporterades klara under året var kontrollerade av någon annan än ägaren {by_the_end(year)}.",
            f"All reported done in the year had been verified by somebody else than the owner {by_the_end(year)}.",
        ) if _number(there, ReportedDone) else say(
            "Ingen åtgärd rapporterades klar under året.", "No action was reported done in the year."
        )  # fmt: skip
        return Section("actions-unverified", title, (Paragraph(none),))
    rows = tuple((one.state.title, _owner(one), of_day(one.state.ended_on), _checked(year, one)) for one in waiting)
    columns = (
        Column(say("Åtgärd", "Action"), share=2.2), Column(say("Ägare", "Owner"), share=1.8),
        Column(say("Rapporterad klar", "Reported done"), share=1.1),
        Column(say("Efter årets slut", "Since"), share=1.6),
    )  # fmt: skip
    caption = say(
        f"Åtgärder som rapporterades klara {year.year} och inte var kontrollerade {day(last_seen(year), 'sv')}",
        f"Actions reported done in {year.year} and not verified by {day(last_seen(year), 'en')}",
    )
    return Section("actions-unverified", title, (Table(caption, columns, rows),))


def _checked(year: Year, one: ActionYear) -> str:
    if one.later.verified_on is not None:
        on = of_day(one.later.verified_on)
        return year.say(f"Kontrollerad {on}", f"Verified {on}")
    on = of_day(year.opened_on)
    return year.say(f"Inte kontrollerad {on}", f"Not verified by {on}")


def _moved(year: Year, there: Sequence[ActionYear]) -> tuple[Section, ...]:
    moved = [(one, change) for one in there for change in one.due_moves]
    if not moved:
        return ()
    say = year.say
    rows = tuple(
        (one.state.title, _owner(one), of_day(one.first_due), of_day(change.due), short(change.reason, 200))
        for one, change in moved
    )
    columns = (
        Column(say("Åtgärd", "Action"), share=2.0), Column(say("Ägare", "Owner"), share=1.6),
        Column(say("Första dag", "First day"), share=1.1),
        Column(say("Ny dag", "New day"), share=1.0),
        Column(say("Skäl", "Reason"), share=2.6),
    )  # fmt: skip
    titles = dict.fromkeys(quoted(year, one.state.title) for one, _ in moved)
    told = say(f"Klardagen flyttades för {named(year, titles)}.", f"The due day was moved of {named(year, titles)}.")
    caption = say(f"Flyttade klardagar {year.year}", f"Due days moved in {year.year}")
    title = say("Flyttade klardagar", "Due days that were moved")
    return (Section("actions-moved", title, (Paragraph(told), Table(caption, columns, rows))),)


def _owner(one: ActionYear) -> str:
    return owned(one.state.owner.role, one.state.owner.organisation)
