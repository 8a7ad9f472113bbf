"""The moment that somebody asks to look at: an event number or a day, and what the register was then."""

from __future__ import annotations

from datetime import date

from domain.core import refuse
from domain.register import Register
from service.register import LiveRegister


def position(live: LiveRegister, as_of: str | None) -> int | None:
    """The gsn that `as_of` means; None is now."""
    if as_of is None:
        return None
    try:
        gsn = int(as_of) if as_of.isdigit() else live.gsn_on(date.fromisoformat(as_of))
    except (ValueError, OverflowError):
        gsn = -1
    last = live.store.last_gsn()
    if not 0 <= gsn <= last:
        refuse(
            "no-such-moment",
            f"as_of är ett händelsenummer från 0 till {last} eller en dag som 2020-11-18.",
            f"as_of is an event number from 0 to {last}, or a day such as 2020-11-18.",
        )
    return gsn


def day_at(live: LiveRegister, as_of: str | None) -> date:
    """The day that counts as today: the day asked for, or of the event asked for; never a day to come."""
    gsn = position(live, as_of)
    if as_of is None or gsn is None:
        return live.today()
    if not as_of.isdigit():  # position() has seen to it that it is a day
        return min(date.fromisoformat(as_of), live.today())
    return live.recorded_on(gsn) or live.today()


def register_at(live: LiveRegister, as_of: str | None) -> Register:
    """The register now, or as it was known then."""
    return live.at(position(live, as_of))
