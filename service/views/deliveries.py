"""What was to be told outside, and what became of it: about what, to whom, and why not; never what it says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from adapters.outbox import Channel, Message, Standing
from domain.core import must_exist
from domain.register import Register
from domain.run import Run
from domain.signal import Sentence
from service.office import Office
from service.register import LiveRegister
from service.reminder_message import reminded
from service.wording import period

_FAULTS: tuple[tuple[str, str], ...] = (
    ("no mail server is set", "ingen e-postserver är inställd"),
    ("the subscription has ended", "prenumerationen är avslutad"),
    ("the account is closed", "kontot är stängt"),
    ("it cannot be written as a mail", "det går inte att skriva som e-post"),
    ("the address cannot be written", "adressen går inte att skriva"),
    ("it could not be written", "det gick inte att skriva"),
    ("the mail server refused the receiver", "e-postservern tog inte emot för mottagaren"),
    ("the mail server refused the mail", "e-postservern tog inte emot brevet"),
    ("the mail server refused the sender", "e-postservern godtog inte avsändaren"),
    ("the mail server refused the sign-in", "e-postservern godtog inte inloggningen"),
    ("the mail server refused the connection", "e-postservern tog inte emot anslutningen"),
    ("the mail server does not offer encryption or sign-in", "e-postservern erbjuder inte kryptering eller inloggning"),
    ("the mail server's certificate is not trusted", "e-postserverns certifikat är inte betrott"),
    ("the mail server does not answer in time", "e-postservern svarar inte i tid"),
    ("the mail server does not answer", "e-postservern svarar inte"),
    ("the mail server broke off", "e-postservern avbröt"),
    ("the webhook has been ended", "webhooken är avslutad"),
    ("the webhook is paused", "webhooken är pausad"),
    ("the event is not to be read", "händelsen går inte att läsa"),
    ("could not be reached", "gick inte att nå"),
    ("answered", "svarade"),
)  # fmt: skip
"""The faults that adapters and service write down, each with its Swedish; the longer of two that begin alike first."""


@dataclass(frozen=True, slots=True)
class DeliveryTold:
    """A message and how far it has come. receiver: the account that subscribes, or the host of a webhook; None when it
    has ended. next_at: when it is tried next, while it waits. fault: why it was not delivered the last time."""

    id: str
    channel: Channel
    about: Sentence
    receiver: str | None
    standing: Standing
    tries: int
    made_at: datetime
    next_at: datetime | None
    done_at: datetime | None
    fault: Sentence | None


@dataclass(frozen=True, slots=True)
class Deliveries:
    """How many wait, were sent and are dead letters, and the latest of those asked for."""

    waiting: int
    sent: int
    dead: int
    messages: tuple[DeliveryTold, ...]


def deliveries(live: LiveRegister, office: Office, standing: Standing | None = None, limit: int = 100) -> Deliveries:
    """Those of a standing, or all; the latest first."""
    receivers = _receivers(office)
    register = live.now()
    found = office.outbox.messages(standing=standing, limit=limit)
    return Deliveries(**office.outbox.counts(), messages=tuple(_told(m, register, receivers) for m in found))


def try_again(live: LiveRegister, office: Office, key: str) -> None:
    """Let a dead letter be tried anew. Refused where there is no such one."""
    there = office.outbox.again(key, live.clock()) or None
    must_exist(there, "dead letter", "Det misslyckade utskicket", key)


def _receivers(office: Office) -> Mapping[str, str]:
    subscribers = {one.id: one.account for one in office.subscriptions.every()}
    return subscribers | {one.id: urlsplit(one.url).hostname or "" for one in office.webhooks.every()}


def _told(m: Message, register: Register, receivers: Mapping[str, str]) -> DeliveryTold:
    return DeliveryTold(
        id=m.id, channel=m.channel, about=_about(m, register), receiver=receivers.get(m.receiver),
        standing=m.standing, tries=m.tries, made_at=datetime.fromisoformat(m.made_at),
        next_at=datetime.fromisoformat(m.next_at) if m.standing == "waiting" else None,
        done_at=datetime.fromisoformat(m.done_at) if m.done_at else None,
        fault=fault_told(m.fault) if m.fault else None,
    )  # fmt: skip


def _about(m: Message, register: Register) -> Sentence:
    match m.kind:
        case "digest" | "sample":
            run = register.find(Run, m.about)
            sv, en = (period(run.period, each) if run else m.about for each in ("sv", "en"))
            return Sentence(sv=f"läget {sv}", en=f"the situation in {en}") if m.kind == "digest" else (
                Sentence(sv=f"prov: läget {sv}", en=f"sample: the situation in {en}")
            )  # fmt: skip
        case "reminder":
            number = len(reminded(m)[1])
            return Sentence(sv=f"påminnelser ({number})", en=f"reminders ({number})")
        case "confirm":
            return Sentence(sv="fråga om adressen", en="question about the address")
        case "test":
            return Sentence(sv="prov", en="trial")
        case topic:
            return Sentence(sv=f"händelse {m.about}, {topic}", en=f"event {m.about}, {topic}")


def fault_told(fault: str) -> Sentence:
    """A fault in both languages; one that is not known stays English."""
    for en, sv in _FAULTS:
        if fault.startswith(en):
            return Sentence(sv=f"{sv}{fault.removeprefix(en)}", en=fault)
    found = re.fullmatch(r"no answer within (\S+) seconds", fault)
    return Sentence(sv=f"inget svar inom {found[1]} sekunder" if found else fault, en=fault)
