"""What the feeds of an account hold: the latest alerts as entries, and the days to remember as a calendar."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import islice
from urllib.parse import quote, urlsplit

from adapters.atom import AtomEntry
from adapters.calendar_file import CalendarEntry
from adapters.subscriptions import Subscription
from domain.action import Action
from domain.agreement import Agreement
from domain.meeting import Meeting
from domain.promise import Promise
from domain.register import Register
from domain.signal import Signal
from service.alerts.wanted import one_in, told, watched
from service.pages.translations import translate
from service.register import LiveRegister
from service.views.broken_links import signal_title
from service.views.week_work import decisions
from service.wording import Language, period, short

LATEST = 100
A_YEAR = timedelta(days=366)


def tag(base_url: str, what: str) -> str:
    """A URI that stays the same for the same thing of this register (RFC 4151)."""
    return f"tag:{urlsplit(base_url).hostname},2026:{what}"


def alert_entries(
    live: LiveRegister, subscription: Subscription | None, base_url: str, language: Language
) -> Iterator[AtomEntry]:
    """The latest alerts, the newest first; of those, what the account has subscribed to."""
    register = live.now()
    there: dict[str, Signal] = register.states[Signal.KIND]
    chosen = (key for key in reversed(there) if subscription is None or _is_wanted(subscription, there[key]))
    for key in islice(chosen, LATEST):
        yield _alert(live, register, key, there[key], base_url, language)


def _is_wanted(subscription: Subscription, signal: Signal) -> bool:
    seldom = one_in(signal.flag, signal.p)
    return watched(subscription, signal.district, signal.category) and told(subscription, signal.flag, seldom)


def _alert(
    live: LiveRegister, register: Register, key: str, signal: Signal, base_url: str, language: Language
) -> AtomEntry:
    raised = next(live.store.stream(f"{Signal.KIND}-{key}"))
    title = f"{signal_title(register, signal)}: {_flags(language)[signal.flag]}, {period(signal.period, language)}"
    return AtomEntry(
        tag(base_url, f"signal/{quote(key)}"),
        title,
        raised.recorded_at,
        signal.sentence.en if language == "en" else signal.sentence.sv,
        f"{base_url}/signal/{quote(key)}",
    )


def _flags(language: Language) -> Mapping[str, str]:
    return {
        "rise": translate("Fler än väntat", language),
        "fall": translate("Färre än väntat", language),
        "lasting-rise": translate("Varaktig ökning", language),
        "lasting-fall": translate("Varaktig minskning", language),
    }


def calendar_of(live: LiveRegister, base_url: str, language: Language) -> tuple[CalendarEntry, ...]:
    """Meetings, and the days of what is still to be done, from a year back on. Their UIDs stay the same, also in the
    calendars that closed meetings give."""
    register, first = live.now(), live.today() - A_YEAR
    found = (
        *_meetings(register, base_url, language),
        *_decided(register, base_url, language),
        *_actions(register, base_url, language),
        *_promises(register, base_url, language),
        *_agreements(register, base_url, language),
    )
    return tuple(sorted((one for one in found if one.starts >= first), key=lambda one: (one.starts, one.uid)))


def _entry(uid: str, on: date, what: str, title: str, words: str, link: str) -> CalendarEntry:
    said = "\n".join(part for part in (words, link) if part)
    return CalendarEntry(f"{uid}@samverkan", on, short(f"{what}: {title}" if title else what, 160), said)


def _meetings(register: Register, base_url: str, language: Language) -> Iterator[CalendarEntry]:
    there: dict[str, Meeting] = register.states[Meeting.KIND]
    for key, one in there.items():
        what = f"{translate('Veckomöte', language)}, {period(one.week, language)}"
        yield _entry(f"meeting-{key}", one.on, what, "", "", f"{base_url}/mote/{one.week}")


def _decided(register: Register, base_url: str, language: Language) -> Iterator[CalendarEntry]:
    there: dict[str, Meeting] = register.states[Meeting.KIND]
    what = translate("Beslut ska vara genomfört", language)
    for key, meeting in there.items():
        # on the last of days everything that is still to be done is late, and nothing else is
        for one in decisions(register, key, meeting, date.max):
            if one.late and one.due is not None:
                link = f"{base_url}/mote/{one.week}"
                yield _entry(f"{key}-{one.number}", one.due, what, one.what, one.owner_role or "", link)


def _actions(register: Register, base_url: str, language: Language) -> Iterator[CalendarEntry]:
    there: dict[str, Action] = register.states[Action.KIND]
    due, asked = translate("Åtgärd ska vara klar", language), translate("Åtgärd ska följas upp", language)
    for key, one in there.items():
        link = f"{base_url}/atgarder/{quote(key)}"
        if one.open:
            yield _entry(key, one.due, due, one.title, f"{one.owner.role}, {one.owner.organisation}", link)
        if one.followed_up is None and one.progress != "not started":
            follow_up = one.follow_up
            yield _entry(f"follow-up-{key}", follow_up.on, asked, one.title, follow_up.owner_role, link)


def _promises(register: Register, base_url: str, language: Language) -> Iterator[CalendarEntry]:
    there: dict[str, Promise] = register.states[Promise.KIND]
    what = translate("Medborgarlöfte ska återrapporteras", language)
    for key, one in there.items():
        if one.reported is None:
            yield _entry(f"promise-{key}", one.last_day, what, one.title, "", f"{base_url}/loften/{quote(key)}")


def _agreements(register: Register, base_url: str, language: Language) -> Iterator[CalendarEntry]:
    there: dict[str, Agreement] = register.states[Agreement.KIND]
    what = translate("Överenskommelsens sista dag", language)
    for key, one in there.items():
        if one.ended_on is None and one.successor is None:
            yield _entry(f"agreement-{key}", one.last_day, what, one.title, "", f"{base_url}/overenskommelse")
