"""The command line for what was to be told outside: how far it has come, and dead letters tried again."""

from __future__ import annotations

import click

from service.office import open_office
from service.session import Session
from service.views.deliveries import DeliveryTold, deliveries, try_again

_STANDING = {"waiting": ("väntar", "waits"), "sent": ("skickat", "sent"), "dead": ("misslyckat", "failed")}
SHOWN = 50


@click.command("deliveries")
@click.option("--dead", is_flag=True, help="Only those that were given up, with their ids.")
@click.option("--again", metavar="ID", help="Try one that was given up anew, under the same id.")
@click.pass_obj
def list_deliveries(session: Session, *, dead: bool, again: str | None) -> None:
    """Mails and webhooks: how many wait, were sent and failed, and the latest of them; never what they say."""
    office = open_office(session.live)
    if again is not None:
        try_again(session.live, office, again)
        session.say(f"Försöks igen: {again}.", f"Will be tried again: {again}.")
        return
    told = deliveries(session.live, office, "dead" if dead else None, SHOWN)
    session.say(
        f"{told.waiting} väntar, {told.sent} skickade, {told.dead} misslyckade.",
        f"{told.waiting} wait, {told.sent} sent, {told.dead} failed.",
    )
    for one in told.messages:
        _say(session, one)


def _say(session: Session, one: DeliveryTold) -> None:
    sv, en = _STANDING[one.standing]
    why = (f" ({one.fault.sv})", f" ({one.fault.en})") if one.fault and one.standing != "sent" else ("", "")
    session.say(
        f"  {one.id}: {one.about.sv}, till {one.receiver or 'avslutad'}, {sv}{why[0]}",
        f"  {one.id}: {one.about.en}, to {one.receiver or 'ended'}, {en}{why[1]}",
    )
