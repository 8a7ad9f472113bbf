"""The weekly meeting: a page a week, its forms, and the files of a closed meeting."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect

from domain.action import Action
from domain.core import Command
from domain.meeting import Attend, CloseMeeting, DecideAtMeeting, FollowUpDecision, Meeting, OpenMeeting
from domain.period import containing, last_day
from domain.problem import Problem, Propose
from domain.register import Register
from domain.signal import Judge
from service.meeting_words import false_alarms, how_often
from service.minutes import agenda
from service.pages.forms import Fault, attempt, new_id, several, text, whole
from service.pages.looking import day_shown
from service.pages.meeting_files import files, known_week
from service.pages.reader import Reader, reader_of, register_for
from service.pages.rendering import flash, page
from service.pages.translations import translate
from service.register import LiveRegister
from service.settings import Settings
from service.views.week import Week, week
from service.views.week_calendar import agreement_in_force, beside, latest_week, meeting_of, sitting
from service.wording import Language, alphabetical

Form = Mapping[str, Any]
Choices = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Moment:
    """The moment that a page shows (gsn None: now), and why: chosen by the reader, the close of the meeting or the end
    of the week."""

    gsn: int | None
    why: Literal["now", "chosen", "closed", "week-over"]


def routes(live: LiveRegister, settings: Settings) -> list[HTTPRouteHandler]:
    """The pages, the forms, and the files."""

    @get("/mote", sync_to_thread=True)
    def latest(request: Request[Any, Any, Any]) -> Redirect:
        reader = reader_of(request, live)
        there = latest_week(register_for(live, reader), day_shown(request, live, reader))
        kept = f"?as_of={reader.at}" if reader.at is not None else ""
        return Redirect(f"/mote/{there}{kept}", status_code=303)

    @get("/mote/{key:str}", sync_to_thread=True)
    def shown(
        request: Request[Any, Any, Any], key: FromPath[str], nu: FromQuery[str | None] = None,
        signal: FromQuery[str | None] = None,
    ) -> Response[str]:  # fmt: skip
        reader = reader_of(request, live)
        given = {"signal": signal} if signal else {}
        return _page(request, live, reader, known_week(live, key), now=nu is not None, given=given)

    return [latest, shown, *_forms(live), *_closing(live), *files(live)]


def _forms(live: LiveRegister) -> list[HTTPRouteHandler]:
    @post("/mote/{key:str}/oppna", sync_to_thread=True)
    def open_meeting(
        request: Request[Any, Any, Any], key: FromPath[str], data: URLEncodedBody[dict[str, Any]]
    ) -> Response[str] | Redirect:
        def make() -> dict[str, Any]:
            return {
                "meeting": f"est-{key.lower()}",
                "agreement": agreement_in_force(live.now(), live.today()),
                "on": live.today(),
            }

        return _done(
            request,
            live,
            key,
            OpenMeeting,
            data,
            make,
            lambda language: translate("Mötet är öppnat.", language),
            "narvaro",
        )

    @post("/mote/{key:str}/narvaro", sync_to_thread=True)
    def attend(
        request: Request[Any, Any, Any], key: FromPath[str], data: URLEncodedBody[dict[str, Any]]
    ) -> Response[str] | Redirect:
        return _done(
            request, live, key, Attend, data, lambda: {"meeting": _meeting(live, key), "attendees": _attendees(data)},
            lambda language: translate("Närvaron är antecknad.", language), "narvaro",
        )  # fmt: skip

    @post("/mote/{key:str}/beslut", sync_to_thread=True)
    def decide(
        request: Request[Any, Any, Any], key: FromPath[str], data: URLEncodedBody[dict[str, Any]]
    ) -> Response[str] | Redirect:
        names = ("what", "reason", "owner_role", "due", "problem", "signal", "action")
        return _done(
            request, live, key, DecideAtMeeting, data,
            lambda: {"meeting": _meeting(live, key)} | {name: text(data, name) for name in names},
            lambda language: translate("Beslutet är antecknat.", language), "beslut",
        )  # fmt: skip

    @post("/mote/{key:str}/uppfoljning", sync_to_thread=True)
    def follow_up(
        request: Request[Any, Any, Any], key: FromPath[str], data: URLEncodedBody[dict[str, Any]]
    ) -> Response[str] | Redirect:
        names = ("earlier", "number", "outcome", "comment")
        return _done(
            request, live, key, FollowUpDecision, data,
            lambda: {"meeting": _meeting(live, key)} | {name: text(data, name) for name in names},
            lambda language: translate("Uppföljningen är sparad.", language),
            f"forra-{text(data, 'earlier')}-{whole(text(data, 'number'))}",
        )  # fmt: skip

    return [open_meeting, attend, decide, follow_up]


def _closing(live: LiveRegister) -> list[HTTPRouteHandler]:
    @get("/mote/{key:str}/avsluta", sync_to_thread=True)
    def confirm(request: Request[Any, Any, Any], key: FromPath[str]) -> Response[str] | Redirect:
        reader = reader_of(request, live)
        return _confirm(request, live, reader, known_week(live, key))

    @post("/mote/{key:str}/avsluta", sync_to_thread=True)
    def close(
        request: Request[Any, Any, Any], key: FromPath[str], data: URLEncodedBody[dict[str, Any]]
    ) -> Response[str] | Redirect:
        reader = reader_of(request, live)
        key = known_week(live, key)

        def make() -> dict[str, Any]:
            seen = _seen(live, key, text(data, "seen"))
            return {"meeting": _meeting(live, key), "agenda": agenda(week(live, live.as_of(seen), key, seen))}

        # what is frozen was looked through when it was written
        fault = attempt(live, reader, CloseMeeting, data, make, looked_through=True)
        if fault:
            return _confirm(request, live, reader, key, fault)
        flash(request, translate("Mötet är avslutat och minnesanteckningarna är låsta.", reader.language))
        return Redirect(f"/mote/{key}", status_code=303)

    return [confirm, close]


def _meeting(live: LiveRegister, key: str) -> str | None:
    held = meeting_of(live.now(), key)
    return held[0] if held else None


def moment(live: LiveRegister, reader: Reader, key: str, *, now: bool) -> Moment:
    """What a week's page shows: a closed meeting's, or a past week's, as it was known when it ended."""
    if reader.at is not None:
        return Moment(reader.at, "chosen")
    held = meeting_of(live.now(), key)
    if now or (held and not held[1].closed):
        return Moment(None, "now")
    if held:
        place = sitting(live.store, held[0])
        return Moment(place.closed if place else None, "closed")
    if last_day(key) < live.today():
        return Moment(live.gsn_on(last_day(key)), "week-over")
    return Moment(None, "now")


