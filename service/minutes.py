"""A meeting's minutes: the agenda as it is frozen, and the files that a closed meeting gives."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from adapters.calendar_file import CalendarEntry
from adapters.minutes import DecisionLine, Minutes, Section
from domain.agreement import Agreement
from domain.catalogue import Source
from domain.meeting import AgendaItem, Meeting
from domain.register import Register
from service.meeting_words import false_alarms
from service.register import HERE, LiveRegister
from service.views.week import Week
from service.views.week_calendar import sitting
from service.views.week_made import Made, made
from service.views.week_reports import Reports
from service.views.week_signals import SignalCard, Verdict
from service.views.week_sources import SourceState
from service.views.week_work import ActionTold, DecisionTold, Ranked, decisions
from service.wording import Language, day, period, short, some

LINES = 80
MADE = "Prioriteringar och åtgärder beslutade under mötet"
_CONDITIONS: Mapping[str, str] = {
    "fresh": "aktuell", "late": "sen", "silent": "tyst sedan länge", "irregular": "kommer utan fast rytm",
    "empty": "har inga uppgifter",
}  # fmt: skip
_RESPONSES: Mapping[str, str] = {"act": "åtgärd", "watch": "bevaka", "dismiss": "avskriv"}
_FINDINGS: Mapping[str, str] = {
    "true": "signalen var riktig", "false": "falsk signal", "explained": "förklarad", "open": "oklart om den är riktig",
}  # fmt: skip
_ASKED: Mapping[str, str] = {
    "late": "försenad, skulle vara klar", "due": "ska vara klar",
    "unverified": "inte kontrollerad, rapporterad klar", "follow-up": "ska följas upp",
}  # fmt: skip
_OUTCOMES: Mapping[str, str] = {"done": "gjort", "ongoing": "pågår", "not done": "inte gjort"}
_SUBJECTS: Mapping[str, str] = {
    "signals": "signaler", "problems": "problembilder", "actions": "åtgärder", "promises": "medborgarlöften",
    "meetings": "möten", "picture": "lägesbilden", "figures": "inläsningar",
    "agreement": "överenskommelse och kataloger",
}  # fmt: skip


def agenda(week: Week) -> tuple[AgendaItem, ...]:
    """What was on the table, in Swedish, as it is frozen when the meeting closes."""
    made_up = " (syntetiska uppgifter)" if week.synthetic else ""
    items = (
        ("1 Förra mötets beslut", _followed(week.follow_up)),
        ("2 Sedan förra mötet", _since(week)),
        (f"3 Signaler{made_up}", _signals(week)),
        (f"4 Läget{made_up}", _picture(week)),
        (f"5 Nya rapporter, och vilka som tystnat{made_up}", _reports(week)),
        ("6 Åtgärder och medborgarlöften", _work(week)),
        ("7 Rangordning av prioriterade problem", _ranking(week.ranking)),
        (f"8 {MADE}", map(_made, week.meeting.made if week.meeting else ())),
        ("9 Underlaget", map(_source, week.sources)),
    )
    return tuple(AgendaItem(title=title, lines=_bounded(lines)) for title, lines in items)


def _bounded(lines: Iterable[str]) -> tuple[str, ...]:
    found = [short(line, 3900) for line in lines]
    if len(found) > LINES:
        found = [*found[: LINES - 1], f"… och {len(found) - LINES + 1} till."]
    return tuple(found) or ("Inget.",)


def _followed(decisions: Iterable[DecisionTold]) -> Iterator[str]:
    for one in decisions:
        owner = f" Ansvarig: {one.owner_role}." if one.owner_role else ""
        due = f" Klart {day(one.due, 'sv')}{' (försenat)' if one.late else ''}." if one.due else ""
        yield f"{_sentence(one.what)}{owner}{due}{_followed_up(one)}"


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _followed_up(one: DecisionTold) -> str:
    word = one.followed_up
    if word is None:
        return " Inte uppföljt."
    comment = f" {_sentence(word.comment)}" if word.comment else ""
    return f" Uppföljt {period(word.week, 'sv')}: {_OUTCOMES[word.outcome]}.{comment}"


def _since(week: Week) -> Iterator[str]:
    begun = f"mötet {period(week.since.meeting, 'sv')}" if week.since.meeting else "de senaste sju dagarna"
    counted = [f"{_SUBJECTS[one.subject]} {len(one.items)}" for one in week.since.news]
    if week.since.observations:
        counted.append(f"observationer {week.since.observations}")
    yield f"Händelser i registret sedan {begun}: {', '.join(counted) or 'inga'}."
    if week.broken.total:
        yield f"Brutna länkar i kedjan: {week.broken.total}."


def _signals(week: Week) -> Iterator[str]:
    for one in (*week.signals.latest, *(s for s in week.signals.older if s.verdict is not None)):
        yield f"{one.sentence.sv} {verdict_words(one)}"
    waiting = sum(one.verdict is None for one in week.signals.older) + week.signals.more
    if waiting:
        yield f"{some(waiting, 'äldre signal', 'äldre signaler')} är inte bedömda."


def verdict_words(one: SignalCard) -> str:
    """The verdict on a signal as a sentence."""
    return _verdict(one.verdict) if one.verdict else "Inte bedömd."


def _verdict(one: Verdict) -> str:
    found = f"förklaring: {one.explained_by.rstrip('.')}" if one.explained_by else _FINDINGS[one.finding]
    return f"Bedömning: {_RESPONSES[one.response]}, {found}. Skäl: {_sentence(one.reason)}"


def _picture(week: Week) -> Iterator[str]:
    for run in week.signals.runs:
        looked = ""
        if run.caution:
            false = false_alarms(run.caution.expected_false + run.caution.lasting_false, "sv")
            series = some(run.caution.looked, "serie granskad", "serier granskade")
            looked = f", {series}; {false}"
        yield f"{run.source_name}, {period(run.period, 'sv')}: {some(run.raised, 'signal', 'signaler')}{looked}."
        yield from (wider.sentence.sv for wider in run.wider)


def _reports(week: Week) -> Iterator[str]:
    told: Reports = week.reports
    yield f"{some(told.number, 'ny rapport', 'nya rapporter')}{' eller fler' if told.more else ''}."
    for group in told.groups:
        yield f"{group.district_name}, {group.category_name.lower()}: {len(group.items)}."
    for one in week.silent:
        yield f"Tyst: {one.reporter}, hördes senast {period(one.last_week, 'sv')}."


def _work(week: Week) -> Iterator[str]:
    yield from map(_action, week.actions)
    for one in week.promises:
        late = " (försenat)" if one.late else ""
        yield f"Medborgarlöftet ”{one.title}” ska återrapporteras; det gäller till {day(one.last_day, 'sv')}{late}."


def _action(one: ActionTold) -> str:
    return f"{one.title} ({one.owner_role}): {_ASKED[one.what]} {day(one.on, 'sv')}."


def _ranking(problems: Iterable[Ranked]) -> Iterator[str]:
    """A line each; those that nothing has happened with share the last one."""
    calm = []
    for one in problems:
        rank, news = f"{one.rank}. " if one.rank else "", _news(one)
        if news:
            yield f"{rank}{one.title}: {', '.join(news)}."
        else:
            calm.append(f"{one.title} ({one.rank})" if one.rank else one.title)
    if calm:
        yield f"Utan något nytt: {'; '.join(calm)}."


def _news(one: Ranked) -> list[str]:
    counted = (
        (one.reports, "ny rapport", "nya rapporter"), (one.signals, "signal", "signaler"),
        (one.running, "åtgärd pågår", "åtgärder pågår"), (one.late, "åtgärd är försenad", "åtgärder är försenade"),
    )  # fmt: skip
    return [some(number, singular, plural) for number, singular, plural in counted if number]


def _made(one: Made) -> str:
    owner = f" Ansvarig: {one.owner_role}, {one.owner_organisation}." if one.owner_role else ""
    due = f" Klar {day(one.due, 'sv')}." if one.due else ""
    reason = f" {'Syfte' if one.what == 'plan' else 'Skäl'}: {_sentence(one.reason)}" if one.reason else ""
    said = {
        "prioritised": f"Problemet ”{one.about.title}” prioriterades" + (f" som nummer {one.rank}" if one.rank else ""),
        "set-aside": f"Problemet ”{one.about.title}” prioriterades bort",
        "plan": f"Handlingsplan mot ”{one.about.title}” antogs",
        "action": f"Åtgärden ”{one.about.title}” beslutades",
    }
    return f"{said[one.what]}.{owner}{due}{reason}"


def _source(one: SourceState) -> str:
    through = f"till och med {day(one.latest, 'sv')}" if one.latest else "okänt till när"
    return f"{one.name}: {through}, {_CONDITIONS[one.condition]}."


def minutes_of(live: LiveRegister, register: Register, key: str, language: Language) -> Minutes:
    """The minutes of a meeting. The agenda stands in the words in which it was frozen."""
    state, place = register.find(Meeting, key), sitting(live.store, key)
    assert state is not None
    assert place is not None
    agreement = register.find(Agreement, state.agreement)
    en = language == "en"
    told = decisions(register, key, state, state.on)
    return Minutes(
        title=f"Minutes, {period(state.week, 'en')}" if en else f"Minnesanteckningar, {period(state.week, 'sv')}",
        subtitle=f"Weekly meeting, {day(state.on, 'en')}" if en else f"EST-veckomöte {day(state.on, 'sv')}",
        organisation=" · ".join(p.organisation for p in agreement.parties) if agreement else "",
        agreement=agreement.title if agreement else state.agreement,
        week=period(state.week, language),
        held_on=state.on,
        closed_on=place.closed_at.astimezone(HERE).date() if place.closed_at else None,
        attendees=tuple(f"{one.role}, {one.organisation}" for one in state.attendees),
        sections=tuple(_sections(live, register, key, state)),
        decisions=tuple(_line(one) for one in told),
        synthetic=any(one.synthetic for one in register.every(Source)),
        checkpoint=_checkpoint(state.week, language),
    )


def _sections(live: LiveRegister, register: Register, key: str, state: Meeting) -> Iterator[Section]:
    """The frozen agenda; where it is older than the item about what was made, that item after it."""
    agenda = state.agenda or ()
    yield from (Section(item.title, item.lines) for item in agenda)
    also = made(live.store, register, key, None)
    if also and not any(MADE in item.title for item in agenda):
        yield Section(MADE, tuple(map(_made, also)))


def _line(one: DecisionTold) -> DecisionLine:
    about = "; ".join(link.title for link in (one.problem, one.signal, one.action) if link)
    return DecisionLine(one.what, one.reason, one.owner_role, one.due, about or None)


def _checkpoint(week: str, language: Language) -> str:
    number, year = int(week[-2:]), week[:4]
    if language == "en":
        return (
            f"The meeting is in Samverkan under Weekly meeting, week {number}, {year}; the register as it was then is "
            "reached from there."
        )
    return f"Mötet finns i Samverkan under Veckomöte v. {number} {year}; registret som det var då nås därifrån."


def calendar_entries(live: LiveRegister, register: Register, key: str, language: Language) -> tuple[CalendarEntry, ...]:
    """The days on which something that the meeting decided is to be done: its decisions, and the actions."""
    state, place = register.find(Meeting, key), sitting(live.store, key)
    assert state is not None
    stamp = place.closed_at if place else None
    said = _said(period(state.week, language), language)
    own = [
        CalendarEntry(f"{key}-{number}@samverkan", one.due, short(one.what, 120), said(one.owner_role), stamp=stamp)
        for number, one in enumerate(state.decisions, start=1)
        if one.due is not None
    ]
    actions = [
        CalendarEntry(
            f"{one.about.key}@samverkan", one.due, short(one.about.title, 120),
            said(f"{one.owner_role}, {one.owner_organisation}"), stamp=stamp,
        )
        for one in made(live.store, register, key, None)
        if one.due is not None
    ]  # fmt: skip
    return (*own, *actions)


def _said(week: str, language: Language) -> Callable[[str | None], str]:
    """What an entry says about where it comes from, and who answers for it."""
    decided, responsible = (
        ("Decided at the weekly meeting", "Responsible") if language == "en" else ("Beslutat på veckomötet", "Ansvarig")
    )
    return lambda owner: f"{decided}, {week}.{f' {responsible}: {owner}.' if owner else ''}"
