"""Lag (2023:196) section by section: what the register shows of what a municipality must do, and what is lacking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from domain.agreement import Agreement
from domain.core import must_exist
from domain.register import Register
from domain.signal import Sentence
from service.views import law_duties, law_picture
from service.views.agreement_view import LAW_FROM
from service.views.law_facts import Facts, Section, Verdict
from service.wording import day as written

VERDICTS: tuple[Verdict, ...] = ("met", "not met", "not due", "not shown")


@dataclass(frozen=True, slots=True)
class LawCheck:
    """What the register shows of an agreement's time under the law, as known on a day.

    applies: whether the law is in force on any day of the agreement's time; when it does not, `why_not` says so and
    there are no sections. begun: whether the law is in force on the day; until then the sections show how far it has
    come. counts: the sections by verdict. synthetic: the agreement is made up.
    """

    agreement: str
    title: str
    day: date
    law_from: date
    applies: bool
    begun: bool
    why_not: Sentence | None
    sections: tuple[Section, ...]
    counts: Mapping[Verdict, int]
    synthetic: bool


def law_check(register: Register, key: str, day: date) -> LawCheck:
    """The law check of one agreement on a day. Refused: there is no such agreement.

    Facts alone are told, and only those that the register holds under this agreement. For a problem that was carried
    over that is all that was done about it, also under the agreement before.
    """
    state = must_exist(register.find(Agreement, key), "agreement", "Överenskommelsen", key)
    applies = state.end >= LAW_FROM
    found = _sections(Facts(register, key, state, day)) if applies else ()
    return LawCheck(
        agreement=key,
        title=state.title,
        day=day,
        law_from=LAW_FROM,
        applies=applies,
        begun=day >= LAW_FROM,
        why_not=None if applies else _why_not(state, day),
        sections=found,
        counts={verdict: sum(one.verdict == verdict for one in found) for verdict in VERDICTS},
        synthetic=state.synthetic,
    )


def _sections(facts: Facts) -> tuple[Section, ...]:
    """In the order of the law; the three parts of § 4 are told apart."""
    return (
        law_picture.mapping(facts),
        law_picture.other_information(facts),
        law_picture.analysis(facts),
        law_duties.plan(facts),
        law_duties.every_second_year(facts),
        law_duties.written_down(facts),
        law_duties.council(facts),
        law_duties.residents(facts),
        law_duties.assembly(facts),
    )


def _why_not(state: Agreement, day: date) -> Sentence:
    begins = ("trädde", "came") if day >= LAW_FROM else ("träder", "comes")
    if state.ended_on is not None:
        sv, en = f"upphörde {written(state.ended_on, 'sv')}", f"ended on {written(state.ended_on, 'en')}"
    else:
        sv = f"har sin sista dag {written(state.last_day, 'sv')}"
        en = f"has its last day on {written(state.last_day, 'en')}"
    return Sentence(
        sv=f"Gäller inte: överenskommelsen {sv}, och lagen {begins[0]} i kraft {written(LAW_FROM, 'sv')}.",
        en=f"Does not apply: the agreement {en}, and the law {begins[1]} into force on {written(LAW_FROM, 'en')}.",
    )
