"""Webhooks in words: what each is told of, and what became of what was sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from adapters.outbox import Message, Standing
from adapters.webhooks import Webhook
from service.pages.translations import translate
from service.wording import Language

GROUPS: Mapping[str, str] = {
    "signal.*": "Signaler",
    "assessment.* run.*": "Veckans och månadens bedömningar",
    "problem.*": "Problembilder",
    "plan.* action.* effect.*": "Handlingsplaner, åtgärder och deras effekter",
    "promise.*": "Medborgarlöften",
    "meeting.*": "Veckomöten",
    "picture.*": "Lägesbilder",
    "observation.*": "Rapporter och andra observationer",
    "import.* source.*": "Importerade filer och källor",
    "forecast.* backtest.*": "Prognoser",
    "agreement.* review.*": "Överenskommelser och årsuppföljningar",
    "division.* categories.* weights.* weighting.*": "Kataloger: områden, kategorier och vikter",
    "erasure.* sharing.*": "Raderade och delade texter",
}
"""Every kind of event, a tick box each: its topics, parted by blanks, and what it is called."""
FAULTS: Mapping[str, str] = {
    "answered 410": "Mottagaren svarade att adressen är nedlagd (410).",
    "no answer within": "Mottagaren svarade inte i tid.",
    "could not be reached": "Mottagaren gick inte att nå.",
    "cannot be looked up": "Mottagarens namn gick inte att slå upp.",
    "private network": "Adressen leder till ett slutet nät.",
    "is paused": "Webhooken var pausad.",
    "could not be written": "Meddelandet gick inte att skriva.",
}
"""What the outbox notes of a failed attempt (a part of it), and what it means."""


@dataclass(frozen=True, slots=True)
class Box:
    """A tick box."""

    value: str
    label: str
    ticked: bool


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message and how far it has come. topic: `test` is a trial. next_at: of the next attempt, while it waits."""

    id: str
    topic: str
    gsn: int
    standing: Standing
    tries: int
    made_at: datetime
    next_at: datetime | None
    fault: str


def boxes(topics: tuple[str, ...], language: Language) -> list[Box]:
    """A box for each kind of event, and for each topic that was chosen more closely through the API."""
    found = [
        Box(value, translate(label, language), set(value.split()) <= set(topics)) for value, label in GROUPS.items()
    ]
    grouped = {topic for each in found if each.ticked for topic in each.value.split()}
    return [*found, *(Box(topic, topic, True) for topic in topics if topic not in grouped)]


def told_of(webhook: Webhook, language: Language) -> str:
    """Which events it is told of, without districts and problems."""
    chosen = [box.label for box in boxes(webhook.topics, language) if box.ticked]
    return ", ".join(chosen) or translate("Alla händelser", language)


def delivery(message: Message, language: Language) -> Delivery:
    """One row of the log."""
    waits = message.standing == "waiting"
    return Delivery(
        message.id, message.kind, message.gsn, message.standing, message.tries,
        datetime.fromisoformat(message.made_at), datetime.fromisoformat(message.next_at) if waits else None,
        fault(message.fault, language),
    )  # fmt: skip


def fault(noted: str, language: Language) -> str:
    """Why the latest attempt failed; as it was noted, where there are no words for it."""
    if noted.startswith("answered") and not noted.startswith("answered 410"):
        return translate("Mottagaren svarade med felkod %(code)s.", language) % {"code": noted.split()[1]}
    return next((translate(said, language) for part, said in FAULTS.items() if part in noted), noted)
