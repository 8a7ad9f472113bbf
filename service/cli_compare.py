"""The command line of the comparison: what was known at one moment beside what was known at another."""

from __future__ import annotations

import json
from typing import Any

import click

from service.session import Session

KINDS = ("figures", "agreement", "problem", "action", "signal", "promise", "review")  # as the view has them


@click.command()
@click.argument("a", required=False)
@click.argument("b", required=False)
@click.option("--first", help="The first period of the counts, 2021-01 or 2021-W03; otherwise a year up to A.")
@click.option("--last", help="The last period of the counts.")
@click.option("--source", help="One source's counts and signals.")
@click.option("--district", help="One district's key.")
@click.option("--category", help="One category's key.")
@click.option("--kind", type=click.Choice(KINDS), help="Only the counts, or only one kind of decisions.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
@click.pass_obj
def compare(
    session: Session, a: str | None, b: str | None, first: str | None, last: str | None, source: str | None,
    district: str | None, category: str | None, kind: Any, as_json: bool,
) -> None:  # fmt: skip
    """Show what differs between A and B: days (2021-12-31), weeks ("v. 46 2020") or event numbers.

    Without B: until now. Without A: since the end of last year.
    """
    from service.views.comparison import Asked, both, days_asked  # loads the views only where they are used
    from service.views.comparison import compare as compared

    earlier, later = both(session.live, a, b)
    asked = Asked(*days_asked(earlier, first, last), source, district, category, kind)
    found = compared(session.live, earlier, later, asked)
    if as_json:
        from litestar.serialization import encode_json

        click.echo(encode_json(found, serializer=_plain).decode())
        return
    session.say(
        f"Känt {earlier.day} (händelse {earlier.gsn}) och känt {later.day} (händelse {later.gsn}):",
        f"Known on {earlier.day} (event {earlier.gsn}) and known on {later.day} (event {later.gsn}):",
    )
    _print_figures(session, found)
    for one in found.differences:
        session.say(f"  #{one.gsn}  {one.sentence.sv}", f"  #{one.gsn}  {one.sentence.en}")
    if not found.differences and not found.figures.rows:
        session.say("Inget skiljer.", "Nothing differs.")


def _plain(value: Any) -> Any:
    return json.loads(value.model_dump_json())


def _print_figures(session: Session, found: Any) -> None:
    for total in found.sums:
        made_up = session.pick(" · SYNTETISKA DATA", " · SYNTHETIC DATA") if total.synthetic else ""
        days = f"{found.asked.first}–{found.asked.last}"
        session.say(
            f"{total.source} {days}{made_up}: {total.before} kända, sedan {total.after} ({total.difference:+d}): "
            f"{total.added:+d} nya, {total.late:+d} sena, {total.revised:+d} rättade, "
            f"{total.withdrawn:+d} återkallade.",
            f"{total.source} {days}{made_up}: {total.before} known, then {total.after} ({total.difference:+d}): "
            f"{total.added:+d} new, {total.late:+d} late, {total.revised:+d} revised, "
            f"{total.withdrawn:+d} withdrawn.",
        )
        for row in found.figures.of(total.source):
            line = f"  {row.before:6d} {row.after:6d} {row.difference:+5d}  {row.category_name}, {row.district_name}"
            session.say(line, line)
