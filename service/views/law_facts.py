"""What the law check rests on: a section with its evidence, and the facts of an agreement up to a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from domain.action import Action
from domain.agreement import Agreement
from domain.picture import Finding, Picture
from domain.problem import Problem
from domain.register import Register
from domain.signal import Sentence

Verdict = Literal["met", "not met", "not due", "not shown"]
Kind = Literal["agreement", "picture", "source", "reports", "problem", "action", "promise", "meeting", "review"]
MOST = 5  # pieces of evidence told for each section; the rest are counted


@dataclass(frozen=True, slots=True)
class Evidence:
    """Something recorded that speaks for the duty: what, when, and where it is found.

    kind: what `key` is the key of; a picture and a review by their year, reports by their source.
    """

    kind: Kind
    key: str
    on: date
    what: Sentence


@dataclass(frozen=True, slots=True)
class Section:
    """A duty of the law and what the register shows of it.

    number: of the section; part: of § 4, which has three. verdict: met; not met; not due: its time has not run out;
    not shown: the register has no place for it, so it cannot tell. evidence: the latest first, five at most; of: how
    many there are in all. lacking: what is missing and the way out; None when nothing is.
    """

    number: int
    part: Literal["mapping", "other information", "analysis"] | None
    duty: Sentence
    verdict: Verdict
    evidence: tuple[Evidence, ...]
    of: int
    lacking: Sentence | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What the sections are judged by: the register, an agreement, and the day up to which it is told."""

    register: Register
    key: str
    agreement: Agreement
    day: date

    def pictures(self) -> tuple[Picture, ...]:
        """The agreement's joint pictures, the latest year first."""
        made = (p for p in self.register.every(Picture) if p.agreement == self.key)
        own = (p for p in made if p.joint_on is not None and p.joint_on <= self.day)
        return tuple(sorted(own, key=lambda picture: picture.year, reverse=True))

    def problems(self) -> dict[str, Problem]:
        """The problems that are under the agreement or have been."""
        there: Mapping[str, Problem] = self.register.states[Problem.KIND]
        return {key: one for key, one in there.items() if one.was_under(self.key)}

    def actions(self) -> dict[str, Action]:
        """The actions that are under the agreement or have been."""
        there: Mapping[str, Action] = self.register.states[Action.KIND]
        return {key: one for key, one in there.items() if one.was_under(self.key)}

    @property
    def last(self) -> date:
        """The last day of the agreement's time that the check looks at."""
        return min(self.day, self.agreement.end)

    def holds(self, on: date | None) -> bool:
        """Whether a day lies in the agreement's time, up to the day of the check."""
        return on is not None and self.agreement.first_day <= on <= self.day


def section(
    number: int, duty: tuple[str, str], verdict: Verdict, evidence: Iterable[Evidence],
    lacking: tuple[str, str] | None = None, part: Literal["mapping", "other information", "analysis"] | None = None,
) -> Section:  # fmt: skip
    told = sorted(evidence, key=lambda one: one.on, reverse=True)
    return Section(
        number, part, Sentence(sv=duty[0], en=duty[1]), verdict, tuple(told[:MOST]), len(told),
        Sentence(sv=lacking[0], en=lacking[1]) if lacking else None,
    )  # fmt: skip


def evidence(kind: Kind, key: str, on: date, sv: str, en: str) -> Evidence:
    return Evidence(kind, key, on, Sentence(sv=sv, en=en))


def findings_of(picture: Picture) -> Iterable[Finding]:
    return (picture.joint or {}).values()


def some(n: int, one: str, more: str) -> str:
    return f"{n} {one if n == 1 else more}"


def first_of(titles: Sequence[str], language: Literal["sv", "en"]) -> str:
    if not titles:
        return ""
    more = {"sv": " med flera", "en": " and others"}[language] if len(titles) > 1 else ""
    marks = {"sv": "””", "en": "“”"}[language]
    return f" ({marks[0]}{titles[0]}{marks[1]}{more})"
