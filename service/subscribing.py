"""What somebody asks for who subscribes, and whether it can be had."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Literal
from uuid import uuid4

import structlog
from pydantic import Field, StringConstraints

from adapters.outbox import Message
from adapters.subscriptions import Channel, Direction, Subscription
from domain.catalogue import Categories, Division
from domain.core import Actor, Key, Value, must_exist, refuse
from domain.run import Run, run_key
from service.access import Account, rule_of
from service.confirming import ask_to_confirm, needs_no_question
from service.gate import account_named
from service.office import Office
from service.register import LiveRegister
from service.settings import Settings

BETWEEN_SAMPLES = timedelta(minutes=5)
"""Nobody fills a mailbox with samples, his own or another's."""
log = structlog.get_logger()


class SubscriptionAsked(Value):
    """What an account wants to be told. districts, categories: keys; empty is all. direction: of what diverges.
    least_surprise: only what chance gives at most once in so many cases; 1 is all. channel: mail, or feed alone."""

    email: Annotated[str, StringConstraints(strip_whitespace=True, max_length=254)] = ""
    language: Literal["sv", "en"] = "sv"
    channel: Channel = "mail"
    districts: Annotated[tuple[Key, ...], Field(max_length=500)] = ()
    categories: Annotated[tuple[Key, ...], Field(max_length=500)] = ()
    direction: Direction = "both"
    least_surprise: Annotated[int, Field(ge=1, le=10**9)] = 1
    weekly: bool = True
    monthly: bool = True
    reminders: bool = True


def keep_subscription(
    live: LiveRegister, office: Office, settings: Settings, by: Actor, asked: SubscriptionAsked
) -> Subscription:
    """Begin the account's subscription, or change it; an address that nobody vouches for is asked by mail first.

    Refused for an address or a choice that cannot be had.
    """
    must_exist(account_named(live, office.keepers, settings, by.account), "account", "Kontot", by.account)
    _check(live, asked)
    earlier = office.subscriptions.of_account(by.account)
    made = Subscription(
        id=earlier.id if earlier else uuid4().hex,
        account=by.account,
        since=earlier.since if earlier else live.store.last_gsn(),
        confirmed=_is_confirmed(earlier, asked.email) or needs_no_question(office, settings, by.account, asked.email),
        **asked.model_dump(),
    )
    office.subscriptions.keep(made)
    if made.channel == "mail" and not made.confirmed:
        ask_to_confirm(live, office, made, live.clock())
    log.info("subscription kept", subscription=made.id, channel=made.channel)
    return made


def _is_confirmed(earlier: Subscription | None, email: str) -> bool:
    return earlier is not None and earlier.confirmed and earlier.email == email


def subscriber(live: LiveRegister, office: Office, settings: Settings, subscription: Subscription) -> Account | None:
    """Whose subscription it is; None where the account is closed, or may not subscribe any longer."""
    account, rule = account_named(live, office.keepers, settings, subscription.account), rule_of("read_subscription")
    return account if account is not None and rule is not None and rule.allows(account) else None


def _check(live: LiveRegister, asked: SubscriptionAsked) -> None:
    register = live.now()
    districts = {key for division in register.every(Division) for key in division.districts}
    categories = {key for catalogue in register.every(Categories) for key in catalogue.categories}
    for key in asked.districts:
        must_exist(key if key in districts else None, "district", "Området", key)
    for key in asked.categories:
        must_exist(key if key in categories else None, "category", "Kategorin", key)
    if not (asked.weekly or asked.monthly or (asked.reminders and asked.channel == "mail")):
        refuse(
            "nothing-to-be-told",
            "Inget är valt. Välj varje vecka, varje månad eller påminnelser, eller avsluta prenumerationen.",
            "Nothing is chosen. Choose each week, each month or reminders, or end the subscription.",
        )


def own_subscription(office: Office, by: Actor) -> Subscription:
    """The account's subscription. Refused where there is none."""
    found = office.subscriptions.of_account(by.account)
    return must_exist(found, "subscription of the account", "Prenumerationen för kontot", by.account)


def end_subscription(office: Office, key: str) -> bool:
    """End a subscription; False when there is none."""
    ended = office.subscriptions.end(key)
    log.info("subscription ended", subscription=key, there=ended)
    return ended


def send_sample(live: LiveRegister, office: Office, subscription: Subscription) -> Message:
    """Put the latest run's digest in the outbox, under an id of its own. Refused where there is no run, or no mail."""
    if subscription.channel != "mail":
        refuse(
            "no-mail",
            "Prenumerationen går inte till e-post. Välj e-post och spara först.",
            "The subscription does not go by mail. Choose mail and save first.",
        )
    if not subscription.confirmed:
        refuse(
            "not-confirmed",
            "E-postadressen är inte bekräftad än. Öppna brevet som har skickats dit och tryck på knappen i det först.",
            "The e-mail address is not confirmed yet. Open the mail that was sent there and press its button first.",
        )
    latest = latest_run(live)
    if latest is None:
        refuse(
            "no-run-yet",
            "Ingen vecka eller månad är bedömd än, så det finns inget att skicka. Försök igen efter nästa bedömning.",
            "No week or month has been assessed yet, so there is nothing to send. Try again after the next assessment.",
        )
    (before,) = office.outbox.messages(receiver=subscription.id, kind="sample", limit=1) or (None,)
    if before and live.clock() < datetime.fromisoformat(before.made_at) + BETWEEN_SAMPLES:
        refuse(
            "sample-on-its-way",
            "Ett prov är redan på väg. Vänta fem minuter innan du skickar ett till.",
            "A sample is on its way already. Wait five minutes before you send another.",
        )
    sample = Message(
        f"sample.{uuid4().hex}.{subscription.id}", "mail", subscription.id, "sample", latest, live.store.last_gsn()
    )
    office.outbox.put(sample, live.clock())
    return sample


def latest_run(live: LiveRegister) -> str | None:
    """The key of the run that was recorded last."""
    runs = list(live.now().every(Run))  # in the order of the history
    return run_key(runs[-1].period, runs[-1].number) if runs else None
