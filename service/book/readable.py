"""The history as people read it: a sentence an event, for who has the archive and not the register."""

from __future__ import annotations

from adapters.event_store import Bare
from service.naming import Names
from service.register import HERE, LiveRegister
from service.story import sentence
from service.wording import Language


def readable_history(live: LiveRegister, language: Language) -> bytes:
    """Number, time where the register is kept, and what happened, an event a line; rows of files are left out."""
    names = Names(live.now())
    told = (
        f"{r.gsn}\t{r.recorded_at.astimezone(HERE):%Y-%m-%d %H:%M}\t{' '.join(sentence(r, language, names).split())}\n"
        for r in live.history()
        if not isinstance(r, Bare)
    )
    return "".join(told).encode()
