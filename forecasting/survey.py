"""Perceived safety: the share who feel unsafe, wave by wave, with what its number of answers allows one to say.

Intervals after Wilson (1927), differences after Newcombe (1998, method 10), tests of two proportions with the pooled
share; a design effect divides the number of answers (Kish 1965). Where the method changed nothing is compared.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import NormalDist
from typing import Literal

import numpy as np

Language = Literal["sv", "en"]

VERSION = "survey 1"  # of the method: raise it when the same answers would give another result

_LEVEL = 0.95
_FEWEST = 5.0  # answers expected of either kind, below which the test of two proportions is not to be trusted


@dataclass(frozen=True, slots=True)
class Wave:
    """share (0 to 1, NaN missing) of n answers. method: waves compare only where it is the same text.

    design_effect: how many times the variance of a simple random sample; 1 where nothing is known of the sample.
    """

    label: str
    share: float
    n: int
    method: str = ""
    design_effect: float = 1.0

    @property
    def answers(self) -> float:
        """As many answers as a simple random sample would need for the same error."""
        return self.n / self.design_effect


@dataclass(frozen=True, slots=True)
class Change:
    """From one wave to another: the difference of the shares with its 95 % interval, and two-sided p.

    adjusted: p for that many districts looked at together (Benjamini & Hochberg 1995). clear: p (adjusted, where it
    is) says so and the interval leaves out no change. None: not to be had, and reasons say why.
    """

    before: Wave
    after: Wave
    difference: float | None = None
    lower: float | None = None
    upper: float | None = None
    p: float | None = None
    adjusted: float | None = None
    clear: bool = False
    reasons: tuple[str, ...] = ()


def interval(wave: Wave, level: float = _LEVEL) -> tuple[float, float] | None:
    """Wilson's interval of a wave's share. None: the share is missing. ValueError for what is no share."""
    _checked(wave)
    if math.isnan(wave.share):
        return None
    z = NormalDist().inv_cdf((1 + level) / 2)
    n, share = wave.answers, wave.share
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    reach = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(middle - reach, 0.0) if share > 0 else 0.0, min(middle + reach, 1.0) if share < 1 else 1.0


def change(before: Wave, after: Wave) -> Change:
    """From one wave to a later one. Reasons why there is none: missing, method-break; few-answers: no test."""
    first, second = interval(before), interval(after)
    if before.method != after.method:
        return Change(before, after, reasons=("method-break",))
    if first is None or second is None:
        return Change(before, after, reasons=("missing",))
    difference = after.share - before.share
    lower = difference - math.hypot(after.share - second[0], first[1] - before.share)
    upper = difference + math.hypot(second[1] - after.share, before.share - first[0])
    found = Change(before, after, difference, lower, upper)
    p = _p(before, after)
    if p is None:
        return replace(found, reasons=("few-answers",))
    return replace(found, p=p, clear=p < 1 - _LEVEL and not lower <= 0 <= upper)


def changes(waves: Sequence[Wave], breaks: Sequence[str] = ()) -> tuple[Change, ...]:
    """Each wave against the one before. breaks: labels of waves from which on nothing compares with what was before."""
    unknown = set(breaks) - {wave.label for wave in waves}
    if unknown:
        raise ValueError(f"no wave is called {', '.join(sorted(unknown))}")
    return tuple(
        Change(before, after, reasons=("method-break",)) if after.label in breaks else change(before, after)
        for before, after in pairwise(waves)
    )


def together(found: Sequence[Change], false_share: float = 0.10) -> tuple[Change, ...]:
    """The same changes, of many districts, clear only where p adjusted for their number is at most false_share."""
    tested = [i for i, each in enumerate(found) if each.p is not None]
    adjusted = dict(zip(tested, _benjamini_hochberg([found[i].p or 0.0 for i in tested]), strict=True))
    return tuple(_adjusted(each, adjusted.get(i), false_share) for i, each in enumerate(found))


def _adjusted(found: Change, p: float | None, false_share: float) -> Change:
    if p is None or found.lower is None or found.upper is None:
        return replace(found, clear=False)
    return replace(found, adjusted=p, clear=p <= false_share and not found.lower <= 0 <= found.upper)


def _benjamini_hochberg(p: Sequence[float]) -> list[float]:
    values = np.asarray(p, dtype=np.float64)
    order = np.argsort(values, kind="stable")
    scaled = values[order] * values.size / np.arange(1, values.size + 1)
    adjusted = np.empty_like(values)
    adjusted[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return [float(value) for value in adjusted]


def _p(before: Wave, after: Wave) -> float | None:
    """Of the test of two proportions, two-sided. None: too few answers for it."""
    n, m = before.answers, after.answers
    pooled = (before.share * n + after.share * m) / (n + m)
    if min(n, m) * min(pooled, 1 - pooled) < _FEWEST:
        return None
    z = (after.share - before.share) / math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
    return math.erfc(abs(z) / math.sqrt(2))


def _checked(wave: Wave) -> None:
    if not (math.isnan(wave.share) or 0 <= wave.share <= 1):
        raise ValueError(f"the share of {wave.label} is {wave.share:g}; a share lies between 0 and 1")
    if wave.n < 1 or not wave.design_effect > 0:
        raise ValueError(f"{wave.label} needs at least one answer and a design effect above 0")


def sentence(where: str, found: Change, language: Language) -> str:
    """One plain sentence: both shares with their answers, the change with its interval, and whether it is clear."""
    words = _WORDS[language]
    gone = [wave.label for wave in (found.before, found.after) if math.isnan(wave.share)]
    if gone:
        return f"{where}: " + words["missing"].format(label=gone[-1])
    ends = [_told(wave, words, language) for wave in (found.before, found.after)]
    told = f"{where}: " + words["shares"].format(before=ends[0], after=ends[1])
    if found.difference is None or found.lower is None or found.upper is None:
        return f"{told}; {words[found.reasons[0]]}."
    limits = {"lower": points(found.lower, language), "upper": points(found.upper, language)}
    size = percent(abs(found.difference), language)
    if found.clear:
        return f"{told}; " + words["more" if found.difference > 0 else "less"].format(size=size, **limits) + "."
    reason = f" ({words[found.reasons[0]]})" if found.reasons else ""
    return f"{told}; " + words["unclear"].format(size=points(found.difference, language), **limits) + reason + "."


def summary(found: Sequence[tuple[str, Change]], language: Language) -> str:
    """Of how many districts it can be told, and which of them have changed clearly; named changes from `together`."""
    words = _WORDS[language]
    known = [(name, each) for name, each in found if each.difference is not None]
    clear = [f"{name} ({points(each.difference or 0.0, language)})" for name, each in known if each.clear]
    told = words["known" if known else "none"].format(known=len(known), all=len(found))
    if not known:
        return told
    return f"{told}; " + (words["clear"] + ", ".join(clear) if clear else words["still"]) + "."


def percent(share: float, language: Language) -> str:
    """A share in per cent with at most one decimal: 12.5, in Swedish 12,5."""
    text = f"{100 * share:.1f}".removesuffix(".0")
    return text.replace(".", ",") if language == "sv" else text


def points(share: float, language: Language) -> str:
    """A difference of shares in percentage points, with its sign."""
    text = percent(abs(share), language)
    return text if text == "0" else f"{'−' if share < 0 else '+'}{text}"


def _told(wave: Wave, words: dict[str, str], language: Language) -> str:
    return words["share"].format(share=percent(wave.share, language), label=wave.label, n=wave.n)


_WORDS: dict[Language, dict[str, str]] = {
    "sv": {
        "shares": "{after} känner sig otrygga, mot {before}",
        "share": "{share} procent ({label}, {n} svar)",
        "more": "en ökning med {size} procentenheter (95-procentigt intervall {lower} till {upper})",
        "less": "en minskning med {size} procentenheter (95-procentigt intervall {lower} till {upper})",
        "unclear": "ingen tydlig förändring ({size} procentenheter, 95-procentigt intervall {lower} till {upper})",
        "known": "{known} av {all} områden kan jämföras",
        "none": "Inget av {all} områden kan jämföras.",
        "clear": "tydlig förändring, i procentenheter: ",
        "still": "inget av dem visar en tydlig förändring",
        "missing": "uppgift saknas för {label}, så inget kan jämföras.",
        "method-break": "metoden ändrades däremellan, så de kan inte jämföras",
        "few-answers": "för få svar för att pröva",
    },
    "en": {
        "shares": "{after} feel unsafe, against {before}",
        "share": "{share} per cent ({label}, {n} answers)",
        "more": "a rise of {size} percentage points (95 per cent interval {lower} to {upper})",
        "less": "a fall of {size} percentage points (95 per cent interval {lower} to {upper})",
        "unclear": "no clear change ({size} percentage points, 95 per cent interval {lower} to {upper})",
        "known": "{known} of {all} districts can be compared",
        "none": "None of {all} districts can be compared.",
        "clear": "clear change, in percentage points: ",
        "still": "none of them shows a clear change",
        "missing": "there is no figure for {label}, so nothing can be compared.",
        "method-break": "the method changed in between, so they cannot be compared",
        "few-answers": "too few answers to test",
    },
}
