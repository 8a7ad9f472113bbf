"""Long work by request: a file taken in, an assessment run in a process of its own."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import structlog
from litestar import Request, Response, Router, post
from litestar.concurrency import sync_to_thread
from litestar.openapi.spec import OpenAPIMediaType, Operation, RequestBody, Schema
from litestar.openapi.spec.enums import OpenAPIFormat, OpenAPIType
from litestar.params import FromQuery, JSONBody

from domain.catalogue import Source
from domain.core import Key, Value, must_exist, refuse
from domain.file_import import FileKind, Tally
from domain.period import Frequency, Period
from domain.signal import Assessment
from service.api.asking import Account, IdempotencyKey, Organisation, Role, actor
from service.api.outside import Changed, changed, compute, options
from service.api.personal import PersonalData
from service.api.problems import Place, documented, language
from service.importing import ImportOutcome, Wishes, take_in_file
from service.register import LiveRegister
from service.settings import Settings

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a file; faults name rows that were not taken in."""

    file_import: str
    tally: Tally
    repeated: bool
    faults: tuple[Place, ...]


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


@dataclass
class _TakesAnyFile(Operation):
    """Documents that the body is the file itself."""

    def __post_init__(self) -> None:
        anything = {
            "application/octet-stream": OpenAPIMediaType(Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY))
        }
        self.request_body = RequestBody(
            content=anything, required=True, description="The file: CSV, TSV, XLSX, JSON; .gz"
        )


def routes(live: LiveRegister, settings: Settings) -> list[Router]:
    """Imports and assessments."""
    return [
        Router("/imports", route_handlers=[_take(live, settings)], tags=["imports"]),
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
        request: Request[Any, Any, Any],
        source: FromQuery[str],
        file_name: FromQuery[str] = "file.csv",
        kind: FromQuery[FileKind | None] = None,
        first: FromQuery[date | None] = None,
        last: FromQuery[date | None] = None,
        accept_valid: FromQuery[bool] = False,
        preliminary: FromQuery[bool] = False,
        new_names: FromQuery[bool] = False,
        personal_data: PersonalData = None,
        idempotency_key: IdempotencyKey = None,
        account: Account = "local",
        role: Role = None,
        organisation: Organisation = None,
    ) -> Response[Taken]:
        if (first is None) != (last is None) or (first and last and last < first):
            refuse("bad-days", "Ange både first och last, i ordning.", "Give both first and last, in order.")
        wishes = Wishes(
            covers=(first, last) if first and last else None, accept_valid=accept_valid, preliminary=preliminary,
            new_names=new_names, command_id=idempotency_key, personal_data_checked=personal_data == "checked",
        )  # fmt: skip
        by = actor(settings.organisation, account, role, organisation)
        data = await request.body()
        done = await sync_to_thread(take_in_file, live, data, file_name, source=source, by=by, kind=kind, wishes=wishes)
        log.info("taken in", file_import=done.file_import, rows=done.tally.read, repeated=done.repeated)
        return _taken(done, language(request))

    return handler


def _taken(done: ImportOutcome, english: int) -> Response[Taken]:
    faults = tuple(Place(f"/{f.row}/{f.column}", f.en if english else f.sv) for f in done.faults)
    headers = {"Location": f"/api/v1/imports/{done.file_import}"}
    content = Taken(done.file_import, done.tally, done.repeated, faults)
    return Response(content, status_code=200 if done.repeated else 201, headers=headers)


def _assess(live: LiveRegister, settings: Settings) -> Any:
    @post(
        "/",
        responses=documented(404, 409, 413, 415, 422),
        operation_id="assess",
        summary="Assess a source, in a process of its own.",
    )
    async def handler(
        data: JSONBody[AssessmentAsked],
        account: Account = "local",
        role: Role = None,
        organisation: Organisation = None,
    ) -> Response[Assessed]:
        must_exist(live.now().find(Source, data.source), "source", "Källan", data.source)
        by = actor(settings.organisation, account, role, organisation)
        wanted = options(source=data.source, period=data.period, frequency=data.frequency)
        wanted += ["--again"] if data.again else []
        (run,) = await compute(settings, by, "assess", wanted)
        must_exist(live.now().find(Assessment, run["assessment"]), "assessment", "Bedömningen", run["assessment"])
        content = Assessed(run["assessment"], tuple(run["signals"]), run["repeated"], changed(run["revised"]))
        log.info("assessed", assessment=content.key, signals=len(content.signals), repeated=content.repeated)
        headers = {"Location": f"/api/v1/assessments/{content.key}"}
        return Response(content, status_code=200 if content.repeated else 201, headers=headers)

    return handler
