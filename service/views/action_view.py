"""Actions: who owns them, when they are due, what was done and checked, and what they changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from domain.action import Action, DoseLogged, FollowedUp, Owner, PlannedFollowUp, Progress
from domain.catalogue import Source
from domain.computed import EffectEstimated, Effects
from domain.core import Recorded, must_exist
from domain.meeting import Meeting
from domain.period import containing
from domain.problem import Problem
from domain.promise import Promise
from domain.register import Register
from service.views.broken_links import ONGOING, BrokenLink, Kind, broken_links
from service.views.chain_view import place_names
from service.wording import alphabetical

_KINDS: tuple[Kind, ...] = ("action-without-problem", "action-late", "action-unverified", "action-without-follow-up")


@dataclass(frozen=True, slots=True)
class EffectRow:
    """An estimated effect, with the name of its source."""

    source_name: str
    estimate: EffectEstimated


@dataclass(frozen=True, slots=True)
class ActionRow:
    """An action of the list.

    due_week: the ISO week of the due day (2020-W46). planned, spent: hours, spent as logged or, once it is followed up,
    as the follow-up says. reported_on, verified_on: the days on which it was reported done and verified done, two
    different things. late: due has passed and it is not reported done. effect: the latest recorded estimate; words:
    what the follow-up says of the effect. broken: where the chain is broken at this action.
    """

    key: str
    title: str
    problem: str
    problem_title: str
    owner: Owner
    places: tuple[str, ...]
    due: date
    due_week: str
    progress: Progress
    planned: float
    spent: float
    reported_on: date | None
    verified_on: date | None
    late: bool
    follow_up: PlannedFollowUp
    followed_up_on: date | None
    effect: EffectRow | None
    words: str | None
    broken: tuple[BrokenLink, ...]


@dataclass(frozen=True, slots=True)
class ActionList:
    """The actions that a filter wants: ongoing first, those due first; then the ended ones, latest first.

    owners: every owner role; districts: every district of a problem that has actions, key to name. late, unverified: of
    the actions shown.
    """

    rows: tuple[ActionRow, ...]
    owners: tuple[str, ...]
    districts: Mapping[str, str]
    of: int
    late: int
    unverified: int


@dataclass(frozen=True, slots=True)
class PromisedIn:
    """A citizen promise that holds the action as one of its measures."""

    key: str
    title: str


@dataclass(frozen=True, slots=True)
class MeetingDecision:
    """A decision of a weekly meeting: what, why, who, until when."""

    meeting: str
    week: str
    on: date
    what: str
    reason: str
    owner_role: str | None
    due: date | None


@dataclass(frozen=True, slots=True)
class ActionView:
    """All that there is about an action. effects: oldest first. doses: what was carried out, with who logged it."""

    row: ActionRow
    state: Action
    doses: tuple[DoseLogged, ...]
    effects: tuple[EffectRow, ...]
    followed_up: FollowedUp | None
    promises: tuple[PromisedIn, ...]
    decisions: tuple[MeetingDecision, ...]
    version: int


def action_list(
    register: Register, today: date, *, state: str | None = None, owner: str | None = None, district: str | None = None
) -> ActionList:
    """The actions on a day. state: a progress, or `ongoing`, `late`, `unverified`; owner: a role; district: a key."""
    rows = action_rows(register, today, register.states[Action.KIND])
    wanted = [row for row in rows if _wanted(register, row, state, owner, district)]
    ongoing = sorted((row for row in wanted if row.progress in ONGOING), key=lambda row: row.due)
    ended = sorted((row for row in wanted if row.progress not in ONGOING), key=lambda row: row.due, reverse=True)
    return ActionList(
        (*ongoing, *ended),
        tuple(sorted({row.owner.role for row in rows}, key=alphabetical)),
        _districts(register),
        len(rows),
        sum(row.late for row in wanted),
        sum(row.progress == "reported done" for row in wanted),
    )


def action_rows(register: Register, today: date, keys: Iterable[str]) -> tuple[ActionRow, ...]:
    """Some actions as rows, in the order given."""
    broken = broken_links(register, today)
    return tuple(_row(register, key, today, broken.of(key, *_KINDS)) for key in keys)


def action_view(register: Register, key: str, today: date, events: Sequence[Recorded]) -> ActionView:
    """One action. events: those of its stream, as far as they were known. Refused: there is no such action."""
    state = must_exist(register.find(Action, key), "action", "Åtgärden", key)
    (row,) = action_rows(register, today, [key])
    return ActionView(
        row,
        state,
        tuple(recorded.event for recorded in events if isinstance(recorded.event, DoseLogged)),
        _effects(register, key),
        state.followed_up,
        promised_in(register, [key]),
        meeting_decisions(register, action=key),
        register.version(f"{Action.KIND}-{key}"),
    )


def promised_in(register: Register, actions: Iterable[str]) -> tuple[PromisedIn, ...]:
    """The citizen promises that hold any of the actions."""
    wanted = set(actions)
    promises: Mapping[str, Promise] = register.states[Promise.KIND]
    return tuple(
        PromisedIn(key, promise.title)
        for key, promise in promises.items()
        if any(measure.action in wanted for measure in promise.measures)
    )


def meeting_decisions(
    register: Register, *, problem: str | None = None, action: str | None = None
) -> tuple[MeetingDecision, ...]:
    """What weekly meetings decided about a problem or an action, latest first."""
    meetings: Mapping[str, Meeting] = register.states[Meeting.KIND]
    found = [
        MeetingDecision(key, meeting.week, meeting.on, made.what, made.reason, made.owner_role, made.due)
        for key, meeting in meetings.items()
        for made in meeting.decisions
        if (problem is not None and made.problem == problem) or (action is not None and made.action == action)
    ]
    return tuple(sorted(found, key=lambda one: one.on, reverse=True))


def _row(register: Register, key: str, today: date, broken: tuple[BrokenLink, ...]) -> ActionRow:
    action: Action = register.states[Action.KIND][key]
    problem, followed = register.find(Problem, action.problem), action.followed_up
    effects = _effects(register, key)
    return ActionRow(
        key=key,
        title=action.title,
        problem=action.problem,
        problem_title=problem.title if problem else action.problem,
        owner=action.owner,
        places=place_names(register, problem) if problem else (),
        due=action.due,
        due_week=containing(action.due, "week"),
        progress=action.progress,
        planned=action.planned_hours,
        spent=followed.hours if followed else action.logged_hours,
        reported_on=action.ended_on if action.progress in ("reported done", "verified done") else None,
        verified_on=action.verified_on,
        late=action.progress in ONGOING and action.due < today,
        follow_up=action.follow_up,
        followed_up_on=followed.on if followed else None,
        effect=effects[-1] if effects else None,
        words=followed.effect.words if followed else None,
        broken=broken,
    )


def _effects(register: Register, key: str) -> tuple[EffectRow, ...]:
    made = register.find(Effects, key) or Effects()
    rows = []
    for estimate in made.estimates:
        source = register.find(Source, estimate.source)
        rows.append(EffectRow(source.name if source else estimate.source, estimate))
    return tuple(rows)


def _wanted(register: Register, row: ActionRow, state: str | None, owner: str | None, district: str | None) -> bool:
    if owner is not None and row.owner.role != owner:
        return False
    if district is not None:
        problem = register.find(Problem, row.problem)
        if problem is None or all(place.district != district for place in problem.places):
            return False
    special = {
        "ongoing": row.progress in ONGOING,
        "late": row.late,
        "unverified": row.progress == "reported done",
    }
    return state is None or special.get(state, row.progress == state)


def _districts(register: Register) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for key in dict.fromkeys(action.problem for action in register.every(Action)):
        problem = register.find(Problem, key)
        if problem is not None:
            found |= {p.district: name for p, name in zip(problem.places, place_names(register, problem), strict=True)}
    return dict(sorted(found.items(), key=lambda item: alphabetical(item[1])))
