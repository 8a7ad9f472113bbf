"""The form of the next agreement: what is proposed from the one before, and its fields as a command."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from domain.agreement import Agreement, Goal, Party, SixItems
from domain.register import Register
from service.pages.forms import Form, text
from service.pages.translations import translate
from service.pages.tried import decimal, inner
from service.wording import Language

MOST_GOALS, YEARS = 4, 4
ITEM_WORDS = {
    "problems": "Problembilder", "causes": "Orsaker", "goals": "Mål", "documentation": "Dokumentation",
    "follow_up": "Uppföljning", "period": "Tid",
}  # fmt: skip
_YEARS = re.compile(r"(19|20)\d\d(\s*[-–]\s*(19|20)\d\d)?(?!.*(19|20)\d\d)")


@dataclass(frozen=True, slots=True)
class Proposed:
    """What the form of the next agreement begins with: the same parties, goals and items, and the years that follow."""

    title: str
    first_day: date
    last_day: date
    parties: tuple[Party, ...]
    goals: tuple[Goal, ...]
    items: SixItems


def next_agreement(state: Agreement) -> Proposed:
    """The same again, from the day after the end and for four years; nothing of it holds before it is signed."""
    first = state.end + timedelta(days=1)
    last = date(first.year + YEARS, first.month, min(first.day, 28)) - timedelta(days=1)
    title = _with_years(state.title, first, last)
    items = _with_days(state, first, last)
    return Proposed(title, first, last, state.parties, state.goals[:MOST_GOALS], items)


def next_key(key: str, state: Agreement) -> str:
    """The key with the year in it changed, or added."""
    year = (state.end + timedelta(days=1)).year
    return _with_year(key, year) if re.search(r"(19|20)\d\d", key) else f"{key}-{year}"


def _with_years(title: str, first: date, last: date) -> str:
    """The title with its years changed, or added, so that it is not the former's: … 2023–2027."""
    years = f"{first.year}–{last.year}"
    return _YEARS.sub(years, title) if _YEARS.search(title) else f"{title} {years}"


def _with_days(state: Agreement, first: date, last: date) -> SixItems:
    """The items, with the former's days exchanged where its period names them."""
    said = state.items.period
    if said is None:
        return state.items
    days = said.replace(str(state.first_day), str(first)).replace(str(state.last_day), str(last))
    return state.items.model_copy(update={"period": days})


def _with_year(text: str, year: int) -> str:
    return re.sub(r"(19|20)\d\d(?!.*(19|20)\d\d)", str(year), text)


def signed(form: Form, language: Language) -> str:
    """What is said when it was recorded, with what the parties may want to look at again."""
    said = [translate("Nästa överenskommelse är registrerad.", language)]
    empty = [name for name in SixItems.model_fields if text(form, f"items_{name}") is None]
    if empty:
        names = ", ".join(translate(ITEM_WORDS[name], language) for name in empty)
        said.append(
            translate("Inte beskrivet än: %(names)s. Lägg till det som en ändring av överenskommelsen.", language)
            % {"names": names}
        )
    if late(text(form, "signed_on"), text(form, "first_day")):
        said.append(translate("Den är undertecknad efter sin första dag.", language))
    return " ".join(said)


def late(signed_on: object, first_day: object) -> bool:
    """Whether the signing comes after the first day; both as the form writes days. An empty day is not late."""
    return bool(signed_on and first_day) and str(signed_on) > str(first_day)


def sign(register: Register, key: str, _: str, form: Form) -> Mapping[str, Any]:
    """The next agreement. What is synthetic is followed by what is synthetic."""
    before = register.find(Agreement, key)
    kinds = ("municipality", "police")
    return {
        "agreement": text(form, "agreement"),
        **{name: text(form, name) for name in ("title", "first_day", "last_day", "signed_on")},
        "parties": [
            {"kind": kind, **inner(form, f"parties_{i}", "organisation", "signed_by_role")}
            for i, kind in enumerate(kinds)
        ],
        "goals": [goal for i in range(MOST_GOALS) if (goal := _goal(form, i))],
        "items": inner(form, "items", *SixItems.model_fields),
        "synthetic": before.synthetic if before else False,
    }


def _goal(form: Form, number: int) -> dict[str, str]:
    """A row of the goals; empty unless something is written there: a direction is always chosen."""
    at = f"goals_{number}"
    given = inner(form, at, "wording", "indicator", "unit", "baseline_period")
    numbers = {name: decimal(form, f"{at}_{name}") for name in ("baseline", "target")}
    given |= {name: value for name, value in numbers.items() if value is not None}
    if not given:
        return {}
    return {"key": text(form, f"{at}_key") or f"mal-{number + 1}", **inner(form, at, "direction"), **given}