def _page(
    request: Request[Any, Any, Any], live: LiveRegister, reader: Reader, key: str, *, now: bool = False,
    fault: Fault | None = None, form: str = "", given: Form | None = None,
) -> Response[str]:  # fmt: skip
    then = moment(live, reader, key, now=now)
    register = live.now() if then.gsn is None else live.as_of(then.gsn)
    told = week(live, register, key, then.gsn, later=register if reader.at is not None else None)
    before, after = beside(live.now(), key, live.today())
    this = containing(live.today(), "week")
    return page(
        request, live, reader, "meeting.html", status=422 if fault else 200, week=told, moment=then, before=before,
        after=after, this_week=this if agreement_in_force(live.now(), live.today()) and this != key else None, now=now,
        fault=fault, form=form, given=given or {}, new_id=new_id, how_often=how_often, false_alarms=false_alarms,
        lacking=_lacking(live, reader, key), frozen=_frozen(live, key, then), may=_may(reader, told, then),
        choices=_choices(register, told),
    )  # fmt: skip


def _lacking(live: LiveRegister, reader: Reader, key: str) -> bool:
    """Whether no meeting can be opened from here on because no agreement is in force: said on the newest week."""
    register, today = live.now(), live.today()
    there = reader.at is None and agreement_in_force(register, today) is None
    return there and key >= latest_week(register, today)


