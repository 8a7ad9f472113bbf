"""The book of a year: its sections in order, and above them what it is, how far it has come, and what it concludes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date

from adapters.documents.content import Block, Bullets, Document, Facts, Note, Paragraph, Section
from domain.catalogue import Source
from domain.core import refuse
from service.book import standing
from service.book.actions import actions
from service.book.chain import chain
from service.book.effects import effects
from service.book.goals import goals
from service.book.harm import harm
from service.book.known import known
from service.book.learnt import learnt
from service.book.made_up import marked_once
from service.book.meetings import meetings
from service.book.picture import picture
from service.book.priorities import priorities
from service.book.proof import proof
from service.book.safety import safety
from service.book.signals import signals
from service.book.sources import sources
from service.book.year import Year, year_of
from service.register import LiveRegister
from service.views.agreement_view import latest_agreement
from service.wording import Language, day

SECTIONS: tuple[Callable[[Year], Section], ...] = (
    goals, picture, harm, safety, chain, priorities, actions, effects, signals, meetings, known, learnt, sources, proof,
)  # fmt: skip
CONCLUDING = ("goals", "picture", "safety", "effects", "actions", "chain", "signals", "harm", "priorities", "meetings")
"""The sections whose own first words are the book's conclusion, the weightiest first."""
MOST = 6
_ENDS = re.compile(r"(?<! v\.)(?<! kl\.)(?<! ca\.)(?<! nr\.)(?<=[.!?]) (?=[A-ZÅÄÖ0-9])")


def book(live: LiveRegister, agreement: str, year: int, language: Language, *, at: int | None = None) -> Document:
    """The book of a year of an agreement, as known at `at` (now). It comes out the same whenever it is made.

    Raises Refused for an agreement that does not exist there, or a year outside it.
    """
    return book_of(year_of(live, agreement, year, language, at=at))


def book_of(year: Year) -> Document:
    """The book of a year that has been looked up."""
    sections = tuple(marked_once(year, make(year)) for make in SECTIONS)
    return Document(
        title=title(year.year, year.language),
        subtitle=f"{year.agreement.title}, {_day(year.first, year)} – {_day(year.last, year)}",
        organisation=year.say(" och ", " and ").join(party.organisation for party in year.agreement.parties),
        language=year.language,
        made_on=max((year.opened_on, *(each.on for each in (year.review.adopted if year.review else ())))),
        lead=(*_marks(year), *_conclusion(year, sections),
              Facts(standing.facts(year.agreement, year.review, year.language))),
        sections=sections,
    )  # fmt: skip


def title(year: int, language: Language) -> str:
    """What the book of a year is called."""
    return f"Annual review {year}" if language == "en" else f"Årsuppföljning {year}"


def chosen_agreement(live: LiveRegister, key: str | None, at: int | None) -> str:
    """The agreement asked for, else the one in force, else the latest. Refuses where there is none."""
    wanted = key or latest_agreement(live.at(at), live.today())
    if wanted is None:
        refuse(
            "no-agreement",
            "Det finns ingen överenskommelse att följa upp. Registrera den först.",
            "There is no agreement to review. Record it first.",
        )
    return wanted


def _day(on: date, year: Year) -> str:
    return day(on, year.language).removeprefix("den ")


def _marks(year: Year) -> Iterator[Block]:
    if any(source.synthetic for source in year.register.every(Source)):
        yield Note(year.say(
            "Boken bygger på ett register där brott, problem, beslut och åtgärder är påhittade för att visa hur "
            "Samverkan fungerar.",
            "The book is made from a register whose crimes, problems, decisions and actions are made up to show how "
            "Samverkan works.",
        ), "synthetic")  # fmt: skip
    if year.review is None:
        yield Note(year.say(
            "Detta är ett utkast. Året är inte öppnat för uppföljning, så boken ändras när registret ändras.",
            "This is a draft. The year is not opened for review, so the book changes when the register does.",
        ), "caution")  # fmt: skip


def _conclusion(year: Year, sections: Sequence[Section]) -> Iterator[Block]:
    """What the sections themselves put first, at most six sentences: all that the goals' says, then one of each."""
    first = {section.key: [s for s in _strong(section) if s] for section in sections}
    said = [sentence for key in CONCLUDING for sentence in (first.get(key, []))[: None if key == "goals" else 1]]
    if said:
        yield Paragraph(year.say("Året i korthet", "The year in brief"), strong=True)
        yield Bullets(tuple(said[:MOST]))


def _strong(section: Section) -> list[str]:
    """The sentences that a section puts first."""
    found = (block.text for block in section.blocks if isinstance(block, Paragraph) and block.strong)
    return _ENDS.split(next(found, ""))
