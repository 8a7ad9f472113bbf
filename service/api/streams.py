"""The streams that are open: how many, for how long, and for whom; a client that does not read is let go."""

from __future__ import annotations

import signal
from asyncio import Semaphore, sleep, timeout
from collections import Counter
from collections.abc import AsyncIterator, Callable
from threading import current_thread, main_thread
from time import monotonic
from types import FrameType
from typing import Any

import structlog
from litestar import Request, Response
from litestar.concurrency import sync_to_thread
from litestar.exceptions import HTTPException, LitestarException
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from adapters.database import DatabaseUnavailable
from service.api.problems import answer
from service.cloud_events import Look

MOST_STREAMS, MOST_EACH = 100, 5
"""In all, and of one account."""
READS = 2  # at once: the threads that are left answer all others
POLL, HEARTBEAT, LONGEST, PATIENCE = (
    0.5,
    15.0,
    900.0,
    30.0,
)  # seconds; after the longest a client comes again, and is let in anew or not; so long it may take to read a part
log = structlog.get_logger()


class TooManyStreams(HTTPException):
    """There is no room for another stream: 429 where its account has enough of them, else 503."""


class Streams(ASGIMiddleware):
    """The streams that are open. Each ends after a while, or with the database; its client then comes again."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self.ending = False
        self._open: Counter[str] = Counter()
        self._patience = patience
        self._reads = Semaphore(READS)
        self._listens = False

    def __deepcopy__(self, _: object) -> Streams:
        """Itself: the framework copies the route that it stands before."""
        return self

    @property
    def open(self) -> int:
        """How many there are."""
        return self._open.total()

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Give the stream of an account its place until it ends, or refuse it."""
        account: str = scope["user"].by.account
        if self._open[account] >= MOST_EACH:
            raise TooManyStreams(status_code=429)
        if self.open >= MOST_STREAMS:
            raise TooManyStreams(status_code=503)
        self._open[account] += 1
        try:
            await self._unless_unread(scope, receive, send, next_app)
        finally:
            self._open -= Counter([account])  # which keeps none that has no stream

    async def _unless_unread(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        unread = False

        async def patiently(message: Message) -> None:
            nonlocal unread
            try:
                async with timeout(self._patience):
                    await send(message)
            except TimeoutError:
                unread = True
                raise

        try:
            await next_app(scope, receive, patiently)
        except LitestarException:  # as which the framework tells that what had begun was broken off
            if not unread:
                raise
            log.info("stream not read")

    async def run(self, read: Callable[..., Any], *given: Any) -> Any:
        """A look into the register for a stream, when its turn has come."""
        async with self._reads:
            return await sync_to_thread(read, *given)

    async def follow(
        self, read: Callable[[int], Look], after: int, *, heartbeat: float = HEARTBEAT, longest: float = LONGEST
    ) -> AsyncIterator[bytes]:
        """What `read` finds after a position, as server-sent events, as it comes."""
        yield b"retry: 1000\n\n"
        began = spoken = monotonic()
        while not self.ending and monotonic() - began < longest:
            try:
                after, sent = await self._told(read, after)
            except DatabaseUnavailable:
                return
            if sent:
                yield sent
            elif monotonic() - spoken >= heartbeat:
                yield b": \n\n"
            else:
                await sleep(min(POLL, heartbeat))
                continue
            spoken = monotonic()

    async def _told(self, read: Callable[[int], Look], after: int) -> tuple[int, bytes]:
        """The position after a read, and what to send: nothing where there is nothing new."""
        seen: Look = await self.run(read, after)
        return seen.position, _sent(seen) if seen.position > after else b""

    def end_with_server(self) -> None:
        """Let the streams end when the server is told to stop: it waits for them, and says so to nobody else."""
        if self._listens or current_thread() is not main_thread():
            return
        self._listens = True
        for number in (signal.SIGTERM, signal.SIGINT):
            before = signal.getsignal(number)  # of the event loop, which learns of the signal by its wake-up as well

            def told(number: int, frame: FrameType | None, before: Any = before) -> None:
                self.ending = True
                if callable(before):
                    before(number, frame)

            signal.signal(number, told)


def no_room(request: Request[Any, Any, Any], full: TooManyStreams) -> Response[bytes]:
    """The refusal, with the way out."""
    if full.status_code == 429:
        sv, en = f"Kontot har redan {MOST_EACH} öppna strömmar.", f"The account has {MOST_EACH} open streams already."
    else:
        sv = f"{MOST_STREAMS} strömmar är öppna, och fler får inte plats."
        en = f"{MOST_STREAMS} streams are open, and there is no room for more."
    detail = (
        f"{sv} Försök om en stund, eller läs /api/v1/events.",
        f"{en} Try in a while, or read /api/v1/events.",
    )
    return answer(request, full.status_code, "too-many-streams", detail, headers={"Retry-After": "30"})


def _sent(seen: Look) -> bytes:
    """Events with their number as id; an id by itself moves the cursor past what was looked at and not wanted."""
    sent = [b"id: %d\nevent: %s\ndata: %s\n\n" % (one.gsn, one.type.encode(), one.body) for one in seen.found]
    if not seen.found or seen.found[-1].gsn < seen.position:
        sent.append(b"id: %d\n\n" % seen.position)
    return b"".join(sent)
