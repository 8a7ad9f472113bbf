"""The annual reviews of 2020, 2021 and 2022; what they learnt is invented."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from domain.core import Actor
from domain.review import AdoptReview, OpenReview, PartyKind
from service.demonstration.catalogue import AGREEMENT, CHAIR, CHIEF, COORDINATOR, example
from service.demonstration.days import Step, at


@dataclass(frozen=True, slots=True)
class Year:
    """A year's review: when it was opened and adopted, what each party learnt, and what it proposes."""

    year: int
    opened: date
    municipality: date
    police: date
    learnt_by_city: str
    learnt_by_police: str
    priorities: tuple[str, ...]

    def opens(self) -> datetime:
        """The moment of opening."""
        return at(self.opened, 9)

    def opening(self, position: int) -> Step:
        """The opening, as the register was known at a position."""
        command = OpenReview(agreement=AGREEMENT, year=self.year, on=self.opened, as_known_at=position)
        return Step(self.opens(), COORDINATOR, command)

    def adoptions(self) -> Iterator[Step]:
        """Both parties' adoptions."""
        yield self._adoption(self.municipality, CHAIR, "municipality", self.learnt_by_city)
        yield self._adoption(self.police, CHIEF, "police", self.learnt_by_police)

    def _adoption(self, day: date, by: Actor, party: PartyKind, learnt: str) -> Step:
        command = AdoptReview(
            agreement=AGREEMENT,
            year=self.year,
            on=day,
            party=party,
            learnt=example(learnt),
            proposed_priorities=tuple(example(one) for one in self.priorities),
        )
        return Step(at(day, 15), by, command)


REVIEWS = (
    Year(
        year=2020,
        opened=date(2021, 2, 3),
        municipality=date(2021, 2, 24),
        police=date(2021, 3, 3),
        learnt_by_city="Belysningen i Råby blev klar i tid. Kampanjen mot cykelstölder beslutades utan orsaksanalys, "
        "och det är den åtgärd vars verkan är svårast att bedöma.",
        learnt_by_police="Pandemin delar året i två; siffror före och efter mars ska inte jämföras rakt av. "
        "Veckomötet gör att patrullernas tider följer platserna.",
        priorities=("Personrån mot unga i centrum", "Narkotikahandeln vid Bäckby centrum"),
    ),
    Year(
        year=2021,
        opened=date(2022, 2, 2),
        municipality=date(2022, 2, 23),
        police=date(2022, 3, 2),
        learnt_by_city="Flera åtgärder är rapporterade klara men inte kontrollerade. Kontroll läggs in i beslutet. "
        "Rapportörer som inte får återkoppling tystnar.",
        learnt_by_police="Rånen minskade, men området valdes när nivån var som högst. "
        "Fler ordningsvakter ska inte beslutas utan försök.",
        priorities=("Ordningen i centrum på kvällar", "Hot mot anställda på bibliotek"),
    ),
    Year(
        year=2022,
        opened=date(2023, 1, 25),
        municipality=date(2023, 2, 15),
        police=date(2023, 2, 22),
        learnt_by_city="Undersökningen i oktober ger för första gången egna tal per område, med breda intervall. "
        "Ordningsvakternas fler timmar gav ingen tydlig effekt.",
        learnt_by_police="Tidiga varningar gav nytta när de bedömdes inom två veckor. "
        "Korta serier av stöld ur fordon upphör ofta av sig själva.",
        priorities=("Samlingarna i Bjurhovda", "Kvällarna i centrum", "En överenskommelse som följer lag 2023:196"),
    ),
)
