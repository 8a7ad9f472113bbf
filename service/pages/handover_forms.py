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
from service.pages.tried import decimal, inner

MOST_GOALS, YEARS = 4, 4


@dataclass(frozen=True, slots=True)
class Proposed:
    """What the form of the next agreement begins with: the same parties and goals, and the years that follow."""

    title: str
    first_day: date
    last_day: date
    parties: tuple[Party, ...]
    goals: tuple[Goal, ...]


def next_agreement(state: Agreement) -> Proposed:
    """The same again, from the day after the end and for four years; nothing of it holds before it is signed."""
    first = state.end + timedelta(days=1)
    last = date(first.year + YEARS, first.month, min(first.day, 28)) - timedelta(days=1)
    return Proposed(_with_year(state.title, first.year), first, last, state.parties, state.goals[:MOST_GOALS])


def next_key(key: str, state: Agreement) -> str:
    """The key with the year in it changed, or added."""
    year = (state.end + timedelta(days=1)).year
    return _with_year(key, year) if re.search(r"(19|20)\d\d", key) else f"{key}-{year}"


def _with_year(text: str, year: int) -> str:
    return re.sub(r"(19|20)\d\d(?!.*(19|20)\d\d)", str(year), text)


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
