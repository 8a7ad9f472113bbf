"""A goal about crime: the year's events beside the agreement's baseline, or the same days before it began."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise

from domain.agreement import Goal
from domain.catalogue import Categories, Source
from service.book.change import Change, Z, change
from service.book.figures import (
    Cells,
    Days,
    YearFigures,
    before_agreement,
    covered,
    events,
    known_days,
    length,
    phi,
    summed,
    total,
    year_figures,
)
from service.book.goal_answer import Answer
from service.book.goal_crime_words import Measured, answered
from service.book.verdict import Span, verdict
from service.book.year import Year

_CRIME = ("brott", "anmäl", "händelse", "crime", "offence", "incident", "report")
MOST_YEARS = 8
WHOLE_YEAR = 360  # days


def about_crime(year: Year, goal: Goal) -> bool:
    """Whether the goal's indicator speaks of events: by a category's name, or in general words."""
    text = f"{goal.indicator} {goal.unit}".casefold()
    return bool(_named(year, goal)) or any(word in text for word in _CRIME)


def _named(year: Year, goal: Goal) -> tuple[str, ...]:
    """The category whose name stands in the indicator as words of their own; of several the longest."""
    catalogue = year.register.find(Categories, "all")
    words = goal.indicator.casefold()
    found = [
        (len(name), key)
        for key, one in (catalogue.categories.items() if catalogue else ())
        for name in (one.name, *one.aliases)
        if re.search(rf"\b{re.escape(name.casefold())}\b", words)
    ]
    return (max(found)[1],) if found else ()


def of_crime(year: Year, goal: Goal) -> Answer:
    """The answer, or that there are no figures for it."""
    figures = year_figures(year)
    if figures is None:
        why = year.say(
            f"Registret har inga siffror för {year.year} i en huvudserie.",
            f"The register has no figures for {year.year} in a main series.",
        )
        return Answer("unsaid", why)
    found = _measured(year, goal, figures)
    judged = verdict(goal.direction, _now_span(found), _change_span(found), _target(goal, found))
    return answered(year, goal, found, "unsaid" if found.parting else judged)


def _measured(year: Year, goal: Goal, figures: YearFigures) -> Measured:
    source = year.register.find(Source, figures.of.key)
    assert source is not None
    categories = _named(year, goal) or figures.of.categories
    windows = list(_windows(year, figures))
    rates = [total(cells, lambda c: c[1] in categories) / _days(pieces) for pieces, cells in reversed(windows)]
    usual = tuple(b / a - 1 for a, b in pairwise(rates) if a)
    pieces, cells = windows[0] if windows else ((), {})
    yearly = _yearly(goal, figures)
    against = goal.baseline is not None and yearly
    parting = () if against else _parting(source, pieces, figures.days)
    found = Measured(figures, categories, source, pieces, cells, None, usual, yearly, against, parting)
    return replace(found, changed=_changed(goal, found))


def _windows(year: Year, figures: YearFigures) -> Iterator[tuple[tuple[Days, ...], Cells]]:
    """The same days before the agreement began, and those of years before them, as far back as all are known."""
    spans = known_days(year, figures.of)
    for back in range(MOST_YEARS):
        pieces = before_agreement(year, figures.of, figures.days, back)
        if not pieces or not all(covered(piece, spans) for piece in pieces):
            return
        yield pieces, summed(events(year, figures.of, piece) for piece in pieces)


def _days(pieces: tuple[Days, ...]) -> int:
    return sum(length(piece) for piece in pieces)


def _yearly(goal: Goal, figures: YearFigures) -> bool:
    """Whether the number is of a whole year, and the goal's unit is a number of events a year and no rate."""
    unit = goal.unit.casefold().replace("per år", "").replace("per year", "").replace("a year", "")
    return length(figures.days) >= WHOLE_YEAR and not re.search(r"\bper\b|[/%]", unit)


def _changed(goal: Goal, found: Measured) -> Change | None:
    """Against the agreement's own baseline where it can be; else against the days before it began."""
    spread, days = phi(found.figures.spread, found.wanted), length(found.figures.days)
    if found.against_baseline and goal.baseline is not None:
        return change(found.now, goal.baseline, days, days, spread)
    if not found.before_days:
        return None
    return change(found.now, total(found.before, found.wanted), days, _days(found.before_days), spread)


def _change_span(found: Measured) -> Span | None:
    """The interval of the change, if it is greater than what years used to differ by."""
    of = found.changed
    if of is None or of.low is None or of.high is None or found.as_usual:
        return None
    return of.low, of.high


def _now_span(found: Measured) -> Span:
    reach = Z * math.sqrt(phi(found.figures.spread, found.wanted) * max(found.now, 1.0))
    return found.now - reach, found.now + reach


def _target(goal: Goal, found: Measured) -> float | None:
    """The target, where the year's number can be held against it."""
    return goal.target if found.yearly else None


def _parting(source: Source, pieces: tuple[Days, ...], days: Days) -> tuple[tuple[date, str], ...]:
    """Breaks that the source declares between the two sides."""
    if not pieces:
        return ()
    return tuple((on, why) for on, why in sorted(source.breaks.items()) if pieces[0][0] < on <= days[1])
