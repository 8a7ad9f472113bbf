"""The fixed words of the work, as the book says them in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from domain.catalogue import Source
from service.book.made_up import mark
from service.book.year import Year
from service.wording import listed

Both = tuple[str, str]

STANDINGS: Mapping[str, Both] = {
    "proposed": ("Föreslaget", "Proposed"),
    "prioritised": ("Prioriterat", "Prioritised"),
    "set aside": ("Bortprioriterat", "Set aside"),
    "closed": ("Avslutat", "Closed"),
}
CRITERIA: Mapping[str, Both] = {
    "common": ("vanligt", "common"),
    "rising": ("ökar", "rising"),
    "deviates": ("avviker", "deviates"),
    "concentrated": ("koncentrerat", "concentrated"),
    "affects many": ("berör många", "affects many"),
    "harm": ("skada", "harm"),
    "visible": ("synligt", "visible"),
    "can be influenced": ("går att påverka", "can be influenced"),
    "costly": ("kostsamt", "costly"),
}
EVIDENCE: Mapping[str, tuple[Both, Both]] = {  # one, more
    "observation": (("observation", "observation"), ("observationer", "observations")),
    "signal": (("signal", "signal"), ("signaler", "signals")),
    "import": (("inläst fil", "imported file"), ("inlästa filer", "imported files")),
    "document": (("dokument", "document"), ("dokument", "documents")),
}
OUTCOMES: Mapping[str, Both] = {
    "solved": ("löst", "solved"),
    "reduced": ("minskat", "reduced"),
    "unchanged": ("oförändrat", "unchanged"),
    "handed over": ("överlämnat", "handed over"),
    "worse": ("förvärrat", "worse"),
}
MISSING: Mapping[str, Both] = {
    "problem-without-causes": ("Orsaksanalys saknas", "No cause analysis"),
    "problem-without-plan": ("Handlingsplan saknas", "No action plan"),
    "plan-without-actions": ("Planen har inga åtgärder", "The plan has no actions"),
    "action-without-problem": (
        "Pågår fast problemet inte är prioriterat",
        "Goes on though the problem has no priority",
    ),
    "action-late": ("Inte klar i tid", "Not done in time"),
    "action-unverified": ("Rapporterad klar, inte kontrollerad", "Reported done, not verified"),
    "action-without-follow-up": ("Uppföljningen har uteblivit", "Not followed up"),
    "signal-without-verdict": ("Signalen är inte bedömd", "The signal has not been judged"),
    "promise-not-reported": ("Medborgarlöftet är inte återrapporterat", "The citizen promise was not reported back"),
    "decision-overdue": ("Mötesbeslut vars dag har passerat", "A meeting's decision past its day"),
}


def word(year: Year, words: Mapping[str, Both], key: str) -> str:
    """A fixed word in the book's language."""
    sv, en = words[key]
    return year.say(sv, en)


def counted(year: Year, number: int, one: Both, more: Both) -> str:
    """A number with its noun in the book's language."""
    noun = year.say(*one) if number == 1 else year.say(*more)
    return f"{number:,} {noun}".replace(",", "\N{NO-BREAK SPACE}" if year.language == "sv" else ",")


def named(year: Year, items: Iterable[str], most: int = 100) -> str:
    """Names as prose."""
    return listed(items, year.say("och", "and"), most, 100)


def quoted(year: Year, text: str) -> str:
    """A title in the quotation marks of the language."""
    return year.say(f"”{text}”", f"“{text}”")


def made_up(year: Year) -> str:
    """What stands in the caption of figures where the register has a source of made-up data; nothing elsewhere."""
    synthetic = any(source.synthetic for source in year.register.every(Source))
    return mark(year, synthetic=synthetic)


def of_day(on: date | None) -> str:
    """A day in a table; a dash where there is none."""
    return on.isoformat() if on else "–"


def owned(role: str, organisation: str) -> str:
    """Who owns something, in a table."""
    return f"{role}, {organisation}"
