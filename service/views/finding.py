"""What a series says in a sentence: how many came in the latest period, and whether that was to be expected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from domain.period import Frequency
from domain.signal import Sentence
from service.views.scope import Scope
from service.wording import Language, grouped, period


class Number(Protocol):
    """A period's number, as in service.views.series.Point."""

    @property
    def period(self) -> str: ...
    @property
    def observed(self) -> float | None: ...
    @property
    def judged(self) -> float | None: ...
    @property
    def expected(self) -> float | None: ...
    @property
    def lower(self) -> float | None: ...
    @property
    def upper(self) -> float | None: ...


class Flag(Protocol):
    """A signal, as in service.views.series.Flagged."""

    @property
    def period(self) -> str: ...
    @property
    def in_short(self) -> Sentence: ...


def finding(what: Scope, frequency: Frequency, points: Sequence[Number], flags: Sequence[Flag]) -> Sentence:
    """The finding of a series: its latest signal in short, else its latest number against what was expected."""
    latest = next((point for point in reversed(points) if point.observed is not None), None)
    if latest is None:
        name = f"{what.kind_name.sv}, {what.place_name.sv}", f"{what.kind_name.en}, {what.place_name.en}"
        return Sentence(sv=f"{name[0]}: inga uppgifter än.", en=f"{name[1]}: no figures yet.")
    told = next((flag.in_short for flag in flags if flag.period == latest.period), None)
    if told is not None:
        return Sentence(sv=told.sv, en=told.en)
    number = latest.observed or 0.0
    said = {language: _said(what, frequency, points, latest, number, language) for language in ("sv", "en")}
    return Sentence(**said)


def _said(
    what: Scope, frequency: Frequency, points: Sequence[Number], latest: Number, number: float, language: Language
) -> str:
    sv = language == "sv"
    where = f"{what.kind_name.sv}, {what.place_name.sv}" if sv else f"{what.kind_name.en}, {what.place_name.en}"
    events = ("händelse" if sv else "event") if number == 1 else ("händelser" if sv else "events")
    when = f"{'under' if sv else 'in'} {period(latest.period, language)}"
    begins = f"{where}: {grouped(number, language)} {events} {when}"
    if latest.expected is None:
        return f"{begins}. {_year(frequency, points, language)}"
    judged = number if latest.judged is None else latest.judged
    known = _known(judged, language) if judged != number else ""
    return f"{begins}{known}; {_against(latest, judged, latest.expected, language)}"


def _known(judged: float, language: Language) -> str:
    number = grouped(judged, language)
    return f" ({number} kända när den bedömdes)" if language == "sv" else f" ({number} known when it was assessed)"


def _against(latest: Number, judged: float, expected: float, language: Language) -> str:
    sv = language == "sv"
    base = f"{grouped(expected, language)} {'väntades' if sv else 'expected'}"
    if latest.upper is None:
        return f"{base}."
    if judged > latest.upper:
        return f"{base}. {'Det är fler än väntat.' if sv else 'That is more than expected.'}"
    if latest.lower is not None and judged < latest.lower:
        return f"{base}. {'Det är färre än väntat.' if sv else 'That is fewer than expected.'}"
    return f"{base}. {'Det är inom det väntade spannet.' if sv else 'That is within the expected range.'}"


def _year(frequency: Frequency, points: Sequence[Number], language: Language) -> str:
    """The latest year beside the one before, where both are known; no word on whether it means anything."""
    sv, year = language == "sv", 52 if frequency == "week" else 12
    now, before = points[-year:], points[-2 * year : -year]
    unit = ("veckorna" if year == 52 else "månaderna") if sv else ("weeks" if year == 52 else "months")
    sums = [_sum(part) for part in (now, before)]
    if sums[0] is None or len(now) < year:
        return "Perioden är inte bedömd mot det väntade." if sv else "The period has not been assessed."
    base = (
        f"De senaste {year} {unit}: {grouped(sums[0], language)}"
        if sv
        else f"The latest {year} {unit}: {grouped(sums[0], language)}"
    )
    if sums[1] is None or len(before) < year:
        return f"{base}."
    return (
        f"{base}, {'mot' if sv else 'against'} {grouped(sums[1], language)} {'året före' if sv else 'the year before'}."
    )


def _sum(points: Sequence[Number]) -> float | None:
    known = [point.observed for point in points if point.observed is not None]
    return sum(known) if known and len(known) == len(points) else None
