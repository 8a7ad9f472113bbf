"""What is answered about a goal: the verdict, its reason, how sure it is, and the figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from adapters.documents.content import Block
from service.book.verdict import Verdict
from service.book.year import Year

PANDEMIC = (date(2020, 3, 11), date(2022, 2, 9))
"""From the World Health Organization's declaration to the end of the Swedish restrictions."""
Days = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Answer:
    """why: a sentence after the verdict; how_sure: of its uncertainty; cautions: what else must be known."""

    verdict: Verdict
    why: str
    how_sure: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    blocks: tuple[Block, ...] = ()
    synthetic: bool = False


def pandemic(year: Year, now: Days, before: Days) -> str | None:
    """That the pandemic touched one side of a comparison, or both; None where it touched neither."""
    sides = [first <= PANDEMIC[1] and PANDEMIC[0] <= last for first, last in (now, before)]
    if not any(sides):
        return None
    where = (
        year.say("båda sidor av jämförelsen", "both sides of the comparison")
        if all(sides)
        else year.say("bara den ena sidan av jämförelsen", "only one side of the comparison")
    )
    return year.say(
        f"Pandemin (mars 2020 till februari 2022) berör {where}. Den ändrade både brott och anmälningar, så en "
        f"skillnad kan bero på den lika väl som på samverkan.",
        f"The pandemic (March 2020 to February 2022) touches {where}. It changed both crime and reporting, so a "
        f"difference may be due to it as well as to the collaboration.",
    )
