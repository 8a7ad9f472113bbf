"""Long work by request: a file taken in, or looked into; an assessment run in a process of its own."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import structlog
from litestar import Request, Response, Router, post
from litestar.concurrency import sync_to_thread
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import OpenAPIMediaType, Operation, RequestBody, Schema
from litestar.openapi.spec.enums import OpenAPIFormat, OpenAPIType
from litestar.params import FromQuery, JSONBody, QueryParameter

from adapters.files import plain_name
from domain.catalogue import PublishCategories, ReviseDivision, Source
from domain.core import Key, Value, must_exist, refuse
from domain.file_import import FileKind, Tally
from domain.period import Frequency, Period
from domain.signal import Assessment
from service.access import require
from service.api.asking import By, IdempotencyKey
from service.api.outside import Changed, changed, compute, options
from service.api.personal import PersonalData
from service.api.problems import Place, documented, language
from service.importing import ImportOutcome, Wishes, take_in_file
from service.previewing import preview
from service.register import LiveRegister
from service.settings import Settings

log = structlog.get_logger()
Asking = Request[Any, Any, Any]
REJECTED = ResponseSpec(
    str, media_type="text/csv", generate_examples=False,
    description="As in the file, with the reason last; semicolons; empty where all would be taken in.",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a file. repeated: it had been taken in before, and nothing was added.

    faults: rows that were not taken in, as /row/column: the first 1,000 of `fault_count`.
    """

    file_import: str
    tally: Tally
    repeated: bool
    faults: tuple[Place, ...]
    fault_count: int = 0


class AssessmentAsked(Value):
    """Which source to assess; period and frequency are found in its data unless given.

    again: a period that has been assessed is assessed anew, as a run of its own.
    """

    source: Key
    period: Period | None = None
    frequency: Frequency | None = None
    again: bool = False


@dataclass(frozen=True, slots=True)
class Assessed:
    """The run's key, the keys of its alerts, most surprising first, and whether it had been made before.

    revised: what has changed since in the figures that it rests on.
    """

    key: str
    signals: tuple[str, ...]
    repeated: bool
    revised: Changed | None = None


MEDIA_TYPES = {
    "text/csv": "fil.csv", "application/x-ndjson": "fil.jsonl", "application/json": "fil.json",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "fil.xlsx", "application/gzip": "fil.gz",
    "application/octet-stream": "fil.csv",
}  # fmt: skip
"""What may be sent, and what a file without a name is called."""
FileName = Annotated[str | None, QueryParameter(description="The file's name, which the record keeps.")]
Mapped = Annotated[
    list[str] | None,
    QueryParameter(description="field=Column, such as district=Ort: maps a column by hand. Repeatable; remembered."),
]
Covers = Annotated[date | None, QueryParameter(description="First and last day that the file speaks of; both.")]


@dataclass
class _TakesAnyFile(Operation):
    """Documents that the body is the file itself."""

    def __post_init__(self) -> None:
        schema = Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY)
        self.request_body = RequestBody(
            content={media_type: OpenAPIMediaType(schema) for media_type in MEDIA_TYPES},
            required=True,
            description="The file: CSV, TSV, XLSX, XLS, ODS, or JSON (objects, a line each or an array); plain or .gz",
        )


def routes(live: LiveRegister, settings: Settings) -> list[Router]:
    """Imports and assessments."""
    return [
        Router("/imports", route_handlers=[_take(live, settings), _rejected(live, settings)], tags=["imports"]),
        Router("/assessments", route_handlers=[_assess(live, settings)], tags=["assessments"]),
    ]


def _take(live: LiveRegister, settings: Settings) -> Any:
    @post(
        "/",
        responses=documented(404, 409, 413, 415, 422),
        operation_class=_TakesAnyFile,
        request_max_body_size=settings.largest_upload,
        operation_id="take-in",
        summary="Take in a file; nothing is half taken in.",
    )
    async def handler(
        by: By,
        request: Asking,
        source: FromQuery[str],
        file_name: FileName = None,
        kind: FromQuery[FileKind | None] = None,
        column: Mapped = None,
        first: Covers = None,
        last: Covers = None,
        accept_valid: FromQuery[bool] = False,
        preliminary: FromQuery[bool] = False,
        new_names: FromQuery[bool] = False,
        personal_data: PersonalData = None,
        idempotency_key: IdempotencyKey = None,
    ) -> Response[Taken]:
        if new_names:
            _may_name(request)
        wishes = Wishes(
            covers=_covers(first, last), accept_valid=accept_valid, preliminary=preliminary, new_names=new_names,
            command_id=idempotency_key, personal_data_checked=personal_data == "checked",
        )  # fmt: skip
        with TemporaryDirectory() as folder:
            path = await _kept(request, Path(folder))
            done = await sync_to_thread(
                take_in_file, live, path, _name(request, file_name), source=source, by=by, kind=kind,
                columns=_columns(column), wishes=wishes,
            )  # fmt: skip
        log.info("taken in", file_import=done.file_import, rows=done.tally.read, repeated=done.repeated)
        return _taken(done, language(request))

    return handler


