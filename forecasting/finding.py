"""A finding: one series at one period, what was seen, what was to be expected, and how to say it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Language = Literal["sv", "en"]
Flag = Literal["rise", "fall", "lasting-rise", "lasting-fall"]
Level = Literal["district", "area", "city", "group"]

_WORTH_TELLING = 0.05  # of the common factor


@dataclass(frozen=True, slots=True)
class Reading:
    """One series at one period. None: not to be had, and `reasons` says why.

    expected, lower, upper: events, the interval holds 99 % of what may come. p_rise: of so many or more, p_fall:
    of so few or fewer. exceedance: how far from expected to the nearer bound, 1 being at it. dispersion: variance
    over mean. trend: change of log mean a year. common: what the whole city gave, a factor within expected.
    periods: known ones in the baseline. first, last: its first and last period.
    """

    observed: float | None
    expected: float | None = None
    lower: float | None = None
    upper: float | None = None
    p_rise: float | None = None
    p_fall: float | None = None
    exceedance: float | None = None
    dispersion: float | None = None
    trend: float | None = None
    common: float = 1.0
    periods: int = 0
    first: str | None = None
    last: str | None = None
    reasons: tuple[str, ...] = ()

    @property
    def p(self) -> float | None:
        """The smaller of both."""
        known = [p for p in (self.p_rise, self.p_fall) if p is not None]
        return min(known) if known else None


@dataclass(frozen=True, slots=True)
class Finding:
    """The reading of a series at a period; flag: how it diverges, None: it does not, or cannot be told.

    lasting: what is said of a slow change, in both languages. level: what `district` names, or, of a group,
    `category`.
    """

    district: str
    category: str
    period: str
    reading: Reading
    flag: Flag | None = None
    lasting: tuple[str, str] | None = None
    level: Level = "district"


@dataclass(frozen=True, slots=True)
class Record:
    """How often flags were right here: of so many that were judged true or false, so many were true."""

    right: int
    judged: int


def most_surprising_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """By p, then by exceedance, then by name; what could not be assessed comes last."""
    return tuple(sorted(findings, key=_surprise))


def _surprise(finding: Finding) -> tuple[float, float, str, str]:
    p, exceedance = finding.reading.p, finding.reading.exceedance
    share = float("-inf") if exceedance is None else exceedance
    return 2.0 if p is None else p, -share, finding.district, finding.category


def sentence(finding: Finding, language: Language, record: Record | None = None) -> str:
    """One plain sentence: observed, expected, how probable, compared with what, how often a flag was right here."""
    reading, words = finding.reading, _WORDS[language]
    parts = [_observed(reading, words, language)]
    if reading.expected is not None:
        parts.append(_expected(reading.expected, words, language) + _interval(reading, words, language))
    if finding.flag in ("rise", "fall") and reading.p is not None:
        parts.append(words[f"{finding.flag}-odds"].format(odds=_odds(reading.p, words, language)))
    if abs(reading.common - 1) >= _WORTH_TELLING:
        share = f"{100 * abs(reading.common - 1):.0f}"
        parts.append(words["common-up" if reading.common > 1 else "common-down"].format(share=share))
    parts.extend(_reason(reason, words) for reason in reading.reasons)
    whole = f"{finding.district}, {finding.category}, {finding.period}: " + "; ".join(parts)
    whole += _compared(finding, words) + "."
    if finding.lasting is not None:
        whole += " " + finding.lasting[0 if language == "sv" else 1]
    return whole + _right(record, words)


def why_not(reasons: Sequence[Sequence[str]], language: Language) -> str:
    """Why series were not assessed, in plain words, the reason of most first; reasons: those of each such series."""
    words = _WHY_NOT[language]
    counted = Counter(next((each for each in given if each in words), "other") for given in reasons)
    return "; ".join(words[reason].format(number=number) for reason, number in counted.most_common())


def _right(record: Record | None, words: dict[str, str]) -> str:
    if record is None or record.judged == 0:
        return " " + words["no-record"]
    return " " + words["record"].format(right=record.right, judged=record.judged)


def _observed(reading: Reading, words: dict[str, str], language: Language) -> str:
    if reading.observed is None:
        return words["missing"]
    return words["one" if reading.observed == 1 else "observed"].format(count=_number(reading.observed, language))


def _interval(reading: Reading, words: dict[str, str], language: Language) -> str:
    if reading.lower is None or reading.upper is None:
        return ""
    low, high = _number(reading.lower, language), _number(reading.upper, language)
    return words["interval"].format(low=low, high=high)


def _odds(p: float, words: dict[str, str], language: Language) -> str:
    if p < 0.0001:
        return words["rare"]
    if p >= 0.095:
        return words["percent"].format(percent=round(100 * p))
    times = 1 / p
    size = 10 ** max(len(str(int(times))) - 2, 0)  # two figures are as many as this is good for
    return words["odds"].format(times=_number(round(times / size) * size, language))


def _reason(reason: str, words: dict[str, str]) -> str:
    name, _, number = reason.rpartition("-")
    return words[f"{name}-n"].format(number=number) if number.isdigit() else words[reason]


def _compared(finding: Finding, words: dict[str, str]) -> str:
    reading = finding.reading
    if reading.first is None or reading.last is None:
        return ""
    unit = words["weeks" if "W" in finding.period else "months"].format(number=reading.periods)
    return words["compared"].format(unit=unit, first=reading.first, last=reading.last)


def _expected(mean: float, words: dict[str, str], language: Language) -> str:
    if mean < 0.05:
        return words["hardly"].format(mean=_number(0.1, language))
    return words["expected"].format(mean=_number(mean, language))


def _number(value: float, language: Language) -> str:
    """12,345 or 0.4 (sv 12 345 or 0,4): whole from 20 on, else with a decimal where there is one."""
    if not math.isfinite(value):
        return str(value)
    text = f"{value:,.0f}" if value >= 20 or value == round(value) else f"{value:.1f}"
    return text.replace(",", "\u00a0").replace(".", ",") if language == "sv" else text


_WORDS: dict[Language, dict[str, str]] = {
    "sv": {
        "observed": "{count} händelser",
        "one": "1 händelse",
        "missing": "uppgift saknas",
        "expected": "väntat omkring {mean}",
        "hardly": "väntat mindre än {mean}",
        "interval": ", i 99 fall av 100 mellan {low} och {high}",
        "rise-odds": "så många eller fler ger slumpen i {odds} om inget har ändrats",
        "fall-odds": "så få eller färre ger slumpen i {odds} om inget har ändrats",
        "rare": "mindre än 1 period på 10\u00a0000",
        "odds": "ungefär 1 period på {times}",
        "percent": "ungefär {percent} perioder på 100",
        "common-up": "hela staden ligger omkring {share} % över det vanliga, och det är inräknat",
        "common-down": "hela staden ligger omkring {share} % under det vanliga, och det är inräknat",
        "compared": " (jämfört med {unit}, {first} till {last})",
        "weeks": "{number} veckor",
        "months": "{number} månader",
        "periods-n": "bara {number} perioder att jämföra med",
        "late-n": "omkring {number} % av periodens händelser väntas vara inrapporterade, och det är inräknat",
        "declared-break": "nivån efter ett känt brott i statistiken är räknad för sig",
        "too-short": "bedöms inte, det finns inga tidigare perioder att jämföra med",
        "missing-current": "bedöms inte",
        "silent": "distriktet har inte rapporterat något alls, vilket tyder på att rapporteringen har stannat",
        "halted": "bedöms inte, nästan ingenting är rapporterat någonstans, vilket tyder på att flödet har stannat",
        "over-budget": "avviker, men ryms inte bland de tydligaste",
        "record": "Bedömda signaler här hittills: {judged}, varav riktiga: {right}.",
        "no-record": "Hur ofta signaler är riktiga här är inte känt än.",
        "years-n": "bara {number} år att jämföra med",
        "short-history": "bedöms inte, historiken är för kort",
        "no-baseline": "bedöms inte, för få av jämförelseperioderna har uppgifter",
        "no-events": "bedöms inte, det finns inga tidigare händelser att räkna ett väntevärde ur",
        "no-fit": "bedöms inte, beräkningen gav inget stabilt väntevärde",
        "not-enough-cases": "bedöms inte, för få händelser på sistone",
    },
    "en": {
        "observed": "{count} events",
        "one": "1 event",
        "missing": "no figure",
        "expected": "about {mean} expected",
        "hardly": "less than {mean} expected",
        "interval": ", in 99 cases of 100 between {low} and {high}",
        "rise-odds": "chance gives so many or more in {odds} if nothing has changed",
        "fall-odds": "chance gives so few or fewer in {odds} if nothing has changed",
        "rare": "less than 1 period in 10,000",
        "odds": "about 1 period in {times}",
        "percent": "about {percent} periods in 100",
        "common-up": "the whole city is about {share}% above the usual, which is allowed for",
        "common-down": "the whole city is about {share}% below the usual, which is allowed for",
        "compared": " (compared with {unit}, {first} to {last})",
        "weeks": "{number} weeks",
        "months": "{number} months",
        "periods-n": "only {number} periods to compare with",
        "late-n": "about {number}% of the period's events are expected to be reported by now, which is allowed for",
        "declared-break": "the level after a known break in the figures is worked out by itself",
        "too-short": "not assessed, there are no earlier periods to compare with",
        "missing-current": "not assessed",
        "silent": "the district has reported nothing at all, which suggests that its reporting has stopped",
        "halted": "not assessed, next to nothing is reported anywhere, which suggests that the feed has halted",
        "over-budget": "diverges, but is not among the clearest",
        "record": "Signals judged here so far: {judged}, of which right: {right}.",
        "no-record": "How often signals are right here is not known yet.",
        "years-n": "only {number} years to compare with",
        "short-history": "not assessed, the history is too short",
        "no-baseline": "not assessed, too few of the periods to compare with have a figure",
        "no-events": "not assessed, there are no earlier events to work out an expectation from",
        "no-fit": "not assessed, the calculation gave no stable expectation",
        "not-enough-cases": "not assessed, too few events of late",
    },
}

_WHY_NOT: dict[Language, dict[str, str]] = {
    "sv": {
        "halted": "{number} därför att flödet har stannat",
        "silent": "{number} därför att området inte har rapporterat något alls",
        "missing-current": "{number} saknar uppgift för perioden",
        "too-short": "{number} har ingen tidigare period att jämföra med",
        "short-history": "{number} har för kort historik för metoden",
        "no-baseline": "{number} har uppgift för få av jämförelseperioderna",
        "no-events": "{number} har inga tidigare händelser",
        "no-fit": "{number} gav inget stabilt väntevärde",
        "not-enough-cases": "{number} har för få händelser på sistone",
        "other": "{number} av andra skäl",
    },
    "en": {
        "halted": "{number} because the feed has halted",
        "silent": "{number} because the district has reported nothing at all",
        "missing-current": "{number} lack a figure for the period",
        "too-short": "{number} have no earlier period to be compared with",
        "short-history": "{number} have too short a history for the method",
        "no-baseline": "{number} have figures of too few of the periods to compare with",
        "no-events": "{number} have no earlier events",
        "no-fit": "{number} gave no stable expectation",
        "not-enough-cases": "{number} have too few events of late",
        "other": "{number} for other reasons",
    },
}
