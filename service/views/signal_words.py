"""A signal in a few short words, made from its recorded numbers: what came, what was expected, and how odd that is."""

from __future__ import annotations

import math

from domain.period import frequency
from domain.signal import Sentence, Signal
from service.wording import grouped, period

_ALMOST_NEVER, _VERY_SELDOM = 1e-4, 1e-2


def in_short(signal: Signal) -> Sentence:
    """Two or three sentences to be read aloud. A lasting change is told by what lasts, since no one period shows it."""
    if signal.flag.startswith("lasting"):
        return _joined(_lasting(signal), _seen(signal), _expected(signal, bounds=False))
    return _joined(_seen(signal), _expected(signal, bounds=True), _odds(signal))


def _joined(*parts: Sentence) -> Sentence:
    return Sentence(sv=" ".join(one.sv for one in parts), en=" ".join(one.en for one in parts))


def _seen(signal: Signal) -> Sentence:
    number, when = signal.observed, _when(signal.period)
    sv = "Ingen händelse" if number == 0 else "1 händelse" if number == 1 else f"{grouped(number, 'sv')} händelser"
    en = "No events" if number == 0 else "1 event" if number == 1 else f"{grouped(number, 'en')} events"
    return Sentence(sv=f"{sv} {when.sv}.", en=f"{en} {when.en}.")


def _when(key: str) -> Sentence:
    if frequency(key) == "month":
        return Sentence(sv=f"i {period(key, 'sv')}", en=f"in {period(key, 'en')}")
    year, _, week = key.partition("-W")
    return Sentence(sv=f"v. {int(week)} {year}", en=f"in week {int(week)}, {year}")


def _expected(signal: Signal, *, bounds: bool) -> Sentence:
    """bounds: say also what was seldom passed, where it was passed."""
    if signal.expected < 1:
        sv, en = "Färre än 1 väntades", "Fewer than 1 was expected"
    else:
        about = float(round(signal.expected))
        sv, en = f"Omkring {grouped(about, 'sv')} väntades", f"About {grouped(about, 'en')} were expected"
    limit = _passed(signal) if bounds else None
    if limit is None:
        return Sentence(sv=f"{sv}.", en=f"{en}.")
    fall = signal.flag == "fall"
    return Sentence(
        sv=f"{sv}, sällan {'färre' if fall else 'fler'} än {grouped(limit, 'sv')}.",
        en=f"{en}, seldom {'fewer' if fall else 'more'} than {grouped(limit, 'en')}.",
    )


def _passed(signal: Signal) -> float | None:
    """The whole number that the count is beyond, if it is beyond the bound."""
    if signal.flag == "fall":
        limit = None if signal.lower is None else float(math.ceil(signal.lower))
        return limit if limit is not None and signal.observed < limit else None
    above = float(math.floor(signal.bound))
    return above if signal.observed > above else None


def _odds(signal: Signal) -> Sentence:
    """How often nothing but chance brings a count so far out. Not how probable it is that chance did."""
    sv, en = (
        ("nästan aldrig", "almost never") if signal.p < _ALMOST_NEVER
        else ("mycket sällan", "very seldom") if signal.p < _VERY_SELDOM
        else ("sällan", "seldom")
    )  # fmt: skip
    fall = signal.flag == "fall"
    return Sentence(
        sv=f"Slumpen ensam ger {sv} så {'få' if fall else 'många'}.",
        en=f"Chance alone {en} gives so {'few' if fall else 'many'}.",
    )


def _lasting(signal: Signal) -> Sentence:
    """Why it is a signal though its own period may look like any other."""
    fall = signal.flag == "lasting-fall"
    return Sentence(
        sv=f"{'Färre' if fall else 'Fler'} än väntat under en längre tid, tillsammans så {'få' if fall else 'många'} "
        "att slumpen sällan räcker som förklaring.",
        en=f"{'Fewer' if fall else 'More'} than expected for some time, together so {'few' if fall else 'many'} that "
        "chance seldom explains it.",
    )
