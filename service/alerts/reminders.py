"""What is to be remembered: signals not judged, actions and promises due or late, follow-ups, who has fallen silent."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal
from urllib.parse import quote

from adapters.subscriptions import Subscription
from domain.meeting import Meeting
from domain.period import containing, last_day
from domain.problem import Problem
from domain.register import Register
from domain.signal import Sentence, Signal
from service.alerts.digest_letter import signal_path
from service.alerts.wanted import concerns, is_wanted, watched
from service.meeting_words import how_often
from service.register import HERE, LiveRegister
from service.views.broken_links import signal_title
from service.views.silent_reporters import QUIET, SilentReporter, silent_reporters
from service.views.week_work import ActionTold, DecisionTold, PromiseTold, actions, decisions, promises
from service.wording import day, short, short_week

Kind = Literal["signal", "action", "promise", "follow-up", "decision", "silent"]
KINDS: tuple[Kind, ...] = ("signal", "action", "decision", "follow-up", "promise", "silent")
A_WEEK = timedelta(days=7)
SOON = A_WEEK
RECENT = timedelta(days=28)
"""What fell due longer ago is not reminded of any more: it stands on the weekly meeting's table."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """Something to be remembered once.

    key: kind:what:the day it falls due; it stays the same as long as it is the same occasion. due: that day. late: it
    has passed. path: the page where something can be done about it; title: what it is about.
    """

    key: str
    kind: Kind
    title: str
    due: date
    late: bool
    sentence: Sentence
    path: str


def reminders(live: LiveRegister, register: Register, today: date, subscription: Subscription) -> tuple[Reminder, ...]:
    """What there is to remember on a day, of what the subscriber chose, by kind and then by day; none without them.

    Promises and silent reporters are of no district, and are told everyone.
    """
    if not subscription.reminders:
        return ()
    found = (
        *_signals(live, register, today, subscription),
        *_actions(register, today, subscription),
        *_decisions(register, today, subscription),
        *(_promise(each, today) for each in promises(register, today)),
        *_silent(live, register, today),
    )
    recent = (each for each in found if today - RECENT <= each.due <= today + SOON)
    return tuple(sorted(recent, key=lambda each: (KINDS.index(each.kind), each.due, each.key)))


def _signals(live: LiveRegister, register: Register, today: date, subscription: Subscription) -> Iterator[Reminder]:
    """Signals that have stood for a week without a verdict."""
    there: dict[str, Signal] = register.states[Signal.KIND]
    for key, one in there.items():
        recent = last_day(one.period) >= today - 3 * RECENT  # when it was raised is asked of the history, one by one
        if one.response is None and recent and is_wanted(subscription, one):
            raised = next(iter(live.store.stream(f"{Signal.KIND}-{key}"))).recorded_at.astimezone(HERE).date()
            if raised + A_WEEK <= today:
                yield _signal(register, key, one, raised)


def _signal(register: Register, key: str, one: Signal, raised: date) -> Reminder:
    due, about = raised + A_WEEK, signal_title(register, one)
    said = Sentence(
        sv=f"Signalen om {about} ({short_week(one.period, 'sv')}) kom {day(raised, 'sv')} och är inte bedömd.",
        en=f"The signal on {about} ({short_week(one.period, 'en')}) was raised on {day(raised, 'en')} and has not been "
        "judged.",
    )
    return Reminder(f"signal:{key}:{due}", "signal", about, due, True, said, signal_path(key))


def _actions(register: Register, today: date, subscription: Subscription) -> Iterator[Reminder]:
    for one in actions(register, today):
        problem = register.find(Problem, one.problem.key)
        if one.what != "unverified" and concerns(subscription, register, problem):
            yield _follow_up(one) if one.what == "follow-up" else _action(one)


def _action(one: ActionTold) -> Reminder:
    late, sv, en = one.what == "late", day(one.on, "sv"), day(one.on, "en")
    title, owner = short(one.title, 100), short(f"{one.owner_role}, {one.owner_organisation}", 100)
    said = Sentence(
        sv=f"Åtgärden ”{title}” {'skulle ha varit' if late else 'ska vara'} klar {sv}. Ansvarig: {owner}.",
        en=f"The action “{title}” {'was' if late else 'is'} due on {en}. Responsible: {owner}.",
    )
    kind = "action-late" if late else "action-due"
    return Reminder(f"{kind}:{one.key}:{one.on}", "action", title, one.on, late, said, f"/atgarder/{quote(one.key)}")


def _follow_up(one: ActionTold) -> Reminder:
    title, sv, en, late = short(one.title, 100), day(one.on, "sv"), day(one.on, "en"), one.days > 0
    said = Sentence(
        sv=f"Åtgärden ”{title}” {'skulle' if late else 'ska'} följas upp {sv}.",
        en=f"The action “{title}” {'was' if late else 'is'} to be followed up on {en}.",
    )
    path = f"/atgarder/{quote(one.key)}"
    return Reminder(f"follow-up:{one.key}:{one.on}", "follow-up", title, one.on, late, said, path)


def _decisions(register: Register, today: date, subscription: Subscription) -> Iterator[Reminder]:
    """Decisions whose day has come, and that no meeting has followed up."""
    there: dict[str, Meeting] = register.states[Meeting.KIND]
    for key, meeting in there.items():
        if meeting.on < today - 12 * RECENT:
            continue
        for one in decisions(register, key, meeting, today):
            if one.due is not None and one.due <= today and _waits(one) and _is_about(register, one, subscription):
                yield _decision(one, one.due, today)


def _waits(one: DecisionTold) -> bool:
    """Whether it is neither followed up nor carried out as the action that came of it, which is reminded of itself."""
    return one.action is None and one.waits(None)


def _is_about(register: Register, one: DecisionTold, subscription: Subscription) -> bool:
    signal = register.find(Signal, one.signal.key) if one.signal else None
    if signal is not None and not watched(subscription, signal.district, signal.category):
        return False
    return concerns(subscription, register, register.find(Problem, one.problem.key) if one.problem else None)


def _decision(one: DecisionTold, due: date, today: date) -> Reminder:
    what, late = short(one.what, 120).rstrip("."), due < today
    sv, en, owner = short_week(one.week, "sv"), short_week(one.week, "en"), short(one.owner_role or "", 60)
    said = Sentence(
        sv=f"Beslutet ”{what}” (veckomötet {sv}) {'skulle' if late else 'ska'} vara klart {day(due, 'sv')} och är inte "
        f"uppföljt.{f' Ansvarig: {owner}.' if owner else ''}",
        en=f"The decision “{what}” (the weekly meeting of {en}) {'was' if late else 'is'} due on {day(due, 'en')} and "
        f"has not been followed up.{f' Responsible: {owner}.' if owner else ''}",
    )
    path = f"/mote/{containing(today, 'week')}"
    return Reminder(f"decision:{one.meeting}.{one.number}:{due}", "decision", what, due, late, said, path)


def _promise(one: PromiseTold, today: date) -> Reminder:
    title, sv, en = short(one.title, 100), day(one.last_day, "sv"), day(one.last_day, "en")
    said = Sentence(
        sv=f"Medborgarlöftet ”{title}” {'tog slut' if one.late else 'tar slut'} {sv} och ska återrapporteras.",
        en=f"The citizen promise “{title}” {'ended' if one.late else 'ends'} on {en} and is to be reported back.",
    )
    kind = "promise-late" if one.late else "promise-due"
    return Reminder(
        f"{kind}:{one.key}:{one.last_day}", "promise", title, one.last_day, one.late, said, f"/loften/{quote(one.key)}"
    )


def _silent(live: LiveRegister, register: Register, today: date) -> Iterator[Reminder]:
    week = containing(today - A_WEEK, "week")  # the latest that is over
    for one in silent_reporters(live.read_tables(), register, register.position, week, heard_by=today):
        yield _silence(one, today)


def _silence(one: SilentReporter, today: date) -> Reminder:
    due, name = last_day(one.last_week) + QUIET * A_WEEK, short(one.reporter, 80)
    name = name[:1].upper() + name[1:]
    sv, en = how_often(one.usual_per_week, "sv"), how_often(one.usual_per_week, "en")
    said = Sentence(
        sv=f"{name} brukar lämna {sv} men har inte hörts sedan {short_week(one.last_week, 'sv')}.",
        en=f"{name} usually sends {en} but has not been heard since {short_week(one.last_week, 'en')}.",
    )
    who = hashlib.sha256(one.reporter.encode()).hexdigest()[:16]  # a key says nothing of who it is
    path = f"/mote/{containing(today, 'week')}"
    return Reminder(f"silent:{who}:{due}", "silent", name, due, True, said, path)
