"""The command line of the comparison: what was known at one moment beside what was known at another."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import click

from service.session import Session
from service.wording import alphabetical

KINDS = (
    "figures",
    "agreement",
    "review",
    "picture",
    "meeting",
    "problem",
    "action",
    "signal",
    "promise",
)  # as the view has them


@click.command()
@click.argument("a", required=False)
@click.argument("b", required=False)
@click.option("--first", help="The first period of the counts, 2021-01 or 2021-W03; otherwise a year up to A.")
@click.option("--last", help="The last period of the counts.")
@click.option("--source", help="One source's counts and signals.")
@click.option("--district", help="One district's key.")
@click.option("--category", help="One category's key.")
@click.option("--kind", type=click.Choice(KINDS), help="Only the counts, or only one kind of decisions.")
@click.option("--series", is_flag=True, help="Print each series of counts that differs, not only their sums.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
@click.pass_obj
def compare(
    session: Session, a: str | None, b: str | None, first: str | None, last: str | None, source: str | None,
    district: str | None, category: str | None, kind: Any, series: bool, as_json: bool,
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
    for one in found.differences:
        session.say(f"  #{one.gsn}  {one.sentence.sv}", f"  #{one.gsn}  {one.sentence.en}")
    _print_figures(session, found, series=series)
    if not found.differences and not found.figures.rows:
        session.say("Inget skiljer.", "Nothing differs.")


def _plain(value: Any) -> Any:
    return json.loads(value.model_dump_json())


def _print_figures(session: Session, found: Any, *, series: bool) -> None:
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
        rows = found.figures.of(total.source)
        _print_categories(session, rows)
        for row in rows if series else ():
            line = f"    {row.before:6d} {row.after:6d} {row.difference:+5d}  {row.category_name}, {row.district_name}"
            session.say(line, line)
    if found.figures.rows and not series:
        session.say("Varje serie som skiljer visas med --series.", "Each series that differs is shown with --series.")


def _print_categories(session: Session, rows: Sequence[Any]) -> None:
    """The differences summed by category, in the order of the names."""
    by_name: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        by_name[row.category_name].append(row.difference)
    for name in sorted(by_name, key=alphabetical):
        count, total = len(by_name[name]), sum(by_name[name])
        session.say(
            f"  {total:+6d}  {name} ({count} {'serie' if count == 1 else 'serier'})",
            f"  {total:+6d}  {name} ({count} series)",
        )