def _taken(done: ImportOutcome, english: int) -> Response[Taken]:
    faults = tuple(Place(f"/{f.row}/{f.column}", f.en if english else f.sv) for f in done.faults)
    headers = {"Location": f"/api/v1/imports/{done.file_import}"}
    content = Taken(done.file_import, done.tally, done.repeated, faults, done.fault_count)
    return Response(content, status_code=200 if done.repeated else 201, headers=headers)


def _rejected(live: LiveRegister, settings: Settings) -> Any:
    @post(
        "/rejected",
        responses={200: REJECTED, **documented(404, 413, 415, 422)},
        operation_class=_TakesAnyFile,
        request_max_body_size=settings.largest_upload,
        status_code=200,
        media_type="text/csv",
        operation_id="view_rejected_rows",
        summary="The rows of a file that would not be taken in, to be mended; nothing is stored.",
    )
    async def handler(
        request: Asking,
        source: FromQuery[str],
        file_name: FileName = None,
        kind: FromQuery[FileKind | None] = None,
        column: Mapped = None,
        new_names: FromQuery[bool] = False,
    ) -> Response[bytes]:
        with TemporaryDirectory() as folder:
            path, rejected = await _kept(request, Path(folder)), Path(folder) / "rejected.csv"
            await sync_to_thread(
                preview, live, path, _name(request, file_name), source=source, kind=kind, columns=_columns(column),
                new_names=new_names, rejected_to=rejected, language="en" if language(request) else "sv",
            )  # fmt: skip
            content = rejected.read_bytes() if rejected.exists() else b""
        headers = {"Content-Disposition": 'attachment; filename="felrader.csv"'}
        return Response(content, media_type="text/csv", headers=headers)

    return handler


async def _kept(request: Asking, folder: Path) -> Path:
    """The body as a file, so that a large one does not fill the memory."""
    path = folder / "file"
    with path.open("wb") as target:
        async for block in request.stream():
            target.write(block)
    return path


def _name(request: Asking, given: str | None) -> str:
    """The name that is given, or one that tells of the content's type."""
    return plain_name(given) if given else MEDIA_TYPES.get(request.content_type[0], "fil.csv")


def _covers(first: date | None, last: date | None) -> tuple[date, date] | None:
    if first is None and last is None:
        return None
    if first is None or last is None or last < first:
        refuse("bad-days", "Ange både first och last, i ordning.", "Give both first and last, in order.")
    return first, last


def _columns(written: list[str] | None) -> dict[str, str] | None:
    """field=Column as pairs. Refused where one is none."""
    pairs = [each.partition("=") for each in written or ()]
    if not all(field and found and column for field, found, column in pairs):
        refuse(
            "bad-column",
            "Skriv column som fält=kolumn, till exempel column=district=Ort.",
            "Write column as field=column, for example column=district=Ort.",
        )
    return {field: column for field, _, column in pairs} or None


def _may_name(request: Asking) -> None:
    """Who comes needs the right to change the catalogues too, unless he is taken at his word."""
    if not request.auth.local:
        for command in (ReviseDivision, PublishCategories):
            require(request.user, command)


def _assess(live: LiveRegister, settings: Settings) -> Any:
    @post(
        "/",
        responses=documented(404, 409, 413, 415, 422),
        operation_id="assess",
        summary="Assess a source, in a process of its own.",
    )
    async def handler(
        by: By,
        data: JSONBody[AssessmentAsked],
    ) -> Response[Assessed]:
        must_exist(live.now().find(Source, data.source), "source", "Källan", data.source)
        wanted = options(source=data.source, period=data.period, frequency=data.frequency)
        wanted += ["--again"] if data.again else []
        (run,) = await compute(settings, by, "assess", wanted)
        must_exist(live.now().find(Assessment, run["assessment"]), "assessment", "Bedömningen", run["assessment"])
        content = Assessed(run["assessment"], tuple(run["signals"]), run["repeated"], changed(run["revised"]))
        log.info("assessed", assessment=content.key, signals=len(content.signals), repeated=content.repeated)
        headers = {"Location": f"/api/v1/assessments/{content.key}"}
        return Response(content, status_code=200 if content.repeated else 201, headers=headers)

    return handler
