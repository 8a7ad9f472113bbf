"""The day that an event is about, and what kinds of events are called."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from domain.core import Recorded
from domain.meeting import Meeting
from domain.observation import Observation, day_of
from domain.period import last_day
from domain.register import Register

# one and many in Swedish, one and many in English
KINDS: Mapping[str, tuple[str, str, str, str]] = {
    "agreement": ("om överenskommelsen", "om överenskommelsen", "about the agreement", "about the agreement"),
    "division": ("om områdena", "om områdena", "about the districts", "about the districts"),
    "categories": ("om kategorierna", "om kategorierna", "about the categories", "about the categories"),
    "source": ("om en källa", "om källor", "about a source", "about sources"),
    "observation": ("rapport eller annan observation", "rapporter och andra observationer",
                    "report or other observation", "reports and other observations"),
    "import": ("inläst fil", "inlästa filer", "file taken in", "files taken in"),
    "picture": ("om lägesbilden", "om lägesbilden", "about the picture", "about the picture"),
    "problem": ("om en problembild", "om problembilder", "about a problem", "about problems"),
    "plan": ("om en handlingsplan", "om handlingsplaner", "about a plan", "about plans"),
    "action": ("om en åtgärd", "om åtgärder", "about an action", "about actions"),
    "promise": ("om ett medborgarlöfte", "om medborgarlöften", "about a citizen promise", "about citizen promises"),
    "meeting": ("om ett veckomöte", "om veckomöten", "about a weekly meeting", "about weekly meetings"),
    "assessment": ("bedömd period", "bedömda perioder", "period assessed", "periods assessed"),
    "signal": ("om en trendvarning", "om trendvarningar", "about a trend alert", "about trend alerts"),
    "review": ("om en årsuppföljning", "om årsuppföljningar", "about an annual review", "about annual reviews"),
    "forecast": ("om en prognos", "om prognoser", "about a forecast", "about forecasts"),
    "effect": ("effekt av en åtgärd", "effekter av åtgärder", "effect of an action", "effects of actions"),
    "backtest": ("modellkort", "modellkort", "model card", "model cards"),
    "weights": ("viktuppsättning", "viktuppsättningar", "set of weights", "sets of weights"),
    "weighting": ("beslut om vikter", "beslut om vikter", "decision on weights", "decisions on weights"),
}  # fmt: skip


def business_day(register: Register, recorded: Recorded) -> date | None:
    """The day that an event is about: its own, or that of its meeting, observation or period; None: it has none."""
    event: Any = recorded.event
    key = recorded.stream.partition("-")[2]
    for name in ("on", "signed_on"):
        found = getattr(event, name, None)
        if isinstance(found, date) and not isinstance(found, datetime):
            return found
    if getattr(event, "content", None) is not None:
        return day_of(event.content)
    meeting = register.find(Meeting, key) if recorded.stream.startswith(f"{Meeting.KIND}-") else None
    if meeting is not None:
        return meeting.on
    seen = register.find(Observation, key) if recorded.stream.startswith(f"{Observation.KIND}-") else None
    if seen is not None:
        return day_of(seen.content)
    return _of_period(event)


def _of_period(event: Any) -> date | None:
    for name in ("period", "last", "origin"):
        text = getattr(event, name, None)
        if isinstance(text, str):
            return last_day(text)
    coverage = getattr(event, "coverage", None)
    return coverage.last if coverage is not None else None
