"""The events for other tools: in batches after a cursor, or as a stream of server-sent events."""

from __future__ import annotations

from contextvars import copy_context
from typing import Annotated, Any
from urllib.parse import urlencode

from litestar import Request, Response, Router, get
from litestar.datastructures import ResponseHeader
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromQuery, HeaderParameter, QueryParameter
from litestar.response import Stream

from service.api.answers import OF_THE_RECORD
from service.api.problems import documented
from service.api.streams import Streams, TooManyStreams, no_room
from service.cloud_events import CloudEvent, Look, check_cursor, look, wanted_events
from service.register import LiveRegister
from service.settings import Settings

BATCH, STREAM = "application/cloudevents-batch+json", "text/event-stream"
PART, LARGEST_PART = 100, 256 * 1024  # events and bytes that a stream reads at once, and holds until they are sent
After = Annotated[int, QueryParameter(ge=0, le=10**18, description="The cursor: only events after this number.")]
Topic = Annotated[
    str | None,
    QueryParameter(
        description="Only events of a topic, such as signal.raised, or of a kind: signal.*",
        pattern=r"^[a-z_]{1,60}\.([a-z_]{1,60}|\*)$",
    ),
]
Limit = Annotated[int, QueryParameter(ge=1, le=1000, description="At most so many.")]
LastEventId = Annotated[
    str | None,
    HeaderParameter(
        name="Last-Event-ID", description="Go on after this event; comes before `after`.", pattern="^[0-9]{0,18}$"
    ),
]


def routes(live: LiveRegister, settings: Settings) -> list[Router]:
    """Both ways to read on."""
    return [Router("/events", route_handlers=[_list(live, settings), _stream(live, settings)], tags=["events"])]


def _list(live: LiveRegister, settings: Settings) -> Any:
    batch = ResponseSpec(
        list[CloudEvent], media_type=BATCH, generate_examples=False, description="CloudEvents 1.0, in order."
    )
    headers = [
        ResponseHeader(name="Samverkan-Next", description="Pass it as `after`.", documentation_only=True),
        ResponseHeader(name="Link", description="The next batch.", documentation_only=True),
    ]

    @get(
        "/",
        responses={200: batch, **documented(422)},
        response_headers=headers,
        media_type=BATCH,
        sync_to_thread=True,
        opt={OF_THE_RECORD: True},
        operation_id="list_events",
        summary="The events after a cursor, as CloudEvents.",
    )
    def handler(
        request: Request[Any, Any, Any],
        after: After = 0,
        topic: Topic = None,
        problem: FromQuery[str | None] = None,
        district: FromQuery[str | None] = None,
        limit: Limit = 500,
    ) -> Response[bytes]:
        seen = look(live, wanted_events(topic, problem, district), after, limit, settings.base_url)
        if seen.position == after:
            check_cursor(live, after)
        asked = {"after": seen.position, "topic": topic, "problem": problem, "district": district, "limit": limit}
        query = urlencode({name: value for name, value in asked.items() if value is not None})
        return Response(
            b"[" + b",".join(one.body for one in seen.found) + b"]",
            media_type=BATCH,
            headers={"Samverkan-Next": str(seen.position), "Link": f'<{request.url.path}?{query}>; rel="next"'},
        )

    return handler


def _stream(live: LiveRegister, settings: Settings) -> Any:
    streams = Streams()

    @get(
        "/stream",
        responses={
            200: ResponseSpec(
                str, media_type=STREAM, generate_examples=False, description="Each event's data is a CloudEvent."
            ),
            **documented(422),
        },
        media_type=STREAM,
        middleware=[streams],
        exception_handlers={TooManyStreams: no_room},
        operation_id="view_event_stream",
        summary="The events after a cursor as server-sent events, and the new ones as they come.",
    )
    async def handler(
        after: After = 0,
        topic: Topic = None,
        problem: FromQuery[str | None] = None,
        district: FromQuery[str | None] = None,
        last_event_id: LastEventId = None,
    ) -> Response[Any]:
        streams.end_with_server()
        begin = int(last_event_id) if last_event_id else after
        wanted = wanted_events(topic, problem, district)
        await streams.run(check_cursor, live, begin)
        as_asked = copy_context()  # the stream is read after this handler: as whoever asked for it

        def read(position: int) -> Look:
            return as_asked.run(look, live, wanted, position, PART, settings.base_url, LARGEST_PART)

        return Stream(streams.follow(read, begin), media_type=STREAM, headers={"X-Accel-Buffering": "no"})

    return handler
