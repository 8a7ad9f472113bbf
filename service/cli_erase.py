"""The command line for erasure: find texts, ask for them to be erased, decide; and the register's keys."""

from __future__ import annotations

import re
from collections.abc import Collection

import click

from domain.core import refuse
from domain.erasure import ApproveErasure, DeclineErasure, Erasure
from service.erasing import ErasureTold, Held, chosen, copies, erasures, request, texts_of, told
from service.session import Session
from service.wording import short

SHOWN = 200
MOST_SHOWN = 30
_STANDING = {"requested": ("väntar på beslut", "waits for a decision"), "approved": ("godkänd", "approved"),
             "declined": ("avslagen", "declined")}  # fmt: skip


@click.group()
def erase() -> None:
    """Erase what people wrote: one role asks, another approves; the history keeps that it was done."""


@erase.command("find")
@click.argument("event", metavar="GSN[:N]")
@click.pass_obj
def find_texts(session: Session, event: str) -> None:
    """List the texts of an event with their numbers, and where else the same words stand."""
    gsn, numbers = _event(event)
    texts = texts_of(session.live, gsn)
    if not texts:
        session.say(f"Händelse {gsn} har inga texter som kan raderas.", f"Event {gsn} has no texts that can be erased.")
        return
    for one in texts:
        if not numbers or one.number in numbers:
            _show(session, one)
    if any(one.text is not None for one in texts):
        others = copies(session.live, chosen(texts, numbers))
        session.say(f"Samma ord på andra ställen: {len(others)}.", f"The same words elsewhere: {len(others)}.")
        for one in others[:MOST_SHOWN]:
            _show(session, one)
        if len(others) > MOST_SHOWN:
            session.say(f"  … och {len(others) - MOST_SHOWN} till.", f"  … and {len(others) - MOST_SHOWN} more.")


@erase.command("request")
@click.argument("event", metavar="GSN[:N]")
@click.option("--basis", required=True, help="The legal basis, such as “Dataskyddsförordningen, artikel 17”.")
@click.option("--reason", required=True, help="Why, without data about the person: the reason stays.")
@click.option("--everywhere", is_flag=True, help="Also where a text of a few words stands, such as a place's name.")
@click.option("--id", "command_id", help="The command's own id, so that it can be repeated.")
@click.pass_obj
def request_erasure(
    session: Session, event: str, basis: str, reason: str, *, everywhere: bool, command_id: str | None
) -> None:
    """Ask for texts of an event (all, or number N) to be erased, wherever they stand. Another role decides."""
    gsn, numbers = _event(event)
    key, _, number = request(
        session.live, session.by, gsn, numbers, legal_basis=basis, reason=reason, everywhere=everywhere,
        command_id=command_id,
    )  # fmt: skip
    session.say(
        f"Begärt: {key}, {number} texter. Samordnaren eller administratören avgör, i en annan roll än den som begärde: "
        f"samverkan erase approve {key}",
        f"Requested: {key}, {number} texts. The coordinator or the administrator decides, in another role than the one "
        f"that asked: samverkan erase approve {key}",
    )


@erase.command("approve")
@click.argument("key")
@click.option("--yes", is_flag=True, help="Approve without being asked again.")
@click.pass_obj
def approve(session: Session, key: str, *, yes: bool) -> None:
    """Approve a request: its texts are destroyed at once, and cannot be brought back."""
    live = session.live
    state = live.now().find(Erasure, key)
    if state is not None and state.standing == "requested" and not yes:
        _confirm(session, key, len(state.texts))
    uncovered = told(live, key, state, search=True).uncovered if state else ()
    live.ask(ApproveErasure(erasure=key, on=live.today()), session.by)
    session.say(f"Raderat: {key}. Historiken går att kontrollera som förut.",
                f"Erased: {key}. The history verifies as before.")  # fmt: skip
    if uncovered:
        events = ", ".join(f"{one.gsn}:{one.number}" for one in uncovered)
        session.say(
            f"Samma ord har skrivits sedan begäran gjordes, och står kvar i {events}. Gör en ny begäran för dem.",
            f"The same words have been written since it was asked for, and remain in {events}. Make a new request.",
        )


def _confirm(session: Session, key: str, number: int) -> None:
    question = session.pick(
        f"{key}: {number} texter förstörs genast och kan inte återskapas. Godkänn?",
        f"{key}: {number} texts are destroyed at once and cannot be brought back. Approve?",
    )
    click.confirm(question, abort=True)


@erase.command("decline")
@click.argument("key")
@click.option("--reason", required=True)
@click.pass_obj
def decline(session: Session, key: str, reason: str) -> None:
    """Decline a request, with a reason. The texts stay."""
    live = session.live
    live.ask(DeclineErasure(erasure=key, on=live.today(), reason=reason), session.by)
    session.say(f"Avslaget: {key}. Texterna står kvar.", f"Declined: {key}. The texts stay.")


@erase.command("list")
@click.pass_obj
def list_erasures(session: Session) -> None:
    """Every request, those that wait for a decision first."""
    found = erasures(session.live.now())
    if not found:
        session.say("Ingen har begärt någon radering.", "Nobody has asked for an erasure.")
    for key, state in found:
        _say(session, told(session.live, key, state))


def _say(session: Session, one: ErasureTold) -> None:
    sv, en = _STANDING[one.standing]
    session.say(
        f"{one.key}: {len(one.texts)} texter, begärd {one.requested_on} av {one.by.role}, {sv}. "
        f"{one.legal_basis}: {one.reason}",
        f"{one.key}: {len(one.texts)} texts, requested {one.requested_on} by {one.by.role}, {en}. "
        f"{one.legal_basis}: {one.reason}",
    )


def _show(session: Session, one: Held) -> None:
    erased = session.pick("raderad", "erased")
    said = short(one.text, SHOWN) if one.text is not None else f"[{erased}]"
    session.say(*(f"  {one.gsn}:{one.number}  {one.topic} {one.place}: {said}",) * 2)


def _event(written: str) -> tuple[int, Collection[int]]:
    found = re.fullmatch(r"(?P<gsn>[0-9]{1,18})(?::(?P<number>[0-9]{1,6}))?", written)
    if found is None:
        refuse(
            "bad-event",
            f"”{written}” är ingen händelse. Skriv dess nummer, till exempel 17, eller 17:2 för dess andra text.",
            f"“{written}” is no event. Write its number, such as 17, or 17:2 for its second text.",
        )
    return int(found["gsn"]), {int(found["number"])} if found["number"] else ()


@click.group()
def keys() -> None:
    """The keys that the register's texts are sealed with."""


@keys.command("rotate")
@click.pass_obj
def rotate(session: Session) -> None:
    """Seal every text anew under a new key. Stop the server first, and back up the new key file afterwards."""
    place = session.settings.key_place
    if place.sealing:
        refuse(
            "key-from-environment",
            "Nyckeln kommer från SAMVERKAN_SEALING_KEY och kan inte bytas här. Lägg den i en nyckelfil "
            "(SAMVERKAN_KEYS) och byt den där.",
            "The key comes from SAMVERKAN_SEALING_KEY and cannot be changed here. Put it into a key file "
            "(SAMVERKAN_KEYS) and change it there.",
        )
    number = session.live.store.rotate_keys()
    session.say(
        f"{number} texter är förseglade med en ny nyckel i {place.file}. Säkerhetskopiera filen, skild från databasen.",
        f"{number} texts are sealed with a new key in {place.file}. Back up the file, apart from the database.",
    )
