"""The history as sentences: one for each event, in Swedish or English, and what each event is about."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from domain import catalogue, forecast, meeting, signal
from domain.core import Event, Recorded
from service.deeds import DEEDS
from service.naming import NO_NAMES, Names
from service.wording import Language, short, who

LONGEST = 400


def sentence(recorded: Recorded, language: Language, names: Names = NO_NAMES) -> str:
    """One plain sentence of at most 400 characters: who did what, and the reason in quotation marks.

    names: what is told in place of keys; without them the keys are told, which a terminal or a program can go on with.
    """
    sv, en, quoted = DEEDS[type(recorded.event)](recorded.event, recorded.stream.partition("-")[2], names)
    told = f"{who(recorded.by, language)} {sv if language == 'sv' else en}"
    if quoted is None:
        return f"{short(told, LONGEST - 1)}."
    told = short(told, LONGEST - 60)
    opening, closing = "””" if language == "sv" else "“”"
    words = short(quoted.strip().rstrip("."), LONGEST - len(told) - 5)
    return f"{told}: {opening}{words}{closing}."


def subjects(recorded: Recorded) -> dict[str, tuple[str, ...]]:
    """The keys that the event or its stream names: `agreements`, `problems`, `actions`, `districts`.

    The stream of a signal has a dash between district and category; where their own keys have dashes, every possible
    reading is given.
    """
    found: dict[str, dict[str, None]] = {"agreements": {}, "problems": {}, "actions": {}, "districts": {}}
    stream = () if isinstance(recorded.event, signal.AlertRaised) else _in_stream(recorded.stream)
    for kind, key in (*stream, *_in_event(recorded.event)):
        found[kind][key] = None
    return {kind: tuple(keys) for kind, keys in found.items() if keys}


_BY_STREAM = {
    "agreement": "agreements",
    "weighting": "agreements",
    "problem": "problems",
    "plan": "problems",
    "action": "actions",
    "effect": "actions",
}
_BY_FIELD = {
    "agreement": "agreements",
    "successor": "agreements",
    "former": "agreements",
    "problem": "problems",
    "action": "actions",
    "actions": "actions",
    "district": "districts",
    "districts": "districts",
    "origin": "districts",
    "destination": "districts",
}
_SIGNAL = re.compile(r".+-\d{4}-(?:w\d{2}|\d{2})-(?P<district>[^:]+):.+")


def _in_stream(stream: str) -> Iterable[tuple[str, str]]:
    kind, _, key = stream.partition("-")
    if kind in _BY_STREAM:
        yield _BY_STREAM[kind], key
    elif kind in ("picture", "review"):
        yield "agreements", key[:-5]
    elif kind == "signal":
        yield from _districts_of_signal(key)


def _districts_of_signal(key: str) -> Iterable[tuple[str, str]]:
    found = _SIGNAL.fullmatch(key)
    if found:
        yield "districts", found["district"]


def _in_event(event: Event) -> Iterable[tuple[str, str]]:
    match event:
        case signal.AlertRaised(district=district):
            yield "districts", district
        case forecast.ForecastIssued(outlook=outlook):  # areas and the municipality are no districts
            there = zip(outlook.district, outlook.level, strict=True)
            yield from (("districts", key) for key, level in there if level == "district")
        case catalogue.DivisionPublished(districts=districts):
            yield from (("districts", district.key) for district in districts)
        case catalogue.DivisionRevised(districts=districts, retired=retired):
            yield from (("districts", key) for key in (*(d.key for d in districts), *retired))
        case _:
            yield from _in_fields(event)
            if isinstance(event, meeting.Decided) and event.signal:
                yield from _districts_of_signal(event.signal)


def _in_fields(value: Any) -> Iterable[tuple[str, str]]:
    """Walk through values and lists of values, and pick the keys out of the fields that name something."""
    for name in type(value).model_fields:
        inner = getattr(value, name)
        for item in inner if isinstance(inner, tuple) else (inner,):
            if isinstance(item, str) and name in _BY_FIELD:
                yield _BY_FIELD[name], item
            elif hasattr(type(item), "model_fields"):
                yield from _in_fields(item)
