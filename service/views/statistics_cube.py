"""A source's figures as a cube that statistics tools read (JSON-stat 2.0): district × category × period × contents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from adapters.tables import Tables
from domain.period import first_day, last_day
from domain.register import Register
from domain.signal import Sentence
from service.views.expectations import Runs
from service.views.scope import category_name, counted, district_name, scope
from service.views.series import usual
from service.views.series_table import Figures, Preliminary, figures, positions

CONTENTS = ("count", "expected")
WORDS: Mapping[str, Sentence] = {
    "district": Sentence(sv="område", en="district"),
    "category": Sentence(sv="kategori", en="category"),
    "week": Sentence(sv="vecka", en="week"),
    "month": Sentence(sv="månad", en="month"),
    "contents": Sentence(sv="tabellinnehåll", en="contents"),
    "count": Sentence(sv="Antal händelser", en="Number of events"),
    "expected": Sentence(sv="Väntat antal händelser", en="Expected number of events"),
    "events": Sentence(sv="händelser", en="events"),
    "m": Sentence(
        sv="ingen fil omfattar perioden: okänt, inte noll", en="no file covers the period: unknown, not zero"
    ),
    "p": Sentence(sv="preliminärt", en="preliminary"),
    "n": Sentence(sv="inte bedömt", en="not assessed"),
    "synthetic": Sentence(
        sv="Syntetiska uppgifter: påhittade för demonstration.", en="Synthetic figures: made up for demonstration."
    ),
    "note": Sentence(
        sv="Tomt värde är okänt, inte noll; status säger varför. Väntat enligt den senaste bedömningen av perioden.",
        en="An empty value is unknown, not zero; status says why. Expected by the period's latest assessment.",
    ),
}


def statistics_cube(
    register: Register, tables: Tables, at: int | None, source: str, frequency: str | None, updated: datetime,
    language: int,
) -> dict[str, Any]:  # fmt: skip
    """The whole source as a JSON-stat dataset. language: 0 Swedish, 1 English."""
    of = counted(register, tables, source)
    found = figures(register, tables, at, of, scope(register, of, None, None), usual(of, frequency))

    def word(key: str) -> str:
        return WORDS[key].en if language else WORDS[key].sv

    values, status = _cells(register, found)
    ids = ("district", "category", "period", "contents")
    dimension = _dimensions(register, found, word)
    return {
        "version": "2.0",
        "class": "dataset",
        "label": f"{of.name}: {word('count').lower()} ({word(found.frequency)})",
        "source": of.name,
        "updated": updated.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "id": ids,
        "size": [len(dimension[name]["category"]["index"]) for name in ids],
        "role": {"time": ["period"], "geo": ["district"], "metric": ["contents"]},
        "dimension": dimension,
        "value": values,
        "status": status,
        "note": [*([word("synthetic")] if of.synthetic else []), word("note")],
        "extension": {
            "synthetic": of.synthetic,
            "known_at": register.position,
            "status": {"label": {code: word(code) for code in "mpn"}},
        },
    }


def _dimensions(register: Register, found: Figures, word: Any) -> dict[str, Any]:
    of = found.of
    districts = {key: district_name(register, of.division, key) for key in of.districts}
    categories = {key: category_name(register, key) for key in of.categories}
    units = {
        name: {"label": word("events"), "decimals": decimals} for name, decimals in (("count", 0), ("expected", 1))
    }
    contents = {"index": CONTENTS, "label": {name: word(name) for name in CONTENTS}, "unit": units}
    return {
        "district": {"label": word("district"), "category": {"index": tuple(districts), "label": districts}},
        "category": {"label": word("category"), "category": {"index": tuple(categories), "label": categories}},
        "period": {"label": word(found.frequency), "category": {"index": found.periods}},
        "contents": {"label": word("contents"), "category": contents},
    }


def _cells(register: Register, found: Figures) -> tuple[Sequence[float | None], Mapping[str, str]]:
    """The values in the order of the dimensions, and what there is to say of some, by position."""
    preliminary, runs = Preliminary(register, found.of.key), Runs(register, found.of.key)
    assessed = [positions(runs.results(period)) for period in found.periods]
    days = [(first_day(period), last_day(period)) for period in found.periods]
    values: list[float | None] = []
    status: dict[str, str] = {}
    for (district, category), numbers in found.counts.items():
        for number, (results, at), ends in zip(numbers, assessed, days, strict=True):
            i = at.get((district, category))
            expected = results.expected[i] if results and i is not None else None
            if number is None:
                status[str(len(values))] = "m"
            elif preliminary.covers(district, category, *ends):
                status[str(len(values))] = "p"
            if expected is None:
                status[str(len(values) + 1)] = "n"
            values += (number, expected)
    return values, status
