"""What the weekly meeting makes of an alert: what it goes by is what was planted, as if it knew the places."""

from __future__ import annotations

from datetime import date, timedelta
from zlib import crc32

from domain.period import first_day, last_day
from domain.signal import Signal
from service.demonstration.catalogue import example
from service.demonstration.planted import Planted, planted

_GRAVE = ("hot", "personran", "misshandel-utomhus", "inbrott-bostad", "anlagd-brand")
_PANDEMIC = date(2020, 3, 16), date(2021, 6, 27)
_AFTERWARDS = date(2022, 6, 26)
_MEMORY = timedelta(days=365)

# What the meeting says of what it takes for chance; one of them is picked by the alert's key.
_BY_CHANCE = (
    "genomgången visar enstaka händelser utan samband.",
    "händelserna ligger på olika platser och tider; inget gemensamt mönster.",
    "två anmälningar gäller samma händelse, resten är spridda.",
    "fältgruppen och bovärdarna känner inte igen någon ökning.",
    "en plats hade otur en helg; lugnt sedan dess.",
)
_FEWER = (
    "färre händelser än vanligt, och rapporteringen har inte stannat. Ingen åtgärd.",
    "lugn vecka. Utdraget är kontrollerat och helt.",
    "färre anmälningar; rapportörerna ser samma sak på plats.",
)
_OPEN = (
    "allvarligt brott, men orsaken är oklar; bevakas till nästa möte.",
    "kommunpolisen går igenom anmälningarna och återkommer på nästa möte.",
    "inget gemensamt mönster än; bevakas två veckor till.",
)


def behind(signal: Signal) -> Planted | None:
    """The planted rise that the alert is about, its building up included."""
    first, last = first_day(signal.period), last_day(signal.period)
    if signal.flag.endswith("fall"):
        return None
    rises = (one for one in _of(signal) if one.factor > 1)
    return next((one for one in rises if one.first - timedelta(weeks=one.ramp) <= last and first <= one.last), None)


def judgement(signal: Signal, key: str, *, has_problem: bool) -> dict[str, str]:
    """Response, finding and reason; has_problem: a problem is worked on that the alert belongs to."""
    change = behind(signal)
    if change and change.explained_by:
        return _explained(change.explained_by, "toppen följer ett känt arrangemang och ger ingen åtgärd.")
    if change:
        response = "act" if has_problem or change.factor >= 4 else "watch"
        return {"response": response, "finding": "true", "reason": example(f"{change.note} Rapporterna stämmer.")}
    return _fewer(signal, key) if signal.flag.endswith("fall") else _more(signal, key)


def _more(signal: Signal, key: str) -> dict[str, str]:
    if signal.flag == "lasting-rise" and _PANDEMIC[1] < first_day(signal.period) <= _AFTERWARDS:
        return _explained("Pandemins slut.", "nivån är tillbaka där den låg före pandemin.")
    if signal.category in _GRAVE:
        return {"response": "watch", "finding": "open", "reason": example(_one_of(_OPEN, key))}
    return {"response": "dismiss", "finding": "false", "reason": example(_one_of(_BY_CHANCE, key))}


def _fewer(signal: Signal, key: str) -> dict[str, str]:
    first = first_day(signal.period)
    works = next((one for one in _of(signal) if one.kind == "effect" and one.first <= first), None)
    if works:
        found = _explained(works.note, "färre händelser sedan åtgärden började; den går vidare och följs upp.")
        return found | {"response": "watch"}
    over = next((o for o in _of(signal) if o.factor > 1 and o.last < first <= o.last + _MEMORY), None)
    if over:
        return _explained(f"Ökningen är över: {over.note}", "nivån är tillbaka där den låg före ökningen.")
    if _PANDEMIC[0] <= first <= _PANDEMIC[1]:
        return _explained("Pandemin.", "färre rör sig ute, och det syns här.")
    return {"response": "dismiss", "finding": "false", "reason": example(_one_of(_FEWER, key))}


def _of(signal: Signal) -> list[Planted]:
    return [one for one in planted() if (one.district, one.category) == (signal.district, signal.category)]


def _explained(by: str, reason: str) -> dict[str, str]:
    return {"response": "dismiss", "finding": "explained", "explained_by": by, "reason": example(reason)}


def _one_of(texts: tuple[str, ...], key: str) -> str:
    return texts[crc32(key.encode()) % len(texts)]
