"""Decisions and states at one position of the register beside those at another, and the event that changed each."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from domain.action import Action
from domain.agreement import Agreement
from domain.core import Recorded
from domain.problem import Problem
from domain.promise import Promise
from domain.register import EVENTS, LIFECYCLES, STATES, Register
from domain.review import Review
from domain.signal import Sentence, Signal
from service.naming import Names
from service.register import LiveRegister
from service.views.comparison_words import NOTHING, facts_of, noun
from service.wording import short

StateKind = Literal["agreement", "review", "picture", "meeting", "problem", "action", "signal", "promise"]
KINDS: tuple[StateKind, ...] = ("agreement", "review", "problem", "action", "signal", "promise")
PAGE = 2000
Changed = Mapping[tuple[str, str, str], int]


@dataclass(frozen=True, slots=True)
class Difference:
    """One fact that was otherwise: what is it of (kind, key, title), which fact, what it was and what it became.

    fact: its stable name; `new` for what was not there at all, and after says how it stands. before, after: None where
    there is nothing. gsn: the event that last changed it, also for `new`: the one that made it what after says.
    sentence: all of it in words. path: the page of what it is about.
    """

    kind: StateKind
    key: str
    title: Sentence
    fact: str
    name: Sentence
    before: Sentence | None
    after: Sentence | None
    gsn: int
    sentence: Sentence
    path: str

    def concerns(self, now: Register, source: str | None, district: str | None, category: str | None) -> bool:
        """Whether it is about that source, district and category; what has none of them concerns all."""
        return wanted_in(about(now, self.kind, self.key), source, district, category)


def differences(
    live: LiveRegister, then: Register, now: Register, kinds: Sequence[StateKind] = KINDS
) -> tuple[Difference, ...]:
    """Every fact that differs between two positions, the earlier first; within a kind in the order of the changes."""
    kinds = [kind for kind in kinds if kind in KINDS]
    is_now = now.position >= live.store.last_gsn()
    changed = _changed(live, then, now, kinds)
    names = Names(now)
    found = [
        _difference(now, names, kind, key, fact, before, after, changed[kind, key, fact], is_now)
        for kind in kinds
        for key, fact, before, after in _differing(then, now, kind)
    ]
    return tuple(sorted(found, key=lambda one: (kinds.index(one.kind), one.gsn, one.key)))


def _differing(
    then: Register, now: Register, kind: StateKind
) -> Iterator[tuple[str, str, Sentence | None, Sentence | None]]:
    """(key, fact, before, after); what was not there before is told once."""
    for key, state in now.states[kind].items():
        earlier = then.states[kind].get(key)
        if earlier is state:
            continue
        after = facts_of(state)
        if earlier is None:
            yield key, "new", None, after[next(iter(after))]
            continue
        before = facts_of(earlier)
        for fact in after:
            if before[fact] != after[fact]:
                yield key, fact, before[fact], after[fact]


def _changed(live: LiveRegister, then: Register, now: Register, kinds: Sequence[StateKind]) -> Changed:
    """The event that last changed each fact; `new`: its main fact. Only events of those kinds are opened."""
    states: dict[tuple[str, str], Any] = {(kind, key): s for kind in kinds for key, s in then.states[kind].items()}
    found: dict[tuple[str, str, str], int] = {}
    unions = (LIFECYCLES[STATES[kind]][0] for kind in kinds)
    opened = {event.TOPIC for union in unions for event in get_args(union) or (union,)}
    for r in events_of(live, then.position, now.position, opened):
        kind, _, key = r.stream.partition("-")
        earlier = states.get((kind, key))
        state = states[kind, key] = LIFECYCLES[STATES[kind]][1](earlier, r.event)
        before = facts_of(earlier) if earlier is not None else {}
        facts = facts_of(state)
        for fact, says in facts.items():
            if before.get(fact, NOTHING) != says:
                found[kind, key, fact] = r.gsn
        found[kind, key, "new"] = found.get((kind, key, next(iter(facts))), r.gsn)
    return found


def events_of(live: LiveRegister, after: int, until: int, opened: Collection[str]) -> Iterator[Recorded]:
    """The events of those topics, after one position and until another."""
    bare = tuple(topic for topic in EVENTS if topic not in opened)
    while after < until:
        page = live.store.read(after, limit=PAGE, stop=until, bare=bare)
        yield from (each for each in page if isinstance(each, Recorded))
        if len(page) < PAGE:
            return
        after = page[-1].gsn


def _difference(
    now: Register, names: Names, kind: StateKind, key: str, fact: str, before: Sentence | None,
    after: Sentence | None, gsn: int, is_now: bool,
) -> Difference:  # fmt: skip
    title = _title(names, now, kind, key)
    name, sentence = _said(kind, title, fact, before, after, is_now)
    return Difference(kind, key, title, fact, name, before, after, gsn, sentence, _path(now, kind, key))


def _said(
    kind: StateKind, title: Sentence, fact: str, before: Sentence | None, after: Sentence | None, is_now: bool
) -> tuple[Sentence, Sentence]:
    """The fact's name, and the whole in a sentence; what was so later need not be so now."""
    what, name = noun(kind), noun(fact)
    if fact == "new":
        assert after is not None
        since = (
            ("fanns inte; nu", "was not there; now") if is_now else ("fanns inte då; senare", "was not there; later")
        )
        sv, en = f"{since[0]}: {_cut(after.sv)}", f"{since[1]}: {_cut(after.en)}"
    else:
        sv = f"{name.sv} {_then_and_now(fact, before.sv if before else None, after.sv if after else None, _SV[is_now])}"
        en = f"{name.en} {_then_and_now(fact, before.en if before else None, after.en if after else None, _EN[is_now])}"
    return name, Sentence(sv=f"{what.sv} {title.sv}: {sv}.", en=f"{what.en} {title.en}: {en}.")


