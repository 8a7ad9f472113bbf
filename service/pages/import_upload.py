"""A new file's first step: uploaded or pasted, looked into, and held on the server."""

from __future__ import annotations

import io
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any, BinaryIO, cast

from litestar import Request, Response, post
from litestar.datastructures import UploadFile
from litestar.handlers import HTTPRouteHandler
from litestar.params import MultipartBody
from litestar.response import Redirect

from adapters.files import open_table
from domain.core import Refused
from domain.file_import import TakeIn
from service.importing import source_of
from service.pages.door import only_for
from service.pages.forms import Form, text
from service.pages.held_files import HeldFile, HeldFiles, owner_of
from service.pages.import_list import import_page
from service.pages.import_words import fault_of
from service.pages.reader import reader_of
from service.register import LiveRegister
from service.settings import Settings

FORM_ROOM = 1024**2
UNPACKED = 10  # times the largest upload


def upload_step(live: LiveRegister, settings: Settings, files: HeldFiles) -> HTTPRouteHandler:
    """Takes the file; on to its columns."""

    @post(
        "/import/ny",
        sync_to_thread=True,
        request_max_body_size=settings.largest_upload + FORM_ROOM,
        middleware=[only_for(live, TakeIn)],
    )
    def upload(request: Request[Any, Any, Any], data: MultipartBody[dict[str, Any]]) -> Response[Any]:
        reader = reader_of(request, live)
        try:
            held = _held(files, live, owner_of(request), data, settings.largest_upload)
        except Refused as refused:
            return import_page(request, live, reader, fault=fault_of(refused, reader, data), given=data)
        earlier = text(data, "replaces")
        if earlier:
            with suppress(Refused):  # its time was up
                files.drop(files.find(owner_of(request), earlier).key)
        return Redirect(f"/import/ny/{held.key}", status_code=303)

    return upload


def _held(files: HeldFiles, live: LiveRegister, owner: str, data: Form, largest: int) -> HeldFile:
    """The file or what was pasted, looked into before it is kept. Refused says what is wrong with it."""
    source, covers = str(text(data, "source") or ""), _covers(data)
    source_of(live, source)
    content, name = _content(data, live.today())
    held = files.hold(owner, content, name, source)
    try:
        open_table(held.path, held.file_name, largest=largest * UNPACKED)
    except Refused:  # also where others' workbooks took too long
        files.drop(held.key)
        raise
    return files.keep(replace(held, covers=covers, preliminary=text(data, "preliminary") == "ja"))


def _content(data: Form, today: date) -> tuple[BinaryIO, str]:
    uploaded, pasted = data.get("file"), data.get("pasted")
    if isinstance(uploaded, UploadFile) and uploaded.filename:
        return cast("BinaryIO", uploaded.file), uploaded.filename
    if isinstance(pasted, str) and pasted.strip():
        return io.BytesIO(pasted.encode()), f"inklistrat-{today}.tsv"
    raise Refused("no-file", "Välj en fil eller klistra in rader ur Excel.", "Choose a file, or paste rows from Excel.")


def _covers(data: Form) -> tuple[date, date] | None:
    written = text(data, "first"), text(data, "last")
    if written == (None, None):
        return None
    try:
        first, last = (date.fromisoformat(one or "") for one in written)
    except ValueError:
        first, last = date.max, date.min
    if last < first:
        raise Refused(
            "bad-days", "Fyll i både första och sista dagen, i ordning, eller ingen av dem.",
            "Fill in both the first and the last day, in order, or neither.",
        )  # fmt: skip
    return first, last
