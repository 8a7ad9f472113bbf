"""How roles, days, numbers and lists are written, in Swedish and in English."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Literal

from domain.core import Actor

Language = Literal["sv", "en"]

_ROLES: Mapping[str, tuple[str, str]] = {
    "styrgrupp": ("Styrgruppen", "The steering group"),
    "samordnare": ("Samordnaren", "The coordinator"),
    "kommunpolis": ("Kommunpolisen", "The municipal police officer"),
    "områdespolis": ("Områdespolisen", "The area police officer"),
    "arbetsgrupp": ("Arbetsgruppen", "The working group"),
    "rapportör": ("Rapportören", "The reporter"),
    "trygghetsvärd": ("Trygghetsvärden", "The safety host"),
    "trygghetsrådet": ("Trygghetsrådet", "The safety council"),
    "ks-ordförande": ("KS-ordföranden", "The chair of the municipal executive board"),
    "lpo-chef": ("LPO-chefen", "The head of the local police area"),
    "analytiker": ("Analytikern", "The analyst"),
    "controller": ("Controllern", "The controller"),
    "områdesutvecklare": ("Områdesutvecklaren", "The area developer"),
    "administratör": ("Administratören", "The administrator"),
    "system": ("Systemet", "The system"),
}
_BY_ENGLISH = {en.removeprefix("The ").casefold(): (sv, en) for sv, en in _ROLES.values()}


def who(by: Actor, language: Language) -> str:
    """The role in the definite form, with its organisation."""
    role = by.role.casefold()
    sv, en = _ROLES.get(role) or _BY_ENGLISH.get(role) or (_capital(by.role), _capital(by.role))
    return f"{short(sv if language == 'sv' else en, 60)} ({short(by.organisation, 60)})"


_SV: Mapping[str, str] = {
    "municipality": "kommunen",
    "police": "polisen",
    "main series": "huvudserie",
    "context": "sammanhang",
    "evidence": "underlag",
    "survey": "enkätresultat",
    "counts": "antal",
    "incidents": "händelser",
    "reports": "rapporter",
    "notices": "polisens notiser",
    "incident": "en händelse",
    "order disturbance": "en ordningsstörning",
    "unsafe place": "en otrygg plats",
    "planned event": "ett arrangemang",
    "solved": "löst",
    "reduced": "minskat",
    "unchanged": "oförändrat",
    "handed over": "överlämnat",
    "worse": "förvärrat",
    "better": "bättre",
    "not known": "okänt",
    "act": "valde att agera",
    "watch": "valde att bevaka den",
    "dismiss": "valde att avfärda den",
    "true": "som riktig",
    "false": "som falsk",
    "open": "utan att avgöra om den är riktig",
    "staff dialogue": "medarbetardialog",
    "citizen dialogue": "medborgardialog",
}
_EN: Mapping[str, str] = {
    "municipality": "the municipality",
    "police": "the police",
    "notices": "police notices",
    "incident": "an incident",
    "order disturbance": "an order disturbance",
    "unsafe place": "an unsafe place",
    "planned event": "a planned event",
    "act": "chose to act",
    "watch": "chose to watch it",
    "dismiss": "chose to dismiss it",
    "true": "to be right",
    "false": "to be wrong",
    "open": "without settling whether it is right",
}


def in_swedish(word: str) -> str:
    """A fixed word of the domain; other text as it is."""
    return _SV.get(word, word)


def in_english(word: str) -> str:
    """A fixed word of the domain; other text as it is."""
    return _EN.get(word, word)


def short(text: str, most: int) -> str:
    """On one line, and cut where it is longer than `most`: after a whole word, unless that word is a third of it."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    words, _, _ = text[:most].rpartition(" ")
    kept = words if len(words) > most * 2 // 3 else text[: most - 1]
    return f"{kept.rstrip(' ,;:–')}…"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def title(text: str) -> str:
    """A title, not too long for a sentence."""
    return short(text, 100)


def listed(items: Iterable[str], last: str, most: int = 4, wide: int = 40) -> str:
    """Some names as prose; what is more than `most` is counted."""
    names = [short(item, wide) for item in items]
    if len(names) > most:
        names = [*names[: most - 1], f"{len(names) - most + 1} {'till' if last == 'och' else 'more'}"]
    return f" {last} ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def some(number: int, one: str, more: str) -> str:
    """A number with its noun."""
    return f"1 {one}" if number == 1 else f"{number:,}".replace(",", "\N{NO-BREAK SPACE}") + f" {more}"


def figure(value: float, language: Language) -> str:
    """A number with at most one decimal."""
    text = f"{round(value, 1) + 0.0:.1f}".removesuffix(".0")  # + 0.0: never “-0”
    return text.replace(".", ",") if language == "sv" else text


def grouped(value: float, language: Language) -> str:
    """A number with at most one decimal, thousands apart."""
    text = f"{round(value, 1) + 0.0:,.1f}".removesuffix(".0")
    return text.translate(_SWEDISH_MARKS) if language == "sv" else text


_SWEDISH_MARKS = str.maketrans({",": "\N{NO-BREAK SPACE}", ".": ","})
_AFTER_Z = str.maketrans({"å": "{a", "ä": "{b", "æ": "{b", "ö": "{c", "ø": "{c", "é": "e", "ü": "y"})


def alphabetical(name: str) -> str:
    """A key that sorts as in Swedish: Å, Ä and Ö after Z."""
    return name.casefold().translate(_AFTER_Z)


_MONTHS_SV = [
    "januari",
    "februari",
    "mars",
    "april",
    "maj",
    "juni",
    "juli",
    "augusti",
    "september",
    "oktober",
    "november",
    "december",
]
_MONTHS_EN = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def day(on: date, language: Language) -> str:
    """`den 6 november 2019`, `6 November 2019`."""
    if language == "sv":
        return f"den {on.day} {_MONTHS_SV[on.month - 1]} {on.year}"
    return f"{on.day} {_MONTHS_EN[on.month - 1]} {on.year}"


def period(text: str, language: Language) -> str:
    """`vecka 7 2020`, `week 7 of 2020`; `februari 2020`, `February 2020`."""
    year, _, part = text.partition("-")
    if part.startswith("W"):
        return f"vecka {int(part[1:])} {year}" if language == "sv" else f"week {int(part[1:])} of {year}"
    return f"{(_MONTHS_SV if language == 'sv' else _MONTHS_EN)[int(part) - 1]} {year}"


def short_week(key: str, language: Language) -> str:
    """`v. 8 2023`, `week 8, 2023`; a month as its name."""
    year, _, part = key.partition("-")
    if not part.startswith("W"):
        return period(key, language)
    return f"v. {int(part[1:])} {year}" if language == "sv" else f"week {int(part[1:])}, {year}"
