"""A new file's last steps: tried without storing anything, then taken in, or left."""

from __future__ import annotations

from typing import Any

import structlog
from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from domain.catalogue import PublishCategories, ReviseDivision
from domain.core import Refused, refuse
from domain.file_import import TakeIn
from service.access import require
from service.importing import Wishes, source_of, take_in_file
from service.pages.forms import Fault, new_id, text
from service.pages.held_files import HeldFile, HeldFiles, owner_of
from service.pages.import_columns import columns_page
from service.pages.import_words import fault_of, kind_name, tally_sentence, told
from service.pages.reader import Reader, reader_of
from service.pages.rendering import flash, page
from service.pages.translations import translate
from service.previewing import Preview, preview
from service.register import LiveRegister

Asking = Request[Any, Any, Any]
SHOWN_FAULTS = 50
log = structlog.get_logger()


def trial_steps(live: LiveRegister, files: HeldFiles) -> list[HTTPRouteHandler]:
    """The trial with its faulty rows, taking the file in, and leaving it."""
    return [*_trial(live, files), _taking(live, files), _leaving(live, files)]


def _trial(live: LiveRegister, files: HeldFiles) -> list[HTTPRouteHandler]:
    @get("/import/ny/{key:str}/prov", sync_to_thread=True)
    def trial(request: Asking, key: FromPath[str]) -> Response[Any]:
        reader = reader_of(request, live)
        return _trial_page(request, live, reader, files.find(owner_of(request), key))

    @get("/import/ny/{key:str}/felrader", sync_to_thread=True)
    def rejected(request: Asking, key: FromPath[str]) -> Response[Any]:
        reader_of(request, live)
        held = files.find(owner_of(request), key)
        if not held.rejected.is_file():
            return Redirect(f"/import/ny/{key}/prov", status_code=303)
        return Response(
            held.rejected.read_bytes(),
            media_type="text/csv",
            headers={"Content-Disposition": 'attachment; filename="felrader.csv"'},
        )

    return [trial, rejected]


def _trial_page(
    request: Asking, live: LiveRegister, reader: Reader, held: HeldFile, fault: Fault | None = None
) -> Response[Any]:
    if held.columns is None:
        return Redirect(f"/import/ny/{held.key}", status_code=303)
    held.rejected.unlink(missing_ok=True)
    try:
        found = _tried(live, held, reader)
    except Refused as refused:  # a broken row far down, for example
        return columns_page(request, live, reader, held, held.kind, fault=fault_of(refused, reader, {}))
    tally = found.tally
    return page(
        request, live, reader, "import_trial.html", status=422 if fault else 200, held=held, found=found, fault=fault,
        source=source_of(live, held.source), faults=[told(one, reader.language) for one in found.faults[:SHOWN_FAULTS]],
        more=max(0, len(found.faults) - SHOWN_FAULTS), sound=tally.new + tally.corrected + tally.unchanged,
        may_name=reader.may(ReviseDivision) and reader.may(PublishCategories), command_id=new_id(),
        may_take_in=reader.may(TakeIn), kind=kind_name(found.kind, reader.language),
    )  # fmt: skip


def _tried(live: LiveRegister, held: HeldFile, reader: Reader) -> Preview:
    return preview(
        live, held.path, held.file_name, source=held.source, kind=held.kind, columns=held.columns, covers=held.covers,
        rejected_to=held.rejected, language=reader.language,
    )  # fmt: skip


def _check_persons(found: Preview, *, confirmed: bool) -> None:
    if found.personal_numbers:
        refuse(
            "personal-number",
            "Filen verkar innehålla personnummer, som aldrig sparas här. Ta bort dem och ladda upp filen igen.",
            "The file seems to hold personal numbers, which are never stored here. Remove them and upload it again.",
        )
    if found.personal_data and not confirmed:
        refuse(
            "personal-data",
            "Filen kan innehålla personuppgifter. Rätta den, eller bekräfta att det inte är det.",
            "The file may hold personal data. Mend it, or confirm that it does not.",
        )


def _taking(live: LiveRegister, files: HeldFiles) -> HTTPRouteHandler:
    @post("/import/ny/{key:str}/las-in", sync_to_thread=True)
    def take_in(request: Asking, key: FromPath[str], data: URLEncodedBody[dict[str, Any]]) -> Response[Any]:
        reader = reader_of(request, live)
        held = files.find(owner_of(request), key)
        if held.columns is None:  # else its kind would not be known, nor whether people wrote it
            return Redirect(f"/import/ny/{key}", status_code=303)
        new_names = text(data, "new_names") == "ja"
        wishes = Wishes(
            covers=held.covers, accept_valid=text(data, "accept_valid") == "ja", preliminary=held.preliminary,
            new_names=new_names, command_id=text(data, "command_id"), rejected_to=held.rejected,
            personal_data_checked=True,  # just below
        )  # fmt: skip
        try:
            if held.kind == "reports":  # what people wrote
                _check_persons(_tried(live, held, reader), confirmed=text(data, "confirmed") == "ja")
            for command in (TakeIn, *((ReviseDivision, PublishCategories) if new_names else ())):
                require(reader.account, command)
            done = take_in_file(
                live, held.path, held.file_name, source=held.source, by=reader.by, kind=held.kind,
                columns=held.columns, wishes=wishes,
            )  # fmt: skip
        except Refused as refused:
            return _trial_page(request, live, reader, held, fault_of(refused, reader, data))
        log.info("taken in", file_import=done.file_import, rows=done.tally.read, repeated=done.repeated)
        files.drop(key)
        flash(request, tally_sentence(done, reader.language))
        return Redirect(f"/import/{done.file_import}", status_code=303)

    return take_in


def _leaving(live: LiveRegister, files: HeldFiles) -> HTTPRouteHandler:
    @post("/import/ny/{key:str}/avbryt", sync_to_thread=True)
    def leave(request: Asking, key: FromPath[str]) -> Response[Any]:
        reader = reader_of(request, live)
        files.drop(files.find(owner_of(request), key).key)
        flash(request, translate("Avbrutet. Inget lästes in, och filen är borttagen.", reader.language))
        return Redirect("/import", status_code=303)

    return leave
