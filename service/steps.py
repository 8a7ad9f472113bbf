"""What the worker does, in order: assess what is due, put what follows into the outbox, clear it out, deliver it."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Event

from service.office import open_office
from service.outgoing import clear, deliver, follow, remind
from service.periodic import Bar, Periodic, no_bar
from service.register import LiveRegister
from service.settings import Settings
from service.worker import Step


def steps_of(live: LiveRegister, settings: Settings, stop: Event, bar: Bar = no_bar) -> Mapping[str, Step]:
    """The worker's steps by name, over one register."""
    office = open_office(live)
    return {
        "assess": Periodic(live, settings, stop, bar),
        "follow": lambda now: follow(live, office, now, settings),
        "remind": lambda now: remind(live, office, now, settings),
        "clear": lambda now: clear(office, now),
        "deliver": lambda now: deliver(live, office, now, settings, stop),
    }
