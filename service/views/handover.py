"""The hand-over of an agreement to the one that succeeds it: which step is next, what is decided, what is left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from domain.action import Action, Owner, Progress
from domain.agreement import Agreement
from domain.core import must_exist
from domain.handover import successors
from domain.problem import Problem, Standing
from domain.promise import Promise
from domain.register import Register
from domain.review import Review, review_key
from service.views.agreement_view import latest_agreement

Step = Literal["end", "sign", "succeed", "decide", "done"]
Unfinished = Literal["action-unverified", "action-without-follow-up", "promise-not-reported", "review-missing"]


@dataclass(frozen=True, slots=True)
class Named:
    """An agreement by its key, title and time; last_day: the last day on which it is in force."""

    key: str
    title: str
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class OpenAction:
    """An action whose work is still to come. version: of its stream."""

    key: str
    title: str
    progress: Progress
    owner: Owner
    due: date
    version: int


@dataclass(frozen=True, slots=True)
class Undecided:
    """A problem about which the hand-over has decided nothing. actions: its open ones. version: of its stream.

    left: the agreement has been succeeded, so that the problem is left without a decision. needed: it is open (proposed
    or prioritised) or has open actions; a problem that was set aside may stay as it is.
    """

    key: str
    title: str
    standing: Standing
    rank: int | None
    actions: tuple[OpenAction, ...]
    left: bool
    needed: bool
    version: int


@dataclass(frozen=True, slots=True)
class Decided:
    """A problem that was carried over (to, with the titles of the actions that went with it), or closed at the end (to
    is None; outcome)."""

    key: str
    title: str
    on: date
    reason: str
    to: Named | None = None
    actions: tuple[str, ...] = ()
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class BookItem:
    """What closes the agreement's books and is not done. key, title: of the action or the promise; of a review its year
    alone."""

    kind: Unfinished
    key: str
    title: str


@dataclass(frozen=True, slots=True)
class Handover:
    """How far the hand-over of an agreement has come on a day.

    step: the first that remains: end it, sign the next, name it as successor, decide on the problems; or all is done.
    over: its last day has come or it has been ended. successor: named, else None. to: the agreement in force that day
    that problems can be carried over to (the successor, or one after it). candidates: those that could be named.
    undecided: those that need a decision first. books: what of its books is open. version: of its stream.
    """

    key: str
    state: Agreement
    step: Step
    over: bool
    successor: Named | None
    to: Named | None
    candidates: tuple[Named, ...]
    undecided: tuple[Undecided, ...]
    decided: tuple[Decided, ...]
    books: tuple[BookItem, ...]
    version: int

    @property
    def left(self) -> int:
        """How many problems need a decision."""
        return sum(one.needed for one in self.undecided)


def problems_under(register: Register, agreement: str) -> dict[str, Problem]:
    """The problems that are under the agreement or have been: those of its books, also after they were carried over."""
    there: Mapping[str, Problem] = register.states[Problem.KIND]
    return {key: one for key, one in there.items() if one.was_under(agreement)}


def actions_under(register: Register, agreement: str) -> dict[str, Action]:
    """The actions that are under the agreement or have been."""
    there: Mapping[str, Action] = register.states[Action.KIND]
    return {key: one for key, one in there.items() if one.was_under(agreement)}


def handing_over(register: Register, today: date) -> str | None:
    """The agreement that is being handed over: the latest that has ended and left something undecided or has no
    successor; else the latest one. None when there is none."""
    there: Mapping[str, Agreement] = register.states[Agreement.KIND]
    ended = sorted((state.first_day, key) for key, state in there.items() if state.end < today)
    going = [key for _, key in ended if handover_view(register, key, today).step != "done"]
    return going[-1] if going else latest_agreement(register, today)


def handover_view(register: Register, key: str, today: date) -> Handover:
    """The hand-over of one agreement. Refused: there is no such agreement."""
    state = must_exist(register.find(Agreement, key), "agreement", "Överenskommelsen", key)
    candidates = _candidates(register, key, state)
    undecided = tuple(_undecided(register, key, state))
    return Handover(
        key=key,
        state=state,
        step=_step(state, candidates, undecided),
        over=state.ended_on is not None or state.last_day < today,
        successor=_named(register, state.successor) if state.successor else None,
        to=_open_successor(register, key, today),
        candidates=candidates,
        undecided=undecided,
        decided=tuple(_decided(register, key, state)),
        books=tuple(_books(register, key, state)),
        version=register.version(f"{Agreement.KIND}-{key}"),
    )


def _step(state: Agreement, candidates: tuple[Named, ...], undecided: Iterable[Undecided]) -> Step:
    if state.successor is not None:
        return "decide" if any(one.needed for one in undecided) else "done"
    if state.ended_on is None:
        return "end"
    return "succeed" if candidates else "sign"


def _named(register: Register, key: str) -> Named:
    state: Agreement = register.states[Agreement.KIND][key]
    return Named(key, state.title, state.first_day, state.end)


def _open_successor(register: Register, key: str, today: date) -> Named | None:
    for each in successors(register, key):
        state = register.find(Agreement, each)
        if state is not None and state.ended_on is None and state.covers(today):
            return _named(register, each)
    return None


def _candidates(register: Register, key: str, state: Agreement) -> tuple[Named, ...]:
    """Those that begin after the end, the first to begin first."""
    there: Mapping[str, Agreement] = register.states[Agreement.KIND]
    fitting = [each for each, other in there.items() if each != key and other.first_day >= state.end]
    return tuple(sorted((_named(register, each) for each in fitting), key=lambda one: one.first_day))


def _undecided(register: Register, key: str, state: Agreement) -> Iterable[Undecided]:
    """Prioritised problems first, by rank; then the proposed, and those that were set aside or closed."""
    there: Mapping[str, Problem] = register.states[Problem.KIND]
    order = ("prioritised", "proposed", "set aside", "closed")
    found = [
        Undecided(
            name, one.title, one.standing, one.rank, actions := _open_actions(register, name),
            state.successor is not None, one.standing in ("prioritised", "proposed") or bool(actions),
            register.version(f"{Problem.KIND}-{name}"),
        )
        for name, one in there.items()
        if one.agreement == key
    ]  # fmt: skip
    wanted = [one for one in found if one.needed or one.standing == "set aside"]
    return sorted(wanted, key=lambda one: (not one.needed, order.index(one.standing), one.rank or 1_000_000))


def _open_actions(register: Register, problem: str) -> tuple[OpenAction, ...]:
    there: Mapping[str, Action] = register.states[Action.KIND]
    return tuple(
        OpenAction(key, one.title, one.progress, one.owner, one.due, register.version(f"{Action.KIND}-{key}"))
        for key, one in there.items()
        if one.problem == problem and one.open
    )


def _decided(register: Register, key: str, state: Agreement) -> Iterable[Decided]:
    for name, one in problems_under(register, key).items():
        for went in one.handovers:
            if went.former == key:
                titles = tuple(found.title for each in went.actions if (found := register.find(Action, each)))
                yield Decided(name, one.title, went.on, went.reason, _named(register, went.agreement), titles)
        at_the_end = state.ended_on is not None and one.decided_on is not None and one.decided_on >= state.ended_on
        if one.agreement == key and one.standing == "closed" and at_the_end and one.decided_on:
            yield Decided(name, one.title, one.decided_on, one.reason or "", outcome=one.outcome)


def _books(register: Register, key: str, state: Agreement) -> Iterable[BookItem]:
    """Nothing of it before the agreement is over: until then it is ordinary work, not a book to be closed."""
    if state.ended_on is None:
        return
    for name, action in register.states[Action.KIND].items():
        if action.agreement != key:
            continue
        if action.progress == "reported done":
            yield BookItem("action-unverified", name, action.title)
        if action.followed_up is None and not action.open and action.progress != "not started":
            yield BookItem("action-without-follow-up", name, action.title)
    for name, promise in register.states[Promise.KIND].items():
        if promise.agreement == key and promise.reported is None:
            yield BookItem("promise-not-reported", name, promise.title)
    for year in range(state.first_day.year, state.end.year + 1):
        review = register.find(Review, review_key(key, year))
        if review is None or not review.complete:
            yield BookItem("review-missing", str(year), str(year))
