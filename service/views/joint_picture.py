"""The joint picture of a year in words: its findings as they stand, and how the weekly meetings have adjusted it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from domain.agreement import Agreement
from domain.core import Recorded
from domain.picture import Adjusted, Finding, JointPictureDefined, Picture
from domain.register import Register
from service.views.scope import category_name, district_name


@dataclass(frozen=True, slots=True)
class Said:
    """One finding: its words, and the places (key, name) and categories (names) that it speaks of."""

    key: str
    words: str
    places: tuple[tuple[str, str], ...]
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A change of the picture in a meeting: why, what came or changed, and what no longer holds (words)."""

    gsn: int
    on: date
    reason: str
    changed: tuple[str, ...]
    dropped: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class JointPicture:
    """The picture of an agreement and year. defined_on is None until the parties' own pictures have been joined."""

    key: str
    agreement: str
    title: str
    year: int
    defined_on: date | None
    findings: tuple[Said, ...]
    adjustments: tuple[Adjustment, ...]


def picture_of(register: Register, year: int) -> str | None:
    """The key of the latest joint picture of that year or of one before it; None where there is none."""
    pictures: dict[str, Picture] = register.states[Picture.KIND]
    joined = [(state.year, key) for key, state in pictures.items() if state.joint is not None and state.year <= year]
    return max(joined)[1] if joined else None


def joint_picture(register: Register, key: str, history: Iterable[Recorded]) -> JointPicture | None:
    """The picture with its story. history: the events of its stream up to the moment that the register stands at."""
    state = register.find(Picture, key)
    if state is None:
        return None
    agreement = register.find(Agreement, state.agreement)
    defined, adjustments, words = None, [], dict[str, str]()
    for recorded in history:
        match recorded.event:
            case JointPictureDefined(on=on, findings=findings):
                defined = on
                words |= {finding.key: finding.words for finding in findings}
            case Adjusted(on=on, reason=reason, findings=findings, dropped=dropped):
                gone = tuple(words.get(each, each) for each in dropped)
                changed = tuple(finding.words for finding in findings)
                adjustments.append(Adjustment(recorded.gsn, on, reason, changed, gone))
                words |= {finding.key: finding.words for finding in findings}
            case _:
                pass
    return JointPicture(
        key=key,
        agreement=state.agreement,
        title=agreement.title if agreement else state.agreement,
        year=state.year,
        defined_on=defined,
        findings=tuple(_said(register, finding) for finding in (state.joint or {}).values()),
        adjustments=tuple(reversed(adjustments)),
    )


def _said(register: Register, finding: Finding) -> Said:
    places = tuple((p.district, district_name(register, p.division, p.district)) for p in finding.places)
    return Said(finding.key, finding.words, places, tuple(category_name(register, c) for c in finding.categories))
