"""What an effect says, in sentences: seen, expected, changed, how sure, and what speaks against it."""

from __future__ import annotations

from collections.abc import Sequence

from forecasting.effect import Effect
from forecasting.finding import Language
from forecasting.placebo import Estimate
from forecasting.power import Detectable

Words = dict[str, str]


def sentence(effect: Effect, names: Sequence[str], language: Language) -> str:
    """A few plain sentences for the reader; names: those of the districts, in the order of their counts."""
    words = _WORDS[language]
    head = _listed([names[d] for d in effect.treated], words) + ": "
    if effect.combined is None:
        return head + words["none"].format(why=_reason(effect.reasons[0], words)) + "."
    parts = [
        _change(effect, effect.combined, words, language),
        _detectable(effect, effect.combined, words),
        _compared(effect, names, words),
        _check(effect, effect.combined, words),
        _by_itself(effect, words),
        _moved(effect, names, words, language),
        *(words["limit"].format(why=_reason(reason, words)) for reason in effect.reasons),
    ]
    return head + " ".join(part + "." for part in parts if part)


def before_start(plan: Detectable, language: Language) -> str:
    """What can be found at all, said before an action starts."""
    words = _WORDS[language]
    if plan.expected is None:
        return words["no-plan"].format(why=_reason(plan.reasons[0], words)) + "."
    expected = words["plan"].format(expected=_number(plan.expected, language), number=plan.comparisons)
    if plan.fall is None:
        return f"{expected} {words['hopeless']}."
    events = _number(round(plan.fall * plan.expected), language)
    return f"{expected} {words['findable'].format(fall=_percent(plan.fall, words), events=events)}."


def verdict(estimate: Estimate, language: Language) -> str:
    """Fewer or more events than expected, or “no clear effect” where the interval contains none."""
    return _WORDS[language]["unclear" if _unclear(estimate) else "fewer" if estimate.change < 0 else "more"]


def _unclear(estimate: Estimate) -> bool:
    return estimate.lower <= 0 <= estimate.upper


def _change(effect: Effect, combined: Estimate, words: Words, language: Language) -> str:
    assert effect.observed is not None
    assert effect.expected is not None
    return words["change"].format(
        observed=words["one" if effect.observed == 1 else "events"].format(n=_number(effect.observed, language)),
        period=_period(effect, words),
        expected=_number(effect.expected, language),
        change=_percent(combined.change, words, "+"),
        interval=_interval(combined, words),
        verdict=verdict(combined, language),
    )


def _detectable(effect: Effect, combined: Estimate, words: Words) -> str:
    if effect.detectable is None:
        return words["undetectable"]
    found = words["detectable"].format(fall=_percent(effect.detectable, words))
    return found + words["unseen"] if _unclear(combined) else found


def _compared(effect: Effect, names: Sequence[str], words: Words) -> str:
    nearest = _listed([names[d] for d, _ in effect.weights[:3]], words)
    number = len(effect.comparisons)
    why = f"grade-{effect.grade}" + ("-flagged" if effect.grade == 3 and effect.flagged else "")
    return words["grade"].format(grade=effect.grade, why=words[why], number=number, nearest=nearest)


def _check(effect: Effect, combined: Estimate, words: Words) -> str:
    """Only where the check leaves out what was found."""
    check = effect.interrupted
    if check is None or check.lower <= combined.change <= check.upper:
        return ""
    return words["check"].format(change=_percent(check.change, words, "+"), interval=_interval(check, words))


def _by_itself(effect: Effect, words: Words) -> str:
    back = effect.regression
    if not effect.flagged or back is None:
        return ""
    if back.by_itself >= 0:
        return words["flagged"]
    said = words["by-itself"].format(recent=_percent(back.recent, words, "+"), fall=_percent(-back.by_itself, words))
    return said + (
        words["share"].format(share=_percent(back.explained, words)) if back.explained and back.fell <= -0.005 else ""
    )


def _moved(effect: Effect, names: Sequence[str], words: Words, language: Language) -> str:
    moved = effect.displacement
    if moved is None:
        return ""
    key = "calm" if _unclear(moved.neighbours) else "spread" if moved.neighbours.change < 0 else "moved"
    return words[key].format(
        names=_listed([names[d] for d in effect.neighbours], words),
        change=_percent(moved.neighbours.change, words, "+"),
        interval=_interval(moved.neighbours, words),
        events=_signed(moved.events, language),
        lower=_signed(moved.lower, language),
        upper=_signed(moved.upper, language),
    )


