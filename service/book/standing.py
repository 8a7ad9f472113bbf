"""How far a year's review has come: a draft, opened, adopted by one party or both."""

from __future__ import annotations

from domain.agreement import Agreement, Party
from domain.review import Adopted, Review
from service.wording import Language, day


def in_short(review: Review | None, language: Language) -> str:
    """The state in a few words."""
    sv = "utkast" if review is None else (
        "antagen av båda parter" if review.complete else "antagen av en part" if review.adopted else "öppnad"
    )  # fmt: skip
    en = {
        "utkast": "draft",
        "antagen av båda parter": "adopted by both parties",
        "antagen av en part": "adopted by one party",
        "öppnad": "opened",
    }
    return sv if language == "sv" else en[sv]


def adoption(review: Review | None, party: Party) -> Adopted | None:
    """A party's adoption, if there is one."""
    found = review.adopted if review else ()
    return next((each for each in found if each.party == party.kind), None)


def facts(agreement: Agreement, review: Review | None, language: Language) -> tuple[tuple[str, str], ...]:
    """The state, the day of opening, and each party's adoption, as names and values."""
    sv = language == "sv"
    state = in_short(review, language)
    pairs = [("Läge" if sv else "State", state[:1].upper() + state[1:])]
    if review is None:
        return tuple(pairs)
    opened = day(review.opened_on, language)
    pairs.append((
        "Öppnad" if sv else "Opened",
        opened,
    ))  # fmt: skip
    for party in agreement.parties:
        made = adoption(review, party)
        name = f"Antagen av {party.organisation}" if sv else f"Adopted by {party.organisation}"
        pairs.append((name, day(made.on, language) if made else "inte än" if sv else "not yet"))
    return tuple(pairs)
