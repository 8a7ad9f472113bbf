"""Lägesbild: each party's own, the joint one of the year, its weekly adjustments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, ClassVar, Literal, assert_never

from pydantic import Field

from domain.agreement import Agreement, in_force
from domain.catalogue import require_category, require_district
from domain.core import Asked, Command, Event, Key, Known, Text, Value, must_exist, not_in_future, refuse
from domain.problem import Evidence, Place, check_evidence

PartyKind = Literal["municipality", "police"]


class Finding(Value):
    """One statement of the picture: what, where, which kind, and on what it rests."""

    key: Key
    words: Text
    places: tuple[Place, ...] = ()
    categories: tuple[Key, ...] = ()
    evidence: tuple[Evidence, ...] = ()


class Recurrence(Value):
    """Something that comes back each year in a month (årshjul)."""

    month: int = Field(ge=1, le=12)
    what: Text


# What happens


class OwnPictureMade(Event):
    """A party made its own picture; a later one replaces it."""

    TOPIC: ClassVar[str] = "picture.own_made"
    agreement: Key
    year: int
    on: date
    party: PartyKind
    findings: tuple[Finding, ...]
    resources: Text | None
    yearly_wheel: tuple[Recurrence, ...]


class JointPictureDefined(Event):
    """The two pictures were joined into the year's shared one."""

    TOPIC: ClassVar[str] = "picture.joint_defined"
    on: date
    findings: tuple[Finding, ...]


class Adjusted(Event):
    """The weekly adjustment: findings added or changed (same key), and those that no longer hold."""

    TOPIC: ClassVar[str] = "picture.adjusted"
    on: date
    reason: Text
    findings: tuple[Finding, ...]
    dropped: tuple[Key, ...]


PictureEvent = OwnPictureMade | JointPictureDefined | Adjusted

# What there is


@dataclass(frozen=True, slots=True)
class Picture:
    """The picture of one agreement and year as it stands. `joint` is None until the two have been joined.

    joint_on: when that was; updated_on: when it was last adjusted, or joined.
    """

    KIND: ClassVar[str] = "picture"
    agreement: str
    year: int
    own: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict)
    joint: Mapping[str, Finding] | None = None
    adjustments: int = 0
    joint_on: date | None = None
    updated_on: date | None = None


def evolve(state: Picture | None, event: PictureEvent) -> Picture:
    """The state after the event."""
    if isinstance(event, OwnPictureMade):
        state = state or Picture(event.agreement, event.year)
        return replace(state, own={**state.own, event.party: event.findings})
    assert state is not None
    match event:
        case JointPictureDefined(on=on, findings=findings):
            return replace(state, joint={f.key: f for f in findings}, joint_on=on, updated_on=on)
        case Adjusted(on=on, findings=findings, dropped=dropped):
            kept = {key: f for key, f in (state.joint or {}).items() if key not in dropped}
            joint = {**kept, **{f.key: f for f in findings}}
            return replace(state, joint=joint, adjustments=state.adjustments + 1, updated_on=on)
        case _:
            assert_never(event)


# What can be asked


def picture_key(agreement: str, year: int) -> str:
    """One picture per agreement and year."""
    return f"{agreement}-{year}"


class _OnPicture(Command):
    agreement: Key
    year: int = Field(ge=1990, le=2100)
    on: date

    @property
    def stream(self) -> str:
        return f"{Picture.KIND}-{picture_key(self.agreement, self.year)}"

    def check(self, findings: Sequence[Finding], known: Known, asked: Asked) -> Picture | None:
        """The picture so far, if the day is allowed and every finding speaks of known places and categories."""
        not_in_future(self.on, asked)
        agreement = in_force(known, self.agreement, self.on)
        if not agreement.first_day.year <= self.year <= agreement.last_day.year:
            refuse(
                "outside-period",
                f"Året {self.year} ligger utanför överenskommelsens tid, "
                f"{agreement.first_day} till {agreement.last_day}.",
                f"The year {self.year} lies outside the agreement's period, "
                f"{agreement.first_day} to {agreement.last_day}.",
            )
        if len({finding.key for finding in findings}) != len(findings):
            refuse(
                "same-key-twice",
                "Två iakttagelser har samma beteckning. Ge var och en sin egen.",
                "Two findings have the same key. Give each of them its own.",
            )
        for finding in findings:
            for place in finding.places:
                require_district(known, place.division, place.district)
            for category in finding.categories:
                require_category(known, category)
            check_evidence(finding.evidence, known)
        return known.find(Picture, picture_key(self.agreement, self.year))


