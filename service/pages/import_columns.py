"""A new file's second step: which column holds what, as recognised or chosen by hand."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import Any, cast, get_args

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect

from adapters.columns import closest, fields_of, recognise
from adapters.files import Table, open_table
from domain.core import Refused
from domain.file_import import FileKind
from service.importing import columns_of, source_of
from service.pages.forms import Fault, text
from service.pages.held_files import MINUTES, HeldFile, HeldFiles, owner_of
from service.pages.import_words import fault_of, field_name, kind_name
from service.pages.reader import Reader, reader_of
from service.pages.rendering import page
from service.register import LiveRegister

Asking = Request[Any, Any, Any]
KINDS: tuple[FileKind, ...] = get_args(FileKind)
SAMPLE_ROWS = 5


def columns_step(live: LiveRegister, files: HeldFiles) -> list[HTTPRouteHandler]:
    """Shows them, and takes the choice; on to the trial."""

    @get("/import/ny/{key:str}", sync_to_thread=True)
    def columns(request: Asking, key: FromPath[str], slag: FromQuery[str | None] = None) -> Response[str]:
        reader = reader_of(request, live)
        held = files.find(owner_of(request), key)
        return columns_page(request, live, reader, held, slag if slag in KINDS else held.kind)

    @post("/import/ny/{key:str}/kolumner", sync_to_thread=True)
    def choose(request: Asking, key: FromPath[str], data: URLEncodedBody[dict[str, Any]]) -> Response[Any]:
        reader = reader_of(request, live)
        held = files.find(owner_of(request), key)
        given = text(data, "kind")
        kind = given if given in KINDS else "counts"
        chosen = {name: column for name in (*fields_of(kind), "wide") if (column := text(data, f"field_{name}"))}
        try:
            recognise(open_table(held.path, held.file_name).header, kind=kind, by_hand=chosen)
        except Refused as refused:
            return columns_page(request, live, reader, held, kind, chosen, fault_of(refused, reader, data))
        files.keep(replace(held, kind=kind, columns=chosen))
        return Redirect(f"/import/ny/{key}/prov", status_code=303)

    return [columns, choose]


def columns_page(
    request: Asking, live: LiveRegister, reader: Reader, held: HeldFile, kind: str | None,
    chosen: dict[str, str] | None = None, fault: Fault | None = None,
) -> Response[str]:  # fmt: skip
    """The header with sample rows, and for each field the column that holds it."""
    table = open_table(held.path, held.file_name)
    found, fields, wide, spread, missing = _recognised(live, table, held, kind)
    if chosen is None and held.columns and kind == held.kind:
        fields = {name: column for name, column in held.columns.items() if name != "wide"}
    selects = [(name, field_name(name, reader.language), (chosen or fields).get(name, "")) for name in fields_of(found)]
    return page(
        request, live, reader, "import_columns.html", status=422 if fault else 200, held=held, fault=fault,
        source=source_of(live, held.source), kind=found, header=table.header, selects=selects, wide=wide,
        kinds=[(one, kind_name(one, reader.language)) for one in KINDS], spread=spread, minutes=MINUTES,
        missing=[field_name(name, reader.language) for name in missing],
        columns=[(column, column) for column in table.header if column],
        sample=[(number, [*cells, *[""] * len(table.header)][: len(table.header)])
                for number, cells in islice(table.rows(), SAMPLE_ROWS)],
    )  # fmt: skip


Recognised = tuple[FileKind, dict[str, str], str | None, tuple[str, ...], tuple[str, ...]]


def _recognised(live: LiveRegister, table: Table, held: HeldFile, kind: str | None) -> Recognised:
    """Kind, field to column, how it is wide, the columns of a wide file, and the fields that lack."""
    try:
        found = columns_of(table, source_of(live, held.source), kind, None)
    except Refused:
        near = closest(table.header, kind=cast("FileKind | None", kind))
        return near.kind, dict(near.fields), None, (), near.missing
    return found.kind, dict(found.fields), found.wide, found.spread, ()
