"""Harm weights for the demonstration: made up, said to be so in name and source, and frozen for the agreement."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from domain.weights import FreezeWeights, ImportWeights, Weight
from service.demonstration.catalogue import AGREEMENT, COORDINATOR, STEERING, example
from service.demonstration.days import Step, at

SET = "exempelvikter-2019"
_IMPORTED, _DECIDED = date(2019, 11, 28), date(2019, 12, 10)
_DAYS = {
    "skadegorelse": 5, "klotter": 2, "inbrott-bostad": 60, "cykelstold": 3, "personran": 240, "misshandel-utomhus": 90,
    "narkotika": 12, "hot": 20, "stold-ur-fordon": 8, "snatteri": 1, "anlagd-brand": 180, "ordningsstorning": 1,
}  # fmt: skip
"""Round numbers, only so that the grave weighs more than the slight; of no use outside the demonstration."""


def steps() -> Iterator[Step]:
    """The set, and the decision to go by it."""
    imported = ImportWeights(
        weight_set=SET,
        on=_IMPORTED,
        name="Exempelvikter, påhittade",
        unit="påhittade dagar",
        cited="Ingen publicerad källa: talen är påhittade för demonstrationen och får inte användas i andra "
        "uppföljningar. Riktiga vikter läses in med den text som de är hämtade ur",
        year=_IMPORTED.year,
        weights=tuple(Weight(category=key, weight=days) for key, days in _DAYS.items()),
        synthetic=True,
    )
    frozen = FreezeWeights(
        agreement=AGREEMENT,
        weight_set=SET,
        on=_DECIDED,
        reason=example("antalet ensamt gör ett snatteri lika tungt som ett rån; samma vikter gäller hela tiden."),
        dissent=example("polisen hade hellre väntat på en publicerad svensk uppsättning."),
    )
    yield Step(at(_IMPORTED, 10), COORDINATOR, imported)
    yield Step(at(_DECIDED, 15), STEERING, frozen)