class MakeOwnPicture(_OnPicture):
    """Record a party's own picture."""

    NAME: ClassVar[str] = "make-own-picture"
    party: PartyKind
    findings: Annotated[tuple[Finding, ...], Field(min_length=1)]
    resources: Text | None = None
    yearly_wheel: tuple[Recurrence, ...] = ()

    def decide(self, known: Known, asked: Asked) -> Sequence[Event]:
        self.check(self.findings, known, asked)
        self._check_own(known, asked)
        return [OwnPictureMade(**self.model_dump())]

    def _check_own(self, known: Known, asked: Asked) -> None:
        """Nobody makes the other party's picture."""
        agreement = known.find(Agreement, self.agreement)
        own = [p.organisation for p in agreement.parties if p.kind == self.party] if agreement else []
        if asked.by.organisation.casefold() not in {name.casefold() for name in own}:
            names = ", ".join(own)
            refuse(
                "another-partys-picture",
                f"Du hör till {asked.by.organisation}. Bara {names} kan göra den lägesbilden.",
                f"You belong to {asked.by.organisation}. Only {names} can make that picture.",
            )


class DefineJointPicture(_OnPicture):
    """Join the two parties' pictures into the year's shared one."""

    NAME: ClassVar[str] = "define-joint-picture"
    findings: Annotated[tuple[Finding, ...], Field(min_length=1)]

    def decide(self, known: Known, asked: Asked) -> Sequence[Event]:
        state = self.check(self.findings, known, asked)
        if state is None or set(state.own) != {"municipality", "police"}:
            refuse(
                "own-pictures-missing",
                "Båda parternas egna lägesbilder behövs innan de kan läggas ihop. Registrera dem först.",
                "Both parties' own pictures are needed before they can be joined. Record them first.",
            )
        if state.joint is not None:
            refuse(
                "already-defined",
                f"Den gemensamma lägesbilden för {self.year} finns. Justera den i stället.",
                f"The joint picture of {self.year} is defined. Adjust it instead.",
            )
        return [JointPictureDefined(on=self.on, findings=self.findings)]


class AdjustPicture(_OnPicture):
    """Adjust the joint picture in the weekly meeting, with a reason."""

    NAME: ClassVar[str] = "adjust-picture"
    reason: Text
    findings: tuple[Finding, ...] = ()
    dropped: tuple[Key, ...] = ()

    def decide(self, known: Known, asked: Asked) -> Sequence[Event]:
        state = self.check(self.findings, known, asked)
        joint = must_exist(state, "situational picture", "Lägesbilden", str(self.year)).joint
        if joint is None:
            refuse(
                "not-defined",
                f"Den gemensamma lägesbilden för {self.year} är inte fastställd än. Fastställ den först.",
                f"The joint picture of {self.year} has not been defined yet. Define it first.",
            )
        for key in self.dropped:
            must_exist(joint.get(key), "finding", "Iakttagelsen", key)
        if not self.dropped and all(joint.get(f.key) == f for f in self.findings):
            refuse("nothing-changed", "Inget ändras i lägesbilden.", "Nothing changes in the picture.")
        return [Adjusted(on=self.on, reason=self.reason, findings=self.findings, dropped=self.dropped)]
