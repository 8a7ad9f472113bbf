"""What a state says of itself, fact by fact in both languages, so that two moments can be laid beside each other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from domain.action import Action
from domain.agreement import Agreement, Goal
from domain.problem import Problem
from domain.promise import Promise
from domain.review import Review
from domain.signal import Sentence, Signal
from service.wording import day, figure, in_english, in_swedish

Facts = Mapping[str, Sentence | None]
NOTHING = Sentence(sv="inget", en="nothing")
_NOUNS: Mapping[str, tuple[str, str]] = {
    "agreement": ("Överenskommelsen", "The agreement"),
    "problem": ("Problembilden", "The problem"),
    "action": ("Åtgärden", "The action"),
    "signal": ("Signalen", "The signal"),
    "promise": ("Medborgarlöftet", "The citizen promise"),
    "review": ("Årsuppföljningen", "The annual review"),
    "picture": ("Lägesbilden", "The situational picture"),
    "meeting": ("Veckomötet", "The weekly meeting of"),
    "joint": ("den gemensamma bilden", "the joint picture"),
    "adjusted": ("justeringen", "the adjustment"),
    "decision": ("beslutet", "the decision"),
    "new": ("ny", "new"),
    "standing": ("ställningen", "the standing"),
    "rank": ("platsen i ordningen", "the rank"),
    "reason": ("skälet", "the reason"),
    "outcome": ("utfallet", "the outcome"),
    "causes": ("orsaksanalysen", "the cause analysis"),
    "progress": ("läget", "the progress"),
    "due": ("slutdagen", "the due day"),
    "owner": ("ansvaret", "the responsibility"),
    "follow_up": ("uppföljningen", "the follow-up"),
    "verdict": ("bedömningen", "the verdict"),
    "report": ("återrapporteringen", "the report back"),
    "goals": ("målen", "the goals"),
    "period": ("tiden", "the period"),
    "ended": ("upphörandet", "the end"),
    "adopted": ("antagandet", "the adoption"),
}
_WORDS: Mapping[str, tuple[str, str]] = {
    "proposed": ("föreslagen", "proposed"),
    "prioritised": ("prioriterad", "prioritised"),
    "set aside": ("bortprioriterad", "set aside"),
    "closed": ("avslutad", "closed"),
    "committed": ("beslutad", "committed"),
    "started": ("påbörjad", "started"),
    "not started": ("inte påbörjad", "not started"),
    "cancelled": ("avbruten", "cancelled"),
    "reported done": ("rapporterad klar", "reported done"),
    "verified done": ("kontrollerad klar", "verified done"),
    "act": ("åtgärd", "act"),
    "watch": ("bevaka", "watch"),
    "dismiss": ("avskriv", "dismiss"),
    "true": ("riktig", "right"),
    "false": ("falsk", "false"),
    "explained": ("förklarad", "explained"),
    "open": ("oklar", "open"),
}


def noun(name: str) -> Sentence:
    """What a kind or a fact is called."""
    sv, en = _NOUNS[name]
    return Sentence(sv=sv, en=en)


def facts_of(state: Any) -> Facts:
    """The facts that are compared, the main one first; None where there is nothing to say."""
    match state:
        case Problem():
            return _problem(state)
        case Action():
            return _action(state)
        case Signal():
            return {"verdict": _verdict(state), "reason": _text(state.reason)}
        case Promise():
            return _promise(state)
        case Agreement():
            return _agreement(state)
        case Review():
            return {"adopted": _adopted(state)}
        case _:
            raise AssertionError(f"{type(state).__name__} is not compared")


def word_for(word: str) -> Sentence:
    """A standing, a progress or another fixed word, for people."""
    sv, en = _WORDS.get(word) or (in_swedish(word), in_english(word))
    return Sentence(sv=sv, en=en)


def _text(text: str | None) -> Sentence | None:
    return Sentence(sv=text, en=text) if text else None


def _day(on: date | None) -> Sentence | None:
    return Sentence(sv=day(on, "sv"), en=day(on, "en")) if on else None


def _problem(state: Problem) -> Facts:
    number = len(state.causes)
    causes = Sentence(sv=_many(number, "orsak", "orsaker"), en=_many(number, "cause", "causes"))
    return {
        "standing": word_for(state.standing),
        "rank": _text(f"{state.rank}" if state.rank is not None else None),
        "reason": _text(state.reason),
        "outcome": word_for(state.outcome) if state.outcome else None,
        "causes": causes if number else None,
    }


def _action(state: Action) -> Facts:
    done = state.followed_up
    return {
        "progress": word_for(state.progress),
        "due": _day(state.due),
        "owner": _text(f"{state.owner.role}, {state.owner.organisation}"),
        "follow_up": Sentence(sv=f"gjord {done.on}", en=f"made {done.on}") if done else None,
    }


def _verdict(state: Signal) -> Sentence:
    if state.response is None:
        return Sentence(sv="inte bedömd", en="not judged")
    response, finding = word_for(state.response), word_for(state.finding or "open")
    return Sentence(sv=f"{response.sv} ({finding.sv})", en=f"{response.en} ({finding.en})")


def _promise(state: Promise) -> Facts:
    told = state.reported
    if told is None:
        return {"report": Sentence(sv="inte återrapporterat", en="not reported back")}
    outcome = word_for(told.outcome)
    return {"report": Sentence(sv=f"återrapporterat, {outcome.sv}", en=f"reported back, {outcome.en}")}


def _agreement(state: Agreement) -> Facts:
    first, last = state.first_day, state.last_day
    return {
        "period": Sentence(
            sv=f"{day(first, 'sv')} till {day(last, 'sv')}", en=f"{day(first, 'en')} to {day(last, 'en')}"
        ),
        "goals": Sentence(
            sv="; ".join(_goal(goal, "sv") for goal in state.goals) or "inga",
            en="; ".join(_goal(goal, "en") for goal in state.goals) or "none",
        ),
        "ended": _day(state.ended_on),
    }


def _goal(goal: Goal, language: Any) -> str:
    target = "–" if goal.target is None else figure(goal.target, language)
    return f"{goal.indicator} {target} {goal.unit}"


def _adopted(state: Review) -> Sentence:
    by = [one.party for one in state.adopted]
    if not by:
        return Sentence(sv="öppnad, inte antagen", en="opened, not adopted")
    return Sentence(
        sv="antagen av " + " och ".join(in_swedish(party) for party in by),
        en="adopted by " + " and ".join(in_english(party) for party in by),
    )


def _many(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}"
