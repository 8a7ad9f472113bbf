"""Waves of perceived safety in the local police area, laid out as the national survey's are; the figures are made up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from math import sqrt

from domain.catalogue import DeclareBreak, RegisterSource
from domain.core import Command
from domain.observation import Observe, SurveyResult
from service.demonstration.catalogue import CONTROLLER, COORDINATOR, DIVISION, NTU, example
from service.demonstration.days import SIGNED, Step, at, workday

INDICATOR = "Trygg vid utevistelse sent på kvällen"
BASELINE = 67.4

# wave: share, answers
_WAVES = {
    2016: (73.8, 890), 2018: (68.1, 1480), 2019: (BASELINE, 1510),
    2020: (68.9, 1465), 2021: (70.6, 1390), 2022: (71.9, 1420),
}  # fmt: skip
_METHOD = example("postal och webbenkät till slumpmässigt urval, 16 till 84 år; talen är påhittade.")
_OLDER = example("telefonintervjuer, annat frågeformulär; talen är påhittade.")
_NEW_METHOD = date(2017, 1, 1)


def steps() -> Iterator[Step]:
    """The source with its break of method, the waves known at the signing, and then one each autumn."""
    for n, command in enumerate((_source(), _break())):
        yield Step(at(SIGNED, 14, 30 + n), COORDINATOR, command)
    for n, (year, (share, answers)) in enumerate(_WAVES.items()):
        told = at(SIGNED, 14, 40 + n) if year <= SIGNED.year else at(workday(date(year, 11, 16)), 9, 40)
        yield Step(
            told, CONTROLLER, Observe(observation=f"ntu-{year}", source=NTU, content=_wave(year, share, answers))
        )


def _source() -> Command:
    return RegisterSource(
        source=NTU,
        name="NTU i lokalpolisområdet (syntetiska tal)",
        owner="Brå",
        use="survey",
        division=DIVISION,
        note="Upplagd som Nationella trygghetsundersökningen; talen här är påhittade.",
        synthetic=True,
    )


def _break() -> Command:
    return DeclareBreak(
        source=NTU,
        on=_NEW_METHOD,
        reason="Nytt frågeformulär och nytt sätt att samla in svar.",
    )


def _wave(year: int, share: float, answers: int) -> SurveyResult:
    reach = 1.96 * sqrt(share * (100 - share) / answers)
    return SurveyResult(
        indicator=INDICATOR,
        wave=str(year),
        fielded_on=date(year, 4, 1),
        value=share,
        n=answers,
        low=round(share - reach, 1),
        high=round(share + reach, 1),
        method=_METHOD if date(year, 4, 1) >= _NEW_METHOD else _OLDER,
    )
