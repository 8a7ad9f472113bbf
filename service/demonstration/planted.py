"""What was planted in the synthetic incidents: divergences to be found, and effects of actions to be judged."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Literal

Kind = Literal["spike", "step", "effect", "no effect"]


@dataclass(frozen=True, slots=True)
class Planted:
    """A change of one series: its weekly mean is `factor` times what it would have been, from first to last.

    Both days included, whole weeks. ramp: weeks before `first` over which a slow change builds up.
    explained_by: the known event behind it, for those that are no news.
    baseline and observed (events a week) are known once incidents have been generated.
    """

    kind: Kind
    district: str
    category: str
    first: date
    last: date
    factor: float
    note: str
    ramp: int = 0
    action: str | None = None
    explained_by: str | None = None
    baseline: float | None = None
    observed: float | None = None

    def holds(self, district: str, category: str, day: date) -> bool:
        """Whether the series is planted on that day."""
        return (self.district, self.category) == (district, category) and self.first <= day <= self.last


END = date(2023, 2, 26)


def planted() -> tuple[Planted, ...]:
    """All that is planted, in the order of its first day."""
    return tuple(sorted((*_SPIKES, *_STEPS, *_EFFECTS), key=lambda p: (p.first, p.district, p.category)))


def planted_json(these: Iterable[Planted]) -> str:
    """The list as the file beside the register holds it."""
    return json.dumps([asdict(one) for one in these], ensure_ascii=False, indent=2, default=str) + "\n"


def _week(year: int, week: int, weeks: int = 1) -> tuple[date, date]:
    start = date.fromisocalendar(year, week, 1)
    return start, date.fromordinal(start.toordinal() + 7 * weeks - 1)


def _spike(
    district: str,
    category: str,
    when: tuple[int, int],
    factor: float,
    note: str,
    weeks: int = 1,
    explained_by: str | None = None,
) -> Planted:
    first, last = _week(*when, weeks)
    return Planted("spike", district, category, first, last, factor, note, explained_by=explained_by)


def _step(
    district: str, category: str, when: tuple[int, int], weeks: int, factor: float, note: str, ramp: int = 6
) -> Planted:
    return Planted("step", district, category, *_week(*when, weeks), factor, note, ramp)


def _effect(action: str, district: str, category: str, first: date, factor: float, note: str) -> Planted:
    kind: Kind = "no effect" if factor == 1.0 else "effect"
    return Planted(kind, district, category, first, END, factor, note, 0, action)


_SPIKES = (
    _spike("backby", "skadegorelse", (2019, 52), 4.5, "Bussrutor och portar under jullovet."),
    _spike("raby", "klotter", (2020, 13), 9.0, "Klottervåg längs gångstråket."),
    _spike("vallby-nordanby", "stold-ur-fordon", (2020, 41), 5.0, "Serie i parkeringsgarage.", 2),
    _spike("centrum", "hot", (2020, 39), 4.5, "Hot mot butikspersonal."),
    _spike("hammarby", "skadegorelse", (2021, 12), 7.0, "Skolans fönster under påsklovet.", 2),
    _spike("centrum", "ordningsstorning", (2021, 25), 3.0, "Studentfirande.", explained_by="Studentfirandet."),
    _spike("viksang", "cykelstold", (2021, 38), 7.0, "Serie ur cykelrum."),
    _spike("vetterstorp-stohagen", "stold-ur-fordon", (2022, 12), 8.0, "Serie på gatuparkering.", 2),
    _spike("centrum", "misshandel-utomhus", (2022, 25), 3.2, "Midsommarveckan.", explained_by="Midsommar."),
    _spike("skiljebo-hemdal-brandthovda", "inbrott-bostad", (2022, 51), 6.0, "Villainbrott under julhelgen."),
    _spike("onsta-gryta", "stold-ur-fordon", (2022, 44), 5.0, "Serie på pendlarparkering."),
    _spike("backby", "skadegorelse", (2023, 8), 5.0, "Rutor och belysning, nästan varje natt."),
    _spike("centrum", "klotter", (2023, 8), 4.0, "Samma märken på många fasader."),
    _spike("haga-malmaberg", "stold-ur-fordon", (2023, 8), 12.0, "Serie på bostadsparkeringar."),
)
_STEPS = (
    _step("centrum", "personran", (2020, 34), 14, 2.4, "Rånen mot unga ökar under hösten.", 4),
    _step("backby", "narkotika", (2020, 23), 40, 1.9, "Försäljning flyttar till centrumtorget."),
    _step("gideonsberg-skallberget", "klotter", (2021, 32), 26, 2.2, "Klottret ökar långsamt vid skolan."),
    _step("bjurhovda", "ordningsstorning", (2022, 10), 30, 2.3, "Samlingar vid bollplanen, växer långsamt."),
    _step("kristiansborg-blasbo", "cykelstold", (2022, 20), 20, 1.8, "Cykelstölder vid gymnasiet."),
)
# The first day of an effect is when the action has worked for some weeks, never the day it was decided.
_EFFECTS = (
    _effect("ljus-raby", "raby", "skadegorelse", date(2020, 9, 7), 0.65, "Belysning och röjd sikt."),
    _effect("cykelrum-lasning", "viksang", "cykelstold", date(2021, 11, 15), 0.55, "Låsta och synliga cykelrum."),
    _effect("narvaro-ran", "centrum", "personran", date(2020, 12, 7), 0.5, "Närvaro på utvalda platser och tider."),
    _effect("fordon-garage", "vallby-nordanby", "stold-ur-fordon", date(2021, 3, 1), 0.5, "Ombyggda garage."),
    _effect("vardar-torget", "backby", "narkotika", date(2021, 6, 7), 0.7, "Trygghetsvärdar och beskuret torg."),
    _effect("klotter-24", "gideonsberg-skallberget", "klotter", date(2022, 3, 7), 0.5, "Sanering inom ett dygn."),
    _effect("info-cykel", "centrum", "cykelstold", date(2020, 6, 1), 1.0, "Informationskampanj utan verkan."),
    _effect("skyltar-inbrott", "onsta-gryta", "inbrott-bostad", date(2020, 12, 7), 1.0, "Skyltar utan verkan."),
    _effect("ordningsvakter", "centrum", "ordningsstorning", date(2021, 9, 6), 1.0, "Fler timmar utan verkan."),
    _effect("vandring-hammarby", "hammarby", "skadegorelse", date(2021, 10, 4), 1.0, "Vandringar utan verkan."),
)