_SV = (("saknades då", "var då", "saknades senare", "senare", "”{}”"), ("saknades", "var", "saknas", "är", "”{}”"))
_EN = (("was missing", "was", "later missing", "later", "“{}”"), ("was missing", "was", "is missing", "is", "“{}”"))


def _then_and_now(fact: str, before: str | None, after: str | None, words: tuple[str, ...]) -> str:
    missing, was, lacks, now, quoted = words
    told = quoted if fact == "reason" else "{}"
    earlier = missing if before is None else f"{was} {told.format(_cut(before))}"
    return f"{earlier}, {lacks if after is None else f'{now} {told.format(_cut(after))}'}"


def _cut(text: str) -> str:
    return short(text, 160).rstrip(".")


def _title(names: Names, now: Register, kind: StateKind, key: str) -> Sentence:
    state: Any = now.states[kind][key]
    if kind == "signal":
        told = names.signal(key)
        return Sentence(sv=told.sv.removeprefix("trendvarningen för "), en=told.en.removeprefix("the trend alert for "))
    if kind == "review":
        return Sentence(sv=f"{state.year}", en=f"{state.year}")
    title = short(state.title, 100)
    return Sentence(sv=f"”{title}”", en=f"“{title}”")


def _path(now: Register, kind: StateKind, key: str) -> str:
    """The page of what it is about."""
    if kind == "agreement":
        return "/overenskommelse"
    if kind == "review":
        return f"/arsuppfoljning/{now.states[kind][key].year}"
    return {"problem": "/problem/", "action": "/atgarder/", "signal": "/signal/", "promise": "/loften/"}[kind] + key


About = tuple[set[str] | None, set[str] | None, set[str] | None]


def about(now: Register, kind: str, key: str) -> About:
    """The districts, categories and sources that something is about; None where it has none."""
    state: Any = now.states[kind].get(key)
    if kind == "signal" and isinstance(state, Signal):
        return {state.district}, {state.category}, {state.source}
    problem = now.find(Problem, state.problem) if kind == "action" and isinstance(state, Action) else state
    if isinstance(problem, Problem):
        return {p.district for p in problem.places if p.district}, set(problem.categories), None
    return None, None, None


def wanted_in(there: About, source: str | None, district: str | None, category: str | None) -> bool:
    """Whether what is about that is about this source, district and category."""
    places, kinds, sources = there
    asked = ((source, sources), (district, places), (category, kinds))
    return all(wanted is None or found is None or wanted in found for wanted, found in asked)


assert {Agreement.KIND, Problem.KIND, Action.KIND, Signal.KIND, Promise.KIND, Review.KIND} == set(KINDS)