def _reason(reason: str, words: Words) -> str:
    if reason.startswith("after-"):
        return words["after"].format(periods=reason.removeprefix("after-"))
    return words[reason]


def _period(effect: Effect, words: Words) -> str:
    return (
        words["months"].format(n=effect.after)
        if effect.freq == 12
        else words["weeks"].format(n=effect.weeks or 4 * effect.after)
    )


def _interval(estimate: Estimate, words: Words) -> str:
    return words["interval"].format(
        lower=_percent(estimate.lower, words, "+"), upper=_percent(estimate.upper, words, "+")
    )


def _listed(names: Sequence[str], words: Words) -> str:
    return words["and"].join(part for part in (", ".join(names[:-1]), names[-1]) if part) if names else ""


def _percent(share: float, words: Words, plus: str = "") -> str:
    """−23 %, and with a decimal where it would be nought but is not."""
    text = f"{abs(100 * share):.0f}" if abs(share) >= 0.005 or share == 0 else f"{abs(100 * share):.1f}"
    sign = "−" if share < 0 else plus if share > 0 else ""
    return sign + text.replace(".", words["point"]) + words["percent"]


def _signed(value: float, language: Language) -> str:
    whole = round(value)
    return ("−" if whole < 0 else "+" if whole > 0 else "") + _number(abs(whole), language)


def _number(value: float, language: Language) -> str:
    """1,234 or 2.6 (sv 1 234 or 2,6): whole from 20 on, else with a decimal where there is one."""
    text = f"{value:,.0f}" if value >= 20 or value == round(value) else f"{value:.1f}"
    return text.replace(",", "\u00a0").replace(".", ",") if language == "sv" else text


