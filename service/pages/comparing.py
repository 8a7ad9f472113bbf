"""Known then and known then: two moments of the register beside each other, and the figures as a file."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import Any, cast

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler

from domain.core import Refused
from domain.period import containing
from service.pages.forms import Fault, text
from service.pages.reader import Reader, reader_of
from service.pages.rendering import page
from service.pages.translations import translate
from service.register import LiveRegister
from service.settings import Settings
from service.views.comparison import KINDS, STATES, Asked, Comparison, Kind, Seen, both, choices, compare, days_asked
from service.wording import Language

SHOWN = 20
FIELDS = ("a", "b", "first", "last", "source", "district", "category", "kind")
Asking = Request[Any, Any, Any]


@dataclass(frozen=True, slots=True)
class Given:
    """What the address asks for, as it was written; and what it means, unless it can't be read."""

    written: dict[str, str]
    earlier: Seen
    later: Seen
    asked: Asked
    fault: Fault | None


def routes(live: LiveRegister, settings: Settings) -> list[HTTPRouteHandler]:
    """The page and the file; everything is in the address, so that it can be sent to somebody."""

    @get("/jamfor", sync_to_thread=True)
    def comparing(request: Asking) -> Response[str]:
        reader = reader_of(request, live)
        given = _given(request, live, reader)
        found = compare(live, given.earlier, given.later, given.asked)
        return page(
            request, live, reader, "comparison.html", status=422 if given.fault else 200, found=found, given=given,
            written=_written(given), choices=choices(live, given.later), kinds=STATES, shown=SHOWN, fault=given.fault,
        )  # fmt: skip

    @get("/jamfor.csv", sync_to_thread=True)
    def as_csv(request: Asking) -> Response[str]:
        reader = reader_of(request, live)
        given = _given(request, live, reader)
        if given.fault:
            return Response(given.fault.sentence, status_code=422, media_type="text/plain; charset=utf-8")
        found = compare(live, given.earlier, given.later, given.asked)
        name = f"jamforelse-{given.earlier.gsn}-{given.later.gsn}.csv"
        return Response(
            figures_csv(found, reader.language),
            media_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    return [comparing, as_csv]


def _given(request: Asking, live: LiveRegister, reader: Reader) -> Given:
    """What is asked for; what can't be read is said, and everything else is as if it had been left out."""
    written = {name: value for name in FIELDS if (value := text(request.query_params, name))}
    faults: dict[str, str] = {}
    try:
        earlier, later = both(live, written.get("a"), written.get("b"), limit=reader.at)
    except Refused as refused:
        faults["a"] = refused.en if reader.language == "en" else refused.sv
        earlier, later = both(live, None, None, limit=reader.at)
    try:
        days = days_asked(earlier, written.get("first"), written.get("last"))
    except Refused as refused:
        faults["first"] = refused.en if reader.language == "en" else refused.sv
        days = days_asked(earlier, None, None)
    kind = cast(Kind, written["kind"]) if written.get("kind") in KINDS else None
    only = (written.get("source"), written.get("district"), written.get("category"))
    fault = Fault(next(iter(faults.values())), faults) if faults else None
    return Given(written, earlier, later, Asked(*days, *only, kind), fault)


def _written(given: Given) -> dict[str, str]:
    """What stands in the fields: as it was given, else what it means."""
    meant = {
        "a": given.earlier.text, "b": given.later.text, "first": containing(given.asked.first, "month"),
        "last": containing(given.asked.last, "month"),
    }  # fmt: skip
    return meant | given.written


def figures_csv(found: Comparison, language: Language) -> str:
    """The series that differ, a line each. A name that a spreadsheet would take for a formula is given a mark."""
    out = io.StringIO()
    write = csv.writer(out, delimiter=";" if language == "sv" else ",", lineterminator="\r\n")
    names = (
        "Källa", "Område", "Kategori", "Första dag", "Sista dag", "Känt vid händelse", "Antal", "Känt vid händelse",
        "Antal", "Skillnad", "Nya", "Sena", "Rättade", "Återkallade", "Syntetiska",
    )  # fmt: skip
    write.writerow([translate(name, language) for name in names])
    made_up = {row.source: row.synthetic for row in found.sums}
    yes, no = translate("ja", language), translate("nej", language)
    for row in found.figures.rows:
        write.writerow([
            row.source, _cell(row.district_name), _cell(row.category_name), found.asked.first, found.asked.last,
            found.earlier.gsn, row.before, found.later.gsn, row.after, row.difference, row.added, row.late, row.revised,
            row.withdrawn, yes if made_up.get(row.source) else no,
        ])  # fmt: skip
    return "\ufeff" + out.getvalue()


def _cell(name: str) -> str:
    return f"'{name}" if name[:1] in "=+-@\t" else name
