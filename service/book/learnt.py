"""What the parties learnt of the year and propose for the next, in the words of their adoptions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from adapters.documents.content import Block, Column, Facts, Note, Paragraph, Section, Table
from domain.review import Adopted
from service.book.work_words import named
from service.book.year import Year
from service.wording import day

PARTIES = ("municipality", "police")


def learnt(year: Year) -> Section:
    """Each party's adoption as it stood when the book was printed, and the proposed priorities joined."""
    adopted: dict[str, Adopted] = {one.party: one for one in (year.review.adopted if year.review else ())}
    blocks: list[Block] = [_state(year, adopted)]
    parts = [_party(year, party, adopted.get(party)) for party in PARTIES]
    joined = _joined(year, adopted)
    title = year.say("Lärdomar och förslag till nästa år", "What was learnt, and proposals for next year")
    return Section("learnt", title, (*blocks, *joined), tuple(parts))


def _name(year: Year, party: str) -> str:
    found = [one.organisation for one in year.agreement.parties if one.kind == party]
    return named(year, found) if found else year.say(*{"municipality": ("Kommunen", "The municipality"),
                                                       "police": ("Polisen", "The police")}[party])  # fmt: skip


def _state(year: Year, adopted: Mapping[str, Adopted]) -> Block:
    say = year.say
    if year.review is None:
        on = day(year.opened_on, year.language)
        return Note(say(
            f"Utkast: årsuppföljningen av {year.year} är inte öppnad. Boken visar läget {on} och kan ändras.",
            f"Draft: the review of {year.year} has not been opened. The book shows the state of {on}, and may change.",
        ), "caution")  # fmt: skip
    missing = [_name(year, party) for party in PARTIES if party not in adopted]
    if len(missing) == len(PARTIES):
        return Note(say(
            "Ingen av parterna har antagit årsuppföljningen än.", "Neither party has adopted the review yet.",
        ), "caution")  # fmt: skip
    if missing:
        return Note(say(
            f"Halvt antagen: {named(year, missing)} har inte antagit årsuppföljningen än.",
            f"Half adopted: {named(year, missing)} has not adopted the review yet.",
        ), "caution")  # fmt: skip
    last = max(one.on for one in adopted.values())
    return Paragraph(say(
        f"Båda parterna har antagit årsuppföljningen; den andra av dem gjorde det {day(last, 'sv')}.",
        f"Both parties have adopted the review, the second of them on {day(last, 'en')}.",
    ), strong=True)  # fmt: skip


def _party(year: Year, party: str, adopted: Adopted | None) -> Section:
    say, key = year.say, f"learnt-{party}"
    if adopted is None:
        none = say("Har inte antagit årsuppföljningen. Inga lärdomar är antecknade.",
                   "Has not adopted the review. Nothing learnt is recorded.")  # fmt: skip
        return Section(key, _name(year, party), (Paragraph(none),))
    facts = (
        (say("Antog", "Adopted"), day(adopted.on, year.language)),
        (say("Lärde sig", "Learnt"), adopted.learnt),
        *(
            ()
            if adopted.proposed_priorities
            else ((say("Föreslår", "Proposes"), say("Inga förslag.", "No proposals.")),)
        ),
    )
    return Section(key, _name(year, party), (Facts(facts),))


def _joined(year: Year, adopted: Mapping[str, Adopted]) -> Sequence[Block]:
    """Each proposal once, in the order in which they were made, with who proposes it; those of both parties first."""
    by: dict[str, list[str]] = {}
    words: dict[str, str] = {}
    for party in PARTIES:
        for text in adopted[party].proposed_priorities if party in adopted else ():
            key = " ".join(text.split()).casefold()
            words.setdefault(key, text)
            if _name(year, party) not in by.setdefault(key, []):
                by[key].append(_name(year, party))
    say = year.say
    if not by:
        none = say("Inga prioriteringar är föreslagna för nästa år.", "No priorities are proposed for next year.")
        return (Paragraph(none),) if adopted else ()
    order = sorted(by, key=lambda key: -len(by[key]))
    columns = (Column(say("Föreslagen prioritering", "Proposed priority"), share=3.0),
               Column(say("Föreslås av", "Proposed by"), share=2.0))  # fmt: skip
    rows = tuple((words[key], named(year, by[key])) for key in order)
    caption = say(f"Föreslagna prioriteringar för {year.year + 1}", f"Proposed priorities for {year.year + 1}")
    return (Table(caption, columns, rows),)
