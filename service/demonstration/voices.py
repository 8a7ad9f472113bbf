"""Staff and citizen dialogues each spring and autumn, and the safety survey of October 2022; all synthetic."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from math import sqrt

import numpy as np

from domain.core import Actor
from domain.observation import Dialogue, Observe, SurveyResult
from service.demonstration.catalogue import (
    BURDEN,
    CITY,
    CONTROLLER,
    COORDINATOR,
    DIALOGUES,
    DISTRICTS,
    OFFICER,
    POLICE,
    SURVEY,
    example,
)
from service.demonstration.days import Step, at, workday

SURVEYED = date(2022, 10, 10)
_WAVE = "2022-10"
_METHOD = example("postal och webbenkät till slumpmässigt urval, 18 till 84 år; talen är påhittade.")
_INDICATORS = (("Trygg ute ensam sen kväll", 71.0, -7.0), ("Avstått från att gå ut på grund av oro", 17.0, 5.0))

_AUTUMNS = (date(2019, 11, 19), date(2020, 10, 6), date(2021, 10, 5), date(2022, 9, 27))
_SPRINGS = (date(2020, 4, 21), date(2021, 4, 20), date(2022, 4, 19))

_STAFF = (
    "Personalen ser oftare samlingar på samma två platser efter kl. 20 och vill ha en lista över vem som gör vad.",
    "Felanmälningar av belysning tar för lång tid. Förslag: en väg in och svar inom fem dagar.",
    "Rapporterna minskar när återkopplingen uteblir. Önskemål: kort svar varje vecka.",
    "Samarbetet i veckomötet fungerar bättre när platsen är utpekad i förväg.",
    "Samma plats beskrivs olika av stad och bostadsbolag. Önskemål: gemensamma platsnamn.",
)
_POLICE_STAFF = (
    "Yttre personal ser handel på fler platser men med färre samtidigt. Vill ha stöd med ljus och sikt.",
    "Fotpatrullering ger flest samtal när tiderna följer veckans kartbild.",
    "Anmälningar från skolor kommer sent. Kontaktvägen behöver vara känd.",
    "Uppdrag från veckomötet är tydliga, men återrapporteringen dubbleras i två system.",
)
_CITIZENS = (
    "Boende undviker gångtunneln efter mörkrets inbrott och önskar ljus och beskärning.",
    "Flera nämner mopeder på gångvägar som det som stör mest i vardagen.",
    "Torget känns bättre när någon verksamhet är öppen. Nedskräpning nämns oftare än brott.",
    "Deltagarna vill veta vad som hände med förra årets synpunkter.",
    "Föräldrar vill ha en känd kontaktväg när något händer på väg till eller från skolan.",
)
_VISITED = (
    ("raby", "hammarby"), ("backby", "skalby"), ("centrum",), ("vallby-nordanby",), ("gideonsberg-skallberget",),
    ("bjurhovda", "viksang"), ("onsta-gryta",), ("skultuna",),
)  # fmt: skip


def steps(rng: np.random.Generator) -> Iterator[Step]:
    """All dialogues, and the survey's results."""
    for n, start in enumerate(sorted((*_AUTUMNS, *_SPRINGS))):
        yield from _half_year(rng, n, start)
    yield from _survey(rng)


def first_dialogue(year: int) -> str:
    """The key of a dialogue that the year's picture rests on: held the autumn before."""
    held = next(day for day in _AUTUMNS if day.year == year - 1)
    return f"dialog-{held:%Y-%m}-0"


def _half_year(rng: np.random.Generator, n: int, start: date) -> Iterator[Step]:
    own = ("staff dialogue", CITY, _STAFF, COORDINATOR, ())
    police = ("staff dialogue", POLICE, _POLICE_STAFF, OFFICER, ())
    visits = [_VISITED[(2 * n + k) % len(_VISITED)] for k in range(2 if 0 < n < 3 else 3)]
    citizens = [("citizen dialogue", CITY, _CITIZENS, COORDINATOR, visit) for visit in visits]
    for k, (kind, organisation, texts, by, districts) in enumerate((own, police, *citizens)):
        yield _dialogue(rng, f"dialog-{start:%Y-%m}-{k}", workday(start + timedelta(days=5 * k)),
                        kind, organisation, texts[(n + k) % len(texts)], by, districts)  # fmt: skip


def _dialogue(
    rng: np.random.Generator,
    key: str,
    held: date,
    kind: str,
    organisation: str,
    text: str,
    by: Actor,
    districts: tuple[str, ...],
) -> Step:
    content = Dialogue.model_validate({
        "kind": kind,
        "held_on": held,
        "organisation": organisation,
        "districts": districts,
        "participants": int(rng.integers(9, 48)),
        "text": example(text),
    })  # fmt: skip
    day = workday(held + timedelta(days=2))
    return Step(at(day, 13, 15), by, Observe(observation=key, source=DIALOGUES, content=content))


def _survey(rng: np.random.Generator) -> Iterator[Step]:
    told = workday(SURVEYED + timedelta(days=45))
    for number, (indicator, level, slope) in enumerate(_INDICATORS):
        for place, district in enumerate((None, *DISTRICTS)):
            burden = 1.0 if district is None else min(BURDEN[DISTRICTS.index(district)], 2.2)
            n = 2630 if district is None else int(rng.integers(85, 165))
            share = float(np.clip(rng.normal(level + slope * (burden - 1) * 2, 0 if district is None else 3), 3, 97))
            content = _result(indicator, district, share, n)
            key = f"trygghet-{_WAVE}-{number + 1}-{district or 'hela'}"
            yield Step(
                at(told, 10 + number, place), CONTROLLER, Observe(observation=key, source=SURVEY, content=content)
            )


def _result(indicator: str, district: str | None, share: float, n: int) -> SurveyResult:
    reach = 1.96 * sqrt(share * (100 - share) / n)
    return SurveyResult(
        indicator=indicator,
        wave=_WAVE,
        fielded_on=SURVEYED,
        district=district,
        value=round(share, 1),
        n=n,
        low=round(max(share - reach, 0), 1),
        high=round(min(share + reach, 100), 1),
        method=_METHOD,
    )
