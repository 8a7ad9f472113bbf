"""A computed figure is recorded once: who comes second finds what is there."""

from __future__ import annotations

from domain.core import Actor, Command, Refused
from service.register import LiveRegister


def recorded(live: LiveRegister, command: Command, by: Actor, taken: str) -> bool:
    """Whether it was recorded now. False: somebody was faster (the rule `taken` refused it), and theirs stands."""
    try:
        return not live.ask(command, by).repeated
    except Refused as refused:
        if refused.rule != taken:
            raise
        return False
