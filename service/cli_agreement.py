"""The command line of an agreement as a whole: the law check, and how far its hand-over has come."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import click

from domain.core import must_exist
from domain.register import Register
from service.moments import day_at
from service.session import Session, as_of_option, json_option

VERDICTS: Mapping[str, tuple[str, str]] = {
    "met": ("visas", "shown"),
    "not met": ("brister", "lacking"),
    "not due": ("återstår", "remains"),
    "not shown": ("kan inte visas", "cannot be shown"),
}
PARTS: Mapping[str | None, tuple[str, str]] = {
    None: ("", ""),
    "mapping": (" kartläggning", " mapping"),
    "other information": (" annan information", " other information"),
    "analysis": (" analys", " analysis"),
}
STEPS: Mapping[str, tuple[str, str]] = {
    "end": (
        "Nästa steg: avsluta överenskommelsen (samverkan do end).",
        "Next: end the agreement (samverkan do end).",
    ),
    "sign": (
        "Nästa steg: registrera nästa överenskommelse (samverkan do sign).",
        "Next: record the next agreement (samverkan do sign).",
    ),
    "succeed": (
        "Nästa steg: ange efterträdaren (samverkan do succeed).",
        "Next: name the successor (samverkan do succeed).",
    ),
    "decide": (
        "Nästa steg: besluta om varje öppet problem (samverkan do carry-over eller samverkan do close).",
        "Next: decide on each open problem (samverkan do carry-over or samverkan do close).",
    ),
    "done": ("Överlämningen är klar.", "The hand-over is done."),
}
UNFINISHED: Mapping[str, tuple[str, str]] = {
    "action-unverified": ("kontrollera åtgärden", "verify the action"),
    "action-without-follow-up": ("följ upp åtgärden", "follow up the action"),
    "promise-not-reported": ("återrapportera löftet", "report back on the promise"),
    "review-missing": ("anta årsuppföljningen", "adopt the annual review of"),
}
agreement_option = click.option("--agreement", help="Its key; otherwise the latest one.")


def _seen(session: Session, as_of: str | None) -> tuple[Register, date]:
    """The register as it was known at a moment, and the day that counts as today there."""
    return session.at(as_of), day_at(session.live, as_of)


def _print_json(view: Any) -> None:
    from litestar.serialization import encode_json  # as the API writes it

    click.echo(encode_json(view, serializer=lambda value: json.loads(value.model_dump_json())).decode())


@click.command()
@agreement_option
@as_of_option
@json_option
@click.pass_obj
def law(session: Session, agreement: str | None, as_of: str | None, as_json: bool) -> None:
    """Show what the register shows of lag (2023:196), section by section, and what is lacking."""
    from service.views.agreement_view import latest_agreement  # loads the views only where they are used
    from service.views.law_check import law_check

    register, day = _seen(session, as_of)
    key = must_exist(agreement or latest_agreement(register, day), "agreement", "Överenskommelsen", "")
    view = law_check(register, key, day)
    if as_json:
        _print_json(view)
        return
    session.say(f"{view.title}, lag (2023:196), {view.day}", f"{view.title}, lag (2023:196), {view.day}")
    if view.why_not is not None:
        session.say(view.why_not.sv, view.why_not.en)
    for one in view.sections:
        part, verdict = PARTS[one.part], VERDICTS[one.verdict]
        session.say(
            f"{one.number} §{part[0]}: {verdict[0]}. {one.duty.sv}",
            f"§ {one.number}{part[1]}: {verdict[1]}. {one.duty.en}",
        )
        if one.lacking is not None:
            session.say(f"    {one.lacking.sv}", f"    {one.lacking.en}")
        for found in one.evidence:
            session.say(
                f"    {found.on}  {found.what.sv} ({found.key})", f"    {found.on}  {found.what.en} ({found.key})"
            )


@click.command()
@agreement_option
@as_of_option
@json_option
@click.pass_obj
def handover(session: Session, agreement: str | None, as_of: str | None, as_json: bool) -> None:
    """Show how far the hand-over of an agreement to the next has come: what is open and what is decided."""
    from service.views.handover import handing_over, handover_view  # loads the views only where they are used

    register, day = _seen(session, as_of)
    key = must_exist(agreement or handing_over(register, day), "agreement", "Överenskommelsen", "")
    view = handover_view(register, key, day)
    if as_json:
        _print_json(view)
        return
    end = view.state.end
    session.say(f"{view.state.title} ({view.key}), till {end}", f"{view.state.title} ({view.key}), until {end}")
    if view.successor is not None:
        session.say(f"Efterträds av {view.successor.key}.", f"Succeeded by {view.successor.key}.")
    session.say(*STEPS[view.step])
    _print_problems(session, view)
    for item in view.books:
        sv, en = UNFINISHED[item.kind]
        named = "" if item.key == item.title else f" ({item.key})"
        session.say(f"  kvar: {sv} {item.title}{named}", f"  left: {en} {item.title}{named}")


def _print_problems(session: Session, view: Any) -> None:
    for one in view.undecided:
        if one.needed:
            left = ("LÄMNAD UTAN BESLUT", "LEFT WITHOUT DECISION") if one.left else ("öppet", "open")
            session.say(f"  {left[0]}: {one.key}: {one.title}", f"  {left[1]}: {one.key}: {one.title}")
            for action in one.actions:
                session.say(
                    f"    öppen åtgärd {action.key}: {action.title}", f"    open action {action.key}: {action.title}"
                )
    for one in view.decided:
        if one.to is not None:
            session.say(
                f"  överförd {one.on}: {one.key} till {one.to.key}",
                f"  carried over {one.on}: {one.key} to {one.to.key}",
            )
        else:
            session.say(f"  avslutad {one.on}: {one.key}", f"  closed {one.on}: {one.key}")