def _frozen(live: LiveRegister, key: str, then: Moment) -> Meeting | None:
    """The closed meeting, unless the page shows a moment before it was closed."""
    held = meeting_of(live.now(), key)
    if held is None or not held[1].closed:
        return None
    place = sitting(live.store, held[0])
    known = place and place.closed and (then.gsn is None or then.gsn >= place.closed)
    return held[1] if known else None


def _may(reader: Reader, told: Week, then: Moment) -> dict[str, bool]:
    """Which forms the page has."""
    now, going_on = then.gsn is None, told.meeting is not None and not told.meeting.closed
    return {
        "judge": now and reader.may(Judge),
        "open": told.can_open and reader.may(OpenMeeting),
        "attend": now and going_on and reader.may(Attend),
        "decide": now and going_on and reader.may(DecideAtMeeting),
        "follow_up": now and going_on and reader.may(FollowUpDecision),
        "propose": now and reader.may(Propose),
        "close": now and going_on and reader.may(CloseMeeting),
    }


def _choices(register: Register, told: Week) -> dict[str, Choices]:
    """What a decision can be linked to: problems that are not closed, this meeting's signals, actions going on."""
    problems: dict[str, Problem] = register.states[Problem.KIND]
    actions: dict[str, Action] = register.states[Action.KIND]
    cards = (*told.signals.latest, *told.signals.older)
    return {
        "problem": sorted(
            ((k, p.title) for k, p in problems.items() if p.standing != "closed"), key=lambda c: alphabetical(c[1])
        ),
        "signal": [(c.key, f"{c.category_name}, {c.district_name}") for c in cards],
        "action": sorted(
            ((k, a.title) for k, a in actions.items() if a.progress in ("committed", "started", "reported done")),
            key=lambda c: alphabetical(c[1]),
        ),
    }


def _done(
    request: Request[Any, Any, Any], live: LiveRegister, key: str, command: type[Command], data: Form,
    make: Callable[[], Mapping[str, Any]], said: Callable[[Language], str], anchor: str,
) -> Response[str] | Redirect:  # fmt: skip
    """Carry a form of the week's page out; where that fails, the page again with what was given."""
    reader = reader_of(request, live)
    key = known_week(live, key)
    fault = attempt(live, reader, command, data, make)
    if fault:
        return _page(request, live, reader, key, now=True, fault=fault, form=anchor, given=data)
    flash(request, said(reader.language))
    return Redirect(f"/mote/{key}#{anchor}", status_code=303)


def _attendees(data: Form) -> list[dict[str, str]]:
    """Ticked roles (role|organisation) and one written by hand; nothing at all is a field to fill in."""
    ticked = [one.partition("|") for one in several(data, "attendee")]
    found = [{"role": role, "organisation": of} for role, _, of in ticked]
    role, organisation = text(data, "role"), text(data, "organisation")
    if role or organisation:
        found.append({"role": role or "", "organisation": organisation or ""})
    return found


def _seen(live: LiveRegister, key: str, given: str | None) -> int:
    """The moment that was seen when closing was confirmed; what cannot be that moment becomes now."""
    held = meeting_of(live.now(), key)
    place = sitting(live.store, held[0]) if held else None
    last = live.store.last_gsn()
    seen = whole(given)
    return seen if place and seen is not None and place.opened <= seen <= last else last


def _confirm(
    request: Request[Any, Any, Any], live: LiveRegister, reader: Reader, key: str, fault: Fault | None = None
) -> Response[str] | Redirect:
    """The page before a meeting is closed: what will be frozen."""
    held = meeting_of(live.now(), key)
    if held is None or held[1].closed or not reader.may(CloseMeeting):
        kept = f"?as_of={reader.at}" if reader.at is not None else ""
        return Redirect(f"/mote/{key}{kept}", status_code=303)
    register = live.now()
    seen = register.position
    told = week(live, register, key)
    return page(
        request, live, reader, "meeting_close.html", status=422 if fault else 200, week=told, agenda=agenda(told),
        seen=seen, fault=fault, command_id=new_id(),
    )  # fmt: skip
