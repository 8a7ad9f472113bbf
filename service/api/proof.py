"""Proof of the history, for tools and witnesses: checkpoints, keys, inclusion, consistency, cosignatures."""

from __future__ import annotations

from dataclasses import dataclass
from time import time
from typing import Annotated, Any

import structlog
from litestar import MediaType, Request, Response, Router, get, post
from litestar.concurrency import sync_to_thread
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import OpenAPIMediaType, Operation, RequestBody, Schema
from litestar.openapi.spec.enums import OpenAPIType
from litestar.params import FromPath, FromQuery, QueryParameter

from domain.core import refuse
from service.api.asking import AsOf
from service.api.problems import documented
from service.moments import position
from service.proof import (
    Consistency,
    Inclusion,
    Kept,
    chain_events,
    checkpoints,
    prove_event,
    prove_growth,
    register_key,
    request_cosignature,
    take_cosignature,
    witness_keys,
    witnessed_checkpoint,
)
from service.register import LiveRegister
from service.settings import Settings

log = structlog.get_logger()
LARGEST = 100_000
TEXT = "text/plain; charset=utf-8"
MOST = 10**18
Size = Annotated[int, QueryParameter(ge=0, le=MOST, description="A number of events, counted from the first.")]
Sizes = Annotated[int | None, QueryParameter(ge=1, le=MOST, description="In the history of so many events; else all.")]


def routes(live: LiveRegister, settings: Settings) -> list[Router]:
    """Everything under /proof."""
    handlers = [
        _keys(live, settings), _checkpoint(live), _checkpoints(live, settings), _request(live),
        _cosign(live, settings), _event(live), _chain(live), _growth(live),
    ]  # fmt: skip
    return [Router("/proof", route_handlers=handlers, tags=["proof"])]


def _plain(text: str) -> Response[str]:
    return Response(text, media_type=TEXT)


def _keys(live: LiveRegister, settings: Settings) -> Any:
    @get(
        "/keys",
        responses=documented(),
        media_type=MediaType.TEXT,
        sync_to_thread=True,
        operation_id="proof_keys",
        summary="Public keys, a line each: the register's, then its witnesses'.",
    )
    def handler() -> Response[str]:
        keys = (register_key(live.store), *witness_keys(settings.witnesses))
        return _plain("".join(f"{key}\n" for key in keys))

    return handler


def _checkpoint(live: LiveRegister) -> Any:
    @get(
        "/checkpoint",
        responses=documented(422),
        media_type=MediaType.TEXT,
        sync_to_thread=True,
        operation_id="proof_checkpoint",
        summary="The signed checkpoint of the history (C2SP), with the witnesses' signatures that are kept.",
    )
    def handler(as_of: AsOf = None) -> Response[str]:
        return _plain(witnessed_checkpoint(live.store, position(live, as_of)))

    return handler


def _checkpoints(live: LiveRegister, settings: Settings) -> Any:
    @get(
        "/checkpoints",
        responses=documented(),
        sync_to_thread=True,
        operation_id="proof_checkpoints",
        summary="The checkpoints that were kept, the latest hundred first, and who signed each.",
    )
    def handler() -> tuple[Kept, ...]:
        return checkpoints(live.store, (register_key(live.store), *witness_keys(settings.witnesses)))

    return handler


def _request(live: LiveRegister) -> Any:
    @get(
        "/request",
        responses=documented(422),
        media_type=MediaType.TEXT,
        sync_to_thread=True,
        operation_id="proof_request",
        summary="What a witness that has cosigned the first `since` events is asked to cosign now (C2SP tlog-witness).",
    )
    def handler(since: Size = 0) -> Response[str]:
        return _plain(str(request_cosignature(live.store, since)))

    return handler


@dataclass
class _TakesText(Operation):
    """Documents that the body is a cosigned checkpoint."""

    def __post_init__(self) -> None:
        text = {"text/plain": OpenAPIMediaType(Schema(type=OpenAPIType.STRING))}
        self.request_body = RequestBody(content=text, required=True, description="The cosigned checkpoint, as a note.")


def _cosign(live: LiveRegister, settings: Settings) -> Any:
    @post(
        "/cosignatures",
        responses={**documented(413, 422), 204: ResponseSpec(None, generate_examples=False)},
        operation_class=_TakesText,
        request_max_body_size=LARGEST,
        status_code=204,
        operation_id="add_cosignature",
        summary="Keep a witness's signature under a checkpoint.",
    )
    async def handler(request: Request[Any, Any, Any]) -> None:
        try:
            written = (await request.body()).decode()
        except UnicodeDecodeError:
            refuse("bad-checkpoint", "Det är ingen kontrollpunkt: skriv UTF-8.", "That is no checkpoint: write UTF-8.")
        known = witness_keys(settings.witnesses)
        point = await sync_to_thread(take_cosignature, live.store, written, known, int(time()))
        log.info("cosigned", size=point.size)

    return handler


def _event(live: LiveRegister) -> Any:
    @get(
        "/events/{gsn:int}",
        responses=documented(404, 422),
        sync_to_thread=True,
        operation_id="prove_event",
        summary="What shows that an event stands in the history.",
    )
    def handler(gsn: FromPath[int], size: Sizes = None) -> Inclusion:
        return prove_event(live.store, gsn, size)

    return handler


def _chain(live: LiveRegister) -> Any:
    @get(
        "/problems/{key:str}",
        responses=documented(404, 422),
        sync_to_thread=True,
        operation_id="prove_chain",
        summary="What shows that every event of a problem's chain stands in the history.",
    )
    def handler(key: FromPath[str], as_of: AsOf = None) -> tuple[Inclusion, ...]:
        at = position(live, as_of)
        return tuple(prove_event(live.store, each, at) for each in chain_events(live.store, live.at(at), key))

    return handler


def _growth(live: LiveRegister) -> Any:
    @get(
        "/consistency",
        responses=documented(422),
        sync_to_thread=True,
        operation_id="prove_consistency",
        summary="What shows that the history still begins with the first events as they were.",
    )
    def handler(old: FromQuery[int], new: Sizes = None) -> Consistency:
        return prove_growth(live.store, old, new)

    return handler
