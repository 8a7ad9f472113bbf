"""A recorded model card in plain words: how good the forecasts were, how honest, and how the alerts were judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from domain.computed import BacktestMade, ModelCard
from service.wording import Language

Words = Mapping[str, str]
LARGEST = 12  # parts of each kind are told


def lines(made: BacktestMade, names: Mapping[str, str], language: Language) -> Iterator[str]:
    """A line each; names: of districts and categories by key."""
    words, card = _WORDS[language], made.card
    yield words["tried"].format(card=card, made=made)
    yield from (_said(line, language) for line in _errors(card, words))
    if None not in (card.above, *card.within.covered):
        narrow, wide = card.within.covered
        yield _said(words["honest"].format(narrow=narrow, wide=wide, above=card.above), language)
    yield from _parts(card, names, words, language)
    yield words["no-flags"] if card.flags is None else _said(words["flags"].format(flags=card.flags), language)
    yield from _verdicts(card, names, words)


def _errors(card: ModelCard, words: Words) -> Iterator[str]:
    rivals = card.rivals
    for method, crps, better, low, high in zip(
        rivals.method, rivals.crps, rivals.better_by, rivals.low, rivals.high, strict=True
    ):
        name = words.get(method, words["own"])
        if crps is not None and better is not None and low is not None and high is not None:
            sides = {"percent": 100 * abs(better), "low": 100 * low, "high": 100 * high}
            yield words["better" if better >= 0 else "worse"].format(name=name, crps=crps, **sides)
        elif crps is not None:
            yield words["error"].format(name=name, crps=crps)


def _parts(card: ModelCard, names: Mapping[str, str], words: Words, language: Language) -> Iterator[str]:
    parts = card.parts
    rows = list(zip(parts.by, parts.label, parts.series, parts.crps, parts.covered, strict=True))
    for kind in ("category", "district"):
        worst = sorted((r for r in rows if r[0] == kind and r[3] is not None), key=lambda r: -(r[3] or 0.0))
        if worst:
            yield words[kind].format(shown=min(len(worst), LARGEST), all=len(worst))
        for _, label, series, crps, covered in worst[:LARGEST]:
            line = words["part"].format(crps=crps, covered=covered or 0.0, series=series)
            yield f"  {names.get(label, label)}: {_said(line, language)}"


def _verdicts(card: ModelCard, names: Mapping[str, str], words: Words) -> Iterator[str]:
    found = card.verdicts
    if not found.district:
        return
    yield words["verdicts"]
    for district, raised, true, false, explained in zip(
        found.district, found.raised, found.true, found.false, found.explained, strict=True
    ):
        judged = true + false + explained
        share = words["share"].format(percent=round(100 * true / judged)) if judged else words["unjudged"]
        told = words["verdict"].format(raised=raised, true=true, false=false, explained=explained)
        yield f"  {names.get(district, district)}: {told}{share}"


def _said(line: str, language: Language) -> str:
    """Decimals as the language writes them."""
    if language == "en":
        return line
    marks = [a.isdigit() and b == "." and c.isdigit() for a, b, c in zip(line, line[1:], line[2:], strict=False)]
    return "".join("," if i and i <= len(marks) and marks[i - 1] else mark for i, mark in enumerate(line))


_WORDS: Mapping[Language, Words] = {
    "sv": {
        "tried": "{card.series} serier prövade vid {card.origins} tillfällen, {made.first} till {made.last}; "
        "{card.left_out} serier för sällsynta för att prövas.",
        "own": "prognosen",
        "same time last year": "samma tid förra året",
        "mean of the last year": "senaste årets medel",
        "error": "Fel (CRPS, 1 = så mycket som fjolårets värde brukar missa med), {name}: {crps:.3f}.",
        "better": "Fel, {name}: {crps:.3f}; prognosens är {percent:.1f} % mindre (95 %-intervall {low:.1f} till "
        "{high:.1f}).",
        "worse": "Fel, {name}: {crps:.3f}; prognosens är {percent:.1f} % STÖRRE (minskningens 95 %-intervall "
        "{low:.1f} till {high:.1f}).",
        "honest": "Inom 80 %-intervallet {narrow:.3f}, inom 95 %-intervallet {wide:.3f}, över övre gränsen "
        "{above:.3f} (ska vara 0.800, 0.950 och 0.025).",
        "category": "Kategorier, störst fel först ({shown} av {all}):",
        "district": "Områden, störst fel först ({shown} av {all}):",
        "part": "fel {crps:.3f}, inom 95 %-intervallet {covered:.3f}, {series} serier",
        "flags": "Varningar: {flags:.2f} per bedömd period.",
        "no-flags": "Inga bedömningar är gjorda, så antalet varningar per period är inte känt.",
        "verdicts": "Varningar och vad de bedömdes vara:",
        "verdict": "{raised} varningar; {true} riktiga, {false} falska, {explained} förklarade",
        "share": ": {percent} % av de bedömda var riktiga",
        "unjudged": ", ingen bedömd",
    },
    "en": {
        "tried": "{card.series} series tried at {card.origins} times, {made.first} to {made.last}; "
        "{card.left_out} series too rare to be tried.",
        "own": "the forecast",
        "same time last year": "the same time last year",
        "mean of the last year": "the last year's mean",
        "error": "Error (CRPS, 1 = what last year's value usually misses by), {name}: {crps:.3f}.",
        "better": "Error, {name}: {crps:.3f}; the forecast's is {percent:.1f}% less (95% interval {low:.1f} to "
        "{high:.1f}).",
        "worse": "Error, {name}: {crps:.3f}; the forecast's is {percent:.1f}% MORE (95% interval of the reduction "
        "{low:.1f} to {high:.1f}).",
        "honest": "Within the 80% interval {narrow:.3f}, within the 95% interval {wide:.3f}, over the upper limit "
        "{above:.3f} (should be 0.800, 0.950 and 0.025).",
        "category": "Categories, the largest error first ({shown} of {all}):",
        "district": "Districts, the largest error first ({shown} of {all}):",
        "part": "error {crps:.3f}, within the 95% interval {covered:.3f}, {series} series",
        "flags": "Alerts: {flags:.2f} in each period assessed.",
        "no-flags": "No assessment has been made, so the number of alerts in a period is not known.",
        "verdicts": "Alerts, and what they were judged to be:",
        "verdict": "{raised} alerts; {true} true, {false} false, {explained} explained",
        "share": ": {percent}% of those judged were true",
        "unjudged": ", none judged",
    },
}