_WORDS: dict[Language, Words] = {
    "sv": {
        "point": ",",
        "percent": "\u00a0%",
        "and": " och ",
        "months": "{n} månader",
        "weeks": "{n} veckor",
        "events": "{n} händelser",
        "one": "{n} händelse",
        "change": "{observed} under {period} efter starten, väntat omkring {expected} utan åtgärden. "
        "Ändring {change} ({interval}): {verdict}",
        "interval": "95\u00a0% intervall {lower} till {upper}",
        "unclear": "ingen tydlig effekt",
        "fewer": "färre händelser än väntat",
        "more": "fler händelser än väntat",
        "detectable": "Den minsta minskning som hade upptäckts i 80 fall av 100 är {fall}",
        "unseen": "; en mindre kan finnas utan att synas",
        "undetectable": "Det gick inte att räkna med att upptäcka ens en mycket stor minskning",
        "plan": "Om inget ändras väntas omkring {expected} händelser i uppföljningen, mot {number} jämförelseområden.",
        "findable": "Den minsta minskning som upptäcks i 80 fall av 100 är {fall}, omkring {events} händelser",
        "hopeless": "Det är för få för att upptäcka ens en mycket stor minskning",
        "no-plan": "Hur liten effekt som kan upptäckas går inte att beräkna: {why}",
        "short-history": "historiken är för kort (minst ett år och uppföljningens längd behövs)",
        "grade": "Jämförelsens styrka är {grade} av 5: {why} (jämfört med {number} områden, mest med {nearest})",
        "grade-2": "området gick åt ett annat håll än jämförelseområdena redan före starten, "
        "så ändringen kan ha andra orsaker",
        "grade-3": "före och efter mot jämförelseområden, men de är få",
        "grade-3-flagged": "före och efter mot jämförelseområden, men området valdes för att nivån var hög",
        "grade-4": "före och efter mot många jämförelseområden som gick likadant före starten",
        "check": "Kontrollberäkningen säger något annat: {change} ({interval})",
        "by-itself": "Området valdes för att nivån var hög ({recent} mot det vanliga): ungefär {fall} minskning var "
        "att vänta utan någon åtgärd, och är inräknad i det väntade",
        "share": ", {share} av minskningen sedan dess",
        "flagged": "Området valdes för att nivån var hög; det som brukar gå tillbaka av sig självt är inräknat",
        "calm": "I grannområdena ({names}) ingen tydlig ändring: {change} ({interval}); "
        "tillsammans med området {events} händelser ({lower} till {upper})",
        "moved": "I grannområdena ({names}) fler händelser än väntat: {change} ({interval}), så en del kan ha flyttat "
        "dit; tillsammans med området {events} händelser ({lower} till {upper})",
        "spread": "I grannområdena ({names}) färre händelser än väntat: {change} ({interval}), så verkan kan ha spritt "
        "sig; tillsammans med området {events} händelser ({lower} till {upper})",
        "none": "Effekten går inte att beräkna: {why}",
        "limit": "Obs: {why}",
        "after": "bara {periods} perioder efter starten har räknats",
        "short-before": "för kort tid före starten (minst ett år behövs)",
        "short-after": "för kort tid efter starten (minst tre månader behövs)",
        "silent": "området har inte rapporterat något alls efter starten, så rapporteringen verkar ha stannat",
        "few-districts": "för få områden att jämföra med (minst fem behövs, med uppgifter och händelser)",
        "no-events": "inga händelser före starten",
        "few-events": "för få händelser före starten (minst fem behövs)",
        "neighbours-no-events": "grannområdena har för få uppgifter för att se om något flyttat dit",
    },
    "en": {
        "point": ".",
        "percent": "%",
        "and": " and ",
        "months": "{n} months",
        "weeks": "{n} weeks",
        "events": "{n} events",
        "one": "{n} event",
        "change": "{observed} in the {period} after the start, about {expected} expected without the action. "
        "Change {change} ({interval}): {verdict}",
        "interval": "95% interval {lower} to {upper}",
        "unclear": "no clear effect",
        "fewer": "fewer events than expected",
        "more": "more events than expected",
        "detectable": "The smallest fall that would have been found in 80 cases of 100 is {fall}",
        "unseen": "; a smaller one may be there unseen",
        "undetectable": "Not even a very large fall could have been counted on to be found",
        "plan": "If nothing changes, about {expected} events are expected in the follow-up, "
        "set against {number} comparison districts.",
        "findable": "The smallest fall that is found in 80 cases of 100 is {fall}, about {events} events",
        "hopeless": "That is too few for even a very large fall to be found",
        "no-plan": "How small an effect can be found cannot be worked out: {why}",
        "short-history": "the history is too short (at least a year and the length of the follow-up are needed)",
        "grade": "The strength of the comparison is {grade} of 5: {why} "
        "(compared with {number} districts, most of all with {nearest})",
        "grade-2": "the district went another way than the comparison districts already before the start, "
        "so the change may have other causes",
        "grade-3": "before and after, against comparison districts, but they are few",
        "grade-3-flagged": "before and after, against comparison districts, "
        "but the district was chosen because it stood high",
        "grade-4": "before and after, against many comparison districts that went the same way before the start",
        "check": "The check says something else: {change} ({interval})",
        "by-itself": "The district was chosen because it stood high ({recent} on its usual level): a fall of about "
        "{fall} was to be expected with nothing done, and is counted in what is expected",
        "share": ", {share} of the fall since then",
        "flagged": "The district was chosen because it stood high; what usually passes by itself is counted in",
        "calm": "In the neighbouring districts ({names}) no clear change: {change} ({interval}); "
        "together with the district {events} events ({lower} to {upper})",
        "moved": "In the neighbouring districts ({names}) more events than expected: {change} ({interval}), so some "
        "may have moved there; together with the district {events} events ({lower} to {upper})",
        "spread": "In the neighbouring districts ({names}) fewer events than expected: {change} ({interval}), so the "
        "effect may have spread; together with the district {events} events ({lower} to {upper})",
        "none": "The effect cannot be worked out: {why}",
        "limit": "Note: {why}",
        "after": "only {periods} periods after the start are counted",
        "short-before": "too short a time before the start (at least a year is needed)",
        "short-after": "too short a time after the start (at least three months are needed)",
        "silent": "the district has reported nothing at all after the start, so its reporting seems to have stopped",
        "few-districts": "too few districts to compare with (at least five are needed, with figures and events)",
        "no-events": "no events before the start",
        "few-events": "too few events before the start (at least five are needed)",
        "neighbours-no-events": "the neighbouring districts have too few figures to tell whether anything moved there",
    },
}
