"""A finding: one series at one period, what was seen, what was to be expected, and how to say it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from forecasting.farrington import Cell

Language = Literal["sv", "en"]


@dataclass(frozen=True, slots=True)
class Finding:
    """The cell of a series at a period, and the first and last period it was compared with (None: none)."""

    district: str
    category: str
    period: str
    cell: Cell
    baseline: tuple[str, str] | None = None


def most_surprising_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """By p, then by exceedance, then by name; what could not be assessed comes last."""
    return tuple(sorted(findings, key=_surprise))


def _surprise(finding: Finding) -> tuple[float, float, str, str]:
    p, exceedance = finding.cell.p, finding.cell.exceedance
    share = float("-inf") if exceedance is None else exceedance
    return 2.0 if p is None else p, -share, finding.district, finding.category


def sentence(finding: Finding, language: Language) -> str:
    """One plain sentence for the reader: observed, expected, bound, how probable, compared with what."""
    cell, words = finding.cell, _WORDS[language]
    parts = [_observed(cell, words, language)]
    if cell.mu0 is not None:
        parts.append(_expected(cell.mu0, words, language) + _bound(cell, words, language))
    if cell.p is not None and cell.upper is not None:
        parts.append(words["probability"].format(odds=_odds(cell.p, words, language)))
    parts.extend(_reason(reason, words) for reason in cell.reasons)
    head = f"{finding.district}, {finding.category}, {finding.period}: "
    return head + "; ".join(parts) + _compared(finding, words) + "."


def _observed(cell: Cell, words: dict[str, str], language: Language) -> str:
    if cell.observed is None:
        return words["missing"]
    return words["one" if cell.observed == 1 else "observed"].format(count=_number(cell.observed, language))


def _bound(cell: Cell, words: dict[str, str], language: Language) -> str:
    if cell.upper is None or cell.observed is None:
        return ""
    return words["over" if cell.alarm else "within"].format(bound=_number(cell.upper, language))


def _odds(p: float, words: dict[str, str], language: Language) -> str:
    if p < 0.0001:
        return words["rare"]
    if p >= 0.095:
        return words["percent"].format(percent=round(100 * p))
    times = 1 / p
    size = 10 ** max(len(str(int(times))) - 2, 0)  # two figures are as many as this is good for
    return words["odds"].format(times=_number(round(times / size) * size, language))


def _reason(reason: str, words: dict[str, str]) -> str:
    if reason.startswith("years-"):
        return words["year" if reason == "years-1" else "years"].format(years=reason.removeprefix("years-"))
    return words[reason]


def _compared(finding: Finding, words: dict[str, str]) -> str:
    if finding.baseline is None:
        return ""
    unit = words["weeks" if "W" in finding.period else "months"].format(number=finding.cell.weeks)
    return words["compared"].format(unit=unit, first=finding.baseline[0], last=finding.baseline[1])


def _expected(mean: float, words: dict[str, str], language: Language) -> str:
    if mean < 0.05:
        return words["hardly"].format(mean=_number(0.1, language))
    return words["expected"].format(mean=_number(mean, language))


def _number(value: float, language: Language) -> str:
    """12,345 or 0.4 (sv 12 345 or 0,4): whole from 20 on, else with a decimal where there is one."""
    text = f"{value:,.0f}" if value >= 20 or value == round(value) else f"{value:.1f}"
    return text.replace(",", "\u00a0").replace(".", ",") if language == "sv" else text


_WORDS: dict[Language, dict[str, str]] = {
    "sv": {
        "observed": "{count} händelser",
        "one": "1 händelse",
        "missing": "uppgift saknas",
        "expected": "väntat omkring {mean}",
        "hardly": "väntat mindre än {mean}",
        "over": ", över gränsen {bound}",
        "within": ", inom gränsen {bound}",
        "probability": "så många eller fler ger slumpen i {odds} om inget har ändrats",
        "rare": "mindre än 1 period på 10\u00a0000",
        "odds": "ungefär 1 period på {times}",
        "percent": "ungefär {percent} perioder på 100",
        "compared": " (jämfört med {unit}, {first} till {last})",
        "weeks": "{number} veckor",
        "months": "{number} månader",
        "years": "bara {years} år att jämföra med",
        "year": "bara ett år att jämföra med",
        "too-short": "bedöms inte, historiken är kortare än ett år och en säsong",
        "short-history": "bedöms inte, historiken är för kort",
        "no-baseline": "bedöms inte, för få av jämförelseperioderna har uppgifter",
        "no-events": "bedöms inte, det finns inga tidigare händelser att räkna ett väntevärde ur",
        "no-fit": "bedöms inte, beräkningen gav inget stabilt väntevärde",
        "no-bound": "bedöms inte, beräkningen gav ingen gräns",
        "missing-current": "bedöms inte",
        "not-enough-cases": "bedöms inte, för få händelser på sistone",
    },
    "en": {
        "observed": "{count} events",
        "one": "1 event",
        "missing": "no figure",
        "expected": "about {mean} expected",
        "hardly": "less than {mean} expected",
        "over": ", above the upper bound of {bound}",
        "within": ", within the upper bound of {bound}",
        "probability": "chance gives so many or more in {odds} if nothing has changed",
        "rare": "less than 1 period in 10,000",
        "odds": "about 1 period in {times}",
        "percent": "about {percent} periods in 100",
        "compared": " (compared with {unit}, {first} to {last})",
        "weeks": "{number} weeks",
        "months": "{number} months",
        "years": "only {years} years to compare with",
        "year": "only one year to compare with",
        "too-short": "not assessed, the history is shorter than a year and a season",
        "short-history": "not assessed, the history is too short",
        "no-baseline": "not assessed, too few of the periods to compare with have a figure",
        "no-events": "not assessed, there are no earlier events to work out an expectation from",
        "no-fit": "not assessed, the calculation gave no stable expectation",
        "no-bound": "not assessed, the calculation gave no bound",
        "missing-current": "not assessed",
        "not-enough-cases": "not assessed, too few events of late",
    },
}
