"""Perceived safety in the districts, in a survey's latest wave, with what differs from the whole municipality."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.documents.content import Block, Column, Note, Table
from domain.catalogue import Division
from service.book import made_up
from service.book.waves import Asked, interval, limits, shown
from service.book.year import Year
from service.views.survey import Wave
from service.wording import alphabetical, figure, grouped, short


def districts_of(year: Year, questions: Sequence[Asked]) -> list[Block]:
    """The districts in the latest wave, at most three questions side by side."""
    wave = max((w.wave for q in questions for waves in q.districts.values() for w in waves), default=None)
    shown_here = [q for q in questions if any(w.wave == wave for waves in q.districts.values() for w in waves)][:3]
    if wave is None or not shown_here:
        return []
    division = year.register.find(Division, questions[0].state.division)
    names = {
        k: division.districts[k].name if division and k in division.districts else k
        for q in shown_here
        for k in q.districts
    }
    columns = (Column(year.say("Område", "District")), *(Column(short(q.name, 60), share=1.6) for q in shown_here))
    rows = tuple(
        (name, *(_cell(year, q, key, wave) for q in shown_here))
        for key, name in sorted(names.items(), key=lambda each: alphabetical(each[1]))
    )
    mark = made_up.mark(year, synthetic=questions[0].state.synthetic)
    caption = year.say(
        f"Områdena i mätningen {wave}: värde, 95 % intervall och antal svar{mark}",
        f"The districts in the wave {wave}: value, 95% interval and number of answers{mark}",
    )
    return [Table(caption, columns, rows), Note(_caution(year, len(rows) * len(shown_here)), "caution")]


def _caution(year: Year, cells: int) -> str:
    by_chance = figure(max(round(cells * 0.05), 1), year.language)
    return year.say(
        "”Högre” och ”lägre” står bara där områdets hela intervall ligger över eller under kommunens värde. Bland "
        f"{cells} jämförelser väntas omkring {by_chance} hamna där av slumpen. Rangordna inte områdena efter talen.",
        "“Higher” and “lower” stand only where a district's whole interval lies above or below the municipality's "
        f"value. Of {cells} comparisons about {by_chance} can be expected there by chance. Do not rank districts by "
        "the figures.",
    )


def _cell(year: Year, each: Asked, place: str, name: str) -> str:
    wave = next((w for w in each.districts.get(place, ()) if w.wave == name), None)
    if wave is None:
        return "–"
    told = f"{shown(wave, year.language)} ({limits(wave, year.language)}; n {grouped(wave.n, year.language)})"
    return told + _against(year, wave, next((w for w in each.whole if w.wave == name), None))


def _against(year: Year, wave: Wave, whole: Wave | None) -> str:
    side = interval(wave)
    if whole is None or side is None or side[0] <= whole.value <= side[1]:
        return ""
    return year.say(", högre", ", higher") if wave.value > whole.value else year.say(", lägre", ", lower")
